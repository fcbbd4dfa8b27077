"""What exercises of several lessons share: inputs, and the mistakes that are made in all of them.

They are written as `checks` says. A change whose text does not stand in an exercise's solutions is none there.
"""

import numpy as np

from lecture_support.data import LABELS, SCORES

OVER_EXAMPLES = r"""
/ len(y) →  # the 1/N is missing: this is the sum over the examples, and the mean of them is asked for.
→ / len(y) ** 2  # you divide by N twice.
→ / len(W)  # you divide by the number of classes: the mean is over the examples, so divide by N.
return dW → return 0 * dW  # your gradient is 0 everywhere: is anything added to the zeros that you begin with?
return dW → return -dW  # every sign is turned round: this is the way down, and the gradient points uphill.
X @ W.T → X @ W | W @ x → W.T @ x
    your W stands the wrong way: an example is a row of X and a class a row of W, so one of them is turned.
\n    return loss → \n        return loss | \n    return right → \n        return right
    only the first example counts: is the `return` inside the loop?
loss += np → loss = np | dW += np → dW = np
    only the last example counts: add up inside the loop (+=), and begin with 0 before it.
\n    return dW / len(y) → \n        dW /= len(y)\n    return dW | x) / len(y)\n → x)\n        dW /= len(y)\n
\n    return loss / len(y) → \n        loss /= len(y)\n    return loss
\n    return right / len(y) → \n        right /= len(y)\n    return right
    you divide by N inside the loop, so the first examples are divided again and again: once is enough, at the end.
"""

SOFTMAX = r"""
-= 1 → += 1  # at the right class you add 1 to the probability: its slope is p − 1.
→ = -1  # at the right class you put −1 itself: its own probability belongs to it too.
dscores[np.arange(len(y)), y] -= 1 → pass | p[right] -= 1 → pass
    the right class is not treated apart: its slope is p − 1, so subtract 1 at each example's label.
dscores[np.arange(len(y)), y] → dscores | p[right] → p
    you subtract 1 from every class: only the entry at each example's label loses 1.
[np.arange(len(y)), y] → [:, y]
    you subtract 1 in whole columns: each example has one entry, so index with row numbers and y together.
→ [y]  # you subtract 1 in whole rows: y counts classes, so index with row numbers and y together.
exp.sum(axis=1, keepdims=True) → exp.sum(axis=0)
    your probabilities add up to 1 over the examples: they should over the classes, row by row (axis=1).
→ exp.sum(axis=1) | scores.max(axis=1, keepdims=True) → scores.max(axis=1)
    what you take along axis=1 lies in a row, (N,), and meets columns: keepdims=True stands it up as (N, 1).
exp / exp.sum(axis=1, keepdims=True) → exp | exp / exp.sum() → exp
    your exp is not divided by its sum: the slopes are made of probabilities.
"""

SHIFT = r"""
scores - scores.max(axis=1, keepdims=True) → scores | scores - scores.max() → scores | row - row.max() → row
    scores of 1000 overflow here: subtract each row's greatest score before exp.
scores.max(axis=1, keepdims=True) → scores.max() | row.max() → scores.max()
    you shift the whole table by one number: a row far below the others loses its exp. Each row has its own.
scores.max(axis=1, keepdims=True) → scores.max(axis=0)
    you shift each column by its own greatest score: then the differences within a row change. Which axis?
"""


def batches(rng):
    """Inputs (W, X, y) for what takes a batch: where the course begins and ends, and what lies between."""
    table = SCORES.T.copy(), np.eye(3), LABELS.copy()  # the slide's scores: its table read as W, an image as a row

    def drawn(C, D, y, size=1.0):
        return size * rng.normal(size=(C, D)), rng.normal(size=(len(y), D)), np.array(y)

    W, X, y = drawn(4, 3, [0, 2, 2, 1, 0, 2, 1])  # class 3 does not occur
    single = [array.astype(np.float32) for array in (W, X)]
    return [
        table,
        drawn(3, 3, [2, 0, 2]),
        (np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.array([[1, 0], [2, 1]]), np.array([0, 0])),  # all at a kink
        (W, X, y),
        (0 * W, X, np.array([0, 3, 3, 0, 1, 2, 1])),
        drawn(5, 2, [4]),
        (W, X * [[1], [0], [1], [0], [1], [1], [1]], y),  # two rows of zeros, of classes in the middle
        (*single, y.astype(np.int32)),
        drawn(3, 5, [1, 0, 2, 2, 1, 0, 0, 1], 1000.0),
    ]
