"""The notebooks' figures: each a small class that draws once and then only moves what its `update` is given.

A figure takes arrays and knows no maths. What moves is made with `animated=True` and kept as an attribute, so that
`Painter` can leave everything else as it was drawn, and a test can read what is on the picture. Every figure is 900
pixels wide at the size shown, has axes that stay put while a slider moves, and no text under 11 points.
"""

import io

import matplotlib as mpl
import numpy as np
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.image import AxesImage, imsave
from matplotlib.legend import Legend
from matplotlib.patches import FancyArrowPatch
from matplotlib.spines import Spine
from matplotlib.ticker import NullLocator

DPI = 100
# Okabe and Ito's palette, which colour-blind readers can tell apart; each class also has a marker of its own.
CLASS_COLOURS = ("#0072B2", "#D55E00", "#009E73")
CLASS_MARKERS = ("o", "s", "^")
BLUE, ORANGE, GREEN, PINK, GREY, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#666666", "#000000"
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
    "legend.fontsize": 11,
    "legend.frameon": False,
}


class Painter:
    """Paints a figure into PNG bytes, drawing again only what moves: the artists made with `animated=True`.

    All else is drawn once and kept as a background, and again only after one of its artists was changed. What lies in
    the same axes above a moving artist is made animated too, but for ticks and legends: they take the most time, and
    have a place that nothing moves to. So every picture equals a full draw, pixel for pixel. `size` is the figure's
    width and height in pixels.
    """

    def __init__(self, figure):
        self.figure = figure
        figure.set_dpi(DPI)
        self.canvas = FigureCanvasAgg(figure)
        self.size = self.canvas.get_width_height()
        self._background = None

    def png(self):
        """The figure as it stands now, encoded quickly."""
        return encode(self._draw(), compress_level=1)

    def small_png(self):
        """The same picture in half the size, for a stored notebook: each colour in 16 steps, which no eye misses."""
        return encode((np.round(self._draw() / 17) * 17).astype(np.uint8), compress_level=9)

    def _draw(self):
        """The pixels (height, width, 4) of the figure as it stands now."""
        if self._background is None or self.figure.stale:
            self._draw_background()
        self.canvas.restore_region(self._background)
        for artist in self._moving:
            artist.draw(self.canvas.get_renderer())
        return np.asarray(self.canvas.buffer_rgba())

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
    """Pixels as PNG bytes; a low compress_level is quick, a high one small."""
    buffer = io.BytesIO()
    imsave(buffer, pixels, format="png", pil_kwargs={"compress_level": compress_level})
    return buffer.getvalue()


def in_order(artists):
    """Artists in the order in which matplotlib draws them."""
    return sorted(artists, key=lambda artist: artist.get_zorder())


def moving_in(ax):
    """The animated artists of an axes and what lies above the lowest of them, in the order of drawing."""
    parts = [part for part in in_order(ax.get_children()) if part is not ax.patch]
    lowest = next((index for index, part in enumerate(parts) if part.get_animated()), len(parts))
    stays = (Axis, Legend) if ax.axison and ax.get_frame_on() else (Axis, Legend, Spine)
    above = [part for part in parts[lowest:] if part.get_animated() or not isinstance(part, stays)]
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
        pale = [0.25 * np.array(to_rgb(colour)) + 0.75 for colour in CLASS_COLOURS]
        self._pale = np.round(255 * np.array(pale)).astype(np.uint8)
        self.regions = ax.imshow(
            np.full((self.SIDE, self.SIDE, 3), 255, np.uint8),
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
        self.regions.set_data(self._pale[classes].reshape(self.SIDE, self.SIDE, 3))
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
            ax.text(left + 4, 29.2 - 10.5 * row, str(label), ha="center", va="bottom", fontsize=12)
        ax.text(18.5, 4, "blue: for the class\nred: against it", va="center", fontsize=12)

    def update(self, weights):
        """Show weights (10, 64), all on one scale whose ends are the largest size among them."""
        scale = np.abs(weights).max() or 1
        images = np.pad(weights.reshape(10, 8, 8) / scale, ((0, 2), (0, 0), (0, 1)), constant_values=np.nan)
        images[10:] = np.nan  # the two free places of the last row
        for row, four in zip(self.rows, np.split(images, 3), strict=True):
            row.set_data(np.hstack(four)[:, :-1])


# --- notebook 05


class DescentFigure:
    """Left the plane with the examples of the next batch ringed, right the loss along a recorded descent."""

    def __init__(self, X, y, class_names, num_iters, start):
        self.figure, (left, right) = new_figure(2, wspace=0.22, width_ratios=(1, 1.15))
        self.plane = Plane(left, X, y, class_names)
        set_axes(left, "Decision regions, next batch ringed", "x₁", "x₂", (-4, 4), (-4, 4))
        set_axes(right, "Loss on all examples", "updates made", "loss", (0, num_iters), (0.05, 200), ylog=True)
        right.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
        right.axhline(start, color=GREY, linewidth=1.2, linestyle="--")
        right.text(num_iters, start * 1.1, f"W = 0: {start:.2f}", ha="right", color=GREY, fontsize=11)
        self.loss_line = moving_line(right, color=BLUE)
        self.dot = moving_line(right, color=ORANGE, marker="o", markersize=11, linestyle="", zorder=5, clip_on=False)
        self.note = moving_text(right, 0.5, 0.97, ha="center", va="top", color=BLACK, fontweight="bold")

    def update(self, classes, ringed, updates, loss, position, note=""):
        """Show the regions and ringed examples, the curve loss over updates, and a dot at its entry `position`."""
        self.plane.update(classes, ringed)
        self.loss_line.set_data(updates, loss)
        low, high = self.loss_line.axes.get_ylim()
        self.dot.set_data([updates[position]], [np.clip(loss[position], low, high)])
        self.note.set_text(note)


class CurvesFigure:
    """Up to five curves of one kind, each with its own colour, dash and words beside the axes."""

    def __init__(self, title, xlabel, ylabel, xlim, ylim, num_curves):
        self.figure, self.ax = new_figure(right=0.74)
        set_axes(self.ax, title, xlabel, ylabel, xlim, ylim, ylog=True)
        ticks = [tick for tick in (0.01, 0.1, 1, 10, 100, 1000) if ylim[0] <= tick <= ylim[1]]
        self.ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        self.lines, self.labels, self.keys = [], [], []
        for index, style in enumerate(CURVE_STYLES[:num_curves]):
            height = 0.95 - 0.2 * index
            self.lines.append(moving_line(self.ax, **style))
            self.keys.append(moving_line(self.ax, transform=self.ax.transAxes, clip_on=False, **style))
            self.keys[-1].set_data([1.03, 1.1], [height, height])
            self.labels.append(moving_text(self.ax, 1.12, height, va="center"))

    def update(self, curves, labels, xlabel=None, xlim=None):
        """Draw each curve (x, y) and its label; a new xlabel or xlim draws the axes again."""
        for line, label, (x, y), words in zip(self.lines, self.labels, curves, labels, strict=True):
            line.set_data(x, y)
            label.set_text(words)
        if xlabel is not None and (xlabel, xlim) != (self.ax.get_xlabel(), self.ax.get_xlim()):
            self.ax.set(xlabel=xlabel, xlim=xlim)


class NoiseFigure:
    """Left how far single batch gradients fall from the full one, right their mean distance over the batch size."""

    def __init__(self, sizes, limit=3.0):
        self.figure, (left, right) = new_figure(2, wspace=0.25, width_ratios=(1, 1.15))
        set_axes(left, "Batch gradient − full gradient", "error of slope 1", "error of slope 2", *[(-limit, limit)] * 2)
        left.set_aspect("equal")
        left.axhline(0, color=GREY, linewidth=1)
        left.axvline(0, color=GREY, linewidth=1)
        self.floor = 0.03
        xlim, ylim = (0.8, 1.25 * sizes[-1]), (self.floor, 6)
        set_axes(right, "Mean error (RMS)", "batch size B", "length of the error", xlim, ylim, xlog=True, ylog=True)
        shown = [size for size in sizes if size in (1, 4, 16, 64)] + [sizes[-1]]
        right.set_xticks(shown, [str(size) for size in shown])
        right.set_yticks([0.1, 1], ["0.1", "1"])
        self.cloud = moving_line(left, color=BLUE, linestyle="", marker="o", markersize=5, alpha=0.5)
        self.centre = moving_line(left, color=BLACK, linestyle="", marker="+", markersize=16, markeredgewidth=2.5)
        self.centre.set_data([0], [0])
        self.law = moving_line(right, color=GREY, linestyle="--", linewidth=1.5)
        self.measured = moving_line(right, color=BLUE, linestyle="", marker="o", markersize=8)
        self.current = moving_line(
            right, color=ORANGE, linestyle="", marker="o", markersize=15, markerfacecolor="none", markeredgewidth=2.5
        )
        self.words = moving_text(right, 0.97, 0.93, ha="right", va="top")
        self.words.set_text("dots: measured\ndashed: the formula")

    def update(self, errors, sizes, measured, law, current):
        """Show errors (n, 2), the measured RMS error and the law's at each of sizes, and ring entry `current`.

        A log axis has no 0: an error below its lower end, as that of the full batch, is drawn on it.
        """
        measured, law = np.maximum(self.floor, measured), np.maximum(self.floor, law)
        self.cloud.set_data(errors.T)
        self.measured.set_data(sizes, measured)
        self.law.set_data(sizes, law)
        self.current.set_data([sizes[current]], [measured[current]])


class DigitsFigure:
    """Left the ten templates that the rows of W are, right the accuracy on training and test images as they form."""

    def __init__(self, num_iters, chance=0.1):
        self.figure, (left, right) = new_figure(2, left=0.01, wspace=0.2, width_ratios=(1.1, 1))
        self.templates = Templates(left, range(10))
        left.set_title("The ten rows of W as images", loc="left", fontsize=13)
        set_axes(right, "Accuracy", "updates made", "share of images right", (0, num_iters), (0, 1))
        right.axhline(chance, color=GREY, linewidth=1.2, linestyle="--")
        right.text(num_iters, chance + 0.02, "guessing: 10 %", ha="right", color=GREY, fontsize=11)
        self.train = moving_line(right, **CURVE_STYLES[0])
        self.test = moving_line(right, **CURVE_STYLES[1])
        self.dot = moving_line(right, color=ORANGE, marker="o", markersize=11, linestyle="", clip_on=False)
        for height, words, style in ((0.4, "training images", CURVE_STYLES[0]), (0.3, "test images", CURVE_STYLES[1])):
            right.plot([0.42, 0.55], [height + 0.015] * 2, transform=right.transAxes, **style)
            right.text(0.58, height, words, transform=right.transAxes, fontsize=12)

    def update(self, weights, updates, train, test, position):
        """Show weights (10, 64), both accuracies over updates, and a dot on the test curve at entry `position`."""
        self.templates.update(weights)
        self.train.set_data(updates, train)
        self.test.set_data(updates, test)
        self.dot.set_data([updates[position]], [test[position]])


# --- notebook 03


class ClassBars:
    """One bar a class that moves, from 0 to its height, with its number written at its end."""

    def __init__(self, ax, names, colours=CLASS_COLOURS, width=0.7, offset=0.0, fontsize=12, **style):
        self.ax = ax
        self.bars = ax.bar(np.arange(len(names)) + offset, 0, width, color=colours, animated=True, zorder=2, **style)
        self.numbers = [
            ax.text(bar.get_x() + width / 2, 0, "", ha="center", fontsize=fontsize, animated=True, zorder=4)
            for bar in self.bars
        ]
        ax.set_xticks(range(len(names)), names)
        ax.tick_params(axis="x", length=0)
        ax.axhline(0, color=BLACK, linewidth=0.8)

    def update(self, heights, numbers):
        """Set the bars' heights (C,) and the words (C,) at their ends."""
        low, high = self.ax.get_ylim()
        gap = 0.015 * (high - low)
        for bar, text, height, number in zip(self.bars, self.numbers, heights, numbers, strict=True):
            bar.set_height(height)
            text.set_y(height + (gap if height >= 0 else -gap))
            text.set_va("bottom" if height >= 0 else "top")
            text.set_text(number.replace("-", "−"))

    def outline(self, chosen):
        """Draw a black edge around the bar at the index `chosen`, and around no other."""
        for index, bar in enumerate(self.bars):
            bar.set_edgecolor(BLACK if index == chosen else "none")
            bar.set_linewidth(2.5 if index == chosen else 0)


def share(p):
    """A probability as a bar's number: three digits, and never 0 or 1, which softmax does not give."""
    return "<.001" if p < 5e-4 else ">.999" if p > 0.9995 else f"{p:.3f}"


class StagesFigure:
    """From scores to a loss in four steps, a bar for each class in each: score, exp, probability, -log."""

    def __init__(self, names):
        self.figure, axes = new_figure(4, height=3.9, left=0.06, right=0.99, bottom=0.17, wspace=0.38)
        titles = "① score s", "② exp(s)", "③ p = exp / sum", "④ −ln p (nats)"
        limits = (-7, 7), (0, 460), (0, 1.12), (0, 13.8)
        stages = []
        for ax, title, ylim in zip(axes, titles, limits, strict=True):
            set_axes(ax, title, "", "", (-0.55, len(names) - 0.45), ylim)
            stages.append(ClassBars(ax, names, fontsize=11))
        self.scores, self.exp, self.probabilities, self.losses = self.stages = stages
        words = "black edge: the correct class, whose bar in ④ is the loss"
        self.figure.text(0.06, 0.03, words, color=GREY, fontsize=11)

    def update(self, scores, exp, probabilities, losses, correct):
        """Show the four stages, each (C,), and mark the correct class; the losses that are not the loss are pale."""
        self.scores.update(scores, [f"{value:.1f}" for value in scores])
        self.exp.update(exp, [f"{value:.{1 if value > 1 else 2 if value > 0.1 else 3}f}" for value in exp])
        self.probabilities.update(probabilities, [share(p) for p in probabilities])
        self.losses.update(losses, [f"{value:.2f}" if value > 5e-3 else f"{value:.0e}" for value in losses])
        for stage in self.stages:
            stage.outline(correct)
        for index, bar in enumerate(self.losses.bars):
            bar.set_alpha(1 if index == correct else 0.25)


class ShiftFigure:
    """Left where three scores lie after a shift, and what exp can hold; right their fractions, naive and safe."""

    def __init__(self, low, high, limit=1700):
        self.figure, (left, right) = new_figure(
            2, height=3.9, bottom=0.17, left=0.03, width_ratios=(1.25, 1), wspace=0.12
        )
        title = "Scores after the shift, and what exp can hold"
        set_axes(left, title, "score + shift", "", (-limit, limit), (0.3, 4.6))
        left.set_yticks([])
        left.spines["left"].set_visible(False)
        left.axvspan(low, high, color=GREEN, alpha=0.15, linewidth=0)
        centres = (low - limit) / 2, (low + high) / 2, (high + limit) / 2
        for x, words in zip(centres, ("exp is 0", "exp is a number", "exp overflows"), strict=True):
            left.text(x, 4.5, words, ha="center", va="top", color=GREY, fontsize=11)
        self.dots = [
            moving_line(left, color=colour, marker=marker, markersize=12, linestyle="")
            for colour, marker in zip(CLASS_COLOURS, CLASS_MARKERS, strict=True)
        ]
        self.labels = [
            left.text(0, 0, "", ha="center", va="bottom", fontsize=12, animated=True, zorder=6) for _ in self.dots
        ]
        set_axes(right, "Fractions exp / sum", "pale: with this shift · full: greatest at 0", "", (-0.6, 2.6), (0, 1.3))
        self.naive, self.safe = (
            ClassBars(right, ("1st", "2nd", "3rd"), width=0.4, offset=offset, fontsize=11, alpha=alpha)
            for offset, alpha in ((-0.21, 0.45), (0.21, 1))
        )
        self.note = moving_text(right, 0.02, 0.99, va="top")

    def update(self, places, naive, safe, note):
        """Put the scores at `places` (C,); show the two sets of fractions (C,), of which `naive` may be None."""
        for row, (dot, label, place) in enumerate(zip(self.dots, self.labels, places, strict=True)):
            dot.set_data([place], [1 + 0.9 * row])
            label.set_position((place, 1.2 + 0.9 * row))
            label.set_text(f"{place:g}".replace("-", "−"))
        self.safe.update(safe, [f"{p:.2f}" for p in safe])
        if naive is None:
            self.naive.update(np.zeros(len(safe)), ["?"] * len(safe))
        else:
            self.naive.update(naive, [f"{p:.2f}" for p in naive])
        self.note.set_text(note)


class UnitsFigure:
    """Left -log p over p with three kinds of logarithm; right the loss of a guess, ln C, over the number of classes."""

    def __init__(self, p, curves, names, num_classes, chance):
        self.figure, (left, right) = new_figure(2, wspace=0.2)
        set_axes(left, "The loss −log p", "p of the correct class", "loss", (0, 1.02), (-0.1, 7.5))
        self.curves, self.dots = [], []
        for curve, name, style in zip(curves, names, CURVE_STYLES, strict=False):
            self.curves.append(left.plot(p, curve, label=name, linewidth=2.5, **style)[0])
            self.dots.append(moving_line(left, color=style["color"], marker="o", markersize=10, linestyle="", zorder=5))
        left.legend(loc="upper right", handlelength=2.5, fontsize=12, frameon=False)
        xlim, ylim = (1.7, 1300), (-0.1, 7.5)
        set_axes(right, "The loss at the start, ln C", "number of classes C", "loss (nats)", xlim, ylim, xlog=True)
        right.set_xticks(num_classes, [f"{number}" for number in num_classes])
        self.chance = right.plot(num_classes, chance, color=BLUE, marker="o", markersize=6, linewidth=2.5)[0]
        self.start = moving_line(right, color=ORANGE, marker="s", markersize=11, linestyle="", zorder=5)
        self.start_label = moving_text(right, 0.04, 0.96, va="top", color=ORANGE)
        self.loss_line = moving_line(right, color=BLACK, linestyle="--", linewidth=1.5)
        self.loss_label = moving_text(right, 0.04, 0.88, va="top")

    def update(self, p, losses, num_classes, chance):
        """Mark the losses at p, one for each curve, and the loss `chance` of a guess among num_classes."""
        for dot, loss in zip(self.dots, losses, strict=True):
            dot.set_data([p], [loss])
        self.start.set_data([num_classes], [chance])
        self.start_label.set_text(f"a guess: ln {num_classes} = {chance:.4f}")
        self.loss_line.set_data(self.loss_line.axes.get_xlim(), [losses[0], losses[0]])
        self.loss_label.set_text(f"dashed: this p, {losses[0]:.4f}")


class ScoreStepFigure:
    """Bars in three axes: scores now and at the start, probabilities, both losses' slopes along the scores."""

    def __init__(self, names, start):
        self.figure, (left, middle, right) = new_figure(3, height=4.0, left=0.06, bottom=0.17, wspace=0.24)
        set_axes(left, "Scores (line: at the start)", "", "", (-0.55, 2.55), (-7.5, 7.5))
        set_axes(middle, "Probabilities", "", "", (-0.55, 2.55), (0, 1.12))
        set_axes(right, "Slope along each score", "", "", (-0.6, 2.6), (-2.4, 2.4))
        self.scores = ClassBars(left, names)
        for text in self.scores.numbers:
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
        for index, score in enumerate(start):
            line = moving_line(left, color=BLACK, linewidth=2)
            line.set_data([index - 0.45, index + 0.45], [score, score])
        self.probabilities = ClassBars(middle, names)
        self.softmax = ClassBars(right, names, width=0.42, offset=-0.25, fontsize=11)
        hollow = {"colours": "white", "edgecolor": GREY, "hatch": "///"}
        self.hinge = ClassBars(right, names, width=0.3, offset=0.3, fontsize=11, **hollow)
        words = "full: softmax, p − 1 at y\nhatched: SVM"
        right.text(0.99, 0.99, words, transform=right.transAxes, ha="right", va="top", fontsize=11)

    def update(self, scores, probabilities, softmax, hinge, correct):
        """Show scores, probabilities and both slopes, each (C,), and mark the correct class."""
        self.scores.update(scores, [f"{value:.2f}" for value in scores])
        self.probabilities.update(probabilities, [share(p) for p in probabilities])
        small = [f"{value:.0e}".replace("e-0", "e-") for value in softmax]
        numbers = [f"{v:.2f}" if abs(v) > 5e-3 else words for v, words in zip(softmax, small, strict=True)]
        self.softmax.update(softmax, numbers)
        self.hinge.update(hinge, [f"{value:.0f}" for value in hinge])
        for stage in (self.scores, self.probabilities, self.softmax):
            stage.outline(correct)


class JiggleFigure:
    """The two losses of one example over the score of its correct class: left as they are, right on a log axis.

    `lines` and `dots` hold softmax and hinge of the left axes, then those of the right.
    """

    def __init__(self, smallest=1e-9):
        self.figure, (left, right) = new_figure(2, wspace=0.22)
        xlabel, xlim = "score of the correct class", (-0.5, 20.5)
        set_axes(left, "Loss of one example", xlabel, "loss", xlim, (-1.2, 21))
        set_axes(right, "The same on a log axis", xlabel, "loss", xlim, (smallest, 100), ylog=True)
        left.set_yticks([0, 5, 10, 15, 20])
        ticks = [1e-8, 1e-6, 1e-4, 1e-2, 1, 100]
        right.set_yticks(ticks, ["10⁻⁸", "10⁻⁶", "0.0001", "0.01", "1", "100"])
        right.grid(axis="y", color="0.9")
        full, hollow = {"marker": "o", "markersize": 9}, {"marker": "s", "markersize": 14, "markerfacecolor": "none"}
        self.lines, self.dots, self.notes = [], [], []
        for ax in (left, right):
            for name, marker, style in zip(("softmax", "SVM (hinge)"), (full, hollow), CURVE_STYLES, strict=False):
                self.lines.append(moving_line(ax, label=name, **style))
                dot = moving_line(ax, color=style["color"], linestyle="", markeredgewidth=2.5, zorder=5, **marker)
                self.dots.append(dot)
        left.legend(handles=self.lines[:2], loc="upper right", handlelength=3, fontsize=12, frameon=False)
        for y, style in zip((0.97, 0.89), CURVE_STYLES, strict=False):
            self.notes.append(moving_text(right, 0.98, y, ha="right", va="top", color=style["color"]))

    def update(self, correct, softmax, hinge, score, softmax_now, hinge_now, notes):
        """Draw both losses over `correct`, mark those at `score`, and leave out of the log axis what it cannot hold."""
        smallest = self.lines[2].axes.get_ylim()[0]
        for index, (curve, now) in enumerate(((softmax, softmax_now), (hinge, hinge_now))):
            seen = curve >= smallest
            self.lines[index].set_data(correct, curve)
            self.lines[2 + index].set_data(correct[seen], curve[seen])
            self.dots[index].set_data([score], [now])
            self.dots[2 + index].set_data(*([[score], [now]] if now >= smallest else [[], []]))
            self.notes[index].set_text(notes[index])


class TwoClassifiersFigure:
    """A softmax classifier and an SVM in the same plane, and what the first thinks of one marked example.

    The softmax plane is shaded by the greatest probability: white where all classes are equal.
    """

    def __init__(self, X, y, class_names):
        self.figure, (left, middle, right) = new_figure(
            3, height=3.9, left=0.065, wspace=0.2, width_ratios=(1, 1, 0.78)
        )
        self.planes = [Plane(ax, X, y, class_names, limit=3) for ax in (left, middle)]
        self.grid = self.planes[0].grid
        set_axes(left, "Softmax: shade = greatest p", "x₁", "x₂", (-3, 3), (-3, 3))
        set_axes(middle, "SVM: ringed = loss above 0", "x₁", "", (-3, 3), (-3, 3))
        set_axes(right, "p of the star (softmax)", "", "", (-0.55, 2.55), (0, 1.12))
        self.stars, self.notes = [], []
        for ax in (left, middle):
            star = moving_line(ax, color=BLACK, marker="*", markersize=20, markeredgecolor="white", zorder=7)
            self.stars.append(star)
            note = moving_text(ax, 0.5, 0.05, ha="center", fontsize=18, fontweight="bold")
            note.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
            self.notes.append(note)
        self.probabilities = ClassBars(right, class_names)

    def update(self, grid_probabilities, svm_classes, ringed, star, correct, probabilities):
        """Show both planes and the starred example; None, for a descent that diverged, leaves a plane white."""
        softmax, svm = self.planes
        blank = np.ones((softmax.SIDE, softmax.SIDE, 3))
        nothing = np.array([], dtype=int)
        softmax.rings.set_data([], [])
        softmax.regions.set_data(blank if grid_probabilities is None else self.shaded(grid_probabilities))
        svm.update(np.zeros(len(self.grid), dtype=int) if svm_classes is None else svm_classes, nothing)
        if svm_classes is None:
            svm.regions.set_data(blank)
        else:
            svm.rings.set_data(svm.X[ringed].T)
        for note, missing in zip(self.notes, (grid_probabilities is None, svm_classes is None), strict=True):
            note.set_text("diverged" if missing else "")
        for mark in self.stars:
            mark.set_data([star[0]], [star[1]])
        heights = np.zeros(3) if probabilities is None else probabilities
        self.probabilities.update(heights, ["?"] * 3 if probabilities is None else [f"{p:.2f}" for p in heights])
        self.probabilities.outline(correct)

    def shaded(self, probabilities):
        """The plane as an image from probabilities (G * G, C): the likeliest class's colour, paler the less likely."""
        num_classes = probabilities.shape[1]
        strength = 0.65 * (num_classes * probabilities.max(axis=1) - 1) / (num_classes - 1)
        colours = np.array([to_rgb(colour) for colour in CLASS_COLOURS])[probabilities.argmax(axis=1)]
        side = self.planes[0].SIDE
        return (1 - strength[:, None] * (1 - colours)).reshape(side, side, 3)


# --- notebook 02


def legend_above(ax, ncols, **options):
    """A legend over the top edge of the axes, in the place of a title, where no data can lie under it."""
    placed = {"loc": "lower left", "bbox_to_anchor": (-0.06, 1), "handlelength": 2.2, "columnspacing": 1.1}
    ax.legend(ncols=ncols, frameon=False, fontsize=11, **(placed | options))


class PartsFigure:
    """Left the plane with ringed examples, right the data loss, the penalty and their sum along a recorded descent.

    A value above the axes is drawn on their upper edge; `numbers` holds what is written there.
    """

    def __init__(self, X, y, class_names, num_iters, limit=1.2, highest=4.0):
        self.figure, (left, right) = new_figure(2, wspace=0.25, height=4.5, top=0.84)
        self.plane = Plane(left, X, y, class_names, limit)
        set_axes(left, "Regions, and the violations (ringed)", "x₁", "x₂", (-limit, limit), (-limit, limit))
        left.set_xticks([-1, 0, 1])
        left.set_yticks([-1, 0, 1])
        set_axes(right, "", "update", "loss", (0, num_iters), (0, highest))
        names = ("data loss", "penalty λR(W)", "sum")
        styles = (CURVE_STYLES[0], CURVE_STYLES[1], CURVE_STYLES[4])
        self.data_line, self.penalty_line, self.sum_line = self.lines = [
            moving_line(right, label=name, clip_on=False, **style) for name, style in zip(names, styles, strict=True)
        ]
        legend_above(right, 3)
        self.position = moving_line(right, color=GREY, linewidth=1.2, zorder=2)
        self.dots = moving_line(right, color=BLACK, marker="o", markersize=8, linestyle="", zorder=5, clip_on=False)
        self.numbers = moving_text(right, 0.97, 0.95, ha="right", va="top", linespacing=1.5)
        self.numbers.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.8})

    def update(self, classes, ringed, updates, data, penalty, position, numbers):
        """Show the regions, the rings, both parts and their sum over updates, and dots at the entry `position`."""
        self.plane.update(classes, ringed)
        low, high = self.sum_line.axes.get_ylim()
        parts = [np.clip(values, low, high) for values in (data, penalty, data + penalty)]
        for line, values in zip(self.lines, parts, strict=True):
            line.set_data(updates, values)
        self.position.set_data([updates[position]] * 2, [low, high])
        self.dots.set_data([updates[position]] * 3, [values[position] for values in parts])
        self.numbers.set_text(numbers)


class PreferenceFigure:
    """Left the four weights of a w that always scores 1, right what each penalty says of every w on the way."""

    def __init__(self, num_weights, names, highest):
        self.figure, (left, right) = new_figure(2, wspace=0.25, top=0.84)
        set_axes(left, "The weight on each input", "input", "weight", (-0.6, num_weights - 0.4), (0, 1.15))
        left.set_xticks(range(num_weights), range(1, num_weights + 1))
        self.bars = left.bar(range(num_weights), np.zeros(num_weights), width=0.6, color=BLUE, animated=True)
        set_axes(right, "", "share of w2", "penalty R(w)", (0, 1), (0, highest))
        self.lines = [moving_line(right, label=name, **style) for name, style in zip(names, CURVE_STYLES, strict=False)]
        legend_above(right, 3)
        self.dots = moving_line(right, color=BLACK, marker="o", markersize=9, linestyle="", zorder=5, clip_on=False)

    def update(self, weights, shares, penalties, share, here):
        """Show weights as bars, a curve of penalties over shares for each name, and a dot on each at `share`."""
        for bar, weight in zip(self.bars, weights, strict=True):
            bar.set_height(weight)
        for line, values in zip(self.lines, penalties, strict=True):
            line.set_data(shares, values)
        self.dots.set_data([share] * len(here), here)


class ContourFigure:
    """Left a data loss over two weights with its penalty ball and a path, right the sum along that path.

    `data` (V, U) is the data loss at the weights (u[i], v[j]); it never moves.
    """

    BALL, LOWER = (0, 114, 178, 90), (230, 159, 0, 110)

    def __init__(self, u, v, data, levels, num_iters, totals):
        self.figure, (left, right) = new_figure(2, wspace=0.25, height=4.6, top=0.83, bottom=0.14)
        extent = (u[0], u[-1], v[0], v[-1])
        set_axes(left, "", "w₁", "w₂", extent[:2], extent[2:])
        left.set_aspect("equal")
        lines = left.contour(u, v, data, levels=levels, colors=GREY, linewidths=1)
        left.clabel(lines, fontsize=11, fmt="%g")
        left.axhline(0, color=BLACK, linewidth=0.8)
        left.axvline(0, color=BLACK, linewidth=0.8)
        self.masks = left.imshow(
            np.zeros((len(v), len(u), 4), np.uint8), extent=extent, origin="lower", animated=True, zorder=2
        )
        left.set_aspect("equal")
        self.path = moving_line(
            left, color=BLACK, linewidth=1.2, marker=".", markersize=4, label="the descent's path", zorder=4
        )
        self.start = moving_line(left, color=BLACK, marker="s", markersize=8, linestyle="", zorder=5)
        self.minimum = moving_line(
            left,
            color=PINK,
            marker="*",
            markersize=17,
            markeredgecolor=BLACK,
            linestyle="",
            zorder=6,
            label="minimiser",
        )
        keys = [
            left.plot([], [], linestyle="", marker="s", markersize=10, color=np.array(colour) / 255, label=label)[0]
            for colour, label in ((self.LOWER, "lower data loss"), (self.BALL, "lower penalty"))
        ]
        legend_above(left, 2, handles=[*keys, self.minimum, self.path], handlelength=1.4)
        set_axes(right, "The sum along the path", "update", "data loss + λR(w)", (0, num_iters), totals, ylog=True)
        ticks = (0.1, 0.2, 0.5, 1, 2, 5, 10)
        right.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        right.set_ylim(totals)
        self.sum_line = moving_line(right, color=BLACK)
        self.floor = moving_line(right, color=PINK, linestyle="--")
        self.note = moving_text(right, 0.97, 0.03, ha="right", linespacing=1.5)

    def update(self, minimum, lower_data, lower_penalty, path, updates, total, floor, note=""):
        """Mark the minimiser (2,), shade two masks (V, U), draw the path (K, 2) and its total (K,) over updates."""
        pixels = np.zeros((*lower_data.shape, 4), np.uint8)
        pixels[lower_data] = self.LOWER
        pixels[lower_penalty] = self.BALL
        self.masks.set_data(pixels)
        self.minimum.set_data([minimum[0]], [minimum[1]])
        self.path.set_data(path[:, 0], path[:, 1])
        self.start.set_data(path[:1, 0], path[:1, 1])
        self.sum_line.set_data(updates, np.clip(total, *self.sum_line.axes.get_ylim()))
        self.floor.set_data(self.floor.axes.get_xlim(), [floor, floor])
        self.note.set_text(note)


class WeightsFigure:
    """Left ten weight vectors as templates, right the sizes of all their weights in falling order.

    The height axis is a log axis: a weight that is exactly 0 has no bar, so the bars end where the zeros begin.
    """

    LOWEST, HIGHEST = 1e-6, 10

    def __init__(self, num_weights):
        self.figure, (left, right) = new_figure(2, left=0.01, wspace=0.2, width_ratios=(1.15, 1))
        self.templates = Templates(left, range(10))
        left.set_title("One template a class", fontsize=13)
        set_axes(
            right,
            f"All {num_weights} weights, largest first",
            "rank",
            "size |w|",
            (0, num_weights),
            (self.LOWEST, self.HIGHEST),
            ylog=True,
        )
        right.set_yticks([1e-6, 1e-4, 1e-2, 1], ["0.000001", "0.0001", "0.01", "1"])
        right.yaxis.labelpad = -8
        (self.bars,) = right.fill([0, 0, 1], [1, 1, 1], color=BLUE, linewidth=0, animated=True)
        self.limit = moving_line(right, color=ORANGE, linestyle="--")
        self.limit_name = right.text(
            0.99, 1, "ηλ", transform=right.get_yaxis_transform(), ha="right", va="bottom", fontsize=12, animated=True
        )
        self.limit_name.set(color=ORANGE, fontweight="bold", zorder=6)
        self.note = moving_text(right, 0.97, 0.97, ha="right", va="top", linespacing=1.5)
        self.note.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.8})

    def update(self, weights, sizes, limit, note):
        """Show weights (10, 64), a bar for each of `sizes` (M,) that is above 0, and a line at the height `limit`."""
        self.templates.update(weights)
        heights = np.clip(sizes[sizes > 0], self.LOWEST, self.HIGHEST)
        edges = np.repeat(np.arange(len(heights) + 1), 2)
        outline = np.concatenate([[self.LOWEST], np.repeat(heights, 2), [self.LOWEST]])
        self.bars.set_xy(np.column_stack([edges, outline]))
        limit = np.clip(limit, self.LOWEST, self.HIGHEST)
        self.limit.set_data(self.limit.axes.get_xlim(), [limit, limit])
        self.limit_name.set_y(limit)
        self.note.set_text(note)


class LengthsFigure:
    """Left ten weight vectors as templates, right the length of each as a bar under a limit."""

    def __init__(self, highest):
        self.figure, (left, right) = new_figure(2, left=0.01, wspace=0.12, width_ratios=(1.15, 1))
        self.templates = Templates(left, range(10))
        left.set_title("One template a class", fontsize=13)
        set_axes(right, "The length of each class's row", "class", "‖w‖", (-0.7, 9.7), (0, highest))
        right.set_xticks(range(10))
        self.bars = right.bar(range(10), np.zeros(10), width=0.7, color=BLUE, animated=True)
        self.limit = moving_line(right, color=ORANGE, linestyle="--")
        self.note = moving_text(right, 0.99, 0, ha="right", va="bottom", color=ORANGE, fontweight="bold")

    def update(self, weights, lengths, limit, note):
        """Show weights (10, 64), a bar for each of `lengths` (10,), and a line at the height `limit`."""
        self.templates.update(weights)
        for bar, length in zip(self.bars, lengths, strict=True):
            bar.set_height(length)
        self.limit.set_data(self.limit.axes.get_xlim(), [limit, limit])
        self.note.set_y(limit / self.limit.axes.get_ylim()[1] + 0.01)
        self.note.set_text(note)


class OverLambdaFigure:
    """Over the positions of λ: left the data loss on training and test examples, right the share that is right."""

    def __init__(self, regs, highest, start_loss, chance):
        self.figure, axes = new_figure(2, wspace=0.22, top=0.84)
        self.loss_lines, self.accuracy_lines = [], []
        decades = [
            (index, f"{reg:g}")
            for index, reg in enumerate(regs)
            if f"{reg:g}" in ("0", "0.001", "0.01", "0.1", "1", "10")
        ]
        panels = ((self.loss_lines, "data loss", (0, highest)), (self.accuracy_lines, "accuracy", (0, 1.02)))
        for ax, (lines, ylabel, ylim) in zip(axes, panels, strict=True):
            set_axes(ax, "", "λ", ylabel, (-0.5, len(regs) - 0.5), ylim)
            ax.set_xticks(*zip(*decades, strict=True))
            for name, style, marker in zip(("training", "test"), CURVE_STYLES, "os", strict=False):
                lines.append(moving_line(ax, label=f"{ylabel}, {name}", marker=marker, markersize=5, **style))
            legend_above(ax, 2)
        for ax, height, words in zip(axes, (start_loss, chance), ("all scores equal", "chance"), strict=True):
            ax.axhline(height, color=GREY, linewidth=1.2, linestyle="--")
            ax.text(0, height, words, va="bottom", color=GREY, fontsize=11)
        axes[1].set_yticks(np.linspace(0, 1, 6), [f"{share:.0%}" for share in np.linspace(0, 1, 6)])
        self.places = [moving_line(ax, color=GREY, linewidth=1.2, zorder=2) for ax in axes]
        self.dots = [moving_line(ax, color=BLACK, marker="o", markersize=9, linestyle="", zorder=5) for ax in axes]

    def update(self, loss, accuracy, position):
        """Draw loss and accuracy, each (2, K) for training and test over the first K λs, and dots at `position`.

        Without dots where position is K or more: there the descent has no end to show.
        """
        for lines, values, place, dots in zip(
            (self.loss_lines, self.accuracy_lines), (loss, accuracy), self.places, self.dots, strict=True
        ):
            low, high = dots.axes.get_ylim()
            values = np.clip(values, low, high)
            for line, row in zip(lines, values, strict=True):
                line.set_data(np.arange(len(row)), row)
            place.set_data([position, position], [low, high])
            here = values[:, position : position + 1].ravel()
            dots.set_data([position] * len(here), here)


class StabilityFigure:
    """Left a map of how a descent ends for each step size and λ, right the sum along the descent at the dot."""

    OUTCOMES = ("not there yet", "converged", "oscillates", "diverged")
    COLOURS = ("#FFFFFF", "#CFE6F3", "#FBE6C2", "#F3CBB2")
    MARKERS = (".", "o", "$\\sim$", "x")
    INKS = (GREY, BLUE, "#8A5A00", "#A33F00")

    def __init__(self, step_sizes, regs, num_iters):
        self.figure, (left, right) = new_figure(2, height=4.8, top=0.84, bottom=0.13, wspace=0.25)
        shape = (len(regs), len(step_sizes))
        set_axes(left, "", "step size η", "λ", (-0.5, shape[1] - 0.5), (-0.5, shape[0] - 0.5))
        for axis, values in ((left.xaxis, step_sizes), (left.yaxis, regs)):
            decades = [(index, f"{value:g}") for index, value in enumerate(values) if f"{value:e}"[0] in "01"]
            axis.set_ticks(*zip(*decades, strict=True))
        self._pale = np.round(255 * np.array([to_rgb(colour) for colour in self.COLOURS])).astype(np.uint8)
        self.cells = left.imshow(
            np.full((*shape, 3), 255, np.uint8), origin="lower", aspect="auto", animated=True, zorder=0
        )
        self.marks = [
            moving_line(left, linestyle="", marker=marker, markersize=8, color=ink, label=outcome)
            for outcome, marker, ink in zip(self.OUTCOMES, self.MARKERS, self.INKS, strict=True)
        ]
        self.boundary = moving_line(left, color=BLACK, linestyle="--", linewidth=2, label="ηλ = 1")
        legend_above(left, 3, bbox_to_anchor=(-0.14, 1), handletextpad=0.4, handlelength=1.8)
        self.dot = moving_line(left, marker="o", markersize=19, color=BLACK, markerfacecolor="none", zorder=6)
        self.dot.set(markeredgewidth=3, clip_on=False)
        set_axes(
            right,
            "The ringed descent:",
            "update",
            "data loss + λR(W)",
            (0, num_iters),
            (1e-2, 1e4),
            ylog=True,
        )
        right.set_yticks([0.01, 1, 100, 10_000], ["0.01", "1", "100", "10000"])
        right.yaxis.labelpad = -6
        self.sum_line = moving_line(right, color=BLACK)
        self.note = moving_text(right, 1, 1.02, ha="right", va="bottom", fontsize=13, fontweight="bold")

    def update(self, outcomes, row, column, boundary, updates, total):
        """Show outcomes (regs, step sizes), numbers into OUTCOMES, a ring at a cell, and its total over updates.

        boundary is a line (2, K) in rows and columns of the map, empty for none.
        """
        self.cells.set_data(self._pale[outcomes])
        for outcome, marks in enumerate(self.marks):
            marks.set_data(np.nonzero(outcomes == outcome)[::-1])
        self.boundary.set_data(boundary[1], boundary[0])
        self.dot.set_data([column], [row])
        self.sum_line.set_data(updates, np.clip(total, *self.sum_line.axes.get_ylim()))
        self.note.set_text(self.OUTCOMES[outcomes[row, column]])


# --- notebook 04

VERDICTS = (  # where each begins, its name and its colour
    (1e-14, "right", "#D7EBDD"),
    (1e-7, "fine with kinks", "#EAF3EC"),
    (1e-4, "uncomfortable", "#FFF3D6"),
    (1e-2, "wrong", "#FBDDD0"),
)


def error_axis(ax, top=1e2):
    """Colour a log axis of relative errors by the four verdicts, and write their names beside it on the right."""
    ends = [low for low, _, _ in VERDICTS[1:]] + [top]
    for (low, name, colour), end in zip(VERDICTS, ends, strict=True):
        ax.axhspan(low, end, color=colour, linewidth=0, zorder=0)
        middle = np.sqrt(low * min(end, 1e1))
        ax.text(1.02, middle, name, transform=ax.get_yaxis_transform(), va="center", color=BLACK, fontsize=11)


class SecantFigure:
    """Left a function of one weight with the lines through its measured points, right the slopes as bars."""

    def __init__(self, labels):
        self.figure, (left, right) = new_figure(2, wspace=0.22, gridspec_kw={"width_ratios": (1.35, 1)})
        set_axes(left, "The loss along one weight", "weight w", "loss", (-2.2, 2.7), (-1, 6.5))
        set_axes(right, "The slope, three times", "", "slope at w", (-0.5, 2.5), (-3.2, 5.4))
        styles = [{"color": BLACK}, *CURVE_STYLES[1:3]]
        self.curve = moving_line(left, color=BLUE, label="the loss")
        self.lines = [moving_line(left, **style, zorder=4) for style in styles]
        for line, label in zip(self.lines, labels, strict=True):
            line.set_label(label)
        self.lines[0].set_linewidth(1.5)
        self.measured = moving_line(left, color=BLACK, marker="o", markersize=7, linestyle="", zorder=5)
        self.dot = moving_line(left, color=BLUE, marker="o", markersize=12, linestyle="", zorder=5)
        left.legend(loc="upper center", ncol=2, columnspacing=1.2, frameon=False)
        right.axhline(0, color=GREY, linewidth=1.2)
        colours = [style["color"] for style in styles]
        self.bars = right.bar(range(3), [0, 0, 0], width=0.6, color=colours, zorder=3)
        for bar in self.bars:
            bar.set_animated(True)
        self.numbers = [moving_text(right, (2 * i + 1) / 6, 0.94, ha="center", fontweight="bold") for i in range(3)]
        right.set_xticks(range(3), labels)

    def update(self, w, loss, at, points, slopes):
        """Show the curve (w, loss), the point `at` (2,) on it, the measured points (2, K), and the three slopes."""
        self.curve.set_data(w, loss)
        self.dot.set_data([at[0]], [at[1]])
        self.measured.set_data(points)
        starts = (at, at, points[:, 0])
        for line, (x, y), slope, bar, number in zip(self.lines, starts, slopes, self.bars, self.numbers, strict=True):
            line.set_data(w, y + slope * (w - x))
            bar.set_height(slope)
            number.set_text(f"{slope:.3g}".replace("-", "−"))


class ErrorSweepFigure:
    """The largest relative error over the step h, both on log axes, one curve for each way to measure."""

    LOWEST = 3e-14

    def __init__(self, h, methods):
        self.figure, ax = new_figure(1, height=4.7, left=0.09, right=0.84, top=0.9)
        self.ax, self.h = ax, h
        limits = (6e-13, 1.6), (1e-14, 1e2)
        set_axes(ax, "Largest relative error of the numerical gradient", "h", "relative error", *limits, True, True)
        ax.set_xticks(h[::2])
        ax.set_yticks([1e-13, 1e-10, 1e-7, 1e-4, 1e-2, 1])
        error_axis(ax)
        ax.axvline(1e-5, color=GREY, linewidth=1.2, linestyle=":")
        ax.text(1.2e-5, 2e-14, "h = 1e-5", color=GREY, fontsize=11, va="bottom")
        ax.text(1e-12, 12, "← too small: rounding", fontsize=12, va="center")
        ax.text(1.2, 12, "too large: curve and kinks →", fontsize=12, va="center", ha="right")
        self.curves = {
            name: moving_line(ax, **style, marker=marker, markersize=6, label=name)
            for name, style, marker in zip(methods, CURVE_STYLES, "o^sD", strict=False)
        }
        ax.legend(loc="lower left", title="measured in", title_fontsize=11, alignment="left", frameon=False)

    def update(self, errors):
        """Show errors {method: its error for each h}; one below the axis is drawn at its foot."""
        for name, curve in self.curves.items():
            curve.set_data(self.h, np.maximum(errors[name], self.LOWEST))


class GradientPairsFigure:
    """Left the analytic and the numerical slope of each weight, right their relative error."""

    LOWEST = 1e-13

    def __init__(self, names, groups):
        self.figure, (left, right) = new_figure(2, wspace=0.26, left=0.09, right=0.87, bottom=0.2)
        count, width = len(names), len(names) // len(groups)
        set_axes(left, "Slopes, as a share of the largest", "", "slope", (-0.6, count - 0.4), (-1.2, 1.75))
        set_axes(right, "Relative error", "", "relative error", (-0.6, count - 0.4), (1e-14, 1e2), ylog=True)
        left.set_yticks([-1, -0.5, 0, 0.5, 1])
        right.set_yticks([1e-13, 1e-10, 1e-7, 1e-4, 1e-2, 1])
        left.axhline(0, color=GREY, linewidth=1.2)
        error_axis(right)
        for ax in (left, right):
            ax.set_xticks(range(count), names)
            for index, group in enumerate(groups):
                middle = width * index + (width - 1) / 2
                ax.text(middle, -0.13, group, transform=ax.get_xaxis_transform(), ha="center", va="top", fontsize=12)
                if index:
                    ax.axvline(width * index - 0.5, ymax=0.86, color=GREY, linewidth=0.8)
        self.numerical = moving_line(left, color=BLACK, marker="o", markersize=13, linestyle="", label="measured")
        self.numerical.set_markerfacecolor("none")
        self.analytic = moving_line(left, color=ORANGE, marker="X", markersize=9, linestyle="", label="by the formula")
        self.errors = moving_line(right, color=ORANGE, marker="X", markersize=10, linestyle="")
        left.legend(loc="upper center", ncol=2, frameon=False)

    def update(self, analytic, numerical, errors):
        """Show three arrays with one number a weight; an error below the axis is drawn at its foot."""
        scale = np.abs(numerical).max() or 1
        x = np.arange(len(errors))
        self.numerical.set_data(x, numerical / scale)
        self.analytic.set_data(x, np.clip(analytic / scale, -1.15, 1.3))
        self.errors.set_data(x, np.maximum(errors, self.LOWEST))


class PromiseFigure:
    """Left the loss along one step and the straight line it promises, right the share kept at every step size."""

    def __init__(self, step_sizes):
        self.figure, (left, right) = new_figure(2, wspace=0.27, left=0.09)
        self.left, self.right = left, right
        set_axes(left, "Along this one step", "place on the step", "change / promised fall", (-0.03, 1.3), (-2, 1.1))
        limits = (8e-4, 13), (-1.2, 2)
        set_axes(right, "The share kept, at every η", "step size η", "actual fall / promised fall", *limits, xlog=True)
        left.set_xticks([0, 0.5, 1], ["W", "half of it", "W − η dW"])
        left.set_yticks([-2, -1.5, -1, -0.5, 0, 0.5, 1])
        right.set_xticks([s for s in step_sizes if f"{s:e}"[0] == "1"])
        right.set_xticklabels([f"{s:g}" for s in step_sizes if f"{s:e}"[0] == "1"])
        right.axhspan(-1.2, 0, color="#FBDDD0", linewidth=0, zorder=0)
        right.text(9e-4, -0.1, "the loss rises", fontsize=11, va="top")
        for ax in (left, right):
            ax.axhline(0, color=GREY, linewidth=1.2)
        right.axhline(1, color=BLACK, linewidth=1.5)
        left.plot([0, 1], [0, -1], color=BLACK, linewidth=1.5, label="promised")
        styles = {"this batch": (CURVE_STYLES[1], "s"), "all examples": (CURVE_STYLES[0], "o")}
        self.along, self.shares, self.dots, self.now = {}, {}, {}, {}
        for name, (style, marker) in styles.items():
            self.along[name] = moving_line(left, **style, label=name)
            self.shares[name] = moving_line(right, **style, label=name)
            dot = {"color": style["color"], "marker": marker, "markersize": 11, "linestyle": "", "zorder": 5}
            self.dots[name] = moving_line(left, **dot)
            self.now[name] = moving_line(right, **dot)
        left.legend(loc="lower left", frameon=False)
        self.promised = moving_text(left, 1, 1.026, ha="right", va="baseline")
        self.gone = moving_text(left, 0.83, 0.94, va="center")

    def update(self, places, along, step_sizes, shares, step_size, now, promised):
        """Show, for the batch and for all examples (dicts), the change `along` the step in units of the fall promised,
        the share kept over step_sizes, and the share kept `now`; a dot that is off the picture waits at its edge."""
        for name, line in self.along.items():
            line.set_data(places, along[name])
            self.shares[name].set_data(step_sizes, shares[name])
            self.dots[name].set_data([1], [np.clip(-now[name], -1.95, 0.95)])
            self.now[name].set_data([step_size], [np.clip(now[name], -1.15, 1.95)])
        self.promised.set_text(f"promised: −{promised:.3g}" if promised < 1000 else f"promised: −{promised:,.0f}")
        self.gone.set_text("↑ off" if min(now.values()) < -1 else "")


# --- notebook 01


class MarginPlane(Plane):
    """A Plane with decision lines (solid) and the edges of their bands (dashed); the inside of a band is paler."""

    def __init__(self, ax, X, y, class_names, num_lines, limit=4.0):
        super().__init__(ax, X, y, class_names, limit)
        self._pale = np.concatenate([self._pale, 255 - (255 - self._pale) // 4])
        self.lines = [moving_line(ax, color=BLACK, zorder=2) for _ in range(num_lines)]
        dashed = {"color": BLACK, "linewidth": 1.4, "linestyle": (0, (5, 3)), "zorder": 2}
        self.edges = [moving_line(ax, **dashed) for _ in range(2 * num_lines)]

    def update(self, classes, inside, ringed, lines, edges):
        """Colour the grid by classes, paler where `inside`; draw each line and edge through its points (n, 2)."""
        super().update(classes + len(CLASS_COLOURS) * inside, ringed)
        for artist, places in zip(self.lines + self.edges, [*lines, *edges], strict=True):
            artist.set_data(*places.T)


def plane_beside_two():
    """A figure with a square place for a plane on the left and two axes, one above the other, on the right."""
    figure, axes = new_figure(2, 4.7, 2, left=0.07, bottom=0.19, top=0.93, wspace=0.3)
    figure.subplots_adjust(hspace=0.8)
    grid = axes[0, 0].get_gridspec()
    for ax in axes[:, 0]:
        ax.remove()
    with mpl.rc_context(STYLE):
        plane = figure.add_subplot(grid[:, 0])
    plane.tick_params(labelsize=11)
    return figure, plane, axes[0, 1], axes[1, 1]


def legend_below(ax, handles, gap=0.15):
    """Name the classes in one line under an axes."""
    style = {"frameon": False, "fontsize": 12, "handletextpad": 0.1, "columnspacing": 1.2, "borderaxespad": 0}
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -gap), ncols=len(handles), **style)


class LossCurve:
    """A loss along a recorded descent, with a dot where the picture beside it stands; off the scale is on its edge."""

    def __init__(self, ax, num_iters, title="Objective on all examples"):
        self.low, self.high = 0.01, 100
        set_axes(ax, title, "update", "", (0, num_iters), (self.low / 1.3, self.high * 1.3), ylog=True)
        ax.set_yticks([0.01, 0.1, 1, 10, 100], ["≤ 0.01", "0.1", "1", "10", "≥ 100"])
        self.line = moving_line(ax, color=GREY)
        self.dot = moving_line(ax, color=BLACK, marker="o", markersize=10, linestyle="", zorder=5, clip_on=False)

    def update(self, updates, loss, position):
        loss = np.clip(loss, self.low, self.high)
        self.line.set_data(updates, loss)
        self.dot.set_data([updates[position]], [loss[position]])


class MarginFigure:
    """Two classes: the line, its band and w in the plane; each example on the hinge; the loss along the descent."""

    def __init__(self, X, y, class_names, num_iters):
        self.figure, left, top, bottom = plane_beside_two()
        self.plane = MarginPlane(left, X, y, class_names, num_lines=1)
        self.plane.rings.set_markersize(13)
        set_axes(left, "The line, its band and w", "x₁", "x₂", (-4, 4), (-4, 4))
        arrow = {"arrowstyle": "-|>", "mutation_scale": 22, "linewidth": 3.5, "color": PINK, "shrinkA": 0, "shrinkB": 0}
        self.arrow = FancyArrowPatch((0, 0), (0, 0), **arrow, zorder=5)
        self.arrow.set_animated(True)
        left.add_patch(self.arrow)
        self.arrow_name = left.text(0, 0, "w", color=PINK, fontsize=15, fontweight="bold", zorder=6, clip_on=True)
        self.arrow_name.set_animated(True)
        set_axes(top, "What each example costs", "how far on its right side: t·s", "hinge", (-3, 5), (-0.2, 4.3))
        top.plot([-3, 1, 5], [4, 0, 0], color=GREY, linewidth=1.5, zorder=1)
        top.axvline(1, color=BLACK, linewidth=1.4, linestyle=(0, (5, 3)), zorder=1)
        top.text(1.15, 3.9, "edge of the band", fontsize=11, va="top")
        self.hinges = [
            moving_line(top, linestyle="", marker=marker, color=colour, markersize=7, alpha=0.7, clip_on=False)
            for marker, colour in zip(CLASS_MARKERS[:2], CLASS_COLOURS[:2], strict=True)
        ]
        self.y = y
        self.curve = LossCurve(bottom, num_iters)
        legend_below(left, self.plane.points)

    def update(self, plane, arrow, right_side, hinge, curve):
        """plane: what MarginPlane takes; arrow: its two ends (2, 2); right_side and hinge (N,); curve: LossCurve's."""
        self.plane.update(*plane)
        self.arrow.set_positions(*arrow)
        self.arrow_name.set_position(arrow[1] + 0.15)
        self.arrow_name.set_visible(bool(np.ptp(arrow, axis=0).any()))
        self.arrow.set_visible(self.arrow_name.get_visible())
        for label, line in enumerate(self.hinges):
            line.set_data(np.clip(right_side[self.y == label], -3, 5), np.clip(hinge[self.y == label], 0, 4))
        self.curve.update(*curve)


class BandsFigure:
    """Three classes: regions with their three bands, the width of each band, the loss along the descent."""

    PAIRS = ((0, 1), (0, 2), (1, 2))
    WIDEST = 6

    def __init__(self, X, y, class_names, num_iters):
        self.figure, left, top, bottom = plane_beside_two()
        self.plane = MarginPlane(left, X, y, class_names, num_lines=3)
        set_axes(left, "Three regions, three bands", "x₁", "x₂", (-4, 4), (-4, 4))
        legend_below(left, self.plane.points)
        set_axes(top, "Width of each band", "", "", (0, self.WIDEST), (2.6, -0.6))
        top.set_yticks(range(3), [f"{i} | {j}" for i, j in self.PAIRS])
        self.bars = top.barh(range(3), np.zeros(3), 0.6, color=GREY, animated=True)
        self.numbers = [top.text(0, row, "", va="center", fontsize=12, animated=True) for row in range(3)]
        self.curve = LossCurve(bottom, num_iters)

    def update(self, plane, widths, curve):
        """plane: what MarginPlane takes; widths (3,), 0 where a pair has no band; curve: what LossCurve takes."""
        self.plane.update(*plane)
        for bar, number, width in zip(self.bars, self.numbers, widths, strict=True):
            shown = min(width, self.WIDEST * 0.8)
            bar.set_width(shown)
            number.set_x(shown + 0.1)
            number.set_text(f"{width:.3g}" if width else "no band")
        self.curve.update(*curve)


class ScoreFigure:
    """Left each image's three scores, with the place from which a wrong class costs; right each image's terms."""

    TOP, END = 30, 14

    def __init__(self, class_names):
        self.figure, (left, right) = new_figure(
            2, 4.5, width_ratios=(3, 2), left=0.11, bottom=0.2, top=0.91, wspace=0.2
        )
        set_axes(left, "Scores: a wrong class in the grey costs", "score", "", (-12, self.END), (2.5, -0.5))
        left.set_yticks(range(3), [f"{name}\nimage" for name in class_names])
        self.zones = left.barh(range(3), np.zeros(3), 0.8, color="#E4E4E4", animated=True, zorder=1)
        self.needed = [moving_line(left, color=BLACK, linestyle=(0, (5, 3)), linewidth=1.4) for _ in range(3)]
        self.costs = [[moving_line(left, color=CLASS_COLOURS[j], linewidth=4) for j in range(3)] for _ in range(3)]
        self.marks = [
            moving_line(left, linestyle="", marker=CLASS_MARKERS[j], color=CLASS_COLOURS[j], markersize=11, zorder=5)
            for j in range(3)
        ]
        for mark, name in zip(self.marks, class_names, strict=True):
            mark.set_label(f"{name} score")
        self.correct = moving_line(left, linestyle="", marker="o", color=BLACK, markerfacecolor="none", markersize=18)
        legend_below(left, self.marks, gap=0.17)
        set_axes(right, "Loss", "", "", (-0.6, 2.6), (0, self.TOP * 1.12))
        right.set_xticks(range(3), [f"{name}\nimage" for name in class_names])
        self.bars = [
            right.bar(range(3), np.zeros(3), 0.6, color=CLASS_COLOURS[j], animated=True, zorder=2) for j in range(3)
        ]
        self.mean_line = moving_line(right, color=BLACK, linewidth=1.4, linestyle=(0, (5, 3)))
        number = {"ha": "center", "va": "bottom", "fontsize": 13, "animated": True, "zorder": 4}
        number["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        self.totals = [right.text(i, 0, "", **number) for i in range(3)]
        self.mean_text = moving_text(right, 1, 1.02, ha="right", va="bottom", fontsize=13)

    def update(self, scores, labels, needed, terms):
        """scores (3, 3), a row an image; needed (3,), the score from which a wrong class costs; terms (3, 3)."""
        for i, (zone, line) in enumerate(zip(self.zones, self.needed, strict=True)):
            zone.set(x=needed[i], width=self.END - needed[i])
            line.set_data([needed[i]] * 2, [i - 0.4, i + 0.4])
            for j, cost in enumerate(self.costs[i]):
                costs = j != labels[i] and terms[i, j] > 0
                cost.set_data([needed[i], scores[i, j]] if costs else [], [i, i] if costs else [])
        heights = 0.22 * (np.arange(3) - 1)
        for j, mark in enumerate(self.marks):
            mark.set_data(scores[:, j], np.arange(3) + heights[j])
            for i in range(3):
                if len(self.costs[i][j].get_xdata()):
                    self.costs[i][j].set_ydata([i + heights[j]] * 2)
        self.correct.set_data(scores[np.arange(3), labels], np.arange(3) + heights[labels])
        below = np.zeros(3)
        for j, bars in enumerate(self.bars):
            above = np.minimum(below + terms[:, j], self.TOP)
            for bar, low, high in zip(bars, below, above, strict=True):
                bar.set(y=low, height=high - low)
            below = above
        for total, height, loss in zip(self.totals, below, terms.sum(axis=1), strict=True):
            total.set_y(height + 0.4)
            total.set_text(f"{loss:.4g}")
        mean = terms.sum() / len(terms)
        self.mean_line.set_data([-0.6, 2.6], [min(mean, self.TOP)] * 2)
        self.mean_text.set_text(f"mean {mean:.5g}")


class LedgerFigure:
    """Nine numbered examples in the plane, the ledger of what each adds to each row of W, and one of them in full."""

    def __init__(self, X, y, class_names):
        self.figure, (left, middle, right) = new_figure(
            3, 4.6, left=0.085, bottom=0.15, top=0.91, wspace=0.27, width_ratios=(1.25, 0.85, 1)
        )
        grid = right.get_subplotspec().subgridspec(2, 1, hspace=0.75)
        right.remove()
        self.plane = MarginPlane(left, X, y, class_names, num_lines=3, limit=1.0)
        self.plane.rings.set_markersize(17)
        set_axes(left, "The chosen example is ringed", "x₁", "x₂", (-1, 1), (-1, 1))
        left.set_xticks([-1, -0.5, 0, 0.5, 1])
        left.set_yticks([-1, -0.5, 0, 0.5, 1])
        for i, (x1, x2) in enumerate(X):
            left.text(x1 + 0.06, x2 + 0.06, str(i), fontsize=11, animated=True, zorder=6)
        legend_below(left, self.plane.points, gap=0.2)
        num_examples = len(X)
        set_axes(middle, "The ledger", "row of W", "example", (-0.5, 2.5), (num_examples - 0.5, -0.5))
        middle.set_xticks(range(3), ["0", "1", "2"])
        middle.set_yticks(range(num_examples))
        self.table = middle.imshow(
            np.zeros((num_examples, 3)), cmap="PiYG", vmin=-3, vmax=3, aspect="auto", animated=True
        )
        self.entries = [
            [middle.text(j, i, "", ha="center", va="center", fontsize=12, animated=True) for j in range(3)]
            for i in range(num_examples)
        ]
        self.frame = moving_line(middle, color=BLACK, linewidth=3, clip_on=False)
        with mpl.rc_context(STYLE):
            top, bottom = self.figure.add_subplot(grid[0]), self.figure.add_subplot(grid[1])
        for ax in (top, bottom):
            ax.tick_params(labelsize=11)
        set_axes(top, "Its terms", "class j", "", (-0.6, 2.6), (0, 4))
        top.set_xticks(range(3))
        self.terms = top.bar(range(3), np.zeros(3), 0.6, color=CLASS_COLOURS, animated=True)
        self.term_numbers = [top.text(j, 0, "", ha="center", va="bottom", fontsize=12, animated=True) for j in range(3)]
        set_axes(bottom, "It adds to (x₁, x₂, bias)", "row of W", "", (-0.6, 2.6), (-2.2, 2.2))
        bottom.set_xticks(range(3))
        bottom.axhline(0, color=BLACK, linewidth=1)
        self.additions = [
            bottom.bar(np.arange(3) + 0.27 * (k - 1), np.zeros(3), 0.22, color=CLASS_COLOURS, animated=True)
            for k in range(3)
        ]

    def update(self, plane, example, label, ledger, terms, additions):
        """plane: MarginPlane's; ledger (9, 3) in multiples of x; its class, terms (3,), additions (3, 3)."""
        self.plane.update(*plane)
        self.table.set_data(ledger)
        for row, entries in zip(self.entries, ledger, strict=True):
            for text, entry in zip(row, entries, strict=True):
                text.set_text({0: "0", 1: "+x", -1: "−x"}.get(int(entry), f"{int(entry):+d}x".replace("-", "−")))
        self.frame.set_data([-0.5, 2.5, 2.5, -0.5, -0.5], example + np.array([-0.5, -0.5, 0.5, 0.5, -0.5]))
        for bar, number, term in zip(self.terms, self.term_numbers, terms, strict=True):
            bar.set_height(min(term, 3.3))
            number.set_y(min(term, 3.3))
            number.set_text(f"{term:.3g}" if term < 1000 else f"{term:.1g}")
        self.term_numbers[label].set_text("own")
        for k, bars in enumerate(self.additions):
            for bar, height in zip(bars, additions[:, k], strict=True):
                bar.set_height(height)


class DeleteFigure:
    """The same line found twice: left from all examples, right from those that were kept."""

    def __init__(self, X, y, class_names):
        self.figure, (left, right) = new_figure(2, 4.7, left=0.07, bottom=0.19, top=0.93, wspace=0.2)
        self.X, self.y = X, y
        self.before, self.after = (MarginPlane(ax, X, y, class_names, num_lines=1) for ax in (left, right))
        set_axes(left, "All examples", "x₁", "x₂", (-4, 4), (-4, 4))
        set_axes(right, "After deleting (×); the old line is pink", "x₁", "x₂", (-4, 4), (-4, 4))
        self.old_line = moving_line(right, color=PINK, linewidth=6, zorder=1)
        for plane in (self.before, self.after):
            plane.rings.set_markersize(13)
            legend_below(plane.ax, plane.points)
        self.gone = moving_line(right, linestyle="", marker="x", color=GREY, markersize=6, markeredgewidth=1.2)

    def update(self, before, after, kept):
        """before and after: what MarginPlane takes; kept (N,) says which examples are left."""
        self.before.update(*before)
        self.after.update(*after)
        self.old_line.set_data(*before[3][0].T)
        for label, points in enumerate(self.after.points):
            points.set_data(self.X[kept & (self.y == label)].T)
        self.gone.set_data(self.X[~kept].T)
