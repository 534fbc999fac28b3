"""Tell in ten seconds whether a machine is ready for the book.

``python -m helpers.preflight`` in a terminal, ``preflight()`` in a notebook. This file
imports the standard library only, and its syntax is that of Python 3.8: it has to speak
where packages are missing and where Python is too old.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

PYTHONS = ((3, 11), (3, 12), (3, 13))
TESTED: dict[str, dict] = json.loads(
    (Path(__file__).parent / "data" / "tested.json").read_text(encoding="utf-8")
)
# The distributions that provide TensorFlow; `helpers.packages` knows the same ones.
ALTERNATIVES = {"tensorflow": ("tensorflow-cpu", "tensorflow-intel", "tensorflow-rocm")}

# Measured on Linux. All chapters together write 2 MB, and 11 MB more with FULL_MNIST; the
# rest is for Jupyter's copies of the notebooks and for caches. The largest kernel takes
# 1.5 GB (the Keras chapter), and for one section 2.8 GB, which is no reason to stop.
DISK_NEEDED = 100_000_000
MEMORY_NEEDED = 1_500_000_000
MEMORY_AT_MOST = 3_000_000_000
LARGEST_SECTION = "The 2 GB limit"
SECONDS_AT_MOST = 180
MAX_REASON = 200

OK, FAIL, UNKNOWN, NOT_ASKED = "ok", "FAIL", "unknown", "not asked"
COLORS = {OK: "32", FAIL: "31", UNKNOWN: "33", NOT_ASKED: "33"}

COLAB = "Open the chapters in Google Colab"
# What helps against errors of a library that is installed and does not start.
KNOWN_ERRORS = {
    "DLL load failed": "Install https://aka.ms/vs/17/release/vc_redist.x64.exe",
    "libomp": "Type: brew install libomp",
    "libgomp": "Type: sudo apt install libgomp1",
    "SIGILL": f"The processor is too old for TensorFlow (it needs AVX). {COLAB}",
}


@dataclass(frozen=True)
class Finding:
    """Result of one check: what was asked, one of four words, and what was found."""

    name: str
    status: str
    text: str

    def line(self, *, colors: bool) -> str:
        """One line for the screen."""
        word = f"{self.status:<9}"
        if colors:
            word = f"\x1b[{COLORS[self.status]}m{word}\x1b[0m"
        return f"{self.name:<22}{word}  {self.text}"


@dataclass(frozen=True)
class Trial:
    """Something to run in a process of its own, and the packages that it takes."""

    name: str
    run: Callable[[], str]
    packages: tuple[str, ...]


def preflight() -> None:
    """Print one line for each thing that the book needs from this machine.

    The checks: the Python version; write access to the working folder; free disk and
    memory; the version of each package; and, each in a process of its own, a run of the
    model that travels with the book, and a conversion of a scikit-learn, a LightGBM and a
    Keras model whose answers have to be the same afterwards. Each line is ``ok``, or
    ``FAIL`` with what is wrong and what to type. ``unknown``, where this system does not
    tell, and ``not asked``, because of something that failed before, are not counted.
    """
    _report()


def main() -> int:
    """Do what `preflight` does; 0 when nothing failed, 1 otherwise."""
    return 0 if _report() else 1


def _report() -> bool:
    """Print each finding as soon as it is known; return whether nothing failed."""
    started = time.perf_counter()
    colors = _has_colors()
    print("Is this machine ready? About ten seconds, the first time longer.\n", flush=True)
    failed = []
    for finding in _findings():
        print(finding.line(colors=colors), flush=True)
        if finding.status == FAIL:
            failed.append(finding.name)
    if not failed:
        print(f"\nReady, checked in {time.perf_counter() - started:.0f} s.")
        return True
    print(f"\nNot ready, {'1 check' if len(failed) == 1 else f'{len(failed)} checks'} failed.")
    packages = [name for name in failed if name in TESTED and not _why_none(name)]
    if len(packages) > 1:
        print(f"All packages at once: {_install(map(_requirement, packages))}")
    restart = "restart the kernel, " if _in_notebook() else ""
    print(f"Do what the lines say, {restart}then run this again.")
    return False


def _findings() -> Iterator[Finding]:
    python = _python()
    yield python
    if python.status == FAIL:
        return  # what is installed for another Python does not count
    yield _folder()
    yield _disk()
    yield _memory()
    versions = {name: _version(_distribution(name)) for name in TESTED}
    for name, version in versions.items():
        yield _package(name, version)
    yield from _trials(versions)


def _has_colors() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    # The old console of Windows shows the codes as they are.
    return sys.stdout.isatty() and (os.name != "nt" or "WT_SESSION" in os.environ)


def _in_notebook() -> bool:
    return type(sys.stderr).__module__.startswith("ipykernel")


def _python() -> Finding:
    version = f"{platform.python_version()} ({sys.executable})"
    needed = "Python 3.11, 3.12 or 3.13"
    if sys.version_info[:2] not in PYTHONS:
        return Finding("Python", FAIL, f"{version}: the book needs {needed}. {_other_python()}")
    if sys.maxsize < 2**32:
        return Finding("Python", FAIL, f"{version}: 32 bits. Install {needed} with 64 bits")
    return Finding("Python", OK, version)


def _other_python() -> str:
    """What to do about this Python: take one that is here, or install one."""
    for major, minor in reversed(PYTHONS):
        name = f"python{major}.{minor}"
        if _starts(name):
            return f"Type: {name} -m venv .venv, and install the book there"
    return "Install one from https://www.python.org/downloads/ and the book there"


def _starts(command: str) -> bool:
    """Whether there is such a Python, and no stand-in for one, as pyenv and Windows have."""
    if shutil.which(command) is None:
        return False
    return subprocess.run([command, "-c", ""], capture_output=True, check=False).returncode == 0


def _folder() -> Finding:
    name = "working folder"
    folder = Path.cwd()
    try:
        with tempfile.TemporaryDirectory(dir=folder) as inner:
            (Path(inner) / "file").write_bytes(b"content")
    except OSError as error:
        return Finding(
            name,
            FAIL,
            f"{folder} cannot be written ({error.strerror}). Start in a folder of your own, "
            f"for example: cd {Path.home()}",
        )
    return Finding(name, OK, f"{folder} can be written")


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    return _enough("disk", free, DISK_NEEDED, "Delete files that you no longer need")


def _memory() -> Finding:
    free = _free_memory()
    if free is None:
        needed = _gigabytes(MEMORY_NEEDED)
        return Finding("memory", UNKNOWN, f"this system does not tell; needed: {needed}")
    found = _enough("memory", free, MEMORY_NEEDED, "Close other programs")
    if found.status == OK and free < MEMORY_AT_MOST:
        exception = f'; only the section "{LARGEST_SECTION}" takes {_gigabytes(MEMORY_AT_MOST)}'
        return replace(found, text=found.text + exception)
    return found


def _enough(name: str, free: int, needed: int, mend: str) -> Finding:
    text = f"{_gigabytes(free)} free, needed: {_gigabytes(needed)}"
    return Finding(name, OK, text) if free >= needed else Finding(name, FAIL, f"{text}. {mend}")


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


def _free_memory() -> int | None:
    """Bytes that programs can still take, or None where that cannot be read."""
    readers = {"linux": _memory_of_linux, "darwin": _memory_of_macos, "win32": _memory_of_windows}
    try:
        return readers[sys.platform]()
    except (KeyError, OSError, TypeError, ValueError, subprocess.SubprocessError):
        return None


def _memory_of_linux(root: Path = Path("/")) -> int:
    free = 1024 * _number(r"MemAvailable: +(\d+) kB", (root / "proc/meminfo").read_text())
    group = root / "sys/fs/cgroup"  # in a container, the limit is the container's
    limit = group / "memory.max"
    if limit.exists() and limit.read_text().strip() != "max":
        taken = _number(r"anon (\d+)", (group / "memory.stat").read_text())
        free = min(free, int(limit.read_text()) - taken)
    return free


def _memory_of_macos() -> int:
    command = ["/usr/bin/vm_stat"]
    text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout
    kinds = ("free", "inactive", "speculative")
    pages = sum(_number(rf"Pages {kind}: +(\d+)", text) for kind in kinds)
    return pages * _number(r"page size of (\d+) bytes", text)


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("available", ctypes.c_uint64),
        ("others", ctypes.c_uint64 * 5),
    )


def _memory_of_windows() -> int:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        raise OSError("GlobalMemoryStatusEx failed")
    return status.available


def _number(pattern: str, text: str) -> int:
    return int(re.search(pattern, text)[1])


def _version(distribution: str) -> str | None:
    """Version of a distribution, or None when it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _distribution(name: str) -> str:
    """The distribution that provides a package here, or else the one to install."""
    for candidate in (name, *ALTERNATIVES.get(name, ())):
        if _version(candidate) is not None:
            return candidate
    # The CPU wheel is half the size of the plain one.
    small = sys.platform == "linux" and platform.machine() == "x86_64"
    return "tensorflow-cpu" if name == "tensorflow" and small else name


def _package(name: str, version: str | None) -> Finding:
    tested = TESTED[name]["tested"]
    if version == tested:
        return Finding(name, OK, version)
    if version is not None and _fits(name, version):
        return Finding(name, OK, f"{version}, tested with {tested}")
    found = "not installed" if version is None else f"{version}, needed: {_bounds(name)}"
    mend = _why_none(name) or f"Type: {_install([_requirement(name)])}"
    return Finding(name, FAIL, f"{found}. {mend}")


def _fits(name: str, version: str) -> bool:
    bounds = TESTED[name]
    numbers = _numbers(version)
    if numbers < _numbers(bounds["at_least"]):
        return False
    for series in map(_numbers, bounds.get("excluded", ())):
        if numbers[: len(series)] == series:
            return False
    return "below" not in bounds or numbers < _numbers(bounds["below"])


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version.partition("+")[0])]


def _bounds(name: str) -> str:
    bounds = TESTED[name]
    parts = [f">={bounds['at_least']}"]
    parts += [f"!={series}.*" for series in bounds.get("excluded", ())]
    if "below" in bounds:
        parts.append(f"<{bounds['below']}")
    return ",".join(parts)


def _requirement(name: str) -> str:
    """What to install, as pip takes it."""
    return _distribution(name) + _bounds(name)


def _install(requirements: Iterable[str]) -> str:
    """The command that installs them into this environment."""
    quoted = " ".join(f'"{requirement}"' for requirement in requirements)
    if importlib.util.find_spec("pip") is None:  # an environment that uv made
        return f'uv pip install --python "{sys.executable}" {quoted}'
    if _in_notebook():
        return f"%pip install {quoted}"
    return f"{_python_command()} -m pip install {quoted}"


def _python_command() -> str:
    """What to type to get the Python that runs this."""
    for name in ("python", "python3"):
        if shutil.which(name) == sys.executable:
            return name
    return f'"{sys.executable}"' if " " in sys.executable else sys.executable


def _why_none(name: str) -> str:
    """Why pip finds no package of that name for this machine; empty where it does."""
    if name not in ("tensorflow", "onnxruntime"):
        return ""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        return (
            "There is none for Intel Macs. On an M-series Mac, install a Python for Apple "
            f"silicon; on an Intel Mac: {COLAB}"
        )
    if sys.platform == "darwin" and int(platform.mac_ver()[0].partition(".")[0]) < 14:
        return f"There is none before macOS 14. Update macOS, or: {COLAB}"
    if name == "tensorflow" and sysconfig.get_platform() == "win-arm64":
        return "There is none for Python for ARM. Install the Python for x86-64, 64 bits"
    return ""


def _run_digits() -> str:
    """Run the model that travels with the book on a digit that someone drew."""
    import onnxruntime as ort

    from helpers import DIGITS_MODEL, load_mnist

    digits = load_mnist()
    image, label = digits.x_test[:1], int(digits.y_test[0])
    session = ort.InferenceSession(DIGITS_MODEL, providers=["CPUExecutionProvider"])
    [probabilities] = session.run(["probabilities"], {"image": image})
    answer = int(probabilities.argmax())
    if answer != label:
        raise RuntimeError(f"the model says {answer} to a handwritten {label}")
    return f"the model says {answer} to a handwritten {label}"


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
    import onnxmltools
    from lightgbm import LGBMRegressor
    from onnxmltools.convert.common.data_types import FloatTensorType
    from sklearn.datasets import load_iris

    rows = load_iris().data.astype("float32")
    model = LGBMRegressor(n_estimators=5, verbose=-1).fit(rows[:, :3], rows[:, 3])
    inputs = [("X", FloatTensorType([None, 3]))]
    converted = onnxmltools.convert_lightgbm(model, initial_types=inputs)
    expected = model.predict(rows[:, :3]).reshape(-1, 1)
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


def _same_answers(model: bytes, rows, expected) -> str:
    """Compare the last output with what the training library answers."""
    import onnxruntime as ort

    from helpers.parity import check_parity

    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    answers = session.run(None, {session.get_inputs()[0].name: rows})[-1]
    parity = check_parity(expected, answers)
    if not parity:
        raise RuntimeError(str(parity))
    return f"the same answers for {len(rows)} rows"


TRIALS = (
    Trial("run a model", _run_digits, ("numpy", "matplotlib", "onnx", "onnxruntime", "protobuf")),
    Trial(
        "scikit-learn to ONNX",
        _convert_sklearn,
        ("scikit-learn", "skl2onnx", "pandas", "onnx", "onnxruntime", "numpy", "protobuf"),
    ),
    Trial(
        "LightGBM to ONNX",
        _convert_lightgbm,
        ("lightgbm", "onnxmltools", "scikit-learn", "onnx", "onnxruntime", "numpy", "protobuf"),
    ),
    Trial(
        "Keras to ONNX",
        _convert_keras,
        ("tensorflow", "keras", "tf2onnx", "onnx", "onnxruntime", "numpy", "protobuf"),
    ),
)


def _trials(versions: dict[str, str | None]) -> Iterator[Finding]:
    """Tell how each trial ends: one after the other, beside the last, which takes longest."""
    missing = {
        trial: [name for name in trial.packages if versions[name] is None] for trial in TRIALS
    }
    running = {trial: _start(trial) for trial in TRIALS[-1:] if not missing[trial]}
    try:
        for trial in TRIALS:
            if missing[trial]:
                yield Finding(trial.name, NOT_ASKED, f"because of {', '.join(missing[trial])}")
                continue
            if trial not in running:
                running[trial] = _start(trial)
            unfit = [name for name in trial.packages if not _fits(name, versions[name])]
            yield _outcome(trial, running[trial], unfit)
    finally:
        for process in running.values():
            process.kill()


def _start(trial: Trial) -> subprocess.Popen:
    """Run a trial where it can crash, and where its log does not reach the screen."""
    code = (
        f"import sys; sys.path.append({str(Path(__file__).resolve().parent.parent)!r}); "
        f"from helpers.preflight import _child, {trial.run.__name__} as run; _child(run)"
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
        text = f"no answer in {SECONDS_AT_MOST} s. Close other programs"
        return Finding(trial.name, FAIL, text)
    last = (output.strip() or errors.strip()).rpartition("\n")[2]
    if process.returncode == 0:
        return Finding(trial.name, OK, last)
    reason = last if process.returncode == 1 else f"Python crashed: {_crash(process.returncode)}"
    mend = f"Mend this first: {', '.join(unfit)}" if unfit else _mend(trial, reason)
    return Finding(trial.name, FAIL, f"{reason}{'' if reason.endswith('.') else '.'} {mend}")


def _crash(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code:#x}"


def _mend(trial: Trial, reason: str) -> str:
    """What helps: the known remedy, or the tested versions of the packages of the trial."""
    for sign, remedy in KNOWN_ERRORS.items():
        if sign in reason:
            return remedy
    tested = [f"{_distribution(name)}=={TESTED[name]['tested']}" for name in trial.packages]
    return f"Type: {_install(tested)}"


if __name__ == "__main__":
    sys.exit(main())
