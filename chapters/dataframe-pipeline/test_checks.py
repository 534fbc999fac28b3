"""Answers to the exercises on pipelines of DataFrames, right and wrong."""

import numpy as np
from tools.exercises import Checks


class TestChecks(Checks):
    chapter = "dataframe-pipeline"
    right = {
        1: ("float", "string", "int64", "tensor(float)"),
        2: ["no", "yes", "unknown", "yes", "no"],
    }
    given = {
        2: {
            "expected": np.array(
                ["no", "yes", "no", "yes", "no"], dtype=object
            )
        },
    }
    secrets = {
        1: ["float", "string", "int64"],
        2: ["Plan", "notna", "NaN"],
    }
    wrong = [
        (
            1,
            ("double", "category", "string", "int64"),
            ["price", "color", "floor", "children"],
        ),
        (1, ("float", "string", "int64", "Int64"), ["children"]),
        (1, ("float", "string", "int64"), ["form"]),
        (2, ["no", "yes", "no", "yes", "no"], ["row without calls"]),
        (2, ["no", "yes", "yes", "no"], ["one answer per row"]),
        (2, ["unknown"] * 5, ["other rows"]),
        (2, "unknown", ["one answer per row"]),
    ]
