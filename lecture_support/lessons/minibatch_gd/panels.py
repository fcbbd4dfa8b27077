"""The panels of notebook 5, a function each: on the helper's own maths, or on what the notebook gives it.

All but the search and the templates walk over one small problem: is an image a 0 or a 1? It has one number, the ink in
its middle, and so two weights, w and b: the plane of these two is the whole space that a descent moves in.
"""

from functools import lru_cache
from itertools import islice

import ipywidgets as widgets
import numpy as np

import lecture_support.lessons.minibatch_gd.figures as figures
from lecture_support.arguments import written
from lecture_support.data import add_bias, digits
from lecture_support.descent import TOO_LARGE, Path, descend, minibatches, why_diverged
from lecture_support.lessons.minibatch_gd.exercises import minibatch_descent
from lecture_support.losses import accuracy, softmax_loss, svm_loss
from lecture_support.panel import SLIDERS, Panel
from lecture_support.penalties import l2, objective
from lecture_support.words import course, fate, many, penalty_alone, signed

NUM_ITERS = 100
START = np.array([[-2.0, 2.5]])  # w and b, far from the lowest place
N = 245  # images of a 0 or a 1 among the training images


@lru_cache
def middle_ink(centred=True):
    """X (245, 2), the ink in the middle of each training image of a 0 or a 1, less its mean, and a one; and y."""
    images, y, _, _ = digits()
    images, y = images[y < 2], y[y < 2]
    ink = images.reshape(-1, 8, 8)[:, 3:5, 3:5].mean(axis=(1, 2))
    return add_bias((ink - centred * ink.mean())[:, None]), y


def two_weights(W, X, y):
    """The SVM loss of two classes by the weights W (1, D) of class 1: those of class 0 stay 0. And its gradient."""
    loss, dW = svm_loss(np.vstack([np.zeros_like(W), W]), X, y)
    return loss, dW[1:]


def hinge_at(places, X, y):
    """The same loss, without its gradient, at many places (K, 2) at once: (K,)."""
    scores = places @ X.T
    scores *= 1 - 2 * y  # what an example misses is 1 − s where its class is 1, and 1 + s where it is 0
    scores += 1
    return np.maximum(scores, 0, out=scores).mean(axis=1)


class Diverged(Exception):
    """The descent is given up: a weight has passed TOO_LARGE."""


def recorded(descent, f, X, y, step_size, batch_size):
    """The Path of a student's descent(loss_fun, W, X, y, step_size, batches): every W at which it asks for a gradient.

    Who asks twice for the same batch at the same W is taken to have asked once.
    """
    examples = np.arange(len(y))
    batches = [examples[batch] for batch in islice(minibatches(len(y), batch_size), NUM_ITERS)]
    asked, before, diverged_at, why = [], None, None, ""

    def noting(W, X, y):
        nonlocal before
        W = np.array(W, float)
        if not np.abs(W).max() <= TOO_LARGE:
            raise Diverged
        if before is None or not (np.array_equal(before[0], W) and np.array_equal(before[1], X)):
            asked.append(W)
        if len(asked) > 10 * NUM_ITERS:
            raise ValueError(f"the loop asks for more than {10 * NUM_ITERS} gradients for {NUM_ITERS} batches")
        before = W, X
        return f(W, X, y)

    try:
        last = written("my_minibatch_descent", descent(noting, START.copy(), X, y, step_size, batches))
        if np.shape(last) != START.shape:
            raise ValueError(f"the last weights have W's shape {START.shape}, but what came back is {last!r}")
    except Diverged:
        last = np.full(START.shape, np.inf)
    W = [*asked, np.array(last, float)]
    if not np.abs(W[-1]).max() <= TOO_LARGE:
        W.pop()
        diverged_at, why = len(W), why_diverged(f, W[-1], step_size)
    W = np.array(W)
    loss = hinge_at(W[:, 0], X, y) + f.reg * W[:, 0, 0] ** 2
    seen = np.cumsum([0, *map(len, batches[: len(W) - 1])])
    return Path(W, loss, np.arange(len(W)), seen, diverged_at, why)


def way_down(f, W, X, y):
    """The direction of steepest descent at W, of length 1, or 0 where there is no slope."""
    dW = f(W, X, y)[1][0]
    return -dW / (np.linalg.norm(dW) or 1)


def lowest_of(loss, place):
    """The lowest place of a convex loss of places (K, 2), and its loss, found near a place on ever finer grids."""
    steps = np.stack(np.meshgrid(*[np.linspace(-1, 1, 13)] * 2), axis=-1).reshape(-1, 2)
    for width in 0.15 * 0.4 ** np.arange(10):
        places = place + width * steps
        losses = loss(places)
        place = places[losses.argmin()]
    return place, losses.min()


def descent_panel(descent=minibatch_descent, centred=True):
    """The loss over the plane of w and b in contours, the path of 100 updates on it, and the loss along the path.

    descent(loss_fun, W, X, y, step_size, batches) -> W is the student's. Without centred the ink keeps its mean.
    """
    X, y = middle_ink(centred)
    view = figures.DescentFigure(NUM_ITERS)
    data_losses = hinge_at(view.grid, X, y)

    def objective_of(reg):
        return objective(two_weights, l2, reg, bias=True)

    @lru_cache
    def plane(reg):
        losses = data_losses + reg * view.grid[:, 0] ** 2
        return losses, lowest_of(lambda at: hinge_at(at, X, y) + reg * at[:, 0] ** 2, view.grid[losses.argmin()])

    @lru_cache(128)
    def walk(reg, step_size, batch_size):
        return recorded(descent, objective_of(reg), X, y, step_size, batch_size)

    def update(reg, step_size, batch_size, iteration):
        path, f = walk(reg, step_size, batch_size), objective_of(reg)
        position = min(iteration, len(path.loss) - 1)
        W, total = path.W[position], path.loss[position]
        (w, b), penalty = W[0], reg * W[0, 0] ** 2
        batch = np.arange(N)[next(islice(minibatches(N, batch_size), position, None))]
        ways = way_down(f, W, X[batch], y[batch]), way_down(f, W, X, y)
        losses, lowest = plane(reg)
        slow = course(path) == "settles" and path.loss[-1] > 1.05 * lowest[1]
        going = "falls slowly" if slow else course(path)
        view.update(losses, lowest, path.W[:, 0], position, ways, path.updates, path.loss, going)
        few = len(path.loss) <= NUM_ITERS and not path.diverged_at
        when = "At the end" if few and position == len(path.loss) - 1 else f"After {many(position, 'update')}"
        sentence = (
            f"{when} w = {signed(w)}, b = {signed(b)}: hinge loss {total - penalty:.3g} + penalty {penalty:.3g} = "
            f"{total:.3g}; the least is {lowest[1]:.3g}."
        )
        if few:
            return f"{sentence} For {NUM_ITERS} batches your loop asks for {many(len(path.loss) - 1, 'gradient')} only."
        sentence += "" if path.diverged_at else apart(*ways)
        return sentence + (" It has not settled: the loss falls slowly." if slow else fate(path, step_size, reg))

    return Panel(
        view.figure,
        update,
        reg=0.01,
        step_size=0.5,
        batch_size=32,
        num_examples=N,
        iteration=widgets.IntSlider(NUM_ITERS, 0, NUM_ITERS, description="update"),
        play="iteration",
        states={
            "too low": {"step_size": 0.01, "batch_size": N},
            "good": {"step_size": 0.5, "batch_size": N},
            "high": {"step_size": 10.0, "batch_size": N},
            "too high": {"step_size": 10.0, "reg": 1.0, "batch_size": N},
            "one image a step, η = 0.05": {"step_size": 0.05, "batch_size": 1},
        },
    )


def apart(batch, all_images):
    """How far the batch's way lies from that of all images, in a sentence."""
    if not batch.any():
        return " The next batch has no slope: all its margins are met."
    angle = np.degrees(np.arccos(np.clip(batch @ all_images, -1, 1)))
    return f" The next batch points {angle:.0f}° off true downhill."


@lru_cache
def split_digits():
    """X and y of the images to train on (899), of those to choose by (299), and of those to test on (599).

    Every fourth of the digits' training images is a validation image; a column of ones is behind all images.
    """
    X, y, X_test, y_test = digits()
    X, X_test, held_out = add_bias(X), add_bias(X_test), np.arange(len(y)) % 4 == 3
    return X[~held_out], y[~held_out], X[held_out], y[held_out], X_test, y_test


def learn(reg, step_size, batch_size, loss=svm_loss, num_iters=300, every=300):
    """The Path of a descent on the digits' training images from W = 0."""
    X, y, *_ = split_digits()
    f = objective(loss, l2, reg, bias=True)
    return descend(f, np.zeros((10, 65)), X, y, step_size, batch_size, num_iters, record_every=every)


def random_trials(num_trials=30):
    """Trials at random on log scales, each (share of the validation images right, step size, λ)."""
    rng, trials = np.random.default_rng(0), []
    X, y = split_digits()[2:4]
    for _ in range(num_trials):
        step_size, reg = 10 ** rng.uniform(-3, 1), 10 ** rng.uniform(-5, 0)
        trials.append((accuracy(learn(reg, step_size, 32).W[-1], X, y), step_size, reg))
    return trials


def search_panel(trials=None):
    """A search over η and λ: where the trials stand and how many validation images each gets right, beside your own.

    trials are (share, step size, λ) each, from 300 updates of 32 images; else 30 are made here.
    """
    trials = np.array(random_trials() if trials is None else trials)
    X, y, X_val, y_val, *_ = split_digits()
    view = figures.SearchFigure(len(trials))

    @lru_cache(256)
    def yours(reg, step_size, batch_size):
        path = learn(reg, step_size, batch_size)
        return path.diverged_at, accuracy(path.W[-1], X, y), accuracy(path.W[-1], X_val, y_val)

    def update(reg, step_size, batch_size, trials_made):
        made = trials[:trials_made]
        diverged_at, seen, unseen = yours(reg, step_size, batch_size)
        view.update(made[:, 1:], made[:, 0], (step_size, reg), unseen)
        share, best_step, best_reg = made[made[:, 0].argmax()]
        sentence = (
            f"Best of {many(trials_made, 'random trial')}: η = {best_step:.2g}, λ = {best_reg:.2g} gets {share:.1%} "
            f"of the validation images right. Yours: {unseen:.1%}, and {seen:.1%} of the training images."
        )
        return sentence + (f" It exploded at update {diverged_at}." if diverged_at else penalty_alone(step_size, reg))

    return Panel(
        view.figure,
        update,
        reg=0.01,
        step_size=0.01,
        batch_size=32,
        trials_made=widgets.IntSlider(len(trials), 1, len(trials), description="trials"),
        play="trials_made",
        states={
            "strong λ, η = 0.1": {"reg": 0.5, "step_size": 0.1},
            "tiny steps, λ = 0": {"step_size": 0.001, "reg": 0.0},
            "long steps, λ = 0": {"step_size": 10.0, "reg": 0.0},
        },
    )


@lru_cache(1024)
def small_path(reg, step_size, batch_size, seed=0):
    """A descent on the plane of w and b, from the start of the main panel."""
    f = objective(two_weights, l2, reg, bias=True)
    return descend(f, START, *middle_ink(), step_size, batch_size, NUM_ITERS, seed)


SIZES = (*(size for size in SLIDERS["batch_size"] if size < N), N)


@lru_cache(128)
def noise(iteration):
    """Errors of 200 batch gradients at each of SIZES, (sizes, 200, 2), and the spread σ of single images' gradients.

    They are taken at the weights after so many updates of a full-batch descent.
    """
    X, y = middle_ink()
    W = small_path(0.01, 0.5, N).W[iteration]
    single = np.array([two_weights(W, X[i : i + 1], y[i : i + 1])[1][0] for i in range(N)])
    rows = np.argsort(np.random.default_rng(0).random((200, N)), axis=1)  # 200 shuffled decks; a batch is the top B
    sums = np.cumsum(single[rows], axis=1)
    errors = [sums[:, size - 1] / size - single.mean(axis=0) for size in SIZES]
    return np.array(errors), np.sqrt(single.var(axis=0).sum())


def noise_panel():
    """How far 200 batch gradients fall from the full one, and their RMS error at every batch size."""
    view = figures.NoiseFigure(SIZES)

    def update(batch_size, iteration):
        errors, sigma = noise(iteration)
        measured = np.sqrt((errors**2).sum(axis=2).mean(axis=1))
        law = np.array([sigma / np.sqrt(size) * np.sqrt((N - size) / (N - 1)) for size in SIZES])
        here = SIZES.index(batch_size)
        view.update(errors[here], SIZES, measured, law, here)
        sentence = f"Single images' gradients spread by σ = {sigma:.3g}. "
        if batch_size == N:
            return sentence + f"A batch of all {N} has no error: it is the full gradient."
        return sentence + (
            f"Batches of {batch_size} have an error of {measured[here]:.3g}, {measured[here] / sigma:.0%} of σ; "
            f"the formula says {law[here]:.3g}."
        )

    return Panel(
        view.figure,
        update,
        batch_size=1,
        num_examples=N,
        iteration=widgets.IntSlider(0, 0, NUM_ITERS, description="update"),
        states={
            "4 images": {"batch_size": 4},
            "16 images": {"batch_size": 16},
            "64 images": {"batch_size": 64},
            "at the end of the descent": {"iteration": NUM_ITERS},
        },
    )


COMPARED = (1, 16, N)
SEEDS, EPOCHS = 5, 2
LIMITS = {"examples seen": EPOCHS * N, "epochs": EPOCHS, "updates": 30}


@lru_cache(256)
def spend(reg, step_size, batch_size, in_updates):
    """What a descent spends, {count: (K,)}, the losses (SEEDS, K) of one with each seed, and whether one diverged.

    Each is the descent of small_path, to either of the two LIMITS; all are walked at once, or a slider would wait.
    """
    num_iters = LIMITS["updates"] if in_updates else EPOCHS * -(-N // batch_size)
    X, y = middle_ink()
    examples, batches = np.arange(N), [minibatches(N, batch_size, seed) for seed in range(SEEDS)]
    walked, seen = [np.repeat(START, SEEDS, axis=0)], [0]
    while len(walked) <= num_iters:
        rows = np.array([examples[next(each)] for each in batches])  # (SEEDS, B)
        away = 1 - 2 * y[rows]
        missed = away * (1 + away * (X[rows] @ walked[-1][:, :, None])[:, :, 0] > 0)
        slopes = (missed[:, None] @ X[rows])[:, 0] / rows.shape[1] + 2 * reg * walked[-1] * [1, 0]
        places = walked[-1] - step_size * slopes
        if np.abs(places).max() > TOO_LARGE:
            break
        walked.append(places)
        seen.append(seen[-1] + rows.shape[1])
    every = max(1, num_iters // 40)
    updates = np.array([update for update in range(len(walked)) if update % every == 0 or update == len(walked) - 1])
    losses = [hinge_at(walked[update], X, y) + reg * walked[update][:, 0] ** 2 for update in updates]
    seen = np.array(seen)[updates]
    spent = {"updates": updates, "examples seen": seen, "epochs": seen / N}
    return spent, np.array(losses).T, len(walked) <= num_iters


def budget_panel():
    """The loss of three batch sizes and of yours at one budget: examples, epochs or updates. A mean of five seeds."""
    view = figures.CurvesFigure("Loss on all 245 images, mean of five seeds", "", "loss", (0, 1), 4)

    def update(reg, step_size, batch_size, count):
        sizes = (*COMPARED, batch_size)
        runs = [spend(reg, step_size, size, count == "updates") for size in sizes]
        labels = [f"B = {size}" for size in COMPARED] + [f"yours: {batch_size}"]
        curves = [(spent[count], losses.mean(axis=0)) for spent, losses, _ in runs]
        view.update(curves, labels, count, (0, LIMITS[count]))
        ends = [
            f"B = {size} {'explodes' if diverged else between(losses[:, -1])}"
            for size, (_, losses, diverged) in zip(sizes, runs, strict=True)
        ]
        sentence = f"Equal {count}, {LIMITS[count]:g} each: {', '.join(ends[:-1])}. Yours: {ends[-1]}."
        return sentence + penalty_alone(step_size, reg)

    return Panel(
        view.figure,
        update,
        reg=0.01,
        step_size=0.1,
        batch_size=4,
        num_examples=N,
        count=widgets.ToggleButtons(options=list(LIMITS), description="count"),
        states={
            "long steps": {"step_size": 2.0},
            "equal updates": {"count": "updates"},
            "equal updates, long steps": {"count": "updates", "step_size": 2.0},
        },
    )


def between(ends):
    """Where several descents end, from the lowest to the highest."""
    return "ends at " + "–".join(dict.fromkeys(f"{end:.2g}" for end in (ends.min(), ends.max())))


LOSSES = {"SVM": svm_loss, "softmax": softmax_loss}


@lru_cache(64)
def read_along(reg, step_size, batch_size, loss):
    """A descent of 400 updates on the digits, and the shares of training and validation images it gets right."""
    path = learn(reg, step_size, batch_size, LOSSES[loss], 400, 20)
    X, y, X_val, y_val, *_ = split_digits()
    return path, *([accuracy(W, *data) for W in path.W] for data in ((X, y), (X_val, y_val)))


def templates_panel():
    """The rows of W as images, and the share of the images that they get right, along a descent."""
    view = figures.DigitsFigure(400)

    def update(reg, step_size, batch_size, iteration, loss):
        path, train, unseen = read_along(reg, step_size, batch_size, loss)
        now = min(iteration // 20, len(unseen) - 1)
        view.update(path.W[now][:, :-1], path.updates, train, unseen, now)
        epochs = path.examples_seen[now] / len(split_digits()[1])
        sentence = (
            f"After {many(path.updates[now], 'update')}, {epochs:.3g} epochs: loss {path.loss[now]:.3g}; right are "
            f"{train[now]:.1%} of the training and {unseen[now]:.1%} of the validation images."
        )
        given_up = f" Given up at update {path.diverged_at}: {path.why}."
        return sentence + (given_up if path.diverged_at else penalty_alone(step_size, reg))

    return Panel(
        view.figure,
        update,
        reg=0.0001,
        step_size=0.1,
        batch_size=32,
        iteration=widgets.IntSlider(400, 0, 400, 20, description="update"),
        loss=widgets.ToggleButtons(options=list(LOSSES), description="loss"),
        play="iteration",
        states={
            "one image a step": {"batch_size": 1},
            "256 images a step": {"batch_size": 256},
            "strong λ": {"reg": 0.1},
        },
    )
