"""The exercises of notebook 3."""

EXERCISES = ()
