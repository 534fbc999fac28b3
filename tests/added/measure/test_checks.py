"""Answers to the exercise on measuring a file, right and wrong."""

from tools.exercises import Checks


class TestChecks(Checks):
    chapter = "measure"
    right = {1: 0}
    secrets = {1: ["first", "batch"]}
    wrong = [(1, 1, ["position"]), (1, 28, ["position"])]
