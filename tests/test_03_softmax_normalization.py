"""Notebook 03: the lecture's softmax numbers, the notebook's own variables, and what its figures and sentences show."""

import json
import re
from math import exp, log, log2, log10

import numpy as np
import pytest
from conftest import NOTEBOOKS

from lecture_support.checks import PASSED
from lecture_support.data import LABELS, SCORES
from lecture_support.exercises import EXERCISES
from lecture_support.gradients import check_gradient
from lecture_support.lessons.softmax import exercises as softmax
from lecture_support.lessons.softmax.figures import JiggleFigure, ScoreStepFigure, StagesFigure, share
from lecture_support.losses import hinge_terms, probabilities, softmax_loss, svm_loss
from lecture_support.penalties import l2, objective

CAT = (3.2, 5.1, -1.7)


@pytest.fixture
def notebook(run_notebook):
    """The notebook's variables, with every panel back where it started."""
    variables = run_notebook(3)
    yield variables
    for name, value in variables.items():
        if name.endswith("_panel"):
            value.set(**value.states["start"])


@pytest.fixture(scope="module")
def cells():
    """{cell id: (source, printed text)} as stored."""
    (path,) = (path for path in NOTEBOOKS if path.name.startswith("03_"))
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = {}
    for cell in found:
        printed = ("".join(output.get("text", [])) for output in cell.get("outputs", []))
        texts[cell["id"]] = "".join(cell["source"]), "".join(printed)
    return texts


def heights(bars):
    return [bar.get_height() for bar in bars.bars]


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text)]


# 1. Stages


def test_the_cat_column_stage_by_stage(notebook):
    assert np.round(np.exp(CAT), 4).tolist() == [24.5325, 164.0219, 0.1827]
    assert np.round(notebook["exp"], 4).tolist() == [24.5325, 164.0219, 0.1827]
    assert np.round(probabilities(np.array(CAT)), 3).tolist() == [0.130, 0.869, 0.001]
    assert notebook["loss"] == pytest.approx(2.0404, abs=5e-5)
    assert notebook["loss"] == pytest.approx(log(sum(map(exp, CAT))) - 3.2)


def test_all_three_images_and_their_mean(notebook):
    assert np.round(notebook["losses"], 4).tolist() == [2.0404, 0.0791, 6.1565]
    assert notebook["losses"].mean() == pytest.approx(2.7587, abs=5e-5)
    assert softmax_loss(SCORES.T, np.eye(3), LABELS)[0] == pytest.approx(2.7587, abs=5e-5)


def test_the_stages_are_on_the_picture(notebook):
    view, panel = notebook["stages_view"], notebook["stages_panel"]
    assert heights(view.scores) == pytest.approx(CAT)
    assert heights(view.exp) == pytest.approx([24.5325, 164.0219, 0.1827], abs=1e-4)
    assert heights(view.probabilities) == pytest.approx([0.1300, 0.8690, 0.0010], abs=5e-5)
    assert heights(view.losses) == pytest.approx([2.0404, 0.1404, 6.9404], abs=5e-5)
    assert [bar.get_alpha() for bar in view.losses.bars] == [1, 0.25, 0.25]
    assert [bar.get_linewidth() for bar in view.probabilities.bars] == [2.5, 0, 0]
    assert [text.get_text() for text in view.exp.numbers] == ["24.5", "164.0", "0.18"]
    assert "exp 24.533, 164.02, 0.18268 with the sum 188.74" in panel.sentence
    assert "−ln(0.130) = 2.0404 nats. The classifier is wrong." in panel.sentence
    panel.set(correct=2)
    assert [bar.get_alpha() for bar in view.losses.bars] == [0.25, 0.25, 1]
    assert "6.9404 nats" in panel.sentence


def test_raising_frogs_score_moves_all_three_probabilities_and_raises_the_cats_loss(notebook):
    before = heights(notebook["stages_view"].probabilities)
    sentence = notebook["stages_panel"].set(frog=3.2)
    after = heights(notebook["stages_view"].probabilities)
    assert after[2] > before[2] and after[0] < before[0] and after[1] < before[1]
    assert float(re.search(r"= ([\d.]+) nats", sentence)[1]) > 2.0404


def test_a_probability_is_never_said_to_be_0_or_1(notebook):
    panel = notebook["stages_panel"]
    assert "probabilities 1 − 1.2e-05, 6.1e-06, 6.1e-06" in panel.set(cat=6.0, car=-6.0, frog=-6.0)
    assert "1.2288e-05 nats. The classifier is right." in panel.sentence
    assert [text.get_text() for text in notebook["stages_view"].probabilities.numbers] == [">.999", "<.001", "<.001"]
    assert "cannot decide" in panel.set(cat=1.0, car=1.0, frog=0.0)


@pytest.mark.parametrize(
    ("p", "words"), [(5e-4, "0.001"), (4.99e-4, "<.001"), (5.2e-4, "0.001"), (0.9994, "0.999"), (0.9995, ">.999")]
)
def test_where_a_probability_is_no_longer_written_in_digits(p, words):
    assert share(p) == words


def test_small_numbers_of_bars_are_written_with_a_power(notebook):
    values = np.array([0.005, 0.0052, 1.0])
    stages, step = StagesFigure("abc"), ScoreStepFigure("abc", np.zeros(3))
    stages.update(values, values, values, values, 0)
    assert [text.get_text() for text in stages.losses.numbers] == ["5e−3", "0.01", "1.00"]
    step.update(values, values, -values, values, 0)
    assert [text.get_text() for text in step.softmax.numbers] == ["−5e−3", "−0.01", "−1.00"]


def test_a_loss_on_the_edge_of_the_log_axis_is_drawn():
    figure, edge = JiggleFigure(smallest=1e-9), np.array([1e-9, 9e-10])
    figure.update(np.array([0, 1]), edge, edge, 0, edge[0], edge[1], ("", ""))
    for curve in figure.lines[2:]:
        assert curve.get_xydata().tolist() == [[0, 1e-9]]
    assert [len(dot.get_xdata()) for dot in figure.dots[2:]] == [1, 0]


@pytest.mark.parametrize("extremes", [(-6.0, 6.0, 6.0), (6.0, -6.0, -6.0), (6.0, 6.0, 6.0)])
def test_no_bar_leaves_its_axes(notebook, extremes):
    notebook["stages_panel"].set(**dict(zip(("cat", "car", "frog"), extremes, strict=True)))
    for stage in notebook["stages_view"].stages:
        low, high = stage.ax.get_ylim()
        assert all(low <= height <= high for height in heights(stage))


# 2. Shift and overflow


def test_a_shift_changes_no_probability_and_the_naive_formula_overflows(notebook, cells):
    printed = cells["shift-code"][1].splitlines()
    assert len(printed) == 3 and all(line.endswith("p 0.130, 0.869, 0.001") for line in printed)
    assert np.isnan(notebook["naive"][2]) and notebook["naive"][:2].tolist() == [0, 0]
    assert np.array([123.0, 456.0, 789.0]) - 789 == pytest.approx(np.log(notebook["stable"]))
    assert "errstate" in cells["overflow-code"][0]
    assert notebook["stable_softmax_loss"](notebook["big"], 0) == 666.0


@pytest.mark.parametrize(
    "values, expected",
    [
        ({"shift": 0}, "overflows"),
        ({"shift": -789}, "come out right"),
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
def test_what_the_naive_formula_does_at_a_shift(notebook, values, expected):
    assert expected in notebook["shift_panel"].set(**values)
    fails = "not a number" in notebook["shift_panel"].sentence
    assert notebook["shift_view"].note.get_text().endswith("not a number") is fails
    assert (heights(notebook["shift_view"].naive) == [0, 0, 0]) is fails


def test_the_safe_fractions_do_not_move_with_the_shift(notebook):
    view, panel = notebook["shift_view"], notebook["shift_panel"]
    for shift in (-1600, -500, 0, 800):
        panel.set(scores=CAT, shift=shift)
        assert heights(view.safe) == pytest.approx([0.1300, 0.8690, 0.0010], abs=5e-5)
        assert [dot.get_xdata()[0] for dot in view.dots] == pytest.approx([score + shift for score in CAT])
    panel.set(scores=CAT, shift=0)
    assert heights(view.naive) == pytest.approx(heights(view.safe))


# 3. Limits and units


def test_the_limits_and_the_loss_at_the_start(notebook, cells):
    loss = notebook["stable_softmax_loss"]
    assert 0 < loss(np.array([20.0, 0, 0]), 0) < 1e-8
    assert loss(np.array([20.0, 0, 0]), 1) == pytest.approx(20)
    assert loss(np.zeros(3), 0) == pytest.approx(1.0986, abs=5e-5)
    assert loss(np.zeros(10), 0) == pytest.approx(2.3026, abs=5e-5)
    assert cells["limits-code"][1].rstrip().endswith("ln 10 = 2.3026   real digits, W = 0: 2.3026")
    assert svm_loss(np.zeros((3, 2)), np.ones((1, 2)), np.array([0]))[0] == 2


def test_nats_bits_and_log10(cells):
    p = exp(3.2) / sum(map(exp, CAT))
    assert (round(-log(p), 4), round(-log2(p), 2), round(-log10(p), 3)) == (2.0404, 2.94, 0.886)
    assert [
        line.split()[-2 if "nats" in line or "bits" in line else -1] for line in cells["units-code"][1].splitlines()
    ] == [
        "2.0404",
        "2.9436",
        "0.8861",
    ]


def test_the_units_panel_marks_all_three_curves_and_compares_with_a_guess(notebook):
    view, panel = notebook["units_view"], notebook["units_panel"]
    assert [dot.get_ydata()[0] for dot in view.dots] == pytest.approx([2.0402, 2.9434, 0.8861], abs=5e-5)
    assert [curve.get_ydata()[0] for curve in view.curves] == pytest.approx([log(1000), log2(1000), 3])
    assert view.chance.get_ydata() == pytest.approx(np.log([2, 3, 10, 100, 1000]))
    assert view.start.get_xydata()[0] == pytest.approx([3, 1.0986], abs=5e-5)
    assert view.loss_line.get_ydata() == pytest.approx([2.0402] * 2, abs=5e-5)
    assert "worse than a guess" in panel.set(p=0.2, num_classes=3) and "1.6094 nats" in panel.sentence
    assert "better than a guess" in panel.set(p=0.2, num_classes=10) and "ln 10 = 2.3026" in panel.sentence
    assert "the same as a guess" in panel.set(p=0.5, num_classes=2) and "1.0000 bits" in panel.sentence
    assert "-0.0000" not in panel.set(p=1.0)


# 4. The gradient


def test_the_gradient_is_p_minus_1(notebook, cells):
    assert notebook["score_gradient"](np.array([0.2, 0.3, 0.5]), 1) == pytest.approx([0.2, -0.7, 0.5])
    assert cells["gradient-code"][1].splitlines() == ["softmax: 0.2, -0.7, 0.5", "measured: 0.2000, -0.7000, 0.5000"]
    assert notebook["p_example"].tolist() == [0.2, 0.3, 0.5]
    assert cells["hinge-gradient-code"][1] == "SVM: 1, -2, 1\n"


def test_the_gradient_panel_shows_both_slopes_and_walks_downhill(notebook):
    view, panel = notebook["step_view"], notebook["gradient_panel"]
    panel.set(num_steps=0)
    assert heights(view.softmax) == pytest.approx([0.2, -0.7, 0.5])
    assert heights(view.hinge) == [1, -2, 1]
    assert heights(view.probabilities) == pytest.approx([0.2, 0.3, 0.5])
    panel.set(num_steps=1, step_size=1.0)
    assert heights(view.scores) == pytest.approx(np.log([0.2, 0.3, 0.5]) - [0.2, -0.7, 0.5])
    assert panel.sentence.startswith("1 step of")
    panel.set(num_steps=1, step_size=0.1)
    assert heights(view.scores) == pytest.approx(np.log([0.2, 0.3, 0.5]) - [0.02, -0.07, 0.05])
    panel.set(num_steps=20, step_size=1.0)
    assert "is 0: it is content" in panel.sentence
    assert heights(view.hinge) == [0, 0, 0] and min(map(abs, heights(view.softmax))) > 0.01
    assert view.softmax.numbers[1].get_text() == "−0.03"


def test_no_score_leaves_the_gradient_panel(notebook):
    for correct in range(3):
        for num_steps in (1, 20):
            notebook["gradient_panel"].set(correct=correct, step_size=10.0, num_steps=num_steps)
            assert max(map(abs, heights(notebook["step_view"].scores))) < 7


# 5. SVM against softmax


def test_the_matrix_example(notebook):
    assert np.round(notebook["s_slide"], 2).tolist() == [-2.85, 0.86, 0.28]
    assert notebook["hinge_slide"] == pytest.approx(1.58)
    assert np.round(notebook["p_slide"], 4).tolist() == [0.0154, 0.6312, 0.3534]
    assert -log(notebook["p_slide"][2]) == pytest.approx(1.0402, abs=5e-5)
    assert round(-log10(notebook["p_slide"][2]), 3) == 0.452


def test_the_jiggle_table(notebook, cells):
    rows = [line.split() for line in cells["jiggle-code"][1].splitlines()[1:]]
    assert [row[-2] for row in rows] == ["0.0"] * 6
    softmax = [float(row[-1]) for row in rows]
    assert softmax == pytest.approx([0.000918, 0.5514, 0, 4.2e-8, 3.3e-5, 0], rel=0.02, abs=1e-12)
    scores = np.array([[10.0, -2, 3], [10, 9, 9], [10, -100, -100]])
    y = np.zeros(3, dtype=int)
    assert not hinge_terms(scores, y).any()
    assert hinge_terms(scores - [[0.001, 0, 0]], y).sum(axis=1) == pytest.approx([0, 0.002, 0])
    assert notebook["softmax_of"](10, (-100, -100)) == pytest.approx(3.4e-48, rel=0.01)
    assert notebook["hinge_of"](2.5, (-2, 3)) == 1.5


def test_the_jiggle_panel_sits_on_the_kink_and_shows_both_curves(notebook):
    view, panel = notebook["jiggle_view"], notebook["jiggle_panel"]
    assert "Hinge loss 0: exactly on a kink, content" in panel.sentence and "0.5514 nats" in panel.sentence
    softmax, hinge = (dict(view.lines[i].get_xydata().tolist()) for i in (0, 1))
    assert softmax[10.0] == pytest.approx(0.5514, abs=5e-5) and softmax[20.0] == pytest.approx(3.34e-5, rel=1e-3)
    assert (hinge[0.0], hinge[9.0], hinge[10.0], hinge[20.0]) == pytest.approx((20, 2, 0, 0))
    assert [dot.get_xydata().tolist() for dot in view.dots[:2]] == [[[10, pytest.approx(0.5514, abs=5e-5)]], [[10, 0]]]
    assert len(view.dots[2].get_xydata()) == 1 and len(view.dots[3].get_xydata()) == 0
    assert view.notes[1].get_text() == "SVM: exactly 0"
    assert "its slope is -2" in panel.set(correct_score=9.0)
    assert "its slope is -1. " in panel.set(others=(-2.0, 3.0), correct_score=3.5)
    assert "kink" in panel.set(others=(-2.0, 3.0), correct_score=4.0)
    assert "kink" not in panel.set(others=(-2.0, 3.0), correct_score=4.5) and "content" in panel.sentence
    panel.set(others=(-100.0, -100.0), correct_score=20.0)
    assert len(view.lines[2].get_xydata()) == 0 and "below this axis" in view.notes[0].get_text()


# 6. λ and softmax


def test_a_stronger_penalty_makes_the_probabilities_more_diffuse(notebook, cells):
    assert probabilities(np.array([1.0, -2, 0])) == pytest.approx([0.705, 0.035, 0.259], abs=5e-4)
    assert probabilities(np.array([0.5, -1, 0])) == pytest.approx([0.55, 0.12, 0.33], abs=5e-3)
    lines = cells["diffuse-code"][1].splitlines()
    assert numbers(lines[0]) == [1.0, -2.0, 0.0, 0.705, 0.035, 0.259]
    assert numbers(lines[1]) == [0.5, -1.0, 0.0, 0.547, 0.122, 0.331]
    table = [numbers(line) for line in cells["trained-reg-code"][1].splitlines()[1:]]
    assert [row[0] for row in table] == [0, 0.01, 0.1, 1]
    squares, mean_p, right = (np.array([row[i] for row in table]) for i in (1, 2, 3))
    assert (np.diff(squares) < 0).all() and (np.diff(mean_p) < 0).all() and right.min() >= 141
    assert (mean_p[0], mean_p[-1]) == (0.89, 0.43)


# 7. Two classifiers


def test_the_students_softmax_gradient_is_right(notebook):
    X, y, gradient = notebook["X"], notebook["y"], notebook["softmax_gradient"]
    W = np.random.default_rng(1).normal(size=(3, 3))
    assert check_gradient(lambda V: (softmax_loss(V, X, y)[0], gradient(V, X, y)), W).error < 1e-7


def train(loss, X, y, reg, step_size, num_iters=200):
    W = np.zeros((3, 3))
    for _ in range(num_iters):
        W = W - step_size * objective(loss, l2, reg, bias=True)(W, X, y)[1]
    return W


@pytest.mark.parametrize("reg", [0.0, 0.01, 0.1])
def test_the_panels_two_planes_are_those_of_two_descents_by_hand(notebook, reg):
    X, y, view, panel = notebook["X"], notebook["y"], notebook["trained_view"], notebook["trained_panel"]
    W, V = (train(loss, X, y, reg, 0.5) for loss in (softmax_loss, svm_loss))
    panel.set(reg=reg, batch_size=len(y), marked=93)
    assert heights(view.probabilities) == pytest.approx(probabilities(X[93] @ W.T))
    losses = hinge_terms(X @ V.T, y).sum(axis=1)
    assert view.planes[1].rings.get_xydata().tolist() == X[losses > 0][:, :2].tolist()
    assert view.planes[0].rings.get_xydata().size == 0
    assert f"{(losses > 0).sum()} of the examples pull" in panel.sentence
    right = [((X @ weights.T).argmax(axis=1) == y).sum() for weights in (W, V)]
    assert re.findall(r"has (\d+) of 150 right", panel.sentence) == [str(count) for count in right]
    assert f"costs {softmax_loss(W, X[[93]], y[[93]])[0]:.4g} nats" in panel.sentence
    assert view.stars[0].get_xydata().tolist() == view.stars[1].get_xydata().tolist() == [X[93, :2].tolist()]


def test_the_softmax_plane_is_white_where_it_is_undecided_and_strong_where_it_is_sure(notebook):
    shaded = notebook["trained_view"].shaded
    side = notebook["trained_view"].planes[0].SIDE
    p = np.tile([[1 / 3, 1 / 3, 1 / 3]], (side * side, 1))
    p[-1] = [0, 1, 0]
    image = shaded(p)
    assert image[0, 0].tolist() == [255, 255, 255, 255]
    assert image[-1, -1] == pytest.approx([*(255 - 0.65 * (255 - np.array([213, 94, 0]))), 255], abs=0.5)


def test_a_strong_penalty_takes_confidence_and_rings_more_examples(notebook):
    panel = notebook["trained_panel"]

    def told(sentence):
        found = re.search(r"mean probability of ([\d.]+);.* and (\d+) of the examples pull", sentence)
        return float(found[1]), int(found[2])

    image = notebook["trained_view"].planes[0].regions
    start, paleness = told(panel.sentence), np.mean(image.get_array())
    strong = told(panel.set(**panel.states["strong penalty"]))
    assert start == (0.84, 32) and strong == (0.42, 122)
    assert np.mean(image.get_array()) > paleness + 0.1 * 255
    assert re.findall(r"has (\d+) of 150 right", panel.sentence) == ["140", "138"]
    panel.set(**panel.states["start"] | panel.states["one example a step"])
    assert re.findall(r"has (\d+) of 150 right", panel.sentence) == ["131", "131"]
    assert "1 example each" in panel.sentence


def test_a_descent_that_diverges_leaves_white_planes_and_says_why(notebook):
    view, panel = notebook["trained_view"], notebook["trained_panel"]
    assert panel.set(reg=5.0).count("diverges at update") == 2
    assert panel.sentence.count("ηλ = 2.5 is too large") == 2
    assert [note.get_text() for note in view.notes] == ["diverged", "diverged"]
    assert all(np.min(plane.regions.get_array()) == 255 for plane in view.planes)
    assert heights(view.probabilities) == [0, 0, 0]
    assert view.planes[1].rings.get_xydata().size == 0
    assert "the penalty alone turns W into −W" in panel.set(reg=1.0, step_size=1.0)
    assert [note.get_text() for note in view.notes] == ["", ""]


def test_the_try_lines_hold(notebook):
    panel = notebook["trained_panel"]
    costs = [
        float(re.search(r"costs ([\d.]+) nats", panel.set(reg=reg, step_size=0.2, marked=135))[1])
        for reg in (0.0, 0.01, 0.1, 1.0)
    ]
    assert costs == sorted(costs, reverse=True)


# Predictions


@pytest.mark.parametrize(
    "question, right",
    [
        ("stages_question", "it rises"),
        ("shift_question", "it fails too"),
        ("limits_question", "0 and ∞"),
        ("guess_question", "with 10"),
        ("slopes_question", "the SVM's"),
        ("kink_question", "the SVM's"),
        ("jiggle_question", "only softmax's"),
        ("diffuse_question", "less sure"),
        ("rings_question", "more of them pull"),
    ],
)
def test_what_is_revealed(notebook, question, right):
    (reveal,) = notebook[question]._reveals
    assert reveal._answer() == right


def test_the_fresh_loss_that_is_revealed_is_ln_10_and_its_whys_are_true(notebook):
    (reveal,) = notebook["fresh_question"]._reveals
    assert reveal._answer() == pytest.approx(log(10))
    assert svm_loss(np.zeros((10, 2)), np.ones((1, 2)), np.array([0]))[0] == 9
    (reveal,) = notebook["kink_question"]._reveals
    assert f"p = {probabilities(np.array([10.0, 9, 9]))[0]:.3f} only" in reveal._why


def test_every_panel_that_a_reveal_sends_the_student_to_is_there(notebook):
    reveals = [value._reveals[0] for name, value in notebook.items() if name.endswith("_question")]
    assert len(reveals) == 10
    for reveal in reveals:
        panel = notebook[re.search(r"\w+_panel", reveal._see)[0]]
        assert all(button in panel.states for button in re.findall(r"'([^']+)'", reveal._see)), reveal._see


# Exercises


def loss_by_loops(scores, y):
    total = 0.0
    for score in scores:
        total += exp(score - scores[y])
    return log(total)


def probabilities_by_loops(scores):
    rows = []
    for score in scores.tolist():
        e = [exp(value - max(score)) for value in score]
        rows.append([value / sum(e) for value in e])
    return rows


def mean_loss_by_loops(scores, y):
    return sum(
        max(row) + log(sum(exp(v - max(row)) for v in row)) - row[k] for row, k in zip(scores, y, strict=True)
    ) / len(y)


def gradient_by_loops(W, X, y):
    dW = np.zeros_like(W)
    for x, k in zip(X, y, strict=True):
        p = probabilities(W @ x)
        for j in range(len(W)):
            dW[j] += (p[j] - (j == k)) * x / len(X)
    return dW


def gradient_by_einsum(W, X, y):
    p = probabilities(np.einsum("nd,cd->nc", X, W).astype(np.float32))
    return np.einsum("nc,nd->cd", p - np.eye(len(W))[y], X) / X.shape[0]


@pytest.mark.parametrize(
    "exercise, student",
    [
        (softmax.IMAGE_LOSS, loss_by_loops),
        (softmax.IMAGE_LOSS, lambda s, y: np.log(np.exp(s.astype(np.float32)).sum()) - s[y]),
        (softmax.IMAGE_LOSS, lambda s, y: softmax_loss(s[:, None], np.ones((1, 1)), [y])[0]),
        (softmax.PROBABILITIES, probabilities_by_loops),
        (softmax.PROBABILITIES, lambda s: np.array([probabilities(row) for row in s.astype(np.float32)])),
        (softmax.PROBABILITIES, lambda s: np.exp(s - np.logaddexp.reduce(s, axis=1)[:, None])),
        (softmax.PROBABILITIES, lambda s: (np.exp(s.T - s.T.max(0)) / np.exp(s.T - s.T.max(0)).sum(0)).T),
        (softmax.MEAN_LOSS, mean_loss_by_loops),
        (
            softmax.MEAN_LOSS,
            lambda s, y: np.mean(np.logaddexp.reduce(s, axis=1) - np.take_along_axis(s, y[:, None], 1)[:, 0]),
        ),
        (softmax.MEAN_LOSS, lambda s, y: softmax_loss(np.eye(s.shape[1]), s, y)[0]),
        (softmax.SCORE_GRADIENT, lambda p, y: [v - 1 if k == y else v for k, v in enumerate(p)]),
        (softmax.SCORE_GRADIENT, lambda p, y: (p - np.eye(len(p))[y]).astype(np.float32)),
        (softmax.SOFTMAX_GRADIENT, gradient_by_loops),
        (softmax.SOFTMAX_GRADIENT, gradient_by_einsum),
        (softmax.SOFTMAX_GRADIENT, lambda W, X, y: softmax_loss(W, X, y)[1]),
    ],
)
def test_right_answers_written_in_other_ways_pass(exercise, student):
    assert exercise.verdict(student) == PASSED


def test_the_wrong_losses_of_the_cat_image_are_those_that_the_lecture_knows():
    wrong = [mistake.function(np.array(CAT), 0) for mistake in softmax.IMAGE_LOSS.mistakes]
    for number in (0.1300, 0.8861, 2.9436, 0.1392):
        assert sum(abs(value - number) < 1e-4 for value in wrong) == 1, number


def test_the_gradient_exercises_answer_is_the_slope_of_the_helpers_loss():
    right = softmax.SOFTMAX_GRADIENT
    for W, X, y in right.cases(np.random.default_rng(1)):
        assert np.allclose(right.right(W, X, y), softmax_loss(W, X, y)[1])


def test_a_student_who_changes_p_is_told():
    def student(p, y):
        p[y] -= 1
        return p

    assert "changes what it is given" in softmax.SCORE_GRADIENT.verdict(student)


def test_each_exercise_has_its_stub_and_its_check_in_one_cell(cells):
    stubs = {source for source, printed in cells.values() if printed.endswith(": not written yet.\n")}
    assert len(stubs) == len(softmax.EXERCISES)
    for exercise in softmax.EXERCISES:
        assert EXERCISES[exercise.name] is exercise
        (source,) = (source for source in stubs if f"def my_{exercise.name}(" in source)
        assert source.endswith(f"check(my_{exercise.name})")
    assert cells["progress"][1].startswith("Done in this run: 0 of 6 exercises, 0 of 10 predictions.")


# The prose


def test_where_the_slides_are_wrong_is_said_with_the_right_number(cells):
    text = cells["remember"][0]
    for wrong, right in (("0.89", "2.04"), ("0.452", "1.04"), ("0.016", "0.0154")):
        assert wrong in text and f"**{right}**" in text


@pytest.mark.parametrize(
    "cell, words",
    [
        ("stages-formula", "24.53 | 164.02 | 0.1827 | sum 188.74"),
        ("matrix-formula", "0 + 1.58 = **1.58**"),
        ("matrix-formula", "−ln 0.3534 = **1.0402**"),
        ("jiggle-seen", "from 0.5514 to 0.000033 on [10, 9, 9]"),
        ("trained-predict", "from 0.89 to 0.43"),
        ("trained-seen", "from 0.84 to 0.42"),
        ("trained-seen", "from 32 examples to 122"),
        ("diffuse-seen", "from 0.705 to 0.547"),
        ("units-seen", "costs 1.6094 nats"),
        ("units-seen", "nats · 1.4427, log10 is nats · 0.4343"),
    ],
)
def test_the_prose_says_what_the_cells_compute(cells, cell, words):
    assert words in cells[cell][0]
    assert (round(1 / log(2), 4), round(1 / log(10), 4)) == (1.4427, 0.4343)


def test_a_shift_by_the_first_score_is_not_taken_for_one_by_the_mean():
    def student(scores):
        exp = np.exp(scores - scores[:, :1])
        return exp / exp.sum(axis=1, keepdims=True)

    assert softmax.PROBABILITIES.verdict(student).startswith("not right yet")
