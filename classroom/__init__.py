"""What a class needs around the chapters of ONNX in Practice: checks of answers, and quizzes.

Both belong to the chapters, and lie with them. ``python -m classroom.preflight`` tells whether
a machine is ready.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classroom.answers import AnswerCheck, check_answer, hand_out
    from classroom.copies import copy_example
    from classroom.quiz import show_quiz

__all__ = ["AnswerCheck", "check_answer", "copy_example", "hand_out", "show_quiz"]


def __getattr__(name: str) -> object:
    # Imported when asked for: `python -m classroom.preflight` runs this file too, and has to
    # speak where packages are missing, and on a Python that is too old for the rest.
    if name not in __all__:
        raise AttributeError(f"module 'classroom' has no attribute {name!r}")
    modules = {"show_quiz": "quiz", "copy_example": "copies"}
    return getattr(import_module(f"classroom.{modules.get(name, 'answers')}"), name)
