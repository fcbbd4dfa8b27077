"""Predictions: nothing is revealed before something is committed, and what is revealed is computed and right."""

import json
from importlib import import_module

import pytest
from conftest import LESSONS, NOTEBOOKS, shown

from lecture_support.predictions import Prediction, Question, ask
from lecture_support.progress import progress

UP = Question("Up or down?", lambda *given: "up", "Because {answer}.", "move to {answer}", choices=("up", "down"))
MUCH = Question("How much?", lambda *given: 29.29, "w.", "s", unit="percent")


def test_a_reveal_is_locked_until_something_is_committed_and_computes_its_answer_then():
    calls = []
    question = Question("?", lambda *given: calls.append(given) or "up", "Because.", "the panel, λ = 1", ("up", "down"))
    prediction = ask(question, "the notebook's own", 2)
    assert prediction.reveal_button.disabled
    assert prediction.reveal() == "Not committed yet: answer the question first."
    assert not calls
    prediction.commit("down")
    assert not prediction.reveal_button.disabled and not calls
    prediction.reveal_button.click()
    assert "You said down. It is up. Because. See it: the panel, λ = 1." in prediction._answer.value
    assert calls == [("the notebook's own", 2)]
    assert prediction.reveal_button.disabled


@pytest.mark.parametrize(
    ("question", "said", "begins"),
    [
        (MUCH, 29.3, "Yes: 29.3."),
        (MUCH, 27, "Yes: 29.3."),
        (MUCH, 26, "You said 26. It is 29.3."),
        (MUCH, 50, "You said 50. It is 29.3."),
        (UP, "up", "Yes: up. Because up. See it: move to up."),
    ],
)
def test_a_number_within_a_tenth_is_right_and_why_and_see_may_hold_the_answer(question, said, begins):
    assert question.verdict(said).startswith(begins)


def test_the_button_commits_what_the_field_shows():
    prediction = ask(UP)
    prediction.button.click()
    assert prediction.committed is None and "Choose one first" in prediction._state.value
    prediction.field.value = "down"
    prediction.button.click()
    assert prediction.committed == "down"
    assert prediction.field.disabled and prediction.button.disabled


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        (" −3 ", -3),
        ("1e3", 1000),
        *((no_number, None) for no_number in ("", "about 3", "nan", "1e999")),
    ],
)
def test_a_number_is_read_as_people_type_it_and_what_is_none_is_asked_for_again(typed, number):
    prediction = ask(MUCH)
    assert prediction.field.value == ""
    prediction.field.value = typed
    prediction.button.click()
    assert prediction.committed == number
    assert ("Write a number first" in prediction._state.value) == (number is None)


def test_a_commitment_is_final():
    prediction = ask(MUCH)
    prediction.commit(3)
    prediction.commit(4)
    assert (prediction.committed, prediction.field.value) == (3, "3")


def test_the_question_is_text_and_widget_and_is_escaped():
    prediction = ask(Question("Is 1 < 2?", lambda: "yes", "w", "s", choices=("yes", "no")))
    bundle = prediction._repr_mimebundle_()
    assert bundle["text/plain"] == "Is 1 < 2?\nyes / no"
    assert "Is 1 &lt; 2?" in prediction.widget.children[0].value


def test_progress_counts_commitments(capsys):
    prediction = ask(Question("Never asked elsewhere?", lambda: 1, "w", "s", unit="times"))
    progress()
    prediction.commit(1)
    progress()
    before, after = capsys.readouterr().out.splitlines()
    assert int(after.split(", ")[1].split()[0]) == int(before.split(", ")[1].split()[0]) + 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_notebook_of_a_lesson_asks_stores_no_answer_and_can_compute_every_one(path):
    asked = shown(path, Prediction)
    assert len(asked) >= 3 or path not in NOTEBOOKS[: len(LESSONS)]
    cells = {cell["id"]: cell for cell in json.loads(path.read_text("utf-8"))["cells"]}
    for id_, prediction in asked.items():
        (output,) = cells[id_]["outputs"]
        assert "".join(output["data"]["text/plain"]) == repr(prediction)
        assert prediction.committed is None
        assert prediction.question.why and prediction.question.see
        prediction.question.right(*prediction._given)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_question_of_a_lesson_is_asked_in_its_notebook(lesson):
    module = import_module(f"lecture_support.lessons.{lesson}.questions")
    questions = {name: value for name, value in vars(module).items() if isinstance(value, Question)}
    asked = [prediction.question for prediction in shown(NOTEBOOKS[LESSONS.index(lesson)], Prediction).values()]
    for name, question in questions.items():
        assert question in asked, f"{module.__name__}.{name} is asked nowhere: delete it"
    assert len(asked) == len(questions)
