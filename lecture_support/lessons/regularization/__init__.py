"""Notebook 2: L2, L1 and what λ trades."""
