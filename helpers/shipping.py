"""The questions of the checklist, one method for each. For `check_before_shipping`."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

from helpers.feed import FeedError, Value, check_dtype, check_shape, quoted
from helpers.interface import Interface, describe
from helpers.latency import measure_latency
from helpers.model import ModelLike, read_model
from helpers.parity import check_parity
from helpers.trees import find_endless_tree

MAX_REASON = 200

Arrays = np.ndarray | Mapping[str, np.ndarray]


class _CheckError(Exception):
    """A check that fails, with the reason."""


@dataclass(frozen=True)
class Finding:
    """What was asked, and the reason for the answer.

    ``passed`` is None when it could not be asked, because an earlier check failed.
    """

    check: str
    passed: bool | None
    reason: str


@dataclass
class Questions:
    """One walk through the checklist; later questions use what earlier ones made."""

    model: ModelLike
    rows: Arrays
    expected: Arrays
    provider: str
    rtol: float
    atol: float
    max_ms: float | None
    fragile: tuple[Arrays, Arrays] | None
    proto: onnx.ModelProto = field(init=False)
    interface: Interface = field(init=False)
    session: ort.InferenceSession = field(init=False)
    feed: Mapping[str, np.ndarray] = field(init=False)
    outputs: list[Any] = field(init=False)

    def findings(self) -> list[Finding]:
        """Ask every question whose requirements passed."""
        results: dict[str, Finding] = {}
        for name, needs, check in self._checks():
            if missing := [need for need in needs if not results[need].passed]:
                results[name] = Finding(name, None, f"not asked, because of: {', '.join(missing)}")
                continue
            try:
                results[name] = Finding(name, True, check())
            except _CheckError as failure:
                results[name] = Finding(name, False, _one_line(failure))
        return list(results.values())

    def _checks(self) -> list[tuple[str, tuple[str, ...], Callable[[], str]]]:
        needs = ("batch sizes",)
        return [
            ("file", (), self._file),
            ("checker", ("file",), self._checker),
            ("loads", ("file",), self._loads),
            ("inputs", ("loads",), self._inputs),
            ("dtypes", ("inputs",), lambda: self._fits(check_dtype)),
            ("shapes", ("inputs",), lambda: self._fits(check_shape)),
            ("batch sizes", ("inputs", "dtypes", "shapes"), self._batch_sizes),
            ("repeatable", needs, self._repeatable),
            ("parity", needs, lambda: self._compare(self.expected, self.outputs)),
            *([("fragile", needs, self._fragile)] if self.fragile else []),
            ("provider", ("loads",), self._provider),
            ("latency", needs, self._latency),
        ]

    def _file(self) -> str:
        try:
            self.proto = read_model(self.model)
            self.interface = describe(self.proto)
        except (ValueError, OSError) as error:
            raise _CheckError(error) from error
        return "a whole ONNX model"

    def _checker(self) -> str:
        is_path = isinstance(self.model, (str, Path))  # external data are beside it
        try:
            onnx.checker.check_model(self.model if is_path else self.proto, full_check=True)
        except Exception as error:  # the checker raises types of its own
            raise _CheckError(error) from error
        return "finds nothing wrong"

    def _loads(self) -> str:
        if endless := find_endless_tree(self.proto.graph):
            raise _CheckError(f"a tree of {endless!r} leads back to itself, and would never end")
        is_path = isinstance(self.model, (str, Path))
        source = self.model if is_path else self.proto.SerializeToString()
        wanted = dict.fromkeys((self.provider, "CPUExecutionProvider"))
        providers = [name for name in wanted if name in ort.get_available_providers()]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # `_provider` reports it
                self.session = ort.InferenceSession(source, providers=providers)
        except Exception as error:  # the runtime raises types of its own
            raise _CheckError(_runtime_reason(error)) from error
        return "a session starts"

    def _inputs(self) -> str:
        self.feed = self._as_feed(self.rows)
        return quoted(self.feed)

    def _as_feed(self, rows: Arrays) -> Mapping[str, np.ndarray]:
        wanted = [value.name for value in self.interface.inputs]
        if not isinstance(rows, Mapping):
            if len(wanted) != 1:
                raise _CheckError(
                    f"one array was given, the file has {quoted(wanted)}: give a dict"
                )
            rows = {wanted[0]: rows}
        if sorted(rows) != sorted(wanted):
            raise _CheckError(f"the file has {quoted(wanted)}, the rows have {quoted(rows)}")
        return {name: rows[name] for name in wanted}

    def _fits(self, check: Callable[[Value, np.ndarray], None]) -> str:
        for value in self.interface.inputs:
            try:
                check(value, np.asarray(self.feed[value.name]))
            except FeedError as error:
                raise _CheckError(error) from error
        return "as the file wants them"

    def _answers(self, count: int) -> list:
        return self._run({name: array[:count] for name, array in self.feed.items()})

    def _run(self, feed: Mapping[str, np.ndarray]) -> list:
        try:
            return self.session.run(None, dict(feed))
        except Exception as error:  # the runtime raises types of its own
            count = len(next(iter(feed.values())))
            raise _CheckError(f"{_rows_text(count)}: {_runtime_reason(error)}") from error

    def _batch_sizes(self) -> str:
        count = len(next(iter(self.feed.values())))
        for size in dict.fromkeys((1, 2, count)):
            outputs = self._answers(size)
            for value, output in zip(self.interface.outputs, outputs, strict=True):
                if np.ndim(output) == 0 or len(output) != size:
                    raise _CheckError(
                        f"{_rows_text(size)}: output {value.name!r} has shape {np.shape(output)}"
                    )
            self.outputs = outputs
        return f"1, 2 and {count:,} rows" if count > 2 else "1 and 2 rows"

    def _repeatable(self) -> str:
        count = len(self.outputs[0])
        for size, problem in (
            (count, "the same rows get another answer the second time"),
            (1, "the answer for a row alone is another one: it depends on the other rows"),
        ):
            for value, first, again in zip(
                self.interface.outputs, self.outputs, self._answers(size), strict=True
            ):
                if not self._same(first[:size], again):
                    raise _CheckError(f"output {value.name!r}: {problem}")
        return "the same rows get the same answers, alone and in the batch"

    def _same(self, first: Any, again: Any) -> bool:
        if isinstance(first, list):
            return [list(row) for row in first] == [list(row) for row in again]
        return bool(check_parity(first, again, rtol=self.rtol, atol=self.atol, labels=False))

    def _fragile(self) -> str:
        assert self.fragile is not None  # else it is not asked
        rows, expected = self.fragile
        feed = self._as_feed(rows)
        count = len(next(iter(feed.values())))
        return f"{_rows_text(count)}: {self._compare(expected, self._run(feed))}"

    def _compare(self, expected: Arrays, outputs: list) -> str:
        found = dict(zip((v.name for v in self.interface.outputs), outputs, strict=True))
        if not isinstance(expected, Mapping):
            if len(found) > 1:
                form = ", ".join(f"{name!r}: ..." for name in found)
                problem = f"one array was given for {len(found)} outputs: expected={{{form}}}"
                raise _CheckError(problem)
            expected = {next(iter(found)): expected}
        for name, values in expected.items():
            if name not in found:
                raise _CheckError(f"there is no output {name!r}, only {quoted(found)}")
            try:
                parity = check_parity(values, found[name], rtol=self.rtol, atol=self.atol)
            except (ValueError, TypeError) as error:
                raise _CheckError(f"{name!r}: {error}") from error
            if not parity:
                raise _CheckError(f"{name!r}: {str(parity).partition(chr(10))[2]}")
        return f"{quoted(expected)} within {self.atol:g} + {self.rtol:g} * |expected|"

    def _provider(self) -> str:
        in_use = self.session.get_providers()
        if in_use[0] != self.provider:
            raise _CheckError(f"{self.provider} is not in use, but {quoted(in_use)}")
        return self.provider

    def _latency(self) -> str:
        if self.max_ms is None:
            return "not bounded"
        row = {name: array[:1] for name, array in self.feed.items()}
        calls = {"one row": lambda: self.session.run(None, row)}
        taken = measure_latency(calls).medians["one row"] * 1000
        if taken > self.max_ms:
            raise _CheckError(f"one row takes {taken:.2g} ms, the bound is {self.max_ms:g} ms")
        return f"one row within {self.max_ms:g} ms"


def _runtime_reason(error: Exception) -> str:
    """End of a message of the runtime, where the reason stands."""
    text = _one_line(error).rpartition("Status Message: ")[2]
    return text if len(text) <= MAX_REASON else f"… {text[-MAX_REASON:].partition(' ')[2]}"


def _one_line(failure: Exception) -> str:
    return " ".join(str(failure).split())


def _rows_text(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
