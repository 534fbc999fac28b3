"""Checks of the exercise on measuring a file."""

from classroom.parts import Given, NotYetError, Part


def _is_position(given: Given) -> None:
    if given.answer != 0:
        raise NotYetError("The shape has a name in it. Where is it, if you count from zero?")


EXERCISES: dict[int, tuple[Part, ...]] = {1: (("position", _is_position),)}
