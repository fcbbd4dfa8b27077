"""The panels of notebook 4, a function each: on the helper's own maths, or on what the notebook gives it."""

from functools import lru_cache

import ipywidgets as widgets
import numpy as np

from lecture_support.arguments import written
from lecture_support.gradients import GradientCheck, numerical_gradient, relative_error
from lecture_support.lessons.gradient_check.figures import (
    ErrorSweepFigure,
    GradientPairsFigure,
    PromiseFigure,
    SecantFigure,
)
from lecture_support.lessons.gradient_check.zoo import LOSSES, NO_BIAS, ZOO, W, X, Y, loss_of, reading
from lecture_support.panel import SLIDERS, Panel, number_slider
from lecture_support.penalties import l2, objective
from lecture_support.words import penalty_alone, signed

PLACES, ETAS = np.linspace(0, 1.3, 53), np.geomspace(1e-3, 10, 49)
ALONG = np.linspace(-2.2, 2.7, 491)
H = 10.0 ** np.arange(-12, 1)
SMALLEST, GOOD, LARGE = 0, 7, 11  # where h is 1e-12, 1e-5 and 0.1
# How each gradient of the first panel is made: the data's slope times one number, and λW times another.
PARTS = {
    "right": lambda N: (1, 2),
    "forgotten penalty": lambda N: (1, 0),
    "missing 1/N": lambda N: (N, 2),
    "wrong sign": lambda N: (-1, -2),
}
FUNCTIONS = {  # the loss along one weight, its slope, and where its kink is
    "w² (L2)": (lambda w: w**2, lambda w: 2 * w, None),
    "|w| (L1)": (np.abs, np.sign, 0),
    "max(0, 1 − w) (hinge)": (lambda w: np.maximum(0, 1 - w), lambda w: -1.0 * (w < 1), 1),
    "log(1 + exp(−w)) (softmax)": (lambda w: np.log1p(np.exp(-w)), lambda w: -1 / (1 + np.exp(w)), None),
}
WEIGHTS = {"W": W, "W / 10000": W / 10000}


def chooser(options, description):
    """A list to choose one thing from."""
    return widgets.Dropdown(options=list(options), description=description)


def verdict(error):
    """The course's reading of a relative error, in words."""
    return GradientCheck(error, (0, 0), 0.0, 0.0, W.size).verdict


def falls(f, dW, examples, step_sizes):
    """How much f of these examples falls in one step from W against dW, for each step size."""
    here = f(W, *examples)[0]
    return np.array([here - f(W - step_size * dW, *examples)[0] for step_size in step_sizes])


def amount(x):
    """A loss, or a change of it, as words."""
    return f"{x:,.0f}" if x >= 1000 else f"{x:.3g}"


def tell_fall(fall, promised):
    """What becomes of a promise."""
    if fall < 0:
        return f"rises by {amount(-fall)}"
    return f"falls by {amount(fall)}, {fall / promised:.0%} of the promise"


def promise_panel(loss="softmax"):
    """One step against the gradient of a batch: the fall that it promises, and what the loss then does.

    loss is "softmax" or "hinge". The gradient may be one of a few wrong ones; the losses are right in any case.
    """
    view = PromiseFigure(SLIDERS["step_size"])

    def update(reg, step_size, batch_size, gradient):
        f = objective(LOSSES[loss], l2, reg, bias=True)
        sets = {"this batch": (X[:batch_size], Y[:batch_size]), "all examples": (X, Y)}
        of_data, of_penalty = PARTS[gradient](batch_size)
        dW = of_data * LOSSES[loss](W, *sets["this batch"])[1] + of_penalty * reg * W * NO_BIAS
        slope = (dW * dW).sum()
        promised = step_size * slope
        along = {name: -falls(f, dW, examples, PLACES * step_size) / promised for name, examples in sets.items()}
        shares = {name: falls(f, dW, examples, ETAS) / (ETAS * slope) for name, examples in sets.items()}
        fall = {name: falls(f, dW, examples, [step_size])[0] for name, examples in sets.items()}
        view.update(PLACES, along, ETAS, shares, step_size, {name: fall[name] / promised for name in fall}, promised)
        told = f"The loss of all {len(X)} examples {tell_fall(fall['all examples'], promised)}."
        if batch_size < len(X):
            told = (
                f"The loss of this batch {tell_fall(fall['this batch'], promised)}; that of all {len(X)} "
                f"{tell_fall(fall['all examples'], promised)}."
            )
        warning = penalty_alone(step_size, reg, "in this step") if of_penalty == 2 else ""
        return f"The gradient ({gradient}) promises a fall of {amount(promised)}. {told}{warning}"

    return Panel(
        view.figure,
        update,
        reg=0.1,
        step_size=0.5,
        batch_size=16,
        num_examples=len(X),
        gradient=chooser(PARTS, "gradient"),
        states={
            "a small step": {"step_size": 0.001},
            "one example": {"reg": 0.0, "step_size": 0.05, "batch_size": 1},
            "a strong penalty": {"reg": 10.0, "step_size": 0.1},
            "too large": {"reg": 10.0},
        },
    )


def secant_panel():
    """The loss along one weight, its tangent and two measured lines, and the slopes of all three."""
    view = SecantFigure(["formula", "one-sided", "centred"])

    def update(function, w, h):
        f, slope, kink = FUNCTIONS[function]
        one_sided, centred = (f(w + h) - f(w)) / h, (f(w + h) - f(w - h)) / (2 * h)
        points = np.array([[w - h, w + h], [f(w - h), f(w + h)]])
        view.update(ALONG, f(ALONG), (w, f(w)), points, (slope(w), one_sided, centred))
        true = "on the kink there is no slope, and code takes 0" if kink == w else f"the slope is {signed(slope(w))}"
        crossed = kink is not None and 0 < abs(w - kink) < h
        return (
            f"{function} at w = {signed(w)}, h = {h:g}: {true}; one-sided measures {signed(one_sided)}, centred "
            f"{signed(centred)}." + f" The kink at {kink} is less than h away: a measured line crosses it." * crossed
        )

    return Panel(
        view.figure,
        update,
        function=chooser(FUNCTIONS, "loss"),
        w=number_slider("weight w", 1.0, [n / 10 for n in range(-10, 16)]),
        h=number_slider("h", 0.5, [0.01, 0.1, 0.2, 0.5, 1.0]),
        states={
            "a small h": {"h": 0.01},
            "the smooth softmax": {"function": "log(1 + exp(−w)) (softmax)", "h": 1.0},
            "a kink crossed": {"function": "max(0, 1 − w) (hinge)", "w": 0.9, "h": 0.5},
            "on the kink": {"function": "|w| (L1)", "w": 0, "h": 0.5},
        },
    )


def sweep_panel(numerical=None, numbers="float64"):
    """The largest relative error of nine measured slopes over h, one-sided and centred, in float64 or in float32.

    numerical(f, W, h) -> (C, D) measures the centred slopes, the helper's unless given; numbers is where it starts.
    """
    view = ErrorSweepFigure(H, ("one-sided", "centred"))

    def centred(f, V, h):
        if numerical is None:
            return numerical_gradient(f, V, h)
        return np.asarray(written(numerical.__name__, numerical(f, V.copy(), h)))

    @lru_cache(256)
    def sweep(reg, batch_size, loss, numbers):
        f, few, V = objective(LOSSES[loss], l2, reg, bias=True), X[:batch_size].astype(numbers), W.astype(numbers)
        exact = f(V, few, Y[:batch_size])[1]
        ways = {"one-sided": lambda *at: numerical_gradient(*at, centered=False), "centred": centred}
        return {
            name: [relative_error(exact, way(lambda U: f(U, few, Y[:batch_size])[0], V, h)).max() for h in H]
            for name, way in ways.items()
        }

    def update(reg, batch_size, loss, numbers):
        errors = sweep(reg, batch_size, loss, numbers)
        view.update(errors)
        one_sided, centred = errors.values()
        small = min(one_sided[SMALLEST], centred[SMALLEST])
        # No finer: another machine rounds otherwise. The least of all float64 places is 9e-5.
        floor = "0.1" if small > 0.1 else "1e-5"
        rounding = "W + h is W: both are 1" if small == 1 else f"rounding leaves both above {floor}"
        return (
            f"{numbers}, h = 1e-5: the largest relative error is {in_words(one_sided[GOOD], numbers)} one-sided and "
            f"{in_words(centred[GOOD], numbers)} centred. At h = 0.1: {in_words(one_sided[LARGE], numbers, '')} and "
            f"{in_words(centred[LARGE], numbers, '')}. At h = 1e-12 {rounding}."
        )

    return Panel(
        view.figure,
        update,
        reg=0.1,
        batch_size=16,
        num_examples=len(X),
        loss=chooser(LOSSES, "loss"),
        numbers=widgets.ToggleButtons(options=["float64", "float32"], value=numbers, description="numbers"),
        states={
            "hinge, all examples": {"loss": "hinge", "reg": 0.0, "batch_size": len(X)},
            "hinge and a penalty": {"loss": "hinge", "reg": 10.0, "batch_size": 8},
            "single precision": {"numbers": "float32"},
        },
    )


def in_words(error, numbers, reading="verdict"):
    """A relative error as words that do not hang on how a processor rounds, and how the course reads it."""
    size = "under 1e-7" if error < 1e-7 else f"{error:.2g}" if error > 0.01 else f"{error:.1e}".replace("e-0", "e-")
    if numbers == "float32":
        rough = "above 0.01" if reading else f"{error:.1g}"
        size = rough if error > 0.01 else "above 1e-3" if error > 1e-3 else "under 1e-3"
    return f"{size} ({verdict(error)})" if reading else size


def zoo_panel(gradient=None):
    """The nine slopes of a gradient of the zoo, by its formula and measured, and their relative errors.

    gradient(W, X, y, reg) -> dW (3, 3), where given, is put in front of the zoo under its own name.
    """
    view = GradientPairsFigure(["w₁", "w₂", "b"] * 3, ["class 0", "class 1", "class 2"])
    zoo = ZOO if gradient is None else {gradient.__name__: gradient} | ZOO

    def update(reg, batch_size, bug, weights):
        V, few, labels = WEIGHTS[weights].copy(), X[:batch_size], Y[:batch_size]
        loss = loss_of(bug, reg)
        exact = loss(V, few, labels)[1]
        analytic = np.asarray(written(bug, zoo[bug](V.copy(), few, labels, reg)), dtype=float)
        measured = numerical_gradient(lambda U: loss(U, few, labels)[0], V)
        errors = relative_error(analytic, measured)
        hidden = np.allclose(analytic, exact, rtol=1e-10, atol=1e-14)
        ranked = np.nan_to_num(errors.ravel(), nan=9)  # among equal errors rounding would choose: take the first
        worst = None if hidden else (ranked > 0.999 * ranked.max()).argmax()
        view.update(analytic.ravel(), measured.ravel(), errors.ravel(), worst)
        if hidden:
            fine = bug.startswith("right") or zoo[bug] is gradient
            same = "these are" if fine else "the bug is there, but no check can see it here: these are"
            return f"{bug}: {same} the right slopes. All relative errors are under {bound_of(errors.max())}."
        i, j = np.unravel_index(worst, V.shape)
        by_formula, by_measure = (f"{slopes[i, j]:.6g}".replace("-", "−") for slopes in (analytic, measured))
        return (
            f"{bug}: {reading(bug, verdict(errors.max()))}. The largest relative error, "
            f"{in_words(errors.max(), 'float64', '')}, is at W[{i}, {j}] (grey band): "
            f"{by_formula} by the formula, {by_measure} measured."
        )

    return Panel(
        view.figure,
        update,
        reg=0.1,
        batch_size=32,
        num_examples=len(X),
        bug=widgets.Dropdown(
            options=list(zoo), value="transposed" if gradient is None else gradient.__name__, description="gradient"
        ),
        weights=chooser(WEIGHTS, "weights"),
        states={
            "sign at y": {"bug": "sign at y"},
            "tiny weights": {"bug": "forgotten penalty", "weights": "W / 10000"},
        },
    )


def bound_of(error):
    """The line of the course's table that a small relative error is under."""
    return "1e-7" if error < 1e-7 else "1e-4"
