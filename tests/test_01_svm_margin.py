"""Notebook 01: the lecture's numbers, what the pictures hold, and what the sentences say."""

import json
import re
from itertools import combinations, product

import numpy as np
import pytest
from conftest import NOTEBOOKS
from sklearn.svm import SVC, LinearSVC

from lecture_support.data import LABELS, SCORES
from lecture_support.gradients import numerical_gradient
from lecture_support.lessons.svm_margin.exercises import (
    BAND_WIDTH,
    MEAN_HINGE_LOSS,
)
from lecture_support.losses import hinge_terms, svm_loss


@pytest.fixture(scope="module")
def notebook(run_notebook):
    return run_notebook(1)


@pytest.fixture
def at(notebook):
    """Set a panel to its start with changes; after the test all panels are back at their start."""
    touched = []

    def move(name, **values):
        panel = notebook[name]
        touched.append(panel)
        return panel.set(**(panel.states["start"] | values))

    yield move
    for panel in touched:
        panel.set(**panel.states["start"])


@pytest.fixture(scope="module")
def cell():
    """The stored output of a code cell, or the source of a markdown cell, as one string."""
    (path,) = (path for path in NOTEBOOKS if path.name.startswith("01_"))
    cells = {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}

    def text(cell_id):
        if cells[cell_id]["cell_type"] == "markdown":
            return "".join(cells[cell_id]["source"])
        return "".join(
            "".join(output.get("text", output.get("data", {}).get("text/plain", "")))
            for output in cells[cell_id]["outputs"]
        )

    return text


def number_after(words, sentence):
    """The number that follows `words` in a sentence."""
    return float(re.search(re.escape(words) + r" ?(-?[\d.]+(?:e[+-]?\d+)?)", sentence)[1].rstrip("."))


# --- 1.1 the margin


def test_by_hand_the_point_sits_on_the_edge_and_2w_halves_the_band(cell):
    first, second = cell("margin-by-hand").splitlines()
    assert first == "1w: score 1.00, distance to the line 1.00, width of the band 2.00"
    assert second == "2w: score 2.00, distance to the line 1.00, width of the band 1.00"


def test_the_noodles_can_be_parted_and_start_at_a_loss_of_one(notebook):
    X2, t = notebook["X2"], notebook["t"]
    assert X2.shape == (60, 3) and sorted(set(t)) == [-1, 1] and (t == 1).sum() == 30
    assert notebook["binary_hinge"](np.zeros((1, 3)), X2, t)[0] == 1
    assert (t * SVC(kernel="linear", C=1e6).fit(X2[:, :2], t).decision_function(X2[:, :2]) > 0.99).all()


def test_two_class_hinge_has_the_right_gradient_and_is_the_multiclass_loss_of_two_rows(notebook):
    X2, t, binary_hinge = notebook["X2"], notebook["t"], notebook["binary_hinge"]
    rng = np.random.default_rng(1)
    for _ in range(5):
        W = rng.normal(size=(2, 3))
        difference = W[1:] - W[:1]
        loss, dW = binary_hinge(difference, X2, t)
        assert loss == pytest.approx(svm_loss(W, X2, (t + 1) // 2)[0])
        assert dW == pytest.approx(numerical_gradient(lambda V: binary_hinge(V, X2, t)[0], difference), abs=1e-8)


@pytest.mark.parametrize("reg", [0.001, 0.01, 0.1, 0.5])
def test_line_band_arrow_and_rings_are_those_of_w(notebook, at, reg):
    sentence = at("margin_panel", reg=reg, step_size=0.1)
    w0, w1, b = W = notebook["walk"](reg, 0.1, 60).W[-1][0]
    view, length = notebook["margin_view"], np.hypot(w0, w1)
    s = notebook["X2"] @ W
    for artist, level in zip(view.plane.lines + view.plane.edges, (0, 1, -1), strict=True):
        x1, x2 = artist.get_data()
        assert w0 * x1 + w1 * x2 + b == pytest.approx(np.full(len(x1), level), abs=1e-9)
        assert np.hypot(x1[-1] - x1[0], x2[-1] - x2[0]) > 20
    near, far = (np.column_stack(artist.get_data()) for artist in view.plane.edges)
    width = np.linalg.norm(near[:, None] - far[None], axis=2).min()
    assert width == pytest.approx(2 / length, rel=1e-6)
    assert number_after("2/‖w‖ =", sentence) == pytest.approx(width, rel=6e-3)
    foot, tip = np.array(view.arrow._posA_posB)
    assert W @ [*foot, 1] == pytest.approx(0, abs=1e-9) and W @ [*tip, 1] == pytest.approx(1)
    assert np.linalg.norm(tip - foot) == pytest.approx(1 / length)
    ringed = view.plane.rings.get_xydata()
    assert {tuple(x) for x in ringed} == {tuple(x) for x in notebook["points"][notebook["t"] * s < 1.01]}
    assert f"not clear of their edge (ringed): {len(ringed)} of 60." in sentence


def test_plane_colours_the_sides_and_pales_the_band(notebook, at):
    at("margin_panel")
    view = notebook["margin_view"]
    s = notebook["grid"] @ notebook["walk"](0.01, 0.5, 60).W[-1][0]
    shown = view.plane.regions.get_array().reshape(-1, 4)[:, :3]
    for side, inside in product((s > 0, s <= 0), (np.abs(s) < 1, np.abs(s) >= 1)):
        assert len(np.unique(shown[side & inside], axis=0)) == 1
    assert len(np.unique(shown, axis=0)) == 4
    assert shown[np.abs(s) < 1].min() > shown[np.abs(s) >= 1].min()
    assert shown[s > 1.1].mean(axis=0).argmax() == 2  # blue where jjamppong wins


def test_hinge_points_lie_on_the_hinge_and_the_dot_on_the_curve(notebook, at):
    sentence = at("margin_panel", reg=0.5, step_size=0.1, iteration=40)
    view, path = notebook["margin_view"], notebook["walk"](0.5, 0.1, 60)
    right_side = notebook["t"] * (notebook["X2"] @ path.W[40][0])
    for line, side in zip(view.hinges, (1, -1), strict=True):
        x, y = line.get_data()
        assert x == pytest.approx(right_side[notebook["t"] == side])
        assert y == pytest.approx(np.maximum(0, 1 - x)) and y.max() > 0.1
    assert view.curve.line.get_ydata() == pytest.approx(path.loss)
    assert view.curve.dot.get_xydata() == pytest.approx(np.array([[40, path.loss[40]]]))
    hinge, penalty = number_after("Hinge loss", sentence), number_after("penalty", sentence)
    assert hinge == pytest.approx(np.maximum(0, 1 - right_side).mean(), rel=6e-3)
    assert penalty == pytest.approx(0.5 * (path.W[40][0, :2] ** 2).sum(), rel=6e-3)
    assert hinge + penalty == pytest.approx(path.loss[40], rel=1e-2)


def test_what_is_off_the_scale_waits_at_its_edge(notebook):
    view, widths = notebook["margin_view"], np.array([0.5, 100, 0])
    try:
        side, far, curve = np.linspace(-9, 9, 60), np.linspace(0, 9, 60), ([0, 7], [1e9, 1e-9], 0)
        nowhere, lines, ends = np.zeros(180**2, int), np.zeros((3, 1, 2)), np.array([[0, 0], [1.5, 0]])
        view.update((nowhere, nowhere, [], lines[:1], lines[:2]), ends, side, far, curve)
        x, y = np.column_stack([line.get_data() for line in view.hinges])
        assert (x.min(), x.max(), y.min(), y.max()) == (-3, 5, 0, 4)
        assert view.arrow.get_visible() and view.arrow_name.get_visible()  # it points along an axis
        assert view.curve.line.get_xydata() == pytest.approx(np.array([[0, 100], [7, 0.01]]))
        assert view.curve.dot.get_xydata() == pytest.approx(np.array([[0, 100]]))
        bands = notebook["plane_view"]
        bands.update((nowhere, nowhere, [], lines, np.zeros((6, 1, 2))), widths, curve)
        assert [bar.get_width() for bar in bands.bars] == pytest.approx([0.5, 4.8, 0])
        assert [number.get_text() for number in bands.numbers] == ["0.5", "100", "no band"]
        ledger, plane = notebook["ledger_view"], (nowhere, nowhere, [], lines, np.zeros((6, 1, 2)))
        ledger.update(plane, 0, 0, np.zeros((9, 3)), np.array([0, 3.4, 12345]), np.zeros((3, 3)))
        assert [bar.get_height() for bar in ledger.terms] == [0, 3.3, 3.3]
        assert [number.get_position()[1] for number in ledger.term_numbers] == [0, 3.3, 3.3]
        assert [number.get_text() for number in ledger.term_numbers] == ["own", "3.4", "1e+04"]
    finally:
        for name in ("margin_panel", "plane_panel", "ledger_panel"):
            notebook[name].set(**notebook[name].states["start"])


def test_more_lambda_gives_a_wider_band_with_more_examples_in_it(at):
    sentences = [at("margin_panel", reg=reg, step_size=0.1) for reg in (0.01, 0.05, 0.2, 0.5, 1.0)]
    widths = [number_after("2/‖w‖ =", sentence) for sentence in sentences]
    counts = [int(re.search(r"(\d+) of 60", sentence)[1]) for sentence in sentences]
    assert widths == sorted(widths) and counts == sorted(counts) and counts[-1] > 5 * counts[0]


def test_the_margins_prose_states_what_the_panel_shows(notebook, at, cell):
    assert "0.125 wide" in cell("margin-seen") and "it is 1.12 wide" in cell("margin-seen")
    assert number_after("2/‖w‖ =", at("margin_panel", reg=0.0, step_size=10.0)) == 0.125
    assert number_after("2/‖w‖ =", at("margin_panel", step_size=10.0)) == 1.12
    assert number_after("2/‖w‖ =", at("margin_panel")) == pytest.approx(1.3, abs=0.01)
    near = [
        eta
        for eta in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
        if abs(2 / np.linalg.norm(notebook["walk"](0.01, eta, 1).W[-1][0, :2]) - 1.3) < 0.1
    ]
    assert near and max(near) < 0.5  # the "Try" has an answer


def test_a_small_penalty_comes_to_rest_at_the_widest_band_there_is(notebook):
    X2, t = notebook["X2"], notebook["t"]
    widest = SVC(kernel="linear", C=1e6).fit(X2[:, :2], t)
    assert 2 / np.linalg.norm(widest.coef_) == pytest.approx(1.29, abs=0.005)
    W = notebook["walk"](0.01, 0.5, 60).W[-1][0]
    assert 2 / np.linalg.norm(W[:2]) == pytest.approx(1.3, abs=0.01)
    ringed = np.flatnonzero(t * (X2 @ W) < 1.01)
    assert set(widest.support_) <= set(ringed) and len(ringed) <= 5


def test_a_step_that_is_too_large_says_so(at):
    assert "given up at update" in at("margin_panel", reg=0.5, step_size=5.0)
    assert "multiplies W by 1 − 2ηλ = -4 at every step" in at("margin_panel", reg=0.5, step_size=5.0, iteration=4)
    assert "Beware" not in at("margin_panel", reg=0.1, step_size=0.5)
    assert "there is no line yet" in at("margin_panel", iteration=0)
    assert "No example costs anything" in at("margin_panel", reg=0.0)
    assert "1 example each" in at("margin_panel", batch_size=1)


# --- 1.2 to 1.5 the loss


def test_the_slides_table(notebook, cell):
    assert notebook["losses"] == pytest.approx([2.9, 0, 12.9])
    assert cell("hinge-code").splitlines() == [
        "cat image: 2.9000",
        "car image: 0.0000",
        "frog image: 12.9000",
        "mean: 5.2667",
    ]
    assert hinge_terms(SCORES, LABELS) == pytest.approx(np.array([[0, 2.9, 0], [0, 0, 0], [6.3, 6.6, 0]]))
    for number in ("2.9", "−3.9", "−2.6", "−1.9", "6.3 + 6.6 = **12.9**", "**5.2667**"):
        assert number in cell("hinge-idea")
    arguments = SCORES - SCORES[[0, 1, 2], LABELS][:, None] + 1
    assert arguments == pytest.approx(np.array([[1, 2.9, -3.9], [-2.6, 1, -1.9], [6.3, 6.6, 1]]))


def test_the_students_code_is_the_slides_and_equals_the_helper(notebook):
    rng = np.random.default_rng(0)
    for _ in range(20):
        W, x, y = rng.normal(size=(4, 5)), rng.normal(size=5), rng.integers(4)
        assert notebook["L_i_vectorized"](x, y, W) == pytest.approx(svm_loss(W, x[None], np.array([y]))[0])


def test_maximum_gives_the_two_arrays_of_the_notes(notebook, cell):
    assert notebook["first"].tolist() == [6, 4, 5]
    assert notebook["second"].tolist() == [[5, 10], [3, 14]]
    assert "np.maximum(0, ·): [6.3 6.6 1. ]   np.max(·): 6.6" in cell("maximum")


def test_full_loss_and_gradient_of_the_three_images(notebook, cell):
    W, images = notebook["W"], np.eye(3)
    assert notebook["full_loss"](W, images, LABELS) == pytest.approx(5.2667, abs=5e-5)
    assert notebook["loss"] == pytest.approx(5.2667, abs=5e-5)
    assert 3 * notebook["dW"] == pytest.approx(np.array([[-1, 0, 1], [1, 0, 1], [0, 0, -2]]))
    assert numerical_gradient(lambda V: notebook["full_loss"](V, images, LABELS), W) == pytest.approx(notebook["dW"])
    assert cell("full-loss-code").splitlines()[-1] == "right"


def test_doubling_w(cell, notebook):
    lines = cell("two-w-code").splitlines()
    assert lines[0] == "1W: cat  2.9, car 0.0, frog 12.9, mean 5.2667"
    assert lines[1] == "2W: cat  4.8, car 0.0, frog 23.8, mean 9.5333"
    assert "hinge loss 0.0, band 1.29" in lines[2] and "hinge loss 0.0, band 0.64" in lines[3]
    assert notebook["binary_hinge"](100 * notebook["W_zero_loss"], notebook["X2"], notebook["t"])[0] == 0
    doubled = 2 * SCORES[1] - 2 * SCORES[1, 1] + 1
    assert doubled[[0, 2]] == pytest.approx([-6.2, -4.8]) and "−6.2 and −4.8" in cell("two-w-seen")


# --- 1.3 the questions


def test_questions_one_to_three(notebook, cell):
    assert notebook["q1"] == pytest.approx([2.9, 0, 12.9])
    lines = cell("questions-one-to-three").splitlines()
    assert lines[1:4] == [
        "Q2: frog score -3.1: loss 12.9",
        "Q2: frog score -100: loss 206.7",
        "Q2: frog score -10000: loss 20006.7",
    ]
    assert lines[4:] == ["Q3: 3 classes: 2.0000", "Q3: 10 classes: 9.0000"]
    assert "by 1.9, to 3.0" in cell("answers-one-to-three")
    for change, costs in ((-1.89, False), (-1.91, True)):
        scores = SCORES + change * (np.arange(9).reshape(3, 3) == 4)
        assert (hinge_terms(scores, LABELS)[1].sum() > 0) == costs


def test_questions_four_to_six_and_the_runner_up(notebook, cell):
    expected = {
        "hinge, as on the slide": ([2.9, 0, 12.9], 5.2667),
        "Q4 sum over all j": ([3.9, 1, 13.9], 6.2667),
        "Q5 mean over wrong j": ([1.45, 0, 6.45], 2.6333),
        "Q6 squared": ([8.41, 0, 83.25], 30.5533),
        "runner-up only": ([2.9, 0, 6.6], 3.1667),
    }
    assert notebook["variants"].keys() == expected.keys()
    for name, (each, mean) in expected.items():
        assert notebook["variants"][name] == pytest.approx(each)
        assert notebook["variants"][name].mean() == pytest.approx(mean, abs=5e-5)
        assert f"mean {mean:7.4f}" in cell("questions-four-to-six")
    for number in ("6.2667", "2.6333", "30.5533", "83.25", "2.9, 0, 6.6, mean 3.1667"):
        assert number in cell("answers-four-to-six")


@pytest.mark.parametrize(
    ("values", "losses", "mean"),
    [
        ({}, (2.9, 0, 12.9), "5.2667"),
        ({"change": -0.5}, (2.9, 0, 12.9), "5.2667"),
        ({"change": -2.0}, (2.9, 0.1, 12.9), "5.3"),
        ({"scale": 2.0}, (4.8, 0, 23.8), "9.5333"),
        ({"scale": 0.0}, (2, 2, 2), "2"),
        ({"delta": 0.0}, (1.9, 0, 10.9), "4.2667"),
        ({"kind": "all j (Q4)"}, (3.9, 1, 13.9), "6.2667"),
        ({"kind": "mean over j (Q5)"}, (1.45, 0, 6.45), "2.6333"),
        ({"kind": "squared (Q6)"}, (8.41, 0, 83.25), "30.553"),
        ({"kind": "runner-up only"}, (2.9, 0, 6.6), "3.1667"),
    ],
)
def test_score_panel_bars_and_sentence(notebook, at, values, losses, mean):
    sentence = at("score_panel", **values)
    view = notebook["score_view"]
    for i, loss in enumerate(losses):
        height = sum(bars[i].get_height() for bars in view.bars)
        assert height == pytest.approx(min(loss, view.TOP))
        assert view.totals[i].get_text() == f"{loss:.4g}"
    assert f"Cat image {losses[0]:.4g}, car image {losses[1]:.4g}, frog image {losses[2]:.4g}; mean {mean}." in sentence
    assert view.mean_text.get_text() == f"mean {mean}"
    assert view.mean_line.get_ydata()[0] == pytest.approx(min(sum(losses) / 3, view.TOP), abs=1e-3)


@pytest.mark.parametrize(("change", "scale", "delta"), [(0, 1, 1), (-3, 1.5, 0.5), (1, 2, 3)])
def test_score_panel_marks_grey_zones_and_costs(notebook, at, change, scale, delta):
    at("score_panel", change=change, scale=scale, delta=delta)
    view = notebook["score_view"]
    scores = (SCORES + change * (np.arange(9).reshape(3, 3) == 4)) * scale
    for j, mark in enumerate(view.marks):
        assert mark.get_xdata() == pytest.approx(scores[:, j])
    assert view.correct.get_xdata() == pytest.approx(scores[[0, 1, 2], LABELS])
    terms = hinge_terms(scores, LABELS, delta)
    for i, j in product(range(3), repeat=2):
        needed = scores[i, LABELS[i]] - delta
        assert view.zones[i].get_x() == pytest.approx(needed)
        assert list(view.needed[i].get_xdata()) == pytest.approx([needed] * 2)
        drawn = view.costs[i][j].get_xdata()
        assert (drawn[1] - drawn[0] if len(drawn) else 0) == pytest.approx(terms[i, j])
    at("score_panel", kind="all j (Q4)", change=change, scale=scale, delta=delta)
    assert not any(len(view.costs[i][LABELS[i]].get_xdata()) for i in range(3))  # the correct class is no wrong one
    left = view.marks[0].axes.get_xlim()
    assert left[0] + 1 < scores.min() and scores.max() < left[1] - 1


# --- 1.6 three classes in the plane


def test_bands_run_where_the_scores_say(notebook, at):
    sentence = at("plane_panel")
    view, W = notebook["plane_view"], notebook["walk3"](0.01, 0.5, 60).W[-1]
    for artist, ((i, j), level) in zip(
        view.plane.lines + view.plane.edges,
        [(pair, 0) for pair in view.PAIRS] + [(pair, level) for pair in view.PAIRS for level in (1, -1)],
        strict=True,
    ):
        places = artist.get_xydata()
        scores = notebook["add_bias"](places) @ W.T
        assert len(places) > 50
        assert scores[:, i] - scores[:, j] == pytest.approx(np.full(len(places), level), abs=1e-9)
        assert (scores[:, 3 - i - j] <= np.minimum(scores[:, i], scores[:, j])).all()
    for bar, number, (i, j) in zip(view.bars, view.numbers, view.PAIRS, strict=True):
        width = 2 / np.hypot(*(W[i, :2] - W[j, :2]))
        assert bar.get_width() == pytest.approx(width) and width > 0.5
        assert number.get_text() == f"{width:.3g}" and f"{i}|{j} {width:.3g}" in sentence


def test_plane_panel_counts_rings_and_parts(notebook, at):
    sentence = at("plane_panel", reg=0.2, step_size=0.1, iteration=100)
    view, W = notebook["plane_view"], notebook["walk3"](0.2, 0.1, 60).W[100]
    X3, y3 = notebook["X3"], notebook["y3"]
    loss = svm_loss(W, X3, y3)[0]
    costs = hinge_terms(X3 @ W.T, y3).sum(axis=1) > 0
    assert {tuple(x) for x in view.plane.rings.get_xydata()} == {tuple(x) for x in X3[costs, :2]}
    assert f"Examples with a cost (ringed): {costs.sum()} of 60" in sentence
    assert number_after("Data loss", sentence) == pytest.approx(loss, rel=6e-3)
    assert number_after("penalty", sentence) == pytest.approx(0.2 * (W[:, :2] ** 2).sum(), rel=6e-3)
    assert view.curve.dot.get_ydata()[0] == pytest.approx(loss + 0.2 * (W[:, :2] ** 2).sum())


def test_an_example_clear_of_all_bands_in_its_own_region_costs_nothing(notebook):
    W, X3, y3 = notebook["walk3"](0.01, 0.5, 60).W[-1], notebook["X3"], notebook["y3"]
    classes, inside, _, _ = notebook["bands"](W, X3, ((0, 1), (0, 2), (1, 2)))
    costs = hinge_terms(X3 @ W.T, y3).any(axis=1)
    assert (costs == (inside | (classes != y3))).all() and 0 < costs.sum() < 60


def test_plane_panel_before_the_first_update_and_with_more_lambda(notebook, at):
    sentence = at("plane_panel", iteration=0)
    assert "no bands yet" in sentence and "Data loss 2 + penalty 0 = 2." in sentence
    widths = []
    for reg in (0.01, 0.1, 0.5, 2.0):
        at("plane_panel", reg=reg, step_size=0.1)
        widths.append([bar.get_width() for bar in notebook["plane_view"].bars])
    assert (np.diff(widths, axis=0) > 0).all()
    W, strong = (notebook["walk3"](reg, 0.1, 60).W[-1] for reg in (0.01, 0.2))
    right, still = ((notebook["X3"] @ V.T).argmax(axis=1) == notebook["y3"] for V in (W, strong))
    assert (right & ~still).any()  # the "Try" has an answer


# --- 1.7 the ledger


def test_ledger_at_the_demos_weights(notebook, cell):
    assert notebook["ledger"].tolist() == [
        [1, 0, -1],
        [1, 0, -1],
        [0, 0, 0],
        [-1, 1, 0],
        [-1, 1, 0],
        [0, 0, 0],
        [0, -1, 1],
        [0, -1, 1],
        [0, -1, 1],
    ]
    assert cell("ledger-code").splitlines()[-1] == "data loss 0.645 + penalty 1.925 = 2.570"
    assert "0.645 (data) + 1.925 (penalty" in cell("ledger-idea")


def test_ledger_is_minus_the_gradient_at_any_weights(notebook):
    X9, y9, rng = notebook["X9"], notebook["y9"], np.random.default_rng(3)
    for _ in range(5):
        W = rng.normal(size=(3, 3))
        ledger = notebook["ledger_of"](W, X9, y9)
        assert (ledger.sum(axis=1) == 0).all()
        numerical = numerical_gradient(lambda V: svm_loss(V, X9, y9)[0], W)
        assert -ledger.T @ X9 / 9 == pytest.approx(numerical, abs=1e-8)


def test_at_the_minimum_the_ledger_balances_the_penalty(notebook):
    X3, y3, reg = notebook["X3"], notebook["y3"], 10.0
    W = notebook["walk3"](reg, 0.02, 60).W[-1]
    balance = notebook["ledger_of"](W, X3, y3).T @ X3 / 60
    assert 2 * reg * W[:, :2] == pytest.approx(balance[:, :2])
    assert balance[:, 2] == pytest.approx(np.zeros(3))


@pytest.mark.parametrize(("example", "iteration", "reg"), [(0, 0, 0.1), (2, 0, 0.1), (8, 0, 0.1), (0, 100, 0.2)])
def test_ledger_panel_shows_one_example_in_full(notebook, at, example, iteration, reg):
    sentence = at("ledger_panel", example=example, iteration=iteration, reg=reg)
    view, X9, y9 = notebook["ledger_view"], notebook["X9"], notebook["y9"]
    W = notebook["walk9"](reg, 0.1, 9).W[iteration]
    terms, own = hinge_terms(X9 @ W.T, y9), y9[example]
    heights = [bar.get_height() for bar in view.terms]
    assert heights == pytest.approx(np.minimum(terms[example], 3.3))
    texts = [number.get_text() for number in view.term_numbers]
    assert texts == ["own" if j == own else f"{terms[example, j]:.3g}" for j in range(3)]
    violated = terms[example] > 0
    for k, bars in enumerate(view.additions):
        expected = np.where(violated, -X9[example, k], 0)
        expected[own] = violated.sum() * X9[example, k]
        assert [bar.get_height() for bar in bars] == pytest.approx(expected)
    for i, entries in enumerate(view.entries):
        for j, entry in enumerate(entries):
            count = (terms[i] > 0).sum() if j == y9[i] else -int(terms[i, j] > 0)
            assert entry.get_text() == {0: "0", 1: "+x", -1: "−x", 2: "+2x"}[int(count)]
            assert view.table.get_array()[i, j] == count
    assert view.plane.rings.get_xydata() == pytest.approx(X9[[example], :2])
    assert f"examples with entries: {(terms.sum(axis=1) > 0).sum()} of 9;" in sentence
    assert f"costs {terms[example].sum():.3g} and adds" in sentence
    assert (
        f"{violated.sum():+d} x to row {own}" in sentence if violated.any() else "adds nothing to any row" in sentence
    )


def test_ledger_says_the_rate_of_its_batch_and_empties_without_a_penalty(at):
    assert "times η/9 = 0.0111" in at("ledger_panel", iteration=0)
    assert "times η/2 = 0.25" in at("ledger_panel", batch_size=2, step_size=0.5)
    emptied = at("ledger_panel", reg=0.0, step_size=1.0, iteration=100)
    assert "examples with entries: 0 of 9; data loss 0, objective 0." in emptied


# --- 1.8 Δ against λ, 1.9 the delete test


def test_delta_and_lambda_do_one_job(notebook, cell):
    for line in cell("delta-code").splitlines():
        left, right = line.split(": ")[1].split(" = ")
        assert left == right
    assert notebook["far"] == pytest.approx(4 * np.array(notebook["near"]))
    first, second = cell("best-line").splitlines()
    assert first.split(":")[1].strip() == second.split(":")[1].strip()
    everyone = notebook["everyone"]
    same_reg, _ = notebook["best_line"](everyone, 0.02, 1 / 60)
    assert notebook["far"] != pytest.approx(4 * np.array(same_reg), rel=0.05)


@pytest.mark.parametrize("reg", [0.001, 0.01, 0.1, 1.0])
def test_best_line_is_that_of_scikit_learn(notebook, reg):
    X2, t = notebook["X2"], notebook["t"]
    w, pull = map(np.array, notebook["best_line"](notebook["everyone"], reg, 1 / 60))
    oracle = LinearSVC(
        loss="hinge", C=1 / (2 * reg * 60), fit_intercept=False, tol=1e-9, max_iter=10**6, random_state=0
    )
    assert w == pytest.approx(oracle.fit(X2, t).coef_[0], abs=1e-5)
    assert 2 * reg * w == pytest.approx((pull * t) @ X2)
    right_side = t * (X2 @ w)
    assert (right_side[pull > 1e-9] < 1 + 1e-8).all() and (right_side[pull <= 1e-9] > 1 - 1e-8).all()
    assert pull[right_side < 1 - 1e-6] == pytest.approx(1 / 60)
    assert 0 <= pull.min() and pull.max() <= 1 / 60


REGS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


@pytest.mark.parametrize("reg", REGS)
def test_deleting_all_without_a_pull_leaves_w_if_the_share_is_kept(notebook, at, reg):
    assert "W stays: no weight moves by more than 1e−8" in at("delete_panel", strength=reg)
    view = notebook["delete_view"]
    assert view.after.lines[0].get_xydata() == pytest.approx(view.before.lines[0].get_xydata(), abs=1e-6)
    gone = view.gone.get_xydata()
    left = np.concatenate([points.get_xydata() for points in view.after.points])
    assert len(gone) + len(left) == 60 and len(gone) > 0
    W = np.array(notebook["best_line"](notebook["everyone"], reg, 1 / 60)[0])
    t = {tuple(x): side for x, side in zip(notebook["points"], notebook["t"], strict=True)}
    assert all(t[tuple(x)] * (W @ [*x, 1]) > 1 - 1e-8 for x in gone)


def test_deleting_with_another_share_or_an_example_that_pulls_moves_w(notebook, at):
    view = notebook["delete_view"]
    for values, left in (
        ({"keep": False}, "16 are left, each with the share 1/16"),
        ({"delete": "one that pulls"}, "59 are left, each with the share 1/60"),
    ):
        sentence = at("delete_panel", **values)
        before, after = (plane.lines[0].get_xydata() for plane in (view.before, view.after))
        assert np.abs(after - before).max() > 0.01
        assert view.old_line.get_xydata() == pytest.approx(before)
        assert "W moves by up to" in sentence and left in sentence
    was, now = re.search(r"was ([\d.]+) wide and is now ([\d.]+) wide", at("delete_panel", keep=False)).groups()
    assert float(now) < float(was)
    assert "W stays" in at("delete_panel", strength=0.001, keep=False)


def test_raising_lambda_as_well_brings_w_back(notebook, cell):
    assert notebook["rescaled"] == pytest.approx(notebook["row"])
    assert notebook["balance"] == pytest.approx(notebook["row"])
    assert len({line.split(":")[1].strip() for line in cell("delete-rescaled").splitlines()}) == 1
    assert len(notebook["kept"]) == 16


# --- 1.10 corrections


def test_where_the_slides_are_wrong(cell):
    assert cell("corrections").splitlines() == [
        "frog image without the + 1: 10.9, and the mean then: 4.6",
        "frog image: 12.9, mean: 5.2667",
        "at W = 0: hinge loss 2, penalty 0",
    ]
    for words in ("10.9 and the mean 4.6", "**12.9** and **5.27**", "**C − 1**"):
        assert words in cell("corrections-text")


def test_tours_visit_every_state(notebook, cell):
    for name in ("margin", "score", "plane", "ledger", "delete"):
        lines = cell(f"{name}-tour").splitlines()
        assert [line.split(": ")[0] for line in lines] == list(notebook[f"{name}_panel"].states)
        assert all(one != other for one, other in combinations(lines, 2))


# --- predictions and exercises


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("band_question", "wider, more in it"),
        ("no_penalty_question", "no"),
        ("q1_question", "the same"),
        ("q2_question", "0 and no limit"),
        ("q3_question", 9),
        ("q4_question", "each loss rises by 1, same best W"),
        ("q5_question", "the same, if λ changes too"),
        ("q6_question", "another loss, another best W"),
        ("doubled_question", pytest.approx(9.5333, abs=5e-5)),
        ("no_margin_question", "the cat and the frog image"),
        ("penalty_of_2w_question", "four times as large"),
        ("inside_question", "always more than 0"),
        ("ledger_question", "none"),
        ("delta_question", "0.08"),
        ("delete_question", 44),
        ("share_question", "narrower"),
    ],
)
def test_predictions_compute_the_lectures_answers(notebook, name, answer):
    (reveal,) = notebook[name]._reveals
    assert reveal._answer() == answer


def test_a_doubled_loss_is_a_wrong_prediction_of_the_loss_at_2w(notebook):
    question = notebook["doubled_question"]
    assert abs(2 * 5.2667 - 9.5333) > question.tolerance * 9.5333 > abs(9.5 - 9.5333)


def test_reveals_work_where_they_stand():
    """A student who runs one cell after the other can open each reveal before the cells below it have run."""
    (path,) = (path for path in NOTEBOOKS if path.name.startswith("01_"))
    namespace, opened = {"__name__": "__main__"}, 0
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not cell["id"].endswith(("-show", "-tour")):
            exec(source, namespace)
            if ".reveal(" in source:
                name = re.search(r"^(\w+)\.reveal\(", source, re.M)[1]
                assert namespace[name]._reveals[0]._answer() is not None
                opened += 1
    assert opened == 16


def test_the_lectures_wrong_means_come_from_the_known_mistakes():
    means = [mistake.function(SCORES.T, np.eye(3), LABELS) for mistake in MEAN_HINGE_LOSS.known]
    for number in (4.2667, 6.2667, 15.8, 3.1667, 2.6333, 1.7556, 30.5533):
        assert any(mean == pytest.approx(number, abs=5e-5) for mean in means)


def test_the_solution_of_the_band_is_measured_in_the_plane(notebook):
    W = notebook["walk3"](0.01, 0.5, 60).W[-1]
    near, far = (notebook["across"](W[0] - W[1], level) for level in (1, -1))
    shortest = np.linalg.norm(near[:, None] - far[None], axis=2).min()
    assert BAND_WIDTH.right(W, 0, 1) == pytest.approx(shortest, rel=1e-6)


def test_the_exercise_comes_before_the_code_that_answers_it():
    (path,) = (path for path in NOTEBOOKS if path.name.startswith("01_"))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    order = [cell["id"] for cell in cells]
    for asked, shown in (
        ("my-support-vectors", "margin-panel"),
        ("my-l-i-vectorized", "hinge-code"),
        ("my-mean-hinge-loss", "full-loss-code"),
        ("my-hinge-gradient", "full-loss-code"),
        ("my-band-width", "plane-panel"),
        ("my-ledger-row", "ledger-code"),
        ("ask-q6", "answers-one-to-three"),
    ):
        assert order.index(asked) < order.index(shown)
    assert all("not written yet." in "".join(c["outputs"][0]["text"]) for c in cells if c["id"].startswith("my-"))
