"""Checks of the exercises on Keras models of your own design."""

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Given,
    NotYetError,
    Part,
    compare,
    item,
    names,
    tuple_of,
)

FORM = "The answer is to be three words, such as `(..., ..., ...)`."


def _any_length(given: Given) -> None:
    value = next(v for v in given.interface.inputs if v.name == "part")
    if isinstance(value.shape[1], int):
        raise NotYetError(
            f"The second dimension of `part` is fixed to {value.shape[1]}. A part may have any "
            "length."
        )


def _whole(given: Given) -> None:
    [answer] = given.session.run(["y"], dict(given.fed))
    compare(
        given.truth,
        answer,
        "They are not those of `counter` from an empty memory on. Are its weights in your model?",
    )


def _two_parts(given: Given) -> None:
    part, state = given.fed["part"], given.fed["h"]
    half = part.shape[1] // 2
    first, state = given.session.run(
        ["y", "h_next"], {"part": part[:, :half], "h": state}
    )
    [second] = given.session.run(
        ["y"], {"part": part[:, half:], "h": state}
    )
    advice = (
        "The whole is right, and two parts are not: what comes out of the first as the state "
        "doesn't lead on to the second."
    )
    compare(given.truth[:, :half], first, advice)
    compare(given.truth[:, half:], second, advice)


STEPS: tuple[Part, ...] = (
    tuple_of(3, FORM),
    item(
        "py_function",
        0,
        lambda word: word == "log",
        "The first one stops before there is a file that could be checked.",
    ),
    item(
        "a number drawn by NumPy",
        1,
        lambda word: word == "parity",
        "The second file is valid, loads and runs. What is left?",
    ),
    item(
        "inputs that nobody named",
        2,
        lambda word: word == "session",
        "The third file is valid: see what happens when you feed it.",
    ),
)

STATE: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"part", "h"}, {"y", "h_next"}),
    DYNAMIC_BATCH,
    ("any length", _any_length),
    ("answers", _whole),
    ("two parts", _two_parts),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: STEPS, 2: STATE}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("rows", "expected")}
