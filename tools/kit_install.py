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
# Measured on Linux: the environment takes 2.3 GB.
DISK_NEEDED = 3e9
# What Windows allows unless somebody allowed more.
LONGEST_PATH = 259


def this_platform():
    """Name of this platform, such as linux-x86_64, macos-arm64 or windows-x86_64."""
    machine = platform.machine().lower()
    machine = "x86_64" if machine == "amd64" else machine
    return f"{SYSTEMS.get(sys.platform, sys.platform)}-{machine}"


def problem(kit, folder=HERE):
    """Why the kit cannot be installed by this Python into this folder; None if it can.

    Parameters
    ----------
    kit : dict
        What the wheels are for, ``python`` and ``platform``; the command ``start``; and
        ``longest``, the characters of the longest path of a file in a wheel.
    folder : pathlib.Path
        Where the kit was unpacked.
    """
    version = "{}.{}".format(*sys.version_info[:2])
    if this_platform() != kit["platform"]:
        return (
            f"this kit is for {kit['platform']}, and this machine is {this_platform()}. Ask for "
            "the kit for your machine, or work with somebody whose machine fits."
        )
    if version != kit["python"] or sys.maxsize < 2**32:
        return (
            f"this kit needs Python {kit['python']}, 64 bits, and this is Python {version} "
            f"({sys.executable}). If you have it, type: {kit['start']} install.py"
        )
    if sys.platform == "darwin" and int(platform.mac_ver()[0].partition(".")[0]) < 14:
        return f"this kit needs macOS 14 or newer, and this is {platform.mac_ver()[0]}."
    free = shutil.disk_usage(str(folder)).free
    if free < DISK_NEEDED:
        return f"this takes {DISK_NEEDED / 1e9:.0f} GB of disk, and {free / 1e9:.1f} GB are free."
    longest = len(str(folder)) + len("\\env\\Lib\\site-packages\\") + kit["longest"]
    if sys.platform == "win32" and longest > LONGEST_PATH:
        return (
            f"Windows allows {LONGEST_PATH} characters in the path of a file, and in this folder "
            f"there would be {longest}. Move the folder to C:\\kit, and start again from there."
        )
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return (
            "this Python cannot make virtual environments. On Debian and Ubuntu: "
            f"sudo apt install python{kit['python']}-venv"
        )
    return None


def run(command, mend):
    """Run a command, and stop with what to do if it fails."""
    if subprocess.call([str(part) for part in command], cwd=str(HERE)) != 0:
        sys.exit("install: that did not work (see the lines above). " + mend)


def switch_telemetry_off(packages):
    """Let every Python that finds packages in a folder start without ONNX Runtime's telemetry."""
    line = "import os; os.environ.setdefault('ORT_DISABLE_TELEMETRY', '1')\n"
    (packages / "no_telemetry.pth").write_text(line, encoding="utf-8")


def main():
    """Create ``env`` beside this file, install all wheels into it, and check the machine."""
    kit = json.loads((HERE / "kit.json").read_text(encoding="utf-8"))
    found = problem(kit)
    if found:
        sys.exit("install: " + found)
    environment = HERE / "env"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    print("install: creating the folder env", flush=True)
    shutil.rmtree(str(environment), ignore_errors=True)
    run([sys.executable, "-m", "venv", environment], "Type the same once more.")
    print(f"install: {kit['wheels']} packages, which takes a few quiet minutes", flush=True)
    command = [python, "-m", "pip", "--isolated", "--disable-pip-version-check", "install"]
    command += ["--quiet", "--no-index", "--no-deps", "--find-links", HERE / "wheels"]
    run(
        [*command, "--require-hashes", "--requirement", HERE / "requirements.txt"],
        "If a hash does not match, a file is damaged: copy the kit again. Then type the same "
        "once more.",
    )
    library = "Lib" if os.name == "nt" else "lib/python" + kit["python"]
    switch_telemetry_off(environment / library / "site-packages")
    run([python, "-m", "helpers.preflight"], f"When it is mended, type: {kit['open']}")
    print(f"install: done. Now type: {kit['open']}", flush=True)


if __name__ == "__main__":
    main()
