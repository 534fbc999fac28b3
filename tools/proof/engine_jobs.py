"""Install Spark; run the job on Dask and on Ray: as it is, with a killed worker, with a bad row.

What is found lies in ``engines/found.yml``, which a page shows; a run that finds something else
fails.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import onnx
import pandas as pd
import yaml

from tools.chapters import ROOT, ChapterError, read_yaml
from tools.engines import LOCKS, install, why_no_spark

FOUND = LOCKS / "found.yml"
EXAMPLE = ROOT / "examples" / "score"
ENGINES = ("dask", "ray")
ROWS, FILES, PATIENCE = 80_000, 8, 300
#: Put behind `score.py` in a copy of the example: what happens when one row comes by.
FAULTS = {
    "none": "",
    "killed worker": """
import signal
def score(session, frame, plain=score):
    if (frame[KEY] == 79_999).any() and not os.path.exists("killed"):
        open("killed", "x").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(session, frame)
""",
    "row that raises": """
def score(session, frame, plain=score):
    if (frame[KEY] == 79_999).any():
        raise ScoreError("row_id 79999: no value")
    return plain(session, frame)
""",
}
PREPARE = """
import sys
from pathlib import Path
from customers import *
from score import score_folder
from skl2onnx import to_onnx
from skl2onnx.common.data_types import *

write_customers(Path("customers"), int(sys.argv[1]), int(sys.argv[2]))
types = {name: FloatTensorType([None, 1]) for name in ("age", "calls")}
types["visits"] = Int64TensorType([None, 1])
types |= {name: StringTensorType([None, 1]) for name in TEXTS}
proto = to_onnx(train(), initial_types=list(types.items()), options={"zipmap": False})
Path("model.onnx").write_bytes(proto.SerializeToString())
score_folder("model.onnx", Path("customers"), Path("by-loop"))
"""


def prepare(folder: Path) -> pd.DataFrame:
    """Write customers and model, and return what the loop makes of them."""
    command = [sys.executable, "-c", PREPARE, str(ROWS), str(FILES)]
    subprocess.run(command, cwd=folder, env=variables(EXAMPLE), check=True)
    onnx.checker.check_model(str(folder / "model.onnx"))
    return in_order(folder / "by-loop")


def variables(*folders: Path) -> dict[str, str]:
    """Environment of a job, with these folders on Python's path."""
    quiet = {"ORT_DISABLE_TELEMETRY": "1", "RAY_USAGE_STATS_ENABLED": "0"}
    quiet["RAY_raylet_start_wait_time_s"] = "60"  # on a machine that has other work, too
    return {**os.environ, **quiet, "PYTHONPATH": os.pathsep.join(map(str, folders))}


def in_order(folder: Path) -> pd.DataFrame:
    """Read what was scored, in the order of the ids."""
    return pd.read_parquet(folder).sort_values("row_id", ignore_index=True)


def run_job(engine: str, fault: str, folder: Path, expected: pd.DataFrame) -> dict[str, Any]:
    """Run one job in a folder, and say what is there afterwards."""
    code = folder / f"{engine} {fault}"
    code.mkdir()
    for path in EXAMPLE.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        main = text.find("if __name__ ==")
        main = len(text) if main < 0 else main
        behind = FAULTS[fault] if path.name == "score.py" else ""
        (code / path.name).write_text(text[:main] + behind + text[main:], encoding="utf-8")
    target = code / "scored"
    command = [sys.executable, f"{engine}_job.py"]
    command += [str(folder / "model.onnx"), str(folder / "customers"), str(target)]
    # Ray keeps a token at home, and its log and sockets in a folder whose path is short.
    places = {"HOME": str(folder), "RAY_TMPDIR": str(folder)}
    ended = subprocess.run(
        command,
        cwd=code,
        env=variables(code, install(engine)) | places,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if fault == "killed worker" and not (code / "killed").exists():
        raise ChapterError(f"{engine}: no worker was killed:\n{ended.stderr[-2000:]}")
    if ended.returncode and fault != "row that raises":
        print(ended.stderr[-3000:], flush=True)
    rows = in_order(target) if list(target.glob("*.parquet")) else expected[:0]
    return {
        "ends": "well" if ended.returncode == 0 else "with an error",
        "rows": "all" if len(rows) == ROWS else "some" if len(rows) else "none",
        "each once": bool(rows["row_id"].is_unique),
        "as the loop": same(rows, expected),
        "names the row": "row_id 79999" in ended.stderr,
    }


def same(rows: pd.DataFrame, expected: pd.DataFrame) -> bool:
    """Whether some rows are what the loop says of them, bit by bit."""
    of_these = expected[expected["row_id"].isin(rows["row_id"])].reset_index(drop=True)
    return rows.astype(of_these.dtypes.to_dict()).equals(of_these)


def run_jobs() -> None:
    """Run all jobs, print what is found, and stop where it is not what is stored."""
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        expected = prepare(Path(name))
        for engine in ENGINES:
            for fault in FAULTS:
                result = run_job(engine, fault, Path(name), expected)
                found.setdefault(engine, {})[fault] = result
                print(f"engines: {engine}, {fault}: {result}", flush=True)
    stored = read_yaml(FOUND) if FOUND.exists() else None
    if stored != found:
        again = FOUND.with_suffix(".new.yml")
        again.write_text(yaml.safe_dump(found, sort_keys=False), encoding="utf-8")
        raise ChapterError(f"this is not what {FOUND.name} says; it is in {again.name}")
    print("engines: as stored")


def main(arguments: list[str]) -> None:
    """Install Spark; with ``--all`` run the same job on Dask and on Ray, too."""
    parser = argparse.ArgumentParser(prog="engines", description=main.__doc__)
    parser.add_argument("--all", action="store_true", help="also run Dask and Ray, and check them")
    chosen = parser.parse_args(arguments)
    install("spark")
    print(f"engines: {why_no_spark() or 'Spark and Java are here'}", flush=True)
    if chosen.all:
        run_jobs()
