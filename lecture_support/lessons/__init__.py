"""What only one notebook needs, a folder each, all alike: its figures, panels, questions and exercises."""
