"""Checks of the exercises on serving."""

from collections.abc import Mapping
from typing import Any

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import Part

_STATUSES = (400, 404, 413, 408)
_INPUTS = {
    "age": ("FP32", [31.5, 58]),
    "plan": ("BYTES", ["basic", "pro"]),
}


def _statuses(given: Given) -> None:
    if not isinstance(given.answer, (list, tuple)) or len(
        given.answer
    ) != len(_STATUSES):
        raise StopError(_("The answer is to be a list of four numbers."))
    wrong = [
        n + 1
        for n, (mine, right) in enumerate(
            zip(given.answer, _STATUSES, strict=True)
        )
        if type(mine) is not int or mine != right
    ]
    if wrong:
        places = _(" and ").join(map(str, wrong))
        raise NotYetError(
            _(
                "Not what the outputs above show, at place {places} of your list."
            ).format(places=places)
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
            _(
                "The request is to be a dict with the list `inputs`, which holds dicts."
            )
        )
    return {str(entry.get("name")): entry for entry in entries}


def _names(given: Given) -> None:
    found = _entries(given)
    if set(found) != set(_INPUTS) or len(given.answer["inputs"]) != len(
        _INPUTS
    ):
        raise StopError(
            _("Each input of the model is in the list once, with its name.")
        )


def _types(given: Given) -> None:
    for name, entry in _entries(given).items():
        if entry.get("datatype") != _INPUTS[name][0]:
            raise NotYetError(
                _(
                    "The datatype of {name!r} is not what the model says of it."
                ).format(name=name)
            )


def _shapes(given: Given) -> None:
    for name, entry in _entries(given).items():
        if list(entry.get("shape") or []) != [2, 1]:
            raise NotYetError(
                _(
                    "The shape of {name!r} is not that of this request: how many customers, and "
                    "how many columns for each?"
                ).format(name=name)
            )


def _data(given: Given) -> None:
    for name, entry in _entries(given).items():
        data = entry.get("data")
        values = [_INPUTS[name][1], [[value] for value in _INPUTS[name][1]]]
        if data not in values or any(
            isinstance(value, bool) for value in data
        ):
            raise NotYetError(
                _(
                    "The data of {name!r} are not those of the two customers, in order."
                ).format(name=name)
            )


EXERCISES: dict[int, tuple[Part, ...]] = {
    1: ((later("statuses"), _statuses),),
    2: (
        (later("names"), _names),
        (later("datatypes"), _types),
        (later("shapes"), _shapes),
        (later("data"), _data),
    ),
}
