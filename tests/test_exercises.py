"""The exercises of the lessons: what holds for every change, every solution and every input, and right answers."""

import math
import random
import re

import mutate
import numpy as np
import pytest

from lecture_support import common, gradients
from lecture_support.checks import NOT_WRITTEN, PASSED, Exercise, Trial, changes_in
from lecture_support.exercises import EXERCISES, MODULES, solution
from lecture_support.lessons.minibatch_gd import exercises as minibatch_gd
from lecture_support.lessons.softmax import exercises as softmax
from lecture_support.lessons.svm_margin import exercises as svm_margin
from lecture_support.losses import probabilities, softmax_loss, svm_loss
from lecture_support.penalties import l2, objective

WRITTEN = {name: exercise for name, exercise in EXERCISES.items() if isinstance(exercise, Exercise)}
each_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
each_with_inputs = pytest.mark.parametrize("exercise", WRITTEN.values(), ids=WRITTEN.keys())


def outcomes_of(exercise, mistake):
    """What a mistake comes to, up to the input where it stops."""
    outcomes = [exercise.outcome(mistake, number) for number in range(len(exercise.inputs))]
    return outcomes[: next((i + 1 for i, outcome in enumerate(outcomes) if outcome.trouble), len(outcomes))]


def test_no_exercise_is_hidden_by_another():
    assert len(EXERCISES) == sum(len(module.EXERCISES) for module in MODULES)
    assert {type(exercise) for exercise in EXERCISES.values()} == {Exercise, Trial}


@each_exercise
def test_the_solution_passes_and_a_stub_is_not_written_yet(exercise, capsys):
    assert {exercise.verdict(right) for right in (exercise.right, *getattr(exercise, "variants", ()))} == {PASSED}
    assert exercise.verdict(lambda *arguments: None) == NOT_WRITTEN
    solution(exercise.name)
    assert f"def {exercise.name}(" in capsys.readouterr().out


SHARED = common.OVER_EXAMPLES, common.SOFTMAX, common.SHIFT, softmax.BY_ROWS, svm_margin.HINGE


@each_with_inputs
def test_every_change_can_be_made_once(exercise):
    shared = {change for text in SHARED for change in changes_in(text)}
    for words, before, after in changes_in(exercise.changes):
        counts = [source.count(before) for source in exercise.sources]
        assert set(counts) <= {0, 1} and before != after, (words, before, counts)
        assert any(counts) or (words, before, after) in shared, (words, before)


@pytest.mark.parametrize("text", SHARED)
def test_what_is_shared_is_made_in_two_exercises_or_more(text):
    users = [exercise for exercise in WRITTEN.values() if text in exercise.changes]
    assert all(any(before in source for user in users for source in user.sources) for _, before, _ in changes_in(text))
    assert all(sum(words in user.words for user in users) > 1 for words, _, _ in changes_in(text))


@each_with_inputs
def test_every_mistake_changes_a_result_and_earns_its_words(exercise):
    """Also with a student's care, time limit and all; two with one result have the same words."""
    for mistake in exercise.known[: len(exercise.singles)]:
        assert not exercise.comes_to(mistake, exercise.wanted), mistake.words
        assert exercise.verdict(mistake.function) == mistake.words


@each_with_inputs
def test_every_pair_that_can_be_told_apart_earns_its_words(exercise):
    """Another verdict is only given where that one comes to the same results, or where nothing is wrong.

    Every seventh pair is tried: all come to their verdicts in one way, and there are thousands.
    """
    for pair in exercise.known[len(exercise.singles) :: 7]:
        verdict = exercise.verdict(pair.function)
        if verdict not in (pair.words, PASSED):
            others = [other for other in exercise.known if other.words == verdict]
            assert any(exercise.comes_to(other, outcomes_of(exercise, pair)) for other in others), pair.words
        assert (verdict == PASSED) == exercise.passes(pair.function)


@each_with_inputs
def test_words_are_one_or_two_sentences_and_show_no_line_of_the_solution(exercise):
    lines = [line.strip() for source in exercise.sources for line in source.splitlines()]
    for words in (mistake.words for mistake in exercise.known):
        assert words[-1] in ".?" and len(words) < 260, words
        assert len(re.findall(r"[.?)] (?=[A-Z])", words)) <= 1, words
        assert not any(line in words for line in lines if "=" in line and len(line) > 12), words


@each_with_inputs
def test_no_mutant_of_a_solution_passes(exercise):
    assert mutate.unexplained(exercise) == []


# --- right answers, however they are written


def one_by_one(w, b, X, t):
    return [
        bool(side * (sum(a * c for a, c in zip(w, x, strict=True)) + b) < 1.000001)
        for x, side in zip(X, t, strict=True)
    ]


def loss_in_loops(x, y, W):
    scores = [sum(a * c for a, c in zip(w, x, strict=True)) for w in W]
    return sum(max(0, s - scores[y] + 1) for j, s in enumerate(scores) if j != y)


def mean_by_columns(W, X, y):
    scores = np.einsum("cd,nd->cn", W, X)
    margins = (scores - scores[y, range(len(y))] + 1).clip(0)
    return margins.sum() / len(y) - 1


def line_as_a_list(scores, y):
    line = [0 if j == y else -int(s > scores[y] - 1) for j, s in enumerate(scores)]
    line[y] = -sum(line)
    return line


def by_shuffling(data, batch_size):
    rows = list(range(len(data[1])))
    np.random.default_rng().shuffle(rows)
    return [data[0][row] for row in rows[:batch_size]], [data[1][row] for row in rows[:batch_size]]


def by_choice(data, batch_size):
    rows = np.random.default_rng().choice(len(data[1]), batch_size, replace=False)
    return data[0][rows], data[1][rows]


def in_pairs(data, batch_size):
    firsts = 2 * np.random.default_rng().permutation(len(data[1]) // 2)[: batch_size // 2]
    rows = np.column_stack([firsts, firsts + 1]).ravel()
    return data[0][rows], data[1][rows]


def with_a_counter(loss_fun, W, X, y, step_size, batches):
    weights, i = W.copy(), 0
    while i < len(batches):
        weights = weights - step_size * loss_fun(weights, X[batches[i]], y[batches[i]])[1]
        i += 1
    return weights


def gradient_by_copies(f, W, h):
    slopes = []
    for i in range(W.size):
        up, down = W.copy(), W.copy()
        up.flat[i] += h
        down.flat[i] -= h
        slopes.append(float(f(up) - f(down)) / h / 2)
    return np.reshape(slopes, W.shape).tolist()


def error_by_loops(a, n):
    rows = []
    for pairs in zip(a, n, strict=True):
        sizes = [max(abs(p), abs(q)) for p, q in zip(*pairs, strict=True)]
        rows.append([abs(p - q) / size if size else 0 for p, q, size in zip(*pairs, sizes, strict=True)])
    return rows


def added_back(f, W, h):
    slopes = np.zeros(W.shape)
    for index in np.ndindex(W.shape):
        W[index] += h
        above = f(W)
        W[index] -= 2 * h
        slopes[index] = (above - f(W)) / (2 * h)
        W[index] += h
    return slopes


def formula_bias_apart(W, X, y, reg):
    X, b = X[:, :-1], W[:, -1]
    P = probabilities(X @ W[:, :-1].T + b) - np.eye(len(W))[y]
    return np.column_stack([P.T @ X / len(y) + 2 * reg * W[:, :-1], P.mean(axis=0)])


def full_loss_by_mask(loss_fun, W, X, y, reg):
    mask = np.ones(W.shape[1])
    mask[-1] = 0
    loss, dW = loss_fun(W, X, y)
    return np.float32(loss + reg * np.einsum("cd,cd,d->", W, W, mask)), (dW + reg * 2 * W * mask).tolist()


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


RIGHT = {
    "one_sided_slope": [
        lambda f, w, h: np.float32(np.divide(np.subtract(f(w + h), f(w)), h)),
        lambda f, w, h: [f(w + h), f(w)][0] / h - f(w) / h,
    ],
    "numerical_gradient": [gradient_by_copies, added_back, gradients.numerical_gradient],
    "relative_error": [
        error_by_loops,
        gradients.relative_error,
        lambda a, n: abs(a - n) / np.maximum(np.maximum(abs(a), abs(n)), 1e-8),
        lambda a, n: np.nan_to_num(abs(a - n) / np.maximum(abs(a), abs(n))),
    ],
    "looks_right": [
        lambda a, n, kinks: np.all(gradients.relative_error(a, n) < [1e-7, 1e-4][kinks]),
        lambda a, n, kinks: int(max(map(max, error_by_loops(a, n))) < 10 ** (3 * kinks - 7)),
        lambda a, n, kinks: not any(not e < (1e-4 if kinks else 1e-7) for row in error_by_loops(a, n) for e in row),
    ],
    "num_evaluations": [
        lambda C, D, centered: np.int64(C * D + C) * (1 + centered) + 1 - centered,
        lambda C, D, centered: sum(1 + centered for _ in range(C * (D + 1))) + 1 - centered,
    ],
    "full_gradient": [
        formula_bias_apart,
        lambda W, X, y, reg: objective(softmax_loss, l2, reg, bias=True)(W, X, y)[1],
    ],
    "support_vectors": [
        one_by_one,
        lambda w, b, X, t: np.maximum(0, 1 - t * (np.einsum("nd,d->n", X, w) + b)) >= t * (X @ w + b) - 1,
        lambda w, b, X, t: ~(t * (X.astype(np.float32) @ w.astype(np.float32) + b) > 1),
    ],
    "L_i_vectorized": [loss_in_loops, lambda x, y, W: np.float32(np.maximum(0, W @ x - W[y] @ x + 1).sum() - 1)],
    "mean_hinge_loss": [
        lambda W, X, y: float(np.mean([loss_in_loops(x, label, W) for x, label in zip(X, y, strict=True)])),
        mean_by_columns,
        lambda W, X, y: svm_loss(W.astype(np.float32), X.astype(np.float32), y)[0],
    ],
    "hinge_gradient": [
        lambda W, X, y: svm_loss(W, X, y)[1].tolist(),
    ],
    "band_width": [
        lambda W, i, j: 2 / sum((a - b) ** 2 for a, b in zip(W[i][:-1], W[j][:-1], strict=True)) ** 0.5,
        lambda W, i, j: np.float32(2) / np.sqrt(np.einsum("d,d->", *[(W[j] - W[i])[:-1]] * 2)),
        lambda W, i, j: 2 / math.dist(W[i][:-1], W[j][:-1]),
    ],
    "accuracy": [
        lambda W, X, y: np.float32(np.mean(np.einsum("nd,cd->nc", X, W).argmax(1) == y)),
        lambda W, X, y: sum((X @ W.T).argsort(axis=1)[:, -1] == y) / len(y),  # of a tie another class
    ],
    "sample_training_data": [lambda data, size: tuple(by_shuffling(data, size)), by_shuffling, by_choice],
    "minibatch_descent": [with_a_counter],
    "full_loss": [full_loss_by_mask],
    "elastic_net": [
        lambda W, beta: (beta * np.vdot(W, W) + np.abs(W).sum(), 2 * beta * W + np.sign(W)),
    ],
    "soft_threshold": [soft_by_cases, lambda W, t: (W - np.clip(W, -t, t)).astype(np.float32)],
    "clip_norm": [clip_by_loops, clip_as_in_the_formula],
    "inverted_dropout": [dropout_by_loops, dropout_by_binomial, dropout_by_where],
    "ledger_row": [line_as_a_list, lambda scores, y: np.float32(line_as_a_list(scores, y))],
}


@pytest.mark.parametrize(
    ("name", "student"),
    [pytest.param(name, student, id=f"{name}-{i}") for name, found in RIGHT.items() for i, student in enumerate(found)],
)
def test_right_answers_written_in_other_ways_pass(name, student):
    assert EXERCISES[name].verdict(student) == PASSED


def test_a_random_batch_passes_every_time():
    """By chance one batch in 990 holds four neighbours in their order, and it is no mistake."""
    trial = minibatch_gd.SAMPLE_TRAINING_DATA
    assert {trial.verdict(by_choice) for _ in range(100)} == {PASSED}
    assert trial.verdict(in_pairs) != minibatch_gd.ORDERED


def drawn(choose):
    """A batch of the rows and the labels that choose(N, batch_size) draws."""

    def student(data, batch_size):
        rows, labels = choose(len(data[1]), batch_size)
        return data[0][rows], data[1][labels]

    return student


def twice(rows):
    return rows, rows


@pytest.mark.parametrize(
    ("choose", "words"),
    [
        (lambda N, B: twice(range(B)), minibatch_gd.FIXED),
        (lambda N, B: twice(random.Random(231).sample(range(N), B)), minibatch_gd.FIXED),
        (lambda N, B: twice(random.choices(range(N), k=B)), minibatch_gd.REPEATED),
        (lambda N, B: (random.sample(range(N), B), random.sample(range(N), B)), minibatch_gd.APART),
        (lambda N, B: (sorted(rows := random.sample(range(N), B)), rows), minibatch_gd.APART),
        (lambda N, B: twice(range(start := random.randint(0, N - B), start + B)), minibatch_gd.ORDERED),
        (lambda N, B: twice(random.sample(range(1, N), B)), minibatch_gd.NEVER),
    ],
)
def test_a_batch_that_is_drawn_wrongly_is_told_how(choose, words):
    assert minibatch_gd.SAMPLE_TRAINING_DATA.verdict(drawn(lambda N, B: map(list, choose(N, B)))) == words


def test_rows_that_are_not_the_datas_are_told():
    trial = minibatch_gd.SAMPLE_TRAINING_DATA
    assert trial.verdict(lambda data, size: (by_choice(data, size)[0] + 1, by_choice(data, size)[1])) == (
        minibatch_gd.LABELS_ONLY
    )
    length_of_a_pair = trial.verdict(lambda data, size: np.random.default_rng().choice(len(data), size, replace=False))
    assert length_of_a_pair.startswith("`len(data)` is 2, the length of a pair")
