"""Each known mistake, written once more as a student would write it, gets its own words."""

import pytest
from wrong_answers import WRONG_ANSWERS, gradient_check

from lecture_support.exercises import EXERCISES, MODULES

ANSWERED = (gradient_check,)


@pytest.mark.parametrize(
    ("exercise", "words", "student"),
    [
        pytest.param(exercise, words, student, id=f"{module}-{exercise}-{words}")
        for module, exercise, words, student in WRONG_ANSWERS
    ],
)
def test_a_wrong_answer_is_told_which_mistake_it_is(exercise, words, student):
    verdict = EXERCISES[exercise].verdict(student)
    assert verdict.startswith(words)
    assert verdict in EXERCISES[exercise].words


@pytest.mark.parametrize("module", (MODULES[3],), ids=lambda module: module.__name__.rsplit(".")[-1])
def test_every_known_mistake_is_written_once_more(module):
    for exercise in module.EXERCISES:
        earned = [words for _, name, words, _ in WRONG_ANSWERS if name == exercise.name]
        for words in exercise.words:
            assert words.startswith(tuple(earned)), f"{exercise.name}: {words}"
