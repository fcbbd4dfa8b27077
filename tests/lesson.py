"""What the tests of the lessons share: a notebook's cells by their ids, and where its panels are moved to."""

import json
import re

from conftest import LESSONS, NOTEBOOKS, lesson_panels, view_of

from lecture_support.exercises import EXERCISES


class Cells:
    """The cells of a lesson's notebook: what is written in them, and what is stored as their output."""

    def __init__(self, lesson):
        cells = json.loads(NOTEBOOKS[LESSONS.index(lesson)].read_text("utf-8"))["cells"]
        self.by_id = {cell["id"]: cell for cell in cells}

    def text(self, name):
        return "".join(self.by_id[name]["source"])

    def printed(self, name):
        outputs = self.by_id[name]["outputs"]
        return "".join("".join(each.get("text", each.get("data", {}).get("text/plain", ""))) for each in outputs)

    def __call__(self, name):
        """What a code cell prints, or the text of another."""
        return self.printed(name) if self.by_id[name]["cell_type"] == "code" else self.text(name)


def moved(lesson, name, **values):
    """A panel's figure and sentence, from its start with changes; nothing is painted, and its controls stay."""
    panel = lesson_panels(lesson)[name]
    sentence = panel._update(**(panel.states["start"] | values))
    return view_of(panel), sentence


def mistake(exercise, words):
    """A student's function that earns these words."""
    return next(each.function for each in EXERCISES[exercise].known if each.words.startswith(words))


def numbers(words):
    """The numbers in a text, in order."""
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", words.replace("−", "-"))]
