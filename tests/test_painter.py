"""What the Painter leaves out of a redraw is never missed: each picture equals a full draw, pixel for pixel."""

import io
import struct

import numpy as np
import pytest
from conftest import LESSONS, lesson_panels
from matplotlib import colormaps
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import imread
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from lecture_support import painter
from lecture_support.drawing import moving_cells
from lecture_support.painter import DPI, Painter, Renderer, encode


def pixels(png):
    return np.round(255 * imread(io.BytesIO(png), format="png")).astype(int)[:, :, :3]  # a picture has no alpha


def full_draw(figure):
    """Every artist drawn from nothing, animated or not, as for a file."""
    figure.savefig(buffer := io.BytesIO(), format="rgba", dpi=DPI)
    width = figure.canvas.get_width_height()[0]
    return np.frombuffer(buffer.getvalue(), np.uint8).reshape(-1, width, 4)[:, :, :3].astype(int)


def same(painter):
    return np.array_equal(pixels(painter.png()), full_draw(painter.figure))


def counted(artist):
    """A list that grows by one at each draw of the artist."""
    draws, draw = [], artist.draw

    def draw_and_count(renderer):
        draws.append(1)
        draw(renderer)

    artist.draw = draw_and_count
    return draws


@pytest.fixture
def figure():
    return Figure(figsize=(4, 3))


@pytest.fixture
def ax(figure):
    ax = figure.add_axes((0.15, 0.15, 0.8, 0.75), xlim=(0, 1), ylim=(0, 1))
    ax.set_title("a title")
    return ax


def square(ax, left, colour, zorder=1, animated=True):
    return ax.add_patch(Rectangle((left, 0.2), 0.5, 0.5, color=colour, zorder=zorder, animated=animated))


def at(png, ax, x, y):
    """The colour of the picture where the axes has x, y."""
    column, row = ax.transData.transform((x, y))
    image = pixels(png)
    return tuple(image[len(image) - 1 - int(row), int(column), :3])


RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def test_small_png_shows_the_same_in_256_colours_and_fewer_bytes(figure, ax):
    line = ax.plot([0, 1], [0, 1], color="#123456", animated=True)[0]
    painter = Painter(figure)
    small, whole = (pixels(png) for png in (painter.small_png(), painter.png()))
    assert np.abs(small - whole).max() <= 16 and np.abs(small - whole).mean() < 2
    assert len(painter.small_png()) < len(painter.png())
    line.set_ydata([1, 0])
    assert np.abs(pixels(painter.small_png()) - full_draw(figure)).max() <= 16


def test_a_png_is_one_that_others_read():
    picture = np.random.default_rng(0).integers(0, 256, (7, 5, 4), np.uint8)
    png = encode(picture)
    np.testing.assert_array_equal(pixels(png), picture[:, :, :3])
    # From the standard, because few readers mind: 8 bits, RGB, the only compression and filter that there are.
    assert struct.unpack(">2I5B", png[16:29]) == (5, 7, 8, 2, 0, 0, 0)


def test_another_scale_is_another_picture_of_the_same_state_and_back_again_it_is_the_same(figure, ax, monkeypatch):
    moving = square(ax, 0.2, "#FF0000")
    changing = Painter(figure)
    once = changing.png()
    assert changing.size == (400, 300) and pixels(once).shape == (300, 400, 3)
    monkeypatch.setattr(painter, "SCALE", 2)
    twice = pixels(changing.png())
    figure.set_dpi(DPI)
    assert np.array_equal(twice, pixels(Painter(figure).png())) and twice.shape == (600, 800, 3)
    moving.set_x(0.4)
    assert at(changing.png(), ax, 0.85, 0.5) == RED
    moving.set_x(0.2)
    monkeypatch.setattr(painter, "SCALE", 1)
    assert changing.png() == once


def test_a_moving_artist_leaves_no_trace(figure, ax):
    moving = square(ax, 0.0, "#FF0000")
    painter = Painter(figure)
    assert at(painter.png(), ax, 0.1, 0.5) == RED
    moving.set_x(0.4)
    after = painter.png()
    assert (at(after, ax, 0.1, 0.5), at(after, ax, 0.8, 0.5)) == (WHITE, RED)
    assert same(painter)
    moving.set_visible(False)
    assert at(painter.png(), ax, 0.8, 0.5) == WHITE
    assert same(painter)


def test_a_moving_image_leaves_no_trace(figure, ax):
    image = ax.imshow(np.full((2, 2), 1.0), extent=(0, 0.4, 0, 0.4), animated=True, aspect="auto", vmin=0, vmax=1)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    painter = Painter(figure)
    painter.png()
    image.set_extent((0.5, 0.9, 0.5, 0.9))
    ax.set(xlim=(0, 1), ylim=(0, 1))
    image.set_data([[0.0, np.nan], [np.nan, 0.5]])
    assert same(painter)


@pytest.mark.parametrize("image", [False, True])
def test_what_does_not_move_is_drawn_once(figure, ax, image):
    if image:
        moving_cells(ax, np.zeros((2, 2)), (0, 1, 0, 1), zorder=3)
    still = square(ax, 0.1, "#00FF00", zorder=1, animated=False)
    moving = square(ax, 0.3, "#FF0000", zorder=2)
    draws, ticks = counted(still), counted(ax.xaxis)
    painter = Painter(figure)
    for left in (0.3, 0.2, 0.1, 0.4):
        moving.set_x(left)
        painter.png()
    assert (len(draws), len(ticks)) == (1, 1)


def test_a_change_of_what_does_not_move_is_seen(figure, ax):
    still = square(ax, 0.1, "#00FF00", animated=False)
    square(ax, 0.3, "#FF0000", zorder=2)
    above = square(ax, 0.5, "#0000FF", zorder=3, animated=False)
    painter = Painter(figure)
    painter.png()
    for change in (
        lambda: still.set_color("#0000FF"),
        lambda: above.set_color("#00FF00"),
        lambda: ax.set_title("another title"),
        lambda: ax.set_xlim(0, 2),
        lambda: ax.set_yticks([0.5], ["half"]),
        lambda: ax.plot([0, 1], [1, 0]),
        lambda: ax.plot([0, 1], [0, 1], animated=True),
        lambda: figure.text(0.5, 0.01, "a note"),
        lambda: still.remove(),
    ):
        before = painter.png()
        change()
        assert painter.png() != before
        assert same(painter)


@pytest.mark.parametrize("still", ["none", "lower", "upper"])
@pytest.mark.parametrize(("lower", "upper"), [(1, 2), (1, 1), (2.6, 2.7), (-1, 0)])
def test_the_upper_artist_stays_above(figure, ax, lower, upper, still):
    below = square(ax, 0.2, "#FF0000", zorder=lower, animated=still != "lower")
    above = square(ax, 0.4, "#0000FF", zorder=upper, animated=still != "upper")
    painter = Painter(figure)
    painter.png()
    (above if still == "lower" else below).set_x(0.3)
    assert at(painter.png(), ax, 0.45, 0.5) == BLUE
    assert same(painter)


def test_the_axes_that_is_drawn_later_is_above_whatever_its_artists_zorder(figure, ax):
    square(ax, 0.0, "#FF0000", zorder=9)
    other = figure.add_axes(ax.get_position(), xlim=(0, 1), ylim=(0, 1), frameon=False, xticks=[], yticks=[])
    square(other, 0.2, "#0000FF", zorder=1)
    painter = Painter(figure)
    assert at(painter.png(), ax, 0.3, 0.5) == BLUE
    assert same(painter)


def test_an_axes_out_of_sight_and_axes_without_axis_stay_so(figure, ax):
    hidden = figure.add_axes((0.5, 0.5, 0.4, 0.4))
    square(hidden, 0.2, "#0000FF", zorder=1)
    hidden.set_visible(False)
    square(ax, 0.2, "#FF0000", zorder=1)
    ax.axis("off")
    assert same(Painter(figure))


@pytest.mark.parametrize("title", [False, True], ids=["of the figure", "a title"])
def test_words_can_move(figure, ax, title):
    square(ax, 0.2, "#FF0000")
    words = ax.title if title else figure.text(0.5, 0.5, "one", fontsize=30)
    words.set(animated=True, text="one")
    painter = Painter(figure)
    one = painter.png()
    words.set_text("two")
    assert painter.png() != one
    assert not title or same(painter)  # a file shows no moving words of the figure
    words.set_text("one")
    assert painter.png() == one


def test_a_failed_draw_is_made_up_for(figure, ax):
    moving = square(ax, 0.2, "#FF0000")
    ax.imshow([[0.2, 0.8]], extent=(0, 1, 0, 1), animated=True, zorder=0.5)
    painter = Painter(figure)
    painter.png()
    label = ax.set_xlabel("$\\nonsense$")
    with pytest.raises(ValueError):
        painter.png()
    label.set_text("sense")
    moving.set_x(0.3)
    assert same(painter)
    assert at(painter.png(), ax, 0.1, 0.1) != WHITE


TEXTS = [("0.1234 gjÄλ", 0, False), ("upright", 90, False), ("slanted", 30, False), (r"$\frac{a}{b} = x^2$", 0, True)]


def words_drawn(kind, dpi, text, angle, is_math, colour, places):
    """What a renderer of this kind makes of a text at some places, on a pale ground."""
    renderer = kind(400, 300, dpi)
    renderer.draw_image(renderer.new_gc(), 0, 0, np.full((300, 400, 4), (230, 240, 255, 255), np.uint8))
    for x, y in places:
        gc = renderer.new_gc()
        gc.set_foreground(colour, isRGBA=True)
        gc.set_alpha(colour[3])
        gc.set_clip_rectangle(Bbox([[0, 0], [390, 300]]))
        renderer.draw_text(gc, x, y, text, FontProperties(size=12), angle, is_math)
    return np.array(renderer.buffer_rgba())


@pytest.mark.parametrize("dpi", [100, 200])
@pytest.mark.parametrize("text, angle, is_math", TEXTS)
@pytest.mark.parametrize("colour", [(0, 0, 0, 1), (0.8, 0.3, 0.1, 1), (0, 0.4, 0.7, 0.5)])
def test_a_remembered_text_is_matplotlibs_pixel_for_pixel(dpi, text, angle, is_math, colour):
    places = (50, 200), (-10, 30), (170, 290), (50, 200)  # some of it outside; the last one overlaps
    same_words = dpi, text, angle, is_math, colour
    ours, theirs = (words_drawn(kind, *same_words, places) for kind in (Renderer, RendererAgg))
    np.testing.assert_array_equal(ours, theirs)
    assert (ours[:, :, :3] != (230, 240, 255)).any()
    between = [(x + 0.3, y + 0.5) for x, y in places]  # a text lies at whole pixels
    np.testing.assert_array_equal(words_drawn(Renderer, *same_words, between), ours)


def test_a_text_is_laid_out_once(figure, ax):
    words = ax.text(0.2, 0.2, "0.25", animated=True)
    painter = Painter(figure)
    painter.png()
    memory = painter.canvas.get_renderer()._image_of
    before = memory.cache_info()
    for text, place in (("0.25", 0.7), ("0.50", 0.2), ("0.25", 0.3), ("  ", 0.5)):
        words.set(text=text, x=place)
        painter.png()
    after = memory.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (2, 2)
    assert same(painter)


VALUES = np.random.default_rng(0).normal(size=(5, 7))
CELLS = {
    "numbers": np.where(VALUES > 1, np.nan, VALUES),
    "colours": np.random.default_rng(1).integers(0, 255, (5, 7, 4), np.uint8),
    "more than pixels": np.random.default_rng(2).normal(size=(700, 900)),
}


def cell_colours(ax, colours, extent):
    """The picture (300, 400, 3) of nothing but an axes' cells, whose lowest row is the first: each pixel has the colour
    of the cell below its middle, on white.
    """
    left, right, bottom, top = extent
    columns, rows = np.meshgrid(np.arange(400) + 0.5, 299.5 - np.arange(300))
    places = ax.transData.inverted().transform(np.stack([columns.ravel(), rows.ravel()], axis=1))
    x, y = 1 / ax.bbox.size  # Agg's clip takes in one column of pixels to the right of the axes, and one row below it
    clip = (places >= (0, -y)) & (places <= (1 + x, 1))
    inside = (clip & (places >= (left, bottom)) & (places <= (right, top))).all(axis=1)
    parts = (places[inside] - (left, bottom)) / (right - left, top - bottom)
    x, y = (parts * colours.shape[1::-1]).astype(int).T
    picture = np.full((300 * 400, 3), 255.0)
    opacity = colours[y, x, 3:] / 255
    picture[inside] = opacity * colours[y, x, :3] + (1 - opacity) * 255
    return picture.reshape(300, 400, 3)


@pytest.mark.parametrize("values", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize("origin", ["upper", "lower"])
@pytest.mark.parametrize("extent", [(0.1, 0.83, 0.2, 0.77), (0.5, 1.41, -0.31, 0.52)])
def test_each_pixel_has_the_colour_of_the_cell_below_its_middle(figure, ax, values, origin, extent):
    ax.set_title("")
    ax.axis("off")
    moving_cells(ax, values, extent, origin, cmap="RdBu", ends=(-1, 1))
    ours = pixels(Painter(figure).png())
    colours = values if values.dtype == np.uint8 else 255 * colormaps["RdBu"](np.ma.masked_invalid((values + 1) / 2))
    colours = colours if origin == "lower" else colours[::-1]
    different = (np.abs(ours - cell_colours(ax, colours, extent)) > 2).any(axis=2)
    assert (ours != WHITE).any()
    assert different.mean() < 0.0005  # a pixel just between two cells may go to either


def test_cells_out_of_sight_are_not_drawn(figure, ax):
    cells = moving_cells(ax, np.zeros((2, 2)), (0, 1, 0, 1))
    cells.set_visible(False)
    painter = Painter(figure)
    empty = painter.png()
    cells.set_visible(True)
    assert painter.png() != empty


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_panel_shows_what_a_full_draw_shows(lesson):
    for name, panel in lesson_panels(lesson).items():
        for state in (list(panel.states)[-1], "start"):
            panel.set(**panel.states[state])
            shown, full = pixels(panel.image.value), full_draw(panel._painter.figure)
            wrong = np.argwhere((shown != full).any(axis=2))
            assert not len(wrong), f"{name}, {state}: {len(wrong)} pixels differ, the first at {wrong[0]}"
