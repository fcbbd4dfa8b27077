"""The changes to a module of the package that a test should notice, one at a time.

Changed are operators, signs, comparisons, numbers, truth values, axes, transposes, conditions, loops, and pairs such as
max and min; statements are removed. Strings stay, and so do annotations, the numbers that only style a picture (LOOKS,
PLACING), and `strict=True`, which does nothing where both sides of a zip are as long, as they always are.
"""

import ast
import itertools
import re
from dataclasses import dataclass

LOOKS = set(
    "alpha borderaxespad bottom columnspacing fontsize handlelength handletextpad height hspace labelpad labelsize "
    "left linespacing linewidth linewidths markeredgewidth markersize pad right rotation top width_ratios wspace "
    "zorder".split()
)
# Calls that place words and axes: their numbers are looks as well, the sums in their arguments are not.
PLACING = {"annotate", "legend", "moving_text", "new_figure", "set_alpha", "set_axes", "set_linewidth", "text"}

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
    is_check: bool

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
        self._names, self._in_function, self._is_check, self._is_placed = [], False, False, False
        self._checks = {"check_labels"}
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
        self.mutants.append(Mutant(self.module, where, start, end, after, self._is_check))

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
        lone = isinstance(node, ast.Raise) and self._is_check
        within, self._is_check = self._is_check, self._is_check or self.only_checks(node)
        if self._in_function and isinstance(node, STATEMENTS) and not words and not lone:
            self.replace(node, "pass")
        super().visit(node)
        self._is_check = within

    def only_checks(self, node):
        """Whether a statement does no more than to call functions that check their arguments."""
        value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
        calls = value.elts if isinstance(value, ast.Tuple) else [value]
        return all(isinstance(call, ast.Call) and getattr(call.func, "id", "") in self._checks for call in calls)

    def visit_ImportFrom(self, node):
        if node.module == "lecture_support.arguments":
            self._checks |= {alias.name for alias in node.names}

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
        within, self._is_check = self._is_check, self._is_check or isinstance(node.body[-1], ast.Raise)
        self.condition(node)
        for part in (node.test, *node.body):
            self.visit(part)
        self._is_check = within
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
        within, self._is_placed = self._is_placed, self._is_placed or name in PLACING
        self.generic_visit(node)
        self._is_placed = within

    def visit_keyword(self, node):
        if node.arg == "axis" and isinstance(node.value, ast.Constant) and node.value.value in (0, 1):
            self.replace(node.value, str(1 - node.value.value))
        elif node.arg not in LOOKS | {"strict"}:
            self.visit(node.value)

    def visit_Dict(self, node):
        for key, value in zip(node.keys, node.values, strict=True):
            if getattr(key, "value", None) not in LOOKS:
                self.visit(value)

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
        elif self._is_placed:
            return
        elif isinstance(value, int):
            self.replace(node, str(value + 1))
        elif isinstance(value, float):
            self.replace(node, f"{value * 1.1:.4g}" if value else "1.0")


def mutants_of(module, source):
    """Every mutant of a module's source (bytes), in the order of its lines."""
    return sorted(dict.fromkeys(Mutator(module, source).mutants), key=lambda mutant: mutant.start)
