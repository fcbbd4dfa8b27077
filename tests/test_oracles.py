"""Scikit-learn and SciPy as oracles: the values of the losses, and where an objective is least."""

import numpy as np
import pytest
from scipy.optimize import linprog, lsq_linear, minimize
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import hinge_loss, log_loss
from sklearn.svm import SVC, LinearSVC

from lecture_support.data import LABELS, SCORES, add_bias, blobs
from lecture_support.descent import descend
from lecture_support.losses import hinge_terms, probabilities, softmax_loss, svm_loss
from lecture_support.penalties import elastic_net, l1, l2, objective, soft_threshold

LOSSES = [svm_loss, softmax_loss]
PENALTIES = [l2, l1, elastic_net]
STRENGTHS = [0.1, 10.0]  # scikit-learn's C, by which it weighs the data: the larger it is, the smaller is λ


def example(num_classes, num_examples=40, num_features=4):
    """Normal weights and examples with random classes: W (C, D), X (N, D) and y."""
    rng = np.random.default_rng(num_classes)
    W, X = rng.normal(size=(num_classes, num_features)), rng.normal(size=(num_examples, num_features))
    return W, X, rng.integers(num_classes, size=num_examples)


def overlapping(num_classes):
    """Clouds that no weights separate, one an example short of the others; the last column of X is the bias's."""
    X, y = blobs(seed=3, num_per_class=20)
    X, y = X[y < num_classes][1:], y[y < num_classes][1:]
    return add_bias(X), y


def flat(f, X, y):
    """f as SciPy takes it: from all weights in one row, class after class, to (total, slopes)."""

    def total_and_slopes(w):
        total, dW = f(w.reshape(-1, X.shape[1]), X, y)
        return total, dW.ravel()

    return total_and_slopes


def halves(row):
    """Two classes with the scores ∓ s / 2, for a library that keeps one row for the difference s of the two."""
    return np.vstack([-row / 2, row / 2])


# Values


def test_runner_up_alone_is_scikit_learns_hinge_loss_and_all_wrong_classes_are_ours():
    assert hinge_terms(SCORES, LABELS).max(axis=1).mean() == pytest.approx(hinge_loss(LABELS, SCORES))
    for num_classes in (3, 4, 7):
        W, X, y = example(num_classes)
        runner_up = hinge_loss(y, X @ W.T, labels=range(num_classes))
        assert hinge_terms(X @ W.T, y).max(axis=1).mean() == pytest.approx(runner_up)
        assert runner_up < svm_loss(W, X, y)[0] < (num_classes - 1) * runner_up
    W, X, y = example(2)  # with two classes the two are one
    assert svm_loss(W, X, y)[0] == pytest.approx(hinge_loss(y, X @ (W[1] - W[0])))


@pytest.mark.parametrize("size", [1.0, 1e4, 1e30])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_is_scipys_for_scores_of_any_size(size, dtype):
    scores = size * np.array([[1, -1, 0], [-1, 1, 1], [0, 0, 0], [-1, -1, -1], [-1, 1, 0]], dtype=dtype)
    I3, y, exact = np.eye(3, dtype=dtype), np.array([0, 1, 2, 0, 0]), scores.astype(float)
    np.testing.assert_allclose(probabilities(scores), softmax(exact, axis=1), rtol=1e-6)
    loss, dW = softmax_loss(I3, scores, y)
    assert loss == pytest.approx(-log_softmax(exact, axis=1)[range(5), y].mean(), rel=1e-6)
    slope = (softmax(exact, axis=1) - I3[y]) / 5
    np.testing.assert_allclose(dW, slope.T @ exact, rtol=1e-6, atol=1e-6 * size)
    assert dW.dtype == dtype


def test_probabilities_run_along_the_last_axis_as_scipys_do():
    table = np.random.default_rng(0).normal(size=(2, 3, 4)) * 300
    np.testing.assert_allclose(probabilities(table), softmax(table, axis=-1), rtol=1e-10)


# Where the minimum is: L2. Scikit-learn minimises C · Σ loss + Σ w² / 2: C N times our objective at λ = 1 / (2 C N).


def minimum_by_scipy(f, W, X, y, bounds=None):
    """Where L-BFGS-B ends from weights W with our totals and gradients, and the total there."""
    options = {"gtol": 1e-10, "ftol": 0, "maxiter": 10_000}
    found = minimize(flat(f, X, y), W.ravel(), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return found.x.reshape(W.shape), found.fun


def curvature(X, of_the_penalty):
    """What the slope of the softmax loss and a penalty changes by at the most, along a W of length 1."""
    return np.linalg.norm(X, 2) ** 2 / (2 * len(X)) + of_the_penalty


def assert_descent_comes_near(total, f, X, y):
    """Across kinks descent only comes near the minimum, nearer with smaller steps; never may it come below."""
    W, lowest = np.zeros((y.max() + 1, X.shape[1])), np.inf
    for step_size in (1, 0.3, 0.1, 0.03, 0.01, 0.003):
        path = descend(f, W, X, y, step_size, len(y), 300)
        W, lowest = path.W[-1], min(lowest, path.loss.min())
    assert total * (1 - 1e-6) < lowest < total * 1.01


def assert_worse_elsewhere(f, W, X, y, slope):
    """At W + V an objective with L2 is higher by reg · Σ V² at the least, whatever V is, where W is its minimum.

    `slope` is what the gradient may still be at a W that a library found step by step.
    """
    rng, total = np.random.default_rng(0), f(W, X, y)[0]
    for size in (1e-3, 1e-1, 10):
        for V in size * rng.normal(size=(20, *W.shape)):
            assert f(W + V, X, y)[0] >= total + f.weighted_penalty(V)[0] - slope * np.abs(V).sum()


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("num_classes", [2, 3])
@pytest.mark.parametrize("bias", [False, True])
def test_softmax_with_l2_ends_where_logistic_regression_does(num_classes, strength, bias):
    X, y = overlapping(num_classes)
    features = X[:, :-1] if bias else X  # the library adds a bias of its own, and does not penalise it
    model = LogisticRegression(C=strength, fit_intercept=bias, solver="newton-cg", tol=1e-10, max_iter=10_000)
    model.fit(features, y)
    W, reg = np.column_stack([model.coef_, model.intercept_]) if bias else model.coef_, 1 / (2 * strength * len(y))
    if num_classes == 2:
        W, reg = halves(W), 2 * reg
    f = objective(softmax_loss, l2, reg, bias)
    total, dW = f(W, X, y)
    theirs = strength * log_loss(y, model.predict_proba(features), normalize=False) + (model.coef_**2).sum() / 2
    assert strength * len(y) * total == pytest.approx(theirs, rel=1e-12)
    np.testing.assert_allclose(dW, 0, atol=1e-9)
    for other in (objective(softmax_loss, l2, 1.01 * reg, bias), objective(softmax_loss, l2, reg, not bias)):
        assert np.abs(other(W, X, y)[1]).max() > 1e-5
    assert_worse_elsewhere(f, W, X, y, slope=1e-9)
    np.testing.assert_allclose(minimum_by_scipy(f, 0 * W, X, y)[0], W, atol=1e-7)
    path = descend(f, 0 * W, X, y, 1 / curvature(X, 2 * reg), len(y), 3000, record_every=3000)
    np.testing.assert_allclose(path.W[-1], W, atol=1e-7)


def distance_to_a_slope_of_0(W, X, y, reg, bias):
    """How far the subgradients of svm_loss + reg · l2 at W stay away from 0: next to nothing at a minimum.

    A term on its kink may pull by any share from 0 to 1; SciPy finds the shares that bring the sum nearest to 0.
    """
    near, unit = 1e-6, np.eye(len(W))
    dW = objective(lambda *args: svm_loss(*args, delta=1 - near), l2, reg, bias)(W, X, y)[1]  # without those terms
    missing = X @ W.T - (X @ W.T)[np.arange(len(y)), y][:, None] + 1
    on_kink = [(i, j) for i, j in np.argwhere(np.abs(missing) < near) if j != y[i]]
    pulls = np.transpose([np.outer(unit[j] - unit[y[i]], X[i]).ravel() / len(y) for i, j in on_kink])
    return np.abs(lsq_linear(pulls, -dW.ravel(), bounds=(0, 1), tol=1e-14).fun).max()


def assert_minimum_of_svm(W, X, y, reg, bias=False):
    f = objective(svm_loss, l2, reg, bias)
    assert distance_to_a_slope_of_0(W, X, y, reg, bias) < 1e-9
    assert min(distance_to_a_slope_of_0(W, X, y, factor * reg, bias) for factor in (0.5, 2)) > 1e-4
    assert_worse_elsewhere(f, W, X, y, slope=1e-6)
    total = f(W, X, y)[0]
    assert minimum_by_scipy(f, W, X, y)[1] == pytest.approx(total, rel=1e-6)
    assert_descent_comes_near(total, f, X, y)


def linear_svc(strength, **options):
    return LinearSVC(C=strength, fit_intercept=False, tol=1e-10, max_iter=10**6, random_state=0, **options)


@pytest.mark.parametrize("strength", STRENGTHS)
def test_svm_of_two_classes_ends_where_linear_svc_does_and_with_a_free_bias_where_svc_does(strength):
    """For two classes Crammer and Singer's loss, the runner-up's, is ours; it penalises the column of ones."""
    X, y = overlapping(2)
    row = linear_svc(strength, multi_class="crammer_singer").fit(X, y).coef_
    assert_minimum_of_svm(halves(row), X, y, 1 / (2 * strength * len(y)))
    model = SVC(kernel="linear", C=strength, tol=1e-10).fit(X[:, :-1], y)
    row = np.column_stack([model.coef_, model.intercept_])
    assert_minimum_of_svm(halves(row), X, y, 1 / (strength * len(y)), bias=True)


def pairs(X, y):
    """Kesler's construction: one row Z for each example and wrong class j, with Z · W.ravel() = s_yi - s_j."""
    leads = np.eye(y.max() + 1)[y][:, None] - np.eye(y.max() + 1)  # (N, C, C): 1 at the own class and -1 at j
    Z = np.einsum("njc,nd->njcd", leads, X).reshape(*leads.shape[:2], -1)
    return Z[leads.any(axis=2)]


# scikit-learn 1.7 says so of the Crammer-Singer loss whatever the tolerance; whether it did converge is asserted below.
@pytest.mark.filterwarnings("ignore:Liblinear failed to converge")
@pytest.mark.parametrize("strength", STRENGTHS)
def test_svm_of_three_classes_ends_where_a_binary_svm_over_the_pairs_does(strength):
    """Scikit-learn sums over no wrong classes, as Weston and Watkins do, but over examples: each pair becomes one.

    Its own loss for many classes (Crammer and Singer) takes the runner-up alone: it is lower, and least elsewhere.
    """
    X, y = overlapping(3)
    Z, reg = pairs(X, y), 1 / (2 * strength * len(y))
    sides = np.resize([1, -1], len(Z))  # a binary SVM wants two classes, so every other pair is turned around
    W = linear_svc(strength, loss="hinge").fit(sides[:, None] * Z, sides).coef_.reshape(3, -1)
    assert_minimum_of_svm(W, X, y, reg)
    V = linear_svc(strength, multi_class="crammer_singer").fit(X, y).coef_
    ours = objective(svm_loss, l2, reg)
    theirs = objective(lambda W, X, y: (hinge_terms(X @ W.T, y).max(axis=1).mean(), 0 * W), l2, reg)
    assert_worse_elsewhere(theirs, V, X, y, slope=1e-6)
    assert theirs(V, X, y)[0] + 1e-3 < theirs(W, X, y)[0] <= ours(W, X, y)[0] + 1e-9
    assert ours(W, X, y)[0] + 1e-3 < ours(V, X, y)[0]


# Where the minimum is: L1 and the elastic net. Σ |W| is Σ (P + Q) for W = P - Q, with bounds of P and Q at 0 as kinks.


def prices_of_l1(shape, reg, bias):
    """What each weight costs for its size: λ, and nothing for a bias."""
    prices = np.full(shape, reg)
    prices[:, shape[1] - bias :] = 0
    return prices


@pytest.mark.parametrize("reg", [0.02, 0.2])
@pytest.mark.parametrize("bias", [False, True])
def test_svm_with_l1_ends_where_the_linear_program_does(reg, bias):
    """The program pays for each pair what its lead misses of 1."""
    X, y = overlapping(3)
    Z = pairs(X, y)
    price = prices_of_l1((3, X.shape[1]), reg, bias)
    costs = np.concatenate([price.ravel(), price.ravel(), np.full(len(Z), 1 / len(y))])
    program = linprog(costs, A_ub=np.hstack([-Z, Z, -np.eye(len(Z))]), b_ub=-np.ones(len(Z)), method="highs")
    P, Q = program.x[: 2 * price.size].reshape(2, *price.shape)
    f = objective(svm_loss, l1, reg, bias)
    assert f(P - Q, X, y)[0] == pytest.approx(program.fun, rel=1e-9)
    assert_descent_comes_near(program.fun, f, X, y)


@pytest.mark.parametrize("beta", [0.0, 0.5])
@pytest.mark.parametrize("bias", [False, True])
def test_softmax_with_an_elastic_net_ends_where_scipys_bounds_do(beta, bias):
    """So do proximal steps, on W itself and with the same weights at exactly 0."""
    (X, y), reg = overlapping(3), 0.02
    f = objective(softmax_loss, lambda W: elastic_net(W, beta), reg, bias)
    smooth = objective(softmax_loss, lambda W: (beta * (W * W).sum(), 2 * beta * W), reg, bias)
    price = prices_of_l1((3, X.shape[1]), reg, bias)

    def split(PQ, X, y):
        P, Q = np.split(PQ, 2)
        total, dW = smooth(P - Q, X, y)
        return total + (price * (P + Q)).sum(), np.vstack([dW + price, price - dW])

    PQ, total = minimum_by_scipy(split, np.zeros((6, X.shape[1])), X, y, bounds=[(0, None)] * (2 * price.size))
    W = PQ[:3] - PQ[3:]
    assert f(W, X, y)[0] == pytest.approx(total, rel=1e-9)
    V, step_size = 0 * W, 1 / curvature(X, 2 * reg * beta)
    for _ in range(2000):
        moved = V - step_size * smooth(V, X, y)[1]
        V = np.where(price, soft_threshold(moved, step_size * reg), moved)
    if bias:  # a constant added to all biases changes nothing
        W[:, -1] -= W[:, -1].mean()
    np.testing.assert_allclose(V, W, atol=1e-7)
    np.testing.assert_array_equal(V == 0, W == 0)
    assert_descent_comes_near(total, f, X, y)
