"""Ask a model the questions that find most inference pitfalls, before it is shipped."""

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

from helpers.interface import RUNTIME_NAMES, FeedError, Interface, describe
from helpers.latency import measure_latency
from helpers.model import ModelLike, read_model
from helpers.parity import check_parity

MAX_REASON = 200

Arrays = np.ndarray | Mapping[str, np.ndarray]


class _CheckError(Exception):
    """A check that fails, with the reason."""


@dataclass(frozen=True)
class Finding:
    """Result of one check.

    Attributes
    ----------
    check : str
        What was asked.
    passed : bool or None
        None when it could not be asked, because an earlier check failed.
    reason : str
        What was found.
    """

    check: str
    passed: bool | None
    reason: str


@dataclass(frozen=True, repr=False)
class ShippingReport:
    """Result of `check_before_shipping`; true if every check passed.

    Attributes
    ----------
    findings : tuple of Finding
        One for each check, in the order in which they were asked.
    """

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether every check was asked and passed."""
        return all(finding.passed for finding in self.findings)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        words = {True: "pass", False: "FAIL", None: "--"}
        lines = [f"check before shipping: {words[self.passed]}"]
        lines += [
            f"  {words[finding.passed]:<4}  {finding.check:<11}  {finding.reason}"
            for finding in self.findings
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<ShippingReport: {'pass' if self.passed else 'FAIL'}>"


def check_before_shipping(
    model: ModelLike,
    rows: Arrays,
    expected: Arrays,
    *,
    provider: str = "CPUExecutionProvider",
    rtol: float = 1e-3,
    atol: float = 1e-5,
    max_ms: float | None = None,
) -> ShippingReport:
    """Run the checklist over a model, print it, and return the findings.

    The checks: a whole file; the ONNX checker with shape inference; a session starts; the
    names, dtypes and shapes of the inputs; batches of 1, 2 and all rows; the same answers
    twice, and for a row alone; parity with the training library; the provider in use; the
    latency of one row. A check that cannot be asked, because an earlier one failed, counts
    as not passed.

    Parameters
    ----------
    model : str, pathlib.Path, bytes or onnx.ModelProto
        Path of an ``.onnx`` file (needed for external data), its content, or the model.
    rows : array, or mapping of str to array, shape (rows, ...)
        At least two real rows, as the service will feed them: an array for the only input,
        or one array for each input by name.
    expected : array, or mapping of str to array, shape (rows, ...)
        What the training library answers for these rows: an array for the only output, or
        arrays by the names of outputs. Outputs that are not named are not compared.
    provider : str
        The execution provider that has to be the first in use.
    rtol, atol : float
        Tolerances of `check_parity`.
    max_ms : float, optional
        Bound for the median time of one row in milliseconds. Without it, latency is not
        judged, and the text of a pass is the same from run to run.

    Returns
    -------
    ShippingReport

    Raises
    ------
    ValueError
        When there are fewer than two rows, the inputs differ in length, or ``max_ms`` is
        not a positive number.

    Examples
    --------
    >>> import numpy as np, onnx
    >>> model = onnx.parser.parse_model('''
    ... <ir_version: 10, opset_import: ["" : 18]>
    ... double_it (float[N, 3] x) => (float[N, 3] y) { y = Add(x, x) }''')
    >>> rows = np.ones((5, 3), np.float32)
    >>> report = check_before_shipping(model, rows, 2 * rows)
    check before shipping: pass
      pass  file         a whole ONNX model
      pass  checker      finds nothing wrong
      pass  loads        a session starts
      pass  inputs       'x'
      pass  dtypes       as the file wants them
      pass  shapes       as the file wants them
      pass  batch sizes  1, 2 and 5 rows
      pass  repeatable   the same rows get the same answers, alone and in the batch
      pass  parity       'y' within 1e-05 + 0.001 * |expected|
      pass  provider     CPUExecutionProvider
      pass  latency      not bounded
    >>> bool(report)
    True
    """
    _validate(rows, max_ms)
    run = _Run(model, rows, expected, provider, rtol, atol, max_ms)
    report = ShippingReport(tuple(run.findings()))
    print(report)
    return report


def _validate(rows: Arrays, max_ms: float | None) -> None:
    arrays = list(rows.values()) if isinstance(rows, Mapping) else [rows]
    if not arrays:
        raise ValueError("expected at least one array of rows, got an empty mapping")
    lengths = {len(array) if np.ndim(array) else 0 for array in arrays}
    if len(lengths) > 1:
        raise ValueError(f"expected the same number of rows for each input, got {sorted(lengths)}")
    if min(lengths) < 2:
        raise ValueError(
            f"expected at least 2 rows, got {min(lengths)}: with one, a fixed batch goes unnoticed"
        )
    if max_ms is not None and not (0 < max_ms < math.inf):
        raise ValueError(f"expected max_ms above 0 milliseconds, got {max_ms}")


@dataclass
class _Run:
    """One walk through the checklist; later checks use what earlier ones made."""

    model: ModelLike
    rows: Arrays
    expected: Arrays
    provider: str
    rtol: float
    atol: float
    max_ms: float | None
    interface: Interface | None = None
    session: ort.InferenceSession | None = None
    feed: Mapping[str, np.ndarray] | None = None
    outputs: list | None = None

    def findings(self) -> list[Finding]:
        """Ask every question whose requirements passed."""
        results: dict[str, Finding] = {}
        for name, needs, check in self._checks():
            missing = [need for need in needs if not results[need].passed]
            if missing:
                results[name] = Finding(name, None, f"not asked, because of: {', '.join(missing)}")
                continue
            try:
                results[name] = Finding(name, True, check())
            except _CheckError as failure:
                results[name] = Finding(name, False, _one_line(failure))
        return list(results.values())

    def _checks(self) -> list[tuple[str, tuple[str, ...], Callable[[], str]]]:
        return [
            ("file", (), self._file),
            ("checker", ("file",), self._checker),
            ("loads", ("file",), self._loads),
            ("inputs", ("loads",), self._inputs),
            ("dtypes", ("inputs",), self._dtypes),
            ("shapes", ("inputs",), self._shapes),
            ("batch sizes", ("inputs", "dtypes", "shapes"), self._batch_sizes),
            ("repeatable", ("batch sizes",), self._repeatable),
            ("parity", ("batch sizes",), self._parity),
            ("provider", ("loads",), self._provider),
            ("latency", ("batch sizes",), self._latency),
        ]

    def _file(self) -> str:
        try:
            self.interface = describe(self.model)
        except (ValueError, OSError) as error:
            raise _CheckError(error) from error
        return "a whole ONNX model"

    def _checker(self) -> str:
        path = isinstance(self.model, (str, Path))
        try:
            onnx.checker.check_model(
                self.model if path else read_model(self.model), full_check=True
            )
        except Exception as error:  # the checker raises types of its own
            raise _CheckError(error) from error
        return "finds nothing wrong"

    def _loads(self) -> str:
        source = self.model
        if isinstance(source, onnx.ModelProto):
            source = source.SerializeToString()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # `_provider` reports it
                self.session = ort.InferenceSession(source, providers=self._providers())
        except Exception as error:  # the runtime raises types of its own
            raise _CheckError(_runtime_reason(error)) from error
        return "a session starts"

    def _providers(self) -> list[str]:
        wanted = [self.provider, "CPUExecutionProvider"]
        return [name for name in dict.fromkeys(wanted) if name in ort.get_available_providers()]

    def _inputs(self) -> str:
        wanted = [value.name for value in self.interface.inputs]
        if isinstance(self.rows, Mapping):
            self.feed = self.rows
        elif len(wanted) == 1:
            self.feed = {wanted[0]: self.rows}
        else:
            raise _CheckError(f"one array was given, the file has {_quoted(wanted)}: give a dict")
        if sorted(self.feed) != sorted(wanted):
            raise _CheckError(
                f"the file has {_quoted(wanted)}, the rows have {_quoted(self.feed)}"
            )
        return _quoted(wanted)

    def _dtypes(self) -> str:
        self._check_values(lambda value, array: np.empty(_any_fit(value.shape), array.dtype))
        return "as the file wants them"

    def _shapes(self) -> str:
        self._check_values(
            lambda value, array: np.empty(np.shape(array), _numpy_type(value.type, array))
        )
        return "as the file wants them"

    def _check_values(self, stand_in: Callable) -> None:
        """Check stand-ins for the arrays, right in all but what is asked about."""
        for value in self.interface.inputs:
            array = np.asarray(self.feed[value.name])
            try:
                replace(self.interface, inputs=(value,)).check_feed(
                    {value.name: stand_in(value, array)}
                )
            except FeedError as error:
                raise _CheckError(error) from error

    def _answers(self, count: int) -> list:
        part = {name: array[:count] for name, array in self.feed.items()}
        try:
            return self.session.run(None, part)
        except Exception as error:  # the runtime raises types of its own
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

    def _same(self, first, again) -> bool:
        if isinstance(first, list):
            return [list(row) for row in first] == [list(row) for row in again]
        return bool(check_parity(first, again, rtol=self.rtol, atol=self.atol, labels=False))

    def _parity(self) -> str:
        found = dict(zip((v.name for v in self.interface.outputs), self.outputs, strict=True))
        expected = self.expected
        if not isinstance(expected, Mapping):
            if len(found) > 1:
                form = ", ".join(f"{name!r}: ..." for name in found)
                raise _CheckError(
                    f"one array was given for {len(found)} outputs: expected={{{form}}}"
                )
            expected = {next(iter(found)): expected}
        for name, values in expected.items():
            if name not in found:
                raise _CheckError(f"there is no output {name!r}, only {_quoted(found)}")
            try:
                parity = check_parity(values, found[name], rtol=self.rtol, atol=self.atol)
            except (ValueError, TypeError) as error:
                raise _CheckError(f"{name!r}: {error}") from error
            if not parity:
                raise _CheckError(f"{name!r}: {str(parity).partition(chr(10))[2]}")
        return f"{_quoted(expected)} within {self.atol:g} + {self.rtol:g} * |expected|"

    def _provider(self) -> str:
        in_use = self.session.get_providers()
        if in_use[0] != self.provider:
            raise _CheckError(f"{self.provider} is not in use, but {_quoted(in_use)}")
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


def _quoted(names) -> str:
    return ", ".join(map(repr, names)) or "none"


def _rows_text(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _any_fit(shape: tuple[int | str, ...] | None) -> tuple[int, ...]:
    """A shape that fits: the numbers as they are, 1 for any size."""
    return tuple(size if isinstance(size, int) else 1 for size in shape or ())


def _numpy_type(runtime_type: str, array: np.ndarray) -> np.dtype:
    """The type that NumPy has for an input, or the array's own where there is none."""
    element = runtime_type.removeprefix("tensor(").removesuffix(")")
    names = {runtime: name for name, runtime in RUNTIME_NAMES.items()}
    try:
        return np.dtype(names.get(element, element))
    except TypeError:
        return array.dtype
