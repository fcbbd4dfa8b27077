"""The exercises of notebook 1: support vectors, the hinge loss, its gradient, a band's width, a line of the ledger."""

import numpy as np

from lecture_support.checks import Exercise
from lecture_support.common import OVER_EXAMPLES, batches
from lecture_support.data import SCORES


def support_vectors(w, b, X, t):
    return t * (X @ w + b) <= 1


def support_cases(rng):
    w, t = np.array([0.5, 1.0]), np.array([1, 1, -1, -1, -1])
    X = np.array([[1.0, 1.0], [3.0, 1.0], [4.0, 1.0], [0.0, 0.5], [-2.0, -1.0]])  # scores 1, 2, 2.5, 0, -2.5
    cases = [(w, -0.5, X, t), (w.astype(np.float32), -0.5, X.astype(np.float32), t), (0 * w, 0.0, X, t)]
    for N, D, size in ((30, 4, 1), (40, 3, 1), (1, 2, 1), (20, 3, 1000)):
        cases.append((rng.normal(size=D), 0.7, size * rng.normal(size=(N, D)), rng.choice([-1, 1], N)))
    return [*cases, (w, 1.5, np.array([[1, 0], [-1, 2], [-5, 0], [-4, -1]]), np.array([1, 1, -1, -1]))]


SUPPORT_VECTORS = r"""
t * (X → (X  # you leave out the sides: t is −1 for the other noodles, and their edge is at s = −1.
t * ( → np.abs(  # you keep what lies in the band. An example far out on the wrong side is not in it, and costs most.
<= 1 → < 1  # you lose the examples that sit exactly on their edge: they hold the line as well.
→ > 1  # this is the other way round: yours is True for the examples that are clear of their edge.
→ >= 1  # you keep the examples without a cost: the others are asked for, and those on their edge.
→ <= 0  # you keep only the examples on the wrong side. To be on the right one is not enough: the band counts too.
→ < 0  # you keep only the examples on the wrong side, and not the one on the line itself: the band counts too.
→ == 1  # you keep only the examples exactly on their edge: those in the band and on the wrong side cost as well.
→ > 0  # you keep the examples that are decided rightly: asked for are those that are not clear of their edge.
t * (X @ w + b) <= 1 → (X @ w + b) <= t
    you compare the score with t itself, and so turn nothing round for t = −1: multiply by t, compare with 1.
→ np.maximum(0, 1 - t * (X @ w + b))
    this is the cost of each example: where it is above 0, and on the edge, True is asked for.
b) → b) / np.linalg.norm(w)
    you compare distances: divided by the length of w, the edges are no longer at 1. Use the score itself.
<= 1 →  # this is t·s itself: compare it with 1.
w + b → w  # the bias b is left out of your scores.
→ w - b  # the sign of the bias is wrong: it is added.
(X @ w + b) → (X @ w) + b  # your t multiplies only part of the score: the bias belongs inside the brackets.
"""


HINGE = r"""
margins[y] = 0 → | margins[rows, y] = 0 → | j != right → True
    is j = y counted? The right class's own term is 1 in every example, so your loss is 1 too high.
margins[y] = 0 → margins[margins == 1] = 0 | margins[rows, y] = 0 → margins[margins == 1] = 0
    you find the right class by its term of 1: where scores tie, as at W = 0, wrong classes have it too.
scores[y] + 1 → scores[y] | - right + 1 → - right | scores[right] + 1 → scores[right]
    the margin is left out of every term: a wrong class within 1 of the right one costs already.
scores[y] + 1 → scores[y] - 1 | - right + 1 → - right - 1 | scores[right] + 1 → scores[right] - 1
    the margin has the wrong sign: a wrong class costs from 1 below the right one on, not from 1 above.
scores - scores[y] → scores[y] - scores | scores[j] - scores[right] → scores[right] - scores[j]
scores - right → right - scores
    your scores trade places: a wrong class costs when it is too high, not when it is too low.
scores - scores[y] → scores | scores - right → scores
    the right score is not subtracted: what costs is how near a wrong class comes to it.
np.maximum(0, scores - scores[y] + 1) → scores - scores[y] + 1
np.maximum(0, scores - right + 1) → scores - right + 1
max(0, scores[j] - scores[right] + 1) → scores[j] - scores[right] + 1
    nothing is cut off at 0: a lead over one class pays for another, and the loss can fall below 0.
"""


def L_i_vectorized(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


def L_i_in_a_loop(x, right, W):
    scores = W.dot(x)
    loss = 0.0
    for j in range(len(W)):
        if j != right:
            loss += max(0, scores[j] - scores[right] + 1)
    return loss


def one_example_cases(rng):
    cases = [(np.eye(3)[i], i, SCORES.T.copy()) for i in range(3)]  # the cat, the car and the frog image
    cases += [(rng.normal(size=4), y, 2 * rng.normal(size=(5, 4))) for y in (0, 4, 2, 1)]
    x, y, W = cases[-1]
    ends = [(x, y, 0 * W), (0 * x, y, W), (x, y, 1000 * W), (x.astype(np.float32), y, W.astype(np.float32))]
    return [*cases, *ends, (np.array([1, -2, 0, 3]), 3, W)]


L_I_VECTORIZED = r"""
max(0, scores[j] - scores[right] + 1)\n    return loss → scores[j] - scores[right] + 1\n    return max(0, loss)
    you cut off at 0 after the sum over the classes: each wrong class has a maximum of its own.
np.maximum(0, scores - scores[y] + 1) → np.max(scores - scores[y] + 1)
    your margins are one number, not an array with one for each class: np.max for np.maximum?
np.maximum(0, scores - scores[y] + 1)\n    margins[y] = 0 → np.max(scores - scores[y] + 1)
    you keep one number out of the array, np.max for np.maximum: the right class's own 1 is among them.
.sum( → .max(  # you keep only the most expensive wrong class (the structured SVM): each one that is too close costs.
\n    return loss → \n            return loss  # only the first wrong class counts: is the `return` inside the loop?
loss += → loss =  # only the last wrong class counts: add up inside the loop (+=).
np.sum(margins) → np.sum(margins) / (len(W) - 1)
    this is the mean over the wrong classes: the loss of one example is their sum.
→ np.mean(margins)  # this is the mean over all classes, the right one among them: the loss is a sum.
→ np.sum(margins**2)  # your terms are squared: that is another loss (Q6 below).
→ np.sum(margins > 0)  # this is how many classes cost something, not how much.
- scores[y] + 1 → - y + 1 | - scores[right] + 1 → - right + 1
    you subtract the number of the class, y, and not its score.
range(len(W)) → range(3)  # you look at the first three classes only: there are as many as W has rows.
W.dot(x) → W.T.dot(x)  # your W stands the wrong way: a class is a row of W, so each row meets x.
return np.sum(margins) → return margins  # these are the terms of the classes: the loss is their sum.
"""


def mean_hinge_loss(W, X, y):
    scores = X @ W.T
    rows = np.arange(len(y))
    right = scores[rows, y][:, None]
    margins = np.maximum(0, scores - right + 1)
    margins[rows, y] = 0
    return margins.sum() / len(y)


def mean_hinge_loss_in_loops(W, X, y):
    loss = 0.0
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right:
                loss += max(0, scores[j] - scores[right] + 1)
    return loss / len(y)


MEAN_HINGE_LOSS = r"""
margins.sum() → np.maximum(0, (scores - right + 1).sum(axis=1) - 1).sum()
    you cut off at 0 after the sum over the classes: each wrong class has a maximum of its own.
.sum() / len(y) → .mean()  # you take the mean over the classes too: divide by the number of examples alone.
→ .sum() / len(y) / (len(W) - 1)
    you take the mean over the wrong classes too (Q5 above): sum over them, and divide by N alone.
margins.sum() → (margins**2).sum()  # your terms are squared (Q6 above).
→ margins.max(axis=1).sum()  # you keep only the most expensive wrong class of each example.
scores[rows, y][:, None] → scores[:, y]
    scores[:, y] is a whole column for each example. One entry a row is wanted: row i, column y[i].
[:, None] →  # your right scores lie along a row, (N,), so each is taken from a column. Stand them up as (N, 1).
margins[rows, y] → margins[y]
    margins[y] is whole examples, the rows with these numbers. Only one entry a row is to be cleared.
→ margins[:, y]  # margins[:, y] is whole classes, for all examples at once. Only one entry a row is to be cleared.
loss = 0.0\n    for x, right in zip(X, y, strict=True): → for x, right in zip(X, y, strict=True):\n        loss = 0.0
    only the last example counts: add up inside the loop (+=), and begin with 0 before it.
loss += → loss =  # only the last wrong class of the last example counts: add up inside the loops (+=).
\n    return loss / len(y) → \n            loss /= len(y)\n    return loss
→ \n                loss /= len(y)\n    return loss
    you divide by N inside the loop over the classes, again and again: once is enough, at the end.
margins.sum() / len(y) → margins.sum(axis=1)  # these are the losses of the examples: take their mean.
margins.sum() → (margins > 0).sum()  # this is how many classes cost something, not how much.
"""


def hinge_gradient(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        for j in range(len(W)):
            if j != right and scores[j] - scores[right] + 1 > 0:
                dW[j] += x
                dW[right] -= x
    return dW / len(y)


def hinge_gradient_from_a_table(W, X, y):
    scores, rows = X @ W.T, np.arange(len(y))
    margins = scores - scores[rows, y][:, None] + 1
    margins[rows, y] = 0
    shares = np.where(margins > 0, 1.0, 0.0)
    shares[rows, y] = -shares.sum(axis=1)
    return shares.T @ X / len(y)


HINGE_GRADIENT = r"""
= W @ x → = W @ x\n        dW[scores > scores[right] - 1] = 0
    each example wipes out what the ones before it wrote: add to the rows (+=).
/ len(y) → / len(y) / len(W)  # you divide by the number of classes as well: the loss is a mean over the examples alone.
-shares.sum(axis=1) → -shares.max(axis=1)
    row y takes x once for every example that costs: it has to take it once for every class that costs.
→ -1
    row y takes x once for every example, even where nothing costs: once for every class that costs.
dW[right] -= → dW[right] += | -shares.sum → shares.sum
    the sign at row y is wrong: a higher right score makes the loss fall.
dW[right] -= x → pass  # row y is left out: the right score is in every term too.
dW[j] += x → pass  # only row y gets its share: the rows of the classes that cost get +x.
> 0 → >= 0  # you count classes whose term is exactly 0 (is it ≥ for >?). At the kink the slope is taken as 0 here.
and scores[j] - scores[right] + 1 > 0 →
    every wrong class gets a share, whether it costs or not: a term at 0 has no slope.
margins[rows, y] = 0 →  # row y takes one x too many: is j = y counted as a class that costs?
np.where(margins > 0, 1.0, 0.0) → np.maximum(0, margins) | dW[j] += x → dW[j] += (scores[j] - scores[right] + 1) * x
    you weigh x by how much the class costs. The slope only asks whether it costs.
scores[right] + 1 > → scores[right] > | [:, None] + 1 → [:, None]
    the margin is left out of your test: a class costs from 1 below the right score on.
j != right → j == max({*range(len(W))} - {right}, key=scores.item)
    only the most expensive wrong class of each example gets its share.
dW[j] += → dW[j] =  # the rows of the classes that cost keep only the last x: add it to them (+=).
dW[right] -= x → dW[right] = -x  # row y keeps only the last x: take it from what is there (-=).
\n        scores = W → \n        dW, scores = 0 * W, W
    only the last example counts: the zeros belong before the loop, and the rows add up (+=).
\n    return dW → \n        return dW  # only the first example counts: is the `return` inside the loop?
\n    return dW / len(y) → \n            dW /= len(y)\n    return dW → \n                dW /= len(y)\n    return dW
→ \n            dW /= len(y) if j != right else 1\n    return dW
    you divide by N inside the loop over the classes, again and again: once is enough, at the end.
dW[j] += x → dW[j] += 1  # the rows of the classes that cost get 1: the slope of a score is its example, x.
dW[right] -= x → dW[right] -= 1  # row y loses 1: the slope of a score is its example, x.
dW[j] += x → dW[j] += W[j]  # you add a row of W: the slope of a score is its example, x.
"""


def band_width(W, i, j):
    difference = W[i, :-1] - W[j, :-1]
    return 2 / np.sqrt((difference**2).sum())


def band_cases(rng):
    small = np.array([[3.0, 1.0, 5.0], [0.0, 5.0, 1.0], [0.5, 1.0, -2.0]])
    cases = [(small, 0, 1), (small, 1, 2), (rng.normal(size=(4, 6)), 3, 1), (rng.normal(size=(5, 3)), 0, 4)]
    cases += [(small.astype(np.float32), 2, 0), (small.astype(int), 0, 1), (1000 * small, 2, 1)]
    return [*cases, (small * [1, 1, 0], 1, 2)]


BAND_WIDTH = r"""
W[i, :-1] - W[j, :-1] → W[i] - W[j]
    the bias is in your length: it moves the line, and makes the band neither wider nor narrower.
2 / np → 1 / np  # this is half the band, from the line to one edge: the lead goes from −1 to +1.
2 / np.sqrt((difference**2).sum()) → np.sqrt((difference**2).sum()) / 2
    your formula is upside down: a longer difference makes a narrower band.
2 / np → np  # this is the length alone, without its 2: a longer difference makes a narrower band.
np.sqrt((difference**2).sum()) → (difference**2).sum()
    the square root is missing: this divides by the squared length.
- W[j, :-1] →  # you use one row alone: the border between two classes depends on the difference of their rows.
W[i, :-1] - W[j, → W[j,  # you use row j alone: the border between two classes depends on the difference of their rows.
W[i, :-1] - W[j, :-1] → np.linalg.norm(W[i, :-1]) - np.linalg.norm(W[j, :-1])
    you subtract two lengths: take the difference of the rows first, and its length then.
→ np.linalg.norm(W[i, :-1]) + np.linalg.norm(W[j, :-1])
    you add two lengths: take the difference of the rows first, and its length then.
- W[j → + W[j  # you add the rows: at the border their scores are equal, so they are subtracted.
np.sqrt((difference**2).sum()) → np.abs(difference).sum()
    your length is a sum of absolute values: in the plane it is the root of a sum of squares.
→ difference.sum()  # you add up the differences as they are: the length is the root of the sum of their squares.
W[i, :-1] - W[j, :-1] → W[i, :2] - W[j, :2]
    you take the first two weights only: a row may have more, and all but its last are weights.
→ W[:-1, i] - W[:-1, j]  # you take columns: a class is a row of W.
→ W[i, 1:] - W[j, 1:]  # you leave out the first weight: the bias is the last one.
"""


def ledger_row(scores, y):
    costs = scores - scores[y] + 1 > 0
    costs[y] = False
    entries = -1 * costs
    entries[y] = costs.sum()
    return entries


def row_cases(rng):
    cases = [(SCORES[i].copy(), i) for i in range(3)]
    cases += [(np.array([2.0, 1.0, 1.5]), 0), (np.array([0.0, 1.0]), 1)]  # a class is exactly 1 below the right one
    cases += [(rng.normal(size=C), y) for C, y in ((5, 0), (5, 4), (7, 3))]
    others = (np.zeros(4), 2), (np.array([3, 1, 2, 4]), 2), (1000 * cases[-1][0], 3), (np.float32([0, 0.5, -2]), 1)
    return [*cases, *others]


LEDGER_ROW = r"""
return entries → return -entries
    this is what the example adds to dW: a step goes against the slope, so all signs turn.
-1 * costs → -costs  # your minus stands before True and False, which NumPy refuses: -1 * … makes numbers of them.
→ 1 * costs  # your entries have no signs: the classes that cost get −x, and its own row +x for each of them.
costs[y] = False\n    entries = -1 * costs\n    entries[y] = costs.sum() → entries = costs
    this only says which classes come within 1 of the right one: each gets −1, and its own row their number.
costs.sum() → costs.any()  # its own row gets +x once for each class that costs, not once in all.
costs[y] = False →  # the entry of its own row is one too high: is j = y counted as a class that costs?
entries[y] = costs.sum() →  # the entry of its own row is missing: each line sums to 0.
costs.sum() → -1  # its own row has −1 too: the term of the right class with itself is no cost. Each line sums to 0.
scores - scores[y] + 1 > 0 → np.maximum(0, scores - scores[y] + 1)
    you write down how much each class costs. The ledger only asks whether it costs.
→ np.ones(len(scores)) > 0  # every wrong class gets an entry, whether it costs or not.
> 0 → >= 0  # you count a class that is exactly 1 below (is it ≥ for >?): it costs nothing yet.
+ 1 > → >  # the margin is left out of your test: a class costs from 1 below the right score on.
→ - 1 >  # the margin has the wrong sign in your test: a class costs from 1 below the right score on.
costs.sum() → max(1, costs.sum())
    you give +x to its own row even where no class costs: a silent example has zeros only.
→ 1  # its own row gets +x once for every example: once for each class that costs.
→ -costs.sum()  # the sign of its own row is wrong: it gets +x for each class that costs.
"""

EXERCISES = (
    Exercise(support_vectors, support_cases, SUPPORT_VECTORS),
    Exercise(L_i_vectorized, one_example_cases, L_I_VECTORIZED + HINGE, (L_i_in_a_loop,)),
    Exercise(mean_hinge_loss, batches, MEAN_HINGE_LOSS + HINGE + OVER_EXAMPLES, (mean_hinge_loss_in_loops,)),
    Exercise(hinge_gradient, batches, HINGE_GRADIENT + OVER_EXAMPLES, (hinge_gradient_from_a_table,)),
    Exercise(band_width, band_cases, BAND_WIDTH),
    Exercise(ledger_row, row_cases, LEDGER_ROW),
)
