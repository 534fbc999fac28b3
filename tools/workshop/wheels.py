"""The wheels of a kit: every package that the lock pins for a platform, and our own."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.chapters import ROOT, ChapterError
from tools.environments import ProgramError

STORED = ROOT / "_build" / "kit" / "wheels"
LOCK = ROOT / "requirements.txt"
PROJECT = ROOT / "pyproject.toml"
# What our distribution is built from; the chapters hold quizzes and checks of answers.
CODE = ("helpers", "classroom", "chapters", "examples")
PACKAGE = (*CODE, "pyproject.toml", "README.md", "LICENSE")
# Examples have hidden files, such as .npmrc, which belong to them.
LEFT_OUT = ("__pycache__", "models", "node_modules", "*.ipynb", ".ipynb_checkpoints", ".*_cache")


def manylinux(machine: str) -> list[str]:
    """Tags of the wheels for a Linux with glibc 2.28 or newer, as of 2018."""
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(28, 16, -1)]
    return [*tags, f"manylinux2014_{machine}"]


# For each platform: what uv calls it, and the tags of its wheels.
PLATFORMS = {
    "linux-x86_64": (
        "x86_64-manylinux_2_28",
        [*manylinux("x86_64"), "manylinux2010_x86_64", "manylinux1_x86_64"],
    ),
    "linux-aarch64": ("aarch64-manylinux_2_28", manylinux("aarch64")),
    "macos-arm64": ("aarch64-apple-darwin", ["macosx_14_0_arm64"]),
    "windows-x86_64": ("x86_64-pc-windows-msvc", ["win_amd64"]),
}


def say(text: str) -> None:
    """Print a line at once, also when the output is a pipe."""
    print(f"kit: {text}", flush=True)


def say_each_tenth(what: str, before: int, now: int, total: int) -> None:
    """Say how much is done when another tenth of it is."""
    if now * 10 // total > before * 10 // total:
        say(f"   {what}: {now * 100 // total} %")


def download_wheels(platform: str, python: str, groups: list[str]) -> Path:
    """Folder with the locked wheels of a platform and their ``requirements.txt``.

    What is there already, of this lock, is not asked for again.

    Parameters
    ----------
    platform : str
        One of `PLATFORMS`.
    python : str
        Such as "3.12".
    groups : list of str
        Groups of ``pyproject.toml`` beside the ones that every kit holds.

    Raises
    ------
    ProgramError
        When a wheel is not to be had.
    """
    folder = STORED / "-".join([platform, f"py{python}", *groups])
    stamp = folder / "lock.txt"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pins = locked_for(platform, python, groups)
    requirements = folder / "requirements.txt"
    requirements.write_text("\n".join(pins) + "\n", encoding="utf-8")
    command = [*download_command(platform, python), "--dest", str(folder)]
    lines = output_of([*command, "--requirement", str(requirements)])
    taken = (line for line in lines if line.startswith(("Collecting ", "Processing ")))
    for count, _ in enumerate(taken, 1):
        say_each_tenth("wheels", count - 1, count, len(pins))
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def download_command(platform: str, python: str) -> list[str]:
    """Command that downloads wheels for another machine, and compares their hashes."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--require-hashes", "--progress-bar=off", "--disable-pip-version-check"]
    command += ["--python-version", python, "--implementation", "cp"]
    for abi in (f"cp{python.replace('.', '')}", "abi3", "none"):
        command += ["--abi", abi]
    for tag in PLATFORMS[platform][1]:
        command += ["--platform", tag]
    return command


def output_of(command: list[str]) -> Iterator[str]:
    """Lines that a command prints, as they come; ProgramError with the last ones if it fails."""
    # ONNX Runtime has no wheels for a macOS before 14, and uv assumes an older one.
    variables = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"}
    lines = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            yield line
    if process.returncode != 0:
        last = "".join(lines[-20:]).rstrip()
        raise ProgramError(f"{command[2]} failed. Is there a network?\n{last}")


def locked_for(platform: str, python: str, groups: list[str]) -> list[str]:
    """What the chapters, JupyterLab and more groups take on a platform, as the lock pins it.

    Returns
    -------
    list of str
        An entry of a requirements file for each package: version and hashes, no condition.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", str(PROJECT)]
    for group in ("chapters", "workshop", *groups):
        command += ["--group", group]
    command += ["--constraint", str(LOCK)]
    command += ["--python-platform", PLATFORMS[platform][0], "--python-version", python]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--quiet"]
    needed = [line.split(";")[0].strip() for line in output_of(command)]
    return choose_pins(needed, read_pins(LOCK.read_text(encoding="utf-8")))


def read_pins(lock: str) -> dict[str, str]:
    """Hashes of each version that the lock pins, as they stand there, by ``name==version``."""
    return dict(re.findall(r"^(\S+==\S+)[^\\\n]*((?: \\\n +--hash=\S+)+)", lock, re.MULTILINE))


def choose_pins(needed: list[str], locked: dict[str, str]) -> list[str]:
    """Entries of the lock for what is needed.

    Raises
    ------
    ChapterError
        When the lock has another version than the bounds ask for.
    """
    missing = [pin for pin in needed if pin not in locked]
    if missing:
        raise ChapterError(
            f"{LOCK.name}: expected {', '.join(missing)} by the bounds in {PROJECT.name}, and "
            "the lock has none of it. Run: make lock"
        )
    return [pin + locked[pin] for pin in needed]


def build_own(folder: Path) -> str:
    """Build the wheel of `helpers` and `classroom`; return its entry of a requirements file."""
    with tempfile.TemporaryDirectory() as scratch:
        for name in PACKAGE:
            here, there = ROOT / name, Path(scratch) / name
            if here.is_dir():
                shutil.copytree(here, there, ignore=shutil.ignore_patterns(*LEFT_OUT))
            else:
                shutil.copyfile(here, there)
        command = [sys.executable, "-m", "pip", "wheel", scratch, "--wheel-dir", str(folder)]
        command += ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
        list(output_of([*command, "--disable-pip-version-check"]))
    [wheel] = folder.glob("onnx_in_practice-*.whl")
    version = wheel.name.split("-")[1]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"onnx-in-practice=={version} \\\n    --hash=sha256:{digest}\n"
