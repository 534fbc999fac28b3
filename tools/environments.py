"""Environments beside the locked one: made, copied, listed, and led to this clone of the book."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from packaging.utils import canonicalize_name

from tools.address import BRANCH
from tools.chapters import ROOT, ChapterError

#: A folder for environments that are kept from run to run; git ignores it.
KEPT = ROOT / ".environments"


class ProgramError(ChapterError):
    """A program outside of the book is missing, or it failed; the text says what to do."""


def uv(*arguments: str) -> str:
    """Run uv and return what it printed.

    Raises
    ------
    ProgramError
        When it fails, with what it said.
    """
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ProgramError(f"uv {' '.join(arguments[:3])}: {result.stderr.strip()}")
    return result.stdout


def python_of(environment: Path) -> Path:
    """Path of the interpreter in an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_python(wanted: str) -> str:
    """Return the path of a version of Python, such as "3.13", that this machine has.

    Raises
    ------
    ProgramError
        When it has none: a run on another one would prove something else.
    """
    command = [sys.executable, "-m", "uv", "python", "find", "--system", "--no-project"]
    found = subprocess.run(
        [*command, "--no-python-downloads", wanted], capture_output=True, text=True, check=False
    )
    if found.returncode == 0:
        return found.stdout.strip()
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    others = [
        python
        for python in pyenv.glob(f"versions/{wanted}.*/bin/python")
        if re.fullmatch(r"[\d.]+", version_folder(python))
    ]
    if not others:
        raise ProgramError(
            f"this needs Python {wanted}, and there is none on this machine. Install it, for "
            f"example with: uv python install {wanted}"
        )
    return str(max(others, key=lambda python: numbers(version_folder(python))))


def version_folder(python: Path) -> str:
    """Name of the folder that holds an interpreter of pyenv: its version."""
    return python.parent.parent.name


def numbers(version: str) -> list[int]:
    """Numbers of a version, to compare: 3.13.9 comes before 3.13.10.

    Examples
    --------
    >>> numbers("3.13.9") < numbers("3.13.10")
    True
    """
    return [int(number) for number in version.split(".")]


def make_environment(target: Path, python: str, *requirements: str) -> None:
    """Create an environment with pip and what the arguments of ``uv pip install`` name.

    An environment that was made from the same arguments is taken as it is.
    """
    recipe = "\n".join((python, *requirements)) + "".join(
        Path(item).read_text(encoding="utf-8") for item in requirements if Path(item).is_file()
    )
    stamp = target / "recipe.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == recipe:
        return
    shutil.rmtree(target, ignore_errors=True)
    uv("venv", "--seed", "--no-python-downloads", "--python", python, str(target))
    uv("pip", "install", "--python", str(python_of(target)), *requirements)
    stamp.write_text(recipe, encoding="utf-8")


def borrow_environment(target: Path, python: str) -> None:
    """Create an environment that sees all that an interpreter has, and writes elsewhere."""
    shutil.rmtree(target, ignore_errors=True)
    uv("venv", "--seed", "--system-site-packages", "--python", python, str(target))


def copy_environment(source: Path, target: Path) -> None:
    """Copy an environment by hard links: seconds instead of minutes, and no space.

    Installers replace files and never write into them, so the source stays as it is.
    """
    try:
        shutil.copytree(source, target, copy_function=os.link, symlinks=True)
    except (OSError, shutil.Error):  # the two folders are on different disks
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, symlinks=True)


def freeze(environment: Path) -> dict[str, str]:
    """Version of each package that is installed in an environment, or that it borrows.

    Names are as the index writes them; pip lists `tensorflow_cpu` as its file does.
    """
    command = [str(python_of(environment)), "-m", "pip", "list", "--format", "freeze"]
    listed = subprocess.run(
        [*command, "--disable-pip-version-check"], capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        raise ProgramError(f"pip list in {environment}: {listed.stderr.strip()}")
    pairs = (line.split("==", 1) for line in listed.stdout.splitlines() if "==" in line)
    return {canonicalize_name(name): version for name, version in pairs}


def redirect(address: str) -> dict[str, str]:
    """Variables that make git fetch the book from the last commit here, not from its address.

    A bare copy gives that commit the name of the published branch, whatever is checked out.
    """
    copy = KEPT / "book.git"
    shutil.rmtree(copy, ignore_errors=True)
    for command in (
        ["clone", "--quiet", "--bare", str(ROOT), str(copy)],
        ["-C", str(copy), "update-ref", f"refs/heads/{BRANCH}", last_commit()],
    ):
        subprocess.run(["git", *command], check=True)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{copy.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": address,
    }


def last_commit() -> str:
    """Hash of what is checked out."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def is_committed() -> bool:
    """Whether the last commit is all there is, without later edits."""
    command = ["git", "-C", str(ROOT), "status", "--porcelain"]
    return not subprocess.run(command, capture_output=True, text=True, check=True).stdout
