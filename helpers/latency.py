"""Measure how long calls take, next to each other, and report ratios."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from helpers.tables import html_table

HEAD = ("call", "median", "times as fast")
# A short call is repeated within a round until it has run for about this long.
SECONDS = 0.02


@dataclass(frozen=True)
class Latency:
    """Medians and ratios of several calls measured in one run.

    Attributes
    ----------
    medians : dict of str to float
        Seconds for one call, the median over the rounds.
    baseline : str
        The call that the ratios refer to.
    ratios : dict of str to float
        Median of the baseline divided by the median of the call: 3.0 means that three
        calls fit into the time of one call of the baseline, 0.5 that it takes twice as long.
    """

    medians: dict[str, float]
    baseline: str

    @property
    def ratios(self) -> dict[str, float]:
        """Speed of each call relative to the baseline."""
        base = self.medians[self.baseline]
        return {name: base / seconds for name, seconds in self.medians.items()}

    def _rows(self) -> list[tuple[str, str, str]]:
        ratios = self.ratios
        return [
            (
                name,
                _duration(seconds),
                "1 (baseline)" if name == self.baseline else _two_digits(ratios[name]),
            )
            for name, seconds in self.medians.items()
        ]

    def __str__(self) -> str:
        rows = [HEAD, *self._rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        return "\n".join(
            f"{name:<{widths[0]}}  {time:>{widths[1]}}  {speed:>{widths[2]}}"
            for name, time, speed in rows
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return html_table(HEAD, self._rows())


def measure_latency(
    calls: Mapping[str, Callable[[], object]],
    *,
    baseline: str | None = None,
    rounds: int = 7,
) -> Latency:
    """Time several calls side by side.

    Every call is warmed up twice (the first call of a session or of a ``tf.function``
    does work that later ones do not). Then each round times every call once, so that a
    machine that is busy for a moment slows all of them and not one.

    Parameters
    ----------
    calls : mapping of str to callable without arguments
        What to measure, by the name it has in the report.
    baseline : str, optional
        The call that ratios refer to; the first one by default.
    rounds : int, default 7
        How many times to measure; the median is reported.

    Returns
    -------
    Latency

    Raises
    ------
    ValueError
        When there is nothing to measure, the baseline is not one of the calls, or
        ``rounds`` is less than 1.
    TypeError
        When something to measure cannot be called.

    Examples
    --------
    >>> latency = measure_latency({"ten": lambda: sum(range(10)),
    ...                            "million": lambda: sum(range(1_000_000))})
    >>> latency.ratios["million"] < 0.5
    True
    """
    if not calls:
        raise ValueError("expected at least one call to measure, got none")
    if rounds < 1:
        raise ValueError(f"expected rounds of 1 or more, got {rounds}")
    for name, call in calls.items():
        if not callable(call):
            raise TypeError(
                f"{name!r} cannot be called, it is a {type(call).__name__}. "
                "Wrap the call: lambda: session.run(None, feed)"
            )
    baseline = next(iter(calls)) if baseline is None else baseline
    if baseline not in calls:
        raise ValueError(f"the baseline {baseline!r} is not one of {', '.join(map(repr, calls))}")
    repeats = {name: _warm_up(call) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(_time(call, repeats[name]))
    return Latency({name: median(values) for name, values in times.items()}, baseline)


def _warm_up(call: Callable[[], object]) -> int:
    """Run the call twice; return how often a round repeats it."""
    call()
    return max(1, int(SECONDS / max(_time(call, 1), 1e-7)))


def _time(call: Callable[[], object], repeats: int) -> float:
    start = perf_counter()
    for _ in range(repeats):
        call()
    return (perf_counter() - start) / repeats


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{_two_digits(seconds / size)} {unit}"
    return f"{_two_digits(seconds / 1e-6)} µs"


def _two_digits(value: float) -> str:
    """Round to two significant digits: more would be noise."""
    return f"{float(f'{value:.1e}'):,.12g}"
