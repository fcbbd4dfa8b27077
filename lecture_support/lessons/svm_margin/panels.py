"""The panels of notebook 1, a function each: on the helper's own maths, or on what the notebook gives it.

In each, what is drawn of a line w·x + b is worked out here, and the figure is given places.
"""

from functools import cache, lru_cache

import ipywidgets as widgets
import numpy as np

from lecture_support.arguments import written
from lecture_support.data import CLASSES, DEMO_W, LABELS, SCORES, add_bias, blobs, demo_points, digits, noodles
from lecture_support.descent import descend
from lecture_support.lessons.svm_margin.figures import (
    BandsFigure,
    DeleteFigure,
    LedgerFigure,
    MarginFigure,
    ScoreFigure,
    TemplateFigure,
    times_x,
)
from lecture_support.losses import hinge_terms, svm_loss
from lecture_support.panel import Panel, number_slider
from lecture_support.penalties import l2, objective
from lecture_support.words import fate, signed

NUM_ITERS = 200
NOODLES = ["jjamppong (+1)", "jjajang (−1)"]
PAIRS = BandsFigure.PAIRS
NOWHERE = np.empty((0, 2))


def binary_hinge(W, X, t):
    """The hinge loss of two classes, t (N,) of 1 and -1, at one row of weights W (1, D), and its gradient."""
    missing = np.maximum(0, 1 - t * (X @ W[0]))
    return missing.mean(), -((missing > 0) * t @ X / len(X)).reshape(W.shape)


def margin_panel(points=None, t=None, walk=None):
    """The line between two classes, its band and w, each example on the hinge, and the loss along the descent.

    points (N, 2) and t (N,), 1 or -1, are the noodles unless given; walk(reg, step_size, batch_size) -> Path is a
    descent of 200 updates over them, with weights (1, 3).
    """
    points, t = noodles() if points is None else (points, t)
    X = add_bias(points)

    def own_walk(reg, step_size, batch_size):
        f = objective(binary_hinge, l2, reg, bias=True)
        return descend(f, np.zeros((1, 3)), X, t, step_size, batch_size, NUM_ITERS)

    walk = lru_cache(128)(walk or own_walk)
    view = MarginFigure(points, (t < 0).astype(int), NOODLES, NUM_ITERS)
    grid = add_bias(view.plane.grid)

    def update(reg, step_size, batch_size, iteration):
        path = written("walk", walk(reg, step_size, batch_size))
        position = min(iteration, len(path.updates) - 1)
        row = path.W[position][0]
        length = np.linalg.norm(row[:2])
        right_side = t * (X @ row)
        ringed = right_side < 1.01  # at the end of a descent an example on its edge is a little beside it
        hinge = np.maximum(0, 1 - right_side)
        plane = two_regions(row, grid, ringed)
        view.update(plane, arrow_of(row), right_side, hinge, (path.updates, path.loss, position))
        band = f"the band is 2/‖w‖ = {2 / length:.3g} wide" if length > 1e-9 else "w is 0, no line yet"
        return (
            f"Update {path.updates[position]}: {band}; {ringed.sum()} of {len(t)} examples (ringed) are "
            f"not clear of it. Hinge {hinge.mean():.3g} + penalty {reg * length**2:.3g} = loss "
            f"{path.loss[position]:.3g}." + fate(path, step_size, reg)
        )

    return Panel(
        view.figure,
        update,
        reg=0.01,
        step_size=0.5,
        batch_size=len(t),
        num_examples=len(t),
        iteration=widgets.IntSlider(NUM_ITERS, 0, NUM_ITERS, 2, description="update"),
        play="iteration",
        states={
            "one example a step": {"batch_size": 1},
            "λ = 0, η = 10": {"reg": 0.0, "step_size": 10.0},
            "λ = 0.5, η = 5": {"reg": 0.5, "step_size": 5.0},
        },
    )


@cache
def template_weights():
    """W (10, 65) for the digits, its last column the bias: what a short descent finds on the training images."""
    X, y, _, _ = digits()
    f = objective(svm_loss, l2, 0.01, bias=True)
    return descend(f, np.zeros((10, 65)), add_bias(X), y, 0.1, 64, 300, record_every=300).W[-1]


def template_panel():
    """An image of a digit against ten templates: what each scores, and how the score of one comes about."""
    W = template_weights()
    _, _, X, y = digits()
    view = TemplateFigure(range(10))

    def update(image, template):
        scores = W @ np.append(X[image], 1)
        view.update(X[image], W[:, :-1], template, scores)
        second, best = scores.argsort()[-2:]
        product, bias = X[image] @ W[template, :-1], W[template, -1]
        return (
            f"Best match of this {y[image]}: template {best}, with the score {signed(scores[best])}; then template "
            f"{second}, {signed(scores[second])}. Template {template}: its products with the pixels sum to "
            f"{signed(product)}, the bias is {signed(bias)}, so the score is {signed(scores[template])}."
        )

    return Panel(
        view.figure,
        update,
        image=widgets.IntSlider(0, 0, 29, description="image"),
        template=widgets.IntSlider(0, 0, 9, description="template"),
        states={"a 3": {"image": 1, "template": 3}, "a 3, against 8": {"image": 1, "template": 8}},
    )


KINDS = "hinge", "all j (Q4)", "mean over j (Q5)", "squared (Q6)", "runner-up only"


def score_panel():
    """The slide's three images: their scores, from where a wrong class costs, and the loss under five definitions."""
    view = ScoreFigure(CLASSES)

    def update(kind, change, scale, delta):
        scores = SCORES.copy()
        scores[1, 1] += change
        scores *= scale
        terms = hinge_terms(scores, LABELS, delta)
        active = (terms > 0).sum()
        if kind == "all j (Q4)":
            terms[[0, 1, 2], LABELS] = delta
        if kind == "mean over j (Q5)":
            terms /= 2
        if kind == "squared (Q6)":
            terms **= 2
        if kind == "runner-up only":
            terms *= np.arange(3) == terms.argmax(axis=1)[:, None]
        view.update(scores, LABELS, scores[[0, 1, 2], LABELS] - delta, terms)
        cat, car, frog = terms.sum(axis=1)
        tall = " The tallest bar does not fit." if max(cat, car, frog) > view.TOP else ""
        return (
            f"Loss: {kind}. Cat image {cat:.4g}, car image {car:.4g} (its car score is {scores[1, 1]:.3g}), frog image "
            f"{frog:.4g}; mean {terms.sum() / 3:.5g}. {active} of 6 wrong classes do not trail the right one by "
            f"Δ = {delta:g}.{tall}"
        )

    return Panel(
        view.figure,
        update,
        kind=widgets.Dropdown(options=KINDS, description="loss"),
        change=number_slider("car score", 0.0, [k / 2 for k in range(-8, 3)]),
        scale=number_slider("scores ×", 1.0, [k / 4 for k in range(9)]),
        delta=number_slider("Δ", 1.0, [k / 2 for k in range(7)]),
        states={
            "car score −0.5": {"change": -0.5},
            "all scores 0": {"scale": 0.0},
            "2W": {"scale": 2.0},
            "right, but close": {"change": -2.5},
            "right, but close: 2W": {"change": -2.5, "scale": 2.0},
            "squared": {"kind": "squared (Q6)"},
        },
    )


def plane_panel(gradient=None):
    """Three classes in the plane: regions, bands and their widths, and the loss along the descent.

    gradient(W, X, y) -> dW is the mean hinge loss's, the helper's own unless given; the loss shown is always right.
    """
    points, y = blobs(seed=2, num_per_class=20)
    X = add_bias(points)

    def loss(W, X, y):
        value, dW = svm_loss(W, X, y)
        return value, dW if gradient is None else np.asarray(written(gradient.__name__, gradient(W, X, y)))

    @lru_cache(128)
    def walk(reg, step_size, batch_size):
        f = objective(loss, l2, reg, bias=True)
        return descend(f, np.zeros((3, 3)), X, y, step_size, batch_size, NUM_ITERS)

    view = BandsFigure(points, y, ["class 0", "class 1", "class 2"], NUM_ITERS)
    grid = add_bias(view.plane.grid)

    def update(reg, step_size, batch_size, iteration):
        path = walk(reg, step_size, batch_size)
        position = min(iteration, len(path.updates) - 1)
        W = path.W[position]
        scores = X @ W.T
        terms = hinge_terms(scores, y)
        ringed = terms.any(axis=1)
        lengths = [np.linalg.norm(W[i, :2] - W[j, :2]) for i, j in PAIRS]
        widths = [2 / length if length > 1e-9 else 0 for length in lengths]
        view.update(three_regions(W, grid, ringed), widths, (path.updates, path.loss, position))
        bands = ", ".join(f"{i}|{j} {width:.3g}" for (i, j), width in zip(PAIRS, widths, strict=True) if width)
        right = (scores.argmax(axis=1) == y).sum()
        return (
            f"Update {path.updates[position]}: {f'bands {bands} wide' if bands else 'all scores are equal, no bands'}. "
            f"{ringed.sum()} of {len(y)} examples cost (ringed), {right} classified right. Hinge "
            f"{terms.sum() / len(y):.3g} + penalty {reg * (W[:, :2] ** 2).sum():.3g} = loss {path.loss[position]:.3g}."
            + fate(path, step_size, reg)
        )

    return Panel(
        view.figure,
        update,
        reg=0.01,
        step_size=0.5,
        batch_size=len(y),
        num_examples=len(y),
        iteration=widgets.IntSlider(NUM_ITERS, 0, NUM_ITERS, 2, description="update"),
        play="iteration",
        states={
            "before the first update": {"iteration": 0},
            "strong penalty": {"reg": 0.2},
            "one example a step": {"batch_size": 1},
            "λ = 0.2, η = 10": {"reg": 0.2, "step_size": 10.0},
        },
    )


def ledger_of(W, X, y):
    """What a step adds to each row of W, (N, C) in multiples of x: -1 where a class costs, their number at y."""
    ledger = -(hinge_terms(X @ W.T, y) > 0).astype(int)
    ledger[np.arange(len(y)), y] = -ledger.sum(axis=1)
    return ledger


def ledger_panel():
    """The nine points of the course's web demo, and the ledger of what each adds to each row of W."""
    points, y = demo_points()
    X = add_bias(points)

    @lru_cache(128)
    def walk(reg, step_size, batch_size):
        return descend(objective(svm_loss, l2, reg, bias=True), DEMO_W, X, y, step_size, batch_size, 100)

    view = LedgerFigure(points, y, ["class 0", "class 1", "class 2"])
    grid = add_bias(view.plane.grid)

    def update(reg, step_size, batch_size, example, iteration):
        path = walk(reg, step_size, batch_size)
        position = min(iteration, len(path.updates) - 1)
        W = path.W[position]
        costs, ledger = hinge_terms(X @ W.T, y).sum(axis=1), ledger_of(W, X, y)
        view.update(three_regions(W, grid, np.arange(9) == example, limit=1.0), example, ledger)
        line = ", ".join(map(times_x, ledger[example]))
        adds = f"{line}, times η/{batch_size}" if costs[example] else "nothing"
        return (
            f"Update {path.updates[position]}: {ledger.any(axis=1).sum()} of 9 lines have entries. Example {example} "
            f"costs {costs[example]:.3g} and adds {adds}. Loss {path.loss[position]:.3g}: hinge {costs.mean():.3g}, "
            f"penalty {reg * (W[:, :2] ** 2).sum():.4g}." + fate(path, step_size, reg)
        )

    return Panel(
        view.figure,
        update,
        reg=0.1,
        step_size=0.1,
        batch_size=9,
        num_examples=9,
        example=widgets.IntSlider(0, 0, 8, description="example"),
        iteration=widgets.IntSlider(10, 0, 100, description="update"),
        play="iteration",
        states={
            "a silent example": {"example": 2},
            "λ = 0.2, update 100": {"reg": 0.2, "iteration": 100},
            "λ = 0, η = 1, update 100": {"reg": 0.0, "step_size": 1.0, "iteration": 100},
        },
    )


def best_line(X, t, reg, share, delta=1.0):
    """The row (w, b) that minimises share * sum(max(0, delta - t s)) + reg * (w² + b²), and the pull of each example.

    Dual coordinate ascent: the pulls (N,), between 0 and share, are moved one at a time, and 2 * reg * row is
    sum(pull * t * x). Source: Hsieh and others (2008).
    """
    sides = X * t[:, None]
    gram = sides @ sides.T / (2 * reg)  # what one unit of an example's pull adds to t * s of each
    pull, ts, lengths = np.zeros(len(X)), np.zeros(len(X)), np.diag(gram).tolist()
    for _ in range(3000):
        largest = 0
        for i, length in enumerate(lengths):
            before = pull[i]
            change = min(max(before + (delta - ts[i]) / length, 0), share) - before
            if change:
                pull[i] += change
                ts += change * gram[i]
                largest = max(largest, abs(change) / (2 * reg))
        if largest < 1e-12:
            break
    return pull @ sides / (2 * reg), pull


GONE = "one that pulls", "all without a pull"


def delete_panel():
    """The best line of all the noodles, and the best line after some of them were deleted."""
    points, t = noodles()
    X, N = add_bias(points), len(t)
    line = lru_cache(512)(lambda kept, reg, share: best_line(X[list(kept)], t[list(kept)], reg, share))
    view = DeleteFigure(points, (t < 0).astype(int), NOODLES)
    grid = add_bias(view.before.grid)

    def update(strength, delete, keep):
        before, pull = line(tuple(range(N)), strength, 1 / N)
        kept = pull > 1e-9 if delete == GONE[1] else np.arange(N) != pull.argmax()
        share = N if keep else kept.sum()
        after, _ = line(tuple(np.flatnonzero(kept)), strength, 1 / share)
        touching = [t * (X @ row) < 1 + 1e-6 for row in (before, after)]
        view.update(two_regions(before, grid, touching[0]), two_regions(after, grid, kept & touching[1]), kept)
        was, now = (2 / np.linalg.norm(row[:2]) for row in (before, after))
        moved = np.abs(after - before).max()
        verdict = "W stays: no weight moves by more than 1e−8" if moved < 1e-8 else f"W moves by up to {moved:.2g}"
        return (
            f"{(pull > 1e-9).sum()} of {N} examples pull, {(pull > 1 / N - 1e-9).sum()} at the limit 1/{N}. Deleted: "
            f"{delete}; {kept.sum()} are left, each with the share 1/{share}. {verdict}. The band was {was:.3f} wide "
            f"and is now {now:.3f} wide."
        )

    return Panel(
        view.figure,
        update,
        strength=number_slider("λ (reg)", 0.1, (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)),
        delete=widgets.Dropdown(options=GONE, description="delete"),
        keep=widgets.Checkbox(True, description="keep 1/N"),
        states={
            "all without a pull": {"delete": GONE[1]},
            "1/N becomes 1/N′": {"delete": GONE[1], "keep": False},
            "small λ, 1/N′": {"delete": GONE[1], "strength": 0.001, "keep": False},
        },
    )


def two_regions(row, grid, ringed):
    """What a MarginPlane shows of one line: the sides, the inside of its band, the rings, the line, its edges."""
    s = grid @ row
    return (s < 0).astype(int), np.abs(s) < 1, ringed, [across(row, 0)], edges_of(row)


def three_regions(W, grid, ringed, limit=4.0):
    """The same of three classes: in a band the best score leads by less than 1; each border as far as it decides."""

    def seen(places, i, j):
        scores = add_bias(places) @ W.T
        return places[scores[:, 3 - i - j] <= np.minimum(scores[:, i], scores[:, j])]

    scores = grid @ W.T
    second, best = np.sort(scores, axis=1)[:, 1:].T
    lines = [seen(across(W[i] - W[j], 0), i, j) for i, j in PAIRS]
    edges = [seen(edge, i, j) for i, j in PAIRS for edge in edges_of(W[i] - W[j], limit)]
    return scores.argmax(axis=1), best - second < 1, ringed, lines, edges


def across(row, level):
    """Points (301, 2) of the line w·x + b = level for row = (w, b), from its foot both ways; none where w is 0."""
    w, b = row[:2], row[2]
    if np.linalg.norm(w) < 1e-9:
        return NOWHERE
    foot = (level - b) * w / (w @ w)
    along = np.array([-w[1], w[0]]) / np.linalg.norm(w)
    return foot + np.linspace(-15, 15, 301)[:, None] * along


def edges_of(row, limit=4.0):
    """The two edges of a line's band; no places where, in a plane from -limit to limit, they would lie on the line."""
    thin = 2 < limit / 20 * np.linalg.norm(row[:2])
    return [NOWHERE if thin else across(row, level) for level in (1, -1)]


def arrow_of(row):
    """The two ends (2, 2) of w, as long as it is, from the line on; in one place where it is too short to be drawn."""
    length = np.linalg.norm(row[:2])
    foot = across(row, 0)[150] if length > 0.05 else np.zeros(2)
    return np.array([foot, foot + row[:2] * min(1, 12 / length) if length > 0.05 else foot])  # 12: out of the picture
