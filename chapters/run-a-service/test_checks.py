"""Answers to the exercises on running a service, right and wrong."""

import json
import uuid
from pathlib import Path

from tools.exercises import Checks


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
    chapter = "run-a-service"
    right = {1: 1, 2: Shared}
    secrets = {1: ["max(", "6 // 4"], 2: ["uuid", "json", "file"]}
    wrong = [
        (1, 6, ["threads"]),
        (1, 8, ["threads"]),
        (1, 1.5, ["threads"]),
        (1, True, ["threads"]),
        (2, Shared("."), ["one worker"]),
        (2, Alone, ["several workers"]),
        (2, Counted, ["several workers", "a restart"]),
        (2, Everywhere, ["several workers", "a restart"]),
    ]
