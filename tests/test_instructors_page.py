"""The teacher's page: what it names is in the notebook, in its order, and what it quotes is on the screen there."""

import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import LESSONS, NOTEBOOKS, panels_of, shown

from lecture_support.data import LABELS, SCORES
from lecture_support.exercises import EXERCISES
from lecture_support.plans import choose, plans_of
from lecture_support.predictions import Prediction

PAGE = (Path(__file__).parent.parent / "notebooks" / "README.md").read_text("utf-8")
OURS = NOTEBOOKS[: len(LESSONS)]  # another notebook needs no plan
SECTIONS = re.split(r"^## (?=\[)", PAGE, flags=re.MULTILINE)[1:]
PLAN_HEAD = "| core | two | one | ask | go to | notice | you may hear |"
NUMBERS_HEAD = "| number | words of `check` |"
# What the tables of numbers are about: an exercise, and the lecture's input for it.
HEARD = {
    "01": (EXERCISES["mean_hinge_loss"], lambda: (SCORES.T.copy(), np.eye(3), LABELS.copy())),
    "03": (EXERCISES["image_loss"], lambda: (SCORES[0].copy(), 0)),
}

each_notebook = pytest.mark.parametrize(
    ("path", "section"), [*zip(OURS, SECTIONS, strict=True)], ids=[path.stem for path in OURS]
)


def plain(text):
    """A text as it reads on the screen: nothing folded, no marks for bold and code, every run of blanks one blank."""
    unfolded = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"\*\*|`", "", unfolded))


@cache
def beats(path):
    """The beats of `lecture present`, each as the page writes it: {name: what is on the screen from there on}."""
    questions, panels = shown(path, Prediction), panels_of(path)
    beats, here = {}, None
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for line in cell.source.split("\n"):
                if heading := re.match("#{1,3} (.+)", line):
                    here = beats[f"*{heading[1]}*"] = []
                here.append(line)
        elif cell.id in questions:
            question, given = questions[cell.id].question, questions[cell.id]._given
            right = question.right(*given)
            answer = right if question.choices else f"{right:.3g}"
            here = beats[f"`{cell.id}`: **{answer}**"] = [question.words, *question.choices, question.unit]
            here.append(question.verdict(right, *given))
        elif cell.id in panels:  # one that waits for a student's function is no beat
            _, *sentences = cell.outputs[-1].data["text/plain"].split("\n")
            for state, sentence in zip(panels[cell.id].states, sentences, strict=True):
                here = beats[f"`{cell.id}`: **{state}**"] = [sentence.removeprefix(f"{state}: ")]
        else:
            here += [output.get("text") or output["data"]["text/plain"] for output in cell.outputs]
    return {name: plain("\n".join(text)) for name, text in beats.items()}


def table(section, head):
    """The rows of the table with this head, as lists of cells; none where the section has no such table."""
    rows = re.match(r"(?:\|.*\n)*", section.partition(f"{head}\n")[2])[0].splitlines()[1:]
    return [[cell.strip() for cell in row[1:-1].split("|")] for row in rows]


def quotes(text):
    return [plain(quote) for quote in re.findall("“(.+?)”", text)]


def numbers(text):
    """The numbers of a text that have two digits or more: one digit alone proves nothing."""
    return {number for number in re.findall(r"\d(?:[\d.,]*\d)?(?:e-?\d+)?", text) if len(re.sub(r"\D", "", number)) > 1}


def test_the_plans_are_the_five_cores_two_lectures_and_one():
    plans = plans_of(PAGE)
    assert {name: sum(row["minutes"] for rows in plan.values() for row in rows) for name, plan in plans.items()} == {
        "core": 225,
        "two": 150,
        "one": 75,
    }
    assert all(list(plan) == [path.name for path in OURS] for plan in plans.values())
    assert choose(plans, OURS[1].name, minutes=45) == "core"
    assert choose(plans, OURS[1].name, minutes=44) == "two"


@each_notebook
def test_the_core_leaves_out_no_question_and_no_panel_before_going_further(path, section):
    rows = {row[4] for row in table(section, PLAN_HEAD)}
    names = list(beats(path))
    core = names[: names.index("*Going further*")]
    cells = {name.partition(":")[0] for name in core if name.startswith("`")}
    assert cells == {row.partition(":")[0] for row in rows if row.startswith("`")}


def test_it_begins_with_a_warning_and_is_short():
    title, first = PAGE.split("\n\n")[:2]
    assert title.startswith("# ") and "gives the answers away" in first
    assert len(PAGE.replace("|", " ").split()) <= 3000


@each_notebook
def test_a_section_has_the_notebooks_title_and_the_minutes_of_its_core_and_further_sections(path, section):
    title, *headings = (name.strip("*") for name in beats(path) if name.startswith("*"))
    assert section.startswith(f"[{title}]({path.name})\n")
    core = re.search(r"The core takes about (\d+) minutes", " ".join(beats(path).values()))
    assert sum(int(row[0]) for row in table(section, PLAN_HEAD)) == int(core[1])
    further = [re.fullmatch(r"(\d\.\d+ .+) \((\d+) minutes\)", heading) for heading in headings]
    named = re.search(r"^\*\*Going further:\*\* .+$", section, re.MULTILINE)[0]
    named = re.findall(r"\*(\d\.\d+ [^*]+)\* \((\d+)\)", named)
    assert named == [found.groups() for found in further if found], f"notebooks/README.md, Going further, {path.name}"


@each_notebook
def test_each_row_names_a_beat_in_the_order_of_the_notebook(path, section):
    rows, names = table(section, PLAN_HEAD), list(beats(path))
    assert 10 <= len(rows) <= 13
    places = [names.index(row[4]) for row in rows]
    assert places == sorted(set(places))


@each_notebook
def test_what_stands_in_quotation_marks_is_on_the_screen_at_that_beat(path, section):
    for *_, ask, beat, notice, hear in table(section, PLAN_HEAD):
        screen = beats(path)[beat]
        assert quotes(notice), f"{beat}: nothing is quoted"
        assert [quote for quote in quotes(notice + hear) if quote not in screen] == [], f"{beat}: {screen}"
        asked = [plain(screen).startswith(quote) for quote in quotes(ask)]  # the first words, which the bar shows too
        assert asked == [True] * beat.startswith("`ask-"), beat


@each_notebook
def test_every_other_number_is_on_a_screen_of_the_notebook(path, section):
    known = numbers(" ".join(beats(path).values()))
    for *_, ask, beat, notice, hear in table(section, PLAN_HEAD):
        assert numbers(re.sub("“.+?”", "", f"{ask} | {notice} | {hear}")) - known == set(), beat


@each_notebook
def test_a_number_that_students_bring_comes_from_the_mistake_that_check_names(path, section):
    rows = table(section, NUMBERS_HEAD)
    assert bool(rows) == (path.name[:2] in HEARD)
    for number, said in rows:
        exercise, arguments = HEARD[path.name[:2]]
        (words,) = quotes(said)
        assert sum(known.startswith(words) for known in exercise.words) == 1, words
        mistakes = [m for m in exercise.known if m.words in exercise.words and m.words.startswith(words)]
        values = [mistake.function(*arguments()) for mistake in mistakes]
        digits = len(number.partition(".")[2])
        assert float(number) in [round(float(value), digits) for value in values], number
        assert float(number) != round(float(exercise.right(*arguments())), digits)
