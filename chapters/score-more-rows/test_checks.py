"""Answers to the exercises on scoring many rows, right and wrong."""

import pandas as pd
from tools.exercises import Checks


def keys(path):
    """Sorted ids of a file; None if it cannot be read."""
    try:
        return sorted(pd.read_parquet(path)["row_id"])
    except (OSError, ValueError):
        return None


def compare(key, files=sorted):
    """Answer to exercise 2 that compares files by what a function says of them."""

    def to_score(source, partial):
        return [
            path.name
            for path in files(source.glob("*.parquet"))
            if key(partial / path.name) != key(path)
        ]

    return to_score


def count(path):
    return len(keys(path) or [])


def backwards(paths):
    return sorted(paths, reverse=True)


FAULTS = ["missing", "cut off", "one row short"]


class TestChecks(Checks):
    chapter = "score-more-rows"
    right = {1: (15, 8), 2: compare(keys), 3: (11999, 15999)}
    secrets = {1: ["15", "8"], 2: ["count_keys"], 3: ["11999", "15999"]}
    wrong = [
        (1, (120, 8), ["minutes"]),
        (1, (15, 1), ["memory"]),
        (2, compare(count), ["one row doubled, another lost"]),
        (
            2,
            compare(lambda path: path.exists()),
            [*FAULTS[1:], "one row doubled, another lost"],
        ),
        (2, compare(lambda path: path), ["nothing twice"]),
        (2, compare(keys, backwards), ["sorted"]),
        (3, (15999, 11999), ["twice", "never"]),
        (3, (11999, 12000), ["never"]),
    ]
