"""Checks of the exercise on measuring a file."""

from classroom.given import Given, NotYetError
from classroom.parts import Part


def _is_size(given: Given) -> None:
    if not isinstance(given.answer, tuple) or given.answer != (28, 28):
        raise NotYetError(
            "The shape of the input has three parts. The last two are asked for."
        )


EXERCISES: dict[int, tuple[Part, ...]] = {1: (("size", _is_size),)}
