"""The exercises of notebook 4: a slope, a whole gradient, its error, the verdict, the cost, and a formula to check."""

import numpy as np

from lecture_support.checks import Exercise, Mistake
from lecture_support.gradients import numerical_gradient, relative_error
from lecture_support.losses import probabilities, softmax_loss, svm_loss
from lecture_support.penalties import l2, objective


def one_sided_slope(f, w, h):
    return (f(w + h) - f(w)) / h


def square(w):
    return w**2


def hinge(w):
    return max(0.0, 1 - w)


def cube_and_more(w):
    return w**3 + 2 * w + 1


ONE_SIDED_SLOPE = Exercise(
    one_sided_slope,
    lambda rng: [(square, 1.0, 0.5), (hinge, 0.8, 0.5), (cube_and_more, -1.5, 0.1), (cube_and_more, 2.0, 0.01)],
    (
        Mistake(
            "this is the change of the loss, not its slope: divide by how far the weight moved.",
            lambda f, w, h: f(w + h) - f(w),
        ),
        Mistake("you multiply by h where the slope divides by it.", lambda f, w, h: (f(w + h) - f(w)) * h),
        Mistake(
            "the sign is turned round: a loss that rises with w has a slope above 0.",
            lambda f, w, h: (f(w) - f(w + h)) / h,
        ),
        Mistake(
            "this is the centred slope, from both sides of w. It is the better one, and comes next; here the "
            "one-sided is asked for.",
            lambda f, w, h: (f(w + h) - f(w - h)) / (2 * h),
        ),
        Mistake(
            "half of what it should be: you divide by 2h, but the weight moved by h only.",
            lambda f, w, h: (f(w + h) - f(w)) / (2 * h),
        ),
        Mistake(
            "you step to w - h: that is one-sided too, but the slide raises the weight.",
            lambda f, w, h: (f(w) - f(w - h)) / h,
        ),
        Mistake(
            "you step to w - h, and so the sign is turned round as well: the slide raises the weight.",
            lambda f, w, h: (f(w - h) - f(w)) / h,
        ),
        Mistake(
            "you look on both sides of w, a way of 2h, and divide by h. Here one side is asked for: w + h and w.",
            lambda f, w, h: (f(w + h) - f(w - h)) / h,
        ),
        Mistake(
            "brackets are missing: only the second loss is divided by h, and the first is not.",
            lambda f, w, h: f(w + h) - f(w) / h,
        ),
        Mistake(
            "your h is a small number of your own, such as 0.0001: use the h that the function is given.",
            lambda f, w, h: one_sided_slope(f, w, 0.0001),
        ),
        Mistake(
            "you divide by where the weight has come to: divide by how far it moved.",
            lambda f, w, h: (f(w + h) - f(w)) / (w + h),
        ),
        Mistake(
            "a slope may be below 0, and yours never is: keep its sign.",
            lambda f, w, h: abs(one_sided_slope(f, w, h)),
        ),
    ),
)


def entangled(W):
    """A loss in which each weight's slope hangs on the other weights, so that a weight not put back is seen."""
    return float((W**3).sum() + W.sum() ** 2 + W.flat[0])


def gradient_cases(rng):
    def a_softmax_loss(W):
        return softmax_loss(W, X, y)[0]

    def a_hinge_loss(W):
        return svm_loss(W, X, y)[0]

    X, y = rng.normal(size=(5, 4)), rng.integers(0, 3, 5)
    return [
        (entangled, np.array([[1.0, 2.0]]), 0.5),
        (a_softmax_loss, rng.normal(size=(3, 4)), 0.01),
        (a_hinge_loss, rng.normal(size=(3, 4)), 0.1),
    ]


def measured(slope, places=lambda W: list(np.ndindex(W.shape))):
    """A wrong numerical gradient: slope(f, W, step, h) at each place, with step the array that moves the weight."""

    def wrong(f, W, h):
        gradient = np.zeros_like(W)
        for index in places(W):
            step = np.zeros_like(W)
            step[index] = h
            gradient[index] = slope(f, W, step, h)
        return gradient

    return wrong


def not_put_back(f, W, h):
    W, gradient = W.copy(), np.zeros_like(W)
    for index in np.ndindex(W.shape):
        W[index] += h
        above = f(W)
        W[index] -= 2 * h
        gradient[index] = (above - f(W)) / (2 * h)
    return gradient


def measured_from_above(f, W, h):
    W, gradient = W.copy(), np.zeros_like(W)
    for index in np.ndindex(W.shape):
        W[index] += h
        above = f(W)
        W[index] -= h
        gradient[index] = (above - f(W)) / (2 * h)
    return gradient


def centred(f, W, step, h):
    return (f(W + step) - f(W - step)) / (2 * h)


NUMERICAL_GRADIENT = Exercise(
    numerical_gradient,
    gradient_cases,
    (
        Mistake(
            "these are one-sided slopes: the centred difference asks for the loss at W - h as well.",
            measured(lambda f, W, step, h: (f(W + step) - f(W)) / h),
        ),
        Mistake(
            "these are slopes from the left alone: the centred difference asks for the loss at W + h as well.",
            measured(lambda f, W, step, h: (f(W) - f(W - step)) / h),
        ),
        Mistake(
            "each slope is twice what it should be: from W - h to W + h is a way of 2h.",
            measured(lambda f, W, step, h: (f(W + step) - f(W - step)) / h),
        ),
        Mistake(
            "a bracket is missing: `/ 2 * h` divides by 2 and then multiplies by h.",
            measured(lambda f, W, step, h: (f(W + step) - f(W - step)) / 2 * h),
        ),
        Mistake(
            "a bracket is missing: only the second loss is divided, and the first is not.",
            measured(lambda f, W, step, h: f(W + step) - f(W - step) / (2 * h)),
        ),
        Mistake(
            "these are changes of the loss, not slopes: they are not divided by the way the weight moved.",
            measured(lambda f, W, step, h: f(W + step) - f(W - step)),
        ),
        Mistake(
            "every sign is turned round: take the loss at W + h first, then subtract the one at W - h.",
            measured(lambda f, W, step, h: (f(W - step) - f(W + step)) / (2 * h)),
        ),
        Mistake(
            "a weight is not put back before the next one moves, so W drifts away while you measure it.",
            not_put_back,
        ),
        Mistake(
            "you come back to W and not below it: W[index] -= h after += h is W again, so the difference is half.",
            measured_from_above,
        ),
        Mistake(
            "all weights move at once, so every entry is the same number: move one weight at a time.",
            lambda f, W, h: np.full_like(W, (f(W + h) - f(W - h)) / (2 * h)),
        ),
        Mistake(
            "a whole row moves at once: W[i] is a row, W[i, j] one weight. np.ndindex(W.shape) gives all the places.",
            measured(centred, lambda W: range(len(W))),
        ),
        Mistake(
            "some columns stay 0: W has W.shape[0] rows and W.shape[1] columns, and both have to be walked through.",
            measured(centred, lambda W: [index for index in np.ndindex(W.shape) if index[1] < len(W)]),
        ),
        Mistake(
            "your slopes are whole numbers: the array that you fill holds ints (np.zeros_like(W) holds floats).",
            lambda f, W, h: numerical_gradient(f, W, h).astype(int),
        ),
        Mistake(
            "only the first weight is measured and the others stay 0: is the `return` inside the loop?",
            measured(centred, lambda W: list(np.ndindex(W.shape))[:1]),
        ),
        Mistake(
            "only the last weight has its slope: the zeros belong before the loop, not into it.",
            measured(centred, lambda W: list(np.ndindex(W.shape))[-1:]),
        ),
        Mistake(
            "only the first row is measured: is the `return` inside the outer loop?",
            measured(centred, lambda W: list(np.ndindex(W[:1].shape))),
        ),
    ),
)


def error_cases(rng):
    a = rng.normal(size=(3, 4))
    n = a * rng.uniform(0.5, 1.5, size=(3, 4))
    n[0, 0], a[1, 1], n[1, 1], n[2] = -a[0, 0], 0, 0, -2 * a[2]
    return [
        (np.array([[1.0, -4.0, 0.0]]), np.array([[2.0, -3.0, 5.0]])),
        (np.array([[-1.0, 2.0]]), np.array([[1.0, 2.0]])),
        (np.array([[0.0, 3.0]]), np.array([[0.0, 3.0]])),
        (a, n),
    ]


def larger(a, n):
    return np.maximum(np.abs(a), np.abs(n))


def error_over(size, guarded, difference=lambda a, n: np.abs(a - n)):
    """A wrong relative error: the difference over size(a, n); guarded, it is 0 where both slopes are 0."""

    def wrong(a, n):
        both_zero = guarded & (a == 0) & (n == 0)
        return np.where(both_zero, 0, difference(a, n) / np.where(both_zero, 1, size(a, n)))

    return wrong


WRONG_SIZES = (
    ("you divide by the analytic slope only: take the larger of the two sizes.", lambda a, n: np.abs(a)),
    ("you divide by the numerical slope only: take the larger of the two sizes.", lambda a, n: np.abs(n)),
    (
        "you divide by the sum of the two sizes. Some courses do, and get about half; here it is the larger one.",
        lambda a, n: np.abs(a) + np.abs(n),
    ),
    ("you divide by the mean of the two sizes: here it is the larger one.", lambda a, n: (np.abs(a) + np.abs(n)) / 2),
    (
        "you divide by the smaller of the two sizes: take the larger.",
        lambda a, n: np.minimum(np.abs(a), np.abs(n)),
    ),
    (
        "the larger of -4 and -3 is -3, and the larger size is 4: take absolute values before the maximum.",
        np.maximum,
    ),
)
NEGATIVE = "some errors are below 0: take the absolute value of the difference."
ZERO = "0 / 0 is not a number: where both slopes are 0, the error is 0."

RELATIVE_ERROR = Exercise(
    relative_error,
    error_cases,
    (
        Mistake("this is the plain difference: divide it by the size of the slopes.", lambda a, n: np.abs(a - n)),
        Mistake(ZERO, error_over(larger, guarded=False)),
        Mistake(NEGATIVE, error_over(larger, guarded=True, difference=np.subtract)),
        Mistake(f"{NEGATIVE} Then: {ZERO}", error_over(larger, guarded=False, difference=np.subtract)),
        Mistake(
            "you compare sizes only, so slopes of opposite signs look alike: the absolute value is of the difference.",
            error_over(larger, guarded=True, difference=lambda a, n: np.abs(np.abs(a) - np.abs(n))),
        ),
        Mistake(
            "you divide by the size of the sum, which is near 0 for slopes of opposite signs: take the larger size.",
            error_over(lambda a, n: np.abs(a + n), guarded=True),
        ),
        Mistake(
            f"you divide by the size of the sum, near 0 for slopes of opposite signs: take the larger. Then: {ZERO}",
            error_over(lambda a, n: np.abs(a + n), guarded=False),
        ),
        *(Mistake(words, error_over(size, guarded=True)) for words, size in WRONG_SIZES),
        *(Mistake(f"{words} Then: {ZERO}", error_over(size, guarded=False)) for words, size in WRONG_SIZES),
        Mistake(
            "you divide every entry by the largest slope of all: compare each pair by itself (np.maximum, not np.max).",
            lambda a, n: np.abs(a - n) / larger(a, n).max(),
        ),
        Mistake(
            "Python's max chooses between two whole arrays, and cannot: np.maximum takes the larger of each pair.",
            lambda a, n: np.abs(a - n) / max(np.abs(a), np.abs(n)),
        ),
        Mistake(
            "np.max takes one array, and reads your second one as an axis: np.maximum takes the larger of each pair.",
            lambda a, n: np.abs(a - n) / np.max(np.abs(a), np.abs(n)),
        ),
    ),
)


def looks_right(a, n, kinks):
    return bool(relative_error(a, n).max() < (1e-4 if kinks else 1e-7))


def verdict_cases(rng):
    ones, mixed = np.ones((1, 2)), np.array([[1.0, -0.001]])
    cases = [
        (ones, ones, False),
        (ones, ones * [1, 1 + 1e-3], False),
        (ones, ones * [1, 1 + 1e-3], True),
        (ones, ones * [1 + 1e-3, 1], True),
        (ones, ones * [1, 1 + 1e-5], False),
        (ones, ones * [1, 1 + 1e-5], True),
        (ones, ones * [1, 1 - 1e-5], False),
        (ones, -ones, True),
        (mixed, np.add(mixed, [0, 5e-8]), False),
        (mixed, np.add(mixed, [0, 5e-6]), True),
        (1e4 * ones, 1e4 * ones + 1e-4, False),
        (1e4 * ones, 1e4 * ones + 1e-2, True),
        (ones, ones * [1, 1 - 1e-3], True),
        (ones, ones * (1 + 1e-3), True),
    ]
    many = rng.normal(size=(5, 8))
    one_off = many.copy()
    one_off[3, 2] *= 1 + 1.1e-4
    cases += [(many, one_off, True), (many, many * (1 + 1e-9), False), (many, many * (1 + 1e-5), True)]
    still = np.array([[0.0, 1.0, 0.0]])  # weights without a slope, in both gradients
    return [*cases, (1e-9 * ones, 2e-9 * ones, True), (still, 1.5 * still, False), (still, still, False)]


def reading(errors, worst=np.max, strict=1e-7, loose=1e-4):
    """A wrong verdict: worst(errors) under the threshold for smooth losses (strict) or for kinks (loose)."""
    return lambda a, n, kinks: bool(worst(errors(a, n)) < (loose if kinks else strict))


LOOKS_RIGHT = Exercise(
    looks_right,
    verdict_cases,
    (
        Mistake(
            "you judge by the mean: one wrong weight hides among many right ones. The largest error decides.",
            reading(relative_error, np.mean),
        ),
        Mistake(
            "one good weight is enough for you: all of them must be good, so take the largest error.",
            reading(relative_error, np.min),
        ),
        Mistake(
            "the first weight decides for you: is the `return` inside the loop? The largest error decides.",
            reading(lambda a, n: relative_error(a, n).ravel()[:1]),
        ),
        Mistake(
            "the last weight decides for you: go on only while all is right. The largest error decides.",
            reading(lambda a, n: relative_error(a, n).ravel()[-1:]),
        ),
        Mistake(
            "the thresholds are swapped: a loss with kinks is allowed the larger error.",
            reading(relative_error, strict=1e-4, loose=1e-7),
        ),
        Mistake(
            "you are too kind to a loss without kinks: it should be under 1e-7.",
            reading(relative_error, strict=1e-4),
        ),
        Mistake(
            "you are too strict with kinks: there, anything under 1e-4 is fine.",
            reading(relative_error, loose=1e-7),
        ),
        Mistake(
            "1e-2 is where a gradient is probably wrong. Under it, it may still be: the table says what is fine.",
            reading(relative_error, strict=1e-2, loose=1e-2),
        ),
        Mistake(
            "both of your thresholds are one line of the table too high: 1e-4 is for kinks, 1e-7 for losses without.",
            reading(relative_error, strict=1e-4, loose=1e-2),
        ),
        Mistake(
            "with kinks you let pass what is under 1e-2: there 1e-4 is the threshold.",
            reading(relative_error, loose=1e-2),
        ),
        Mistake(
            "you ask that both are equal to the last digit: a measured slope never is. Allow for a small error.",
            lambda a, n, kinks: np.array_equal(a, n),
        ),
        Mistake(
            "you judge by the plain difference: 1e-4 is nothing between slopes of 10,000, and much between small ones.",
            reading(lambda a, n: np.abs(a - n)),
        ),
        Mistake(
            "a difference below 0 always passes: the absolute value is missing.",
            reading(lambda a, n: (a - n) / larger(a, n)),
        ),
        Mistake(
            "you add up the errors, so many small ones look like a large one: the largest error decides.",
            reading(relative_error, np.sum),
        ),
        Mistake(
            "np.allclose lets every slope under 1e-8 pass, however wrong: use the relative error.",
            lambda a, n, kinks: np.allclose(a, n, rtol=1e-4 if kinks else 1e-7),
        ),
        Mistake(
            "this is the error itself: compare it with the threshold, and return True or False.",
            lambda a, n, kinks: relative_error(a, n).max(),
        ),
        Mistake("your check says yes to everything, so it says nothing.", lambda a, n, kinks: True),
        Mistake("your check says no to everything, even to equal slopes.", lambda a, n, kinks: False),
        Mistake(
            "this is the other way round: True means that the gradient looks right.",
            lambda a, n, kinks: not looks_right(a, n, kinks),
        ),
    ),
)


def num_evaluations(num_classes, num_inputs, centered):
    num_weights = num_classes * (num_inputs + 1)
    return 2 * num_weights if centered else num_weights + 1


NUM_EVALUATIONS = Exercise(
    num_evaluations,
    lambda rng: [(2, 1, False), (2, 1, True), (3, 2, False), (10, 64, True), (10, 3072, False), (10, 3072, True)],
    (
        Mistake(
            "the bias is left out: with it, each class has one weight more than there are inputs.",
            lambda C, D, centered: 2 * C * D if centered else C * D + 1,
        ),
        Mistake(
            "the bias is left out, one weight more a class; and one-sided the loss at W itself is needed too.",
            lambda C, D, centered: (1 + centered) * C * D,
        ),
        Mistake(
            "the bias is a further input, not a further class: each class has one weight more than there are inputs.",
            lambda C, D, centered: 2 * (C + 1) * D if centered else (C + 1) * D + 1,
        ),
        Mistake(
            "a single bias is counted for all classes together: each class has its own.",
            lambda C, D, centered: 2 * (C * D + 1) if centered else C * D + 2,
        ),
        Mistake(
            "one-sided, the loss at W itself is needed too: one more evaluation.",
            lambda C, D, centered: (1 + centered) * C * (D + 1),
        ),
        Mistake(
            "one-sided, you evaluate the loss at W again for every weight. It is always the same: once is enough.",
            lambda C, D, centered: 2 * C * (D + 1),
        ),
        Mistake(
            "centred, the loss at W itself is not needed: only W + h and W - h.",
            lambda C, D, centered: (1 + centered) * C * (D + 1) + 1,
        ),
        Mistake(
            "the two are swapped: centred takes two evaluations for each weight.",
            lambda C, D, centered: C * (D + 1) + 1 if centered else 2 * C * (D + 1),
        ),
        Mistake(
            "the centred difference evaluates the loss on both sides of each weight: count both.",
            lambda C, D, centered: C * (D + 1) + (not centered),
        ),
        Mistake(
            "you count one side of each weight and the loss at W itself, centred too: there it is two sides, and no W.",
            lambda C, D, centered: C * (D + 1) + 1,
        ),
        Mistake(
            "this is how many weights there are: now count the evaluations that each of them needs.",
            lambda C, D, centered: C * (D + 1),
        ),
        Mistake(
            "W is a table of classes times inputs: its numbers of rows and columns multiply.",
            lambda C, D, centered: 2 * (C + D + 1) if centered else C + D + 2,
        ),
    ),
)


def full_gradient(W, X, y, reg):
    return objective(softmax_loss, l2, reg, bias=True)(W, X, y)[1]


def formula_cases(rng):
    X = np.array([[2.0, 1.0], [-1.0, 1.0]])
    cases = [(np.array([[1.0, 0.5], [-1.0, 0.0]]), X, np.array([0, 0]), 0.5)]
    for N, D, C, size in ((5, 2, 4, 1), (7, 4, 3, 1), (6, 3, 5, 1000)):
        X = np.hstack([rng.normal(size=(N, D)), np.ones((N, 1))])
        cases.append((size * rng.normal(size=(C, D + 1)), X, rng.integers(0, C, N), 0.3))
    return cases


def formula(at_y=-1, penalty=2, bias=0, count=len, axis=1, shift=True):
    """A full gradient with one thing changed: what is added at y, the factor of λW, of the bias in it, the 1/N, …"""

    def wrong(W, X, y, reg):
        scores = X @ W.T
        P = np.exp(scores - shift * scores.max(axis=1, keepdims=True))
        P /= P.sum(axis=axis, keepdims=True)
        P[np.arange(len(y)), y] += at_y
        return P.T @ X / count(y) + penalty * reg * W * ([1] * (W.shape[1] - 1) + [bias])

    return wrong


def one_off_at(places):
    """A full gradient that subtracts its ones at places(y) of the probabilities."""

    def wrong(W, X, y, reg):
        P = probabilities(X @ W.T)
        P[places(y)] -= 1
        return P.T @ X / len(y) + formula()(W, 0 * X, y, reg)

    return wrong


def turned(W, X, y, reg):
    return formula(penalty=0)(W, X, y, reg).T + formula()(W, 0 * X, y, reg)


def without_bias_slope(W, X, y, reg):
    return full_gradient(W, X, y, reg) * ([1] * (W.shape[1] - 1) + [0])


def penalty_itself(W, X, y, reg):
    return formula(penalty=0)(W, X, y, reg) + reg * W**2 * ([1] * (W.shape[1] - 1) + [0])


FULL_GRADIENT = Exercise(
    full_gradient,
    formula_cases,
    (
        Mistake("the penalty's slope is half of what it should be: λw² has the slope 2λw.", formula(penalty=1)),
        Mistake("the penalty is forgotten: this is the data's slope alone.", formula(penalty=0)),
        Mistake("λ is left out of the penalty's slope, 2λw.", lambda W, X, y, reg: full_gradient(W, X, y, 1.0)),
        Mistake(
            "the bias is penalised too, and the penalty's slope is half of what it should be.",
            formula(penalty=1, bias=1),
        ),
        Mistake(
            "the penalty is forgotten, and the data part has the wrong sign: it is P - Y.",
            lambda W, X, y, reg: -formula(penalty=0)(W, X, y, reg),
        ),
        Mistake("the bias is penalised too: the penalty leaves the last column alone.", formula(bias=1)),
        Mistake(
            "0.5 λ W for 2 λ W: this is the web demo's own bug. A loss and a gradient of two conventions do not match.",
            formula(penalty=0.5),
        ),
        Mistake("the penalty pushes outwards: its slope is added, not taken away.", formula(penalty=-2)),
        Mistake("you add the penalty λW² itself where its slope belongs.", penalty_itself),
        Mistake("1/N is missing: the loss is a mean over the examples.", formula(count=lambda y: 1)),
        Mistake(
            "1/N is missing, and large scores overflow: shift each row by its largest score.",
            formula(count=lambda y: 1, shift=False),
        ),
        Mistake("the data part is divided by N twice.", formula(count=lambda y: len(y) ** 2)),
        Mistake(
            "the data part is divided by the number of classes: the loss is a mean over the examples, so by N.",
            lambda W, X, y, reg: formula(count=lambda y: len(W))(W, X, y, reg),
        ),
        Mistake(
            "the penalty is divided by N as well: 1/N belongs to the data part only.",
            lambda W, X, y, reg: formula(penalty=2 / len(y))(W, X, y, reg),
        ),
        Mistake("at the right class you add 1 to the probability: it is p - 1 there.", formula(at_y=1)),
        Mistake(
            "the right class is not treated apart: its slope is p - 1, so subtract 1 at each example's label.",
            formula(at_y=0),
        ),
        Mistake(
            "the whole data part has the wrong sign: it is P - Y, not Y - P.",
            lambda W, X, y, reg: 2 * formula()(W, 0 * X, y, reg) - full_gradient(W, X, y, reg),
        ),
        Mistake(
            "your probabilities add up to 1 over the examples: they should over the classes, row by row (axis=1).",
            formula(axis=0),
        ),
        Mistake(
            "right for small scores, not a number for large ones: exp overflows. Shift each row by its largest score.",
            formula(shift=False),
        ),
        Mistake(
            "you subtract 1 everywhere: only the entry at each example's label loses 1.",
            one_off_at(lambda y: slice(None)),
        ),
        Mistake(
            "P[y] picks whole rows: one entry of each row is P[np.arange(len(y)), y].",
            one_off_at(lambda y: y),
        ),
        Mistake(
            "P[:, y] picks whole columns: one entry of each row is P[np.arange(len(y)), y].",
            one_off_at(lambda y: (slice(None), y)),
        ),
        Mistake(
            "the data part is turned round, (D, C) for (C, D): each row of it should belong to a class.",
            turned,
        ),
        Mistake("the bias gets no slope at all: the penalty leaves it alone, but the data do not.", without_bias_slope),
    ),
)

EXERCISES = (ONE_SIDED_SLOPE, NUMERICAL_GRADIENT, RELATIVE_ERROR, LOOKS_RIGHT, NUM_EVALUATIONS, FULL_GRADIENT)
