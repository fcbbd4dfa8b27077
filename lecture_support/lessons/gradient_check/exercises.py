"""The exercises of notebook 4: a slope, a whole gradient, its error, the verdict, the cost, and a formula to check."""

import numpy as np

from lecture_support.checks import Exercise
from lecture_support.common import OVER_EXAMPLES, SHIFT, SOFTMAX, batches
from lecture_support.losses import softmax_loss, svm_loss


def one_sided_slope(f, w, h):
    return (f(w + h) - f(w)) / h


def slope_cases(rng):
    cases = [(np.square, 1.0, 0.5), (np.abs, -0.2, 0.5), (np.exp, -1.5, 0.1), (np.cos, 1.0, 0.5)]
    cases += [(np.exp, 0.0, 0.5), (np.abs, -0.25, 0.5), (np.abs, np.float32(0), 0.5), (np.square, 1000.0, 0.1)]
    return [*cases, (np.square, 1, 2)]


ONE_SIDED_SLOPE = r"""
/ h →  # this is the change of the loss, not its slope: divide by how far the weight moved.
→ * h  # you multiply by h where the slope divides by it.
f(w + h) - f(w) → f(w) - f(w + h)  # the sign is turned round: a loss that rises with w has a slope above 0.
f(w)) / h → f(w - h)) / (2 * h)
    this is the centred slope, from both sides of w. It is better, and comes next; here one side is asked for.
/ h → / (2 * h)  # half of what it should be: you divide by 2h, but the weight moved by h only.
f(w + h) - f(w) → f(w) - f(w - h)  # you step to w - h: that is one-sided too, but the slide raises the weight.
f(w + h) → f(w - h)  # you step to w - h, and so the sign is turned round as well: the slide raises the weight.
f(w)) → f(w - h))  # you look on both sides of w, a distance of 2h, and divide by h. Here one side is asked for.
(f(w + h) - f(w)) → f(w + h) - f(w)  # brackets are missing: only the second loss is divided by h, and the first is not.
h):\n → h):\n    h = 0.01\n → h):\n    h = 0.001\n → h):\n    h = 1e-5\n
    your h is a small number of your own, such as 0.0001: use the h that the function is given.
/ h → / (w + h)  # you divide by where the weight has come to: divide by how far it moved.
f(w + h) - f(w) → abs(f(w + h) - f(w))  # a slope may be below 0, and yours never is: keep its sign.
f(w + h) → f(w) + h  # you raise the loss by h, and not the weight: so every slope is 1.
f(w + h) - f(w) → 0.0  # your slope is always 0: take the loss at two places, the raised weight and the weight itself.
"""


def numerical_gradient(f, W, h):
    gradient = np.zeros(W.shape)
    step = np.zeros(W.shape)
    for index in np.ndindex(W.shape):
        step[index] = h
        gradient[index] = (f(W + step) - f(W - step)) / (2 * h)
        step[:] = 0
    return gradient


def numerical_gradient_in_place(f, W, h):
    W, gradient = W.copy(), np.zeros(W.shape)
    for index in np.ndindex(W.shape):
        W[index] += h
        above = f(W)
        W[index] -= 2 * h
        below = f(W)
        W[index] += h
        gradient[index] = (above - below) / (2 * h)
    return gradient


def entangled(W):
    """A loss in which each weight's slope hangs on the other weights, so that a weight not put back is seen."""
    return float((W**3).sum() + W.sum() ** 2 + W.flat[0])


entangled.__name__ = "f(W) = ΣW³ + (ΣW)² + W₀₀"  # as `check` shows it


def loss_of(kind, X, y):
    def loss(W):
        return kind(W, X, y)[0]

    return loss


def gradient_cases(rng):
    W, X, y = rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), np.array([2, 0, 2, 2, 0])  # class 1 does not occur
    softmax, hinge, one = loss_of(softmax_loss, X, y), loss_of(svm_loss, X, y), loss_of(svm_loss, X[:1], y[:1])
    cases = [(entangled, np.array([[1.0, 2.0]]), 0.5), (softmax, W, 0.01), (hinge, -W, 0.1), (softmax, 0 * W, 0.01)]
    ends = [(entangled, np.array([[-2.0]]), 0.25), (entangled, np.zeros((2, 3), np.float32), 0.5)]
    return [*cases, *ends, (one, 1000 * W, 0.1)]  # here most slopes are 0


NUMERICAL_GRADIENT = r"""
f(W - step)) / (2 * h) → f(W)) / h
    these are one-sided slopes: the centred difference asks for the loss at W - h as well.
f(W + step) - f(W - step)) / (2 * h) → f(W) - f(W - step)) / h
    these are slopes from the left alone: the centred difference asks for the loss at W + h as well.
/ (2 * h) → / h  # each slope is twice what it should be: from W - h to W + h is a distance of 2h.
→ / 2 * h  # a bracket is missing: `/ 2 * h` divides by 2 and then multiplies by h.
(f(W + step) - f(W - step)) → f(W + step) - f(W - step) | (above - below) → above - below
    a bracket is missing: only the second loss is divided, and the first is not.
/ (2 * h) →  # these are changes of the loss, not slopes: they are not divided by how far the weight moved.
f(W + step) - f(W - step) → f(W - step) - f(W + step) | above - below → below - above
    every sign is turned round: take the loss at W + h first, then subtract the one at W - h.
\n        step[:] = 0 → | below = f(W)\n        W[index] += h → below = f(W)
    a weight is not put back before the next one moves, so W drifts away while you measure it.
f(W - step) → f(W) | -= 2 * h\n        below = f(W)\n        W[index] += h → -= h\n        below = f(W)
    you come back to W and not below it: W[index] -= h after += h is W again, so the difference is half.
step[index] = → step[:] =  # all weights move at once, so every entry is the same number: move one weight at a time.
→ step[index[0]] =  # a whole row moves at once: W[i] is a row, W[i, j] one weight (np.ndindex gives all places).
in np.ndindex(W.shape) → in np.ndindex(len(W), len(W))
    some columns stay 0: W has W.shape[0] rows and W.shape[1] columns, and both have to be walked through.
gradient = np.zeros(W.shape) → gradient = np.zeros(W.shape, dtype=int)
    your slopes are whole numbers: the array that you fill holds ints (np.zeros(W.shape) holds floats).
in np.ndindex(W.shape) → in [(0, 0)]
    only the first weight is measured and the others stay 0: is the `return` inside the loop?
in np.ndindex(W.shape): → in np.ndindex(W.shape):\n        gradient = np.zeros(W.shape)
    only the last weight has its slope: the zeros belong before the loop, not into it.
.ndindex(W.shape) → .ndindex(1, W.shape[1])  # only the first row is measured: is the `return` inside the outer loop?
gradient[index] = (f(W + step) - f(W - step)) / (2 * h) → pass | f(W - step) → f(W + step)
    all your slopes are 0: is anything put into the array that you return? And a = W; b = W are one array: copy it.
h):\n → h):\n    h = 1e-5\n
    your h is a small number of your own, such as 0.00001: use the h that the function is given.
f(W + step) - f(W - step) → f(W[index] + h) - f(W[index] - h)
    you hand f a single number: it takes the whole array, with one weight moved in it.
"""


def relative_error(a, n):
    size = np.maximum(np.abs(a), np.abs(n))
    return np.abs(a - n) / np.where(size == 0, 1, size)


def relative_error_mended(a, n):
    errors = np.abs(a - n) / np.maximum(np.abs(a), np.abs(n))
    errors[(a == 0) & (n == 0)] = 0
    return errors


def error_cases(rng):
    a = rng.normal(size=(3, 4))
    n = a * rng.uniform(0.5, 1.5, size=(3, 4))
    n[0, 0], a[1, 1], n[1, 1], n[2] = -a[0, 0], 0, 0, -2 * a[2]
    pairs = [([[1.0, -4.0, 0.0]], [[2.0, -3.0, 5.0]]), ([[-1.0, 2.0]], [[1.0, 2.0]]), ([[0.0, 3.0]], [[0.0, 3.0]])]
    pairs += [(a, n), ([[4.0]], [[3.0]]), ([[0.0, 0.0]], [[0.0, 0.0]]), ([[3, 0], [-4, 7]], [[2, 0], [0, 8]])]
    pairs += [(1e6 * a, 1e6 * n), (a.astype(np.float32), n.astype(np.float32))]
    return [tuple(map(np.array, pair)) for pair in pairs]


RELATIVE_ERROR = r"""
/ np.where(size == 0, 1, size) →  # this is the plain difference: divide it by the size of the slopes.
np.where(size == 0, 1, size) → size | \n    errors[(a == 0) & (n == 0)] = 0 →
    0 / 0 is not a number: where both slopes are 0, the error is 0.
np.abs(a - n) → (a - n)  # some errors are below 0: take the absolute value of the difference.
→ np.abs(np.abs(a) - np.abs(n))
    you compare sizes only, so slopes of opposite signs look alike: the absolute value is of the difference.
np.maximum(np.abs(a), np.abs(n)) → np.abs(a + n)
    you divide by the size of the sum, which is near 0 for slopes of opposite signs: take the larger size.
→ np.abs(a)  # you divide by the analytic slope only: take the larger of the two sizes.
→ np.abs(n)  # you divide by the numerical slope only: take the larger of the two sizes.
→ (np.abs(a) + np.abs(n))  # you divide by the sum of the two sizes, as some courses do: here it is the larger one.
→ ((np.abs(a) + np.abs(n)) / 2)  # you divide by the mean of the two sizes: here it is the larger one.
→ np.minimum(np.abs(a), np.abs(n))  # you divide by the smaller of the two sizes: take the larger.
→ np.maximum(a, n)  # the larger of -4 and -3 is -3, and the larger size is 4: take absolute values before the maximum.
→ np.maximum(np.abs(a), np.abs(n)).max()
    you divide every entry by the largest slope of all: compare each pair by itself (np.maximum, not np.max).
np.where(size == 0, 1, size) → np.maximum(1, size)
    small slopes are not compared by their size: you never divide by less than 1.
& → |  # where only one of the two slopes is 0 the error is 1, and yours is 0.
np.abs(a - n) / np.where(size == 0, 1, size) → np.linalg.norm(a - n) / max(np.linalg.norm(a), np.linalg.norm(n))
→ np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))
return errors → return errors.max()
→ return errors.mean()
    you make one number of the whole gradient, where a wrong slope can hide: each pair has its own error.
"""


def looks_right(a, n, kinks):
    worst = relative_error(a, n).max()
    return worst < (1e-4 if kinks else 1e-7)


def verdict_cases(rng):
    ones, mixed, still = np.ones((1, 2)), np.array([[1.0, -0.001]]), np.array([[0.0, 1.0, 0.0]])
    many, one_off = rng.normal(size=(2, 5, 8))
    one_off[:] = many
    one_off[3, 2] *= 1 + 1.05e-4
    pairs = [(ones, ones * [1, 1 + off]) for off in (0, 1e-3, -1e-3, 1e-5, -1e-5)]
    pairs += [(ones, ones * [1 + 1e-3, 1]), (ones, -ones), *((mixed, np.add(mixed, [0, off])) for off in (5e-8, 5e-6))]
    pairs += [(1e4 * ones, 1e4 * ones + 1e-4), (1e4 * ones, 1e4 * ones + 1e-2), (1e-9 * ones, 2e-9 * ones)]
    pairs += [(many, one_off), (many, many * (1 + 1e-9)), (many, many * (1 + 1e-5)), (many[:1, :1], many[:1, :1])]
    pairs += [(still, 1.5 * still), (still, still), (0 * ones, 0 * ones), (0 * ones, 1e-9 * ones)]
    pairs += [(np.array([[limit, 3]]), np.array([[limit - 1, 3]])) for limit in (10**4, 10**7)]  # at the thresholds
    pairs += [(ones, np.nan * ones), (np.float32(ones), np.float32(ones * [1, 1 + 1e-5]))]
    return [(a, n, kinks) for a, n in pairs for kinks in (False, True)]


LOOKS_RIGHT = r"""
.max() → .mean()  # you judge by the mean: one wrong weight hides among many right ones. The largest error decides.
→ .min()  # one good weight is enough for you: all of them must be good, so take the largest error.
→ .ravel()[0]  # the first weight decides for you: is the `return` inside the loop? The largest error decides.
→ .ravel()[-1]  # the last weight decides for you: go on only while all is right. The largest error decides.
→ .sum()  # you add up the errors, so many small ones look like a large one: the largest error decides.
1e-4 if kinks else 1e-7 → 1e-7 if kinks else 1e-4
    the thresholds are swapped: a loss with kinks is allowed the larger error.
else 1e-7 → else 1e-4  # you are too kind to a loss without kinks: it should be under 1e-7.
1e-4 if → 1e-7 if  # you are too strict with kinks: there, anything under 1e-4 is fine.
(1e-4 if kinks else 1e-7) → 1e-2
    1e-2 is where a gradient is probably wrong. Under it, it may still be: the table says what is fine.
1e-4 if → 1e-2 if  # with kinks you let pass what is under 1e-2: there 1e-4 is the threshold.
worst < → worst <=  # exactly at the threshold is not under it: compare with <.
worst < (1e-4 if kinks else 1e-7) → np.array_equal(a, n)
    you ask that both are equal to the last digit: a measured slope never is. Allow for a small error.
relative_error(a, n) → np.abs(a - n)
    you judge by the plain difference: 1e-4 is nothing between slopes of 10,000, and much between small ones.
→ (np.sign(a - n) * relative_error(a, n)) → ((a - n) / np.maximum(np.abs(a), np.abs(n)))
    a difference below 0 always passes: the absolute value is missing.
→ (np.abs(a - n) / np.maximum(np.abs(a), np.abs(n)))
    a weight whose slope is 0 in both gradients gives 0 / 0, not a number: its error is 0.
worst < → not worst > | relative_error(a, n) → np.nan_to_num(np.abs(a - n) / np.maximum(np.abs(a), np.abs(n)))
    you let pass what is not a number (nan): True is for an error that is surely under the threshold.
relative_error(a, n).max() → np.linalg.norm(a - n) / max(np.linalg.norm(a), np.linalg.norm(n))
→ np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))
→ np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n) or 1)
    you take one norm for the whole gradient, where a wrong slope can hide: each weight has its own error.
worst < (1e-4 if kinks else 1e-7) → np.allclose(a, n) → np.allclose(a, n, rtol=1e-4 if kinks else 1e-7)
    np.allclose lets every slope under 1e-8 pass, however wrong: use the relative error.
→ worst  # this is the error itself: compare it with the threshold, and return True or False.
→ True  # your check says yes to everything, so it says nothing.
→ False  # your check says no to everything, even to equal slopes.
worst < → worst > → worst >= → not worst <  # this is the other way round: True means that the gradient looks right.
"""


def num_evaluations(num_classes, num_inputs, centered):
    num_weights = num_classes * (num_inputs + 1)
    return 2 * num_weights if centered else num_weights + 1


NUM_EVALUATIONS = r"""
num_inputs + 1) → num_inputs)  # the bias is left out: with it, each class has one weight more than there are inputs.
num_classes * (num_inputs + 1) → (num_classes + 1) * num_inputs
    the bias is a further input, not a further class: each class has one weight more than there are inputs.
→ num_classes * num_inputs + 1  # a single bias is counted for all classes together: each class has its own.
num_weights + 1 → num_weights  # one-sided, the loss at W itself is needed too: one more evaluation.
→ 2 * num_weights  # one-sided, you evaluate the loss at W again for every weight: it stays the same, once is enough.
2 * num_weights → 2 * num_weights + 1 | 2 * → 3 *  # centred, the loss at W itself is not needed: only W + h and W - h.
if centered → if not centered  # the two are swapped: centred takes two evaluations for each weight.
2 * num_weights → num_weights  # the centred difference evaluates the loss on both sides of each weight: count both.
→ num_weights + 1
    you count one side of each weight and the loss at W itself, centred too: there it is two sides, and no W.
2 * num_weights if centered else num_weights + 1 → num_weights
    this is how many weights there are: now count the evaluations that each of them needs.
* (num_inputs + 1) → + num_inputs + 1  # W is a table of classes times inputs: its numbers of rows and columns multiply.
"""


def full_gradient(W, X, y, reg):
    scores = X @ W.T
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    dscores = exp / exp.sum(axis=1, keepdims=True)
    dscores[np.arange(len(y)), y] -= 1
    penalty = 2 * reg * W
    penalty[:, -1] = 0
    return dscores.T @ X / len(y) + penalty


def full_gradient_in_a_loop(W, X, y, reg):
    dW = np.zeros(W.shape)
    for x, right in zip(X, y, strict=True):
        scores = W @ x
        exp = np.exp(scores - scores.max())
        p = exp / exp.sum()
        p[right] -= 1
        dW += np.outer(p, x) / len(y)
    dW[:, :-1] += 2 * reg * W[:, :-1]
    return dW


def formula_cases(rng):
    first = np.array([[1.0, 0.5], [-1.0, 0.0]]), np.array([[2.0, 1.0], [-1.0, 1.0]]), np.array([0, 0])
    near = np.array([[1000, 0], [1001, 0], [999, 1]]), np.array([[1.0, 1.0], [1.01, 1.0]]), np.array([1, 0])
    cases, regs = [first, *batches(rng), near], (0.5, 0.5, 0.1, 1.0, 0.3, 0.3, 0.0, 0.3, 0.3, 1e-4, 1e-4)
    for _, X, _ in cases:
        X[:, -1] = 1  # what the bias is multiplied by
    return [(*case, reg) for case, reg in zip(cases, regs, strict=True)]


FULL_GRADIENT = r"""
2 * reg → reg  # the penalty's slope is half of what it should be: λw² has the slope 2λw.
+ penalty → | \n    dW[:, :-1] += 2 * reg * W[:, :-1] →  # the penalty is forgotten: this is the data's slope alone.
2 * reg → 2  # λ is left out of the penalty's slope, 2λw.
\n    penalty[:, -1] = 0 → | dW[:, :-1] += 2 * reg * W[:, :-1] → dW += 2 * reg * W
    the bias is penalised too: the penalty leaves the last column alone.
:, -1] → :, 0] | [:, -1 → [-1  # you leave another part of W out of the penalty: the bias is its last column, W[:, -1].
penalty[:, -1] = 0 → penalty[:, -1] = 2 * reg → penalty[:, -1] = 1
    you put 1 in the bias's place, and it counts: put 0 there.
2 * → 0.5 *  # 0.5 λ W for 2 λ W: this is the web demo's own bug. A loss and a gradient of two conventions do not match.
+ penalty → - penalty | ] += 2 → ] -= 2  # the penalty pushes outwards: its slope is added, not taken away.
2 * reg * W\n → reg * W**2\n  # you add the penalty λW² itself where its slope belongs.
] += 2 → ] = 2  # the penalty's slope takes the place of the data's: add it (+=).
\n    dW[:, :-1] += → \n        dW[:, :-1] +=  # the penalty is added once for each example: it belongs after the loop.
dscores.T @ X / len(y) + penalty → (dscores.T @ X + penalty) / len(y)
    the penalty is divided by N as well: 1/N belongs to the data part only.
return dscores → return -dscores | dW += np → dW -= np
    the whole data part has the wrong sign: it is P - Y, not Y - P.
zip(X, y, → zip(X[:1], y[:1],  # only the first example counts: is the `return` inside the loop?
dscores.T @ X → X.T @ dscores
    the data part is turned round, (D, C) for (C, D): each row of it should belong to a class.
return dscores.T @ X / len(y) + penalty → dW = dscores.T @ X / len(y) + penalty\n    dW[:, -1] = 0\n    return dW
\n    return dW → \n    dW[:, -1] = 0\n    return dW
    the bias gets no slope at all: the penalty leaves it alone, but the data do not.
"""

EXERCISES = (
    Exercise(one_sided_slope, slope_cases, ONE_SIDED_SLOPE),
    Exercise(numerical_gradient, gradient_cases, NUMERICAL_GRADIENT, (numerical_gradient_in_place,)),
    Exercise(relative_error, error_cases, RELATIVE_ERROR, (relative_error_mended,)),
    Exercise(looks_right, verdict_cases, LOOKS_RIGHT),
    Exercise(
        num_evaluations,
        lambda rng: [(C, D, way) for C, D in ((2, 1), (3, 2), (10, 3072), (1, 1), (1, 0)) for way in (False, True)],
        NUM_EVALUATIONS,
    ),
    Exercise(
        full_gradient,
        formula_cases,
        FULL_GRADIENT + SOFTMAX + SHIFT + OVER_EXAMPLES,
        (full_gradient_in_a_loop,),
    ),
)
