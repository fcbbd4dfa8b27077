"""What notebook 3 asks before a slider moves, and how each answer is computed."""
