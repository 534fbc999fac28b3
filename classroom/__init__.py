"""What a class needs around the chapters of ONNX in Practice: checks of answers, and quizzes.

Both belong to the chapters, and lie with them. `feed_from_frame`, `fragile_rows` and
`find_parting` are what some lessons need beside the helpers. ``python -m classroom.preflight``
tells whether a machine is ready.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classroom.answers import AnswerCheck, check_answer, hand_out
    from classroom.copies import copy_example
    from classroom.fragile import FragileRows, fragile_rows
    from classroom.frames import MissingValueError, feed_from_frame
    from classroom.parting import Parting, find_parting
    from classroom.quiz import show_quiz

MODULES = {
    "FragileRows": "fragile",
    "MissingValueError": "frames",
    "copy_example": "copies",
    "Parting": "parting",
    "feed_from_frame": "frames",
    "find_parting": "parting",
    "fragile_rows": "fragile",
    "show_quiz": "quiz",
}
__all__ = [
    "AnswerCheck",
    "FragileRows",
    "MissingValueError",
    "Parting",
    "check_answer",
    "copy_example",
    "feed_from_frame",
    "find_parting",
    "fragile_rows",
    "hand_out",
    "show_quiz",
]


def __getattr__(name: str) -> object:
    # Imported when asked for: `python -m classroom.preflight` runs this file too, and has to
    # speak where packages are missing, and on a Python that is too old for the rest.
    if name not in __all__:
        raise AttributeError(f"module 'classroom' has no attribute {name!r}")
    return getattr(import_module(f"classroom.{MODULES.get(name, 'answers')}"), name)
