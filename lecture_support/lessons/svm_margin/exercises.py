"""The exercises of notebook 1: support vectors, the hinge loss, its gradient, a band's width, a line of the ledger."""

import numpy as np

from lecture_support.checks import Exercise, Mistake
from lecture_support.data import LABELS, SCORES
from lecture_support.losses import hinge_terms, svm_loss

TABLE = SCORES.T.copy()  # the slide's table read as W (3, 3); the three images are then the rows of eye(3)


def support_vectors(w, b, X, t):
    return t * (X @ w + b) <= 1


def support_cases(rng):
    points = np.array([[1.0, 1.0], [3.0, 1.0], [4.0, 1.0], [0.0, 0.5], [-2.0, -1.0]])  # scores 1, 2, 2.5, 0, -2.5
    cases = [(np.array([0.5, 1.0]), -0.5, points, np.array([1, 1, -1, -1, -1]))]
    for N, D in ((30, 4), (40, 3)):
        cases.append((rng.normal(size=D), 0.7, rng.normal(size=(N, D)), rng.choice([-1, 1], N)))
    return cases


SUPPORT_VECTORS = Exercise(
    support_vectors,
    support_cases,
    (
        Mistake(
            "you leave out the sides: t is −1 for the other noodles, and their edge is at s = −1.",
            lambda w, b, X, t: X @ w + b <= 1,
        ),
        Mistake(
            "you keep what lies in the band. An example far out on the wrong side is not in it, and costs most.",
            lambda w, b, X, t: np.abs(X @ w + b) <= 1,
        ),
        Mistake(
            "you lose the examples that sit exactly on their edge: they hold the line as well.",
            lambda w, b, X, t: t * (X @ w + b) < 1,
        ),
        Mistake(
            "this is the other way round: yours is True for the examples that are clear of their edge.",
            lambda w, b, X, t: t * (X @ w + b) > 1,
        ),
        Mistake(
            "you keep the examples without a cost: the others are asked for, and those on their edge.",
            lambda w, b, X, t: t * (X @ w + b) >= 1,
        ),
        Mistake(
            "you keep only the examples on the wrong side. To be on the right one is not enough: the band counts too.",
            lambda w, b, X, t: t * (X @ w + b) <= 0,
        ),
        Mistake(
            "you keep only the examples on the wrong side, and not the one on the line itself: the band counts too.",
            lambda w, b, X, t: t * (X @ w + b) < 0,
        ),
        Mistake(
            "you keep only the examples exactly on their edge: those in the band and on the wrong side cost as well.",
            lambda w, b, X, t: t * (X @ w + b) == 1,
        ),
        Mistake(
            "you keep the examples that are decided rightly: asked for are those that are not clear of their edge.",
            lambda w, b, X, t: t * (X @ w + b) > 0,
        ),
        Mistake(
            "you compare the score with t itself, and so turn nothing round for t = −1: multiply by t, compare with 1.",
            lambda w, b, X, t: X @ w + b <= t,
        ),
        Mistake(
            "this is the cost of each example: where it is above 0, and on the edge, True is asked for.",
            lambda w, b, X, t: np.maximum(0, 1 - t * (X @ w + b)),
        ),
        Mistake(
            "you compare distances: divided by the length of w, the edges are no longer at 1. Use the score itself.",
            lambda w, b, X, t: t * (X @ w + b) / np.linalg.norm(w) <= 1,
        ),
        Mistake("this is t·s itself: compare it with 1.", lambda w, b, X, t: t * (X @ w + b)),
        Mistake("the bias b is left out of your scores.", lambda w, b, X, t: t * (X @ w) <= 1),
        Mistake("the sign of the bias is wrong: it is added.", lambda w, b, X, t: t * (X @ w - b) <= 1),
        Mistake(
            "your t multiplies only part of the score: the bias belongs inside the brackets.",
            lambda w, b, X, t: t * (X @ w) + b <= 1,
        ),
    ),
)


def L_i_vectorized(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


def one_example_cases(rng):
    cases = [(np.eye(3)[i], i, TABLE) for i in range(3)]  # the cat, the car and the frog image
    return cases + [(rng.normal(size=4), y, 2 * rng.normal(size=(5, 4))) for y in (0, 4, 2, 1)]


def arguments_of_max(x, y, W):
    """s_j - s_y + 1 for all classes j, nothing cut off."""
    return W @ x - (W @ x)[y] + 1


def terms_of_one(x, y, W, delta=1.0):
    """The terms of one example's hinge loss, 0 for its own class."""
    return hinge_terms((W @ x)[None], np.array([y]), delta)[0]


def assigned_to_one_number(x, y, W):
    margins = np.max(arguments_of_max(x, y, W))
    margins[y] = 0  # here it stops: a number has no places


L_I_VECTORIZED = Exercise(
    L_i_vectorized,
    one_example_cases,
    (
        Mistake(
            "your loss is 1 too high for every example: is j = y counted? The right class has a term of its own, 1.",
            lambda x, y, W: np.maximum(0, arguments_of_max(x, y, W)).sum(),
        ),
        Mistake(
            "the margin is left out: a wrong class costs as soon as it comes within 1 of the right one.",
            lambda x, y, W: terms_of_one(x, y, W, 0.0).sum(),
        ),
        Mistake(
            "your scores trade places: a wrong class costs when it is too high, not when it is too low.",
            lambda x, y, W: np.maximum(0, 2 - np.delete(arguments_of_max(x, y, W), y)).sum(),
        ),
        Mistake(
            "your scores trade places, and j = y is counted too: a wrong class costs when it is too high.",
            lambda x, y, W: np.maximum(0, 2 - arguments_of_max(x, y, W)).sum(),
        ),
        Mistake(
            "the margin has the wrong sign: a wrong class costs from 1 below the right one on, not from 1 above.",
            lambda x, y, W: np.maximum(0, np.delete(arguments_of_max(x, y, W), y) - 2).sum(),
        ),
        Mistake(
            "the right score is not subtracted: what costs is how near a wrong class comes to it.",
            lambda x, y, W: np.maximum(0, np.delete(W @ x + 1, y)).sum(),
        ),
        Mistake(
            "nothing is cut off at 0, so a good lead over one class pays for another. A lead earns nothing.",
            lambda x, y, W: np.delete(arguments_of_max(x, y, W), y).sum(),
        ),
        Mistake(
            "nothing is cut off at 0, and j = y is counted: a lead earns nothing, and the right class has no term.",
            lambda x, y, W: arguments_of_max(x, y, W).sum(),
        ),
        Mistake(
            "you cut off at 0 after the sum. Each wrong class has a maximum of its own.",
            lambda x, y, W: max(0, np.delete(arguments_of_max(x, y, W), y).sum()),
        ),
        Mistake(
            "np.max is not np.maximum: np.max(0, a) takes a for an axis, while np.maximum compares place by place.",
            lambda x, y, W: np.max(0, arguments_of_max(x, y, W)),
        ),
        Mistake(
            "max and if want one number, and here is an array of them: np.maximum compares with 0 place by place.",
            lambda x, y, W: max(0, arguments_of_max(x, y, W)),
        ),
        Mistake(
            "your margins are one number, not an array with one for each class: np.max for np.maximum?",
            assigned_to_one_number,
        ),
        Mistake(
            "you keep one number out of the array, np.max for np.maximum: the right class's own 1 is among them.",
            lambda x, y, W: np.max(arguments_of_max(x, y, W)),
        ),
        Mistake(
            "you keep only the most expensive wrong class (the structured SVM): each one that is too close costs.",
            lambda x, y, W: terms_of_one(x, y, W).max(),
        ),
        Mistake(
            "only the first wrong class counts: is the `return` inside the loop?",
            lambda x, y, W: np.delete(terms_of_one(x, y, W), y)[0],
        ),
        Mistake(
            "only the last wrong class counts: add up inside the loop (+=).",
            lambda x, y, W: np.delete(terms_of_one(x, y, W), y)[-1],
        ),
        Mistake(
            "this is the mean over the wrong classes: the loss of one example is their sum.",
            lambda x, y, W: terms_of_one(x, y, W).sum() / (len(W) - 1),
        ),
        Mistake(
            "this is the mean over all classes, the right one among them: the loss is a sum.",
            lambda x, y, W: terms_of_one(x, y, W).mean(),
        ),
        Mistake(
            "your terms are squared: that is another loss (Q6 below).",
            lambda x, y, W: (terms_of_one(x, y, W) ** 2).sum(),
        ),
        Mistake(
            "this is how many classes cost something, not how much.", lambda x, y, W: (terms_of_one(x, y, W) > 0).sum()
        ),
        Mistake(
            "you subtract the number of the class, y, and not its score.",
            lambda x, y, W: np.delete(np.maximum(0, W @ x - y + 1), y).sum(),
        ),
        Mistake(
            "you look at the first three classes only: there are as many as W has rows.",
            lambda x, y, W: terms_of_one(x, y, W)[:3].sum(),
        ),
        Mistake(
            "your W stands the wrong way: a class is a row of W, so each row meets x.",
            lambda x, y, W: L_i_vectorized(x, y, W.T),
        ),
    ),
)


def mean_hinge_loss(W, X, y):
    scores = X @ W.T
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    return margins.sum() / len(y)


def batch_cases(rng):
    on_edge = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [2.0, 1.0]]), np.array([0, 0])
    missing_a_class = np.array([0, 2, 2, 1, 0, 2, 1])
    return [
        (TABLE, np.eye(3), LABELS.copy()),
        (rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), np.array([2, 0, 2])),
        on_edge,  # scores 1, 0, 0 and 2, 1, 0: some classes are exactly 1 below the right one
        (rng.normal(size=(4, 3)), rng.normal(size=(7, 3)), missing_a_class),
        (rng.normal(size=(3, 5)), rng.normal(size=(8, 5)), np.array([1, 0, 2, 2, 1, 0, 0, 1])),
    ]


def raw(W, X, y):
    """s_j - s_yi + 1 for all examples and all classes, (N, C), nothing cut off."""
    scores = X @ W.T
    return scores - scores[np.arange(len(y)), y][:, None] + 1


def cost(W, X, y, delta=1.0):
    """The terms of the hinge loss, (N, C)."""
    return hinge_terms(X @ W.T, y, delta)


def mean_of(scores, margins_of, y):
    """The mean loss from margins that margins_of(scores) works out wrongly; the entries of the right classes are 0."""
    margins = np.maximum(0, margins_of(scores) + 1)
    margins[np.arange(len(y)), y] = 0
    return margins.sum() / len(y)


def cleared(W, X, y, place):
    """The mean loss where margins[place] = 0 clears other entries than those of the right classes."""
    margins = np.maximum(0, raw(W, X, y))
    margins[place] = 0
    return margins.sum() / len(y)


MEAN_HINGE_LOSS = Exercise(
    mean_hinge_loss,
    batch_cases,
    (
        Mistake(
            "this is the sum over the examples: the 1/N is missing.",
            lambda W, X, y: cost(W, X, y).sum(),
        ),
        Mistake(
            "your loss is 1 too high: is j = y counted? The right class's own term is 1 in every example.",
            lambda W, X, y: np.maximum(0, raw(W, X, y)).sum() / len(y),
        ),
        Mistake(
            "the 1/N is missing, and j = y is counted: every example's own class adds 1.",
            lambda W, X, y: np.maximum(0, raw(W, X, y)).sum(),
        ),
        Mistake(
            "you take the mean over the classes too, and count j = y: divide the sum by N alone.",
            lambda W, X, y: np.maximum(0, raw(W, X, y)).mean(),
        ),
        Mistake(
            "you divide by the number of classes: the mean is over the examples, so divide by N.",
            lambda W, X, y: cost(W, X, y).sum() / len(W),
        ),
        Mistake(
            "your scores trade places: a wrong class costs when it is too high, not when it is too low.",
            lambda W, X, y: (np.maximum(0, 2 - raw(W, X, y)).sum() - len(y)) / len(y),
        ),
        Mistake(
            "you cut off at 0 after the sum over the classes: each wrong class has a maximum of its own.",
            lambda W, X, y: np.maximum(0, raw(W, X, y).sum(axis=1) - 1).mean(),
        ),
        Mistake(
            "the margin is left out of every term: a wrong class within 1 of the right one costs already.",
            lambda W, X, y: cost(W, X, y, 0.0).sum() / len(y),
        ),
        Mistake(
            "you take the mean over the classes too: divide by the number of examples alone.",
            lambda W, X, y: cost(W, X, y).mean(),
        ),
        Mistake(
            "you take the mean over the wrong classes too (Q5 above): sum over them, and divide by N alone.",
            lambda W, X, y: cost(W, X, y).sum() / len(y) / (len(W) - 1),
        ),
        Mistake("your terms are squared (Q6 above).", lambda W, X, y: (cost(W, X, y) ** 2).sum() / len(y)),
        Mistake(
            "you keep only the most expensive wrong class of each example.",
            lambda W, X, y: cost(W, X, y).max(axis=1).sum() / len(y),
        ),
        Mistake(
            "nothing is cut off at 0: a lead over one class pays for another, and the loss can fall below 0.",
            lambda W, X, y: (raw(W, X, y).sum() - len(y)) / len(y),
        ),
        Mistake(
            "your W stands the wrong way: an example is a row of X and a class a row of W, so one of them is turned.",
            lambda W, X, y: mean_hinge_loss(W.T, X, y),
        ),
        Mistake(
            "scores[:, y] is a whole column for each example. One entry a row is wanted: row i, column y[i].",
            lambda W, X, y: mean_of(X @ W.T, lambda scores: scores - scores[:, y], y),
        ),
        Mistake(
            "your right scores lie along a row, (N,), so each is taken from a column. Stand them up as (N, 1).",
            lambda W, X, y: mean_of(X @ W.T, lambda scores: scores - scores[np.arange(len(y)), y], y),
        ),
        Mistake(
            "margins[y] is whole examples, the rows with these numbers. Only one entry a row is to be cleared.",
            lambda W, X, y: cleared(W, X, y, y),
        ),
        Mistake(
            "margins[:, y] is whole classes, for all examples at once. Only one entry a row is to be cleared.",
            lambda W, X, y: cleared(W, X, y, (slice(None), y)),
        ),
        Mistake(
            "only the first example counts: is the `return` inside the loop?",
            lambda W, X, y: cost(W, X, y)[0].sum() / len(y),
        ),
        Mistake(
            "only the last example counts: add up inside the loop (+=), and begin with 0 before it.",
            lambda W, X, y: cost(W, X, y)[-1].sum() / len(y),
        ),
        Mistake(
            "only the last example counts, and nothing is divided by N: add up inside the loop (+=).",
            lambda W, X, y: cost(W, X, y)[-1].sum(),
        ),
    ),
)


def hinge_gradient(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
                dW[right] -= x
    return dW / len(y)


def from_shares(share):
    """A gradient that is wrong in what share(terms, own) puts on each class, own being 1 at the right classes."""

    def wrong(W, X, y):
        own = np.eye(len(W))[y]
        return share(raw(W, X, y), own).T @ X / len(y)

    return wrong


def costing(arguments, own):
    """1.0 where a wrong class costs, else 0.0."""
    return (arguments > 0) * (1 - own)


def balanced(pushed, own):
    """The wrong classes' shares, and against them the sum of each row on its own class."""
    return pushed - pushed.sum(axis=1, keepdims=True) * own


def assigned(W, X, y):
    dW = np.zeros(W.shape)
    for x, right, terms in zip(X, y, cost(W, X, y), strict=True):
        dW[terms > 0] = x
        dW[right] = -(terms > 0).sum() * x
    return dW / len(y)


HINGE_GRADIENT = Exercise(
    hinge_gradient,
    batch_cases,
    (
        Mistake(
            "the 1/N is missing: the loss is a mean, and so is its slope.",
            lambda W, X, y: len(y) * svm_loss(W, X, y)[1],
        ),
        Mistake("you divide by N twice.", lambda W, X, y: svm_loss(W, X, y)[1] / len(y)),
        Mistake(
            "you divide by the number of classes: the loss is a mean over the examples, so divide by N.",
            lambda W, X, y: svm_loss(W, X, y)[1] * len(y) / len(W),
        ),
        Mistake(
            "row y takes x once for every example that costs: it has to take it once for every class that costs.",
            from_shares(lambda a, own: costing(a, own) - own * costing(a, own).any(axis=1, keepdims=True)),
        ),
        Mistake(
            "row y takes x once for every example, even where nothing costs: once for every class that costs.",
            from_shares(lambda a, own: costing(a, own) - own),
        ),
        Mistake(
            "the sign at row y is wrong: a higher right score makes the loss fall.",
            from_shares(lambda a, own: costing(a, own) + own * costing(a, own).sum(axis=1, keepdims=True)),
        ),
        Mistake(
            "every sign is turned round: this is the way down, minus the gradient.",
            lambda W, X, y: -svm_loss(W, X, y)[1],
        ),
        Mistake("row y is left out: the right score is in every term too.", from_shares(costing)),
        Mistake(
            "only row y gets its share: the rows of the classes that cost get +x.",
            from_shares(lambda a, own: -own * costing(a, own).sum(axis=1, keepdims=True)),
        ),
        Mistake(
            "you count classes whose term is exactly 0 (is it ≥ for >?). At the kink the slope is taken as 0 here.",
            from_shares(lambda a, own: balanced((a >= 0) * (1 - own), own)),
        ),
        Mistake(
            "every wrong class gets a share, whether it costs or not: a term at 0 has no slope.",
            from_shares(lambda a, own: balanced(1 - own, own)),
        ),
        Mistake(
            "row y takes one x too many: is j = y counted as a class that costs?",
            from_shares(lambda a, own: balanced(costing(a, own), own) - own),
        ),
        Mistake(
            "you weigh x by how much the class costs. The slope only asks whether it costs.",
            from_shares(lambda a, own: balanced(costing(a, own) * a, own)),
        ),
        Mistake(
            "the margin is left out of your test: a class costs from 1 below the right score on.",
            from_shares(lambda a, own: balanced(costing(a - 1, own), own)),
        ),
        Mistake(
            "only the most expensive wrong class of each example gets its share.",
            from_shares(
                lambda a, own: balanced(
                    costing(a, own) * (np.arange(len(a[0])) == (a - 99 * own).argmax(1)[:, None]), own
                )
            ),
        ),
        Mistake(
            "you divide by the number of classes as well: the loss is a mean over the examples alone.",
            lambda W, X, y: svm_loss(W, X, y)[1] / len(W),
        ),
        Mistake("each example wipes out what the ones before it wrote: add to the rows (+=).", assigned),
        Mistake(
            "only the last example counts: the zeros belong before the loop, and the rows add up (+=).",
            lambda W, X, y: svm_loss(W, X[-1:], y[-1:])[1] / len(y),
        ),
        Mistake(
            "only the first example counts: is the `return` inside the loop?",
            lambda W, X, y: svm_loss(W, X[:1], y[:1])[1] / len(y),
        ),
        Mistake(
            "the examples and the rows of W do not meet: an example's scores are W times x.",
            lambda W, X, y: svm_loss(W.T, X, y)[1],
        ),
    ),
)


def band_width(W, i, j):
    return 2 / np.linalg.norm(W[i, :-1] - W[j, :-1])


def band_cases(rng):
    small = np.array([[3.0, 1.0, 5.0], [0.0, 5.0, 1.0], [0.5, 1.0, -2.0]])
    return [(small, 0, 1), (small, 1, 2), (rng.normal(size=(4, 6)), 3, 1), (rng.normal(size=(5, 3)), 0, 4)]


def length(row):
    """The length of a row of W without its bias."""
    return np.linalg.norm(row[:-1])


BAND_WIDTH = Exercise(
    band_width,
    band_cases,
    (
        Mistake(
            "the bias is in your length: it moves the line, and makes the band neither wider nor narrower.",
            lambda W, i, j: 2 / np.linalg.norm(W[i] - W[j]),
        ),
        Mistake(
            "this is half the band, from the line to one edge: the lead goes from −1 to +1.",
            lambda W, i, j: 1 / length(W[i] - W[j]),
        ),
        Mistake(
            "this is half the band, and the bias is in your length: leave the last column out, and put 2 on top.",
            lambda W, i, j: 1 / np.linalg.norm(W[i] - W[j]),
        ),
        Mistake(
            "your formula is upside down: a longer difference makes a narrower band.",
            lambda W, i, j: length(W[i] - W[j]) / 2,
        ),
        Mistake(
            "this is the length alone, without its 2: a longer difference makes a narrower band.",
            lambda W, i, j: length(W[i] - W[j]),
        ),
        Mistake(
            "the square root is missing: this divides by the squared length.",
            lambda W, i, j: 2 / length(W[i] - W[j]) ** 2,
        ),
        Mistake(
            "you use one row alone: the border between two classes depends on the difference of their rows.",
            lambda W, i, j: 2 / length(W[i]),
        ),
        Mistake(
            "you use row j alone: the border between two classes depends on the difference of their rows.",
            lambda W, i, j: 2 / length(W[j]),
        ),
        Mistake(
            "you subtract two lengths: take the difference of the rows first, and its length then.",
            lambda W, i, j: 2 / abs(length(W[i]) - length(W[j])),
        ),
        Mistake(
            "you add two lengths: take the difference of the rows first, and its length then.",
            lambda W, i, j: 2 / (length(W[i]) + length(W[j])),
        ),
        Mistake(
            "you add the rows: at the border their scores are equal, so they are subtracted.",
            lambda W, i, j: 2 / length(W[i] + W[j]),
        ),
        Mistake(
            "your length is a sum of absolute values: in the plane it is the root of a sum of squares.",
            lambda W, i, j: 2 / np.abs(W[i, :-1] - W[j, :-1]).sum(),
        ),
        Mistake(
            "you take the first two weights only: a row may have more, and all but its last are weights.",
            lambda W, i, j: 2 / np.linalg.norm(W[i, :2] - W[j, :2]),
        ),
        Mistake("you take columns: a class is a row of W.", lambda W, i, j: 2 / np.linalg.norm(W[:-1, i] - W[:-1, j])),
    ),
)


def ledger_row(scores, y):
    entries = -(scores - scores[y] + 1 > 0).astype(int)
    entries[y] = 0
    entries[y] = -entries.sum()
    return entries


def row_cases(rng):
    images = [(SCORES[i].copy(), i) for i in range(3)]
    on_edge = [(np.array([2.0, 1.0, 1.5]), 0), (np.array([0.0, 1.0]), 1)]
    return images + on_edge + [(rng.normal(size=C), y) for C, y in ((5, 0), (5, 4), (7, 3))]


def entries_of(entry):
    """A line of the ledger that is wrong in what entry(terms, own) puts into it, own being 1 at the right class."""
    return lambda scores, y: entry(scores - scores[y] + 1, np.eye(len(scores))[y])


LEDGER_ROW = Exercise(
    ledger_row,
    row_cases,
    (
        Mistake(
            "this is what the example adds to dW: a step goes against the slope, so all signs turn.",
            entries_of(lambda a, own: balanced_row(costing(a, own), own)),
        ),
        Mistake(
            "your entries have no signs: the classes that cost get −x, and its own row +x for each of them.",
            entries_of(lambda a, own: costing(a, own) + own * costing(a, own).sum()),
        ),
        Mistake(
            "this only says which classes come within 1 of the right one: each gets −1, and its own row their number.",
            entries_of(lambda a, own: a > 0),
        ),
        Mistake(
            "its own row gets +x once for each class that costs, not once in all.",
            entries_of(lambda a, own: costing(a, own).any() * own - costing(a, own)),
        ),
        Mistake(
            "the entry of its own row is one too high: is j = y counted as a class that costs?",
            entries_of(lambda a, own: own - balanced_row(costing(a, own), own)),
        ),
        Mistake(
            "the entry of its own row is missing: each line sums to 0.", entries_of(lambda a, own: -costing(a, own))
        ),
        Mistake(
            "its own row has −1 too: the term of the right class with itself is no cost. Each line sums to 0.",
            entries_of(lambda a, own: -costing(a, own) - own),
        ),
        Mistake(
            "you write down how much each class costs. The ledger only asks whether it costs.",
            entries_of(lambda a, own: -balanced_row(costing(a, own) * a, own)),
        ),
        Mistake(
            "every wrong class gets an entry, whether it costs or not.",
            entries_of(lambda a, own: -balanced_row(1 - own, own)),
        ),
        Mistake(
            "you count a class that is exactly 1 below (is it ≥ for >?): it costs nothing yet.",
            entries_of(lambda a, own: -balanced_row((a >= 0) * (1 - own), own)),
        ),
        Mistake(
            "the margin is left out of your test: a class costs from 1 below the right score on.",
            entries_of(lambda a, own: -balanced_row(costing(a - 1, own), own)),
        ),
        Mistake(
            "you give +x to its own row even where no class costs: a silent example has zeros only.",
            entries_of(lambda a, own: np.maximum(1, costing(a, own).sum()) * own - costing(a, own)),
        ),
    ),
)


def balanced_row(pushed, own):
    """`balanced` for the shares of one example."""
    return pushed - pushed.sum() * own


EXERCISES = (SUPPORT_VECTORS, L_I_VECTORIZED, MEAN_HINGE_LOSS, HINGE_GRADIENT, BAND_WIDTH, LEDGER_ROW)
