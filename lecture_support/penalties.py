"""What is added to a data loss to prefer some weights over others, and the objective that joins the two.

Each penalty covers all of the W it is given and leaves lambda out: `objective` multiplies by `reg` (the lambda of
lambda * R(W)) and, with `bias=True`, keeps the bias column out of the penalty.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lecture_support.arguments import array, function, loss_and_gradient, number, numbers


def l2(W):
    """L2 penalty sum(W**2) and its gradient 2 W. Source: lecture 3, "Weight Regularization"."""
    W = numbers("W", W)
    return float((W * W).sum()), 2 * W


def l1(W):
    """L1 penalty sum(|W|) and its subgradient sign(W), 0 where a weight is 0. Source: the same slide."""
    W = numbers("W", W)
    return float(np.abs(W).sum()), np.sign(W)


def elastic_net(W, beta=0.5):
    """Elastic net beta * sum(W**2) + sum(|W|) and its subgradient.

    Raises ValueError for a negative or non-finite beta. Source: the same slide; Zou and Hastie (2005).
    """
    beta = number("beta", beta, ", 0 or more")
    squares, dsquares = l2(W)
    sizes, dsizes = l1(W)
    return beta * squares + sizes, beta * dsquares + dsizes


def clip_norm(W, max_norm):
    """W with every row (a class's weight vector) that is longer than max_norm scaled back to that length.

    Max norm is a rule and not a penalty: it is applied after each step. Raises ValueError unless max_norm is above
    0 and finite.
    """
    W, max_norm = numbers("W", W), number("max_norm", max_norm, " above 0")
    lengths = np.linalg.norm(W, axis=-1, keepdims=True)
    return W * (max_norm / np.maximum(lengths, max_norm))


def soft_threshold(W, threshold):
    """W with every weight moved towards 0 by threshold, and exactly 0 where it is within threshold of it.

    It is the proximal step of L1: the V that minimises threshold * sum(|V|) + sum((V - W)**2) / 2, so a step of size
    step_size with a penalty reg * l1 takes threshold = step_size * reg. Raises ValueError for a negative or non-finite
    threshold. Source: Donoho (1995); Parikh and Boyd, "Proximal Algorithms" (2014), section 6.5.
    """
    W, threshold = numbers("W", W), number("threshold", threshold, ", 0 or more")
    return np.sign(W) * np.maximum(np.abs(W) - threshold, 0)


@dataclass(frozen=True)
class Objective:
    """What is minimised, loss(W, X, y) + reg * penalty(W): call it with W, X, y to get (total, dW)."""

    loss: Callable
    penalty: Callable
    reg: float
    bias: bool

    def __call__(self, W, X, y):
        W = array("W", W)
        data_loss, dW = loss_and_gradient("the loss", self.loss(W, X, y), W.shape)
        penalty, dpenalty = self.weighted_penalty(W)
        return data_loss + penalty, dW + dpenalty

    def parts(self, W, X, y):
        """The two terms of the sum, shown apart: (data loss, reg * penalty)."""
        return self.loss(W, X, y)[0], self.weighted_penalty(W)[0]

    def weighted_penalty(self, W):
        """The second term alone: (reg * penalty, its gradient of W's shape, 0 in the bias column)."""
        W = array("W", W)
        weights = W[:, :-1] if self.bias else W
        penalty, dweights = loss_and_gradient("the penalty", self.penalty(weights), weights.shape)
        if not self.bias:
            return self.reg * penalty, self.reg * dweights
        dW = np.zeros(W.shape, dweights.dtype)
        dW[:, :-1] = self.reg * dweights
        return self.reg * penalty, dW


def objective(loss, penalty, reg, bias=False):
    """Join a loss and a penalty to f(W, X, y) -> (total, dW), the lecture's full loss: data loss + lambda R(W).

    With bias=True the last column of W (the bias) is not penalised. Raises ValueError for a negative or non-finite reg,
    and for a loss or a penalty that is no function or, when it is called, does not return two results that fit W.
    """
    reg = number("reg (lambda)", reg, ", 0 or more")
    return Objective(function("loss", loss), function("penalty", penalty), reg, bias)
