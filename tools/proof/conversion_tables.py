"""Measure what converts, side by side, and write the rows down as data.

``make conversions`` writes ``chapters/reference/what-converts/*.jsonl``; the form of the data
stands in `tools.proof.conversions`. ``NAME=KNeighborsClassifier`` measures the rows of one name.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.chapters import ROOT, ChapterError
from tools.environments import KEPT, make_environment, python_of, uv
from tools.proof.conversions.sweep import LIBRARIES, key_of
from tools.proof.versions import recipes

DATA = ROOT / "chapters" / "reference" / "what-converts"
FILES = {name: DATA / f"{name.lower()}.jsonl" for name in LIBRARIES}
#: What is compared again, besides the verdict and the text.
OUTCOME = ("verdict", "text", "differ", "of", "kinds", "edges", "fails")
#: What of a row is the same on each processor.
EXACT = ("opset", "operators", "form", "tolerance")
#: Verdicts between which rounding may decide on another processor, if few rows are concerned.
ROUNDING, FEW, SHARE = {"same", "edge", "differs"}, 2, 0.02
#: Packages that only the rows of boosters need.
BOOSTERS = ("xgboost-cpu", "catboost", "lightgbm", "onnxmltools")

Row = dict[str, Any]


def read(library: str) -> tuple[Row, list[Row]]:
    """First line of a library's data, and its rows."""
    path = FILES[library]
    if not path.exists():
        return {}, []
    head, *rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return head, rows


def write(library: str, head: Row, rows: list[Row]) -> None:
    """Store the data of a library."""
    lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in [head, *rows])
    FILES[library].write_text("".join(lines), encoding="utf-8")


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


def short(row: Row) -> Row:
    """What is stored of a row for another environment."""
    return {key: row[key] for key in OUTCOME if key in row}


def agree(stored: Row, now: Row) -> bool:
    """Whether two measurements of a row say the same.

    How many rows differ next to a threshold, and with it the verdict, may depend on the processor
    by a few; nothing else may.
    """
    if "float64" in stored and "float64" in now and not agree(stored["float64"], now["float64"]):
        return False
    if any(stored[key] != now[key] for key in EXACT if key in stored and key in now):
        return False
    verdicts = {stored["verdict"], now["verdict"]}
    if not verdicts <= ROUNDING:
        return len(verdicts) == 1 and gist(stored) == gist(now)
    one, other = counted(stored), counted(now)
    return all(
        abs(one.get(kind, (0, 0))[0] - other.get(kind, (0, 0))[0]) <= max(FEW, SHARE * of)
        for kind, (_, of) in {**one, **other}.items()
    )


def counted(row: Row) -> dict[str, tuple[int, int]]:
    """Rows that differ, of how many, by kind."""
    kinds = {kind: (count, of) for kind, (count, of) in row.get("kinds", {}).items()}
    return {"ordinary": (row.get("differ", 0), row.get("of", 0)), **kinds}


def gist(row: Row) -> str:
    """Beginning of an error text, without numbers, which may name one of several nodes."""
    return re.sub(r"\d+", "0", row.get("text", ""))[:120]


def sample(rows: list[Row], cause: Callable[[Row], Any]) -> list[Row]:
    """Rows that are worth measuring in each run of the tests: one for each verdict and cause.

    Rows that are known to use up their time are left to the full sweep.
    """
    found: dict[Any, Row] = {}
    for row in rows:
        if "crashes" not in {row["verdict"], row.get("float64", {}).get("verdict")}:
            why = cause(row) if row["verdict"] == "differs" else None
            found.setdefault((row["verdict"], why), row)
    return list(found.values())


def differences(stored: list[Row], now: list[Row]) -> list[str]:
    """What changed between two measurements of the same rows, a line each."""
    found = []
    before = {(row["library"], key_of(row)): row for row in stored}
    after = {(row["library"], key_of(row)): row for row in now}
    for key, row in after.items():
        old = before.get(key)
        if old is None:
            found.append(f"{key[1]}: new, {told(row)}")
        elif not agree(old, row):
            found.append(f"{key[1]}: {told(old)} before, {told(row)} now")
    return found + [f"{key[1]}: no longer measured" for key in before if key not in after]


def told(row: Row) -> str:
    """Outcome of a row in a few words."""
    text = f" ({row['text'][:80]})" if row.get("text") else ""
    rows = f", {row['differ']:,} of {row['of']:,} rows" if row.get("differ") else ""
    return f"{row['verdict']}{rows}{text}"


def newest_python() -> str:
    """Interpreter of an environment with the newest versions of everything."""
    interpreter, arguments = recipes()["newest"]
    folder = KEPT / "newest-conversions"
    shutil.rmtree(folder, ignore_errors=True)
    make_environment(folder, interpreter, *arguments, *BOOSTERS)
    uv("pip", "install", "--python", str(python_of(folder)), "--no-deps", "--reinstall", str(ROOT))
    return str(python_of(folder))


def with_newest(rows: list[Row], newest: list[Row]) -> list[Row]:
    """Rows with what the newest versions give, where that is something else."""
    by_key = {(row["library"], key_of(row)): row for row in newest}
    found = []
    for row in rows:
        other = by_key.get((row["library"], key_of(row)))
        kept = {key: value for key, value in row.items() if key != "newest"}
        if other and not agree(short(row), short(other)):
            kept["newest"] = short(other)
        found.append(kept)
    return found


def keep_newest(rows: list[Row], before: list[Row]) -> list[Row]:
    """Rows that were measured again, with what was known of the newest versions."""
    known = {(row["library"], key_of(row)): row["newest"] for row in before if "newest" in row}
    keys = [(row["library"], key_of(row)) for row in rows]
    return [
        {**row, "newest": known[key]} if key in known else row
        for row, key in zip(rows, keys, strict=True)
    ]


def replaced(stored: list[Row], again: list[Row]) -> list[Row]:
    """All rows in their order, with those of some names measured again.

    Rows that are new come after the one before them.
    """
    names = {(row["library"], row["name"]) for row in again}
    places = {(row["library"], key_of(row)): place for place, row in enumerate(stored)}
    kept = [row for row in stored if (row["library"], row["name"]) not in names]
    found = [(places[row["library"], key_of(row)], row) for row in kept]
    last = 0
    for row in again:
        last = places.get((row["library"], key_of(row)), last)
        found.append((last, row))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


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
