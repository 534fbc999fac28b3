"""Answers to the exercises on serving, right and wrong."""

from tools.exercises import Checks


def request(**changed):
    """The request of exercise 2, with changes of single inputs."""
    inputs = {
        "age": {
            "name": "age",
            "datatype": "FP32",
            "shape": [2, 1],
            "data": [31.5, 58],
        },
        "plan": {
            "name": "plan",
            "datatype": "BYTES",
            "shape": [2, 1],
            "data": ["basic", "pro"],
        },
    }
    return {
        "inputs": [
            entry | changed.get(name, {}) for name, entry in inputs.items()
        ]
    }


class TestChecks(Checks):
    chapter = "serve-it"
    right = {1: [400, 404, 413, 408], 2: request()}
    secrets = {1: ["408", "413"], 2: ["31.5", "basic"]}
    wrong = [
        (1, 400, ["statuses"]),
        (1, [400] * 4, ["statuses"]),
        (1, [400, 404, 413, "408"], ["statuses"]),
        (2, {}, ["names"]),
        (2, request(age={"name": "years"}), ["names"]),
        (2, request(age={"datatype": "FP64"}), ["datatypes"]),
        (2, request(plan={"datatype": "STRING"}), ["datatypes"]),
        (2, request(age={"shape": [1, 2]}), ["shapes"]),
        (2, request(age={"shape": [-1, 1]}), ["shapes"]),
        (2, request(age={"data": ["31.5", "58"]}), ["data"]),
        (2, request(plan={"data": ["pro", "basic"]}), ["data"]),
    ]
