"""What a function may be given: each rule once, and a ValueError that states it and says what came instead.

NumPy's scalars count as the numbers that they hold. True and False are no numbers here, because one that is passed by
mistake would count as 1 or 0.
"""

import math
import reprlib
from numbers import Integral, Real

import numpy as np


class NotWritten(ValueError):
    """A student's function that returns nothing yet, as it was handed out."""


def array(name, value):
    """The value as an array of whatever type. Raises ValueError for rows of different lengths."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} is an array, its rows of one length, not {reprlib.repr(value)}") from None


def numbers(name, value):
    """The value as an array of floats; ints become float64, because small ones would overflow unseen."""
    found = array(name, value)
    if found.dtype.kind not in "fiu":
        raise ValueError(f"{name} is a number or an array of numbers, not {reprlib.repr(value)}")
    return found if found.dtype.kind == "f" else found.astype(float)


def number(name, value, rule=""):
    """The value as a float. Raises ValueError unless it is finite and keeps to the rule: " above 0", ", 0 or more"."""
    fits = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or (rule and value < 0) or (rule == " above 0" and value == 0):
        raise ValueError(f"{name} is a finite number{rule}, not {value!r}")
    return float(value)


def count(name, value, most=None):
    """The value as an int. Raises ValueError unless it is one from 1, and to N where there is a most, N."""
    if isinstance(value, bool) or not (isinstance(value, Integral) and 1 <= value and (most is None or value <= most)):
        end = "" if most is None else f" to N = {most}"
        raise ValueError(f"{name} is an int from 1{end}, not {value!r}")
    return int(value)


def function(name, value):
    """The value, which has to be one that can be called."""
    if not callable(value):
        raise ValueError(f"{name} is a function, not {reprlib.repr(value)}: give its name, without calling it")
    return value


def loss_and_gradient(name, result, shape):
    """The two results of the loss or penalty that is called name: a number, and an array of W's shape."""
    written(name, result)
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise ValueError(f"{name} returns two results, a number and its gradient, not {reprlib.repr(result)}")
    if getattr(result[1], "shape", None) != shape:
        raise ValueError(f"the gradient is an array of W's shape {shape}, but {name} returns {reprlib.repr(result[1])}")
    return result


def written(name, result):
    """A result of the student's function that is called name. Raises NotWritten where there is none yet."""
    if result is None:
        raise NotWritten(f"{name} returns nothing yet: write it, run its cell, and then run this cell again.")
    return result


def generator(seed):
    """NumPy's generator of random numbers for this seed."""
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise ValueError(f"seed is an int, 0 or more, not {seed!r}") from None


def without_subnormals(values):
    """The values, with 0 for each float32 below the smallest normal one, 1.2e-38; float64 is left as it is.

    Softmax of scores that lie 88 apart makes such numbers, and a weight that only decays ends as one. They are too
    small to matter, but on some processors a product with them takes six times as long.
    """
    if values.dtype == np.float32:
        values *= np.abs(values) >= np.finfo(np.float32).tiny
    return values
