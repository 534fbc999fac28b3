"""Find what belongs to a lesson: its quiz and its checks of answers lie in its own folder."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).parent
# Beside the package in the book; in the package where it is installed.
FOLDERS = (PACKAGE / "chapters", PACKAGE.parent / "chapters")


class LessonError(ValueError):
    """There is no such lesson, or it has nothing of this kind."""


def find_file(lesson: str, file: str) -> Path:
    """Path of a file in the folder of a lesson.

    Parameters
    ----------
    lesson : str
        Name of the lesson, such as ``"02-keras-to-onnx"``, or its number, such as ``"02"``.
    file : str
        Name of the file, such as ``"quiz.toml"``.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    LessonError
        When no lesson of this name has such a file; the message lists those that have one.
    """
    there = lessons_with(file)
    names = [name for name in there if lesson in (name, _number(name))]
    if not names:
        known = ", ".join(there) or "none"
        raise LessonError(f"there is no {file} of a lesson {lesson!r}. Lessons with one: {known}")
    if len(names) > 1:
        raise LessonError(f"{lesson!r} can be {' or '.join(names)}: write the whole name")
    return there[names[0]]


def lessons_with(file: str) -> dict[str, Path]:
    """Path of this file for every lesson that has one, by the name of the lesson."""
    folder = next(filter(Path.is_dir, FOLDERS), PACKAGE)
    # No deeper: notebooks write whole trees below, perhaps just now.
    found = sorted((*folder.glob(f"*/{file}"), *folder.glob(f"*/*/{file}")))
    return {path.parent.relative_to(folder).as_posix(): path for path in found}


@cache
def read_checks(path: Path) -> ModuleType:
    """Module with the checks of a lesson, from its ``checks.py``; read once."""
    name = f"checks of {path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickles look for it there
    spec.loader.exec_module(module)
    return module


def _number(name: str) -> str:
    """What a lesson is called in front of the number of an exercise."""
    return name.partition("-")[0] if name[:1].isdigit() else name
