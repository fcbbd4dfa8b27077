"""Questions that are answered before the slider is moved: commit first, then reveal.

A lesson's questions.py holds each `Question`; in the notebook `ask(questions.BAND, points, t, walk)` shows it. What
answers it is computed from the notebook's own data and functions, and only once something is committed: so Run All
never waits, and no stored output holds an answer.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as widgets

from lecture_support.arguments import function, number
from lecture_support.progress import note
from lecture_support.views import bundle, paragraph, pulse

LARGE = "font-size: 22px; line-height: 1.4; max-width: 900px"


@dataclass(frozen=True)
class Question:
    """What is asked: give `choices` (a tuple of words) or `unit` (words for the number that is asked for).

    answer(*given) computes what is right from what `ask` is given, why says the reason, and see names the slider move
    that shows it, such as "batch size 1, then 4"; both may hold {answer}. A number within `tolerance` (a share of the
    right number) is right. Raises ValueError for words that are none.
    """

    words: str
    answer: Callable
    why: str
    see: str
    choices: tuple = ()
    unit: str = ""
    tolerance: float = 0.1

    def __post_init__(self):
        function("answer", self.answer)
        if bool(self.choices) == bool(self.unit):
            raise ValueError("a question has either choices or a unit for its number")
        if not (isinstance(self.choices, tuple | list) and all(isinstance(choice, str) for choice in self.choices)):
            raise ValueError(f"choices is a tuple of words, not {self.choices!r}")
        for words in (self.words, self.unit, self.why, self.see):
            if not isinstance(words, str):
                raise ValueError(f"a question, its unit, why and see are words, not {words!r}")
        number("tolerance", self.tolerance, ", 0 or more")

    def right(self, *given):
        """What is right, computed now: one of the choices, or a number."""
        right = self.answer(*given)
        if self.unit:
            return number("the computed answer", right)
        if right not in self.choices:
            raise ValueError(f"the computed answer {right!r} is not one of the choices {self.choices}")
        return right

    def verdict(self, said, *given):
        """What the reveal says to whoever committed to `said`: what is right, why, and where to look."""
        right = self.right(*given)
        hit = said == right if self.choices else abs(said - right) <= self.tolerance * abs(right)
        shown = right if self.choices else f"{right:.3g}"
        verdict = f"Yes: {shown}." if hit else f"You said {said if self.choices else f'{said:g}'}. It is {shown}."
        return f"{verdict} {self.why.format(answer=shown)} See it: {self.see.format(answer=shown)}."


class Prediction:
    """A question on the screen: a field, Commit, and Reveal, locked until something is committed.

    `commit(answer)` and `reveal()` do from code what the buttons do; `committed` is None or the answer.
    """

    def __init__(self, question, *given):
        self.question, self._given = question, given
        self.committed = None
        note("prediction", question.words, False)
        text = widgets.HTML(f'<div style="{LARGE}">{html.escape(question.words)}</div>')
        if question.choices:
            self.field = widgets.ToggleButtons(options=question.choices, value=None, style={"button_width": "auto"})
        else:
            self.field = widgets.Text(placeholder="a number", description=question.unit)
            self.field.style.description_width = "initial"
        self.button = widgets.Button(description="Commit", tooltip="Commit to this answer")
        self.button.on_click(lambda _: self._on_commit())
        self.reveal_button = widgets.Button(description="Reveal", tooltip="Show the answer", disabled=True)
        self.reveal_button.on_click(lambda _: self.reveal())
        self._state, self._answer = widgets.HTML(), widgets.HTML()
        for spoken in (self._state, self._answer):
            spoken.add_class("lecture-live")
        row = widgets.HBox([self.button, self.reveal_button, self._state], layout={"flex_flow": "row wrap"})
        self.widget = widgets.VBox([text, self.field, row, self._answer, pulse()])
        self.widget.add_class("lecture-prediction")

    def commit(self, answer):
        """Commit to an answer, once and for all. Raises ValueError for none of the choices, or no number."""
        if self.question.unit:
            answer = number("the answer", answer)
        elif not (isinstance(answer, str) and answer in self.question.choices):
            raise ValueError(f"the answer is one of {', '.join(self.question.choices)}, not {answer!r}")
        if self.committed is None:
            self.committed = answer
            note("prediction", self.question.words, True)
            self.field.value = answer if self.question.choices else f"{answer:g}"
            self.field.disabled = self.button.disabled = True
            self.reveal_button.disabled = False
            self._state.value = f"Committed: {html.escape(str(self.field.value))}."

    def _on_commit(self):
        try:
            self.commit(self.field.value if self.question.choices else as_number(self.field.value))
        except ValueError:
            self._state.value = "Choose one first." if self.question.choices else "Write a number first, such as 0.5."

    def reveal(self):
        """Compute the answer, show it beside what was committed, and return what is shown."""
        if self.committed is None:
            return "Not committed yet: answer the question first."
        try:
            words = self.question.verdict(self.committed, *self._given)
            self.reveal_button.disabled = True
        except Exception as error:  # JupyterLab hides what a callback raises
            words = f"The answer could not be computed. {type(error).__name__}: {error}"
        self._answer.value = f'<div style="{LARGE}">{html.escape(words)}</div>'
        return words

    def __repr__(self):
        return f"{self.question.words}\n{self._choices}"

    @property
    def _choices(self):
        """What can be answered, in words."""
        return " / ".join(self.question.choices) or self.question.unit

    def _repr_mimebundle_(self, include=None, exclude=None):
        return bundle(self.widget, repr(self), paragraph(self.question.words, LARGE) + paragraph(self._choices))


def ask(question, *given):
    """Show a question, a Prediction; what is given, such as the notebook's own `walk`, goes to its answer."""
    return Prediction(question, *given)


def as_number(text):
    """A number as people type it: with a comma or a point, a minus sign or a hyphen."""
    return float(text.strip().replace(",", ".").replace("−", "-"))
