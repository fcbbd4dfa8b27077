"""Notebook 3: the lecture's softmax numbers, what the panels' figures and sentences show, and what the text says."""

import re
from math import exp, log, log2, log10

import numpy as np
import pytest
from conftest import lesson_panels, run
from lesson import Cells, moved, numbers

from lecture_support.data import LABELS, SCORES, add_bias, blobs, digits
from lecture_support.lessons.softmax import questions
from lecture_support.lessons.softmax.figures import JiggleFigure, ScoreStepFigure, StagesFigure, shaded, share
from lecture_support.lessons.softmax.panels import CAT, confidence_panel, hinge_of, score_slopes, softmax_of
from lecture_support.losses import hinge_terms, probabilities, softmax_loss, svm_loss
from lecture_support.penalties import l2, objective

CELLS = Cells("softmax")
text = CELLS.text
POINTS, Y = blobs(num_per_class=50)
X = add_bias(POINTS)


def at(name, **values):
    return moved("softmax", name, **values)


def printed(cell):
    return CELLS.printed(cell).splitlines()


def heights(bars):
    return [bar.get_height() for bar in bars.bars]


# Stages, likelihood, limits


def test_the_cat_column_stage_by_stage():
    lines = printed("stages-code")
    assert numbers(lines[0]) == [24.5325, 164.0219, 0.1827, 188.74]
    assert numbers(lines[1]) == [0.130, 0.869, 0.001] and numbers(lines[2]) == [2.0404]
    assert log(sum(map(exp, CAT))) - 3.2 == pytest.approx(2.0404, abs=5e-5)
    for number in ("24.53", "164.02", "0.1827", "188.74", "0.869", "**2.0404**"):
        assert number in text("stages-formula")


def test_the_likelihood_of_the_three_images_and_their_mean_loss():
    lines = printed("likelihood-code")
    assert [numbers(line)[-1] for line in lines[:3]] == [2.0404, 0.0791, 6.1565]
    assert numbers(lines[4]) == [2.7587, 3, 2.7587]  # -ln(likelihood) / 3
    p = probabilities(SCORES)[range(3), LABELS]
    assert numbers(lines[3]) == [pytest.approx(p.prod(), abs=5e-7)]
    assert p.prod() == pytest.approx(exp(-3 * 2.7587), rel=1e-3)
    assert softmax_loss(SCORES.T, np.eye(3), LABELS)[0] == pytest.approx(2.7587, abs=5e-5)
    assert (0.4**1000, round(-log(0.002), 1), round(-log(0.02), 1)) == (0, 6.2, 3.9)


def test_the_stages_are_on_the_picture():
    view, _ = at("stages_panel")
    assert heights(view.exp) == pytest.approx([24.5325, 164.0219, 0.1827], abs=1e-4)
    assert heights(view.probabilities) == pytest.approx([0.1300, 0.8690, 0.0010], abs=5e-5)
    assert heights(view.losses) == pytest.approx([2.0404, 0.1404, 6.9404], abs=5e-5)
    view, sentence = at("stages_panel", correct=2)
    assert [bar.get_alpha() for bar in view.losses.bars] == [0.25, 0.25, 1] and "6.9404 nats" in sentence


@pytest.mark.parametrize(
    ("p", "words"), [(5e-4, "0.001"), (4.99e-4, "<.001"), (5.2e-4, "0.001"), (0.9994, "0.999"), (0.9995, ">.999")]
)
def test_where_a_probability_is_no_longer_written_in_digits(p, words):
    assert share(p) == words


def test_small_numbers_of_bars_are_written_with_a_power():
    values = np.array([0.005, 0.0052, 1.0])
    stages, step = StagesFigure("abc"), ScoreStepFigure("abc", np.zeros(3))
    stages.update(values, values, values, values, 0)
    assert [text.get_text() for text in stages.losses.numbers] == ["5e−3", "0.01", "1.00"]
    step.update(values, values, -values, values, 0)
    assert [text.get_text() for text in step.softmax.numbers] == ["−5e−3", "−0.01", "−1.00"]
    step.update(np.array([-0.5, 0, 2]), values, values, values, 0)
    assert [text.get_position()[1] for text in step.scores.numbers] == [0.2, 0.2, 2.2]  # never on a line of the start


def test_a_loss_on_the_edge_of_the_log_axis_is_drawn():
    figure, edge = JiggleFigure(smallest=1e-9), np.array([1e-9, 9e-10])
    figure.update(np.array([0, 1]), edge, edge, 0, edge[0], edge[1], ("", ""))
    for curve in figure.lines[2:]:
        assert curve.get_xydata().tolist() == [[0, 1e-9]]
    assert [len(dot.get_xdata()) for dot in figure.dots[2:]] == [1, 0]


@pytest.mark.parametrize("extremes", [(-6.0, 6.0, 6.0), (6.0, -6.0, -6.0), (6.0, 6.0, 6.0)])
def test_no_bar_leaves_its_axes(extremes):
    view, _ = at("stages_panel", **dict(zip(("cat", "car", "frog"), extremes, strict=True)))
    for stage in view.stages:
        low, high = stage.ax.get_ylim()
        assert all(low <= height <= high for height in heights(stage))


def test_the_limits_and_the_loss_at_the_start():
    lines = [numbers(line) for line in printed("limits-code")]
    assert lines[0][3:] == [1.1, 1.0986] and lines[-2][0] == 20 and 0 < lines[-2][3] < 1e-8 and lines[-2][4] == 20
    assert printed("limits-code")[-1] == "digits, W = 0: 2.3026"
    for classes, loss in ((3, 1.0986), (10, 2.3026)):
        assert softmax_loss(np.zeros((classes, 2)), np.ones((1, 2)), np.array([0]))[0] == pytest.approx(loss, abs=5e-5)
        assert str(loss) in text("limits-seen")


# Shift and overflow


def test_the_naive_formula_overflows_and_the_shift_cures_it():
    naive, safe = printed("overflow-code")
    assert naive.endswith("[ 0.  0. nan]") and safe.endswith("1.00000000e+000]")
    assert exp(709.78) < np.finfo(float).max < exp(709.782) * exp(0.001)


@pytest.mark.parametrize(
    "values, expected",
    [
        ({"shift": -80}, "come out right"),
        ({"shift": -79}, "overflows"),
        ({"shift": -1600}, "0 / 0 is not a number"),
        ({"shift": -1000}, "although 1 exp is 0"),
        ({"shift": -1300}, "although 2 exp values are 0"),
        ({"scores": CAT, "shift": 704}, "come out right"),
        ({"scores": CAT, "shift": 705}, "overflows"),
        ({"scores": CAT, "shift": -748}, "lost their digits"),
    ],
)
def test_what_the_naive_formula_does_at_a_shift(values, expected):
    view, sentence = at("shift_panel", **values)
    assert expected in sentence
    fails = "not a number" in sentence
    assert view.note.get_text().endswith("not a number") is fails
    assert (heights(view.naive) == [0, 0, 0]) is fails is ("nan" in [text.get_text() for text in view.naive.numbers])
    assert all(words in text("overflow-panel-intro") for words in re.findall("come out as (.+?)\\. With", sentence))


def test_the_safe_fractions_do_not_move_with_the_shift():
    for shift in (-1600, -500, 0, 800):
        view, _ = at("shift_panel", scores=CAT, shift=shift)
        assert heights(view.safe) == pytest.approx([0.1300, 0.8690, 0.0010], abs=5e-5)
        assert [dot.get_xdata()[0] for dot in view.dots] == pytest.approx([score + shift for score in CAT])
    view, _ = at("shift_panel", scores=CAT, shift=0)
    assert heights(view.naive) == pytest.approx(heights(view.safe))


def test_nats_bits_and_log10():
    p = exp(3.2) / sum(map(exp, CAT))
    assert (round(-log(p), 4), round(-log2(p), 2), round(-log10(p), 3)) == (2.0404, 2.94, 0.886)
    assert (round(1 / log(2), 4), round(1 / log(10), 4)) == (1.4427, 0.4343)
    assert "1.4427" in text("units") and "0.4343" in text("units")


def test_the_units_panel_marks_all_three_curves_and_compares_with_a_guess():
    view, _ = at("units_panel")
    assert [dot.get_ydata()[0] for dot in view.dots] == pytest.approx([2.0402, 2.9434, 0.8861], abs=5e-5)
    assert [curve.get_ydata()[0] for curve in view.curves] == pytest.approx([log(1000), log2(1000), 3])
    assert view.chance.get_ydata() == pytest.approx(np.log([2, 3, 10, 100, 1000]))
    worse, better = (at("units_panel", p=0.2, num_classes=number)[1] for number in (3, 10))
    assert "worse than a guess" in worse and "1.6094 nats" in worse
    assert "better than a guess" in better and "ln 10 = 2.3026" in better


# The gradient


def test_the_slopes_of_both_losses_along_the_scores():
    s = np.log([0.2, 0.3, 0.5])
    softmax, hinge = score_slopes(s, 1)
    assert softmax == pytest.approx([0.2, -0.7, 0.5]) and hinge.tolist() == [1, -2, 1]
    assert "[0.2, **−0.7**, 0.5]" in text("gradient")
    for loss, slopes in ((softmax_loss, softmax), (svm_loss, hinge)):  # the helper's gradient for x = 1
        assert slopes == pytest.approx(loss(s[:, None], np.ones((1, 1)), np.array([1]))[1][:, 0])


def test_the_slopes_panel_shows_both_slopes_and_walks_downhill():
    assert [heights(at("slopes_panel", num_steps=steps)[0].hinge)[1] for steps in (0, 1, 2)] == [-2, -1, 0]
    for step_size in (1.0, 0.1):
        view, _ = at("slopes_panel", num_steps=1, step_size=step_size)
        assert heights(view.scores) == pytest.approx(np.log([0.2, 0.3, 0.5]) - step_size * np.array([0.2, -0.7, 0.5]))
    view, _ = at("slopes_panel", num_steps=20)
    assert heights(view.hinge) == [0, 0, 0] and min(map(abs, heights(view.softmax))) > 0.01


def test_no_score_leaves_the_slopes_panel():
    for correct in range(3):
        for num_steps in (1, 20):
            view, _ = at("slopes_panel", correct=correct, step_size=10.0, num_steps=num_steps)
            assert max(map(abs, heights(view.scores))) < 7


# The classifier, on the helper's gradient and on the student's


def train(loss, reg, step_size, num_iters=200):
    W = np.zeros((3, 3))
    for _ in range(num_iters):
        W = W - step_size * objective(loss, l2, reg, bias=True)(W, X, Y)[1]
    return W


def without_the_one(W, X, y):
    return probabilities(X @ W.T).T @ X / len(y)


@pytest.mark.parametrize("reg", [0.0, 0.01, 0.1])
def test_the_first_panel_shows_the_descent_by_hand(reg):
    view, sentence = at("confidence_panel", reg=reg)
    W = train(softmax_loss, reg, 0.5)
    p = probabilities(X @ W.T)
    assert heights(view.probabilities) == pytest.approx(p[93])
    total = objective(softmax_loss, l2, reg, bias=True)(W, X, Y)[0]
    assert view.dot.get_xydata() == pytest.approx(np.array([[200, total]]))
    assert view.line.get_ydata()[0] == pytest.approx(log(3)) and len(view.line.get_ydata()) == 201
    shown = view.plane.regions.get_array()
    grid = probabilities(add_bias(view.plane.grid) @ W.T)
    assert np.array_equal(shown, shaded(grid, view.plane.SIDE))
    assert (
        f"{(p.argmax(axis=1) == Y).sum()} of 150 right, the right class's mean p is {p[range(150), Y].mean():.2f}."
        in sentence
    )


def test_the_students_gradient_drives_the_panel():
    ours, theirs = confidence_panel(), confidence_panel(lambda W, X, y: softmax_loss(W, X, y)[1].tolist())
    assert f"{theirs!r}\n{theirs.tour()}" == f"{ours!r}\n{ours.tour()}"


def test_without_the_minus_1_the_loss_stays_at_ln_3_because_the_rows_of_w_stay_equal():
    panel = confidence_panel(without_the_one)
    for step_size in (0.01, 0.5, 5.0):
        assert "data loss 1.1 " in panel.set(reg=0.0, step_size=step_size)
    W = np.zeros((3, 3))
    for _ in range(50):
        W = W - 0.5 * without_the_one(W, X, Y)
    assert "settled" not in confidence_panel(without_the_one).set(reg=0.0)
    assert np.abs(W).max() > 0.01 and np.ptp(W, axis=0) == pytest.approx([0, 0, 0], abs=1e-12)
    rng = np.random.default_rng(0)  # and from a start with unequal rows it does not stay
    W = rng.normal(size=(3, 3))
    moved = W - 0.5 * without_the_one(W, X, Y)
    assert softmax_loss(moved, X, Y)[0] != pytest.approx(softmax_loss(W, X, Y)[0], abs=1e-3)


def test_without_the_1_over_n_the_curve_jumps_about():
    without_the_mean = confidence_panel(lambda W, X, y: len(y) * softmax_loss(W, X, y)[1])
    assert "the loss jumps about" in without_the_mean.set(reg=0.0)


def test_a_gradient_that_does_not_fit_is_told_in_the_panel():
    assert "(3, 3)" in confidence_panel(lambda W, X, y: W.T[:2]).sentence


def test_a_stronger_penalty_takes_confidence_and_hardly_an_answer():
    told = [
        re.search(r"(\d+) of 150 right, .* mean p is (\d.\d+)", at("confidence_panel", reg=reg)[1]).groups()
        for reg in (0.0, 0.01, 0.1, 1.0)
    ]
    assert [mean_p for _, mean_p in told] == ["0.90", "0.84", "0.68", "0.43"]
    assert min(int(right) for right, _ in told) >= 141
    assert [numbers(line)[3:] for line in printed("diffuse-code")] == [
        [0.705, 0.035, 0.259],
        [0.547, 0.122, 0.331],
        [0.378, 0.28, 0.342],
    ]


def test_a_plane_is_white_where_softmax_is_undecided_and_strong_where_it_is_sure():
    p = np.tile([[1 / 3, 1 / 3, 1 / 3]], (9, 1))
    p[-1] = [0, 1, 0]
    image = shaded(p, 3)
    assert image[0, 0].tolist() == [255, 255, 255, 255]
    assert image[-1, -1] == pytest.approx([*(255 - 0.65 * (255 - np.array([213, 94, 0]))), 255], abs=0.5)


# SVM against softmax


def test_the_matrix_example():
    lines = printed("matrix-code")
    assert numbers(lines[0]) == [-2.85, 0.86, 0.28] and numbers(lines[1]) == [1.58]
    assert numbers(lines[2]) == [0.0154, 0.6312, 0.3534] and numbers(lines[3]) == [1.0402]
    assert round(-log10(0.3534), 3) == 0.452 and "0.452" in text("slides")


def test_the_jiggle_table():
    rows = [numbers(line) for line in printed("jiggle-code")]
    assert [row[3] for row in rows] == [0] * 6
    assert [row[4] for row in rows] == pytest.approx([0.000918, 0.5514, 0, 4.2e-8, 3.3e-5, 0], rel=0.02, abs=1e-12)
    assert softmax_of(10, (-100, -100)) == pytest.approx(3.4e-48, rel=0.01) and hinge_of(2.5, (-2, 3)) == 1.5
    on_the_kink = np.array([[10.0, 9, 9], [9.999, 9, 9]])
    assert hinge_terms(on_the_kink, np.zeros(2, int)).sum(axis=1) == pytest.approx([0, 0.002])


def test_the_jiggle_panel_sits_on_the_kink_and_shows_both_curves():
    view, _ = at("jiggle_panel")
    softmax, hinge = (dict(view.lines[i].get_xydata().tolist()) for i in (0, 1))
    assert softmax[10.0] == pytest.approx(0.5514, abs=5e-5) and softmax[20.0] == pytest.approx(3.34e-5, rel=1e-3)
    assert softmax[5.0] / softmax[5.5] < exp(0.5) and softmax[19.0] / softmax[20.0] == pytest.approx(2.72, abs=0.01)
    assert (hinge[0.0], hinge[9.0], hinge[10.0], hinge[20.0]) == pytest.approx((20, 2, 0, 0))
    assert [dot.get_xydata().tolist() for dot in view.dots[:2]] == [[[10, pytest.approx(0.5514, abs=5e-5)]], [[10, 0]]]
    assert re.search("its slope is −2\\. .* its slope is -1, ", at("jiggle_panel", correct_score=0.0)[1])
    assert "its slope is −1. " in at("jiggle_panel", others=(-2.0, 3.0), correct_score=3.5)[1]
    assert "kink" in at("jiggle_panel", others=(-2.0, 3.0), correct_score=4.0)[1]
    assert "kink" not in at("jiggle_panel", others=(-2.0, 3.0), correct_score=4.5)[1]
    view, _ = at("jiggle_panel", others=(-100.0, -100.0), correct_score=20.0)
    assert len(view.lines[2].get_xydata()) == 0 and "below this axis" in view.notes[0].get_text()


@pytest.mark.parametrize("reg", [0.0, 0.01, 0.1])
def test_the_two_planes_are_those_of_two_descents_by_hand(reg):
    view, sentence = at("classifiers_panel", reg=reg, batch_size=150)
    W, V = (train(loss, reg, 0.5) for loss in (softmax_loss, svm_loss))
    assert heights(view.probabilities) == pytest.approx(probabilities(X[93] @ W.T))
    losses = hinge_terms(X @ V.T, Y).sum(axis=1)
    assert view.planes[1].rings.get_xydata().tolist() == X[losses > 0][:, :2].tolist()
    assert view.planes[0].rings.get_xydata().size == 0
    assert f"{(losses > 0).sum()} of the examples (ringed) pull on it" in sentence
    right = [((X @ weights.T).argmax(axis=1) == Y).sum() for weights in (W, V)]
    assert [int(count) for count in re.findall(r"has (\d+) (?:of 150 )?right", sentence)] == right
    assert f"costs {softmax_loss(W, X[[93]], Y[[93]])[0]:.3g} nats and a hinge loss of {losses[93]:.3g}." in sentence


def test_what_the_text_says_of_the_two_classifiers():
    def told(**values):
        view, sentence = at("classifiers_panel", **values)
        found = re.search(r"has (\d+) of .* mean p is ([\d.]+)\. The SVM has (\d+) right; (\d+) of", sentence)
        return *map(float, found.groups()), np.mean(view.planes[0].regions.get_array())

    start, strong = told(), told(**lesson_panels("softmax")["classifiers_panel"].states["strong penalty"])
    assert start[:4] == (142, 0.84, 141, 32) and strong[:4] == (140, 0.42, 138, 122)
    assert strong[4] > start[4] + 0.1 * 255
    assert told(batch_size=1)[0:3:2] == (131, 131)
    assert "and a hinge loss of 0." in at("classifiers_panel")[1]
    changes = "from 0.84 to 0.42", "from 32 examples to 122", "140 and 138 of 150 are right, after 142 and 141", "131"
    for words in changes:
        assert words in text("classifiers-seen")


def test_who_is_wrong_pays_less_where_lambda_is_larger():
    costs = [
        float(re.search(r"costs ([\d.]+) nats", at("classifiers_panel", reg=reg, step_size=0.2, marked=135)[1])[1])
        for reg in (0.0, 0.01, 0.1, 1.0)
    ]
    assert costs == sorted(costs, reverse=True)


def test_a_penalty_that_throws_w_to_minus_w_is_told():
    view, sentence = at("classifiers_panel", reg=1.0, step_size=1.0)
    assert "the penalty alone multiplies W by −1" in sentence and [note.get_text() for note in view.notes] == ["", ""]


# Questions


def count_pulling():
    namespace = {"np": np}
    run(text("classifiers-code"), "classifiers-code", namespace)
    return namespace["count_pulling"]


ANSWERS = {
    "STAGES": "it rises",
    "SHIFT": "it fails too",
    "LIMITS": "0 and ∞",
    "GUESS": "with 10",
    "SLOPES": 2,
    "KINK": "the SVM's",
    "JIGGLE": 4.0,
    "DIFFUSE": "0.547, a little less",
}


def test_what_is_revealed():
    assert {name: getattr(questions, name).right() for name in ANSWERS} == ANSWERS


def test_what_is_revealed_of_the_start_and_of_the_rings():
    assert questions.FRESH.right() == pytest.approx(log(10))
    assert softmax_loss(np.zeros((10, 64)), *digits()[:2])[0] == pytest.approx(log(10))
    assert questions.RINGS.right(count_pulling()) == "more of them pull"
    assert (count_pulling()(0.01, 0.5), count_pulling()(1.0, 0.2)) == (32, 122)
    assert f"p = {probabilities(np.array([10.0, 9, 9]))[0]:.3f} only" in questions.KINK.why
