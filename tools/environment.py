"""Create the book's virtual environment, or bring it up to date.

Run by ``make`` before every target, with the Python that the reader has: so this file
uses only the standard library, and no syntax newer than Python 3.6, because an old
Python must get far enough to be told that it is too old.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.sha256"
LOG = ROOT / "_build" / "install.log"
SUPPORTED = [(3, 11), (3, 12), (3, 13)]
#: What a fresh machine downloads and stores, said before it begins; measured on Linux x86-64.
SIZE = "about 900 MB to download, 3.6 GB on disk, 2 to 5 minutes"
BAR = 30


def say(text: str) -> None:
    """Print one line at once, also when the output is a pipe."""
    print("environment: " + text, flush=True)


def stop(text: str) -> None:
    """End with a sentence instead of a traceback."""
    sys.exit("environment: " + text)


def python_in(venv: Path) -> Path:
    """Path of the interpreter inside a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_supported_python() -> Optional[str]:
    """Name of a supported Python on the PATH, or None."""
    for version in reversed(SUPPORTED):
        name = "python{}.{}".format(*version)
        if shutil.which(name):
            probe = subprocess.run([name, "-c", ""], stderr=subprocess.DEVNULL)
            if probe.returncode == 0:
                return name
    return None


def check_python(version: Tuple[int, int] = sys.version_info[:2]) -> None:
    """Stop with a sentence when this Python cannot make the environment."""
    if tuple(version) not in SUPPORTED:
        found = find_supported_python()
        advice = (
            f"Use the one that is here: make PYTHON={found} ..."
            if found
            else "Install one of them, then name it: make PYTHON=python3.13 ..."
        )
        this = "{}.{} ({})".format(*version, sys.executable)
        stop(f"the book needs Python 3.11, 3.12 or 3.13, and this is Python {this}. {advice}")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        stop(
            "this Python has no module {!r}, which makes virtual environments. On Debian and "
            "Ubuntu: sudo apt install python{}.{}-venv".format(error.name, *version)
        )


def wanted() -> str:
    """Fingerprint of all that decides what is installed: the lock, our own package, this Python.

    Of ``pyproject.toml``, only the tables that an installation reads: an address or the setting
    of a linter is no reason to fetch everything again.
    """
    import tomllib  # from Python 3.11 on; check_python was here before

    try:
        settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        stop(f"pyproject.toml is no TOML: {error}")
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    digest.update(json.dumps(installed_from(settings), sort_keys=True).encode())
    digest.update("{}.{}".format(*sys.version_info).encode())
    return digest.hexdigest()


def installed_from(settings: Dict[str, Any]) -> Dict[str, Any]:
    """What of ``pyproject.toml`` an installation of our own package depends on."""
    project, tool = settings.get("project", {}), settings.get("tool", {}).get("setuptools", {})
    keys = ("name", "dependencies", "scripts", "entry-points", "requires-python")
    return {
        "backend": settings.get("build-system", {}),
        "project": {key: project[key] for key in keys if key in project},
        "packages": {key: tool[key] for key in ("packages", "package-dir") if key in tool},
    }


def count(lines: str) -> int:
    """Count the steps that pip says it has done: a package that it passes over needs no other."""
    begins = r"^\s*(?:Collecting|Processing|Requirement already satisfied:) "
    fetched = re.findall(begins, lines, re.MULTILINE)
    passed_over = re.findall(r"^\s*Ignoring ", lines, re.MULTILINE)
    return len(fetched) + 2 * len(passed_over)


def count_installed() -> int:
    """Count the packages that are in the environment."""
    found = [*VENV.glob("lib/python*/site-packages/*.dist-info")]
    return len(found) + len([*VENV.glob("Lib/site-packages/*.dist-info")])


class Progress:
    """A bar: one line that is rewritten on a terminal, elsewhere a line for each fifth."""

    def __init__(self, total: int, terminal: bool):
        self.total, self.terminal = max(total, 1), terminal
        self.shown = -1

    def show(self, done: int) -> None:
        """Show how much of the total is done, if that is news."""
        share = min(done / self.total, 1)
        step = int(share * (100 if self.terminal else 5))
        if step <= self.shown:
            return
        self.shown = step
        filled = round(share * BAR)
        bar = "#" * filled + "-" * (BAR - filled)
        line = f"environment: [{bar}] {share:4.0%}"
        if self.terminal:
            print("\r" + line, end="\n" if share == 1 else "", flush=True)
        elif step:
            print(line, flush=True)


def run(command: List[str], progress: Optional[Progress] = None) -> None:
    """Run a command with its output in the log, and stop with a sentence if it fails."""
    with LOG.open("a", encoding="utf-8") as log:
        begun = log.tell()
        log.write("$ {}\n".format(" ".join(command)))
        log.flush()
        settings = dict(os.environ, PYTHONUNBUFFERED="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
        process = subprocess.Popen(
            command, cwd=str(ROOT), env=settings, stdout=log, stderr=subprocess.STDOUT
        )
        while progress and process.poll() is None:
            progress.show(count(read_log(begun)) + count_installed())
            time.sleep(0.3)
        if process.wait() != 0:
            problem = last_error(read_log(begun))
            stop(
                f"that did not work: {problem} (all that was said: {shown(LOG)}). Nothing is "
                "lost: run the same command again, or 'make clean' first to start afresh."
            )
    if progress:
        progress.show(progress.total)


def read_log(begun: int) -> str:
    """Text of the log from a position on."""
    with LOG.open("rb") as log:
        log.seek(begun)
        return log.read().decode("utf-8", "replace")


def last_error(text: str) -> str:
    """Line that names the problem in what a command said: an error, or else the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"ERROR: |error: |\w*Error: ", line)]
    return (errors or lines)[-1]


def shown(path: Path) -> str:
    """Path as a reader in the book's folder types it."""
    return path.relative_to(ROOT).as_posix()


def main() -> None:
    """Create or refresh ``.venv`` when it does not hold what the lock says."""
    check_python()
    fingerprint = wanted()
    if STAMP.exists() and STAMP.read_text() == fingerprint:
        return
    version = "{}.{}".format(*sys.version_info)
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    packages = len(re.findall(r"^[\w.-]+==", lock, re.MULTILINE))
    if STAMP.exists():
        STAMP.unlink()
        say("what the book needs, or Python, changed: .venv is made again")
    say(f"making .venv with Python {version}: {packages} packages, {SIZE}")
    say("packages that pip fetched before are not fetched again; to stop: Ctrl-C")
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.write_text("", encoding="utf-8")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    pip = [str(python_in(VENV)), "-m", "pip", "install", "--progress-bar", "off"]
    # Two steps for each package: fetch it, unpack it.
    progress = Progress(2 * packages, sys.stdout.isatty())
    run([*pip, "--require-hashes", "--requirement", "requirements.txt"], progress)
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."])
    STAMP.write_text(fingerprint)
    say("ready")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("stopped. Nothing is lost: run the same command again.")
