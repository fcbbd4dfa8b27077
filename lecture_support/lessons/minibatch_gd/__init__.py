"""Notebook 5: mini-batch gradient descent."""
