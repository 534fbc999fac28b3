"""Create the book's virtual environment, or bring it up to date.

Run by ``make`` before every target, with the Python that the reader has: so this file
uses only the standard library, and no syntax newer than Python 3.6, because an old
Python must get far enough to be told that it is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.sha256"
SUPPORTED = [(3, 11), (3, 12), (3, 13)]


def say(text):
    """Print one line at once, also when the output is a pipe."""
    print("environment: " + text, flush=True)


def stop(text):
    """End with a sentence instead of a traceback."""
    sys.exit("environment: " + text)


def python_in(venv):
    """Path of the interpreter inside a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_supported_python():
    """Name of a supported Python on the PATH, or None."""
    for version in reversed(SUPPORTED):
        name = "python{}.{}".format(*version)
        if shutil.which(name):
            probe = subprocess.run([name, "-c", ""], stderr=subprocess.DEVNULL)
            if probe.returncode == 0:
                return name
    return None


def check_python(version=sys.version_info[:2]):
    """Stop with a sentence when this Python cannot make the environment."""
    if tuple(version) not in SUPPORTED:
        found = find_supported_python()
        mend = (
            f"Use the one that is here: make PYTHON={found} ..."
            if found
            else "Install one of them, then name it: make PYTHON=python3.13 ..."
        )
        this = "{}.{} ({})".format(*version, sys.executable)
        stop(f"the book needs Python 3.11, 3.12 or 3.13, and this is Python {this}. {mend}")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        stop(
            "this Python has no module {!r}, which makes virtual environments. On Debian and "
            "Ubuntu: sudo apt install python{}.{}-venv".format(error.name, *version)
        )


def wanted():
    """Fingerprint of what has to be installed: the lock, our own package, this Python."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    digest.update("{}.{}".format(*sys.version_info).encode())
    return digest.hexdigest()


def run(*command):
    """Run a command of the environment's Python, and stop if it fails."""
    result = subprocess.run([str(python_in(VENV)), *command], cwd=str(ROOT))
    if result.returncode != 0:
        stop(
            "that did not work (see the lines above). Nothing is lost: "
            "run the same command again, or 'make clean' first to start afresh."
        )


def main():
    """Create or refresh ``.venv`` when it does not hold what the lock says."""
    check_python()
    fingerprint = wanted()
    if STAMP.exists() and STAMP.read_text() == fingerprint:
        return
    if STAMP.exists():
        say("requirements.txt, pyproject.toml or Python changed: bringing .venv up to date")
        STAMP.unlink()
    else:
        say("creating .venv with Python {}.{}".format(*sys.version_info))
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode != 0:
        stop(f"could not create the virtual environment in {VENV}")
    say("installing the locked packages (about 600 MB to download, a few minutes)")
    run("-m", "pip", "install", "--require-hashes", "--requirement", "requirements.txt")
    say("installing helpers from this folder")
    run(
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--editable",
        ".",
    )
    STAMP.write_text(fingerprint)
    say("ready")


if __name__ == "__main__":
    main()
