"""Ask one file of trees in several versions of ONNX Runtime, each in an environment of its own.

``python -m tools.proof.runtime_forests`` reads the table of `PAGE`, trains and converts a tree
and a forest with two classes, asks both files for 2,000 rows in each version, and fails where a
cell of the table says something else. ``--show`` prints what was found, as the table has it.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

PAGE = Path("chapters/reference/runs-and-is-wrong.md")
ROOT = Path(__file__).parents[2]
FIRST = "onnxruntime"  # the column before those of the models
MODELS = ("tree", "forest")
RIGHT, WRONG = "right", "half of the labels are wrong"
ROWS = 2000


def read_table(text: str) -> dict[str, tuple[str, ...]]:
    """Outcome of each model by version, from the page.

    Raises
    ------
    ValueError
        When the page has no such table.
    """
    found: dict[str, tuple[str, ...]] = {}
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        inside = line.startswith("|") and (inside or tuple(cells) == (FIRST, *MODELS))
        if inside and re.fullmatch(r"[\d.]+", cells[0]):
            found[cells[0]] = tuple(cells[1:])
    if not found:
        raise ValueError(f"expected a table of {FIRST}, {MODELS}; found none in {PAGE}")
    return found


def make(folder: Path) -> None:
    """Write the files of both models, rows, and the labels that scikit-learn gives."""
    from skl2onnx import to_onnx
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.tree import DecisionTreeClassifier

    random = np.random.default_rng(0)
    rows = random.normal(size=(500 + ROWS, 5)).astype(np.float32)
    signal = rows[:, 0] + rows[:, 1] * rows[:, 2]
    above = (signal > np.median(signal)).astype(int)
    np.save(folder / "rows.npy", rows[500:])
    for name, model in zip(
        MODELS,
        (DecisionTreeClassifier(max_depth=4, random_state=0), RandomForestClassifier(51)),
        strict=True,
    ):
        model.set_params(random_state=0).fit(rows[:500], above[:500])
        opsets = {"": 18, "ai.onnx.ml": 3}  # which all these versions know
        proto = to_onnx(model, rows[:1], options={"zipmap": False}, target_opset=opsets)
        (folder / f"{name}.onnx").write_bytes(proto.SerializeToString())
        np.save(folder / f"{name}.npy", model.predict(rows[500:]))


def ask(folder: Path) -> None:
    """Print the outcome of each model, in the version that is installed here."""
    import onnxruntime as ort

    for name in MODELS:
        session = ort.InferenceSession(
            str(folder / f"{name}.onnx"), providers=["CPUExecutionProvider"]
        )
        labels = session.run(None, {"X": np.load(folder / "rows.npy")})[0]
        wrong = (labels != np.load(folder / f"{name}.npy")).mean()
        print(RIGHT if wrong == 0 else WRONG if 0.3 < wrong < 0.7 else f"{wrong:.2f} are wrong")


def run(version: str, folder: Path) -> tuple[str, ...]:
    """Outcomes of one version, in an environment that uv makes for it."""
    command = [sys.executable, "-m", "uv", "run", "--quiet", "--no-project", "--python", "3.11"]
    command += ["--with", f"{FIRST}=={version}", "--with", "numpy<2.3"]
    result = subprocess.run(
        [*command, "python", __file__, "--ask", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        return ((result.stderr.strip().splitlines() or ["it ended without a word"])[-1],) * 2
    return tuple(result.stdout.strip().splitlines())


def main(arguments: list[str]) -> int:
    """Compare the table of the page with what each version answers."""
    parser = argparse.ArgumentParser(prog="runtime_forests", description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true", help="print the outcomes, as table rows")
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.ask:
        ask(chosen.ask)
        return 0
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        for version, said in read_table((ROOT / PAGE).read_text(encoding="utf-8")).items():
            found = run(version, Path(folder))
            if chosen.show:
                print(f"| {version} | {' | '.join(found)} |", flush=True)
            if found != said:
                faults += 1
                print(f"{FIRST} {version}: the page says {said}, found {found}", flush=True)
    print(f"runtime_forests: {faults} versions differ from the table of {PAGE.name}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
