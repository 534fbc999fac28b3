"""Checks of the exercises on running a file outside Python."""

import json
import math
from typing import Any

from classroom.given import Given, NotYetError, StopError
from classroom.javascript import run_javascript
from classroom.lessons import LessonError
from classroom.messages import _, later
from classroom.parts import Part

_AGES = (41.0, 0.0, 0.0, math.nan)
# One row, as many rows as classes, more rows, more classes.
_TABLES = ((1, 2), (2, 2), (3, 2), (5, 2), (2, 3), (4, 3))


def _numbers(given: Given) -> None:
    answer = given.answer
    if (
        not isinstance(answer, (list, tuple))
        or len(answer) != len(_AGES)
        or not all(type(number) in (int, float) for number in answer)
    ):
        raise StopError(_("The answer is to be a list of four numbers."))
    wrong = [
        str(place)
        for place, (mine, right) in enumerate(
            zip(answer, _AGES, strict=True), 1
        )
        if not (mine == right or (math.isnan(mine) and math.isnan(right)))
    ]
    if wrong:
        places = _(" and ").join(wrong)
        raise NotYetError(
            _(
                "Not what the lesson shows, at place {places} of your list."
            ).format(places=places)
        )


def _run(given: Given, name: str, calls: list[list[Any]]) -> list[Any]:
    """What a function of the answer returns: a list of one value, or the text of an error."""
    if not isinstance(given.answer, str) or name not in given.answer:
        raise StopError(
            _(
                "The answer is to be a text that holds the function `{name}`."
            ).format(name=name)
        )
    program = f"""{given.answer}
    const found = {json.dumps(calls)}.map((call) => {{
      try {{
        const returned = {name}(...call);
        const value = ArrayBuffer.isView(returned) ? [...returned] : returned;
        return [Number.isNaN(value) ? "NaN" : value ?? null];
      }} catch (error) {{ return String(error); }}
    }});
    console.log("\\n" + JSON.stringify(found));"""
    try:
        printed = run_javascript(program)
        return json.loads(printed.splitlines()[-1])
    except IndexError:
        raise StopError(
            _("The text ends before the function is called.")
        ) from None
    except LessonError as error:
        raise StopError(
            _("The text doesn't run. Node says: {error}.").format(
                error=error
            )
        ) from error


def _reads(given: Given, texts: list[str], wanted: list[Any]) -> None:
    for text, right, found in zip(
        texts,
        wanted,
        _run(given, "readFloat", [[text] for text in texts]),
        strict=True,
    ):
        if found != [right]:
            raise NotYetError(
                _(
                    "For {text!r}, the function doesn't return what it should."
                ).format(text=text)
            )


def _plain(given: Given) -> None:
    _reads(given, ["31.5", "0", "-2", " 7 "], [31.5, 0, -2, 7])


def _missing(given: Given) -> None:
    _reads(given, ["", "   "], ["NaN", "NaN"])


def _refused(given: Given) -> None:
    texts = ["31,5", "abc", "7 years"]
    for text, found in zip(
        texts,
        _run(given, "readFloat", [[text] for text in texts]),
        strict=True,
    ):
        if not isinstance(found, str):
            raise NotYetError(
                _(
                    "For {text!r}, the function returns something. It should throw an error."
                ).format(text=text)
            )


def _shares(given: Given) -> None:
    calls, wanted = [], []
    for rows, classes in _TABLES:
        # Numbers that a float of 32 bits holds, too.
        data = [number / 128 for number in range(rows * classes)]
        for place in range(classes):
            calls.append([{"dims": [rows, classes], "data": data}, place])
            wanted.append([data[place::classes]])
    for call, right, found in zip(
        calls, wanted, _run(given, "shares", calls), strict=True
    ):
        if found != right:
            rows, classes = call[0]["dims"]
            raise NotYetError(
                _(
                    "Wrong with {rows} rows and {classes} classes, for the class at place {place}."
                ).format(rows=rows, classes=classes, place=call[1])
            )


EXERCISES: dict[int, tuple[Part, ...]] = {
    1: ((later("numbers"), _numbers),),
    2: (
        (later("numbers"), _plain),
        (later("missing"), _missing),
        (later("refused"), _refused),
    ),
    3: ((later("shares"), _shares),),
}
