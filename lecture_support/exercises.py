"""`check(my_function)`, and `solution("name")` for who has to look; the exercises themselves are in the lessons."""

import inspect

from lecture_support.checks import PASSED, judged
from lecture_support.lessons.gradient_check import exercises as gradient_check
from lecture_support.lessons.minibatch_gd import exercises as minibatch_gd
from lecture_support.lessons.regularization import exercises as regularization
from lecture_support.lessons.softmax import exercises as softmax
from lecture_support.lessons.svm_margin import exercises as svm_margin
from lecture_support.progress import note

MODULES = (svm_margin, regularization, softmax, gradient_check, minibatch_gd)
EXERCISES = {exercise.name: exercise for module in MODULES for exercise in module.EXERCISES}


def check(student):
    """Check a student's function against the exercise it is named after, my_ left out, and print the verdict."""
    name, exercise = exercise_of(student)
    if not callable(student):
        print(f"check takes your function itself, as in check(my_accuracy), and not {name}.")
    elif exercise is None:
        print(f"{name}: there is no exercise of this name; keep the name that the function had.")
    else:
        verdict = judged(exercise, student)
        note("exercise", name, verdict == PASSED)
        print(f"{name}: {verdict}")


def solution(name):
    """Print one way to write the function of this name."""
    name, exercise = exercise_of(name)
    if exercise is None:
        print(f"{name}: there is no exercise of this name; there are {', '.join(EXERCISES)}.")
    else:
        print(inspect.getsource(exercise.right))


def exercise_of(student):
    """The name of a student's function, or a name, and the exercise that it is the answer to, or None."""
    try:
        name = str(getattr(student, "__name__", student))
    except Exception:
        name = type(student).__name__
    return name, EXERCISES.get(name.removeprefix("my_"))
