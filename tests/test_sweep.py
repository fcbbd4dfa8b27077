"""Every position of every control of every panel: a finite picture, a true-to-form sentence, no warning, no error."""

import re
from functools import cache

import numpy as np
import pytest
from conftest import LESSONS, lesson_panels
from matplotlib.lines import Line2D

from lecture_support.panel import SLIDERS


@cache
def moving_lines(panel):
    return [line for line in panel._painter.figure.findobj(Line2D) if line.get_animated()]


def check(panel, sentence, where):
    assert len(sentence) > 20, where
    assert len(sentence.split()) <= 45, f"{where}: {sentence}"
    assert not re.search(r"\b(nan|inf|None)\b", sentence), f"{where}: {sentence}"
    for line in moving_lines(panel):
        assert np.isfinite(line.get_xydata()).all(), f"{where}: {line}"


def check_picture(panel, where):
    assert panel.error is None, where
    check(panel, panel.sentence, where)
    assert bytes(panel.image.value[:4]) == b"\x89PNG", where


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_position_shows_a_finite_picture_and_a_sentence_and_every_control_changes_both(lesson):
    """Each control takes all its places, a long slider 20 of them, with the others at their start and both ends.

    Every place is asked for its sentence and its artists' numbers; painted are the first, the middle and the last,
    because painting takes the most time and what can go wrong in it comes with numbers that are not finite.
    """
    for name, panel in lesson_panels(lesson).items():
        start, positions = panel.values, panel.positions
        ends = [{control: values[end] for control, values in positions.items()} for end in (0, -1)]
        places = {}  # each once, and whether it is painted
        for corner in (start, *ends):
            for control, values in positions.items():
                for value in (*values[:: max(1, len(values) // 20)], values[-1]):
                    place = tuple({**corner, control: value}.items())
                    places[place] = places.get(place, False) or value in some_of(values)
        seen = {}
        for place, painted in places.items():
            what = f"{lesson} {name}.set({place})"
            if painted:
                panel.set(**dict(place))
                check_picture(panel, what)
                seen[place] = panel.image.value, panel.sentence
            else:
                check(panel, panel._update(**dict(place)), what)
        panel.set(**start)
        for control, values in positions.items():
            moved = [seen[tuple({**start, control: value}.items())] for value in some_of(values)]
            for what, shown in zip(("picture", "sentence"), zip(*moved, strict=True), strict=True):
                assert len(set(shown)) > 1, f"{lesson}: {control} is not in the {what} of {name}"


def some_of(values):
    return values[0], values[len(values) // 2], values[-1]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_picture_is_a_function_of_the_controls_alone(lesson):
    for name, panel in lesson_panels(lesson).items():
        start, before = panel.values, (panel.image.value, panel.sentence)
        panel.tour()
        for control, values in panel.positions.items():
            panel.set(**{control: values[-1]})
        panel.set(**start)
        assert (panel.image.value, panel.sentence) == before, f"{lesson}: {name}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_of_the_lectures_sliders_is_in_the_main_panel(lesson):
    main = next(iter(lesson_panels(lesson).values()))
    assert list(main.sliders)[:3] == list(SLIDERS)
