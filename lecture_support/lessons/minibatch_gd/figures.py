"""The figures of notebook 5: mini-batch gradient descent."""

import numpy as np

from lecture_support.drawing import (
    BLACK,
    BLUE,
    CURVE_STYLES,
    GREEN,
    GREY,
    ORANGE,
    Templates,
    edge_ticks,
    moving_cells,
    moving_line,
    moving_text,
    new_figure,
    set_axes,
)


class DescentFigure:
    """Left the loss over the plane of two weights, in contours, with the path of a descent; right the loss along it.

    `grid` (G, 2) holds the places (w, b) whose loss `update` is to be given.
    """

    COLUMNS, ROWS = 240, 160  # cells of two pixels each
    W, B = (-4, 8), (-4, 4)
    STEP = 1.25  # the loss on a ring, as a multiple of that on the next one inside
    LOW, HIGH = 0.08, 20

    def __init__(self, num_iters):
        self.figure, (left, right) = new_figure(2, 4.7)
        left.set_position([0.06, 0.25, 2 * self.COLUMNS / 900, 2 * self.ROWS / 470])
        right.set_position([0.67, 0.25, 0.31, 2 * self.ROWS / 470])
        set_axes(left, f"The loss over w and b: × {self.STEP} from ring to ring", "w", "b", self.W, self.B)
        left.set_aspect("equal")
        left.yaxis.labelpad = -4
        ends = ((self.W, self.COLUMNS), (self.B, self.ROWS))
        cells = [low + (np.arange(count) + 0.5) / count * (high - low) for (low, high), count in ends]
        self.grid = np.stack(np.meshgrid(*cells), axis=-1).reshape(-1, 2)
        blank = np.full((self.ROWS, self.COLUMNS, 4), 255, np.uint8)
        self.plane = moving_cells(left, blank, (*self.W, *self.B), "lower")
        shades = np.linspace(1, 0.55, 16)[:, None] ** (1.3, 0.8, 0.35)  # from white, at the bottom, to a pale blue
        self._shades = np.column_stack([np.round(255 * shades), np.full(16, 255)]).astype(np.uint8)
        self._line = np.array([130, 145, 165, 255], np.uint8)
        self.path = moving_line(left, color=BLACK, linewidth=1.2, marker=".", markersize=5, label="the path")
        cross = {"color": GREEN, "linestyle": "", "marker": "P", "markersize": 10, "markeredgecolor": "white"}
        self.lowest = moving_line(left, label="lowest", zorder=7, **cross)
        self.all = moving_line(left, color=BLUE, linewidth=2.5, linestyle="--", zorder=5, label="downhill for all")
        self.batch = moving_line(left, color=ORANGE, linewidth=3.5, zorder=4, label="downhill for the batch")
        stand = {"color": ORANGE, "marker": "o", "markersize": 11, "linestyle": "", "zorder": 6}
        self.here = moving_line(left, label="here", **stand)
        set_axes(right, "The loss along the path", "update", "", (0, num_iters), (self.LOW, self.HIGH), ylog=True)
        edge_ticks(right, [0.1, 0.2, 0.5, 1, 2, 5, 10, 20])
        self.least = moving_line(right, color=GREEN, linewidth=1.5, linestyle="--", label="least loss")
        self.curve = moving_line(right, color=BLACK, linewidth=2)
        self.dot = moving_line(right, clip_on=False, **stand)
        left.legend(
            handles=[self.path, self.here, self.batch, self.all, self.lowest, self.least],
            **{"loc": "upper left", "bbox_to_anchor": (-0.04, -0.16), "ncols": 6, "frameon": False, "fontsize": 11},
            **{"columnspacing": 1.2, "handletextpad": 0.5, "handlelength": 1.6, "borderaxespad": 0},
        )
        self.note = moving_text(right, 0.97, 0.95, ha="right", va="top", fontweight="bold")

    def update(self, losses, lowest, path, position, ways, updates, loss, note):
        """losses (G,) at the grid, the lowest place with its loss; path (K, 2), its loss at updates, where it stands.

        ways are downhill (2,) for the batch and for all, each of length 1 or 0. A loss beyond the scale is on
        its edge.
        """
        at, least = lowest
        rings = np.floor(np.log(losses / least) / np.log(self.STEP)).astype(int).reshape(self.ROWS, self.COLUMNS)
        cells = self._shades[np.clip(rings, 0, len(self._shades) - 1)]
        edge = np.zeros(rings.shape, bool)
        edge[:-1] |= rings[1:] != rings[:-1]
        edge[:, :-1] |= rings[:, 1:] != rings[:, :-1]
        cells[edge] = self._line
        self.plane.set_data(cells)
        self.lowest.set_data(*at[:, None])
        self.path.set_data(*path.T)
        here = path[position]
        for line, way in zip((self.batch, self.all), ways, strict=True):
            line.set_data(*np.array([here, here + 1.6 * way]).T)
        self.here.set_data(*here[:, None])
        shown = np.clip(loss, self.LOW, self.HIGH)
        self.curve.set_data(updates, shown)
        self.dot.set_data([updates[position]], [shown[position]])
        self.least.set_data([0, updates[-1]], [least, least])
        self.note.set_text(note)


class SearchFigure:
    """Left every trial at its step size and λ, larger where it gets more right; right each trial's share, and yours."""

    ZERO = 3e-6  # where λ = 0 stands: a log axis has no 0

    def __init__(self, num_trials, low=0.8):
        self.figure, (left, right) = new_figure(2, left=0.11, wspace=0.28)
        self.low = low
        set_axes(left, "", "step size η", "λ", (6e-4, 17), (self.ZERO / 2, 17), xlog=True, ylog=True)
        left.set_xticks([0.001, 0.01, 0.1, 1, 10], ["0.001", "0.01", "0.1", "1", "10"])
        left.set_yticks([self.ZERO, 1e-4, 1e-2, 1], ["λ = 0", "0.0001", "0.01", "1"])
        words = "share of validation images right"
        set_axes(right, "", "trial", words, (0, num_trials + 1), (low - 0.01, 1))
        right.set_yticks([low, 0.85, 0.9, 0.95, 1], [f"≤ {low:g}", "0.85", "0.9", "0.95", "1"])
        dots = {"linestyle": "", "marker": "o", "color": BLUE}
        self.groups = [
            moving_line(left, markersize=size, alpha=0.05 * size + 0.1, label=words, **dots)
            for size, words in ((5, "below 85 % right"), (8, "85 to 93 %"), (11, "more"))
        ]
        placed = {"loc": "lower left", "bbox_to_anchor": (-0.05, 1), "borderaxespad": 0.2}
        placed |= {"ncols": 3, "fontsize": 11, "frameon": False, "columnspacing": 0.8}
        left.legend(**placed, handletextpad=0.1)
        self.shares = moving_line(right, markersize=6, label="a trial", **dots)
        self.best = moving_line(right, color=GREEN, linewidth=1.5, label="best so far")
        self.winner = moving_line(left, color=GREEN, linestyle="", marker="P", markersize=13, markeredgecolor="white")
        ring = {"linestyle": "", "marker": "o", "markerfacecolor": "none", "markeredgewidth": 3, "markersize": 17}
        self.yours = moving_line(left, color=ORANGE, **ring)
        self.your_share = moving_line(right, color=ORANGE, linewidth=2, linestyle="--", label="yours")
        right.legend(**placed)

    def update(self, places, shares, yours, your_share):
        """places (K, 2) of the trials, (η, λ), and their shares (K,); your own place (2,) and share."""
        groups = np.digitize(shares, [0.85, 0.93])
        for rank, line in enumerate(self.groups):
            line.set_data(*np.maximum(places[groups == rank], self.ZERO).T)
        shown = np.maximum(shares, self.low)
        trials = np.arange(1, len(shares) + 1)
        self.shares.set_data(trials, shown)
        best = np.maximum.accumulate(shown)
        self.best.set_data(np.repeat(trials, 2)[1:], np.repeat(best, 2)[:-1])  # it steps up at the trial that beats it
        self.winner.set_data(*np.maximum(places[shares.argmax()], self.ZERO)[:, None])
        self.yours.set_data([yours[0]], [max(yours[1], self.ZERO)])
        self.your_share.set_data([0, trials[-1] + 1], [max(your_share, self.low)] * 2)


class CurvesFigure:
    """Up to five curves of one kind, each with its own colour, dash and words beside the axes."""

    LOW, HIGH = 0.08, 30

    def __init__(self, title, xlabel, ylabel, xlim, num_curves):
        self.figure, self.ax = new_figure(right=0.74)
        set_axes(self.ax, title, xlabel, ylabel, xlim, (self.LOW, self.HIGH), ylog=True)
        edge_ticks(self.ax, [0.1, 1, 10, 30])
        self.lines, self.labels, self.keys = [], [], []
        for index, style in enumerate(CURVE_STYLES[:num_curves]):
            height = 0.95 - 0.2 * index
            self.lines.append(moving_line(self.ax, **style))
            self.keys.append(moving_line(self.ax, transform=self.ax.transAxes, clip_on=False, **style))
            self.keys[-1].set_data([1.03, 1.1], [height, height])
            self.labels.append(moving_text(self.ax, 1.12, height, va="center"))

    def update(self, curves, labels, xlabel=None, xlim=None):
        """Draw each curve (x, y) and its label; a new xlabel or xlim draws the axes again.

        What is beyond the scale is on its edge.
        """
        for line, label, (x, y), words in zip(self.lines, self.labels, curves, labels, strict=True):
            line.set_data(x, np.clip(y, self.LOW, self.HIGH))
            label.set_text(words)
        if xlabel is not None and (xlabel, xlim) != (self.ax.get_xlabel(), self.ax.get_xlim()):
            self.ax.set(xlabel=xlabel, xlim=xlim)


class NoiseFigure:
    """Left how far single batch gradients fall from the full one, right their RMS distance over the batch size."""

    def __init__(self, sizes, limit=1.2):
        self.figure, (left, right) = new_figure(2, wspace=0.25, width_ratios=(1, 1.15))
        ends = (-limit, limit)
        set_axes(left, "Batch gradient − full gradient", "error of the slope along w", "along b", ends, ends)
        left.set_aspect("equal")
        left.axhline(0, color=GREY, linewidth=1)
        left.axvline(0, color=GREY, linewidth=1)
        xlim, ylim = (0.8, 1.25 * sizes[-1]), (0.03, 2)
        set_axes(right, "RMS error of a batch", "batch size B", "length of the error", xlim, ylim, xlog=True, ylog=True)
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

        A log axis has no 0: the last size, the full batch, has no error and no dot, and no ring.
        """
        self.cloud.set_data(errors.T)
        self.measured.set_data(sizes[:-1], measured[:-1])
        self.law.set_data(sizes[:-1], law[:-1])
        ringed = slice(current, current + 1)
        self.current.set_data(sizes[:-1][ringed], measured[:-1][ringed])


class DigitsFigure:
    """Left the ten templates that the rows of W are, right what share of the images they read as they form."""

    def __init__(self, num_iters, chance=0.1):
        self.figure, (left, right) = new_figure(2, left=0.01, wspace=0.2, width_ratios=(1.1, 1))
        self.templates = Templates(left, range(10))
        left.set_title("The ten rows of W as images", loc="left", fontsize=13)
        set_axes(right, "Accuracy", "updates made", "share of images right", (0, num_iters), (0, 1))
        right.axhline(chance, color=GREY, linewidth=1.2, linestyle="--")
        right.text(num_iters, chance + 0.02, "guessing: 10 %", ha="right", color=GREY, fontsize=11)
        self.train = moving_line(right, **CURVE_STYLES[0])
        self.validation = moving_line(right, **CURVE_STYLES[1])
        self.dot = moving_line(right, color=ORANGE, marker="o", markersize=11, linestyle="", clip_on=False)
        for index, words in enumerate(("training images", "validation images")):
            height, style = 0.4 - 0.1 * index, CURVE_STYLES[index]
            right.plot([0.42, 0.55], [height + 0.015] * 2, transform=right.transAxes, zorder=1, **style)
            right.text(0.58, height, words, transform=right.transAxes, fontsize=12, zorder=1)

    def update(self, weights, updates, train, validation, position):
        """Show weights (10, 64), both shares over updates, and a dot on the validation curve at `position`."""
        self.templates.update(weights)
        self.train.set_data(updates, train)
        self.validation.set_data(updates, validation)
        self.dot.set_data([updates[position]], [validation[position]])
