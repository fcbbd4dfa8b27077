"""What notebook 5 asks before a slider moves, and how each answer is computed."""
