"""What the sentences of all notebooks have in common."""

from types import SimpleNamespace

import numpy as np
import pytest

from lecture_support.words import course, fate, many, penalty_alone, signed


def path(loss, diverged_at=None, why=""):
    return SimpleNamespace(loss=np.array(loss, float), diverged_at=diverged_at, why=why)


def test_a_noun_takes_an_s_where_it_is_not_one():
    assert [many(count, "image") for count in (0, 1, 2)] == ["0 images", "1 image", "2 images"]


def test_a_number_has_three_digits_and_a_minus_sign():
    assert [signed(value) for value in (-4.0, 0.12345, -1.5)] == ["−4", "0.123", "−1.5"]


@pytest.mark.parametrize(
    ("step_size", "reg", "words"), [(1.0, 1.0, "by −1 at"), (5.0, 0.5, "ηλ = 2.5: "), (0.5, 1.0, "")]
)
def test_the_penalty_alone_is_told_from_where_it_throws_w_to_minus_w(step_size, reg, words):
    said = penalty_alone(step_size, reg)
    assert words in said and bool(said) == bool(words)


FALL = np.linspace(9, 1, 60)
REST = np.full(20, 1.0)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (FALL, "is still falling"),
        ([*FALL, *REST, *REST], "settles"),
        ([*FALL, *REST, *(REST + 0.1 * (-1) ** np.arange(20))], "jumps about"),
        ([*FALL, *(REST + 9)], "ends higher than it began"),
        ([*FALL, *(REST + 9)[1:], 5], "jumps about"),
        (np.linspace(9, 1, 11), "is still falling"),
    ],
)
def test_a_curve_is_named_by_its_last_forty_updates(loss, words):
    assert course(path(loss)) == words
    assert fate(path(loss), 0.1, 0.1) == ("" if words == "settles" else f" It has not settled: the loss {words}.")


def test_a_fall_is_told_only_where_it_is_larger_than_the_jumps():
    for jumps in (0.2 * (-1) ** np.arange(60), 0.2 * (np.arange(60) == 30)):
        assert course(path(np.linspace(1.3, 1.0, 60) + jumps)) == "jumps about"


def test_a_descent_that_was_given_up_says_when_and_why():
    given_up = path([9, 8], 2, "the data")
    assert course(given_up) == "explodes"
    assert fate(given_up, 0.1, 0.1) == " Given up at update 2: the data."


def test_a_penalty_that_throws_w_about_is_told_before_all_but_the_end():
    assert fate(path([*FALL, *REST, *REST]), 1.0, 1.0) == penalty_alone(1.0, 1.0)
