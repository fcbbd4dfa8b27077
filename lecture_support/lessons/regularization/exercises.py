"""The exercises of notebook 2: the full loss, elastic net, the soft threshold, max norm and dropout."""

import numpy as np

from lecture_support.calls import call
from lecture_support.checks import NOT_WRITTEN, Exercise, Trial, misfit
from lecture_support.common import batches
from lecture_support.losses import softmax_loss, svm_loss


def full_loss(loss_fun, W, X, y, reg):
    V = W.copy()
    V[:, -1] = 0  # the bias is not penalised
    loss, dW = loss_fun(W, X, y)
    loss += reg * (V**2).sum()
    dW += 2 * reg * V
    return loss, dW


def full_loss_cases(rng):
    W, X, y = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 1.0], [2.0, 1.0]]), np.array([0, 1])
    losses = 3 * ((svm_loss, 0.5), (softmax_loss, 2.0), (svm_loss, 0.1))
    cases = [(loss_fun, *batch, reg) for batch, (loss_fun, reg) in zip(batches(rng), losses, strict=True)]
    return [(svm_loss, W, X, y, 0.1), *cases, (softmax_loss, W[:, 1:], X[:, 1:], y, 0.5)]  # the bias alone


FULL_LOSS = r"""
V[:, -1] = 0 →  # you penalise the bias, the last column: leave it out of the squares and of the penalty's gradient.
V**2 → W**2  # your total penalises the bias, and your gradient does not: leave the last column out of the squares too.
* V → * W  # your gradient penalises the bias, and your total does not: the penalty has no slope in the last column.
V[:, -1] = 0 → V[:, 0] = 0  # you leave out the first column, but the bias is the last one.
→ V[-1] = 0  # you leave out the last row, which is a class. The biases are the last column.
→ V[:, -1] = 1  # you put 1 in the bias's place, and its square counts: put 0 there.
return loss → dW[:, -1] = 0\n    return loss
    your gradient's last column is all 0: the bias is free of the penalty, but the data loss still moves it.
loss_fun(W → loss_fun(V
    the bias is missing from the scores: give the data loss all of W, and only the penalty a W without bias.
dW += 2 * reg * V →  # your gradient is that of the data loss alone: the penalty has one too.
loss += reg * (V**2).sum() →  # your total is the data loss alone: the penalty belongs to it.
dW += → dW = | dW += 2 * reg * V → dW[:, :-1] = 2 * reg * W[:, :-1]
    your gradient is that of the penalty alone: dW of the data loss belongs to it.
loss += → loss =  # your total is the penalty alone: add it to the data loss.
2 * reg → reg  # your gradient lacks a 2: the slope of λw² is 2λw.
dW += → dW -=  # your gradient subtracts the penalty's part: where the total adds, the gradient adds.
loss += → loss -=  # your total subtracts the penalty, and so rewards large weights.
loss, dW = loss_fun → loss = dW = loss_fun
    loss_fun returns two things, the loss and the gradient: take them apart, as in loss, dW = loss_fun(...).
= loss_fun(W, X, y) → = (reg * part for part in loss_fun(W, X, y))
    λ multiplies the data loss too: it belongs to the penalty alone.
+= reg * → +=  # your total leaves λ out: the penalty should be gone for λ = 0.
2 * reg → 2 → 1  # your gradient leaves λ out: the penalty's part should be gone for λ = 0.
2 * reg * V → 2 * reg * V**2 → reg * V**2 → 2 * reg * np.abs(V) → reg * np.sign(V)
    your gradient has a square, a size or a sign of W where the slope of w² belongs: 2w.
+= reg * (V**2) → += ((reg * V) ** 2) | V = W.copy() → V, reg = W.copy(), reg**2
    λ counts twice: is it inside the square? Square W alone.
V = W.copy() → V, reg = W.copy(), reg / 2 | += reg → += 0.5 * reg
    there is a ½ before your penalty: these notebooks use λΣW², whose slope is 2λW.
V = W.copy() → V, reg = W.copy(), reg / len(y)
    you divide the penalty by N: it is there once, however many examples there are.
return loss, dW → return loss / len(y), dW / len(y)
    you divide by N once more: the data loss is a mean already, and the penalty has no N.
.sum() → .mean() | (V**2).sum() → (V[:, :-1] ** 2).mean() → np.linalg.norm(V)
→ (V * 2).sum() → V.sum() → V.sum() ** 2 → np.abs(V).sum()
    your penalty is not the sum of the squares: square each weight, add all up, and take no mean and no root.
"""


def elastic_net(W, beta):
    squares, sizes = (W**2).sum(), np.abs(W).sum()
    value = beta * squares + sizes
    dW = beta * 2 * W + np.sign(W)
    return value, dW


def tables(rng):
    """Inputs (W, number): where the course begins and ends, with 0 and the number among the weights; ints last."""
    cases = []
    for shape, t, size in (((4, 3), 0.8, 1), ((3, 4), 1.5, 1), ((5, 2), 0.7, 1), ((1, 3), 0.4, 1), ((3, 3), 2.0, 1000)):
        W = size * rng.normal(size=shape)
        W[0, :2] = 0, -t
        cases.append((W, t))
    rows = np.array([[0.0, 0.0], [2.0, 0.0], [3.0, 4.0], [0.3, 0.4], [1.2, 1.2], [-1.6, -1.6]])
    return [*cases, (0 * rows, 0.5), (rows, 2.0), (np.float32(rows), 0.4), (np.array([[3, -2, 1], [0, 0, 0]]), 2)]


ELASTIC_NET = r"""
beta * squares + sizes\n    dW = beta * 2 * W + → squares + beta * sizes\n    dW = 2 * W + beta *
    β stands with the wrong part: it weighs the squares.
+ sizes\n    dW = beta * 2 * W + → + beta * sizes\n    dW = beta * 2 * W + beta *
    β weighs both parts: it belongs to the squares alone.
→ + (1 - beta) * sizes\n    dW = beta * 2 * W + (1 - beta) *
    you share 1 out between the two parts, β and 1 − β, as some libraries do. Here |W| counts in full.
beta * 2 → 2  # β is left out of your gradient: there it weighs 2W.
value = beta * → value =  # β is left out of your value: it weighs the squares.
beta * squares → beta**2 * squares  # β is inside your square, so it counts twice: square W alone.
value = → beta = beta / 2\n    value = | beta * squares → beta / 2 * squares
    there is a ½ before your squares: the lecture's elastic net has none, and its slope is 2βW.
beta * 2 * W → beta * W  # your gradient's first part lacks the 2 of the square.
+ sizes\n → \n  # the sizes |W| are missing from your value.
beta * squares + →  # the squares are missing from your value, with β in front.
+ np.sign(W) →  # your gradient has no part of |W|: its slope is a sign.
beta * 2 * W + →  # your gradient has no part of the squares.
+ np.sign(W) → - np.sign(W)  # your gradient subtracts the sign of W: where the value adds |W|, its slope is added.
np.sign(W) → W / np.abs(W)  # W / |W| is 0 / 0 where a weight is 0: np.sign(W) is the same slope, and 0 there.
→ np.abs(W)  # your gradient has |W| where the slope of |W| belongs: −1, 0 or 1.
→ 1  # your slope of |w| is 1 even for negative w: it has the sign of w.
→ np.where(W >= 0, 1, -1) → np.where(W > 0, 1, -1)
    at the kink, w = 0, your slope of |w| is 1 or −1. Any number between is a subgradient; take 0 here.
np.abs(W) → W  # negative weights lower your value: the sizes are |W|, not W.
np.abs(W).sum() → np.linalg.norm(W, 1)
(W**2).sum() → np.linalg.norm(W)
.sum(), np.abs(W).sum() → .mean(), np.abs(W).mean()
    your value is not made of the two sums, of W**2 and |W| over all entries: no mean, no root, no other norm.
"""


def soft_threshold(W, threshold):
    sizes = np.abs(W) - threshold
    return np.sign(W) * np.maximum(sizes, 0)


SOFT_THRESHOLD = r"""
np.sign(W) * np.maximum(sizes, 0) → np.where(sizes > 0, W, 0)
    this is a hard threshold: small weights become 0, but the others have to move towards 0 as well.
np.sign(W) * →  # your results have lost their signs: −0.2 should stay negative.
np.abs(W) → W  # negative weights all become 0. They move towards 0 from the other side.
np.maximum → np.max  # np.max(a, 0) takes the greatest of each column. You need a function that compares entry by entry.
np.sign(W) → W  # you multiply by W itself where only its sign belongs: np.sign(W).
.maximum → .minimum  # np.minimum keeps the wrong side: what is left of a size, or 0 where nothing is, is np.maximum.
np.sign(W) → W / np.abs(W)  # W / |W| is 0 / 0 where a weight is 0: np.sign(W) is its sign, and 0 there.
np.sign(W) * np.maximum(sizes, 0) → np.where(sizes > 0, 0, W)
    you empty the wrong side: large weights stay, and come nearer to 0; the small ones become 0.
np.maximum(sizes, 0) → sizes  # a small weight jumps across 0: this is the subgradient step. It has to stop at 0.
np.sign(W) * np.maximum(sizes, 0) → np.where(sizes > 0, W - threshold, 0)
    large negative weights move away from 0: for them, towards 0 is up.
→ W - threshold  # every weight moves down by t, also the negative ones and past 0.
np.maximum(sizes, 0) → np.minimum(np.abs(W), threshold)
    this is what should be taken away from W: the weights cut off at ±t.
np.sign(W) * np.maximum(sizes, 0) → (1 - threshold) * W
    you shrink in proportion, as L2 does: L1 takes the same amount t from each weight.
→ np.where(sizes > 0, W + threshold * np.sign(W), 0)  # large weights grow by t: they should shrink.
→ np.where(sizes > 0, W - threshold * np.sign(W), W)
    large weights are right, but weights within t of 0 stay as they are: they become exactly 0.
"""


def clip_norm(W, max_norm):
    lengths = np.linalg.norm(W, axis=1, keepdims=True)
    long = lengths[:, 0] > max_norm
    V = W.copy()
    V[long] = W[long] * max_norm / lengths[long]
    return V


CLIP_NORM = r"""
> max_norm → >= 0 → > 0  # short rows get longer: a row that is within the limit already has to stay as it is.
return V → return W / lengths * np.minimum(lengths, max_norm)
    a row of zeros becomes nan: you divide by its length, and 0 / 0 is no number.
> max_norm → < max_norm  # it is the wrong way round: long rows stay long, and short rows get longer.
np.linalg.norm(W, axis=1, keepdims=True) → np.full((len(W), 1), np.linalg.norm(W))
    you take the length of all of W at once: each row has a limit of its own (axis=1).
return V → return W * np.minimum(1, max_norm / np.linalg.norm(W, axis=0))
    you limit the columns: a class's weights are a row.
→ return W * np.minimum(1, max_norm / lengths[:, 0])
    one length for each row, (C,), does not fit W: stand them up as (C, 1), with keepdims=True.
→ return W * np.minimum(1, max_norm / lengths.max())
    all rows shrink with the longest one: each row has a limit of its own.
→ return W  # this is W as it was: long rows have to be shortened.
→ return W * max_norm  # you multiply every row by max_norm: it is a limit, for long rows only.
max_norm / lengths[long] → lengths[long] / max_norm
    your fraction is upside down: long rows grow. It is max_norm over the length.
* max_norm / lengths[long] → / max_norm
    you divide long rows by max_norm: divide by their length, and multiply by max_norm.
return V → return np.clip(W, -max_norm, max_norm)
    you cut off single weights, which turns the row: scale all of it by one number.
np.linalg.norm(W, axis=1, keepdims=True) → np.abs(W).sum(axis=1, keepdims=True)
    your length is the sum of sizes: take the root of the sum of squares.
→ (W**2).sum(axis=1, keepdims=True) | :, 0] > → :, 0] ** 2 >  # your length is the sum of squares: the root is missing.
* max_norm / lengths[ → / lengths[  # long rows come back with length 1: they should come back with length max_norm.
/ lengths[long] →  # you multiply long rows by max_norm: divide by their length as well.
W[long] * max_norm / lengths[long] → 0  # long rows become 0: shorten them.
V = W.copy( → V = np.zeros(W.shape  # short rows become 0: a row that is within the limit already has to stay as it is.
"""


def inverted_dropout(X, keep):
    kept = np.random.default_rng().random(X.shape) < keep
    return X * kept / keep


def dropout_rules(factors, keep):
    """Words for what no right dropout does, and whether these factors (calls, N, D) of the entries of X do it."""
    kept = factors != 0
    share, scale = kept.mean(), factors[kept][:1].sum()  # the first factor, or 0
    one_call, one_row, one_entry = ((kept == part).all() for part in (kept[:1], kept[:, :1], kept[:, :, :1]))
    one_number = len({*kept.sum(axis=(1, 2)).tolist()}) == 1
    one_scale = np.allclose(factors[kept], scale, rtol=1e-4)
    unscaled, multiplied, by_the_dropped, right = np.isclose(scale, [1, keep, 1 / (1 - keep), 1 / keep], rtol=1e-4)
    return {
        "everything is dropped.": not kept.any(),
        "an entry of X becomes 0 or a multiple of itself, with one factor for all. Yours do not.": not one_scale,
        "nothing is ever dropped: set inputs to 0 at random.": kept.all(),
        "every call drops the same inputs: draw anew each time (is the seed set inside the function?).": one_call,
        "all examples lose the same inputs: draw for each entry of X, so the mask has the shape of X.": one_row,
        "you drop whole examples: draw for each entry of X, so the mask has the shape of X.": one_entry,
        "every call drops the same number of inputs: chance decides for each input on its own.": one_number,
        "you drop with probability keep: it is the probability to be kept.": abs(share - (1 - keep)) < 0.05,
        "the share of inputs that stay is not `keep`: does your mask use it?": abs(share - keep) > 0.05,
        "what stays is as large as before, so the mean score shrinks: *inverted* dropout makes up for it.": unscaled,
        "you multiply by keep: that makes the mean score smaller still. It has to come out unchanged.": multiplied,
        "you divide by 1 − keep, the share that is dropped: divide by the share that stays.": by_the_dropped,
        "what stays is multiplied by a wrong number: on average an entry of X has to come out unchanged.": not right,
    }


def find_dropout_mistake(student):
    X = np.arange(1.0, 121.0).reshape(20, 6)
    for keep in (0.8, 0.3):
        results = []
        for _ in range(40):
            outcome = call(student, (X, keep))
            if outcome.trouble or outcome.value is None:
                return outcome.trouble or NOT_WRITTEN
            trouble = misfit(outcome.value, (X,))
            if trouble:
                return f"{trouble} It was called with 20 examples of 6 numbers each, and keep = {keep:g}."
            results.append(outcome.value[0])
        for words, broken in dropout_rules(np.array(results) / X, keep).items():
            if broken:
                return words
    return None


INVERTED_DROPOUT = Trial(inverted_dropout, find_dropout_mistake)

EXERCISES = (
    Exercise(full_loss, full_loss_cases, FULL_LOSS),
    Exercise(elastic_net, lambda rng: [(np.array([[1.0, -2.0], [0.0, 0.5]]), 0.5), *tables(rng)], ELASTIC_NET),
    Exercise(soft_threshold, lambda rng: [(np.array([0.03, -0.2, 1.0]), 0.05), *tables(rng)], SOFT_THRESHOLD),
    Exercise(clip_norm, lambda rng: [(np.array([[3.0, 4.0], [0.6, 0.8]]), 2.0), *tables(rng)[:-1]], CLIP_NORM),
    INVERTED_DROPOUT,
)
