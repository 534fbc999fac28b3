"""The code of the package, the tools, the tests and the notebooks is formatted and linted."""

import subprocess
import sys

import pytest

from tools.chapters import ROOT


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_finds_nothing(command):
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"run: make lint\n{result.stdout}"
