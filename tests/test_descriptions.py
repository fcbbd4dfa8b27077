"""What each panel shows in every named state, and with each control at either end, is what was stored."""

import json
import re

import descriptions
import numpy as np
import pytest
from conftest import LESSONS, NOTEBOOKS, lesson_panels

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?")
ROUNDING = "sweep_panel", "zoo_panel"  # they show the errors of rounding, and every processor has its own


def alike(line, stored, rounding):
    """Whether two lines of a description have the same words, and the same numbers but for what rounding may do.

    Another processor may let a border on a grid pass one cell beside a tie.
    """
    if NUMBER.split(line) != NUMBER.split(stored):
        return False
    allowed = 0.01 if "mean" in line or (rounding and "animated" in line) else 1e-4
    numbers, others = (np.array(NUMBER.findall(text), float) for text in (line, stored))
    return np.allclose(numbers, others, rtol=1e-4, atol=allowed)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_figure_shows_in_every_named_state_and_at_every_end_what_is_stored(lesson):
    stored = descriptions.read(descriptions.FOLDER / f"{lesson}.txt")
    now = descriptions.descriptions_of(lesson_panels(lesson))
    assert list(now) == list(stored)
    for title, lines in now.items():
        assert len(lines) == len(stored[title]), title
        for line, before in zip(lines, stored[title], strict=True):
            assert alike(line, before, title.startswith(ROUNDING)), f"{title}: {line}, not {before}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_panel_says_in_every_named_state_what_its_notebook_has_stored(lesson):
    """As nbval asks of the notebook, but on every panel of the lesson, and where a mutant of a sentence is tried."""
    cells = json.loads(NOTEBOOKS[LESSONS.index(lesson)].read_text("utf-8"))["cells"]
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    stored = ["".join(each.get("text/plain", "")) for each in data]
    for name, panel in lesson_panels(lesson).items():
        if name != "rules_panel":  # a notebook shows it on a student's function alone, which is not written yet
            assert f"{panel!r}\n{panel.tour()}" in stored, name
