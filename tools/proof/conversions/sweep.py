"""Measure all cases side by side, each in a process of its own with limits, and store the rows.

A crash of a converter or of the runtime, or a case that takes too long or too much memory, is a
verdict and not the end.
"""

import contextlib
import importlib
import importlib.metadata
import json
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tools.proof.conversions.case import Case
from tools.proof.conversions.measure import measure

#: Limits of a case: seconds of a processor for each type, gigabytes, and seconds on the clock
#: (many, since a busy machine must not decide).
SECONDS, GIGABYTES, PATIENCE = 10, 6, 900
#: Module with the cases of each library, and what is imported before the processes part.
LIBRARIES = {
    "scikit-learn": "tools.proof.conversions.sklearn_cases",
    "Keras": "tools.proof.conversions.keras_cases",
    "boosters": "tools.proof.conversions.booster_cases",
}
PACKAGES = {
    "scikit-learn": ("scikit-learn", "skl2onnx"),
    "Keras": ("keras", "tensorflow", "tf2onnx"),
    "boosters": ("lightgbm", "xgboost", "catboost", "onnxmltools", "skl2onnx", "scikit-learn"),
}
EVERY = ("onnx", "onnxruntime", "numpy", "protobuf")


def read_cases(library: str) -> list[Case]:
    """All cases of a library, in the order of the table."""
    return list(importlib.import_module(LIBRARIES[library]).cases())


def work(case: Case, answer: Connection) -> None:
    """Measure one case in a process of its own, and send its row, again when more is known."""
    size = GIGABYTES << 30
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    allow()
    for row in measure(case):
        answer.send(row)
        allow()
    answer.close()
    os._exit(0)


def allow() -> None:
    """Give this process some more seconds of a processor."""
    used = int(sum(os.times()[:2]))
    resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, resource.RLIM_INFINITY))


@dataclass
class Running:
    """A process that measures a case, until when it may, and what it has sent."""

    case: Case
    process: Any
    until: float
    rows: list[dict[str, Any]]


def measure_all(
    cases: Iterable[Case], workers: int, patience: float = PATIENCE
) -> Iterator[dict[str, Any]]:
    """Rows of the cases, in the order in which they come to an end."""
    forks = multiprocessing.get_context("fork")
    waiting = iter(cases)
    running: dict[Any, Running] = {}
    while True:
        while len(running) < workers and (case := next(waiting, None)):
            here, there = forks.Pipe(duplex=False)
            process = forks.Process(target=work, args=(case, there))
            process.start()
            there.close()
            running[here] = Running(case, process, time.monotonic() + patience, [])
        if not running:
            return
        for ready in wait(list(running), timeout=1):
            answering: Any = ready
            try:
                running[answering].rows.append(answering.recv())
            except EOFError:
                yield finish(running.pop(answering))
        for late in [pipe for pipe, one in running.items() if time.monotonic() > one.until]:
            running[late].process.kill()
            yield finish(running.pop(late), f"no answer within {patience:g} s")


def finish(one: Running, how: str = "") -> dict[str, Any]:
    """Row of a process that has come to its end, or has been ended."""
    one.process.join()
    code = one.process.exitcode
    if not how and code:
        how = f"the process ends with {signal_name(code)}"
        if -code == signal.SIGXCPU:
            how = f"more than {SECONDS} s of a processor"
    if one.rows:
        row = one.rows[-1]
        if how and "float64" not in row:
            row["float64"] = {"verdict": "crashes", "text": how}
        return row
    keys = {key: getattr(one.case, key) for key in ("library", "name", "options", "rows")}
    return keys | {"verdict": "crashes", "text": how or "the process ends and says nothing"}


def signal_name(code: int) -> str:
    """Name of the signal that ended a process, or its status."""
    return signal.Signals(-code).name if code < 0 else f"status {code}"


def versions(library: str) -> dict[str, str]:
    """Versions of the packages that a library's rows depend on."""
    found = {}
    for name in (*PACKAGES[library], *EVERY):
        for installed in (name, f"{name}-cpu"):
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):
                found[name] = importlib.metadata.version(installed)
    return found


def choose(cases: list[Case], wanted: list[str]) -> list[Case]:
    """Cases whose name, or whose whole key, is among those that are wanted; all if none is."""
    return [case for case in cases if not wanted or {case.name, case.key} & set(wanted)]


def main(arguments: list[str]) -> None:
    """Measure a library, or some of its rows: LIBRARY FILE [NAME or KEY ...].

    Writes one line of JSON for each row after one with the versions, and prints a line
    ``conversions: LIBRARY: 12 of 345`` from time to time.
    """
    library, target, *wanted = arguments
    cases = read_cases(library)
    chosen = choose(cases, wanted)
    rows, workers = [], os.cpu_count() or 1
    for count, row in enumerate(measure_all(chosen, workers), 1):
        rows.append(row)
        print(f"conversions: {library}: {count} of {len(chosen)}", flush=True)
    order = {(case.library, case.key): place for place, case in enumerate(cases)}
    rows.sort(key=lambda row: order[row["library"], key_of(row)])
    lines = [{"versions": versions(library)}, *rows]
    Path(target).write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )


def key_of(row: dict[str, Any]) -> str:
    """Name of a row, as `Case.key` has it."""
    return f"{row['name']}({row['options']}), {row['rows']}"


if __name__ == "__main__":
    main(sys.argv[1:])
