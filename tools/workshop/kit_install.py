"""Install the workshop from this folder. Nothing is asked of a network.

A workshop kit carries this file as ``install.py``. The standard library is enough for it, and
its syntax is that of Python 3.6: an old Python must get far enough to be told what to do.
"""

import io
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
#: Translations of what is said here, by the English text; a kit in English has none.
MESSAGES = {}  # type: dict


def _(text: str) -> str:
    """Message in the language of the kit."""
    return MESSAGES.get(text, text)


def this_platform() -> str:
    """Name of this platform, such as linux-x86_64, macos-arm64 or windows-x86_64."""
    machine = platform.machine().lower()
    machine = "x86_64" if machine == "amd64" else machine
    return f"{SYSTEMS.get(sys.platform, sys.platform)}-{machine}"


def problem(kit: dict, folder: Path = HERE) -> "str | None":
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
        return _(
            "this kit is for {wanted}, and this machine is {here}. Ask for "
            "the kit for your machine, or work with somebody whose machine fits."
        ).format(wanted=kit["platform"], here=this_platform())
    if version != kit["python"] or sys.maxsize < 2**32:
        return _(
            "this kit needs Python {wanted}, 64 bits, and this is Python {here} "
            "({path}). If you have it, type: {start} install.py"
        ).format(wanted=kit["python"], here=version, path=sys.executable, start=kit["start"])
    if sys.platform == "darwin" and int(platform.mac_ver()[0].partition(".")[0]) < 14:
        return _("this kit needs macOS 14 or newer, and this is {here}.").format(
            here=platform.mac_ver()[0]
        )
    free = shutil.disk_usage(str(folder)).free
    if free < DISK_NEEDED:
        return _("this takes {needed:.0f} GB of disk, and {free:.1f} GB are free.").format(
            needed=DISK_NEEDED / 1e9, free=free / 1e9
        )
    longest = len(str(folder)) + len("\\env\\Lib\\site-packages\\") + kit["longest"]
    if sys.platform == "win32" and longest > LONGEST_PATH:
        return _(
            "Windows allows {most} characters in the path of a file, and in this folder "
            "there would be {found}. Move the folder to C:\\kit, and start again from there."
        ).format(most=LONGEST_PATH, found=longest)
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return _(
            "this Python cannot make virtual environments. On Debian and Ubuntu: "
            "sudo apt install python{version}-venv"
        ).format(version=kit["python"])
    return None


def switch_telemetry_off(environment: Path) -> None:
    """Let JupyterLab start notebooks in which ONNX Runtime does not report its use.

    Parameters
    ----------
    environment : pathlib.Path
        The virtual environment, with its packages.
    """
    path = environment / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel = json.loads(path.read_text(encoding="utf-8"))
    kernel["env"] = {"ORT_DISABLE_TELEMETRY": "1"}
    path.write_text(json.dumps(kernel, indent=1), encoding="utf-8")


def say(text: str) -> None:
    """Print a line at once."""
    print("install: " + text, flush=True)


def run(command: list, advice: str) -> None:
    """Run a command, and stop with what to do if it fails."""
    if subprocess.call([str(part) for part in command], cwd=str(HERE)) != 0:
        failed = _("that did not work (see the lines above). {advice}").format(advice=advice)
        sys.exit("install: " + failed)


def speak(language: str) -> None:
    """Let the machine check say what it finds in this language, on whatever prints it.

    Where the letters of the language cannot be printed, as in some pipes on Windows, question
    marks take their places.
    """
    os.environ["LANGUAGE"] = language
    os.environ["PYTHONIOENCODING"] = ":replace"
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def main() -> None:
    """Create ``env`` beside this file, install all wheels into it, and check the machine."""
    kit = json.loads((HERE / "kit.json").read_text(encoding="utf-8"))
    MESSAGES.update(kit["messages"])
    found = problem(kit)
    if found:
        sys.exit("install: " + found)
    speak(kit["language"])
    environment = HERE / "env"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    say(_("creating the folder env"))
    shutil.rmtree(str(environment), ignore_errors=True)
    run([sys.executable, "-m", "venv", environment], _("Type the same once more."))
    say(_("{count} packages, which takes a few quiet minutes").format(count=kit["wheels"]))
    command = [python, "-m", "pip", "--isolated", "--disable-pip-version-check", "install"]
    command += ["--quiet", "--no-index", "--no-deps", "--find-links", HERE / "wheels"]
    run(
        [*command, "--require-hashes", "--requirement", HERE / "requirements.txt"],
        _(
            "If a hash does not match, a file is damaged: copy the kit again. Then type the same "
            "once more."
        ),
    )
    switch_telemetry_off(environment)
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    advice = _("When it is fixed, type: {open}").format(open=kit["open"])
    run([python, "-m", "classroom.preflight"], advice)
    say(_("done. Now type: {open}").format(open=kit["open"]))


if __name__ == "__main__":
    main()
