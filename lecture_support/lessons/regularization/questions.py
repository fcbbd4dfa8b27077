"""What notebook 2 asks before a slider moves, and how each answer is computed."""
