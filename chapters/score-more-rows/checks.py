"""Checks of the exercises on scoring many rows."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import Part, items

# What is wrong with each file of the output; empty if it is done.
_FILES = {
    "a.parquet": "",
    "b.parquet": later("missing"),
    "c.parquet": "",
    "d.parquet": later("cut off"),
    "e.parquet": later("one row short"),
    "f.parquet": later("one row doubled, another lost"),
}
_DONE = later(
    "A file is named that is done: it is whole, and has each row of its source once, in "
    "an order of its own."
)
_ADVICE = {
    "missing": later(
        "A file that the output does not have is not among those to score."
    ),
    "cut off": later(
        "A file of the output that cannot be opened is taken for one that is done."
    ),
    "one row short": later(
        "A file of the output that has fewer rows than its source is taken for one "
        "that is done."
    ),
    "one row doubled, another lost": later(
        "A file of the output has as many rows as its source, and "
        "not the same ones."
    ),
}


def _write(folder: Path) -> tuple[Path, Path]:
    """Write a source, and what a job left of its output."""
    import pyarrow as pa  # a lesson of its own needs it
    import pyarrow.parquet as pq

    source, partial = folder / "source", folder / "partial"
    source.mkdir()
    partial.mkdir()
    for k, (name, problem) in enumerate(_FILES.items()):
        ids = list(range(100 * k, 100 * k + 100))
        pq.write_table(
            pa.table({"row_id": ids, "age": [1.0] * 100}), source / name
        )
        made = ids[::-1]
        if problem == "one row short":
            made = made[:-1]
        elif problem == "one row doubled, another lost":
            made[3] = made[4]
        pq.write_table(
            pa.table({"row_id": made, "score": [0.5] * 100})
            if len(made) == 100
            else pa.table({"row_id": made}),
            partial / name,
        )
        if problem == "cut off":
            (partial / name).write_bytes(
                (partial / name).read_bytes()[:200]
            )
        elif problem == "missing":
            (partial / name).unlink()
    return source, partial


def _names(given: Given) -> list[Any]:
    """Names that the learner's function returns."""
    if not callable(given.answer):
        raise StopError(
            _(
                "The answer is to be the function itself, without parentheses behind it."
            )
        )
    with TemporaryDirectory() as folder:
        source, partial = _write(Path(folder))
        try:
            found = given.answer(source, partial)
            return [getattr(name, "name", name) for name in found]
        except Exception as error:  # it is the learner's code
            raise StopError(
                _(
                    "The function fails with two folders, one of which lacks a file and has one that "
                    "cannot be opened."
                )
            ) from error


def _done(given: Given) -> None:
    names = _names(given)
    if not set(map(str, names)) <= set(_FILES):
        raise StopError(
            _(
                "The names of files of the source are wanted, such as part-000.parquet."
            )
        )
    if any(not _FILES[str(name)] for name in names):
        raise NotYetError(_(_DONE))


def _finds(problem: str) -> Part:
    """Part that asks whether a kind of fault was found."""

    def look(given: Given) -> None:
        wanted = {
            name for name, wrong in _FILES.items() if wrong == problem
        }
        if not wanted <= set(map(str, _names(given))):
            raise NotYetError(_(_ADVICE[problem]))

    return problem, look


def _order(given: Given) -> None:
    names = list(map(str, _names(given)))
    if names != sorted(set(names)):
        raise NotYetError(
            _("The names are to be sorted, and each of them there once.")
        )


EXERCISES: dict[int, tuple[Part, ...]] = {
    1: items(
        later("(minutes, times the memory)"),
        (
            later("minutes"),
            15,
            later(
                "Rows, divided by the rows of a second, by the processes and by 60."
            ),
        ),
        (
            later("memory"),
            8,
            later(
                "Each process has its own packages and its own batch. How many are there?"
            ),
        ),
    ),
    2: (
        (later("nothing twice"), _done),
        *map(_finds, [problem for problem in _FILES.values() if problem]),
        (later("sorted"), _order),
    ),
    3: items(
        later("(the row_id scored twice, the row_id never scored)"),
        (
            later("twice"),
            11999,
            later(
                "That row is in the output as often as in the input. Count the ids of the output."
            ),
        ),
        (
            later("never"),
            15999,
            later(
                "That row is in the output. Take the ids of the output from those of the input."
            ),
        ),
    ),
}
