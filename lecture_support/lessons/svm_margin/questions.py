"""What notebook 1 asks before a slider moves, and how each answer is computed."""

import numpy as np

from lecture_support.data import DEMO_W, LABELS, SCORES, add_bias, blobs, demo_points, noodles
from lecture_support.descent import descend
from lecture_support.lessons.svm_margin.panels import best_line, ledger_of, three_regions
from lecture_support.losses import hinge_terms, svm_loss
from lecture_support.penalties import l2, objective
from lecture_support.predictions import Question


def losses(scores, y=LABELS, delta=1.0):
    """The hinge loss of each example, (N,)."""
    return hinge_terms(np.array(scores, float), y, delta).sum(axis=1)


DOUBLED = Question(
    "The mean over the three images is 5.2667. W doubles, and all scores with it. What is the mean now?",
    unit="mean loss",
    answer=lambda: losses(2 * SCORES).mean(),
    why="A gap between two scores doubles, the 1 in each term does not: 2.9 is 1.9 + 1 and becomes 3.8 + 1.",
    see="the table of section 1.5",
    tolerance=0.02,
)


def close_at_twice():
    """What a doubled W does to an example that is right by 0.4."""
    once, twice = (losses([[1.3 * c, 2.4 * c, 2.0 * c]], np.array([1])) for c in (1, 2))
    return "falls" if twice < once else "rises" if twice > once else "stays"


CLOSE = Question(
    "Lower the car image's car score from 4.9 to 2.4: still right, by 0.4, and its loss is 0.6. W doubles. Its loss …",
    choices=("falls", "stays", "rises"),
    answer=close_at_twice,
    why="The lead is on the right side and doubles too: 0.8 in place of 0.4, so only 0.2 is missing.",
    see="the table of section 1.5, the last image",
)


def width(path):
    """The width of the band at the end of a descent."""
    return 2 / np.linalg.norm(path.W[-1][0, :2])


def band_and_crowd(points, t, walk):
    """What a larger λ does to the band's width and to the number of examples not clear of it."""
    few, many = (walk(reg, 0.1, len(t)) for reg in (0.01, 0.5))
    inside = [np.sum(t * (add_bias(points) @ path.W[-1][0]) < 1.01) for path in (few, many)]
    return f"{'wider' if width(many) > width(few) else 'narrower'}, {'more' if inside[1] > inside[0] else 'fewer'}"


BAND = Question(
    "At η = 0.1, λ goes from 0.01 to 0.5. What becomes of the band, and of the number of examples not clear of it?",
    choices=("wider, more", "wider, fewer", "narrower, more", "narrower, fewer"),
    answer=band_and_crowd,
    why="λ makes a long w expensive. A shorter w has a wider band, and the examples in it are the price of the width.",
    see="the panel below, with η = 0.1 and these two λ",
)


def after_the_fall():
    """What the car image's loss does when its right score falls by 0.5."""
    change = (losses(SCORES - 0.5 * np.diag([0, 1, 0])) - losses(SCORES))[1]
    return {0.0: "the same", 0.5: "0.5 higher", 1.0: "1 higher", -0.5: "0.5 lower"}[round(float(change), 6)]


Q1 = Question(
    "Q1. The car image's car score falls by 0.5, from 4.9 to 4.4. Its loss is then …",
    choices=("0.5 higher", "1 higher", "the same", "0.5 lower"),
    answer=after_the_fall,
    why="The right class leads by more than 1 before and after. The loss does not see by how much more.",
    see="the score panel, the button 'car score −0.5'",
)


def range_of_the_loss():
    """The least and the greatest loss over right scores from -1e6 to 1e6."""
    sizes, y = 10.0 ** np.arange(1, 7)[:, None], np.zeros(6, int)
    high, low = (losses(sizes * [sign, 0, 0], y) for sign in (-1, 1))  # the right score is low, high
    return f"{low.min():g} and {'no limit' if (np.diff(high) > high[:-1]).all() else 'C − 1'}"


Q2 = Question(
    "Q2. What are the least and the greatest possible loss of an example?",
    choices=("0 and C − 1", "0 and no limit", "1 and no limit", "no limit either way"),
    answer=range_of_the_loss,
    why="No term is below 0, and all are 0 where the right class leads by 1. A right score can be as low as it likes.",
    see="the score panel, scores × 0 to 2: the frog image's loss keeps growing, the car image's stays at 0 from 0.5 on",
)

Q3 = Question(
    "Q3. At the start W is small and all scores are near 0. What is the loss with ten classes?",
    unit="loss",
    answer=lambda: svm_loss(np.zeros((10, 20)), np.ones((1, 20)), np.array([0]))[0],
    why="Each wrong class is 1 short of its margin, and there are C − 1 of them. A good first test of a program.",
    see="the score panel, the button 'all scores 0': with three classes each image costs 2",
)


def counting_all_classes():
    """What counting j = y adds to random scores' losses, and whether that is a constant."""
    scores, y = np.random.default_rng(0).normal(size=(50, 4)), np.arange(50) % 4
    everyone = np.maximum(0, scores - scores[np.arange(50), y][:, None] + 1).sum(axis=1)
    extra = everyone - losses(scores, y)
    if np.allclose(extra, 0):
        return "nothing changes"
    return f"each loss rises by 1, {'same' if np.allclose(extra, 1) else 'another'} best W"


Q4 = Question(
    "Q4. What if the sum ran over all classes, the right one included?",
    choices=("nothing changes", "each loss rises by 1, same best W", "each loss rises by 1, another best W"),
    answer=counting_all_classes,
    why="The right class against itself is always 1, whatever W is. A constant moves no minimum.",
    see="the score panel, loss 'all j (Q4)'",
)


def mean_for_sum():
    """Whether sum and mean over the wrong classes differ by one factor alone."""
    terms = hinge_terms(np.random.default_rng(0).normal(size=(50, 4)), np.arange(50) % 4)
    sums, means = terms.sum(axis=1), terms.sum(axis=1) / (terms.shape[1] - 1)
    factor = sums.sum() / means.sum()
    if not np.allclose(sums, factor * means):
        return "another one, for any λ"
    return "the same, for the same λ" if np.isclose(factor, 1) else "the same, if λ changes too"


Q5 = Question(
    "Q5. What if we took the mean over the wrong classes instead of the sum? The best W is then …",
    choices=("the same, for the same λ", "the same, if λ changes too", "another one, for any λ"),
    answer=mean_for_sum,
    why="All data losses are divided by C − 1. Divide λ by C − 1 as well, and the whole loss only changes its scale.",
    see="the score panel, loss 'mean over j (Q5)': all bars are half as high",
)


def squaring():
    """Whether squaring keeps the order of one large miss and two small ones."""
    one_miss, two_misses = (hinge_terms(np.array([s]), np.array([0]))[0] for s in ([0.0, 2.0, -9.0], [0.0, 1.0, 1.0]))
    prefers = [(one_miss**power).sum() < (two_misses**power).sum() for power in (1, 2)]
    return "another scale, same best W" if prefers[0] == prefers[1] else "another loss, another best W"


Q6 = Question(
    "Q6. What if we squared each term?",
    choices=("another scale, same best W", "another loss, another best W"),
    answer=squaring,
    why="One miss of 3 costs less than two misses of 2 (3 < 4), but its square costs more (9 > 8): the order turns.",
    see="the score panel, the button 'squared': the frog's bar leaves the picture",
)


def costly_without_margin():
    """Which of the slide's images cost something with Δ = 0."""
    names = {(): "none", (2,): "the frog image", (0, 2): "the cat and the frog image", (0, 1, 2): "all three"}
    return names[tuple(np.flatnonzero(losses(SCORES, delta=0.0)).tolist())]


NO_MARGIN = Question(
    "The margin Δ goes from 1 to 0. Which images still cost something?",
    choices=("none", "the frog image", "the cat and the frog image", "all three"),
    answer=costly_without_margin,
    why="Without a margin only a wrong class that beats the right one costs: these images are classified wrong.",
    see="the score panel, Δ = 0",
)


def cost_inside():
    """What those cost that lie in their own region but in a band, at the panel's start."""
    points, y = blobs(seed=2, num_per_class=20)
    X = add_bias(points)
    W = descend(objective(svm_loss, l2, 0.01, bias=True), np.zeros((3, 3)), X, y, 0.5, len(y), 200).W[-1]
    classes, inside, *_ = three_regions(W, X, None)
    costs = hinge_terms(X @ W.T, y).any(axis=1)[inside & (classes == y)]
    some = "always more than 0" if costs.all() else "sometimes 0, sometimes more"
    return some if costs.any() else "always 0: it is classified right"


INSIDE = Question(
    "An example lies in its own class's region, but inside a band. What does it cost?",
    choices=("always 0: it is classified right", "always more than 0", "sometimes 0, sometimes more"),
    answer=cost_inside,
    why="In the band the best score leads by less than 1, and the SVM asks for a lead of 1, not just for a lead.",
    see="the panel below: every example in a pale strip is ringed",
)


def lines_with_entries():
    """How many lines of the demo's ledger have entries after a hundred updates without a penalty."""
    points, y = demo_points()
    X = add_bias(points)
    W = descend(objective(svm_loss, l2, 0.0, bias=True), DEMO_W, X, y, 1.0, 9, 100).W[-1]
    now, then = (ledger_of(V, X, y).any(axis=1).sum() for V in (DEMO_W, W))
    few = "none" if then == 0 else "some, but fewer than seven"
    return few if then < now else "seven, as now" if then == now else "all nine"


LEDGER = Question(
    "λ = 0, η = 1, a hundred updates: how many of the nine lines have entries then?",
    choices=("none", "some, but fewer than seven", "seven, as now", "all nine"),
    answer=lines_with_entries,
    why="The nine points can all be clear of the bands. With λ = 0 only entries move W, and here until there are none.",
    see="the panel below, the button 'λ = 0, η = 1, update 100'",
)


def line(X, t, reg, delta=1.0):
    """The best line of examples with the share 1/60 each, and their pulls."""
    return best_line(X, t, reg, 1 / 60, delta)


def same_line():
    """The λ among the choices whose best line, four times as long, is that of Δ = 4."""
    points, t = noodles()
    wanted, _ = line(add_bias(points), t, 0.02, 4.0)
    return min(DELTA.choices, key=lambda reg: np.abs(4 * line(add_bias(points), t, float(reg))[0] - wanted).max())


DELTA = Question(
    "Which λ with Δ = 1 draws the same line as Δ = 4 with λ = 0.02?",
    choices=("0.005", "0.02", "0.08", "0.32"),
    answer=same_line,
    why="Δ = c with λ draws the line of Δ = 1 with cλ; here c is 4.",
    see="the formula below: both best lines were computed for this answer",
)


def after_deleting(share_of):
    """How much longer w becomes when all without a pull are deleted, and how far the row moves, at λ = 0.1."""
    points, t = noodles()
    X = add_bias(points)
    row, pull = line(X, t, 0.1)
    kept = pull > 1e-9
    after, _ = best_line(X[kept], t[kept], 0.1, share_of(kept))
    return np.linalg.norm(after[:2]) - np.linalg.norm(row[:2]), np.abs(after - row).max()


def moved():
    """How far the line moves when all without a pull are deleted and the share is kept."""
    distance = after_deleting(lambda kept: 1 / len(kept))[1]
    return "stays where it is" if distance < 1e-8 else "moves a little" if distance < 0.1 else "moves far"


DELETE = Question(
    "λ = 0.1. Every example without a pull is deleted, and the limit of each pull stays 1/60. The line …",
    choices=("stays where it is", "moves a little", "moves far"),
    answer=moved,
    why="The balance is a sum of pulls, and those that are gone had none.",
    see="the panel below, the button 'all without a pull': the deleted examples are crosses",
)


def band_with_larger_shares():
    """What becomes of the band when the share grows to 1/N′."""
    longer, _ = after_deleting(lambda kept: 1 / kept.sum())
    return "neither" if abs(longer) < 1e-6 else "narrower" if longer > 0 else "wider"


SHARE = Question(
    'They are deleted, and "keep 1/N" is unticked: the limit of each pull rises to 1/16. The band becomes …',
    choices=("wider", "narrower", "neither"),
    answer=band_with_larger_shares,
    why="The data weigh more against the same penalty, as if λ had fallen, and a smaller λ has a narrower band.",
    see="the panel below, the button '1/N becomes 1/N′'",
)
