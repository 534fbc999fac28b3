"""Answers to the exercises on where two models part, right and wrong."""

from tools.exercises import Checks


class TestChecks(Checks):
    chapter = "find-where-two-part"
    right = {1: ("normalizer", 259), 2: "power"}
    secrets = {1: ["normalizer", "259"], 2: ["power"]}
    wrong = [
        (1, ("standardscaler", 259), ["step"]),
        (1, ("polynomialfeatures", 500), ["step", "rows"]),
        (1, ("normalizer", 500), ["rows"]),
        (1, "normalizer", ["form"]),
        (2, "loss", ["tensor"]),
        (2, "moved", ["tensor"]),
        (2, 3, ["tensor"]),
    ]
