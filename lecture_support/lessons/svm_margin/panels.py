"""The panels of notebook 1, a function each: on the helper's own maths, or on what the notebook gives it.

In each, what is drawn of a line w·x + b is worked out here, and the figure is given places.
"""

from functools import lru_cache

import ipywidgets as widgets
import numpy as np

from lecture_support.arguments import written
from lecture_support.data import add_bias, noodles
from lecture_support.descent import descend
from lecture_support.lessons.svm_margin.figures import MarginFigure
from lecture_support.panel import Panel
from lecture_support.penalties import l2, objective
from lecture_support.words import fate, many

NUM_ITERS = 200
THIN = 0.2  # a band narrower than this is thinner than the lines that would draw it
NOWHERE = np.empty((0, 2))


def binary_hinge(W, X, t):
    """The hinge loss of two classes, t (N,) of 1 and -1, at one row of weights W (1, D), and its gradient."""
    missing = np.maximum(0, 1 - t * (X @ W[0]))
    return missing.mean(), -((missing > 0) * t)[None] @ X / len(X)


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
    view = MarginFigure(points, (t < 0).astype(int), ["jjamppong (+1)", "jjajang (−1)"], NUM_ITERS)
    grid = add_bias(view.plane.grid)

    def update(reg, step_size, batch_size, iteration):
        path = written("walk", walk(reg, step_size, batch_size))
        position = min(iteration, len(path.updates) - 1)
        row = path.W[position][0]
        length = np.linalg.norm(row[:2])
        right_side = t * (X @ row)
        ringed = right_side < 1.01  # at the end of a descent an example on its edge is a little short of it
        s = grid @ row
        plane = (s < 0).astype(int), np.abs(s) < 1, ringed, [across(row, 0)], edges_of(row)
        hinge = np.maximum(0, 1 - right_side)
        view.update(plane, arrow_of(row), right_side, hinge, (path.updates, path.loss, position))
        band = f"the band is 2/‖w‖ = {2 / length:.3g} wide" if length > 1e-9 else "w is 0: no line yet"
        return (
            f"After {many(path.updates[position], 'update')} {band}; {ringed.sum()} of {len(t)} examples are not clear "
            f"of their edge (ringed). Hinge loss {hinge.mean():.3g} + penalty {reg * length**2:.3g} = "
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
            "no penalty": {"reg": 0.0, "step_size": 10.0},
            "wide band": {"reg": 0.5, "step_size": 0.1},
            "one example a step": {"batch_size": 1},
            "step size too large": {"reg": 0.5, "step_size": 5.0},
        },
    )


def across(row, level):
    """Points (301, 2) of the line w·x + b = level for row = (w, b), from its foot both ways; none where w is 0."""
    w, b = row[:2], row[2]
    if np.linalg.norm(w) < 1e-9:
        return NOWHERE
    foot = (level - b) * w / (w @ w)
    along = np.array([-w[1], w[0]]) / np.linalg.norm(w)
    return foot + np.linspace(-15, 15, 301)[:, None] * along


def edges_of(row):
    """The two edges of a line's band, or no places where the band is too thin to be drawn beside its line."""
    thin = 2 < THIN * np.linalg.norm(row[:2])
    return [NOWHERE if thin else across(row, level) for level in (1, -1)]


def arrow_of(row):
    """The two ends (2, 2) of w, from the line to the edge of the band; both in one place where that cannot be drawn."""
    length = np.linalg.norm(row[:2])
    foot = across(row, 0)[150] if length > 1e-9 else np.zeros(2)
    return np.array([foot, foot + row[:2] / length**2 if 0.05 < length < 2 / THIN else foot])
