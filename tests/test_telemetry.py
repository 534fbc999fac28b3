"""Tests, tools and kits switch ONNX Runtime's telemetry off, which is on by default."""

import os
import subprocess
import sys
from pathlib import Path

import kit_install
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
NAME = "ORT_DISABLE_TELEMETRY"
SHOW = f"import os; print(os.environ.get({NAME!r}))"
WITHOUT = {name: value for name, value in os.environ.items() if name != NAME}


def output_of(command, variables, folder=ROOT):
    result = subprocess.run(command, cwd=folder, env=variables, capture_output=True, check=True)
    return result.stdout.decode().strip()


def test_it_is_off_in_the_tests():
    assert os.environ.get(NAME)


def test_what_runs_notebooks_switches_it_off_for_its_kernels():
    code = f"import notebooks; {SHOW}"
    assert output_of([sys.executable, "-c", code], WITHOUT, ROOT / "tools") == "1"


def test_a_value_that_is_set_stays():
    code = f"import notebooks; {SHOW}"
    assert output_of([sys.executable, "-c", code], {**WITHOUT, NAME: "0"}, ROOT / "tools") == "0"


@pytest.mark.parametrize("name", ["publish", "test"])
def test_it_is_off_in_continuous_integration(name):
    workflow = ROOT / ".github" / "workflows" / f"{name}.yml"
    assert yaml.safe_load(workflow.read_text(encoding="utf-8"))["env"][NAME] == "1"


def test_it_is_off_in_the_environment_of_a_kit(tmp_path):
    command = [sys.executable, "-m", "venv", "--without-pip", "--symlinks", str(tmp_path)]
    output_of(command, WITHOUT)
    [packages] = tmp_path.glob("lib/*/site-packages")
    kit_install.switch_telemetry_off(packages)
    assert output_of([str(tmp_path / "bin" / "python"), "-c", SHOW], WITHOUT) == "1"


def test_switched_off_it_leaves_nothing_at_home(tmp_path):
    variables = {**WITHOUT, NAME: "1", "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    output_of([sys.executable, "-c", "import onnxruntime"], variables)
    assert list(tmp_path.iterdir()) == []
