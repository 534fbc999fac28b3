"""Run the pairs of versions in the table of boosters, each in an environment of its own.

``python -m tools.proof.booster_pairs`` reads the table of `PAGE`, installs each pair with uv,
trains and converts three small models, compares 2,000 rows of each, and fails where a cell of
the table says something else. ``--show`` prints what was found, as the table has it.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path("chapters/reference/booster-settings.md")
ROOT = Path(__file__).parents[2]
RIGHT = "right"
FIRST = ("onnxmltools", "protobuf")  # the columns before those of the libraries
COMMON = ("numpy<2.3", "scipy", "setuptools<80")
AROUND = {  # what was current next to these versions of onnxmltools
    "1.16": ("skl2onnx==1.20.0", "scikit-learn==1.6.1", "onnx==1.20.1", "onnxruntime==1.24.1"),
    "older": ("skl2onnx==1.18.0", "scikit-learn==1.6.1", "onnx==1.17.0", "onnxruntime==1.22.1"),
}


def read_table(text: str) -> dict[tuple[str, str, str], str]:
    """Outcome by onnxmltools, protobuf and library with its version, from the page.

    Raises
    ------
    ValueError
        When the page has no such table.
    """
    found: dict[tuple[str, str, str], str] = {}
    columns: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if tuple(cells[:2]) == FIRST:
            columns = cells[2:]
        elif not line.startswith("|"):
            columns = []
        elif columns and re.fullmatch(r"[\d.]+", cells[0]):
            pairs = zip(columns, cells[2:], strict=True)
            found |= {(cells[0], cells[1], column): cell.strip("`") for column, cell in pairs}
    if not found:
        raise ValueError(f"expected a table that begins with {FIRST}, found none in {PAGE}")
    return found


def run(tools: str, protobuf: str, library: str) -> str:
    """Outcome of one pair, in an environment that uv makes for it."""
    name, version = library.split()
    package = "xgboost-cpu" if name == "XGBoost" else name.lower()
    around = AROUND["1.16" if tools.startswith("1.16") else "older"]
    wanted = [f"{package}=={version}", f"onnxmltools=={tools}", f"protobuf=={protobuf}.*"]
    command = [sys.executable, "-m", "uv", "run", "--quiet", "--no-project", "--python", "3.11"]
    for requirement in (*wanted, *around, *COMMON):
        command += ["--with", requirement]
    result = subprocess.run(
        [*command, "python", __file__, "--pair", name.lower()],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = result.stdout.strip().splitlines() or result.stderr.strip().splitlines()
    return (lines or ["nothing"])[-1]


def convert_three(library: str) -> str:
    """In the environment of a pair: convert three models, and say how that went."""
    import numpy as np
    import onnxmltools
    import onnxruntime as ort
    from onnxmltools.convert.common.data_types import FloatTensorType

    rows = np.random.default_rng(0).integers(0, 100, (3000, 4)).astype(np.float32)
    load = rows[:, 0] + rows[:, 1] * rows[:, 2] / 50
    module = __import__(library)
    prefix = {"xgboost": "XGB", "lightgbm": "LGBM"}[library]
    convert = getattr(onnxmltools, f"convert_{library}")
    quiet = {"verbose": -1} if library == "lightgbm" else {}
    targets = (load > 100, np.digitize(load, [80, 130]), load)
    for target in targets:
        kind = "Regressor" if target is load else "Classifier"
        model = getattr(module, prefix + kind)(n_estimators=20, **quiet)
        model.fit(rows[:1000], target[:1000].astype(float if target is load else int))
        try:
            proto = convert(model, initial_types=[("X", FloatTensorType([None, 4]))])
        except (TypeError, ValueError) as error:
            return re.sub(r": '\[.*", "", str(error).splitlines()[0]).rstrip(".")
        answer = ort.InferenceSession(proto.SerializeToString()).run(None, {"X": rows[1000:]})[-1]
        if isinstance(answer, list):
            answer = np.array([[one[key] for key in sorted(one)] for one in answer])
        ask = model.predict if target is load else model.predict_proba
        truth = ask(rows[1000:])
        wrong = ~np.isclose(np.reshape(answer, truth.shape), truth, rtol=1e-3, atol=1e-4)
        if wrong.any():
            return f"{wrong.reshape(2000, -1).any(axis=1).sum()} of 2000 rows differ"
    return RIGHT


def main() -> int:
    """Compare the table with what the pairs do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pair", metavar="LIBRARY", help="what this script calls itself with")
    parser.add_argument("--show", action="store_true", help="print what was found")
    chosen = parser.parse_args()
    if chosen.pair:
        print(convert_three(chosen.pair))
        return 0
    wrong = 0
    for pair, told in read_table((ROOT / PAGE).read_text(encoding="utf-8")).items():
        found = run(*pair)
        if chosen.show or not found.startswith(told):
            print(*pair, "-", found, flush=True)
        if not found.startswith(told):
            print(f"   the table says: {told}", flush=True)
            wrong += 1
    print("pairs: the table holds" if not wrong else f"pairs: {wrong} cells differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
