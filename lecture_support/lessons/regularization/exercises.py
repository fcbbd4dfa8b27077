"""The exercises of notebook 2: L2, the full loss, elastic net, the soft threshold, max norm and dropout."""

import numpy as np

from lecture_support.calls import call
from lecture_support.checks import NOT_WRITTEN, Exercise, Mistake, Trial, misfit
from lecture_support.losses import softmax_loss, svm_loss
from lecture_support.penalties import clip_norm, elastic_net, soft_threshold


def l2_penalty(W, reg):
    return reg * (W**2).sum(), 2 * reg * W


def l2_cases(rng):
    small = np.array([[1.0, -2.0], [0.0, 0.5]]), 0.1
    return [small, (rng.normal(size=(3, 4)), 0.5), (rng.normal(size=(5, 2)), 3.0), (rng.normal(size=(2, 3)), 0.0)]


L2_PENALTY = Exercise(
    l2_penalty,
    l2_cases,
    (
        Mistake("your gradient lacks the 2: the slope of w² is 2w.", lambda W, reg: (reg * (W**2).sum(), reg * W)),
        Mistake(
            "your gradient squares W: the slope of w² is 2w, with the sign of w.",
            lambda W, reg: (reg * (W**2).sum(), 2 * reg * W**2),
        ),
        Mistake(
            "your gradient has |W|: the slope of w² is 2w, below 0 for a negative w.",
            lambda W, reg: (reg * (W**2).sum(), 2 * reg * np.abs(W)),
        ),
        Mistake(
            "your gradient lacks both λ and the 2: the slope of λw² is 2λw.",
            lambda W, reg: (reg * (W**2).sum(), W),
        ),
        Mistake(
            "your value doubles W where it should square it: W**2 is a square, W*2 is not.",
            lambda W, reg: (reg * (2 * W).sum(), 2 * reg * W),
        ),
        Mistake(
            "this is the other convention, with ½ in front: these notebooks use λΣW², so its gradient has a 2.",
            lambda W, reg: (0.5 * reg * (W**2).sum(), reg * W),
        ),
        Mistake(
            "value and gradient are of two conventions: your value has a ½ in front, your gradient has none.",
            lambda W, reg: (0.5 * reg * (W**2).sum(), 2 * reg * W),
        ),
        Mistake("λ is left out: both results should be 0 for λ = 0.", lambda W, reg: ((W**2).sum(), 2 * W)),
        Mistake("your gradient leaves λ out. The value has it.", lambda W, reg: (reg * (W**2).sum(), 2 * W)),
        Mistake("your value leaves λ out. The gradient has it.", lambda W, reg: ((W**2).sum(), 2 * reg * W)),
        Mistake(
            "λ counts twice: is it inside the square? Square W alone.",
            lambda W, reg: (((reg * W) ** 2).sum(), 2 * reg**2 * W),
        ),
        Mistake(
            "your gradient's sign is wrong. It points uphill, to larger weights; the step turns it round later.",
            lambda W, reg: (reg * (W**2).sum(), -2 * reg * W),
        ),
        Mistake(
            "your value is the square of the sum, where weights of opposite signs cancel. Square each weight first.",
            lambda W, reg: (reg * W.sum() ** 2, 2 * reg * W),
        ),
        Mistake(
            "your value is the length of W, so there is a root too much: L2 here is the sum of squares itself.",
            lambda W, reg: (reg * np.linalg.norm(W), 2 * reg * W),
        ),
        Mistake(
            "your value is a mean over the weights: L2 is their sum.",
            lambda W, reg: (reg * (W**2).mean(), 2 * reg * W),
        ),
        Mistake(
            "value and gradient are of a mean over the weights: L2 is their sum.",
            lambda W, reg: (reg * (W**2).mean(), 2 * reg * W / W.size),
        ),
        Mistake(
            "this is L1: sizes and signs. L2 has squares.", lambda W, reg: (reg * np.abs(W).sum(), reg * np.sign(W))
        ),
    ),
)


def full_loss(loss_fun, W, X, y, reg):
    data_loss, dW = loss_fun(W, X, y)
    weights = W.copy()
    weights[:, -1] = 0  # the bias is not penalised
    return data_loss + reg * (weights**2).sum(), dW + 2 * reg * weights


def full_loss_cases(rng):
    X = np.array([[1.0, 1.0], [2.0, 1.0]])
    small = svm_loss, np.array([[1.0, 0.0], [0.0, 2.0]]), X, np.array([0, 1]), 0.1
    cases = [small]
    for loss_fun, N, D, C, reg in ((svm_loss, 6, 3, 4, 0.5), (softmax_loss, 5, 4, 3, 2.0), (svm_loss, 4, 2, 3, 0.0)):
        X = np.hstack([rng.normal(size=(N, D)), np.ones((N, 1))])
        cases.append((loss_fun, rng.normal(size=(C, D + 1)), X, rng.integers(0, C, N), reg))
    return cases


def unpenalised(W, place):
    """W with 0 at a place, such as its bias column."""
    W = W.copy()
    W[place] = 0
    return W


BIAS, FIRST_COLUMN, LAST_ROW, NONE = np.s_[:, -1], np.s_[:, 0], np.s_[-1], np.s_[:, :0]


def full_loss_by(value=1, slope=2, data=1, data_slope=1, value_without=BIAS, slope_without=BIAS):
    """A wrong sum: the factors of its four parts, and which places of W its two penalty parts leave out."""

    def wrong(loss_fun, W, X, y, reg):
        data_loss, dW = loss_fun(W, X, y)
        squares, weights = (unpenalised(W, value_without) ** 2).sum(), unpenalised(W, slope_without)
        return data * data_loss + value * reg * squares, data_slope * dW + slope * reg * weights

    return wrong


def times_lambda(loss_fun, W, X, y, reg):
    data_loss, dW = loss_fun(W, X, y)
    weights = unpenalised(W, BIAS)
    return reg * (data_loss + (weights**2).sum()), reg * (dW + 2 * weights)


def without_lambda(loss_fun, W, X, y, reg):
    return full_loss(loss_fun, W, X, y, 1.0)


def over_n(loss_fun, W, X, y, reg):
    return full_loss(loss_fun, W, X, y, reg / len(y))


def over_n_again(loss_fun, W, X, y, reg):
    total, dW = full_loss(loss_fun, W, X, y, reg)
    return total / len(y), dW / len(y)


def frozen_bias(loss_fun, W, X, y, reg):
    total, dW = full_loss(loss_fun, W, X, y, reg)
    return total, unpenalised(dW, BIAS)


def only_weights(loss_fun, W, X, y, reg):
    """The bias taken out of the scores too."""
    total, dW = full_loss(loss_fun, unpenalised(W, BIAS), X, y, reg)
    return total, dW


FULL_LOSS = Exercise(
    full_loss,
    full_loss_cases,
    (
        Mistake(
            "you penalise the bias, the last column: leave it out of the squares and of the penalty's gradient.",
            full_loss_by(value_without=NONE, slope_without=NONE),
        ),
        Mistake(
            "you penalise the bias, the last column, and your gradient lacks a 2: the slope of λw² is 2λw.",
            full_loss_by(slope=1, value_without=NONE, slope_without=NONE),
        ),
        Mistake(
            "you penalise the bias, and your gradient is that of the data loss alone: the penalty has one too.",
            full_loss_by(slope=0, value_without=NONE),
        ),
        Mistake(
            "your total penalises the bias, and your gradient does not: leave the last column out of the squares too.",
            full_loss_by(value_without=NONE),
        ),
        Mistake(
            "your gradient penalises the bias, and your total does not: the penalty has no slope in the last column.",
            full_loss_by(slope_without=NONE),
        ),
        Mistake(
            "you leave out the first column, but the bias is the last one.",
            full_loss_by(value_without=FIRST_COLUMN, slope_without=FIRST_COLUMN),
        ),
        Mistake(
            "you leave out the last row, which is a class. The biases are the last column.",
            full_loss_by(value_without=LAST_ROW, slope_without=LAST_ROW),
        ),
        Mistake(
            "your gradient's last column is all 0: the bias is free of the penalty, but the data loss still moves it.",
            frozen_bias,
        ),
        Mistake(
            "the bias is missing from the scores: give the data loss all of W, and only the penalty a W without bias.",
            only_weights,
        ),
        Mistake("this is the data loss alone: add the penalty and its gradient.", full_loss_by(value=0, slope=0)),
        Mistake("your gradient is that of the data loss alone: the penalty has one too.", full_loss_by(slope=0)),
        Mistake(
            "your total is the data loss alone: the gradient has the penalty in it already.", full_loss_by(value=0)
        ),
        Mistake("this is the penalty alone: add it to the data loss.", full_loss_by(data=0, data_slope=0)),
        Mistake("your gradient lacks a 2: the slope of λw² is 2λw.", full_loss_by(slope=1)),
        Mistake("you subtract the penalty, and so reward large weights.", full_loss_by(value=-1, slope=-2)),
        Mistake(
            "your gradient subtracts the penalty's part: where the total adds, the gradient adds.",
            full_loss_by(slope=-2),
        ),
        Mistake("λ multiplies the data loss too: it belongs to the penalty alone.", times_lambda),
        Mistake("λ is left out: for λ = 0 the penalty should be gone.", without_lambda),
        Mistake("your penalty has a ½ in front, and these notebooks use λΣW².", full_loss_by(value=0.5, slope=1)),
        Mistake(
            "your total has a ½ before the penalty, and your gradient is that of λΣW²: these notebooks have no ½.",
            full_loss_by(value=0.5),
        ),
        Mistake(
            "your gradient is that of the penalty alone: dW of the data loss belongs to it.",
            full_loss_by(data_slope=0),
        ),
        Mistake("you divide the penalty by N: it is there once, however many examples there are.", over_n),
        Mistake("you divide by N once more: the data loss is a mean already, and the penalty has no N.", over_n_again),
    ),
)


def elastic_cases(rng):
    cases = [(np.array([[1.0, -2.0], [0.0, 0.5]]), 0.5)]
    for shape, beta in (((3, 4), 2.0), ((2, 5), 0.1), ((4, 3), 0.0)):
        W = rng.normal(size=shape)
        W[0, 1] = 0  # the kink
        cases.append((W, beta))
    return cases


def elastic_by(squares, sizes, dsquares, dsizes):
    """A wrong elastic net from factors of β alone: of ΣW², Σ|W|, 2W and sign(W)."""
    return lambda W, beta: (
        squares(beta) * (W**2).sum() + sizes(beta) * np.abs(W).sum(),
        dsquares(beta) * 2 * W + dsizes(beta) * np.sign(W),
    )


def no(beta):
    return 0.0


def one(beta):
    return 1.0


def all_of(beta):
    return beta


def half(beta):
    return beta / 2


def rest(beta):
    return 1 - beta


ELASTIC_NET = Exercise(
    elastic_net,
    elastic_cases,
    (
        Mistake("β stands with the wrong part: it weighs the squares.", elastic_by(one, all_of, one, all_of)),
        Mistake("β weighs both parts: it belongs to the squares alone.", elastic_by(all_of, all_of, all_of, all_of)),
        Mistake("β is left out: it weighs the squares.", elastic_by(one, one, one, one)),
        Mistake("β is left out of your gradient: there it weighs 2W.", elastic_by(all_of, one, one, one)),
        Mistake("β is left out of your value: it weighs the squares.", elastic_by(one, one, all_of, one)),
        Mistake("this is L1 alone: the squares are missing, with β in front.", elastic_by(no, one, no, one)),
        Mistake(
            "value and gradient are of two conventions: your value has a ½ before the squares, your gradient has none.",
            elastic_by(half, one, all_of, one),
        ),
        Mistake(
            "your gradient subtracts the sign of W: where the value adds |W|, its slope is added.",
            elastic_by(all_of, one, all_of, lambda beta: -1.0),
        ),
        Mistake(
            "W / |W| is 0 / 0 where a weight is 0: np.sign(W) is the same slope, and 0 there.",
            lambda W, beta: (elastic_net(W, beta)[0], 2 * beta * W + W / np.abs(W)),
        ),
        Mistake(
            "you share 1 out between the two parts, β and 1 − β, as some libraries do. Here |W| counts in full.",
            elastic_by(all_of, rest, all_of, rest),
        ),
        Mistake("your gradient's first part lacks the 2 of the square.", elastic_by(all_of, one, half, one)),
        Mistake(
            "there is a ½ before your squares: the lecture's elastic net has none.", elastic_by(half, one, half, one)
        ),
        Mistake("the sizes |W| are missing from your value.", elastic_by(all_of, no, all_of, one)),
        Mistake("your gradient has no part of |W|: its slope is a sign.", elastic_by(all_of, one, all_of, no)),
        Mistake("your gradient has no part of the squares.", elastic_by(all_of, one, no, one)),
        Mistake("this is L2 alone: the sizes |W| are missing.", elastic_by(all_of, no, all_of, no)),
        Mistake(
            "your gradient has |W| where the slope of |W| belongs: −1, 0 or 1.",
            lambda W, beta: (elastic_net(W, beta)[0], 2 * beta * W + np.abs(W)),
        ),
        Mistake(
            "your slope of |w| is 1 even for negative w: it has the sign of w.",
            lambda W, beta: (elastic_net(W, beta)[0], 2 * beta * W + 1),
        ),
        Mistake(
            "at the kink, w = 0, your slope of |w| is 1. Any number from −1 to 1 is a subgradient; take 0 here.",
            lambda W, beta: (elastic_net(W, beta)[0], 2 * beta * W + np.where(W >= 0, 1, -1)),
        ),
        Mistake(
            "at the kink, w = 0, your slope of |w| is −1. Any number from −1 to 1 is a subgradient; take 0 here.",
            lambda W, beta: (elastic_net(W, beta)[0], 2 * beta * W + np.where(W > 0, 1, -1)),
        ),
        Mistake(
            "β is inside your square, so it counts twice: square W alone.",
            lambda W, beta: (((beta * W) ** 2).sum() + np.abs(W).sum(), elastic_net(W, beta)[1]),
        ),
        Mistake(
            "negative weights lower your value: the sizes are |W|, not W.",
            lambda W, beta: (beta * (W**2).sum() + W.sum(), elastic_net(W, beta)[1]),
        ),
    ),
)


def threshold_cases(rng):
    cases = [(np.array([0.03, -0.2, 1.0]), 0.05)]
    for shape, threshold in (((3, 4), 0.3), ((2, 5), 0.8)):
        W = rng.normal(size=shape)
        W[0, :3] = 0, threshold, -threshold
        cases.append((W, threshold))
    return cases


SOFT_THRESHOLD = Exercise(
    soft_threshold,
    threshold_cases,
    (
        Mistake(
            "this is a hard threshold: small weights become 0, but the others have to move towards 0 as well.",
            lambda W, t: np.where(np.abs(W) > t, W, 0),
        ),
        Mistake(
            "your results have lost their signs: −0.2 should stay negative.", lambda W, t: np.maximum(abs(W) - t, 0)
        ),
        Mistake(
            "negative weights all become 0. They move towards 0 from the other side.", lambda W, t: np.maximum(W - t, 0)
        ),
        Mistake(
            "np.max(a, 0) takes the greatest of each column. You need a function that compares entry by entry.",
            lambda W, t: np.sign(W) * np.max(np.abs(W) - t, 0),
        ),
        Mistake(
            "you multiply by W itself where only its sign belongs: np.sign(W).",
            lambda W, t: W * np.maximum(np.abs(W) - t, 0),
        ),
        Mistake(
            "np.minimum keeps the wrong side: what is left of a size, or 0 where nothing is, is np.maximum.",
            lambda W, t: np.sign(W) * np.minimum(np.abs(W) - t, 0),
        ),
        Mistake(
            "W / |W| is 0 / 0 where a weight is 0; and a small weight jumps across 0: it has to stop there.",
            lambda W, t: W - t * W / np.abs(W),
        ),
        Mistake(
            "you empty the wrong side: large weights stay, and come nearer to 0; the small ones become 0.",
            lambda W, t: np.where(np.abs(W) > t, 0, W),
        ),
        Mistake(
            "a small weight jumps across 0: this is the subgradient step. It has to stop at 0.",
            lambda W, t: W - t * np.sign(W),
        ),
        Mistake(
            "large negative weights move away from 0: for them, towards 0 is up.",
            lambda W, t: np.where(np.abs(W) > t, W - t, 0),
        ),
        Mistake("every weight moves down by t, also the negative ones and past 0.", lambda W, t: W - t),
        Mistake("this is what should be taken away from W: the weights cut off at ±t.", lambda W, t: np.clip(W, -t, t)),
        Mistake(
            "you shrink in proportion, as L2 does: L1 takes the same amount t from each weight.",
            lambda W, t: (1 - t) * W,
        ),
        Mistake(
            "large weights grow by t: they should shrink.",
            lambda W, t: np.where(np.abs(W) > t, W + t * np.sign(W), 0),
        ),
        Mistake(
            "large weights are right, but weights within t of 0 stay as they are: they become exactly 0.",
            lambda W, t: np.where(np.abs(W) > t, W - t * np.sign(W), W),
        ),
    ),
)


def clip_cases(rng):
    cases = [(np.array([[3.0, 4.0], [0.6, 0.8]]), 2.0)]
    for shape, max_norm in (((4, 3), 1.5), ((4, 2), 0.7)):
        W = rng.normal(size=shape)
        lengths = max_norm * rng.permutation([3.0, 0.4, 1.1, 0.9])
        cases.append((W * (lengths / np.linalg.norm(W, axis=1))[:, None], max_norm))
    return [*cases, (np.array([[0.0, 0.0], [3.0, 4.0], [0.3, 0.4]]), 2.0)]  # the first weights of the course are 0


def clip_by(factor, axis=1, order=2):
    """A wrong max norm: factor(lengths, c) in place of the right one, with other lengths along another axis."""

    def wrong(W, max_norm):
        sizes = np.abs(W) ** order
        lengths = sizes.sum(axis=axis, keepdims=True) ** (1 / order)
        return W * factor(lengths, max_norm)

    return wrong


def shorten(lengths, c):
    return np.minimum(1, c / lengths)


CLIP_NORM = Exercise(
    clip_norm,
    clip_cases,
    (
        Mistake(
            "short rows get longer: a row that is within the limit already has to stay as it is.",
            clip_by(lambda lengths, c: c / lengths),
        ),
        Mistake(
            "all rows come back with length 1: the limit is max_norm, and short rows stay as they are.",
            clip_by(lambda lengths, c: 1 / lengths),
        ),
        Mistake(
            "it is the wrong way round: long rows stay long, and short rows get longer.",
            clip_by(lambda lengths, c: np.maximum(1, c / lengths)),
        ),
        Mistake(
            "you take the length of all of W at once: each row has a limit of its own (axis=1).",
            clip_by(shorten, axis=None),
        ),
        Mistake("you limit the columns: a class's weights are a row.", clip_by(shorten, axis=0)),
        Mistake(
            "one length for each row, (C,), does not fit W: stand them up as (C, 1), with keepdims=True.",
            lambda W, c: W * np.minimum(1, c / np.linalg.norm(W, axis=1)),
        ),
        Mistake(
            "all rows shrink with the longest one: each row has a limit of its own.",
            clip_by(lambda lengths, c: np.minimum(1, c / lengths.max())),
        ),
        Mistake("this is W as it was: long rows have to be shortened.", clip_by(lambda lengths, c: 1)),
        Mistake(
            "you multiply every row by max_norm: it is a limit, for long rows only.", clip_by(lambda lengths, c: c)
        ),
        Mistake(
            "your fraction is upside down: long rows grow. It is max_norm over the length.",
            clip_by(lambda lengths, c: np.maximum(1, lengths / c)),
        ),
        Mistake(
            "you divide long rows by max_norm: divide by their length, and multiply by max_norm.",
            clip_by(lambda lengths, c: np.where(lengths > c, 1 / c, 1)),
        ),
        Mistake(
            "you cut off single weights, which turns the row: scale all of it by one number.",
            lambda W, c: np.clip(W, -c, c),
        ),
        Mistake("your length is the sum of sizes: take the root of the sum of squares.", clip_by(shorten, order=1)),
        Mistake(
            "your length is the sum of squares: the root is missing.",
            clip_by(lambda lengths, c: np.minimum(1, c / lengths**2)),
        ),
        Mistake(
            "long rows come back with length 1: they should come back with length max_norm.",
            clip_by(lambda lengths, c: np.where(lengths > c, 1 / lengths, 1)),
        ),
        Mistake(
            "you multiply long rows by max_norm: divide by their length as well.",
            clip_by(lambda lengths, c: np.where(lengths > c, c, 1)),
        ),
        Mistake("long rows become 0: shorten them.", clip_by(lambda lengths, c: lengths <= c)),
    ),
)


def inverted_dropout(X, keep):
    kept = np.random.default_rng().random(X.shape) < keep
    return X * kept / keep


FIXED_MASK = "every call drops the same inputs: draw anew each time (is the seed set inside the function?)."
SAME_COLUMNS = "all examples lose the same inputs: draw for each entry of X, so the mask has the shape of X."
WHOLE_ROWS = "you drop whole examples: draw for each entry of X, so the mask has the shape of X."
SAME_NUMBER = "every call drops the same number of inputs: chance decides for each input on its own."
NONE_DROPPED = "nothing is ever dropped: set inputs to 0 at random."
ALL_DROPPED = "everything is dropped."
FLIPPED = "you drop with probability keep: it is the probability to be kept."
WRONG_SHARE = "the share of inputs that stay is not `keep`: does your mask use it?"
UNSCALED = "what stays is as large as before, so the mean score shrinks: *inverted* dropout makes up for that at once."
MULTIPLIED = "you multiply by keep: that makes the mean score smaller still. It has to come out unchanged."
BY_THE_DROPPED = "you divide by 1 − keep, the share that is dropped: divide by the share that stays."
WRONG_SCALE = "what stays is multiplied by a wrong number: on average an entry of X has to come out unchanged."
NO_SCALE = "each entry of X becomes either 0 or a multiple of itself, with one factor for all of them. Yours do not."


def find_dropout_mistake(student):
    X = np.arange(1.0, 121.0).reshape(20, 6)
    for keep in (0.8, 0.3):
        results = []
        for _ in range(40):
            outcome = call(student, (X, keep))
            if outcome.trouble:
                return outcome.trouble
            if outcome.value is None:
                return NOT_WRITTEN
            trouble = misfit(outcome.value, (X,))
            if trouble:
                return f"{trouble} It was called with 20 examples of 6 numbers each, and keep = {keep:g}."
            results.append(outcome.value[0])
        trouble = dropout_mistake(np.array(results) / X, keep)
        if trouble:
            return trouble
    return None


def dropout_mistake(factors, keep):
    """The words for the first rule that the factors (calls, N, D) of the entries of X break, or None."""
    kept = factors != 0
    if not kept.any():
        return ALL_DROPPED
    if not np.allclose(factors[kept], factors[kept][0], rtol=1e-4):
        return NO_SCALE
    share, scale = kept.mean(), factors[kept][0]

    def scaled_by(factor):
        return np.isclose(scale, factor, rtol=1e-4)

    rules = (
        (kept.all(), NONE_DROPPED),
        ((kept == kept[:1]).all(), FIXED_MASK),
        ((kept == kept[:, :1]).all(), SAME_COLUMNS),
        ((kept == kept[:, :, :1]).all(), WHOLE_ROWS),
        (len(set(kept.sum(axis=(1, 2)).tolist())) == 1, SAME_NUMBER),
        (abs(share - (1 - keep)) < 0.05, FLIPPED),
        (abs(share - keep) > 0.05, WRONG_SHARE),
        (scaled_by(1), UNSCALED),
        (scaled_by(keep), MULTIPLIED),
        (scaled_by(1 / (1 - keep)), BY_THE_DROPPED),
        (not scaled_by(1 / keep), WRONG_SCALE),
    )
    return next((words for broken, words in rules if broken), None)


INVERTED_DROPOUT = Trial(
    inverted_dropout,
    find_dropout_mistake,
    (
        *(ALL_DROPPED, NO_SCALE, NONE_DROPPED, FIXED_MASK, SAME_COLUMNS, WHOLE_ROWS, SAME_NUMBER),
        *(FLIPPED, WRONG_SHARE, UNSCALED, MULTIPLIED, BY_THE_DROPPED, WRONG_SCALE),
    ),
)

EXERCISES = (L2_PENALTY, FULL_LOSS, ELASTIC_NET, SOFT_THRESHOLD, CLIP_NORM, INVERTED_DROPOUT)
