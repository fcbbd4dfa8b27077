"""The data of the notebooks: the lecture's scores, points in the plane, and real images of digits.

The shapes are those of `losses`: X is (N, D), one example a row; y is (N,) of int classes; W is (C, D).
"""

from pathlib import Path

import numpy as np

from lecture_support.arguments import array, count, generator

CLASSES = ("cat", "car", "frog")

# The lecture's table, turned: a row is an image (cat, car, frog), a column is a class in the order of CLASSES.
SCORES = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
LABELS = np.array([0, 1, 2])

# Weights for demo_points, (3, 3): two weights a class, then its bias in the last column (see add_bias).
DEMO_W = np.array([[2.06, 1.48, -0.42], [0.44, -1.82, 0.52], [2.27, -2.04, -0.10]])

for _constant in (SCORES, LABELS, DEMO_W):
    _constant.setflags(write=False)


def add_bias(X):
    """X (N, D) with a last column of ones, (N, D + 1) in the same dtype, so that the last column of W is the bias.

    Raises ValueError for an X of another shape. Source: the bias trick of the CS231n notes on linear classification.
    """
    X = array("X", X)
    if X.ndim != 2 or X.dtype.kind not in "fiu":
        raise ValueError(f"X is (N, D), one example a row, and holds numbers, but it is {X.shape} of {X.dtype}")
    return np.hstack([X, np.ones((len(X), 1), dtype=X.dtype)])


def blobs(seed=0, num_per_class=100):
    """Three round clouds of points in the plane, X (3 * num_per_class, 2) and y, that overlap a little.

    Rows take the classes in turn: y = 0, 1, 2, 0, 1, 2, … The clouds' centres have mean 0. A line between each two
    classes gets about 95 % of the points right, never all of them. Source: normal draws around three centres.
    """
    rng = generator(seed)
    y = np.arange(3 * count("num_per_class", num_per_class)) % 3
    angles = np.deg2rad([210, 330, 90])
    centres = 1.4 * np.column_stack([np.cos(angles), np.sin(angles)])
    return rng.normal(centres[y], 0.64), y


def noodles():
    """Two kinds of noodles that a line can part: points (60, 2), and t (60,), 1 for jjamppong and -1 for jjajang.

    Source: the classes of the Korean lecture notes; two of the clouds of `blobs`, drawn apart a little.
    """
    points, y = blobs(seed=5, num_per_class=30)
    points, y = points[y != 1], y[y != 1]
    t = np.where(y == 2, 1, -1)
    return points + 0.35 * t[:, None] * [0.5, 0.87], t


def demo_points():
    """The nine points of the course's web demo, X (9, 2) and y (9,), three a class; DEMO_W holds weights for them.

    Source: a stored screenshot of the CS231n demo of linear classification.
    """
    X = [
        *([0.5, 0.4], [0.8, 0.3], [0.3, 0.8]),
        *([-0.4, 0.3], [-0.3, 0.7], [-0.7, 0.2]),
        *([0.7, -0.4], [0.5, -0.6], [-0.4, -0.5]),
    ]
    return np.array(X), np.repeat([0, 1, 2], 3)


def digits():
    """Real 8×8 images of digits: X_train (1198, 64), y_train, X_test (599, 64), y_test, with pixels from 0 to 1.

    Every third image is a test image. Long runs of the file count 0, 1, …, 9 over and over; 3 and 10 share no factor,
    so the test images pass through every digit too. Nothing is random. Source: digits.txt, beside this file.
    """
    with np.load(Path(__file__).with_name("digits.npz"), allow_pickle=False) as file:
        X, y = file["images"] / 16, file["labels"].astype(np.int64)
    test = np.arange(len(y)) % 3 == 0
    return X[~test], y[~test], X[test], y[test]
