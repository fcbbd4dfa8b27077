"""Wrong answers to the exercises of notebook 4."""

import math

import numpy as np

from wrong_answers import earns


@earns("one_sided_slope", "this is the change of the loss, not its slope")
def _(f, w, h):
    before, after = f(w), f(w + h)
    return after - before


@earns("one_sided_slope", "you multiply by h")
def _(f, w, h):
    before, after = f(w), f(w + h)
    return h * (after - before)


@earns("one_sided_slope", "the sign is turned round")
def _(f, w, h):
    before, after = f(w), f(w + h)
    return (before - after) / h


@earns("one_sided_slope", "this is the centred slope")
def _(f, w, h):
    left, right = f(w - h), f(w + h)
    return (right - left) / h / 2


@earns("one_sided_slope", "half of what it should be")
def _(f, w, h):
    before, after = f(w), f(w + h)
    return (after - before) / h / 2


@earns("one_sided_slope", "you step to w - h: that")
def _(f, w, h):
    return (f(w - h) - f(w)) / -h


@earns("one_sided_slope", "you step to w - h, and so the sign is turned round")
def _(f, w, h):
    before, after = f(w), f(w - h)
    return (after - before) / h


@earns("one_sided_slope", "you look on both sides of w")
def _(f, w, h):
    left, right = f(w - h), f(w + h)
    return (right - left) / h


@earns("one_sided_slope", "your h is a small number of your own")
def _(f, w, h):
    h = 1e-5
    return (f(w + h) - f(w)) / h


@earns("one_sided_slope", "brackets are missing")
def _(f, w, h):
    before, after = f(w), f(w + h)
    return after - before / h


@earns("one_sided_slope", "your h is a small number of your own")
def _(f, w, h):
    h = 1e-4
    return (f(w + h) - f(w)) / h


@earns("one_sided_slope", "you divide by where the weight has come to")
def _(f, w, h):
    before = f(w)
    w = w + h
    return (f(w) - before) / w


@earns("one_sided_slope", "a slope may be below 0")
def _(f, w, h):
    before, after = f(w), f(w + h)
    return math.fabs(after - before) / h


def nudged(W, place, by):
    """A copy of W with one weight moved."""
    W = W.copy()
    W[place] += by
    return W


@earns("numerical_gradient", "these are one-sided slopes")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            dW[i, j] = (f(nudged(W, (i, j), h)) - f(W)) / h
    return dW


@earns("numerical_gradient", "these are slopes from the left alone")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        dW[place] = (f(W) - f(nudged(W, place, -h))) / h
    return dW


@earns("numerical_gradient", "each slope is twice what it should be")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        dW[place] = (f(nudged(W, place, h)) - f(nudged(W, place, -h))) / h
    return dW


@earns("numerical_gradient", "a bracket is missing: `/ 2 * h`")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        dW[place] = (f(nudged(W, place, h)) - f(nudged(W, place, -h))) / 2 * h
    return dW


@earns("numerical_gradient", "a bracket is missing: only the second loss")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        above, below = f(nudged(W, place, h)), f(nudged(W, place, -h))
        dW[place] = above - below / (2 * h)
    return dW


@earns("numerical_gradient", "these are changes of the loss")
def _(f, W, h):
    return np.array(
        [[f(nudged(W, (i, j), h)) - f(nudged(W, (i, j), -h)) for j in range(W.shape[1])] for i in range(W.shape[0])]
    )


@earns("numerical_gradient", "every sign is turned round")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        below, above = f(nudged(W, place, -h)), f(nudged(W, place, h))
        dW[place] = (below - above) / (2 * h)
    return dW


@earns("numerical_gradient", "a weight is not put back")
def _(f, W, h):
    V, dW = W.copy(), np.zeros(W.shape)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            V[i, j] = V[i, j] + h
            above = f(V)
            V[i, j] = V[i, j] - 2 * h
            below = f(V)
            dW[i, j] = (above - below) / (2 * h)
    return dW


@earns("numerical_gradient", "you come back to W and not below it")
def _(f, W, h):
    V, dW = W.copy(), np.zeros(W.shape)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            V[i, j] += h
            above = f(V)
            V[i, j] -= h
            below = f(V)
            dW[i, j] = (above - below) / (2 * h)
    return dW


@earns("numerical_gradient", "all weights move at once")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        dW[place] = (f(W + h) - f(W - h)) / (2 * h)
    return dW


@earns("numerical_gradient", "a whole row moves at once")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for i in range(len(W)):
        dW[i] = (f(nudged(W, i, h)) - f(nudged(W, i, -h))) / (2 * h)
    return dW


@earns("numerical_gradient", "some columns stay 0")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for i in range(len(W)):
        for j in range(len(W)):
            if (i, j) in np.ndindex(W.shape):
                dW[i, j] = (f(nudged(W, (i, j), h)) - f(nudged(W, (i, j), -h))) / (2 * h)
    return dW


@earns("numerical_gradient", "your slopes are whole numbers")
def _(f, W, h):
    dW = np.zeros(W.shape, dtype=int)
    for place in np.ndindex(W.shape):
        dW[place] = (f(nudged(W, place, h)) - f(nudged(W, place, -h))) / (2 * h)
    return dW


@earns("numerical_gradient", "only the first weight is measured")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        dW[place] = (f(nudged(W, place, h)) - f(nudged(W, place, -h))) / (2 * h)
        return dW


@earns("numerical_gradient", "only the last weight has its slope")
def _(f, W, h):
    for place in np.ndindex(W.shape):
        dW = np.zeros(W.shape)
        dW[place] = (f(nudged(W, place, h)) - f(nudged(W, place, -h))) / (2 * h)
    return dW


@earns("numerical_gradient", "only the first row is measured")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            dW[i, j] = (f(nudged(W, (i, j), h)) - f(nudged(W, (i, j), -h))) / (2 * h)
        return dW


@earns("numerical_gradient", "you come back to W and not below it")
def _(f, W, h):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        dW[place] = (f(nudged(W, place, h)) - f(W)) / (2 * h)
    return dW


def pair_by_pair(a, n, error):
    """A table of error(slope of a, slope of n)."""
    return [[error(float(p), float(q)) for p, q in zip(*rows, strict=True)] for rows in zip(a, n, strict=True)]


def over(size, guarded):
    """|p - q| over size(p, q), with nan where both are 0 unless that is guarded."""

    def error(p, q):
        if p == q == 0:
            return 0.0 if guarded else math.nan
        return abs(p - q) / size(p, q) if size(p, q) else math.inf

    return error


@earns("relative_error", "this is the plain difference")
def _(a, n):
    return pair_by_pair(a, n, lambda p, q: abs(p - q))


@earns("relative_error", "0 / 0 is not a number")
def _(a, n):
    return np.abs(a - n) / np.maximum(np.abs(a), np.abs(n))


@earns("relative_error", "some errors are below 0: take the absolute value of the difference.")
def _(a, n):
    return pair_by_pair(a, n, lambda p, q: (p - q) / max(abs(p), abs(q)) if p or q else 0)


@earns("relative_error", "some errors are below 0: take the absolute value of the difference. Then: 0 / 0")
def _(a, n):
    return (a - n) / np.maximum(np.abs(a), np.abs(n))


@earns("relative_error", "you compare sizes only")
def _(a, n):
    return pair_by_pair(a, n, lambda p, q: abs(abs(p) - abs(q)) / max(abs(p), abs(q)) if p or q else 0)


@earns("relative_error", "you divide by the size of the sum, which is near 0")
def _(a, n):
    return pair_by_pair(a, n, over(lambda p, q: abs(p + q), True))


@earns("relative_error", "you divide by the size of the sum, near 0")
def _(a, n):
    return abs(a - n) / abs(a + n)


@earns("relative_error", "you divide by the analytic slope only: take the larger of the two sizes.")
def _(a, n):
    return pair_by_pair(a, n, over(lambda p, q: abs(p), True))


@earns("relative_error", "you divide by the numerical slope only: take the larger of the two sizes.")
def _(a, n):
    return pair_by_pair(a, n, over(lambda p, q: abs(q), True))


@earns("relative_error", "you divide by the sum of the two sizes. Some courses do, and get about half; here it is the")
def _(a, n):
    return pair_by_pair(a, n, over(lambda p, q: abs(p) + abs(q), True))


@earns("relative_error", "you divide by the mean of the two sizes: here it is the larger one.")
def _(a, n):
    return pair_by_pair(a, n, over(lambda p, q: (abs(p) + abs(q)) / 2, True))


@earns("relative_error", "you divide by the smaller of the two sizes: take the larger.")
def _(a, n):
    return pair_by_pair(a, n, over(lambda p, q: min(abs(p), abs(q)), True))


@earns("relative_error", "the larger of -4 and -3 is -3")
def _(a, n):
    return pair_by_pair(a, n, over(max, True))


@earns("relative_error", "you divide by the analytic slope only: take the larger of the two sizes. Then: 0 / 0")
def _(a, n):
    return abs(a - n) / abs(a)


@earns("relative_error", "you divide by the numerical slope only: take the larger of the two sizes. Then: 0 / 0")
def _(a, n):
    return abs(a - n) / abs(n)


@earns(
    "relative_error",
    "you divide by the sum of the two sizes. Some courses do, and get about half; here it is the larger one. Then",
)
def _(a, n):
    return abs(a - n) / (abs(a) + abs(n))


@earns("relative_error", "you divide by the mean of the two sizes: here it is the larger one. Then: 0 / 0")
def _(a, n):
    return 2 * abs(a - n) / (abs(a) + abs(n))


@earns("relative_error", "you divide by the smaller of the two sizes: take the larger. Then: 0 / 0")
def _(a, n):
    return abs(a - n) / np.min([abs(a), abs(n)], axis=0)


@earns(
    "relative_error",
    "the larger of -4 and -3 is -3, and the larger size is 4: take absolute values before the maximum. Then: 0 / 0",
)
def _(a, n):
    return abs(a - n) / np.max([a, n], axis=0)


@earns("relative_error", "you divide every entry by the largest slope of all")
def _(a, n):
    return abs(a - n) / max(np.max(abs(a)), np.max(abs(n)))


@earns("relative_error", "Python's max chooses between two whole arrays")
def _(a, n):
    return abs(a - n) / max(abs(a), abs(n))


@earns("relative_error", "np.max takes one array")
def _(a, n):
    return abs(a - n) / np.max(abs(a), abs(n))


def errors(a, n):
    """The relative errors of all pairs of slopes in one list."""
    pairs = zip(a.ravel().tolist(), n.ravel().tolist(), strict=True)
    return [0.0 if p == q else abs(p - q) / max(abs(p), abs(q)) for p, q in pairs]


def limit(kinks):
    return 1e-4 if kinks else 1e-7


@earns("looks_right", "you judge by the mean")
def _(a, n, kinks):
    found = errors(a, n)
    return sum(found) / len(found) < limit(kinks)


@earns("looks_right", "one good weight is enough for you")
def _(a, n, kinks):
    return any(error < limit(kinks) for error in errors(a, n))


@earns("looks_right", "the first weight decides for you")
def _(a, n, kinks):
    for error in errors(a, n):
        return error < limit(kinks)


@earns("looks_right", "the last weight decides for you")
def _(a, n, kinks):
    for error in errors(a, n):
        right = error < limit(kinks)
    return right


@earns("looks_right", "the thresholds are swapped")
def _(a, n, kinks):
    return max(errors(a, n)) < limit(not kinks)


@earns("looks_right", "you are too kind to a loss without kinks")
def _(a, n, kinks):
    return all(error < 1e-4 for error in errors(a, n))


@earns("looks_right", "you are too strict with kinks")
def _(a, n, kinks):
    return all(error < 1e-7 for error in errors(a, n))


@earns("looks_right", "1e-2 is where a gradient is probably wrong")
def _(a, n, kinks):
    return max(errors(a, n)) < 0.01


@earns("looks_right", "both of your thresholds are one line of the table too high")
def _(a, n, kinks):
    return max(errors(a, n)) < (1e-2 if kinks else 1e-4)


@earns("looks_right", "with kinks you let pass what is under 1e-2")
def _(a, n, kinks):
    return max(errors(a, n)) < (1e-2 if kinks else 1e-7)


@earns("looks_right", "you ask that both are equal to the last digit")
def _(a, n, kinks):
    return bool((a == n).all())


@earns("looks_right", "your check says no to everything")
def _(a, n, kinks):
    return max(errors(a, n)) < 0


@earns("looks_right", "you judge by the plain difference")
def _(a, n, kinks):
    return bool((abs(a - n) < limit(kinks)).all())


@earns("looks_right", "a difference below 0 always passes")
def _(a, n, kinks):
    return bool(np.all((a - n) / np.maximum(abs(a), abs(n)) < limit(kinks)))


@earns("looks_right", "you add up the errors")
def _(a, n, kinks):
    return sum(errors(a, n)) < limit(kinks)


@earns("looks_right", "np.allclose lets every slope under 1e-8 pass")
def _(a, n, kinks):
    return np.isclose(a, n, rtol=limit(kinks)).all()


@earns("looks_right", "this is the error itself")
def _(a, n, kinks):
    return max(errors(a, n))


@earns("looks_right", "your check says yes to everything")
def _(a, n, kinks):
    return a is not None


@earns("looks_right", "this is the other way round")
def _(a, n, kinks):
    return max(errors(a, n)) >= limit(kinks)


@earns("num_evaluations", "the bias is left out: with")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes * num_inputs
    return num_weights * 2 if centered else num_weights + 1


@earns("num_evaluations", "the bias is left out, one weight more a class")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes * num_inputs
    return num_weights * 2 if centered else num_weights


@earns("num_evaluations", "the bias is a further input, not a further class")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes * num_inputs + num_inputs
    return num_weights * 2 if centered else num_weights + 1


@earns("num_evaluations", "you count one side of each weight")
def _(num_classes, num_inputs, centered):
    return 1 + num_classes * num_inputs + num_classes


@earns("num_evaluations", "a single bias is counted for all classes together")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes * num_inputs + 1
    return num_weights * 2 if centered else num_weights + 1


@earns("num_evaluations", "one-sided, the loss at W itself is needed too")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes * num_inputs + num_classes
    return num_weights * 2 if centered else num_weights


@earns("num_evaluations", "one-sided, you evaluate the loss at W again for every weight")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes * num_inputs + num_classes
    return num_weights + num_weights


@earns("num_evaluations", "centred, the loss at W itself is not needed")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes * num_inputs + num_classes
    return 1 + (num_weights * 2 if centered else num_weights)


@earns("num_evaluations", "the two are swapped")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes * num_inputs + num_classes
    return num_weights + 1 if centered else num_weights * 2


@earns("num_evaluations", "the centred difference evaluates the loss on both sides")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes * num_inputs + num_classes
    return num_weights if centered else num_weights + 1


@earns("num_evaluations", "this is how many weights there are")
def _(num_classes, num_inputs, centered):
    return len([(c, d) for c in range(num_classes) for d in range(num_inputs + 1)])


@earns("num_evaluations", "W is a table of classes times inputs")
def _(num_classes, num_inputs, centered):
    num_weights = num_classes + num_inputs + 1
    return num_weights * 2 if centered else num_weights + 1


def probabilities_of(scores):
    """Softmax row by row, each shifted by its greatest score."""
    rows = []
    for row in scores:
        exp = np.exp(row - max(row))
        rows.append(exp / sum(exp))
    return np.array(rows)


def data_slope(W, X, y):
    """The right gradient of the data loss."""
    P = probabilities_of(X @ W.T)
    for i, right in enumerate(y):
        P[i, right] -= 1
    return P.T @ X / len(X)


def penalty_slope(W, reg):
    """The right gradient of the penalty, which leaves the bias alone."""
    slope = np.zeros(W.shape)
    slope[:, :-1] = 2 * reg * W[:, :-1]
    return slope


@earns("full_gradient", "the penalty's slope is half of what it should be")
def _(W, X, y, reg):
    return data_slope(W, X, y) + 0.5 * penalty_slope(W, reg)


@earns("full_gradient", "the penalty is forgotten: this")
def _(W, X, y, reg):
    return data_slope(W, X, y)


@earns("full_gradient", "λ is left out")
def _(W, X, y, reg):
    return data_slope(W, X, y) + penalty_slope(W, 1)


@earns("full_gradient", "the bias is penalised too, and the penalty's slope is half")
def _(W, X, y, reg):
    return data_slope(W, X, y) + reg * W


@earns("full_gradient", "the penalty is forgotten, and the data part has the wrong sign")
def _(W, X, y, reg):
    return -data_slope(W, X, y)


@earns("full_gradient", "the bias is penalised too: the")
def _(W, X, y, reg):
    return data_slope(W, X, y) + 2 * reg * W


@earns("full_gradient", "0.5 λ W for 2 λ W")
def _(W, X, y, reg):
    dW = data_slope(W, X, y)
    dW[:, :-1] += 0.5 * reg * W[:, :-1]
    return dW


@earns("full_gradient", "the penalty pushes outwards")
def _(W, X, y, reg):
    return data_slope(W, X, y) - penalty_slope(W, reg)


@earns("full_gradient", "you add the penalty λW² itself")
def _(W, X, y, reg):
    dW = data_slope(W, X, y)
    dW[:, :-1] += reg * W[:, :-1] * W[:, :-1]
    return dW


@earns("full_gradient", "1/N is missing: the")
def _(W, X, y, reg):
    return data_slope(W, X, y) * len(X) + penalty_slope(W, reg)


@earns("full_gradient", "1/N is missing, and large scores overflow")
def _(W, X, y, reg):
    exp = np.exp(X @ W.T)
    P = exp / exp.sum(axis=1).reshape(-1, 1)
    P[range(len(y)), y] -= 1
    return P.T @ X + penalty_slope(W, reg)


@earns("full_gradient", "the data part is divided by N twice")
def _(W, X, y, reg):
    return data_slope(W, X, y) / len(X) + penalty_slope(W, reg)


@earns("full_gradient", "the data part is divided by the number of classes")
def _(W, X, y, reg):
    return data_slope(W, X, y) * len(X) / W.shape[0] + penalty_slope(W, reg)


@earns("full_gradient", "the penalty is divided by N as well")
def _(W, X, y, reg):
    return data_slope(W, X, y) + penalty_slope(W, reg) / len(X)


@earns("full_gradient", "at the right class you add 1 to the probability")
def _(W, X, y, reg):
    P = probabilities_of(X @ W.T)
    P[range(len(y)), y] += 1
    return P.T @ X / len(X) + penalty_slope(W, reg)


@earns("full_gradient", "the right class is not treated apart")
def _(W, X, y, reg):
    P = probabilities_of(X @ W.T)
    return P.T @ X / len(X) + penalty_slope(W, reg)


@earns("full_gradient", "the whole data part has the wrong sign")
def _(W, X, y, reg):
    return penalty_slope(W, reg) - data_slope(W, X, y)


@earns("full_gradient", "your probabilities add up to 1 over the examples")
def _(W, X, y, reg):
    scores = X @ W.T
    exp = np.exp(scores - scores.max(axis=1).reshape(-1, 1))
    P = exp / sum(exp)
    P[range(len(y)), y] -= 1
    return P.T @ X / len(X) + penalty_slope(W, reg)


@earns("full_gradient", "right for small scores, not a number for large ones")
def _(W, X, y, reg):
    exp = np.exp(X @ W.T)
    P = exp / exp.sum(axis=1).reshape(-1, 1)
    P[range(len(y)), y] -= 1
    return P.T @ X / len(X) + penalty_slope(W, reg)


@earns("full_gradient", "you subtract 1 everywhere")
def _(W, X, y, reg):
    P = probabilities_of(X @ W.T) - 1
    return P.T @ X / len(X) + penalty_slope(W, reg)


@earns("full_gradient", "P[y] picks whole rows")
def _(W, X, y, reg):
    P = probabilities_of(X @ W.T)
    P[y] -= 1
    return P.T @ X / len(X) + penalty_slope(W, reg)


@earns("full_gradient", "P[:, y] picks whole columns")
def _(W, X, y, reg):
    P = probabilities_of(X @ W.T)
    P[:, y] -= 1
    return P.T @ X / len(X) + penalty_slope(W, reg)


@earns("full_gradient", "the data part is turned round")
def _(W, X, y, reg):
    P = probabilities_of(X @ W.T)
    P[range(len(y)), y] -= 1
    return X.T @ P / len(X) + penalty_slope(W, reg)


@earns("full_gradient", "the bias gets no slope at all")
def _(W, X, y, reg):
    dW = data_slope(W, X, y) + penalty_slope(W, reg)
    dW[:, -1] = 0
    return dW
