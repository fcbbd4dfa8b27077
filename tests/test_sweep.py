"""Every position of every control of every panel: a finite picture, a true-to-form sentence, no warning, no error."""

import re

import numpy as np
import pytest
from conftest import NOTEBOOKS, variables

from lecture_support.panel import SLIDERS, Panel


def panels(path):
    found = {name: value for name, value in variables(path).items() if isinstance(value, Panel)}
    assert found, f"{path.name} has no panel"
    return found


def check(panel, where):
    assert panel.error is None, where
    assert len(panel.sentence) > 20, where
    assert not re.search(r"\b(nan|inf|None)\b", panel.sentence), f"{where}: {panel.sentence}"
    assert bytes(panel.image.value[:4]) == b"\x89PNG", where
    for line in panel._painter.figure.findobj(lambda artist: artist.get_animated() and hasattr(artist, "get_xydata")):
        assert np.isfinite(line.get_xydata()).all(), f"{where}: {line}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_position_shows_a_finite_picture_and_a_sentence(path):
    for name, panel in panels(path).items():
        start, positions = panel.values, panel.positions
        corners = [start, {k: v[0] for k, v in positions.items()}, {k: v[-1] for k, v in positions.items()}]
        for corner in corners:
            for control, values in positions.items():
                for value in values if len(values) <= 20 else values[:: len(values) // 10]:
                    state = {**corner, control: value}
                    panel.set(**state)
                    check(panel, f"{path.stem} {name}.set({state})")
        panel.set(**start)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_control_changes_the_picture_and_the_sentence(path):
    for name, panel in panels(path).items():
        start = panel.values
        for control, values in panel.positions.items():
            seen = []
            for value in (values[0], values[len(values) // 2], values[-1]):
                panel.set(**start)
                panel.set(**{control: value})
                seen.append((panel.image.value, panel.sentence))
            assert len({picture for picture, _ in seen}) > 1, f"{path.stem}: {name}, {control} moves nothing"
            assert len({sentence for _, sentence in seen}) > 1, f"{path.stem}: {name}, {control} is not in the sentence"
        panel.set(**start)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_picture_is_a_function_of_the_controls_alone(path):
    for name, panel in panels(path).items():
        start, before = panel.values, (panel.image.value, panel.sentence)
        panel.tour()
        for control, values in panel.positions.items():
            panel.set(**{control: values[-1]})
        panel.set(**start)
        assert (panel.image.value, panel.sentence) == before, f"{path.stem}: {name}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_of_the_lectures_sliders_is_in_the_notebook(path):
    controls = {control for panel in panels(path).values() for control in panel.sliders}
    assert set(SLIDERS) <= controls
