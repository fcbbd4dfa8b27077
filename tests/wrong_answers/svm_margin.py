"""Wrong answers to the exercises of notebook 1."""

import math

import numpy as np

from wrong_answers import earns


def signed_score(w, b, x):
    return sum(a * c for a, c in zip(w, x, strict=True)) + b


@earns("support_vectors", "you leave out the sides")
def _(w, b, X, t):
    return [bool(signed_score(w, b, x) <= 1) for x in X]


@earns("support_vectors", "you keep what lies in the band")
def _(w, b, X, t):
    scores = X @ w + b
    return (scores >= -1) & (scores <= 1)


@earns("support_vectors", "you lose the examples that sit exactly on their edge")
def _(w, b, X, t):
    return np.maximum(0, 1 - t * (X @ w + b)) > 0


@earns("support_vectors", "this is the other way round")
def _(w, b, X, t):
    return np.array([side * signed_score(w, b, x) > 1 for x, side in zip(X, t, strict=True)])


@earns("support_vectors", "you keep the examples without a cost")
def _(w, b, X, t):
    cost = np.maximum(0, 1 - t * (X @ w + b))
    return cost == 0


@earns("support_vectors", "you keep only the examples on the wrong side. To be")
def _(w, b, X, t):
    wrong = np.zeros(len(X), dtype=bool)
    for i, x in enumerate(X):
        wrong[i] = t[i] * signed_score(w, b, x) <= 0
    return wrong


@earns("support_vectors", "you keep only the examples on the wrong side, and not the one on the line")
def _(w, b, X, t):
    return np.array([side * signed_score(w, b, x) < 0 for x, side in zip(X, t, strict=True)])


@earns("support_vectors", "you keep only the examples exactly on their edge")
def _(w, b, X, t):
    return X @ w + b == t


@earns("support_vectors", "you keep the examples that are decided rightly")
def _(w, b, X, t):
    return np.sign(X @ w + b) == t


@earns("support_vectors", "you compare the score with t itself")
def _(w, b, X, t):
    return [signed_score(w, b, x) <= side for x, side in zip(X, t, strict=True)]


@earns("support_vectors", "this is the cost of each example")
def _(w, b, X, t):
    return [max(0, 1 - side * signed_score(w, b, x)) for x, side in zip(X, t, strict=True)]


@earns("support_vectors", "you compare distances")
def _(w, b, X, t):
    distances = (X @ w + b) / math.sqrt(w @ w)
    return t * distances <= 1


@earns("support_vectors", "this is t·s itself")
def _(w, b, X, t):
    return [side * signed_score(w, b, x) for x, side in zip(X, t, strict=True)]


@earns("support_vectors", "the bias b is left out")
def _(w, b, X, t):
    return np.array([side * np.dot(w, x) <= 1 for x, side in zip(X, t, strict=True)])


@earns("support_vectors", "the sign of the bias is wrong")
def _(w, b, X, t):
    s = np.array([np.dot(w, x) for x in X]) - b
    return s * t <= 1


@earns("support_vectors", "your t multiplies only part of the score")
def _(w, b, X, t):
    return t * X.dot(w) + b <= 1


@earns("L_i_vectorized", "your loss is 1 too high")
def _(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y] + 1)
    return np.sum(margins)


@earns("L_i_vectorized", "the margin is left out")
def _(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y])
    margins[y] = 0
    return np.sum(margins)


@earns("L_i_vectorized", "your scores trade places: a wrong")
def _(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores[y] - scores + 1)
    margins[y] = 0
    return np.sum(margins)


@earns("L_i_vectorized", "your scores trade places, and j = y is counted too")
def _(x, y, W):
    scores = W.dot(x)
    return np.sum(np.maximum(0, scores[y] - scores + 1))


@earns("L_i_vectorized", "the margin has the wrong sign")
def _(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y] - 1)
    margins[y] = 0
    return np.sum(margins)


@earns("L_i_vectorized", "the right score is not subtracted")
def _(x, y, W):
    return sum(max(0, W[j].dot(x) + 1) for j in range(len(W)) if j != y)


@earns("L_i_vectorized", "nothing is cut off at 0, and j = y is counted")
def _(x, y, W):
    scores = W.dot(x)
    return np.sum(scores - scores[y] + 1)


@earns("L_i_vectorized", "nothing is cut off at 0, so")
def _(x, y, W):
    scores = W.dot(x)
    return sum(scores[j] - scores[y] + 1 for j in range(len(scores)) if j != y)


@earns("L_i_vectorized", "you cut off at 0 after the sum")
def _(x, y, W):
    scores = W.dot(x)
    total = 0.0
    for j, score in enumerate(scores):
        if j != y:
            total += score - scores[y] + 1
    return total if total > 0 else 0.0


@earns("L_i_vectorized", "np.max is not np.maximum")
def _(x, y, W):
    scores = W.dot(x)
    margins = np.max(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


@earns("L_i_vectorized", "max and if want one number")
def _(x, y, W):
    scores = W.dot(x)
    margins = max(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


@earns("L_i_vectorized", "max and if want one number")
def _(x, y, W):
    margins = W.dot(x) - W[y].dot(x) + 1
    if margins < 0:
        margins = 0
    return np.sum(margins)


@earns("L_i_vectorized", "your margins are one number")
def _(x, y, W):
    scores = W.dot(x)
    margins = np.max(scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


@earns("L_i_vectorized", "you keep one number out of the array")
def _(x, y, W):
    scores = W.dot(x)
    return max(scores - scores[y] + 1)


@earns("L_i_vectorized", "you keep only the most expensive wrong class")
def _(x, y, W):
    scores = list(W.dot(x))
    right = scores.pop(y)
    return max(0, max(scores) - right + 1)


@earns("L_i_vectorized", "only the first wrong class counts")
def _(x, y, W):
    scores = W.dot(x)
    for j in range(len(scores)):
        if j != y:
            return max(0, scores[j] - scores[y] + 1)


@earns("L_i_vectorized", "only the last wrong class counts")
def _(x, y, W):
    scores = W.dot(x)
    for j in range(len(scores)):
        if j != y:
            loss = max(0, scores[j] - scores[y] + 1)
    return loss


@earns("L_i_vectorized", "this is the mean over the wrong classes")
def _(x, y, W):
    scores = W.dot(x)
    terms = [max(0, scores[j] - scores[y] + 1) for j in range(len(scores)) if j != y]
    return np.mean(terms)


@earns("L_i_vectorized", "this is the mean over all classes")
def _(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.mean(margins)


@earns("L_i_vectorized", "your terms are squared")
def _(x, y, W):
    scores = W.dot(x)
    return sum(max(0, score - scores[y] + 1) ** 2 for j, score in enumerate(scores) if j != y)


@earns("L_i_vectorized", "this is how many classes cost something")
def _(x, y, W):
    scores = W.dot(x)
    count = 0
    for j in range(len(scores)):
        if j != y and scores[j] > scores[y] - 1:
            count += 1
    return count


@earns("L_i_vectorized", "you subtract the number of the class")
def _(x, y, W):
    margins = np.maximum(0, W.dot(x) - y + 1)
    margins[y] = 0
    return np.sum(margins)


@earns("L_i_vectorized", "you look at the first three classes only")
def _(x, y, W):
    scores = W.dot(x)
    return sum(max(0, scores[j] - scores[y] + 1) for j in range(3) if j != y)


@earns("L_i_vectorized", "your W stands the wrong way")
def _(x, y, W):
    scores = x.dot(W)
    margins = np.maximum(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


@earns("mean_hinge_loss", "this is the sum over the examples")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += sum(max(0, s - scores[right] + 1) for j, s in enumerate(scores) if j != right)
    return total


@earns("mean_hinge_loss", "your loss is 1 too high")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += sum(max(0, s - scores[right] + 1) for s in scores)
    return total / len(y)


@earns("mean_hinge_loss", "the 1/N is missing, and j = y is counted")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += sum(max(0, s - scores[right] + 1) for s in scores)
    return total


@earns("mean_hinge_loss", "you take the mean over the classes too, and count j = y")
def _(W, X, y):
    scores = X @ W.T
    return np.mean(np.maximum(0, scores - scores[range(len(y)), y].reshape(-1, 1) + 1))


@earns("mean_hinge_loss", "you divide by the number of classes")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += sum(max(0, s - scores[right] + 1) for j, s in enumerate(scores) if j != right)
    return total / W.shape[0]


@earns("mean_hinge_loss", "your scores trade places")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += sum(max(0, scores[right] - s + 1) for j, s in enumerate(scores) if j != right)
    return total / len(y)


@earns("mean_hinge_loss", "you cut off at 0 after the sum over the classes")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += max(0, sum(s - scores[right] + 1 for j, s in enumerate(scores) if j != right))
    return total / len(y)


@earns("mean_hinge_loss", "the margin is left out of every term")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += np.maximum(0, scores - scores[right]).sum()
    return total / len(X)


@earns("mean_hinge_loss", "you take the mean over the classes too: divide")
def _(W, X, y):
    scores = X @ W.T
    margins = np.maximum(0, scores - scores[range(len(y)), y].reshape(-1, 1) + 1)
    margins[range(len(y)), y] = 0
    return np.mean(margins)


@earns("mean_hinge_loss", "you take the mean over the wrong classes too")
def _(W, X, y):
    losses = []
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        losses.append(np.mean([max(0, s - scores[right] + 1) for j, s in enumerate(scores) if j != right]))
    return np.mean(losses)


@earns("mean_hinge_loss", "your terms are squared")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += sum(max(0, s - scores[right] + 1) ** 2 for j, s in enumerate(scores) if j != right)
    return total / len(y)


@earns("mean_hinge_loss", "you keep only the most expensive wrong class")
def _(W, X, y):
    losses = []
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        losses.append(max(0, max(np.delete(scores, right)) - scores[right] + 1))
    return np.mean(losses)


@earns("mean_hinge_loss", "nothing is cut off at 0")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += sum(s - scores[right] + 1 for j, s in enumerate(scores) if j != right)
    return total / len(y)


@earns("mean_hinge_loss", "your W stands the wrong way")
def _(W, X, y):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    return margins.sum() / len(y)


@earns("mean_hinge_loss", "scores[:, y] is a whole column")
def _(W, X, y):
    scores = X @ W.T
    margins = np.maximum(0, scores - scores[:, y] + 1)
    margins[np.arange(len(y)), y] = 0
    return margins.sum() / len(y)


@earns("mean_hinge_loss", "your right scores lie along a row")
def _(W, X, y):
    scores = X @ W.T
    margins = np.maximum(0, scores - scores[range(len(y)), y] + 1)
    margins[range(len(y)), y] = 0
    return margins.sum() / len(y)


@earns("mean_hinge_loss", "margins[y] is whole examples")
def _(W, X, y):
    scores = X @ W.T
    margins = np.maximum(0, scores - scores[range(len(y)), y].reshape(-1, 1) + 1)
    margins[y] = 0
    return margins.sum() / len(y)


@earns("mean_hinge_loss", "margins[:, y] is whole classes")
def _(W, X, y):
    scores = X @ W.T
    margins = np.maximum(0, scores - scores[range(len(y)), y].reshape(-1, 1) + 1)
    margins[:, y] = 0
    return margins.sum() / len(y)


@earns("mean_hinge_loss", "only the first example counts")
def _(W, X, y):
    total = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        total += sum(max(0, s - scores[right] + 1) for j, s in enumerate(scores) if j != right)
        return total / len(y)


@earns("mean_hinge_loss", "only the last example counts: add up")
def _(W, X, y):
    for x, right in zip(X, y, strict=True):
        total = 0.0
        scores = W @ x
        total += sum(max(0, s - scores[right] + 1) for j, s in enumerate(scores) if j != right)
    return total / len(y)


@earns("mean_hinge_loss", "only the last example counts, and nothing is divided by N")
def _(W, X, y):
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        loss = sum(max(0, s - scores[right] + 1) for j, s in enumerate(scores) if j != right)
    return loss


@earns("hinge_gradient", "the 1/N is missing")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
                dW[right] -= x
    return dW


@earns("hinge_gradient", "you divide by N twice")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x / len(y)
                dW[right] -= x / len(y)
    return dW / len(y)


@earns("hinge_gradient", "you divide by the number of classes: the loss")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
                dW[right] -= x
    return dW / len(dW)


@earns("hinge_gradient", "row y takes x once for every example, even where nothing costs")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
        dW[right] -= x
    return dW / len(y)


@earns("hinge_gradient", "row y takes x once for every example that costs")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        costs = [j for j in range(len(W)) if j != right and scores[j] - scores[right] + 1 > 0]
        for j in costs:
            dW[j] += x
        if costs:
            dW[right] -= x
    return dW / len(y)


@earns("hinge_gradient", "the sign at row y is wrong")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
                dW[right] += x
    return dW / len(y)


@earns("hinge_gradient", "every sign is turned round")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] -= x
                dW[right] += x
    return dW / len(y)


@earns("hinge_gradient", "row y is left out")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
    return dW / len(y)


@earns("hinge_gradient", "only row y gets its share")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[right] -= x
    return dW / len(y)


@earns("hinge_gradient", "you count classes whose term is exactly 0")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 >= 0:
                dW[j] += x
                dW[right] -= x
    return dW / len(y)


@earns("hinge_gradient", "every wrong class gets a share")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        for j in range(len(W)):
            if j != right:
                dW[j] += x
                dW[right] -= x
    return dW / len(y)


@earns("hinge_gradient", "row y takes one x too many")
def _(W, X, y):
    costs = X @ W.T - np.array([W[right] @ x for x, right in zip(X, y, strict=True)])[:, None] + 1 > 0
    dscores = costs.astype(float)
    dscores[np.arange(len(y)), y] = -costs.sum(axis=1)
    return dscores.T @ X / len(y)


@earns("hinge_gradient", "you weigh x by how much the class costs")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right:
                margin = max(0, scores[j] - scores[right] + 1)
                dW[j] += margin * x
                dW[right] -= margin * x
    return dW / len(y)


@earns("hinge_gradient", "the margin is left out of your test")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] > scores[right]:
                dW[j] += x
                dW[right] -= x
    return dW / len(y)


@earns("hinge_gradient", "only the most expensive wrong class")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        rivals = scores.copy()
        rivals[right] = -np.inf
        j = rivals.argmax()
        if scores[j] - scores[right] + 1 > 0:
            dW[j] += x
            dW[right] -= x
    return dW / len(y)


@earns("hinge_gradient", "you divide by the number of classes as well: the loss")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
                dW[right] -= x
    return dW / (X.shape[0] * W.shape[0])


@earns("hinge_gradient", "each example wipes out what the ones before it wrote")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores, count = W @ x, 0
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] = x
                count += 1
        dW[right] = -count * x
    return dW / len(y)


@earns("hinge_gradient", "only the last example counts")
def _(W, X, y):
    for x, right in zip(X, y, strict=True):
        dW = np.zeros(W.shape)
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
                dW[right] -= x
    return dW / len(y)


@earns("hinge_gradient", "only the first example counts")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
                dW[right] -= x
        return dW / len(y)


@earns("hinge_gradient", "the examples and the rows of W do not meet")
def _(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = x @ W
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
                dW[right] -= x
    return dW / len(y)


@earns("band_width", "the bias is in your length")
def _(W, i, j):
    return 2 / math.sqrt(sum((a - b) ** 2 for a, b in zip(W[i], W[j], strict=True)))


@earns("band_width", "this is half the band, from")
def _(W, i, j):
    difference = (W[i] - W[j])[:-1]
    return 1 / math.sqrt(difference @ difference)


@earns("band_width", "this is half the band, and the bias is in your length")
def _(W, i, j):
    difference = W[i] - W[j]
    return 1 / math.sqrt(difference @ difference)


@earns("band_width", "your formula is upside down")
def _(W, i, j):
    return math.dist(W[i][:-1], W[j][:-1]) / 2


@earns("band_width", "this is the length alone")
def _(W, i, j):
    return math.dist(W[i][:-1], W[j][:-1])


@earns("band_width", "the square root is missing")
def _(W, i, j):
    return 2 / ((W[i][:-1] - W[j][:-1]) ** 2).sum()


@earns("band_width", "you use one row alone")
def _(W, i, j):
    return 2 / math.hypot(*W[i][:-1])


@earns("band_width", "you use row j alone")
def _(W, i, j):
    return 2 / math.hypot(*W[j][:-1])


@earns("band_width", "you subtract two lengths")
def _(W, i, j):
    return 2 / abs(math.hypot(*W[i][:-1]) - math.hypot(*W[j][:-1]))


@earns("band_width", "you add two lengths")
def _(W, i, j):
    return 2 / (math.hypot(*W[i][:-1]) + math.hypot(*W[j][:-1]))


@earns("band_width", "you add the rows")
def _(W, i, j):
    return 2 / math.hypot(*(W[i] + W[j])[:-1])


@earns("band_width", "your length is a sum of absolute values")
def _(W, i, j):
    return 2 / sum(abs(a - b) for a, b in zip(W[i][:-1], W[j][:-1], strict=True))


@earns("band_width", "you take the first two weights only")
def _(W, i, j):
    return 2 / math.sqrt((W[i, 0] - W[j, 0]) ** 2 + (W[i, 1] - W[j, 1]) ** 2)


@earns("band_width", "you take columns")
def _(W, i, j):
    return 2 / math.hypot(*(W[:, i] - W[:, j])[:-1])


@earns("ledger_row", "this is what the example adds to dW")
def _(scores, y):
    entries = [0 if j == y else int(s - scores[y] + 1 > 0) for j, s in enumerate(scores)]
    entries[y] = -sum(entries)
    return entries


@earns("ledger_row", "your entries have no signs")
def _(scores, y):
    entries = [0 if j == y else int(s - scores[y] + 1 > 0) for j, s in enumerate(scores)]
    entries[y] = sum(entries)
    return entries


@earns("ledger_row", "this only says which classes come within 1 of the right one")
def _(scores, y):
    return [int(s > scores[y] - 1) for s in scores]


@earns("ledger_row", "its own row gets +x once for each class")
def _(scores, y):
    entries = [0] * len(scores)
    for j, s in enumerate(scores):
        if j != y and s - scores[y] + 1 > 0:
            entries[j] = -1
            entries[y] = 1
    return entries


@earns("ledger_row", "the entry of its own row is one too high")
def _(scores, y):
    costs = (scores > scores[y] - 1).astype(int)
    entries = -costs
    entries[y] = costs.sum()
    return entries


@earns("ledger_row", "the entry of its own row is missing")
def _(scores, y):
    return [-1 if j != y and s > scores[y] - 1 else 0 for j, s in enumerate(scores)]


@earns("ledger_row", "its own row has −1 too")
def _(scores, y):
    return -(scores > scores[y] - 1).astype(int)


@earns("ledger_row", "you write down how much each class costs")
def _(scores, y):
    entries = -np.maximum(0, scores - scores[y] + 1)
    entries[y] = 0
    entries[y] = -entries.sum()
    return entries


@earns("ledger_row", "every wrong class gets an entry")
def _(scores, y):
    return [len(scores) - 1 if j == y else -1 for j in range(len(scores))]


@earns("ledger_row", "you count a class that is exactly 1 below")
def _(scores, y):
    entries = [0 if j == y else -int(s - scores[y] + 1 >= 0) for j, s in enumerate(scores)]
    entries[y] = -sum(entries)
    return entries


@earns("ledger_row", "the margin is left out of your test")
def _(scores, y):
    entries = [0 if j == y else -int(s > scores[y]) for j, s in enumerate(scores)]
    entries[y] = -sum(entries)
    return entries


@earns("ledger_row", "you give +x to its own row even where no class costs")
def _(scores, y):
    entries = [0 if j == y else -int(s > scores[y] - 1) for j, s in enumerate(scores)]
    entries[y] = max(1, -sum(entries))
    return entries
