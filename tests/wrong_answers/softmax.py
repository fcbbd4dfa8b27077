"""Wrong answers to the exercises of notebook 3."""

import math

import numpy as np

from wrong_answers import earns


def shares(scores):
    """One row of scores turned into probabilities, by loops, with the greatest score taken off first."""
    top = max(scores)
    parts = [math.exp(score - top) for score in scores]
    return [part / sum(parts) for part in parts]


@earns("image_loss", "this is the probability of the correct class")
def _(scores, y):
    exp = [math.exp(score) for score in scores]
    return exp[y] / sum(exp)


@earns("image_loss", "your loss is negative")
def _(scores, y):
    exp = [math.exp(score) for score in scores]
    return math.log(exp[y] / sum(exp))


@earns("image_loss", "your loss is negative")
def _(scores, y):
    return scores[y] - np.log(np.sum(np.exp(scores)))


@earns("image_loss", "your loss is in the unit of log10")
def _(scores, y):
    exp = [math.exp(score) for score in scores]
    return -math.log10(exp[y] / sum(exp))


@earns("image_loss", "your loss is in bits")
def _(scores, y):
    exp = [math.exp(score) for score in scores]
    return -math.log2(exp[y] / sum(exp))


@earns("image_loss", "your loss is in bits")
def _(scores, y):
    return np.log2(np.sum(np.exp(scores))) - scores[y] * np.log2(np.e)


@earns("image_loss", "this is −log(1 − p)")
def _(scores, y):
    exp = [math.exp(score) for score in scores]
    return -math.log(1 - exp[y] / sum(exp))


@earns("image_loss", "this is 1 − p")
def _(scores, y):
    exp = [math.exp(score) for score in scores]
    return (sum(exp) - exp[y]) / sum(exp)


@earns("image_loss", "you took exp and then its logarithm")
def _(scores, y):
    return -np.log(np.exp(scores))[y]


@earns("image_loss", "you average over the classes")
def _(scores, y):
    exp = np.exp(scores)
    return np.mean(-np.log(exp / exp.sum()))


@earns("image_loss", "you add up over all classes")
def _(scores, y):
    exp = np.exp(scores)
    return np.sum(-np.log(exp / exp.sum()))


@earns("image_loss", "this is the loss of the class with the greatest score")
def _(scores, y):
    exp = np.exp(scores)
    return -math.log(max(exp) / sum(exp))


@earns("image_loss", "you count the classes from 1")
def _(scores, y):
    exp = [math.exp(score) for score in scores]
    return -math.log(exp[y - 1] / sum(exp))


@earns("image_loss", "this is the logarithm of the sum alone")
def _(scores, y):
    return math.log(sum(math.exp(score) for score in scores))


@earns("image_loss", "you add the score of the correct class")
def _(scores, y):
    return scores[y] + math.log(sum(math.exp(score) for score in scores))


@earns("image_loss", "you divide by the sum of the scores")
def _(scores, y):
    return -np.log(np.exp(scores[y]) / np.sum(scores))


@earns("image_loss", "you divide the scores themselves")
def _(scores, y):
    return -np.log(scores[y] / sum(scores))


@earns("image_loss", "the correct class is missing from your sum")
def _(scores, y):
    others = sum(math.exp(score) for j, score in enumerate(scores) if j != y)
    return math.log(others) - scores[y]


@earns("image_loss", "a bracket closes too early")
def _(scores, y):
    exp = np.exp(scores)
    return -np.log(exp[y]) / exp.sum()


@earns("image_loss", "you take the first class every time")
def _(scores, y):
    exp = [math.exp(score) for score in scores]
    return -math.log(exp[0] / sum(exp))


@earns("image_loss", "this is the hinge loss of the SVM")
def _(scores, y):
    return sum(max(0, score - scores[y] + 1) for j, score in enumerate(scores) if j != y)


@earns("image_loss", "this is the hinge loss of the SVM")
def _(scores, y):
    margins = np.maximum(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


@earns("probabilities", "right for small scores, but scores near ±1000 give nan")
def _(scores):
    exp = np.exp(scores)
    return exp / np.sum(exp, axis=1).reshape(-1, 1)


@earns("probabilities", "right for small scores, but scores near ±1000 give nan")
def _(scores):
    return np.array([[np.exp(score) / np.sum(np.exp(row)) for score in row] for row in scores])


@earns("probabilities", "you shift each row by its mean")
def _(scores):
    rows = []
    for row in scores:
        exp = np.exp(row - np.mean(row))
        rows.append(exp / np.sum(exp))
    return np.array(rows)


@earns("probabilities", "you shift each row by its sum")
def _(scores):
    rows = []
    for row in scores:
        exp = np.exp(row - np.sum(row))
        rows.append(exp / np.sum(exp))
    return np.array(rows)


@earns("probabilities", "you shift each row by its least score")
def _(scores):
    rows = []
    for row in scores:
        exp = np.exp(row - min(row))
        rows.append(exp / np.sum(exp))
    return np.array(rows)


@earns("probabilities", "you shift each row by its greatest score without its sign")
def _(scores):
    rows = []
    for row in scores:
        exp = np.exp(row - max(abs(row)))
        rows.append(exp / np.sum(exp))
    return np.array(rows)


@earns("probabilities", "you shift the whole table by one number")
def _(scores):
    exp = np.exp(scores - np.max(scores))
    return exp / exp.sum(axis=1).reshape(-1, 1)


@earns("probabilities", "you shift each column by its own greatest score")
def _(scores):
    exp = np.exp(scores - np.max(scores, axis=0))
    return exp / exp.sum(axis=1).reshape(-1, 1)


@earns("probabilities", "your columns add up to 1, and your rows should: sum")
def _(scores):
    return np.array([shares(column) for column in scores.T]).T


@earns("probabilities", "your columns add up to 1, and your rows should: sum")
def _(scores):
    exp = np.exp(scores - np.max(scores))
    return exp / np.sum(exp, axis=0)


@earns("probabilities", "your shift is right, but your columns add up to 1")
def _(scores):
    exp = np.exp(scores - np.max(scores, axis=1).reshape(-1, 1))
    return exp / np.sum(exp, axis=0)


@earns("probabilities", "you divide each row by the sum over the whole table: each")
def _(scores):
    exp = np.exp(scores - scores.max(axis=1).reshape(-1, 1))
    return exp / np.sum(exp)


@earns("probabilities", "you divide each row by the sum over the whole table, and nothing is shifted yet")
def _(scores):
    exp = np.exp(scores)
    return exp / np.sum(exp)


@earns("probabilities", "you divide by the sum of the whole table, and shift it all by one number")
def _(scores):
    exp = np.exp(scores - np.max(scores))
    return exp / np.sum(exp)


@earns("probabilities", "your columns add up to 1, and your rows should; and nothing is shifted yet")
def _(scores):
    exp = np.exp(scores)
    return exp / sum(exp)


@earns("probabilities", "this is exp alone: no row adds up to 1")
def _(scores):
    return math.e**scores


@earns("probabilities", "you shift the scores above the line of the fraction only")
def _(scores):
    above = np.exp(scores - scores.max(axis=1).reshape(-1, 1))
    return above / np.sum(np.exp(scores), axis=1).reshape(-1, 1)


@earns("probabilities", "this is exp alone: your rows do not add up to 1 yet")
def _(scores):
    return np.array([[math.exp(score - max(row)) for score in row] for row in scores.tolist()])


@earns("probabilities", "you divide the scores themselves by their sum")
def _(scores):
    return np.array([row / sum(row) for row in scores])


@earns("probabilities", "the lowest score gets the greatest probability")
def _(scores):
    exp = np.exp(scores.min(axis=1).reshape(-1, 1) - scores)
    return exp / exp.sum(axis=1).reshape(-1, 1)


@earns("probabilities", "these are the logarithms of the probabilities: stop")
def _(scores):
    shifted = scores - scores.max(axis=1).reshape(-1, 1)
    return np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1).reshape(-1, 1))


def cost(row, y):
    """The loss of one row of scores, safe for large ones."""
    top = max(row)
    return top + math.log(sum(math.exp(score - top) for score in row)) - row[y]


@earns("probabilities", "you divide the scores by the greatest of their row")
def _(scores):
    return np.array([shares(row / max(row)) for row in scores])


@earns("probabilities", "these are the logarithms of the probabilities, from the difference")
def _(scores):
    return [[-cost(row, j) for j in range(len(row))] for row in scores]


@earns("mean_loss", "this is the sum over the images")
def _(scores, y):
    return sum(cost(row, right) for row, right in zip(scores, y, strict=True))


@earns("mean_loss", "you average the probabilities first")
def _(scores, y):
    return -math.log(np.mean([shares(row)[right] for row, right in zip(scores, y, strict=True)]))


@earns("mean_loss", "scores of 1000 overflow here")
def _(scores, y):
    total = 0
    for row, right in zip(scores, y, strict=True):
        exp = np.exp(row)
        total += -np.log(exp[right] / sum(exp))
    return total / len(y)


@earns("mean_loss", "you add up the images, and the mean is asked for; and scores of 1000 overflow")
def _(scores, y):
    total = 0
    for row, right in zip(scores, y, strict=True):
        exp = np.exp(row)
        total -= np.log(exp[right] / sum(exp))
    return total


@earns("mean_loss", "a right difference, but scores of 1000 overflow in it")
def _(scores, y):
    total = 0
    for row, right in zip(scores, y, strict=True):
        total += np.log(np.sum(np.exp(row))) - row[right]
    return total / len(y)


@earns("mean_loss", "you shift each row by its mean")
def _(scores, y):
    total = 0
    for row, right in zip(scores, y, strict=True):
        shifted = row - np.mean(row)
        total += np.log(np.sum(np.exp(shifted))) - shifted[right]
    return total / len(y)


@earns("mean_loss", "you shift each row by its least score")
def _(scores, y):
    total = 0
    for row, right in zip(scores, y, strict=True):
        shifted = row - np.min(row)
        total += np.log(np.sum(np.exp(shifted))) - shifted[right]
    return total / len(y)


@earns("mean_loss", "you shift each row by its greatest score without its sign")
def _(scores, y):
    total = 0
    for row, right in zip(scores, y, strict=True):
        shifted = row - max(abs(row))
        total += np.log(np.sum(np.exp(shifted))) - shifted[right]
    return total / len(y)


@earns("mean_loss", "a probability came out as 0")
def _(scores, y):
    total = 0
    for row, right in zip(scores, y, strict=True):
        total += -np.log(shares(row)[right])
    return total / len(y)


@earns("mean_loss", "a probability came out as 0")
def _(scores, y):
    exp = np.exp(scores - scores.max(axis=1).reshape(-1, 1))
    p = exp / exp.sum(axis=1).reshape(-1, 1)
    return -np.log(p[range(len(y)), y]).sum() / len(y)


@earns("mean_loss", "you add up the images, and the mean is asked for; and −log 0")
def _(scores, y):
    total = 0
    for row, right in zip(scores, y, strict=True):
        total += -np.log(shares(row)[right])
    return total


@earns("mean_loss", "each image meets the labels of all images")
def _(scores, y):
    p = np.array([shares(row) for row in scores])
    return np.mean(-np.log(p[:, y]))


@earns("mean_loss", "you shift the whole table by one number")
def _(scores, y):
    shifted = scores - np.max(scores)
    losses = np.log(np.sum(np.exp(shifted), axis=1)) - shifted[range(len(y)), y]
    return sum(losses) / len(losses)


@earns("mean_loss", "you add up exp over the whole table: each image")
def _(scores, y):
    shifted = scores - scores.max(axis=1).reshape(-1, 1)
    return np.mean(np.log(np.sum(np.exp(shifted))) - shifted[range(len(y)), y])


@earns("mean_loss", "you add up exp over the whole table, and shift it all by one number")
def _(scores, y):
    shifted = scores - np.max(scores)
    return np.mean(np.log(np.exp(shifted).sum()) - shifted[range(len(y)), y])


@earns("mean_loss", "you average over all classes too")
def _(scores, y):
    return np.mean([[cost(row, j) for j in range(len(row))] for row in scores])


@earns("mean_loss", "each image is paired with the labels of all images")
def _(scores, y):
    return np.mean([[cost(row, right) for right in y] for row in scores])


@earns("mean_loss", "each image is paired with the labels of all images")
def _(scores, y):
    shifted = scores - scores.max(axis=1).reshape(-1, 1)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)).reshape(-1, 1) - shifted[:, y])


@earns("mean_loss", "this is the loss of each image's greatest score")
def _(scores, y):
    return np.mean([cost(row, np.argmax(row)) for row in scores])


@earns("mean_loss", "your loss is negative")
def _(scores, y):
    return -sum(cost(row, right) for row, right in zip(scores, y, strict=True)) / len(y)


@earns("mean_loss", "you divide by the number of classes")
def _(scores, y):
    return sum(cost(row, right) for row, right in zip(scores, y, strict=True)) / len(scores[0])


@earns("mean_loss", "you shift only one part of the difference")
def _(scores, y):
    shifted = scores - scores.max(axis=1).reshape(-1, 1)
    return np.mean(np.log(np.sum(np.exp(shifted), axis=1)) - scores[range(len(y)), y])


@earns("mean_loss", "only the first image counts")
def _(scores, y):
    total = 0
    for row, right in zip(scores, y, strict=True):
        total += cost(row, right)
        return total / len(y)


@earns("mean_loss", "only the last image counts")
def _(scores, y):
    for row, right in zip(scores, y, strict=True):
        total = 0
        total += cost(row, right)
    return total / len(y)


@earns("score_gradient", "these are the probabilities")
def _(p, y):
    return p.copy()


@earns("score_gradient", "you add 1 at the correct class")
def _(p, y):
    p = p.copy()
    p[y] += 1
    return p


@earns("score_gradient", "every sign is turned round")
def _(p, y):
    return [1 - p[j] if j == y else -p[j] for j in range(len(p))]


@earns("score_gradient", "every sign is turned round")
def _(p, y):
    slope = np.zeros(len(p))
    slope[y] = 1
    return slope - p


@earns("score_gradient", "you subtract 1 from every class")
def _(p, y):
    return [share - 1 for share in p]


@earns("score_gradient", "you subtract the number y from every entry")
def _(p, y):
    return [share - y for share in p]


@earns("score_gradient", "the size is right, but the correct class has the wrong sign")
def _(p, y):
    return [1 - p[j] if j == y else p[j] for j in range(len(p))]


@earns("score_gradient", "at the correct class you put −1 itself")
def _(p, y):
    p = p.copy()
    p[y] = -1
    return p


@earns("score_gradient", "only the correct class moves here")
def _(p, y):
    slope = np.zeros(len(p))
    slope[y] = p[y] - 1
    return slope


@earns("score_gradient", "right at the correct class; at the others the sign is wrong")
def _(p, y):
    return [p[j] - 1 if j == y else -p[j] for j in range(len(p))]


@earns("score_gradient", "you subtract 1 at the greatest probability")
def _(p, y):
    p = p.tolist()
    p[p.index(max(p))] -= 1
    return p


@earns("score_gradient", "this is the gradient of the probability")
def _(p, y):
    return [p[y] * (1 - p[y]) if j == y else -p[y] * p[j] for j in range(len(p))]


@earns("score_gradient", "p(1 − p) is each probability")
def _(p, y):
    return p - p**2


@earns("score_gradient", "this is the slope along the probabilities")
def _(p, y):
    return [-1 / p[j] if j == y else 0 for j in range(len(p))]


@earns("score_gradient", "you divide by the number of classes")
def _(p, y):
    return [(p[j] - (j == y)) / len(p) for j in range(len(p))]


@earns("score_gradient", "you count the classes from 1")
def _(p, y):
    p = p.copy()
    p[y - 1] -= 1
    return p


def adds_up(W, X, y, slope):
    """A gradient by loops: slope(p, right) along the scores of one example, times x, added up and divided by N."""
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        dW += np.outer(slope(np.array(shares(W @ x)), right), x)
    return dW / len(y)


def less_one(p, right):
    p[right] -= 1
    return p


@earns("softmax_gradient", "your gradient is N times too large")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        dW += np.outer(less_one(np.array(shares(W @ x)), right), x)
    return dW


@earns("softmax_gradient", "your gradient is N times too large")
def _(W, X, y):
    p = np.array([shares(row) for row in X @ W.T])
    p[range(len(y)), y] -= 1
    return p.T @ X


@earns("softmax_gradient", "you divide by N twice")
def _(W, X, y):
    return adds_up(W, X, y, lambda p, right: less_one(p, right) / len(X))


@earns("softmax_gradient", "you divide by the number of classes")
def _(W, X, y):
    return adds_up(W, X, y, less_one) * len(X) / W.shape[0]


@earns("softmax_gradient", "you divide by all N · C entries")
def _(W, X, y):
    dscores = np.array([less_one(np.array(shares(W @ x)), right) for x, right in zip(X, y, strict=True)])
    return (dscores / dscores.size).T @ X


@earns("softmax_gradient", "every row is pushed the same way")
def _(W, X, y):
    return adds_up(W, X, y, lambda p, right: p)


@earns("softmax_gradient", "the 1 at the correct class has the wrong sign")
def _(W, X, y):
    return adds_up(W, X, y, lambda p, right: [p[j] + 1 if j == right else p[j] for j in range(len(p))])


@earns("softmax_gradient", "every sign is turned round")
def _(W, X, y):
    return adds_up(W, X, y, lambda p, right: -less_one(p, right))


@earns("softmax_gradient", "you subtract 1 from every class")
def _(W, X, y):
    return adds_up(W, X, y, lambda p, right: p - 1)


@earns("softmax_gradient", "at the correct class you put −1 itself")
def _(W, X, y):
    return adds_up(W, X, y, lambda p, right: [-1 if j == right else p[j] for j in range(len(p))])


@earns("softmax_gradient", "you subtract 1 in whole columns")
def _(W, X, y):
    p = np.array([shares(W @ x) for x in X])
    p[:, y] -= 1
    return p.T @ X / len(y)


@earns("softmax_gradient", "you subtract 1 in whole rows")
def _(W, X, y):
    p = np.array([shares(W @ x) for x in X])
    p[y] -= 1
    return p.T @ X / len(y)


@earns("softmax_gradient", "your probabilities add up to 1 over the examples: they")
def _(W, X, y):
    p = np.array([shares(X @ w) for w in W]).T
    p[range(len(y)), y] -= 1
    return p.T @ X / len(y)


@earns("softmax_gradient", "your probabilities add up to 1 over the examples, not over the classes")
def _(W, X, y):
    p = np.exp(X @ W.T)
    p /= sum(p)
    p[range(len(y)), y] -= 1
    return p.T @ X / len(y)


@earns("softmax_gradient", "only row y gets a share of each example")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        dW[right] += (shares(W @ x)[right] - 1) * x
    return dW / len(y)


@earns("softmax_gradient", "right for small scores, but large ones give nan")
def _(W, X, y):
    p = np.exp(X @ W.T)
    p /= p.sum(axis=1).reshape(-1, 1)
    p[range(len(y)), y] -= 1
    return p.T @ X / len(y)


@earns("softmax_gradient", "right for small scores, but large ones give nan")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        exp = np.exp(W @ x)
        for j in range(len(W)):
            dW[j] += (exp[j] / sum(exp) - (j == right)) * x
    return dW / len(y)


@earns("softmax_gradient", "the 1/N is left out, and large scores give nan")
def _(W, X, y):
    p = np.exp(X @ W.T)
    p /= p.sum(axis=1).reshape(-1, 1)
    p[range(len(y)), y] -= 1
    return p.T @ X


@earns("softmax_gradient", "only the last example counts")
def _(W, X, y):
    for x, right in zip(X, y, strict=True):
        dW = np.outer(less_one(np.array(shares(W @ x)), right), x)
    return dW / len(y)


@earns("softmax_gradient", "only the first example counts")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        dW += np.outer(less_one(np.array(shares(W @ x)), right), x)
        return dW / len(y)


@earns("softmax_gradient", "you divide by D")
def _(W, X, y):
    p = np.array([less_one(np.array(shares(W @ x)), right) for x, right in zip(X, y, strict=True)])
    return p.T @ X / len(X[0])


@earns("softmax_gradient", "you divide by all N · D entries")
def _(W, X, y):
    p = np.array([less_one(np.array(shares(W @ x)), right) for x, right in zip(X, y, strict=True)])
    return p.T @ X / X.size
