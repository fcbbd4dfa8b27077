"""What notebook 3 asks before a slider moves, and how each answer is computed."""

import numpy as np

from lecture_support.data import digits
from lecture_support.lessons.softmax.panels import BIG, CAT, SCORES_AT_START, hinge_of, score_slopes
from lecture_support.losses import hinge_terms, probabilities, softmax_loss
from lecture_support.predictions import Question


def loss_of(scores, y):
    """The softmax loss of one example from its scores (C,)."""
    return softmax_loss(np.array(scores, float)[:, None], np.ones((1, 1)), np.array([y]))[0]


def change_by_frog():
    """What the cat image's loss does as frog's score rises."""
    before, after = loss_of(CAT, 0), loss_of((*CAT[:2], 3.2), 0)
    return "it stays" if np.isclose(before, after) else "it rises" if after > before else "it falls"


STAGES = Question(
    "The cat image: the score of frog goes from −1.7 to 3.2, and nothing else changes. What does its loss do?",
    choices=("it rises", "it stays", "it falls"),
    answer=change_by_frog,
    why="The sum is shared. What frog gains, cat and car lose, so the correct class gets a smaller probability.",
    see="the panel below: frog up to 3.2, and watch all three bars in ③",
)


def limits():
    """The limits that the loss comes near to, and does not pass."""
    gaps = np.array([0, 10, 100, 1e4, 1e6])
    least = min(loss_of((gap, 0, 0), 0) for gap in gaps)
    greatest = [loss_of((gap, 0, 0), 1) for gap in gaps]
    upper = "∞" if np.allclose(greatest[1:], gaps[1:], rtol=1e-3) else "1" if max(greatest) <= 1 else "C"
    return f"{'0' if least == 0 else '−∞'} and {upper}"


LIMITS = Question(
    "Between which two limits does the softmax loss of one image lie?",
    choices=("0 and 1", "0 and C", "0 and ∞", "−∞ and ∞"),
    answer=limits,
    why="As p goes to 1 the loss goes to 0, and as p goes to 0 it grows without end.",
    see="the panel above: 'sure and right', then 'sure and wrong'",
)

FRESH = Question(
    "All weights are 0, and there are ten classes. What is the softmax loss?",
    unit="nats",
    answer=lambda: softmax_loss(np.zeros((10, 64)), *digits()[:2])[0],
    why="All scores are 0, so each class gets p = 1/10, and −ln(1/10) = ln 10.",
    see="section 3.3, on real images",
)


def compare_shifts():
    """What a shift far below the greatest score does to the fractions."""
    with np.errstate(over="ignore", invalid="ignore"):
        near, far = (np.exp(np.array(BIG) + c) / np.exp(np.array(BIG) + c).sum() for c in (-789, -1600))
    return "it fails too" if np.isfinite(near).all() and not np.isfinite(far).all() else "it is just as good"


SHIFT = Question(
    "The scores are 123, 456, 789, and the shift −789 is safe. What does the shift −1600 do?",
    choices=("it is safer still", "it is just as good", "it fails too"),
    answer=compare_shifts,
    why="Every exponent is now below −745, where exp is exactly 0 in float64, and 0 / 0 is not a number.",
    see="the panel of the section 'When exp overflows', the button 'too far down'",
)


DIFFUSE = Question(
    "Scores 1, −2, 0: the first class has p = 0.705. A stronger λ halves the three scores. What is this p now?",
    choices=("0.705, as before", "0.547, a little less", "0.353, half of it", "0.333, as the others"),
    answer=lambda: {"0.705": "0.705, as before", "0.547": "0.547, a little less", "0.353": "0.353, half of it"}.get(
        f"{probabilities(np.array([0.5, -1.0, 0.0]))[0]:.3f}", "0.333, as the others"
    ),
    why="Half the difference of two scores is the square root of the ratio of their probabilities, so the ratios come "
    "closer to 1. The order stays.",
    see="the table below the panel, its second line",
)


def zero_losses():
    """Whose loss of 10, 9, 9 is exactly 0."""
    svm, softmax = hinge_terms(np.array([[10.0, 9.0, 9.0]]), [0]).sum() == 0, loss_of((10, 9, 9), 0) == 0
    return "both" if svm and softmax else "the SVM's" if svm else "softmax's" if softmax else "neither"


KINK = Question(
    "Scores 10, 9, 9; the first class is the correct one. Which loss is exactly 0?",
    choices=("the SVM's", "softmax's", "both", "neither"),
    answer=zero_losses,
    why="The margin of 1 is met exactly, so both terms are max(0, 0). Softmax gives the class p = 0.576 only.",
    see="the table below the lecture's example",
)

GUESS = Question(
    "The correct class gets p = 0.2. With how many classes is that better than a guess?",
    choices=("with 3", "with 10", "with both", "with neither"),
    answer=lambda: {(True, True): "with both", (True, False): "with 3", (False, True): "with 10"}.get(
        tuple(bool(-np.log(0.2) < np.log(num_classes)) for num_classes in (3, 10)), "with neither"
    ),
    why="A guess gets p = 1/C: 0.33 with 3 classes, 0.1 with 10. A loss only says something beside its C.",
    see="the panel below: p = 0.2, then classes C = 3 and 10",
)


def steps_until_satisfied():
    """The number of steps along the softmax slope after which the SVM's slope is exactly 0."""
    s, steps = SCORES_AT_START.copy(), 0
    while score_slopes(s, 1)[1].any():
        s, steps = s - score_slopes(s, 1)[0], steps + 1
    return steps


SLOPES = Question(
    "Steps with η = 1 go down the softmax slope. After how many of them is the SVM's slope exactly 0?",
    unit="steps",
    tolerance=0,
    answer=steps_until_satisfied,
    why="The lead of car over frog goes from −0.5 to 0.7 and to 1.4, past the margin of 1: there the hinge is flat.",
    see="the panel below: the steps from 0 to 20, and softmax's slope, which is never 0",
)


def first_satisfied():
    """The first score of the right class at which the hinge loss is 0."""
    scores = np.arange(0, 20.5, 0.5)
    return float(scores[hinge_of(scores, (-2, 3)) == 0].min())


JIGGLE = Question(
    "The other scores are −2 and 3, and the correct one goes up from 0. From which score on is the hinge loss 0?",
    unit="score",
    tolerance=0,
    answer=first_satisfied,
    why="The right class has to lead the greatest other score, 3, by 1.",
    see="the panel below: the others −2, 3, and the correct score up from 0",
)


def change_of_rings(train):
    """What λ from 0.01 to 1 does to the number of examples that pull."""
    weak, strong = (train(reg, step_size) for reg, step_size in ((0.01, 0.5), (1.0, 0.2)))
    return "the same number" if weak == strong else "more of them pull" if strong > weak else "fewer of them pull"


RINGS = Question(
    "λ goes from 0.01 to 1. How does the number of examples that pull on the SVM's W change?",
    choices=("more of them pull", "the same number", "fewer of them pull"),
    answer=change_of_rings,
    why="Smaller weights give smaller differences of scores, so fewer examples reach the margin of 1.",
    see="the panel below: the button 'strong penalty', and the sentence's number of ringed examples",
)
