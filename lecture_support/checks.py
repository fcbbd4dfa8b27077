"""What a student's answer is checked with: a right function, and wrong ones that each stand for one known mistake.

`verdict` runs the student's function on inputs by hand and at random, smallest first. Where its results differ from the
right ones but equal those of a known mistake, it says which mistake that is; of another one, what can be seen in the
numbers. It never raises: an exception, an endless loop, a changed input or a strange type each get a line of their own.
"""

import contextlib
import copy
import io
import linecache
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SECONDS = 2.0  # a student's function may take this long for one call
NOT_WRITTEN = "not written yet."
PRINTED = "your function prints something and returns nothing: hand the result back with `return`."
PASSED = "passed."


@dataclass(frozen=True)
class Mistake:
    """A wrong answer worth knowing: the words for whoever gives it, and the function that gives it."""

    words: str
    function: Callable


@dataclass(frozen=True)
class Exercise:
    """A function to write: the right one, the mistakes known of it, and inputs to tell them apart.

    cases(rng) returns tuples of arguments, smallest first. rtol is how far a result may lie from the right one.
    """

    right: Callable
    cases: Callable
    mistakes: tuple = ()
    rtol: float = 1e-4

    @property
    def name(self):
        return self.right.__name__

    @property
    def words(self):
        """The words for each known mistake."""
        return tuple(mistake.words for mistake in self.mistakes)

    def verdict(self, student):
        """One or two lines on the student's function: passed, not written yet, or what is wrong with it."""
        cases = self.cases(np.random.default_rng(0))
        results = []
        for arguments in cases:
            result, trouble = call(student, arguments)
            if trouble:
                return (
                    self.known_stop(cases, results, trouble) or f"{trouble} It was called with {describe(arguments)}."
                )
            results.append(result)
        if all(result is None for result in results):
            return PRINTED if prints(student, cases[0]) else NOT_WRITTEN
        wanted = [self.right(*arguments) for arguments in cases]
        results = [as_tuple(result, right) for result, right in zip(results, wanted, strict=True)]
        for arguments, result, right in zip(cases, results, wanted, strict=True):
            trouble = misfit(result, right)
            if trouble:
                return f"{trouble} It was called with {describe(arguments)}."
        if self.agree(results, wanted):
            return PASSED
        for mistake in self.mistakes:
            if self.agree(results, [call(mistake.function, arguments)[0] for arguments in cases]):
                return mistake.words
        triples = zip(cases, results, wanted, strict=True)
        arguments, result, right = next(triple for triple in triples if not self.agree([triple[1]], [triple[2]]))
        return (
            f"not right yet, and no mistake that is known here.{self.relation(results, wanted)} The smallest example "
            f"that differs: {describe(arguments)} gives {show(result)}, and {show(right)} is right."
        )

    def relation(self, results, wanted):
        """What can be seen of all results, in words: one of two is right, or all are off by one number; else ""."""
        got, right = ([tuple(parts(result)) for result in every] for every in (results, wanted))
        for place, which in enumerate(("first", "second") if len(right[0]) == 2 else ()):
            if self.agree([case[place] for case in got], [case[place] for case in right]):
                return f" The {which} of your two results is right, the other is not."
        a, b = (np.concatenate([part.ravel() for case in every for part in case]) for every in (got, right))
        if not np.isfinite([a, b]).all():
            return ""
        difference, factor = float((a - b).mean()), float(a @ b / (b @ b or 1))
        if self.agree(got, [tuple(part + difference for part in case) for case in right]):
            return f" All your results are {abs(difference):.4g} too {'high' if difference > 0 else 'low'}."
        if factor and self.agree(got, [tuple(part * factor for part in case) for case in right]):
            return f" All your results are {factor:.4g} times the right ones."
        return ""

    def known_stop(self, cases, results, trouble):
        """The words of the mistake that stops where the student's function did, with an error of its kind, or None.

        At the first case the error's message has to be the same too; later on the results before it have to be.
        """
        for mistake in self.mistakes:
            outcomes = [call(mistake.function, arguments) for arguments in cases[: len(results) + 1]]
            same_error = error_in(outcomes[-1][1], not results) == error_in(trouble, not results)
            if same_error and self.agree(results, [result for result, _ in outcomes[:-1]]):
                return mistake.words
        return None

    def agree(self, results, others):
        """Whether two lists of results are the same in shape and, up to rounding, in every number (nan equals nan)."""

        def close(a, b):
            size = float(np.abs(b[np.isfinite(b)]).max(initial=1))
            return np.allclose(a, b, rtol=self.rtol, atol=1e-6 * size, equal_nan=True)

        return all(
            misfit(result, other) is None and all(map(close, parts(result), parts(other)))
            for result, other in zip(results, others, strict=True)
        )


@dataclass(frozen=True)
class Trial:
    """A function that draws at random, so that no one result is right: it is told by what its results must keep to.

    find(function) returns the words for the first rule that the function breaks, or None. `words` holds them all.
    """

    right: Callable
    find: Callable
    words: tuple

    @property
    def name(self):
        return self.right.__name__

    def verdict(self, student):
        """One or two lines on the student's function, as `Exercise.verdict` gives them."""
        return self.find(student) or PASSED


class OutOfTime(Exception):
    """Raised inside a student's function that has run for SECONDS."""


def call(function, arguments):
    """Call function on copies of the arguments: (result, None), or (None, one kind sentence on what went wrong)."""
    given = copy.deepcopy(arguments)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"), limited():
            warnings.simplefilter("ignore")
            result = function(*given)
    except OutOfTime:
        return None, f"your function did not come to an end in {SECONDS:g} seconds: is there a loop that never stops?"
    except (Exception, SystemExit) as error:
        return None, f"your function stopped with {type(error).__name__}: {error}{line_of(error, function)}."
    for before, after in zip(arguments, given, strict=True):
        if not callable(before) and not same(before, after):
            return (
                None,
                "your function changes what it is given. Work on a copy, such as W = W.copy(), or W = W - step.",
            )
    return result, None


def prints(function, arguments):
    """Whether a function writes to the screen, called with the same care as ever."""
    screen = io.StringIO()

    def heard(*given):
        with contextlib.redirect_stdout(screen):
            function(*given)

    call(heard, arguments)
    return bool(screen.getvalue())


@contextlib.contextmanager
def limited():
    """Raise OutOfTime in whatever Python code runs inside once SECONDS are over."""
    end = time.monotonic() + SECONDS
    previous = sys.gettrace()

    def trace(frame, event, argument):
        if time.monotonic() > end:
            raise OutOfTime
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(previous)


def error_in(trouble, with_message):
    """The error that a line of trouble tells of, its message left out or not: without the line of code in it."""
    told = (trouble or "").split(" (in the line")[0].removesuffix(".")
    return told if with_message else told.split(":")[0]


def line_of(error, function):
    """Where in the student's own code the error came from, with the line as it stands there."""
    code = getattr(function, "__code__", None)
    trace, found = error.__traceback__, ""
    while trace is not None:
        if code is not None and trace.tb_frame.f_code.co_filename == code.co_filename:
            line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
            found = f" (in the line `{line}`)" if line else ""
        trace = trace.tb_next
    return found


def parts(result):
    """A result as a list of float arrays: one of them, or one for each entry of a tuple."""
    return [np.asarray(part, dtype=float) for part in (result if isinstance(result, tuple) else (result,))]


def misfit(result, right):
    """What kind of thing the result is instead of what it should be, in words, or None where kinds and shapes fit."""
    if result is None:
        return "your function returns nothing here: is there a `return` on every way through it?"
    try:
        got, wanted = parts(result), parts(right)
    except (TypeError, ValueError):
        return f"your function returns a {type(result).__name__} that is not made of numbers."
    if len(got) != len(wanted):
        return f"your function returns {number_of(got)}, and {number_of(wanted)} is asked for."
    for a, b in zip(got, wanted, strict=True):
        if a.shape != b.shape:
            return f"your function returns {kind(a)}, and {kind(b)} is asked for."
    return None


def as_tuple(result, right):
    """A list as the tuple that is asked for: [loss, dW] says the same as loss, dW."""
    return tuple(result) if isinstance(result, list) and isinstance(right, tuple) else result


def number_of(results):
    """How many results there are, in words."""
    return "one result" if len(results) == 1 else f"a tuple of {len(results)}"


def kind(array):
    """A result's shape in words."""
    return f"an array of shape {array.shape}" if array.ndim else "a single number"


def same(before, after):
    """Whether an argument is as it was before the call."""
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(same, before, after))
    return np.array_equal(before, after, equal_nan=np.asarray(before).dtype.kind == "f")


def describe(arguments):
    """The arguments of a call, short enough to be read."""
    return ", ".join(show(argument) for argument in arguments)


def show(value):
    """A value in a few words: numbers with four digits, a large array by its shape."""
    if callable(value):
        return getattr(value, "__name__", "a function")
    if isinstance(value, tuple):
        return f"({', '.join(map(show, value))})"
    array = np.asarray(value)
    if array.size > 16:
        return f"an array of shape {array.shape}"
    return np.array2string(array, precision=4, separator=", ", suppress_small=True).replace("\n", "")
