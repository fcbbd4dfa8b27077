"""Helpers for the notebooks on losses, penalties, gradients and gradient descent."""
