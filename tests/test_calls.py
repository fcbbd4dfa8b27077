"""A student's function is called: it may hand back anything, raise anything and never end; `check` still answers."""

import asyncio
import builtins
import decimal
import fractions
import gc
import itertools
import os
import queue
import sys
import threading
import time
import traceback
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_support import calls
from lecture_support.calls import Outcome, apart, call
from lecture_support.checks import NO_END, NOT_WRITTEN, PASSED, Exercise, judged

TWICE = Exercise(lambda x: 2.0 * x, lambda rng: [(1.0,), (2.0,)])
PAIR = Exercise(lambda x: (2.0 * x, np.array([x, x])), lambda rng: [(1.0,), (2.0,)])
LOOPS = Exercise(lambda W: W @ W, lambda rng: [(np.ones(3),)])


class Evil:
    """What raises whatever it is asked."""

    def fail(self, *arguments, **more):
        raise RuntimeError("evil")

    __array__ = __eq__ = __len__ = __iter__ = __float__ = __bool__ = __repr__ = __str__ = __getattr__ = fail
    __hash__ = None


class Endless:
    """What never becomes an array."""

    def __array__(self, dtype=None, copy=None):
        return np.array(list(iter(int, 1)))


def itself():
    """A list that holds itself."""
    found = []
    found.append(found)
    return found


PLAIN = (
    *("", "0.5", "nan", "λ", b"5", {}, {1: 2.0}, {2.0}, frozenset(), [], [[1, 2], [3]], [[]], (), (None, None), True),
    *(1j, [None], ["1"], [1, "1"], Ellipsis, NotImplemented, range(3), slice(2), float("nan"), float("inf"), int),
    *(fractions.Fraction(7, 3), decimal.Decimal("NaN"), np.array("text"), np.datetime64("2016-01-01"), np.ma.masked),
    np.float16(9),
)
ODD = {
    **{repr(value): value for value in PLAIN},
    "huge": 10**400,
    "too huge for a string": 10**5000,
    "a list of huge ones": [10**400, 1],
    "ragged arrays": [np.ones(2), np.ones(3)],
    "a record": np.zeros(2, dtype=[("a", float)]),
    "many axes": np.ones((1,) * 32),
    "a mask": np.ma.array([1.0, 2.0], mask=[True, False]),
    "a memoryview": memoryview(b"abc"),
    "a function": len,
    "a generator": (i for i in range(3)),
    "evil": Evil(),
    "a list of evil": [Evil(), Evil()],
    "a tuple of evil": (Evil(), 1.0),
    "a list of itself": itself(),
}


@pytest.mark.parametrize("exercise", [TWICE, PAIR], ids=["one", "two"])
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_odd_answers_get_a_line(exercise, odd):
    verdict = exercise.verdict(lambda x: odd)
    assert verdict not in (PASSED, NOT_WRITTEN) and "\n" not in verdict
    assert "your function returns" in verdict or "no mistake that is known here" in verdict


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner) | st.builds(Evil),
)


@settings(max_examples=150, deadline=None, database=None)
@given(JUNK)
def test_any_other_answer_gets_a_line(junk):
    for exercise in (TWICE, PAIR):
        assert "\n" not in exercise.verdict(lambda x: junk)


@pytest.mark.parametrize(
    ("value", "several", "shapes"),
    [
        (1, False, [()]),
        ([1, 2], False, [(2,)]),
        ([1, [2, 3]], True, [(), (2,)]),
        ((1, np.ones((2, 3))), False, [(), (2, 3)]),
        ([fractions.Fraction(1, 3), decimal.Decimal("0.5")], False, [(2,)]),
        (np.array([True, False]), False, [(2,)]),
        (None, False, None),
    ],
)
def test_what_is_made_of_numbers_becomes_arrays(value, several, shapes):
    outcome = call(lambda: value, (), several)
    assert outcome.trouble == "" and (shapes is None) == (outcome.value is None)
    assert shapes is None or [array.shape for array in outcome.value] == shapes


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0.5", "your function returns a str that is not made of numbers."),
        (
            [[1, 2], [3]],
            "your function returns a list that is not made of numbers: are its rows of one length?",
        ),
        (10**400, "your function returns a number that is too large for a float, of about 401 digits."),
        (1j, "your function returns a complex that is not made of numbers."),
    ],
)
def test_what_is_not_made_of_numbers_is_told(value, words):
    assert call(lambda: value, ()).trouble == words


def test_a_coroutine_is_told_and_nobody_warns():
    async def student(x):
        await asyncio.sleep(0)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "leave `async` out" in TWICE.verdict(student)


@pytest.mark.parametrize("error", [SystemExit, RecursionError, KeyError, ZeroDivisionError, StopIteration, MemoryError])
def test_every_exception_is_caught(error):
    def student(x):
        raise error("oh")

    assert error.__name__ in TWICE.verdict(student)


def test_an_error_that_cannot_be_put_into_words_is_caught():
    class Silent(Exception):
        def __str__(self):
            raise self

    def student(x):
        raise Silent

    assert "Silent" in TWICE.verdict(student)


# --- what never ends: 0.2 s of the processor are long enough here


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(calls, "SECONDS", 0.2)
    monkeypatch.setattr(calls, "PATIENCE", 1.5)


exec("def on_one_line(W):\n    while True: pass", globals())  # as no formatter leaves it


def with_a_call(W):
    total = 0
    while True:
        total += len(W)


def in_except(W):
    while True:
        try:
            int("x")
        except Exception:
            continue


def in_a_bare_except(W):
    while True:
        try:
            while True:
                len(W)
        except BaseException:
            pass


def in_two_bare_excepts(W):
    while True:
        try:
            try:
                len(W)
            except BaseException:
                len(W)
        except BaseException:
            pass


def in_a_comprehension(W):
    return [i for i in itertools.count() if i < 0]


SEEN_BY_TRACING = [globals()["on_one_line"], with_a_call, in_except, in_a_comprehension]


@pytest.mark.parametrize("student", [*SEEN_BY_TRACING, in_a_bare_except, in_two_bare_excepts])
def test_an_endless_loop_ends(hurried, student):
    assert "did not come to an end" in LOOPS.verdict(student)


def test_what_others_have_left_to_clean_up_is_not_cleaned_up_in_a_loop(hurried):
    class Cycle:
        def __init__(self):
            self.me = self

        def __del__(self):
            in_loop.append("loops" in [frame.f_code.co_name for frame, _ in traceback.walk_stack(sys._getframe())])

    def loops(W):
        Cycle()
        while True:
            held.append([])  # what Python counts until it collects

    in_loop, held = [], []
    assert "did not come to an end" in call(loops, (np.ones(3),)).trouble
    assert True not in in_loop and gc.isenabled()


def test_a_loop_that_gives_in_late_leaves_nothing_behind(monkeypatch):
    """The alarm may come while the guard is being taken down; the next call, and who called, would pay for it."""
    monkeypatch.setattr(calls, "SECONDS", 0.02)
    monkeypatch.setattr(calls, "TICK", 0.05)
    before = sys.gettrace(), builtins.__import__, (0.0, 0.0)
    for _ in range(30):
        assert "did not come to an end" in call(in_two_bare_excepts, (np.ones(3),)).trouble
        assert (sys.gettrace(), builtins.__import__, calls.signal.getitimer(calls.signal.ITIMER_REAL)) == before


@pytest.mark.parametrize("student", SEEN_BY_TRACING)
def test_an_endless_loop_ends_where_there_are_no_signals_either(hurried, student, monkeypatch):
    without_signals(monkeypatch)
    monkeypatch.setattr(calls, "PATIENCE", 0.3)
    assert "did not come to an end" in LOOPS.verdict(student)


def test_an_endless_loop_ends_in_another_thread(hurried):
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(LOOPS.verdict(SEEN_BY_TRACING[0])))
    thread.start()
    thread.join(60)
    assert "did not come to an end" in verdicts[0]


def test_who_waits_for_ever_is_stopped(hurried):
    assert "did not come to an end" in LOOPS.verdict(lambda W: time.sleep(1e6))
    assert "did not come to an end" in LOOPS.verdict(lambda W: queue.Queue().get())


needs_copies = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be copied here")


@needs_copies
@pytest.mark.parametrize("student", [lambda W: sum(iter(int, 1)), lambda W: Endless()])
def test_an_endless_loop_in_a_builtin_ends(hurried, student):
    assert judged(LOOPS, student) == NO_END


@needs_copies
def test_a_copy_that_dies_leaves_the_work_to_us():
    here = os.getpid()

    def work():
        if os.getpid() != here:
            os._exit(7)
        return "done"

    assert apart(work) == "done"
    assert apart(lambda: f"in {os.getpid() == here}\nor not") == "in False\nor not"


def cannot_be_copied():
    raise OSError(52, "Function not implemented")


@pytest.mark.parametrize("fork", [None, cannot_be_copied], ids=["no fork", "a fork that fails"])
def test_without_copies_the_work_is_done_here(monkeypatch, fork):
    """A browser's Python has os.fork, which raises, and so does a machine that has no room for one process more."""
    monkeypatch.setattr(os, "fork", fork, raising=False)
    if fork is None:
        monkeypatch.delattr(os, "fork")
    before = len(os.listdir("/dev/fd")) if os.path.exists("/dev/fd") else 0
    assert apart(lambda: str(os.getpid())) == str(os.getpid())
    assert before == 0 or len(os.listdir("/dev/fd")) == before


def test_time_for_imports_does_not_count(hurried, tmp_path, monkeypatch):
    (tmp_path / "slow_to_import.py").write_text(
        "import time\nend = time.thread_time() + 0.3\nwhile time.thread_time() < end:\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    def student(W):
        return W @ W if __import__("slow_to_import").end else 0

    for signals in (True, False):
        sys.modules.pop("slow_to_import", None)
        if not signals:
            monkeypatch.delattr(calls.signal, "setitimer", raising=False)
        assert LOOPS.verdict(student) == PASSED


def test_time_that_others_need_does_not_count(hurried, monkeypatch):
    """The clock on the wall says that a second went by, and the processor's that this thread had none of it."""
    monkeypatch.setattr(calls, "cpu_time", lambda: 0.0)
    assert LOOPS.verdict(lambda W: time.sleep(0.5) or W @ W) == PASSED


def without_signals(monkeypatch):
    """What a browser's Python lacks, as far as it can be taken away here."""
    monkeypatch.delattr(calls.signal, "setitimer")
    monkeypatch.delattr(time, "thread_time")


def test_a_slow_right_answer_passes_where_nobody_counts_the_processors_time(hurried, monkeypatch):
    without_signals(monkeypatch)
    assert LOOPS.verdict(lambda W: time.sleep(0.2) or W @ W) == PASSED


def test_numpy_and_the_helper_are_not_slowed_down_where_there_are_no_signals(monkeypatch):
    without_signals(monkeypatch)
    source = "def traced():\n    return sys._getframe().f_trace is not None"
    ours, theirs = {"__name__": "numpy.linalg", "sys": sys}, {"sys": sys}
    for namespace in (ours, theirs):
        exec(source, namespace)
    assert [call(each["traced"], ()).value[0] for each in (ours, theirs)] == [False, True]


def test_time_in_which_the_machine_stands_still_does_not_count(hurried, monkeypatch):
    clock, later = time.monotonic, [0]
    monkeypatch.setattr(time, "monotonic", lambda: clock() + later[0])
    assert LOOPS.verdict(lambda W: later.insert(0, later[0] + 60) or time.sleep(0.3) or W @ W) == PASSED


def test_what_was_there_before_a_call_is_there_after_it():
    before = sys.gettrace(), __builtins__["__import__"], calls.signal.getsignal(calls.signal.SIGALRM)
    try:
        sys.settrace(trace := lambda *event: None)
        call(lambda: 1, ())
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before[0])
    after = sys.gettrace(), __builtins__["__import__"], calls.signal.getsignal(calls.signal.SIGALRM)
    assert before == after and calls.signal.getitimer(calls.signal.ITIMER_REAL)[0] == 0


# --- what a call may not do


def test_output_and_warnings_stay_out(capsys, recwarn):
    def student(x):
        print("hello")
        np.log(-np.ones(3))
        warnings.warn("loud", stacklevel=1)
        return 2 * x

    assert TWICE.verdict(student) == PASSED
    assert capsys.readouterr() == ("", "") and not list(recwarn)
    assert "with `return`" in TWICE.verdict(lambda x: print(2 * x))


@pytest.mark.parametrize(
    ("before", "change", "same"),
    [
        (np.array([1.0, np.nan]), lambda a: None, True),
        (np.array([1.0, 2.0]), lambda a: a.__setitem__(0, 3), False),
        (np.array([1.0, 2.0]), lambda a: (a.__iadd__(0.1), a.__isub__(0.1)), True),
        ([np.ones(1), 2], lambda a: a.reverse(), False),
        ([1, 2], lambda a: a.append(3), False),
        ((np.zeros(2), "a"), lambda a: a[0].fill(1), False),
        (np.arange(3), lambda a: a.sort(), True),
        ([1.0, 2.0], lambda a: a.__setitem__(0, Evil()), False),
        (len, lambda a: None, True),
    ],
)
def test_a_change_of_what_is_given_is_told(before, change, same):
    outcome = call(lambda given: change(given) and None, (before,))
    assert (outcome == Outcome()) == same
    assert same or "changes what it is given" in outcome.trouble or "evil" in outcome.trouble
