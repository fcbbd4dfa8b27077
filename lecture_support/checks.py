'''What a student's answer is checked with: the solution, inputs to try it on, and the changes that make it wrong.

A known mistake is a change to the solution, and is written as that change. So an exercise is:

    def mean_hinge_loss(W, X, y):          # as a student would write it, with all in sight that can be done wrong
        ...
        margins[rows, y] = 0
        return margins.sum() / len(y)

    MEAN_HINGE_LOSS = r"""
    / len(y) →  # this is the sum over the examples: the 1/N is missing.
    → / len(W)  # you divide by the number of classes: the mean is over the examples, so divide by N.
    margins[rows, y] = 0 → | j != y[i] → True
        is j = y counted? The right class's own term is 1 in every example, so your loss is 1 too high.
    """

    EXERCISES = (Exercise(mean_hinge_loss, batches, MEAN_HINGE_LOSS, variants=(in_loops,)),)

`batches` makes the inputs: rng -> tuples of arguments, smallest first, and where the course begins and ends: W = 0, one
example, a class that is missing, scores of ±1000, float32. The variants are other ways to write the function.

A change is `before → after`: the text before stands exactly once in the solution or in a variant, or in several of
them, and is replaced there (\\n is a new line); without it, it is that of the change above, and each further `→ after`
is a change of its own. Behind ` # `, or below it, indented, stand the words for whoever makes the change, the mistake
first, in a sentence of its own; changes with ` | ` between them, or one line below another, share the words. Pairs are
never written down: the machine tries all pairs of changes that can both be made, and its verdict names both. Where
results are equal, a single change comes before a pair.

What NumPy says to a beginner is not written down either: `errors` tells it by the line that failed, in every exercise.
tests/test_exercises.py holds every change to this: it is made exactly once, it changes the result, and it earns its
words, which no other change has a claim to.
'''

import contextlib
import inspect
import itertools
import linecache
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lecture_support.calls import apart, call

NUMBERS = itertools.count()  # for the names of what is made of a changed source
NOT_WRITTEN = "not written yet."
PRINTED = "your function prints something and returns nothing: hand the result back with `return`."
PASSED = "passed."
NO_END = "your function does not come to an end: is there a loop, or a builtin with an endless list, that never stops?"


@dataclass(frozen=True)
class Mistake:
    """A wrong answer worth knowing: the words for whoever gives it, and the function that gives it."""

    words: str
    function: Callable
    outcomes: list = field(default_factory=list, compare=False, repr=False)  # what it makes of the inputs, so far


@dataclass(frozen=True)
class Change:
    """A piece of a solution's source, from start to end, that becomes `after`."""

    words: str
    source: str
    start: int
    end: int
    after: str

    def fits(self, other):
        """Whether both can be made, this one first: of one source, apart from each other, and two mistakes."""
        return self.source is other.source and self.end <= other.start and self.words != other.words


@dataclass(frozen=True)
class Exercise:
    """A function to write: the right one, inputs, and what is known of its mistakes.

    cases(rng) returns tuples of arguments, smallest first. rtol is how far a result may lie from the right one.
    """

    right: Callable
    cases: Callable
    changes: str = ""
    variants: tuple = ()
    rtol: float = 1e-4

    @property
    def name(self):
        return self.right.__name__

    @cached_property
    def inputs(self):
        """What a function is called with, one tuple of arguments after another."""
        return self.cases(np.random.default_rng(0))

    @cached_property
    def wanted(self):
        """What the solution makes of them."""
        return [call(self.right, arguments, limited=False) for arguments in self.inputs]

    @cached_property
    def singles(self):
        """The changes, each in every solution that it can be made in."""
        return [
            Change(words, source, source.index(before), source.index(before) + len(before), after)
            for words, before, after in changes_in(self.changes)
            for source in self.sources
            if source.count(before) == 1
        ]

    @cached_property
    def sources(self):
        """The source of the solution and of its variants."""
        return [textwrap.dedent(inspect.getsource(solution)) for solution in (self.right, *self.variants)]

    @cached_property
    def known(self):
        """Every wrong answer that is known: single changes first, then pairs of changes."""
        singles = [Mistake(change.words, self.changed(change)) for change in self.singles]
        pairs = []
        for one, two in itertools.permutations(self.singles, 2):
            if one.fits(two):
                with contextlib.suppress(SyntaxError):  # where both statements of a block are gone
                    words = f"{first_sentence(one.words)} And: {first_sentence(two.words)}"
                    pairs.append(Mistake(words, self.changed(one, two)))
        return [*singles, *pairs]

    @property
    def words(self):
        """The words for each known mistake."""
        return tuple(dict.fromkeys(change.words for change in self.singles))

    def changed(self, *changes):
        """The solution with these changes made, which come one after another in its source."""
        source = changes[0].source
        for change in reversed(changes):
            source = source[: change.start] + change.after + source[change.end :]
        return self.made_of(source)

    def made_of(self, source):
        """The function of a source that is like the solution's."""
        name = f"<{self.name} {next(NUMBERS)}>"
        linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
        space = dict(self.right.__globals__)
        exec(compile(source, name, "exec", dont_inherit=True), space)
        return space[source.split("(")[0].removeprefix("def ")]

    def verdict(self, student):
        """One or two sentences on the student's function: passed, not written yet, or what is wrong with it."""
        outcomes = []
        for arguments in self.inputs:
            outcomes.append(call(student, arguments, several=len(self.wanted[0].value) > 1))
            if outcomes[-1].trouble:
                break
        last = outcomes[-1]
        if not last.trouble:
            if all(outcome.value is None for outcome in outcomes):
                return PRINTED if last.printed else NOT_WRITTEN
            if all(map(self.agree, outcomes, self.wanted)):
                return PASSED
        if not last.trouble or last.mark[1:]:
            for mistake in self.known:
                if self.comes_to(mistake, outcomes):
                    return mistake.words
        words = outside(student, self.right)
        if words:
            return words
        if last.trouble:
            if "(in the line" in last.trouble:  # it says what stood there
                return last.trouble
            return f"{last.trouble} It was called with {describe(self.inputs[len(outcomes) - 1])}."
        for arguments, outcome, right in zip(self.inputs, outcomes, self.wanted, strict=True):
            words = misfit(outcome.value, right.value)
            if words:
                return f"{words} It was called with {describe(arguments)}."
        return self.unknown([outcome.value for outcome in outcomes], [right.value for right in self.wanted])

    def passes(self, function):
        """Whether a function of ours is right on all inputs."""
        return self.comes_to(Mistake("", function), self.wanted)

    def comes_to(self, mistake, outcomes):
        """Whether a known mistake comes to the student's results, and stops where it stopped, at the same thing.

        At the first input the error's message has to be the same too; later on the results before it have to be.
        """
        for number, outcome in enumerate(outcomes):
            other = self.outcome(mistake, number)
            length = 2 if number else 3
            if outcome.mark[:length] != other.mark[:length] or bool(outcome.trouble) != bool(other.trouble):
                return False
            if not outcome.trouble and not self.agree(outcome, other):
                return False
        return True

    def outcome(self, mistake, number):
        """What a known mistake makes of one of the inputs, worked out once."""
        found = mistake.outcomes
        while len(found) <= number:
            found.append(call(mistake.function, self.inputs[len(found)], limited=False))
        return found[number]

    def unknown(self, results, wanted):
        """The verdict on results of the right kind that no known mistake explains."""
        told = self.relation(results, wanted)
        arguments, result, right = next(
            triple for triple in zip(self.inputs, results, wanted, strict=True) if not self.close(triple[1], triple[2])
        )
        shown = next(
            pair
            for pair in ([show(value, digits) for value in (result, right)] for digits in range(4, 19))
            if pair[0] != pair[1] or pair == [show(value, 18) for value in (result, right)]
        )
        return (
            f"not right yet, and no mistake that is known here{told and ': '}{told}. The smallest example that "
            f"differs: {describe(arguments)} gives {shown[0]}, and {shown[1]} is right."
        )

    def relation(self, got, right):
        """What can be seen of all results, in words: one of two is right, or all are off by one number; else ""."""
        number = range(len(right[0]))
        names = ("first", "second") if len(number) == 2 else ()
        fits = [self.close([case[place] for case in got], [case[place] for case in right]) for place in number]
        still = [not any(np.any(case[place]) for case in got) for place in number]
        for place, which in enumerate(names):
            if fits[place]:
                zero = ", and 0 everywhere: is anything added to what you begin with" if still[1 - place] else ""
                return f"the {which} of your two results is right, the other is not{zero}"
        if all(still):
            return "all your results are 0: is anything added to what you begin with"
        a, b = (
            np.concatenate([part.ravel().astype(float) for case in every for part in case]) for every in (got, right)
        )
        if not np.isfinite([a, b]).all():
            return ""
        difference, factor = float((a - b).mean()), float(a @ b / (b @ b or 1))
        if self.close([a], [b + difference]):
            return f"all your results are {abs(difference):.4g} too {'high' if difference > 0 else 'low'}"
        if factor and self.close([a], [b * factor]):
            return f"all your results are {telling(factor, 1.0)} times the right ones"
        return ""

    def agree(self, outcome, other):
        """Whether two outcomes are the same in shape and, up to rounding, in every number (nan equals nan)."""
        if outcome.trouble or other.trouble or outcome.value is None or other.value is None:
            return not (outcome.trouble or other.trouble) and outcome.value is other.value
        return misfit(outcome.value, other.value) is None and self.close(outcome.value, other.value)

    def close(self, results, others):
        """Whether arrays of the same shapes hold the same numbers, up to rounding."""
        with np.errstate(all="ignore"):
            for a, b in zip(results, others, strict=True):
                a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
                size = np.abs(b[np.isfinite(b)]).max(initial=1)
                near = np.abs(a - b) <= 1e-6 * size + self.rtol * np.abs(b)
                if not np.all((near & np.isfinite(b)) | (a == b) | (np.isnan(a) & np.isnan(b))):
                    return False
        return True


@dataclass(frozen=True)
class Trial:
    """A function that draws at random, so that no one result is right: it is told by what its results must keep to.

    find(function) returns the words for the first rule that the function breaks, or None.
    """

    right: Callable
    find: Callable

    @property
    def name(self):
        return self.right.__name__

    def verdict(self, student):
        """One or two sentences on the student's function, as `Exercise.verdict` gives them."""
        return self.find(student) or PASSED


def judged(exercise, student):
    """The verdict on a student's function, also on one that never ends."""
    return apart(lambda: exercise.verdict(student)) or NO_END


def changes_in(text):
    """The changes of a catalogue, [(words, before, after)]: the module says how it is written."""
    found, edits, before, words = [], [], "", ""
    for line in [*textwrap.dedent(text).strip().splitlines(), "→"]:
        if line[:1].isspace():
            words = f"{words} {line.strip()}".strip()
            continue
        if words:
            found += [(words, *edit) for edit in edits]
            edits = []
        code, _, words = line.partition("  # ")
        for part in code.split(" | "):
            first, *afters = (piece.strip().replace("\\n", "\n") for piece in part.split("→"))
            before = first or before
            edits += [(before, after) for after in afters]
    return found


def first_sentence(words):
    """A mistake's words up to the end of their first sentence."""
    ends = [words.index(end) + 1 for end in (". ", "? ") if end in words]
    return words[: min(ends, default=len(words))]


def outside(student, right):
    """Words for a function that uses an array from outside, or calls its arguments by the names of others; or ""."""
    code, given = getattr(student, "__code__", None), right.__code__.co_varnames[: right.__code__.co_argcount]
    if code is None:
        return ""
    names = code.co_varnames[: code.co_argcount]
    if names != given and sorted(names) == sorted(given):
        return f"your arguments stand in another order: the function is called with {', '.join(given)}."
    arrays = [name for name in code.co_names if isinstance(student.__globals__.get(name), np.ndarray)]
    if arrays:
        return f"your function uses `{arrays[0]}` from outside: use what it is given, {', '.join(names)}, alone."
    return ""


def misfit(result, right):
    """What a tuple of results is instead of what it should be, in words, or None where numbers and shapes fit."""
    if result is None:
        return "your function returns nothing here: is there a `return` on every way through it?"
    if len(result) != len(right):
        return f"your function returns {number_of(result)}, and {number_of(right)} is asked for."
    for a, b in zip(result, right, strict=True):
        if a.shape != b.shape:
            return f"your function returns {kind(a)}, and {kind(b)} is asked for."
    return None


def number_of(results):
    """How many results there are, in words."""
    return "one result" if len(results) == 1 else f"a tuple of {len(results)}"


def kind(array):
    """A result's shape in words."""
    return f"an array of shape {array.shape}" if array.ndim else "a single number"


def telling(number, other):
    """A number with four digits, or with as many more as it takes to tell it from the other."""
    return next((text for text in (f"{number:.{digits}g}" for digits in range(4, 17)) if float(text) != other), "1")


def describe(arguments):
    """The arguments of a call, short enough to be read."""
    return ", ".join(show(argument) for argument in arguments)


def show(value, digits=4):
    """A value in a few words: numbers with four digits or more, a large array by its shape."""
    if callable(value):
        return getattr(value, "__name__", "a function")
    if isinstance(value, tuple | list):
        inside = ", ".join(show(part, digits) for part in value)
        return inside if len(value) == 1 and isinstance(value, tuple) else f"({inside})"
    array = np.asarray(value)
    if array.size > 16:
        return f"an array of shape {array.shape}"
    return np.array2string(array, precision=digits, separator=", ", suppress_small=True).replace("\n", "")
