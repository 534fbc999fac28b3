"""Ask a model the questions that find most inference pitfalls, before it is shipped."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from helpers.model import ModelLike
from helpers.shipping import Arrays, Finding, Questions


@dataclass(frozen=True, repr=False)
class ShippingReport:
    """Result of `check_before_shipping`: a finding for each check; true if all passed."""

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether every check was asked and passed."""
        return all(finding.passed for finding in self.findings)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        words = {True: "pass", False: "FAIL", None: "--"}
        lines = [
            f"  {words[each.passed]:<4}  {each.check:<11}  {each.reason}" for each in self.findings
        ]
        return "\n".join([f"check before shipping: {words[self.passed]}", *lines])

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
    fragile: tuple[Arrays, Arrays] | None = None,
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
        As `read_model` takes it; with external data, the path is needed.
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
    fragile : pair of rows and expected, optional
        More rows in the form of ``rows``, such as those of `classroom.fragile_rows`, and what the
        training library answers for them: the report gets a line for them.

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
    questions = Questions(model, rows, expected, provider, rtol, atol, max_ms, fragile)
    report = ShippingReport(tuple(questions.findings()))
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
