"""A student's function is called: whatever it does, what comes back is an `Outcome`, and soon.

It may print, change what it is given, raise, hand back anything, or never end. Its time is counted in seconds of the
processor, so that a busy machine rejects no right answer, and without the time that imports take. Where there are
signals a timer looks at the clock; elsewhere (Windows, a browser, another thread) Python's tracing does, which sees
every loop but those inside a builtin. `apart` ends those as well: it works in a copy of the process, to be killed.
"""

import builtins
import contextlib
import copy
import gc
import inspect
import io
import math
import os
import select
import signal
import sys
import threading
import time
import warnings
from dataclasses import dataclass

import numpy as np

from lecture_support.errors import told

SECONDS = 2.0  # of the processor, for one call
PATIENCE = 6.0  # seconds on the wall for one call: a function may wait and do nothing
FOR_IMPORTS = 60.0  # seconds on the wall for one import, which count for nothing else
TICK = 0.1


@dataclass(frozen=True)
class Outcome:
    """What a call came to: a tuple of arrays, one for each result, or None where nothing was returned; or the trouble.

    mark tells errors apart: the error's type, what its line tried to do, and its message.
    """

    value: tuple | None = None
    trouble: str = ""
    mark: tuple = ()
    printed: bool = False


class OutOfTime(BaseException):
    """Raised inside a student's function that takes too long; no Exception, or `except Exception` would hide it."""


class Odd(Exception):
    """A result that is not made of numbers, in words."""


def call(function, arguments, several=False, limited=True):
    """Call function on copies of the arguments. With several, a list of results is as good as a tuple of them."""
    given, screen = copy.deepcopy(arguments), io.StringIO()
    beat()
    value, trouble, mark = None, "", ()
    try:
        with (
            contextlib.redirect_stdout(screen),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            Limit() if limited else contextlib.nullcontext(),
        ):
            warnings.simplefilter("ignore")
            try:
                value = plain(function(*given), several)
                if not all(map(same, arguments, given)):
                    trouble = "your function changes what it is given. Work on a copy, such as W = W.copy()."
            except Odd as odd:
                trouble = f"your function returns {odd}"
            except (Exception, SystemExit, GeneratorExit, KeyboardInterrupt) as error:
                trouble, mark = told(error, function, arguments)
    except OutOfTime:
        trouble = "your function did not come to an end in time: is there a loop that never stops?"
        mark = ("OutOfTime",)
    return Outcome(value, trouble, mark, bool(screen.getvalue()) if not screen.closed else False)


def plain(value, several):
    """A result as a tuple of arrays of numbers, None as None. Raises Odd for what is not made of numbers."""
    if value is None:
        return None
    name = type(value).__name__
    try:
        if inspect.iscoroutine(value):
            value.close()
            raise Odd("a coroutine: leave `async` out.")
        if isinstance(value, tuple) or (several and isinstance(value, list)):
            return tuple(map(numbers, value))
        return (numbers(value),)
    except OverflowError:
        raise Odd(f"a number that is too large for a float, of about {digits_of(value)} digits.") from None
    except Odd:
        raise
    except Exception:
        kind = f"{name} that is not made of numbers"
        raise Odd(f"a {kind}: are its rows of one length?" if name == "list" else f"a {kind}.") from None


def numbers(value):
    """A value as an array of numbers that are no objects. Raises whatever it raises for other values."""
    array = np.asarray(value)
    if array.dtype.kind == "O":
        if any(isinstance(entry, str | bytes) for entry in array.flat):
            raise TypeError
        return np.array([float(entry) for entry in array.flat]).reshape(array.shape)
    if array.dtype.kind not in "biuf":
        raise TypeError
    return np.array(array)


def digits_of(value):
    """How many digits the greatest whole number of a value has."""
    sizes = [abs(entry).bit_length() for entry in np.asarray(value, dtype=object).flat if isinstance(entry, int)]
    return f"{int(max(sizes, default=1024) * math.log10(2)) + 1:,}"


def same(before, after):
    """Whether an argument is as it was before the call, up to rounding: what is added and taken again is back."""
    if callable(before):
        return True
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(same, before, after))
    if isinstance(before, np.ndarray) and not (isinstance(after, np.ndarray) and after.dtype == before.dtype):
        return False
    if np.asarray(before).dtype.kind in "fiu":
        return np.shape(before) == np.shape(after) and np.allclose(before, after, 1e-9, 1e-9, equal_nan=True)
    return np.array_equal(before, after)


class Limit:
    """Raise OutOfTime in whatever runs inside once its time is over, again and again until it gives in."""

    def __enter__(self):
        self._import, self._thread, self._since = builtins.__import__, threading.get_ident(), None
        self._cpu, self._wall, self._alarm = cpu_time(), time.monotonic(), time.monotonic()
        self._outside, self._traced = sys._getframe(1), sys.gettrace()
        self._collects = gc.isenabled()
        gc.disable()  # or it would clean up what others have left, and OutOfTime would be raised, and lost, in that
        builtins.__import__ = self._on_import
        self._timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        if self._timed:
            self._handler = signal.signal(signal.SIGALRM, self._on_alarm)
            self._timer = signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
        else:
            sys.settrace(self._trace)

    def __exit__(self, *error):
        sys.settrace(self._traced)
        builtins.__import__ = self._import
        if self._collects:
            gc.enable()
        if self._timed:
            signal.setitimer(signal.ITIMER_REAL, *self._timer)
            signal.signal(signal.SIGALRM, self._handler)

    def _is_over(self):
        if self._since is not None:
            return time.monotonic() - self._since > FOR_IMPORTS
        return cpu_time() - self._cpu > SECONDS or time.monotonic() - self._wall > PATIENCE

    def _on_import(self, *names, **more):
        if self._since is not None or threading.get_ident() != self._thread:
            return self._import(*names, **more)
        trace, cpu, self._since = sys.gettrace(), cpu_time(), time.monotonic()
        if not self._timed:
            sys.settrace(None)
        try:
            return self._import(*names, **more)
        finally:
            self._cpu += cpu_time() - cpu
            self._wall += time.monotonic() - self._since
            self._since = None
            if not self._timed:
                sys.settrace(trace)

    def _on_alarm(self, number, frame):
        last, self._alarm = self._alarm, time.monotonic()
        if self._alarm - last > 5 * TICK:  # who waits is asked at every tick: it was the machine that stood still
            self._wall += self._alarm - last
        if not self._is_over():
            beat()
        elif frame.f_code.co_filename != __file__:  # what cleans up has to run
            # What catches this as well is asked again at its next line, and then a thousand times a second.
            signal.setitimer(signal.ITIMER_REAL, TICK / 100, TICK / 100)
            sys.settrace(self._trace)
            while frame is not None and frame is not self._outside:
                frame.f_trace, frame.f_trace_opcodes = self._trace, True
                frame = frame.f_back
            raise OutOfTime

    def _trace(self, frame, event, argument):
        if frame.f_code.co_filename == __file__:  # what cleans up has to run
            return None
        if event not in ("exception", "return") and self._is_over():
            raise OutOfTime  # and Python traces no more
        if str(frame.f_globals.get("__name__")).partition(".")[0] in ("numpy", "lecture_support"):
            return None  # these come to an end, and tracing would slow them down a hundredfold
        frame.f_trace_opcodes = True  # a loop on one line has no other events
        return self._trace


def cpu_time():
    """Seconds that the processor spent on this thread; where nobody counts them, only the clock on the wall does."""
    try:
        return time.thread_time()
    except (AttributeError, OSError):
        return 0.0


def beat():
    """A copy of the process that `apart` made says here that it is alive; elsewhere it is nothing."""


def apart(work):
    """What work(), a string, comes to in a copy of this process; None where it never ends. Without copies: work().

    The copy says that it is alive ten times a second. One that spends SECONDS of the processor in silence is in a
    builtin that does not end, and its system kills it; one that does nothing at all for PATIENCE seconds was copied at
    a bad moment, and the work is done here.
    """
    if not hasattr(os, "fork") or threading.current_thread() is not threading.main_thread():
        return work()
    reading, writing = os.pipe()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python 3.12 warns where there are other threads
            pid = os.fork()
    except OSError:  # no room for one more, or a browser, whose os.fork is there and fails
        os.close(reading)
        os.close(writing)
        return work()
    if not pid:
        in_the_copy(work, writing)
    os.close(writing)
    heard, silent = b"", False
    try:
        while select.select([reading], [], [], PATIENCE)[0]:
            part = os.read(reading, 1 << 16)
            if not part:
                break
            heard += part.lstrip(b".")
        else:
            silent = True
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
    if heard.endswith(b"\n"):
        return heard.decode()[:-1]
    stuck = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF
    return None if stuck or (silent and used.ru_utime + used.ru_stime > SECONDS / 2) else work()


def in_the_copy(work, writing):
    """Do the work in the copy of the process, and end it."""
    global beat

    def beat():
        os.write(writing, b".")
        signal.setitimer(signal.ITIMER_PROF, SECONDS)

    try:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        beat()
        os.write(writing, work().encode() + b"\n")
    finally:
        os._exit(0)
