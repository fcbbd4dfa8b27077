"""Change one thing in the package at a time, and see that a test turns red.

    .venv/bin/python tests/mutate.py                     every module of TESTS and FIGURES
    .venv/bin/python tests/mutate.py losses figures      modules whose name begins so
    .venv/bin/python tests/mutate.py --notebooks losses  the formulas, with nbval over the notebooks and no other test
    .venv/bin/python tests/mutate.py solutions           the solutions of the exercises, each tried on its own inputs

mutants.py says what is changed. With --notebooks a check of the input is no formula and is left out: an `if` that ends
in `raise`, and a statement that only calls functions of arguments.py or `check_labels`.

A mutant that no test notices is printed with its line, as «before → after». It is a fault of the tests, unless
equivalents.txt gives the reason why nothing can notice it; a line there that no survivor needs is an error too. The
checkout is never changed: every worker has a copy. pytest and what it imports are loaded once; each mutant is a fork.
"""

import argparse
import importlib
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from mutants import mutants_of

ROOT = Path(__file__).parent.parent
EQUIVALENTS = Path(__file__).with_name("equivalents.txt")
SECONDS = 90  # of processor time for one run of a mutant's tests; a mutant that takes longer is killed, and so is
GIBIBYTES = 4  # one that needs more memory
LOADED = "numpy", "scipy.stats", "sklearn.linear_model", "matplotlib.figure", "ipywidgets", "nbclient"
SHARED = "tests/test_bad_input.py", "tests/test_properties.py"
MATHS = "losses", "penalties", "gradients", "descent", "data", "predictions"
LESSON_NAMES = "svm_margin", "minibatch_gd", "softmax", "gradient_check", "regularization"
LESSONS = tuple(f"tests/lessons/test_{name}.py" for name in LESSON_NAMES)
# The tests of each module: those of its own first, then those that a survivor of them has to pass as well.
TESTS = {
    **{name: (f"tests/test_{name}.py", *SHARED, *LESSONS) for name in MATHS},
    "arguments": ("tests/test_losses.py", *SHARED),
    "progress": ("tests/test_checks.py", "tests/test_predictions.py"),
    **{name: (f"tests/test_{name}.py", "tests/test_exercises.py") for name in ("checks", "calls", "errors")},
    "common": ("tests/test_exercises.py",),
    "exercises": ("tests/test_checks.py", "tests/test_exercises.py", "tests/test_bad_input.py"),
    **{
        f"lessons.{name}.exercises": ("tests/test_exercises.py", f"tests/lessons/test_{name}.py")
        for name in LESSON_NAMES
    },
    "drawing": ("tests/test_descriptions.py", "tests/test_painter.py", "tests/test_figures.py", *LESSONS),
    "painter": ("tests/test_painter.py", "tests/test_figures.py", "tests/test_bad_input.py"),
    "words": ("tests/test_words.py", "tests/test_sweep.py", *LESSONS),
    "panel": ("tests/test_panel.py", "tests/test_bad_input.py", "tests/test_abuse.py", *LESSONS),
}
# A lesson's figures, panels and questions need what its own test asks of them, and what is asked of every figure.
FIGURES = tuple(f"lessons.{name}.{kind}" for name in LESSON_NAMES for kind in ("figures", "panels", "questions"))
# The formulas, with the notebooks that show them: the one that shows most first.
FORMULAS = {"losses": "13542", "penalties": "25134", "gradients": "4", "descent": "5213"}


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
        options = "-p", "nbval.plugin", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"
        options += ("--nbval-sanitize-with=tests/nbval.cfg",)
        groups = [[f"notebooks/0{number}_*.ipynb"] for number in FORMULAS[module]]
    elif module in FIGURES:
        lesson = module.split(".")[1]
        options = "-k", lesson
        groups = [["tests/test_descriptions.py"], ["tests/test_figures.py"], [f"tests/lessons/test_{lesson}.py"]]
    else:
        options, groups = (), [[pattern] for pattern in TESTS[module]]
    return [[*options, *(str(path) for pattern in group for path in Path().glob(pattern))] for group in groups]


def survivors(exercise):
    """The mutants of an exercise's solution, and of its variants, that none of its inputs shows, each as its key."""
    for source in exercise.sources:
        for mutant in mutants_of("solutions", source.encode()):
            function = exercise.made_of(mutant.apply(source.encode()).decode())
            if exercise.passes(function):
                yield mutant.key(source.encode())


def unexplained(exercise):
    """The survivors without a reason in equivalents.txt, and the reasons there that no survivor needs."""
    keys = [key for key in read_equivalents(EQUIVALENTS.read_text("utf-8")) if key.startswith("solutions: ")]
    names = [source.split("(")[0].removeprefix("def ") for source in exercise.sources]
    return sorted(set(survivors(exercise)) ^ {key for key in keys if key.split(" ")[1] in names})


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
            green = passes(arguments)
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


def report(module, source, outcomes, equivalents, notebooks=False, stale_too=True):
    """Print what becomes of a module's mutants, and return the number of faults: survivors without a reason, and (with
    stale_too) reasons that no survivor needs. outcomes yields pairs: a mutant, and what `survives` said of it.
    """
    counts, keys = {True: 0, False: 0, None: 0}, set()
    prefix = "notebooks " if notebooks else ""
    unexplained = 0
    for mutant, green in outcomes:
        counts[green] += 1
        if green:
            key = mutant.key(source)
            keys.add(prefix + key)
            if key not in equivalents and prefix + key not in equivalents:
                unexplained += 1
                number, text = mutant.line(source)
                print(f"{file_of(module).relative_to(ROOT)}:{number} in {mutant.where}: {text}", flush=True)
    stale = [key for key in equivalents if stale_too and key.startswith(f"{prefix}{module}: ") and key not in keys]
    for key in stale:
        print(f"{EQUIVALENTS.name}: no mutant survives that needs this line: {key}")
    killed = f"{counts[False] + counts[None]} killed ({counts[None]} by time or memory)"
    print(
        f"{module}: {sum(counts.values())} mutants, {killed}, {counts[True] - unexplained} equivalent, "
        f"{unexplained} survived",
        flush=True,
    )
    return unexplained + len(stale)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("modules", nargs="*", help="the first letters of their names")
    parser.add_argument("--notebooks", action="store_true", help="the formulas, with nbval over the notebooks alone")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th mutant only, for a first look")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many mutants at a time")
    options = parser.parse_args()
    known = FORMULAS if options.notebooks else (*TESTS, *FIGURES)
    modules = [name for name in known if name.startswith(tuple(options.modules) or "")]
    missing = [name for name in LOADED if find_spec(name.split(".")[0]) is None]
    if missing:
        sys.exit(f"{', '.join(missing)} cannot be imported here: pip install -e '.[lab,test]'")
    if options.modules == ["solutions"]:
        from lecture_support.exercises import EXERCISES

        found = [key for exercise in EXERCISES.values() if hasattr(exercise, "cases") for key in unexplained(exercise)]
        print("\n".join(found))
        return 1 if found else 0
    equivalents = read_equivalents(EQUIVALENTS.read_text("utf-8"))
    faults = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        multiprocessing.get_context("fork").Pool(options.jobs, start_worker, (folder,)) as pool,
    ):
        for module in modules:
            source = file_of(module).read_bytes()
            if not pool.apply(survives, ((0, module, None, options.notebooks),)):
                sys.exit(f"the tests of {module} fail before anything is changed")
            mutants = [mutant for mutant in mutants_of(module, source) if not (options.notebooks and mutant.is_check)]
            mutants = mutants[:: options.every]
            jobs = [(number, module, mutant, options.notebooks) for number, mutant in enumerate(mutants, 1)]
            outcomes = zip(mutants, pool.imap(survives, jobs), strict=True)
            faults += report(module, source, outcomes, equivalents, options.notebooks, options.every == 1)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
