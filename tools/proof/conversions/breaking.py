"""Break a converted file in one place, to see that a comparison tells.

``python -m tools.proof.conversions.breaking LIBRARY KEY ...`` does so to the files of some rows,
and prints how many of the broken ones were told from the right ones.
"""

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import onnx
from onnx import numpy_helper

from tools.proof.conversions.case import Case, Subject
from tools.proof.conversions.measure import load, outcome, run
from tools.proof.conversions.sweep import choose, read_cases

#: Another operator with the same inputs and outputs.
OTHERS = {
    **{"Add": "Sub", "Sub": "Add", "Mul": "Div", "Div": "Mul", "Max": "Min", "Min": "Max"},
    **{"Less": "Greater", "Greater": "Less", "Sigmoid": "Tanh", "Tanh": "Sigmoid"},
    **{
        "Relu": "Neg",
        "Exp": "Neg",
        "Log": "Neg",
        "Sqrt": "Neg",
        "Abs": "Neg",
        "Softmax": "LogSoftmax",
    },
    **{"ReduceSum": "ReduceMean", "ReduceMean": "ReduceSum", "ReduceMax": "ReduceMin"},
    **{"ArgMax": "ArgMin", "ArgMin": "ArgMax", "MaxPool": "AveragePool", "And": "Or", "Or": "And"},
    **{
        "GlobalAveragePool": "GlobalMaxPool",
        "Floor": "Ceil",
        "Erf": "Tanh",
        "Softplus": "Softsign",
    },
}
LISTS = ("cats_", "keys_", "values_", "classlabels_", "pool_", "class_ids", "target_ids")
FACTOR = 1.05  # a number becomes this much larger
LEAF = "LEAF"
CAUGHT = {"differs", "no run", "no load", "crashes"}


def mutants(proto: onnx.ModelProto, seed: int = 0) -> Iterator[tuple[str, onnx.ModelProto]]:
    """Broken copies of a file in a random order, each with what was broken."""
    places = [*numbers(proto), *lists(proto), *operators(proto)]
    random.Random(seed).shuffle(places)
    for what, change in places:
        copy = onnx.ModelProto()
        copy.CopyFrom(proto)
        change(copy)
        yield what, copy


Change = tuple[str, Callable[[onnx.ModelProto], None]]


def numbers(proto: onnx.ModelProto) -> Iterator[Change]:
    """One number of each tensor and of each list of numbers: a weight, a threshold, a leaf."""
    for index, tensor in enumerate(proto.graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype.kind != "f" or not np.isfinite(values).any():
            continue
        spot = spot_of(values.ravel())

        def change(copy: onnx.ModelProto, index: int = index, spot: int = spot) -> None:
            old = copy.graph.initializer[index]
            values = numpy_helper.to_array(old).copy()
            values.ravel()[spot] = larger(values.ravel()[spot])
            old.CopyFrom(numpy_helper.from_array(values, old.name))

        yield f"number {spot} of {tensor.name}", change
    for place, node in enumerate(proto.graph.node):
        modes = [
            mode for each in node.attribute if each.name == "nodes_modes" for mode in each.strings
        ]
        for number, attribute in enumerate(node.attribute):
            floats = np.array(attribute.floats)
            if not len(floats) or attribute.name == "nodes_hitrates":
                continue
            if attribute.name == "nodes_values":  # a threshold, not what stands beside a leaf
                floats[[mode.decode() == LEAF for mode in modes]] = 0
            spot = spot_of(floats)

            def set_float(
                copy: onnx.ModelProto, place: int = place, number: int = number, spot: int = spot
            ) -> None:
                values = copy.graph.node[place].attribute[number].floats
                values[spot] = larger(values[spot])

            yield f"number {spot} of {node.op_type}.{attribute.name}", set_float


def spot_of(values: np.ndarray) -> int:
    """Place of the first number that is not zero and not tiny, or of the first."""
    finite = np.where(np.isfinite(values), np.abs(values), 0)
    return int(np.argmax(finite > finite.max(initial=0) / 10))


def larger(value: float) -> float:
    """Number that is larger by a twentieth, or by a fiftieth of 1 if that is more."""
    return value + max(abs(value) * (FACTOR - 1), 0.02)


def lists(proto: onnx.ModelProto) -> Iterator[Change]:
    """First and last of a list of categories, labels or words, the other way round."""
    for place, node in enumerate(proto.graph.node):
        for number, attribute in enumerate(node.attribute):
            kind = "strings" if attribute.strings else "ints"
            if not attribute.name.startswith(LISTS):
                continue
            values = list(getattr(attribute, kind))
            if len(values) < 2 or values[0] == values[-1]:
                continue

            def swap(
                copy: onnx.ModelProto, place: int = place, number: int = number, kind: str = kind
            ) -> None:
                values = getattr(copy.graph.node[place].attribute[number], kind)
                values[0], values[-1] = values[-1], values[0]

            yield f"order of {node.op_type}.{attribute.name}", swap


def operators(proto: onnx.ModelProto) -> Iterator[Change]:
    """Another operator in the place of one."""
    for place, node in enumerate(proto.graph.node):
        if node.op_type in OTHERS and node.domain in ("", "ai.onnx"):

            def exchange(copy: onnx.ModelProto, place: int = place) -> None:
                one = copy.graph.node[place]
                one.op_type = OTHERS[one.op_type]

            yield f"{OTHERS[node.op_type]} for {node.op_type}", exchange


def verdict_on(subject: Subject, proto: onnx.ModelProto) -> str:
    """Verdict on a file in the place of the one that is converted."""
    broken = replace(subject, convert=lambda opset: proto, opsets=(), double=None)
    return str(outcome(lambda: broken)["verdict"])


def same_bytes(subject: Subject, one: onnx.ModelProto, other: onnx.ModelProto) -> bool:
    """Whether two files give the very same answers, so that nothing can tell them apart."""
    feeds = [subject.feed(rows) for rows in (subject.rows, *subject.fragile().values())]
    try:
        sessions = [load(proto) for proto in (one, other)]
        pairs = [[run(session, feed) for session in sessions] for feed in feeds]
    except Exception:  # the broken one does not run, which is told
        return False
    return all(
        np.asarray(left).tobytes() == np.asarray(right).tobytes()
        if np.asarray(left).dtype != object
        else np.array_equal(left, right)
        for first, second in pairs
        for left, right in zip(first, second, strict=True)
    )


def try_case(case: Case, count: int, seed: int) -> list[tuple[str, str]]:
    """What was broken in a case's file, with the verdict; no more than a count of them.

    What changes no answer at all, such as the degree of a kernel that has none, is left out.
    """
    subject = case.build()
    proto = subject.convert(None)
    found: list[tuple[str, str]] = []
    for what, broken in mutants(proto, seed):
        if len(found) == count:
            break
        if not same_bytes(subject, proto, broken):
            found.append((what, verdict_on(subject, broken)))
    return found


def main(arguments: list[str]) -> None:
    """Break each file of some rows three times: LIBRARY KEY ..."""
    library, *keys = arguments
    told, made = 0, 0
    for place, case in enumerate(choose(read_cases(library), keys)):
        for what, verdict in try_case(case, 3, place):
            made += 1
            told += verdict in CAUGHT
            if verdict not in CAUGHT:
                print(f"not told: {case.key}: {what}: {verdict}", flush=True)
    print(f"{told} of {made} broken files were told from the right ones")


if __name__ == "__main__":
    main(sys.argv[1:])
