"""What notebook 5 asks before a slider moves, and how each answer is computed."""

import numpy as np

from lecture_support.descent import descend
from lecture_support.lessons.minibatch_gd.panels import N, small_path, spend, split_digits
from lecture_support.losses import accuracy, svm_loss
from lecture_support.panel import SLIDERS
from lecture_support.predictions import Question
from lecture_support.words import course


def smallest_explosion():
    """The smallest of the panel's step sizes at which λ = 1 makes the descent explode."""
    steps = SLIDERS["step_size"]
    return f"{min(step for step in steps if small_path(1.0, step, N).diverged_at):g}"


EXPLOSION = Question(
    "λ = 1, all images in each batch. Which of these step sizes is the smallest at which the loss explodes?",
    choices=("0.2", "0.5", "2", "5"),
    answer=smallest_explosion,
    why="Each step multiplies w by 1 − 2ηλ before the data say anything. At η = {answer} that is −3: w changes its "
    "sign and grows. At η = 0.5 it is 0.",
    see="the first panel, λ = 1, and the step size from 0.5 to {answer}",
)


def course_with_one_image():
    """Where a path of one image an update ends."""
    words = course(small_path(0.01, 0.5, 1))
    return {"settles": "comes to rest there", "jumps about": "hovers around it"}.get(words, "never comes near it")


ONE_IMAGE = Question(
    "Batch size 1, η = 0.5: each update sees one image. What becomes of the path on its way to the lowest place?",
    choices=("comes to rest there", "hovers around it", "never comes near it"),
    answer=course_with_one_image,
    why="One image points only roughly downhill. Far out that is good enough; near the bottom each step of this length "
    "overshoots, now this way, now that.",
    see="the first panel, batch size 1 and step size 0.5",
)


def luck(random_search):
    """How many of 100 images the best of 500 random W gets right, roughly."""
    *_, X, y = split_digits()
    return "about 15" if accuracy(random_search(1.0), X, y) < 0.22 else "about 40"


LUCK = Question(
    "500 random W, and the one with the lowest loss is kept. Of 100 new images, how many does it get right?",
    choices=("about 15", "about 40", "about 80"),
    answer=luck,
    why="There are 650 weights, and luck would have to find most of them at once.",
    see="the run of random_search, after local search",
)


def loss_of_twenty():
    """How low the loss of 20 images gets without a penalty."""
    X, y, *_ = split_digits()
    last = descend(svm_loss, np.zeros((10, 65)), X[:20], y[:20], 0.1, 20, 100).loss[-1]
    return "exactly 0" if last == 0 else "nearly 0, and never 0" if last < 0.1 else "about 1"


TWENTY = Question(
    "Only 20 training images, λ = 0, 100 updates of all 20. How low does the hinge loss get?",
    choices=("exactly 0", "nearly 0, and never 0", "about 1"),
    answer=loss_of_twenty,
    why="With 650 weights for 20 images every margin can be met, and a met margin costs nothing. The softmax loss "
    "would come near 0 and never reach it.",
    see="the third check in 5.5",
)

NOISE = Question(
    "Twice the batch, far below N. By how many percent does the error of its gradient fall?",
    unit="percent",
    answer=lambda: 100 * (1 - np.sqrt(1 / 2)),
    why="The error goes with 1/√B, so twice the batch leaves 1/√2 of it, for twice the work.",
    see="the panel below, batch size 4, then 8",
)


def best_at_equal_examples():
    """The batch size with the lowest mean loss once each has seen as many images."""
    ends = {size: spend(0.01, 0.1, size, in_updates=False)[1][:, -1].mean() for size in (1, 16, N)}
    return f"{min(ends, key=ends.get)}"


BUDGET = Question(
    f"η = 0.1, and each run sees {2 * N} images, two epochs. Which batch size ends lowest?",
    choices=("1", "16", f"{N}"),
    answer=best_at_equal_examples,
    why="It makes the most steps. Each is rough, but at this step size they are short, and together they lead down.",
    see="the panel below",
)
