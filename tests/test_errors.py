"""What an error means in words: by the line that failed and what it tried to do."""

import math

import numpy as np
import pytest

from lecture_support.calls import call

W, X, y = np.ones((3, 4)), np.ones((5, 4)), np.array([0, 2, 1, 0, 2])
TRUTH = "max and if want one number, and here is an array of them"


def whole_y_in_an_if(W, X, y):
    for i in range(len(X)):
        if (W @ X[i])[y] > 0:
            return 1


def assigns(W, X, y):
    dW = np.zeros(W.shape)
    dW[0] = X
    return dW


def adds_to_ints(W, X, y):
    dW = np.zeros(W.shape, dtype=int)
    dW += X[:3]
    return dW


@pytest.mark.parametrize(
    ("student", "words"),
    [
        (lambda W, X, y: np.max(0, X @ W.T), "np.max is not np.maximum: np.max(…, a) takes a for an axis"),
        (lambda W, X, y: np.min(0, X), "np.min is not np.minimum"),
        (lambda W, X, y: max(0, X @ W.T), f"{TRUTH}: np.maximum compares place by place"),
        (lambda W, X, y: 1 if X > 0 else 0, f"{TRUTH}: `X > 0` is an array of shape (5, 4), and np.maximum or"),
        (lambda W, X, y: X > 0 and W, f"{TRUTH}: `X > 0` is an array of shape (5, 4)"),
        (lambda W, X, y: not X, f"{TRUTH}: `X` is an array of shape (5, 4)"),
        (whole_y_in_an_if, "takes all of y: in a loop, y[i] is one of it"),
        (
            lambda W, X, y: W[0] - y,
            "`W[0]` of shape (4,) and `y` of shape (5,) do not fit together: NumPy compares them from the right, and 4 "
            "is not 5 (in",
        ),
        (lambda W, X, y: W @ X, "`W` of shape (3, 4) and `X` of shape (5, 4) do not fit together in a product"),
        (lambda W, X, y: W @ y[0], "`W` of shape (3, 4) and `y[0]` of shape (), a number, do not fit together in a"),
        (lambda W, X, y: X.dot(W), "as many columns on the left as rows on the right"),
        (lambda W, X, y: np.dot(X, W), "`X` of shape (5, 4) and `W` of shape (3, 4) do not"),
        (lambda W, X, y: X - y, "and 4 is not 5; write [:, None] to make (5,) into (5, 1) (in"),
        (lambda W, X, y: np.maximum(X, y), "`X` of shape (5, 4) and `y` of shape (5,) do not fit"),
        (assigns, "`dW[0]` is an array of shape (4,), and what it is given has another shape"),
        (adds_to_ints, "an array of whole numbers cannot take fractions"),
        (lambda W, X, y: y[5], "`y` is an array of shape (5,), counted from 0, and `5` is 5"),
        (lambda W, X, y: y[0, 1], "`y` is an array of shape (5,), and 2 places are asked of it"),
        (lambda W, X, y: X[W[0]], "a place in an array is a whole number, and `W[0]` is an array of shape (4,)"),
        (lambda W, X, y: (X, y)[y], "`(X, y)` is a tuple of 2, not an array: take it apart first"),
        (lambda W, X, y: y[0][1], "`y[0]` is one number, 0, and has no places"),
        (
            lambda W, X, y: [k for k in range(X[0])],
            "`range` wants one number, and `X[0]` is an array of shape (4,): range",
        ),
        (lambda W, X, y: range(2.5), "`range` wants a whole number, and `2.5` is 2.5"),
        (lambda W, X, y: math.exp(y), "`exp` wants one number, and `y` is an array of shape (5,): NumPy's own"),
        (lambda W, X, y: eval("score", {}), "there is nothing called `score` here"),
        (lambda W, X, y: [a for a, b in X], "the left side takes apart what the right side does not hold"),
        (lambda W, X, y: np.linalg.inv(W[:, :3]), "stopped with LinAlgError: Singular matrix (in the line `"),
        (lambda W, X, y: W.no_such_thing, "W is an array of shape (3, 4)"),
        (lambda W, X: W, "it takes 2 and is called with 3 arguments"),
        (lambda W, X, y: {}[len((1, 2))], "KeyError: 2"),
    ],
)
def test_an_error_is_told_by_what_its_line_tried_to_do(student, words):
    outcome = call(student, (W, X, y))
    assert words in outcome.trouble
    assert "(in the line `" in outcome.trouble or "it takes" in outcome.trouble
    assert "ambiguous" not in outcome.trouble and "gufunc" not in outcome.trouble


def test_an_error_of_a_function_that_shows_no_line_is_told_as_it_is():
    assert (
        call(int, ("x",)).trouble
        == "your function stopped with ValueError: invalid literal for int() with base 10: 'x'."
    )
    exec(compile("def unseen(x):\n    raise KeyError(x)", "<nowhere>", "exec"), namespace := {})
    assert call(namespace["unseen"], (1,)).trouble == "your function stopped with KeyError: 1."
