"""The panels of notebook 5, a function each: on the helper's own maths, or on what the notebook gives it."""
