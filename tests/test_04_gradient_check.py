"""Notebook 04 says, prints and draws what is true: the slide's numbers, the verdicts, and what a step promises."""

import itertools
import re

import nbformat
import numpy as np
import pytest
from conftest import NOTEBOOKS
from scipy.optimize import approx_fprime

from lecture_support import gradients
from lecture_support.data import DEMO_W
from lecture_support.gradients import GradientCheck, check_gradient, relative_error
from lecture_support.lessons.gradient_check import exercises
from lecture_support.lessons.gradient_check.figures import GradientPairsFigure, PromiseFigure
from lecture_support.losses import softmax_loss, svm_loss
from lecture_support.penalties import l2, objective

(PATH,) = (path for path in NOTEBOOKS if path.name.startswith("04_"))


@pytest.fixture(scope="module")
def nb(run_notebook):
    return run_notebook(4)


@pytest.fixture(scope="module")
def cells():
    return {cell.id: cell for cell in nbformat.read(PATH, as_version=4).cells}


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def total_loss(W, X, y, reg, loss="softmax"):
    """The full loss of one W, example by example and without the helper; the bias is not penalised."""
    each = []
    for x, k in zip(X, y, strict=True):
        s = W @ x
        if loss == "softmax":
            each.append(np.log(np.exp(s).sum()) - s[k])
        else:
            each.append(sum(max(0, s[j] - s[k] + 1) for j in range(len(s)) if j != k))
    return np.mean(each) + reg * (W[:, :-1] ** 2).sum()


def slopes_of(W, X, y, reg, loss="softmax"):
    """The gradient by SciPy's differences, good to about 1e-6."""
    return approx_fprime(W.ravel(), lambda w: total_loss(w.reshape(W.shape), X, y, reg, loss), 1e-7).reshape(W.shape)


# --- the slide and the code


def test_the_slides_table(nb, cells):
    assert nb["W_slide"].tolist() == [0.34, -1.11, 0.78, 0.12, 0.55, 2.81, -3.1, -1.5, 0.33]
    np.testing.assert_allclose(nb["slopes"], [-2.5, 0.6, 0], atol=1e-9)
    lines = printed(cells["slide-table"]).splitlines()
    assert [line.split()[-1] for line in lines] == ["-2.5", "0.6", "0.0"]
    assert all("1.25347" in line for line in lines) and "0.3401" in lines[0] and "1.25322" in lines[0]
    assert "**−2.5, 0.6 and 0**" in cells["slide-seen"].source


def test_five_decimals_leave_a_tenth_of_doubt(cells):
    assert 2 * 0.000005 / 0.0001 == pytest.approx(0.1)
    assert "0.000005" in cells["slide-seen"].source and "**0.1**" in cells["slide-seen"].source


def test_the_students_numerical_gradient_is_the_helpers(nb):
    W, X, y = nb["W"], nb["X"], nb["y"]
    for centered in (True, False):
        for h in (1e-5, 0.1):
            args = (lambda V: softmax_loss(V, X, y)[0]), W, h, centered
            np.testing.assert_allclose(nb["numerical_gradient"](*args), gradients.numerical_gradient(*args), rtol=1e-12)


@pytest.mark.parametrize("centered, error", [(True, 0.01), (False, 0.31)])
def test_the_numerical_gradient_of_a_cube(nb, centered, error):
    """(w + h)³: one-sided is off by 3wh + h², centred by h²."""
    for gradient in (nb["numerical_gradient"], gradients.numerical_gradient):
        W = np.array([[1.0, -2.0]])
        slopes = gradient(lambda V: (V**3).sum(), W, h=0.1, centered=centered)
        assert slopes[0, 0] == pytest.approx(3 + error)
        assert W.tolist() == [[1, -2]]


def test_the_small_problem_is_measured_right(nb, cells):
    W, X, y = nb["W"], nb["X"], nb["y"]
    assert X.shape == (150, 3) and (X[:, -1] == 1).all() and np.bincount(y).tolist() == [50, 50, 50]
    np.testing.assert_allclose(nb["numerical"], slopes_of(W, X, y, 0), atol=1e-6)
    np.testing.assert_allclose(nb["analytic"], nb["numerical"], atol=1e-9)
    np.testing.assert_allclose(nb["analytic"].sum(axis=0), 0, atol=1e-12)
    assert f"softmax loss {total_loss(W, X, y, 0):.4f}" in printed(cells["small-problem-gradient"])


# --- what h does


def secant_slopes(figure):
    return [np.ptp(line.get_ydata()[[0, -1]]) / 4.9 * np.sign(np.diff(line.get_ydata())[0]) for line in figure.lines]


@pytest.mark.parametrize(
    "state, slopes",
    [
        ({}, (2, 2.5, 2)),
        ({"h": 0.01}, (2, 2.01, 2)),
        ({"function": "log(1 + exp(−w)) (softmax)", "h": 1.0}, (-0.269, -0.186, -0.283)),
        ({"function": "max(0, 1 − w) (hinge)", "w": 0.9}, (-1, -0.2, -0.6)),
        ({"function": "max(0, 1 − w) (hinge)", "w": 1.2}, (0, 0, -0.3)),
        ({"function": "|w| (L1)", "w": 0}, (0, 1, 0)),
        ({"function": "|w| (L1)", "w": -0.5, "h": 0.2}, (-1, -1, -1)),
    ],
)
def test_the_secant_panel(nb, state, slopes):
    panel, view = nb["secant_panel"], nb["secants"]
    sentence = panel.set(**panel.states["start"] | state)
    np.testing.assert_allclose([bar.get_height() for bar in view.bars], slopes, atol=5e-4)
    np.testing.assert_allclose(secant_slopes(view), slopes, atol=5e-4)
    texts = [float(number.get_text().replace("−", "-")) for number in view.numbers]
    np.testing.assert_allclose(texts, slopes, atol=1e-9 + 5e-4)
    f, w, h = nb["FUNCTIONS"][panel.values["function"]][0], panel.values["w"], panel.values["h"]
    np.testing.assert_allclose(view.dot.get_xydata(), [[w, f(w)]])
    np.testing.assert_allclose(view.measured.get_xydata(), [[w - h, f(w - h)], [w + h, f(w + h)]])
    x, y = view.curve.get_data()
    np.testing.assert_allclose(y, f(x))
    assert f"one-sided measures {slopes[1]:.3g}, centred {slopes[2]:.3g}" in sentence
    panel.set(**panel.states["start"])


def test_the_secant_panel_speaks_of_a_kink_only_where_one_is_crossed(nb):
    panel = nb["secant_panel"]
    for function, (_, _, kink) in nb["FUNCTIONS"].items():
        for w, h in itertools.product((-0.3, 0, 0.6, 0.9, 1, 1.4), (0.1, 0.5)):
            sentence = panel.set(function=function, w=w, h=h)
            assert ("crosses it" in sentence) == (kink is not None and 0 < abs(w - kink) < h), sentence
            assert ("on its kink" in sentence) == (w == kink), sentence
    panel.set(**panel.states["start"])


def test_the_prose_of_section_3(nb, cells):
    assert (1.5**2 - 1**2) / 0.5 == 2.5 and 1.5**2 - 0.5**2 == 2
    seen = cells["secant-seen"].source
    assert all(number in seen for number in ("−0.269", "−0.186", "−0.283", "**−0.2**", "**−0.6**"))


# --- relative error


def test_relative_error(nb):
    a, n = np.array([1.0, 0, 0, 2, -1, 1e-4]), np.array([1.0001, 0, 1e-17, -2, -0.5, 2e-4])
    expected = [1e-4 / 1.0001, 0, 1, 2, 0.5, 0.5]
    np.testing.assert_allclose(nb["relative_error"](a, n), expected)
    np.testing.assert_allclose(gradients.relative_error(a, n), expected)


@pytest.mark.parametrize(
    "error, verdict",
    [
        (0.011, "wrong"),
        (0.009, "uncomfortable"),
        (1.1e-4, "uncomfortable"),
        (0.9e-4, "fine where there are kinks"),
        (1.1e-7, "fine where there are kinks"),
        (0.9e-7, "right"),
        (float("nan"), "wrong"),
    ],
)
def test_the_thresholds(error, verdict):
    assert GradientCheck(error, (0, 0), 1.0, 1.0, 1).verdict == verdict


def test_a_gradient_that_is_not_a_number_is_wrong():
    check = check_gradient(lambda W: (1.0, np.array([[np.nan, 0.0]])), np.zeros((1, 2)))
    assert check.verdict == "wrong"


# --- the h sweep


def errors_of(view):
    return {name: curve.get_ydata() for name, curve in view.curves.items()}


@pytest.mark.parametrize("reg, batch_size", [(0.1, 16), (0.0, 150), (10.0, 64)])
def test_the_softmax_sweep_has_the_slopes_of_the_theory(nb, reg, batch_size):
    nb["sweep_panel"].set(loss="softmax", reg=reg, batch_size=batch_size)
    errors = errors_of(nb["sweep_view"])
    h = nb["H"]
    np.testing.assert_allclose(h, [float(f"1e{e}") for e in range(-12, 1)])
    steep = {name: np.diff(np.log10(values)) for name, values in errors.items()}
    np.testing.assert_allclose(steep["float64, one-sided"][7:9], 1, atol=0.1)  # 1e-5 to 1e-3: grows as h
    np.testing.assert_allclose(steep["float64, centred"][9], 2, atol=0.1)  # 1e-3 to 1e-2: grows as h²
    for name in ("float64, one-sided", "float64, centred"):
        assert -1.6 < np.log10(errors[name][4] / errors[name][0]) / 4 < -0.5  # 1e-12 to 1e-8: falls as 1/h
    assert (np.round(errors["float32, centred"][:4], 6) == 1).all()  # W + h is W
    assert 1e-9 < h[errors["float64, one-sided"].argmin()] < 1e-6
    assert 1e-7 < h[errors["float64, centred"].argmin()] < 1e-3
    assert 1e-3 <= h[errors["float32, centred"].argmin()] <= 0.1
    assert errors["float64, centred"].min() < 1e-7


def test_the_sweep_shows_the_errors_that_an_independent_loss_gives(nb):
    nb["sweep_panel"].set(loss="softmax", reg=0.1, batch_size=16)
    W, X, y = nb["W"], nb["X"][:16], nb["y"][:16]
    exact = objective(softmax_loss, l2, 0.1, bias=True)(W, X, y)[1]
    here, one_sided, centred = total_loss(W, X, y, 0.1), np.zeros((3, 3)), np.zeros((3, 3))
    for index in np.ndindex(3, 3):
        step = np.zeros((3, 3))
        step[index] = 0.01
        above, below = total_loss(W + step, X, y, 0.1), total_loss(W - step, X, y, 0.1)
        one_sided[index], centred[index] = (above - here) / 0.01, (above - below) / 0.02
    for name, measured in (("float64, one-sided", one_sided), ("float64, centred", centred)):
        worst = (np.abs(exact - measured) / np.maximum(np.abs(exact), np.abs(measured))).max()
        assert errors_of(nb["sweep_view"])[name][10] == pytest.approx(worst, rel=1e-6)


def test_the_hinge_sweep_has_no_curve_and_breaks_at_its_kinks(nb):
    last_good = {}
    for batch_size in (8, 150):
        nb["sweep_panel"].set(loss="hinge", reg=0.0, batch_size=batch_size)
        errors = errors_of(nb["sweep_view"])["float64, one-sided"]
        last_good[batch_size] = nb["H"][np.flatnonzero(errors < 1e-7)[-1]]
        assert errors[-1] > 0.1
    assert last_good[8] == pytest.approx(0.1) and last_good[150] == pytest.approx(0.001)
    nb["sweep_panel"].set(loss="hinge", reg=10.0, batch_size=8)
    errors = errors_of(nb["sweep_view"])
    assert errors["float64, one-sided"][10] > 1e-3 and errors["float64, centred"][10] < 1e-7


def test_a_penalty_makes_each_one_sided_slope_wrong_by_reg_times_h(nb):
    W, h = nb["W"], 1e-3
    penalty = objective(lambda V, X, y: (0.0, 0 * V), l2, 3.0)
    for centered, off in ((False, 3.0 * h), (True, 0)):
        slopes = gradients.numerical_gradient(lambda V: penalty(V, None, None)[0], W, h, centered)
        np.testing.assert_allclose(slopes - 6 * W, off, atol=1e-9)


def test_the_sweeps_sentence_says_what_the_picture_shows(nb):
    panel = nb["sweep_panel"]
    for state in itertools.product((0.0, 0.1, 10.0), (1, 16, 150), ("softmax", "hinge")):
        sentence = panel.set(**dict(zip(("reg", "batch_size", "loss"), state, strict=True)))
        errors = errors_of(nb["sweep_view"])
        for name, checks in nb["sweep"](*state).items():
            np.testing.assert_allclose(errors[name], [max(check.error, 3e-14) for check in checks])
        pattern = r"is (under )?(\S+) \(([\w ]+)\) one-sided and (under )?(\S+) \(([\w ]+)\) centred"
        said = re.search(pattern, sentence).groups()
        for name, (under, size, verdict) in {"one-sided": said[:3], "centred": said[3:]}.items():
            error = errors[f"float64, {name}"][7]
            assert error < float(size) if under else float(f"{error:.1e}") == float(size)
            assert verdict == GradientCheck(error, (0, 0), 0.0, 0.0, 9).verdict
        assert min(errors[f"float32, {side}"][7] for side in ("one-sided", "centred")) > 1e-3
        assert "in float32 both are above 1e-3" in sentence
        assert ("1 example." in sentence) == (state[1] == 1)
    panel.set(**panel.states["start"])


def test_the_best_h_as_printed(cells):
    text = printed(cells["best-h"])
    for eps in (2.0**-52, 2.0**-23):
        assert f"best h about {eps**0.5:.1e} one-sided, {eps ** (1 / 3):.1e} centred" in text


def test_softmax_one_sided_reaches_only_about_1e_3(nb, cells):
    assert 5e-4 < nb["one_sided"].error < 5e-3 and nb["one_sided"].num_checked == 650
    assert nb["centred"].error < 1e-6
    assert "1.3e-03, uncomfortable" in printed(cells["one-sided-digits"])


# --- kinks and cost


def test_weights_that_cross_a_kink(nb, cells):
    W, X, y = nb["W"], nb["X"], nb["y"]
    counts = {(num, h): nb["crossed"](num, h) for num in (8, 150) for h in (0.3, 0.1, 0.01, 0.001)}
    assert counts[8, 0.1] == counts[8, 0.01] == counts[8, 0.001] == counts[150, 0.001] == 0
    assert counts[8, 0.3] > 0 and counts[150, 0.1] == 9 and 0 < counts[150, 0.01] < 9
    scores = X @ W.T
    margins = scores - scores[np.arange(150), y][:, None] + 1
    margins[np.arange(150), y] = np.inf
    for (num, h), count in counts.items():
        x, m = X[:num], margins[:num]
        crossing = 0
        for k, d in np.ndindex(3, 3):
            change = np.where(np.arange(3) == k, 1, 0) - (y[:num, None] == k)  # of a margin, for a step of 1
            crossing += (np.abs(m) < np.abs(h * change * x[:, [d]])).any()
        assert count == crossing
        clean = nb["check_examples"](svm_loss, num, h).verdict == "right"
        assert clean == (count == 0)
        verdict = "right" if clean else "wrong"
        assert f"{num:3} examples, h = {h:g}: {count} of 9 weights cross a kink; {verdict}" in printed(
            cells["kinks-counted"]
        )


def test_the_cost(nb, cells):
    assert (nb["num_weights"], nb["cost_one_sided"], nb["cost_centred"]) == (30_730, 30_731, 61_460)
    assert "30,730 weights: 30,731 evaluations one-sided, 61,460 centred" in printed(cells["cost-counted"])
    assert "17 hours" in printed(cells["cost-counted"])
    for centered, evaluations in ((True, 1300), (False, 651)):
        calls = []
        gradients.numerical_gradient(
            lambda V, calls=calls: float(len(calls.append(0) or calls)), np.zeros((10, 65)), 1e-5, centered
        )
        assert len(calls) == evaluations
    assert len(nb["calls"]) == 1 + 1300
    assert "1,301 times" in printed(cells["cost-measured"]) and "formula: True" in printed(cells["cost-measured"])


# --- every gradient, and the zoo


def test_every_gradient_of_the_helper_is_right(nb, cells):
    assert len(nb["all_checks"]) == 10
    for name, check in nb["all_checks"].items():
        assert check.error < 1e-7, name
        assert re.search(rf"^{re.escape(name)} +9 weights: right$", printed(cells["all-gradients"]), re.M)


def test_the_check_would_have_seen_a_planted_fault(nb):
    for name, f in nb["GRADIENTS"].items():
        for fault in (1.02, -1, 0.5):
            wrong = nb["check_examples"](
                lambda V, X, y, f=f, fault=fault: (f(V, X, y)[0], fault * f(V, X, y)[1]), 10, 1e-5
            )
            assert wrong.verdict == "wrong", (name, fault)


def test_each_wrong_gradient_has_the_fault_of_its_name(nb):
    W, X, y, reg = nb["W"], nb["X"][:30], nb["y"][:30], 0.1
    zoo = {name: bug(W, X, y, reg) for name, bug in nb["ZOO"].items()}
    right = zoo["right"]
    np.testing.assert_allclose(right, objective(softmax_loss, l2, reg, bias=True)(W, X, y)[1])
    np.testing.assert_allclose(right, slopes_of(W, X, y, reg), atol=1e-5)
    no_bias = W * [1, 1, 0]
    np.testing.assert_allclose(right - zoo["missing 2"], reg * no_bias)
    np.testing.assert_allclose(right - zoo["forgotten penalty"], 2 * reg * no_bias)
    np.testing.assert_allclose(zoo["penalised bias"] - right, 2 * reg * W * [0, 0, 1], atol=1e-15)
    np.testing.assert_allclose(right - zoo["web demo, 0.5 λ W"], 1.5 * reg * no_bias)
    np.testing.assert_allclose(zoo["missing 1/N"] - 2 * reg * no_bias, 30 * (right - 2 * reg * no_bias))
    np.testing.assert_allclose(zoo["sign at y"] - right, 2 * np.eye(3)[y].T @ X / 30)
    np.testing.assert_array_equal(zoo["transposed"], right.T)
    np.testing.assert_allclose(zoo["no shift"], right, rtol=1e-10)
    np.testing.assert_allclose(zoo["≥ at the kink"], objective(svm_loss, l2, reg, bias=True)(W, X, y)[1], rtol=1e-10)


def test_seven_of_nine_are_caught(nb, cells):
    verdicts = {name: check.verdict for name, check in nb["zoo_checks"].items()}
    passed = {name for name, verdict in verdicts.items() if verdict == "right"}
    assert passed == {"right", "no shift", "≥ at the kink"}
    assert all(verdict == "wrong" for name, verdict in verdicts.items() if name not in passed)
    for name, verdict in verdicts.items():
        assert re.search(rf"^{re.escape(name)} +{verdict}$", printed(cells["zoo-verdicts"]), re.M)
    assert printed(cells["no-shift-overflow"]).split("\n")[1].endswith("False")
    assert printed(cells["no-shift-overflow"]).split("\n")[0].endswith("True")


def test_on_the_kink_no_two_agree(nb):
    first = [slopes[:, 0] for slopes in nb["kink_slopes"].values()]
    np.testing.assert_allclose(first, [[0, 0, 0], [-2, 1, 1], [0, 1, 1], [-1, 0.5, 0.5]], atol=1e-6)
    assert all((slopes[:, 1:] == 0).all() for slopes in nb["kink_slopes"].values())


@pytest.mark.parametrize(
    "state, caught",
    [
        ({"bug": "missing 2"}, "caught"),
        ({"bug": "right"}, "These are the right slopes"),
        ({"bug": "forgotten penalty", "reg": 0.0}, "no check can see it here"),
        ({"bug": "penalised bias", "reg": 0.0}, "no check can see it here"),
        ({"bug": "missing 1/N", "batch_size": 1}, "no check can see it here"),
        ({"bug": "missing 1/N", "batch_size": 2}, "caught"),
        ({"bug": "forgotten penalty", "weights": "W / 10000"}, "8.0e-5: missed"),
        ({"bug": "web demo, 0.5 λ W", "reg": 0.001}, "a doubt"),
        ({"bug": "transposed"}, "caught"),
        ({"bug": "≥ at the kink", "reg": 1.0}, "no check can see it here"),
    ],
)
def test_the_zoo_panel(nb, state, caught):
    panel, view = nb["zoo_panel"], nb["pairs"]
    sentence = panel.set(**panel.states["start"] | state)
    assert caught in sentence
    bug, weights, reg, batch_size = panel.values.values()
    W, X, y = nb["WEIGHTS"][weights], nb["X"][:batch_size], nb["y"][:batch_size]
    true = slopes_of(W, X, y, reg, "hinge" if bug.startswith("≥") else "softmax")
    analytic = nb["ZOO"][bug](W, X, y, reg)
    scale = np.abs(true).max()
    np.testing.assert_allclose(view.numerical.get_ydata(), true.ravel() / scale, atol=1e-5)
    np.testing.assert_allclose(view.analytic.get_ydata(), np.clip(analytic.ravel() / scale, -1.15, 1.3), atol=1e-5)
    largest = view.errors.get_ydata().max()
    if "caught" in sentence:
        assert largest > 1e-2 and f"largest relative error is {largest:.2g}" in sentence
        i, j = np.unravel_index(np.abs(analytic - true).argmax(), (3, 3))
        assert f"W[{i}, {j}]: {analytic[i, j]:.6g} by the formula" in sentence
    else:
        assert largest < 1e-2
    panel.set(**panel.states["start"])


def test_a_right_gradient_is_never_called_wrong(nb):
    panel = nb["zoo_panel"]
    for bug, weights in itertools.product(("right", "right, hinge", "no shift", "≥ at the kink"), nb["WEIGHTS"]):
        for reg, batch_size in itertools.product((0.0, 0.1, 10.0), panel.positions["batch_size"]):
            sentence = panel.set(bug=bug, weights=weights, reg=reg, batch_size=batch_size)
            assert "right slopes" in sentence and "caught" not in sentence
    panel.set(**panel.states["start"])


def test_a_large_penalty_covers_sign_at_y_everywhere_but_in_the_bias(nb):
    panel, errors = nb["zoo_panel"], {}
    for reg in (0.0, 10.0):
        panel.set(**panel.states["start"] | {"bug": "sign at y", "reg": reg})
        errors[reg] = nb["pairs"].errors.get_ydata().reshape(3, 3).copy()
    np.testing.assert_allclose(errors[0.0][:, 2], errors[10.0][:, 2], rtol=1e-4)
    assert (errors[10.0][:, :2] < 0.25 * errors[0.0][:, :2]).all()
    panel.set(**panel.states["start"])


def test_the_web_demo(nb, cells):
    np.testing.assert_allclose([nb["data_part"], nb["penalty_part"]], [0.64, 1.92], atol=0.0055)
    assert nb["data_part"] + nb["penalty_part"] == pytest.approx(2.57, abs=0.005)
    assert nb["demo_right"].error < 1e-7 and nb["demo_wrong"].verdict == "wrong"
    difference = nb["demo_loss"](DEMO_W, nb["X_demo"], nb["y_demo"])[1] - nb["screenshot"](DEMO_W)[1]
    np.testing.assert_allclose(difference, 1.5 * 0.1 * DEMO_W * [1, 1, 0], atol=1e-12)
    assert DEMO_W[0, 0] == 2.06
    np.testing.assert_allclose([2 * 0.1 * 2.06, 0.5 * 0.1 * 2.06], [0.412, 0.103])
    text = cells["authentic"].source
    assert "**0.412**" in text and "**0.103**" in text and "stored screenshot" in text
    assert "0.5 λ W: wrong" in printed(cells["web-demo"]) and "2 λ W:   right" in printed(cells["web-demo"])
    i, j, analytic, numerical = re.search(
        r"of 9 weights, at W\((\d), (\d)\): analytic (\S+), numerical (\S+)$", printed(cells["web-demo"]).strip()
    ).groups()
    assert float(numerical) - float(analytic) == pytest.approx(1.5 * 0.1 * DEMO_W[int(i), int(j)], abs=2e-6)


# --- which check catches which


def test_the_assignments_check_misses_a_forgotten_penalty(nb, cells):
    W, pixels, labels = nb["W_tiny"], nb["pixels"], nb["y_digits"][:500]
    assert pixels.shape[0] == 500 and np.ptp(pixels[:, :-1]) > 250 and np.abs(pixels[:, :-1].mean(axis=0)).max() < 1e-9
    assert np.std(W) == pytest.approx(1e-4, rel=0.05)
    data = svm_loss(W, pixels, labels)[1]
    np.testing.assert_array_equal(nb["penalty_forgotten"](W)[1], data)
    assert nb["penalty_forgotten"](W)[0] == pytest.approx(svm_loss(W, pixels, labels)[0] + 50 * (W**2).sum())
    errors = np.abs(100 * W) / (np.abs(data) + np.abs(data + 100 * W))  # of data against data + 2 · 50 · W
    np.testing.assert_allclose(nb["errors"], errors[:, :-1], rtol=0.01, atol=1e-8)
    assert np.median(errors[:, -1]) > 1e-2  # the ten biases do show it
    caught = (errors[:, :-1] > 1e-2).mean()
    assert f"{caught:.1%} are above 1e-2" in printed(cells["assignment-check"])
    assert (1 - caught) ** 10 > 0.9 and f"under 1e-2: {(1 - caught) ** 10:.0%}" in printed(cells["assignment-check"])
    assert np.median(np.abs(100 * W)) == pytest.approx(0.007, abs=5e-4)
    assert np.median(np.abs(data[:, :-1])) == pytest.approx(30, abs=2)


def test_the_matrix_is_what_the_formulas_say(nb):
    """Where measuring is exact to 1e-5, the reading follows from the two formulas alone."""
    exact = ["recipe", "λ = 0", "λ = 0.001", "tiny W", "one example", "penalty alone", "huge W"]
    for bug, name in itertools.product(nb["matrix"], exact):
        at = nb["CHECKS"][name]
        W, X, y, reg = at["W"], at["X"], at["y"], at["reg"]
        true = objective(svm_loss if "hinge" in bug or "kink" in bug else softmax_loss, l2, reg, bias=True)(W, X, y)[1]
        with np.errstate(over="ignore", invalid="ignore"):
            error = relative_error(nb["ZOO"][bug](W, X, y, reg), true).max()
        expected = "missed" if error < 1e-4 else "uncomfortable" if error < 1e-2 else "caught"
        assert not 0.95e-2 < error < 1.05e-2 and not 0.9e-4 < error < 1.1e-4  # nowhere on the edge
        if bug.startswith("right"):
            assert error < 1e-9
            expected = "passed"
        assert nb["matrix"][bug][name] == expected, (bug, name, error)


def test_the_checks_are_what_their_names_say(nb):
    recipe = nb["CHECKS"]["recipe"]
    assert recipe["reg"] == 0.1 and len(recipe["y"]) == 32 and recipe["W"] is nb["W"]
    W_trained = nb["CHECKS"]["trained W"]["W"]
    assert np.abs(objective(softmax_loss, l2, 0.1, bias=True)(W_trained, nb["x32"], nb["y32"])[1]).max() < 1e-9
    assert nb["CHECKS"]["float32"]["W"].dtype == nb["CHECKS"]["float32"]["X"].dtype == np.float32
    assert not nb["CHECKS"]["penalty alone"]["X"].any()
    assert len(nb["CHECKS"]) == 13 and len(nb["matrix"]) == 12


def test_what_is_said_of_the_matrix(nb):
    matrix = nb["matrix"]
    wrong = [bug for bug in matrix if not bug.startswith("right")]
    penalty_bugs = {"missing 2", "forgotten penalty", "penalised bias", "web demo, 0.5 λ W", "screenshot, hinge"}

    def those(name, *words):
        return {bug for bug in wrong if matrix[bug][name] in words}

    assert len(wrong) == 10 and len(those("recipe", "caught")) == 8
    assert those("λ = 0", "missed") == penalty_bugs | {"no shift", "≥ at the kink"}
    assert len(those("λ = 0.001", "uncomfortable")) == 3
    assert len(those("tiny W", "missed") & penalty_bugs) == 4
    assert those("tiny W", "uncomfortable") == {"penalised bias"}
    assert those("one example", "missed") == {"missing 1/N", "no shift", "≥ at the kink"}
    assert those("penalty alone", "caught") == penalty_bugs | {"transposed"}
    alarms = {name for name in nb["CHECKS"] for bug in ("right", "right, hinge") if matrix[bug][name] == "false alarm"}
    assert alarms == {"trained W", "on a kink", "h = 0.1", "h = 1e-14", "float32"}
    honest = [name for name in nb["CHECKS"] if matrix["right"][name] == matrix["right, hinge"][name] == "passed"]
    assert [name for name in honest if matrix["no shift"][name] == "caught"] == ["huge W"]
    assert {name for name, word in matrix["≥ at the kink"].items() if word == "caught"} <= alarms
    assert matrix["right"]["one-sided"] == "uncomfortable"
    assert those("recipe", "caught") | those("penalty alone", "caught") | {"no shift"} == set(wrong) - {"≥ at the kink"}


def test_the_matrix_as_printed(nb, cells):
    read = {bug: {} for bug in nb["matrix"]}
    for table in printed(cells["matrix-tables"]).strip("\n").split("\n\n"):
        head, *lines = ([line[i : i + 15].strip() for i in range(18, len(line), 15)] for line in table.split("\n"))
        for line, words in zip(table.split("\n")[1:], lines, strict=True):
            assert len(line) < 95
            read[line[:18].strip()] |= dict(zip(head, words, strict=True))
    assert read == nb["matrix"]


# --- predictions and exercises


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("slide", 0.6),
        ("kink", "only the one-sided"),
        ("hinge", "it falls"),
        ("crossed", 9),
        ("hours", 61_460 / 3600),
        ("uncaught", "no shift"),
        ("hidden", "on a kink"),
        ("mean", "one example"),
        ("alarm", "trained W"),
        ("enough", "no"),
        ("promise", "only the batch's"),
    ],
)
def test_what_the_reveals_compute(nb, name, answer):
    (reveal,) = nb[f"{name}_question"]._reveals
    assert reveal._answer() == (pytest.approx(answer) if isinstance(answer, float) else answer)


def test_each_of_the_six_exercises_has_a_stub_with_hints(cells):
    assert len(exercises.EXERCISES) == 6
    for exercise in exercises.EXERCISES:
        (id_,) = (id_ for id_, cell in cells.items() if f"def my_{exercise.name}(" in cell.source)
        assert printed(cells[id_]) == f"my_{exercise.name}: not written yet.\n"
        before = list(cells)[list(cells).index(id_) - 1]
        assert cells[before].source.count("<details>") in (2, 3) and "**Write" in cells[before].source
    assert len(exercises.FULL_GRADIENT.words) == 31
    assert "knows thirty-one wrong ones" in cells["write-formula"].source


# --- what a step promises


def kept(nb, reg, step_size, batch_size, loss):
    """Promised fall, then the fall on the batch and on all examples: by SciPy's gradient and the loop's loss."""
    W, X, y = nb["W"], nb["X"], nb["y"]
    batch = X[:batch_size], y[:batch_size]
    dW = slopes_of(W, *batch, reg, loss)
    falls = [total_loss(W, *s, reg, loss) - total_loss(W - step_size * dW, *s, reg, loss) for s in (batch, (X, y))]
    return step_size * (dW**2).sum(), *falls


@pytest.mark.parametrize("loss", ["softmax", "hinge"])
@pytest.mark.parametrize(
    "reg, step_size, batch_size",
    [
        (0.1, 0.5, 16),
        (0.1, 0.01, 16),
        (0.1, 0.5, 1),
        (10.0, 0.1, 16),
        (10.0, 0.5, 150),
        (0.0, 2.0, 64),
        (10.0, 10.0, 16),
    ],
)
def test_the_promise_panel(nb, reg, step_size, batch_size, loss):
    panel, view = nb["promise_panel"], nb["promise_view"]
    sentence = panel.set(reg=reg, step_size=step_size, batch_size=batch_size, loss=loss)
    promised, *falls = kept(nb, reg, step_size, batch_size, loss)
    number = r"(\d[\d,.]*(?:e-\d+)?)"
    spoken = re.search(rf"= {number} × {number} = {number} ", sentence)[3]
    assert float(spoken.strip(".").replace(",", "")) == pytest.approx(promised, rel=1e-3)
    words = re.findall(rf"(falls|rises) by {number}", sentence)
    said = [float(size.strip(",.").replace(",", "")) * (1 if word == "falls" else -1) for word, size in words]
    np.testing.assert_allclose(said, falls if batch_size < 150 else falls[1:], rtol=1e-3, atol=2e-4)
    for name, fall in zip(("this batch", "all examples"), falls, strict=True):
        share = fall / promised
        line, curve = view.along[name], view.shares[name]
        np.testing.assert_allclose(np.interp(1, *line.get_data()), -share, rtol=1e-3, atol=1e-4)
        assert line.get_ydata()[0] == 0
        np.testing.assert_allclose(view.dots[name].get_xydata(), [[1, np.clip(-share, -1.95, 0.95)]], atol=1e-4)
        np.testing.assert_allclose(view.now[name].get_xydata(), [[step_size, np.clip(share, -1.15, 1.95)]], atol=1e-4)
        etas, shares = curve.get_data()
        for index in (0, 24, 48):
            promise, *at = kept(nb, reg, etas[index], batch_size, loss)
            value = at[name == "all examples"] / promise
            assert shares[index] == pytest.approx(value, rel=2e-3, abs=1e-3)
    assert view.promised.get_text() == f"promised: −{promised:.3g}" or promised > 1000
    assert bool(view.gone.get_text()) == (min(falls) / promised < -1)
    assert ("1 − ηλ" in sentence) == (step_size * reg >= 1)
    panel.set(**panel.states["start"])


@pytest.mark.parametrize("loss", ["softmax", "hinge"])
def test_the_batchs_promise_is_kept_as_the_step_goes_to_0(nb, loss):
    panel, view, W = nb["promise_panel"], nb["promise_view"], nb["W"]
    for batch_size in (4, 16, 150):
        panel.set(reg=0.1, step_size=0.01, batch_size=batch_size, loss=loss)
        assert view.shares["this batch"].get_ydata()[0] == pytest.approx(1, abs=0.01)
        f = objective(nb["LOSSES"][loss], l2, 0.1, bias=True)
        batch, whole = f(W, nb["X"][:batch_size], nb["y"][:batch_size])[1], f(W, nb["X"], nb["y"])[1]
        expected = (batch * whole).sum() / (batch * batch).sum()
        assert view.shares["all examples"].get_ydata()[0] == pytest.approx(expected, abs=0.01)
    panel.set(**panel.states["start"])


def test_a_larger_batch_brings_the_two_curves_together(nb):
    gaps = []
    for batch_size in (1, 16, 64, 150):
        nb["promise_panel"].set(reg=0.0, step_size=0.1, batch_size=batch_size, loss="softmax")
        shares = nb["promise_view"].shares
        gaps.append(abs(shares["this batch"].get_ydata()[0] - shares["all examples"].get_ydata()[0]))
    assert gaps == sorted(gaps, reverse=True) and gaps[-1] == 0
    nb["promise_panel"].set(**nb["promise_panel"].states["start"])


def test_the_penalty_alone_keeps_1_minus_eta_reg():
    W, reg = np.array([[0.7, -1.3]]), 0.25
    for step_size, share in ((0.4, 0.9), (2, 0.5), (4, 0), (8, -1)):
        penalty, dW = (reg * part for part in l2(W))
        fall = penalty - reg * l2(W - step_size * dW)[0]
        assert fall / (step_size * (dW**2).sum()) == pytest.approx(share, abs=1e-12)


def test_no_batch_promises_nothing(nb):
    """A gradient of 0 would leave the panel nothing to divide by."""
    for reg, size, loss in itertools.product(
        (0.0, 0.1), nb["promise_panel"].positions["batch_size"], nb["LOSSES"].values()
    ):
        dW = objective(loss, l2, reg, bias=True)(nb["W"], nb["X"][:size], nb["y"][:size])[1]
        assert (dW**2).sum() > 1e-3


def test_the_promise_as_printed(nb, cells):
    rows = re.findall(r"η = +(\S+): promised +(\S+), fall +(\S+), kept +(\S+)%", printed(cells["promise-kept"]))
    assert len(rows) == 5
    for row in rows:
        step_size, promised, fall, share = map(float, row)
        expected, _, on_all = kept(nb, 0.1, step_size, 150, "softmax")
        np.testing.assert_allclose(
            [promised, fall, share], [expected, on_all, 100 * on_all / expected], rtol=1e-3, atol=0.06
        )


# --- the whole


def test_the_named_states_are_told_in_the_notebook(nb, cells):
    for name in ("secant", "sweep", "zoo", "promise"):
        panel = nb[f"{name}_panel"]
        lines = cells[f"{name}-tour"].outputs[0].data["text/plain"].split("\n")
        assert [line.split(":")[0] for line in lines] == list(panel.states)


def test_the_navigation_line_opens_and_ends_the_notebook(cells):
    sources = [cell.source for cell in cells.values()]
    line = sources[0].split("\n")[2]
    assert "**4 Gradient check**" in line and len(re.findall(r"\]\(0[1235]_\w+\.ipynb\)", line)) == 4
    assert sources[-1].endswith(line)


def test_slopes_and_errors_off_the_picture_wait_at_its_edge():
    figure = GradientPairsFigure(["a", "b", "c", "d"], ["first", "second"])
    figure.update(np.array([-9.0, 9.0, 0.5, 0]), np.array([1.0, -0.5, 0.5, 0]), np.array([1e-20, 2.0, 1e-5, 0]))
    assert figure.analytic.get_ydata().tolist() == [-1.15, 1.3, 0.5, 0]
    assert figure.numerical.get_ydata().tolist() == [1, -0.5, 0.5, 0]
    assert figure.errors.get_ydata().tolist() == [1e-13, 2, 1e-5, 1e-13]
    figure.update(np.array([0.5, 0, 0, 0]), np.zeros(4), np.zeros(4))
    assert figure.analytic.get_ydata().tolist() == [0.5, 0, 0, 0]
    assert not figure.numerical.get_ydata().any()


@pytest.mark.parametrize(
    ("now", "along", "over", "off"),
    [
        ((9, -9), (-1.95, 0.95), (1.95, -1.15), "↑ off"),
        ((1, -1), (-1, 0.95), (1, -1), ""),
        ((2, -1.5), (-1.95, 0.95), (1.95, -1.15), "↑ off"),
    ],
)
def test_a_dot_off_the_picture_of_a_step_waits_at_its_edge(now, along, over, off):
    figure, line = PromiseFigure([0.1, 1.0]), np.zeros(2)
    names = "this batch", "all examples"
    nothing = dict.fromkeys(names, line)
    figure.update(line, nothing, line, nothing, 0.1, dict(zip(names, now, strict=True)), 999.4)
    assert [figure.dots[name].get_ydata()[0] for name in names] == list(along)
    assert [figure.now[name].get_ydata()[0] for name in names] == list(over)
    assert figure.gone.get_text() == off
    assert figure.promised.get_text() == "promised: −999"
    figure.update(line, nothing, line, nothing, 0.1, dict(zip(names, now, strict=True)), 1000)
    assert figure.promised.get_text() == "promised: −1,000"


@pytest.mark.parametrize(
    ("error", "kinks", "right"),
    [(0.95e-7, False, True), (1.05e-7, False, False), (0.95e-4, True, True), (1.05e-4, True, False)],
)
def test_the_solution_has_the_thresholds_of_the_table(error, kinks, right):
    assert exercises.looks_right(np.array([1.0, 1.0]), np.array([1.0, 1 - error]), kinks) == right
