"""Notebook 2: the lecture's numbers on regularization, what its panels draw and say, and what its text claims."""

import json
import re

import numpy as np
import pytest
from conftest import NOTEBOOKS

from lecture_support.checks import PASSED
from lecture_support.data import DEMO_W, add_bias, demo_points, digits
from lecture_support.descent import TOO_LARGE, descend
from lecture_support.exercises import EXERCISES
from lecture_support.lessons.regularization import exercises as written
from lecture_support.lessons.regularization.figures import StabilityFigure
from lecture_support.losses import svm_loss
from lecture_support.panel import Panel
from lecture_support.penalties import elastic_net, l1, l2, objective, soft_threshold

OUTCOMES = StabilityFigure.OUTCOMES


@pytest.fixture(scope="module")
def nb(run_notebook):
    return run_notebook(2)


@pytest.fixture(autouse=True)
def back_to_start(nb):
    """Each test finds every panel at its start."""
    for value in list(nb.values()):
        if isinstance(value, Panel):
            value.set(**value.states["start"])


@pytest.fixture(scope="module")
def text():
    (path,) = (path for path in NOTEBOOKS if path.name.startswith("02_"))
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]}


@pytest.fixture(scope="module")
def printed():
    (path,) = (path for path in NOTEBOOKS if path.name.startswith("02_"))
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return {c["id"]: "".join("".join(o.get("text", "")) for o in c["outputs"]) for c in cells if "outputs" in c}


def hinge(W, X, y):
    """The mean multiclass SVM loss in plain loops, without the helper."""
    return np.mean(
        [sum(max(0, s @ x - W[k] @ x + 1) for j, s in enumerate(W) if j != k) for x, k in zip(X, y, strict=True)]
    )


def plain_descent(W, X, y, step_size, num_iters, slope):
    """Full-batch descent on hinge loss plus a penalty's slope(W), written out without the helper."""
    W = W.copy()
    for _ in range(num_iters):
        dW = np.zeros_like(W)
        for x, k in zip(X, y, strict=True):
            for j in range(len(W)):
                if j != k and W[j] @ x - W[k] @ x + 1 > 0:
                    dW[j] += x / len(X)
                    dW[k] -= x / len(X)
        W -= step_size * (dW + slope(W))
    return W


# --- 1. data loss + λ · penalty


def test_demo_weights_have_the_screenshots_parts(nb, printed):
    X, y = demo_points()
    data, penalty = hinge(DEMO_W, add_bias(X), y), 0.1 * (DEMO_W[:, :2] ** 2).sum()
    np.testing.assert_allclose([data, penalty, data + penalty], [0.64, 1.92, 2.57], atol=0.0055)
    np.testing.assert_allclose([nb["data_loss"], nb["zero_parts"][0]], [data, 2])
    assert printed["sum-by-hand"] == f"data loss {data:.3f} + penalty {penalty:.3f} = {data + penalty:.3f}\n"


def test_squares_by_hand_add_up(text):
    numbers = re.search(r"ΣW² = ([\d. +]+) ≈ 19\.25", text["sum-formula"])[1]
    np.testing.assert_allclose([float(n) for n in numbers.split("+")], (DEMO_W[:, :2] ** 2).ravel(), atol=5e-4)


def test_sum_panel_starts_at_the_demos_numbers(nb):
    panel, view = nb["parts_panel"], nb["view"]
    sentence = panel.set(iteration=0)
    assert "data loss 0.645 + penalty 1.925 = 2.570. Points that violate a margin: 7 of 9." in sentence
    np.testing.assert_allclose(sorted(view.dots.get_ydata()), [0.6446, 1.9255, 2.57], atol=1e-4)
    assert view.dots.get_xdata() == [0, 0, 0]
    assert "data loss 0.645\npenalty 1.925\nsum 2.570" == view.numbers.get_text()


def test_sum_panel_draws_the_plain_descent(nb):
    X, y = nb["Xb"], nb["y"]
    W = plain_descent(DEMO_W, X, y, 0.1, 30, lambda W: 2 * 0.1 * W * [1, 1, 0])
    parts = hinge(W, X, y), 0.1 * (W[:, :2] ** 2).sum()
    view = nb["view"]
    for line, value in zip(view.lines, (*parts, sum(parts)), strict=True):
        np.testing.assert_allclose(line.get_ydata()[30], value, atol=1e-9)
        assert len(line.get_xdata()) == 101
    assert len(view.plane.rings.get_xdata()) == 6
    regions = (nb["grid"] @ W.T).argmax(axis=1)
    np.testing.assert_array_equal(view.plane.regions.get_array().reshape(-1, 4), view.plane._pale[regions])


def test_sum_panel_claims(nb, text):
    seen = text["sum-seen"]
    _, (data, penalty) = nb["walk"](0.1, 0.1, 9)
    total = data + penalty
    assert data.argmin() == 37 and f"{data.min():.2f}" == "0.27" and f"{data[-1]:.2f}" == "0.31"
    assert "from 0.27 at update 37 to 0.31 at the end" in seen
    assert total[0] > total[37] > total[60] > total[-1] and penalty[0] > penalty[37] > penalty[-1]
    assert nb["walk"](0.0, 0.5, 9)[1][0, -1] == 0 and "the data loss falls to 0," in seen
    last = nb["walk"](1.0, 0.1, 9)[1][0, -1]
    assert f"{last:.2f}" == "1.43" and last > 2 * 0.645 and "ends at 1.43, more than twice" in seen


def test_sum_panel_tells_a_divergence_and_its_cause(nb):
    sentence = nb["parts_panel"].set(reg=1.0, step_size=2.0, iteration=100)
    assert "Update 16 diverges" in sentence and "multiplies W by -3 at every step" in sentence
    assert max(nb["view"].sum_line.get_ydata()) == 4


def test_at_zero_only_the_penalty_is_zero(nb, printed):
    assert nb["zero_parts"] == (2.0, 0.0)
    for num_classes in (3, 10):
        W = np.zeros((num_classes, 4))
        parts = objective(svm_loss, l2, 5.0).parts(W, np.ones((6, 4)), np.arange(6) % num_classes)
        assert parts == (num_classes - 1, 0)
    assert printed["zero-weights"] == "at W = 0: data loss 2.0 + penalty 0.0 = C - 1 for 3 classes\n"


# --- 2. to 4. the three penalties


def test_penalties_by_hand(printed):
    assert printed["l2-by-hand"] == "R  = 5.25\ndR = [[2.0, -4.0], [0.0, 1.0]]\n"
    assert printed["l1-by-hand"] == "R  = 3.5\ndR = [[1.0, -1.0], [0.0, 1.0]]\n"
    assert printed["elastic-by-hand"] == "R  = 6.125\ndR = [[2.0, -3.0], [0.0, 1.5]]\n"


def test_the_helper_agrees_with_the_hand():
    W = np.array([[1.0, -2.0], [0.0, 0.5]])
    for penalty, value, slope in (
        (l2, 5.25, [[2, -4], [0, 1]]),
        (l1, 3.5, [[1, -1], [0, 1]]),
        (elastic_net, 6.125, [[2, -3], [0, 1.5]]),
    ):
        assert penalty(W)[0] == value
        np.testing.assert_array_equal(penalty(W)[1], slope)


def test_a_step_on_l2_alone_multiplies_by_1_minus_2_eta_lambda(printed):
    rows = re.findall(
        r"ηλ = ([\d.]+): factor +(-?[\d.]+), after 10 steps a weight of 1 is ([\d.]+)", printed["l2-decay"]
    )
    assert [row[0] for row in rows] == ["0.1", "0.5", "0.9", "1.0", "1.2"]
    X, y = np.zeros((1, 1)), np.zeros(1, int)
    for eta_lambda, factor, after in rows:
        f = objective(lambda W, X, y: (0.0, 0 * W), l2, 0.1)
        W = descend(f, np.ones((2, 1)), X, y, float(eta_lambda) / 0.1, 1, 10).W
        np.testing.assert_allclose(W[1], float(factor), atol=1e-9)
        np.testing.assert_allclose(W[10], float(after), rtol=1e-3, atol=1e-9)


def test_three_conventions(text, printed):
    square = 0.1 * (DEMO_W[:, :2] ** 2).sum()
    assert printed["l2-conventions-computed"] == f"λΣW² = {square:.3f}    ½λΣW² = αR = {square / 2:.3f}\n"
    assert text["l2-conventions"].count(f"| {square / 2:.3f} |") == 2 and f"| {square:.3f} |" in text["l2-conventions"]


def test_w1_and_w2_of_the_lecture(nb, printed):
    x, w1, w2 = nb["x"], nb["w1"], nb["w2"]
    assert x.tolist() == [1, 1, 1, 1] and w1.tolist() == [1, 0, 0, 0] and w2.tolist() == [0.25] * 4
    assert w1 @ x == w2 @ x == 1
    assert printed["preference-by-hand"].splitlines() == [
        "w1: score 1.0, Σw² 1.0, Σ|w| 1.0, elastic 1.5",
        "w2: score 1.0, Σw² 0.25, Σ|w| 1.0, elastic 1.125",
    ]


@pytest.mark.parametrize(
    ("share", "beta", "here"), [(0, 0.5, [1, 1, 1.5]), (1, 0.5, [0.25, 1, 1.125]), (1, 2, [0.25, 1, 1.5])]
)
def test_preference_panel_draws_the_penalties(nb, share, beta, here):
    sentence = nb["preference_panel"].set(share=float(share), beta=float(beta))
    view = nb["view_preference"]
    np.testing.assert_allclose(view.dots.get_ydata(), here)
    np.testing.assert_allclose([bar.get_height() for bar in view.bars], [1 - 0.75 * share] + [0.25 * share] * 3)
    for line, value in zip(view.lines, here, strict=True):
        np.testing.assert_allclose(np.interp(share, *line.get_data()), value)
    assert "scores 1." in sentence and f"prefers w2 by {0.75 * beta:.3f}" in sentence


def test_l1_has_no_preference(nb):
    nb["preference_panel"].set(beta=0.0)
    for line in nb["view_preference"].lines[1:]:
        np.testing.assert_allclose(line.get_ydata(), 1)
    assert "has no preference" in nb["preference_panel"].sentence


# --- 5. disc and diamond


def test_grid_of_the_data_loss_is_the_loss(nb):
    for row, column in ((0, 0), (75, 100), (150, 200)):
        w = nb["w_grid"][row, column]
        expected = hinge(np.array([[0, 0], w]), nb["two_X"], nb["two_y"])
        np.testing.assert_allclose(nb["data"][row, column], expected)
        loss, dw = nb["two_weights_loss"](w[None], nb["two_X"], nb["two_y"])
        np.testing.assert_allclose(loss, expected)
        assert dw.shape == (1, 2)
    assert 0 in nb["u"] and 0 in nb["v"]


@pytest.mark.parametrize(
    ("beta", "R"),
    [("L2", lambda w: (w**2).sum(-1)), (0.0, lambda w: np.abs(w).sum(-1)), (1.0, lambda w: (w**2 + np.abs(w)).sum(-1))],
)
@pytest.mark.parametrize("reg", [0.05, 0.2, 0.5])
def test_star_is_the_minimiser_and_the_regions_touch_but_never_overlap(nb, beta, R, reg):
    nb["contour_panel"].set(reg=reg, beta=beta)
    view = nb["view_contour"]
    star = view.minimum.get_xydata()[0]

    def total(w):
        return hinge(np.array([[0, 0], w]), nb["two_X"], nb["two_y"]) + reg * R(w)

    for nearby in star + 0.02 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1], [1, -1], [-1, 1]]):
        assert total(star) <= total(nearby) + 1e-12
    np.testing.assert_allclose(view.floor.get_ydata(), [total(star)] * 2)
    pixels = view.masks.get_array()
    lower_data = (pixels[..., 0] == view.LOWER[0]) & (pixels[..., 3] > 0)
    lower_penalty = (pixels[..., 0] == view.BALL[0]) & (pixels[..., 3] > 0)
    np.testing.assert_array_equal(lower_penalty, R(nb["w_grid"]) < R(star))
    assert not (lower_penalty & (nb["data"] < nb["data"][lower_data].max())).any()
    assert lower_data.any() and lower_penalty.any()


def test_corners_give_zeros_and_the_disc_gives_none(nb):
    said = {beta: nb["contour_panel"].set(reg=0.2, beta=beta) for beta in (0.0, 1.0, "L2")}
    zeros = {beta: re.search(r"with (\d) of 2 weights exactly 0", sentence)[1] for beta, sentence in said.items()}
    assert zeros == {0.0: "1", 1.0: "1", "L2": "0"}
    assert "at w = (0.96, 0.00)" in said[0.0] and "at w = (0.84, 0.16)" in said["L2"]
    assert "at w = (0.00, 0.00)" in nb["contour_panel"].set(reg=1.0, beta=0.0)
    assert "with 0 of 2" in nb["contour_panel"].set(reg=1.0, beta="L2")


def test_long_steps_jump_about_the_axis_and_never_land_on_it(nb):
    nb["contour_panel"].set(step_size=1.0)
    w_2 = nb["view_contour"].path.get_ydata()
    assert (w_2 != 0).all() and (w_2[50:] > 0).any() and (w_2[50:] < 0).any()


def test_path_is_the_descent_on_the_sum(nb):
    nb["contour_panel"].set(reg=0.2, beta="L2")
    X, y = nb["two_X"], nb["two_y"]
    w = nb["start"][0].copy()
    for _ in range(100):
        violating = [(2 * k - 1) * x for x, k in zip(X, y, strict=True) if (2 * k - 1) * (w @ x) < 1]
        w = w - 0.1 * (2 * 0.2 * w - np.sum(violating, axis=0) / 60)
    path = nb["view_contour"].path.get_xydata()
    assert len(path) == 101
    np.testing.assert_allclose(path[-1], w, atol=1e-9)
    np.testing.assert_allclose(path[-1], nb["view_contour"].minimum.get_xydata()[0], atol=0.05)


# --- 6. exact zeros


def test_subgradient_jumps_and_the_proximal_step_stops(nb, printed):
    assert printed["zeros-by-hand"].splitlines() == [
        "subgradient steps: [0.03, -0.02, 0.03, -0.02, 0.03, -0.02]",
        "soft threshold:    [0.0, -0.15, 0.95]",
    ]
    assert 0 not in nb["jumping"]


def test_proximal_step_minimises_what_it_should():
    V = np.linspace(-2, 2, 40_001)
    for w in (0.03, -0.2, 1.0):
        for t, beta in ((0.05, 0), (0.3, 2)):
            best = V[np.argmin(t * np.abs(V) + t * beta * V**2 + (V - w) ** 2 / 2)]
            np.testing.assert_allclose(soft_threshold(np.array(w), t) / (1 + 2 * t * beta), best, atol=1e-4)


def proximal_by_hand(W, X, y, reg, step_size, num_iters, beta=0.0):
    t = step_size * reg
    for _ in range(num_iters):
        W = W - step_size * svm_loss(W, X, y)[1]
        W = np.where(W > t, W - t, np.where(W < -t, W + t, 0)) / (1 + 2 * t * beta)
    return W


def test_zeros_are_counted_and_drawn(nb):
    X, y = (part[:100] for part in digits()[:2])
    W = proximal_by_hand(nb["W_small"], X, y, 0.05, 0.05, 300)
    zeros = int((W == 0).sum())
    view = nb["view_weights"]
    assert (
        f"exactly 0: {zeros} of 640." in nb["zeros_panel"].sentence and f"{zeros} exact zeros" in view.note.get_text()
    )
    assert 400 < zeros < 600
    corners = view.bars.get_xy()
    assert corners[:, 0].max() == 640 - zeros
    np.testing.assert_allclose(corners[:, 1].max(), np.abs(W).max())
    np.testing.assert_allclose(view.limit.get_ydata(), [0.0025] * 2)
    shown = np.vstack([row.get_array()[:, :8] for row in view.templates.rows])
    np.testing.assert_allclose(shown, (W[[0, 4, 8]] / np.abs(W).max()).reshape(-1, 8), atol=1e-9)


@pytest.mark.parametrize("method", ["subgradient", "l2"])
@pytest.mark.parametrize("reg", [0.005, 0.05, 0.5])
@pytest.mark.parametrize("batch_size", [16, 100])
def test_subgradient_and_l2_reach_no_zero(nb, method, reg, batch_size):
    sentence = nb["zeros_panel"].set(reg=reg, method=method, batch_size=batch_size)
    assert "exactly 0: 0 of 640." in sentence


def test_subgradient_leaves_hundreds_within_its_step(nb):
    sentence = nb["zeros_panel"].set(method="subgradient")
    assert int(re.search(r"within ηλ = 0.0025 of 0: (\d+)", sentence)[1]) > 300
    nb["zeros_panel"].set(method="subgradient", step_size=0.01)
    assert "exactly 0: 0 of 640" in nb["zeros_panel"].sentence


def test_a_lambda_too_large_removes_all(nb):
    sentence = nb["zeros_panel"].set(reg=1.0)
    assert "exactly 0: 640 of 640" in sentence
    assert f"Right: 8% of the training images, {(digits()[3] == 0).mean():.0%} of the test images" in sentence


def test_elastic_net_on_digits(nb, printed):
    rows = re.findall(r"β = +(\d+): (\d+)% zeros, largest weight ([\d.]+)", printed["elastic-digits"])
    X, y = (part[:100] for part in digits()[:2])
    for beta, zeros, largest in rows:
        ours = nb["proximal_descent"](nb["W_small"], X, y, 0.05, 0.05, 100, 20, float(beta))
        np.testing.assert_allclose(ours, proximal_by_hand(nb["W_small"], X, y, 0.05, 0.05, 20, float(beta)), atol=1e-9)
        W = proximal_by_hand(nb["W_small"], X, y, 0.05, 0.05, 300, float(beta))
        assert (f"{(W == 0).mean():.0%}", f"{np.abs(W).max():.2f}") == (f"{zeros}%", largest)
    largest = [float(row[2]) for row in rows]
    assert largest == sorted(largest, reverse=True) and len(rows) == 4


# --- 7. max norm and dropout


def test_max_norm_by_hand(printed):
    assert printed["max-norm-by-hand"] == "[[1.2, 1.6], [0.6, 0.8]]\n"


def test_dropout_keeps_the_expectation(nb, printed):
    assert set(np.unique(nb["dropped"])) == {0, 2}
    np.testing.assert_allclose(nb["dropped"].mean(axis=0), 1, atol=0.02)
    assert printed["dropout-measured"].splitlines() == [
        "w1: mean score 1.00, standard deviation 1.00",
        "w2: mean score 1.00, standard deviation 0.50",
    ]


def test_max_norm_holds_every_row_and_the_bars_show_it(nb):
    sentence = nb["rules_panel"].set(max_norm=1.0)
    heights = np.array([bar.get_height() for bar in nb["view_lengths"].bars])
    assert (heights > 0.99).all() and (heights < 1 + 1e-9).all()
    assert "Rows within 1% of that: 10 of 10; mean length 1.00" in sentence
    nb["rules_panel"].set(max_norm=8.0)
    heights = [bar.get_height() for bar in nb["view_lengths"].bars]
    assert max(heights) <= 8 + 1e-9 and min(heights) < 7.9


def test_dropout_in_training_is_inverted(nb):
    """Updates are nearly as long as without dropout; without the division by p they would be half as long."""
    start, free = nb["W_random"], nb["train_with_rules"](12.0, 1.0, 0.001, 60)
    dropped = nb["train_with_rules"](12.0, 0.5, 0.001, 60)
    along = ((dropped - start) * (free - start)).sum() / ((free - start) ** 2).sum()
    assert 0.65 < along < 1.2


def test_rules_claims(nb, text):
    said = {
        name: nb["rules_panel"].set(**nb["rules_panel"].states["start"] | state)
        for name, state in nb["rules_panel"].states.items()
    }
    right = {
        name: re.search(r"(\d+)% of the training and (\d+)% of the test", sentence) for name, sentence in said.items()
    }
    assert {match[1] for match in right.values()} == {"100"}
    plain, dropout, max_norm = (right[name][2] for name in ("start", "dropout 0.5", "max norm 1"))
    assert (
        f"{plain} % of the test images without help, {dropout} % with dropout, {max_norm} % with max norm 1"
        in text["rules-seen"]
    )
    best = int(max_norm)
    for limit in (0.1, 4.0):
        sentence = nb["rules_panel"].set(**nb["rules_panel"].states["start"] | {"max_norm": limit})
        train, test = map(int, re.search(r"(\d+)% of the training and (\d+)% of the test", sentence).groups())
        assert test < best - 15 and (train < 80) == (limit == 0.1)


# --- 8. training against test images


@pytest.mark.parametrize("batch_size", [16, 60])
def test_many_descents_are_the_single_ones(nb, batch_size):
    X, y, start = nb["X_train"], nb["y_train"], nb["W_random"]
    regs, steps = np.array([0, 0.02, 0.5, 10]), np.array([0.05, 0.1, 0.01, 0.02])
    *_, W = nb["many_descents"](np.stack([start] * 4), X, y, regs, steps, batch_size, 40)
    for reg, step_size, end in zip(regs, steps, W, strict=True):
        path = descend(objective(svm_loss, l2, reg), start, X, y, step_size, batch_size, 40)
        np.testing.assert_allclose(end, path.W[-1], atol=1e-9)


def test_curves_are_losses_and_accuracies_on_the_two_sets(nb):
    X_train, y_train, X_test, y_test = digits()
    X_train, y_train = X_train[:60], y_train[:60]
    path = descend(objective(svm_loss, l2, 0.1), nb["W_random"], X_train, y_train, 0.05, 60, 300, record_every=300)
    W = path.W[-1]
    k = int(np.argmax(nb["regs"] == 0.1))
    view = nb["view_lambda"]
    for lines, measure in (
        (view.loss_lines, lambda X, y: svm_loss(W, X, y)[0]),
        (view.accuracy_lines, lambda X, y: np.mean((X @ W.T).argmax(axis=1) == y)),
    ):
        for line, data in zip(lines, ((X_train, y_train), (X_test, y_test)), strict=True):
            np.testing.assert_allclose(line.get_ydata()[k], measure(*data), atol=1e-6)
            assert len(line.get_xdata()) == 17
    for dots in view.dots:
        assert set(dots.get_xdata()) == {k}


def test_from_overfitting_to_underfitting(nb, text):
    (loss, right) = nb["curves"](0.05, 60, 1.0)
    best = right[1].argmax()
    assert nb["regs"][best] == 0.2
    assert loss[0, -1] > 5 and loss[0, 0] < 0.1 and loss[1, 0] > loss[1, best] + 2 and loss[1, -1] > loss[1, best] + 2
    assert right[1, best] - right[1, 0] > 0.3 and right[1, best] - right[1, -1] > 0.3
    at = {reg: [f"{100 * share:.0f} %" for share in right[:, k]] for k, reg in enumerate(nb["regs"])}
    seen = text["over-lambda-seen"]
    assert f"{at[0][0]} of the training images are right and {at[0][1]} of the test images" in seen
    assert f"The test loss is {loss[1, 0]:.2f}, the training loss {loss[0, 0]:.2f}" in seen
    assert f"Test images: {at[0.1][1]} and {at[0.2][1]}." in seen and f"{at[10][0]} and {at[10][1]}." in seen
    assert f"λ = 0 already gets {nb['curves'](0.05, 60, 0.0)[1][1, 0] * 100:.0f} %" in seen


@pytest.mark.parametrize("step_size", [0.001, 10.0])
def test_a_descent_that_has_not_come_down_is_not_called_underfitting(nb, step_size):
    panel = nb["curves_panel"]
    sentence = panel.set(**panel.states["start"] | {"step_size": step_size})
    assert "more than the 9 of W = 0" in sentence and "underfits" not in sentence
    panel.set(**panel.states["start"])


@pytest.mark.parametrize(
    ("reg", "words"), [(0.0, "W overfits"), (0.1, "as good as any λ here"), (10.0, "it underfits")]
)
def test_verdict_names_what_it_is(nb, reg, words):
    assert words in nb["curves_panel"].set(reg=reg)


def test_curves_end_where_the_descent_diverges(nb):
    sentence = nb["curves_panel"].set(reg=10.0, step_size=0.2)
    assert "ηλ = 2 is above 1, so this descent diverges" in sentence
    assert len(nb["view_lambda"].loss_lines[0].get_xdata()) == 16
    assert len(nb["view_lambda"].dots[0].get_xdata()) == 0


def test_training_size_is_what_the_text_says(nb):
    assert len(nb["X_train"]) == 60 and len(nb["X_test"]) == 599 and nb["W_random"].size == 640
    lengths = np.linalg.norm(nb["W_random"], axis=1)
    assert 7 < lengths.mean() < 9


# --- 9. the stability map


def test_map_diverges_above_the_line_and_only_there(nb, text):
    _, outcomes = nb["run_all"]("L2", 9)
    products = np.outer(nb["regs"], nb["etas"])
    np.testing.assert_array_equal(outcomes == OUTCOMES.index("diverged"), products > 1.0001)
    assert f"all {int((products > 1.0001).sum())} settings above the dashed line" in text["map-seen"]
    on_line = np.isclose(products, 1)
    assert on_line.sum() == 7 and (outcomes[on_line] == OUTCOMES.index("oscillates")).all()


def test_l1_never_diverges(nb):
    for batch_size in (1, 9):
        assert (nb["run_all"]("L1", batch_size)[1] != OUTCOMES.index("diverged")).all()


@pytest.mark.parametrize("batch_size", [1, 9])
@pytest.mark.parametrize("penalty", ["L2", "L1"])
def test_outcomes_are_what_single_descents_do(nb, penalty, batch_size):
    total, outcomes = nb["run_all"](penalty, batch_size)
    regs, etas = nb["regs"], nb["etas"]
    for row in (0, 7, 13, 16):
        f = objective(svm_loss, {"L2": l2, "L1": l1}[penalty], regs[row])
        paths = [descend(f, nb["W_map"], nb["map_X"], nb["map_y"], eta, batch_size, 100) for eta in etas]
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
            assert OUTCOMES[outcomes[row, column]] == expected, (regs[row], etas[column])
            steps = len(path.loss)
            np.testing.assert_allclose(total[:steps, row, column], path.loss, rtol=1e-6)


def test_the_sliders_move_the_ring_and_the_curve(nb):
    view = nb["view_map"]
    for reg, step_size in ((1.0, 0.1), (0.0, 0.001), (10.0, 10.0), (0.5, 2.0)):
        nb["map_panel"].set(reg=reg, step_size=step_size)
        row, column = list(nb["regs"]).index(reg), list(nb["etas"]).index(step_size)
        np.testing.assert_array_equal(view.dot.get_xydata(), [[column, row]])
        total = nb["run_all"]("L2", 9)[0][:, row, column]
        np.testing.assert_allclose(view.sum_line.get_ydata(), np.clip(total, 0.01, 1e4))


def test_the_line_is_where_eta_lambda_is_1(nb):
    columns, rows = nb["view_map"].boundary.get_data()
    np.testing.assert_allclose(nb["regs"][rows] * nb["etas"][columns], 1)
    nb["map_panel"].set(penalty="L1")
    assert len(nb["view_map"].boundary.get_xdata()) == 0


def test_the_marks_are_the_outcomes(nb):
    nb["map_panel"].set(batch_size=1)
    outcomes = nb["run_all"]("L2", 1)[1]
    view = nb["view_map"]
    np.testing.assert_array_equal(view.cells.get_array(), view._pale[outcomes])
    for k, marks in enumerate(view.marks):
        columns, rows = marks.get_data()
        assert len(columns) == (outcomes == k).sum() and (outcomes[rows, columns] == k).all()


def test_beyond_the_line_says_the_factor(nb):
    sentence = nb["map_panel"].set(step_size=2.0)
    assert "ηλ = 2" in sentence and "it diverges" in sentence and "multiplies W by -3 at every step" in sentence


@pytest.mark.parametrize(
    ("name", "chosen", "words"),
    [
        ("parts_panel", {}, "the penalty alone multiplies W by 1 − 2ηλ = -1 at every step"),
        ("zeros_panel", {"method": "l2"}, "the penalty alone multiplies W by 1 − 2ηλ = -1 at every step"),
        ("curves_panel", {}, "the penalty alone multiplies W by 1 − 2ηλ = -1 at every step"),
        ("contour_panel", {"beta": "L2"}, "the squares alone multiply w by -1 at every step"),
        ("contour_panel", {"beta": 1.0}, "the squares alone multiply w by -1 at every step"),
    ],
)
def test_a_penalty_that_throws_w_to_minus_w_is_told_though_nothing_diverges(nb, name, chosen, words):
    panel = nb[name]
    for reg, step_size in ((0.1, 10.0), (1.0, 1.0), (5.0, 0.2)):
        assert f"Beware: {words}" in panel.set(**chosen, reg=reg, step_size=step_size)
    assert "Beware" not in panel.set(**chosen, reg=0.5, step_size=1.0)
    assert "Beware" not in panel.set(**chosen, reg=10.0, step_size=10.0)  # here it diverges, and the cause is told
    panel.set(**panel.states["start"])


def test_other_penalties_throw_nothing_to_minus_itself(nb):
    for name, chosen in (
        ("zeros_panel", {"method": "subgradient"}),
        ("zeros_panel", {"method": "proximal"}),
        ("contour_panel", {"beta": 0.0}),
        ("contour_panel", {"beta": 0.5}),
    ):
        panel = nb[name]
        assert "Beware" not in panel.set(**chosen, reg=1.0, step_size=1.0), (name, chosen)
        panel.set(**panel.states["start"])


def test_diverged_weights_stay_finite(nb):
    *_, W = nb["many_descents"](nb["W_map"][None], nb["map_X"], nb["map_y"], np.array([10.0]), np.array([10.0]), 9, 100)
    assert TOO_LARGE <= np.abs(W).max() < np.inf


def test_the_text_names_where_the_slides_are_wrong(text):
    assert "λΣW², ½λΣW² and αR" in text["closing"] and "C − 1" in text["closing"]


def test_map_claims(nb):
    outcomes = nb["run_all"]("L2", 9)[1]

    def name(reg, eta):
        return OUTCOMES[outcomes[list(nb["regs"]).index(reg), list(nb["etas"]).index(eta)]]

    assert (outcomes[:, 0] == OUTCOMES.index("not there yet")).all()
    assert name(0.02, 1.0) == "oscillates" and name(0.0001, 1.0) == name(0.0001, 10.0) == "converged"
    converged = [max(eta for eta in nb["etas"] if name(reg, eta) == "converged") * reg for reg in (10.0, 1.0)]
    np.testing.assert_allclose(converged, [0.5, 0.1])
    one_point = nb["run_all"]("L2", 1)[1]
    assert (one_point == 1).sum() < 0.6 * (outcomes == 1).sum()
    f = objective(svm_loss, l2, 1.0)
    W = descend(f, nb["W_map"], nb["map_X"], nb["map_y"], 1.0, 9, 100).W
    assert (np.sign(W[50:-1]) == -np.sign(W[51:])).mean() > 0.95
    assert np.linalg.norm(W[100]) > np.linalg.norm(W[50]) > np.linalg.norm(W[0])


# --- predictions and exercises


def right_answer(question):
    (reveal,) = question._reveals
    return reveal._answer()


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("data_loss_question", "falls, then rises"),
        ("zero_loss_question", 2),
        ("growth_question", "5"),
        ("preference_question", "L2 w2, L1 neither"),
        ("corner_question", "L1's, the diamond"),
        ("jump_question", "as far from 0 as it began"),
        ("zeros_question", 100 * 468 / 640),
        ("rules_question", "rows of length 1 at most"),
        ("over_lambda_question", "training falls, test rises and falls"),
        ("longest_question", "0.1"),
        ("l1_steps_question", "bounces about"),
    ],
)
def test_predictions_compute_what_the_panels_show(nb, name, answer):
    """The answers here were read off the panels' sentences; each is held by a test of its panel above."""
    assert right_answer(nb[name]) == (answer if isinstance(answer, str) else pytest.approx(answer, abs=1))


def test_what_the_reveals_say_beside_the_answer(nb):
    _, (data, penalty) = nb["walk"](0.1, 0.1, 9)
    total = data + penalty
    assert f"from {total[0]:.2f} to {total[-1]:.2f}" in nb["data_loss_question"].question
    assert [1 - 2 * eta * 0.5 for eta in (0.5, 1, 2, 5)] == [0.5, 0, -1, -4]
    assert "0.5, 0, −1 and −4" in nb["growth_question"]._reveals[0]._why
    assert ((nb["X_hundred"] > 0).mean(axis=0) < 0.06).sum() == 64 / 4


def l2_by_loops(W, reg):
    return sum(reg * w * w for row in W.tolist() for w in row), [[reg * (w + w) for w in row] for row in W.tolist()]


def l2_in_single_precision(W, reg):
    W = W.astype(np.float32)
    return np.einsum("cd,cd->", W, W) * np.float32(reg), np.float32(2 * reg) * W


def full_loss_by_slices(loss_fun, W, X, y, reg):
    loss, dW = loss_fun(W, X, y)
    dW[:, :-1] += 2 * reg * W[:, :-1]
    return loss + reg * np.sum(W[:, :-1] * W[:, :-1]), dW


def full_loss_by_mask(loss_fun, W, X, y, reg):
    mask = np.ones(W.shape[1])
    mask[-1] = 0
    loss, dW = loss_fun(W, X, y)
    return np.float32(loss + reg * np.einsum("cd,cd,d->", W, W, mask)), (dW + reg * 2 * W * mask).tolist()


def elastic_by_loops(W, beta):
    value, slope = 0, []
    for row in W:
        value += sum(beta * w**2 + abs(w) for w in row)
        slope.append([2 * beta * w + (1 if w > 0 else -1 if w < 0 else 0) for w in row])
    return value, slope


def soft_by_cases(W, threshold):
    return np.where(W > threshold, W - threshold, np.where(W < -threshold, W + threshold, 0.0))


def clip_by_loops(W, max_norm):
    rows = []
    for row in W.tolist():
        length = sum(w * w for w in row) ** 0.5
        rows.append([w * max_norm / length for w in row] if length > max_norm else row)
    return rows


def clip_as_in_the_formula(W, max_norm):
    return (W * np.minimum(1, max_norm / np.sqrt(np.einsum("cd,cd->c", W, W)))[:, None]).astype(np.float32)


def dropout_by_loops(X, keep):
    rng = np.random.default_rng()
    return [[x / keep if rng.random() < keep else 0.0 for x in row] for row in X.tolist()]


def dropout_by_binomial(X, keep):
    return (X * np.random.default_rng().binomial(1, keep, X.shape) / keep).astype(np.float32)


def dropout_by_where(X, keep):
    return np.where(np.random.default_rng().random(X.shape) > keep, 0, X / keep)


@pytest.mark.parametrize(
    ("exercise", "student"),
    [
        (written.L2_PENALTY, l2_by_loops),
        (written.L2_PENALTY, l2_in_single_precision),
        (written.L2_PENALTY, lambda W, reg: (reg * np.linalg.norm(W) ** 2, reg * W + reg * W)),
        (written.FULL_LOSS, full_loss_by_slices),
        (written.FULL_LOSS, full_loss_by_mask),
        (written.ELASTIC_NET, elastic_by_loops),
        (written.ELASTIC_NET, lambda W, beta: (beta * np.vdot(W, W) + np.abs(W).sum(), 2 * beta * W + np.sign(W))),
        (written.SOFT_THRESHOLD, soft_by_cases),
        (written.SOFT_THRESHOLD, lambda W, t: (W - np.clip(W, -t, t)).astype(np.float32)),
        (written.CLIP_NORM, clip_by_loops),
        (written.CLIP_NORM, clip_as_in_the_formula),
        (written.INVERTED_DROPOUT, dropout_by_loops),
        (written.INVERTED_DROPOUT, dropout_by_binomial),
        (written.INVERTED_DROPOUT, dropout_by_where),
    ],
)
def test_right_answers_written_in_other_ways_pass(exercise, student):
    assert exercise.verdict(student) == PASSED


def test_every_exercise_has_its_cell_and_is_not_solved_there(nb, printed):
    for exercise in written.EXERCISES:
        assert EXERCISES[exercise.name] is exercise
        assert nb[f"my_{exercise.name}"].__doc__
        cell = "my-" + exercise.name.replace("_", "-")
        assert printed[cell] == f"my_{exercise.name}: not written yet.\n"


def test_the_right_functions_are_what_the_panels_use(nb):
    """The exercise's full loss against the objective that the first panel descends on."""
    W, X, y = DEMO_W.copy(), nb["Xb"], nb["y"]
    total, dW = written.full_loss(svm_loss, W, X, y, 0.1)
    expected = objective(svm_loss, l2, 0.1, bias=True)(W, X, y)
    np.testing.assert_allclose(total, expected[0])
    np.testing.assert_allclose(dW, expected[1])


def test_first_hint_of_l2_is_right(text):
    value, slope = written.l2_penalty(np.array([[1.0, -2.0], [0.0, 0.5]]), 0.1)
    assert f"value {value:.3f}, and the first row of the gradient is {slope[0, 0]:.1f}, −0.4" in text["write-l2"]
    np.testing.assert_allclose(slope[0, 1], -0.4)


@pytest.mark.parametrize("seed", range(20))
def test_dropout_passes_every_time(seed):
    assert written.INVERTED_DROPOUT.verdict(written.inverted_dropout) == PASSED


def factors_of(kept, scale):
    """What 40 calls make of 20 examples of 6 numbers: as many are kept as is said, at random, and scaled."""
    mask = np.random.default_rng(0).permutation(40 * 20 * 6) < kept
    return (scale * mask).reshape(40, 20, 6)


@pytest.mark.parametrize(
    ("share", "scale", "words"),
    [
        (0.8, 1.25, None),
        (0.8, 1.25 * (1 + 0.95e-4), None),
        (0.8, 1.25 * (1 + 1.05e-4), written.WRONG_SCALE),
        (0.752, 1.25, None),
        (0.748, 1.25, written.WRONG_SHARE),
        (0.848, 1.25, None),
        (0.852, 1.25, written.WRONG_SHARE),
        (0.248, 1.25, written.FLIPPED),
        (0.252, 1.25, written.WRONG_SHARE),
        (0.152, 1.25, written.FLIPPED),
        (0.148, 1.25, written.WRONG_SHARE),
    ],
)
def test_how_far_chance_and_rounding_may_take_a_dropout(share, scale, words):
    assert written.dropout_mistake(factors_of(round(share * 4800), scale), 0.8) == words


def test_what_is_kept_has_one_factor_but_for_rounding():
    for size, words in ((0.95e-4, None), (1.05e-4, written.NO_SCALE)):
        factors = factors_of(3840, 1.25)
        factors[factors != 0] *= np.linspace(1, 1 + size, 3840)
        assert written.dropout_mistake(factors, 0.8) == words


@pytest.mark.parametrize(
    "too_long",
    [
        lambda row, limit: row @ row > limit,
        lambda row, limit: np.abs(row).sum() > limit,
        lambda row, limit: np.abs(row).max() > limit,
        lambda row, limit: row.sum() > limit,
        lambda row, limit: row @ row > 1,
    ],
    ids=("squares", "sizes", "largest", "sum", "one"),
)
def test_rows_that_are_told_to_be_too_long_by_another_measure_do_not_pass(too_long):
    def clip(W, max_norm):
        lengths = np.linalg.norm(W, axis=1)
        return [row * max_norm / size if too_long(row, max_norm) else row for row, size in zip(W, lengths, strict=True)]

    assert written.CLIP_NORM.verdict(clip) != PASSED
