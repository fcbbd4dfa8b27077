"""Questions that are answered before the slider is moved: commit first, then reveal.

`Prediction` shows a question with its choices, or with a field for a number. The cell below it holds the reveal, which
computes the answer there and then; until something is committed it shows a locked button, so Run All never waits and no
stored output holds an answer.
"""

import html

import ipywidgets as widgets

from lecture_support.arguments import function, number
from lecture_support.progress import note
from lecture_support.views import bundle, paragraph, pulse

LARGE = "font-size: 22px; line-height: 1.4; max-width: 900px"


class Prediction:
    """A question to commit to: give `choices` (a tuple of words) or `unit` (words for the number that is asked for).

    `commit(answer)` does from code what the button does. A number within `tolerance` (a share of the right number) is
    right. Raises ValueError for words that are none, and for an answer that is not one of the choices, or not a number.
    """

    def __init__(self, question, choices=None, unit=None, tolerance=0.1):
        if bool(choices) == bool(unit):
            raise ValueError("a prediction has either choices or a unit for its number")
        if choices and not (isinstance(choices, tuple | list) and all(isinstance(choice, str) for choice in choices)):
            raise ValueError(f"choices is a tuple of words, not {choices!r}")
        if not all(isinstance(words, str) for words in (question, unit or "")):
            raise ValueError(f"question and unit are words, not {question!r} and {unit!r}")
        self.question, self.choices, self.unit = question, choices, unit
        self.tolerance = number("tolerance", tolerance, ", 0 or more")
        self.committed = None
        note("prediction", question, False)
        text = widgets.HTML(f'<div style="{LARGE}">{html.escape(question)}</div>')
        if choices:
            self.field = widgets.ToggleButtons(options=choices, value=None, style={"button_width": "auto"})
        else:
            self.field = widgets.FloatText(description=unit, value=0.0, style={"description_width": "initial"})
        self.button = widgets.Button(description="Commit", tooltip="Commit to this answer")
        self.button.on_click(lambda _: self._on_commit())
        self._state = widgets.HTML()
        self._state.add_class("lecture-live")
        self._reveals = []
        self.widget = widgets.VBox([text, self.field, widgets.HBox([self.button, self._state]), pulse()])
        self.widget.add_class("lecture-prediction")

    def commit(self, answer):
        """Commit to an answer, once and for all, and unlock the reveal."""
        if not self.choices:
            answer = number("the answer", answer)
        elif not (isinstance(answer, str) and answer in self.choices):
            raise ValueError(f"the answer is one of {', '.join(self.choices)}, not {answer!r}")
        if self.committed is None:
            self.committed = answer
            note("prediction", self.question, True)
            self.field.value = answer
            self.field.disabled = self.button.disabled = True
            self._state.value = f"Committed: {html.escape(str(answer))}. Now reveal, in the next cell."
            for reveal in self._reveals:
                reveal.unlock()

    def _on_commit(self):
        if self.field.value is None:
            self._state.value = "Choose one first."
        else:
            self.commit(self.field.value)

    def reveal(self, answer, why, see):
        """The reveal, to be shown by the next cell: answer() computes what is right, why says the reason.

        see is the slider move that shows it, such as "noise_panel: batch size 1, then 4". Both may hold {answer}.
        """
        reveal = Reveal(self, function("answer", answer), why, see)
        self._reveals.append(reveal)
        return reveal

    def __repr__(self):
        return f"{self.question}\n{self._choices}"

    @property
    def _choices(self):
        """What can be answered, in words."""
        return " / ".join(self.choices) if self.choices else self.unit

    def _repr_mimebundle_(self, include=None, exclude=None):
        return bundle(self.widget, repr(self), paragraph(self.question, LARGE) + paragraph(self._choices))


class Reveal:
    """A button, locked until its prediction is committed, that tells what is right, why, and where to look."""

    def __init__(self, prediction, answer, why, see):
        self.prediction, self._answer, self._why, self._see = prediction, answer, why, see
        self.button = widgets.Button(description="Reveal", tooltip="Show the answer", disabled=True)
        self.button.on_click(lambda _: self.open())
        self._text = widgets.HTML("Commit to an answer above first.")
        self._text.add_class("lecture-live")
        self.widget = widgets.VBox([self.button, self._text, pulse()])
        self.widget.add_class("lecture-reveal")
        if prediction.committed is not None:
            self.unlock()

    def unlock(self):
        """Let the button be pressed."""
        self.button.disabled = False
        self._text.value = ""

    def open(self):
        """Compute the answer and show it beside what was committed."""
        try:
            words = self.text()
        except Exception as error:  # JupyterLab hides what a callback raises
            words = f"The answer could not be computed. {type(error).__name__}: {error}"
        self._text.value = f'<div style="{LARGE}">{html.escape(words)}</div>'

    def text(self):
        """What the reveal says: before anything is committed it only asks for that."""
        said, prediction = self.prediction.committed, self.prediction
        if said is None:
            return "Not committed yet: answer the question above first."
        right = self._answer() if prediction.choices else number("the computed answer", self._answer())
        if prediction.choices and right not in prediction.choices:
            raise ValueError(f"the computed answer {right!r} is not one of the choices {prediction.choices}")
        hit = said == right if prediction.choices else abs(said - right) <= prediction.tolerance * abs(right)
        shown = right if prediction.choices else f"{right:.3g}"
        verdict = f"Yes: {shown}." if hit else f"You said {said if prediction.choices else f'{said:g}'}. It is {shown}."
        return f"{verdict} {self._why.format(answer=shown)} See it: {self._see.format(answer=shown)}."

    def __repr__(self):
        return self.text()

    def _repr_mimebundle_(self, include=None, exclude=None):
        return bundle(self.widget, repr(self))
