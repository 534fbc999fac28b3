"""Answers to the exercises on where the time goes, right and wrong."""

import onnxruntime as ort
from tools.exercises import Checks


def options(threads, spinning="0", key="session.intra_op.allow_spinning"):
    made = ort.SessionOptions()
    made.intra_op_num_threads = threads
    made.add_session_config_entry(key, spinning)
    return made


class TestChecks(Checks):
    chapter = "where-time-goes"
    right = {1: ("MatMul", 418 / 800), 2: options(3)}
    secrets = {1: ["MatMul", "418", "0.52"], 2: [" 3 ", "three threads"]}
    wrong = [
        (1, ("Erf", 418 / 800), ["operator"]),
        (1, ("MatMul", 418 / 770), ["fraction"]),
        (1, ("MatMul", 52), ["fraction"]),
        (1, "MatMul", ["form"]),
        (2, ort.SessionOptions(), ["threads", "quiet"]),
        (2, options(6), ["threads"]),
        (2, options(3, "1"), ["quiet"]),
        (2, options(3, key="session.allow_spinning"), ["quiet"]),
        (2, 3, ["options"]),
    ]
