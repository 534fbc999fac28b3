"""Measure how long calls take, next to each other, and report ratios."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

# A short call is repeated within a round until it has run for about this long.
SECONDS = 0.02


@dataclass(frozen=True)
class Latency:
    """Medians of several calls measured in one run, in seconds, by the names of the calls."""

    medians: dict[str, float]

    @property
    def ratios(self) -> dict[str, float]:
        """Median of the first call divided by each: 0.5 takes twice as long as the first."""
        first = next(iter(self.medians.values()))
        return {name: first / seconds for name, seconds in self.medians.items()}

    def __str__(self) -> str:
        width = max(map(len, self.medians))
        times = {name: float(f"{1000 * time:.1e}") for name, time in self.medians.items()}
        return "\n".join(f"{name:<{width}}  {time:,.12g} ms" for name, time in times.items())

    __repr__ = __str__


def measure_latency(calls: Mapping[str, Callable[[], object]], *, rounds: int = 7) -> Latency:
    """Time several calls side by side.

    Every call is warmed up twice (the first call of a session or of a ``tf.function``
    does work that later ones do not). Then each round times every call once, so that a
    machine that is busy for a moment slows all of them and not one.

    Parameters
    ----------
    calls : mapping of str to callable without arguments
        What to measure, by a name. The ratios refer to the first one.
    rounds : int, default 7
        How many times to measure; the median is reported.

    Raises
    ------
    ValueError, TypeError
        When there is nothing to measure, or ``rounds`` is less than 1; when what is to be
        measured cannot be called.

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
    repeats = {name: _warm_up(call) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(_time(call, repeats[name]))
    return Latency({name: median(values) for name, values in times.items()})


def _warm_up(call: Callable[[], object]) -> int:
    """Run the call twice; return how often a round repeats it."""
    call()
    return max(1, int(SECONDS / max(_time(call, 1), 1e-7)))


def _time(call: Callable[[], object], repeats: int) -> float:
    start = perf_counter()
    for _ in range(repeats):
        call()
    return (perf_counter() - start) / repeats
