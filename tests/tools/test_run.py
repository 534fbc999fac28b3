"""The one runner: what a kernel gets from its surroundings."""

import os
import subprocess
import sys

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools.run import environment, run, side_by_side

TELEMETRY = "ORT_DISABLE_TELEMETRY"


def test_a_kernel_does_not_report_its_use_unless_somebody_says_so(monkeypatch):
    monkeypatch.delenv(TELEMETRY)
    assert environment(sys.executable, {})[TELEMETRY] == "1"
    monkeypatch.setenv(TELEMETRY, "0")
    assert environment(sys.executable, {})[TELEMETRY] == "0"


def test_the_tests_themselves_do_not_report_their_use():
    assert os.environ[TELEMETRY] == "1"


def test_switched_off_telemetry_leaves_nothing_at_home(tmp_path):
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", "import onnxruntime"]
    subprocess.run(command, env={**os.environ, **home}, check=True)
    assert list(tmp_path.iterdir()) == []


def test_a_kernel_finds_the_programs_of_its_environment_first():
    assert environment("/some/bin/python", {})["PATH"].startswith(f"/some/bin{os.pathsep}")


@pytest.mark.parametrize(
    ("code", "said"),
    [("1", ""), ("1 / 0", "ZeroDivisionError"), ("import os; os._exit(1)", "died")],
)
def test_a_kernel_ends_with_its_notebook(tmp_path, code, said):
    before = set(psutil.Process().children(recursive=True))
    result = run(new_notebook(cells=[new_code_cell(code)]), "one cell", tmp_path)
    assert said in result.error
    left = set(psutil.Process().children(recursive=True)) - before
    assert [process.cmdline() for process in left if process.is_running()] == []


def test_work_side_by_side_yields_each_item_with_its_result():
    assert dict(side_by_side(abs, [-1, 2])) == {-1: 1, 2: 2}
