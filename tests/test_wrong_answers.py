"""Each known mistake, written once more as a student would write it, gets its own words; and the inputs that tell."""

import descriptions
import numpy as np
import pytest
from test_descriptions import NUMBER
from wrong_answers import WRONG_ANSWERS, gradient_check, minibatch_gd, regularization, softmax, svm_margin

from lecture_support.exercises import EXERCISES, MODULES

ANSWERED = gradient_check, minibatch_gd, regularization, softmax, svm_margin
STORED = descriptions.read(descriptions.FOLDER / "exercises.txt")


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


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".")[-1])
def test_every_known_mistake_is_written_once_more(module):
    for exercise in module.EXERCISES:
        earned = [words for _, name, words, _ in WRONG_ANSWERS if name == exercise.name]
        for words in exercise.words:
            assert words.startswith(tuple(earned)), f"{exercise.name}: {words}"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".")[-1])
def test_the_inputs_and_the_right_results_are_what_was_stored(module):
    now = descriptions.cases_of(module.EXERCISES)
    for name, lines in now.items():
        assert len(lines) == len(STORED[name]), name
        for line, before in zip(lines, STORED[name], strict=True):
            assert NUMBER.split(line) == NUMBER.split(before), name
            numbers, stored = (np.array(NUMBER.findall(text), float) for text in (line, before))
            np.testing.assert_allclose(numbers, stored, rtol=1e-8, atol=1e-12, err_msg=name)


def test_no_stored_exercise_is_left_over():
    assert list(STORED) == [name for module in MODULES for name in descriptions.cases_of(module.EXERCISES)]
