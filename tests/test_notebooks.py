"""The rules that a stored notebook keeps, so that nbval compares what it seems to compare."""

import html
import json
import re
import sys
from base64 import b64decode

import numpy as np
import pytest
from conftest import LESSONS, NOTEBOOKS, panels_of, variables
from store import METADATA, NAMELESS, WIDGET_VIEW

from lecture_support import losses, progress
from lecture_support.exercises import MODULES
from lecture_support.losses import scores_of

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


@each_notebook
def test_every_code_cell_was_run_once_from_top_to_bottom(path):
    counts = [cell["execution_count"] for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize(("path", "module"), [*zip(NOTEBOOKS, MODULES, strict=False)], ids=LESSONS)
def test_each_exercise_has_a_stub_with_hints_that_is_stored_unsolved(path, module):
    stubs = [cell for cell in cells(path, "code") if cell["id"].startswith("my-")]
    printed = ["".join("".join(output["text"]) for output in cell["outputs"]) for cell in stubs]
    assert sorted(printed) == sorted(f"my_{exercise.name}: not written yet.\n" for exercise in module.EXERCISES)
    assert all("leave-out" in stub["metadata"].get("tags", []) for stub in stubs)  # by the show, in front of a class
    asked = [text for cell in cells(path, "markdown") if "**Write.**" in (text := "".join(cell["source"]))]
    assert len(asked) == len(stubs) and all(text.count("<summary>Hint") in (2, 3) for text in asked)


@each_notebook
def test_no_error_and_no_warning_is_stored(path):
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            assert output["output_type"] != "error", cell["id"]
            assert output.get("name") != "stderr", cell["id"]


@each_notebook
def test_no_widget_view_no_widget_state_and_no_version_is_stored(path):
    assert WIDGET_VIEW not in path.read_text(encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8"))["metadata"] == METADATA


@each_notebook
def test_cell_ids_are_unique_words_that_say_what_the_cell_is_about(path):
    ids = [cell["id"] for kind in ("code", "markdown") for cell in cells(path, kind)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id_) for id_ in ids), ids
    assert not [id_ for id_ in ids if NAMELESS.fullmatch(id_)]


@each_notebook
def test_a_text_names_only_sections_that_exist(path):
    number = rf"(?<![\d.,]){int(path.name[:2])}\.[1-9]\d?(?![\d.])"
    texts = {cell["id"]: "".join(cell["source"]) for cell in cells(path, "markdown")}
    exist = {found[1] for text in texts.values() for found in re.finditer(rf"^###? ({number}) ", text, re.MULTILINE)}
    for cell, text in texts.items():
        named = set(re.findall(rf"(?:[Ss]ections? |\()({number})(?=[\s,.);:])", text))
        assert named <= exist, f"{path.name}: the cell {cell} names {named - exist}, which is not there"


@each_notebook
def test_a_section_of_going_further_prints_without_the_others_what_is_stored(path):
    printed = variables(path)["_printed"]
    for cell in cells(path, "code"):
        if cell["id"] != "progress":  # it counts what other notebooks have met in this process
            assert printed[cell["id"]] == "".join("".join(each.get("text", "")) for each in cell["outputs"]), cell["id"]


@each_notebook
def test_a_notebook_is_under_500_kb_and_names_no_machine(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 500_000
    assert not re.search(r"/(root|home|work|tmp|Users)/|0x[0-9a-f]{6}|localhost|127\.0\.0\.1", text)


@each_notebook
def test_every_picture_has_its_sentence_as_alt_text_and_below(path):
    data = [output["data"] for cell in cells(path, "code") for output in cell["outputs"] if "data" in output]
    pictures = [each for each in data if "image/png" in each]
    assert len(pictures) == len(panels_of(path))
    for each in pictures:
        shown = "".join(each["text/html"])
        encoded, alt, below = re.search(r'base64,([^"]*)" alt="([^"]*)".*<p[^>]*>([^<]*)</p>', shown).groups()
        assert encoded == each["image/png"].strip()
        assert int.from_bytes(b64decode(encoded)[16:20]) == 900  # pixels wide
        assert alt == below
        _, sentence, *_ = "".join(each["text/plain"]).splitlines()  # the named states follow
        assert sentence == html.unescape(alt)


@pytest.fixture
def elsewhere(monkeypatch):
    """Scores as another processor may round them: a margin that is 0 but for the last digit is above 0."""
    monkeypatch.setattr(losses, "scores_of", as_elsewhere)
    yield
    for name, module in [*sys.modules.items()]:
        for each in vars(module).values() if name.startswith("lecture_support.lessons") else ():
            getattr(each, "cache_clear", int)()  # what was computed with them


def as_elsewhere(W, X, y):
    exact = all((each == each.astype(np.float32)).all() for each in (W, X))  # few digits: no sum of theirs is rounded
    return scores_of(W, X, y) * (1 if exact else 1 - 1e-14)


@each_notebook
def test_a_second_run_prints_what_is_stored_though_scores_are_rounded_otherwise_and_leaves_no_file(
    path, elsewhere, monkeypatch, capsys
):
    left, stored = dict(variables(path)), ""
    monkeypatch.chdir(path.parent)
    monkeypatch.setattr(progress, "_DONE", {kind: {} for kind in progress._DONE})  # what other notebooks have met
    capsys.readouterr()
    files = sorted(path.parent.iterdir())
    for cell in cells(path, "code"):
        exec(compile("".join(cell["source"]), path.name, "exec"), left)
        stored += "".join("".join(output.get("text", "")) for output in cell["outputs"])
    assert capsys.readouterr().out == stored != ""
    assert sorted(path.parent.iterdir()) == files


@each_notebook
def test_a_teaching_cell_is_short(path):
    for cell in cells(path, "code"):
        lines = [line for line in "".join(cell["source"]).splitlines() if line.strip()]
        assert len(lines) <= 15, f"{path.stem}: {cell['id']} has {len(lines)} lines"
