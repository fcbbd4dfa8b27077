"""Mini-batch descent: its numbers, its pictures and its words, against loops written out and the lecture."""

import re
from functools import cache

import numpy as np
import pytest
from conftest import NOTEBOOKS, lesson_panels, view_of
from lesson import Cells, mistake, moved, numbers

from lecture_support.data import digits
from lecture_support.descent import descend, sample_training_data
from lecture_support.lessons.minibatch_gd import panels, questions
from lecture_support.losses import accuracy, svm_loss
from lecture_support.penalties import l2, objective
from lecture_support.words import course

N = 245
cell = Cells("minibatch_gd")


@pytest.fixture(scope="module")
def notebook(run_notebook):
    return run_notebook(5)


def at(name, state="start", **values):
    """A panel's sentence and the panel, moved to its start, or another state, with changes."""
    panel = lesson_panels("minibatch_gd")[name]
    return moved("minibatch_gd", name, **(panel.states[state] | values))[1], panel


def after(words, sentence):
    """The number that follows `words` in a sentence."""
    return numbers(sentence.split(words, 1)[1])[0]


@cache
def inks_and_signs():
    """The ink in the middle of each 0 and 1 less its mean, and −1 or 1, a pixel at a time from the digits."""
    images, y, _, _ = digits()
    inks = [sum(image[8 * row + column] for row in (3, 4) for column in (3, 4)) / 4 for image in images[y < 2]]
    return [(ink - sum(inks) / len(inks), 1 if label else -1) for ink, label in zip(inks, y[y < 2], strict=True)]


def total_by_loops(w, b, reg):
    """The loss of the two-weight problem, an image at a time."""
    hinge = [max(0, 1 - sign * (w * ink + b)) for ink, sign in inks_and_signs()]
    return sum(hinge) / len(hinge) + reg * w * w


def slope_by_differences(place, reg, h=1e-6):
    return [
        (total_by_loops(*(place + h * e), reg) - total_by_loops(*(place - h * e), reg)) / (2 * h) for e in np.eye(2)
    ]


# --- 5.1 and 5.4: the plane of two weights


def test_the_contours_the_path_and_the_curve_are_those_of_the_loss():
    sentence, panel = at("descent_panel", reg=0.1, step_size=0.5, batch_size=N, iteration=3)
    view = view_of(panel)
    path = [place := np.array([-2.0, 2.5])]
    for _ in range(3):
        path.append(place := place - 0.5 * np.array(slope_by_differences(place, 0.1)))
    np.testing.assert_allclose(view.path.get_xydata()[:4], path, atol=1e-6)
    losses = [total_by_loops(*place, 0.1) for place in path]
    np.testing.assert_allclose(view.curve.get_ydata()[:4], losses, rtol=1e-6)
    np.testing.assert_allclose(view.dot.get_xydata(), [[3, losses[3]]], rtol=1e-6)
    np.testing.assert_allclose(view.here.get_xydata(), [path[3]], atol=1e-6)
    assert after("penalty", sentence) == pytest.approx(0.1 * place[0] ** 2, rel=5e-3)
    assert after("after", sentence.lower()) == 3
    # rings: two cells on one ring of the same shade have losses in the same band over the least
    least = view.least.get_ydata()[0]
    shades = np.asarray(view.plane.get_array()).reshape(-1, 4)
    for index in range(7, len(view.grid), 4001):
        if not (shades[index] == view._line).all():
            ring = int(np.log(total_by_loops(*view.grid[index], 0.1) / least) / np.log(view.STEP))
            np.testing.assert_array_equal(shades[index], view._shades[min(ring, 15)])


@pytest.mark.parametrize("reg", [0.0, 0.01, 0.1, 1.0])
def test_the_cross_is_at_the_lowest_place(reg):
    sentence, panel = at("descent_panel", reg=reg)
    w, b = view_of(panel).lowest.get_xydata()[0]
    least = total_by_loops(w, b, reg)
    assert after("least is", sentence) == pytest.approx(least, rel=5e-3)
    for step in np.random.default_rng(0).normal(size=(40, 2)):
        for size in (1e-3, 0.1, 1):
            assert total_by_loops(w + size * step[0], b + size * step[1], reg) >= least - 1e-6


def test_each_line_points_downhill_for_its_own_images():
    sentence, panel = at("descent_panel", batch_size=1, iteration=40)
    view = view_of(panel)
    ways = [np.diff(line.get_xydata(), axis=0)[0] for line in (view.batch, view.all)]
    here = view.here.get_xydata()[0]
    slope = slope_by_differences(here, 0.01)
    np.testing.assert_allclose(ways[1] / np.linalg.norm(ways[1]), -np.array(slope) / np.linalg.norm(slope), atol=1e-4)
    step = view.path.get_xydata()[41] - here  # the next update is the batch's step
    np.testing.assert_allclose(ways[0] / np.linalg.norm(ways[0]), step / np.linalg.norm(step), atol=1e-9)
    turn = np.degrees(np.arccos(ways[0] @ ways[1] / np.prod(np.linalg.norm(ways, axis=1))))
    assert f"points {turn:.0f}° off true downhill" in sentence


def test_each_regime_is_named_on_the_picture():
    for state, going in (("too low", "falls slowly"), ("good", "settles"), ("high", "jumps about")):
        assert view_of(at("descent_panel", state)[1]).note.get_text() == going
    assert view_of(at("descent_panel", "too high")[1]).note.get_text() == "explodes"


def test_no_stored_sentence_of_the_first_panel_answers_what_is_asked_below_it():
    states = at("descent_panel")[1].states.values()
    assert not any(state["reg"] == 1 and state["step_size"] <= 5 for state in states)
    assert not any(state["batch_size"] == 1 and state["step_size"] == 0.5 for state in states)
    assert not any(1 <= state["reg"] * state["step_size"] <= 5 for state in states)


def test_a_path_that_is_told_to_rest_is_at_the_least_loss():
    for batch_size in (32, N):
        resting = []
        for step_size in (0.001, 0.01, 0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0):
            sentence, _ = at("descent_panel", step_size=step_size, batch_size=batch_size)
            if "not settled" not in sentence:
                resting.append(step_size)
                assert after(" = ", sentence.split("penalty")[1]) <= 1.05 * after("least is", sentence)
        assert resting == ([0.5, 1.0] if batch_size == 32 else [0.5, 1.0, 2.0])  # as the first Try has it


def test_only_the_penalty_makes_it_explode():
    for step_size in (2.0, 10.0):
        assert panels.small_path(0.0, step_size, N).diverged_at is None
        assert panels.small_path(1.0, step_size, N).diverged_at


def test_the_last_button_has_not_arrived_and_the_steps_of_the_question_have():
    short, steps = (panels.small_path(0.01, step_size, 1).loss for step_size in (0.05, 0.5))
    assert short[-1] > 5 * panels.small_path(0.01, 0.5, N).loss[-1] > 2.5 * steps[-20:].min()


def test_the_data_alone_never_slope_more_than_an_image_is_long():
    X, y = panels.middle_ink()
    for scale in (1, 100, 1e6):
        W = scale * np.random.default_rng(0).normal(size=(20, 1, 2))
        assert max(np.linalg.norm(panels.two_weights(each, X, y)[1]) for each in W) <= np.linalg.norm(X, axis=1).max()


def test_both_losses_of_the_digits_bend_up_along_a_line():
    assert cell("along-a-line").count("bends up: True") == 2


def in_place(loss_fun, W, X, y, step_size, batches):
    for index in range(len(batches)):
        loss_fun(W, X[batches[index]], y[batches[index]])
        W -= step_size * loss_fun(W, X[batches[index]], y[batches[index]])[1]
    return W


def once(loss_fun, W, X, y, step_size, batches):  # on all images, as the text has it
    dW = loss_fun(W, X, y)[1]
    for _ in batches:
        W = W - step_size * dW
    return W


def test_the_students_loop_draws_the_path():
    ours, theirs = at("descent_panel")[1], panels.descent_panel(in_place)
    assert theirs.tour() == ours.tour() and theirs.sentence == ours.sentence


def test_the_planted_faults_show_what_the_text_says():
    all_rows = panels.descent_panel(mistake("minibatch_descent", "you use all the data at every update"))
    one, full = all_rows.set(batch_size=1), view_of(at("descent_panel", batch_size=N)[1]).path.get_xydata()
    np.testing.assert_allclose(view_of(all_rows).path.get_xydata(), full)
    assert "jumps about" not in one and "jumps about" in at("descent_panel", batch_size=1)[0]
    straight = panels.descent_panel(once)
    assert straight.sentence.startswith("At the end w = ")
    assert "For 100 batches your loop asks for 1 gradient only." in straight.sentence
    assert len(view_of(straight).path.get_xydata()) == 2 and after("b =", straight.sentence) < -4
    uphill = mistake("minibatch_descent", "you step up the slope")
    assert "ends higher than it began" in panels.descent_panel(uphill).sentence


def test_a_loop_that_has_no_end_or_does_not_fit_says_so():
    def endless(loss_fun, W, X, y, step_size, batches):
        while True:
            W = W - step_size * loss_fun(W, X, y)[1]

    assert "more than 1000 gradients for 100 batches" in panels.descent_panel(endless).sentence
    assert "W's shape (1, 2)" in panels.descent_panel(lambda *given: 3).sentence


# --- the digits


def test_the_three_parts_share_no_image():
    X, y, X_val, y_val, X_test, y_test = panels.split_digits()
    assert [len(part) for part in (y, y_val, y_test)] == [899, 299, 599]
    rows = [tuple(row) for part in (X, X_val, X_test) for row in part]
    assert len(rows) == 1797 and all(row[-1] == 1 for row in rows)
    assert set(y) == set(y_val) == set(y_test) == set(range(10))


def test_the_slope_beats_local_search_which_beats_random_search():
    random, small = cell("random-search-run").splitlines()
    losses = [numbers(text) for text in (random, small, cell("local-search-run"), cell("vanilla-descent"))]
    assert losses[0][1] > 9 > losses[1][1] > losses[2][0] > losses[3][0]
    assert losses[0][2] < losses[1][2] < 30 < losses[2][1] < losses[3][1]
    assert losses[2][2:] == [155, 500]  # most tries thrown away


def test_one_weight_by_hand_is_multiplied_by_1_minus_2_eta_lambda():
    rows = np.array([numbers(row) for row in cell("by-hand").splitlines()]).reshape(2, 4, 2)
    for eta, steps in zip((0.3, 1.2), rows, strict=True):
        np.testing.assert_allclose(steps[:, 1], [(1 - 2 * eta) ** k for k in range(1, 5)], atol=5e-5)


def test_the_slides_loops_give_what_descend_gives(notebook):
    X, y = notebook["X_train"], notebook["y_train"]
    weights = np.zeros((10, 65))
    for _ in range(50):
        weights += -0.1 * notebook["evaluate_gradient"](svm_loss, (X, y), weights)
    np.testing.assert_allclose(descend(svm_loss, np.zeros((10, 65)), X, y, 0.1, len(X), 50).W[-1], weights, atol=1e-12)


def test_the_students_batches_go_into_the_slides_loop_as_it_stands(notebook, capsys):
    mine = {**notebook, "my_sample_training_data": sample_training_data}
    (line,) = re.findall(r"`(return .+?)`", cell.text("mini-batch-loop"))
    ready_made = cell.text("whose-batches").strip().rsplit("\n", 1)[0]
    exec(f"{ready_made}\n    {line}\n{cell.text('mini-batch-descent')}", mine)
    loss, share = numbers(capsys.readouterr().out)
    assert loss < 0.6 and 88 < share < 95  # the slide's step and batch, on a fresh draw


def test_the_three_checks(notebook):
    first, second, third = cell("three-checks").splitlines()
    assert "hinge 9.0000, softmax 2.3026" in first
    losses = numbers(second.split("0.1:")[1])
    assert losses == sorted(losses) and losses[0] < losses[2]
    X, y, *_ = panels.split_digits()
    path = descend(svm_loss, np.zeros((10, 65)), X[:20], y[:20], 0.1, 20, 100)
    assert "lowest loss 0, first" in third
    assert path.loss[int(third.split()[-1])] == 0 and path.loss[int(third.split()[-1]) - 1] > 0


def test_the_search_is_judged_by_validation_images_and_tested_once(notebook):
    X_val, y_val = panels.split_digits()[2:4]
    assert notebook["trials"] == panels.random_trials()
    share, step_size, reg = max(notebook["trials"])
    assert share == accuracy(notebook["learn"](step_size, reg), X_val, y_val) > 0.94
    assert all(1e-3 <= step <= 10 and 1e-5 <= reg <= 1 for _, step, reg in notebook["trials"])
    tested = accuracy(notebook["learn"](step_size, reg), *panels.split_digits()[4:])
    assert f"{tested:.1%}" in cell("test-once") and tested > 0.94
    source = NOTEBOOKS[4].read_text("utf-8")
    assert source.count("X_test, y_test)") == 1


def test_the_search_picture_shows_the_trials_and_yours():
    sentence, panel = at("search_panel", reg=0.0, step_size=2.0, batch_size=256, trials_made=12)
    view, trials = view_of(panel), np.array(panels.random_trials())[:12]
    shown = np.vstack([group.get_xydata() for group in view.groups])
    assert {tuple(row) for row in shown} == {tuple(row) for row in trials[:, 1:]}
    np.testing.assert_array_equal(view.shares.get_ydata(), np.maximum(trials[:, 0], view.low))
    best = np.maximum.accumulate(np.maximum(trials[:, 0], view.low))
    np.testing.assert_array_equal(view.best.get_ydata()[::2], best)
    for group, (least, most) in zip(view.groups, ((0, 0.85), (0.85, 0.93), (0.93, 1)), strict=True):
        held = {tuple(trial[1:]) for trial in trials if least <= trial[0] < most}
        assert {tuple(row) for row in group.get_xydata()} == held
    np.testing.assert_array_equal(view.winner.get_xydata()[0], trials[trials[:, 0].argmax(), 1:])
    np.testing.assert_array_equal(view.yours.get_xydata(), [[2.0, view.ZERO]])
    W = panels.learn(0.0, 2.0, 256).W[-1]
    X, y, X_val, y_val, *_ = panels.split_digits()
    assert f"Yours: {accuracy(W, X_val, y_val):.1%}, and {accuracy(W, X, y):.1%} of the training" in sentence
    assert accuracy(W, X, y) == 1 > accuracy(W, X_val, y_val)  # as the answer to the Try says


def test_the_try_by_hand_reaches_the_best_trial_in_the_broad_region_that_the_text_names():
    sentence, _ = at("search_panel", reg=0.0005, step_size=1.0, batch_size=32)
    assert "Yours: 95.0%" in sentence and "gets 95.0% of the validation" in sentence
    region = [share for share, step, reg in panels.random_trials() if 0.1 < step < 5 and reg < 0.001]
    assert len(region) == 11 and "eleven with η from 0.1 to 5 and λ below 0.001, nine have" in cell("search-seen")
    assert sum(share > 0.93 for share in region) == sum(share > 0.93 for share, *_ in panels.random_trials()) == 9


def test_the_training_loss_would_choose_no_penalty_whatever_the_share_it_reads():
    ends = [panels.learn(reg, 0.5, 899, num_iters=300).loss[-1] for reg in (0, 1e-4, 1e-3, 1e-2)]
    assert ends == sorted(ends)


# --- Going further


def test_noise_falls_as_one_over_root_b_and_no_lambda_adds_any():
    rows = np.array([numbers(row) for row in cell("noise-and-lambda").splitlines()]).reshape(2, 3, 3)
    np.testing.assert_array_equal(rows[0, :, 1:], rows[1, :, 1:])
    np.testing.assert_allclose(rows[0, 0, 2] / rows[0, :, 2], [1, 2, 4], rtol=0.07)


def test_the_noise_picture_measures_what_it_says():
    for iteration in (0, 100):
        view = view_of(at("noise_panel", batch_size=16, iteration=iteration)[1])
        x, measured = view.measured.get_data()
        _, law = view.law.get_data()
        np.testing.assert_allclose(measured, law, rtol=0.12)
        np.testing.assert_allclose(law, [law[0] / np.sqrt(B) * np.sqrt((N - B) / (N - 1)) for B in x], rtol=1e-9)
        np.testing.assert_allclose(view.current.get_xydata(), [[16, measured[4]]])
    errors = view.cloud.get_xydata()
    assert np.sqrt((errors**2).sum(axis=1).mean()) == pytest.approx(measured[4])


@pytest.mark.parametrize("iteration", [0, 100])
def test_the_share_in_the_noise_sentence_is_that_of_the_two_numbers_beside_it(iteration):
    for state in ("start", "4 images", "16 images", "64 images"):
        sigma, size, error, share, _ = numbers(at("noise_panel", state, iteration=iteration)[0])
        assert size == at("noise_panel", state)[1].states[state]["batch_size"]
        assert share == pytest.approx(100 * error / sigma, abs=0.7)


def test_equal_budgets_are_equal():
    for count, limit in (("examples seen", 490), ("epochs", 2), ("updates", 30)):
        view = view_of(at("budget_panel", count=count, batch_size=2)[1])
        assert view.ax.get_xlabel() == count and view.ax.get_xlim() == (0, limit)
        assert {float(line.get_xdata()[-1]) for line in view.lines} == {limit}


@pytest.mark.parametrize("in_updates", [False, True])
# The last one would explode at update 31, and 30 are asked for.
@pytest.mark.parametrize(("reg", "step_size"), [(0.0, 0.1), (0.01, 2.0), (1.0, 0.5), (0.5, 5.0), (1.0, 1.39)])
def test_the_descents_of_a_budget_are_those_of_descend(reg, step_size, in_updates):
    f = objective(panels.two_weights, l2, reg, bias=True)
    for size, epoch in ((1, 245), (16, 16), (N, 1)):
        spent, losses, diverged = panels.spend(reg, step_size, size, in_updates)
        num_iters = 30 if in_updates else 2 * epoch
        walk = f, panels.START, *panels.middle_ink(), step_size, size, num_iters
        paths = [descend(*walk, seed, max(1, num_iters // 40)) for seed in range(5)]
        shortest = min(paths, key=lambda path: path.diverged_at or np.inf)
        assert diverged == bool(shortest.diverged_at)
        last, length = shortest.diverged_at - 1 if diverged else num_iters, len(shortest.updates)
        assert spent["updates"].tolist() == sorted({*shortest.updates, last})  # and so a curve, however soon it ends
        assert spent["examples seen"][:length].tolist() == shortest.examples_seen.tolist()
        np.testing.assert_allclose(losses[:, :length], [path.loss[:length] for path in paths], rtol=1e-9)


def ends_of(reg, step_size, size, count):
    return panels.spend(reg, step_size, size, count == "updates")[1][:, -1]


def test_what_the_text_says_of_budgets_holds_for_every_seed():
    short = [ends_of(0.01, 0.1, size, "examples seen") for size in (1, 16, N)]
    assert short[0].max() < short[1].min() < short[1].max() < short[2].min()
    long = ends_of(0.01, 2.0, 1, "examples seen")
    assert f"from {long.min():.2f} to {long.max():.2f}" in cell("budget-seen")
    updates = [ends_of(0.01, 2.0, size, "updates") for size in (1, 16, N)]
    assert updates[2].max() <= updates[1].min() and updates[2].max() < updates[0].min()
    rows = [numbers(row) for row in cell("batch-pays").splitlines()]
    assert rows[2][2] - rows[3][2] < 0.03 and rows[1][1] > rows[3][2] and rows[0][1] > 3 * rows[1][2]
    assert round(rows[3][3] / rows[2][3]) == 29 and "a 29th of the work" in cell("batch-pays-seen")
    assert rows[1][3] == 2390 == 2 * 899 + 74 * 8  # an epoch is 113 batches, and its last one has 3 images


def test_a_longer_descent_learns_the_training_images_and_hardly_the_others():
    rows = np.array([numbers(line.split("training")[1]) for line in cell("longer-descents").splitlines()])
    svm, softmax = rows[:4], rows[4:]
    assert svm[-1, 0] == 100 and softmax[-1, 0] > 99 and softmax[-1, 0] - softmax[0, 0] > 1.5
    assert max(np.ptp(svm[:, 1]), np.ptp(softmax[:, 1])) < 1


def test_centring_saves_updates_and_the_text_counts_them():
    needed = []
    for centred in (False, True):
        f = objective(panels.two_weights, l2, 0.01, bias=True)
        path = descend(f, panels.START, *panels.middle_ink(centred), 0.5, N, 100)
        needed.append(int(np.argmax(path.loss < 0.2)))
    assert numbers(cell("centre-seen"))[:2] == needed
    mean = (panels.middle_ink(False)[0] - panels.middle_ink()[0])[0, 0]
    same = panels.START - [0, panels.START[0, 0] * mean]  # the classifier of the first panel's start
    path = descend(f, same, *panels.middle_ink(False), 0.5, N, 100)
    starts = [f(panels.START, *panels.middle_ink(each))[0] for each in (False, True)]
    assert path.loss[0] == pytest.approx(starts[1])
    good = lesson_panels("minibatch_gd")["descent_panel"].states["good"]
    assert good["step_size"] == 0.5 and good["batch_size"] == N  # the button that the Try names
    assert f"from b = {same[0, 1]:.1f}, where" in cell("centre-seen")
    assert f"even needs {np.argmax(path.loss < 0.2)} updates" in cell("centre-seen")


def test_the_templates_are_the_rows_of_w_and_the_shares_what_they_read():
    sentence, panel = at("templates_panel", reg=0.01, step_size=0.2, batch_size=64, iteration=200, loss="softmax")
    view, (path, train, unseen) = view_of(panel), panels.read_along(0.01, 0.2, 64, "softmax")
    W, (X, y, X_val, y_val, *_) = path.W[10], panels.split_digits()
    for digit in range(10):
        row = np.ma.filled(view.templates.rows[digit // 4].get_array(), np.nan)
        shown = row[:, 9 * (digit % 4) : 9 * (digit % 4) + 8]
        np.testing.assert_allclose(shown, W[digit, :64].reshape(8, 8) / np.abs(W[:, :-1]).max())
    for line, share, data in ((view.train, train, (X, y)), (view.validation, unseen, (X_val, y_val))):
        np.testing.assert_array_equal(line.get_ydata(), share)
        assert share[10] == np.mean([np.argmax(W @ x) == label for x, label in zip(*data, strict=True)])
    np.testing.assert_array_equal(view.dot.get_xydata(), [[200, unseen[10]]])
    assert f"{unseen[10]:.1%} of the validation images" in sentence
    zero = view_of(at("templates_panel")[1]).templates.rows[0].get_array()[:, :8]
    assert zero[3:5, 3:5].max() < 0  # the middle of the 0 is red


# --- the questions


ANSWERS = {
    "EXPLOSION": "2",
    "ONE_IMAGE": "hovers around it",
    "TWENTY": "exactly 0",
    "BUDGET": "1",
    "NOISE": pytest.approx(29.29, abs=0.01),
}


def test_the_answers(notebook):
    assert {name: getattr(questions, name).right() for name in ANSWERS} == ANSWERS
    assert questions.LUCK.right(notebook["random_search"]) == "about 15"


def test_one_image_a_step_hovers_whatever_the_seed():
    going = [course(panels.small_path(0.01, 0.5, 1, seed=seed)) for seed in range(12)]
    assert going.count("jumps about") >= 10
    above = [panels.small_path(0.01, 0.5, 1, seed=seed).loss[-20:].mean() for seed in range(12)]
    least = panels.small_path(0.01, 0.5, N).loss[-1]
    assert min(above) > 1.05 * least and np.mean(above) > 1.2 * least


def test_a_budget_beyond_the_scale_is_on_its_edge():
    panel = panels.budget_panel()
    panel.set(reg=10.0, step_size=10.0)
    for line in view_of(panel).lines:
        x, y = line.get_data()
        assert len(x) > 1 and set(y) == {line.axes.get_ylim()[1]}
