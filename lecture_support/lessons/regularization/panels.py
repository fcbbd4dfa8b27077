"""The panels of notebook 2, a function each: on the helper's own maths, or on what the notebook gives it."""

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import ipywidgets as widgets
import numpy as np

import lecture_support.lessons.regularization.figures as figures
from lecture_support import penalties
from lecture_support.arguments import loss_and_gradient, written
from lecture_support.data import DEMO_W, add_bias, blobs, demo_points, digits
from lecture_support.descent import TOO_LARGE, Path, descend, minibatches
from lecture_support.losses import accuracy, hinge_terms, svm_loss
from lecture_support.panel import SLIDERS, Panel, number_slider
from lecture_support.penalties import l1, l2, objective
from lecture_support.words import fate, many, penalty_alone

REGS, STEP_SIZES = np.array(SLIDERS["reg"]), np.array(SLIDERS["step_size"])
CLOSE = 0.03  # shares of 500 images that differ by less are as good as equal: their standard error is about 0.02


def say(value):
    """A number as the sentences say it: 3 digits after the point, or a power of ten where it is huge."""
    return f"{value:.3f}" if value < 1e4 else f"{value:.1e}"


@dataclass(frozen=True)
class Given:
    """A student's full loss as an objective over all of X: its penalty is what it adds to the data loss."""

    full_loss: object
    X: np.ndarray
    y: np.ndarray
    reg: float
    bias: bool = True

    def __call__(self, W, X, y):
        return loss_and_gradient(self.full_loss.__name__, self.full_loss(svm_loss, W, X, y, self.reg), W.shape)

    def weighted_penalty(self, W):
        """What is added to the data loss and to its gradient."""
        (total, dW), (data_loss, ddata) = self(W, self.X, self.y), svm_loss(W, self.X, self.y)
        return total - data_loss, dW - ddata

    @property
    def is_l2(self):
        """Whether the gradient's penalty pulls at the demo's weights as λΣW² does."""
        return np.allclose(self.weighted_penalty(DEMO_W)[1][:, :-1], 2 * self.reg * DEMO_W[:, :-1])


def parts_panel(full_loss=None):
    """Data loss and penalty apart, and their sum, along a descent from the weights of the course's web demo.

    full_loss(loss_fun, W, X, y, reg) -> (total, dW) is the exercise's; data loss + λΣW² without the bias else.
    """
    points, y = demo_points()
    X = add_bias(points)
    view = figures.PartsFigure(points, y, ("class 0", "class 1", "class 2"), num_iters=100)
    grid = add_bias(view.plane.grid)

    @lru_cache(128)
    def walk(reg, step_size, batch_size):
        f = Given(full_loss, X, y, reg) if full_loss else objective(svm_loss, l2, reg, bias=True)
        path = descend(f, DEMO_W, X, y, step_size, batch_size, num_iters=100)
        return path, np.array([svm_loss(W, X, y)[0] for W in path.W]), not full_loss or f.is_l2

    def update(reg, step_size, batch_size, iteration):
        path, data, is_l2 = walk(reg, step_size, batch_size)
        k = min(iteration, len(path.W) - 1)
        penalty = path.loss - data
        violating = np.flatnonzero(hinge_terms(X @ path.W[k].T, y).sum(axis=1))
        data_loss, rest, total = (say(values[k] + 0.0) for values in (data, penalty, path.loss))
        numbers = f"data loss {data_loss}\npenalty {rest}\nsum {total}"
        view.update((grid @ path.W[k].T).argmax(axis=1), violating, path.updates, data, penalty, k, numbers)
        return (
            f"After {many(k, 'update')}: data loss {data_loss} + penalty {rest} = {total}. Points that violate a "
            f"margin (ringed): {len(violating)} of 9." + fate(path, step_size, reg if is_l2 else 0.0)
        )

    return Panel(
        view.figure,
        update,
        reg=0.1,
        step_size=0.1,
        batch_size=9,
        num_examples=9,
        iteration=widgets.IntSlider(100, 0, 100, description="update"),
        play="iteration",
        states={
            "the demo's weights": {"iteration": 0},
            "no penalty": {"reg": 0.0},
            "strong penalty": {"reg": 1.0},
            "strong penalty, long steps": {"reg": 1.0, "step_size": 2.0},
        },
    )


def two_clouds():
    """Sixty points of two classes, X (60, 2) and y: the first input tells them apart well, the second a little."""
    y = np.arange(60) % 2
    return np.random.default_rng(3).normal(np.outer(2 * y - 1, [0.9, 0.4]), 0.8), y


def two_weights_loss(w, X, y):
    """The hinge loss of two classes at one row of weights (1, 2), and its gradient: class 0 always scores 0."""
    loss, dW = svm_loss(np.vstack([0 * w, w]), X, y)
    return loss, dW[1:]


U, V = np.arange(-50, 151) / 50, np.arange(-50, 101) / 50  # the two weights, in steps of 0.02, with 0 among them


def data_loss_over_weights():
    """The data loss (V, U) of `two_clouds` at every pair of the two weights."""
    X, y = two_clouds()
    return np.maximum(0, 1 - np.stack(np.meshgrid(U, V), axis=-1) @ ((2 * y - 1)[:, None] * X).T).mean(axis=-1)


def penalty_over_weights(R):
    """R (V, U) at every pair of the two weights: a penalty is a sum over the weights, so each is asked for alone."""
    along_u, along_v = ([R(np.array([[w]]))[0] for w in weights] for weights in (U, V))
    return np.add.outer(along_v, along_u)


def ball_panel(elastic_net=None):
    """Over two weights: where data loss + λR is smallest, all w with a lower penalty than there, and a descent.

    elastic_net(W, beta) -> (penalty, dW) is the helper's unless given; β = 0 is L1.
    """
    (X, y), data = two_clouds(), data_loss_over_weights()
    view = figures.ContourFigure(U, V, data, levels=(0.3, 0.4, 0.5, 0.7, 1, 1.4), num_iters=100, totals=(0.1, 10))
    betas = [("L1: β = 0", 0.0), ("0.2", 0.2), ("0.5", 0.5), ("1", 1.0), ("2", 2.0), ("5", 5.0), ("L2 alone", "L2")]

    def penalty_of(beta):
        blend = elastic_net or penalties.elastic_net

        def R(W):
            return loss_and_gradient(blend.__name__, blend(W, beta), W.shape)

        return l2 if beta == "L2" else R

    over_weights = lru_cache(lambda beta: penalty_over_weights(penalty_of(beta)))

    def update(reg, step_size, beta):
        penalty = over_weights(beta)
        total = data + reg * penalty
        best = np.unravel_index(total.argmin(), total.shape)
        w = np.array([U[best[1]], V[best[0]]])
        f = objective(two_weights_loss, penalty_of(beta), reg)
        path = descend(f, np.array([[-0.5, 1.6]]), X, y, step_size, len(X), num_iters=100)
        note = f"star: {total[best]:.3f}\nend of path: {say(path.loss[-1])}"
        lower = data < data[best], penalty < penalty[best]
        view.update(w, *lower, path.W[:, 0], path.updates, path.loss, total[best], note)
        name = "L2" if beta == "L2" else "L1" if beta == 0 else f"Elastic net, β = {beta:g}"
        return (
            f"{name}, λ = {reg:g}: star at w = ({w[0]:.2f}, {w[1]:.2f}), {(w == 0).sum()} of 2 weights exactly 0, "
            f"sum {total[best]:.3f}; the path ends at {say(path.loss[-1])}."
        ) + fate(path, step_size, reg if beta == "L2" else 0.0)

    return Panel(
        view.figure,
        update,
        reg=0.2,
        step_size=0.1,
        beta=widgets.SelectionSlider(options=betas, value=0.0, description="penalty, β"),
        states={"L2, the disc": {"beta": "L2"}, "a blend": {"beta": 1.0}, "long steps": {"step_size": 1.0}},
    )


def noisy_digits(wrong, seed=0):
    """X_train (100, 64), y_train, X_valid (500, 64), y_valid: digits drawn by seed, a share of y_train made wrong."""
    X, y = digits()[:2]
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(X))
    train, valid = order[:100], order[100:600]
    y_train = y[train]
    changed = rng.permutation(100)[: round(100 * wrong)]
    y_train[changed] = (y_train[changed] + rng.integers(1, 10, len(changed))) % 10
    return X[train], y_train, X[valid], y[valid]


def proximal_descent(shrink, W, X, y, reg, step_size, batch_size, num_iters):
    """A step on the data loss, then shrink(W, step_size * reg), num_iters times over: the Path of data loss + λΣ|W|."""
    weights = [W]
    for batch in islice(minibatches(len(X), batch_size), num_iters):
        moved = shrink(W - step_size * svm_loss(W, X[batch], y[batch])[1], step_size * reg)
        W = np.asarray(written(shrink.__name__, moved), float)
        if W.shape != weights[0].shape or not np.abs(W).max() <= TOO_LARGE:
            raise ValueError(f"{shrink.__name__} returns weights of W's shape, and none of them grows without end")
        weights.append(W)
    loss, updates = [svm_loss(W, X, y)[0] + reg * np.abs(W).sum() for W in weights], np.arange(num_iters + 1)
    return Path(np.array(weights), np.array(loss), updates, updates * batch_size, None, "")


def zeros_panel(soft_threshold=None):
    """How many of 640 weights become exactly 0 on 100 digits: L2, L1 by subgradient, or L1 by proximal steps.

    soft_threshold(W, threshold) -> W is the helper's unless given.
    """
    X, y, X_valid, y_valid = noisy_digits(0)
    start = np.random.default_rng(0).normal(0, 0.01, size=(10, 64))
    view = figures.WeightsFigure(start.size)
    names = {"L2": "L2", "L1, subgradient": "L1 by subgradient", "L1, proximal": "L1 by proximal steps"}

    @lru_cache(128)
    def walk(reg, step_size, batch_size, method):
        if method == "L1, proximal":
            shrink = soft_threshold or penalties.soft_threshold
            return proximal_descent(shrink, start, X, y, reg, step_size, batch_size, num_iters=300)
        f = objective(svm_loss, l2 if method == "L2" else l1, reg)
        return descend(f, start, X, y, step_size, batch_size, num_iters=300)

    def update(reg, step_size, batch_size, method):
        path = walk(reg, step_size, batch_size, method)
        W = path.W[-1]
        sizes = np.sort(np.abs(W).ravel())[::-1]
        zeros, tiny = int((sizes == 0).sum()), int(((sizes > 0) & (sizes <= step_size * reg)).sum())
        view.update(W, sizes, step_size * reg, f"{zeros} exact zeros\n{tiny} within ηλ of 0")
        return (
            f"{names[method]}: {zeros} of 640 weights are exactly 0, {tiny} others within ηλ = {step_size * reg:.3g}. "
            f"Right: {accuracy(W, X, y):.0%} of training, {accuracy(W, X_valid, y_valid):.0%} of validation."
        ) + fate(path, step_size, reg if method == "L2" else 0.0)

    return Panel(
        view.figure,
        update,
        reg=0.05,
        step_size=0.05,
        batch_size=100,
        num_examples=100,
        method=widgets.ToggleButtons(options=list(names), value="L1, proximal", description="penalty"),
        states={"L1, subgradient": {"method": "L1, subgradient"}, "L2": {"method": "L2"}, "λ too large": {"reg": 1.0}},
    )


def many_descents(W, X, y, reg, step_size, batch_size, num_iters, slope=lambda W: 2 * W):
    """Yield W (K, C, D) before and after every update: K descents at once, each with its own reg and step_size (K,)."""
    reg, step_size = reg[:, None, None], step_size[:, None, None]
    rows_of_all = len(W) * W.shape[1], -1
    yield W
    for batch in islice(minibatches(len(X), batch_size), num_iters):
        images, labels = X[batch], y[batch]
        order = np.arange(len(labels))
        # Two products of matrices for all K, both along the rows in memory: without a BLAS, as in a browser, they take
        # half as long as 2 K small ones.
        scores = (W.reshape(rows_of_all) @ images.T).reshape(*W.shape[:2], -1)  # (K, C, B)
        dscores = (scores - scores[:, None, labels, order] + 1 > 0).astype(float)
        dscores[:, labels, order] = 0
        dscores[:, labels, order] = -dscores.sum(axis=1)
        dW = (dscores.reshape(rows_of_all) @ np.ascontiguousarray(images.T).T).reshape(W.shape) / len(labels)
        moved = W - step_size * (dW + reg * slope(W))
        W = np.where(np.abs(W).max(axis=(1, 2), keepdims=True) < TOO_LARGE, moved, W)  # a diverged W stays
        yield W


@lru_cache(64)
def curves(wrong, seed=0):
    """Data loss and accuracy (2, 17) each, rows training and validation, a column each λ, and W (17, 10, 64).

    1,000 updates from W = 0, all 100 images each, with step size 0.05, a share of their labels being wrong.
    """
    X, y, *valid = noisy_digits(wrong, seed)
    start, steps = np.zeros((len(REGS), 10, 64)), np.full(len(REGS), 0.05)
    (W,) = deque(many_descents(start, X, y, REGS, steps, len(X), 1000), maxlen=1)  # all of them are 90 MB
    sets = (X, y), valid
    loss = np.array([[svm_loss(V, *each)[0] for V in W] for each in sets])
    return loss, np.array([[accuracy(V, *each) for V in W] for each in sets]), W


def over_lambda_panel():
    """Data loss and accuracy of training and validation images over λ, with a share of the training labels wrong."""
    view = figures.OverLambdaFigure(REGS, highest=10, start_loss=9, chance=0.1)

    def update(reg, wrong):
        loss, right, W = curves(wrong)
        k, best = int(np.argmax(REGS == reg)), right[1].argmax()
        view.update(loss, right, k)
        X, y, *_ = noisy_digits(wrong)
        false = y != noisy_digits(0)[1]
        learned = ((W[k] @ X.T).argmax(axis=0) == y)[false].sum()
        falsely = f"{learned} of the {false.sum()} wrong ones" if wrong else "none of them wrong"
        top, gain = right[1, best], right[1, best] - right[1, 0]
        gained = f"{100 * gain:.0f} points above λ = 0" if gain >= CLOSE else "hardly above λ = 0"
        return (
            f"λ = {reg:g}: {right[0, k]:.0%} of training labels learned, {falsely}; validation {right[1, k]:.0%} "
            f"right. {verdict(loss, right, k, best)} Best on validation: λ = {REGS[best]:g} ({top:.0%}), {gained}."
        )

    return Panel(
        view.figure,
        update,
        reg=0.0,
        wrong=number_slider("wrong labels", 0.3, [0.0, 0.1, 0.2, 0.3, 0.4]),
        states={"best on validation": {"reg": 0.1}, "λ too large": {"reg": 10.0}, "right labels": {"wrong": 0.0}},
    )


def verdict(loss, right, k, best):
    """Whether the k-th λ overfits or underfits, beside the best on the validation images."""
    if right[1, best] - right[1, k] < CLOSE:
        return "That is as good as any λ here."
    if loss[0, k] < loss[0, best]:
        return "It overfits: less training loss than the best λ, fewer validation images right."
    return "It underfits: more loss than the best λ, on both."


def rules_panel(clip_norm=None, inverted_dropout=None):
    """Max norm and dropout on 100 digits: the ten templates, the lengths of their rows, and what is right.

    clip_norm(W, max_norm) -> W and inverted_dropout(X, keep) -> X are the helper's unless given.
    """
    view = figures.LengthsFigure(highest=4)

    @lru_cache(128)
    def train(max_norm, keep, wrong):
        X, y, *_ = noisy_digits(wrong)
        rng, W = np.random.default_rng(1), np.zeros((10, 64))
        clip = clip_norm or penalties.clip_norm
        dropout = inverted_dropout or (lambda X, keep: X * (rng.random(X.shape) < keep) / keep)
        for _ in range(1000):
            dropped = written(dropout.__name__, dropout(X, keep))
            W = written(clip.__name__, clip(W - 0.05 * svm_loss(W, dropped, y)[1], max_norm))
        return W

    def update(max_norm, keep, wrong):
        W = train(max_norm, keep, wrong)
        X, y, X_valid, y_valid = noisy_digits(wrong)
        lengths = np.linalg.norm(W, axis=1)
        view.update(W, lengths, max_norm, f"limit {max_norm:g}")
        return (
            f"Limit {max_norm:g}: {(lengths > 0.99 * max_norm).sum()} of 10 rows reach it; their mean length is "
            f"{lengths.mean():.2f}. Keep p = {keep:g}, {wrong:.0%} of the labels wrong. Right: "
            f"{accuracy(W, X, y):.0%} of training, {accuracy(W, X_valid, y_valid):.0%} of validation."
        )

    return Panel(
        view.figure,
        update,
        max_norm=number_slider("max norm c", 4.0, [0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0]),
        keep=number_slider("keep p", 1.0, [0.2, 0.5, 0.8, 0.9, 1.0]),
        wrong=number_slider("wrong labels", 0.3, [0.0, 0.3]),
        states={"max norm 1": {"max_norm": 1.0}, "dropout 0.5": {"keep": 0.5}, "right labels": {"wrong": 0.0}},
    )


ENDINGS = "is still on its way down", "has converged", "oscillates", "diverges"
SLOPES = {"L2": lambda W: 2 * W, "L1": np.sign}
SIZES = {"L2": np.square, "L1": np.abs}


@lru_cache(32)
def stability(penalty, batch_size):
    """A descent for each λ and step size: the sum (101, 17, 13) along it, and its ending (17, 13), into ENDINGS."""
    X, y = blobs(num_per_class=3)
    cell_reg, cell_eta = (each.ravel() for each in np.meshgrid(REGS, STEP_SIZES, indexing="ij"))
    starts = np.tile(np.random.default_rng(2).normal(size=(3, 2)), (len(cell_reg), 1, 1))
    W = np.stack(list(many_descents(starts, X, y, cell_reg, cell_eta, batch_size, 100, SLOPES[penalty])))
    scores = (W @ X.T).swapaxes(-1, -2)
    terms = hinge_terms(scores.reshape(-1, 3), np.resize(y, scores.size // 3))
    hinge = terms.reshape(scores.shape).sum(axis=-1).mean(axis=-1)
    total = hinge + cell_reg * SIZES[penalty](W).sum(axis=(-1, -2))
    diverged = np.abs(W[-1]).max(axis=(1, 2)) >= TOO_LARGE
    rises = np.diff(total[-21:], axis=0).max(axis=0) > 0.01 * total[-1] + 0.001
    shape = len(REGS), len(STEP_SIZES)
    lowest = total[-1].reshape(shape).min(axis=1).repeat(shape[1])
    far = total[-1] > 1.1 * lowest + 0.02
    return total.reshape(-1, *shape), np.select([diverged, rises, far], [3, 2, 0], 1).reshape(shape)


def stability_panel():
    """How a descent of 100 updates ends for every λ and step size, and the sum along one of them."""
    view = figures.StabilityFigure(STEP_SIZES, REGS, num_iters=100)
    on_line = np.argwhere(np.isclose(np.outer(REGS, STEP_SIZES), 1)).T

    def update(reg, step_size, batch_size, penalty):
        total, endings = stability(penalty, batch_size)
        row, column = int(np.argmax(REGS == reg)), int(np.argmax(STEP_SIZES == step_size))
        boundary = on_line if penalty == "L2" else on_line[:, :0]
        view.update(endings, row, column, boundary, np.arange(101), total[:, row, column])
        counts = [int((endings == k).sum()) for k in range(4)]
        ending, first, last = ENDINGS[endings[row, column]], *total[[0, -1], row, column]
        grows = " and grows" if ending == "oscillates" and last > first else ""
        return (
            f"{penalty}: this descent {ending}{grows}, from a sum of {say(first)} to {say(last)}. Of 221 "
            f"settings {counts[1]} converge, {counts[2]} oscillate, {counts[3]} diverge, {counts[0]} are not there yet."
        ) + penalty_alone(step_size, reg if penalty == "L2" else 0.0)

    return Panel(
        view.figure,
        update,
        reg=1.0,
        step_size=0.1,
        batch_size=9,
        num_examples=9,
        penalty=widgets.ToggleButtons(options=["L2", "L1"], value="L2", description="penalty"),
        states={
            "on the line ηλ = 1": {"step_size": 1.0},
            "beyond the line": {"step_size": 2.0},
            "L1 beyond the line": {"step_size": 2.0, "penalty": "L1"},
        },
    )
