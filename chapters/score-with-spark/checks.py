"""Checks of the exercises on scoring with Spark."""

import re

import numpy as np

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import Part

_IDS = [11, 50_032, 100_053, 150_074]


def _master(given: Given) -> re.Match[str]:
    """Numbers of a master."""
    found = re.fullmatch(
        r"local\[(\d+)(?:,\s*(\d+))?\]", str(given.answer).strip()
    )
    if not isinstance(given.answer, str) or not found:
        raise StopError(
            _(
                "A master for one machine is a text that begins with `local[` and ends with `]`."
            )
        )
    return found


def _workers(given: Given) -> None:
    if _master(given)[1] != "3":
        raise NotYetError(
            _(
                "The first number is not that of the workers that the job is to use."
            )
        )


def _tries(given: Given) -> None:
    if _master(given)[2] != "3":
        raise NotYetError(
            _(
                "How often may a task be tried, if the first two tries fail and the next one works?"
            )
        )


def _is_list(given: Given) -> list[int]:
    """Ids of the answer."""
    answer = given.answer
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    if (
        not isinstance(answer, (list, tuple))
        or not answer
        or not all(type(number) is int for number in answer)
    ):
        raise StopError(
            _(
                "The answer is to be a list of the ids, which are whole numbers."
            )
        )
    return list(answer)


def _found(given: Given) -> None:
    if not set(_IDS) <= set(_is_list(given)):
        raise NotYetError(
            _(
                "A row is missing whose plan was missing when it was scored. Look at what went in, "
                "and not at the labels."
            )
        )


def _no_others(given: Given) -> None:
    if not set(_is_list(given)) <= set(_IDS):
        raise NotYetError(
            _(
                "A row is named that has all that the model needs: a missing number is filled in by "
                "the file."
            )
        )


def _sorted(given: Given) -> None:
    ids = _is_list(given)
    if ids != sorted(set(ids)):
        raise NotYetError(
            _(
                "The ids are to be in rising order, and each of them there once."
            )
        )


EXERCISES: dict[int, tuple[Part, ...]] = {
    1: ((later("workers"), _workers), (later("tries"), _tries)),
    2: (
        (later("all of them"), _found),
        (later("no others"), _no_others),
        (later("sorted"), _sorted),
    ),
}
