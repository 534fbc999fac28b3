"""The machine itself: Python, the working folder, disk and memory. For `preflight`.

As `preflight`, this imports the standard library only, in the syntax of Python 3.8.
"""

from __future__ import annotations

import ctypes
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from classroom.engines import why_no_java
from classroom.messages import _, later, number

PYTHONS = ((3, 11), (3, 12), (3, 13))

# Measured on Linux. All chapters together write 2 MB, and 11 MB more with FULL_MNIST; the
# rest is for Jupyter's copies of the notebooks and for caches. The largest kernel takes
# 1.5 GB (the Keras chapter), and for one section 2.8 GB, which is no reason to stop.
DISK_NEEDED = 100_000_000
MEMORY_NEEDED = 1_500_000_000
MEMORY_AT_MOST = 3_000_000_000
LARGEST_SECTION = later("The 2 GB limit")

OK, FAIL, UNKNOWN, NOT_ASKED = later("ok"), later("FAIL"), later("unknown"), later("not asked")
COLORS = {OK: "32", FAIL: "31", UNKNOWN: "33", NOT_ASKED: "33"}


@dataclass(frozen=True)
class Finding:
    """Result of one check: what was asked, one of four words, and what was found."""

    name: str
    status: str
    text: str

    def line(self, *, colors: bool) -> str:
        """One line for the screen."""
        word = f"{_(self.status):<9}"
        if colors:
            word = f"\x1b[{COLORS[self.status]}m{word}\x1b[0m"
        return f"{_(self.name):<22}{word}  {self.text}"


def check_python() -> Finding:
    """Whether this Python is one that the book is tested on."""
    version = f"{platform.python_version()} ({sys.executable})"
    if sys.version_info[:2] not in PYTHONS:
        text = _("{version}: the book needs Python 3.11, 3.12 or 3.13. {remedy}")
        return Finding("Python", FAIL, text.format(version=version, remedy=_other_python()))
    if sys.maxsize < 2**32:
        text = _("{version}: 32 bits. Install Python 3.11, 3.12 or 3.13 with 64 bits")
        return Finding("Python", FAIL, text.format(version=version))
    return Finding("Python", OK, version)


def _other_python() -> str:
    """What to do about this Python: take one that is here, or install one."""
    for major, minor in reversed(PYTHONS):
        name = f"python{major}.{minor}"
        if _starts(name):
            return _("Type: {python} -m venv .venv, and install the book there").format(
                python=name
            )
    return _("Install one from https://www.python.org/downloads/ and the book there")


def _starts(command: str) -> bool:
    """Whether there is such a Python, and no stand-in for one, as pyenv and Windows have."""
    if shutil.which(command) is None:
        return False
    return subprocess.run([command, "-c", ""], capture_output=True, check=False).returncode == 0


def check_folder() -> Finding:
    """Whether the working folder can be written."""
    name = later("working folder")
    folder = Path.cwd()
    try:
        with tempfile.TemporaryDirectory(dir=folder) as inner:
            (Path(inner) / "file").write_bytes(b"content")
    except OSError as error:
        text = _(
            "{folder} cannot be written ({reason}). Start in a folder of your own, "
            "for example: cd {home}"
        ).format(folder=folder, reason=error.strerror, home=Path.home())
        return Finding(name, FAIL, text)
    return Finding(name, OK, _("{folder} can be written").format(folder=folder))


def check_disk() -> Finding:
    """Whether the disk has room for what the chapters write."""
    free = shutil.disk_usage(Path.cwd()).free
    remedy = _("Delete files that you no longer need")
    return _enough(later("disk"), free, DISK_NEEDED, remedy)


def check_memory() -> Finding:
    """Whether there is memory for the largest kernel."""
    name = later("memory")
    free = _free_memory()
    if free is None:
        text = _("this system does not tell; needed: {needed}")
        return Finding(name, UNKNOWN, text.format(needed=_gigabytes(MEMORY_NEEDED)))
    found = _enough(name, free, MEMORY_NEEDED, _("Close other programs"))
    if found.status == OK and free < MEMORY_AT_MOST:
        exception = _('; only the section "{section}" takes {size}').format(
            section=_(LARGEST_SECTION), size=_gigabytes(MEMORY_AT_MOST)
        )
        return replace(found, text=found.text + exception)
    return found


def check_java() -> Finding:
    """Whether there is a Java for the lessons on Spark; no other needs one."""
    problem = why_no_java()
    if problem:
        text = _("only the lessons on Spark need it. {problem}").format(problem=problem)
        return Finding("Java", NOT_ASKED, text)
    return Finding("Java", OK, _("for the lessons on Spark"))


def _enough(name: str, free: int, needed: int, remedy: str) -> Finding:
    text = _("{free} free, needed: {needed}").format(
        free=_gigabytes(free), needed=_gigabytes(needed)
    )
    return Finding(name, OK, text) if free >= needed else Finding(name, FAIL, f"{text}. {remedy}")


def _gigabytes(size: int) -> str:
    return f"{number(size / 1e9, '.1f')} GB"


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
    kernel32 = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    if not kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        raise OSError("GlobalMemoryStatusEx failed")
    return status.available


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"no {pattern} in {text[:80]!r}")
    return int(found[1])
