"""Change one thing in the package at a time, and see that a test turns red.

    .venv/bin/python tests/mutate.py                     every module of TESTS
    .venv/bin/python tests/mutate.py losses figures      modules whose name begins so
    .venv/bin/python tests/mutate.py --notebooks losses  the formulas, with nbval over the notebooks and no other test

Changed are operators, signs, comparisons, numbers, truth values, axes, transposes, conditions, loops, and pairs such as
max and min; statements are removed. Strings stay, and so do the keywords in LOOKS, which only style a picture. With
--notebooks a check of the input (an `if` that ends in `raise`) is no formula and is left out.

A mutant that no test notices is printed with its line, as «before → after». It is a fault of the tests, unless
equivalents.txt gives the reason why nothing can notice it; a line there that no survivor needs is an error too. The
checkout is never changed: every worker has a copy. pytest and what it imports are loaded once; each mutant is a fork.
"""

import argparse
import ast
import importlib
import itertools
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EQUIVALENTS = Path(__file__).with_name("equivalents.txt")
SECONDS = 120  # of processor time for one run of a mutant's tests; a mutant that takes longer is killed, and so is
GIBIBYTES = 4  # one that needs more memory
LOADED = "numpy", "scipy.stats", "sklearn.linear_model", "matplotlib.figure", "ipywidgets", "nbclient"
# The tests of each module: those of its own first, then those that a survivor of them has to pass as well.
LESSONS = tuple(
    f"test_{name}.py"
    for name in (
        "01_svm_margin",
        "05_minibatch_gd",
        "03_softmax_normalization",
        "04_gradient_check",
        "02_l2_l1_regularization",
    )
)
TESTS = {
    **{
        name: (f"test_{name}.py", *LESSONS)
        for name in ("losses", "penalties", "gradients", "descent", "data", "checks", "predictions")
    },
    "progress": ("test_predictions.py", "test_checks.py"),
    "figures.svm_margin": ("test_01_svm_margin.py", "test_figures.py"),
    "figures.regularization": ("test_02_l2_l1_regularization.py", "test_figures.py"),
    "figures.softmax": ("test_03_softmax_normalization.py", "test_figures.py"),
    "figures.gradient_check": ("test_04_gradient_check.py", "test_figures.py"),
    "figures.minibatch_gd": ("test_05_minibatch_gd.py", "test_figures.py"),
    "figures": ("test_painter.py", "test_figures.py", *LESSONS),
    "panel": ("test_panel.py", *LESSONS),
}
SLOW = "test_loss_and_gradient_cost_little_more_than_two_products"  # measures time, which says nothing of a mutant
# The formulas, with the notebooks that show them: the one that shows most first.
FORMULAS = {"losses": "13542", "penalties": "25134", "gradients": "4", "descent": "5213"}
LOOKS = {
    *("alpha", "bottom", "color", "columnspacing", "edgecolor", "figsize", "fontsize", "handlelength", "handletextpad"),
    *("height", "labelpad", "left", "linewidth", "linewidths", "lw", "marker", "markersize", "ms", "pad", "right"),
    *("rotation", "s", "size", "top", "width", "wspace", "hspace", "zorder", "dashes", "width_ratios", "xytext"),
}

COMPARISONS = {
    ast.Lt: ("<", "<=", ">="),
    ast.LtE: ("<=", "<", ">"),
    ast.Gt: (">", ">=", "<="),
    ast.GtE: (">=", ">", "<"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
OPERATORS = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
STATEMENTS = ast.Expr, ast.Assign, ast.AugAssign, ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Delete
PAIRS = dict(
    pair
    for one, other in (
        *(("max", "min"), ("maximum", "minimum"), ("argmax", "argmin"), ("all", "any"), ("sum", "mean")),
        *(("cos", "sin"), ("zeros", "ones"), ("floor", "ceil"), ("ge", "gt"), ("deepcopy", "copy")),
    )
    for pair in ((one, other), (other, one))
)


@dataclass(frozen=True)
class Mutant:
    """One change to a module: the bytes from start to end of its source become `after`."""

    module: str
    where: str
    start: int
    end: int
    after: str
    checks_input: bool

    def apply(self, source):
        """The changed source, as bytes."""
        return source[: self.start] + self.after.encode() + source[self.end :]

    def line(self, source):
        """The number of the line, and its text with the change marked in it: «before → after»."""
        first = source.rfind(b"\n", 0, self.start) + 1
        last = source.find(b"\n", self.end)
        head, before, tail = (
            part.decode()
            for part in (source[first : self.start], source[self.start : self.end], source[self.end : last])
        )
        text = f"{head}«{before} → {self.after}»{tail}" if before else f"{head}«{self.after}»{tail}"
        return source.count(b"\n", 0, self.start) + 1, re.sub(r"\s+", " ", text).strip()

    def key(self, source):
        """What names the mutant in equivalents.txt, whatever happens to the lines around it."""
        return f"{self.module}: {self.where} | {self.line(source)[1]}"


class Mutator(ast.NodeVisitor):
    """Collects the mutants of one module."""

    def __init__(self, module, source):
        self.module, self.source, self.mutants = module, source, []
        self._names, self._in_function, self._checks_input = [], False, False
        lines = source.splitlines(keepends=True)
        self._starts = [0, *itertools.accumulate(map(len, lines))]
        self.visit(ast.parse(source))

    def span(self, node):
        """The first byte of a node and the one behind its last."""
        first, last = self._starts[node.lineno - 1], self._starts[node.end_lineno - 1]
        return first + node.col_offset, last + node.end_col_offset

    def add(self, start, end, after):
        """One more mutant, in the function or class that is being visited."""
        where = ".".join(self._names) or "-"
        self.mutants.append(Mutant(self.module, where, start, end, after, self._checks_input))

    def replace(self, node, after):
        self.add(*self.span(node), after)

    def between(self, left, right, before, *afters):
        """Replace the operator `before`, which stands somewhere between two nodes."""
        start, end = self.span(left)[1], self.span(right)[0]
        found = re.search(r"\s+".join(map(re.escape, before.split())).encode(), self.source[start:end])
        for after in afters:
            self.add(start + found.start(), start + found.end(), after)

    def visit(self, node):
        """Leave out a statement of a function; not the `raise` of a check: its `if` never holds in another mutant."""
        words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        lone = isinstance(node, ast.Raise) and self._checks_input
        if self._in_function and isinstance(node, STATEMENTS) and not words and not lone:
            self.replace(node, "pass")
        super().visit(node)

    def scope(self, node, in_function):
        """Visit a function or a class without its annotations, under its name."""
        within, self._in_function = self._in_function, in_function
        self._names.append(node.name)
        arguments = (*node.args.defaults, *filter(None, node.args.kw_defaults)) if in_function else ()
        for part in (*node.decorator_list, *arguments, *node.body):
            self.visit(part)
        self._names.pop()
        self._in_function = within

    def visit_ClassDef(self, node):
        self.scope(node, in_function=False)

    def visit_FunctionDef(self, node):
        self.scope(node, in_function=True)

    def visit_AnnAssign(self, node):
        if node.value:
            self.visit(node.value)

    def visit_BinOp(self, node):
        if type(node.op) in OPERATORS:
            self.between(node.left, node.right, *OPERATORS[type(node.op)])
        self.generic_visit(node)

    def visit_AugAssign(self, node):
        before, after = OPERATORS[type(node.op)]
        self.between(node.target, node.value, f"{before}=", f"{after}=")
        self.generic_visit(node)

    def visit_UnaryOp(self, node):
        start = self.span(node)[0]
        self.add(start, start + re.match(rb"not\s*|[-+~]", self.source[start:]).end(), "")
        self.generic_visit(node)

    def visit_Compare(self, node):
        for left, op, right in zip((node.left, *node.comparators), node.ops, node.comparators, strict=False):
            self.between(left, right, *COMPARISONS[type(op)])
        self.generic_visit(node)

    def visit_BoolOp(self, node):
        word, neutral = ("and", "True") if isinstance(node.op, ast.And) else ("or", "False")
        for left, right in itertools.pairwise(node.values):
            self.between(left, right, word, "or" if word == "and" else "and")
        for value in node.values:
            self.replace(value, neutral)
        self.generic_visit(node)

    def condition(self, node):
        """A branch that is always taken, and one that is never."""
        for always in ("True", "False"):
            self.replace(node.test, always)

    def visit_If(self, node):
        within, self._checks_input = self._checks_input, self._checks_input or isinstance(node.body[-1], ast.Raise)
        self.condition(node)
        for part in (node.test, *node.body):
            self.visit(part)
        self._checks_input = within
        for part in node.orelse:
            self.visit(part)

    def visit_IfExp(self, node):
        self.condition(node)
        self.generic_visit(node)

    def visit_For(self, node):
        self.replace(node.iter, "()")
        self.generic_visit(node)

    def visit_With(self, node):
        start, end = self.span(node)[0], self.span(node.items[-1].optional_vars or node.items[-1].context_expr)[1]
        if self.source[end : end + 1] == b":":  # else the items stand in brackets
            self.add(start, end, "if True")
        self.generic_visit(node)

    def visit_comprehension(self, node):
        for test in node.ifs:
            self.replace(test, "True")
        self.generic_visit(node)

    def visit_Attribute(self, node):
        if node.attr == "T":
            self.add(self.span(node.value)[1], self.span(node)[1], "")
        self.generic_visit(node)

    def visit_Call(self, node):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in PAIRS:
            end = self.span(node.func)[1]
            self.add(end - len(name), end, PAIRS[name])
        self.generic_visit(node)

    def visit_keyword(self, node):
        if node.arg == "axis" and isinstance(node.value, ast.Constant) and node.value.value in (0, 1):
            self.replace(node.value, str(1 - node.value.value))
        elif node.arg not in LOOKS:
            self.visit(node.value)

    def visit_JoinedStr(self, node):
        """What is computed in an f-string; its words stay. Python before 3.12 does not say where it stands: look."""
        start, end = self.span(node)
        for value in (part.value for part in node.values if isinstance(part, ast.FormattedValue)):
            text = ast.unparse(value).encode()
            at = self.source.find(b"{" + text, start, end)
            if at < 0:
                continue
            inner = Mutator("", b"(" + text + b")")
            for mutant in inner.mutants:
                self.add(at + mutant.start, at + mutant.end, mutant.after)
            start = at

    def visit_Constant(self, node):
        value = node.value
        if isinstance(value, bool):
            self.replace(node, str(not value))
        elif isinstance(value, int):
            self.replace(node, str(value + 1))
        elif isinstance(value, float):
            self.replace(node, f"{value * 1.1:.4g}" if value else "1.0")


def mutants_of(module, source):
    """Every mutant of a module's source (bytes), in the order of its lines."""
    return sorted(dict.fromkeys(Mutator(module, source).mutants), key=lambda mutant: mutant.start)


def file_of(module, root=ROOT):
    """The source file of a module of the package."""
    path = root.joinpath("lecture_support", *module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def passes(arguments):
    """Whether pytest passes, run in a fork of this process; None where it had to be stopped."""
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (GIBIBYTES << 30, GIBIBYTES << 30))
            signal.alarm(10 * SECONDS)
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
            code = pytest.main(["-x", "-q", "--tb=no", "-o", "addopts=", "-p", "no:cacheprovider", *arguments])
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    return None if os.WIFSIGNALED(status) else status == 0


def runs(module, notebooks):
    """The arguments of the runs of pytest that a mutant of a module has to pass, one after another, to survive."""
    if notebooks:
        paths = [next(Path("notebooks").glob(f"0{number}_*.ipynb")) for number in FORMULAS[module]]
        return [["-p", "nbval.plugin", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60", p] for p in paths]
    return [["-k", f"not {SLOW}", f"tests/{name}"] for name in TESTS[module]]


def start_worker(folder):
    """A copy of the tree for this worker alone, where it and whatever it starts find the package."""
    copy = Path(tempfile.mkdtemp(dir=folder)) / "tree"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    os.chdir(copy)
    os.environ |= {"PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    sys.path[0] = str(copy)
    for name in LOADED:
        importlib.import_module(name)


def survives(job):
    """Whether no test notices the mutant (or, without a mutant, whether the tests pass at all); None as in `passes`."""
    number, module, mutant, notebooks = job
    path = file_of(module, Path.cwd())
    source = path.read_bytes()
    if mutant:
        path.write_bytes(mutant.apply(source))
        os.utime(path, (number, number))  # a time of its own, or Python may take the last mutant's bytecode for it
    try:
        for arguments in runs(module, notebooks):
            green = passes(list(map(str, arguments)))
            if not green:
                return green
        return True
    finally:
        path.write_bytes(source)
        os.utime(path, (0, 0))


def read_equivalents(text):
    """The keys of the mutants that nothing can tell from the package, each with its reason."""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            key, reason = line.rsplit(" | ", 1)
            found[key] = reason
    return found


def report(module, source, results, equivalents):
    """Print what became of a module's mutants, and return the number of faults: survivors without a reason, and reasons
    that no survivor needs. results says of each mutant whether it survived.
    """
    survivors = [mutant for mutant, green in results.items() if green]
    keys = {mutant.key(source) for mutant in survivors}
    unexplained = [mutant for mutant in survivors if mutant.key(source) not in equivalents]
    stale = [key for key in equivalents if key.startswith(f"{module}: ") and key not in keys]
    for mutant in unexplained:
        number, text = mutant.line(source)
        print(f"{file_of(module).relative_to(ROOT)}:{number} in {mutant.where}: {text}")
    for key in stale:
        print(f"{EQUIVALENTS.name}: no mutant survives that needs this line: {key}")
    stopped = list(results.values()).count(None)
    print(
        f"{module}: {len(results)} mutants, {len(results) - len(survivors)} killed ({stopped} by time or memory), "
        f"{len(survivors) - len(unexplained)} equivalent, {len(unexplained)} survived",
        flush=True,
    )
    return len(unexplained) + len(stale)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("modules", nargs="*", help="the first letters of their names")
    parser.add_argument("--notebooks", action="store_true", help="the formulas, with nbval over the notebooks alone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many mutants at a time")
    options = parser.parse_args()
    known = FORMULAS if options.notebooks else TESTS
    modules = [name for name in known if name.startswith(tuple(options.modules) or "")]
    equivalents = read_equivalents(EQUIVALENTS.read_text("utf-8"))
    faults = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        multiprocessing.get_context("fork").Pool(options.jobs, start_worker, (folder,)) as pool,
    ):
        for module in modules:
            source = file_of(module).read_bytes()
            mutants = [
                mutant for mutant in mutants_of(module, source) if not (options.notebooks and mutant.checks_input)
            ]
            if not pool.apply(survives, ((0, module, None, options.notebooks),)):
                sys.exit(f"the tests of {module} fail before anything is changed")
            jobs = [(number, module, mutant, options.notebooks) for number, mutant in enumerate(mutants, 1)]
            results = dict(zip(mutants, pool.map(survives, jobs, chunksize=1), strict=True))
            faults += report(module, source, results, equivalents)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
