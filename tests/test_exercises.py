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
from lecture_support.losses import softmax_loss, svm_loss
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


@pytest.mark.parametrize("made", [lambda values: np.asarray(values).tolist(), np.float32])
@each_with_inputs
def test_a_right_answer_may_come_in_lists_or_in_float32(exercise, made):
    def student(*arguments):
        result = exercise.right(*arguments)
        return tuple(map(made, result)) if isinstance(result, tuple) else made(result)

    assert exercise.verdict(student) == PASSED


def mean_by_columns(W, X, y):
    scores = np.einsum("cd,nd->cn", W, X)
    margins = (scores - scores[y, range(len(y))] + 1).clip(0)
    return margins.sum() / len(y) - 1


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


def added_back(f, W, h):
    slopes = np.zeros(W.shape)
    for index in np.ndindex(W.shape):
        W[index] += h
        above = f(W)
        W[index] -= 2 * h
        slopes[index] = (above - f(W)) / (2 * h)
        W[index] += h
    return slopes


def clip_as_in_the_formula(W, max_norm):
    return (W * np.minimum(1, max_norm / np.sqrt(np.einsum("cd,cd->c", W, W)))[:, None]).astype(np.float32)


def dropout_by_binomial(X, keep):
    return (X * np.random.default_rng().binomial(1, keep, X.shape) / keep).astype(np.float32)


def dropout_by_where(X, keep):
    return np.where(np.random.default_rng().random(X.shape) > keep, 0, X / keep).tolist()


RIGHT = {
    "one_sided_slope": [lambda f, w, h: f(w + h) / h - f(w) / h],
    "numerical_gradient": [added_back, gradients.numerical_gradient],
    "relative_error": [
        gradients.relative_error,
        lambda a, n: abs(a - n) / np.maximum(np.maximum(abs(a), abs(n)), 1e-8),
        lambda a, n: np.nan_to_num(abs(a - n) / np.maximum(abs(a), abs(n))),
    ],
    "looks_right": [
        lambda a, n, kinks: np.all(gradients.relative_error(a, n) < [1e-7, 1e-4][kinks]),
        lambda a, n, kinks: int(gradients.relative_error(a, n).max() < 10 ** (3 * kinks - 7)),
    ],
    "num_evaluations": [lambda C, D, centered: np.int64(C * D + C) * (1 + centered) + 1 - centered],
    "full_gradient": [lambda W, X, y, reg: objective(softmax_loss, l2, reg, bias=True)(W, X, y)[1]],
    "support_vectors": [
        lambda w, b, X, t: t * (X @ w + b) < 1.000001,
        lambda w, b, X, t: np.maximum(0, 1 - t * (np.einsum("nd,d->n", X, w) + b)) >= t * (X @ w + b) - 1,
        lambda w, b, X, t: ~(t * (X.astype(np.float32) @ w.astype(np.float32) + b) > 1),
    ],
    "L_i_vectorized": [lambda x, y, W: np.maximum(0, W @ x - W[y] @ x + 1).sum() - 1],
    "mean_hinge_loss": [
        mean_by_columns,
        lambda W, X, y: svm_loss(W.astype(np.float32), X.astype(np.float32), y)[0],
    ],
    "hinge_gradient": [lambda W, X, y: svm_loss(W, X, y)[1]],
    "band_width": [lambda W, i, j: 2 / math.dist(W[i][:-1], W[j][:-1])],
    "accuracy": [lambda W, X, y: sum((X @ W.T).argsort(axis=1)[:, -1] == y) / len(y)],  # of a tie another class
    "sample_training_data": [lambda data, size: tuple(by_shuffling(data, size)), by_shuffling, by_choice],
    "soft_threshold": [lambda W, t: W - np.clip(W, -t, t)],
    "clip_norm": [clip_as_in_the_formula],
    "inverted_dropout": [dropout_by_binomial, dropout_by_where],
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
