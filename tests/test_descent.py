"""The descent: the slide's loop beside it, the examples in each batch, and how it diverges and says so."""

import tracemalloc
from itertools import chain, islice

import numpy as np
import pytest

from lecture_support.data import add_bias, blobs
from lecture_support.descent import descend, minibatches, sample_training_data
from lecture_support.losses import softmax_loss, svm_loss
from lecture_support.penalties import elastic_net, l1, l2, objective

ONE = np.ones((1, 1)), np.zeros(1, dtype=int)  # an X and a y for an f that does not look at them


def slope(factor):
    """An f whose gradient is factor · W, so that a step of size 1 multiplies W by 1 − factor."""
    return lambda W, X, y: (factor * float((W * W).sum()) / 2, factor * W)


def no_loss(W, X, y):
    return 0.0, np.zeros_like(W)


def example(num_per_class=7, dtype=float):
    X, y = blobs(num_per_class=num_per_class)
    return np.random.default_rng(0).normal(size=(3, 3)).astype(dtype), add_bias(X).astype(dtype), y


class Spy:
    """An f that follows `f` and keeps the X, y and W of every call."""

    def __init__(self, f):
        self.f, self.calls = f, []

    def __call__(self, W, X, y):
        self.calls.append((W.copy(), X, y))
        return self.f(W, X, y)


def batches_of(N, batch_size, num_iters, seed):
    """The examples of each update's batch, seen from inside f: example i is the row [i] and has the label i % 7."""
    X, y = np.arange(N)[:, None] * 1.0, np.arange(N) % 7
    spy = Spy(no_loss)
    descend(spy, np.zeros((7, 1)), X, y, 0.1, batch_size, num_iters, seed, record_every=num_iters)
    start, *batches, end = spy.calls
    if batch_size == N:  # one call gives the loss to record and the gradient of the next update
        batches = [start, *batches]
    assert len(start[1]) == len(end[1]) == N and len(batches) == num_iters
    for _, rows, labels in batches:
        np.testing.assert_array_equal(rows[:, 0] % 7, labels)
    return [rows[:, 0].astype(int).tolist() for _, rows, _ in batches]


# The path


@pytest.mark.parametrize("f", [svm_loss, softmax_loss, objective(svm_loss, l2, 0.1), objective(softmax_loss, l1, 0.1)])
@pytest.mark.parametrize("batch_size", [1, 4, 21])
def test_path_is_the_slides_loop(f, batch_size):
    W, X, y = example()
    before = W.copy()
    spy = Spy(f)
    path = descend(spy, W, X, y, 0.3, batch_size, 12)
    np.testing.assert_array_equal(W, before)
    assert path.W.shape == (13, 3, 3) and path.loss.shape == path.updates.shape == path.examples_seen.shape == (13,)
    # Between two updates all examples are asked for the loss; a batch of all of them is not asked for once more.
    batches = [call[1:] for call in (spy.calls[1::2] if batch_size < 21 else spy.calls[:-1])]
    assert len(spy.calls) == (25 if batch_size < 21 else 13)
    weights = before.copy()
    for t in range(13):
        np.testing.assert_array_equal(path.W[t], weights)
        assert path.loss[t] == f(weights, X, y)[0]
        if t < 12:
            weights -= 0.3 * f(weights, *batches[t])[1]
    assert path.updates.tolist() == list(range(13))
    assert path.examples_seen.tolist() == [0, *np.cumsum([len(rows) for rows, _ in batches])]
    assert path.diverged_at is None and path.why == ""


def test_each_step_of_the_penalty_alone_multiplies_by_one_minus_two_eta_lambda():
    W = np.array([[1.0, -3.0]])
    for step_size, reg in [(0.1, 0.5), (0.5, 1.0), (0.5, 1.5), (1.0, 1.0), (0.9, 1.1)]:
        path = descend(objective(no_loss, l2, reg), W, *ONE, step_size, 1, 5)
        np.testing.assert_allclose(path.W, [(1 - 2 * step_size * reg) ** t * W for t in range(6)], atol=1e-12)
        assert path.diverged_at is None


@pytest.mark.parametrize(
    ("num_iters", "record_every", "updates"),
    [(10, 1, list(range(11))), (10, 4, [0, 4, 8, 10]), (10, 5, [0, 5, 10]), (10, 30, [0, 10]), (1, 1, [0, 1])],
)
def test_record_every(num_iters, record_every, updates):
    W, X, y = example()
    every = descend(svm_loss, W, X, y, 0.1, 4, num_iters)
    path = descend(svm_loss, W, X, y, 0.1, 4, num_iters, record_every=record_every)
    assert path.updates.tolist() == updates
    for name in ("W", "loss", "examples_seen"):
        np.testing.assert_array_equal(getattr(path, name), getattr(every, name)[updates])


@pytest.mark.parametrize("scalar", [float, np.float32, np.float64])
def test_float32_stays_float32(scalar):
    W, X, y = example(dtype=np.float32)
    path = descend(objective(softmax_loss, elastic_net, scalar(0.1)), W, X, y, scalar(0.1), np.int64(4), np.int64(5))
    assert path.W.dtype == np.float32
    precise = descend(objective(softmax_loss, elastic_net, 0.1), W.astype(float), X, y, 0.1, 4, 5)
    assert precise.W.dtype == np.float64
    np.testing.assert_allclose(path.W, precise.W, atol=1e-5)


# Which examples a batch holds


@pytest.mark.parametrize(
    ("N", "batch_size"), [(20, 1), (20, 5), (20, 6), (20, 19), (20, 20), (7, 3), (1, 1), (100, 32)]
)
def test_every_epoch_visits_every_example_once_as_minibatches_draws_it(N, batch_size):
    sizes = [batch_size] * (N // batch_size) + [N % batch_size] * (N % batch_size > 0)
    batches = batches_of(N, batch_size, 3 * len(sizes), seed=2)
    assert [len(batch) for batch in batches] == 3 * sizes
    drawn = islice(minibatches(N, batch_size, seed=2), 3 * len(sizes))
    assert [list(range(N)[batch]) if batch_size == N else batch.tolist() for batch in drawn] == batches
    for epoch in range(3):
        visited = chain(*batches[epoch * len(sizes) : (epoch + 1) * len(sizes)])
        assert sorted(visited) == list(range(N))


def test_the_order_changes_from_epoch_to_epoch():
    batches = batches_of(40, 8, 10, seed=3)
    orders = chain(*batches[:5]), chain(*batches[5:]), range(40), reversed(range(40))
    assert len({tuple(order) for order in orders}) == 4


def test_a_seed_that_is_not_said_is_0():
    W, X, y = example()
    said, unsaid = (descend(svm_loss, W, X, y, 0.1, 4, 10, **seed) for seed in ({"seed": 0}, {}))
    np.testing.assert_array_equal(said.W, unsaid.W)
    unsaid, first = (islice(minibatches(20, 6, **seed), 3) for seed in ({}, {"seed": 0}))
    np.testing.assert_array_equal(list(unsaid), list(first))


@pytest.mark.parametrize(("dtype", "end"), [(np.float32, 0), (np.float64, 0.9**900)])
def test_a_weight_that_only_decays_ends_at_0_in_float32_and_never_below_the_normal_numbers(dtype, end):
    W = descend(slope(0.1), np.ones((1, 1), dtype), *ONE, 1.0, 1, 900).W
    assert not ((W != 0) & (np.abs(W) < np.finfo(dtype).tiny)).any()
    assert W.dtype == dtype and W[-1, 0, 0] == pytest.approx(end, rel=1e-9, abs=0)


def test_a_path_stays_what_it_is_and_can_be_a_key():
    path, again = (descend(slope(0.5), np.ones((1, 1)), *ONE, 1.0, 1, 2) for _ in range(2))
    with pytest.raises(AttributeError):
        path.why = "moved"
    assert len({path, again, path}) == 2


def test_sample_training_data_draws_rows_without_repeating_one():
    X, y = np.arange(12)[:, None] * 1.0, np.arange(12) * 2
    drawn = [sample_training_data((X, y), 5) for _ in range(200)]
    for X_batch, y_batch in drawn:
        np.testing.assert_array_equal(2 * X_batch[:, 0], y_batch)
        assert len(set(y_batch)) == len(y_batch) == 5
    assert {label for _, labels in drawn for label in labels} == set(y)
    one, same, other = (sample_training_data((X, y), 5, seed)[1].tolist() for seed in (1, 1, 2))
    assert one == same != other
    assert sorted(sample_training_data((X, y), 12)[1]) == y.tolist()


def test_the_data_set_is_never_copied():
    X, y = np.ones((4_000, 1_000)), np.zeros(4_000, dtype=int)
    tracemalloc.start()
    descend(no_loss, np.zeros((2, 1_000)), X, y, 0.1, 16, 600, record_every=300)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 20
    spy = Spy(no_loss)
    descend(spy, np.zeros((2, 1_000)), X, y, 0.1, 4_000, 3)
    assert all(np.shares_memory(rows, X) and np.shares_memory(labels, y) for _, rows, labels in spy.calls)


# Divergence; a warning is an error here


def finite(path):
    assert all(np.isfinite(numbers).all() for numbers in (path.W, path.loss, path.updates, path.examples_seen))
    assert path.W.dtype.kind == path.loss.dtype.kind == "f"
    assert len(path.W) == len(path.loss) == len(path.updates) == len(path.examples_seen)
    return True


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_penalty_alone_diverges_at_the_update_that_arithmetic_says(dtype):
    W = np.array([[1, -0.5]], dtype=dtype)
    path = descend(objective(no_loss, l2, 4.0), W, *ONE, 0.5, 1, 100)
    assert 3**16 <= 1e8 < 3**17  # ηλ = 2, so every step multiplies W by 1 − 4 = −3
    assert path.diverged_at == 17 and path.updates[-1] == 16 and finite(path)
    assert path.W[-1, 0, 0] == dtype(3**16)
    assert "(ηλ = 2)" in path.why and "multiplies W by −3 at" in path.why and "data" not in path.why


def test_a_weight_of_1e8_is_kept_and_more_is_not():
    path = descend(slope(11.0), np.array([[1.0]]), *ONE, 1.0, 1, 20)
    assert path.W[:, 0, 0].tolist() == [(-10.0) ** t for t in range(9)]
    assert path.diverged_at == 9 and finite(path)
    path = descend(slope(-0.01), np.array([[1e8]]), *ONE, 1.0, 1, 20)
    assert path.diverged_at == 1 and finite(path)


@pytest.mark.parametrize(
    "penalty", [l2, elastic_net, lambda W: elastic_net(W, beta=3)], ids=["l2", "elastic net", "elastic net, β = 3"]
)
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_too_much_lambda_is_told(penalty, bias, dtype):
    W, X, y = example(dtype=dtype)
    path = descend(objective(softmax_loss, penalty, 100.0, bias=bias), W, X, y, 0.5, 4, 200)
    assert path.diverged_at and finite(path)
    assert path.why.startswith("the penalty alone multiplies W by −") and path.why.endswith("(ηλ = 50)")


def test_bias_is_left_out_of_what_the_penalty_multiplies():
    W = np.array([[1.0, 5e7]])
    path = descend(objective(no_loss, l2, 4.0, bias=True), W, *ONE, 0.5, 1, 100)
    assert path.diverged_at == 17 and "multiplies W by −3 at" in path.why
    assert (path.W[:, 0, 1] == 5e7).all()
    path = descend(objective(no_loss, l2, 4.0, bias=True), np.array([[0.0, 1.0, 5e7]]), *ONE, 0.5, 1, 100)
    assert path.diverged_at == 17 and "multiplies W by −3 at" in path.why
    path = descend(objective(no_loss, l2, 4.0), np.array([[0.0, 1.0]]), *ONE, 0.5, 1, 100)
    assert path.diverged_at == 17 and "multiplies W by −3 at" in path.why


@pytest.mark.parametrize("reg", [0.75, 1.0])
def test_a_penalty_that_turns_W_around_but_does_not_stretch_it_is_not_to_blame(reg):
    W, X, y = example()
    path = descend(objective(softmax_loss, l2, reg), W, 1e9 * X, y, 1.0, 21, 50)
    assert path.diverged_at and path.why.startswith("the data")


def test_the_limit_itself_does_not_diverge_and_just_above_it_does():
    W = np.array([[1.0, 2.0]])
    assert descend(objective(no_loss, l2, 2.0), W, *ONE, 0.5, 1, 1000).diverged_at is None
    path = descend(objective(no_loss, l2, 2.1), W, *ONE, 0.5, 1, 1000)
    assert path.diverged_at and "ηλ = 1.05" in path.why and "by −1.1 at" in path.why


@pytest.mark.parametrize("f", [svm_loss, softmax_loss, objective(svm_loss, l2, 0.0), objective(softmax_loss, l1, 0.1)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_data_far_too_large(f, dtype):
    W, X, y = example(dtype=dtype)
    path = descend(f, 0 * W, 1e6 * X, y, 1e6, 4, 50)
    assert path.diverged_at == 1 and len(path.W) == 1 and finite(path)
    assert path.why == "the data: a step of size η = 1e+06 along their gradient overshoots, further every time"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("factor", [2.5, 1e30, 1e38])
def test_a_quadratic_diverges_quietly(factor, dtype):
    path = descend(slope(factor), np.ones((2, 2), dtype), *ONE, 1e5, 1, 1000, record_every=7)
    assert path.diverged_at and finite(path) and path.why.startswith("the data")
    assert path.updates[-1] < path.diverged_at
    assert path.W.dtype == dtype


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_ends_the_descent(bad):
    path = descend(lambda W, X, y: (0.0, np.array([[0.0, bad]])), np.ones((1, 2)), *ONE, 0.1, 1, 5)
    assert path.diverged_at == 1 and finite(path)
