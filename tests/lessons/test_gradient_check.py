"""Notebook 4: the slide's slopes, what the panels' figures and sentences show, and what the text says."""

import itertools
import re
from functools import cache

import numpy as np
import pytest
from conftest import lesson_panels, run, view_of
from lesson import Cells, moved
from scipy.optimize import approx_fprime

from lecture_support.data import DEMO_W, add_bias, demo_points, digits
from lecture_support.descent import descend
from lecture_support.gradients import GradientCheck, check_gradient, numerical_gradient, relative_error
from lecture_support.lessons.gradient_check import exercises, panels, questions, zoo
from lecture_support.lessons.gradient_check.figures import GradientPairsFigure, PromiseFigure
from lecture_support.lessons.gradient_check.panels import H, promise_panel, sweep_panel, zoo_panel
from lecture_support.lessons.gradient_check.zoo import HINGE, W_KINK, X_KINK, Y_KINK, ZOO, W, X, Y, checks, matrix
from lecture_support.losses import hinge_terms, softmax_loss, svm_loss
from lecture_support.penalties import l2, objective

CELLS = Cells("gradient_check")
text, printed = CELLS.text, CELLS.printed
NO_BIAS = [1, 1, 0]


def at(name, **values):
    return moved("gradient_check", name, **values)


@pytest.fixture(scope="module")
def nb(run_notebook):
    return run_notebook(4)


def total_loss(W, X, y, reg, loss="softmax"):
    """The full loss of one W, example by example and without the helper; the bias is not penalised."""
    each = []
    for x, k in zip(X, y, strict=True):
        s = W @ x
        if loss == "softmax":
            each.append(np.logaddexp.reduce(s) - s[k])
        else:
            each.append(sum(max(0, s[j] - s[k] + 1) for j in range(len(s)) if j != k))
    return np.mean(each) + reg * (W[:, :-1] ** 2).sum()


def slopes_of(W, X, y, reg, loss="softmax"):
    """The gradient by SciPy's differences, good to about 1e-6."""
    return approx_fprime(W.ravel(), lambda w: total_loss(w.reshape(W.shape), X, y, reg, loss), 1e-7).reshape(W.shape)


def test_the_slides_table(nb):
    assert [nb["slope"](loss) for loss in (1.25322, 1.25353, 1.25347)] == pytest.approx([-2.5, 0.6, 0], abs=1e-9)
    for number in ("0.34, −1.11, 0.78, 0.12, 0.55, 2.81, −3.1, −1.5, 0.33", "1.25347", "0.3401", "1.25322", "= -2.5"):
        assert number in text("slide")
    assert 2 * 0.000005 / 0.0001 == pytest.approx(0.1)
    assert "0.000005" in text("sweep-seen") and "from −0.1 to 0.1" in text("sweep-seen")


@pytest.mark.parametrize(
    "state, slopes",
    [
        ({}, (2, 2.5, 2)),
        ({"function": "log(1 + exp(−w)) (softmax)", "h": 1.0}, (-0.269, -0.186, -0.283)),
        ({"function": "max(0, 1 − w) (hinge)", "w": 0.9}, (-1, -0.2, -0.6)),
        ({"function": "max(0, 1 − w) (hinge)", "w": 1.2}, (0, 0, -0.3)),
        ({"function": "|w| (L1)", "w": 0}, (0, 1, 0)),
        ({"function": "|w| (L1)", "w": -0.5, "h": 0.2}, (-1, -1, -1)),
    ],
)
def test_the_secant_panel(state, slopes):
    view, sentence = at("secant_panel", **state)
    np.testing.assert_allclose([bar.get_height() for bar in view.bars], slopes, atol=5e-4)
    np.testing.assert_allclose([np.polyfit(*line.get_data(), 1)[0] for line in view.lines], slopes, atol=5e-4)
    values = {"function": "w² (L2)", "w": 1.0, "h": 0.5} | state
    f, w, h = panels.FUNCTIONS[values["function"]][0], values["w"], values["h"]
    np.testing.assert_allclose(view.dot.get_xydata(), [[w, f(w)]])
    np.testing.assert_allclose(view.measured.get_xydata(), [[w - h, f(w - h)], [w + h, f(w + h)]])
    np.testing.assert_allclose(view.curve.get_ydata(), f(view.curve.get_xdata()))
    assert f"one-sided measures {slopes[1]:.3g}, centred {slopes[2]:.3g}." in sentence.replace("−", "-")


def test_the_secant_panel_speaks_of_a_kink_only_where_one_is_crossed():
    for function, (_, _, kink) in panels.FUNCTIONS.items():
        for w, h in itertools.product((-0.3, 0, 0.6, 0.9, 1, 1.4), (0.1, 0.5)):
            _, sentence = at("secant_panel", function=function, w=w, h=h)
            assert ("crosses it" in sentence) == (kink is not None and 0 < abs(w - kink) < h), sentence
            assert ("on the kink" in sentence) == (w == kink), sentence


def test_both_slopes_of_the_hinge_are_right_where_the_answer_says():
    good = []
    for tenth in range(3, 16):
        view, _ = at("secant_panel", function="max(0, 1 − w) (hinge)", w=tenth / 10, h=0.5)
        true, *measured = (bar.get_height() for bar in view.bars)
        good += [tenth] * (measured == pytest.approx([true] * 2))
    assert good == [3, 4, 5, 15] and "For w = 0.3 to 0.5, and at 1.5" in text("secants-seen")
    assert "**−0.2**" in text("secants-seen") and "**−0.6**" in text("secants-seen")


def errors_of(view):
    return {name: curve.get_ydata() for name, curve in view.curves.items()}


@pytest.mark.parametrize("reg, batch_size", [(0.1, 16), (0.0, 150), (10.0, 64)])
def test_the_softmax_sweep_has_the_slopes_of_the_theory(reg, batch_size):
    errors = errors_of(at("sweep_panel", reg=reg, batch_size=batch_size)[0])
    np.testing.assert_allclose(H, [float(f"1e{e}") for e in range(-12, 1)])
    steep = {name: np.diff(np.log10(values)) for name, values in errors.items()}
    np.testing.assert_allclose(steep["one-sided"][7:10], 1, atol=0.1)  # 1e-5 to 1e-2: grows as h
    np.testing.assert_allclose(steep["centred"][8:10], 2, atol=0.1)  # 1e-4 to 1e-2: grows as h²
    for values in errors.values():
        assert -1.6 < np.log10(values[4] / values[0]) / 4 < -0.5  # 1e-12 to 1e-8: falls as 1/h
    assert 1e-9 < H[errors["one-sided"].argmin()] < 1e-6
    assert 1e-7 < H[errors["centred"].argmin()] < 1e-3 and errors["centred"].min() < 1e-7
    single = errors_of(at("sweep_panel", reg=reg, batch_size=batch_size, numbers="float32")[0])
    assert (single["centred"][:4] == 1).all()  # W + h is W
    assert 1e-3 <= H[single["centred"].argmin()] <= 0.1


def test_the_sweep_shows_the_errors_that_an_independent_loss_gives():
    view, sentence = at("sweep_panel")
    exact = objective(softmax_loss, l2, 0.1, bias=True)(W, X[:16], Y[:16])[1]
    worst = {}
    for name in ("one-sided", "centred"):
        measured = numerical_gradient(lambda V: total_loss(V, X[:16], Y[:16], 0.1), W, 0.1, name == "centred")
        worst[name] = (np.abs(exact - measured) / np.maximum(np.abs(exact), np.abs(measured))).max()
    assert {name: errors[11] for name, errors in errors_of(view).items()} == pytest.approx(worst, rel=1e-6)
    assert f"At h = 0.1: {worst['one-sided']:.2g} and {worst['centred']:.2g}." in sentence


def test_the_hinge_sweep_has_no_curve_and_breaks_at_its_kinks():
    last_good = {}
    for batch_size in (8, 150):
        errors = errors_of(at("sweep_panel", loss="hinge", reg=0.0, batch_size=batch_size)[0])["one-sided"]
        last_good[batch_size] = H[np.flatnonzero(errors < 1e-7)[-1]]
        assert errors[-1] > 0.1
    assert last_good[8] == pytest.approx(0.1) and last_good[150] == pytest.approx(0.001)
    errors = errors_of(at("sweep_panel", loss="hinge", reg=10.0, batch_size=8)[0])
    assert errors["one-sided"][10] > 1e-3 and errors["centred"][10] < 1e-7


@pytest.mark.parametrize("numbers", ["float64", "float32"])
def test_the_sweeps_sentence_says_what_the_picture_shows(numbers):
    said = r"1e-5: the largest relative error is (.+?) \((.+?)\) one-sided and (.+?) \((.+?)\) centred"
    for reg, batch_size, loss in itertools.product((0.0, 0.1, 10.0), (1, 16, 150), ("softmax", "hinge")):
        view, sentence = at("sweep_panel", reg=reg, batch_size=batch_size, loss=loss, numbers=numbers)
        errors, words = errors_of(view), re.search(said, sentence).groups()
        for error, size, verdict in zip((errors[name][7] for name in errors), words[::2], words[1::2], strict=True):
            assert verdict == GradientCheck(error, (0, 0), 0.0, 0.0, 9).verdict
            bound = float(size.split()[-1])
            told = {"under": error < bound, "above": error > bound}
            assert told.get(size.split()[0], bound == float(f"{error:.1e}"))
        lowest = min(errors["one-sided"][0], errors["centred"][0])
        floor = re.search(r"both above (\S+)\.$", sentence)
        above = {"1e-5": 0.1, "0.1": 1}[floor[1]] if floor else None
        assert float(floor[1]) < lowest < above if floor else lowest == 1
        large = re.search(r"At h = 0\.1: (.+?) and (.+?)\. At", sentence).groups()
        for error, size in zip((errors[name][11] for name in errors), large, strict=True):
            assert float(size) == pytest.approx(error, rel=0.5) if size[0].isdigit() else error <= 0.01
        assert numbers == "float64" or min(map(min, errors.values())) > 1e-7  # "no h reads right"


def test_the_students_slopes_drive_the_sweep():
    ours, theirs = sweep_panel(), sweep_panel(numerical_gradient)
    assert f"{theirs!r}\n{theirs.tour()}" == f"{ours!r}\n{ours.tour()}"


def test_planted_faults_show_in_the_sweep():
    panel = sweep_panel(lambda f, W, h: numerical_gradient(f, W, h, centered=False))
    assert "1.4e-4 (uncomfortable) one-sided and 1.4e-4 (uncomfortable) centred" in panel.sentence
    errors = errors_of(view_of(panel))
    assert errors["one-sided"].tolist() == errors["centred"].tolist()
    twice = errors_of(view_of(sweep_panel(lambda f, W, h: 2 * numerical_gradient(f, W, h))))["centred"]
    assert twice.min() > 0.49


def test_slopes_that_do_not_fit_are_told_in_the_panel():
    assert "(2, 3)" in sweep_panel(lambda f, W, h: W[:2]).sentence


def test_softmax_one_sided_reaches_only_about_1e_3_and_what_is_left_of_centred_is_rounding(nb):
    found, one_sided, larger_h = nb["found"], nb["digits_check"](1e-5, False), nb["digits_check"](3e-5, True)
    assert one_sided.verdict == "uncomfortable" and 5e3 < one_sided.error / found.error < 2e4
    assert found.error == pytest.approx(1.6e-7, rel=0.5) and found.num_checked == 650 and larger_h.error < 1e-7
    assert found.analytic == pytest.approx(0.0002, abs=5e-6)
    assert found.analytic == pytest.approx(found.numerical, rel=1e-6)


def test_weights_that_cross_a_kink(nb):
    counts = {(num, h): nb["crossed"](num, h) for num in (8, 150) for h in (0.3, 0.1, 0.01, 0.001)}
    assert counts[8, 0.1] == counts[8, 0.01] == counts[8, 0.001] == counts[150, 0.001] == 0
    assert counts[8, 0.3] > 0 and counts[150, 0.1] == 9 and 0 < counts[150, 0.01] < 9
    margins = X @ W.T - (X @ W.T)[np.arange(150), Y][:, None] + 1
    margins[np.arange(150), Y] = np.inf
    for (num, h), count in counts.items():
        crossing = 0
        for k, d in np.ndindex(3, 3):
            change = np.where(np.arange(3) == k, 1, 0) - (Y[:num, None] == k)  # of a margin, for a step of 1
            crossing += (np.abs(margins[:num]) < np.abs(h * change * X[:num, [d]])).any()
        assert count == crossing
        assert (check_gradient(lambda V, n=num: svm_loss(V, X[:n], Y[:n]), W, h).verdict == "right") == (count == 0)


def test_on_the_kink_no_two_agree(nb):
    first = [slopes[:, 0] for slopes in nb["on_kink"].values()]
    np.testing.assert_allclose(first, [[0, 0, 0], [-2, 1, 1], [0, 1, 1], [-1, 0.5, 0.5]], atol=1e-6)
    assert (hinge_terms(X_KINK @ W_KINK.T, Y_KINK) == 0).all() and (X_KINK @ W_KINK.T).tolist() == [[10, 9, 9]]
    assert [exercises.one_sided_slope(lambda w: max(0, 1 - w), 1.0, h) for h in (0.1, -0.1)] == pytest.approx([0, -1])


@pytest.mark.parametrize(("fault", "verdict"), [(1, "right"), (1.02, "wrong"), (-1, "wrong"), (0.5, "wrong")])
def test_every_gradient_of_the_helper_is_right_and_a_planted_fault_would_be_seen(nb, fault, verdict):
    for name, f in nb["GRADIENTS"].items():
        found = check_gradient(lambda V, f=f: (f(V, X[:10], Y[:10])[0], fault * f(V, X[:10], Y[:10])[1]), W)
        assert found.verdict == verdict, name


def test_the_wrong_gradient_of_the_core_is_caught_and_mended(nb):
    assert printed("wrong-gradient").startswith("wrong: ")
    assert check_gradient(nb["loss_and_gradient"], W).verdict == "wrong"
    source = text("wrong-gradient").replace("+ reg * W\n", "+ 2 * reg * W\n").replace("print(", "(")
    names = {"np": np, "check_gradient": check_gradient}
    assert run(source, "mended", names).verdict == "right"
    as_if_half = numerical_gradient(lambda V: softmax_loss(V, X, Y)[0] + 0.05 * (V * V).sum(), W)
    np.testing.assert_allclose(nb["loss_and_gradient"](W)[1], as_if_half, atol=1e-9)
    for f, reached in ((lambda V, X, y: nb["loss_and_gradient"](V), 0.60), (objective(softmax_loss, l2, 0.1), 0.57)):
        assert descend(f, W, X, Y, 0.5, 150, 100).loss[-1] == pytest.approx(reached, abs=5e-3)
        assert f"{reached:.2f}" in text("caught-code")


def test_each_wrong_gradient_has_the_fault_of_its_name():
    x, y, reg = X[:30], Y[:30], 0.1
    found = {name: bug(W, x, y, reg) for name, bug in ZOO.items()}
    right, penalty = found["right"], reg * W * NO_BIAS
    np.testing.assert_allclose(right, objective(softmax_loss, l2, reg, bias=True)(W, x, y)[1])
    np.testing.assert_allclose(right, slopes_of(W, x, y, reg), atol=1e-5)
    np.testing.assert_allclose(right - found["missing 2"], penalty, atol=1e-12)
    np.testing.assert_allclose(right - found["forgotten penalty"], 2 * penalty, atol=1e-12)
    np.testing.assert_allclose(found["penalised bias"] - right, 2 * reg * W * [0, 0, 1], atol=1e-15)
    np.testing.assert_allclose(right - found["web demo, 0.5 λ W"], 1.5 * penalty, atol=1e-12)
    np.testing.assert_allclose(found["missing 1/N"] - 2 * penalty, 30 * (right - 2 * penalty), atol=1e-12)
    np.testing.assert_allclose(found["sign at y"] - right, 2 * np.eye(3)[y].T @ x / 30, atol=1e-12)
    np.testing.assert_array_equal(found["transposed"], right.T)
    np.testing.assert_allclose(found["no shift"], right, rtol=1e-10)
    hinge = objective(svm_loss, l2, reg, bias=True)(W, x, y)[1]
    np.testing.assert_allclose(found["right, hinge"], hinge, rtol=1e-10)
    np.testing.assert_allclose(found["≥ at the kink"], hinge, rtol=1e-10)
    np.testing.assert_allclose(hinge - found["screenshot, hinge"], 1.5 * penalty, atol=1e-12)
    assert ZOO["≥ at the kink"](W_KINK, X_KINK, Y_KINK, 0)[:, 0].tolist() == [-2, 1, 1]
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isfinite(ZOO["right"](1000 * W, X, Y, 0.1)).all()
        assert not np.isfinite(ZOO["no shift"](1000 * W, X, Y, 0.1)).all()


@pytest.mark.parametrize(
    "state, caught",
    [
        ({}, "caught"),
        ({"bug": "right"}, "these are the right slopes. All relative errors are under 1e-7"),
        ({"bug": "forgotten penalty", "reg": 0.0}, "no check can see it here"),
        ({"bug": "penalised bias", "reg": 0.0}, "no check can see it here"),
        ({"bug": "missing 1/N", "batch_size": 1}, "no check can see it here"),
        ({"bug": "missing 1/N", "batch_size": 2}, "caught"),
        ({"bug": "forgotten penalty", "weights": "W / 10000"}, "too high. The largest relative error, 8.0e-5"),
        ({"bug": "screenshot, hinge", "weights": "W / 10000"}, "missed"),
        ({"bug": "web demo, 0.5 λ W", "reg": 0.001}, "uncomfortable"),
        ({"bug": "≥ at the kink", "reg": 1.0}, "no check can see it here"),
    ],
)
def test_the_zoo_panel(state, caught):
    view, sentence = at("zoo_panel", **state)
    assert caught in sentence
    values = lesson_panels("gradient_check")["zoo_panel"].states["start"] | state
    bug, V, reg = values["bug"], panels.WEIGHTS[values["weights"]], values["reg"]
    at_these = V, X[: values["batch_size"]], Y[: values["batch_size"]], reg
    true, analytic = slopes_of(*at_these, "hinge" if bug in HINGE else "softmax"), ZOO[bug](*at_these)
    scale = np.abs(true).max()
    np.testing.assert_allclose(view.numerical.get_ydata(), true.ravel() / scale, atol=1e-5)
    np.testing.assert_allclose(view.analytic.get_ydata(), np.clip(analytic.ravel() / scale, -1.15, 1.3), atol=1e-5)
    worst = view.errors.get_ydata().argmax()
    largest, told = view.errors.get_ydata()[worst], re.match(r".+?: ([a-z ]+)\. .+ error, (\S+), is at", sentence)
    assert bool(told) == (largest > 1e-7)
    assert all(list(band.get_xdata()) == [worst] * 2 * bool(told) for band in view.bands)
    if told:
        limits = {1e-2: "caught", 1e-4: "uncomfortable", 0: "missed" if bug in HINGE else "too high"}
        assert told[1] == next(word for limit, word in limits.items() if largest > limit)
        assert float(told[2]) == pytest.approx(largest, rel=0.05)
        i, j = divmod(int(worst), 3)
        assert f"W[{i}, {j}] (grey band): {analytic[i, j]:.6g} by the formula" in sentence.replace("−", "-")


def test_a_right_gradient_is_never_called_wrong():
    batch_sizes = lesson_panels("gradient_check")["zoo_panel"].positions["batch_size"]
    for bug, weights in itertools.product(("right", "right, hinge", "no shift", "≥ at the kink"), panels.WEIGHTS):
        for reg, batch_size in itertools.product((0.0, 0.1, 10.0), batch_sizes):
            _, sentence = at("zoo_panel", bug=bug, weights=weights, reg=reg, batch_size=batch_size)
            assert "right slopes" in sentence and "caught" not in sentence


def test_the_students_gradient_stands_in_front_of_the_zoo():
    panel = zoo_panel(exercises.full_gradient)
    assert panel.sentence.startswith("full_gradient: these are the right slopes.")
    assert panel.set(bug="transposed") == zoo_panel().sentence
    assert "caught" in zoo_panel(lambda W, X, y, reg: -ZOO["right"](W, X, y, reg)).sentence


def test_a_large_penalty_covers_sign_at_y_everywhere_but_in_the_bias():
    errors = [at("zoo_panel", bug="sign at y", reg=reg)[0].errors.get_ydata().reshape(3, 3).copy() for reg in (0, 10)]
    np.testing.assert_allclose(errors[0][:, 2], errors[1][:, 2], rtol=1e-4)
    assert (errors[1][:, :2] < 0.25 * errors[0][:, :2]).all()


def test_the_web_demo(nb):
    x, y = add_bias(demo_points()[0]), demo_points()[1]
    np.testing.assert_allclose([nb["data"], nb["penalty"]], [0.64, 1.92], atol=0.0055)
    assert nb["data"] + nb["penalty"] == pytest.approx(2.57, abs=0.005)
    difference = objective(svm_loss, l2, 0.1, bias=True)(DEMO_W, x, y)[1] - nb["screenshot"](DEMO_W)[1]
    np.testing.assert_allclose(difference, 1.5 * 0.1 * DEMO_W * NO_BIAS, atol=1e-12)
    assert DEMO_W[0, 0] == 2.06 and (2 * 0.1 * 2.06, 0.5 * 0.1 * 2.06) == pytest.approx((0.412, 0.103))


def test_the_assignments_check_misses_a_forgotten_penalty(nb):
    tiny, pixels, labels = nb["W_tiny"], nb["pixels"], digits()[1][:500]
    assert pixels.shape[0] == 500 and np.ptp(pixels[:, :-1]) > 250 and np.abs(pixels[:, :-1].mean(axis=0)).max() < 1e-9
    assert np.std(tiny) == pytest.approx(1e-4, rel=0.05)
    data = svm_loss(tiny, pixels, labels)[1][:, :-1]
    np.testing.assert_array_equal(nb["a"], data)
    penalty = 100 * tiny[:, :-1]
    errors = np.abs(penalty) / (np.abs(data) + np.abs(data + penalty))
    np.testing.assert_allclose(nb["errors"], errors, rtol=0.01, atol=1e-8)
    assert (1 - (errors > 1e-2).mean()) ** 10 > 0.9
    assert np.median(np.abs(penalty)) == pytest.approx(0.007, abs=5e-4)
    assert np.median(np.abs(data)) == pytest.approx(30, abs=2)


def test_the_matrix_is_what_the_formulas_say():
    """Where measuring is exact to 1e-5, the reading follows from the two formulas alone."""
    exact = ["recipe", "λ = 0", "λ = 0.001", "tiny W", "one example", "penalty alone", "huge W"]
    for bug, name in itertools.product(matrix(), exact):
        V, x, y, reg = (checks()[name][key] for key in ("W", "X", "y", "reg"))
        true = objective(svm_loss if bug in HINGE else softmax_loss, l2, reg, bias=True)(V, x, y)[1]
        with np.errstate(over="ignore", invalid="ignore"):
            error = relative_error(ZOO[bug](V, x, y, reg), true).max()
        small = "missed" if error < 1e-7 or bug in HINGE else "too high"
        expected = small if error < 1e-4 else "uncomfortable" if error < 1e-2 else "caught"
        assert not 0.95e-2 < error < 1.05e-2 and not 0.9e-4 < error < 1.1e-4  # nowhere on the edge
        if bug.startswith("right"):
            assert error < 1e-9
            expected = "passed"
        assert matrix()[bug][name] == expected, (bug, name, error)


def test_the_checks_are_what_their_names_say():
    recipe, trained, single = (checks()[name] for name in ("recipe", "trained W", "float32"))
    assert recipe["reg"] == 0.1 and len(recipe["y"]) == 32 and recipe["W"] is W
    f = objective(softmax_loss, l2, 0.1, bias=True)
    at_rest = check_gradient(lambda V: f(V, recipe["X"], recipe["y"]), trained["W"])
    assert at_rest.verdict == "wrong" and max(abs(at_rest.analytic), abs(at_rest.numerical)) < 1e-9
    assert single["W"].dtype == single["X"].dtype == np.float32
    assert not checks()["penalty alone"]["X"].any()
    assert len(checks()) == 13 and len(matrix()) == 12


def test_what_is_said_of_the_matrix():
    wrong = [bug for bug in matrix() if not bug.startswith("right")]
    penalty_bugs = {"missing 2", "forgotten penalty", "penalised bias", "web demo, 0.5 λ W", "screenshot, hinge"}

    def those(name, word):
        return {bug for bug in wrong if matrix()[bug][name] == word}

    assert len(wrong) == 10 and len(those("recipe", "caught")) == 8
    assert those("λ = 0", "missed") == penalty_bugs | {"no shift", "≥ at the kink"}
    assert len(those("λ = 0.001", "uncomfortable")) == 3
    assert not those("tiny W", "caught") & penalty_bugs
    alone = checks()["penalty alone"]
    for bug, change in itertools.product(penalty_bugs, ({}, {"W": W / 10000}, {"reg": 0.001})):
        assert zoo.check_bug(bug, **alone | change).verdict == "wrong"
    assert those("one example", "missed") == {"missing 1/N", "no shift", "≥ at the kink"}
    assert those("penalty alone", "caught") == penalty_bugs | {"transposed"}
    alarms = {name for name in checks() for bug in ("right", "right, hinge") if matrix()[bug][name] == "false alarm"}
    assert alarms == {"trained W", "on a kink", "h = 0.1", "h = 1e-14", "float32"}
    assert {name for name, word in matrix()["≥ at the kink"].items() if word == "caught"} <= alarms
    assert those("recipe", "caught") | {"no shift"} == those("huge W", "caught") == set(wrong) - {"≥ at the kink"}


@pytest.mark.parametrize(("name", "found"), [("huge W", False), ("recipe", True)])
def test_a_gradient_of_winners_is_missed_at_a_huge_W_and_caught_by_the_recipe(name, found):
    V, x, y, reg = (checks()[name][key] for key in ("W", "X", "y", "reg"))

    def winners(U):
        P = np.eye(3)[(x @ U.T).argmax(axis=1)] - np.eye(3)[y]
        loss = objective(softmax_loss, l2, reg, bias=True)(U, x, y)[0]
        return loss, P.T @ x / len(y) + 2 * reg * U * NO_BIAS

    assert (check_gradient(winners, V).error > 1e-2) == found


stepping = cache(promise_panel)  # the panel of one step; its `_update` paints nothing


def kept(reg, step_size, batch_size, loss, gradient="right"):
    """Promised fall, then the fall on the batch and on all examples: by SciPy's gradient and the loop's loss."""
    batch = X[:batch_size], Y[:batch_size]
    of_data, of_penalty = panels.PARTS[gradient](batch_size)
    dW = of_data * slopes_of(W, *batch, 0, loss) + of_penalty * reg * W * NO_BIAS
    falls = [total_loss(W, *s, reg, loss) - total_loss(W - step_size * dW, *s, reg, loss) for s in (batch, (X, Y))]
    return step_size * (dW**2).sum(), *falls


@pytest.mark.parametrize("loss", ["softmax", "hinge"])
@pytest.mark.parametrize(
    "reg, step_size, batch_size, gradient",
    [
        (0.1, 0.5, 16, "right"),
        (0.1, 0.5, 1, "wrong sign"),
        (10.0, 0.1, 16, "right"),
        (10.0, 0.5, 150, "forgotten penalty"),
        (0.0, 2.0, 64, "missing 1/N"),
        (10.0, 10.0, 16, "right"),
    ],
)
def test_the_promise_panel(loss, reg, step_size, batch_size, gradient):
    panel = stepping(loss)
    sentence = panel._update(reg, step_size, batch_size, gradient)
    view = view_of(panel)
    promised, *falls = kept(reg, step_size, batch_size, loss, gradient)
    number = r"(\d[\d,.]*(?:e-\d+)?)"
    spoken = re.search(rf"gradient \({gradient}\) promises a fall of {number}\.(?: |$)", sentence)[1]
    assert float(spoken.replace(",", "")) == pytest.approx(promised, rel=6e-3)
    words = re.findall(rf"(falls|rises) by {number}", sentence)
    said = [float(size.strip(",.").replace(",", "")) * (1 if word == "falls" else -1) for word, size in words]
    np.testing.assert_allclose(said, falls if batch_size < 150 else falls[1:], rtol=6e-3, atol=2e-4)
    for name, fall in zip(("this batch", "all examples"), falls, strict=True):
        share = fall / promised
        line, curve = view.along[name], view.shares[name]
        np.testing.assert_allclose(np.interp(1, *line.get_data()), -share, rtol=1e-3, atol=1e-4)
        assert line.get_ydata()[0] == 0
        np.testing.assert_allclose(view.dots[name].get_xydata(), [[1, np.clip(-share, -1.95, 0.95)]], atol=1e-4)
        np.testing.assert_allclose(view.now[name].get_xydata(), [[step_size, np.clip(share, -1.15, 1.95)]], atol=1e-4)
        etas, shares = curve.get_data()
        for index in (0, 24, 48):
            promise, *at = kept(reg, etas[index], batch_size, loss, gradient)
            assert shares[index] == pytest.approx(at[name == "all examples"] / promise, rel=2e-3, abs=1e-3)
    assert [bool(text.get_text()) for text in view.gone] == [min(falls) / promised < edge for edge in (-1, -1.2)]
    assert ("in this step" in sentence) == (step_size * reg >= 1 and gradient == "right")


@pytest.mark.parametrize("loss", ["softmax", "hinge"])
def test_only_the_batchs_promise_is_kept_as_the_step_goes_to_0(loss):
    panel, gaps = stepping(loss), []
    for reg, batch_size in ((0.1, 4), (0.1, 16), (0.1, 150), (0.0, 1), (0.0, 16), (0.0, 150)):
        panel._update(reg, 0.5, batch_size, "right")
        shares = {name: curve.get_ydata()[0] for name, curve in view_of(panel).shares.items()}
        f = objective({"softmax": softmax_loss, "hinge": svm_loss}[loss], l2, reg, bias=True)
        batch, whole = f(W, X[:batch_size], Y[:batch_size])[1], f(W, X, Y)[1]
        of_all = (batch * whole).sum() / (batch * batch).sum()
        assert shares == pytest.approx({"this batch": 1, "all examples": of_all}, abs=0.01)
        gaps.append(abs(shares["all examples"] - shares["this batch"]))
    assert gaps[3] > gaps[4] > gaps[5] == 0


@pytest.mark.parametrize("gradient", panels.PARTS)
def test_only_the_right_gradient_keeps_its_promise_in_a_small_step(gradient):
    sentence = stepping("softmax")._update(0.1, 0.001, 16, gradient)
    assert ("100% of the promise;" in sentence) == (gradient == "right")


def test_the_wrong_sign_lets_the_loss_of_the_batch_rise_at_every_step_size():
    for reg, batch_size in itertools.product((0.0, 0.1, 10.0), (1, 16, 150)):
        stepping("softmax")._update(reg, 0.5, batch_size, "wrong sign")
        assert (view_of(stepping("softmax")).shares["this batch"].get_ydata() < 0).all()


def test_one_example_keeps_its_promise_up_to_its_first_kink():
    panel = stepping("hinge")
    sentence = panel._update(**panel.states["one example"])
    assert "100% of the promise; that of all 150 rises" in sentence
    etas, shares = view_of(panel).shares["this batch"].get_data()
    straight = np.isclose(shares, 1)
    assert straight[0] and not straight[-1] and (np.diff(straight.astype(int)) <= 0).all()
    dW, terms = svm_loss(W, X[:1], Y[:1])[1], [hinge_terms(X[:1] @ W.T, Y[:1]) > 0]
    terms += [hinge_terms(X[:1] @ (W - eta * dW).T, Y[:1]) > 0 for eta in etas]
    assert straight.tolist() == [np.array_equal(now, terms[0]) for now in terms[1:]]


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
    [((9, -9), [-1.95, 0.95], [1.95, -1.15], ["↑ off", "↓ off"]), ((1, -1), [-1, 0.95], [1, -1], [""] * 2)],
)
def test_a_dot_off_the_picture_of_a_step_waits_at_its_edge(now, along, over, off):
    figure, line, names = PromiseFigure([0.1, 1.0]), np.zeros(2), ("this batch", "all examples")
    nothing = dict.fromkeys(names, line)
    for promised, words in ((999.4, "promised: −999"), (1000, "promised: −1,000")):
        figure.update(line, nothing, line, nothing, 0.1, dict(zip(names, now, strict=True)), promised)
        assert figure.promised.get_text() == words
    assert [[dots[name].get_ydata()[0] for name in names] for dots in (figure.dots, figure.now)] == [along, over]
    assert [text.get_text() for text in figure.gone] == off


ANSWERS = {
    "SLIDE": pytest.approx(0.6),
    "KINK": "only the one-sided",
    "ROUNDING": "it grows",
    "HINGE": "it falls",
    "HOURS": pytest.approx(61_460 / 3600),
    "UNCAUGHT": "no shift",
    "HIDDEN": "on a kink",
    "ALARM": "trained W",
    "ENOUGH": "no",
    "ONE_EXAMPLE": "it rises",
}


def test_what_is_revealed(nb):
    assert {name: getattr(questions, name).right() for name in ANSWERS} == ANSWERS
    assert [questions.CROSSED.right(count) for count in (nb["crossed"], lambda num_examples, h: 4)] == [9, 4]
