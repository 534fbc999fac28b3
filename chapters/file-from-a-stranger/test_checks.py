"""Answers to the exercises on files from strangers, right and wrong."""

from pathlib import Path

import onnx
from google.protobuf.message import Message
from tools.exercises import Checks


def find(record, kind):
    """The function of the lesson."""
    for field, value in record.ListFields():
        if field.message_type is None:
            continue
        for inner in [value] if isinstance(value, Message) else value:
            if isinstance(inner, kind):
                yield inner
            yield from find(inner, kind)


def every_location(path, tensors=None):
    model = onnx.load(path, load_external_data=False)
    tensors = (
        find(model, onnx.TensorProto) if tensors is None else tensors(model)
    )
    return [
        entry.value for tensor in tensors for entry in tensor.external_data
    ]


def outside(path, tensors=None):
    """The solution of the book, in short."""
    home = Path(path).resolve().parent
    return [
        place
        for place in every_location(path, tensors)
        if not (home / place).resolve().is_relative_to(home)
    ]


def programs(nodes):
    return any(node.op_type == "EPContext" for node in nodes)


class TestChecks(Checks):
    chapter = "file-from-a-stranger"
    right = {
        1: {"c", "d", "e"},
        2: outside,
        3: lambda model: programs(find(model, onnx.NodeProto)),
    }
    secrets = {
        1: ["c", "d", "e"],
        2: ["is_relative_to", "load_external_data=False", "find"],
        3: ["find", "model.functions"],
    }
    wrong = [
        (1, {"a", "c", "d", "e"}, ["code and files"]),
        (1, {"b", "c", "e"}, ["code and files", "memory and time"]),
        (1, {"c", "d"}, ["answers"]),
        (1, "cde", ["form"]),
        (1, {1, 2}, ["form"]),
        (
            2,
            lambda path: [],
            ["parent folder", "absolute path", "detour", "every place"],
        ),
        (
            2,
            every_location,
            ["data inside", "parent folder", "detour", "every place"],
        ),
        (
            2,
            lambda path: [p for p in every_location(path) if ".." in p],
            ["data inside", "absolute path"],
        ),
        (
            2,
            lambda path: [
                p for p in every_location(path) if p.startswith(("..", "/"))
            ],
            ["detour"],
        ),
        (
            2,
            lambda path: outside(
                path, lambda model: model.graph.initializer
            ),
            ["every place"],
        ),
        (2, onnx.load, ["data inside"]),
        (2, [], ["data inside"]),
        (
            3,
            lambda model: programs(model.graph.node),
            ["in a function", "in a branch"],
        ),
        (
            3,
            lambda model: programs(
                [
                    *model.graph.node,
                    *(n for f in model.functions for n in f.node),
                ]
            ),
            ["in a branch"],
        ),
        (3, lambda model: True, ["no program"]),
        (3, lambda model: None, ["no program"]),
        (3, lambda model: 1 / 0, ["no program"]),
    ]
