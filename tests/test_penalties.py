"""The penalties: the lecture's numbers, types, max norm and the proximal step, λ and the bias."""

import numpy as np
import pytest

from lecture_support.data import DEMO_W, add_bias, blobs, demo_points
from lecture_support.losses import softmax_loss, svm_loss
from lecture_support.penalties import clip_norm, elastic_net, l1, l2, objective, soft_threshold

W = np.array([[1.5, -2.0, 0.25], [0.0, -0.5, 3.0]])
PENALTIES = [l2, l1, elastic_net, lambda V: elastic_net(V, beta=3)]


def no_loss(W, X, y):
    return 0.0, np.zeros_like(W)


def test_values_and_gradients_by_hand():
    assert l2(W)[0] == 2.25 + 4 + 0.0625 + 0 + 0.25 + 9
    np.testing.assert_array_equal(l2(W)[1], [[3, -4, 0.5], [0, -1, 6]])
    assert l1(W)[0] == 1.5 + 2 + 0.25 + 0 + 0.5 + 3
    np.testing.assert_array_equal(l1(W)[1], [[1, -1, 1], [0, -1, 1]])
    assert elastic_net(W, beta=3)[0] == 3 * 15.5625 + 7.25
    np.testing.assert_array_equal(elastic_net(W, beta=3)[1], [[10, -13, 2.5], [0, -4, 19]])
    assert elastic_net(W, beta=0)[0] == l1(W)[0]


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_float_type_is_kept(penalty, dtype):
    total, dW = penalty(W.astype(dtype))
    expected, dexpected = penalty(W)
    assert type(total) is float and total == expected and dW.dtype == dtype
    np.testing.assert_array_equal(dW, dexpected)


def test_float_type_is_kept_beside_numpys_scalars():
    V, small = W.astype(np.float32), np.float64(0.5)
    assert elastic_net(V, small)[1].dtype == np.float32
    assert clip_norm(V, small).dtype == soft_threshold(V, small).dtype == np.float32
    assert objective(no_loss, l2, small)(V, None, None)[1].dtype == np.float32


def test_lists_will_do():
    assert l2([[3, 4]])[0] == 25 and l1([[3, -4]])[0] == 7
    np.testing.assert_array_equal(l2([[3, 4]])[1], [[6, 8]])
    np.testing.assert_allclose(clip_norm([[3, 4]], 1), [[0.6, 0.8]])
    np.testing.assert_allclose(clip_norm([3, 4], 1), [0.6, 0.8])
    np.testing.assert_array_equal(soft_threshold([[3, -4]], 1), [[2, -3]])
    f = objective(softmax_loss, l2, 1, bias=True)
    total, dW = f([[3.0, 4], [0, 0]], [[0.0, 0]], [0])
    assert total == pytest.approx(9 + np.log(2))
    assert f.parts([[3.0, 4], [0, 0]], [[0.0, 0]], [0]) == pytest.approx((np.log(2), 9))
    np.testing.assert_array_equal(dW, [[6, 0], [0, 0]])


# Max norm and the proximal step


def test_clip_norm_shortens_only_the_long_rows():
    V = np.array([[3.0, 4.0], [0.3, -0.4], [0.0, 0.0], [0.0, -2.0]])
    before = V.copy()
    np.testing.assert_allclose(clip_norm(V, 2), [[1.2, 1.6], [0.3, -0.4], [0, 0], [0, -2]], atol=1e-15)
    np.testing.assert_array_equal(V, before)
    np.testing.assert_allclose(clip_norm(V, 10), V)
    np.testing.assert_allclose(np.sqrt((clip_norm(V, 0.1) ** 2).sum(axis=1)), [0.1, 0.1, 0, 0.1])


def test_a_subgradient_step_of_l1_never_rests_at_0_and_a_proximal_one_does():
    w, v = np.array([0.25]), np.array([0.25])
    for _ in range(50):
        w, v = w - 0.1 * l1(w)[1], soft_threshold(v, 0.1)
    assert v[0] == 0 and 0.04 < abs(w[0]) < 0.06


# λ, the bias, and the sum


def test_web_demo():
    X, y = demo_points()
    f = objective(svm_loss, l2, 0.1, bias=True)
    data, penalty = f.parts(DEMO_W, add_bias(X), y)
    squares = 2.06**2 + 1.48**2 + 0.44**2 + 1.82**2 + 2.27**2 + 2.04**2
    assert penalty == pytest.approx(0.1 * squares)
    np.testing.assert_allclose([data, penalty], [0.64, 1.92], atol=0.006)
    total, dW = f(DEMO_W, add_bias(X), y)
    assert total == data + penalty == pytest.approx(2.57, abs=0.005)
    expected = svm_loss(DEMO_W, add_bias(X), y)[1]
    expected[:, :2] += 0.2 * DEMO_W[:, :2]
    np.testing.assert_allclose(dW, expected)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("bias", [False, True])
def test_objective_is_the_loss_plus_reg_times_the_penalty(penalty, bias):
    X, y = blobs(num_per_class=3)
    X, V = add_bias(X), np.random.default_rng(0).normal(size=(3, 3))
    f = objective(softmax_loss, penalty, 0.7, bias)
    total, dW = f(V, X, y)
    data, ddata = softmax_loss(V, X, y)
    covered = V[:, :2] if bias else V
    assert total == pytest.approx(data + 0.7 * penalty(covered)[0])
    assert f.parts(V, X, y) == pytest.approx((data, 0.7 * penalty(covered)[0]))
    np.testing.assert_allclose((dW - ddata)[:, : covered.shape[1]], 0.7 * penalty(covered)[1])
    if bias:
        np.testing.assert_array_equal((dW - ddata)[:, 2], 0)
    weighted, dweighted = f.weighted_penalty(V)
    assert weighted == pytest.approx(total - data) and dweighted.shape == V.shape


def test_objective_covers_all_of_W_unless_told():
    assert objective(no_loss, l2, 1)(np.ones((2, 3)), None, None)[0] == 6
    assert objective(no_loss, l2, 1, bias=True)(np.ones((2, 3)), None, None)[0] == 4
    assert objective(no_loss, l2, 1, bias=True)(np.ones((2, 1)), None, None)[0] == 0


def test_an_objective_stays_what_it_is():
    f = objective(svm_loss, l2, 0.1)
    with pytest.raises(AttributeError):
        f.reg = 0.2
