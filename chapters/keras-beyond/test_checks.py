"""Answers to the exercises on Keras models of your own design, right and wrong."""

import numpy as np
from tools.exercises import Checks, model, run_model

SIGNATURE = "(float[N, T, 3] part, float[N, 4] h) => (float[N, T, 4] y, float[N, 4] h_next) "
SUM = "moved = MatMul(part, weights) total = CumSum(moved, axis) "
START = "before = Unsqueeze(h, axis) y = Add(total, before) "
LAST = "h_next = Gather<axis = 1>(y, last) "
ARRAYS = {
    "weights": np.arange(12, dtype=np.float32).reshape(3, 4) / 12,
    "axis": np.array([1]),
    "last": np.array(-1),
}


def counter(signature=SIGNATURE, body=SUM + START + LAST, **changed):
    """Stand-in for the GRU: it adds up, from what it has in memory."""
    arrays = {**ARRAYS, **changed}
    used = {name: array for name, array in arrays.items() if name in body}
    return model(signature + "{ " + body + "}", **used)


RIGHT = counter()
PART = np.random.default_rng(0).normal(size=(3, 6, 3)).astype(np.float32)
ROWS = {"part": PART, "h": np.zeros((3, 4), np.float32)}
TRUTH = run_model(RIGHT, ROWS)[0]


class TestChecks(Checks):
    chapter = "keras-beyond"
    right = {1: ("log", "parity", "session"), 2: RIGHT}
    given = {2: {"rows": ROWS, "expected": TRUTH}}
    secrets = {
        1: ["log", "parity", "session"],
        2: ["set_weights", "initial_state", "return_state"],
    }
    wrong = [
        (1, ("session", "parity", "session"), ["py_function"]),
        (
            1,
            ("log", "checker", "checker"),
            ["a number drawn by NumPy", "inputs that nobody named"],
        ),
        (1, ("log", "parity"), ["form"]),
        (
            2,
            counter(weights=2 * ARRAYS["weights"]),
            ["answers", "two parts"],
        ),
        (
            2,
            counter(body=SUM + START + "h_next = Identity(h) "),
            ["two parts"],
        ),
        (
            2,
            counter(body=SUM + "y = Identity(total) " + LAST),
            ["two parts"],
        ),
        (
            2,
            counter(SIGNATURE.replace("T", "6")),
            ["any length", "two parts"],
        ),
        (2, counter(SIGNATURE.replace("N", "3")), ["dynamic batch"]),
        (
            2,
            counter(
                SIGNATURE.replace("h_next", "after"),
                SUM + START + LAST.replace("h_next", "after"),
            ),
            ["names", "answers"],
        ),
    ]
