"""The notebooks' figures: each a small class that draws once and then only moves what its `update` is given.

A figure takes arrays and knows no maths. What moves is made with `animated=True` and kept as an attribute, so that
`Painter` can leave everything else as it was drawn, and a test can read what is on the picture. Every figure is 900
pixels wide at the size shown, has axes that stay put while a slider moves, and no text under 11 points.
"""

import math

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import NullLocator

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
STYLE = {"axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False}


def new_figure(ncols=1, height=4.3, nrows=1, left=0.08, right=0.98, bottom=0.15, top=0.88, wspace=None, **subplots):
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


def edge_ticks(ax, ticks, low=False):
    """Ticks of a y axis whose curve stays on the edge, the last tick, where it is beyond, or on the first as well."""
    first = f"≤ {ticks[0]:g}" if low else f"{ticks[0]:g}"
    ax.set_yticks(ticks, [first, *(f"{tick:g}" for tick in ticks[1:-1]), f"≥ {ticks[-1]:g}"])


def power_ticks(ticks):
    """Ticks and their names, such as 10⁻⁸. matplotlib's own are formulas, which take long to set."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return ticks, [
        f"{tick:g}" if tick >= 1 else "10" + f"{round(math.log10(tick))}".translate(raised) for tick in ticks
    ]


def moving_line(ax, **style):
    """An empty line that moves: give it data with `set_data(x, y)`."""
    (line,) = ax.plot([], [], animated=True, **({"linewidth": 2.5, "zorder": 3} | style))
    return line


def moving_text(ax, x, y, **style):
    """An empty text that moves, placed in fractions of the axes: give it words with `set_text`."""
    return ax.text(x, y, "", transform=ax.transAxes, animated=True, **({"fontsize": 12, "zorder": 6} | style))


class Cells(AxesImage):
    """An image of cells, each drawn in one colour to the nearest pixel: with no filter, and so much faster."""

    def draw(self, renderer):
        if self.get_visible():
            left, right, bottom, top = self.get_extent()
            corners = self.axes.transData.transform([(left, bottom), (right, top)])
            cells = self.to_rgba(self.get_array(), bytes=True)
            cells = cells if self.origin == "lower" else cells[::-1]
            (x, columns), (y, rows) = (
                pixels_of(count, *ends) for count, ends in zip(cells.shape[1::-1], corners.T, strict=True)
            )
            gc = renderer.new_gc()
            gc.set_clip_rectangle(self.axes.bbox)
            renderer.draw_image(gc, x, y, cells[rows][:, columns])
            gc.restore()
        self.stale = False


def pixels_of(count, begin, end):
    """For `count` cells side by side from begin to end, in pixels: the first pixel, and the cell of each pixel."""
    first, last = math.ceil(begin - 0.5), math.ceil(end - 0.5)
    places = (np.arange(first, last) + 0.5 - begin) / (end - begin)
    return first, np.clip((places * count).astype(int), 0, count - 1)


def moving_cells(ax, values, extent, origin="upper", zorder=0, cmap=None, ends=(None, None)):
    """An image of cells that moves: give it values, coloured by cmap between two ends, or RGBA bytes by `set_data`."""
    cells = Cells(ax, cmap=cmap, origin=origin, extent=extent)
    cells.set(data=values, clim=ends, animated=True, zorder=zorder)
    return ax.add_image(cells)


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
        self._pale = np.round(255 * np.array(pale)).astype(np.uint8)
        blank = np.full((self.SIDE, self.SIDE, 4), 255, np.uint8)
        self.regions = moving_cells(ax, blank, (-limit, limit, -limit, limit), "lower", zorder=0.6)
        ax.set_aspect("equal")
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
        blank = np.full((8, 35), np.nan)
        self.rows = [moving_cells(ax, blank, (0, 35, y, y + 8), cmap="RdBu", ends=(-1, 1)) for y in (21, 10.5, 0)]
        ax.set(aspect="equal", xlim=(-0.2, 35.2), ylim=(-0.2, 31))
        ax.axis("off")
        for index, label in enumerate(labels):
            left, row = 9 * (index % 4), index // 4
            ax.text(left + 4, 29.2 - 10.5 * row, str(label), ha="center", va="bottom", fontsize=12, zorder=-1)
        ax.text(18.5, 4, "blue: for the class\nred: against it", va="center", fontsize=12, zorder=-1)

    def update(self, weights):
        """Show weights (10, 64), all on one scale whose ends are the largest size among them."""
        scale = np.abs(weights).max() or 1
        # Nothing, nan, is in the two free places of the last row and to the right of each image.
        images = np.pad(weights.reshape(10, 8, 8) / scale, ((0, 2), (0, 0), (0, 1)), constant_values=np.nan)
        for row, four in zip(self.rows, np.split(images, 3), strict=True):
            row.set_data(np.hstack(four)[:, :-1])
