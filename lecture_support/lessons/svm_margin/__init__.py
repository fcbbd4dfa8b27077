"""Notebook 1: the SVM loss and its margin."""
