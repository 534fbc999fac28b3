"""Answers to the exercise on measuring a file, right and wrong."""

from tools.exercises import Checks


class TestChecks(Checks):
    chapter = "measure"
    right = {1: (28, 28)}
    secrets = {1: ["28"]}
    wrong = [(1, (10, 28), ["size"]), (1, 28, ["size"])]
