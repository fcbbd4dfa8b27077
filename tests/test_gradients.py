"""The numerical gradient and the check: the slide's numbers, known errors, counted calls, wrong gradients caught."""

import numpy as np
import pytest

from lecture_support.data import DEMO_W, add_bias, demo_points
from lecture_support.gradients import GradientCheck, check_gradient, numerical_gradient, relative_error
from lecture_support.losses import softmax_loss, svm_loss

W = np.array([[0.5, -1.0, 2.0], [3.0, 0.25, -2.0]])


def cubes(W):
    return float((W**3).sum()), 3 * W**2


def test_the_slides_numbers():
    slide = np.array([0.34, -1.11, 0.78, 0.12, 0.55, 2.81, -3.1, -1.5, 0.33])
    losses = {0: 1.25322, 1: 1.25353, 2: 1.25347}

    def f(W):
        changed = np.flatnonzero(W != slide)
        if not len(changed):
            return 1.25347
        assert len(changed) == 1 and W[changed[0]] == pytest.approx(slide[changed[0]] + 1e-4, abs=1e-12)
        return losses.get(changed[0], 1.25347)

    gradient = numerical_gradient(f, slide, h=1e-4, centered=False)
    np.testing.assert_allclose(gradient[:3], [-2.5, 0.6, 0], atol=1e-8)
    np.testing.assert_array_equal(gradient[3:], 0)


@pytest.mark.parametrize("h", [0.5, 0.125])
def test_error_is_h_squared_centred_and_grows_with_h_one_sided(h):
    """(w + h)³ is w³ + 3w²h + 3wh² + h³."""
    np.testing.assert_array_equal(numerical_gradient(lambda V: (V**3).sum(), W, h), 3 * W**2 + h**2)
    one_sided = numerical_gradient(lambda V: (V**3).sum(), W, h, centered=False)
    np.testing.assert_array_equal(one_sided, 3 * W**2 + 3 * W * h + h**2)


def test_default_is_centred_with_h_1e_minus_5():
    seen = []
    numerical_gradient(lambda V: seen.append(V[0]) or 0.0, np.array([1.0]))
    np.testing.assert_allclose(seen, [1 + 1e-5, 1 - 1e-5], rtol=1e-12)
    assert check_gradient(cubes, W) == check_gradient(cubes, W, 1e-5, True)
    assert check_gradient(cubes, W, centered=False).error > 1e-6
    assert check_gradient(cubes, W, h=0.1).error > 1e-4


@pytest.mark.parametrize("shape", [(10, 7), (3, 2), (5,), (1, 1)])
def test_calls_are_counted(shape):
    """With 10 × 3073 weights, as for CIFAR-10, the same counts are 30,731 and 61,460."""

    def calls(weights, centered):
        return 2 * weights if centered else weights + 1

    assert (calls(10 * 3073, False), calls(10 * 3073, True)) == (30_731, 61_460)
    for centered in (False, True):
        seen = []
        numerical_gradient(lambda V, seen=seen: seen.append(1) or 0.0, np.zeros(shape), centered=centered)
        assert len(seen) == calls(int(np.prod(shape)), centered)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_W_keeps_its_values_and_its_float_type(dtype):
    V = W.astype(dtype)
    before, seen = V.copy(), []
    for centered in (False, True):
        assert numerical_gradient(lambda U: seen.append(U.dtype) or 0.0, V, 1e-2, centered).dtype == dtype
    np.testing.assert_array_equal(V, before)
    assert set(seen) == {np.dtype(dtype)}


@pytest.mark.parametrize(
    ("a", "n", "error"),
    [
        (0, 0, 0),
        (2, 1, 0.5),
        (1, 2, 0.5),
        (-2, -1, 0.5),
        (1, -1, 2),
        (0, 5, 1),
        (1e-9, 2e-9, 0.5),
    ],
)
def test_relative_error(a, n, error):
    assert relative_error(a, n) == pytest.approx(error)
    np.testing.assert_allclose(relative_error([a, 1], [n, 1]), [error, 0])


def test_relative_error_of_what_is_not_finite():
    assert np.isnan(relative_error([np.nan, np.inf, 1, np.inf], [1, 1, np.nan, np.inf])).all()
    assert relative_error(1e308, -1e308) > 1e-2


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (1e-7, "right"),
        (1.01e-7, "fine where there are kinks"),
        (1e-4, "fine where there are kinks"),
        (1.01e-4, "uncomfortable"),
        (1e-2, "uncomfortable"),
        (1.01e-2, "wrong"),
        (np.nan, "wrong"),
    ],
)
def test_verdict_is_the_courses(error, verdict):
    check = GradientCheck(error, (0, 0), 1.0, 1.0, 6)
    assert check.verdict == verdict
    assert str(check).startswith(verdict + ": ")


def test_a_right_gradient_is_right():
    check = check_gradient(cubes, W)
    assert check.verdict == "right" and check.num_checked == 6
    X, y = demo_points()
    for loss in (svm_loss, softmax_loss):
        assert check_gradient(lambda V, loss=loss: loss(V, add_bias(X), y), DEMO_W).verdict == "right"


def test_a_check_stays_what_it_found():
    with pytest.raises(AttributeError):
        check_gradient(cubes, W).error = 0.0


@pytest.mark.parametrize("index", list(np.ndindex(2, 3)))
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e308, 0.0, -1.0])
def test_one_wrong_weight_is_found(index, value):
    def f(V):
        loss, dW = cubes(V)
        dW[index] = value
        return loss, dW

    check = check_gradient(f, W)
    assert check.verdict == "wrong" and check.index == index
    np.testing.assert_equal(check.analytic, value)
    assert check.numerical == pytest.approx(3 * W[index] ** 2)
    assert f"at W{list(index)}: analytic {value:.6g}, numerical {3 * W[index] ** 2:.6g}" in str(check)
    assert "of 6 weights" in str(check)


def test_nothing_but_nan_is_wrong():
    nothing = np.full_like(W, np.nan)
    assert check_gradient(lambda V: (float((V**3).sum()), nothing), W).verdict == "wrong"
    assert check_gradient(lambda V: (float("nan"), 3 * V**2), W).verdict == "wrong"
    assert check_gradient(lambda V: (float("nan"), nothing), W).verdict == "wrong"
