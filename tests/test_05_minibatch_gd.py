"""Notebook 5: its numbers, its pictures and its words, against the lecture and against scikit-learn."""

import re

import nbformat
import numpy as np
import pytest
from conftest import NOTEBOOKS
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from lecture_support.data import add_bias, blobs, digits
from lecture_support.lessons.minibatch_gd.figures import CurvesFigure


@pytest.fixture(scope="module")
def notebook(run_notebook):
    return run_notebook(5)


@pytest.fixture(scope="module")
def cells():
    (path,) = (path for path in NOTEBOOKS if path.name.startswith("05_"))
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text.replace("\u2212", "-"))]


def hinge(W, X, y):
    """The mean hinge loss by plain loops."""
    total = 0.0
    for x, label in zip(X, y, strict=True):
        scores = [float(np.dot(w, x)) for w in W]
        total += sum(max(0.0, score - scores[label] + 1) for j, score in enumerate(scores) if j != label)
    return total / len(y)


def test_at_the_start_the_loss_is_c_minus_1_and_the_accuracy_is_chance(cells):
    assert "loss 9.000, test accuracy 0.098" in printed(cells["task-numbers"])


def test_the_slope_beats_local_search_which_beats_random_search(cells):
    losses = [
        numbers(printed(cells[name]).split("loss")[1])
        for name in ("random-search-run", "local-search-run", "vanilla-descent")
    ]
    assert losses[0][0] > 9 > losses[1][0] > losses[2][0]
    assert losses[0][1] < 0.3 < 0.6 < losses[1][1] < losses[2][1]


def test_one_weight_by_hand_is_multiplied_by_1_minus_2_eta_lambda(cells):
    rows = printed(cells["by-hand"]).splitlines()
    for row, eta in zip(rows, (0.3, 1.2), strict=True):
        assert numbers(row) == pytest.approx([eta, *((1 - 2 * eta) ** k for k in range(5))], abs=5e-5)


def test_the_slides_loops_give_what_descend_gives(notebook):
    weights = np.zeros((10, 65))
    X, y = notebook["X_train"], notebook["y_train"]
    for _ in range(50):
        weights += -0.05 * notebook["evaluate_gradient"](notebook["svm_loss"], (X, y), weights)
    path = notebook["descend"](notebook["svm_loss"], np.zeros((10, 65)), X, y, 0.05, len(X), 50)
    np.testing.assert_allclose(path.W[-1], weights, rtol=1e-12, atol=1e-14)


def test_sample_training_data_takes_no_example_twice(notebook):
    X, y = np.arange(20).reshape(10, 2), np.arange(10)
    X_batch, y_batch = notebook["sample_training_data"]((X, y), 10)
    assert sorted(y_batch) == list(range(10))
    np.testing.assert_array_equal(X_batch[:, 0], 2 * y_batch)


def test_the_plane_shows_the_descent_that_its_sliders_name(notebook):
    panel, view = notebook["plane_panel"], notebook["plane_view"]
    X, y = blobs(num_per_class=50)
    panel.set(reg=0.1, step_size=0.5, batch_size=150, update=3)
    W = np.zeros((3, 3))
    losses = []
    X1 = np.column_stack([X, np.ones(150)])
    for _ in range(4):
        losses.append(hinge(W, X1, y) + 0.1 * (W[:, :2] ** 2).sum())
        dW = np.zeros_like(W)
        for x, label in zip(X1, y, strict=True):
            wrong = [j for j in range(3) if j != label and W[j] @ x - W[label] @ x + 1 > 0]
            for j in wrong:
                dW[j] += x / 150
                dW[label] -= x / 150
        dW[:, :2] += 2 * 0.1 * W[:, :2]
        position, W = W, W - 0.5 * dW
    np.testing.assert_allclose(view.loss_line.get_ydata()[:4], losses, rtol=1e-12)
    np.testing.assert_allclose(view.dot.get_xydata(), [[3, losses[3]]], rtol=1e-12)
    assert f"After update 3, 3 epochs: data loss {hinge(position, X1, y):.3g} + penalty" in panel.sentence
    assert len(view.plane.rings.get_xdata()) == 150
    colours = np.asarray(view.plane.regions.get_array()).reshape(-1, 4)
    decided = (np.column_stack([view.plane.grid, np.ones(len(colours))]) @ position.T).argmax(axis=1)
    for label in range(3):
        np.testing.assert_array_equal(
            colours[decided == label], np.tile(view.plane._pale[label], (sum(decided == label), 1))
        )
    assert [line.get_label() for line in view.plane.ax.lines[:3]] == ["class 0", "class 1", "class 2"]
    for label in range(3):
        np.testing.assert_array_equal(view.plane.ax.lines[label].get_xydata(), X[y == label])
    panel.set(**panel.states["start"])


def test_the_ringed_batch_is_the_one_that_the_next_update_uses(notebook):
    panel, view = notebook["plane_panel"], notebook["plane_view"]
    for update in (0, 1, 40):
        panel.set(reg=0.0, step_size=0.2, batch_size=8, update=update)
        _, path = notebook["walk_plane"](0.0, 0.2, 8)
        X, y = blobs(num_per_class=50)
        rows = [int(np.flatnonzero((X == point).all(axis=1))[0]) for point in view.plane.rings.get_xydata()]
        assert len(rows) == (8 if update != 18 else 6)
        _, dW = notebook["svm_loss"](path.W[update], add_bias(X)[rows], y[rows])
        np.testing.assert_allclose(path.W[update + 1], path.W[update] - 0.2 * dW, rtol=1e-10, atol=1e-12)
    panel.set(**panel.states["start"])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("start", "settles"),
        ("one example a step", "jumps about"),
        ("step too small", "is still falling at the end"),
        ("step too large", "ends higher than it began"),
        ("ηλ > 1", "explodes"),
    ],
)
def test_each_step_size_regime_is_named_on_the_picture_and_in_the_sentence(notebook, state, words):
    panel = notebook["plane_panel"]
    panel.set(**{**panel.states["start"], **panel.states[state]})
    assert notebook["plane_view"].note.get_text() == words
    assert words in panel.sentence
    panel.set(**panel.states["start"])


def test_a_curve_is_falling_only_where_it_falls_further_than_it_jumps(notebook):
    panel = notebook["plane_panel"]
    panel.set(**panel.states["start"])
    for step_size in panel.positions["step_size"]:
        panel.set(step_size=step_size)
        _, path = notebook["walk_plane"](0.01, step_size, 32)
        late, last = path.loss[-40:-20], path.loss[-20:]
        if "still falling" in panel.sentence:
            assert late.mean() - last.mean() > last.std(), step_size
    panel.set(step_size=10.0)
    assert "jumps about" in panel.sentence
    panel.set(**panel.states["start"])


def test_an_explosion_is_explained_by_its_factor(notebook):
    panel = notebook["plane_panel"]
    panel.set(reg=2.0, step_size=1.0)
    assert "ηλ = 2" in panel.sentence and "multiplies W by -3" in panel.sentence
    panel.set(**panel.states["start"])


@pytest.mark.parametrize("name", ["plane_panel", "digits_panel", "budget_panel"])
def test_a_penalty_that_throws_w_to_minus_w_is_told_though_nothing_explodes(notebook, name):
    panel = notebook[name]
    assert "Beware" not in panel.set(reg=0.5, step_size=1.0)
    for reg, step_size in ((0.1, 10.0), (1.0, 1.0), (5.0, 0.2)):
        sentence = panel.set(reg=reg, step_size=step_size)
        assert "explodes" not in sentence and "multiplies W by 1 − 2ηλ = -1 at every step" in sentence
    assert panel.set(reg=1.0, step_size=2.0).count("multiplies W by") == 1  # as the cause of the explosion, or alone
    panel.set(**panel.states["start"])


def test_the_step_sizes_from_which_the_penalty_alone_overshoots_are_told(notebook):
    panel = notebook["step_panel"]
    assert "the penalty alone" not in panel.set(reg=0.1, step_size=0.05)  # the largest of the four is 5
    assert "η from 1/λ = 10 on, the penalty alone" in panel.set(reg=0.1, step_size=0.1)
    panel.set(**panel.states["start"])


def test_the_four_step_sizes_are_a_tenth_to_a_hundred_times_the_sliders(notebook):
    panel, view = notebook["step_panel"], notebook["step_view"]
    panel.set(reg=0.0, step_size=0.05, batch_size=150)
    assert [label.get_text() for label in view.labels] == ["η = 0.005", "η = 0.05", "η = 0.5", "η = 5"]
    X, y = blobs(num_per_class=50)
    for line, step in zip(view.lines, (0.005, 0.05, 0.5, 5), strict=True):
        W = np.zeros((3, 3))
        for _ in range(4):
            W = W - step * notebook["svm_loss"](W, add_bias(X), y)[1]
        assert line.get_ydata()[2] == pytest.approx(hinge(W, add_bias(X), y))
        assert line.get_xdata()[2] == 4
    panel.set(**panel.states["start"])


def test_noise_falls_as_one_over_root_b(cells):
    rows = [numbers(row) for row in printed(cells["noise-measured"]).splitlines()]
    X_train, y_train, _, _ = digits()
    G = np.ones((len(y_train), 10))
    G[np.arange(len(y_train)), y_train] = -9
    single = (G[:, :, None] * add_bias(X_train)[:, None, :]).reshape(len(y_train), -1)
    sigma, N = np.sqrt(single.var(axis=0).sum()), len(y_train)
    for B, rms, times_root in rows:
        assert rms == pytest.approx(sigma / np.sqrt(B) * np.sqrt((N - B) / (N - 1)), rel=0.05)
        assert times_root == pytest.approx(rms * np.sqrt(B), rel=1e-3)


def test_the_noise_picture_measures_what_it_says(notebook):
    panel, view = notebook["noise_panel"], notebook["noise_view"]
    panel.set(batch_size=16)
    x, measured = view.measured.get_data()
    _, law = view.law.get_data()
    assert list(x) == [1, 2, 4, 8, 16, 32, 64, 128, 150]
    np.testing.assert_allclose(measured[:-1], law[:-1], rtol=0.1)
    assert measured[-1] == law[-1] == view.floor
    sigma = law[0]
    np.testing.assert_allclose(law[:-1], [sigma / np.sqrt(B) * np.sqrt((150 - B) / 149) for B in x[:-1]])
    np.testing.assert_allclose(view.current.get_xydata(), [[16, measured[4]]])
    assert view.cloud.get_xydata().shape == (200, 2)
    small = np.abs(view.cloud.get_xydata()).mean()
    panel.set(batch_size=1)
    assert np.abs(view.cloud.get_xydata()).mean() == pytest.approx(4 * small, rel=0.25)
    assert np.abs(view.cloud.get_xydata()).max() < 3
    panel.set(batch_size=150)
    assert np.abs(view.cloud.get_xydata()).max() < 1e-12
    panel.set(**panel.states["start"])


def test_equal_budgets_are_equal(notebook):
    panel, view = notebook["budget_panel"], notebook["budget_view"]
    for count, limit in (("updates", 60), ("examples seen", 900), ("epochs", 6)):
        panel.set(count=count, batch_size=2)
        assert view.ax.get_xlabel() == count
        assert view.ax.get_xlim() == (0, limit)
        assert {float(line.get_xdata()[-1]) for line in view.lines} == {limit}
    assert [label.get_text() for label in view.labels] == ["B = 1", "B = 8", "B = 32", "B = 150", "yours: 2"]
    panel.set(**panel.states["start"])


def test_what_the_text_says_of_budgets_is_what_the_panel_shows(notebook, cells):
    tour = dict(line.split(": ", 1) for line in notebook["budget_panel"].tour().splitlines())
    text = cells["budget-seen"].source
    assert "near 0.26" in text and all(abs(loss - 0.26) < 0.01 for loss in losses_of(tour["start"]))
    assert "ends at 0.386" in text and losses_of(tour["equal examples"])[3] == 0.386
    assert "ends at 0.484" in text and losses_of(tour["equal epochs, long steps"])[0] == 0.484
    assert "reaches 0.244" in text and losses_of(tour["equal epochs, long steps"])[3] == 0.244


def losses_of(sentence):
    return [float(loss) for loss in re.findall(r"updates to (\d\.\d+)", sentence)]


def test_the_digits_picture_shows_the_weights_and_the_accuracies(notebook):
    panel, view = notebook["digits_panel"], notebook["digits_view"]
    panel.set(reg=0.01, step_size=0.2, batch_size=64, update=200, loss="softmax")
    path, train, test = notebook["learn_digits"](0.01, 0.2, 64, "softmax")
    W = path.W[10]
    scale = np.abs(W[:, :-1]).max()
    for digit in range(10):
        row = np.ma.filled(view.templates.rows[digit // 4].get_array(), np.nan)
        shown = row[:, 9 * (digit % 4) : 9 * (digit % 4) + 8]
        np.testing.assert_allclose(shown, W[digit, :64].reshape(8, 8) / scale)
    for line, X, y, share in (
        (view.train, notebook["X_train"], notebook["y_train"], train),
        (view.test, notebook["X_test"], notebook["y_test"], test),
    ):
        np.testing.assert_array_equal(line.get_xdata(), np.arange(0, 401, 20))
        np.testing.assert_array_equal(line.get_ydata(), share)
        assert share[10] == sum(np.argmax(W @ x) == label for x, label in zip(X, y, strict=True)) / len(y)
    np.testing.assert_array_equal(view.dot.get_xydata(), [[200, test[10]]])
    assert f"{test[10]:.1%} of the test images" in panel.sentence
    panel.set(**panel.states["start"])


def test_digits_go_from_chance_to_at_least_93_percent(cells):
    for row in printed(cells["final-run-accuracy"]).splitlines():
        start, end = (float(share) for share in re.findall(r"([\d.]+)%", row))
        assert start == 9.8
        assert end >= 93


def test_the_librarys_figures_are_what_the_library_reaches(cells):
    X_train, y_train, X_test, y_test = digits()
    stated = [float(share) for share in re.findall(r"\| ([\d.]+) % \|", cells["library"].source)]
    models = LogisticRegression(max_iter=1000), LinearSVC()
    reached = [100 * model.fit(X_train, y_train).score(X_test, y_test) for model in models]
    assert stated == pytest.approx(reached, abs=0.05)
    assert float(re.search(r"One image is ([\d.]+) %", cells["library"].source)[1]) == pytest.approx(
        100 / 599, abs=0.005
    )


@pytest.mark.parametrize(
    ("cell", "state", "words"),
    [
        ("digits-seen", "one image a step", "90.7"),
        ("digits-seen", "256 images a step", "96.3"),
        ("digits-seen", "256 images a step", "80 epochs"),
    ],
)
def test_what_the_text_says_of_the_digits_is_what_the_panel_shows(notebook, cells, cell, state, words):
    tour = dict(line.split(": ", 1) for line in notebook["digits_panel"].tour().splitlines())
    assert words in cells[cell].source
    assert words in tour[state]


def test_a_log_axis_has_every_power_of_ten_between_its_ends():
    figure = CurvesFigure("", "", "loss", (0, 1), (0.01, 1000), 1)
    assert figure.ax.get_yticks().tolist() == [0.01, 0.1, 1, 10, 100, 1000]
    assert CurvesFigure("", "", "loss", (0, 1), (0.02, 900), 1).ax.get_yticks().tolist() == [0.1, 1, 10, 100]
