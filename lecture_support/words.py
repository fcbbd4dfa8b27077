"""What the sentences of all notebooks have in common: plurals, and what there is to say of a descent.

Each function returns words; those that warn begin with a space, or are "" where there is nothing to warn of.
"""

import numpy as np


def many(count, noun):
    """A count and its noun, which takes an s where it is not one of them."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def signed(value):
    """A number of three digits, with the sign that the lecture prints: −4."""
    return f"{value:.3g}".replace("-", "−")


def penalty_alone(step_size, reg):
    """The warning that ηλ is 1 or more: the L2 penalty alone then throws W to −W, or beyond, at every step."""
    factor = 1 - 2 * step_size * reg
    return f" ηλ = {step_size * reg:.3g}: the penalty alone multiplies W by {signed(factor)} at every step." * (
        factor <= -1
    )


def course(path):
    """How a recorded descent went, in a few words: "settles", "jumps about", "is still falling", and two worse ones."""
    last = path.loss[-20:]
    late = path.loss[-40:-20] if len(path.loss) >= 40 else path.loss[:1]
    if path.diverged_at:
        return "explodes"
    if last.min() > 1.0001 * path.loss[0]:  # beyond what rounding may do
        return "ends higher than it began"
    fall = late.mean() - last.mean()
    if fall > max(0.05 * late.mean(), np.diff(path.loss[-40:]).max()):  # and not by jumps
        return "is still falling"
    return "jumps about" if fall > 0.05 * late.mean() or last.std() > 0.05 * last.mean() else "settles"


def fate(path, step_size, reg):
    """What keeps a descent from coming to rest: given up, or ηλ ≥ 1, or a loss that jumps about or still falls."""
    if path.diverged_at:
        return f" Given up at update {path.diverged_at}: {path.why}."
    if 2 * step_size * reg >= 2:
        return penalty_alone(step_size, reg)
    words = course(path)
    return "" if words == "settles" else f" It has not settled: the loss {words}."
