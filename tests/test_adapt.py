"""notebooks/ADAPT.md: a copy of the course is adapted as its blocks say, stores its outputs and passes its tests."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import NOTEBOOKS, run

COURSE = NOTEBOOKS[0].parents[1]
PAGE = (COURSE / "notebooks" / "ADAPT.md").read_text("utf-8")
TITLE, *RECIPES = re.split("^## ", PAGE, flags=re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
FILE = r"`([\w/]+\.(?:py|md|ipynb))`"
PLACE = re.compile(rf"(?:(after|cell) `([a-z0-9-]+)` in )?{FILE}")


def changed(text, diff):
    """A text with the lines that go in place, and those that come in their stead."""
    old, new = ("\n".join(line[1:] for line in diff.splitlines() if line[0] in marks) for marks in (" -", " +"))
    assert text.count(old) == 1, f"this is there {text.count(old)} times: {old}"
    return text.replace(old, new)


def place_of(course, file):
    """A file that the page names; a notebook is named without its folder."""
    return course / "notebooks" / file if file.endswith("ipynb") else course / file


def follow(course, recipe):
    """Do in a course what a recipe says, in words before a block: copy, delete a section, write the block."""
    words, *rest = BLOCK.split(recipe)
    for language, block, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        words = " ".join(words.split())
        for source, target in re.findall(rf"Copy {FILE} to {FILE}", words):
            shutil.copy(place_of(course, source), place_of(course, target))
        for heading, file in re.findall(rf"Delete the cells of \*(.+?)\* in {FILE}", words):
            rewrite(place_of(course, file), delete, heading)
        if places := PLACE.findall(words):  # else it goes on where the last block was
            where, name, file = places[-1]
        path = place_of(course, file)
        if file.endswith("ipynb"):
            rewrite(path, write, where, name, language, block)
        elif language == "diff":
            path.write_text(changed(path.read_text("utf-8"), block), "utf-8")
        else:
            path.write_text(f"{path.read_text('utf-8')}\n\n{block}\n", "utf-8")
        words = after


def rewrite(path, change, *given):
    """Change the cells of a notebook, a new one where there is none, as JupyterLab does."""
    notebook = nbformat.read(path, as_version=4) if path.exists() else nbformat.v4.new_notebook()
    change(notebook.cells, *given)
    nbformat.write(notebook, path)


def write(cells, where, name, language, block):
    """Write a block into the cell of a name, or into a new cell after it or at the end."""
    index = next((index for index, cell in enumerate(cells) if cell.id == name), None)
    assert (index is None) == (name == ""), f"there is no cell {name}"
    if where == "cell":
        cells[index].source = changed(cells[index].source, block)
    else:
        new = nbformat.v4.new_markdown_cell if language == "markdown" else nbformat.v4.new_code_cell
        cells.insert(len(cells) if index is None else index + 1, new(block))


def delete(cells, heading):
    """Delete a section: its heading's cell, and what follows up to the next heading."""
    headings = [index for index, cell in enumerate(cells) if re.match("###? ", cell.source)]
    (begin,) = (index for index in headings if cells[index].source.startswith(f"### {heading} ("))
    del cells[begin : headings[headings.index(begin) + 1]]


def contents(course):
    return {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}


def python(course, *arguments):
    """What Python prints in a course, which it imports from there and not from where this one was installed."""
    environment = {**os.environ, "PYTHONPATH": str(course), "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=course, env=environment, capture_output=True, text=True, timeout=600
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def adapted(real_course):
    """The course with all recipes followed, and what each wrote beside notebooks."""
    for name in ("tests", "pyproject.toml"):
        copy = shutil.copytree if (COURSE / name).is_dir() else shutil.copy
        copy(COURSE / name, real_course / name)
    wrote = {}
    for recipe in RECIPES:
        before = contents(real_course)
        follow(real_course, recipe)
        after = contents(real_course)
        changes = [path.name for path in after if after[path] != before.get(path)]
        wrote[recipe.partition("\n")[0]] = [name for name in changes if not name.endswith("ipynb")]
        assert changes
    return real_course, wrote


def test_a_recipe_writes_at_most_two_files_beside_the_notebook(adapted):
    _, wrote = adapted
    assert len(wrote) == 8
    assert max(map(len, wrote.values())) <= 2, wrote


def test_an_adapted_course_stores_its_outputs_and_passes_its_tests(adapted):
    """Those aside which say what only the deleted section used. What the lesson's own tests say is for the teacher."""
    course, _ = adapted
    stored = python(course, "tests/store.py", "03", "06")
    assert len(re.findall(r"^0[36]_\w+\.ipynb: stored$", stored, re.MULTILINE)) == 2, stored
    files = [f"tests/test_{name}.py" for name in ("notebooks", "instructors_page", "predictions", "imports")]
    which = "(03_ or 06_ or softmax or (13_ and computed)) and not second_run"
    said = python(course, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", *files, "-k", which)
    failed = re.findall(r"^FAILED .+ - (.+)$", said, re.MULTILINE)
    assert {re.sub(r".*\.(\w+) is \w+ nowhere: delete it$", r"\1", why) for why in failed} == {
        "JIGGLE",
        "jiggle_panel",
    }, said


def test_the_main_panel_of_notebook_1_goes_with_other_data(adapted):
    course, _ = adapted
    namespace = {}
    for cell in nbformat.read(course / "notebooks" / NOTEBOOKS[0].name, as_version=4).cells:
        if cell.id in ("imports", "noodles", "walk", "ask-band", "margin-panel"):
            shown = run(cell.source, cell.id, namespace)
            if cell.id == "ask-band":
                shown.question.right(*shown._given)
    assert shown.error is None and "of 6 examples" in shown.sentence
