"""Reach the verdict on one case: convert it, load it, run it, and compare it row by row."""

import contextlib
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

from tools.proof.conversions.case import Case, Subject
from tools.proof.conversions.compare import OtherShape, compare

#: From the worst to the best; "edge" is the same answer but for the last step of float32 next to
#: a threshold.
VERDICTS = ("crashes", "differs", "no run", "no load", "refused", "not built", "edge", "same")
EDGES = {"jump", "far"}  # kinds of rows on which float32 alone may decide
LONGEST = 300  # letters of an error text
ALONE = 20  # rows that are asked for one by one


def measure(case: Case) -> dict[str, Any]:
    """Row of the table for a case: ``verdict``, and what belongs to it.

    Returns
    -------
    dict
        ``library``, ``name``, ``options``, ``rows``, ``verdict``; ``text`` where something was
        raised; ``differ`` and ``of`` (rows), ``largest``, ``what`` and ``kinds`` (fragile rows
        that differ, by kind) where answers differ; ``fails`` (kinds of rows that the file does
        not take, though the original does); ``opset`` (the smallest) and ``operators``.
    """
    record: dict[str, Any] = {
        key: getattr(case, key) for key in ("library", "name", "options", "rows")
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for verdict, step in steps(case):
            try:
                record.update(step(record))
            except OtherShape as error:
                return {**clean(record), "verdict": "differs", "text": text_of(error)}
            except Exception as error:  # of any library: that is what is measured
                return {**clean(record), "verdict": verdict, "text": text_of(error)}
    return clean(record)


def steps(case: Case) -> list[tuple[str, Callable[[dict], dict]]]:
    """What is done, one after the other, and the verdict when it fails."""
    return [
        ("not built", lambda record: {"subject": case.build()}),
        ("refused", lambda record: convert(record["subject"])),
        ("no load", lambda record: {"session": load(record["proto"])}),
        ("no run", lambda record: run_rows(record["subject"], record["session"])),
        ("no run", lambda record: judge(record)),
    ]


def clean(record: dict[str, Any]) -> dict[str, Any]:
    """Row as it is stored: only what can be written down."""
    inner = ("subject", "proto", "session", "expected", "actual")
    return {key: value for key, value in record.items() if key not in inner}


def text_of(error: Exception) -> str:
    """What an error says, without what differs from run to run."""
    text = f"{type(error).__name__}: {error}"
    text = re.sub(r"0x[0-9a-f]{6,}", "0x...", text)
    text = re.sub(r"(/[\w.+-]+){3,}/", ".../", text)
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 4].rstrip() + " ..."


def convert(subject: Subject) -> dict[str, Any]:
    """File of the converter's own choice, its operators, and the smallest opset that works."""
    proto = subject.convert(None)
    used = sorted({node_name(node) for node in nodes_of(proto.graph)})
    return {"proto": proto, "opset": smallest(subject), "operators": used}


def nodes_of(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """Nodes of a graph and of the graphs inside them."""
    found = []
    for node in graph.node:
        found.append(node)
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                found += nodes_of(inner)
    return found


def node_name(node: onnx.NodeProto) -> str:
    """Operator of a node, with its domain where that is not ONNX's own."""
    domain = node.domain if node.domain not in ("", "ai.onnx") else ""
    return f"{domain}:{node.op_type}" if domain else node.op_type


def smallest(subject: Subject) -> int | None:
    """Smallest opset for which the converter makes a file that loads."""
    for opset in subject.opsets:
        with contextlib.suppress(Exception):
            load(subject.convert(opset))
            return opset
    return None


def load(proto: onnx.ModelProto) -> ort.InferenceSession:
    """Session with one thread, as a reader makes it otherwise."""
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.log_severity_level = 4
    return ort.InferenceSession(
        proto.SerializeToString(), settings, providers=["CPUExecutionProvider"]
    )


def run_rows(subject: Subject, session: ort.InferenceSession) -> dict[str, Any]:
    """Answers of both for the ordinary rows."""
    actual = session.run(None, subject.feed(subject.rows))
    return {"expected": subject.answer(subject.rows), "actual": actual}


def judge(record: dict[str, Any]) -> dict[str, Any]:
    """Compare ordinary rows, single rows and fragile rows."""
    subject, session = record["subject"], record["session"]
    differ, largest, what = compare(record["expected"], record["actual"])
    found: dict[str, Any] = {"differ": int(differ.sum()), "of": len(differ)}
    kinds, fails = {}, []
    first = take(subject.rows, slice(0, ALONE))
    for kind, rows in {"one row": None, **subject.fragile}.items():
        try:
            if rows is None:
                got = alone(session, subject, first)
                wanted = [values[:ALONE] for values in record["actual"]]
            else:
                got = session.run(None, subject.feed(rows))
                wanted = subject.answer(rows)
            wrong, size, which = compare(wanted, got)
        except OtherShape:
            raise
        except Exception as error:  # the file does not take these rows, the original does
            fails.append(kind)
            found.setdefault("text", text_of(error))
            continue
        if wrong.any():
            kinds[kind] = [int(wrong.sum()), len(wrong)]
            largest, what = max(largest, size), what or which
    bad = differ.any() or set(kinds) - EDGES
    verdict = "differs" if bad else "edge" if kinds else "same"
    if fails and verdict != "differs":
        verdict = "no run"
    found["verdict"] = verdict
    if what:
        found |= {"largest": float(f"{largest:.2g}"), "what": what}
    if kinds:
        found["kinds"] = kinds
    if fails:
        found["fails"] = fails
    return found


def alone(session: ort.InferenceSession, subject: Subject, rows: Any) -> list[np.ndarray]:
    """Answers of the file for the same rows, asked for one by one."""
    count = size_of(rows)
    answers = [
        session.run(None, subject.feed(take(rows, slice(i, i + 1)))) for i in range(count)
    ]
    return [np.concatenate(outputs) for outputs in zip(*answers, strict=True)]


def take(rows: Any, some: slice) -> Any:
    """Some of the rows, in the form they have."""
    if isinstance(rows, dict):
        return {name: values[some] for name, values in rows.items()}
    return rows.iloc[some] if hasattr(rows, "iloc") else rows[some]


def size_of(rows: Any) -> int:
    """Count the rows."""
    return len(next(iter(rows.values()))) if isinstance(rows, dict) else len(rows)
