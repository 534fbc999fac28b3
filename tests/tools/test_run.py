"""The one runner: what a kernel gets from its surroundings."""

import os
import subprocess
import sys

from tools.run import environment, side_by_side

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


def test_work_side_by_side_yields_each_item_with_its_result():
    assert dict(side_by_side(abs, [-1, 2])) == {-1: 1, 2: 2}
