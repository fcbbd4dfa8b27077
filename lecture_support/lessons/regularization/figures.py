"""The figures of notebook 2: L2, L1 and what lambda trades."""

import numpy as np
from matplotlib.colors import to_rgba

from lecture_support.drawing import (
    BLACK,
    BLUE,
    CURVE_STYLES,
    GREY,
    INK,
    ORANGE,
    PINK,
    Plane,
    Templates,
    edge_ticks,
    moving_cells,
    moving_line,
    moving_text,
    new_figure,
    set_axes,
)


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
        edge_ticks(right, np.arange(0, highest + 1))
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


class ContourFigure:
    """Left a data loss over two weights with its penalty ball and a path, right the sum along that path.

    `data` (V, U) is the data loss at the weights (u[i], v[j]); it never moves.
    """

    BALL, LOWER = (230, 159, 0, 110), (0, 114, 178, 90)  # a penalty is orange in this notebook, a data loss blue

    def __init__(self, u, v, data, levels, num_iters, totals):
        self.figure, (left, right) = new_figure(2, wspace=0.25, height=4.6, top=0.83, bottom=0.14)
        extent = (u[0], u[-1], v[0], v[-1])
        set_axes(left, "", "w₁", "w₂", extent[:2], extent[2:])
        left.set_aspect("equal")
        lines = left.contour(u, v, data, levels=levels, colors=GREY, linewidths=1)
        left.clabel(lines, fontsize=11, fmt="%g", colors=BLACK, zorder=3)
        left.axhline(0, color=BLACK, linewidth=0.8)
        left.axvline(0, color=BLACK, linewidth=0.8)
        self.masks = moving_cells(left, np.zeros((len(v), len(u), 4), np.uint8), extent, "lower", zorder=2)
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
            label="star: smallest sum",
        )
        keys = [
            left.plot([], [], linestyle="", marker="s", markersize=10, color=np.array(colour) / 255, label=label)[0]
            for colour, label in ((self.LOWER, "lower data loss"), (self.BALL, "lower penalty"))
        ]
        legend_above(left, 2, handles=[*keys, self.minimum, self.path], handlelength=1.4)
        set_axes(right, "The sum along the path", "update", "data loss + λR(w)", (0, num_iters), totals, ylog=True)
        edge_ticks(right, [0.1, 0.2, 0.5, 1, 2, 5, 10])
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
        left.set_title("One template per class (palest: 0)", fontsize=13)
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
        self.limit_name.set(color=INK[ORANGE], fontweight="bold", zorder=6)
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
        left.set_title("One template per class (palest: 0)", fontsize=13)
        set_axes(right, "The length of each class's row", "class", "‖w‖", (-0.7, 9.7), (0, highest))
        right.set_xticks(range(10))
        self.bars = right.bar(range(10), np.zeros(10), width=0.7, color=BLUE, animated=True)
        self.limit = moving_line(right, color=ORANGE, linestyle="--")
        self.note = moving_text(right, 0.99, 0, ha="right", va="bottom", color=INK[ORANGE], fontweight="bold")

    def update(self, weights, lengths, limit, note):
        """Show weights (10, 64), a bar for each of `lengths` (10,), and a line at the height `limit`."""
        self.templates.update(weights)
        for bar, length in zip(self.bars, lengths, strict=True):
            bar.set_height(length)
        self.limit.set_data(self.limit.axes.get_xlim(), [limit, limit])
        self.note.set_y(limit / self.limit.axes.get_ylim()[1] + 0.01)
        self.note.set_text(note)


class OverLambdaFigure:
    """Over the positions of λ: left the data loss on training and validation images, right the share that is right."""

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
            set_axes(ax, "", "λ: 0, and then a log scale", ylabel, (-0.5, len(regs) - 0.5), ylim)
            ax.set_xticks(*zip(*decades, strict=True))
            for name, style, marker in zip(("training", "validation"), CURVE_STYLES[2:], "os", strict=False):
                lines.append(moving_line(ax, label=name, marker=marker, markersize=5, **style))
        for ax, height, name in zip(axes, (start_loss, chance), (f"W = 0: {start_loss}", "chance"), strict=True):
            ax.axhline(height, color=GREY, linewidth=1.2, linestyle="--", label=name)
            legend_above(ax, 3)
        axes[1].set_yticks(np.linspace(0, 1, 6), [f"{share:.0%}" for share in np.linspace(0, 1, 6)])
        self.places = [moving_line(ax, color=GREY, linewidth=1.2, zorder=2) for ax in axes]
        self.dots = [moving_line(ax, color=BLACK, marker="o", markersize=9, linestyle="", zorder=5) for ax in axes]

    def update(self, loss, accuracy, position):
        """Draw loss and accuracy, each (2, K) for training and validation over the K λs, and dots at `position`."""
        for lines, values, place, dots in zip(
            (self.loss_lines, self.accuracy_lines), (loss, accuracy), self.places, self.dots, strict=True
        ):
            low, high = dots.axes.get_ylim()
            values = np.clip(values, low, high)
            for line, row in zip(lines, values, strict=True):
                line.set_data(np.arange(len(row)), row)
            place.set_data([position, position], [low, high])
            dots.set_data([position] * 2, values[:, position])


class StabilityFigure:
    """Left a map of how a descent ends for each step size and λ, right the sum along the descent at the dot."""

    OUTCOMES = ("not there yet", "converged", "oscillates", "diverged")
    COLOURS = ("#FFFFFF", "#CFE6F3", "#FBE6C2", "#F3CBB2")
    TURN = np.linspace(-np.pi, np.pi, 25)
    WAVE = np.concatenate([np.transpose([TURN, np.sin(TURN) + 0.3]), np.transpose([TURN, np.sin(TURN) - 0.3])[::-1]])
    MARKERS = (".", "o", WAVE, "x")
    INKS = (GREY, BLUE, "#8A5A00", "#A33F00")

    def __init__(self, step_sizes, regs, num_iters):
        self.figure, (left, right) = new_figure(2, left=0.1, height=4.8, top=0.84, bottom=0.13, wspace=0.25)
        shape = (len(regs), len(step_sizes))
        set_axes(left, "", "step size η", "λ", (-0.5, shape[1] - 0.5), (-0.5, shape[0] - 0.5))
        for axis, values in ((left.xaxis, step_sizes), (left.yaxis, regs)):
            decades = [(index, f"{value:g}") for index, value in enumerate(values) if f"{value:e}"[0] in "01"]
            axis.set_ticks(*zip(*decades, strict=True))
        self._pale = np.round(255 * np.array([to_rgba(colour) for colour in self.COLOURS])).astype(np.uint8)
        limits = *left.get_xlim(), *left.get_ylim()
        self.cells = moving_cells(left, np.full((*shape, 4), 255, np.uint8), limits, "lower")
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
        edge_ticks(right, [0.01, 1, 100, 10_000])
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
