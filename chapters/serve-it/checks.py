"""Checks of the exercises on serving."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from classroom.parts import Given, NotYetError, Part, StopError

_INPUTS = {
    "age": ("FP32", [31.5, 58]),
    "plan": ("BYTES", ["basic", "pro"]),
}


def _threads(given: Given) -> None:
    if isinstance(given.answer, bool) or given.answer != 1:
        raise NotYetError(
            "That is not what `load_models` works out. Which of the two numbers of cores counts "
            "in a container, and among how many is it shared?"
        )


def _entries(given: Given) -> dict[str, Mapping[str, Any]]:
    request = given.answer
    entries = (
        request.get("inputs") if isinstance(request, Mapping) else None
    )
    if not isinstance(entries, list) or not all(
        isinstance(entry, Mapping) for entry in entries
    ):
        raise StopError(
            "The request is to be a dict with the list `inputs`, which holds dicts."
        )
    return {str(entry.get("name")): entry for entry in entries}


def _names(given: Given) -> None:
    found = _entries(given)
    if set(found) != set(_INPUTS) or len(given.answer["inputs"]) != len(
        _INPUTS
    ):
        raise StopError(
            "Each input of the model is in the list once, with its name."
        )


def _types(given: Given) -> None:
    for name, entry in _entries(given).items():
        if entry.get("datatype") != _INPUTS[name][0]:
            raise NotYetError(
                f"The datatype of {name!r} is not what the model says of it."
            )


def _shapes(given: Given) -> None:
    for name, entry in _entries(given).items():
        if list(entry.get("shape") or []) != [2, 1]:
            raise NotYetError(
                f"The shape of {name!r} is not that of this request: how many customers, and how "
                "many columns for each?"
            )


def _data(given: Given) -> None:
    for name, entry in _entries(given).items():
        data = entry.get("data")
        values = [_INPUTS[name][1], [[value] for value in _INPUTS[name][1]]]
        if data not in values or any(
            isinstance(value, bool) for value in data
        ):
            raise NotYetError(
                f"The data of {name!r} are not those of the two customers, in order."
            )


def _make(given: Given, folder: str) -> Any:
    if not inspect.isclass(given.answer):
        raise StopError(
            "The answer is to be the class itself, without parentheses behind it."
        )
    try:
        return given.answer(Path(folder))
    except Exception as error:  # it is the learner's code
        raise StopError(
            "The class is made with one argument, the folder, and that fails."
        ) from error


def _call(method: str, worker: Any, value: Any) -> Any:
    try:
        return getattr(worker, method)(value)
    except Exception as error:  # it is the learner's code
        raise StopError(
            f"`{method}` fails. Does it find what another worker of the same folder has kept?"
        ) from error


def _own(given: Given) -> None:
    with TemporaryDirectory() as folder:
        worker = _make(given, folder)
        ticket = _call("submit", worker, [1, 2])
        if not isinstance(ticket, str) or _call(
            "fetch", worker, ticket
        ) != [1, 2]:
            raise StopError(
                "A ticket is a text, and brings back the rows, a list as it was."
            )


def _others(given: Given) -> None:
    with TemporaryDirectory() as folder:
        workers = [_make(given, folder) for _ in range(3)]
        tickets = [
            (_call("submit", workers[n % 3], [n]), n) for n in range(12)
        ]
        for n, (ticket, number) in enumerate(tickets):
            if _call("fetch", workers[(n + 1) % 3], ticket) != [number]:
                raise NotYetError(
                    "A ticket brings back rows that belong to a different one. Print the tickets "
                    "that two workers hand out."
                )


def _restart(given: Given) -> None:
    with TemporaryDirectory() as folder:
        first = _call("submit", _make(given, folder), [1])
        worker = _make(given, folder)  # as after a restart
        _call("submit", worker, [2])
        if _call("fetch", worker, first) != [1]:
            raise NotYetError(
                "A worker that starts later overwrites what an earlier one has kept."
            )


EXERCISES: dict[int, tuple[Part, ...]] = {
    1: (("threads", _threads),),
    2: (
        ("names", _names),
        ("datatypes", _types),
        ("shapes", _shapes),
        ("data", _data),
    ),
    3: (
        ("one worker", _own),
        ("several workers", _others),
        ("a restart", _restart),
    ),
}
