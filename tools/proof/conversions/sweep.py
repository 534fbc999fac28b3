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

#: Limits of a case: seconds of a processor, gigabytes, and seconds on the clock, on which a busy
#: machine must not decide.
SECONDS, GIGABYTES, PATIENCE = 60, 6, 900
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
    used = int(sum(os.times()[:2]))
    resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, used + SECONDS + 5))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for row in measure(case):
        answer.send(row)
    answer.close()
    os._exit(0)


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
        for here in wait(list(running), timeout=1):
            one = running[here]
            try:
                one.rows.append(here.recv())
            except EOFError:
                del running[here]
                yield finish(one)
        for here in [here for here, one in running.items() if time.monotonic() > one.until]:
            one = running.pop(here)
            one.process.kill()
            yield finish(one, f"no answer within {patience:g} s")


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


def main(arguments: list[str]) -> None:
    """Measure a library, or those of its rows whose name is given; one line of JSON each."""
    library, target, *names = arguments
    cases = read_cases(library)
    chosen = [case for case in cases if not names or case.name in names]
    rows, workers = [], os.cpu_count() or 1
    for count, row in enumerate(measure_all(chosen, workers), 1):
        rows.append(row)
        if count % max(1, len(chosen) // 20) == 0:
            print(f"conversions: {library}: {count:,} of {len(chosen):,}", flush=True)
    order = {case.key: place for place, case in enumerate(cases)}
    rows.sort(key=lambda row: order[f"{row['name']}({row['options']}), {row['rows']}"])
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    Path(target).write_text(
        json.dumps({"versions": versions(library)}) + "\n" + text + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
