"""Wrong answers to the exercises of notebook 5."""

import math
import random

import numpy as np

from wrong_answers import earns


@earns("accuracy", "this is the share that is wrong")
def _(W, X, y):
    wrong = 0
    for x, label in zip(X, y, strict=True):
        wrong += np.argmax(W @ x) != label
    return wrong / len(y)


@earns("accuracy", "this is how many are right")
def _(W, X, y):
    return np.sum(np.argmax(X @ W.T, axis=1) == y)


@earns("accuracy", "you divide by the number of classes")
def _(W, X, y):
    return np.sum(np.argmax(X @ W.T, axis=1) == y) / W.shape[0]


@earns("accuracy", "this is how many are wrong")
def _(W, X, y):
    return sum(int(np.argmax(W @ x) != label) for x, label in zip(X, y, strict=True))


@earns("accuracy", "argmax without an axis")
def _(W, X, y):
    return (np.argmax(X @ W.T) == y).mean()


@earns("accuracy", "argmax with axis=0")
def _(W, X, y):
    decisions = np.argmax(X @ W.T, axis=0)
    return np.mean(decisions == y)


@earns("accuracy", "you compare the highest score with the label")
def _(W, X, y):
    return np.mean([max(W @ x) == label for x, label in zip(X, y, strict=True)])


@earns("accuracy", "your W stands the wrong way")
def _(W, X, y):
    decisions = np.argmax(X @ W, axis=1)
    return np.mean(decisions == y)


@earns("accuracy", "you count the classes from 1")
def _(W, X, y):
    return np.mean([np.argmax(W @ x) + 1 == label for x, label in zip(X, y, strict=True)])


@earns("accuracy", "you decide for the class with the lowest score")
def _(W, X, y):
    right = 0
    for x, label in zip(X, y, strict=True):
        scores = list(W @ x)
        right += scores.index(min(scores)) == label
    return right / len(y)


@earns("accuracy", "this is a share in percent")
def _(W, X, y):
    decisions = (X @ W.T).argmax(axis=1)
    return 100 * np.count_nonzero(decisions == y) / len(y)


@earns("gradient_step", "you step up the slope: the")
def _(W, dW, step_size):
    W = W.copy()
    W += step_size * dW
    return W


@earns("gradient_step", "you step up the slope, and as far as")
def _(W, dW, step_size):
    W = W.copy()
    W += dW
    return W


@earns("gradient_step", "you divide by the step size")
def _(W, dW, step_size):
    return W - 1 / step_size * dW


@earns("gradient_step", "your step has the gradient's signs alone")
def _(W, dW, step_size):
    return W - np.where(dW > 0, step_size, np.where(dW < 0, -step_size, 0))


@earns("gradient_step", "you multiply the gradient by W")
def _(W, dW, step_size):
    return W * (1 - step_size * dW)


@earns("gradient_step", "a bracket is too wide")
def _(W, dW, step_size):
    return step_size * W - step_size * dW


@earns("gradient_step", "this is step_size times dW")
def _(W, dW, step_size):
    return [[step_size * slope for slope in row] for row in dW]


@earns("gradient_step", "W and dW trade places")
def _(W, dW, step_size):
    dW = dW.copy()
    dW -= step_size * W
    return dW


@earns("gradient_step", "this is W as it was")
def _(W, dW, step_size):
    for row, slopes in zip(W, dW, strict=True):
        row = row - step_size * slopes
    return W


@earns("gradient_step", "your step is as long as the gradient")
def _(W, dW, step_size):
    return W + -1 * dW


@earns("gradient_step", "this is the change alone")
def _(W, dW, step_size):
    return [[-step_size * slope for slope in row] for row in dW]


@earns("gradient_step", "your step has one length whatever")
def _(W, dW, step_size):
    length = math.sqrt((dW * dW).sum())
    return W - step_size * dW / length if length > 0 else W


@earns("sample_training_data", "every call gives the same batch")
def _(data, batch_size):
    X, y = data
    return X[:batch_size], y[:batch_size]


@earns("sample_training_data", "every call gives the same batch")
def _(data, batch_size):
    rows = random.Random(231).sample(range(len(data[1])), batch_size)
    return data[0][rows], data[1][rows]


@earns("sample_training_data", "a batch holds an example twice")
def _(data, batch_size):
    rows = random.choices(range(len(data[1])), k=batch_size)
    return data[0][rows], data[1][rows]


@earns("sample_training_data", "images and labels no longer belong together")
def _(data, batch_size):
    X, y = data
    some, others = (random.sample(range(len(y)), batch_size) for _ in range(2))
    return X[some], y[others]


@earns("sample_training_data", "images and labels no longer belong together")
def _(data, batch_size):
    X, y = data
    rows = random.sample(range(len(y)), batch_size)
    chosen = np.isin(np.arange(len(y)), rows)
    return X[chosen], y[rows]


@earns("sample_training_data", "images and labels no longer belong together")
def _(data, batch_size):
    X, y = data
    rows = random.sample(range(len(y)), batch_size)
    labels = y[rows]
    labels[-1] = y[rows[-1] - 1]
    return X[rows], labels


@earns("sample_training_data", "your batches only differ by where they begin")
def _(data, batch_size):
    start = random.randint(0, len(data[1]) - batch_size)
    return data[0][start : start + batch_size], data[1][start : start + batch_size]


@earns("sample_training_data", "the batch has other rows than the data")
def _(data, batch_size):
    rows = random.sample(range(len(data[1])), batch_size)
    return np.array([random.sample(list(data[0][row]), 2)[::-1] for row in rows]) + 1, data[1][rows]


@earns("sample_training_data", "some examples never come up")
def _(data, batch_size):
    rows = random.sample(range(1, len(data[1])), batch_size)
    return data[0][rows], data[1][rows]


@earns("minibatch_descent", "you use all the data at every update")
def _(loss_fun, W, X, y, step_size, batches):
    for _batch in batches:
        _, dW = loss_fun(W, X, y)
        W = W - step_size * dW
    return W


@earns("minibatch_descent", "you take one step with all the data")
def _(loss_fun, W, X, y, step_size, batches):
    _, dW = loss_fun(W, X, y)
    return W - step_size * dW


@earns("minibatch_descent", "you take the first rows each time")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        size = len(rows)
        _, dW = loss_fun(W, X[:size], y[:size])
        W = W - step_size * dW
    return W


@earns("minibatch_descent", "all labels meet a batch of examples")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        _, dW = loss_fun(W, X[rows], y)
        W = W - step_size * dW
    return W


@earns("minibatch_descent", "loss_fun returns two things")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        dW = loss_fun(W, X[rows], y[rows])
        W = W - step_size * dW
    return W


@earns("minibatch_descent", "you step by the loss")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        dW, _ = loss_fun(W, X[rows], y[rows])
        W = W - step_size * dW
    return W


@earns("minibatch_descent", "your gradient stays that of the first weights")
def _(loss_fun, W, X, y, step_size, batches):
    gradients = [loss_fun(W, X[rows], y[rows])[1] for rows in batches]
    return W - step_size * sum(gradients)


@earns("minibatch_descent", "you step up the slope")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        W = W + step_size * loss_fun(W, X[rows], y[rows])[1]
    return W


@earns("minibatch_descent", "the step size is left out")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        W = W - loss_fun(W, X[rows], y[rows])[1]
    return W


@earns("minibatch_descent", "this is W as it was")
def _(loss_fun, W, X, y, step_size, batches):
    path = []
    for rows in batches:
        path.append(W - step_size * loss_fun(W, X[rows], y[rows])[1])
    return W


@earns("minibatch_descent", "the last batch is left out")
def _(loss_fun, W, X, y, step_size, batches):
    for i in range(len(batches) - 1):
        W = W - step_size * loss_fun(W, X[batches[i]], y[batches[i]])[1]
    return W


@earns("minibatch_descent", "you multiply by the batch size")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        _, dW = loss_fun(W, X[rows], y[rows])
        for _row in rows:
            W = W - step_size * dW
    return W


@earns("minibatch_descent", "you stop after the first batch")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        _, dW = loss_fun(W, X[rows], y[rows])
        W = W - step_size * dW
        return W


@earns("minibatch_descent", "only the last batch counts")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        weights = W.copy()
        weights -= step_size * loss_fun(weights, X[rows], y[rows])[1]
    return weights


@earns("minibatch_descent", "you divide by the batch size once more")
def _(loss_fun, W, X, y, step_size, batches):
    for rows in batches:
        _, dW = loss_fun(W, X[rows], y[rows])
        W = W - step_size / len(rows) * dW
    return W


@earns("num_updates", "your count leaves out the short last batch")
def _(num_examples, batch_size, epochs):
    count = 0
    for _ in range(epochs):
        start = 0
        while start + batch_size <= num_examples:
            count += 1
            start += batch_size
    return count


@earns("num_updates", "there are no parts of an update")
def _(num_examples, batch_size, epochs):
    return num_examples / batch_size * epochs


@earns("num_updates", "you round up once at the end")
def _(num_examples, batch_size, epochs):
    return math.ceil(num_examples * epochs / batch_size)


@earns("num_updates", "this counts full batches, and of one epoch")
def _(num_examples, batch_size, epochs):
    return int(num_examples / batch_size)


@earns("num_updates", "you round down once at the end")
def _(num_examples, batch_size, epochs):
    return math.floor(num_examples / batch_size * epochs)


@earns("num_updates", "you round to the nearest number")
def _(num_examples, batch_size, epochs):
    return epochs * int(num_examples / batch_size + 0.5)


@earns("num_updates", "an epoch is more than one update")
def _(num_examples, batch_size, epochs):
    return sum(1 for _ in range(epochs))


@earns("num_updates", "this is right for one epoch")
def _(num_examples, batch_size, epochs):
    return math.ceil(num_examples / batch_size)


@earns("num_updates", "this is how many examples are seen")
def _(num_examples, batch_size, epochs):
    return sum(num_examples for _ in range(epochs))


@earns("num_updates", "your count has one batch too many")
def _(num_examples, batch_size, epochs):
    return epochs * (int(num_examples / batch_size) + 1)
