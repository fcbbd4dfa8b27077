"""The notebooks' figures: each a small class that draws once and then only moves what its `update` is given.

A figure takes arrays and knows no maths. What moves is made with `animated=True` and kept as an attribute, so that
`Painter` can leave everything else as it was drawn, and a test can read what is on the picture. Every figure is 900
pixels wide at the size shown, has axes that stay put while a slider moves, and no text under 11 points.
"""

import os
import struct
import zlib

import matplotlib as mpl
import numpy as np
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.spines import Spine
from matplotlib.ticker import NullLocator

DPI = 100
# Pixels drawn for each pixel of the size shown: `lecture present` asks for 2, because a hall shows figures larger.
SCALE = int(os.environ.get("LECTURE_SCALE", "1"))
# Okabe and Ito's palette, which colour-blind readers can tell apart; each class also has a marker of its own.
CLASS_COLOURS = ("#0072B2", "#D55E00", "#009E73")
CLASS_MARKERS = ("o", "s", "^")
BLUE, ORANGE, GREEN, PINK, GREY, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#666666", "#000000"
# The same colours for words: darker where a curve's colour has too little contrast with white to be read (4.5 to 1).
INK = {BLUE: BLUE, ORANGE: "#A84A00", PINK: "#A0497B"}
# One colour, width and dash for each curve of a comparison, so that none is told by its colour alone.
CURVE_STYLES = (
    {"color": BLUE, "linestyle": "-"},
    {"color": ORANGE, "linestyle": "--"},
    {"color": GREEN, "linestyle": "-."},
    {"color": PINK, "linestyle": ":"},
    {"color": BLACK, "linestyle": (0, (8, 2))},
)
STYLE = {
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.labelsize": 12,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 2.5,
}


class Painter:
    """Paints a figure into PNG bytes, drawing again only what moves: the artists made with `animated=True`.

    All else is drawn once and kept as a background, and again only after one of its artists was changed. What lies in
    the same axes above a moving artist is made animated too, but for titles, ticks and legends: they take the most
    time, and have a place that nothing moves to. So every picture equals a full draw, pixel for pixel. `size` is the
    width and height in pixels at which the figure is shown; it is drawn with SCALE times as many.
    """

    def __init__(self, figure):
        if not isinstance(figure, Figure):
            raise ValueError(f"figure is a matplotlib Figure, such as view.figure, not {figure!r}")
        self.figure = figure
        figure.set_dpi(DPI)
        self.canvas = FigureCanvasAgg(figure)
        self.size = self.canvas.get_width_height()
        figure.set_dpi(DPI * SCALE)
        self._background = None
        # Whoever else draws the figure, as another panel's painter does, leaves it fresh and this background old.
        self.canvas.mpl_connect("draw_event", self._forget_background)

    def png(self):
        """The figure as it stands now, encoded quickly."""
        return encode(self._draw(), compress_level=1)

    def small_png(self):
        """The same picture, smaller, for a stored notebook: each colour in 52 steps, which no eye misses."""
        return encode((np.round(self._draw() / 5) * 5).astype(np.uint8), compress_level=9)

    def _draw(self):
        """The pixels (height, width, 4) of the figure as it stands now."""
        if self._background is None or self.figure.stale:
            self._draw_background()
        self.canvas.restore_region(self._background)
        for artist in self._moving:
            artist.draw(self.canvas.get_renderer())
        return np.asarray(self.canvas.buffer_rgba())

    def _forget_background(self, event):
        self._background = None

    def _draw_background(self):
        self._background = None  # and so it stays, to be drawn next time, where drawing raises
        self._moving = [artist for ax in in_order(self.figure.axes) for artist in moving_in(ax)]
        self._moving += [artist for artist in in_order(self.figure.get_children()) if artist.get_animated()]
        for artist in self._moving:
            artist.set_animated(True)
        images = [artist for artist in self._moving if isinstance(artist, AxesImage) and artist.get_visible()]
        for image in images:  # matplotlib 3.8 draws them with the background, animated or not
            image.set_visible(False)
        try:
            self.canvas.draw()
        finally:
            for image in images:
                image.set_visible(True)
        self._background = self.canvas.copy_from_bbox(self.figure.bbox)
        self.figure.stale = False


def encode(pixels, compress_level):
    """Pixels (height, width, 4) as PNG bytes; a low compress_level is quick, a high one small.

    No row is filtered before it is compressed: for flat colours that is as small, and three times as quick as a
    library that tries the filters. Source: W3C, "Portable Network Graphics", sections 5 and 11.2.
    """
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 4 * width), np.uint8)  # a row begins with its filter: 0, none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">2I5B", width, height, 8, 6, 0, 0, 0)  # 8 bits a channel, RGBA, not interlaced
    parts = {b"IHDR": header, b"IDAT": zlib.compress(rows, compress_level), b"IEND": b""}
    chunks = (struct.pack(">I", len(data)) + name + data + checksum(name + data) for name, data in parts.items())
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def checksum(data):
    """A PNG chunk's last four bytes."""
    return struct.pack(">I", zlib.crc32(data))


def in_order(artists):
    """Artists in the order in which matplotlib draws them."""
    return sorted(artists, key=lambda artist: artist.get_zorder())


def moving_in(ax):
    """The animated artists of an axes and what lies above the lowest of them, in the order of drawing."""
    parts = [part for part in in_order(ax.get_children()) if part is not ax.patch]
    lowest = next((index for index, part in enumerate(parts) if part.get_animated()), len(parts))
    stays = (Axis, Legend) if ax.axison and ax.get_frame_on() else (Axis, Legend, Spine)
    titles = ax.title, ax._left_title, ax._right_title
    above = [part for part in parts[lowest:] if part.get_animated() or not (isinstance(part, stays) or part in titles)]
    return above if ax.get_visible() else []


def new_figure(ncols=1, height=4.3, nrows=1, left=0.08, right=0.98, bottom=0.15, top=0.88, wspace=0.28, **subplots):
    """A Figure 9 inches wide in the style of the course, and its axes as `Figure.subplots` returns them."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, height))
        axes = figure.subplots(nrows, ncols, **subplots)
        figure.subplots_adjust(left=left, right=right, bottom=bottom, top=top, wspace=wspace)
        for ax in figure.axes:
            ax.tick_params(labelsize=11)
    return figure, axes


def set_axes(ax, title, xlabel, ylabel, xlim, ylim, xlog=False, ylog=False):
    """Say once what an axes shows and where it ends; a log axis has no minor ticks."""
    ax.set_title(title, loc="left", fontsize=13)
    ax.set_xlabel(xlabel, fontsize=12)
    ax.set_ylabel(ylabel, fontsize=12)
    for axis, log in ((ax.xaxis, xlog), (ax.yaxis, ylog)):
        if log:
            axis._set_axes_scale("log")
            axis.set_minor_locator(NullLocator())
    ax.set(xlim=xlim, ylim=ylim)


def moving_line(ax, **style):
    """An empty line that moves: give it data with `set_data(x, y)`."""
    (line,) = ax.plot([], [], animated=True, **({"linewidth": 2.5, "zorder": 3} | style))
    return line


def moving_text(ax, x, y, **style):
    """An empty text that moves, placed in fractions of the axes: give it words with `set_text`."""
    return ax.text(x, y, "", transform=ax.transAxes, animated=True, **({"fontsize": 12, "zorder": 6} | style))


class Plane:
    """The plane of 2-D examples: the regions a classifier decides on, the examples, and rings around some of them.

    `grid` (G * G, 2) holds the places whose class `update` is to be given.
    """

    SIDE = 180

    def __init__(self, ax, X, y, class_names, limit=4.0):
        self.ax, self.X = ax, X
        centres = (np.arange(self.SIDE) + 0.5) / self.SIDE * 2 * limit - limit
        self.grid = np.stack(np.meshgrid(centres, centres), axis=-1).reshape(-1, 2)
        pale = [0.25 * np.array(to_rgba(colour)) + 0.75 for colour in CLASS_COLOURS]
        self._pale = np.round(255 * np.array(pale)).astype(np.uint8)  # with an alpha: RGB takes 3 times as long to draw
        self.regions = ax.imshow(
            np.full((self.SIDE, self.SIDE, 4), 255, np.uint8),
            extent=(-limit, limit, -limit, limit),
            origin="lower",
            interpolation="nearest",
            animated=True,
            zorder=0.6,
        )
        self.points = []
        for label, name in enumerate(class_names):
            line = moving_line(
                ax,
                linestyle="",
                marker=CLASS_MARKERS[label],
                color=CLASS_COLOURS[label],
                markeredgecolor="white",
                markeredgewidth=0.6,
                markersize=7,
                label=name,
            )
            line.set_data(X[y == label].T)
            self.points.append(line)
        self.rings = moving_line(ax, linestyle="", marker="o", color=BLACK, markerfacecolor="none", markersize=12)
        self.rings.set_markeredgewidth(1.5)

    def update(self, classes, ringed):
        """Colour the grid by classes (G * G,) and ring the examples at the indices `ringed`."""
        self.regions.set_data(self._pale[classes].reshape(self.SIDE, self.SIDE, 4))
        self.rings.set_data(self.X[ringed].T)


class Templates:
    """Ten weight vectors as 8x8 images in rows of 4, 4 and 2: blue votes for the class, red against it."""

    def __init__(self, ax, labels):
        self.ax = ax
        blank = np.full((8, 35), np.nan)
        self.rows = [
            ax.imshow(blank, cmap="RdBu", vmin=-1, vmax=1, extent=(0, 35, y, y + 8), animated=True)
            for y in (21, 10.5, 0)
        ]
        ax.set(xlim=(-0.2, 35.2), ylim=(-0.2, 31))
        ax.axis("off")
        for index, label in enumerate(labels):
            left, row = 9 * (index % 4), index // 4
            ax.text(left + 4, 29.2 - 10.5 * row, str(label), ha="center", va="bottom", fontsize=12, zorder=-1)
        ax.text(18.5, 4, "blue: for the class\nred: against it", va="center", fontsize=12, zorder=-1)

    def update(self, weights):
        """Show weights (10, 64), all on one scale whose ends are the largest size among them."""
        scale = np.abs(weights).max() or 1
        images = np.pad(weights.reshape(10, 8, 8) / scale, ((0, 2), (0, 0), (0, 1)), constant_values=np.nan)
        images[10:] = np.nan  # the two free places of the last row
        for row, four in zip(self.rows, np.split(images, 3), strict=True):
            row.set_data(np.hstack(four)[:, :-1])
