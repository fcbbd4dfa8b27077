"""The figures of notebook 1: the SVM loss and its margin."""

import matplotlib as mpl
import numpy as np
from matplotlib.patches import FancyArrowPatch

from lecture_support.drawing import (
    BLACK,
    CLASS_COLOURS,
    CLASS_MARKERS,
    GREY,
    PINK,
    STYLE,
    Plane,
    Templates,
    edge_ticks,
    moving_cells,
    moving_line,
    moving_text,
    new_figure,
    set_axes,
)


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

    def __init__(self, ax, num_iters, title="Loss on all examples: hinge + penalty"):
        self.low, self.high = 0.01, 100
        set_axes(ax, title, "update", "", (0, num_iters), (self.low / 1.3, self.high * 1.3), ylog=True)
        edge_ticks(ax, [0.01, 0.1, 1, 10, 100], low=True)
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
        set_axes(left, "The line, its band and w (pink)", "x₁", "x₂", (-4, 4), (-4, 4))
        arrow = {"arrowstyle": "-|>", "mutation_scale": 22, "linewidth": 3.5, "color": PINK, "shrinkA": 0, "shrinkB": 0}
        self.arrow = FancyArrowPatch((0, 0), (0, 0), **arrow, zorder=5)
        self.arrow.set_animated(True)
        left.add_patch(self.arrow)
        set_axes(top, "What each example costs", "how far on its right side: t·s", "hinge", (-3, 5), (-0.2, 4.3))
        top.plot([-3, 1, 5], [4, 0, 0], color=GREY, linewidth=1.5, zorder=1)
        top.axvline(1, color=BLACK, linewidth=1.4, linestyle=(0, (5, 3)), zorder=1)
        top.text(1.15, 3.9, "edge of the band", fontsize=11, va="top")
        self.hinges = [
            moving_line(top, linestyle="", marker=marker, color=colour, markersize=7, alpha=0.7, clip_on=False)
            for marker, colour in zip(CLASS_MARKERS[:2], CLASS_COLOURS[:2], strict=True)
        ]
        self.rings = moving_line(top, linestyle="", marker="o", color=BLACK, markerfacecolor="none", markersize=9)
        self.y = y
        self.curve = LossCurve(bottom, num_iters)
        legend_below(left, self.plane.points)

    def update(self, plane, arrow, right_side, hinge, curve):
        """plane: what MarginPlane takes; arrow: its two ends (2, 2); right_side and hinge (N,); curve: LossCurve's."""
        self.plane.update(*plane)
        self.arrow.set_positions(*arrow)
        self.arrow.set_visible(bool(np.ptp(arrow, axis=0).any()))
        for label, line in enumerate(self.hinges):
            line.set_data(np.clip(right_side[self.y == label], -3, 5), np.clip(hinge[self.y == label], 0, 4))
        self.rings.set_data(np.clip(right_side[plane[2]], -3, 5), np.clip(hinge[plane[2]], 0, 4))
        self.curve.update(*curve)


class TemplateFigure:
    """An image, ten templates, and the score of each; one template is framed and multiplied with the image."""

    def __init__(self, labels):
        self.figure, axes = new_figure(
            3, 4.4, 2, left=0.02, bottom=0.12, top=0.92, wspace=0.15, width_ratios=(1, 2.3, 1.5)
        )
        places = axes[0, 1].get_gridspec()
        for ax in (*axes[:, 1], *axes[:, 2]):
            ax.remove()
        with mpl.rc_context(STYLE):
            middle, right = self.figure.add_subplot(places[:, 1]), self.figure.add_subplot(places[:, 2])
        pixels = []
        for ax, title, cmap, low in (
            (axes[0, 0], "The image", "Greys", 0),
            (axes[1, 0], "× framed template", "RdBu", -1),
        ):
            set_axes(ax, title, "", "", (0, 8), (0, 8))
            ax.set(aspect="equal", xticks=[], yticks=[])
            pixels.append(moving_cells(ax, np.zeros((8, 8)), (0, 8, 0, 8), cmap=cmap, ends=(low, 1)))
        self.image, self.product = pixels
        middle.set_title("Ten templates: the rows of W", loc="left", fontsize=13, pad=14)
        self.templates = Templates(middle, labels)
        self.frame = moving_line(middle, color=BLACK, linewidth=3, clip_on=False)
        set_axes(right, "Ten scores, ★ the highest", "score", "", (-3, 3), (9.6, -0.6))
        for ax in (middle, right):
            ax.tick_params(labelsize=11)
        right.set_yticks(range(10), labels)
        right.axvline(0, color=BLACK, linewidth=1)
        self.bars = right.barh(range(10), np.zeros(10), 0.6, color=GREY, animated=True)
        self.best = moving_line(right, linestyle="", marker="*", color=BLACK, markersize=14, clip_on=False)

    def update(self, image, weights, chosen, scores):
        """image (64,) from 0 to 1; weights (10, 64), the row `chosen` framed; scores (10,), the highest starred."""
        product = image * weights[chosen]
        self.image.set_data(image.reshape(8, 8))
        self.product.set_data(product.reshape(8, 8) / np.abs(weights).max())
        self.templates.update(weights)
        left, low = 9 * (chosen % 4), 21 - 10.5 * (chosen // 4)
        self.frame.set_data(left + np.array([0, 8, 8, 0, 0]), low + np.array([0, 0, 8, 8, 0]))
        for bar, score in zip(self.bars, scores, strict=True):
            bar.set_width(score)
        best = scores.argmax()
        self.best.set_data([scores[best] + 0.3], [best])


class BandsFigure:
    """Three classes: regions with their three bands, the width of each band, the loss along the descent."""

    PAIRS = ((0, 1), (0, 2), (1, 2))
    WIDEST = 4

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
        self.mean_line = moving_line(right, color=BLACK, linewidth=1.4, linestyle=":")
        number = {"ha": "center", "va": "bottom", "fontsize": 13, "animated": True, "zorder": 4}
        number["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        self.totals = [right.text(i, 0, "", **number) for i in range(3)]
        self.mean_text = moving_text(right, 1, 1.02, ha="right", va="bottom", fontsize=13)

    def update(self, scores, labels, needed, terms):
        """scores (3, 3), a row an image; needed (3,), the score from which a wrong class costs; terms (3, 3)."""
        heights = np.array([-0.22, 0, 0.22])
        for i, (zone, line) in enumerate(zip(self.zones, self.needed, strict=True)):
            zone.set(x=needed[i], width=self.END - needed[i])
            line.set_data([needed[i]] * 2, [i - 0.4, i + 0.4])
            for j, cost in enumerate(self.costs[i]):
                ends = [needed[i], scores[i, j]] if j != labels[i] and terms[i, j] > 0 else []
                cost.set_data(ends, [i + heights[j]] * len(ends))
        for j, mark in enumerate(self.marks):
            mark.set_data(scores[:, j], np.arange(3) + heights[j])
        self.correct.set_data(scores[np.arange(3), labels], np.arange(3) + heights[labels])
        below = np.zeros(3)
        for j, bars in enumerate(self.bars):
            above = np.minimum(below + terms[:, j], self.TOP)
            for bar, low, high in zip(bars, below, above, strict=True):
                bar.set(y=low, height=high - low)
            below = above
        mean = terms.sum() / len(terms)
        dotted = min(mean, self.TOP)
        for total, height, loss in zip(self.totals, below, terms.sum(axis=1), strict=True):
            total.set_y(0.4 + (dotted if height <= dotted < height + 2.6 else height))  # not on the dotted line
            total.set_text(f"{loss:.4g}")
        self.mean_line.set_data([-0.6, 2.6], [dotted] * 2)
        self.mean_text.set_text(f"dotted: mean {mean:.5g}")


def times_x(entry):
    """A multiple of x as the ledger writes it: 0, +x, −x, +2x."""
    return f"{entry:+d}x".replace("-", "−").replace("1x", "x") if entry else "0"


class LedgerFigure:
    """Nine numbered examples in the plane, one of them framed, and the ledger of what each adds to each row of W."""

    def __init__(self, X, y, class_names):
        self.figure, (left, right) = new_figure(2, 4.7, left=0.07, bottom=0.19, top=0.93, wspace=0.25)
        self.plane = MarginPlane(left, X, y, class_names, num_lines=3, limit=1.0)
        self.plane.rings.set(marker="s", markersize=17)
        set_axes(left, "The chosen example is framed", "x₁", "x₂", (-1, 1), (-1, 1))
        left.set(xticks=[-1, -0.5, 0, 0.5, 1], yticks=[-1, -0.5, 0, 0.5, 1])
        for i, (x1, x2) in enumerate(X):
            left.text(x1 + 0.06, x2 + 0.06, str(i), fontsize=11, animated=True, zorder=6)
        legend_below(left, self.plane.points)
        num_examples = len(X)
        set_axes(right, "The ledger", "row of W", "example", (-0.5, 2.5), (num_examples - 0.5, -0.5))
        right.set_xticks(range(3), ["0", "1", "2"])
        right.set_yticks(range(num_examples))
        limits = *right.get_xlim(), *right.get_ylim()
        self.table = moving_cells(right, np.zeros((num_examples, 3)), limits, cmap="PiYG", ends=(-3, 3))
        self.entries = [
            [right.text(j, i, "", ha="center", va="center", fontsize=12, animated=True) for j in range(3)]
            for i in range(num_examples)
        ]
        self.frame = moving_line(right, color=BLACK, linewidth=3, clip_on=False)

    def update(self, plane, example, ledger):
        """plane: what MarginPlane takes; the framed example; ledger (N, 3) in multiples of x."""
        self.plane.update(*plane)
        self.table.set_data(ledger)
        for row, entries in zip(self.entries, ledger, strict=True):
            for text, entry in zip(row, entries, strict=True):
                text.set_text(times_x(entry))
        self.frame.set_data([-0.5, 2.5, 2.5, -0.5, -0.5], example + np.array([-0.5, -0.5, 0.5, 0.5, -0.5]))


class DeleteFigure:
    """The same line found twice: left from all examples, right from those that were kept."""

    def __init__(self, X, y, class_names):
        self.figure, (left, right) = new_figure(2, 4.7, left=0.07, bottom=0.19, top=0.93, wspace=0.2)
        self.X, self.y = X, y
        self.before, self.after = (MarginPlane(ax, X, y, class_names, num_lines=1) for ax in (left, right))
        set_axes(left, "All examples", "x₁", "x₂", (-4, 4), (-4, 4))
        set_axes(right, "After deleting; grey: before", "x₁", "x₂", (-4, 4), (-4, 4))
        self.old = [moving_line(right, color=GREY, linewidth=width, zorder=1) for width in (4, 1.4, 1.4)]
        for plane in (self.before, self.after):
            plane.rings.set_markersize(13)
            legend_below(plane.ax, plane.points)
        self.gone = moving_line(right, linestyle="", marker="x", color=GREY, markersize=6, markeredgewidth=1.2)

    def update(self, before, after, kept):
        """before and after: what MarginPlane takes; kept (N,) says which examples are left."""
        self.before.update(*before)
        self.after.update(*after)
        for line, places in zip(self.old, [*before[3], *before[4]], strict=True):
            line.set_data(*places.T)
        for label, points in enumerate(self.after.points):
            points.set_data(self.X[kept & (self.y == label)].T)
        self.gone.set_data(self.X[~kept].T)
