"""Notebook 2: the lecture's numbers on regularization, what its panels draw and say, and what its text claims."""

import re

import numpy as np
import pytest
from conftest import lesson_panels
from lesson import Cells, mistake, moved
from test_losses import svm_by_loops

from lecture_support.checks import PASSED
from lecture_support.data import DEMO_W, add_bias, demo_points, digits
from lecture_support.descent import descend
from lecture_support.exercises import EXERCISES
from lecture_support.lessons.regularization import exercises as written
from lecture_support.lessons.regularization import panels, questions
from lecture_support.lessons.regularization.figures import StabilityFigure
from lecture_support.losses import hinge_terms, svm_loss
from lecture_support.penalties import clip_norm, elastic_net, l1, l2, objective, soft_threshold

OUTCOMES = StabilityFigure.OUTCOMES
REGS, ETAS = list(panels.REGS), list(panels.STEP_SIZES)
CELLS = Cells("regularization")
DEMO_X, DEMO_Y = add_bias(demo_points()[0]), demo_points()[1]
TEXT = {name: CELLS.text(name) for name in CELLS.by_id}


def shown(name, **values):
    return moved("regularization", name, **values)


def at(panel, **values):
    """What a panel, or the lesson's own of that name, says where these controls stand so and all others at start."""
    panel = lesson_panels("regularization")[panel] if isinstance(panel, str) else panel
    return panel._update(**panel.states["start"] | values)


def hinge(W, X, y):
    """The mean multiclass SVM loss in plain loops, without the helper."""
    return svm_by_loops(W, X, y)[0]


# --- 2.1 data loss + λ · penalty


def test_demo_weights_have_the_screenshots_parts():
    data, penalty = hinge(DEMO_W, DEMO_X, DEMO_Y), 0.1 * (DEMO_W[:, :2] ** 2).sum()
    np.testing.assert_allclose([data, penalty, data + penalty], [0.64, 1.92, 2.57], atol=0.0055)
    numbers = re.search(r"0\.1 · \(([\d. +]+)\) = \*\*1\.925", TEXT["sum"])[1]
    np.testing.assert_allclose([float(n) for n in numbers.split("+")], (DEMO_W[:, :2] ** 2).ravel(), atol=5e-4)
    sentence = at("parts_panel", iteration=0)
    assert "data loss 0.645 + penalty 1.925 = 2.570. Points that violate a margin (ringed): 7 of 9." in sentence


def test_parts_panel_draws_the_plain_descent():
    view, _ = shown("parts_panel", iteration=30)
    W = DEMO_W
    for _ in range(30):
        W = W - 0.1 * (svm_by_loops(W, DEMO_X, DEMO_Y)[1] + 2 * 0.1 * W * [1, 1, 0])
    parts = hinge(W, DEMO_X, DEMO_Y), 0.1 * (W[:, :2] ** 2).sum()
    for line, value in zip(view.lines, (*parts, sum(parts)), strict=True):
        np.testing.assert_allclose(line.get_ydata()[30], value, atol=1e-9)
    regions = (add_bias(view.plane.grid) @ W.T).argmax(axis=1)
    np.testing.assert_array_equal(view.plane.regions.get_array().reshape(-1, 4), view.plane._pale[regions])


def test_what_the_text_says_of_the_first_panel():
    assert "data loss 0.315" in at("parts_panel") and "data loss 1.429" in at("parts_panel", reg=1.0)
    assert "data loss 1.943 + penalty 0.029 = 1.971" in at("parts_panel", reg=10.0, step_size=0.01)
    for words in ("the data loss ends at 0.315, 1.429 and 1.943", "a sum of 1.971", "1.925", "0.963"):
        assert words in TEXT["sum-seen"]
    assert hinge(0 * DEMO_W, DEMO_X, DEMO_Y) == pytest.approx(2)  # so that no minimum is above it
    for state in lesson_panels("regularization")["parts_panel"].states.values():  # none shows what is asked next
        assert state.get("reg", 0.1) < 10
    assert f"{0.05 * (DEMO_W[:, :2] ** 2).sum():.3f}" == "0.963"


def test_a_divergence_has_its_cause():
    view, sentence = shown("parts_panel", reg=1.0, step_size=2.0)
    assert "Given up at update 16: the penalty alone multiplies W by −3 at every step" in sentence
    assert max(view.sum_line.get_ydata()) == 4


def test_the_parts_panel_runs_on_the_students_full_loss():
    half = panels.parts_panel(mistake("full_loss", "your gradient lacks a 2"))
    said = at(half, reg=1.0)
    assert "= 2.000." in said and "At 2.000, where the right gradient reaches 1.714" in TEXT["drive-full-loss"]
    path = descend(objective(svm_loss, l2, 0.5, bias=True), DEMO_W, DEMO_X, DEMO_Y, 0.1, 9, 100)
    assert f"data loss {hinge(path.W[-1], DEMO_X, DEMO_Y):.3f}" in said  # where λ = 0.5 stops
    assert "multiplies W" not in at(half, reg=1.0, step_size=1.0)  # a step of it multiplies W by 0


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (panels.parts_panel, "full_loss"),
        (panels.ball_panel, "elastic_net"),
        (panels.zeros_panel, "soft_threshold"),
        (panels.rules_panel, "clip_norm"),
    ],
)
def test_on_a_students_right_function_a_panel_says_the_same(make, name):
    own, default = make(EXERCISES[name].right), lesson_panels("regularization")[make.__name__]
    assert f"{own!r}\n{own.tour()}" == f"{default!r}\n{default.tour()}"


# --- 2.2 L2 and L1 by hand


def test_penalties_by_hand():
    W = np.array([[1.0, -2.0], [0.0, 0.5]])
    for penalty, value in ((l2, 5.25), (l1, 3.5)):
        assert penalty(W)[0] == value and f"= {value:g} &" in TEXT["two-penalties"]
    assert "with c = 2 it becomes [1.2, 1.6]" in TEXT["max-norm"]
    np.testing.assert_allclose(clip_norm([[3, 4]], 2), [[1.2, 1.6]])
    w1, w2 = np.array([[1.0, 0, 0, 0]]), np.full((1, 4), 0.25)
    assert [R(w)[0] for R in (l2, l1, elastic_net) for w in (w1, w2)] == [1, 0.25, 1, 1, 1.5, 1.125]
    assert "costs 0.5 · 1 + 1 = 1.5" in TEXT["elastic"] and "costs 0.5 · 0.25 + 1 = 1.125" in TEXT["elastic"]


# --- 2.3 disc and diamond


def test_grid_of_the_data_loss_is_the_loss():
    (X, y), data = panels.two_clouds(), panels.data_loss_over_weights()
    for row, column in ((0, 0), (75, 100), (150, 200)):
        w = np.array([panels.U[column], panels.V[row]])
        expected = hinge(np.array([[0, 0], w]), X, y)
        np.testing.assert_allclose(data[row, column], expected)
        loss, dw = panels.two_weights_loss(w[None], X, y)
        np.testing.assert_allclose(loss, expected)
        assert dw.shape == (1, 2)
    assert 0 in panels.U and 0 in panels.V


@pytest.mark.parametrize(
    ("beta", "R"),
    [("L2", lambda w: (w**2).sum(-1)), (0.0, lambda w: np.abs(w).sum(-1)), (1.0, lambda w: (w**2 + np.abs(w)).sum(-1))],
)
def test_star_is_the_minimiser_and_the_regions_touch_but_never_overlap(beta, R):
    (X, y), data = panels.two_clouds(), panels.data_loss_over_weights()
    for reg in (0.05, 0.2, 0.5):
        view, _ = shown("ball_panel", reg=reg, beta=beta)
        star = view.minimum.get_xydata()[0]

        def total(w, reg=reg):
            return hinge(np.array([[0, 0], w]), X, y) + reg * R(w)

        for nearby in star + 0.02 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1], [1, -1], [-1, 1]]):
            assert total(star) <= total(nearby) + 1e-12
        np.testing.assert_allclose(view.floor.get_ydata(), [total(star)] * 2)
        pixels = view.masks.get_array()
        lower_data = (pixels[..., 0] == view.LOWER[0]) & (pixels[..., 3] > 0)
        lower_penalty = (pixels[..., 0] == view.BALL[0]) & (pixels[..., 3] > 0)
        if reg == 0.2:  # where the panel starts, all of the shape is in sight
            assert not (lower_penalty[[0, -1]].any() or lower_penalty[:, [0, -1]].any())
        w_grid = np.stack(np.meshgrid(panels.U, panels.V), axis=-1)
        np.testing.assert_array_equal(lower_penalty, R(w_grid) < R(star))
        assert not (lower_penalty & (data < data[lower_data].max())).any()
        assert lower_data.any() and lower_penalty.any()


def test_corners_give_zeros_and_the_disc_gives_none():
    assert "at w = (0.00, 0.00), 2 of 2" in at("ball_panel", reg=1.0)
    assert "at w = (0.38, 0.10), 0 of 2" in at("ball_panel", reg=1.0, beta="L2")
    assert "(0.38, 0.10)" in TEXT["ball-seen"]
    betas = lesson_panels("regularization")["ball_panel"].positions["beta"]
    zeros = [beta for beta in betas if " 1 of 2 weights" in at("ball_panel", beta=beta)]
    assert zeros == [0.0, 0.2, 0.5, 1.0, 2.0] and "Up to β = 2" in TEXT["elastic-try"]


def test_path_is_the_descent_on_the_sum():
    view, _ = shown("ball_panel", beta="L2")
    X, y = panels.two_clouds()
    w = np.array([-0.5, 1.6])
    for _ in range(100):
        violating = [(2 * k - 1) * x for x, k in zip(X, y, strict=True) if (2 * k - 1) * (w @ x) < 1]
        w = w - 0.1 * (2 * 0.2 * w - np.sum(violating, axis=0) / 60)
    path = view.path.get_xydata()
    np.testing.assert_allclose(path[-1], w, atol=1e-9)


def test_the_ball_panel_runs_on_the_students_elastic_net():
    wrong = panels.ball_panel(mistake("elastic_net", "β is left out of your gradient"))
    assert "the path ends at 1.027." in at(wrong, beta=5.0)
    assert "sum 0.853; the path ends at 0.853." in at("ball_panel", beta=5.0)
    assert "ends at 1.027, and the star is at 0.853" in TEXT["elastic-try"]


# --- 2.4 exact zeros


def test_zeros_are_counted_and_drawn():
    view, sentence = shown("zeros_panel")
    (X, y, *_), W, t = panels.noisy_digits(0), np.random.default_rng(0).normal(0, 0.01, size=(10, 64)), 0.05 * 0.05
    for _ in range(300):
        W = W - 0.05 * svm_loss(W, X, y)[1]
        W = np.where(W > t, W - t, np.where(W < -t, W + t, 0))
    zeros = int((W == 0).sum())
    assert f"{zeros} of 640 weights are exactly 0" in sentence and f"{zeros} exact zeros" in view.note.get_text()
    assert f"{zeros} of the 640 weights exactly 0" in TEXT["zeros-seen"]
    corners = view.bars.get_xy()
    assert corners[:, 0].max() == 640 - zeros
    np.testing.assert_allclose(corners[:, 1].max(), np.abs(W).max())


def test_subgradient_and_l2_reach_no_zero():
    for method in ("L1, subgradient", "L2"):
        for values in ({"reg": 0.005}, {}, {"reg": 0.5}, {"batch_size": 16}, {"step_size": 0.01}):
            assert "0 of 640 weights are exactly 0" in at("zeros_panel", method=method, **values)
    said = [at("zeros_panel", **values) for values in ({}, {"method": "L2"}, {"reg": 0.005})]
    l1_right, l2_right, mild = (f"{validation(words)} %" for words in said)
    assert f"L1 gets {l1_right} of the validation images right, and L2 {l2_right}" in TEXT["zeros-seen"]
    assert "L1 by proximal steps: 218 of" in said[2] and f"L1 gets {mild}, with 218 zeros" in TEXT["zeros-seen"]


def test_long_steps_on_the_diamond_jump_across_0():
    view, _ = shown("ball_panel", step_size=1.0)
    assert len(set(np.sign(view.path.get_xydata()[-20:, 1]))) == 2
    (X, y), w = panels.two_clouds(), np.array([[-0.5, 1.6]])  # and steps that stop at 0 come to rest there
    for _ in range(100):
        w = soft_threshold(w - panels.two_weights_loss(w, X, y)[1], 0.2)
    assert w[0, 1] == 0


def test_the_zeros_panel_runs_on_the_students_soft_threshold():
    assert ": 0 of 640 weights" in panels.zeros_panel(lambda W, t: W - t * np.sign(W)).sentence
    assert "ValueError" in panels.zeros_panel(lambda W, t: 3 * W).sentence
    assert "ValueError" in panels.zeros_panel(lambda W, t: W[0]).sentence


# --- 2.5 training, validation and test


def test_the_sets_share_no_image_and_only_training_labels_are_wrong():
    X, y, X_valid, y_valid = panels.noisy_digits(0.3)
    _, right, _, same = panels.noisy_digits(0)
    assert len(X) == 100 and len(X_valid) == 500 and (y != right).sum() == 30 and (y_valid == same).all()
    images = {image.tobytes() for image in digits()[0]}
    used = [image.tobytes() for image in (*X, *X_valid)]
    assert set(used) <= images and len(set(used)) == 600


def test_curves_are_losses_and_accuracies_on_the_two_sets():
    view, _ = shown("over_lambda_panel", reg=0.1)
    X, y, *valid = panels.noisy_digits(0.3)
    path = descend(objective(svm_loss, l2, 0.1), np.zeros((10, 64)), X, y, 0.05, 100, 1000, record_every=1000)
    W, k = path.W[-1], REGS.index(0.1)
    for lines, measure in (
        (view.loss_lines, lambda X, y: hinge(W, X, y)),
        (view.accuracy_lines, lambda X, y: np.mean((X @ W.T).argmax(axis=1) == y)),
    ):
        for line, data in zip(lines, ((X, y), valid), strict=True):
            np.testing.assert_allclose(line.get_ydata()[k], measure(*data), atol=1e-6)


def share_of_test(W):
    """The share of the test images that are right."""
    _, _, X, y = digits()
    return np.mean((X @ W.T).argmax(axis=1) == y)


def learned(W, seed):
    """The share of the wrong labels that a classifier gives to their images."""
    X, y, *_ = panels.noisy_digits(0.3, seed)
    wrong = y != panels.noisy_digits(0, seed)[1]
    return np.mean((X[wrong] @ W.T).argmax(axis=1) == y[wrong])


def test_what_the_text_says_of_the_curves():
    _, right, W = panels.curves(0.3)
    best = right[1].argmax()
    assert REGS[best] == 0.1
    seen = TEXT["over-lambda-seen"].replace(" %", "%")
    few, many = (round(30 * learned(V, 0)) for V in (W[best], W[0]))
    assert f"learns {many} of the 30 wrong labels, and {right[1, 0]:.0%} of the validation" in seen
    assert f"learns {few} of them, and {right[1, best]:.0%} are right; training accuracy falls to" in seen
    assert f"falls to {right[0, best]:.0%}, because" in seen
    assert f"learned, {many} of the 30 wrong ones; " in at("over_lambda_panel")
    told = at("over_lambda_panel", reg=0.1)
    assert f" {right[0, best]:.0%} of training labels learned, {few} of the 30 wrong ones; " in told
    X, y, *_ = panels.noisy_digits(0.3)  # without the wrong labels training is no longer below validation: the cause
    clean = y == panels.noisy_digits(0)[1]
    assert right[0, best] < right[1, best] < np.mean((X[clean] @ W[best].T).argmax(axis=1) == y[clean])
    share = share_of_test(W[best])
    gap = right[1, best] - share
    assert CELLS.printed("test-once") == f"λ = 0.1: validation {right[1, best]:.1%}, test {share:.1%}\n"
    draws = [panels.curves(0.3, seed)[1:] for seed in range(1, 11)]
    gaps = [right[1].max() - share_of_test(W[right[1].argmax()]) for right, W in draws]
    assert -0.025 < min(gaps) < -0.015 and 0.015 < max(gaps) < 0.025 < gap and "between −2 and 2" in TEXT["test-seen"]


def test_a_large_lambda_makes_the_most_frequent_label_win():
    """Not for the length of the steps. Take away the numbers, a mean of images for a sum, and most are right again."""
    (X, y, X_valid, y_valid), W = panels.noisy_digits(0.3), panels.curves(0.3)[2][-1]
    path = descend(objective(svm_loss, l2, 10), np.zeros((10, 64)), X, y, 0.01, 100, 1000, record_every=1000)
    np.testing.assert_allclose(path.W[-1], W, atol=1e-9)
    assert (hinge_terms(X @ W.T, y) > 0).sum() == 900 > (hinge_terms(X @ panels.curves(0.3)[2][-4].T, y) > 0).sum()
    sums = np.array([X[y == label].sum(axis=0) for label in range(10)])
    np.testing.assert_allclose(W, (10 * sums - X.sum(axis=0)) / (2 * 10 * 100), atol=1e-9)
    called = ((X_valid @ W.T).argmax(axis=1) == np.bincount(y).argmax()).sum()
    assert f"{called} of the 500 validation images are called a 3." in TEXT["over-lambda-seen"]
    assert np.mean((X_valid @ (sums / np.bincount(y)[:, None]).T).argmax(axis=1) == y_valid) > 0.55


def test_lambda_matters_where_labels_are_wrong_and_not_where_they_are_right():
    """Three draws of the sets; the gain is measured on the test images, at the λ that the validation images choose."""
    gains = {}
    for wrong in (0, 0.3):
        gains[wrong] = []
        for seed in range(3):
            _, right, W = panels.curves(wrong, seed)
            gains[wrong].append(share_of_test(W[right[1].argmax()]) - share_of_test(W[0]))
            if wrong:
                assert learned(W[right[1].argmax()], seed) < learned(W[0], seed) - 0.3
    assert min(gains[0.3]) > 0.07 and max(gains[0]) < 0.04 and np.mean(gains[0]) < 0.02


def test_few_updates_learn_few_wrong_labels():
    """λ helps less where training stops early: the text says that it takes enough updates."""
    X, y, X_valid, y_valid = panels.noisy_digits(0.3)
    ends = []
    for num_iters in (30, 1000):
        W = descend(svm_loss, np.zeros((10, 64)), X, y, 0.05, 100, num_iters, record_every=num_iters).W[-1]
        ends.append((learned(W, 0), np.mean((X_valid @ W.T).argmax(axis=1) == y_valid)))
    assert ends[0][0] < ends[1][0] - 0.3 and ends[0][1] > ends[1][1]


# --- 2.7 max norm, 2.8 dropout


def validation(sentence):
    return int(re.search(r"(\d+)% of validation", sentence)[1])


def test_max_norm_holds_every_row_and_helps_where_labels_are_wrong():
    assert "0 of 10 rows reach it" in at("rules_panel")
    limits = lesson_panels("regularization")["rules_panel"].positions["max_norm"]
    assert max(limits, key=lambda c: validation(at("rules_panel", max_norm=c))) == 1.0
    view, sentence = shown("rules_panel", max_norm=1.0)
    heights = np.array([bar.get_height() for bar in view.bars])
    assert (heights > 0.99).all() and (heights < 1 + 1e-9).all()
    assert "10 of 10 rows reach it; their mean length is 1.00" in sentence
    said = [at("rules_panel", **values) for values in ({}, {"wrong": 0.0}, {"wrong": 0.0, "max_norm": 1.0})]
    shares = [validation(words) for words in (sentence, *said)]
    answer = TEXT["max-norm-try"]
    assert "c = 1: {} % instead of {} %.".format(*shares[:2]) in answer
    assert f"With right labels, {shares[3]} % instead of {shares[2]} %" in answer
    fitted = re.search(r"(\d+)% of training", at("rules_panel", max_norm=0.2))[1]
    (X, y, *_), W = panels.noisy_digits(0.3), np.zeros((10, 64))
    for _ in range(1000):
        W = clip_norm(W - 0.05 * svm_loss(W, X, y)[1], 0.2)
    assert f"{(hinge_terms(X @ W.T, y) > 0).sum() / 9:.0f} % of the margins" in answer
    assert {*(X @ W.T).argmax(axis=1)} == {*np.argsort(np.bincount(y))[-5:]}
    assert f"a training image: {fitted} % of the training labels are learned." in answer


def test_dropout_helps_where_labels_are_wrong():
    masks = np.array(list(np.ndindex(2, 2, 2, 2))) / 0.5
    assert [(masks @ w).var() for w in (np.eye(4)[0], np.full(4, 0.25))] == [1, 0.25]
    assert "1 for w1 and 0.25 for w2" in TEXT["spread-seen"]
    shares = {p: validation(at("rules_panel", keep=p)) for p in (0.2, 0.5, 0.8, 0.9, 1.0)}
    right = [validation(at("rules_panel", wrong=0.0, keep=p)) for p in (0.5, 1.0)]
    assert max(shares, key=shares.get) == 0.5 and shares[0.2] < shares[0.5] - 5
    answer = f"p = 0.5: about {shares[0.5]} % instead of {shares[1.0]} %"
    assert answer in TEXT["dropout-try"] and f"nothing: {right[0]} % instead of {right[1]} %" in TEXT["dropout-try"]


def test_the_rules_panel_runs_on_the_students_functions():
    stretched = panels.rules_panel(lambda W, c: W * c / np.maximum(1e-9, np.linalg.norm(W, axis=1, keepdims=True)))
    assert "their mean length is 4.00" in stretched.sentence and "stretched to 4" in TEXT["max-norm-try"]
    rng = np.random.default_rng(1)
    own = panels.rules_panel(inverted_dropout=lambda X, keep: X * (rng.random(X.shape) < keep) / keep)
    assert abs(validation(at(own, keep=0.5)) - validation(at("rules_panel", keep=0.5))) < 6


# --- 2.9 the stability map


def test_map_diverges_above_the_line_and_only_there():
    _, endings = panels.stability("L2", 9)
    products = np.outer(REGS, ETAS)
    np.testing.assert_array_equal(endings == OUTCOMES.index("diverged"), products > 1.0001)
    assert f"all {int((products > 1.0001).sum())} settings above the dashed line" in TEXT["stability-seen"]
    for batch_size in (1, 9):
        assert (panels.stability("L1", batch_size)[1] != OUTCOMES.index("diverged")).all()


@pytest.mark.parametrize("batch_size", [1, 9])
@pytest.mark.parametrize("penalty", ["L2", "L1"])
def test_endings_are_what_single_descents_do(penalty, batch_size):
    total, endings = panels.stability(penalty, batch_size)
    X, y = panels.blobs(num_per_class=3)
    start = np.random.default_rng(2).normal(size=(3, 2))
    for row in (0, 7, 13, 16):
        f = objective(svm_loss, {"L2": l2, "L1": l1}[penalty], REGS[row])
        paths = [descend(f, start, X, y, eta, batch_size, 100) for eta in ETAS]
        lowest = min(path.loss[-1] for path in paths if path.diverged_at is None)
        for column, path in enumerate(paths):
            if path.diverged_at is not None:
                expected = "diverged"
            elif np.diff(path.loss[-21:]).max() > 0.01 * path.loss[-1] + 0.001:
                expected = "oscillates"
            elif path.loss[-1] > 1.1 * lowest + 0.02:
                expected = "not there yet"
            else:
                expected = "converged"
            assert OUTCOMES[endings[row, column]] == expected, (REGS[row], ETAS[column])
            np.testing.assert_allclose(total[: len(path.loss), row, column], path.loss, rtol=1e-6)


def test_the_map_shows_the_endings_the_line_and_the_ringed_descent():
    view, _ = shown("stability_panel")
    columns, rows = view.boundary.get_data()
    np.testing.assert_allclose(np.array(REGS)[rows] * np.array(ETAS)[columns], 1)
    total, endings = panels.stability("L2", 9)
    np.testing.assert_array_equal(view.cells.get_array(), view._pale[endings])
    for k, marks in enumerate(view.marks):
        columns, rows = marks.get_data()
        assert len(columns) == (endings == k).sum() and (endings[rows, columns] == k).all()
    for reg, step_size in ((1.0, 0.1), (0.0, 0.001), (10.0, 10.0), (0.5, 2.0)):
        shown("stability_panel", reg=reg, step_size=step_size)
        row, column = REGS.index(reg), ETAS.index(step_size)
        np.testing.assert_array_equal(view.dot.get_xydata(), [[column, row]])
        np.testing.assert_allclose(view.sum_line.get_ydata(), np.clip(total[:, row, column], 0.01, 1e4))


def test_what_the_text_says_of_the_map():
    total, endings = panels.stability("L2", 9)
    assert (endings[:, 0] == OUTCOMES.index("not there yet")).all()
    converged = [max(np.array(ETAS)[endings[REGS.index(reg)] == OUTCOMES.index("converged")]) for reg in (10, 0)]
    assert converged == [0.05, 10] and "0.05 for λ = 10: the slider's next one, 0.1, lies" in TEXT["stability-seen"]
    assert ETAS[ETAS.index(0.05) + 1] == 0.1 and total[-1, 0, -1] == 0  # with λ = 0 and η = 10 W comes to rest
    odd = total[-1, REGS.index(0.01)]
    counts = 1.1 * odd.min() + 0.02
    assert f"ends with a sum of {odd[ETAS.index(0.2)]:.4f}, and {counts:.4f} would count" in TEXT["stability-seen"]
    assert "descent oscillates, from" in at("stability_panel", step_size=0.5)


def test_a_long_step_below_the_line_crosses_kinks_to_the_end():
    """Between the kinks each step would shrink the distance to the minimum by |1 − 2ηλ|, here to 0."""
    X, y = panels.blobs(num_per_class=3)
    path = descend(objective(svm_loss, l2, 1.0), np.random.default_rng(2).normal(size=(3, 2)), X, y, 0.5, 9, 100)
    assert len({(hinge_terms(X @ W.T, y) > 0).sum() for W in path.W[-20:]}) > 1


# --- all of it


@pytest.mark.parametrize(
    ("name", "chosen", "warned"),
    [
        ("zeros_panel", {"method": "L2"}, True),
        ("ball_panel", {"beta": "L2"}, True),
        ("zeros_panel", {"method": "L1, subgradient"}, False),
        ("zeros_panel", {"method": "L1, proximal"}, False),
        ("ball_panel", {"beta": 0.0}, False),
    ],
)
def test_a_penalty_that_throws_w_to_minus_w_is_told(name, chosen, warned):
    for reg, step_size in ((0.1, 10.0), (1.0, 1.0), (5.0, 0.2)):
        sentence = at(name, **chosen, reg=reg, step_size=step_size)
        assert ("ηλ = 1: the penalty alone multiplies W by −1 at every step" in sentence) == warned
    assert "multiplies" not in at(name, **chosen, reg=0.5, step_size=1.0)


ANSWERS = {
    "TRADE": "about 2",
    "PREFERENCE": "L2 w2, L1 neither",
    "CORNER": "L1, the diamond",
    "JUMP": "0.03",
    "OVER_LAMBDA": "training falls, validation rises, then falls",
    "SPREAD": "w1",
    "LONGEST_STEP": "0.1",
    "L1_STEPS": "oscillates",
}


def test_questions_compute_what_the_panels_show():
    """The answers here were read off the panels' sentences; each is held by a test of its panel above."""
    assert {name: getattr(questions, name).right() for name in ANSWERS} == ANSWERS


# --- exercises: what chance and rounding may do


def test_dropout_passes_every_time():
    assert {written.INVERTED_DROPOUT.verdict(written.inverted_dropout) for _ in range(20)} == {PASSED}


def factors_of(kept, scale):
    """What 40 calls make of 20 examples of 6 numbers: as many are kept as is said, at random, and scaled."""
    mask = np.random.default_rng(0).permutation(40 * 20 * 6) < kept
    return (scale * mask).reshape(40, 20, 6)


def told(factors, keep=0.8):
    """The first words of the rule that factors break, or None."""
    return next((words[:26] for words, broken in written.dropout_rules(factors, keep).items() if broken), None)


UNSCALED = "what stays is as large as "
WRONG_SCALE = "what stays is multiplied b"
WRONG_SHARE = "the share of inputs that s"
FLIPPED = "you drop with probability "


@pytest.mark.parametrize(
    ("share", "scale", "words"),
    [
        (0.8, 1.25, None),
        (0.8, 1.25 * (1 + 0.95e-4), None),
        (0.8, 1.25 * (1 + 1.05e-4), WRONG_SCALE),
        (0.8, 1 + 0.95e-4, UNSCALED),
        (0.8, 1 + 1.05e-4, WRONG_SCALE),
        (0.8, 0.8, "you multiply by keep: that"),
        (0.8, 1 / 0.2, "you divide by 1 − keep, th"),
        (0.752, 1.25, None),
        (0.748, 1.25, WRONG_SHARE),
        (0.848, 1.25, None),
        (0.852, 1.25, WRONG_SHARE),
        (0.248, 1.25, FLIPPED),
        (0.252, 1.25, WRONG_SHARE),
        (0.152, 1.25, FLIPPED),
        (0.148, 1.25, WRONG_SHARE),
        (0, 1.25, "everything is dropped."),
        (1, 1, "nothing is ever dropped: s"),
    ],
)
def test_how_far_chance_and_rounding_may_take_a_dropout(share, scale, words):
    assert told(factors_of(round(share * 4800), scale)) == words


def test_what_is_kept_has_one_factor_but_for_rounding():
    for size, words in ((0.95e-4, None), (1.05e-4, "an entry of X becomes 0 or")):
        factors = factors_of(3840, 1.25)
        factors[factors != 0] *= np.linspace(1, 1 + size, 3840)
        assert told(factors) == words


def shuffled(X, keep):
    mask = np.random.default_rng().permutation(X.size) < round(keep * X.size)
    return X * mask.reshape(X.shape) / keep


@pytest.mark.parametrize(
    ("student", "words"),
    [
        (lambda X, keep: X * (np.random.default_rng(2).random(X.shape) < keep) / keep, "every call drops the same"),
        (lambda X, keep: written.inverted_dropout(X[:1] ** 0, keep) * X, "all examples lose the same inputs"),
        (lambda X, keep: written.inverted_dropout(X[:, :1] ** 0, keep) * X, "you drop whole examples"),
        (shuffled, "every call drops the same number of inputs"),
        (lambda X, keep: written.inverted_dropout(X, keep) - 1, "an entry of X becomes 0 or a multiple"),
        (lambda X, keep: X @ X, "`X` of shape (20, 6) and `X` of shape (20, 6) do not"),
        (lambda X, keep: np.multiply(X, 1 / keep, out=X), "your function changes what it is given"),
        (lambda X, keep: X[7], "your function returns an array of shape (6,)"),
    ],
)
def test_a_dropout_that_is_drawn_wrongly_is_told_how(student, words):
    assert written.INVERTED_DROPOUT.verdict(student).startswith(words)


@pytest.mark.parametrize(
    "too_long",
    [
        lambda row, limit: np.abs(row).sum() > limit,
        lambda row, limit: np.abs(row).max() > limit,
        lambda row, limit: row.sum() > limit,
        lambda row, limit: row @ row > 1,
    ],
)
def test_rows_that_are_told_to_be_too_long_by_another_measure_do_not_pass(too_long):
    def clip(W, max_norm):
        lengths = np.linalg.norm(W, axis=1)
        return [row * max_norm / size if too_long(row, max_norm) else row for row, size in zip(W, lengths, strict=True)]

    assert EXERCISES["clip_norm"].verdict(clip) != PASSED
