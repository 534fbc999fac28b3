"""Find neighboring numbers between which an answer jumps. For `fragile_rows`."""

from collections.abc import Callable
from typing import Any

import numpy as np

Table = dict[Any, np.ndarray]  # columns by name, or by number

PAIRS = 5  # pairs of numbers to try per jump
SMALLEST = 1e-6  # jump, as a part of the range of the answers


def jump_rows(ask: Callable[[Table], np.ndarray], table: Table, limit: int) -> Table:
    """Rows on both sides of up to ``limit`` places where the answer jumps, and one step further.

    For each, a number of a real row is replaced by that of another row, and the way between
    the two is halved until the answer jumps between neighbors. Of two halves, it goes on in
    the one in which the answer changes more. ``ask`` returns an answer for each row, of shape
    (rows, values); only columns of floats are changed. There are four rows for each jump.
    """
    columns = [name for name, values in table.items() if values.dtype.kind == "f"]
    count = len(table[columns[0]])
    first, second = np.random.default_rng(0).integers(0, count, (2, PAIRS * limit))
    where = np.arange(len(first)) % len(columns)
    numbers = np.stack([table[name] for name in columns])[where]
    pairs = np.arange(len(first))
    pairs = pairs[np.isfinite(numbers[pairs, first] + numbers[pairs, second])]
    places = np.stack([place(table[name]) for name in columns])
    low, high = np.sort([places[where, first], places[where, second]], axis=0)[:, pairs]

    def change(pairs: np.ndarray, places: np.ndarray) -> Table:
        block = take(table, first[pairs])
        for position, name in enumerate(columns):
            mine = where[pairs] == position
            block[name][mine] = number(places[mine], block[name].dtype)
        return block

    ends = np.stack([ask(change(pairs, low)), ask(change(pairs, high))])
    least = SMALLEST * np.maximum(np.ptp(ends, axis=(0, 1)), np.finfo(np.float32).tiny)

    def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return (np.abs(one - other) / least).max(axis=1)

    some = np.flatnonzero(distance(*ends) > 1)[:limit]
    while True:
        pairs, low, high, ends = pairs[some], low[some], high[some], ends[:, some]
        if (high - low <= 1).all():
            return join([change(pairs, places) for places in (low - 1, low, high, high + 1)])
        middle = (low >> 1) + (high >> 1) + (low & high & 1)
        between = ask(change(pairs, middle))
        left = distance(ends[0], between) >= distance(between, ends[1])
        low, high = np.where(left, low, middle), np.where(left, middle, high)
        keep = left[:, np.newaxis]
        ends = np.stack([np.where(keep, ends[0], between), np.where(keep, between, ends[1])])
        some = np.flatnonzero(distance(*ends) > 1)


def place(values: np.ndarray) -> np.ndarray:
    """Integers in the order of floats: the next number has the next integer.

    Examples
    --------
    >>> place(np.nextafter(np.float32([0, 1]), np.float32(2))) - place(np.float32([0, 1]))
    array([1, 1])
    """
    integer = np.dtype(f"i{values.dtype.itemsize}")
    bits = values.view(integer).astype(np.int64)
    return np.where(bits < 0, np.iinfo(integer).min - bits, bits)


def number(places: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Floats of a type at these places."""
    integer = np.dtype(f"i{dtype.itemsize}")
    return np.where(places < 0, np.iinfo(integer).min - places, places).astype(integer).view(dtype)


def take(table: Table, rows: np.ndarray) -> Table:
    """Some rows, by their indices."""
    return {name: values[rows] for name, values in table.items()}


def join(blocks: list[Table]) -> Table:
    """All rows of the blocks."""
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
