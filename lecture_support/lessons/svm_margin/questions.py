"""What notebook 1 asks before a slider moves, and how each answer is computed."""

import numpy as np

from lecture_support.data import add_bias, noodles
from lecture_support.predictions import Question


def width(path):
    """The width of the band at the end of a descent."""
    return 2 / np.linalg.norm(path.W[-1][0, :2])


def band_and_crowd(walk):
    points, t = noodles()
    few, many = (walk(reg, 0.1, len(t)) for reg in (0.01, 0.5))
    inside = [np.sum(t * (add_bias(points) @ path.W[-1][0]) < 1.01) for path in (few, many)]
    return (
        f"{'wider' if width(many) > width(few) else 'narrower'}, {'more' if inside[1] > inside[0] else 'fewer'} in it"
    )


BAND = Question(
    "λ goes from 0.01 to 0.5. What becomes of the band, and of the number of examples in it?",
    choices=("wider, more in it", "wider, fewer in it", "narrower, more in it", "narrower, fewer in it"),
    answer=band_and_crowd,
    why="λ makes a long w expensive. A shorter w has a wider band, and the examples in it are the price of the width.",
    see="the panel below, the button 'wide band'",
)


def widest_without_penalty(walk):
    no_penalty, some_penalty = (width(walk(reg, 10.0, 60)) for reg in (0.0, 0.01))
    return "yes" if no_penalty >= some_penalty else "no"


NO_PENALTY = Question(
    "λ = 0 and η = 10: the hinge loss is soon 0, all examples are clear of the band. Is it then as wide as it can be?",
    choices=("yes", "no"),
    answer=widest_without_penalty,
    why="Once no example costs anything, nothing pulls any more. Only λ asks for width.",
    see="the panel below, the button 'no penalty', and then λ from 0 to 0.01",
)
