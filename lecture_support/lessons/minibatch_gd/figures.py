"""The figures of notebook 5: mini-batch gradient descent."""

import numpy as np

from lecture_support.drawing import (
    BLACK,
    BLUE,
    CURVE_STYLES,
    GREY,
    ORANGE,
    Plane,
    Templates,
    moving_line,
    moving_text,
    new_figure,
    set_axes,
)


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
            right.plot([0.42, 0.55], [height + 0.015] * 2, transform=right.transAxes, zorder=1, **style)
            right.text(0.58, height, words, transform=right.transAxes, fontsize=12, zorder=1)

    def update(self, weights, updates, train, test, position):
        """Show weights (10, 64), both accuracies over updates, and a dot on the test curve at entry `position`."""
        self.templates.update(weights)
        self.train.set_data(updates, train)
        self.test.set_data(updates, test)
        self.dot.set_data([updates[position]], [test[position]])
