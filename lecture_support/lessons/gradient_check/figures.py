"""The figures of notebook 4: the gradient check."""

import numpy as np

from lecture_support.drawing import (
    BLACK,
    BLUE,
    CURVE_STYLES,
    GREEN,
    GREY,
    moving_line,
    moving_text,
    new_figure,
    power_ticks,
    set_axes,
)

VERDICTS = (  # where each begins, its name and its colour
    (1e-14, "right", "#D7EBDD"),
    (1e-7, "fine with kinks", "#EAF3EC"),
    (1e-4, "uncomfortable", "#FFF3D6"),
    (1e-2, "wrong", "#FBDDD0"),
)


def error_axis(ax, top=1e2):
    """Give a log axis of relative errors its ticks and the colours of the four verdicts, with their names beside it."""
    ax.set_yticks(*power_ticks([1e-13, 1e-10, 1e-7, 1e-4, 1e-2, 1]))
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
        self.measured = moving_line(left, color=BLACK, marker="o", markersize=7, linestyle="", zorder=5, label="w ± h")
        self.dot = moving_line(left, color=BLUE, marker="o", markersize=12, linestyle="", zorder=5, label="w")
        left.legend(loc="upper center", ncol=3, columnspacing=1.2, fontsize=11, frameon=False)
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
        ax.set_xticks(*power_ticks(h[::2]))
        error_axis(ax)
        ax.axvline(1e-5, color=GREY, linewidth=1.2, linestyle=":")
        ax.text(1.2e-5, 2e-14, "h = 1e-5", color=GREY, fontsize=11, va="bottom")
        ax.text(1e-12, 12, "← too small: rounding", fontsize=12, va="center")
        ax.text(1.2, 12, "too large: curve and kinks →", fontsize=12, va="center", ha="right")
        self.curves = {
            name: moving_line(ax, **style, marker=marker, markersize=6, label=name)
            for name, style, marker in zip(methods, CURVE_STYLES[1:], "o^", strict=False)
        }
        ax.legend(loc="lower left", fontsize=11, frameon=False)

    def update(self, errors):
        """Show errors {method: its error for each h}; one below the axis is drawn at its foot."""
        for name, curve in self.curves.items():
            curve.set_data(self.h, np.maximum(errors[name], self.LOWEST))


class GradientPairsFigure:
    """Left the analytic and the numerical slope of each weight, right their relative error."""

    LOWEST = 1e-13

    def __init__(self, names, groups):
        self.figure, (left, right) = new_figure(2, wspace=0.34, left=0.09, right=0.85, bottom=0.2)
        count, width = len(names), len(names) // len(groups)
        set_axes(
            left, "Slopes, as a share of the largest", "", "slope / largest measured", (-0.6, count - 0.4), (-1.2, 1.75)
        )
        set_axes(right, "Relative error", "", "relative error", (-0.6, count - 0.4), (1e-14, 1e2), ylog=True)
        left.set_yticks([-1, -0.5, 0, 0.5, 1])
        left.axhline(0, color=GREY, linewidth=1.2)
        error_axis(right)
        for ax in (left, right):
            ax.set_xticks(range(count), names)
            for index, group in enumerate(groups):
                middle = width * index + (width - 1) / 2
                ax.text(middle, -0.13, group, transform=ax.get_xaxis_transform(), ha="center", va="top", fontsize=12)
                if index:
                    ax.axvline(width * index - 0.5, ymax=0.86, color=GREY, linewidth=0.8)
        self.numerical = moving_line(left, color=GREEN, marker="o", markersize=13, linestyle="", label="measured")
        self.numerical.set(markerfacecolor="none", markeredgewidth=2)
        self.analytic = moving_line(left, color=BLACK, marker="X", markersize=8, linestyle="", label="by the formula")
        self.errors = moving_line(right, color=GREEN, marker="^", markersize=10, linestyle="")
        band = {"color": GREY, "linewidth": 24, "alpha": 0.3, "zorder": 1, "solid_capstyle": "butt"}
        self.bands = [moving_line(ax, transform=ax.get_xaxis_transform(), **band) for ax in (left, right)]
        left.legend(loc="upper center", ncol=2, columnspacing=1.2, handlelength=1, fontsize=11, frameon=False)

    def update(self, analytic, numerical, errors, worst=None):
        """Show three arrays with one number a weight, and a band at the weight `worst`, if any.

        An error below the axis is drawn at its foot.
        """
        scale = np.abs(numerical).max() or 1
        x = np.arange(len(errors))
        self.numerical.set_data(x, numerical / scale)
        self.analytic.set_data(x, np.clip(analytic / scale, -1.15, 1.3))
        self.errors.set_data(x, np.maximum(errors, self.LOWEST))
        for band, top in zip(self.bands, (0.86, 1), strict=True):
            band.set_data(([], []) if worst is None else ([worst] * 2, [0, top]))


class PromiseFigure:
    """Left the loss along one step and the straight line it promises, right the share kept at every step size."""

    def __init__(self, step_sizes):
        self.figure, (left, right) = new_figure(2, wspace=0.27, left=0.09)
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
        styles = {"this batch": (CURVE_STYLES[3], "s"), "all examples": (CURVE_STYLES[0], "o")}
        self.along, self.shares, self.dots, self.now = {}, {}, {}, {}
        for name, (style, marker) in styles.items():
            self.along[name] = moving_line(left, **style, label=name)
            self.shares[name] = moving_line(right, **style, label=name)
            dot = {"color": style["color"], "marker": marker, "markersize": 11, "linestyle": "", "zorder": 5}
            self.dots[name] = moving_line(left, **dot)
            self.now[name] = moving_line(right, **dot)
        left.legend(loc="lower left", fontsize=11, frameon=False)
        self.promised = moving_text(left, 1, 1.026, ha="right", va="baseline")
        self.gone = moving_text(left, 0.83, 0.94, va="center"), moving_text(right, 0.83, 0.06, va="center")

    def update(self, places, along, step_sizes, shares, step_size, now, promised):
        """Show, for the batch and for all examples (dicts), the change `along` the step in units of the fall promised,
        the share kept over step_sizes, and the share kept `now`; a dot that is off the picture waits at its edge."""
        for name, line in self.along.items():
            line.set_data(places, along[name])
            self.shares[name].set_data(step_sizes, shares[name])
            self.dots[name].set_data([1], [np.clip(-now[name], -1.95, 0.95)])
            self.now[name].set_data([step_size], [np.clip(now[name], -1.15, 1.95)])
        self.promised.set_text(f"promised: −{promised:.3g}" if promised < 1000 else f"promised: −{promised:,.0f}")
        for text, edge, words in zip(self.gone, (-1, -1.2), ("↑ off", "↓ off"), strict=True):
            text.set_text(words if min(now.values()) < edge else "")
