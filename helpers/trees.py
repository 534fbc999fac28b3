"""Look for trees that never end: a damaged file can send a row around in a circle."""

from graphlib import CycleError, TopologicalSorter

import onnx


def find_endless_tree(graph: onnx.GraphProto) -> str:
    """Name of the first tree ensemble in which a branch leads back to itself; empty if none.

    Neither the checker nor a session notices: ONNX Runtime then runs forever.
    """
    for node in graph.node:
        if node.op_type in ("TreeEnsembleClassifier", "TreeEnsembleRegressor"):
            try:
                TopologicalSorter(_branches(node)).prepare()
            except CycleError:
                return node.name or node.op_type
    return ""


def _branches(node: onnx.NodeProto) -> dict[tuple[int, int], set[tuple[int, int]]]:
    """Where each branch of the trees leads."""
    found = {attribute.name: attribute for attribute in node.attribute}
    keys = ("nodes_treeids", "nodes_nodeids", "nodes_truenodeids", "nodes_falsenodeids")
    if not {*keys, "nodes_modes"} <= set(found):
        return {}  # the runtime refuses it
    columns = [found[key].ints for key in keys]
    return {
        (tree, place): {(tree, yes), (tree, no)}
        for tree, place, yes, no, mode in zip(*columns, found["nodes_modes"].strings, strict=False)
        if mode != b"LEAF"
    }
