"""The exercises of notebook 5: a step, an epoch's updates, a random batch, the mini-batch loop, the accuracy."""

import numpy as np

from lecture_support.calls import call
from lecture_support.checks import NOT_WRITTEN, Exercise, Mistake, Trial, misfit
from lecture_support.descent import sample_training_data
from lecture_support.losses import accuracy, softmax_loss


def gradient_step(W, dW, step_size):
    return W - step_size * dW


def step_cases(rng):
    small = np.array([[1.0, 2.0]]), np.array([[3.0, -4.0]]), 0.1
    return [small, (rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), 0.5), (np.ones((2, 2)), np.zeros((2, 2)), 1.0)]


GRADIENT_STEP = Exercise(
    gradient_step,
    step_cases,
    (
        Mistake(
            "you step up the slope: the gradient points uphill, and the loss should fall.", lambda W, dW, s: W + s * dW
        ),
        Mistake(
            "you step up the slope, and as far as the gradient is long: it is W minus step_size times dW.",
            lambda W, dW, s: W + dW,
        ),
        Mistake("you divide by the step size: a larger one should make a longer step.", lambda W, dW, s: W - dW / s),
        Mistake(
            "your step has the gradient's signs alone, so that a steep slope moves W no further than a flat one.",
            lambda W, dW, s: W - s * np.sign(dW),
        ),
        Mistake(
            "you multiply the gradient by W: the step is step_size times dW, whatever W is.",
            lambda W, dW, s: W - s * W * dW,
        ),
        Mistake(
            "a bracket is too wide: the step size belongs to dW alone, and W stays as it is.",
            lambda W, dW, s: s * (W - dW),
        ),
        Mistake("this is step_size times dW: it has to be taken away from W.", lambda W, dW, s: s * dW),
        Mistake("W and dW trade places: the weights are what is moved.", lambda W, dW, s: dW - s * W),
        Mistake("this is W as it was: a step is to be taken from it.", lambda W, dW, s: W),
        Mistake("your step is as long as the gradient: the step size is left out.", lambda W, dW, s: W - dW),
        Mistake("this is the change alone, not the new weights.", lambda W, dW, s: -s * dW),
        Mistake(
            "your step has one length whatever the gradient's length: you divide by its norm.",
            lambda W, dW, s: W - s * dW / (np.linalg.norm(dW) or 1),
        ),
    ),
)


def num_updates(num_examples, batch_size, epochs):
    return epochs * -(-num_examples // batch_size)


NUM_UPDATES = Exercise(
    num_updates,
    lambda rng: [(10, 5, 1), (9, 4, 1), (150, 32, 6), (1198, 32, 20), (7, 7, 3)],
    (
        Mistake("your count leaves out the short last batch of each epoch.", lambda N, B, epochs: epochs * (N // B)),
        Mistake(
            "there are no parts of an update: each epoch's last batch may be short, but counts.",
            lambda N, B, e: e * N / B,
        ),
        Mistake(
            "you round up once at the end, but every epoch has a short last batch of its own.",
            lambda N, B, epochs: -(-epochs * N // B),
        ),
        Mistake("this is right for one epoch: multiply by how many there are.", lambda N, B, epochs: -(-N // B)),
        Mistake(
            "this counts full batches, and of one epoch: the short last batch counts, and so does every epoch.",
            lambda N, B, epochs: N // B,
        ),
        Mistake(
            "you round down once at the end: every epoch has a short last batch of its own, and it counts.",
            lambda N, B, epochs: epochs * N // B,
        ),
        Mistake("you round to the nearest number: a short last batch always counts.", lambda N, B, e: e * round(N / B)),
        Mistake("an epoch is more than one update: one for each batch.", lambda N, B, epochs: epochs),
        Mistake("this is how many examples are seen, not how many updates are made.", lambda N, B, epochs: epochs * N),
        Mistake("your count has one batch too many where the batch size divides N.", lambda N, B, e: e * (N // B + 1)),
    ),
)


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


SAMPLE_TRAINING_DATA = Trial(
    sample_training_data, find_sampling_mistake, (FIXED, REPEATED, APART, ORDERED, LABELS_ONLY, NEVER)
)


def minibatch_descent(loss_fun, W, X, y, step_size, batches):
    for batch in batches:
        _, dW = loss_fun(W, X[batch], y[batch])
        W = W - step_size * dW
    return W


def descent_cases(rng):
    cases = []
    for N, D, C, ends in ((4, 2, 2, [2]), (12, 3, 4, [5, 10])):
        rows = np.split(rng.permutation(N), ends)
        X, y = rng.normal(size=(N, D)), rng.integers(0, C, N)
        cases.append((softmax_loss, rng.normal(size=(C, D)), X, y, 0.5, rows))
    return cases


def descent_by(gradient):
    """A loop that is wrong in where its gradient is taken: gradient(f, W at the start, W now, X, y, batch)."""

    def wrong(loss_fun, W, X, y, step_size, batches):
        start = W
        for batch in batches:
            W = W - step_size * gradient(loss_fun, start, W, X, y, batch)
        return W

    return wrong


MINIBATCH_DESCENT = Exercise(
    minibatch_descent,
    descent_cases,
    (
        Mistake(
            "you use all the data at every update: take the rows of this batch, X[batch] and y[batch].",
            descent_by(lambda f, start, W, X, y, batch: f(W, X, y)[1]),
        ),
        Mistake(
            "you take one step with all the data: one for each batch is asked for, with its rows.",
            lambda f, W, X, y, s, batches: W - s * f(W, X, y)[1],
        ),
        Mistake(
            "you take the first rows each time, as many as the batch has: take the batch's own, X[batch] and y[batch].",
            descent_by(lambda f, start, W, X, y, batch: f(W, X[: len(batch)], y[: len(batch)])[1]),
        ),
        Mistake(
            "all labels meet a batch of examples: y[batch] belongs to X[batch].",
            descent_by(lambda f, start, W, X, y, batch: f(W, X[batch], y)[1]),
        ),
        Mistake(
            "loss_fun returns two things, the loss and the gradient: take them apart, as in loss, dW = loss_fun(...).",
            lambda f, W, X, y, s, batches: s * f(W, X, y),
        ),
        Mistake(
            "you step by the loss, a single number: the gradient is the second thing that loss_fun returns.",
            descent_by(lambda f, start, W, X, y, batch: f(W, X[batch], y[batch])[0]),
        ),
        Mistake(
            "your gradient stays that of the first weights: work it out anew inside the loop, at the W of now.",
            descent_by(lambda f, start, W, X, y, batch: f(start, X[batch], y[batch])[1]),
        ),
        Mistake(
            "you step up the slope: the sign of the update is wrong.",
            descent_by(lambda f, start, W, X, y, batch: -f(W, X[batch], y[batch])[1]),
        ),
        Mistake(
            "the step size is left out of the update.",
            lambda f, W, X, y, s, batches: minibatch_descent(f, W, X, y, 1.0, batches),
        ),
        Mistake("this is W as it was: does the loop change it?", lambda f, W, X, y, s, batches: W),
        Mistake(
            "you stop after the first batch: is the `return` inside the loop?",
            lambda f, W, X, y, s, batches: minibatch_descent(f, W, X, y, s, batches[:1]),
        ),
        Mistake(
            "the last batch is left out: go through all of them.",
            lambda f, W, X, y, s, batches: minibatch_descent(f, W, X, y, s, batches[:-1]),
        ),
        Mistake(
            "only the last batch counts: each update has to start from the W that the one before it reached.",
            lambda f, W, X, y, s, batches: minibatch_descent(f, W, X, y, s, batches[-1:]),
        ),
        Mistake(
            "you divide by the batch size once more: the loss is a mean already.",
            descent_by(lambda f, start, W, X, y, batch: f(W, X[batch], y[batch])[1] / len(batch)),
        ),
        Mistake(
            "you multiply by the batch size: the loss is a mean, and a step is not longer for a larger batch.",
            descent_by(lambda f, start, W, X, y, batch: f(W, X[batch], y[batch])[1] * len(batch)),
        ),
    ),
)


def accuracy_cases(rng):
    X = rng.normal(size=(12, 3))
    return [
        (np.eye(2), np.array([[4.0, 1.0], [0.0, 3.0], [2.0, 1.0]]), np.array([0, 1, 1])),
        (rng.normal(size=(3, 3)), X, rng.integers(0, 3, 12)),
        (rng.normal(size=(4, 3)), X, rng.integers(0, 4, 12)),
    ]


ACCURACY = Exercise(
    accuracy,
    accuracy_cases,
    (
        Mistake(
            "this is the share that is wrong: count where decision and label agree.",
            lambda W, X, y: 1 - accuracy(W, X, y),
        ),
        Mistake(
            "this is how many are right: divide by how many there are.", lambda W, X, y: len(y) * accuracy(W, X, y)
        ),
        Mistake(
            "you divide by the number of classes: the share is of the examples.",
            lambda W, X, y: len(y) / len(W) * accuracy(W, X, y),
        ),
        Mistake(
            "this is how many are wrong: count those that are right, and divide by how many there are.",
            lambda W, X, y: len(y) * (1 - accuracy(W, X, y)),
        ),
        Mistake(
            "argmax without an axis is one place in the whole table: with axis=1 it is the best class of each example.",
            lambda W, X, y: np.mean((X @ W.T).argmax() == y),
        ),
        Mistake(
            "argmax with axis=0 is the best example for each class: axis=1 is the best class of each example.",
            lambda W, X, y: np.mean((X @ W.T).argmax(axis=0) == y),
        ),
        Mistake(
            "you compare the highest score with the label: it is its place that is the class, argmax.",
            lambda W, X, y: np.mean((X @ W.T).max(axis=1) == y),
        ),
        Mistake(
            "your W stands the wrong way: a class is a row of W, so the scores are X @ W.T.",
            lambda W, X, y: np.mean((X @ W).argmax(axis=1) == y),
        ),
        Mistake(
            "you count the classes from 1: the first one is 0, as argmax has it.",
            lambda W, X, y: np.mean((X @ W.T).argmax(axis=1) + 1 == y),
        ),
        Mistake(
            "you decide for the class with the lowest score: the highest wins (argmax).",
            lambda W, X, y: np.mean((X @ W.T).argmin(axis=1) == y),
        ),
        Mistake("this is a share in percent: it is asked for from 0 to 1.", lambda W, X, y: 100 * accuracy(W, X, y)),
    ),
)

EXERCISES = (ACCURACY, GRADIENT_STEP, SAMPLE_TRAINING_DATA, MINIBATCH_DESCENT, NUM_UPDATES)
