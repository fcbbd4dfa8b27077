"""The figures of notebook 3: the softmax classifier."""

import numpy as np
from matplotlib.colors import to_rgba

from lecture_support.drawing import (
    BLACK,
    BLUE,
    CLASS_COLOURS,
    CLASS_MARKERS,
    CURVE_STYLES,
    GREEN,
    GREY,
    INK,
    Plane,
    edge_ticks,
    moving_line,
    moving_text,
    new_figure,
    power_ticks,
    set_axes,
)


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
    return "<.001" if p < 5e-4 else ">.999" if p >= 0.9995 else f"{p:.3f}"


def short(value):
    """A loss or a slope as a bar's number: two digits behind the point, or its first one and a power of ten."""
    return f"{value:.2f}" if abs(value) > 5e-3 else f"{value:.0e}".replace("e-0", "e-")


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
        self.losses.update(losses, [short(value) for value in losses])
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
        """Put the scores at `places` (C,); show the two sets of fractions (C,), of which the naive ones may be nan."""
        for row, (dot, label, place) in enumerate(zip(self.dots, self.labels, places, strict=True)):
            dot.set_data([place], [1 + 0.9 * row])
            label.set_position((place, 1.2 + 0.9 * row))
            label.set_text(f"{place:g}".replace("-", "−"))
        self.safe.update(safe, [f"{p:.2f}" for p in safe])
        self.naive.update(np.nan_to_num(naive), [f"{p:.2f}" for p in naive])
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
        self.chance = right.plot(num_classes, chance, color=GREY, marker="o", markersize=6, linewidth=2.5)[0]
        self.start = moving_line(right, color=BLACK, marker="s", markersize=11, linestyle="", zorder=5)
        self.start_label = moving_text(right, 0.04, 0.96, va="top")
        self.loss_line = moving_line(right, color=BLUE, linestyle="--", linewidth=1.5)
        self.loss_label = moving_text(right, 0.04, 0.88, va="top", color=INK[BLUE])

    def update(self, p, losses, num_classes, chance):
        """Mark the losses at p, one for each curve, and the loss `chance` of a guess among num_classes."""
        for dot, loss in zip(self.dots, losses, strict=True):
            dot.set_data([p], [loss])
        self.start.set_data([num_classes], [chance])
        self.start_label.set_text(f"a guess: ln {num_classes} = {chance:.4f}")
        self.loss_line.set_data(self.loss_line.axes.get_xlim(), [losses[0], losses[0]])
        self.loss_label.set_text(f"dashed: the loss of this p, {losses[0]:.4f}")


class ScoreStepFigure:
    """Bars in three axes: scores now and at the start, probabilities, both losses' slopes along the scores."""

    def __init__(self, names, start):
        self.figure, (left, middle, right) = new_figure(3, height=4.0, left=0.06, bottom=0.17, wspace=0.24)
        set_axes(left, "Scores (line: at the start)", "", "", (-0.55, 2.55), (-7.5, 7.5))
        set_axes(middle, "Probabilities", "", "", (-0.55, 2.55), (0, 1.12))
        set_axes(right, "Slope along each score", "", "", (-0.6, 2.6), (-2.4, 2.4))
        self.scores = ClassBars(left, names)
        for index, score in enumerate(start):
            line = moving_line(left, color=BLACK, linewidth=2)
            line.set_data([index - 0.45, index + 0.45], [score, score])
        self.probabilities = ClassBars(middle, names)
        self.softmax = ClassBars(right, names, width=0.42, offset=-0.25, fontsize=11)
        hollow = {"colours": "white", "edgecolor": GREY, "hatch": "///"}
        self.hinge = ClassBars(right, names, width=0.3, offset=0.3, fontsize=11, **hollow)
        words = "full: softmax, p − onehot(y)\nhatched: SVM"
        right.text(0.99, 0.99, words, transform=right.transAxes, ha="right", va="top", fontsize=11)

    def update(self, scores, probabilities, softmax, hinge, correct):
        """Show scores, probabilities and both slopes, each (C,), and mark the correct class."""
        self.scores.update(scores, [f"{value:.2f}" for value in scores])
        for text, score in zip(self.scores.numbers, scores, strict=True):
            text.set(y=max(score, 0) + 0.2, va="bottom")  # above 0, where no line of the start is
        self.probabilities.update(probabilities, [share(p) for p in probabilities])
        self.softmax.update(softmax, [short(value) for value in softmax])
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
        set_axes(right, "On a log axis, 0 is infinitely far down", xlabel, "", xlim, (smallest, 100), ylog=True)
        left.set_yticks([0, 5, 10, 15, 20])
        right.set_yticks(*power_ticks([1e-8, 1e-6, 1e-4, 1e-2, 1, 100]))
        right.grid(axis="y", color="0.9")
        large, small = {"marker": "o", "markersize": 11}, {"marker": "s", "markersize": 6}
        self.lines, self.dots, self.notes = [], [], []
        for ax in (left, right):
            for name, marker, style in zip(("softmax", "SVM (hinge)"), (large, small), CURVE_STYLES, strict=False):
                self.lines.append(moving_line(ax, label=name, **style))
                dot = moving_line(ax, color=style["color"], linestyle="", zorder=5, **marker)
                self.dots.append(dot)
        left.legend(handles=self.lines[:2], loc="upper right", handlelength=3, fontsize=12, frameon=False)
        for y, style in zip((0.97, 0.89), CURVE_STYLES, strict=False):
            self.notes.append(moving_text(right, 0.98, y, ha="right", va="top", color=INK[style["color"]]))

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


def shaded(probabilities, side):
    """A plane's colours (side, side, 4) from probabilities (side * side, C): the likeliest class's, paler if unsure."""
    num_classes = probabilities.shape[1]
    strength = 0.65 * (num_classes * probabilities.max(axis=1) - 1) / (num_classes - 1)
    colours = np.array([to_rgba(colour) for colour in CLASS_COLOURS])[probabilities.argmax(axis=1)]
    return np.round(255 * (1 - strength[:, None] * (1 - colours))).astype(np.uint8).reshape(side, side, 4)


def star_in(ax):
    """A star in place of one example of a plane: it takes the example's colour."""
    return moving_line(ax, color=BLACK, marker="*", markersize=20, markeredgewidth=1.5, zorder=7)


class ConfidenceFigure:
    """A softmax classifier in the plane, what it thinks of one starred example, and its loss along the descent.

    The plane is shaded by the greatest probability: white where all classes are equal. The dashed line is ln C.
    """

    def __init__(self, X, y, class_names, num_iters):
        self.figure, (left, middle, right) = new_figure(
            3, height=3.9, left=0.065, wspace=0.26, width_ratios=(1, 0.78, 0.9)
        )
        self.plane = Plane(left, X, y, class_names, limit=3)
        set_axes(left, "Shade: the greatest p", "x₁", "x₂", (-3, 3), (-3, 3))
        self.star = star_in(left)
        set_axes(middle, "p of the star", "", "", (-0.55, 2.55), (0, 1.12))
        self.probabilities = ClassBars(middle, class_names, fontsize=11)
        self.low, self.high = 0.1, 30
        set_axes(right, "Data loss + penalty", "update", "", (0, num_iters), (self.low, self.high), ylog=True)
        edge_ticks(right, [0.1, 0.3, 1, 3, 10, 30])
        chance = np.log(len(class_names))
        right.axhline(chance, color=BLACK, linewidth=1.4, linestyle=(0, (5, 3)), zorder=1)
        right.text(num_iters, 1.06 * chance, "a guess", ha="right", va="bottom", fontsize=12, zorder=1)
        self.line = moving_line(right, color=BLUE)
        self.dot = moving_line(right, color=BLACK, marker="o", markersize=10, linestyle="", zorder=5, clip_on=False)

    def update(self, grid_probabilities, star, correct, probabilities, curve):
        """Shade the plane (G * G, C), star one example and show its p (C,); curve: updates, losses, where we stand."""
        self.plane.regions.set_data(shaded(grid_probabilities, self.plane.SIDE))
        self.star.set_data([star[0]], [star[1]])
        self.star.set_markerfacecolor(CLASS_COLOURS[correct])
        self.probabilities.update(probabilities, [f"{p:.2f}" for p in probabilities])
        self.probabilities.outline(correct)
        updates, loss, now = curve
        loss = np.clip(loss, self.low, self.high)
        self.line.set_data(updates, loss)
        self.dot.set_data([updates[now]], [loss[now]])


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
        self.planes[1].rings.set_zorder(8)  # a neighbour's ring is seen whole, or it seems to be the star's
        set_axes(left, "Softmax: shade = greatest p", "x₁", "x₂", (-3, 3), (-3, 3))
        set_axes(middle, "SVM: ringed = loss above 0", "x₁", "", (-3, 3), (-3, 3))
        set_axes(right, "p of the star (softmax)", "", "", (-0.55, 2.55), (0, 1.12))
        self.stars, self.notes = [], []
        for ax in (left, middle):
            self.stars.append(star_in(ax))
            note = moving_text(ax, 0.5, 0.05, ha="center", fontsize=18, fontweight="bold")
            note.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
            self.notes.append(note)
        self.probabilities = ClassBars(right, class_names)

    def update(self, grid_probabilities, svm_classes, ringed, star, correct, probabilities):
        """Show both planes and the starred example; None, for a descent that diverged, leaves a plane white."""
        softmax, svm = self.planes
        blank = np.full((softmax.SIDE, softmax.SIDE, 4), 255, np.uint8)
        softmax.regions.set_data(blank if grid_probabilities is None else shaded(grid_probabilities, softmax.SIDE))
        if svm_classes is None:
            svm.regions.set_data(blank)
            svm.rings.set_data([], [])
        else:
            svm.update(svm_classes, ringed)
        for note, missing in zip(self.notes, (grid_probabilities is None, svm_classes is None), strict=True):
            note.set_text("diverged" if missing else "")
        for mark in self.stars:
            mark.set_data([star[0]], [star[1]])
            mark.set_markerfacecolor(CLASS_COLOURS[correct])
        heights = np.zeros(3) if probabilities is None else probabilities
        self.probabilities.update(heights, ["?"] * 3 if probabilities is None else [f"{p:.2f}" for p in heights])
        self.probabilities.outline(correct)
