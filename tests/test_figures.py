"""One visual language: what holds for every figure of every notebook."""

import base64
import hashlib
import json
import re
from itertools import combinations

import numpy as np
import pytest
from conftest import LESSONS, NOTEBOOKS, lesson_panels, panels_of
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from test_descriptions import ROUNDING
from test_painter import full_draw, pixels

from lecture_support import painter

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_lesson = pytest.mark.parametrize("lesson", LESSONS)

# A text as the matplotlib that drew the stored pictures draws it. Another may put each letter a little otherwise.
STORED_LETTERS = "3b35af74c2e68fe554944465c8a2ee19fe29f2d9243e64b25d23918b7f8ebded"
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-\d+)?")
PLAIN = str.maketrans("−⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def figures(lesson):
    return {name: panel._painter.figure for name, panel in lesson_panels(lesson).items()}


def luminance(colour):
    """How light a colour is, from 0 to 1, as WCAG 2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def words_outside(figure):
    """The words that leave a figure, as it was drawn, and where they are."""
    texts = [text for text in figure.findobj(Text) if text.get_visible() and not text.get_clip_on()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text().strip()]
    width, height = figure.bbox.size + 2
    return [
        (words, box.extents.round())
        for words, box in boxes
        if not (box.x0 > -2 and box.y0 > -2 and box.x1 < width and box.y1 < height)
    ]


@each_lesson
def test_every_word_is_large_and_dark_and_stands_in_the_picture(lesson):
    """11 points at the least, a contrast of 4.5 with white, and no formula: a browser's Python has no fonts for it."""
    for name, figure in figures(lesson).items():
        figure.canvas.draw()
        assert not [line for line in figure.findobj(Line2D) if "$" in str(line.get_marker())], name
        for text in figure.findobj(Text):
            what = f"{name}: {text.get_text()!r}"
            contrast = 1.05 / (luminance(text.get_color()) + 0.05)
            assert contrast >= 4.5, f"{what} in {text.get_color()} has {contrast:.1f}"
            assert "$" not in text.get_text(), what
            if text.get_visible() and text.get_text().strip():
                assert text.get_fontsize() >= 11, what
        assert not words_outside(figure), name


@each_lesson
def test_every_figure_is_900_pixels_wide_and_fits_a_laptop(lesson):
    for name, figure in figures(lesson).items():
        width, height = figure.canvas.get_width_height()
        assert width == 900, name
        assert height <= 500, name


@each_lesson
def test_every_axes_with_numbers_says_what_they_are(lesson):
    for name, figure in figures(lesson).items():
        for ax in figure.axes:
            for axis in (ax.xaxis, ax.yaxis):
                if ax.axison and axis.get_visible() and any(label.get_text() for label in axis.get_ticklabels()):
                    words = axis.get_label().get_text() or ax.get_title(loc="left") or ax.get_title()
                    assert words, f"{name}: an axis has numbers and no words"


@each_lesson
def test_on_a_narrow_page_all_is_in_the_picture_and_large_enough_and_afterwards_as_it_was(lesson, monkeypatch):
    for name, panel in lesson_panels(lesson).items():
        figure, image = panel._painter.figure, panel.image
        panel.set(**panel.states["start"])
        before = image.value, image.width, image.height
        monkeypatch.setattr(painter, "NARROW", True)
        for state, values in panel.states.items():
            panel.set(**values)
            assert not words_outside(figure), f"{name}, {state}"
            boxes = [ax.get_tightbbox() for ax in figure.axes]
            assert not any(one.overlaps(other) for one, other in combinations(boxes, 2)), f"{name}, {state}"
        shown = pixels(image.value)
        assert np.array_equal(shown, full_draw(figure)) and shown.shape[:2] == panel._painter.size[::-1], name
        smallest = min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text())
        assert smallest / 72 * painter.DPI * 350 / int(image.width) >= 11, name
        monkeypatch.setattr(painter, "NARROW", False)
        panel.set(**panel.states["start"])
        assert (image.value, image.width, image.height) == before, name


@each_lesson
def test_a_tick_stands_where_its_number_says(lesson):
    for name, figure in figures(lesson).items():
        figure.canvas.draw()
        for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
            texts = [label.get_text().strip("≤≥ ") for label in axis.get_ticklabels()]
            words = [text.replace("10⁻", "1e-").translate(PLAIN) for text in texts]
            places = list(axis.get_majorticklocs())
            numbers = [(place, float(w)) for place, w in zip(places, words, strict=True) if NUMBER.fullmatch(w)]
            in_a_row = places == list(range(len(places)))  # they name bars, or the values of a list, such as every λ
            of_a_list = all(place == int(place) for place in places) and any(n != int(n) for _, n in numbers)
            for place, number in [] if in_a_row or of_a_list else numbers:
                assert number == pytest.approx(place, abs=1e-15), f"{name}: {number:g} stands at {place}"


def letters():
    """A text that plain matplotlib draws, as one word."""
    figure = Figure((3, 1))
    figure.text(0.1, 0.4, "λ = 0.25, step size η", fontsize=12)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return hashlib.sha256(canvas.buffer_rgba()).hexdigest()


@each_notebook
def test_every_stored_picture_is_what_its_panel_draws_now(path):
    """Any change of a figure is seen here; tests/store.py stores what was meant, and git shows it."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    words = "".join("".join(each.get("text/html", "")) for each in data)
    stored = [pixels(base64.b64decode(found)) for found in re.findall('src="data:image/png;base64,([^"]*)', words)]
    same_letters = letters() == STORED_LETTERS
    for (name, panel), before in zip(panels_of(path).items(), stored, strict=True):
        panel.set(**panel.states["start"])
        now = pixels(panel._painter.small_png())
        assert before.shape == now.shape, name
        allowed = 0 if same_letters and not panel._update.__qualname__.startswith(ROUNDING) else 0.05
        share = (np.abs(before - now) > 10).any(axis=2).mean()
        assert share <= allowed, f"{name}: {share:.3%} of its pixels are others than in the stored picture"
