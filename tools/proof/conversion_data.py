"""Rows of the conversion table as data: read them, store them, and say what changed.

The form of the data stands in `tools.proof.conversions`.
"""

import json
import re
from typing import Any

from tools.chapters import ROOT
from tools.proof.conversions.sweep import LIBRARIES, key_of

DATA = ROOT / "chapters" / "reference" / "what-converts"
FILES = {name: DATA / f"{name.lower()}.jsonl" for name in LIBRARIES}
#: What is compared again, besides the verdict and the text.
OUTCOME = ("verdict", "text", "differ", "of", "kinds", "edges", "fails")
#: What of a row is the same on each processor.
EXACT = ("opset", "operators", "form", "tolerance")
#: Verdicts between which rounding may decide on another processor, if few rows are concerned.
ROUNDING, FEW, SHARE = {"same", "edge", "differs"}, 2, 0.02

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


def sample(rows: list[Row]) -> list[Row]:
    """Rows that are worth measuring in each run of the tests: one for each verdict.

    Rows that are known to use up their time are left to the full sweep, and so are those of which
    the processor may decide.
    """
    found: dict[str, Row] = {}
    for row in rows:
        slow = "crashes" in {row["verdict"], row.get("float64", {}).get("verdict")}
        if not slow and not up_to_the_processor(row):
            found.setdefault(row["verdict"], row)
    return list(found.values())


def up_to_the_processor(row: Row) -> bool:
    """Whether a row differs only by what becomes of a single missing number."""
    return not row.get("differ") and set(row.get("kinds", {})) == {"one missing"}


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
