"""The loop of the lesson on many rows: every row once, bad input in a sentence, nothing lost."""

import os
import shutil
import subprocess
import sys
import time
from importlib import util

import numpy as np
import onnx
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import parser

from tools.chapters import ROOT

EXAMPLE = ROOT / "examples" / "score"
MODEL = """
<ir_version: 8, opset_import: ["" : 17, "ai.onnx.ml" : 3]>
kinds (float[N, 1] age, int64[N, 1] visits, string[N, 1] city)
    => (string[N, 1] label, float[N, 2] probabilities) {
    label = Identity (city)
    counted = Cast <to = 1> (visits)
    unknown = IsNaN (age)
    filled = Where (unknown, counted, age)
    probabilities = Concat <axis = 1> (filled, counted) }
"""
IMAGES = """
<ir_version: 8, opset_import: ["" : 17]>
images (float[N, 2, 3] pixels) => (float[N, 2] probabilities) {
    axes = Constant <value = int64[1] {2}> ()
    probabilities = ReduceSum <keepdims = 0> (pixels, axes) }
"""
#: Models that this loop is not for, and what it says.
UNFIT = {
    "one (float[N, 1] age) => (float[N, 1] p) { p = Sigmoid (age) }": "two at least",
    "many (float[N, 1] age) => (float[N, 2] p, float[N, 2] q) "
    "{ p = Concat <axis = 1> (age, age)  q = Neg (p) }": "before them a label or nothing",
    "fewer (float[N, 1] age) => (float[2, 2] p) { p = Constant <value = float[2, 2] "
    "{1.0, 1.0, 1.0, 1.0}> () }": "answers 10 rows with the shapes [(2, 2)]",
    "wide (double[N, 1] age) => (double[N, 2] p) { p = Concat <axis = 1> (age, age) }": (
        "input 'age' is a tensor(double) of shape"
    ),
    "open (float[N, K] age) => (float[N, K] p) { p = Neg (age) }": "a fixed size for each row",
}


def load_module(name):
    """Module of the example, loaded by its path."""
    spec = util.spec_from_file_location(name, EXAMPLE / f"{name}.py")
    module = util.module_from_spec(spec)
    sys.modules[name] = module  # the processes of a pool look for it
    spec.loader.exec_module(module)
    return module


score = load_module("score")


def rows(count=10, first=0, **changed):
    """A table that the model takes."""
    columns = {
        "row_id": np.arange(first, first + count),
        "age": np.arange(count, dtype=float),
        "visits": np.arange(count) + 1000,
        "city": [f"c{k}" for k in range(count)],
    }
    return pa.table({**columns, **changed})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A model, and a source of three files."""
    monkeypatch.syspath_prepend(EXAMPLE)  # for the processes of a pool
    onnx.save(parser.parse_model(MODEL), tmp_path / "model.onnx")
    onnx.save(parser.parse_model(IMAGES), tmp_path / "images.onnx")
    write(tmp_path, *(rows(first=10 * k) for k in range(3)))
    return tmp_path


def write(folder, *tables):
    """Write the files of a source."""
    shutil.rmtree(folder / "source", ignore_errors=True)
    (folder / "source").mkdir()
    for k, table in enumerate(tables):
        pq.write_table(table, folder / "source" / f"{k}.parquet", row_group_size=4)


def run(folder, model="model.onnx", **options):
    return score.score_folder(folder / model, folder / "source", folder / "out", **options)


def refusal(folder, model="model.onnx", **options):
    """Sentence with which a folder is refused; nothing may be left behind."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(score.ScoreError) as caught:
        run(folder, model, **options)
    assert sorted(folder.rglob("*")) == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("batch", [1, 3, 7, 10, 1000])
def test_every_row_is_there_once_whatever_the_batch(folder, batch):
    assert run(folder, batch=batch) == 30
    out = pd.read_parquet(folder / "out")
    assert out["row_id"].tolist() == list(range(30))
    assert out["label"].tolist() == [f"c{k % 10}" for k in range(30)]
    assert out["score"].tolist() == [1000 + k % 10 for k in range(30)]


def test_several_processes_give_the_same_files(folder):
    run(folder)
    expected = [path.read_bytes() for path in sorted((folder / "out").iterdir())]
    shutil.rmtree(folder / "out")
    run(folder, processes=2)
    assert [path.read_bytes() for path in sorted((folder / "out").iterdir())] == expected


@pytest.mark.parametrize("kind", [pa.list_(pa.uint8()), pa.list_(pa.float32(), 6)])
def test_a_column_of_lists_becomes_images(folder, kind):
    pixels = pa.array([[1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 1]], kind)
    write(folder, pa.table({"row_id": [7, 8], "pixels": pixels}))
    run(folder, "images.onnx")
    out = pd.read_parquet(folder / "out")
    assert out["score"].tolist() == [15, 1]
    assert out["label"].tolist() == ["1", "1"]


def test_files_without_rows_and_missing_floats_are_fine(folder):
    write(folder, rows(2)[:0], rows(2, age=pa.array([None, 1.0])))
    assert run(folder) == 2


READ = """
import sys, pyarrow as pa, pyarrow.parquet as pq, score
path, way = sys.argv[1:]
file = pq.ParquetFile(path) if way == "default" else score.open_parquet(path)
rows = sum(len(frame) for frame in score.read_frames(file, 1000, file.schema_arrow.names))
print(file.num_row_groups, rows, pa.default_memory_pool().max_memory())
"""


@pytest.mark.slow
def test_memory_is_that_of_a_batch_however_long_a_row_group_is(folder):
    rng = np.random.default_rng(0)
    table = pa.table({f"c{number}": rng.random(1_000_000) for number in range(8)})
    pq.write_table(table, folder / "long.parquet", row_group_size=len(table))

    def peak(way):
        command = [sys.executable, "-c", READ, str(folder / "long.parquet"), way]
        ended = subprocess.run(command, cwd=EXAMPLE, capture_output=True, text=True, check=True)
        groups, count, most = map(int, ended.stdout.split())
        assert (groups, count) == (1, len(table))
        return most

    assert peak("default") > table.nbytes
    assert peak("pieces") < 0.6 * table.nbytes


def broken_texts(count):
    """Texts that are no UTF-8, as a program that doesn't check writes them."""
    ends = np.arange(count + 1, dtype=np.int32)
    buffers = [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(b"\xff" * count)]
    return pa.Array.from_buffers(pa.string(), count, buffers)


TABLES = {
    "no column 'city'. There are: row_id, age, visits.": rows().drop_columns("city"),
    "no column 'city'. Is it 'City'?": rows().rename_columns(["row_id", "age", "visits", "City"]),
    "column 'visits' holds double, expected whole numbers.": rows(visits=[1.5] * 10),
    "column 'age' holds string, expected numbers.": rows(age=["1"] * 10),
    "column 'city' holds int64, expected texts.": rows(city=[1] * 10),
    "column 'row_id' holds string, expected whole numbers.": rows(row_id=["a"] * 10),
    "row_id 3: no value in column 'city'": rows(city=["a"] * 3 + [None] + ["b"] * 6),
    "row_id 0: no value in column 'visits'": rows(visits=pa.array([None, *range(9)], pa.int64())),
    "no value in column 'row_id'": rows(row_id=pa.array([None, *range(9)], pa.int64())),
    "more than one column 'age'.": pa.table(
        [*rows().columns, rows()["age"]], names=[*rows().column_names, "age"]
    ),
    "row_id 0: column 'visits' holds a value that is no int64.": rows(
        visits=pa.array(range(2**63, 2**63 + 10), pa.uint64())
    ),
    "column 'age' holds decimal128(3, 1), expected numbers.": rows(
        age=pa.array([1] * 10, pa.decimal128(3, 1))
    ),
    "column 'visits' holds timestamp[us], expected whole": rows(
        visits=pa.array(range(10), pa.timestamp("us"))
    ),
    "column 'age' holds struct<x: int64>, expected numbers.": rows(age=[{"x": 1}] * 10),
    "row_id 2: column 'age' is infinite, or too large for a float.": rows(
        age=[1.0, 2.0, float("inf"), *[4.0] * 7]
    ),
    "not scored to its end: ": rows(city=broken_texts(10)),
}


# What is wrong with a row is found by the processes; all else before they start.
REFUSED = [(sentence, 1) for sentence in TABLES]
REFUSED += [(sentence, 2) for sentence in TABLES if "no value in column 'city'" in sentence]


@pytest.mark.parametrize(("sentence", "processes"), REFUSED)
def test_bad_tables_are_refused_with_a_sentence(folder, sentence, processes):
    write(folder, rows(), TABLES[sentence])
    said = refusal(folder, processes=processes)
    assert said.startswith("1.parquet: ")
    assert sentence in said


@pytest.mark.parametrize(
    "cities",
    [
        pa.array(["a", "b", "a"]).dictionary_encode(),
        pa.array(["a", "b", "a"], pa.large_string()),
    ],
)
def test_texts_may_be_stored_in_other_ways(folder, cities):
    write(folder, rows(3, city=cities))
    run(folder)
    assert pd.read_parquet(folder / "out")["label"].tolist() == ["a", "b", "a"]


def test_the_order_of_the_columns_does_not_matter(folder):
    write(folder, rows(3), rows(3, first=3).select(["city", "visits", "age", "row_id"]))
    assert run(folder) == 6
    assert pd.read_parquet(folder / "out")["score"].tolist() == [1000, 1001, 1002] * 2


@pytest.mark.parametrize("text", UNFIT, ids=lambda text: text.split()[0])
def test_a_model_that_the_loop_is_not_for_is_refused(folder, text):
    model = parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]> {text}')
    onnx.save(model, folder / "unfit.onnx")
    assert UNFIT[text] in refusal(folder, "unfit.onnx")


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_a_model_that_cannot_be_opened_is_refused(folder, content):
    if content is not None:
        (folder / "broken.onnx").write_bytes(content)
    assert refusal(folder, "broken.onnx").startswith("the model cannot be opened: ")


def test_a_model_that_was_saved_again_is_opened_again(folder):
    run(folder)
    negative = MODEL.replace("counted, age)", "counted, counted)")
    onnx.save(
        parser.parse_model(
            negative.replace("1> (visits)", "1> (less)").replace(
                "counted = Cast", "less = Neg (visits)  counted = Cast"
            )
        ),
        folder / "model.onnx",
    )
    shutil.rmtree(folder / "out")
    run(folder)
    assert (pd.read_parquet(folder / "out")["score"] < 0).all()


@pytest.mark.parametrize("name", ["deeper/3.parquet", "3.PARQUET", "3.parq", "3.pq"])
def test_files_that_would_be_left_out_are_named(folder, name):
    path = folder / "source" / name
    path.parent.mkdir(exist_ok=True)
    pq.write_table(rows(), path)
    assert refusal(folder).startswith(f"{name} is no *.parquet right in source")


@pytest.mark.parametrize("name", ["_3.parquet", ".3.parquet"])
def test_files_that_readers_of_the_output_would_pass_over_are_named(folder, name):
    pq.write_table(rows(), folder / "source" / name)
    assert refusal(folder).startswith(f"{name}: readers pass over such a name.")


@pytest.mark.parametrize("kind", ["Int64", "float64", object])
def test_a_number_may_be_missing_in_all_rows(folder, kind):
    """A batch of one row, for example; the model says what it makes of it."""
    session = score.open_session(str(folder / "model.onnx"))
    frame = pd.DataFrame(FRAME)
    frame["age"] = pd.Series([None, None], dtype=kind)
    assert np.isnan(score.make_feed(session, frame)["age"]).all()


@pytest.mark.parametrize("options", [{"batch": 0}, {"processes": 0}])
def test_a_number_that_is_none_is_refused(folder, options):
    assert "begin at 1" in refusal(folder, **options)


def test_an_output_that_appears_in_the_meantime_stays(folder, monkeypatch):
    plain = score.score_file

    def slow(session, source, target, batch):
        (folder / "out").mkdir(exist_ok=True)
        (folder / "out" / "of another run").touch()
        return plain(session, source, target, batch)

    monkeypatch.setattr(score, "score_file", slow)
    with pytest.raises(score.ScoreError, match="out cannot be written"):
        run(folder)
    assert [path.name for path in (folder / "out").iterdir()] == ["of another run"]
    assert not list(folder.glob(".out*"))


def test_an_output_below_a_file_is_refused(folder):
    (folder / "out").touch()
    with pytest.raises(score.ScoreError, match="no folder can be made for"):
        score.score_folder(folder / "model.onnx", folder / "source", folder / "out" / "deeper")


def test_folders_may_be_texts_and_relative(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert score.score_folder("model.onnx", "source", "out") == 30


FRAME = {"row_id": [1, 2], "age": [1.0, 2.0], "visits": [1, 2], "city": ["a", "b"]}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"visits": [1, 1.5]}, "row_id 2: column 'visits' holds a value that is no int64."),
        ({"age": ["1", "2"]}, "column 'age' holds string, expected numbers."),
        ({"age": np.array([1, 2], "M8[s]")}, "column 'age' holds datetime64, expected numbers."),
        ({"age": [1.0, 1e300]}, "row_id 2: column 'age' is infinite, or too large for a float."),
        ({"row_id": ["1", "2"]}, "column 'row_id' holds "),
        ({"city": ["1", 2]}, "column 'city' holds mixed-integer, expected texts."),
        ({"city": None}, "no column 'city'. There are: row_id, age, visits."),
    ],
)
def test_what_an_engine_hands_over_is_looked_at_too(folder, changed, sentence):
    session = score.open_session(str(folder / "model.onnx"))
    columns = {name: values for name, values in {**FRAME, **changed}.items() if values is not None}
    with pytest.raises(score.ScoreError) as caught:
        score.score(session, pd.DataFrame(columns))
    assert str(caught.value).startswith(sentence)


def test_a_frame_without_rows_can_be_handed_back_to_an_engine(folder):
    """In a frame whose rows are all set aside, nothing is left to score."""
    session = score.open_session(str(folder / "model.onnx"))
    scored = score.score(session, pd.DataFrame(FRAME)[:0])
    for name, kind in zip(score.SCHEMA.names, score.SCHEMA.types, strict=True):
        assert isinstance(pa.array(scored[name], kind, from_pandas=True), pa.Array)


def test_rows_that_share_a_label_of_the_index_are_told_apart(folder):
    session = score.open_session(str(folder / "model.onnx"))
    frame = pd.DataFrame(FRAME, index=[0, 0]).astype({"city": object})
    frame["city"] = ["a", None]
    with pytest.raises(score.ScoreError, match=r"^row_id 2: no value in column 'city'"):
        score.score(session, frame)


@pytest.mark.parametrize("kind", [pa.list_(pa.uint8()), pa.list_(pa.float32(), 6)])
def test_a_number_that_is_missing_in_a_list_is_refused(folder, kind):
    pixels = pa.array([[1] * 6, [1, 2, 3, 4, 5, None]], kind)
    write(folder, pa.table({"row_id": [7, 8], "pixels": pixels}))
    assert "row_id 8: no value in column 'pixels'" in refusal(folder, "images.onnx")


def test_an_answer_that_is_no_number_is_refused(folder):
    model = "x (float[N, 1] age) => (float[N, 2] p) { p = Concat <axis = 1> (age, age) }"
    onnx.save(
        parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]> {model}'),
        folder / "nan.onnx",
    )
    write(folder, rows(age=pa.array([1.0, None, *[1.0] * 8])))
    assert "row_id 1: the answer is no number." in refusal(folder, "nan.onnx")


def test_a_list_of_another_length_is_refused(folder):
    write(folder, pa.table({"row_id": [1, 2], "pixels": [[1, 2, 3, 4, 5, 6], [1, 2]]}))
    assert "row_id 2: column 'pixels' has a list of 2 numbers, expected 6" in refusal(
        folder, "images.onnx"
    )


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table", "cut"])
def test_a_file_that_is_not_whole_is_refused(folder, content):
    path = folder / "source" / "1.parquet"
    path.write_bytes(path.read_bytes()[:-20] if content == "cut" else content)
    assert "1.parquet: this is no whole Parquet file" in refusal(folder)


def test_damage_in_the_middle_is_refused(folder):
    big = rows(5000)
    write(folder, big)
    path = folder / "source" / "0.parquet"
    content = bytearray(path.read_bytes())
    content[100:3000] = b"\xff" * 2900
    path.write_bytes(content)
    assert refusal(folder).startswith("0.parquet: ")


def test_an_empty_or_missing_source_is_refused(folder):
    write(folder)
    assert "no file *.parquet" in refusal(folder)
    (folder / "source").rmdir()
    assert "no file *.parquet" in refusal(folder)


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_an_output_that_exists_stays_as_it_is(folder, there):
    out = folder / "out"
    if there == "file":
        out.write_text("yesterday")
    elif there == "folder":
        out.mkdir()
        (out / "yesterday.parquet").write_text("yesterday")
    else:
        out.symlink_to(folder / "nowhere")
    assert refusal(folder) == "out exists. Name a new folder for each run."


def test_what_the_runtime_refuses_names_the_rows(folder, monkeypatch):
    def feed(session, frame):
        return {"age": frame[["age"]].to_numpy()}

    monkeypatch.setattr(score, "make_feed", feed)
    assert refusal(folder, batch=5).startswith("0.parquet: row_id 0 to 4: ")


def test_a_loop_that_loses_and_doubles_is_noticed(folder, monkeypatch):
    plain = score.score

    def shifted(session, frame):
        return plain(session, frame.assign(row_id=frame["row_id"].clip(upper=8)))

    monkeypatch.setattr(score, "score", shifted)
    assert "doesn't hold each of its rows once" in refusal(folder)


KILLER = """
import os, signal, score
plain = score.score
def score_or_die(session, frame):
    if (frame["row_id"] == 15).any():
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(session, frame)
score.score = score_or_die
if __name__ == "__main__":
    score.main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_process_ends_in_a_sentence(folder):
    (folder / "killer.py").write_text(KILLER)
    command = [sys.executable, "killer.py", "model.onnx", "source", "out", "--processes", "2"]
    ended = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(EXAMPLE)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip() == "score: a process was killed, perhaps for want of memory."
    assert not (folder / "out").exists()
    assert not list(folder.glob(".out*"))


STOPPED = """
import time, score
plain = score.score
def slow_score(session, frame):
    open(f"at-{frame['row_id'].iloc[0]}", "x").close()
    time.sleep(0.3)
    return plain(session, frame)
score.score = slow_score
if __name__ == "__main__":
    score.main()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
@pytest.mark.parametrize("way", ["terminate", "kill"])
def test_processes_end_with_the_one_that_started_them(folder, way):
    """A pool's processes would wait for work forever, each with its memory."""
    (folder / "stopped.py").write_text(STOPPED)
    command = [sys.executable, "stopped.py", "model.onnx", "source", "out", "--processes", "2"]
    with subprocess.Popen(
        [*command, "--batch", "5"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(EXAMPLE)},
        stderr=subprocess.PIPE,
        text=True,
    ) as job:
        until = time.monotonic() + 120
        while not list(folder.glob("at-*")) and time.monotonic() < until:
            time.sleep(0.05)
        started = psutil.Process(job.pid).children(recursive=True)
        getattr(job, way)()
        _, left = psutil.wait_procs(started, timeout=120)
        said = job.communicate(timeout=120)[1]
    assert len(started) > 2  # Python keeps one more, to tidy up
    assert [process.cmdline() for process in left] == []
    assert not (folder / "out").exists()
    if way == "terminate":
        assert "score: stopped before the end." in said
        assert not list(folder.glob(".out*"))


def test_a_full_disk_ends_in_a_sentence(folder):
    """A file system of 50 KB, in a namespace of its own, where this system lets us make one."""
    big = rows(15_000, city=[f"{k:x}" * 3 for k in range(15_000)])
    write(folder, big)
    (folder / "disk").mkdir()
    script = (
        "mount -t tmpfs -o size=50k none disk && "
        f"{sys.executable} {EXAMPLE / 'score.py'} model.onnx source disk/out; "
        "echo code $?; ls -A disk"
    )
    ended = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if "code" not in ended.stdout or "mount" in ended.stderr:
        pytest.skip(f"no file system of our own here: {ended.stderr.strip()}")
    assert ended.stdout.split() == ["code", "1"], ended.stdout
    assert "No space left on device" in ended.stderr
    assert ended.stderr.startswith("score: 0.parquet: not scored to its end: ")


def test_readers_of_the_link_see_one_run_or_the_next(folder):
    for name in ("run-1", "run-2"):
        (folder / name).mkdir()
        score.publish(folder / name, folder / "current")
        assert (folder / "current").resolve() == (folder / name).resolve()
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_the_link_leads_to_a_run_that_lies_elsewhere(folder):
    (folder / "runs" / "run-1").mkdir(parents=True)
    score.publish(folder / "runs" / "run-1", folder / "current")
    assert (folder / "current").resolve() == (folder / "runs" / "run-1").resolve()


def test_a_link_is_not_put_over_a_file_nor_to_nowhere(folder):
    content = (folder / "model.onnx").read_bytes()
    for run, name in (("source", "model.onnx"), ("source", "source"), ("nowhere", "current")):
        with pytest.raises(score.ScoreError):
            score.publish(folder / run, folder / name)
    assert (folder / "model.onnx").read_bytes() == content
    assert sorted(path.name for path in folder.iterdir()) == [
        "images.onnx",
        "model.onnx",
        "source",
    ]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.randoms())
def test_keys_count_equal_only_for_the_same_rows(tmp_path_factory, ids, random):
    folder = tmp_path_factory.mktemp("keys")
    shuffled = random.sample(ids, len(ids))
    changed = [*ids[:-1], ids[-1] + 1]
    paths = []
    for name, made in (("a", ids), ("b", shuffled), ("c", changed)):
        paths.append(folder / f"{name}.parquet")
        pq.write_table(pa.table({"row_id": made}), paths[-1])
    first, second, third = map(score.count_keys, paths)
    assert (first == second).all()
    assert (first != third).any()
