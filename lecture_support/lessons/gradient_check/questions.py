"""What notebook 4 asks before a slider moves, and how each answer is computed."""

import numpy as np

from lecture_support.gradients import check_gradient
from lecture_support.lessons.gradient_check.panels import FUNCTIONS, LOSSES, falls
from lecture_support.lessons.gradient_check.zoo import W, X, Y, check_bug, checks, matrix
from lecture_support.predictions import Question

SLIDE = Question(
    "Raise the second weight by h = 0.0001: the loss goes from 1.25347 to 1.25353. What is the slope?",
    unit="slope",
    answer=lambda: (1.25353 - 1.25347) / 0.0001,
    why="The loss rises by 0.00006 while the weight moves by 0.0001. A rising loss is a positive slope.",
    see="write slope(1.25353) as a last line of the cell above",
)


def right_slopes():
    """Which of the two measured slopes of the hinge are right at w = 1.2 with h = 0.5."""
    f, slope, _ = FUNCTIONS["max(0, 1 − w) (hinge)"]
    one_sided = np.isclose((f(1.7) - f(1.2)) / 0.5, slope(1.2))
    centred = np.isclose((f(1.7) - f(0.7)) / 1.0, slope(1.2))
    answers = {(True, True): "both", (True, False): "only the one-sided", (False, True): "only the centred"}
    return answers.get((bool(one_sided), bool(centred)), "neither")


KINK = Question(
    "The hinge max(0, 1 − w) at w = 1.2, with h = 0.5. The true slope there is 0. Which measured slope is right?",
    choices=("only the one-sided", "only the centred", "both", "neither"),
    answer=right_slopes,
    why="One-sided looks from 1.2 to 1.7, where all is flat. Centred looks back to 0.7 as well, beyond the kink at 1.",
    see="the panel below: the hinge, w = 1.2 and h = 0.5",
)


def error_at(loss, num_examples, h):
    """The largest relative error of the centred check of the data loss alone."""
    return check_gradient(lambda V: LOSSES[loss](V, X[:num_examples], Y[:num_examples]), W, h).error


def trend(loss, num_examples, before, after):
    """What the error of a check does when h goes from one value to another."""
    first, last = (error_at(loss, num_examples, h) for h in (before, after))
    return "it grows" if last > 2 * first else "it falls" if last < first / 2 else "it stays the same"


TRENDS = "it grows", "it stays the same", "it falls"
ROUNDING = Question(
    "A check of the softmax gradient, centred, uses h = 1e-5. Take h = 1e-10. What does the largest relative error do?",
    choices=TRENDS,
    answer=lambda: trend("softmax", 16, 1e-5, 1e-10),
    why="The two losses then agree in nearly all of their 16 digits. What is left of their difference is rounding.",
    see="the panel below, at the left of the picture",
)

HINGE = Question(
    "The hinge, λ = 0, 8 examples, centred. From h = 1e-5 to h = 0.1, what does the largest relative error do?",
    choices=TRENDS,
    answer=lambda: trend("hinge", 8, 1e-5, 0.1),
    why="The hinge is made of straight pieces. With no kink crossed, a large h costs nothing and rounds less.",
    see="the sweep panel of section 4.5: the hinge, λ = 0 and batch size 8",
)

CROSSED = Question(
    "The hinge with 150 examples and h = 0.1: how many of the nine weights cross a kink?",
    unit="of 9",
    answer=lambda crossed: crossed(150, 0.1),
    why="150 examples have 300 kinks. Somewhere among so many, one is always near.",
    see="call crossed(150, 0.1), and then with a smaller h",
)

HOURS = Question(
    "10 classes, 3072 inputs and a bias, centred. One evaluation takes 1 second. How many hours for one gradient?",
    unit="hours",
    answer=lambda: 2 * 10 * 3073 / 3600,
    why="Two evaluations for each of the 30,730 weights, and 3,600 seconds in an hour.",
    see="my_num_evaluations(10, 3072, True) / 3600, once yours has passed",
)


def only_one(bug, words, names):
    """The one of these checks that reads so for a gradient of the zoo."""
    (name,) = (name for name in names if matrix()[bug][name] == words)
    return name


def the_uncaught(bugs):
    """The one of these gradients of the zoo that the recipe calls right."""
    (bug,) = (bug for bug in bugs if check_bug(bug, W, X[:32], Y[:32], 0.1).verdict == "right")
    return bug


FOUR = "penalised bias", "sign at y", "no shift", "web demo, 0.5 λ W"
UNCAUGHT = Question(
    "λ = 0.1, 32 examples, h = 1e-5, centred, float64. Which of these four does the check call right?",
    choices=FOUR,
    answer=lambda: the_uncaught(FOUR),
    why="The shift changes no slope. It only keeps exp from overflowing, and the scores in this check are small.",
    see="the panel below, with each of the four",
)

HIDERS = "one example", "penalty alone", "on a kink", "one-sided"
HIDDEN = Question(
    "The bias is penalised too. Which of these checks calls the gradient fine?",
    choices=HIDERS,
    answer=lambda: only_one("penalised bias", "missed", HIDERS),
    why="All biases of that W are 0, so penalising them changes nothing there.",
    see="the tables at the end of this section, in the line 'penalised bias'",
)

ALARMS = "λ = 0.001", "one example", "trained W", "huge W"
ALARM = Question(
    "The softmax gradient is right. Which of these checks says that it is wrong?",
    choices=ALARMS,
    answer=lambda: only_one("right", "false alarm", ALARMS),
    why="At the lowest point all slopes are 0. What is measured there is rounding, and rounding agrees with nothing.",
    see="the tables at the end of this section, first line",
)


def one_is_enough():
    """Whether one check catches every wrong gradient and passes both right ones."""
    good = [all(row[name] in ("caught", "passed") for row in matrix().values()) for name in checks()]
    return "yes" if any(good) else "no"


ENOUGH = Question(
    "Is there one check among the thirteen that catches all ten wrong gradients and passes both right ones?",
    choices=("yes", "no"),
    answer=one_is_enough,
    why="'≥ at the kink' can only show on a kink, or in a check that gives a false alarm; and on a kink even the right "
    "hinge gradient fails.",
    see="the tables at the end of this section: look for a column of 'caught' under two times 'passed'",
)


def loss_of_all():
    """What the hinge loss of all examples does in a small step against the gradient of the first one."""
    one = X[:1], Y[:1]
    dW = LOSSES["hinge"](W, *one)[1]
    kept = falls(LOSSES["hinge"], dW, (X, Y), [1e-5])[0] / (1e-5 * (dW * dW).sum())
    return "it falls as promised" if kept > 0.99 else "it falls by less" if kept > 0 else "it rises"


ONE_EXAMPLE = Question(
    "The hinge loss, λ = 0: a small step against the gradient of the first example. What does the loss of all 150 do?",
    choices=("it falls as promised", "it falls by less", "it rises"),
    answer=loss_of_all,
    why="A gradient is a promise about the examples it was taken from. The others have slopes of their own, and these "
    "point the other way on the whole.",
    see="the panel below, the button 'one example'",
)
