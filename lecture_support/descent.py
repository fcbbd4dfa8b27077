"""(Mini-batch) gradient descent as a recorded path, so that a picture can walk along it."""

import reprlib
from dataclasses import dataclass

import numpy as np

from lecture_support.arguments import array, count, function, generator, loss_and_gradient, number, without_subnormals

TOO_LARGE = 1e8  # a weight beyond this has left every picture, and its square still fits into float32


@dataclass(frozen=True, eq=False)
class Path:
    """A descent as it was walked: what was recorded at the start and after every `record_every`-th update.

    `W` (K, C, D) are the weights and `loss` (K,) the objective over all N examples, at the recorded `updates` (K,) from
    0 to the last; `examples_seen` (K,) counts the examples used until then. With record_every=1, K is num_iters + 1.
    `diverged_at` is None, or the update that was given up; `why` says why, and is "" else. Every number is finite.
    """

    W: np.ndarray
    loss: np.ndarray
    updates: np.ndarray
    examples_seen: np.ndarray
    diverged_at: int | None
    why: str


def descend(f, W, X, y, step_size, batch_size, num_iters, seed=0, record_every=1):
    """Walk num_iters updates W -= step_size * dW, each with the gradient of one mini-batch, and return the Path.

    f(W, X, y) -> (total, dW) is what `penalties.objective` returns, or a loss. Batches come from `minibatches`: with
    batch_size N it is plain gradient descent. Where a weight would pass 1e8 the descent has diverged: it ends there,
    with no warning. Raises ValueError for a step_size that is not above 0 and finite, a batch_size outside 1 to N, a
    num_iters or record_every below 1, and an f that does not start with a finite number and a gradient of W's shape.
    Source: lecture 3, "Vanilla Minibatch Gradient Descent".
    """
    step_size = number("step_size", step_size, " above 0")
    num_iters, record_every = count("num_iters", num_iters), count("record_every", record_every)
    X, y, W = array("X", X), array("y", y), array("W", W)
    total, dW = loss_and_gradient("f", function("f", f)(W, X, y), W.shape)
    number("the loss that f returns", total)
    batches = minibatches(len(X), batch_size, seed)
    whole = batch_size == len(X)  # then the loss to record and the gradient of the next update come from one call
    records = [(W, total, 0, 0)]
    seen, diverged_at, why = 0, None, ""
    for update in range(1, num_iters + 1):
        batch = next(batches)
        if not whole:
            dW = f(W, X[batch], y[batch])[1]
        with np.errstate(over="ignore", invalid="ignore"):
            moved = W - step_size * dW
        if not np.abs(moved).max() <= TOO_LARGE:
            diverged_at, why = update, why_diverged(f, W, step_size)
            break
        W, seen = without_subnormals(moved), seen + len(y[batch])
        recorded = update % record_every == 0 or update == num_iters
        if whole or recorded:
            total, dW = f(W, X, y)
        if recorded:
            records.append((W, total, update, seen))
    weights, loss, updates, examples_seen = map(np.array, zip(*records, strict=True))
    return Path(weights, loss, updates, examples_seen, diverged_at, why)


def why_diverged(f, W, step_size):
    """The cause in one sentence: the penalty, where its part of a step alone throws W beyond -W, or else the data."""
    if hasattr(f, "weighted_penalty"):
        weights = W[:, :-1] if f.bias else W
        dpenalty = f.weighted_penalty(W)[1][:, : weights.shape[1]]
        size = (weights * weights).sum()
        factor = 1 - step_size * (dpenalty * weights).sum() / size if size else 1
        if factor < -1:
            return f"the penalty alone multiplies W by −{-factor:.3g} at every step (ηλ = {step_size * f.reg:.3g})"
    return f"the data: a step of size η = {step_size:.3g} along their gradient overshoots, further every time"


def minibatches(num_examples, batch_size, seed=0):
    """Yield batches for ever: index arrays into the examples, or one slice of all of them where batch_size is N.

    Every epoch visits each example once, in an order of its own drawn from seed; its last batch is short where
    batch_size does not divide N. Only X[batch] is copied, never X. Raises ValueError for a batch_size outside 1 to N.
    """
    batch_size = count("batch_size", batch_size, most=count("num_examples", num_examples))
    rng = generator(seed)
    while batch_size == num_examples:
        yield slice(None)
    while True:
        order = rng.permutation(num_examples)
        for start in range(0, num_examples, batch_size):
            yield order[start : start + batch_size]


def sample_training_data(data, batch_size, seed=None):
    """One batch, (X_batch, y_batch), drawn at random from data = (X, y); no example is in it twice.

    It is the function that the lecture's loop calls and does not show. Without a seed every call draws another batch.
    Raises ValueError for data that are no such pair and a batch_size outside 1 to N.
    """
    X, y = data if isinstance(data, tuple | list) and len(data) == 2 else (data, None)
    X, y = array("X", X), array("y", y)
    if X.ndim == 0 or y.shape != X.shape[:1]:
        raise ValueError(f"data is (X, y), an array of examples and one of labels, not {reprlib.repr(data)}")
    rows = generator(seed).choice(len(y), count("batch_size", batch_size, most=len(y)), replace=False)
    return X[rows], y[rows]
