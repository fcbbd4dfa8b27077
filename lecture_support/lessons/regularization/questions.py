"""What notebook 2 asks before a slider moves, and how each answer is computed."""

import numpy as np

import lecture_support.lessons.regularization.panels as panels
from lecture_support.data import DEMO_W, add_bias, demo_points
from lecture_support.descent import descend
from lecture_support.losses import svm_loss
from lecture_support.penalties import l1, l2, objective
from lecture_support.predictions import Question


def sum_at_ten():
    """Near which of three values the sum ends with λ = 10."""
    points, y = demo_points()
    path = descend(objective(svm_loss, l2, 10.0, bias=True), DEMO_W, add_bias(points), y, 0.01, len(y), 100)
    return f"about {min((0, 2, 17), key=lambda value: abs(value - path.loss[-1]))}"


TRADE = Question(
    "With λ = 1 the sum ends at 1.7. Where does it end with λ = 10, after 100 updates with step size 0.01?",
    choices=("about 0", "about 2", "about 17"),
    answer=sum_at_ten,
    why="W = 0 has no penalty, and each loss there is C − 1 = 2. So the least sum is at most 2, for every λ.",
    see="the panel above, λ = 10 and step size 0.01: almost all of the sum is data loss",
)


def preferred():
    """Which of the lecture's two weight vectors each penalty prefers."""
    w1, w2 = np.array([[1.0, 0, 0, 0]]), np.full((1, 4), 0.25)
    found = []
    for R in (l2, l1):
        gap = R(w1)[0] - R(w2)[0]
        found.append("w2" if gap > 0 else "w1" if gap < 0 else "neither")
    return f"L2 {found[0]}, L1 {found[1]}"


PREFERENCE = Question(
    "Which of w1 and w2 has the smaller penalty, under L2 and under L1?",
    choices=("L2 w1, L1 w2", "L2 w2, L1 w1", "L2 w2, L1 w2", "L2 w2, L1 neither"),
    answer=preferred,
    why="Σw² is 1 against 4 · 0.0625 = 0.25. Σ|w| is 1 against 4 · 0.25 = 1.",
    see="the shapes of the next section: w2 lies inside the disc through w1, and on the diamond through it",
)


def star_on_an_axis():
    """Whose minimum of the sum has a weight that is exactly 0."""
    data = panels.data_loss_over_weights()
    on_axis = {}
    for name, R in (("L2", l2), ("L1", l1)):
        total = data + 0.2 * panels.penalty_over_weights(R)
        row, column = np.unravel_index(total.argmin(), total.shape)
        on_axis[name] = 0 in (panels.U[column], panels.V[row])
    return {
        (True, False): "L2, the disc",
        (False, True): "L1, the diamond",
        (True, True): "both",
        (False, False): "neither",
    }[on_axis["L2"], on_axis["L1"]]


CORNER = Question(
    "λ = 0.2. With which penalty does the star lie exactly on an axis, so that one weight is 0?",
    choices=("L2, the disc", "L1, the diamond", "both", "neither"),
    answer=star_on_an_axis,
    why="The diamond has corners on the axes, and the blue region touches it at one. A disc has no corners.",
    see="the panel below, the button 'L2, the disc', and then 'start', which is L1",
)


def after_six_steps():
    """Where six subgradient steps of 0.05 take a weight of 0.03."""
    w = 0.03
    for _ in range(6):
        w = w - 0.05 * np.sign(w)
    return "exactly 0" if w == 0 else f"{w:.2f}".replace("-", "−")


JUMP = Question(
    "L1 alone, no data, ηλ = 0.05. A weight starts at 0.03. Where is it after six subgradient steps?",
    choices=("exactly 0", "0.01", "0.03", "−0.27"),
    answer=after_six_steps,
    why="Every step has the length 0.05. The weight jumps across 0 to −0.02, then back to 0.03, and so on.",
    see="the panel further down, the button 'L1, subgradient': not one exact zero",
)


def shares_over_lambda():
    """What both accuracies do over λ where 30 % of the training labels are wrong."""
    train, valid = panels.curves(0.3)[1]
    rise = [share.max() > share[0] + panels.CLOSE for share in (train, valid)]
    falls = valid[-1] < valid.max() - panels.CLOSE
    if not rise[1] or all(rise):
        return "both rise, then fall" if rise[1] else "both fall"
    return "training falls, validation rises, then falls" if falls else "validation rises"


OVER_LAMBDA = Question(
    "30 of the 100 training labels are wrong. λ grows from 0 to 10. How do training and validation accuracy change?",
    choices=("both fall", "validation rises", "training falls, validation rises, then falls", "both rise, then fall"),
    answer=shares_over_lambda,
    why="A little λ makes the wrong labels too expensive to fit. A lot of it makes the right ones too expensive.",
    see="the panel below, λ from 0 to 10, right picture",
)


def wider_scores():
    """Whose scores differ more between 100,000 masks."""
    x, masks = np.ones(4), np.random.default_rng(0).random((100_000, 4)) < 0.5
    spread = [(x * masks / 0.5 @ w).std() for w in (np.eye(4)[0], np.full(4, 0.25))]
    return "w1" if spread[0] > 1.1 * spread[1] else "w2" if spread[1] > 1.1 * spread[0] else "both alike"


SPREAD = Question(
    "Dropout, p = 0.5, x = [1, 1, 1, 1]. Whose score varies more: that of w1 = [1, 0, 0, 0] or of w2 = [¼, ¼, ¼, ¼]?",
    choices=("w1", "w2", "both alike"),
    answer=wider_scores,
    why="w1 scores 0 or 2. w2 scores 0, ½, 1, 1½ or 2, and mostly near 1: four inputs even each other out.",
    see="the five scores of w2, and how many of the 16 masks lead to each",
)


def longest_step():
    """The longest step size that converges for λ = 1 on the map."""
    ending = panels.stability("L2", 9)[1][panels.REGS == 1.0][0]
    return f"{panels.STEP_SIZES[ending == panels.ENDINGS.index('has converged')].max():g}"


LONGEST_STEP = Question(
    "L2 with λ = 1, all nine points in a step. What is the largest of these step sizes at which the descent converges?",
    choices=("0.1", "0.2", "0.5", "1"),
    answer=longest_step,
    why="The penalty alone allows all but the last. But the hinge has kinks, and a long step jumps across them.",
    see="the panel below, λ = 1, step sizes from 0.1 to 1",
)


def l1_with_long_steps():
    """How L1's descent ends on the map for λ = 1 and step size 2."""
    ending = panels.stability("L1", 9)[1][panels.REGS == 1.0, panels.STEP_SIZES == 2.0][0]
    return panels.ENDINGS[ending]


L1_STEPS = Question(
    "L1 in place of L2, with λ = 1 and step size 2. The descent …",
    choices=panels.ENDINGS,
    answer=l1_with_long_steps,
    why="L1 pulls with the same strength λ however large a weight is, so its steps never grow.",
    see="the panel below, the buttons 'beyond the line' and 'L1 beyond the line'",
)
