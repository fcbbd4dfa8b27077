"""Notebook 3: the softmax classifier."""
