"""Answers to the exercises on scoring with Spark, right and wrong."""

from tools.exercises import Checks


class TestChecks(Checks):
    chapter = "score-with-spark"
    right = {1: "local[3,3]", 2: [11, 50_032, 100_053, 150_074]}
    secrets = {1: ["local[3,3]", "3"], 2: ["11", "50032", "100053"]}
    wrong = [
        (1, "local", ["workers"]),
        (1, "local[3]", ["tries"]),
        (1, "local[3,2]", ["tries"]),
        (1, "local[2, 3]", ["workers"]),
        (2, [11, 50_032], ["all of them"]),
        (2, [11, 12, 50_032, 100_053, 150_074], ["no others"]),
        (2, [150_074, 100_053, 50_032, 11], ["sorted"]),
        (2, {11, 50_032, 100_053, 150_074}, ["all of them"]),
    ]
