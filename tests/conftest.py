"""What several test files share: the notebooks, what each shows after its cells have run, panels, and a browser."""

import ast
import io
import os
import re
import shutil
from contextlib import redirect_stdout
from functools import cache
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from lab import LONG, Lab, chromium, leave, new_page, present
from matplotlib.figure import Figure
from playwright.sync_api import expect, sync_playwright
from threadpoolctl import threadpool_limits

from lecture_support.panel import Panel

# As the `lecture` command sets it: for the kernels that are started, and for this process, which has NumPy already.
os.environ.setdefault("OMP_NUM_THREADS", "1")
threadpool_limits(int(os.environ["OMP_NUM_THREADS"]))
os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # the same: a kernel of the user's own would not know the course
for name in ("no_proxy", "NO_PROXY"):  # a proxy knows no server of this machine
    os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1,localhost")))

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
LESSONS = "svm_margin", "regularization", "softmax", "gradient_check", "minibatch_gd"
OF_THE_LAST = "tests/test_present.py"  # what in it names no lesson runs notebook 5


def group(nodeid):
    """What stays with one worker: all that names a lesson, whose notebook and panels are then made once, or a file."""
    file = nodeid.partition("::")[0]
    if file.endswith(".ipynb"):  # nbval has a kernel of its own
        return file
    found = re.search("|".join(LESSONS), nodeid)
    return found[0] if found else LESSONS[-1] if file == OF_THE_LAST else file


def pytest_collection_modifyitems(items):
    """The longest groups first: at the end no worker is left alone."""
    site, *others = (f"tests/test_{name}.py" for name in ("site", "dead", "console"))
    first = [site, *reversed(LESSONS), *others]
    order = {each: index for index, each in enumerate(first)}
    items.sort(key=lambda item: order.get(group(item.nodeid), len(order)))


@pytest.hookimpl(optionalhook=True)  # no such hook without pytest-xdist
def pytest_xdist_make_scheduler(config, log):
    """As --dist=loadfile, but with our groups."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return group(nodeid)

    return Scheduling(config, log)


@cache
def variables(path):
    """Run a notebook's code cells in this process, warnings being errors, and return the variables they leave.

    "_shown" among them is {cell id: what the cell shows, the value of its last line}, and "_printed" what it prints.
    A section of "Going further" finds what the core has left, and nothing of the other sections: they may be deleted.
    """
    namespace = {"__name__": "__main__", "_shown": {}, "_printed": {}}
    core, further = None, {}
    notebook = nbformat.read(path, as_version=4)
    here = os.getcwd()
    os.chdir(path.parent)
    try:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                with redirect_stdout(io.StringIO()) as printed:
                    namespace["_shown"][cell.id] = run(cell.source, f"{path.name}:{cell.id}", namespace)
                namespace["_printed"][cell.id] = printed.getvalue()
            elif core is not None and re.match("###? ", cell.source):
                further |= {name: value for name, value in namespace.items() if core.get(name) is not value}
                namespace.clear()
                namespace.update(core)
            elif cell.source.startswith("## Going further"):
                core = dict(namespace)
    finally:
        os.chdir(here)
    namespace.update(further)
    return namespace


def run(source, name, namespace):
    """Run a cell; return the value of its last line where that is an expression, else None."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), namespace)
    return eval(compile(ast.Expression(last.value), name, "eval"), namespace) if last else None


def shown(path, kind):
    """What a notebook shows of a kind, in order: {cell id: value}."""
    return {cell: value for cell, value in variables(path)["_shown"].items() if isinstance(value, kind)}


def panels_of(path):
    """The panels that a notebook shows, by the ids of their cells; one that waits for a student's function is none."""
    return {cell: panel for cell, panel in shown(path, Panel).items() if panel.error is None}


@cache
def lesson_panels(lesson):
    """Every panel of a lesson, on the helper's own maths: {name: panel}."""
    module = import_module(f"lecture_support.lessons.{lesson}.panels")
    return {name: make() for name, make in vars(module).items() if name.endswith("_panel")}


def view_of(panel):
    """The figure object behind a lesson's panel: what its `update` draws with."""
    update = panel._update
    return dict(zip(update.__code__.co_freevars, update.__closure__, strict=True))["view"].cell_contents


START = {"reg": 0.1, "step_size": 0.2, "batch_size": 32}


class Line:
    """A figure whose line ends as high as the controls say, and a record of what `update` was called with."""

    def __init__(self):
        self.figure = Figure(figsize=(3, 2))
        ax = self.figure.add_subplot(xlim=(0, 1), ylim=(0, 300))
        (self.line,) = ax.plot([0, 1], [0, 0], animated=True)
        self.calls = []

    def update(self, **values):
        self.calls.append(values)
        self.line.set_ydata([0, sum(value for value in values.values() if not isinstance(value, str))])
        return "; ".join(f"{name} is {value}" for name, value in values.items())


@pytest.fixture
def view():
    return Line()


@pytest.fixture
def panel(view):
    return Panel(view.figure, view.update, **START)


@pytest.fixture(scope="session")
def run_notebook():
    """A function from a notebook's number to its variables; a notebook runs once in a session."""

    def run(number):
        (path,) = (path for path in NOTEBOOKS if path.name.startswith(f"{number:02d}_"))
        return variables(path)

    return run


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """One JupyterLab for all files: each has a folder of its own in it."""
    with Lab(tmp_path_factory.mktemp("home")) as lab:
        yield lab


@pytest.fixture(scope="session")
def playwright():
    """What every browser comes from: Playwright knows no second session in a process."""
    expect.set_options(timeout=LONG / 3)
    with sync_playwright() as session:
        yield session


@pytest.fixture(scope="session")
def browser(playwright):
    """One Chromium for all files."""
    browser = chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def tab(browser):
    """One page for all files that need no other kind: where JupyterLab was open before, it opens a third sooner."""
    page = new_page(browser)
    page.asked = []  # every address since the last show began
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.close()


@pytest.fixture(scope="session")
def shows(lab, tab):
    """A function from a notebook to the page that shows it in front of a class; the one asked for last stays open."""

    def show(path, *how):
        if f"/present-{path.name[:2]}/" not in tab.url:
            leave(tab, lab)
            present(lab, tab, path, *how)
        return tab

    yield show
    leave(tab, lab)


@pytest.fixture(scope="module")
def real_course(tmp_path_factory):
    """A copy of the whole course, as a clone or a zip file brings it."""
    course = tmp_path_factory.mktemp("다른 폴더") / "강의 노트"
    for folder in ("lecture_support", "notebooks"):
        original = NOTEBOOKS[0].parents[1] / folder
        shutil.copytree(original, course / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return course
