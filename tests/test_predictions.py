"""Predictions: nothing is revealed before something is committed, and what is revealed is computed and right."""

import json

import pytest
from conftest import NOTEBOOKS, variables

from lecture_support.predictions import Prediction
from lecture_support.progress import progress


def choice():
    return Prediction("Up or down?", choices=("up", "down"))


def number():
    return Prediction("How much?", unit="percent", tolerance=0.1)


def test_a_reveal_is_locked_until_something_is_committed():
    question = choice()
    calls = []
    reveal = question.reveal(lambda: calls.append("computed") or "up", why="Because.", see="the panel, λ = 1")
    assert reveal.button.disabled
    assert repr(reveal) == "Not committed yet: answer the question above first."
    assert not calls
    question.commit("down")
    assert not reveal.button.disabled
    assert not calls
    reveal.button.click()
    assert "You said down. It is up. Because. See it: the panel, λ = 1." in reveal._text.value
    assert calls == ["computed"]


def test_a_reveal_made_after_the_commitment_is_open_at_once():
    question = choice()
    question.commit("up")
    reveal = question.reveal(lambda: "up", why="Because {answer}.", see="move to {answer}")
    assert not reveal.button.disabled
    assert reveal.text() == "Yes: up. Because up. See it: move to up."


@pytest.mark.parametrize(
    ("said", "begins"),
    [(29.3, "Yes: 29.3."), (27, "Yes: 29.3."), (26, "You said 26. It is 29.3."), (50, "You said 50. It is 29.3.")],
)
def test_a_number_within_a_tenth_is_right(said, begins):
    question = number()
    question.commit(said)
    assert question.reveal(lambda: 29.29, why="w.", see="s").text().startswith(begins)


def test_the_button_commits_what_the_field_shows():
    question = choice()
    question.button.click()
    assert question.committed is None
    assert "Choose one first" in question._state.value
    question.field.value = "down"
    question.button.click()
    assert question.committed == "down"
    assert question.field.disabled and question.button.disabled


def test_a_commitment_is_final():
    question = number()
    question.commit(3)
    question.commit(4)
    assert question.committed == question.field.value == 3


def test_the_question_is_text_and_widget_and_is_escaped():
    question = Prediction("Is 1 < 2?", choices=("yes", "no"))
    bundle = question._repr_mimebundle_()
    assert bundle["text/plain"] == "Is 1 < 2?\nyes / no"
    assert "Is 1 &lt; 2?" in question.widget.children[0].value


def test_progress_counts_commitments(capsys):
    question = Prediction("Never asked elsewhere?", unit="times")
    progress()
    question.commit(1)
    progress()
    before, after = capsys.readouterr().out.splitlines()
    assert int(after.split(", ")[1].split()[0]) == int(before.split(", ")[1].split()[0]) + 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_notebook_asks_and_its_reveals_compute_one_of_the_choices(path):
    asked = [value for value in variables(path).values() if isinstance(value, Prediction)]
    assert len(asked) >= 3
    for question in asked:
        assert len(question._reveals) == 1, question.question
        (reveal,) = question._reveals
        assert question.committed is None
        right = reveal._answer()
        assert right in question.choices if question.choices else isinstance(float(right), float)
        assert reveal._why and reveal._see


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_stored_question_holds_no_answer(path):
    questions = {q.question: q for q in variables(path).values() if isinstance(q, Prediction)}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    revealed = 0
    for cell in cells:
        if cell["cell_type"] == "code" and ".reveal(" in "".join(cell["source"]):
            text = "".join("".join(output["data"]["text/plain"]) for output in cell["outputs"])
            assert text == "Not committed yet: answer the question above first.", cell["id"]
            assert cell["metadata"]["jupyter"]["source_hidden"], cell["id"]
            revealed += 1
    assert revealed == len(questions)
