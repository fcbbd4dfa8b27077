"""The exercises of the five notebooks, a module each: right functions, known mistakes, and inputs to tell them apart.

Reading these files shows the solutions; `solution("name")` shows one of them.
"""

import inspect

from lecture_support.checks import PASSED
from lecture_support.exercises import gradient_check, minibatch_gd, regularization, softmax, svm_margin
from lecture_support.progress import note

MODULES = (svm_margin, regularization, softmax, gradient_check, minibatch_gd)
EXERCISES = {exercise.name: exercise for module in MODULES for exercise in module.EXERCISES}


def check(student):
    """Check a student's function against the exercise it is named after, my_ left out, and print the verdict."""
    name = getattr(student, "__name__", str(student))
    exercise = EXERCISES.get(name.removeprefix("my_"))
    if exercise is None:
        print(f"{name}: there is no exercise of this name; keep the name that the function had.")
        return
    verdict = exercise.verdict(student)
    note("exercise", name, verdict == PASSED)
    print(f"{name}: {verdict}")


def solution(name):
    """Print one way to write the function of this name."""
    print(inspect.getsource(EXERCISES[name].right))
