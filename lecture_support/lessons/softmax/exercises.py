"""The exercises of notebook 3: one image's loss, safe probabilities, the mean loss, and two gradients."""

import numpy as np

from lecture_support.checks import Exercise, Mistake
from lecture_support.losses import hinge_terms, probabilities


def image_loss(scores, y):
    exp = np.exp(scores)
    return -np.log(exp[y] / exp.sum())


IMAGE_LOSS = Exercise(
    image_loss,
    lambda rng: [
        (np.array([3.2, 5.1, -1.7]), 0),
        (np.array([1.3, 4.9, 2.0]), 1),
        (rng.normal(size=4), 2),
        (rng.normal(size=5), 4),
    ],
    (
        Mistake(
            "this is the probability of the correct class: the loss is minus its logarithm.",
            lambda s, y: probabilities(s)[y],
        ),
        Mistake(
            "your loss is negative: the log of a probability lies below 0, and the loss is minus that.",
            lambda s, y: -image_loss(s, y),
        ),
        Mistake(
            "your loss is in the unit of log10: the formula means the natural logarithm.",
            lambda s, y: image_loss(s, y) / np.log(10),
        ),
        Mistake(
            "your loss is in bits: the logarithm has base 2, and the natural one is asked for.",
            lambda s, y: image_loss(s, y) / np.log(2),
        ),
        Mistake(
            "this is −log(1 − p), small where the classifier is wrong: take the log of p itself.",
            lambda s, y: -np.log(1 - probabilities(s)[y]),
        ),
        Mistake(
            "this is 1 − p: the loss has a logarithm in it, and no upper end.", lambda s, y: 1 - probabilities(s)[y]
        ),
        Mistake(
            "you took exp and then its logarithm, with nothing between: divide by the sum first.",
            lambda s, y: -np.asarray(s)[y],
        ),
        Mistake(
            "you average over the classes: only the correct one counts here.",
            lambda s, y: -np.log(probabilities(s)).mean(),
        ),
        Mistake(
            "you add up over all classes: only the correct one counts here.",
            lambda s, y: -np.log(probabilities(s)).sum(),
        ),
        Mistake(
            "this is the loss of the class with the greatest score: take that of y, whatever the scores say.",
            lambda s, y: -np.log(probabilities(s).max()),
        ),
        Mistake("you count the classes from 1: y = 0 is the first one.", lambda s, y: -np.log(probabilities(s)[y - 1])),
        Mistake(
            "this is the logarithm of the sum alone: where does the score of the correct class come in?",
            lambda s, y: np.log(np.exp(s).sum()),
        ),
        Mistake(
            "you add the score of the correct class, and a greater score should lower the loss: check the signs.",
            lambda s, y: np.log(np.exp(s).sum()) + s[y],
        ),
        Mistake(
            "you divide by the sum of the scores: it is their exp that has to be added up.",
            lambda s, y: -np.log(np.exp(s[y]) / s.sum()),
        ),
        Mistake(
            "you divide the scores themselves: exp of each comes first.",
            lambda s, y: -np.log(s[y] / s.sum()),
        ),
        Mistake(
            "the correct class is missing from your sum: here, unlike in the SVM's loss, it goes over all classes.",
            lambda s, y: -np.log(np.exp(s[y]) / np.exp(np.delete(s, y)).sum()),
        ),
        Mistake(
            "a bracket closes too early: take the logarithm of the whole quotient.",
            lambda s, y: -s[y] / np.exp(s).sum(),
        ),
        Mistake(
            "you take the first class every time: the correct one is y.", lambda s, y: -np.log(probabilities(s)[0])
        ),
        Mistake(
            "this is the hinge loss of the SVM: this notebook's loss has exp and a logarithm.",
            lambda s, y: hinge_terms(s[None], np.array([y])).sum(),
        ),
    ),
)


def probabilities_cases(rng):
    large = [[1000.0, 1001.0, 999.0], [-1000.0, -1001.0, -1002.0], [800.0, -50.0, -60.0]]
    spread = [[-3000.0, 1000.0, 999.0], [500.0, -500.0, 400.0], [1500.0, -1500.0, 0.0]]
    return [
        (np.array([[3.2, 5.1, -1.7]]),),
        (rng.normal(size=(2, 3)).round(1),),
        (np.array(large),),
        (np.array(spread),),
    ]


def shifted_by(shift):
    """The softmax of each row after subtracting shift(scores), which may leave an exp that is too large or all 0."""

    def wrong(scores):
        exp = np.exp(scores - shift(scores))
        return exp / exp.sum(axis=1, keepdims=True)

    return wrong


def safe_exp(scores):
    return np.exp(scores - scores.max(axis=1, keepdims=True))


def all_log_p(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


PROBABILITIES = Exercise(
    probabilities,
    probabilities_cases,
    (
        Mistake(
            "right for small scores, but scores near ±1000 give nan: shift each row before exp.",
            shifted_by(lambda s: 0),
        ),
        Mistake(
            "you shift each row by its mean, and its greatest score can still be too large for exp.",
            shifted_by(lambda s: s.mean(axis=1, keepdims=True)),
        ),
        Mistake(
            "you shift each row by its sum, and every score can end far from 0: which one should come to rest at 0?",
            shifted_by(lambda s: s.sum(axis=1, keepdims=True)),
        ),
        Mistake(
            "you shift each row by its least score, and so the greatest can be too large for exp.",
            shifted_by(lambda s: s.min(axis=1, keepdims=True)),
        ),
        Mistake(
            "you shift each row by its greatest score without its sign: far below 0 all exp become 0.",
            shifted_by(lambda s: np.abs(s).max(axis=1, keepdims=True)),
        ),
        Mistake(
            "you shift the whole table by one number: a row far below the others gets 0 / 0. Each row has its own.",
            shifted_by(np.max),
        ),
        Mistake(
            "you shift each column by its own greatest score: then the differences within a row change. Which axis?",
            shifted_by(lambda s: s.max(axis=0)),
        ),
        Mistake(
            "your columns add up to 1, and your rows should: sum over the classes of one image.",
            lambda s: np.exp(s - s.max(axis=0)) / np.exp(s - s.max(axis=0)).sum(axis=0),
        ),
        Mistake(
            "your shift is right, but your columns add up to 1, and your rows should: look at the axis of the sum.",
            lambda s: safe_exp(s) / safe_exp(s).sum(axis=0),
        ),
        Mistake(
            "you divide each row by the sum over the whole table: each row has its own sum.",
            lambda s: safe_exp(s) / safe_exp(s).sum(),
        ),
        Mistake(
            "you divide each row by the sum over the whole table, and nothing is shifted yet: start with the sums.",
            lambda s: np.exp(s) / np.exp(s).sum(),
        ),
        Mistake(
            "you divide by the sum of the whole table, and shift it all by one number: each row has its own of both.",
            lambda s: np.exp(s - s.max()) / np.exp(s - s.max()).sum(),
        ),
        Mistake(
            "your columns add up to 1, and your rows should; and nothing is shifted yet.",
            lambda s: np.exp(s) / np.exp(s).sum(axis=0),
        ),
        Mistake("this is exp alone: no row adds up to 1, and large scores overflow.", np.exp),
        Mistake(
            "you shift the scores above the line of the fraction only: the sum has to use the shifted ones too.",
            lambda s: safe_exp(s) / np.exp(s).sum(axis=1, keepdims=True),
        ),
        Mistake("this is exp alone: your rows do not add up to 1 yet.", safe_exp),
        Mistake(
            "you divide the scores themselves by their sum: exp comes first.",
            lambda s: s / s.sum(axis=1, keepdims=True),
        ),
        Mistake(
            "the lowest score gets the greatest probability: is there a sign too many in front of the scores?",
            lambda s: probabilities(-s),
        ),
        Mistake(
            "you divide the scores by the greatest of their row: subtract it, then the quotient stays as it is.",
            lambda s: probabilities(s / s.max(axis=1, keepdims=True)),
        ),
        Mistake(
            "these are the logarithms of the probabilities, from the difference: exp of them is still to come.",
            all_log_p,
        ),
        Mistake(
            "these are the logarithms of the probabilities: stop one step earlier.",
            lambda s: np.log(safe_exp(s) / safe_exp(s).sum(axis=1, keepdims=True)),
        ),
    ),
)


def mean_loss(scores, y):
    rows = np.arange(len(y))
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y])


def mean_loss_cases(rng):
    large = np.array([[0.0, 1000.0, 0.0], [1000.0, 998.0, 999.0]])
    return [
        (np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([0, 1])),
        (rng.normal(size=(5, 3)), np.array([0, 2, 1, 2, 2])),
        (large, np.array([0, 1])),
        (-large, np.array([1, 2])),
        (np.array([[0.0, -3000.0, 0.0]]), np.array([0])),
    ]


def correct_p(scores, y):
    return probabilities(scores)[np.arange(len(y)), y]


def naive_mean_loss(scores, y):
    exp = np.exp(scores)
    return -np.log(exp[np.arange(len(y)), y] / exp.sum(axis=1)).mean()


def loss_shifted_by(shift):
    """The mean loss as a difference, after subtracting shift(scores), which may leave an exp too large or all 0."""

    def wrong(scores, y):
        shifted = scores - shift(scores)
        return np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y])

    return wrong


MEAN_LOSS = Exercise(
    mean_loss,
    mean_loss_cases,
    (
        Mistake(
            "this is the sum over the images: the loss of a data set is the mean.",
            lambda s, y: len(y) * mean_loss(s, y),
        ),
        Mistake(
            "you average the probabilities first and take one logarithm: each image has a loss of its own.",
            lambda s, y: -np.log(correct_p(s, y).mean()),
        ),
        Mistake("scores of 1000 overflow here: subtract each row's greatest score before exp.", naive_mean_loss),
        Mistake(
            "you add up the images, and the mean is asked for; and scores of 1000 overflow: shift each row before exp.",
            lambda s, y: len(y) * naive_mean_loss(s, y),
        ),
        Mistake(
            "a right difference, but scores of 1000 overflow in it: subtract each row's greatest score before exp.",
            loss_shifted_by(lambda s: 0),
        ),
        Mistake(
            "you shift each row by its mean, and its greatest score can still be too large for exp.",
            loss_shifted_by(lambda s: s.mean(axis=1, keepdims=True)),
        ),
        Mistake(
            "you shift each row by its least score, and so the greatest can be too large for exp.",
            loss_shifted_by(lambda s: s.min(axis=1, keepdims=True)),
        ),
        Mistake(
            "you shift each row by its greatest score without its sign: far below 0 all exp become 0.",
            loss_shifted_by(lambda s: np.abs(s).max(axis=1, keepdims=True)),
        ),
        Mistake(
            "a probability came out as 0, and −log 0 is infinite: write the loss as a difference, without p.",
            lambda s, y: -np.log(correct_p(s, y)).mean(),
        ),
        Mistake(
            "you add up the images, and the mean is asked for; and −log 0 is infinite: write the loss as a difference.",
            lambda s, y: -np.log(correct_p(s, y)).sum(),
        ),
        Mistake(
            "each image meets the labels of all images: pick one entry a row. Then see to −log 0, it is infinite.",
            lambda s, y: -np.log(probabilities(s)[:, y]).mean(),
        ),
        Mistake(
            "you shift the whole table by one number: a row far below the others loses its exp. Each row has its own.",
            loss_shifted_by(np.max),
        ),
        Mistake(
            "you add up exp over the whole table: each image has its own sum.",
            lambda s, y: np.log(safe_exp(s).sum()) + (s.max(axis=1) - s[np.arange(len(y)), y]).mean(),
        ),
        Mistake(
            "you add up exp over the whole table, and shift it all by one number: each row has its own of both.",
            lambda s, y: np.log(np.exp(s - s.max()).sum()) + (s.max() - s[np.arange(len(y)), y]).mean(),
        ),
        Mistake(
            "you average over all classes too: of each image only the class in y counts.",
            lambda s, y: -all_log_p(s).mean(),
        ),
        Mistake(
            "each image is paired with the labels of all images: pick one entry in each row, with row numbers and y.",
            lambda s, y: -all_log_p(s)[:, y].mean(),
        ),
        Mistake(
            "this is the loss of each image's greatest score: take the class in y, whatever the scores say.",
            lambda s, y: -all_log_p(s).max(axis=1).mean(),
        ),
        Mistake("your loss is negative: check the order of the difference.", lambda s, y: -mean_loss(s, y)),
        Mistake(
            "you divide by the number of classes: the mean is over the images.",
            lambda s, y: mean_loss(s, y) * len(y) / s.shape[1],
        ),
        Mistake(
            "you shift only one part of the difference: the same shift belongs to both, or it does not cancel.",
            lambda s, y: mean_loss(s, y) - s.max(axis=1).mean(),
        ),
        Mistake(
            "only the first image counts: is the `return` inside the loop?",
            lambda s, y: mean_loss(s[:1], y[:1]) / len(y),
        ),
        Mistake(
            "only the last image counts: add up inside the loop (+=), and begin with 0 before it.",
            lambda s, y: mean_loss(s[-1:], y[-1:]) / len(y),
        ),
    ),
)


def score_gradient(p, y):
    dscores = np.array(p)
    dscores[y] -= 1
    return dscores


def at(p, y):
    """1 at the correct class, 0 elsewhere."""
    return (np.arange(len(p)) == y).astype(float)


SCORE_GRADIENT = Exercise(
    score_gradient,
    lambda rng: [
        (np.array([0.2, 0.3, 0.5]), 1),
        (np.array([0.2, 0.3, 0.5]), 2),
        (probabilities(rng.normal(size=4)), 0),
        (probabilities(rng.normal(size=5)), 3),
    ],
    (
        Mistake("these are the probabilities: one of the entries still changes.", lambda p, y: p),
        Mistake("you add 1 at the correct class: the slope there is negative.", lambda p, y: p + at(p, y)),
        Mistake(
            "every sign is turned round: this is the way a descent step goes, and the gradient points uphill.",
            lambda p, y: at(p, y) - p,
        ),
        Mistake("you subtract 1 from every class: only the correct one gets it.", lambda p, y: p - 1),
        Mistake("you subtract the number y from every entry: y says which entry to change.", lambda p, y: p - y),
        Mistake(
            "the size is right, but the correct class has the wrong sign: its score lowers the loss.",
            lambda p, y: np.abs(p - at(p, y)),
        ),
        Mistake(
            "at the correct class you put −1 itself: its own probability belongs to it too.",
            lambda p, y: np.where(at(p, y), -1, p),
        ),
        Mistake(
            "only the correct class moves here: the scores of the others are in the sum too, so they have a slope.",
            lambda p, y: at(p, y) * (p - 1),
        ),
        Mistake(
            "right at the correct class; at the others the sign is wrong: their scores raise the loss.",
            lambda p, y: np.where(at(p, y), p - 1, -p),
        ),
        Mistake(
            "you subtract 1 at the greatest probability: it belongs to the class y.",
            lambda p, y: p - at(p, np.argmax(p)),
        ),
        Mistake(
            "this is the gradient of the probability: the loss is minus its logarithm.",
            lambda p, y: p[y] * (at(p, y) - p),
        ),
        Mistake(
            "p(1 − p) is each probability's slope along its own score: here one loss has a slope along every score.",
            lambda p, y: p * (1 - p),
        ),
        Mistake(
            "this is the slope along the probabilities, −1/p: go one stage further back, to the scores.",
            lambda p, y: -at(p, y) / p,
        ),
        Mistake(
            "you divide by the number of classes: the loss of one image is no mean.",
            lambda p, y: (p - at(p, y)) / len(p),
        ),
        Mistake("you count the classes from 1: y = 0 is the first one.", lambda p, y: p - at(p, (y - 1) % len(p))),
    ),
)


def softmax_gradient(W, X, y):
    dscores = probabilities(X @ W.T)
    dscores[np.arange(len(y)), y] -= 1
    return dscores.T @ X / len(y)


def softmax_gradient_cases(rng):
    cases = [(np.zeros((2, 3)), np.array([[1.0, 2.0, 3.0]]), np.array([0]))]
    for N, D, C in ((3, 2, 4), (5, 4, 3)):
        W, X = rng.normal(size=(C, D)).round(1), rng.normal(size=(N, D)).round(1)
        cases.append((W, X, rng.permutation(np.arange(N) % C)))
    W, X, y = cases[-1]
    return [*cases, (1000 * W, X, y)]


def gradient_from(dscores_of):
    """A gradient that is wrong in its slopes along the scores: dscores_of(p, one_hot, scores)."""

    def wrong(W, X, y):
        scores = X @ W.T
        return dscores_of(probabilities(scores), np.eye(len(W))[y], scores).T @ X / len(y)

    return wrong


def naive_p(scores):
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


SOFTMAX_GRADIENT = Exercise(
    softmax_gradient,
    softmax_gradient_cases,
    (
        Mistake(
            "your gradient is N times too large: the loss is a mean over the examples.",
            lambda W, X, y: softmax_gradient(W, X, y) * len(y),
        ),
        Mistake("you divide by N twice.", lambda W, X, y: softmax_gradient(W, X, y) / len(y)),
        Mistake(
            "you divide by the number of classes: the mean is over the N examples.",
            lambda W, X, y: softmax_gradient(W, X, y) * len(y) / len(W),
        ),
        Mistake(
            "you divide by all N · C entries: the mean is over the N examples alone.",
            lambda W, X, y: softmax_gradient(W, X, y) / len(W),
        ),
        Mistake(
            "every row is pushed the same way: the −1 at the correct class is left out.",
            gradient_from(lambda p, one_hot, s: p),
        ),
        Mistake(
            "the 1 at the correct class has the wrong sign: its slope is negative.",
            gradient_from(lambda p, one_hot, s: p + one_hot),
        ),
        Mistake(
            "every sign is turned round: this is the way down, and the gradient points uphill.",
            gradient_from(lambda p, one_hot, s: one_hot - p),
        ),
        Mistake(
            "you subtract 1 from every class: only the correct one of each example gets it.",
            gradient_from(lambda p, one_hot, s: p - 1),
        ),
        Mistake(
            "at the correct class you put −1 itself: its own probability belongs to it too.",
            gradient_from(lambda p, one_hot, s: np.where(one_hot, -1, p)),
        ),
        Mistake(
            "you subtract 1 in whole columns: each example has one entry, so index with row numbers and y together.",
            gradient_from(lambda p, one_hot, s: p - one_hot.max(axis=0)),
        ),
        Mistake(
            "you subtract 1 in whole rows: y counts classes, so index with row numbers and y together.",
            gradient_from(lambda p, one_hot, s: p - np.isin(np.arange(len(p)), one_hot.argmax(axis=1))[:, None]),
        ),
        Mistake(
            "your probabilities add up to 1 over the examples: they should over the classes of one example.",
            gradient_from(lambda p, one_hot, s: probabilities(s.T).T - one_hot),
        ),
        Mistake(
            "your probabilities add up to 1 over the examples, not over the classes; and large scores give nan.",
            gradient_from(lambda p, one_hot, s: naive_p(s.T).T - one_hot),
        ),
        Mistake(
            "only row y gets a share of each example: the scores of the other classes are in the sum too.",
            gradient_from(lambda p, one_hot, s: one_hot * (p - 1)),
        ),
        Mistake(
            "right for small scores, but large ones give nan: subtract each row's greatest score before exp.",
            gradient_from(lambda p, one_hot, s: naive_p(s) - one_hot),
        ),
        Mistake(
            "the 1/N is left out, and large scores give nan: the loss is a mean, and each row needs its shift.",
            lambda W, X, y: len(y) * gradient_from(lambda p, one_hot, s: naive_p(s) - one_hot)(W, X, y),
        ),
        Mistake(
            "only the last example counts: the loop over the examples has to add up.",
            lambda W, X, y: softmax_gradient(W, X[-1:], y[-1:]) / len(y),
        ),
        Mistake(
            "only the first example counts: is the `return` inside the loop?",
            lambda W, X, y: softmax_gradient(W, X[:1], y[:1]) / len(y),
        ),
        Mistake(
            "you divide by D, the length of one example: N is how many there are.",
            lambda W, X, y: softmax_gradient(W, X, y) * len(y) / X.shape[1],
        ),
        Mistake(
            "you divide by all N · D entries of X: the mean is over the N examples.",
            lambda W, X, y: softmax_gradient(W, X, y) / X.shape[1],
        ),
    ),
)

EXERCISES = (IMAGE_LOSS, PROBABILITIES, MEAN_LOSS, SCORE_GRADIENT, SOFTMAX_GRADIENT)
