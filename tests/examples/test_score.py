"""The loop of the lesson on many rows: every row once, bad input in a sentence, nothing lost."""

import os
import shutil
import subprocess
import sys
from importlib import util

import numpy as np
import onnx
import pandas as pd
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
    probabilities = Concat <axis = 1> (age, counted) }
"""
IMAGES = """
<ir_version: 8, opset_import: ["" : 17]>
images (float[N, 2, 3] pixels) => (float[N, 2] probabilities) {
    axes = Constant <value = int64[1] {2}> ()
    probabilities = ReduceSum <keepdims = 0> (pixels, axes) }
"""


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


TABLES = {
    "no column 'city'. There are: row_id, age, visits.": rows().drop_columns("city"),
    "no column 'city'. Is it 'City'?": rows().rename_columns(["row_id", "age", "visits", "City"]),
    "column 'visits' holds double, expected whole numbers.": rows(visits=[1.5] * 10),
    "column 'age' holds string, expected numbers.": rows(age=["1"] * 10),
    "column 'city' holds int64, expected texts.": rows(city=[1] * 10),
    "column 'row_id' holds string, expected whole numbers.": rows(row_id=["a"] * 10),
    "row_id 3: no value in column 'city'": rows(city=["a"] * 3 + [None] + ["b"] * 6),
    "row_id 0: no value in column 'visits'": rows(visits=pa.array([None, *range(9)], pa.int64())),
}


# What is wrong with a row is found by the processes; all else before they start.
REFUSED = [(sentence, 1) for sentence in TABLES]
REFUSED += [(sentence, 2) for sentence in TABLES if "no value" in sentence]


@pytest.mark.parametrize(("sentence", "processes"), REFUSED)
def test_bad_tables_are_refused_with_a_sentence(folder, sentence, processes):
    write(folder, rows(), TABLES[sentence])
    said = refusal(folder, processes=processes)
    assert said.startswith("1.parquet: ")
    assert sentence in said


def test_a_list_of_another_length_is_refused(folder):
    write(folder, pa.table({"row_id": [1, 2], "pixels": [[1, 2, 3, 4, 5, 6], [1, 2]]}))
    assert "a list of 2 numbers, expected 6" in refusal(folder, "images.onnx")


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


def test_a_full_disk_ends_in_a_sentence(folder):
    """A file system of 200 KB, in a namespace of its own, where this system lets us make one."""
    big = rows(200_000, city=[f"{k:x}" * 3 for k in range(200_000)])
    write(folder, big)
    (folder / "disk").mkdir()
    script = (
        "mount -t tmpfs -o size=200k none disk && "
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
