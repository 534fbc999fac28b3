"""Install the workshop from this folder. Nothing is asked of a network.

A workshop kit carries this file as ``install.py``. The standard library is enough for it, and
its syntax is that of Python 3.6: an old Python must get far enough to be told what to do.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SYSTEMS = {"darwin": "macos", "linux": "linux", "win32": "windows"}


def this_platform():
    """Name of this platform, such as linux-x86_64, macos-arm64 or windows-x86_64."""
    machine = platform.machine().lower()
    machine = "x86_64" if machine == "amd64" else machine
    return f"{SYSTEMS.get(sys.platform, sys.platform)}-{machine}"


def problem(kit, version, here):
    """Why the kit does not fit this Python or this machine, and what to do; None if it fits.

    Parameters
    ----------
    kit : dict
        ``python`` and ``platform`` that the wheels are for, and the command ``start``.
    version : str
        Version of this Python, such as "3.11".
    here : str
        This machine, as `this_platform` names it.
    """
    if here != kit["platform"]:
        return (
            "this kit is for {}, and this machine is {}. Ask for the kit for your machine, "
            "or work with somebody whose machine fits.".format(kit["platform"], here)
        )
    if version != kit["python"]:
        return (
            "this kit needs Python {}, and this is Python {} ({}). If you have it, type: "
            "{} install.py".format(kit["python"], version, sys.executable, kit["start"])
        )
    return None


def run(command, mend):
    """Run a command, and stop with what to do if it fails."""
    if subprocess.call([str(part) for part in command]) != 0:
        sys.exit("install: that did not work (see the lines above). " + mend)


def main():
    """Create ``env`` beside this file, and install all wheels into it."""
    kit = json.loads((HERE / "kit.json").read_text(encoding="utf-8"))
    found = problem(kit, "{}.{}".format(*sys.version_info), this_platform())
    if found:
        sys.exit("install: " + found)
    environment = HERE / "env"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    print("install: creating the folder env", flush=True)
    shutil.rmtree(str(environment), ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", environment],
        "On Debian and Ubuntu, the package python{}-venv is missing.".format(kit["python"]),
    )
    print("install: installing {} packages, a few minutes".format(kit["wheels"]), flush=True)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-index", "--no-deps", "--find-links", HERE / "wheels"]
    run(
        [*command, "--require-hashes", "--requirement", HERE / "requirements.txt"],
        "A hash that does not match means a damaged file: copy the kit again. Then type the "
        "same once more.",
    )
    print("install: done. Now type: " + kit["open"], flush=True)


if __name__ == "__main__":
    main()
