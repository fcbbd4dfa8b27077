"""The teacher's page: the beats that it names are there, in order, and what it quotes is on the screen."""

import copy
import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import NOTEBOOKS, variables

from lecture_support.data import LABELS, SCORES
from lecture_support.exercises import EXERCISES
from lecture_support.panel import Panel
from lecture_support.predictions import Prediction

PAGE = (Path(__file__).parent.parent / "notebooks" / "README.md").read_text("utf-8")
INTRODUCTION, *REST = re.split(r"^## (?=\[)", PAGE, flags=re.MULTILINE)
SECTIONS = {re.match(r"\[.+\]\((.+)\)\n", section)[1]: section for section in REST}
PLAN_HEAD = "| min | ask | go to | notice | you may hear |"
NUMBERS_HEAD = "| number | what was done |"
# What the numbers tables are about, by the number of the notebook: an exercise and the lecture's input for it.
HEARD = {
    1: ("mean_hinge_loss", lambda: (SCORES.T.copy(), np.eye(3), LABELS.copy())),
    3: ("image_loss", lambda: (SCORES[0].copy(), 0)),
}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def plain(text):
    """A text as it reads on the screen: no marks for bold and code, every run of blanks one blank."""
    return re.sub(r"\s+", " ", re.sub(r"\*\*|`", "", text))


def told(question):
    """What a prediction shows: its question, its answers, and what the reveal says to who is right."""
    (reveal,) = question._reveals
    question, reveal = copy.copy(question), copy.copy(reveal)  # the notebook's own stay uncommitted
    question.committed, reveal.prediction = reveal._answer(), question
    return "\n".join([question.question, *(question.choices or [question.unit]), reveal.text()])


def right_answer(question):
    """The right answer in the words of the reveal."""
    answer = question._reveals[0]._answer()
    return answer if question.choices else f"{answer:.3g}"


def printed(cell):
    """What a code cell shows as text, as it is stored; nbval compares it with what the cell does now."""
    return "\n".join(output.get("text") or output["data"]["text/plain"] for output in cell.outputs)


@cache
def beats(path):
    """The beats of `lecture present`, each as the page writes it: [(name, what is on the screen there)]."""
    values = variables(path)
    names = {id(value): f"`{name}`" for name, value in values.items() if isinstance(value, Panel | Prediction)}
    shown, here = [], []  # here is the text of the beat that is being read
    for cell in nbformat.read(path, as_version=4).cells:
        value = values.get(cell.source.rsplit("\n", 1)[-1])
        if cell.cell_type == "markdown":
            for line in cell.source.split("\n"):
                if heading := re.match(r"#{1,3} (.+)", line):
                    shown.append((f"*{heading[1]}*", here := []))
                here.append(line)
        elif isinstance(value, Panel):
            states = (line.split(": ", 1) for line in value.tour().split("\n"))
            shown += [(f"{names[id(value)]}: **{state}**", [sentence]) for state, sentence in states]
            here = []  # of a panel's beat nothing but the sentence counts
        elif isinstance(value, Prediction):
            shown.append((f"{names[id(value)]}: **{right_answer(value)}**", here := [told(value)]))
        else:
            here.append(printed(cell))
    return [(name, plain("\n".join(text))) for name, text in shown]


def table(path, head):
    """The rows of the table with this head in the notebook's section, as lists of cells; none without such a table."""
    _, _, rest = SECTIONS[path.name].partition(f"{head}\n")
    _, *rows = re.match(r"(?:\|.*\n)*", rest)[0].splitlines() or [""]
    return [[cell.strip() for cell in row[1:-1].split("|")] for row in rows]


def quotes(text):
    return [plain(quote) for quote in re.findall("“(.+?)”", text)]


def numbers(text):
    """The numbers of a text that have two digits or more: one digit alone proves nothing."""
    found = re.findall(r"\d(?:[\d.,]*\d)?(?:e-?\d+)?", text)
    return {number for number in found if sum(map(str.isdigit, number)) > 1}


def close(number, value):
    """Whether this number, as it is written, is the value, rounded to as many digits."""
    return np.isscalar(value) and float(number) == round(float(value), len(number.partition(".")[2]))


def test_it_begins_with_a_warning_and_has_a_section_for_each_notebook():
    title, first = PAGE.split("\n\n")[:2]
    assert title.startswith("# ") and "gives the answers away" in first
    linked = [section.partition("\n")[0] for section in REST]
    assert linked == [f"[{beats(path)[0][0].strip('*')}]({path.name})" for path in NOTEBOOKS]


def test_the_place_in_the_bar_that_it_shows_is_one():
    ((number, total, name),) = re.findall(r"“(\d+) of (\d+): (.+)”", INTRODUCTION)
    first = beats(NOTEBOOKS[0])
    assert first[int(number) - 1][0].endswith(f"**{name}**") and int(total) == len(first)


@each_notebook
def test_the_minutes_add_up(path):
    stated = re.search(r"\*\*(\d+) minutes\*\*, or \*\*(\d+)\*\* without", SECTIONS[path.name])
    whole, short = map(int, stated.groups())
    minutes = [row[0] for row in table(path, PLAN_HEAD)]
    assert sum(int(m.strip("()")) for m in minutes) == whole
    assert sum(int(m) for m in minutes if m.isdigit()) == short


@each_notebook
def test_each_row_names_a_beat_with_its_number_in_the_order_of_the_notebook(path):
    named = [row[2].split(" ", 1) for row in table(path, PLAN_HEAD)]
    places = [int(number) for number, _ in named]
    assert len(named) >= 10 and places == sorted(set(places))
    names = [name for name, _ in beats(path)]
    assert [name for _, name in named] == [names[place - 1] if place <= len(names) else None for place in places]


@each_notebook
def test_every_word_in_quotation_marks_is_on_the_screen_at_that_beat(path):
    screens = dict(beats(path))
    for row in table(path, PLAN_HEAD):
        _, ask, beat, notice, hear = row
        screen = screens[beat.split(" ", 1)[1]]
        assert quotes(notice), f"{beat}: nothing is quoted"
        assert [quote for quote in quotes(ask + notice + hear) if quote not in screen] == [], f"{beat}: {screen}"


@each_notebook
def test_every_other_number_is_on_a_screen_of_the_notebook(path):
    text = " ".join(screen for _, screen in beats(path))
    text += " ".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
    known = numbers(text) | {row[0] for row in table(path, NUMBERS_HEAD)}
    for _, ask, beat, notice, hear in table(path, PLAN_HEAD):
        unquoted = re.sub("“.+?”", "", f"{ask} | {notice} | {hear}")
        assert numbers(unquoted) - known == set(), beat


@each_notebook
def test_a_number_that_students_bring_comes_from_that_mistake(path):
    rows = table(path, NUMBERS_HEAD)
    number = int(path.name[:2])
    assert bool(rows) == (number in HEARD)
    if not rows:
        return
    name, arguments = HEARD[number]
    right = EXERCISES[name].right(*arguments())
    screens = [screen for _, screen in beats(path)]
    for heard, done in rows:
        ((words),) = quotes(done)
        mistakes = [m for m in EXERCISES[name].known if m.words == words]
        values = [m.function(*arguments()) for m in mistakes]
        seen = any(words in screen and heard in numbers(words) for screen in screens)
        assert seen or any(close(heard, value) for value in values), heard
        assert not close(heard, right)
