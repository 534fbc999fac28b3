"""Checks of the exercises on running a service."""

import inspect
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import Part


def _threads(given: Given) -> None:
    if type(given.answer) is not int or given.answer != 1:
        raise NotYetError(
            _(
                "That is not what `load_models` works out. Which of the two numbers of cores counts "
                "in a container, and among how many is it shared?"
            )
        )


def _make(given: Given, folder: str) -> Any:
    if not inspect.isclass(given.answer):
        raise StopError(
            _(
                "The answer is to be the class itself, without parentheses behind it."
            )
        )
    try:
        return given.answer(Path(folder))
    except Exception as error:  # it is the learner's code
        raise StopError(
            _(
                "The class is made with one argument, the folder, and that fails."
            )
        ) from error


def _call(method: str, worker: Any, value: Any) -> Any:
    try:
        return getattr(worker, method)(value)
    except Exception as error:  # it is the learner's code
        raise StopError(
            _(
                "`{method}` fails. Does it find what another worker of the same folder has kept?"
            ).format(method=method)
        ) from error


def _own(given: Given) -> None:
    with TemporaryDirectory() as folder:
        worker = _make(given, folder)
        ticket = _call("submit", worker, [1, 2])
        if not isinstance(ticket, str) or _call(
            "fetch", worker, ticket
        ) != [1, 2]:
            raise StopError(
                _(
                    "A ticket is a text, and brings back the rows, a list as it was."
                )
            )


def _others(given: Given) -> None:
    with TemporaryDirectory() as folder:
        workers = [_make(given, folder) for worker in range(3)]
        tickets = [
            (_call("submit", workers[n % 3], [n]), n) for n in range(12)
        ]
        for n, (ticket, number) in enumerate(tickets):
            if _call("fetch", workers[(n + 1) % 3], ticket) != [number]:
                raise NotYetError(
                    _(
                        "A ticket brings back rows that belong to a different one. Print the tickets "
                        "that two workers hand out."
                    )
                )


def _restart(given: Given) -> None:
    with TemporaryDirectory() as folder:
        first = _call("submit", _make(given, folder), [1])
        worker = _make(given, folder)  # as after a restart
        _call("submit", worker, [2])
        if _call("fetch", worker, first) != [1]:
            raise NotYetError(
                _(
                    "A worker that starts later overwrites what an earlier one has kept."
                )
            )


EXERCISES: dict[int, tuple[Part, ...]] = {
    1: ((later("threads"), _threads),),
    2: (
        (later("one worker"), _own),
        (later("several workers"), _others),
        (later("a restart"), _restart),
    ),
}
