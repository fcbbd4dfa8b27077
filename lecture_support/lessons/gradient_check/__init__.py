"""Notebook 4: the gradient check."""
