"""What notebook 4 asks before a slider moves, and how each answer is computed."""
