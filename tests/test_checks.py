"""What `check` is made of: how a catalogue is read, how close is right, and what is said of an unknown mistake."""

import re
from functools import partial

import numpy as np
import pytest

from lecture_support import checks
from lecture_support.checks import NOT_WRITTEN, PASSED, Exercise
from lecture_support.exercises import check, exercise_of
from lecture_support.progress import progress


def doubled(x):
    return 2.0 * x


def exercise_with(right, *values, **more):
    """An exercise with one parameter, tried with each of the values."""
    return Exercise(right, lambda rng: [(value,) for value in values], **more)


def mean_square(x):
    squares = x**2
    return squares.sum() / len(x)


def mean_square_in_a_loop(x):
    total = 0.0
    for number in x:
        total += number**2
    return total / len(x)


CATALOGUE = r"""
/ len(x) →  # this is the sum: divide by N.
x**2 → 2 * x | number**2 → 2 * number
    you double: a square is asked for.
    It is x**2.
\n    return total → \n        return total
    only the first one counts: is the `return` inside the loop?
squares.sum → squares.max  # you keep the largest.
→ squares.min → squares.argmin
→ squares.argmax
    you keep one that is not asked for.
total = 0.0 →  # total has no beginning.
"""
MEAN_SQUARE = exercise_with(
    mean_square,
    np.array([1.0, 2.0, 3.0]),
    np.array([2.0, -2.0]),
    changes=CATALOGUE,
    variants=(mean_square_in_a_loop,),
)


def test_a_catalogue_is_read_line_by_line():
    found = checks.changes_in(CATALOGUE)
    assert found[0] == ("this is the sum: divide by N.", "/ len(x)", "")
    assert [words for words, _, _ in found[1:3]] == ["you double: a square is asked for. It is x**2."] * 2
    assert found[3][1:] == ("\n    return total", "\n        return total")
    afters = ["squares.max", "squares.min", "squares.argmin", "squares.argmax"]
    assert [edit for _, *edit in found[4:8]] == [["squares.sum", after] for after in afters]
    assert {words for words, _, _ in found[5:8]} == {"you keep one that is not asked for."}
    assert found[8:] == [("total has no beginning.", "total = 0.0", "")]
    assert checks.changes_in("    & → |  # one sentence.") == [("one sentence.", "&", "|")]


def test_a_change_is_made_in_every_solution_that_has_its_place():
    afters = ["", "", "2 * x", "2 * number", "\n        return total"]
    afters += ["squares.max", "squares.min", "squares.argmin", "squares.argmax", ""]
    assert [change.after for change in MEAN_SQUARE.singles] == afters
    assert MEAN_SQUARE.words[0] == "this is the sum: divide by N."
    assert len(set(MEAN_SQUARE.words)) == len(MEAN_SQUARE.words) == 6


def test_two_mistakes_at_once_are_named_in_the_order_of_their_places():
    """tests/test_exercises.py has every single change and pair earn its words; these are written out."""
    words = "you double: a square is asked for. And: this is the sum: divide by N."
    assert MEAN_SQUARE.verdict(lambda x: 2 * x.sum()) == words
    words = "only the first one counts: is the `return` inside the loop? And: this is the sum: divide by N."
    assert MEAN_SQUARE.verdict(lambda x: x[0] ** 2) == words


def test_a_mistake_that_stops_is_known_by_where_it_stops():
    """The change "total has no beginning" raises as `fail` does, in another line."""

    source = "def student(x):\n    for number in x:\n        total {} number**2\n    {}\n    return total / len(x)"
    verdicts = []
    for operator, last in (("+=", "pass"), ("=", "total = later; later = 0")):
        verdicts.append(MEAN_SQUARE.verdict(MEAN_SQUARE.made_of(source.format(operator, last))))
    assert verdicts[0] == "total has no beginning."
    assert verdicts[1].startswith("`later` is used before it has a value")


def test_an_unknown_mistake_gets_the_smallest_example_that_differs():
    verdict = exercise_with(doubled, 1.0, 2.0, 3.0).verdict(lambda x: 2 * x + (x > 1))
    assert verdict.startswith("not right yet, and no mistake that is known here. The smallest")
    assert verdict.endswith("The smallest example that differs: 2. gives 5., and 4. is right.")


@pytest.mark.parametrize(
    ("student", "words"),
    [
        (lambda x: 6 * x, "all your results are 3 times the right ones."),
        (lambda x: -3 * x, "all your results are -1.5 times the right ones."),
        (lambda x: 2 * x * 1.0002001, "all your results are 1.0002 times the right ones."),
        (lambda x: 2 * x * 1.00013, "all your results are 1.0001 times the right ones."),
        (lambda x: 2 * x + 0.5, "all your results are 0.5 too high."),
        (lambda x: 2 * x - 1 / 3, "all your results are 0.3333 too low."),
        (lambda x: 0 * x, "all your results are 0: is anything added to what you begin with."),
        (lambda x: 2 * x + (x > 1), ""),
        (lambda x: 6 * x if x < 100 else 5 * x, ""),
        (lambda x: 6 * x if x > 1 else 5 * x, ""),
        (lambda x: 6 * x if x > 1 else np.inf, ""),
        (lambda x: 6 * x if x > 1 else np.nan, ""),
    ],
)
def test_of_an_unknown_mistake_what_all_results_have_in_common_is_told(student, words):
    verdict = exercise_with(doubled, 0.5, 2.0, 1000.0).verdict(student)
    told = re.split(r"known here(?:: |\. )", verdict)[1].split("The smallest example")[0]
    assert told.strip() == words


def test_what_two_results_have_in_common_is_told_of_both():
    pair = Exercise(lambda x: (2 * x, np.array([x, 3])), lambda rng: [(1.0,), (2.0,)])
    assert pair.verdict(lambda x: [2 * x, [x, 3]]) == PASSED
    assert "all your results are 2 times" in pair.verdict(lambda x: (4 * x, [2 * x, 6]))
    assert "all your results are 1 too high" in pair.verdict(lambda x: (2 * x + 1, [x + 1, 4]))
    assert "all your results" not in pair.verdict(lambda x: (4 * x, [x, 3]))
    first, second = (f"the {which} of your two results is right, the other is not" for which in ("first", "second"))
    assert first in pair.verdict(lambda x: (2 * x, [np.nan, 3]))
    assert first + ", and 0 everywhere" in pair.verdict(lambda x: (2 * x, [0, 0]))
    assert second in pair.verdict(lambda x: (np.inf, [x, 3]))
    assert "is right, the other" not in pair.verdict(lambda x: (2 * x if x < 2 else 3, [x, 4]))
    assert "a tuple of 2 is asked for" in pair.verdict(lambda x: 2 * x)
    assert "a tuple of 2, and one result is asked for" in exercise_with(doubled, 1.0).verdict(lambda x: (x, x))
    words = "your function returns an array of shape (1,), and a single number is asked for."
    assert exercise_with(doubled, 1.0).verdict(lambda x: [4 * x]).startswith(words)


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
        ([np.inf, 1.0], [3.0, 1.0], False),
        ((1.0, 2.0), (1.0, 3.0), False),
        ((1.0, 2.0), (3.0, 2.0), False),
    ],
)
def test_how_far_a_result_may_lie_from_the_right_one(right, result, passes):
    right, result = (np.array(value) if isinstance(value, list) else value for value in (right, result))
    assert (exercise_with(lambda x: right, 1.0).verdict(lambda x: result) == PASSED) == passes


def test_a_return_that_is_missing_on_one_way_is_told():
    verdict = exercise_with(doubled, 1.0, 2.0).verdict(lambda x: 2 * x if x < 2 else None)
    assert "returns nothing here" in verdict and verdict.endswith("It was called with 2..")
    assert exercise_with(doubled, 1.0, 2.0).verdict(lambda x: print(x) if x < 3 else None) == checks.PRINTED
    assert exercise_with(doubled, 1.0, 2.0).verdict(lambda x: None) == NOT_WRITTEN


WEIGHTS = np.ones(3)


def scaled(x, factor):
    return x * factor


def test_arrays_from_outside_and_arguments_in_another_order_are_told():
    exercise = Exercise(scaled, lambda rng: [(np.ones(3), 2.0), (np.ones(2), 3.0)])
    assert "uses `WEIGHTS` from outside" in exercise.verdict(lambda x, factor: WEIGHTS * factor)
    assert "in another order: the function is called with x, factor." in exercise.verdict(lambda factor, x: x + factor)


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


def test_two_numbers_are_shown_with_as_many_digits_as_tell_them_apart():
    verdict = exercise_with(lambda x: x + 1e-9, 0.0, 1000.0).verdict(lambda x: x + 1e-9 + (x < 1) * 2e-6)
    assert "gives 0.000002, and 0. is right" in verdict


def test_check_prints_the_verdict_and_progress_counts(capsys, monkeypatch):
    monkeypatch.setattr("lecture_support.progress._DONE", {"exercise": {}, "prediction": {}})

    def my_one_sided_slope(f, w, h):
        return None

    check(my_one_sided_slope)
    progress()

    def my_one_sided_slope(f, w, h):
        return (f(w + h) - f(w)) / h

    check(my_one_sided_slope)
    progress()
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "my_one_sided_slope: not written yet."
    assert "Still open: my_one_sided_slope." in printed[1]
    assert printed[2] == "my_one_sided_slope: passed."
    assert "Still open" not in printed[3]


class Nameless:
    """A function whose name cannot be asked for."""

    def __call__(self):
        return 1

    def __getattr__(self, name):
        raise RuntimeError(name)


def test_a_function_without_a_name_has_no_exercise():
    assert exercise_of(Nameless()) == ("Nameless", None)
    assert exercise_of(partial(doubled, 1))[1] is None
