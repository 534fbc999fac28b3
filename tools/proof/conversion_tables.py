"""Measure what converts, side by side, and write the rows down as data.

``make conversions`` writes ``chapters/reference/what-converts/*.jsonl``; with
``NAME=KNeighborsClassifier`` it measures the rows of one name.
"""

import argparse
import datetime
import difflib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tools.chapters import ROOT, ChapterError
from tools.environments import KEPT, make_environment, python_of, uv
from tools.proof.conversion_data import (
    differences,
    keep_newest,
    read,
    replaced,
    told,
    with_newest,
    write,
)
from tools.proof.conversions.sweep import LIBRARIES, key_of
from tools.proof.versions import recipes

#: Packages that only the rows of boosters need.
BOOSTERS = ("xgboost-cpu", "catboost", "lightgbm", "onnxmltools")


class Bar:
    """One line on the terminal that says how far all sweeps are."""

    def __init__(self) -> None:
        self.counts: dict[str, tuple[int, int]] = {}
        self.start = self.shown = time.monotonic()

    def show(self, library: str, done: int, of: int) -> None:
        """Take over a count; show all of them, on a terminal often, in a log now and then."""
        self.counts[library] = done, of
        pairs = self.counts.values()
        done, of = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
        now, terminal = time.monotonic(), sys.stdout.isatty()
        if done < of and now - self.shown < (0.2 if terminal else 30):
            return
        self.shown = now
        full = 30 * done // of
        minutes = (now - self.start) / 60
        text = f"conversions: [{'#' * full:-<30}] {done:,} of {of:,} rows, {minutes:.1f} minutes"
        print(
            f"\r{text}" if terminal else text,
            end="" if terminal and done < of else "\n",
            flush=True,
        )


def measure(wanted: dict[str, list[str]], python: str = sys.executable) -> dict[str, tuple]:
    """Measure rows of libraries side by side, each in processes of its own.

    Parameters
    ----------
    wanted : dict of list of str
        Names or keys of rows by library; an empty list means all rows.
    python : str
        Interpreter of the environment to measure.

    Returns
    -------
    dict of tuple
        Versions and rows, by library.

    Raises
    ------
    ChapterError
        When a sweep itself fails, with the end of what it said.
    """
    found, bar, lines = {}, Bar(), queue.Queue[tuple[str, str]]()
    # Rows are compared by the sweep of this clone, whatever else is installed there.
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    with tempfile.TemporaryDirectory() as folder:
        running = {}
        for library, some in wanted.items():
            target = Path(folder) / f"{library}.jsonl"
            command = [python, "-m", "tools.proof.conversions.sweep", library, str(target), *some]
            log = Path(folder) / f"{library}.log"
            with log.open("w", encoding="utf-8") as file:
                process = subprocess.Popen(
                    command,
                    stdout=subprocess.PIPE,
                    stderr=file,
                    text=True,
                    env=variables,
                    cwd=ROOT,
                )
            threading.Thread(target=forward, args=(process, library, lines)).start()
            running[library] = process, target, log
        ended = 0
        while ended < len(running):
            library, line = lines.get()
            ended += not line
            if counts := read_progress(line):
                bar.show(library, *counts)
        for library, (process, target, log) in running.items():
            if process.wait() or not target.exists():
                raise ChapterError(f"the sweep of {library} failed: {log.read_text()[-600:]}")
            head, *rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
            found[library] = head["versions"], rows
    return found


def read_progress(line: str) -> tuple[int, int] | None:
    """How many rows of how many a sweep has; None for what any package prints at its import.

    Examples
    --------
    >>> read_progress("conversions: Keras: 12 of 498")
    (12, 498)
    >>> read_progress("Warning: 1 of 2 devices")
    """
    found = re.fullmatch(r"conversions: .*: (\d+) of (\d+)", line)
    return (int(found[1]), int(found[2])) if found else None


def forward(process: Any, library: str, lines: Any) -> None:
    """Pass on what a process prints, and an empty line at its end."""
    for line in process.stdout:
        if line.strip():
            lines.put((library, line.strip()))
    lines.put((library, ""))


def find(names: list[str]) -> dict[str, list[str]]:
    """Libraries that have rows of these names.

    Raises
    ------
    ChapterError
        When no row has a name, with the nearest ones and the call that lists all.
    """
    known = {library: {row["name"] for row in read(library)[1]} for library in LIBRARIES}
    every = sorted(set().union(*known.values()))
    found: dict[str, list[str]] = {}
    for name in names:
        having = [library for library in LIBRARIES if name in known[library]]
        if not having:
            near = difflib.get_close_matches(name, every, 5, 0.5)
            near = near or [each for each in every if name.lower() in each.lower()][:5]
            nearest = f"; the nearest ones: {', '.join(near)}" if near else ""
            raise ChapterError(
                f"no row has the name {name!r}{nearest}. All names: "
                "python -m tools conversions --list"
            )
        for library in having:
            found.setdefault(library, []).append(name)
    return found


def newest_python() -> str:
    """Interpreter of an environment with the newest versions of everything."""
    interpreter, arguments = recipes()["newest"]
    folder = KEPT / "newest-conversions"
    shutil.rmtree(folder, ignore_errors=True)
    make_environment(folder, interpreter, *arguments, *BOOSTERS)
    uv("pip", "install", "--python", str(python_of(folder)), "--no-deps", "--reinstall", str(ROOT))
    return str(python_of(folder))


def main(arguments: list[str]) -> None:
    """Measure, and write or compare."""
    parser = argparse.ArgumentParser(prog="conversions", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="measure the rows of these names")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if a row changed"
    )
    parser.add_argument(
        "--newest", action="store_true", help="measure the newest versions instead"
    )
    parser.add_argument("--list", action="store_true", help="print all names that have rows")
    chosen = parser.parse_args(arguments)
    if chosen.list:
        for library in LIBRARIES:
            print(f"{library}:", *dict.fromkeys(row["name"] for row in read(library)[1]))
        return
    wanted: dict[str, list[str]] = (
        find(chosen.names) if chosen.names else {library: [] for library in LIBRARIES}
    )
    found = measure(wanted, newest_python() if chosen.newest else sys.executable)
    changed = []
    for library, (versions, rows) in found.items():
        head, stored = read(library)
        some = [row for row in stored if not wanted[library] or row["name"] in wanted[library]]
        if chosen.newest:
            table = with_newest(some, rows)
            head = {**head, "newest": versions}
        else:
            changed += differences(some, rows)
            table = keep_newest(rows, stored)
            date = datetime.date.today().isoformat()
            known = {key: head[key] for key in ("newest",) if key in head}
            same = [{**row} for row in table] == some and versions == head.get("locked")
            head = {"date": head["date"] if same else date, "locked": versions, **known}
        if chosen.names:
            for row in table:
                print(f"{key_of(row)}: {told(row)}")
            table = replaced(stored, table)
        if not chosen.check:
            write(library, head, table)
    print(*[f"conversions: {line}" for line in changed or ["nothing else changed"]], sep="\n")
    if chosen.check and changed:
        sys.exit(1)
