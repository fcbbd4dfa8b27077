"""The exercises of notebook 1."""

EXERCISES = ()
