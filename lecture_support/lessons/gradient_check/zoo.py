"""What notebook 4 checks: a small problem, gradients with one mistake each, and thirteen checks that look at them.

A gradient here is a function of (W, X, y, reg) that returns dW; the penalty is λΣW² and leaves the last column alone.
"""

from functools import cache

import numpy as np

from lecture_support.data import add_bias, blobs
from lecture_support.descent import descend
from lecture_support.gradients import check_gradient
from lecture_support.losses import softmax_loss, svm_loss
from lecture_support.penalties import l2, objective

LOSSES = {"softmax": softmax_loss, "hinge": svm_loss}
POINTS, LABELS = blobs(seed=8, num_per_class=50)
MIXED = np.random.default_rng(0).permutation(len(LABELS))
X, Y = add_bias(POINTS[MIXED]), LABELS[MIXED]
W = np.array([[0.5, -0.3, 0.2], [-0.4, 0.6, -0.1], [0.3, 0.2, 0.4]])
NO_BIAS = np.array([1, 1, 0])
# Two margins of exactly 0: with this example the first column of W holds the scores, and y is 0.
W_KINK, X_KINK, Y_KINK = np.array([[10.0, 0, 0], [9, 0, 0], [9, 0, 0]]), np.array([[1.0, 0, 0]]), np.array([0])


def softmax_slope(W, X, y, at_y=-1, shift=True):
    """The slope of the mean softmax loss; at_y is what is added to the probability of the right class."""
    scores = X @ W.T
    P = np.exp(scores - shift * scores.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] += at_y
    return P.T @ X / len(y)


def hinge_slope(W, X, y, counts=np.greater):
    """The slope of the mean hinge loss; counts(margin, 0) says which terms pull."""
    rows, scores = np.arange(len(y)), X @ W.T
    active = counts(scores - scores[rows, y][:, None] + 1, 0) * 1.0
    active[rows, y] = 0
    active[rows, y] = -active.sum(axis=1)
    return active.T @ X / len(y)


def penalised(slope, factor=2, weights=NO_BIAS):
    """A whole gradient: slope(W, X, y) and factor * reg * W, on the weights that are penalised."""
    return lambda W, X, y, reg: slope(W, X, y) + factor * reg * W * weights


right = penalised(softmax_slope)
ZOO = {
    "right": right,
    "missing 2": penalised(softmax_slope, 1),
    "forgotten penalty": penalised(softmax_slope, 0),
    "penalised bias": penalised(softmax_slope, 2, 1),
    "web demo, 0.5 λ W": penalised(softmax_slope, 0.5),
    "missing 1/N": penalised(lambda W, X, y: len(y) * softmax_slope(W, X, y)),
    "sign at y": penalised(lambda W, X, y: softmax_slope(W, X, y, at_y=1)),
    "transposed": lambda W, X, y, reg: right(W, X, y, reg).T,
    "no shift": penalised(lambda W, X, y: softmax_slope(W, X, y, shift=False)),
    "right, hinge": penalised(hinge_slope),
    "screenshot, hinge": penalised(hinge_slope, 0.5),
    "≥ at the kink": penalised(lambda W, X, y: hinge_slope(W, X, y, np.greater_equal)),
}
HINGE = "right, hinge", "screenshot, hinge", "≥ at the kink"


def loss_of(bug, reg):
    """The objective whose gradient a member of the zoo should be."""
    return objective(svm_loss if bug in HINGE else softmax_loss, l2, reg, bias=True)


def check_bug(bug, W, X, y, reg, h=1e-5, centered=True):
    """The gradient check of a member of the zoo."""
    loss = loss_of(bug, reg)
    return check_gradient(lambda V: (loss(V, X, y)[0], ZOO[bug](V, X, y, reg)), W, h, centered)


@cache
def checks():
    """Thirteen ways to check: {name: keywords of check_bug}. Most change one thing of the first."""
    x, y = X[:32], Y[:32]
    trained = descend(objective(softmax_loss, l2, 0.1, bias=True), np.zeros((3, 3)), x, y, 0.5, 32, 1000).W[-1]
    recipe = {"W": W, "X": x, "y": y, "reg": 0.1}
    changes = {
        "recipe": {},
        "λ = 0": {"reg": 0.0},
        "λ = 0.001": {"reg": 0.001},
        "tiny W": {"W": W / 10000},
        "one example": {"X": x[:1], "y": y[:1]},
        "trained W": {"W": trained},
        "huge W": {"W": 1000 * W, "reg": 0.001},
        "penalty alone": {"X": 0 * x},
        "on a kink": {"W": W_KINK, "X": X_KINK, "y": Y_KINK},
        "h = 0.1": {"h": 0.1},
        "h = 1e-14": {"h": 1e-14},
        "one-sided": {"centered": False},
        "float32": {"W": W.astype(np.float32), "X": x.astype(np.float32)},
    }
    return {name: recipe | change for name, change in changes.items()}


def reading(bug, verdict):
    """What a check's verdict says of a gradient: a wrong one is caught, or missed, or between.

    Only where a loss has kinks is an error of 1e-7 to 1e-4 forgiven. A right one may pass with it: it is rounding.
    """
    sound = bug.startswith("right")
    words = {"wrong": "false alarm" if sound else "caught", "uncomfortable": "uncomfortable"}
    if not sound and bug not in HINGE:
        words["fine where there are kinks"] = "too high"
    return words.get(verdict, "passed" if sound else "missed")


@cache
def matrix():
    """What every check says of every gradient: {gradient: {check: reading}}, the two right ones first."""
    with np.errstate(over="ignore", invalid="ignore"):
        return {
            bug: {name: reading(bug, check_bug(bug, **at).verdict) for name, at in checks().items()}
            for bug in sorted(ZOO, key=lambda bug: not bug.startswith("right"))
        }


def table(names):
    """Some columns of the matrix as lines of text."""
    lines = [" " * 18 + "".join(f" {name:>14}" for name in names)]
    lines += [f"{bug:18}" + "".join(f" {row[name]:>14}" for name in names) for bug, row in matrix().items()]
    return "\n".join(lines)
