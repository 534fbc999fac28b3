"""Runs and conversions that are tried, each in a process of its own. For `preflight`.

As `preflight`, this imports the standard library only, in the syntax of Python 3.8; what a
trial needs, it imports in its process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classroom.installed import TESTED, distribution, fits, install, to_type
from classroom.machine import FAIL, NOT_ASKED, OK, Finding
from classroom.messages import _, later

SECONDS_AT_MOST = 180
MAX_REASON = 200
# What helps against errors of a library that is installed and does not start.
KNOWN_ERRORS = {
    "DLL load failed": later("Install https://aka.ms/vs/17/release/vc_redist.x64.exe"),
    "libomp": later("Type: brew install libomp"),
    "libgomp": later("Type: sudo apt install libgomp1"),
    "SIGILL": later(
        "The processor is too old for TensorFlow (it needs AVX). Open the chapters in Google Colab"
    ),
}


@dataclass(frozen=True)
class Trial:
    """Something to run in a process of its own, and the packages that it takes."""

    name: str
    run: Callable[[], str]
    packages: tuple[str, ...]


def _run_digits() -> str:
    """Run the model that travels with the book on a digit that someone drew."""
    import onnxruntime as ort

    from helpers import DIGITS_MODEL, load_mnist

    digits = load_mnist()
    image, label = digits.x_test[:1], int(digits.y_test[0])
    session = ort.InferenceSession(DIGITS_MODEL, providers=["CPUExecutionProvider"])
    [probabilities] = session.run(["probabilities"], {"image": image})
    answer = int(probabilities.argmax())
    text = _("the model says {answer} to a handwritten {label}").format(answer=answer, label=label)
    if answer != label:
        raise RuntimeError(text)
    return text


def _convert_sklearn() -> str:
    """Convert trees, whose converter is the first to break with an unfitting protobuf."""
    from skl2onnx import to_onnx
    from sklearn.datasets import load_iris
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows, labels = load_iris(return_X_y=True, as_frame=True)
    rows = rows.to_numpy("float32")
    model = HistGradientBoostingClassifier(max_iter=5).fit(rows, labels)
    converted = to_onnx(model, rows[:1], options={"zipmap": False})
    return _same_answers(converted.SerializeToString(), rows, model.predict_proba(rows))


def _convert_lightgbm() -> str:
    import numpy as np
    import onnxmltools
    from lightgbm import LGBMRegressor
    from onnxmltools.convert.common.data_types import FloatTensorType
    from sklearn.datasets import load_iris

    rows = load_iris().data.astype("float32")
    model = LGBMRegressor(n_estimators=5, verbose=-1).fit(rows[:, :3], rows[:, 3])
    inputs = [("X", FloatTensorType([None, 3]))]
    converted = onnxmltools.convert_lightgbm(model, initial_types=inputs)
    expected = np.reshape(model.predict(rows[:, :3]), (-1, 1))
    return _same_answers(converted.SerializeToString(), rows[:, :3], expected)


def _convert_keras() -> str:
    import keras

    from helpers.digits import load_mnist

    rows = load_mnist().x_test[:20]
    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.LSTM(8), keras.layers.Dense(10, "softmax")]
    )
    expected = model.predict_on_batch(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        model.export(path, format="onnx", opset_version=17, verbose=False)
        return _same_answers(path.read_bytes(), rows, expected)


def _same_answers(model: bytes, rows: Any, expected: Any) -> str:
    """Compare the last output with what the training library answers."""
    import onnxruntime as ort

    from helpers.parity import check_parity

    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    answers = session.run(None, {session.get_inputs()[0].name: rows})[-1]
    parity = check_parity(expected, answers)
    if not parity:
        raise RuntimeError(str(parity))
    return _("the same answers for {count} rows").format(count=len(rows))


TRIALS = (
    Trial(
        later("run a model"),
        _run_digits,
        ("numpy", "matplotlib", "onnx", "onnxruntime", "protobuf"),
    ),
    Trial(
        later("scikit-learn to ONNX"),
        _convert_sklearn,
        ("scikit-learn", "skl2onnx", "pandas", "onnx", "onnxruntime", "numpy", "protobuf"),
    ),
    Trial(
        later("LightGBM to ONNX"),
        _convert_lightgbm,
        ("lightgbm", "onnxmltools", "scikit-learn", "onnx", "onnxruntime", "numpy", "protobuf"),
    ),
    Trial(
        later("Keras to ONNX"),
        _convert_keras,
        ("tensorflow", "keras", "tf2onnx", "onnx", "onnxruntime", "numpy", "protobuf"),
    ),
)


def ask(versions: dict[str, str | None]) -> Iterator[Finding]:
    """Tell how each trial ends: one after the other, beside the last, which takes longest."""
    missing = {
        trial: [name for name in trial.packages if versions[name] is None] for trial in TRIALS
    }
    running = {trial: _start(trial) for trial in TRIALS[-1:] if not missing[trial]}
    try:
        for trial in TRIALS:
            if missing[trial]:
                text = _("because of {packages}").format(packages=", ".join(missing[trial]))
                yield Finding(trial.name, NOT_ASKED, text)
                continue
            if trial not in running:
                running[trial] = _start(trial)
            found = {name: versions[name] or "" for name in trial.packages}
            unfit = [name for name, version in found.items() if not fits(name, version)]
            yield _outcome(trial, running[trial], unfit)
    finally:
        for process in running.values():
            process.kill()


def _start(trial: Trial) -> subprocess.Popen:
    """Run a trial where it can crash, and where its log does not reach the screen."""
    code = (
        f"import sys; sys.path.append({str(Path(__file__).resolve().parent.parent)!r}); "
        f"from classroom.trials import _child, {trial.run.__name__} as run; _child(run)"
    )
    environment = {
        **os.environ,
        "PYTHONUTF8": "1",
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        encoding="utf-8",
        errors="replace",
    )


def _child(run: Callable[[], str]) -> None:
    """Print the last line of a trial: what it found, or its error."""
    try:
        print(run())
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        print(reason if len(reason) <= MAX_REASON else f"{reason[:MAX_REASON]} ...")
        sys.exit(1)


def _outcome(trial: Trial, process: subprocess.Popen, unfit: list[str]) -> Finding:
    try:
        output, errors = process.communicate(timeout=SECONDS_AT_MOST)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        text = _("no answer in {seconds} s. Close other programs")
        return Finding(trial.name, FAIL, text.format(seconds=SECONDS_AT_MOST))
    last = (output.strip() or errors.strip()).rpartition("\n")[2]
    if process.returncode == 0:
        return Finding(trial.name, OK, last)
    reason = last
    if process.returncode != 1:
        reason = _("Python crashed: {how}").format(how=_crash(process.returncode))
    if unfit:
        remedy = _("Fix this first: {packages}").format(packages=", ".join(unfit))
    else:
        remedy = _remedy(trial, reason)
    return Finding(trial.name, FAIL, f"{reason}{'' if reason.endswith('.') else '.'} {remedy}")


def _crash(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else _("exit code {code:#x}").format(code=code)


def _remedy(trial: Trial, reason: str) -> str:
    """What helps: the known remedy, or the tested versions of the packages of the trial."""
    for sign, remedy in KNOWN_ERRORS.items():
        if sign in reason:
            return _(remedy)
    tested = [f"{distribution(name)}=={TESTED[name]['tested']}" for name in trial.packages]
    return to_type(install(tested))
