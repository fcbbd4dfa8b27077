"""The two losses of the lecture, each with its gradient.

Conventions of the whole package, said once here:

- `X` is (N, D): one example a row. `y` is (N,): its class, an int from 0 to C - 1. `W` is (C, D): one row a class.
  `scores = X @ W.T` is (N, C): the notes' f(x, W) = W x, for all examples at once.
- A loss is a mean over the N examples. Logarithms are natural, so a softmax loss is in nats.
- The penalty is lambda * sum(W**2), its gradient 2 * lambda * W; in code lambda is `reg`.
- A bias is a last column of ones in `X` (`data.add_bias`), so it is the last column of `W`.
- At a kink, where a loss or a penalty has no slope, the subgradient taken is 0.
- The floating-point type of `X` and `W` is kept: float32 in, float32 arithmetic.
"""

import reprlib

import numpy as np

from lecture_support.arguments import array, number, numbers, without_subnormals


def svm_loss(W, X, y, delta=1.0):
    """Multiclass SVM (hinge) loss, a mean over the examples, and its gradient dW of W's shape.

    Each wrong class j of example i adds max(0, s_j - s_yi + delta), in units of score. Where that is positive, x_i is
    added to row j of dW and taken from row y_i. Raises ValueError for input that does not fit (see `scores_of`).
    Source: lecture 3, "Multiclass SVM loss"; Weston and Watkins (1999).
    """
    scores = scores_of(W, X, y)
    margins = terms_of(scores, y, delta)
    dscores = (margins > 0).astype(scores.dtype)
    dscores[np.arange(len(y)), y] = -dscores.sum(axis=1)
    dscores /= len(y)
    return float(margins.sum() / len(y)), dscores.T @ X


def softmax_loss(W, X, y):
    """Softmax (cross-entropy) loss in nats, a mean over the examples, and its gradient dW of W's shape.

    Example i costs -log p_yi, and the slope along its scores is p - 1 at y_i and p elsewhere. Scores of any size are
    safe while their differences are finite. Raises ValueError for input that does not fit (see `scores_of`).
    Source: lecture 3, "Softmax classifier".
    """
    scores = scores_of(W, X, y)
    correct = np.arange(len(y)), y
    shifted = scores - scores.max(axis=1, keepdims=True)
    dscores = np.exp(shifted)
    total = dscores.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - shifted[correct]).sum() / len(y)
    dscores /= total
    dscores[correct] -= 1
    dscores /= len(y)
    return float(loss), without_subnormals(dscores).T @ X


def hinge_terms(scores, y, delta=1.0):
    """The (N, C) terms max(0, s_j - s_yi + delta) of the hinge loss, with 0 where j is the correct class.

    Raises ValueError for scores that are not (N, C) or not finite, labels that do not fit them, and a delta below 0.
    """
    scores = finite(numbers("scores", scores))
    if scores.ndim != 2:
        raise ValueError(f"scores is (N, C), one row an example, but it is {scores.shape}")
    check_labels(y, *scores.shape)
    return terms_of(scores, y, delta)


def terms_of(scores, y, delta):
    """What `hinge_terms` returns, for scores and labels that are known to fit."""
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + number("delta", delta, ", 0 or more"))
    margins[rows, y] = 0
    return margins


def probabilities(scores):
    """Softmax along the last axis: (N, C) scores to (N, C) probabilities, each row summing to 1.

    The greatest score is subtracted before exp, which changes no probability and keeps exp from overflowing. Raises
    ValueError for scores that are none or not finite.
    """
    scores = finite(numbers("scores", scores))
    exp = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return without_subnormals(exp / exp.sum(axis=-1, keepdims=True))


def finite(scores):
    """The scores, which have to be finite, and one at least. Raises ValueError else."""
    if not (scores.size and np.isfinite(scores).all()):
        raise ValueError(f"scores are finite numbers, one at least, not {reprlib.repr(scores)}")
    return scores


def accuracy(W, X, y):
    """The share of the examples, from 0 to 1, whose highest score is that of their own class (of a tie: the first)."""
    return float(np.mean(scores_of(W, X, y).argmax(axis=1) == y))


def scores_of(W, X, y):
    """The scores X @ W.T, (N, C), after checking that W (C, D), X (N, D) and y (N,) fit together.

    Raises ValueError that states the rule and what came: shapes that do not fit, no floats, an empty batch, labels that
    are not ints from 0 to C - 1, scores that are not finite. NaN in X is seen in the scores: X is not read once more.
    """
    X, W = array("X", X), array("W", W)
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1]:
        raise ValueError(f"X is (N, D) and W is (C, D) with the same D, but X is {X.shape} and W is {W.shape}")
    if np.result_type(X.dtype, W.dtype).kind != "f":
        raise ValueError(f"X and W hold numbers, floats in one of them at least, but are {X.dtype} and {W.dtype}")
    check_labels(y, len(X), len(W))
    with np.errstate(over="ignore", invalid="ignore"):
        scores = X @ W.T
    if not np.isfinite(scores).all():
        bad = int(np.argmin(np.isfinite(scores).all(axis=1)))
        raise ValueError(f"X and W are finite and their scores too, but example {bad} has the scores {scores[bad]}")
    return scores


def check_labels(y, num_examples, num_classes):
    """Raise ValueError unless y holds an int from 0 to C - 1 for each of N examples, and N is not 0."""
    y = array("y", y)
    if y.shape != (num_examples,):
        raise ValueError(f"y holds one label for each of the N = {num_examples} examples, but its shape is {y.shape}")
    if num_examples == 0:
        raise ValueError("a batch holds at least one example, but this one has none")
    if y.dtype.kind not in "iu":
        raise ValueError(f"y holds class numbers of an int type, but its type is {y.dtype}")
    if y.min() < 0 or y.max() >= num_classes:
        raise ValueError(f"y holds classes from 0 to C - 1 = {num_classes - 1}, but runs from {y.min()} to {y.max()}")
