"""Answers to the exercises on inference pitfalls, right and wrong."""

import numpy as np
from sklearn.datasets import load_wine
from tools.exercises import Checks, digits_model, read_broken, run_model

from helpers import load_mnist


def feed(
    name="X", *, order=slice(None), dtype=np.float32, rows=slice(100, 101)
):
    """One wine for the model of the page, in one of several forms."""
    return {name: load_wine().data[rows][..., order].astype(dtype)}


def scores_only():
    """The mystery, with too much taken out."""
    mystery = read_broken("04-3")
    del mystery.graph.node[-2:]
    mystery.graph.output[0].name = mystery.graph.node[-1].output[0]
    return mystery


SORTED = np.argsort(load_wine().feature_names)


class TestChecks(Checks):
    chapter = "04-inference-pitfalls"
    right = {
        1: ("dtypes", "shapes", "parity"),
        2: feed(),
        3: digits_model(),
    }
    secrets = {
        1: ["dtypes", "shapes", "parity"],
        2: ["X", "newaxis", "astype"],
        3: ["softmax", "twice"],
    }
    wrong = [
        (1, ("loads", "shapes", "parity"), ["float64 rows"]),
        (1, ("dtypes", "batch sizes", "parity"), ["converted for one row"]),
        (1, ("dtypes", "shapes", "inputs"), ["sorted columns"]),
        (1, "dtypes", ["form"]),
        (2, feed("x"), ["name"]),
        (2, feed(rows=100), ["one row"]),
        (2, feed(dtype=np.float64), ["type"]),
        (2, feed(order=SORTED), ["order"]),
        (2, feed(order=SORTED, dtype=np.float64), ["type", "order"]),
        (2, feed()["X"], ["form"]),
        (3, read_broken("04-3"), ["probabilities", "answers"]),
        (3, scores_only(), ["probabilities", "answers"]),
    ]

    def test_the_handed_out_mystery_is_broken_as_the_exercise_says(self):
        answers = run_model(read_broken("04-3"), load_mnist().x_test[:6])[0]
        assert answers.max() < 0.3
