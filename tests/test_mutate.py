"""The command that changes the package one thing at a time: which changes it makes, and what it counts as a fault."""

import ast
import random
import textwrap

import mutate
import pytest
from mutants import mutants_of

SAMPLE = b'''"""The \xce\xbb of 2 lines."""

from lecture_support.arguments import array

LIMIT = 1e-3


def mean(W: "2-D", axis=0):
    """Means of 3 columns."""
    W = array("W", W)
    if W.ndim > 2 or not W.size:
        raise ValueError(f"W has {W.ndim - 1} axes")
    total = W.sum(axis=1, keepdims=True)
    draw(total.T, linewidth=2)
    ax.text(3, 4 + total, "")
    for row in W:
        total -= -row * 0.5 if axis else LIMIT
    return total, \'2 lines\'
'''


def lines(source=SAMPLE):
    return [mutant.line(source)[1] for mutant in mutants_of("sample", source)]


@pytest.mark.parametrize(
    "line",
    [
        "LIMIT = «1e-3 → 0.0011»",
        'def mean(W: "2-D", axis=«0 → 1»):',
        "if «W.ndim > 2 or not W.size → True»:",
        "if «W.ndim > 2 or not W.size → False»:",
        "if «W.ndim > 2 → False» or not W.size:",
        "if W.ndim «> → >=» 2 or not W.size:",
        "if W.ndim «> → <=» 2 or not W.size:",
        "if W.ndim > «2 → 3» or not W.size:",
        "if W.ndim > 2 «or → and» not W.size:",
        "if W.ndim > 2 or «not → »W.size:",
        'raise ValueError(f"W has {W.ndim «- → +» 1} axes")',
        'raise ValueError(f"W has {W.ndim - «1 → 2»} axes")',
        "«total = W.sum(axis=1, keepdims=True) → pass»",
        "total = W.«sum → mean»(axis=1, keepdims=True)",
        "total = W.sum(axis=«1 → 0», keepdims=True)",
        "total = W.sum(axis=1, keepdims=«True → False»)",
        "«draw(total.T, linewidth=2) → pass»",
        "draw(total«.T → », linewidth=2)",
        '«ax.text(3, 4 + total, "") → pass»',
        'ax.text(3, 4 «+ → -» total, "")',
        "for row in «W → ()»:",
        "«total -= -row * 0.5 if axis else LIMIT → pass»",
        "total «-= → +=» -row * 0.5 if axis else LIMIT",
        "total -= «- → »row * 0.5 if axis else LIMIT",
        "total -= -row «* → /» 0.5 if axis else LIMIT",
        "total -= -row * «0.5 → 0.55» if axis else LIMIT",
        "total -= -row * 0.5 if «axis → True» else LIMIT",
        "total -= -row * 0.5 if «axis → False» else LIMIT",
        "«return total, '2 lines' → pass»",
    ],
)
def test_each_change_is_made(line):
    assert lines().count(line) == 1


def test_words_annotations_and_looks_stay():
    assert not any(part in line for line in lines() for part in ("«2 → 3» lines", '«"2-D"', "linewidth=«", "«3", "«4"))
    assert len(lines()) == 31


def test_mutants_of_the_package_are_python_and_other_programs():
    for module in (*mutate.TESTS, *mutate.FIGURES):
        source = mutate.file_of(module).read_bytes()
        before = ast.dump(ast.parse(source))
        mutants = mutants_of(module, source)
        for mutant in random.Random(0).sample(mutants, 8):
            assert ast.dump(ast.parse(mutant.apply(source))) != before, mutant.line(source)


def test_a_check_of_the_input_is_no_formula():
    checks = [mutant for mutant in mutants_of("sample", SAMPLE) if mutant.is_check]
    assert {mutant.line(SAMPLE)[0] for mutant in checks} == {10, 11, 12}


def test_a_survivor_without_a_reason_and_a_reason_without_a_survivor_are_faults(capsys):
    mutants = mutants_of("losses", SAMPLE)
    first, second = (mutant.key(SAMPLE) for mutant in mutants[:2])
    assert first == "losses: - | LIMIT = «1e-3 → 0.0011»"
    table = textwrap.dedent(f"""\
        # Two lines of a table.
        {first} | too small to be seen

        {second} | never asked for
        notebooks losses: mean | «pass» | not seen by nbval
        penalties: l2 | «pass» | of another module
        """)
    equivalents = mutate.read_equivalents(table)
    assert equivalents[first] == "too small to be seen"

    def report(num_survivors, notebooks=False):
        outcomes = [(mutant, number < num_survivors) for number, mutant in enumerate(mutants[:-1])]
        faults = mutate.report("losses", SAMPLE, [*outcomes, (mutants[-1], None)], equivalents, notebooks)
        return faults, capsys.readouterr().out.splitlines()

    killed = "killed (1 by time or memory)"
    assert report(2) == (0, [f"losses: 31 mutants, 29 {killed}, 2 equivalent, 0 survived"])
    assert report(1) == (
        1,
        [
            f"equivalents.txt: no mutant survives that needs this line: {second}",
            f"losses: 31 mutants, 30 {killed}, 1 equivalent, 0 survived",
        ],
    )
    assert report(3) == (
        1,
        [
            'lecture_support/losses.py:10 in mean: «W = array("W", W) → pass»',
            f"losses: 31 mutants, 28 {killed}, 2 equivalent, 1 survived",
        ],
    )
    assert report(2, notebooks=True) == (
        1,
        [
            "equivalents.txt: no mutant survives that needs this line: notebooks losses: mean | «pass»",
            f"losses: 31 mutants, 29 {killed}, 2 equivalent, 0 survived",
        ],
    )


def test_the_table_names_modules_that_are_there_and_gives_reasons():
    table = mutate.read_equivalents(mutate.EQUIVALENTS.read_text("utf-8"))
    keys = {key.removeprefix("notebooks ") for key in table}
    known = {key for key in keys if key.startswith("solutions: ")}  # test_exercises.py holds that these are needed
    for module in {key.split(": ")[0] for key in keys - known}:
        source = mutate.file_of(module).read_bytes()
        known |= {mutant.key(source) for mutant in mutants_of(module, source)}
    assert keys - known == set()
    assert [key for key, reason in table.items() if len(reason.split()) < 3] == []


def test_a_fork_of_pytest_tells_green_from_red_and_from_a_loop_that_never_ends(tmp_path, monkeypatch):
    def passes(body):
        (tmp_path / "test_one.py").write_text(f"def test():\n    {body}\n", "utf-8")
        return mutate.passes([f"--rootdir={tmp_path}", str(tmp_path)])

    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    assert passes("assert 1") is True
    assert passes("assert 0") is False
    monkeypatch.setattr(mutate, "SECONDS", 2)
    assert passes("while 1: pass") is None


def test_what_is_not_installed_is_said_at_once(monkeypatch):
    monkeypatch.setattr(mutate, "LOADED", ("numpy", "nowhere.at_all"))
    monkeypatch.setattr("sys.argv", ["mutate.py", "losses"])
    with pytest.raises(SystemExit, match=r"^nowhere\.at_all cannot be imported here: pip install"):
        mutate.main()
