"""The two losses: the lecture's numbers, loops beside them, types, and memory."""

import math
import tracemalloc
from functools import partial

import numpy as np
import pytest

from lecture_support.arguments import without_subnormals
from lecture_support.data import LABELS, SCORES
from lecture_support.losses import accuracy, hinge_terms, probabilities, softmax_loss, svm_loss

LOSSES = [svm_loss, softmax_loss]
I3 = np.eye(3)  # W = I3 makes the rows of X the scores


def svm_by_loops(W, X, y, delta=1.0):
    """The multiclass SVM loss and its gradient, as the lecture writes them: one example and one class at a time."""
    loss, dW = 0.0, np.zeros(W.shape)
    for x, k in zip(X, y, strict=True):
        for j in range(len(W)):
            term = sum(W[j] * x) - sum(W[k] * x) + delta
            if j != k and term > 0:
                loss += term / len(X)
                dW[j] += x / len(X)
                dW[k] -= x / len(X)
    return loss, dW


def softmax_by_loops(W, X, y):
    """The softmax loss in nats and its gradient, one example at a time."""
    loss, dW = 0.0, np.zeros(W.shape)
    for x, k in zip(X, y, strict=True):
        exp = [math.exp(sum(row * x)) for row in W]
        loss -= math.log(exp[k] / sum(exp)) / len(X)
        for j in range(len(W)):
            dW[j] += (exp[j] / sum(exp) - (j == k)) * x / len(X)
    return loss, dW


def example(N=7, D=5, C=4, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(C, D)), rng.normal(size=(N, D)), rng.integers(C, size=N)


# The lecture's numbers


def test_hinge_of_the_lectures_table():
    terms = hinge_terms(SCORES, LABELS)
    np.testing.assert_allclose(terms, [[0, 2.9, 0], [0, 0, 0], [6.3, 6.6, 0]], atol=1e-12)
    np.testing.assert_allclose(terms.sum(axis=1), [2.9, 0, 12.9])
    assert svm_loss(I3, SCORES, LABELS)[0] == pytest.approx((2.9 + 0 + 12.9) / 3)
    assert round(svm_loss(I3, SCORES, LABELS)[0], 4) == 5.2667
    assert round(terms.max(axis=1).mean(), 4) == 3.1667  # the runner-up's alone


def test_softmax_of_the_lectures_table():
    stages = [[24.53, 164.02, 0.1827], [0.13, 0.869, 0.001]]
    np.testing.assert_allclose(np.exp(SCORES[0]), stages[0], rtol=5e-4)
    np.testing.assert_allclose(probabilities(SCORES)[0], stages[1], atol=5e-4)
    each = [softmax_loss(I3, SCORES[i : i + 1], LABELS[i : i + 1])[0] for i in range(3)]
    np.testing.assert_allclose(each, [2.0404, 0.0791, 6.1565], atol=5e-5)
    assert softmax_loss(I3, SCORES, LABELS)[0] == pytest.approx(sum(each) / 3)
    assert round(softmax_loss(I3, SCORES, LABELS)[0], 4) == 2.7587


# Loops


PAIRS = [(partial(svm_loss, delta=delta), partial(svm_by_loops, delta=delta)) for delta in (0, 0.3, 1, 1.0, 10)]


@pytest.mark.parametrize(("loss", "by_loops"), [*PAIRS, (softmax_loss, softmax_by_loops)])
@pytest.mark.parametrize(("N", "C"), [(1, 2), (1, 5), (6, 1), (9, 3), (40, 10)])
def test_each_loss_equals_the_loops(loss, by_loops, N, C):
    W, X, y = example(N=N, C=C)
    total, dW = loss(W, X, y)
    expected, dexpected = by_loops(W, X, y)
    assert type(total) is float and total == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(dW, dexpected, atol=1e-12)


def test_on_the_kink_the_slope_is_0():
    np.testing.assert_array_equal(svm_loss(I3, np.array([[10.0, 9, 9]]), [0])[1], np.zeros((3, 3)))
    above = np.array([[10.0, np.nextafter(9, 10), 9]])
    assert svm_loss(I3, above, [0])[0] > 0
    np.testing.assert_array_equal(svm_loss(I3, above, [0])[1], [-above[0], above[0], [0, 0, 0]])


def test_accuracy_is_the_share_of_examples_whose_own_class_scores_highest():
    assert accuracy(I3, SCORES, LABELS) == 1 / 3
    assert accuracy(np.zeros((3, 3)), SCORES, [0, 0, 1]) == 2 / 3  # of a tie the first class is taken
    W, X, y = example(N=50)
    assert accuracy(W, X, y) == sum(max(range(4), key=(W @ x).__getitem__) == k for x, k in zip(X, y, strict=True)) / 50


# Types


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_float_type_is_kept(dtype):
    """That of a gradient as well: see test_properties.py."""
    _, X, y = example()
    assert probabilities(X.astype(dtype)).dtype == hinge_terms(X.astype(dtype), y).dtype == dtype


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dtype", [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)])
def test_labels_of_every_int_type(loss, dtype):
    W, X, _ = example(C=200)
    y = np.array([0, 127, 100, 199, 3, 1, 0]) if dtype != "int8" else np.array([0, 127, 100, 99, 3, 1, 0])
    expected, dexpected = loss(W, X, y)
    total, dW = loss(W, X, y.astype(dtype))
    assert total == expected
    np.testing.assert_array_equal(dW, dexpected)


# Scores of any size; a warning is an error here


@pytest.mark.parametrize("size", [1e4, 1e30])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_svm_of_huge_scores_equals_the_loops(size, dtype):
    scores = size * np.array([[1, -1, 0], [-1, 1, 1], [0, 0, 0], [-1, -1, -1], [-1, 1, 0]], dtype=dtype)
    y = np.array([0, 1, 2, 0, 0])
    loss, dW = svm_loss(I3.astype(dtype), scores, y)
    expected, dexpected = svm_by_loops(I3, scores.astype(float), y)
    assert loss == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(dW, dexpected, rtol=1e-6, atol=1e-6 * size)
    assert dW.dtype == dtype


@pytest.mark.parametrize(("dtype", "smallest"), [(np.float32, np.finfo(np.float32).tiny), (np.float64, 0)])
def test_no_number_below_the_normal_ones_in_float32_and_every_number_kept_in_float64(dtype, smallest):
    scores = np.stack([np.zeros(800), -np.arange(800)], axis=1).astype(dtype)  # the second probability falls to 0
    exp = np.exp(scores)
    p = exp / exp.sum(axis=1, keepdims=True)
    assert ((p > 0) & (p < np.finfo(dtype).tiny)).any()
    np.testing.assert_array_equal(probabilities(scores), np.where(p < smallest, 0, p))
    p[:, 0] -= 1
    p /= len(p)
    dW = softmax_loss(scores.T, np.eye(len(p), dtype=dtype), np.zeros(len(p), int))[1]
    np.testing.assert_array_equal(dW, np.where(np.abs(p) < smallest, 0, p).T)


def test_the_smallest_normal_number_stays():
    tiny = np.finfo(np.float32).tiny
    values = np.array([tiny, -tiny, np.nextafter(tiny, np.float32(0)), 0, 1], np.float32)
    np.testing.assert_array_equal(without_subnormals(values), [tiny, -tiny, 0, 0, 1])


# Memory, at the size of CIFAR-10


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_array_of_examples_by_classes_by_features_and_no_copy_of_X(loss, dtype):
    W, X, y = example(N=2_000, D=500, C=10)
    W, X = W.astype(dtype), X.astype(dtype)
    tracemalloc.start()
    loss(W, X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 4 < 2_000 * 10 * 500 * X.itemsize / 40 + 1
