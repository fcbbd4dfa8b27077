"""The panels of notebook 3, a function each: on the helper's own maths, or on what the notebook gives it."""

from functools import lru_cache

import ipywidgets as widgets
import numpy as np

from lecture_support.arguments import written
from lecture_support.data import CLASSES, add_bias, blobs
from lecture_support.descent import descend
from lecture_support.lessons.softmax.figures import (
    ConfidenceFigure,
    JiggleFigure,
    ScoreStepFigure,
    ShiftFigure,
    StagesFigure,
    TwoClassifiersFigure,
    UnitsFigure,
)
from lecture_support.losses import hinge_terms, probabilities, softmax_loss, svm_loss
from lecture_support.panel import Panel, number_slider
from lecture_support.penalties import l2, objective
from lecture_support.words import fate, many, penalty_alone

NUM_ITERS = 200
SHAPES = ("circle", "square", "triangle")
PLACES = [("near a border", 93), ("far outside", 52), ("among the others", 135)]
TENTHS = [i / 10 for i in range(-60, 61)]
LOGS = np.log, np.log2, np.log10
CAT, BIG = (3.2, 5.1, -1.7), (123.0, 456.0, 789.0)
SCORES_AT_START = np.log([0.2, 0.3, 0.5])
LOW, HIGH = np.log(np.finfo(float).smallest_subnormal), np.log(np.finfo(float).max)  # what exp can hold
PAIRS = {"9, 9": (9.0, 9.0), "−2, 3": (-2.0, 3.0), "−100, −100": (-100.0, -100.0)}


def row(values, digits=3):
    """Numbers as words, rounded, for a sentence."""
    return ", ".join(f"{value:.{digits}f}" for value in values)


def exact(*ps):
    """Probabilities as words that never round one to 0 or to 1 before float64 itself does."""
    middle = [0.0005 <= p <= 0.9995 for p in ps]
    ends = [f"{p:.1e}" if 0 < p < 0.5 else f"1 − {1 - p:.1e}" if 0.5 < p < 1 else f"{p:.0f}" for p in ps]
    return ", ".join(f"{p:.3f}" if inside else end for p, inside, end in zip(ps, middle, ends, strict=True))


def star_control():
    """Which of the examples the star marks."""
    return widgets.Dropdown(options=PLACES, description="star")


def confidence_panel(gradient=None):
    """A softmax classifier in the plane, shaded by its greatest probability, and its loss along the descent.

    gradient(W, X, y) -> dW (C, D) is the slope of the mean softmax loss that each update follows, the helper's unless
    given; the loss that is drawn is the right one in any case.
    """
    points, y = blobs(num_per_class=50)
    X = add_bias(points)
    view = ConfidenceFigure(points, y, SHAPES, NUM_ITERS)
    grid = add_bias(view.plane.grid)

    def loss(W, X, y):
        value, dW = softmax_loss(W, X, y)
        if gradient is None:
            return value, dW
        return value, np.asarray(written(gradient.__name__, gradient(W.copy(), X, y)), dtype=float)

    @lru_cache(128)
    def walk(reg, step_size, batch_size):
        f = objective(loss, l2, reg, bias=True)
        return descend(f, np.zeros((3, 3)), X, y, step_size, batch_size, NUM_ITERS)

    def update(reg, step_size, batch_size, iteration, marked):
        path = walk(reg, step_size, batch_size)
        now = min(iteration, len(path.updates) - 1)
        W = path.W[now]
        p = probabilities(X @ W.T)
        view.update(probabilities(grid @ W.T), points[marked], y[marked], p[marked], (path.updates, path.loss, now))
        penalty = reg * (W[:, :-1] ** 2).sum()
        right = f"{(p.argmax(axis=1) == y).sum()} of {len(y)} right" if np.ptp(p, axis=1).any() else "no class leads"
        star = "" if path.diverged_at else f" The starred {SHAPES[y[marked]]} has p = {row(p[marked], 2)}."
        return (
            f"After {many(path.updates[now], 'update')}: data loss {path.loss[now] - penalty:.3g} + penalty "
            f"{penalty:.3g}; {right}, the right class's mean p is {p[np.arange(len(y)), y].mean():.2f}.{star}"
            f"{fate(path, step_size, reg)}"
        )

    return Panel(
        view.figure,
        update,
        reg=0.01,
        step_size=0.5,
        batch_size=len(y),
        num_examples=len(y),
        iteration=widgets.IntSlider(NUM_ITERS, 0, NUM_ITERS, 2, description="update"),
        marked=star_control(),
        play="iteration",
        states={
            "before the first update": {"iteration": 0},
            "no penalty": {"reg": 0.0},
            "strong penalty": {"reg": 1.0},
            "one example a step": {"batch_size": 1},
        },
    )


def stages_panel():
    """From three scores to a loss in four steps, a bar for each class in each."""
    view = StagesFigure(CLASSES)

    def update(cat, car, frog, correct):
        scores = np.array([cat, car, frog])
        exp = np.exp(scores)
        p = exp / exp.sum()
        losses = -np.log(p)
        view.update(scores, exp, p, losses, correct)
        verdict = "is right" if p[correct] == p.max() else "is wrong"
        if (p == p.max()).sum() > 1:
            verdict = "cannot decide: the greatest scores are equal"
        return (
            f"Scores {row(scores, 1)} become exp {', '.join(f'{value:.5g}' for value in exp)} with the sum "
            f"{exp.sum():.5g}, and probabilities {exact(*p)}. The correct class is {CLASSES[correct]}: the loss is "
            f"−ln({exact(p[correct])}) = {losses[correct]:.5g} nats. The classifier {verdict}."
        )

    return Panel(
        view.figure,
        update,
        cat=number_slider("cat", CAT[0], TENTHS),
        car=number_slider("car", CAT[1], TENTHS),
        frog=number_slider("frog", CAT[2], TENTHS),
        correct=widgets.ToggleButtons(options=list(zip(CLASSES, range(3), strict=True)), description="correct class"),
        states={
            "all equal": {"cat": 0.0, "car": 0.0, "frog": 0.0},
            "sure and right": {"cat": 6.0, "car": -6.0, "frog": -6.0},
            "sure and wrong": {"cat": -6.0, "car": 6.0, "frog": -6.0},
        },
    )


def shift_panel():
    """Scores after a shift, what exp can hold, and the fractions of the naive formula beside the safe ones."""
    view = ShiftFigure(LOW, HIGH)

    def update(scores, shift):
        exponents = np.array(scores) + shift
        with np.errstate(over="ignore", invalid="ignore"):
            exp = np.exp(exponents)
            naive = exp / exp.sum()
        safe = probabilities(np.array(scores))
        note, words = tell_naive(exp, naive, safe)
        view.update(exponents, naive, safe, note)
        return (
            f"Shift {shift}: the exponents are {', '.join(f'{value:g}' for value in exponents)}. {words} "
            f"With the greatest score at 0 the fractions are {exact(*safe)}."
        )

    return Panel(
        view.figure,
        update,
        scores=widgets.ToggleButtons(options=[("123, 456, 789", BIG), ("3.2, 5.1, −1.7", CAT)], description="scores"),
        shift=widgets.IntSlider(0, -1600, 800, 1, description="shift c", layout=widgets.Layout(width="420px")),
        states={"greatest at 0": {"shift": -789}, "too far down": {"shift": -1600}, "cat image": {"scores": CAT}},
    )


def tell_naive(exp, naive, safe):
    """What becomes of the naive formula: a few words for the picture, and a sentence."""
    zeros = int((exp == 0).sum())
    if np.isinf(exp).any():
        return "overflow: not a number", "An exp overflows, and infinity / infinity is not a number."
    if zeros == len(exp):
        return "0 / 0: not a number", "Every exp is 0, and 0 / 0 is not a number."
    if np.abs(naive - safe).max() > 5e-4:
        return "digits lost", f"The exp values have lost their digits: the fractions come out as {row(naive)}."
    harmless = {0: "", 1: ", although 1 exp is 0"}.get(zeros, f", although {zeros} exp values are 0")
    return "both agree", f"The fractions come out right{harmless}."


def units_panel():
    """The loss −log p with three kinds of logarithm, and the loss of a guess over the number of classes."""
    p_axis, num_classes_axis = np.geomspace(0.001, 1, 200), np.array([2, 3, 10, 100, 1000])
    names = "natural: nats", "base 2: bits", "base 10"
    view = UnitsFigure(p_axis, [-log(p_axis) for log in LOGS], names, num_classes_axis, np.log(num_classes_axis))

    def update(p, num_classes):
        losses, chance = [-log(p) + 0.0 for log in LOGS], np.log(num_classes)
        view.update(p, losses, num_classes, chance)
        same = np.isclose(losses[0], chance)
        better = "the same as" if same else "better than" if losses[0] < chance else "worse than"
        limit = ", a limit that no scores reach," if p == 1 else ""
        return (
            f"p = {p:.2f}{limit} costs {losses[0]:.4f} nats or {losses[1]:.4f} bits; log10 gives {losses[2]:.4f}. "
            f"A guess among {num_classes} classes has p = {1 / num_classes:.3g} and costs ln {num_classes} = "
            f"{chance:.4f} nats: this example is {better} a guess."
        )

    return Panel(
        view.figure,
        update,
        p=number_slider("p", 0.13, [i / 100 for i in range(1, 101)]),
        num_classes=number_slider("classes C", 3, num_classes_axis.tolist()),
        states={
            "a coin": {"p": 0.5, "num_classes": 2},
            "ten classes": {"p": 0.1, "num_classes": 10},
            "certain": {"p": 1.0},
        },
    )


def score_slopes(s, y):
    """The slopes (C,) of the softmax loss and of the hinge loss of one example along its scores s (C,)."""
    own = np.arange(len(s)) == y
    hinge = (s - s[y] + 1 > 0) & ~own
    return probabilities(s) - own, hinge - hinge.sum() * own


def slopes_panel():
    """A walk downhill along the scores themselves, and both losses' slopes where it has led."""
    view = ScoreStepFigure(CLASSES, SCORES_AT_START)

    def update(step_size, correct, num_steps):
        s = SCORES_AT_START.copy()
        for _ in range(num_steps):
            s -= step_size * score_slopes(s, correct)[0]
        p, (softmax, hinge) = probabilities(s), score_slopes(s, correct)
        view.update(s, p, softmax, hinge, correct)
        svm = f"is {row(hinge, 0)}" if hinge.any() else "is 0: it is satisfied"
        loss = -np.log(p[correct])
        return (
            f"{many(num_steps, 'step')} of η = {step_size:g}, correct class {CLASSES[correct]}: p = {exact(*p)}, and "
            f"the loss is {loss:.3g} nats. The softmax slope is {', '.join(f'{value:.2g}' for value in softmax)}; the "
            f"SVM slope at these scores {svm}."
        )

    return Panel(
        view.figure,
        update,
        step_size=1.0,
        correct=widgets.ToggleButtons(
            options=list(zip(CLASSES, range(3), strict=True)), value=1, description="correct class"
        ),
        num_steps=widgets.IntSlider(1, 0, 20, 1, description="steps"),
        states={
            "by hand": {"num_steps": 0},
            "20 steps": {"num_steps": 20},
            "tiny steps": {"num_steps": 20, "step_size": 0.01},
        },
    )


def softmax_of(correct_score, others):
    """The softmax loss of one example from its correct score and the others, without the rounding of 1 + a little."""
    return np.log1p(sum(np.exp(other - correct_score) for other in others))


def hinge_of(correct_score, others):
    """The hinge loss of one example from its correct score and the others."""
    return sum(np.maximum(0, other - correct_score + 1) for other in others)


def jiggle_panel():
    """Both losses of one example over the score of its correct class, as they are and on a log axis."""
    view = JiggleFigure()
    near_kinks = [kink - np.geomspace(5.02e-10, 1, 32) for kink in (4, 10)]
    line = np.sort(np.concatenate([np.linspace(0, 20, 201), *near_kinks]))

    def update(others, correct_score):
        softmax, hinge = softmax_of(correct_score, others), hinge_of(correct_score, others)
        arguments = np.array(others) - correct_score + 1
        violations, slope = (arguments > 0).sum(), np.expm1(-softmax)
        kink, taken = ("exactly on a kink, ", "taken as ") if (arguments == 0).any() else ("", "")
        satisfied = f"satisfied, its slope is {taken}0" if violations == 0 else f"its slope is −{violations}"
        below = " (below this axis)" if softmax < 1e-9 else ""
        notes = f"softmax: {softmax:.2g}{below}", "SVM: exactly 0" if hinge == 0 else f"SVM: {hinge:g}"
        view.update(line, softmax_of(line, others), hinge_of(line, others), correct_score, softmax, hinge, notes)
        return (
            f"Scores {correct_score:g} (correct), {others[0]:g} and {others[1]:g}. Hinge loss {hinge:g}: {kink}"
            f"{satisfied}. Softmax loss {softmax:.4g} nats: its slope is {slope:.2g}, so it asks for more."
        )

    return Panel(
        view.figure,
        update,
        correct_score=number_slider("correct", 10.0, [i / 2 for i in range(41)]),
        others=widgets.ToggleButtons(options=list(PAIRS.items()), description="the others"),
        states={
            "at 20": {"correct_score": 20.0},
            "at 9": {"correct_score": 9.0},
            "far apart": {"others": (-100.0, -100.0)},
        },
    )


def classifiers_panel():
    """A softmax classifier and an SVM on the same points, trained in the same way, and what each thinks of a star."""
    points, y = blobs(num_per_class=50)
    X = add_bias(points)
    view = TwoClassifiersFigure(points, y, SHAPES)
    grid = add_bias(view.grid)

    @lru_cache(256)
    def train(loss, reg, step_size, batch_size):
        f = objective(loss, l2, reg, bias=True)
        return descend(f, np.zeros((3, 3)), X, y, step_size, batch_size, NUM_ITERS, record_every=NUM_ITERS)

    def update(reg, step_size, batch_size, marked):
        softmax, svm = (train(loss, reg, step_size, batch_size) for loss in (softmax_loss, svm_loss))
        W, V = (None if path.diverged_at else path.W[-1] for path in (softmax, svm))
        costs = None if V is None else hinge_terms(X @ V.T, y).sum(axis=1)
        p = None if W is None else probabilities(X @ W.T)
        view.update(
            None if W is None else probabilities(grid @ W.T),
            None if V is None else (grid @ V.T).argmax(axis=1),
            None if V is None else np.flatnonzero(costs > 0),
            points[marked],
            y[marked],
            None if W is None else p[marked],
        )
        why = softmax.why or svm.why
        last = f" The reason: {why}." if why else penalty_alone(step_size, reg)
        if not last:
            nats = -np.log(p[marked, y[marked]])
            last = f" The starred {SHAPES[y[marked]]} costs {nats:.3g} nats and a hinge loss of {costs[marked]:.3g}."
        return f"{tell_softmax(softmax, p)} {tell_svm(svm, V, costs)}{last}"

    def tell_softmax(path, p):
        if p is None:
            return f"Softmax is given up at update {path.diverged_at}."
        right, mean_p = (p.argmax(axis=1) == y).sum(), p[np.arange(len(y)), y].mean()
        return f"Softmax has {right} of {len(y)} right, and the right class's mean p is {mean_p:.2f}."

    def tell_svm(path, V, costs):
        if V is None:
            return f"The SVM is given up at update {path.diverged_at}."
        right, pulling = ((X @ V.T).argmax(axis=1) == y).sum(), (costs > 0).sum()
        return f"The SVM has {right} right; {pulling} of the examples (ringed) pull on it."

    return Panel(
        view.figure,
        update,
        reg=0.01,
        step_size=0.5,
        batch_size=32,
        num_examples=len(y),
        marked=star_control(),
        states={
            "no penalty": {"reg": 0.0},
            "strong penalty": {"reg": 1.0, "step_size": 0.2},
            "one example a step": {"batch_size": 1},
            "ηλ too large": {"reg": 5.0},
        },
    )
