"""Score a folder of Parquet files with an ONNX file: every row once, in flat memory.

The model has one input for each column, or one for a column of lists, such as images. A row is
known by its `row_id`. From a terminal: `python score.py MODEL SOURCE TARGET --processes 2`.
"""

import argparse
import difflib
import math
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

KEY = "row_id"
SUFFIXES = (".parquet", ".parq", ".pq")
BATCH = 5_000  # rows that are in memory at once, for each process
PIECE = 2**20  # bytes of a column that are read at once
DTYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(string)": object}
NUMBERS = ("floating", "integer", "mixed-integer-float", "decimal", "empty")  # pandas' names
SCHEMA = pa.schema([(KEY, pa.int64()), ("label", pa.string()), ("score", pa.float32())])


class ScoreError(ValueError):
    """A sentence about data that cannot be scored; no output was changed."""

    def __init__(self, text: str):
        super().__init__(" ".join(text.split()))


def open_session(model: str | bytes) -> ort.InferenceSession:
    """Open a file, or the bytes of one, with one thread that doesn't spin."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own types have no common name
        raise ScoreError(f"the model cannot be opened: {error}") from error
    for value in session.get_inputs():
        if value.type not in DTYPES or not all(isinstance(size, int) for size in value.shape[1:]):
            raise ScoreError(
                f"input {value.name!r} is a {value.type} of shape {value.shape}, expected one of "
                f"{', '.join(DTYPES)} with a fixed size for each row."
            )
    return session


def find_missing(session: ort.InferenceSession, frame: pd.DataFrame) -> pd.Series:
    """Name, for each row, the column whose missing value no model can take; else an empty text."""
    for name in columns_of(session):
        if name not in frame:
            raise ScoreError(f"no column {name!r}. There are: {', '.join(map(str, frame))}.")
    found = pd.Series("", index=frame.index).mask(frame[KEY].isna(), KEY)
    for value in session.get_inputs():
        column = frame[value.name]
        if is_list(value):
            missing = column.map(lambda values: bool(np.any(pd.isna(values))))
            found = found.mask(missing.astype(bool), value.name)
        elif value.type != "tensor(float)":  # a float can be NaN
            found = found.mask(column.isna(), value.name)
    return found


def make_feed(session: ort.InferenceSession, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Make an array of each column that the model reads."""
    missing = find_missing(session, frame)
    for name in missing[missing != ""].unique():
        text = f"no value in column {name!r}. Fill it as for the training, or set the row aside."
        refuse(frame, missing == name, text)
    return {
        value.name: (stack if is_list(value) else stand)(frame, value)
        for value in session.get_inputs()
    }


def refuse(frame: pd.DataFrame, bad: pd.Series | np.ndarray, text: str) -> None:
    """Stop at the first row that is bad, if there is one, and name it."""
    if bad.any():
        raise ScoreError(f"{KEY} {frame[KEY].iloc[bad.argmax()]}: {text}")


def stand(frame: pd.DataFrame, value: ort.NodeArg) -> np.ndarray:
    """Make one array of single values, of the type that the model takes."""
    name, dtype, column = value.name, DTYPES[value.type], frame[value.name].to_numpy()
    held = pd.api.types.infer_dtype(column)  # in a frame, nobody has looked at types so far
    if held not in (("string",) if dtype is object else NUMBERS):
        raise ScoreError(f"column {name!r} holds {held}, expected {HELD[value.type]}.")
    with np.errstate(over="ignore"):  # said below, with the row
        array = frame[name].to_numpy(
            dtype, **({"na_value": np.nan} if dtype is np.float32 else {})
        )
    if dtype is np.float32:
        refuse(frame, np.isinf(array), f"column {name!r} is infinite, or too large for a float.")
    elif dtype is np.int64:
        refuse(frame, array != column, f"column {name!r} holds a value that is no int64.")
    return array.reshape(-1, 1)


def stack(frame: pd.DataFrame, value: ort.NodeArg) -> np.ndarray:
    """Make one array of lists that are all as long as the model takes them."""
    shape, column = value.shape[1:], frame[value.name]
    lengths = column.map(len)
    wrong = lengths != math.prod(shape)
    if wrong.any():
        text = f"a list of {lengths[wrong].iloc[0]} numbers, expected {math.prod(shape)}."
        refuse(frame, wrong, f"column {value.name!r} has {text}")
    return np.array(column.to_list(), DTYPES[value.type]).reshape(-1, *shape)


def is_list(value: ort.NodeArg) -> bool:
    """Whether an input takes more than one value of a row."""
    return math.prod(value.shape[1:]) > 1


def score(session: ort.InferenceSession, frame: pd.DataFrame) -> pd.DataFrame:
    """Score the rows of a frame: `row_id`, the label, and the highest probability."""
    if frame.empty:  # made here: Spark can't take what pyarrow makes of an empty table
        none = {KEY: np.zeros(0, np.int64), "label": np.zeros(0, str), "score": np.zeros(0)}
        return pd.DataFrame(none).astype({"score": np.float32})
    feed = make_feed(session, frame)
    keys = frame[KEY].to_numpy()
    if not pd.api.types.is_integer_dtype(frame[KEY]):
        raise ScoreError(f"column {KEY!r} holds {frame[KEY].dtype}, expected whole numbers.")
    try:
        *labels, probabilities = session.run(None, feed)
    except Exception as error:
        first, last = frame[KEY].iloc[[0, -1]]
        raise ScoreError(f"{KEY} {first} to {last}: {error}") from error
    check_answer(frame, labels, probabilities)
    label = labels[0] if labels else probabilities.argmax(axis=1)
    best = probabilities.max(axis=1)
    return pd.DataFrame({KEY: keys, "label": label.ravel().astype(str), "score": best})


def check_answer(frame: pd.DataFrame, labels: list[np.ndarray], probabilities: np.ndarray) -> None:
    """Stop at an answer that isn't a number for each class, with at most a label before it."""
    *before, scores = (np.asarray(answer) for answer in (*labels, probabilities))
    fits = scores.dtype.kind == "f" and scores.ndim == 2 and len(scores) == len(frame)
    if before:
        fits = fits and len(before) == 1 and before[0].size == len(frame)
        fits = fits and before[0].dtype.kind != "f"
    if not fits or (scores.shape[1] < 2 and not before):
        shapes = [answer.shape for answer in (*before, scores)]
        raise ScoreError(
            f"the model answers {len(frame)} rows with the shapes {shapes}, expected a column for "
            "each class, two at least, and before them a label or nothing. (In skl2onnx, that is "
            "options={'zipmap': False}.)"
        )
    text = "the answer is no number. Look for a value that is missing, and nothing fills it."
    refuse(frame, ~np.isfinite(scores).all(axis=1), text)


def columns_of(session: ort.InferenceSession) -> list[str]:
    """Columns to read: no others are worth the time."""
    return [KEY, *(value.name for value in session.get_inputs())]


def open_parquet(path: Path) -> pq.ParquetFile:
    """Open a Parquet file, to be read in pieces; by default a row group is read as one."""
    try:
        return pq.ParquetFile(path, pre_buffer=False, buffer_size=PIECE)
    except (OSError, pa.ArrowException) as error:
        raise ScoreError(f"{path.name}: this is no whole Parquet file: {error}") from error


def read_frames(parquet: pq.ParquetFile, rows: int, columns: list[str]) -> Iterator[pd.DataFrame]:
    """Read so many rows at once, on one thread, whatever the row groups are."""
    if parquet.metadata.num_rows == 0:
        return  # pyarrow 18 raises an error for a file without a row group
    for batch in parquet.iter_batches(rows, columns=columns, use_threads=False):
        yield batch.to_pandas(use_threads=False)


def check_columns(path: Path, schema: pa.Schema, session: ort.InferenceSession) -> None:
    """Stop at a column that is missing or of another type, before anything is scored."""
    wanted = {KEY: "whole numbers"}
    for value in session.get_inputs():
        wanted[value.name] = "lists of numbers" if is_list(value) else HELD[value.type]
    for name, holds in wanted.items():
        if schema.names.count(name) > 1:
            raise ScoreError(f"{path.name}: more than one column {name!r}.")
        if name not in schema.names:
            close = difflib.get_close_matches(name.lower(), [n.lower() for n in schema.names], 1)
            near = [n for n in schema.names if close and n.lower() == close[0]]
            hint = f"Is it {near[0]!r}?" if near else f"There are: {', '.join(schema.names)}."
            raise ScoreError(f"{path.name}: no column {name!r}. {hint}")
        found = schema.field(name).type
        if not FITS[holds](found):
            raise ScoreError(f"{path.name}: column {name!r} holds {found}, expected {holds}.")


def is_number(kind: pa.DataType) -> bool:
    """Whether a column holds numbers."""
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def is_list_of_numbers(kind: pa.DataType) -> bool:
    """Whether a column holds lists of numbers."""
    lists = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(is_one(kind) for is_one in lists) and is_number(kind.value_type)


def is_texts(kind: pa.DataType) -> bool:
    """Whether a column holds texts, or categories that are texts."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


HELD = {"tensor(float)": "numbers", "tensor(int64)": "whole numbers", "tensor(string)": "texts"}
FITS = {
    "numbers": is_number,
    "whole numbers": pa.types.is_integer,
    "texts": is_texts,
    "lists of numbers": is_list_of_numbers,
}


def count_keys(path: Path) -> np.ndarray:
    """Count the rows of a file, and add up a hash of each key: equal only for the same rows."""
    found = np.zeros(2, np.uint64)
    for frame in read_frames(open_parquet(path), 10 * BATCH, [KEY]):
        keys = frame[KEY].to_numpy()
        found += np.array([len(keys), pd.util.hash_array(keys).sum()], np.uint64)
    return found


def score_file(session: ort.InferenceSession, source: Path, target: Path, batch: int) -> int:
    """Score one file into one other, and return its rows once they are all there."""
    parquet = open_parquet(source)
    try:
        with pq.ParquetWriter(target, SCHEMA) as writer:
            for frame in read_frames(parquet, batch, columns_of(session)):
                scored = score(session, frame)
                writer.write_table(pa.Table.from_pandas(scored, SCHEMA, preserve_index=False))
    except ScoreError as error:
        raise ScoreError(f"{source.name}: {error}") from error
    except (OSError, pa.ArrowException) as error:
        raise ScoreError(f"{source.name}: not scored to its end: {error}") from error
    if (count_keys(source) != count_keys(target)).any():
        raise ScoreError(f"{source.name}: the output doesn't hold each of its rows once.")
    return parquet.metadata.num_rows


@cache
def session_of(model: str) -> ort.InferenceSession:
    """Open a file once in each process."""
    return open_session(model)


def work(task: tuple[str, Path, Path, int]) -> int:
    """Score one file with the session of this process."""
    model, *files_and_rows = task
    return score_file(session_of(model), *files_and_rows)


def end_with_parent() -> None:
    """End this process with the one that started it; a pool's would wait forever."""

    def wait() -> None:
        parent_process().join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def check_folder(session: ort.InferenceSession, source: Path) -> list[Path]:
    """Files of a folder, once each of them has what the model reads, and no row is left out."""
    files = sorted(source.glob("*.parquet"))
    if not files:
        raise ScoreError(f"{source}: no file *.parquet in it.")
    for path in files:
        if path.name[0] in "_.":
            raise ScoreError(f"{path.name}: readers pass over such a name. Rename or remove it.")
    other = {path for path in source.rglob("*") if path.suffix.lower() in SUFFIXES} - {*files}
    if other:
        name = min(other).relative_to(source)
        raise ScoreError(f"{name} is no *.parquet right in {source.name}, and would be left out.")
    for path in files:
        check_columns(path, open_parquet(path).schema_arrow, session)
    return files


def score_folder(
    model: str | Path,
    source: str | Path,
    target: str | Path,
    processes: int = 1,
    batch: int = BATCH,
) -> int:
    """Score all files of a folder into a new one, which is there when it is whole.

    Raises
    ------
    ScoreError
        When the data or the disk is to blame; `target` is then what it was before.
    """
    source, target = Path(source), Path(target)
    if min(processes, batch) < 1:
        raise ScoreError("the numbers of processes and of rows in a batch begin at 1.")
    if os.path.lexists(target):
        raise ScoreError(f"{target.name or target} exists. Name a new folder for each run.")
    session = open_session(str(model))
    files = check_folder(session, source)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise ScoreError(f"no folder can be made for {target}: {error}") from error
    try:
        if processes == 1:
            rows = sum(score_file(session, path, partial / path.name, batch) for path in files)
        else:
            tasks = [(str(model), path, partial / path.name, batch) for path in files]
            spawn = get_context("spawn")  # a fork would copy sessions without their threads
            with ProcessPoolExecutor(processes, spawn, end_with_parent) as pool:
                rows = sum(pool.map(work, tasks))
        partial.chmod(0o755)
        partial.rename(target)
        return rows
    except BrokenProcessPool as error:
        raise ScoreError("a process was killed, perhaps for want of memory.") from error
    except OSError as error:  # such as another run that was faster
        raise ScoreError(f"{target.name} cannot be written: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def publish(folder: Path, name: Path) -> None:
    """Let a link lead to a finished folder; readers see the old one or the new one."""
    if not folder.is_dir():
        raise ScoreError(f"{folder} is no folder that can be published.")
    if name.exists() and not name.is_symlink():
        raise ScoreError(f"{name} is no link, and stays as it is.")
    link = name.with_name(f".{name.name}-{os.getpid()}")
    link.unlink(missing_ok=True)  # of a process that was killed
    link.symlink_to(os.path.relpath(folder.resolve(), name.parent.resolve()))
    link.replace(name)


def peak_memory() -> float:
    """Return the most megabytes that this process has had so far."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    import resource  # macOS; not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--batch", type=int, default=BATCH)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("score: stopped before the end."))
    try:
        rows = score_folder(**vars(chosen))
    except ScoreError as error:
        sys.exit(f"score: {error}")
    print(f"rows: {rows}, peak memory: {peak_memory():.0f} MB")


if __name__ == "__main__":
    main()
