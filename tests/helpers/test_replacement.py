"""May a file take the place of another? Answers, size and time decide."""

import numpy as np
import onnx
import pytest

from helpers import check_replacement, latency
from helpers.feed import ShapeMismatchError, UnknownInputError

ROWS = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)
PATIENT = {"larger": 10, "slower": 1000}


def scores(folder, name, nodes="y = MatMul(x, w)", *, source="x", target="y", kind="float"):
    """Save a model of two classes, or with other nodes."""
    path = folder / f"{name}.onnx"
    text = f"""<ir_version: 10, opset_import: ["" : 18]>
        m ({kind}[N, 3] {source}) => (float[N, C] {target}) <float[3, 2] w = {{1, 0, 0, 1, 0, 0}}>
        {{ {nodes} }}"""
    onnx.save(onnx.parser.parse_model(text), path)
    return path


def slow(folder):
    """Save the same scores, after a thousand detours."""
    nodes = [f"v{place} = Sin({'x' if not place else f'v{place - 1}'})" for place in range(1000)]
    last = "big = Max(v999) zero = Sub(big, big) z = Add(x, zero) y = MatMul(z, w)"
    return scores(folder, "slow", "\n".join([*nodes, last]))


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Measure for a moment: where time decides here, one file takes many times as long."""
    monkeypatch.setattr(latency, "SECONDS", 0.001)


@pytest.fixture
def before(tmp_path):
    return scores(tmp_path, "before")


def test_a_copy_may_replace_the_file(before):
    report = check_replacement(before, before, ROWS, fragile=ROWS[:3], slower=100)
    assert report
    assert report.failed == ()
    assert report.changed == {"rows": 0, "fragile": 0}
    assert report.ratios["size"] == 1
    assert str(report).startswith("may it replace the file: yes\n  pass  rows     0 of 100 change")


def test_rows_that_change_are_counted_and_the_worst_is_named(before, tmp_path):
    after = scores(tmp_path, "after", "p = MatMul(x, w) q = Neg(p) y = Identity(q)")
    report = check_replacement(before, after, ROWS, changed=99, **PATIENT)
    assert report.changed["rows"] == 100
    row, moved = report.worst["rows"]
    assert moved == pytest.approx(2 * np.abs(ROWS[row, :2]).max())
    assert report.failed == ("rows",)
    assert "FAIL  rows     100 of 100 change, allowed: 99" in str(report)
    assert check_replacement(before, after, ROWS, changed=100, **PATIENT)


def test_fragile_rows_have_a_limit_of_their_own(before, tmp_path):
    after = scores(tmp_path, "after", "a = Abs(x) y = MatMul(a, w)")
    positive = np.abs(ROWS)
    report = check_replacement(before, after, positive, fragile=ROWS, **PATIENT)
    assert report.failed == ("fragile",)
    count = report.changed["fragile"]
    assert check_replacement(
        before, after, positive, fragile=ROWS, fragile_changed=count, **PATIENT
    )


def test_a_number_that_moves_counts_where_a_tolerance_says_so(before, tmp_path):
    after = scores(tmp_path, "after", "p = MatMul(x, w) y = Add(p, p)")
    assert check_replacement(before, after, ROWS, **PATIENT).changed["rows"] == 0
    strict = check_replacement(before, after, ROWS, tolerance=0.1, **PATIENT)
    assert strict.changed["rows"] == (np.abs(ROWS[:, :2]).max(axis=1) > 0.1).sum()


def test_not_a_number_is_a_change_unless_it_was_one_before(before, tmp_path):
    after = scores(tmp_path, "after", "s = Sqrt(x) y = MatMul(s, w)")
    report = check_replacement(before, after, ROWS, changed=100, **PATIENT)
    assert report.worst["rows"][1] == np.inf
    assert report.changed["rows"] >= (ROWS < 0).any(axis=1).sum()
    again = check_replacement(after, after, ROWS, **PATIENT)
    assert again.changed["rows"] == 0


def test_a_larger_file_is_refused(before, tmp_path):
    after = scores(tmp_path, "a-file-with-more-in-it", "z = Identity(x) y = MatMul(z, w)")
    assert check_replacement(before, after, ROWS, slower=1000).failed == ("size",)


def test_weights_beside_the_file_count(before, tmp_path):
    proto = onnx.load(before)
    weights = onnx.numpy_helper.from_array(np.eye(3, 2, dtype=np.float32), "w")
    proto.graph.initializer[0].CopyFrom(weights)
    outside = tmp_path / "outside.onnx"
    onnx.save(proto, outside, save_as_external_data=True, location="w.bin", size_threshold=0)
    report = check_replacement(outside, outside, ROWS, slower=100)
    assert report.ratios["size"] == 1
    grown = check_replacement(before, outside, ROWS, **PATIENT).ratios["size"]
    whole = outside.stat().st_size + (tmp_path / "w.bin").stat().st_size
    assert grown == whole / before.stat().st_size


def test_a_slower_file_is_refused(before, tmp_path):
    report = check_replacement(before, slow(tmp_path), ROWS, larger=1000, slower=3)
    assert report.failed == ("one row", "batch")
    assert report.ratios["one row"] > 3


def test_the_answers_are_asked_in_batches_of_the_size_of_production(before, tmp_path):
    nodes = "low = ReduceMin(x) z = Sub(x, low) y = MatMul(z, w)"
    after = scores(tmp_path, "after", nodes)
    small = check_replacement(before, after, ROWS, batch=1, **PATIENT)
    large = check_replacement(before, after, ROWS, batch=100, **PATIENT)
    assert small.worst["rows"][1] < large.worst["rows"][1]


def test_labels_are_compared_as_labels(tmp_path):
    text = """<ir_version: 10, opset_import: ["" : 18]>
        m (float[N, 3] x) => (int64[N] y) { y = %s<axis = 1, keepdims = 0>(x) }"""
    paths = [tmp_path / "max.onnx", tmp_path / "min.onnx"]
    for path, operator in zip(paths, ("ArgMax", "ArgMin"), strict=True):
        onnx.save(onnx.parser.parse_model(text % operator), path)
    report = check_replacement(*paths, ROWS, **PATIENT)
    assert report.changed["rows"] == 100
    assert report.worst["rows"] == (0, np.inf)


def test_one_number_per_row_needs_a_tolerance(tmp_path):
    path = scores(tmp_path, "one", "y = ReduceSum<keepdims = 1>(x, axis)")
    proto = onnx.load(path)
    proto.graph.initializer.append(onnx.numpy_helper.from_array(np.array([1]), "axis"))
    onnx.save(proto, path)
    with pytest.raises(ValueError, match="'y' is one number per row: say how far"):
        check_replacement(path, path, ROWS)
    assert check_replacement(path, path, ROWS, tolerance=0, **PATIENT)


def test_inputs_by_name_are_taken(before):
    assert check_replacement(before, before, {"x": ROWS}, slower=100)


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        (ROWS[:0], ValueError, "rows: expected at least one row"),
        (ROWS[:, :2], ShapeMismatchError, "wants shape"),
        (ROWS.astype(float), ValueError, "wants tensor"),
        ({"z": ROWS}, UnknownInputError, "has no input 'z'"),
    ],
)
def test_other_rows_get_a_sentence(before, rows, error, words):
    with pytest.raises(error, match=words):
        check_replacement(before, before, rows)


def test_no_fragile_rows_get_a_sentence(before):
    with pytest.raises(ValueError, match="fragile: expected at least one row"):
        check_replacement(before, before, ROWS, fragile=ROWS[:0])


def test_a_missing_file_gets_a_sentence(before, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        check_replacement(before, tmp_path / "gone.onnx", ROWS)


def test_bytes_get_a_sentence(before):
    with pytest.raises(TypeError, match="expected the path of a file, got bytes"):
        check_replacement(before, before.read_bytes(), ROWS)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"source": "z", "nodes": "y = MatMul(z, w)"}, "the inputs differ"),
        ({"target": "z", "nodes": "z = MatMul(x, w)"}, "the outputs differ"),
        (
            {"kind": "float16", "nodes": "f = Cast<to = 1>(x) y = MatMul(f, w)"},
            r"inputs differ: \{'x': 'tensor\(float\)'\} before, \{'x': 'tensor\(float16\)'\}",
        ),
    ],
)
def test_other_names_and_types_get_a_sentence(before, tmp_path, other, words):
    after = scores(tmp_path, "after", **other)
    with pytest.raises(ValueError, match=words):
        check_replacement(before, after, ROWS)


def test_an_output_that_lost_rows_gets_a_sentence(before, tmp_path):
    after = scores(tmp_path, "after", "p = MatMul(x, w) y = ReduceMax<keepdims = 1>(p)")
    with pytest.raises(ValueError, match="output 'y' has shape"):
        check_replacement(before, after, ROWS)


@pytest.mark.parametrize(
    ("limit", "problem"),
    [
        ({"changed": -1}, "expected changed of 0 or more, got -1"),
        ({"slower": float("nan")}, "expected slower of 0 or more, got nan"),
        ({"batch": 0}, "expected a batch of 1 or more, got 0"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(before, limit, problem):
    with pytest.raises(ValueError, match=problem):
        check_replacement(before, before, ROWS, **limit)
