"""The exercises of notebook 3: one image's loss, safe probabilities, the mean loss, and two gradients."""

import numpy as np

from lecture_support.checks import Exercise
from lecture_support.common import OVER_EXAMPLES, SHIFT, SOFTMAX, batches


def image_loss(scores, y):
    exp = np.exp(scores)
    p = exp / exp.sum()
    return -np.log(p[y])


def image_loss_as_a_difference(scores, y):
    return np.log(np.exp(scores).sum()) - scores[y]


def image_cases(rng):
    cases = [(np.array([3.2, 5.1, -1.7]), 0), (np.array([1.3, 4.9, 2.0]), 1)]
    cases += [(rng.normal(size=4), 2), (rng.normal(size=5), 4), (np.zeros(3), 1)]
    return [*cases, (np.array([2, -1, 3]), 1), (rng.normal(size=3).astype(np.float32), 0)]


IMAGE_LOSS = r"""
-np.log(p[y]) → np.maximum(0, np.delete(scores, y) - scores[y] + 1).sum()
    this is the hinge loss of the SVM: this notebook's loss has exp and a logarithm.
→ p[y] → -p[y]  # this is the probability of the correct class: the loss is minus its logarithm.
-np.log → np.log  # your loss is negative: the log of a probability lies below 0, and the loss is minus that.
-np.log(p → -np.log10(p
np.log(np.exp(scores).sum()) - scores[y] → (np.log(np.exp(scores).sum()) - scores[y]) / np.log(10)
    your loss is in the unit of log10: the formula means the natural logarithm.
-np.log(p → -np.log2(p
np.log(np.exp(scores).sum()) - scores[y] → (np.log(np.exp(scores).sum()) - scores[y]) / np.log(2)
    your loss is in bits: the logarithm has base 2, and the natural one is asked for.
p[y] → 1 - p[y]  # this is −log(1 − p), small where the classifier is wrong: take the log of p itself.
-np.log(p[y]) → 1 - p[y]  # this is 1 − p: the loss has a logarithm in it, and no upper end.
exp / exp.sum() → exp  # you took exp and then its logarithm, with nothing between: divide by the sum first.
-np.log(p[y]) → -np.log(p).mean()  # you average over the classes: only the correct one counts here.
→ -np.log(p).sum()  # you add up over all classes: only the correct one counts here.
→ -np.log(p)  # these are the losses of all classes: only the correct one, y, is asked for.
p[y] → p.max()  # this is the loss of the class with the greatest score: take that of y, whatever the scores say.
→ p[y - 1]  # you count the classes from 1: y = 0 is the first one.
→ p[0]  # you take the first class every time: the correct one is y.
.sum()) - scores[y] → .sum())
    this is the logarithm of the sum alone: where does the score of the correct class come in?
- scores[y] → + scores[y]
    you add the score of the correct class, and a greater score should lower the loss: check the signs.
/ exp.sum() → / scores.sum()  # you divide by the sum of the scores: it is their exp that has to be added up.
np.exp(scores)\n → scores\n  # you divide the scores themselves: exp of each comes first.
exp.sum() → (exp.sum() - exp[y])
    the correct class is missing from your sum: here, unlike in the SVM's loss, it goes over all classes.
-np.log(p[y]) → -np.log(exp[y]) / exp.sum()  # a bracket closes too early: take the logarithm of the whole quotient.
p[y] → p[y] + 0.001  # you add a small number inside the logarithm: it is not in the formula, and changes the loss.
"""


def probabilities(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    exp = np.exp(shifted)
    return exp / exp.sum(axis=1, keepdims=True)


BY_ROWS = r"""
scores.max( → scores.mean(  # you shift each row by its mean, and its greatest score can still be too large for exp.
→ scores.min(  # you shift each row by its least score, and so the greatest can be too large for exp.
→ np.abs(scores).max(  # you shift each row by its greatest score without its sign: far below 0 all exp become 0.
"""


def table_cases(rng):
    large = [[1000.0, 1001.0, 999.0], [-1000.0, -1001.0, -1002.0], [800.0, -50.0, -60.0]]
    spread = [[-3000.0, 1000.0, 999.0], [500.0, -500.0, 400.0], [1500.0, -1500.0, 0.0]]
    tables = [[[3.2, 5.1, -1.7]], rng.normal(size=(2, 3)).round(1), np.zeros((3, 4)), [[1, 2], [3, 0], [-1, 0]]]
    tables += [rng.normal(size=(3, 3)).astype(np.float32), large, spread, [[1000.0, -500.0], [999.0, -501.0]]]
    return [(np.array(table),) for table in tables]


PROBABILITIES = r"""
scores.max( → scores.sum(
    you shift each row by its sum, and every score can end far from 0: which one should come to rest at 0?
scores - scores.max(axis=1, keepdims=True) → scores / scores.max(axis=1, keepdims=True)
    you divide the scores by the greatest of their row: subtract it, then the quotient stays as it is.
sum(axis=1, keepdims=True) → sum(axis=0)  # your columns add up to 1, and your rows should: look at the axis of the sum.
.sum(axis=1, keepdims=True) → .sum()  # you divide each row by the sum over the whole table: each row has its own sum.
exp.sum(axis=1, keepdims=True) → np.exp(scores).sum(axis=1, keepdims=True)
    you shift the scores above the line of the fraction only: the sum has to use the shifted ones too.
exp / exp.sum(axis=1, keepdims=True) → exp  # this is exp alone: your rows do not add up to 1 yet.
np.exp(shifted)\n    return exp / exp → scores\n    return scores / scores
    you divide the scores themselves by their sum: exp comes first.
scores - scores.max(axis=1, keepdims=True) → -scores - (-scores).max(axis=1, keepdims=True)
    the lowest score gets the greatest probability: is there a sign too many in front of the scores?
exp / exp.sum(axis=1, keepdims=True) → shifted - np.log(exp.sum(axis=1, keepdims=True))
    these are the logarithms of the probabilities, from the difference: exp of them is still to come.
→ np.log(exp / exp.sum(axis=1, keepdims=True))  # these are the logarithms of the probabilities: stop one step earlier.
→ exp / (exp.sum(axis=1, keepdims=True) + 0.01)
    you add a small number to the sum, and it is never 0 after the shift: your rows do not add up to 1.
"""


def mean_loss(scores, y):
    shifted = scores - scores.max(axis=1, keepdims=True)
    sums = np.exp(shifted).sum(axis=1)
    terms = np.log(sums) - shifted[np.arange(len(y)), y]
    return terms.sum() / len(y)


def mean_loss_in_a_loop(scores, y):
    loss = 0.0
    for row, right in zip(scores, y, strict=True):
        shifted = row - row.max()
        loss += np.log(np.exp(shifted).sum()) - shifted[right]
    return loss / len(y)


def mean_loss_cases(rng):
    large = np.array([[0.0, 1000.0, 0.0], [1000.0, 998.0, 999.0]])
    return [
        (np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([0, 1])),
        (rng.normal(size=(5, 3)), np.array([0, 2, 1, 2, 2])),
        (np.zeros((3, 4)), np.array([0, 3, 3])),
        (rng.normal(size=(1, 4)), np.array([2])),
        (np.array([[1, 2, 0], [0, 0, 3]]), np.array([1, 0])),
        (rng.normal(size=(4, 3)).astype(np.float32), np.array([2, 1, 2, 1])),
        (large, np.array([0, 1])),
        (-large, np.array([1, 2])),
        (np.array([[0.0, -3000.0, 0.0]]), np.array([0])),
    ]


MEAN_LOSS = r"""
terms.sum() → -np.log(np.exp(-terms)).sum()
    a probability came out as 0, and −log 0 is infinite: write the loss as a difference, without p.
→ -np.log(np.exp(-terms).mean()) * len(y)
    you average the probabilities first and take one logarithm: each image has a loss of its own.
→ -np.log(probabilities(scores)[:, y]).mean() * len(y)
    each image meets the labels of all images: pick one entry a row. Then see to −log 0, it is infinite.
→ -np.log(np.exp(-terms) + 1e-7).sum() → -np.log(np.exp(-terms) + 1e-9).sum()
→ -np.log(np.exp(-terms) + 1e-8).sum() → -np.log(np.exp(-terms) + 1e-10).sum()
→ -np.log(np.exp(-terms) + 1e-12).sum() → -np.log(np.exp(-terms) + 1e-15).sum()
→ -np.log(np.exp(-terms).clip(1e-7)).sum() → -np.log(np.exp(-terms).clip(1e-9)).sum()
→ -np.log(np.exp(-terms).clip(1e-8)).sum() → -np.log(np.exp(-terms).clip(1e-10)).sum()
→ -np.log(np.exp(-terms).clip(1e-12)).sum() → -np.log(np.exp(-terms).clip(1e-15)).sum()
    a small number inside the logarithm, or a clip, hides −log 0, and large losses come out too small: write the loss
    as a difference.
→ -(np.eye(scores.shape[1])[y] * np.log(probabilities(scores))).sum()
    one-hot times log p is 0 · −∞ where a p is 0, and that is nan: pick the one entry, in the difference.
terms.sum() / len(y) → terms  # these are the losses of the images: the mean of them is asked for.
/ len(y) → / scores.shape[1]  # you divide by the number of classes: the mean is over the images.
np.log(sums) - shifted → -np.log(np.exp(scores) / np.exp(scores).sum(axis=1)[:, None])
    scores of 1000 overflow here: subtract each row's greatest score before exp.
np.exp(shifted).sum(axis=1) → np.exp(shifted).sum()  # you add up exp over the whole table: each image has its own sum.
→ np.exp(shifted).sum(axis=0)[0]  # you add up exp down the columns: each image has its own sum, along its row.
shifted[np.arange(len(y)), y] → shifted.mean(axis=1)
    you average over all classes too: of each image only the class in y counts.
→ shifted[:, y].mean(axis=1)
    each image is paired with the labels of all images: pick one entry in each row, with row numbers and y.
→ shifted.max(axis=1)  # this is the loss of each image's greatest score: take the class in y, whatever the scores say.
np.log(sums) - shifted[np.arange(len(y)), y] → shifted[np.arange(len(y)), y] - np.log(sums)
    your loss is negative: check the order of the difference.
- shifted[np.arange(len(y)), y] → - scores[np.arange(len(y)), y] | - shifted[right] → - row[right]
    you shift only one part of the difference: the same shift belongs to both, or it does not cancel.
shifted[right] → shifted[y[0]]  # every image meets the label of the first: its own is y[i].
"""


def score_gradient(p, y):
    dscores = np.array(p)
    dscores[y] -= 1
    return dscores


def p_cases(rng):
    drawn = [probabilities(rng.normal(size=(1, C)))[0] for C in (4, 5)]
    thirds = np.full(3, 1 / 3, np.float32)
    by_hand = np.array([0.2, 0.3, 0.5])
    return [(by_hand, 1), (by_hand, 2), (drawn[0], 0), (drawn[1], 3), (thirds, 0), (np.array([0.0, 1.0, 0.0]), 1)]


SCORE_GRADIENT = r"""
dscores[y] -= 1 → pass  # these are the probabilities: one of the entries still changes.
-= 1 → += 1  # you add 1 at the correct class: the slope there is negative.
return dscores → return -dscores
    every sign is turned round: this is the way a descent step goes, and the gradient points uphill.
dscores[y] -= 1 → dscores -= 1  # you subtract 1 from every class: only the correct one gets it.
→ dscores -= y  # you subtract the number y from every entry: y says which entry to change.
return dscores → return np.abs(dscores)
    the size is right, but the correct class has the wrong sign: its score lowers the loss.
dscores[y] -= 1 → dscores[y] = -1  # at the correct class you put −1 itself: its own probability belongs to it too.
return dscores → return dscores * (np.arange(len(p)) == y)
    only the correct class moves here: the scores of the others are in the sum too, so they have a slope.
np.array(p)\n    dscores[y] -= 1 → -np.array(p)\n    dscores[y] = p[y] - 1
    right at the correct class; at the others the sign is wrong: their scores raise the loss.
dscores[y] -= 1 → dscores[np.argmax(p)] -= 1  # you subtract 1 at the greatest probability: it belongs to the class y.
return dscores → return -p[y] * dscores  # this is the gradient of the probability: the loss is minus its logarithm.
np.array(p)\n    dscores[y] -= 1 → p * (1 - p)
    p(1 − p) is each probability's slope along its own score: here one loss has a slope along every score.
→ np.zeros(len(p))\n    dscores[y] = -1 / p[y] → -1 / p → -1 * (np.arange(len(p)) == y) / p
    this is the slope along the probabilities, −1/p: go one stage further back, to the scores.
return dscores → return dscores / len(p)  # you divide by the number of classes: the loss of one image is no mean.
dscores[y] → dscores[y - 1]  # you count the classes from 1: y = 0 is the first one.
return dscores → return dscores[y]  # this is the slope along the correct score alone: each of the C scores has one.
"""


def softmax_gradient(W, X, y):
    scores = X @ W.T
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    dscores = exp / exp.sum(axis=1, keepdims=True)
    dscores[np.arange(len(y)), y] -= 1
    return dscores.T @ X / len(y)


def softmax_gradient_in_a_loop(W, X, y):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        exp = np.exp(scores - scores.max())
        p = exp / exp.sum()
        p[right] -= 1
        dW += np.outer(p, x)
    return dW / len(y)


def gradient_cases(rng):
    near = np.array([[1000.0, 0.0], [1001.0, 0.0], [999.0, 1.0]]), np.array([[1.0, 0.0], [1.0, 0.5]]), np.array([1, 0])
    return [*batches(rng), near]  # scores around 1000 that lie near each other


SOFTMAX_GRADIENT = r"""
/ len(y) → / dscores.size  # you divide by all N · C entries: the mean is over the N examples alone.
→ / X.shape[1]  # you divide by D, the length of one example: N is how many there are.
→ / X.size  # you divide by all N · D entries of X: the mean is over the N examples.
\n    return dW → \n        return dW  # only the first example counts: is the `return` inside the loop?
return dscores → return -dscores  # every sign is turned round: this is the way down, and the gradient points uphill.
return dscores.T → return (dscores * np.eye(len(W))[y]).T
    only row y gets a share of each example: the scores of the other classes are in the sum too.
"""

EXERCISES = (
    Exercise(image_loss, image_cases, IMAGE_LOSS, (image_loss_as_a_difference,)),
    Exercise(probabilities, table_cases, PROBABILITIES + BY_ROWS + SHIFT),
    Exercise(mean_loss, mean_loss_cases, MEAN_LOSS + BY_ROWS + SHIFT + OVER_EXAMPLES, (mean_loss_in_a_loop,)),
    Exercise(score_gradient, p_cases, SCORE_GRADIENT),
    Exercise(
        softmax_gradient,
        gradient_cases,
        SOFTMAX_GRADIENT + SOFTMAX + SHIFT + OVER_EXAMPLES,
        (softmax_gradient_in_a_loop,),
    ),
)
