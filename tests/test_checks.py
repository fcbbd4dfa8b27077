"""Every exercise: right answers pass however they are written, each known mistake is named, nothing else passes."""

import copy
import re
import sys
import warnings
from functools import partial
from itertools import chain, repeat
from types import SimpleNamespace

import numpy as np
import pytest

from lecture_support import checks
from lecture_support.checks import NOT_WRITTEN, PASSED, Exercise, Mistake, Trial
from lecture_support.exercises import EXERCISES, MODULES, check, solution
from lecture_support.exercises.minibatch_gd import ACCURACY, GRADIENT_STEP, MINIBATCH_DESCENT, SAMPLE_TRAINING_DATA
from lecture_support.progress import progress

SECONDS = checks.SECONDS  # as the student has it, before conftest.py grants more

each_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
each_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [
        pytest.param(exercise, mistake, id=f"{exercise.name}-{number}")
        for exercise in EXERCISES.values()
        if isinstance(exercise, Exercise)
        for number, mistake in enumerate(exercise.mistakes)
    ],
)


def test_there_are_at_least_four_exercises_a_notebook_and_25_named_mistakes():
    assert all(len(module.EXERCISES) >= 4 for module in MODULES)
    assert sum(len(exercise.words) for exercise in EXERCISES.values()) >= 25
    assert len(EXERCISES) == sum(len(module.EXERCISES) for module in MODULES)  # none is hidden by another's name


@each_exercise
def test_the_solution_passes(exercise):
    assert exercise.verdict(exercise.right) == PASSED


@each_exercise
def test_a_stub_is_not_written_yet(exercise):
    assert exercise.verdict(lambda *arguments: None) == NOT_WRITTEN


@each_mistake
def test_each_mistake_gets_its_own_words(exercise, mistake):
    """No mistake is shadowed by another one."""
    assert exercise.verdict(mistake.function) == mistake.words


@each_exercise
def test_no_two_mistakes_have_the_same_words(exercise):
    assert len(set(exercise.words)) == len(exercise.words)


@each_exercise
def test_no_verdict_shows_code_of_the_solution(exercise):
    lines = [line.strip() for line in checks.linecache.getlines(exercise.right.__code__.co_filename)]
    body = {line for line in lines if "=" in line and len(line) > 12}
    for words in exercise.words:
        assert not any(line in words for line in body)


def corrupted(exercise, seed):
    """The solution with one thing changed, at random: in its result, or in what it is given."""
    rng = np.random.default_rng(seed)
    kind, factor, shift = rng.integers(6), rng.uniform(1.05, 3), rng.uniform(0.05, 2)

    def change(array):
        array = np.array(array, dtype=float)
        if kind == 0:
            return array * factor
        if kind == 1:
            return array + shift
        if kind == 2:
            return -array - shift
        if kind == 3:
            array.flat[rng.integers(array.size)] += shift
            return array
        if kind == 4:
            return np.full_like(array, np.nan)
        return [*array.tolist(), 0.0] if array.ndim else [float(array)]

    def wrong(*arguments):
        result = exercise.right(*arguments)
        return tuple(map(change, result)) if isinstance(result, tuple) else change(result)

    return wrong


@each_exercise
def test_200_random_corruptions_never_pass_and_never_crash_the_check(exercise):
    for seed in range(200):
        verdict = exercise.verdict(corrupted(exercise, seed))
        assert verdict not in (PASSED, NOT_WRITTEN), seed
        assert verdict.count("\n") <= 1 and len(verdict) < 700, verdict


@each_exercise
@pytest.mark.parametrize("junk", ["text", [], {}, object(), [[1, 2], [3]], float("nan"), lambda: 0, (None, None), True])
def test_results_of_a_strange_kind_get_a_line_and_not_a_traceback(exercise, junk):
    assert exercise.verdict(lambda *arguments: junk) not in (PASSED, NOT_WRITTEN)


def raises(*arguments):
    return arguments[0].no_such_thing


@each_exercise
def test_an_exception_is_told_whatever_the_exercise(exercise):
    assert exercise.verdict(raises).startswith("your function stopped with AttributeError:")


def test_an_exception_is_told_with_its_line():
    verdict = GRADIENT_STEP.verdict(raises)
    assert verdict.startswith("your function stopped with AttributeError:")
    assert "`return arguments[0].no_such_thing`" in verdict


@pytest.mark.parametrize("error", [SystemExit, RecursionError, KeyError, ZeroDivisionError, StopIteration])
def test_every_exception_is_caught(error):
    def student(*arguments):
        raise error("oh")

    assert error.__name__ in GRADIENT_STEP.verdict(student)


def test_wrong_number_of_parameters_is_told():
    assert "TypeError" in GRADIENT_STEP.verdict(lambda W: W)


def test_an_endless_loop_ends(monkeypatch):
    monkeypatch.setattr(checks, "SECONDS", 0.2)

    def student(*arguments):
        while True:
            pass

    assert "did not come to an end" in GRADIENT_STEP.verdict(student)


def test_a_changed_input_is_told():
    def student(W, dW, step_size):
        W -= step_size * dW
        return W

    assert "changes what it is given" in GRADIENT_STEP.verdict(student)


def test_an_unknown_mistake_gets_the_smallest_example_that_differs():
    verdict = GRADIENT_STEP.verdict(lambda W, dW, step_size: W - step_size * dW + 0.25)
    assert "no mistake that is known here" in verdict
    assert "[[1., 2.]], [[ 3., -4.]], 0.1 gives [[0.95, 2.65]]" in verdict


def doubled(x):
    return 2.0 * x


def exercise_of(right, *values):
    """An exercise with one parameter, tried with each of the values."""
    return Exercise(right, lambda rng: [(value,) for value in values])


def test_an_unknown_mistake_of_later_examples_gets_the_first_of_them():
    verdict = exercise_of(doubled, 1.0, 2.0, 3.0).verdict(lambda x: 2 * x + (x > 1))
    assert verdict.endswith("The smallest example that differs: 2. gives 5., and 4. is right.")


@pytest.mark.parametrize(
    ("student", "words"),
    [
        (lambda x: 6 * x, "All your results are 3 times the right ones."),
        (lambda x: -3 * x, "All your results are -1.5 times the right ones."),
        (lambda x: 2 * x + 0.5, "All your results are 0.5 too high."),
        (lambda x: 2 * x - 1 / 3, "All your results are 0.3333 too low."),
        (lambda x: 0 * x, ""),
        (lambda x: 2 * x + (x > 1), ""),
        (lambda x: 6 * x if x < 100 else 5 * x, ""),
        (lambda x: 6 * x if x > 1 else 5 * x, ""),
        (lambda x: 6 * x if x > 1 else np.inf, ""),
        (lambda x: 6 * x if x > 1 else np.nan, ""),
    ],
)
def test_of_an_unknown_mistake_what_all_results_have_in_common_is_told(student, words):
    verdict = exercise_of(doubled, 0.5, 2.0, 1000.0).verdict(student)
    told = verdict.removeprefix("not right yet, and no mistake that is known here.").split("The smallest example")[0]
    assert told.strip() == words


def test_what_two_results_have_in_common_is_told_of_both():
    pair = Exercise(lambda x: (2 * x, np.array([x, 3])), lambda rng: [(1.0,), (2.0,)])
    assert "All your results are 2 times" in pair.verdict(lambda x: (4 * x, [2 * x, 6]))
    assert "All your results are 1 too high" in pair.verdict(lambda x: (2 * x + 1, [x + 1, 4]))
    assert "All your results" not in pair.verdict(lambda x: (4 * x, [x, 3]))
    first, second = (f"The {which} of your two results is right, the other is not." for which in ("first", "second"))
    assert first in pair.verdict(lambda x: (2 * x, [np.nan, 3]))
    assert second in pair.verdict(lambda x: (np.inf, [x, 3]))
    assert "is right, the other" not in pair.verdict(lambda x: (2 * x if x < 2 else 3, [x, 4]))
    assert "is right, the other" not in exercise_of(lambda x: np.array([1.0, 2.0]), 1.0).verdict(lambda x: [1, 3])
    zeros = Exercise(lambda x: 0 * x, lambda rng: [(1.0,), (2.0,)])
    assert "All your results are 1 too high" in zeros.verdict(lambda x: 1)
    assert "All your results" not in zeros.verdict(lambda x: x)
    nothing = Exercise(lambda x: np.nan, lambda rng: [(1.0,)])
    assert "All your results" not in nothing.verdict(lambda x: 1.0)


@pytest.mark.parametrize(
    ("right", "result", "passes"),
    [
        (1e3, 1e3 * (1 + 0.99e-4), True),
        (1e3, 1e3 * (1 + 1.05e-4), False),
        (0.0, 0.99e-6, True),
        (0.0, 1.05e-6, False),
        ([1e3, 0.0], [1e3, -0.99e-3], True),
        ([1e3, 0.0], [1e3, -1.05e-3], False),
        ([-1e3, 0.0], [-1e3, 0.99e-3], True),
        ([np.inf, np.nan, 1.0], [np.inf, np.nan, 1.0], True),
        ([np.inf, np.nan, 1.0], [np.inf, np.nan, 2.0], False),
        ([np.inf, np.nan, 1.0], [np.inf, 0.0, 1.0], False),
        ((1.0, 2.0), (1.0, 3.0), False),
        ((1.0, 2.0), (3.0, 2.0), False),
    ],
)
def test_how_far_a_result_may_lie_from_the_right_one(right, result, passes):
    right, result = (np.array(value) if isinstance(value, list) else value for value in (right, result))
    assert (exercise_of(lambda x: right, 1.0).verdict(lambda x: result) == PASSED) == passes


def test_a_mistake_of_another_shape_is_another_mistake():
    exercise = Exercise(lambda x: np.array([2, 4]) * x, lambda rng: [(1.0,)], (Mistake("3", lambda x: 3.0),))
    assert "no mistake that is known here" in exercise.verdict(lambda x: np.array([3.0, 3.0]))


def test_a_return_that_is_missing_on_one_way_is_told():
    verdict = exercise_of(doubled, 1.0, 2.0).verdict(lambda x: 2 * x if x < 2 else None)
    assert "returns nothing here" in verdict and verdict.endswith("It was called with 2..")
    assert exercise_of(doubled, 1.0, 2.0).verdict(lambda x: print(x) if x < 2 else None) == checks.PRINTED


def test_a_call_may_take_two_seconds(monkeypatch):
    monkeypatch.setattr(checks, "SECONDS", SECONDS)
    for seconds in (1.99, 2.0, 2.01):
        readings = chain([0.0], repeat(seconds))
        monkeypatch.setattr(checks, "time", SimpleNamespace(monotonic=lambda readings=readings: next(readings)))
        result, trouble = checks.call(doubled, (1.0,))
        assert (result == 2) == (seconds <= 2) == (trouble is None)


def test_exercises_stay_what_they_are():
    trial = next(exercise for exercise in EXERCISES.values() if isinstance(exercise, Trial))
    for record in (GRADIENT_STEP, GRADIENT_STEP.mistakes[0], trial):
        with pytest.raises(AttributeError):
            record.words = record.right = None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.arange(16.0), "[ 0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15.]"),
        (np.arange(17.0), "an array of shape (17,)"),
        (np.pi, "3.1416"),
        (np.array([1.0, 1e-9]), "[1., 0.]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        ((1, np.array([2])), "(1, [2])"),
        (doubled, "doubled"),
        (partial(doubled, 1), "a function"),
    ],
)
def test_a_value_is_shown_in_a_few_words(value, words):
    assert re.sub(" +", " ", checks.show(value)) == words


@pytest.mark.parametrize(
    ("result", "right", "words"),
    [
        (1.0, 2, None),
        ([1.0, 2.0], np.zeros(2), None),
        (1.0, np.zeros(2), "your function returns a single number, and an array of shape (2,) is asked for."),
        (np.zeros((2, 1)), 1.0, "your function returns an array of shape (2, 1), and a single number is asked for."),
        (1.0, (1.0, 2.0, 3.0), "your function returns one result, and a tuple of 3 is asked for."),
        ((1.0, 2.0), 1.0, "your function returns a tuple of 2, and one result is asked for."),
        ((1.0, [2.0]), (1.0, 2.0), "your function returns an array of shape (1,), and a single number is asked for."),
        ("many", 1.0, "your function returns a str that is not made of numbers."),
        (None, 1.0, "your function returns nothing here: is there a `return` on every way through it?"),
    ],
)
def test_what_a_result_is_instead_is_told(result, right, words):
    assert checks.misfit(result, right) == words


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1.0, 2.0]), np.array([1.0, 3.0]), False),
        ([1, 2], [1, 2], True),
        ([1, 2], [1, 3], False),
        ([1, 2], [1, 2, 3], False),
        ((np.zeros(2), "a"), (np.zeros(2), "a"), True),
        ((np.zeros(2), "a"), (np.ones(2), "a"), False),
        ("a", "b", False),
    ],
)
def test_a_change_of_an_argument_is_seen(before, after, same):
    assert checks.same(before, after) is same


def test_an_error_is_told_with_the_line_of_the_students_own_code_alone():
    def student(x):
        return np.linalg.inv(x)

    _, trouble = checks.call(student, (np.zeros((2, 2)),))
    assert trouble == (
        "your function stopped with LinAlgError: Singular matrix (in the line `return np.linalg.inv(x)`)."
    )
    assert checks.error_in(trouble, True) == "your function stopped with LinAlgError: Singular matrix"
    assert checks.error_in(trouble, False) == "your function stopped with LinAlgError"
    assert checks.error_in(None, True) == checks.error_in(None, False) == ""
    _, trouble = checks.call(int, ("x",))
    assert trouble == "your function stopped with ValueError: invalid literal for int() with base 10: 'x'."
    exec(compile("def unseen(x):\n    raise KeyError(x)", "<nowhere>", "exec"), namespace := {})
    assert checks.call(namespace["unseen"], (1,)) == (None, "your function stopped with KeyError: 1.")


def test_the_trace_of_who_calls_is_put_back():
    seen = []
    before = sys.gettrace()
    try:
        sys.settrace(trace := lambda *event: seen.append(event))
        checks.call(doubled, (1.0,))
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)


def test_output_and_warnings_of_the_students_function_stay_out(capsys, recwarn):
    def student(W, dW, step_size):
        print("hello")
        np.log(-np.ones(3))
        warnings.warn("loud", stacklevel=1)
        return W - step_size * dW

    assert GRADIENT_STEP.verdict(student) == PASSED
    assert capsys.readouterr() == ("", "")
    assert not list(recwarn)


def test_a_result_that_is_only_printed_is_told():
    assert "with `return`" in GRADIENT_STEP.verdict(lambda W, dW, step_size: print(W - step_size * dW))


def test_a_function_that_is_handed_over_is_no_changed_input():
    assert checks.call(lambda f: f(), (partial(doubled, 1.0),)) == (2.0, None)


def test_a_function_that_fails_only_when_it_is_asked_once_more_is_no_traceback():
    calls = []

    def student(W, dW, step_size):
        calls.append(1)
        if len(calls) > len(GRADIENT_STEP.cases(np.random.default_rng(0))):
            raise KeyError("late")

    assert GRADIENT_STEP.verdict(student) == NOT_WRITTEN


def test_a_list_of_two_results_counts_as_two_results():
    exercise = EXERCISES["l2_penalty"]
    assert exercise.verdict(lambda W, reg: list(exercise.right(W, reg))) == PASSED


def test_one_result_for_two_is_told_in_words():
    assert "a tuple of 2, and one result is asked for" in GRADIENT_STEP.verdict(lambda W, dW, step_size: (W, dW))


def loops(W, dW, step_size):
    return [[float(w) - step_size * float(d) for w, d in zip(*rows, strict=True)] for rows in zip(W, dW, strict=True)]


def single_precision(W, dW, step_size):
    return (W.astype(np.float32) - np.float32(step_size) * dW.astype(np.float32)).astype(np.float32)


def copied_first(W, dW, step_size):
    W = W.copy()
    W += -step_size * dW
    return W


def by_counting(W, X, y):
    right = 0
    for x, label in zip(X, y, strict=True):
        scores = [sum(a * b for a, b in zip(w, x, strict=True)) for w in W]
        right += scores.index(max(scores)) == label
    return right / len(y)


def by_shuffling(data, batch_size):
    rows = list(range(len(data[1])))
    np.random.default_rng().shuffle(rows)
    return [data[0][row] for row in rows[:batch_size]], [data[1][row] for row in rows[:batch_size]]


def with_a_counter(loss_fun, W, X, y, step_size, batches):
    weights, i = W.copy(), 0
    while i < len(batches):
        weights -= step_size * loss_fun(weights, X[batches[i]], y[batches[i]])[1]
        i += 1
    return weights


@pytest.mark.parametrize(
    ("exercise", "student"),
    [
        (GRADIENT_STEP, loops),
        (GRADIENT_STEP, single_precision),
        (GRADIENT_STEP, copied_first),
        (GRADIENT_STEP, lambda W, dW, step_size: np.subtract(W, np.multiply(dW, step_size))),
        (ACCURACY, by_counting),
        (ACCURACY, lambda W, X, y: np.float32(np.mean(np.einsum("nd,cd->nc", X, W).argmax(1) == y))),
        (SAMPLE_TRAINING_DATA, lambda data, size: tuple(by_shuffling(data, size))),
        (MINIBATCH_DESCENT, with_a_counter),
    ],
)
def test_right_answers_written_in_other_ways_pass(exercise, student):
    assert exercise.verdict(student) == PASSED


def test_the_inputs_are_not_changed_by_a_check():
    cases = GRADIENT_STEP.cases(np.random.default_rng(0))
    before = copy.deepcopy(cases)
    for arguments in cases:
        checks.call(copied_first, arguments)
    assert all(checks.same(a, b) for a, b in zip(before, cases, strict=True))


def test_check_prints_the_verdict_and_progress_counts(capsys, monkeypatch):
    monkeypatch.setattr("lecture_support.progress._DONE", {"exercise": {}, "prediction": {}})

    def my_gradient_step(W, dW, step_size):
        return None

    check(my_gradient_step)
    progress()

    def my_gradient_step(W, dW, step_size):
        return W - step_size * dW

    check(my_gradient_step)
    progress()
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "my_gradient_step: not written yet."
    assert "Still open: my_gradient_step." in printed[1]
    assert printed[2] == "my_gradient_step: passed."
    assert "Still open" not in printed[3]


def test_a_solution_is_shown_on_purpose_only(capsys):
    solution("gradient_step")
    assert "return W - step_size * dW" in capsys.readouterr().out


def test_both_kinds_of_exercise_are_in_use():
    assert {type(exercise) for exercise in EXERCISES.values()} == {Exercise, Trial}
