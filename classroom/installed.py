"""What is installed, whether it fits, and what to type if it does not. For `preflight`.

As `preflight`, this imports the standard library only, in the syntax of Python 3.8.
"""

from __future__ import annotations

import importlib.util
import json
import platform
import re
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from classroom.machine import FAIL, OK, Finding
from classroom.messages import _

# For each package: the version `tested`, `at_least` and `below` it, and series `excluded`.
TESTED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "tested.json").read_text(encoding="utf-8")
)
# The distributions that provide TensorFlow; `helpers.packages` knows the same ones.
ALTERNATIVES = {"tensorflow": ("tensorflow-cpu", "tensorflow-intel", "tensorflow-rocm")}


def in_notebook() -> bool:
    """Whether a notebook's kernel runs this."""
    return type(sys.stderr).__module__.startswith("ipykernel")


def version(distribution: str) -> str | None:
    """Version of a distribution, or None when it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def distribution(name: str) -> str:
    """The distribution that provides a package here, or else the one to install."""
    for candidate in (name, *ALTERNATIVES.get(name, ())):
        if version(candidate) is not None:
            return candidate
    # The CPU wheel is half the size of the plain one.
    small = sys.platform == "linux" and platform.machine() == "x86_64"
    return "tensorflow-cpu" if name == "tensorflow" and small else name


def check_package(name: str, version: str | None) -> Finding:
    """Whether a package is there, in a version that fits."""
    tested = TESTED[name]["tested"]
    if version is not None and fits(name, version):
        other = _("{version}, tested with {tested}").format(version=version, tested=tested)
        return Finding(name, OK, version if version == tested else other)
    if version is None:
        found = _("not installed")
    else:
        found = _("{version}, needed: {needed}").format(version=version, needed=needed(name))
    remedy = why_none(name) or to_type(install([requirement(name)]))
    return Finding(name, FAIL, f"{found}. {remedy}")


def fits(name: str, version: str) -> bool:
    """Whether a version is within the bounds of the book."""
    bounds, found = TESTED[name], _numbers(version)
    if found < _numbers(bounds["at_least"]):
        return False
    if any(found[: len(series)] == series for series in map(_numbers, bounds.get("excluded", []))):
        return False
    return "below" not in bounds or found < _numbers(bounds["below"])


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version.partition("+")[0])]


def needed(name: str) -> str:
    """Bounds of the book for a package, as pip takes them."""
    bounds = TESTED[name]
    below = [f"<{bounds['below']}"] if "below" in bounds else []
    excluded = [f"!={series}.*" for series in bounds.get("excluded", [])]
    return ",".join([f">={bounds['at_least']}", *excluded, *below])


def requirement(name: str) -> str:
    """What to install, as pip takes it."""
    return distribution(name) + needed(name)


def to_type(command: str) -> str:
    """Advice to type a command."""
    return _("Type: {command}").format(command=command)


def install(requirements: Iterable[str]) -> str:
    """The command that installs them into this environment."""
    quoted = " ".join(f'"{requirement}"' for requirement in requirements)
    if importlib.util.find_spec("pip") is None:  # an environment that uv made
        return f'uv pip install --python "{sys.executable}" {quoted}'
    if in_notebook():
        return f"%pip install {quoted}"
    return f"{_python_command()} -m pip install {quoted}"


def _python_command() -> str:
    """What to type to get the Python that runs this."""
    for name in ("python", "python3"):
        if shutil.which(name) == sys.executable:
            return name
    return f'"{sys.executable}"' if " " in sys.executable else sys.executable


def why_none(name: str) -> str:
    """Why pip finds no package of that name for this machine; empty where it does."""
    if name not in ("tensorflow", "onnxruntime"):
        return ""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        return _(
            "There is none for Intel Macs. On an M-series Mac, install a Python for Apple "
            "silicon; on an Intel Mac: Open the chapters in Google Colab"
        )
    if sys.platform == "darwin" and int(platform.mac_ver()[0].partition(".")[0]) < 14:
        return _(
            "There is none before macOS 14. Update macOS, or: Open the chapters in Google Colab"
        )
    if name == "tensorflow" and sysconfig.get_platform() == "win-arm64":
        return _("There is none for Python for ARM. Install the Python for x86-64, 64 bits")
    return ""
