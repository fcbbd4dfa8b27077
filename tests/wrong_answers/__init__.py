"""What students write who make the known mistakes: a module a notebook, each function written from the words alone.

A known mistake is a function too, in lecture_support/lessons. Those here are others, as a student would write them,
so that test_wrong_answers sees it where one of the package stands for another mistake than its words say.
"""

WRONG_ANSWERS = []  # (module, exercise, first words of the verdict, function)


def earns(exercise, words):
    """Note down a function as an answer to the exercise whose verdict has to begin with the words."""

    def note(student):
        WRONG_ANSWERS.append((student.__module__.rsplit(".")[-1], exercise, words, student))
        return student

    return note
