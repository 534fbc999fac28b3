"""Checks of the exercises on pipelines of DataFrames."""

from collections.abc import Callable

import numpy as np

from classroom.given import Given, NotYetError, StopError, plural
from classroom.messages import _, later
from classroom.parts import Part, items

# The row of the exercise without a count of calls, counted from 0.
_WITHOUT_CALLS = 2


def _is_type(right: str) -> Callable[[object], bool]:
    """Whether a text names the element type, alone or as a tensor of it."""
    return lambda text: str(text).strip() in (right, f"tensor({right})")


TYPES: tuple[Part, ...] = items(
    later("the types of price, color, floor and children"),
    (
        later("price"),
        _is_type("float"),
        later(
            'How does a session spell the type that an imputer takes? See "One input per column".'
        ),
    ),
    (
        later("color"),
        _is_type("string"),
        later(
            'A category is not a type of its own. See the table in "The dtypes of pandas".'
        ),
    ),
    (
        later("floor"),
        _is_type("int64"),
        later(
            "The kind of this dtype says what it says of texts, too. What are the values?"
        ),
    ),
    (
        later("children"),
        _is_type("float"),
        later(
            'One of the values is missing. Which type has a place for it? See "The dtypes of pandas".'
        ),
    ),
)


def _five_answers(given: Given) -> None:
    try:
        count = len(given.answer)
    except TypeError:
        count = 1
    if isinstance(given.answer, str) or count != 5:
        raise StopError(
            _(
                "Five customers asked, and {answers} came. Each row needs one, at its own place."
            ).format(answers=plural(count, "answer"))
        )


def _no_call_invented(given: Given) -> None:
    if str(list(given.answer)[_WITHOUT_CALLS]) != "unknown":
        raise NotYetError(
            _(
                "The row without calls got an answer from the model, so a number was made up for it. "
                "Nobody knows how often this customer called."
            )
        )


def _others_answered(given: Given) -> None:
    right = given.expected
    if not isinstance(right, np.ndarray) or right.shape != (5,):
        raise StopError(
            _(
                "What is expected should be the array of the five answers that the pipeline gives, "
                "from the text of the exercise."
            )
        )
    pairs = zip(given.answer, right, strict=True)
    others = [str(mine) == str(other) for mine, other in pairs]
    del others[_WITHOUT_CALLS]
    if not all(others):
        raise NotYetError(
            _(
                "A complete row has a different answer than from the pipeline. Feed those rows, and "
                "put the answers back into their places."
            )
        )


CUSTOMERS: tuple[Part, ...] = (
    (later("one answer per row"), _five_answers),
    (later("row without calls"), _no_call_invented),
    (later("other rows"), _others_answered),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: TYPES, 2: CUSTOMERS}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("expected",)}
