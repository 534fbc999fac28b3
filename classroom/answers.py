"""Check an answer to an exercise: what is right, and where to look for the rest.

What there is to look at stands beside each chapter, in ``chapters/NAME/checks.py``:
``EXERCISES``, the parts of each answer by the number of its exercise; ``ALSO_NEEDED``, where
the chapter has to give rows or what it expects for them; and ``BROKEN``, functions that make
the models of debug exercises.
"""

import textwrap
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import onnx

from classroom.given import Arrays, Given, NotYetError, StopError
from classroom.lessons import LessonError, find_file, read_checks
from classroom.messages import _, later

WIDTH = 76
#: What is said of an answer that is right, of a part of it, and of none.
SOLVED, RIGHT = later("exercise {name}: solved"), later("  {name}: right")
MISSING = later("No answer yet: put it into `{name}`, and run this cell again.")


class ExerciseError(LessonError):
    """There is no such exercise."""


@dataclass(frozen=True)
class AnswerPart:
    """One part of an answer: what was looked at, and the advice if it is not right yet."""

    name: str
    advice: str = ""

    def __str__(self) -> str:
        if not self.advice:
            return _(RIGHT).format(name=_(self.name))
        return textwrap.fill(
            _("  {name}: not yet. {advice}").format(name=_(self.name), advice=self.advice),
            width=WIDTH,
            subsequent_indent="    ",
            break_on_hyphens=False,
            break_long_words=False,
        )


@dataclass(frozen=True, repr=False)
class AnswerCheck:
    """Result of `check_answer`; true if every part of the answer is right.

    Attributes
    ----------
    exercise : str
        Chapter and number, such as ``"02-3"``.
    parts : tuple of AnswerPart
        In the order in which they were looked at; none without an answer.
    missing : str
        Name of the variable that holds no answer yet, or empty.
    """

    exercise: str
    parts: tuple[AnswerPart, ...] = ()
    missing: str = ""

    @property
    def passed(self) -> bool:
        """Whether there is an answer, and every part of it is right."""
        return not self.missing and not any(part.advice for part in self.parts)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        if self.missing:
            return _(MISSING).format(name=self.missing)
        told = _(SOLVED) if self.passed else _("exercise {name}: not solved yet")
        return "\n".join([told.format(name=self.exercise), *map(str, self.parts)])

    def __repr__(self) -> str:
        return str(self)


def check_answer(
    exercise: str,
    answer: Any,
    *,
    rows: Arrays | None = None,
    expected: Any = None,
) -> AnswerCheck:
    """Look at an answer to an exercise, part by part.

    Parameters
    ----------
    exercise : str
        Chapter and number, such as ``"02-3"``.
    answer : object
        What the exercise asks for. For a model: its path, its bytes or the ``ModelProto``.
        ``...`` and None stand for no answer yet.
    rows : array, or mapping of str to array, shape (rows, ...)
        What to feed the model, where the exercise takes it from the chapter.
    expected : array, shape (rows, ...)
        What the training library answers for these rows.

    Returns
    -------
    AnswerCheck

    Raises
    ------
    LessonError, ExerciseError
        When there is no such chapter with exercises, or no exercise of this number in it.

    Examples
    --------
    >>> check_answer("02-1", ...)
    No answer yet: put it into `answer_1`, and run this cell again.
    >>> check_answer("02-1", (18, "probabilities")).passed
    False
    """
    checks, number = _find_exercise(exercise)
    needed = ("answer", *getattr(checks, "ALSO_NEEDED", {}).get(number, ()))
    for name, value in (("answer", answer), ("rows", rows), ("expected", expected)):
        if value is ... or (value is None and name in needed):
            return AnswerCheck(exercise, missing=f"{name}_{number}")
    given = Given(answer, rows, expected)
    parts = []
    for name, look in checks.EXERCISES[number]:
        try:
            look(given)
            parts.append(AnswerPart(name))
        except NotYetError as problem:
            parts.append(AnswerPart(name, str(problem)))
            if isinstance(problem, StopError):
                break
    return AnswerCheck(exercise, tuple(parts))


def hand_out(exercise: str, path: str | Path) -> None:
    """Write the broken model of a debug exercise.

    Parameters
    ----------
    exercise : str
        Chapter and number, such as ``"04-3"``.
    path : str or pathlib.Path
        Where the file goes. The folder has to exist.

    Raises
    ------
    LessonError, ExerciseError
        When there is no such exercise, or it hands out no model.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "mystery.onnx"
    ...     hand_out("04-3", path)
    ...     print(check_answer("04-3", path).passed)
    False
    """
    checks, number = _find_exercise(exercise)
    broken = getattr(checks, "BROKEN", {})
    if number not in broken:
        raise ExerciseError(
            f"{exercise!r} hands out no model. In this chapter, these do: "
            f"{_listed(exercise, broken) or 'none'}"
        )
    onnx.save(broken[number](), path)


def _find_exercise(exercise: str) -> tuple[ModuleType, int]:
    """Checks of the chapter, and the number of the exercise in it."""
    lesson, number = str(exercise).rpartition("-")[::2]
    checks = read_checks(find_file(lesson, "checks.py"))
    if not number.isdecimal() or int(number) not in checks.EXERCISES:
        known = _listed(exercise, checks.EXERCISES)
        raise ExerciseError(f"there is no exercise {exercise!r}. There are: {known}")
    return checks, int(number)


def _listed(exercise: str, numbers: dict[int, Any]) -> str:
    lesson = str(exercise).rpartition("-")[0]
    return ", ".join(f"{lesson}-{number}" for number in numbers)
