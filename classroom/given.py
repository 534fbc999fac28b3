"""What a learner gives to the check of an exercise, and what is made of it once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

from classroom.messages import _, later, number
from helpers.interface import Interface, describe
from helpers.model import read_model

#: Nouns that `plural` counts.
NOUNS = (
    *(later("row"), later("rows")),
    *(later("output"), later("outputs")),
    *(later("answer"), later("answers")),
)
Arrays = np.ndarray | Mapping[str, np.ndarray]


class NotYetError(Exception):
    """A part of the answer is not right yet; the message says where to look."""


class StopError(NotYetError):
    """The same, and the parts that follow cannot be asked."""


@dataclass
class Given:
    """What the learner gives, and what the parts make of it once."""

    answer: Any
    rows: Any = None
    expected: Any = None

    @cached_property
    def model(self) -> onnx.ModelProto:
        """The answer, read as a model."""
        return read_model(self.answer)

    @cached_property
    def interface(self) -> Interface:
        """Interface of the model."""
        return describe(self.model)

    @cached_property
    def session(self) -> ort.InferenceSession:
        """Session of the model, on the CPU."""
        options = ort.SessionOptions()
        options.log_severity_level = 4  # the message goes into the advice, not into a log
        content = self.model.SerializeToString()
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    @cached_property
    def fed(self) -> Arrays:
        """Rows to feed: an array, or arrays of the same length by name."""
        arrays = list(self.rows.values()) if isinstance(self.rows, Mapping) else [self.rows]
        if not arrays or not all(isinstance(array, np.ndarray) for array in arrays):
            kinds = ", ".join(dict.fromkeys(type(array).__name__ for array in arrays))
            raise StopError(
                _(
                    "The rows are to be an array, or a dict from the name of an input to an "
                    "array. Here they are: {kinds}."
                ).format(kinds=kinds or _("nothing"))
            )
        if any(array.ndim == 0 or len(array) != len(arrays[0]) for array in arrays):
            shapes = _(" and ").join(str(array.shape) for array in arrays)
            raise StopError(
                _(
                    "Every array of rows has a first dimension that counts them, and that is the "
                    "same for all. Here the shapes are {shapes}."
                ).format(shapes=shapes)
            )
        return self.rows

    @cached_property
    def table(self) -> np.ndarray:
        """Rows to feed, where they have to be one array of floating-point columns."""
        rows = self.fed
        if isinstance(rows, Mapping) or rows.ndim != 2 or rows.dtype.kind != "f":
            raise StopError(
                _(
                    "The rows are to be one array of floating-point numbers, a row for each case "
                    "and a column for each feature, as in the text of the exercise."
                )
            )
        return rows

    @cached_property
    def truth(self) -> np.ndarray:
        """What the training library answers, with as many rows as were fed."""
        wanted = _("What the training library says is to be an array of {rows}").format(
            rows=rows_text(self.fed)
        )
        try:
            array = np.asarray(self.expected)
        except ValueError as error:  # rows of different length
            raise StopError(
                _("{wanted}, and no array can be made of this one.").format(wanted=wanted)
            ) from error
        if array.ndim == 0 or len(array) != count_rows(self.fed):
            found = (
                _("of {count}").format(count=len(array))
                if array.ndim
                else _("a {type}").format(type=type(self.expected).__name__)
            )
            raise StopError(
                _("{wanted}, as many as are fed; this one is {found}.").format(
                    wanted=wanted, found=found
                )
            )
        return array

    def run(self, rows: Arrays) -> list[np.ndarray]:
        """Return the outputs for these rows, which the only input takes, or each by name."""
        feed = rows if isinstance(rows, Mapping) else {self.interface.inputs[0].name: rows}
        try:
            outputs = self.session.run(None, dict(feed))
        except Exception as error:  # the runtime raises types of its own
            raise StopError(
                _(
                    "ONNX Runtime refuses {rows}. Fix the parts above first; if all are right, "
                    "run the model yourself, and read the message to its end."
                ).format(rows=rows_text(feed))
            ) from error
        if not all(isinstance(output, np.ndarray) for output in outputs):
            raise StopError(_("An output is a list or a dict. An array is asked for."))
        return outputs


def count_rows(rows: Arrays) -> int:
    """Number of rows that are fed."""
    return len(next(iter(rows.values()), ()) if isinstance(rows, Mapping) else rows)


def rows_text(rows: Arrays) -> str:
    """Number of rows, in words."""
    return plural(count_rows(rows), "row")


def plural(count: int, noun: str) -> str:
    """Count and noun, as in "1 row" or "2 rows"."""
    return f"{number(count)} {_(noun if count == 1 else f'{noun}s')}"
