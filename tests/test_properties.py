"""What holds for every W, X and y, on examples that hypothesis draws: ties, kinks and scores of 1e30 among them.

Whole numbers make many ties and kinks, and most arithmetic exact: times a power of two as well, and means of 1, 2, 4 or
8 examples too. What is exact is compared to the last bit, and everything else within what rounding can do.
"""

import os
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.extra.numpy import arrays

from lecture_support.descent import descend, minibatches
from lecture_support.losses import hinge_terms, probabilities, softmax_loss, svm_loss
from lecture_support.penalties import clip_norm, elastic_net, l1, l2, objective, soft_threshold

# The code decides what is drawn, not chance, so that a failure has a cause; and no time limit, as machines are shared.
settings.register_profile("course", max_examples=40, derandomize=True, deadline=None, database=None, print_blob=True)
settings.load_profile("course")
set_hypothesis_home_dir(os.devnull)  # else it leaves a folder .hypothesis in the course

LOSSES = [svm_loss, softmax_loss]
PENALTIES = [l2, l1, elastic_net]
WHOLE = st.integers(-4, 4).map(float)
REAL = st.floats(-4, 4, width=32)  # numbers that float32 holds too
SIZES = st.sampled_from([1.0, 2.0**6, 2.0**50])  # of W and of X, so that scores are about 1, 1e4 and 1e30
UNIT = st.just(1.0)
COUNTS = st.integers(1, 8)
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def problems(draw, numbers=REAL, sizes=UNIT, counts=COUNTS):
    """W (C, D) to stand at, V (C, D) to compare it with, X (N, D), and y (N,)."""
    N, D, C, size = draw(counts), draw(st.integers(1, 4)), draw(st.integers(2, 5)), draw(sizes)
    W, V, X = (size * draw(arrays(float, shape, elements=numbers)) for shape in ((C, D), (C, D), (N, D)))
    return W, V, X, draw(arrays(int, N, elements=st.integers(0, C - 1)))


EXACT = {"numbers": WHOLE, "counts": st.sampled_from([1, 2, 4, 8])}


def rounding(W, X, dtype=float):
    """What rounding can change a loss by, at the most: eps × the largest term × C terms × the operations on each."""
    (C, D), N = W.shape, len(X)
    largest = (np.abs(X) @ np.abs(W).T).max() + 1
    return np.finfo(dtype).eps * largest * C * (2 * D + N * C + 8)


# Losses of one W


@pytest.mark.parametrize("loss", LOSSES)
@given(problems(sizes=SIZES), st.sampled_from([np.float32, np.float64]))
def test_no_loss_is_below_0_and_probabilities_are_shares(loss, problem, dtype):
    W, _, X, y = problem
    W, X = W.astype(dtype), X.astype(dtype)
    total, dW = loss(W, X, y)
    assert 0 <= total < np.inf and np.isfinite(dW).all() and dW.dtype == dtype
    assert (hinge_terms(X @ W.T, y) >= 0).all()
    shares = probabilities(X @ W.T)
    assert (shares >= 0).all() and (shares <= 1).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("loss", LOSSES)
@given(problems(WHOLE, SIZES))
def test_what_is_added_to_all_scores_of_an_example_changes_nothing(loss, problem):
    W, V, X, y = problem
    total, dW = loss(W, X, y)
    shifted, dshifted = loss(W + V[0], X, y)
    assert shifted == total
    np.testing.assert_array_equal(dshifted, dW)
    np.testing.assert_array_equal(probabilities(X @ (W + V[0]).T), probabilities(X @ W.T))
    np.testing.assert_allclose(dW.sum(axis=0), 0, atol=1e-13 * np.abs(X).max())  # the slope of such a shift


@pytest.mark.parametrize("loss", LOSSES)
@given(problems(WHOLE, SIZES), st.randoms(use_true_random=False))
def test_order_of_examples_and_names_of_classes_do_not_matter(loss, problem, random):
    W, _, X, y = problem
    total, dW = loss(W, X, y)
    order, names = (random.sample(range(count), count) for count in (len(y), len(W)))
    moved, dmoved = loss(W[names], X[order], np.argsort(names)[y[order]])
    assert moved == pytest.approx(total, rel=1e-13, abs=1e-13)
    np.testing.assert_allclose(dmoved, dW[names], atol=1e-13 * np.abs(X).max())


@pytest.mark.parametrize("loss", LOSSES)
@given(problems(sizes=SIZES))
def test_float32_differs_by_no_more_than_its_rounding(loss, problem):
    W, _, X, y = problem
    total, dW = loss(W, X, y)
    rough, drough = loss(W.astype(np.float32), X.astype(np.float32), y)
    error, eps, (N, C) = rounding(W, X, np.float32), np.finfo(np.float32).eps, (len(X), len(W))
    assert abs(rough - total) <= error
    # A hinge term as near its kink as this may fall on its other side; a probability moves by about what scores do.
    missing = X @ W.T - (X @ W.T)[np.arange(N), y][:, None] + 1
    doubt = (np.abs(missing) <= error) if loss is svm_loss else np.full((N, C), min(1, 2 * error))
    assert (np.abs(drough - dW) <= doubt.sum(axis=1) @ np.abs(X) / N + eps * (N + C) * C * np.abs(X).mean(axis=0)).all()


@given(problems(**EXACT, sizes=st.sampled_from([1.0, 2.0**4])))  # sums of up to 20 bits, of the 24 that float32 has
def test_hinge_of_whole_numbers_is_exact_in_float32(problem):
    W, _, X, y = problem
    total, dW = svm_loss(W, X, y)
    rough, drough = svm_loss(W.astype(np.float32), X.astype(np.float32), y)
    assert rough == total
    np.testing.assert_array_equal(drough, dW)


# Slopes, and what convexity says of two W


@pytest.mark.parametrize("penalty", PENALTIES)
@given(problems(**EXACT), st.booleans())
def test_gradient_of_the_hinge_is_the_centred_difference_to_the_last_bit(penalty, problem, bias):
    """With halves in W and a delta of 1.25 nothing is within 0.25 of its kink, and h V moves it by less."""
    W, V, X, y = problem
    W, h, f = W + 0.5, 2.0**-10, objective(lambda *args: svm_loss(*args, delta=1.25), penalty, 0.5, bias)
    ahead, behind = (f(W + step * V, X, y)[0] for step in (h, -h))
    assert (f(W, X, y)[1] * V).sum() == (ahead - behind) / (2 * h)


@given(problems())
def test_gradient_of_softmax_is_the_centred_difference(problem):
    W, V, X, y = problem
    V, h = V / max(1, np.ptp(X @ V.T, axis=1).max()), 1e-5  # so no score moves by more than h, and h² is what that adds
    ahead, behind = (softmax_loss(W + step * V, X, y)[0] for step in (h, -h))
    slope = (softmax_loss(W, X, y)[1] * V).sum()
    assert slope == pytest.approx((ahead - behind) / (2 * h), rel=0, abs=h**2 + rounding(W, X) / h)


@pytest.mark.parametrize("penalty", PENALTIES)
@given(problems(**EXACT), st.booleans(), st.data())
def test_at_kinks_the_loss_is_above_its_tangent(penalty, problem, bias, data):
    """A term and a weight lie on their kinks; a small step towards V meets no others, which could make up for them."""
    W, V, X, y = problem
    W[0, 0] = 0
    i = data.draw(st.integers(0, len(y) - 1))
    j = data.draw(st.sampled_from([j for j in range(len(W)) if j != y[i]]))
    delta = (W[y[i]] - W[j]) @ X[i]
    if delta < 0:  # then it is the other class that leads by a delta
        y[i], delta = j, -delta
    f = objective(lambda *args: svm_loss(*args, delta=delta), penalty, 0.5, bias)
    total, dW = f(W, X, y)
    for step in (1, 2.0**-10):
        assert f(W + step * (V - W), X, y)[0] >= total + step * (dW * (V - W)).sum()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("penalty", PENALTIES)
@given(problems(sizes=SIZES), st.floats(0, 1), st.booleans())
def test_losses_and_objectives_are_convex(loss, penalty, problem, share, bias):
    W, V, X, y = problem
    for f in (loss, objective(loss, penalty, 0.5, bias)):
        (here, dW), there, between = f(W, X, y), f(V, X, y)[0], f((1 - share) * W + share * V, X, y)[0]
        error = rounding(np.abs(W) + np.abs(V), X) + 1e-14 * (here + there)
        assert between <= (1 - share) * here + share * there + error
        assert there >= here + (dW * (V - W)).sum() - error


# Proximal steps, by brute force


@given(arrays(float, (2, 3), elements=WHOLE), st.integers(0, 6), st.sampled_from([2.0**-3, 1.0, 2.0**20]))
def test_soft_threshold_is_the_nearest_to_W_at_the_price_of_l1(W, threshold, unit):
    candidates = np.arange(-4, 5)  # of whole numbers the best is a whole number
    costs = threshold * np.abs(candidates) + (candidates - W[..., None]) ** 2 / 2
    np.testing.assert_array_equal(soft_threshold(unit * W, unit * threshold), unit * candidates[costs.argmin(axis=-1)])


@given(arrays(float, (3, 2), elements=REAL), st.floats(0.1, 6))
def test_clip_norm_is_the_nearest_to_W_of_all_that_are_short_enough(W, max_norm):
    clipped = clip_norm(W, max_norm)
    lengths, angles = np.meshgrid(np.linspace(0, max_norm, 9), np.linspace(0, 2 * np.pi, 73))
    candidates = np.stack([lengths * np.cos(angles), lengths * np.sin(angles)], axis=-1).reshape(-1, 2)
    for row, short in zip(W, clipped, strict=True):
        assert np.linalg.norm(short) <= max_norm * (1 + 1e-15)
        assert np.linalg.norm(short - row) <= np.linalg.norm(candidates - row, axis=1).min() + 1e-14
        assert np.linalg.norm(row) > max_norm or (short == row).all()


# Batches and seeds


@pytest.mark.parametrize("loss", LOSSES)
@given(problems(WHOLE, counts=st.integers(1, 20)), SEEDS, st.data())
def test_batches_of_an_epoch_hold_every_example_once_and_average_to_the_whole(loss, problem, seed, data):
    W, _, X, y = problem
    N, f = len(y), objective(loss, l2, 0.5)
    batch_size = data.draw(st.integers(1, N))
    total, dW = f(W, X, y)
    batches = minibatches(N, batch_size, seed)
    for _ in range(3):
        epoch = [np.arange(N)[batch] for batch in islice(batches, -(-N // batch_size))]
        assert sorted(np.concatenate(epoch)) == list(range(N))
        shares, totals, slopes = zip(*((len(batch) / N, *f(W, X[batch], y[batch])) for batch in epoch), strict=True)
        assert np.dot(shares, totals) == pytest.approx(total, rel=1e-13, abs=1e-13)
        np.testing.assert_allclose(np.tensordot(shares, slopes, 1), dW, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
@given(st.lists(SEEDS, min_size=2, max_size=2, unique=True), st.integers(1, 12))
def test_same_seed_same_path_and_another_seed_another(loss, seeds, batch_size):
    rng = np.random.default_rng(0)
    W, X, y = rng.normal(size=(3, 4)), rng.normal(size=(12, 4)), rng.integers(3, size=12)
    path, again, another = (descend(loss, W, X, y, 0.1, batch_size, 8, seed) for seed in (seeds[0], *seeds))
    for name in ("W", "loss", "updates", "examples_seen"):
        assert getattr(path, name).tobytes() == getattr(again, name).tobytes()
    alike = path.W.tobytes() == another.W.tobytes()
    assert alike == (batch_size == 12)  # then there is no order to draw
