"""The data are what the lecture and the source say, and serve what the notebooks do with them."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from lecture_support import data


def hinge(scores, y):
    """Each example's multiclass SVM loss, Δ = 1, in a loop and without the helper."""
    return [sum(max(0, s - row[k] + 1) for j, s in enumerate(row) if j != k) for row, k in zip(scores, y, strict=True)]


@pytest.mark.parametrize("constant", [data.SCORES, data.LABELS, data.DEMO_W])
def test_constants_cannot_be_changed(constant):
    with pytest.raises(ValueError, match="read-only"):
        constant[0] = 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_add_bias_appends_ones(dtype):
    X = np.arange(6, dtype=dtype).reshape(3, 2)
    biased = data.add_bias(X)
    assert biased.dtype == dtype
    np.testing.assert_array_equal(biased, [[0, 1, 1], [2, 3, 1], [4, 5, 1]])


def test_demo_points_have_the_screenshots_loss():
    X, y = data.demo_points()
    assert X.shape == (9, 2) and y.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    np.testing.assert_array_equal(X[:, 0], [0.5, 0.8, 0.3, -0.4, -0.3, -0.7, 0.7, 0.5, -0.4])
    np.testing.assert_array_equal(X[:, 1], [0.4, 0.3, 0.8, 0.3, 0.7, 0.2, -0.4, -0.6, -0.5])
    W, b = data.DEMO_W[:, :2], data.DEMO_W[:, 2]
    assert b.tolist() == [-0.42, 0.52, -0.10]
    loss, penalty = np.mean(hinge(X @ W.T + b, y)), 0.1 * np.sum(W**2)
    np.testing.assert_allclose([loss, penalty, loss + penalty], [0.64, 1.92, 2.57], atol=0.0055)
    np.testing.assert_allclose(data.add_bias(X) @ data.DEMO_W.T, X @ W.T + b)


@pytest.mark.parametrize("seed", range(21))
def test_blobs_overlap_a_little_and_fit_the_figure(seed):
    X, y = data.blobs(seed)
    assert X.shape == (300, 2) and X.dtype == np.float64
    assert y.tolist() == [0, 1, 2] * 100
    assert np.abs(X).max() < 4
    assert np.abs(X.mean(axis=0)).max() < 0.2
    assert 0.9 < LogisticRegression().fit(X, y).score(X, y) < 0.98


def test_blobs_follow_their_seed_and_size():
    np.testing.assert_array_equal(data.blobs()[0], data.blobs(seed=0)[0])
    X, y = data.blobs(seed=7, num_per_class=5)
    np.testing.assert_array_equal(X, data.blobs(seed=7, num_per_class=5)[0])
    assert not np.array_equal(X, data.blobs(seed=8, num_per_class=5)[0])
    assert np.bincount(y).tolist() == [5, 5, 5]


def test_blobs_lie_around_their_centres():
    X, y = data.blobs(num_per_class=20_000)
    for k, angle in enumerate(np.deg2rad([210, 330, 90])):
        cloud = X[y == k]
        np.testing.assert_allclose(cloud.mean(axis=0), [1.4 * np.cos(angle), 1.4 * np.sin(angle)], atol=0.02)
        np.testing.assert_allclose(cloud.std(axis=0), 0.64, atol=0.01)


def test_digits_are_the_source_split_by_every_third():
    source = load_digits()
    X_train, y_train, X_test, y_test = data.digits()
    assert X_train.dtype == X_test.dtype == np.float64 and y_train.dtype == y_test.dtype == np.int64
    X, y = np.empty((1797, 64)), np.empty(1797)
    X[0::3], y[0::3] = X_test, y_test
    X[1::3], y[1::3] = X_train[0::2], y_train[0::2]
    X[2::3], y[2::3] = X_train[1::2], y_train[1::2]
    np.testing.assert_array_equal(16 * X, source.data)
    np.testing.assert_array_equal(y, source.target)


def test_a_file_of_pickled_objects_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "__file__", str(tmp_path / "data.py"))
    np.savez(tmp_path / "digits.npz", images=np.array([None]), labels=np.zeros(1, np.uint8))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        data.digits()


def test_digits_file_is_small_and_names_its_source():
    file = Path(data.__file__).with_name("digits.npz")
    assert file.stat().st_size < 100_000
    with np.load(file, allow_pickle=False) as arrays:
        assert {name: (arrays[name].dtype, arrays[name].shape) for name in arrays} == {
            "images": (np.uint8, (1797, 64)),
            "labels": (np.uint8, (1797,)),
        }
    text = file.with_suffix(".txt").read_text("utf-8")
    assert all(word in text for word in ("Alpaydin", "Kaynak", "10.24432/C50P49", "CC BY 4.0"))
