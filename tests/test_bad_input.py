"""Bad calls of everything public, one row each with the whole message that it gets: the rule, and what came instead.

The `lecture` command's are in test_lecture_command.py, a student's answers that stop or never end in test_checks.py.
"""

import math
import re

import ipywidgets as widgets
import numpy as np
import pytest
from matplotlib.figure import Figure

from lecture_support.arguments import NotWritten
from lecture_support.data import add_bias, blobs
from lecture_support.descent import descend, minibatches, sample_training_data
from lecture_support.exercises import check, solution
from lecture_support.gradients import check_gradient, numerical_gradient, relative_error
from lecture_support.losses import accuracy, hinge_terms, probabilities, softmax_loss, svm_loss
from lecture_support.panel import Panel
from lecture_support.penalties import clip_norm, elastic_net, l1, l2, objective, soft_threshold
from lecture_support.predictions import Question, ask

nan, inf = math.nan, math.inf
W, X, y = np.zeros((3, 2)), np.ones((4, 2)), np.array([0, 1, 2, 0])
V = np.array([[0.5, -1.0, 2.0], [3.0, 0.25, -2.0]])
RAGGED = [[1.0, 2.0], [3.0]]


def cubes(V):
    return float((V**3).sum()), 3 * V**2


def walk(f=svm_loss, W=W, X=X, y=y, step_size=0.1, batch_size=2, num_iters=3, **options):
    return descend(f, W, X, y, step_size, batch_size, num_iters, **options)


CALLS = []


def words(**values):
    """An update that draws nothing; CALLS keeps what it was asked."""
    CALLS.append(values)
    return f"the controls stand at {values}"


@pytest.fixture
def calls():
    """What the panels made in this test ask their update."""
    CALLS.clear()
    return CALLS


def panel(figure=None, update=words, **arguments):
    """A panel with two of the lecture's sliders."""
    return Panel(figure or Figure(figsize=(3, 2)), update, **{"reg": 0.1, "batch_size": 32} | arguments)


def question(words="?", answer=lambda: "up", why="w", see="s", **arguments):
    return Question(words, answer, why, see, **arguments)


def choice(answer=lambda: "up"):
    return ask(question(answer=answer, choices=("up", "down")))


def amount(answer=lambda: 29.3):
    return ask(question(answer=answer, unit="percent"))


def computed(prediction, said):
    """What is right, in the words of the reveal to someone who has said something."""
    prediction.commit(said)
    return prediction.question.verdict(said)


def each(call, rule, *bads):
    """A row for each of these bad values: the call with it, and the rule with what came."""
    return [(lambda bad=bad: call(bad), f"{rule} {bad!r}") for bad in bads]


def of(name, rule, *bads):
    """A row for each of these bad values of a panel's argument or control."""
    return [({name: bad}, f"{rule} {bad!r}") for bad in bads]


FIT = "X is (N, D) and W is (C, D) with the same D, but"
LABELS = "y holds one label for each of the N = 4 examples, but its shape is"
RANGE = "y holds classes from 0 to C - 1 = 2, but runs from"
KIND = "y holds class numbers of an int type, but its type is"
FLOATS = "X and W hold numbers, floats in one of them at least, but are"
FINITE = "X and W are finite and their scores too, but"
ROWS_OF_ONE_LENGTH = "is an array, its rows of one length, not [[1.0, 2.0], [3.0]]"

OF_BOTH_LOSSES = [
    # The shapes of X and W
    (lambda loss: loss(W.T, X, y), f"{FIT} X is (4, 2) and W is (2, 3)"),
    (lambda loss: loss(W[0], X, y), f"{FIT} X is (4, 2) and W is (2,)"),
    (lambda loss: loss(W, X[0], y[0]), f"{FIT} X is (2,) and W is (3, 2)"),
    (lambda loss: loss(W, X[:, :, None], y), f"{FIT} X is (4, 2, 1) and W is (3, 2)"),
    (lambda loss: loss(W, RAGGED, y), f"X {ROWS_OF_ONE_LENGTH}"),
    (lambda loss: loss(RAGGED, X, y), f"W {ROWS_OF_ONE_LENGTH}"),
    # The numbers in X and W
    (lambda loss: loss(np.full((3, 2), None), X, y), f"{FLOATS} float64 and object"),
    (lambda loss: loss(W.astype(int), X.astype(int), y), f"{FLOATS} int64 and int64"),
    (lambda loss: loss(W + 1j, X, y), f"{FLOATS} float64 and complex128"),
    (
        lambda loss: loss(W + 1, [[1, 1], [1, nan], [1, 1], [1, 1]], y),
        f"{FINITE} example 1 has the scores [nan nan nan]",
    ),
    (
        lambda loss: loss(np.array([[1, 1], [1, inf], [1, 1]]), X, y),
        f"{FINITE} example 0 has the scores [ 2. inf  2.]",
    ),
    (
        lambda loss: loss([[1, 1], [1e300, 1], [1, 1]], [[1, 1], [1e10, 1], [1, 1], [1, 1]], y),
        f"{FINITE} example 1 has the scores [1.e+10    inf 1.e+10]",
    ),
    # The labels
    (lambda loss: loss(W, X, y[:3]), f"{LABELS} (3,)"),
    (lambda loss: loss(W, X, y[:, None]), f"{LABELS} (4, 1)"),
    (
        lambda loss: loss(W, X, [[0], [1, 2], [0], [0]]),
        "y is an array, its rows of one length, not [[0], [1, 2], [0], [0]]",
    ),
    (lambda loss: loss(W, X[:0], y[:0]), "a batch holds at least one example, but this one has none"),
    (lambda loss: loss(W, X, y * 1.0), f"{KIND} float64"),
    (lambda loss: loss(W, X, y > 0), f"{KIND} bool"),
    (lambda loss: loss(W, X, y + 1), f"{RANGE} 1 to 3"),
    (lambda loss: loss(W, X, y - 1), f"{RANGE} -1 to 1"),
]

MARGIN = "delta is a finite number, 0 or more, not"
SCORES = "scores is a number or an array of numbers, not"
NO_SCORES = "scores are finite numbers, one at least, not"
STEP = "step_size is a finite number above 0, not"
BATCH = "batch_size is an int from 1 to N = 4, not"
TWO = "returns two results, a number and its gradient, not"
LAMBDA = "reg (lambda) is a finite number, 0 or more, not"
BETA = "beta is a finite number, 0 or more, not"
LENGTH = "max_norm is a finite number above 0, not"
THRESHOLD = "threshold is a finite number, 0 or more, not"
WEIGHTS = "W is a number or an array of numbers, not"
SMALL = "h is a finite number above 0, not"
MEASURED = "W holds floats, because h is added to them, not"
ALONE = "f(W) returns the loss alone, one number, not"
OF_W = "the gradient is an array of W's shape"
UNCALLED = "give its name, without calling it"
SEED = "seed is an int, 0 or more, not"
DATA = "data is (X, y), an array of examples and one of labels, not"
REG = "0.0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0"
SIZES = "1, 2, 4, 8, 16, 32, 64, 128, 256"
LISTED = "a panel's control is a widget with a list of positions, not"
ASKED = "the answer is a finite number, not"

VALUE_ERRORS = [
    # losses
    *each(lambda bad: svm_loss(W, X, y, bad), MARGIN, -1, nan, inf, "1", None, True, [1]),
    (lambda: accuracy(W, X, y[:, None]), f"{LABELS} (4, 1)"),
    (lambda: hinge_terms([3.2, 5.1, -1.7], 0), "scores is (N, C), one row an example, but it is (3,)"),
    (lambda: hinge_terms(X, y[:3]), f"{LABELS} (3,)"),
    (lambda: hinge_terms(W, [0, 3, 0]), "y holds classes from 0 to C - 1 = 1, but runs from 0 to 3"),
    (lambda: hinge_terms(RAGGED, [0, 1]), f"scores {ROWS_OF_ONE_LENGTH}"),
    (lambda: hinge_terms([[nan, 1.0]], [0]), f"{NO_SCORES} array([[nan,  1.]])"),
    (lambda: probabilities([inf, 1.0]), f"{NO_SCORES} array([inf,  1.])"),
    (lambda: probabilities([]), f"{NO_SCORES} array([], dtype=float64)"),
    (lambda: probabilities(None), f"{SCORES} None"),
    (lambda: probabilities([True, False]), f"{SCORES} [True, False]"),
    # penalties
    (lambda: l2(None), f"{WEIGHTS} None"),
    (lambda: l1(W > 0), f"{WEIGHTS} array([[False...alse, False]])"),
    *each(lambda bad: elastic_net(W, bad), BETA, -0.1, nan, inf, -inf, "0.1", None, True),
    *each(lambda bad: clip_norm(W, bad), LENGTH, 0, -0.1, nan, inf, -inf, "0.1", None),
    (lambda: clip_norm(None, 1), f"{WEIGHTS} None"),
    *each(lambda bad: soft_threshold(W, bad), THRESHOLD, -0.1, nan, inf, "0.1", None),
    (lambda: soft_threshold("W", 1), f"{WEIGHTS} 'W'"),
    *each(lambda bad: objective(svm_loss, l2, bad), LAMBDA, -0.1, nan, inf, "0.1", None, True),
    (lambda: objective(None, l2, 0.1), f"loss is a function, not None: {UNCALLED}"),
    (lambda: objective(svm_loss, "l2", 0.1), f"penalty is a function, not 'l2': {UNCALLED}"),
    (lambda: objective(lambda W, X, y: 2.5, l2, 0.1)(W, X, y), f"the loss {TWO} 2.5"),
    (lambda: objective(svm_loss, lambda W: 2.5, 0.1)(W, X, y), f"the penalty {TWO} 2.5"),
    (
        lambda: objective(lambda W, X, y: (2.5, 2 * W.T), l2, 0.1)([[0.5, 1.0]], X, y),
        f"{OF_W} (1, 2), but the loss returns array([[1.],\n       [2.]])",
    ),
    (
        lambda: objective(svm_loss, lambda W: (2.5, W[0]), 0.1, bias=True)(W, X, y),
        f"{OF_W} (3, 1), but the penalty returns array([0.])",
    ),
    # gradients
    *each(lambda bad: numerical_gradient(np.sum, V, bad), SMALL, 0, -1e-5, nan, inf, "1e-5", None),
    (lambda: check_gradient(cubes, V, h=0), f"{SMALL} 0"),
    (lambda: numerical_gradient(np.sum, [[1, 2]]), f"{MEASURED} array([[1, 2]])"),
    (lambda: numerical_gradient(np.sum, []), f"{MEASURED} array([], dtype=float64)"),
    (lambda: numerical_gradient(np.sum, RAGGED), f"W {ROWS_OF_ONE_LENGTH}"),
    (lambda: check_gradient(cubes, None), f"{MEASURED} array(None, dtype=object)"),
    (lambda: numerical_gradient(3.375, V), f"f is a function, not 3.375: {UNCALLED}"),
    (lambda: numerical_gradient(lambda V: (2.5, 1.0), V), f"{ALONE} (2.5, 1.0)"),
    (lambda: numerical_gradient(lambda V: np.array([2.5]), V), f"{ALONE} array([2.5])"),
    (lambda: check_gradient((2.5, 1.0), V), f"f is a function, not (2.5, 1.0): {UNCALLED}"),
    (lambda: check_gradient(lambda V: 2.5, V), f"f {TWO} 2.5"),
    (lambda: check_gradient(lambda V: (2.5, 1.0, 0.5), V), f"f {TWO} (2.5, 1.0, 0.5)"),
    (lambda: check_gradient(lambda V: (2.5, None), V), f"{OF_W} (2, 3), but f returns None"),
    (lambda: check_gradient(lambda V: (2.5, V[0]), V), f"{OF_W} (2, 3), but f returns array([ 0.5, -1. ,  2. ])"),
    (lambda: relative_error(V, V[0]), "a and n have the same shape, but a is (2, 3) and n is (3,)"),
    (lambda: relative_error(V, None), "n is a number or an array of numbers, not None"),
    # descent
    *each(lambda bad: walk(step_size=bad), STEP, 0, -0.1, nan, inf, "0.1", None, True, [0.1]),
    *each(lambda bad: walk(batch_size=bad), BATCH, 0, -1, 5, 2.0, 4.0, nan, "2", None, True),
    *each(lambda bad: walk(num_iters=bad), "num_iters is an int from 1, not", 0, -1, 2.0, nan, "3", True),
    *each(lambda bad: walk(record_every=bad), "record_every is an int from 1, not", 0, -2, 1.5, None),
    *each(lambda bad: walk(seed=bad), SEED, -1, 1.5, "a"),
    (lambda: walk(W=W.T), f"{FIT} X is (4, 2) and W is (2, 3)"),
    (lambda: walk(W=RAGGED), f"W {ROWS_OF_ONE_LENGTH}"),
    (lambda: walk(None), f"f is a function, not None: {UNCALLED}"),
    (lambda: walk(lambda W, X, y: 2.5), f"f {TWO} 2.5"),
    (lambda: walk(lambda W, X, y: (2.5, W[0])), f"{OF_W} (3, 2), but f returns array([0., 0.])"),
    (lambda: walk(lambda W, X, y: (2.5, [[0, 0]] * 3)), f"{OF_W} (3, 2), but f returns [[0, 0], [0, 0], [0, 0]]"),
    (lambda: walk(lambda W, X, y: (nan, W)), "the loss that f returns is a finite number, not nan"),
    (lambda: next(minibatches(5, 6)), "batch_size is an int from 1 to N = 5, not 6"),
    (lambda: next(minibatches(0, 1)), "num_examples is an int from 1, not 0"),
    (lambda: next(minibatches(5, 2, seed="a")), f"{SEED} 'a'"),
    (lambda: sample_training_data((X, y), 5), f"{BATCH} 5"),
    (lambda: sample_training_data((X, y), 2, seed=-1), f"{SEED} -1"),
    (lambda: sample_training_data((X[:0], y[:0]), 1), "batch_size is an int from 1 to N = 0, not 1"),
    (lambda: sample_training_data(X[:2], 1), f"{DATA} array([[1., 1...    [1., 1.]])"),
    (lambda: sample_training_data(([1, 2], [1, 2, 3]), 1), f"{DATA} ([1, 2], [1, 2, 3])"),
    (lambda: sample_training_data(("X", "y"), 1), f"{DATA} ('X', 'y')"),
    # data
    (lambda: add_bias(X[0]), "X is (N, D), one example a row, and holds numbers, but it is (2,) of float64"),
    (lambda: add_bias([["a"]]), "X is (N, D), one example a row, and holds numbers, but it is (1, 1) of <U1"),
    (lambda: add_bias(RAGGED), f"X {ROWS_OF_ONE_LENGTH}"),
    *each(lambda bad: blobs(num_per_class=bad), "num_per_class is an int from 1, not", 0, -1, 1.5, "3", True),
    (lambda: blobs(seed=-1), f"{SEED} -1"),
    # predictions
    (lambda: question(), "a question has either choices or a unit for its number"),
    (lambda: question(choices=("a", "b"), unit="percent"), "a question has either choices or a unit for its number"),
    (lambda: question(choices="ab"), "choices is a tuple of words, not 'ab'"),
    (lambda: question(choices=(1, 2)), "choices is a tuple of words, not (1, 2)"),
    (lambda: question(None, unit="percent"), "a question, its unit, why and see are words, not None"),
    (lambda: question(unit=5), "a question, its unit, why and see are words, not 5"),
    (lambda: question(unit="percent", see=None), "a question, its unit, why and see are words, not None"),
    (lambda: question(unit="percent", tolerance=-1), "tolerance is a finite number, 0 or more, not -1"),
    (lambda: question(unit="percent", answer=29.3), f"answer is a function, not 29.3: {UNCALLED}"),
    (lambda: choice().commit("left"), "the answer is one of up, down, not 'left'"),
    (
        lambda: choice().commit(np.array(["up", "down"])),
        "the answer is one of up, down, not array(['up', 'down'], dtype='<U4')",
    ),
    *each(lambda bad: amount().commit(bad), ASKED, "many", None, nan, inf, True),
    (
        lambda: computed(choice(lambda: "left"), "up"),
        "the computed answer 'left' is not one of the choices ('up', 'down')",
    ),
    (lambda: computed(amount(lambda: nan), 3), "the computed answer is a finite number, not nan"),
]

NEW_PANELS = [
    ({"figure": "view"}, "figure is a matplotlib Figure, such as view.figure, not 'view'"),
    ({"update": "words"}, f"update is a function, not 'words': {UNCALLED}"),
    *of("reg", f"reg starts at one of {REG}, not", 0.3, "0.1", nan, None, np.ones(2)),
    (
        {"batch_size": 256, "num_examples": 150},
        "batch_size starts at one of 1, 2, 4, 8, 16, 32, 64, 128, 150, not 256",
    ),
    *of("num_examples", "num_examples is an int from 1, not", 0, -5, 9.5, "9"),
    ({"states": {"far": {"lr": 1}}}, "state 'far': this panel has the controls reg, batch_size, not 'lr'"),
    ({"states": {"far": {"reg": 3.0}}}, f"state 'far': reg is one of {REG}, not 3.0"),
    (
        {"states": {"start": {"reg": 1.0}}},
        "a panel has a state named 'start' already: where its controls stand when it is made",
    ),
    *of("states", "states is {name: {control: value}}, not", ["far"], {"far": 1.0}, {1: {"reg": 1.0}}),
    *of("play", "play names an IntSlider of the panel, not", "update", "reg", True, ["reg"]),
    ({"delta": 1.0}, f"{LISTED} 1.0"),
    ({"delta": widgets.IntSlider}, f"{LISTED} {widgets.IntSlider!r}"),
    *of("delta", LISTED, widgets.FloatText(1.0), widgets.FloatLogSlider(), widgets.Dropdown()),
    *of("delta", LISTED, *(widgets.IntSlider(step=step) for step in (0, -1)), widgets.FloatSlider(step=None)),
    *of("delta", LISTED, *(kind(options="ab") for kind in (widgets.SelectMultiple, widgets.SelectionRangeSlider))),
    (
        {"loss": widgets.ToggleButtons(options=("SVM", "softmax"), value=None)},
        "loss is one of 'SVM', 'softmax', not None",
    ),
]

MOVES = [
    ({"lr": 0.1}, "this panel has the controls reg, batch_size, not 'lr'"),
    *of("reg", f"reg is one of {REG}, not", 0.3, -1, "0.1", nan, None, [0.1], np.ones(2)),
    *(({"reg": 1.0, "batch_size": bad}, f"batch_size is one of {SIZES}, not {bad!r}") for bad in (0, 33, 0.5)),
]

TYPE_ERRORS = [
    (lambda: svm_loss(W, X), "svm_loss() missing 1 required positional argument: 'y'"),
    (lambda: softmax_loss(W, X, y, 1.0), "softmax_loss() takes 3 positional arguments but 4 were given"),
    (lambda: objective(svm_loss, l2, 0.1)(W, X), "Objective.__call__() missing 1 required positional argument: 'y'"),
    (lambda: check_gradient(svm_loss, V), "svm_loss() missing 2 required positional arguments: 'X' and 'y'"),
    (lambda: descend(svm_loss, W, X, y, 0.1, 2), "descend() missing 1 required positional argument: 'num_iters'"),
    (lambda: panel(update=cubes).set(reg=0.1), "cubes() got an unexpected keyword argument 'reg'"),
    (lambda: panel().set(0.1), "Panel.set() takes 1 positional argument but 2 were given"),
    *each(
        lambda bad: panel(update=lambda **_: bad).set(reg=0.1),
        "update returns the panel's sentence, a str, but returned",
        *(None, 0.5, b"loss"),
    ),
]

TAKES = "check takes your function itself, as in check(my_accuracy), and not"
PRINTED = [
    (lambda: check(None), f"{TAKES} None."),
    (lambda: check("my_accuracy"), f"{TAKES} my_accuracy."),
    (lambda: check(cubes), "cubes: there is no exercise of this name; keep the name that the function had."),
    (lambda: solution("cubes"), "cubes: there is no exercise of this name; there are support_vectors, "),
    (lambda: solution(None), "None: there is no exercise of this name; there are support_vectors, "),
]


def names(rows):
    """The messages as the tests' names, without the addresses that differ from one worker to the other."""
    return [re.sub(" at 0x[0-9a-f]+", "", message) for _, message in rows]


def told(call):
    """The kind and the whole message of the error that a call raises."""
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    return f"{caught.type.__name__}: {caught.value}"


@pytest.mark.parametrize("loss", [svm_loss, softmax_loss])
@pytest.mark.parametrize(("call", "message"), OF_BOTH_LOSSES, ids=names(OF_BOTH_LOSSES))
def test_a_bad_call_of_a_loss_is_told(loss, call, message):
    assert told(lambda: call(loss)) == f"ValueError: {message}"


@pytest.mark.parametrize(("call", "message"), VALUE_ERRORS, ids=names(VALUE_ERRORS))
def test_a_bad_call_is_told(call, message):
    assert told(call) == f"ValueError: {message}"


def test_a_loss_that_returns_nothing_is_not_written_yet():
    words = "f returns nothing yet: write it, run its cell, and then run this cell again."
    assert told(lambda: check_gradient(lambda V: None, V)) == f"NotWritten: {words}"
    assert issubclass(NotWritten, ValueError)


@pytest.mark.parametrize(("call", "message"), TYPE_ERRORS, ids=names(TYPE_ERRORS))
def test_what_python_itself_says_names_the_function(call, message):
    assert told(call) == f"TypeError: {message}"


@pytest.mark.parametrize(("call", "message"), PRINTED, ids=names(PRINTED))
def test_a_bad_check_or_solution_prints_a_line(call, message, capsys):
    call()
    assert capsys.readouterr().out.startswith(message)


@pytest.mark.parametrize(("arguments", "message"), NEW_PANELS, ids=names(NEW_PANELS))
def test_a_wrong_panel_is_refused_before_it_draws(arguments, message, calls):
    assert told(lambda: panel(**arguments)) == f"ValueError: {message}"
    assert calls == []


@pytest.mark.parametrize(("values", "message"), MOVES, ids=names(MOVES))
def test_a_move_to_no_position_is_refused_and_moves_nothing(values, message, calls):
    made = panel()
    assert told(lambda: made.set(**values)) == f"ValueError: {message}"
    assert calls == [made.values] == [{"reg": 0.1, "batch_size": 32}]


def test_a_refused_answer_leaves_the_question_open():
    question = choice()
    assert told(lambda: question.commit("left")).startswith("ValueError")
    assert question.committed is None and not question.button.disabled
    question.commit("up")
    assert question.committed == "up"


# What looks odd and is right: it has to be taken, and to give the same as the plain call.


ACCEPTED = {
    "lists": (svm_loss(W.tolist(), X.tolist(), y.tolist()), svm_loss(W, X, y)),
    "lists of scores": (softmax_loss(V.tolist(), V.tolist(), [0, 1]), softmax_loss(V, V, [0, 1])),
    "X of uint8": (svm_loss(W, X.astype(np.uint8), y), svm_loss(W, X, y)),
    "delta of float32": (svm_loss(W, X, y, np.float32(2)), svm_loss(W, X, y, 2)),
    "scores of uint8": (hinge_terms(np.array([[200, 100]], np.uint8), [0]), hinge_terms([[200, 100]], [0])),
    "probabilities of ints": (probabilities(np.array([1, 2], np.int8)), probabilities([1.0, 2.0])),
    "squares of uint8": (l2(np.array([200], np.uint8)), l2([200.0])),
    "sizes of int8": (l1(np.array([-128], np.int8)), l1([-128.0])),
    "errors of uint8": (relative_error(*np.array([[100], [200]], np.uint8)), relative_error([100.0], [200.0])),
    "beta of float64": (elastic_net(V, np.float64(0.5)), elastic_net(V, 0.5)),
    "a length of int64": (clip_norm(V, np.int64(1)), clip_norm(V, 1.0)),
    "h of float32": (numerical_gradient(np.sum, V, np.float32(0.5)), numerical_gradient(np.sum, V, 0.5)),
    "f that returns an array of no dimension": (
        numerical_gradient(lambda V: np.array(V.sum()), V),
        numerical_gradient(np.sum, V),
    ),
    "lists of weights": (check_gradient(cubes, V.tolist()).error, check_gradient(cubes, V).error),
    "lists for a descent": (walk(W=W.tolist(), X=X.tolist(), y=y.tolist()).W, walk().W),
    "steps of float32": (walk(step_size=np.float32(0.5)).W, walk(step_size=0.5).W),
    "counts of numpy's ints": (walk(batch_size=np.int64(2), num_iters=np.uint8(3)).W, walk().W),
    "data of lists": (sample_training_data((X.tolist(), y.tolist()), 4, 1), sample_training_data((X, y), 4, 1)),
    "a list with a bias": (add_bias([[1, 2]]), add_bias(np.array([[1, 2]]))),
    "a start of float64": (panel(reg=np.float64(1)).sentence, panel(reg=1.0).sentence),
    "a move of int64": (panel().set(batch_size=np.int64(64)), panel().set(batch_size=64)),
    "a number of float32": (computed(amount(lambda: np.float64(3)), np.float32(3)), computed(amount(lambda: 3), 3)),
    "a loss below 0": (walk(lambda W, X, y: (-1.0, np.ones_like(W))).loss, np.full(4, -1.0)),
    "NaN in a penalty": (l2([nan])[0], nan),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_looks_odd_and_is_right_is_taken(name):
    odd, plain = ACCEPTED[name]
    np.testing.assert_equal(odd, plain)


def test_delta_of_float64_keeps_float32():
    scores = np.ones((1, 2), np.float32)
    assert hinge_terms(scores, [0], np.float64(1)).dtype == np.float32
