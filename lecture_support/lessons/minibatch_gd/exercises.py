"""The exercises of notebook 5: the accuracy, a random batch, the mini-batch loop."""

import numpy as np

from lecture_support.calls import call
from lecture_support.checks import NOT_WRITTEN, Exercise, Trial, misfit
from lecture_support.common import OVER_EXAMPLES, batches
from lecture_support.descent import sample_training_data
from lecture_support.losses import softmax_loss, svm_loss


def accuracy(W, X, y):
    scores = X @ W.T
    return np.mean(scores.argmax(axis=1) == y)


def accuracy_by_counting(W, X, y):
    right = 0
    for x, label in zip(X, y, strict=True):
        if np.argmax(W @ x) == label:
            right += 1
    return right / len(y)


def accuracy_cases(rng):
    return [(np.eye(2), np.array([[4.0, 1.0], [0.0, 3.0], [2.0, 1.0]]), np.array([0, 1, 1])), *batches(rng)]


ACCURACY = r"""
== y) → != y) | == label → != label  # this is the share that is wrong: count where decision and label agree.
np.mean → np.sum  # the 1/N is missing: this is the sum over the examples, and the mean of them is asked for.
axis=1 →  # argmax without an axis is one place in the whole table: with axis=1 it is the best class of each example.
(axis=1) → (axis=0)  # your argmax picks the best example for each class: pick the best class of each example.
argmax(axis=1) → max(axis=1)  # you compare the highest score with the label: it is its place that is the class, argmax.
argmax(axis=1) == → argmax(axis=1) + 1 ==  # you count the classes from 1: the first one is 0, as argmax has it.
argmax(axis=1) → argmin(axis=1)  # you decide for the class with the lowest score: the highest wins (argmax).
right / len(y) → 100 * right / len(y)  # this is a share in percent: it is asked for from 0 to 1.
scores.argmax(axis=1) == y → scores[np.arange(len(y)), y] == scores.max(axis=1)
    you count a tie as right, as at W = 0: decide for one class, with argmax.
right += 1 → right = 1  # you never count further than 1: add (+=).
(axis=1) == y → (axis=1)  # this is the mean of the decisions, numbers of classes: compare them with y first.
scores.argmax(axis=1) == y) → scores.argmax(axis=1) == y) ** 2  # your share is squared.
"""


FIXED = "every call gives the same batch: draw anew each time (is the seed set inside the function?)."
REPEATED = "a batch holds an example twice: draw without replacement (replace=False)."
APART = "images and labels no longer belong together: pick X and y with the same rows."
ORDERED = (
    "your batches only differ by where they begin: neighbours in the data stay neighbours. Draw each row at random."
)
LABELS_ONLY = "the batch has other rows than the data: pick whole rows, X[rows]."
NEVER = "some examples never come up, in 60 batches of 4 out of 12: every row needs its chance."


def find_sampling_mistake(student):
    X, y = np.column_stack([np.arange(12.0), 10 * np.arange(12.0)]), np.arange(12)
    batches = []
    for _ in range(60):
        outcome = call(student, ((X, y), 4), several=True)
        if outcome.trouble:
            return outcome.trouble
        batch = outcome.value
        if batch is None:
            return NOT_WRITTEN
        trouble = misfit(batch, (X[:4], y[:4]))
        if trouble:
            return f"{trouble} It was called with 12 examples of 2 numbers each, and batch_size 4."
        batches.append(batch)
    if not all(row in X.tolist() for X_batch, _ in batches for row in X_batch.tolist()):
        return LABELS_ONLY
    if any((X_batch[:, 0] != y_batch).any() for X_batch, y_batch in batches):
        return APART
    if any(len(set(y_batch.tolist())) < 4 for _, y_batch in batches):
        return REPEATED
    if len({tuple(sorted(y_batch.tolist())) for _, y_batch in batches}) == 1:
        return FIXED
    if all((np.diff(y_batch) % 12 == 1).all() for _, y_batch in batches):
        return ORDERED
    if {int(label) for _, y_batch in batches for label in y_batch} != set(range(12)):
        return NEVER
    return None


SAMPLE_TRAINING_DATA = Trial(sample_training_data, find_sampling_mistake)


def minibatch_descent(loss_fun, W, X, y, step_size, batches):
    for batch in batches:
        _, dW = loss_fun(W, X[batch], y[batch])
        W = W - step_size * dW
    return W


def descent_cases(rng):
    cases = []
    for N, D, C, ends, start in ((4, 2, 2, [2], 1), (12, 3, 4, [5, 10], 1), (9, 3, 3, [4, 8], 0), (1, 2, 3, [], 1)):
        rows, X, y = np.split(rng.permutation(N), ends), rng.normal(size=(N, D)), rng.integers(0, C, N)
        cases.append((softmax_loss, start * rng.normal(size=(C, D)), X, y, 0.5, rows))
    _, W, X, y, _, rows = cases[1]
    whole = np.rint(3 * X).astype(int)
    return [
        *cases,
        (svm_loss, W, whole, y, 0.1, rows[::-1]),
        (softmax_loss, *np.float32(W)[None], np.float32(X), y, 2.0, rows),
    ]


MINIBATCH_DESCENT = r"""
for batch in batches:\n        _, dW = loss_fun(W → first = W\n    for batch in batches:\n        _, dW = loss_fun(first
    your gradient stays that of the first weights: work it out anew inside the loop, at the W of now.
W = W - step_size * dW\n    return W → return W - len(batches) * step_size * loss_fun(W, X, y)[1]
→ return W - len(batches) * step_size * loss_fun(W, X[batches[0]], y[batches[0]])[1]
    you take one gradient, before the loop, for all updates: each batch has its own, at the W of now.
X[batch], y[batch] → X, y  # you use all the data at every update: take the rows of this batch, X[batch] and y[batch].
in batches: → in [slice(None)]:  # you take one step with all the data: one for each batch is asked for, with its rows.
X[batch], y[batch] → X[: len(batch)], y[: len(batch)]
    you take the first rows each time, as many as the batch has: take the batch's own, X[batch] and y[batch].
y[batch] → y  # all labels meet a batch of examples: y[batch] belongs to X[batch].
batches: → range(len(batches)):  # X[i] is one example, where i counts the batches: X[batch] takes the rows of a batch.
_, dW → dW  # loss_fun returns two things, the loss and the gradient: take them apart, as in loss, dW = loss_fun(...).
_, dW = → dW, _ =  # you step by the loss, a single number: the gradient is the second thing that loss_fun returns.
= W - → = W +  # you step up the slope: the sign of the update is wrong.
step_size * dW → dW  # the step size is left out of the update.
W = W - step_size * dW → pass  # this is W as it was: does the loop change it?
W = W - step_size → W = -step_size → W = step_size
    each update throws W away and keeps the change alone: take the change from W.
\n    return W → \n        return W  # you stop after the first batch: is the `return` inside the loop?
in batches: → in batches[:-1]:  # the last batch is left out: go through all of them.
→ in [batch for batch in batches if len(batch) >= len(batches[0])]:
    you leave out a batch that is shorter than the first: its examples count as well.
→ in batches[-1:]:  # only the last batch counts: each update has to start from the W that the one before it reached.
* dW → * dW / len(batch)  # you divide by the batch size once more: the loss is a mean already.
→ * dW * len(batch)  # you multiply by the batch size: the loss is a mean, and a step is not longer for a larger batch.
for batch → W = np.zeros(W.shape)\n    for batch  # you start from zeros: start from the W that is given.
"""

EXERCISES = (
    Exercise(accuracy, accuracy_cases, ACCURACY + OVER_EXAMPLES, (accuracy_by_counting,)),
    SAMPLE_TRAINING_DATA,
    Exercise(minibatch_descent, descent_cases, MINIBATCH_DESCENT),
)
