"""Answers to the exercises on serving, right and wrong."""

import json
import uuid
from pathlib import Path

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


class Shared:
    """Files in the folder, with tickets that are no one else's."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def ticket(self):
        return uuid.uuid4().hex

    def submit(self, rows):
        ticket = self.ticket()
        (self.folder / ticket).write_text(json.dumps(rows))
        return ticket

    def fetch(self, ticket):
        return json.loads((self.folder / ticket).read_text())


class Counted(Shared):
    """Files, and each worker counts for itself."""

    def __init__(self, folder):
        super().__init__(folder)
        self.count = 0

    def ticket(self):
        self.count += 1
        return str(self.count)


class Alone:
    """As in the exercise, with tickets that are no one else's."""

    def __init__(self, folder):
        self.kept = {}

    def submit(self, rows):
        ticket = uuid.uuid4().hex
        self.kept[ticket] = rows
        return ticket

    def fetch(self, ticket):
        return self.kept[ticket]


class Everywhere(Alone):
    """One dict for all, which works in one process only, and counts."""

    kept = {}

    def __init__(self, folder):
        pass

    def submit(self, rows):
        self.kept["last"] = rows
        return "last"


class TestChecks(Checks):
    chapter = "serve-it"
    right = {1: 1, 2: request(), 3: Shared}
    secrets = {
        1: ["max(", "6 // 4"],
        2: ["31.5", "basic"],
        3: ["uuid", "json", "file"],
    }
    wrong = [
        (1, 6, ["threads"]),
        (1, 8, ["threads"]),
        (1, 1.5, ["threads"]),
        (1, True, ["threads"]),
        (2, {}, ["names"]),
        (2, request(age={"name": "years"}), ["names"]),
        (2, request(age={"datatype": "FP64"}), ["datatypes"]),
        (2, request(plan={"datatype": "STRING"}), ["datatypes"]),
        (2, request(age={"shape": [1, 2]}), ["shapes"]),
        (2, request(age={"shape": [-1, 1]}), ["shapes"]),
        (2, request(age={"data": ["31.5", "58"]}), ["data"]),
        (2, request(plan={"data": ["pro", "basic"]}), ["data"]),
        (3, Shared("."), ["one worker"]),
        (3, Alone, ["several workers"]),
        (3, Counted, ["several workers", "a restart"]),
        (3, Everywhere, ["several workers", "a restart"]),
    ]
