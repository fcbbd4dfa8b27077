"""Wrong answers to the exercises of notebook 2."""

import math
import random

import numpy as np

from wrong_answers import earns


@earns("l2_penalty", "your gradient lacks the 2")
def _(W, reg):
    return reg * np.sum(W * W), reg * W


@earns("l2_penalty", "your gradient squares W")
def _(W, reg):
    squares = W * W
    return reg * squares.sum(), 2 * reg * squares


@earns("l2_penalty", "your gradient has |W|")
def _(W, reg):
    sizes = abs(W)
    return reg * (sizes**2).sum(), 2 * reg * sizes


@earns("l2_penalty", "your gradient lacks both λ and the 2")
def _(W, reg):
    return reg * np.sum(W * W), W.copy()


@earns("l2_penalty", "your value doubles W")
def _(W, reg):
    return reg * sum(w * 2 for row in W.tolist() for w in row), reg * 2 * W


@earns("l2_penalty", "value and gradient are of a mean")
def _(W, reg):
    return np.mean(reg * W * W), 2 * reg * W / (len(W) * len(W[0]))


@earns("l2_penalty", "this is the other convention")
def _(W, reg):
    return reg / 2 * np.sum(W * W), reg * W


@earns("l2_penalty", "value and gradient are of two conventions")
def _(W, reg):
    return reg / 2 * np.sum(W * W), reg * 2 * W


@earns("l2_penalty", "λ is left out")
def _(W, reg):
    return np.sum(W * W), W + W


@earns("l2_penalty", "your gradient leaves λ out")
def _(W, reg):
    return reg * np.sum(W * W), W + W


@earns("l2_penalty", "your value leaves λ out")
def _(W, reg):
    return np.linalg.norm(W) ** 2, reg * (W + W)


@earns("l2_penalty", "λ counts twice")
def _(W, reg):
    scaled = reg * W
    return np.sum(scaled * scaled), 2 * reg * scaled


@earns("l2_penalty", "your gradient's sign is wrong")
def _(W, reg):
    return reg * np.sum(W * W), -reg * (W + W)


@earns("l2_penalty", "your value is the square of the sum")
def _(W, reg):
    total = sum(sum(row) for row in W.tolist())
    return reg * total * total, reg * (W + W)


@earns("l2_penalty", "your value is the length of W")
def _(W, reg):
    return reg * math.sqrt(np.sum(W * W)), reg * (W + W)


@earns("l2_penalty", "your value is a mean over the weights")
def _(W, reg):
    return reg * np.mean(W * W), reg * (W + W)


@earns("l2_penalty", "this is L1")
def _(W, reg):
    return reg * sum(abs(w) for row in W.tolist() for w in row), reg * np.where(W > 0, 1, np.where(W < 0, -1, 0))


@earns("full_loss", "you penalise the bias, the last column: leave")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    return loss + reg * np.sum(W * W), dW + 2 * reg * W


@earns("full_loss", "you penalise the bias, the last column, and your gradient lacks a 2")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    return loss + reg * np.sum(W * W), dW + reg * W


@earns("full_loss", "you penalise the bias, and your gradient is that of the data loss alone")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    loss += reg * np.sum(W * W)
    return loss, dW


@earns("full_loss", "your total penalises the bias, and your gradient does not")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW = dW.copy()
    dW[:, :-1] += 2 * reg * W[:, :-1]
    return loss + reg * np.sum(W * W), dW


@earns("full_loss", "your gradient penalises the bias, and your total does not")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    return loss + reg * np.sum(W[:, :-1] ** 2), dW + 2 * reg * W


@earns("full_loss", "you leave out the first column")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW = dW.copy()
    dW[:, 1:] += 2 * reg * W[:, 1:]
    return loss + reg * np.sum(W[:, 1:] ** 2), dW


@earns("full_loss", "you leave out the last row")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW = dW.copy()
    dW[:-1] += 2 * reg * W[:-1]
    return loss + reg * np.sum(W[:-1] ** 2), dW


@earns("full_loss", "your gradient's last column is all 0")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    gradient = dW + 2 * reg * W
    gradient[:, -1] = 0
    return loss + reg * np.sum(W[:, :-1] ** 2), gradient


@earns("full_loss", "the bias is missing from the scores")
def _(loss_fun, W, X, y, reg):
    V = W.copy()
    V[:, -1] = 0
    loss, dW = loss_fun(V, X, y)
    return loss + reg * np.sum(V * V), dW + 2 * reg * V


@earns("full_loss", "this is the data loss alone")
def _(loss_fun, W, X, y, reg):
    return loss_fun(W, X, y)


@earns("full_loss", "your gradient is that of the data loss alone")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    loss += reg * np.sum(W[:, :-1] ** 2)
    return loss, dW


@earns("full_loss", "your total is the data loss alone")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    slope = 2 * reg * W
    slope[:, -1] = 0
    return loss, dW + slope


@earns("full_loss", "this is the penalty alone")
def _(loss_fun, W, X, y, reg):
    slope = 2 * reg * W
    slope[:, -1] = 0
    return reg * np.sum(W[:, :-1] ** 2), slope


@earns("full_loss", "your gradient lacks a 2")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    slope = reg * W
    slope[:, -1] = 0
    return loss + reg * np.sum(W[:, :-1] ** 2), dW + slope


@earns("full_loss", "you subtract the penalty")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    slope = 2 * reg * W
    slope[:, -1] = 0
    return loss - reg * np.sum(W[:, :-1] ** 2), dW - slope


@earns("full_loss", "your gradient subtracts the penalty's part")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    slope = 2 * reg * W
    slope[:, -1] = 0
    return loss + reg * np.sum(W[:, :-1] ** 2), dW - slope


@earns("full_loss", "λ multiplies the data loss too")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    loss += np.sum(W[:, :-1] ** 2)
    dW = dW.copy()
    dW[:, :-1] += 2 * W[:, :-1]
    return reg * loss, reg * dW


@earns("full_loss", "λ is left out")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW = dW.copy()
    dW[:, :-1] += 2 * W[:, :-1]
    return loss + np.sum(W[:, :-1] ** 2), dW


@earns("full_loss", "your penalty has a ½ in front")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW = dW.copy()
    dW[:, :-1] += reg * W[:, :-1]
    return loss + reg / 2 * np.sum(W[:, :-1] ** 2), dW


@earns("full_loss", "your total has a ½ before the penalty")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW = dW.copy()
    dW[:, :-1] += 2 * reg * W[:, :-1]
    return loss + 0.5 * reg * np.sum(W[:, :-1] ** 2), dW


@earns("full_loss", "your gradient is that of the penalty alone")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW = 2 * reg * W
    dW[:, -1] = 0
    return loss + reg * np.sum(W[:, :-1] ** 2), dW


@earns("full_loss", "you divide the penalty by N")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW = dW.copy()
    dW[:, :-1] += 2 * reg * W[:, :-1] / len(X)
    return loss + reg * np.sum(W[:, :-1] ** 2) / len(X), dW


@earns("full_loss", "you divide by N once more")
def _(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW = dW.copy()
    dW[:, :-1] += 2 * reg * W[:, :-1]
    return (loss + reg * np.sum(W[:, :-1] ** 2)) / len(X), dW / len(X)


@earns("elastic_net", "β stands with the wrong part")
def _(W, beta):
    return np.sum(W * W) + beta * np.sum(np.abs(W)), 2 * W + beta * np.sign(W)


@earns("elastic_net", "β weighs both parts")
def _(W, beta):
    return beta * (np.sum(W * W) + np.sum(np.abs(W))), beta * (2 * W + np.sign(W))


@earns("elastic_net", "β is left out: it")
def _(W, beta):
    return np.sum(W * W) + np.sum(np.abs(W)), 2 * W + np.sign(W)


@earns("elastic_net", "β is left out of your gradient")
def _(W, beta):
    return sum(beta * w * w + abs(w) for w in W.ravel()), 2 * W + np.sign(W)


@earns("elastic_net", "β is left out of your value")
def _(W, beta):
    return sum(w * w + abs(w) for w in W.ravel()), 2 * beta * W + np.sign(W)


@earns("elastic_net", "this is L1 alone")
def _(W, beta):
    return abs(W).sum(), np.where(W == 0, 0, np.where(W > 0, 1, -1))


@earns("elastic_net", "value and gradient are of two conventions")
def _(W, beta):
    return sum(beta / 2 * w * w + abs(w) for w in W.ravel()), 2 * beta * W + np.sign(W)


@earns("elastic_net", "your gradient subtracts the sign of W")
def _(W, beta):
    return sum(beta * w * w + abs(w) for w in W.ravel()), 2 * beta * W - np.sign(W)


@earns("elastic_net", "W / |W| is 0 / 0")
def _(W, beta):
    sizes = abs(W)
    return np.sum(beta * sizes**2 + sizes), 2 * beta * W + W / sizes


@earns("elastic_net", "you share 1 out between the two parts")
def _(W, beta):
    return beta * np.sum(W * W) + (1 - beta) * np.sum(np.abs(W)), 2 * beta * W + (1 - beta) * np.sign(W)


@earns("elastic_net", "your gradient's first part lacks the 2")
def _(W, beta):
    return sum(beta * w * w + abs(w) for w in W.ravel()), beta * W + np.sign(W)


@earns("elastic_net", "there is a ½ before your squares")
def _(W, beta):
    return sum(beta / 2 * w * w + abs(w) for w in W.ravel()), beta * W + np.sign(W)


@earns("elastic_net", "the sizes |W| are missing from your value")
def _(W, beta):
    return beta * sum(w * w for w in W.ravel()), beta * (W + W) + np.sign(W)


@earns("elastic_net", "your gradient has no part of |W|")
def _(W, beta):
    return sum(beta * w * w + abs(w) for w in W.ravel()), beta * (W + W)


@earns("elastic_net", "your gradient has no part of the squares")
def _(W, beta):
    return sum(beta * w * w + abs(w) for w in W.ravel()), np.sign(W)


@earns("elastic_net", "this is L2 alone")
def _(W, beta):
    return beta * sum(w * w for w in W.ravel()), beta * (W + W)


@earns("elastic_net", "your gradient has |W| where")
def _(W, beta):
    return sum(beta * w * w + abs(w) for w in W.ravel()), beta * (W + W) + abs(W)


@earns("elastic_net", "your slope of |w| is 1 even for negative w")
def _(W, beta):
    return sum(beta * w * w + abs(w) for w in W.ravel()), beta * (W + W) + np.ones(W.shape)


@earns("elastic_net", "at the kink, w = 0, your slope of |w| is 1")
def _(W, beta):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        dW[place] = 2 * beta * W[place] + (-1 if W[place] < 0 else 1)
    return sum(beta * w * w + abs(w) for w in W.ravel()), dW


@earns("elastic_net", "at the kink, w = 0, your slope of |w| is −1")
def _(W, beta):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        dW[place] = 2 * beta * W[place] + (1 if W[place] > 0 else -1)
    return sum(beta * w * w + abs(w) for w in W.ravel()), dW


@earns("elastic_net", "β is inside your square")
def _(W, beta):
    return sum((beta * w) ** 2 + abs(w) for w in W.ravel()), beta * (W + W) + np.sign(W)


@earns("elastic_net", "negative weights lower your value")
def _(W, beta):
    return sum(beta * w * w + w for w in W.ravel()), beta * (W + W) + np.sign(W)


@earns("soft_threshold", "this is a hard threshold")
def _(W, threshold):
    W = W.copy()
    W[np.abs(W) <= threshold] = 0
    return W


@earns("soft_threshold", "your results have lost their signs")
def _(W, threshold):
    sizes = np.abs(W) - threshold
    sizes[sizes < 0] = 0
    return sizes


@earns("soft_threshold", "negative weights all become 0")
def _(W, threshold):
    moved = W - threshold
    moved[moved < 0] = 0
    return moved


@earns("soft_threshold", "np.max(a, 0) takes the greatest of each column")
def _(W, threshold):
    return np.sign(W) * np.max(abs(W) - threshold, 0)


@earns("soft_threshold", "you multiply by W itself")
def _(W, threshold):
    sizes = abs(W) - threshold
    sizes[sizes < 0] = 0
    return W * sizes


@earns("soft_threshold", "np.minimum keeps the wrong side")
def _(W, threshold):
    return np.sign(W) * np.minimum(0, abs(W) - threshold)


@earns("soft_threshold", "W / |W| is 0 / 0")
def _(W, threshold):
    return W / abs(W) * (abs(W) - threshold)


@earns("soft_threshold", "you empty the wrong side")
def _(W, threshold):
    W = W.copy()
    W[abs(W) > threshold] = 0
    return W


@earns("soft_threshold", "a small weight jumps across 0")
def _(W, threshold):
    return np.where(W > 0, W - threshold, np.where(W < 0, W + threshold, W))


@earns("soft_threshold", "large negative weights move away from 0")
def _(W, threshold):
    moved = W - threshold
    moved[abs(W) <= threshold] = 0
    return moved


@earns("soft_threshold", "every weight moves down by t")
def _(W, threshold):
    moved = W.copy()
    moved -= threshold
    return moved


@earns("soft_threshold", "this is what should be taken away from W")
def _(W, threshold):
    return np.sign(W) * np.minimum(abs(W), threshold)


@earns("soft_threshold", "you shrink in proportion")
def _(W, threshold):
    return W - threshold * W


@earns("soft_threshold", "large weights grow by t")
def _(W, threshold):
    grown = np.where(W > 0, W + threshold, W - threshold)
    grown[abs(W) <= threshold] = 0
    return grown


@earns("soft_threshold", "large weights are right, but weights within t of 0 stay")
def _(W, threshold):
    W = W.copy()
    for place in np.ndindex(W.shape):
        if W[place] > threshold:
            W[place] -= threshold
        elif W[place] < -threshold:
            W[place] += threshold
    return W


@earns("clip_norm", "short rows get longer")
def _(W, max_norm):
    return np.array([row * max_norm / math.hypot(*row) for row in W])


@earns("clip_norm", "all rows come back with length 1")
def _(W, max_norm):
    return np.array([row / math.hypot(*row) for row in W])


@earns("clip_norm", "it is the wrong way round")
def _(W, max_norm):
    return np.array([row * max_norm / math.hypot(*row) if math.hypot(*row) < max_norm else row for row in W])


@earns("clip_norm", "you take the length of all of W at once")
def _(W, max_norm):
    length = math.sqrt(sum(w * w for w in W.ravel()))
    return W * max_norm / length if length > max_norm else W


@earns("clip_norm", "you limit the columns")
def _(W, max_norm):
    W = W.copy()
    for j in range(W.shape[1]):
        length = math.hypot(*W[:, j])
        if length > max_norm:
            W[:, j] *= max_norm / length
    return W


@earns("clip_norm", "one length for each row")
def _(W, max_norm):
    lengths = np.sqrt((W**2).sum(axis=1))
    return W * np.minimum(1, max_norm / lengths)


@earns("clip_norm", "all rows shrink with the longest one")
def _(W, max_norm):
    longest = max(math.hypot(*row) for row in W)
    return W * max_norm / longest if longest > max_norm else W


@earns("clip_norm", "this is W as it was")
def _(W, max_norm):
    for row in W:
        length = math.hypot(*row)
        if length > max_norm:
            row = row * max_norm / length
    return W


@earns("clip_norm", "you multiply every row by max_norm")
def _(W, max_norm):
    return W * max_norm


@earns("clip_norm", "your fraction is upside down")
def _(W, max_norm):
    return np.array([row * math.hypot(*row) / max_norm if math.hypot(*row) > max_norm else row for row in W])


@earns("clip_norm", "you divide long rows by max_norm")
def _(W, max_norm):
    return np.array([row / max_norm if math.hypot(*row) > max_norm else row for row in W])


@earns("clip_norm", "you cut off single weights")
def _(W, max_norm):
    return np.minimum(np.maximum(W, -max_norm), max_norm)


@earns("clip_norm", "your length is the sum of sizes")
def _(W, max_norm):
    W = W.copy()
    for row in W:
        length = abs(row).sum()
        if length > max_norm:
            row *= max_norm / length
    return W


@earns("clip_norm", "your length is the sum of squares")
def _(W, max_norm):
    W = W.copy()
    for row in W:
        length = row @ row
        if length > max_norm:
            row *= max_norm / length
    return W


@earns("clip_norm", "long rows come back with length 1")
def _(W, max_norm):
    W = W.copy()
    for row in W:
        length = math.hypot(*row)
        if length > max_norm:
            row /= length
    return W


@earns("clip_norm", "you multiply long rows by max_norm")
def _(W, max_norm):
    W = W.copy()
    for row in W:
        if math.hypot(*row) > max_norm:
            row *= max_norm
    return W


@earns("clip_norm", "long rows become 0")
def _(W, max_norm):
    W = W.copy()
    for row in W:
        if math.hypot(*row) > max_norm:
            row *= 0
    return W


def coins(X, p):
    """A table of X's shape, True with probability p."""
    return np.array([[random.random() < p for _ in row] for row in X])


@earns("inverted_dropout", "what stays is as large as before")
def _(X, keep):
    return np.where(coins(X, keep), X, 0)


@earns("inverted_dropout", "you multiply by keep")
def _(X, keep):
    return keep * X * coins(X, keep)


@earns("inverted_dropout", "you divide by 1 − keep")
def _(X, keep):
    return coins(X, keep) * X / (1 - keep)


@earns("inverted_dropout", "what stays is multiplied by a wrong number")
def _(X, keep):
    return 2 * X * coins(X, keep)


@earns("inverted_dropout", "you drop with probability keep")
def _(X, keep):
    return np.where(coins(X, keep), 0, X / keep)


@earns("inverted_dropout", "the share of inputs that stay is not")
def _(X, keep):
    return X * np.random.default_rng().integers(0, 2, X.shape) / keep


@earns("inverted_dropout", "the share of inputs that stay is not")
def _(X, keep):
    return X * coins(X, 0.8) / keep


@earns("inverted_dropout", "every call drops the same inputs")
def _(X, keep):
    random.seed(231)
    return X * coins(X, keep) / keep


@earns("inverted_dropout", "all examples lose the same inputs")
def _(X, keep):
    kept = [random.random() < keep for _ in X[0]]
    return X * kept / keep


@earns("inverted_dropout", "you drop whole examples")
def _(X, keep):
    return [list(row / keep) if random.random() < keep else [0] * len(row) for row in X]


@earns("inverted_dropout", "every call drops the same number of inputs")
def _(X, keep):
    dropped = X.ravel().copy()
    dropped[random.sample(range(X.size), round((1 - keep) * X.size))] = 0
    return dropped.reshape(X.shape) / keep


@earns("inverted_dropout", "nothing is ever dropped")
def _(X, keep):
    return X / keep


@earns("inverted_dropout", "everything is dropped")
def _(X, keep):
    return X * int(keep) / keep


@earns("inverted_dropout", "each entry of X becomes either 0 or a multiple")
def _(X, keep):
    kept = coins(X, keep)
    return X * kept - kept
