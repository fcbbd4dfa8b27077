"""The gradient by measuring instead of by calculus, and how far the two may lie apart."""

import reprlib
from dataclasses import dataclass
from numbers import Real

import numpy as np

from lecture_support.arguments import array, function, loss_and_gradient, number, numbers


def numerical_gradient(f, W, h=1e-5, centered=True):
    """The slope of f at W, one weight at a time: an array of W's shape from f(W) -> a number.

    Centred, it is (f(W + h) - f(W - h)) / 2h, off by h**2: two calls of f for each weight. Else (f(W + h) - f(W)) / h,
    off by h: one call for each weight and one more. W keeps its values and its float type, so float32 shows its
    rounding. Raises ValueError unless h is above 0 and finite, W holds floats, and f returns one number. Source:
    lecture 3, the slide "W + h".
    """
    h, W = number("h", h, " above 0"), floats(W).copy()
    function("f", f)

    def loss(W):
        found = f(W)
        if not isinstance(found, Real | np.ndarray) or np.ndim(found):
            raise ValueError(f"f(W) returns the loss alone, one number, not {reprlib.repr(found)}")
        return found

    gradient = np.zeros_like(W)
    here = None if centered else loss(W)
    for index in np.ndindex(W.shape):
        kept = W[index]
        W[index] = kept + h
        above = loss(W)
        if centered:
            W[index] = kept - h
            gradient[index] = (above - loss(W)) / (2 * h)
        else:
            gradient[index] = (above - here) / h
        W[index] = kept
    return gradient


def floats(W):
    """W as an array, after checking that it holds floats, and one at least. Raises ValueError else."""
    W = array("W", W)
    if W.dtype.kind != "f" or not W.size:
        raise ValueError(f"W holds floats, because h is added to them, not {reprlib.repr(W)}")
    return W


def relative_error(a, n):
    """|a - n| / max(|a|, |n|) for each element: from 0 to 2, 0 where both are 0, NaN where one is not finite.

    Dividing by the size makes one threshold fit all weights: a difference of 1e-4 is fine between slopes of 1 and
    telling between slopes of 1e-4. Raises ValueError where the shapes differ. Source: the course's notes, "Gradient
    checks".
    """
    a, n = numbers("a", a), numbers("n", n)
    if a.shape != n.shape:
        raise ValueError(f"a and n have the same shape, but a is {a.shape} and n is {n.shape}")
    size = np.maximum(np.abs(a), np.abs(n))
    with np.errstate(over="ignore", invalid="ignore"):
        return np.abs(a - n) / np.where(size == 0, 1, size)


@dataclass(frozen=True)
class GradientCheck:
    """What a gradient check found: the largest relative error, and the weight (an index of W) where it is."""

    error: float
    index: tuple
    analytic: float
    numerical: float
    num_checked: int

    @property
    def verdict(self):
        """The course's reading of the error, in words: above 1e-2 or NaN wrong, under 1e-7 right, two steps between."""
        if not self.error <= 1e-2:
            return "wrong"
        if self.error > 1e-4:
            return "uncomfortable"
        if self.error > 1e-7:
            return "fine where there are kinks"
        return "right"

    def __str__(self):
        return (
            f"{self.verdict}: largest relative error {self.error:.1e} of {self.num_checked} weights, at "
            f"W{list(self.index)}: analytic {self.analytic:.6g}, numerical {self.numerical:.6g}"
        )


def check_gradient(f, W, h=1e-5, centered=True):
    """Compare the gradient that f(W) -> (loss, dW) returns with the numerical one, at every weight of W.

    Raises ValueError where f does not return both or dW has not the shape of W. Source: lecture 3, "In practice:
    gradient check".
    """
    W = floats(W)
    _, analytic = loss_and_gradient("f", function("f", f)(W), W.shape)
    numerical = numerical_gradient(lambda V: f(V)[0], W, h, centered)
    errors = relative_error(analytic, numerical)
    worst = np.unravel_index(np.argmax(errors), errors.shape)
    index = tuple(int(i) for i in worst)
    return GradientCheck(float(errors[worst]), index, float(analytic[worst]), float(numerical[worst]), errors.size)
