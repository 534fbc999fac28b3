"""Reach the verdict on one case: convert it, load it, run it, and compare it row by row."""

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

from tools.proof.conversions.case import Case, Subject
from tools.proof.conversions.compare import RTOL, Comparison, OtherShapeError, compare
from tools.proof.conversions.edges import edge_rows, size_of, take

#: From the worst to the best; "edge" is the same answer but for what rounding decides.
VERDICTS = ("crashes", "differs", "no run", "no load", "refused", "not built", "edge", "same")
LONGEST = 300  # letters of an error text
ALONE = 20  # rows that are asked for one by one
UNKNOWN = "Unable to find a shape calculator"


class FlatError(Exception):
    """An original that answers the same for all rows, so that nothing could differ."""


class AloneError(Exception):
    """A file that takes single rows only, and answers them otherwise."""


def measure(case: Case) -> Iterator[dict[str, Any]]:
    """Row of the table for a case, and once more with what float64 gives, where it is a choice.

    The keys stand in `tools.proof.conversions`.
    """
    keys = {key: getattr(case, key) for key in ("library", "name", "options", "rows")}
    built: list[Subject] = []

    def build() -> Subject:
        built.append(case.build())
        return built[0]

    row = keys | outcome(build)
    yield row
    if built and built[0].double:
        known = UNKNOWN in row.get("text", "")  # the converter looks for the class alone
        double = row if known else outcome(built[0].double)
        short = ("verdict", "text", "differ", "of", "kinds", "edges", "fails")
        yield row | {"float64": {key: double[key] for key in short if key in double}}


def outcome(build: Callable[[], Subject]) -> dict[str, Any]:
    """Verdict on what is built, and what belongs to it."""
    record: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for verdict, step in steps(build):
            try:
                record.update(step(record))
            except (OtherShapeError, AloneError) as error:
                return clean({**record, "verdict": "differs", "text": text_of(error)})
            except FlatError as error:
                return clean({**record, "verdict": "not built", "text": text_of(error)})
            except Exception as error:  # of any library: that is what is measured
                return clean({**record, "verdict": verdict, "text": text_of(error)})
    return clean(record)


def steps(build: Callable[[], Subject]) -> list[tuple[str, Callable[[dict], dict]]]:
    """What is done, one after the other, and the verdict when it fails."""
    return [
        ("not built", lambda record: {"subject": build()}),
        ("refused", lambda record: convert(record["subject"])),
        ("no load", lambda record: {"session": load(record["proto"])}),
        ("not built", lambda record: ask(record["subject"])),
        ("no run", lambda record: run_rows(record["subject"], record["session"])),
        ("no run", lambda record: judge(record)),
        ("no run", lambda record: {"opset": smallest(record)}),
    ]


def clean(record: dict[str, Any]) -> dict[str, Any]:
    """Row as it is stored: only what can be written down, in a fixed order."""
    order = [
        "verdict",
        "text",
        "differ",
        "of",
        "largest",
        "what",
        "kinds",
        "edges",
        "tried",
        "fails",
        "form",
        "tolerance",
        "opset",
        "operators",
    ]
    return {
        key: record[key] for key in order if key in record and record[key] not in (None, {}, [])
    }


def text_of(error: Exception) -> str:
    """What an error says, without what differs from run to run."""
    ours = type(error).__module__.startswith("tools.")
    text = str(error) if ours else f"{type(error).__name__}: {error}"
    text = re.sub(r"\x1b\[\d*m", "", text)
    text = re.sub(r"0x[0-9a-f]{6,}", "0x...", text)
    text = re.sub(r"(?<![:/\w])(/[\w.+-]+){3,}/", ".../", text)
    text = re.sub(r"\[\d\d:\d\d:\d\d\] | Stack trace:.*", "", re.sub(r"\s+", " ", text).strip())
    return text if len(text) <= LONGEST else text[: LONGEST - 4].rstrip() + " ..."


def convert(subject: Subject) -> dict[str, Any]:
    """File of the converter's own choice, and its operators."""
    proto = subject.convert(None)
    return {"proto": proto, "operators": sorted({node_name(node) for node in nodes_of(proto)})}


def nodes_of(proto: onnx.ModelProto) -> list[onnx.NodeProto]:
    """Nodes of a file, of the graphs inside them, and of its functions."""
    found = []
    waiting = [*proto.graph.node, *(node for each in proto.functions for node in each.node)]
    while waiting:
        node = waiting.pop()
        found.append(node)
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                waiting += inner.node
    return found


def node_name(node: onnx.NodeProto) -> str:
    """Operator of a node, with its domain where that is not ONNX's own."""
    domain = node.domain if node.domain not in ("", "ai.onnx") else ""
    return f"{domain}:{node.op_type}" if domain else node.op_type


def load(proto: onnx.ModelProto) -> ort.InferenceSession:
    """Session with one thread, as a reader makes it otherwise."""
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.log_severity_level = 4
    return ort.InferenceSession(
        proto.SerializeToString(), settings, providers=["CPUExecutionProvider"]
    )


def ask(subject: Subject) -> dict[str, Any]:
    """Answers of the original for the ordinary rows, which have to differ from row to row."""
    expected = [np.asarray(values) for values in subject.answer(subject.rows)]
    first = [values[:1] for values in expected]
    with np.errstate(all="ignore"):
        same = all((values == one).all() for values, one in zip(expected, first, strict=True))
    if same and len(expected[0]) > 1:
        raise FlatError("the original answers the same for all rows")
    return {"expected": expected}


def run_rows(subject: Subject, session: ort.InferenceSession) -> dict[str, Any]:
    """Answers of the file for the ordinary rows.

    Raises
    ------
    AloneError
        When it takes single rows only, and answers one of them otherwise.
    """
    try:
        return {"actual": run(session, subject.feed(subject.rows))}
    except Exception as error:
        if wrong := wrong_alone(subject, session):
            raise AloneError(
                f"{wrong} of {singles(subject)} rows, asked for one by one, have another answer; "
                f"all rows at once: {text_of(error)}"
            ) from error
        raise


def singles(subject: Subject) -> int:
    """Count the rows that are asked for one by one."""
    return min(ALONE, size_of(subject.rows)) if subject.alone else 0


def wrong_alone(subject: Subject, session: ort.InferenceSession) -> int:
    """Count the single rows that the file takes and answers otherwise than the original."""
    wrong = 0
    for place in range(singles(subject)):
        row = take(subject.rows, slice(place, place + 1))
        try:
            got = run(session, subject.feed(row))
        except Exception:  # of the runtime: it takes no single row, either
            return 0
        try:
            found = compare(subject.answer(row), got, subject.classes, subject.tolerance)
            wrong += bool(found.differ.any())
        except OtherShapeError:
            wrong += 1
    return wrong


def run(session: ort.InferenceSession, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Outputs of a file as arrays; dictionaries, one for each row, become columns."""
    return [
        np.array([list(one.values()) for one in output])
        if isinstance(output, list) and isinstance(output[0], dict)
        else np.asarray(output)
        for output in session.run(None, feed)
    ]


def judge(record: dict[str, Any]) -> dict[str, Any]:
    """Compare ordinary rows, single rows and fragile rows."""
    subject, session = record["subject"], record["session"]
    whole = compare(record["expected"], record["actual"], subject.classes, subject.tolerance)
    kinds: dict[str, list[int]] = {}
    edges: dict[str, list[int]] = {}
    fails, tried, text = [], {}, None
    largest = 0.0
    what: set[str] = set()
    sets = {"ordinary": subject.rows, **({"one row": None} if subject.alone else {})}
    for kind, rows in {**sets, **subject.fragile()}.items():
        try:
            if kind == "ordinary":
                found = whole
            elif kind == "one row":
                rows = take(subject.rows, slice(0, ALONE))
                found = alone(session, subject, rows, whole.aligned)
            else:
                wanted = subject.answer(rows)
                got = run(session, subject.feed(rows))
                found = compare(wanted, got, subject.classes, subject.tolerance)
        except OtherShapeError:
            raise
        except Exception as error:  # the file does not take these rows, the original does
            fails.append(kind)
            text = text or text_of(error)
            continue
        tried[kind] = len(found.differ)
        if not found.differ.any():
            continue
        real = found.differ & ~edge_rows(subject, kind, rows, found)
        if real.any():
            kinds[kind] = [int(real.sum()), len(real)]
        if (found.differ & ~real).any():
            edges[kind] = [int((found.differ & ~real).sum()), len(real)]
        largest, what = max(largest, found.largest), what | found.what
    verdict = "differs" if kinds else "no run" if fails else "edge" if edges else "same"
    return {
        "verdict": verdict,
        "text": text,
        "differ": kinds.pop("ordinary", [0])[0],
        "of": tried.pop("ordinary"),
        "largest": float(f"{largest:.2g}") or None,
        "what": " and ".join(sorted(what)) or None,
        "kinds": kinds,
        "edges": edges,
        "tried": tried,
        "fails": fails,
        "form": whole.form,
        "tolerance": subject.tolerance if subject.tolerance != RTOL else None,
        "aligned": whole.aligned,
    }


def alone(
    session: ort.InferenceSession, subject: Subject, rows: Any, whole: list[np.ndarray]
) -> Comparison:
    """Compare the file's answers for rows that are asked for one by one with those for many."""
    found = []
    for place in range(size_of(rows)):
        got = run(session, subject.feed(take(rows, slice(place, place + 1))))
        wanted = [values[place : place + 1] for values in whole]
        found.append(compare(wanted, got).aligned)
    together = [np.concatenate(values) for values in zip(*found, strict=True)]
    return compare([values[: len(found)] for values in whole], together, rtol=subject.tolerance)


def smallest(record: dict[str, Any]) -> int | None:
    """Smallest opset for which the converter makes a file that loads and answers as its own."""
    subject = record["subject"]
    some = slice(0, 200 if subject.alone else None)
    wanted = [values[some] for values in record["aligned"]]
    feed = subject.feed(take(subject.rows, some))
    for opset in subject.opsets:
        with contextlib.suppress(Exception):
            got = run(load(subject.convert(opset)), feed)
            found = compare(wanted, got, rtol=subject.tolerance)
            if not found.differ.any():
                return opset
    return None
