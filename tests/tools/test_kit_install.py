"""What installs a kit: it tells a machine that does not fit what to do, and says it early."""

import ast
import io
import json
import os
import re
import sys
import types
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from tools.messages import speaking
from tools.workshop import kit, kit_install, wheels

PYTHON = "{}.{}".format(*sys.version_info)
PLATFORM = kit_install.this_platform()
FACTS = {"platform": PLATFORM, "python": PYTHON, "start": "python3.12", "longest": 163}


@pytest.fixture(autouse=True)
def free(monkeypatch):
    """Set how much of the disk is free; it is enough at first."""

    def free(size):
        monkeypatch.setattr(
            kit_install.shutil, "disk_usage", lambda path: types.SimpleNamespace(free=size)
        )

    free(9e9)
    return free


def test_the_installer_reads_as_an_old_python_reads_it():
    text = Path(kit_install.__file__).read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 6))


def test_a_machine_that_fits_has_no_problem(tmp_path):
    assert kit_install.problem(FACTS, tmp_path) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"platform": "macos-arm64"}, "is for macos-arm64, and this machine is"),
        (
            {"python": "3.10"},
            r"needs Python 3\.10, 64 bits, and this is Python 3.*install.py",
        ),
    ],
)
def test_the_wrong_machine_or_python_is_told_what_fits(tmp_path, changed, said):
    assert re.search(said, kit_install.problem({**FACTS, **changed}, tmp_path))


def test_a_full_disk_is_told_before_anything_is_removed(tmp_path, free):
    free(1e9)
    assert "takes 3 GB of disk, and 1.0 GB are free" in kit_install.problem(FACTS, tmp_path)


def test_an_old_macos_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(kit_install.platform, "machine", lambda: "arm64")
    monkeypatch.setattr(kit_install.platform, "mac_ver", lambda: ("13.6.1", (), "arm64"))
    facts = {**FACTS, "platform": "macos-arm64"}
    assert "needs macOS 14 or newer, and this is 13.6.1" in kit_install.problem(facts, tmp_path)


def test_on_windows_a_folder_that_is_too_deep_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(kit_install.platform, "machine", lambda: "AMD64")
    fits = 259 - len("\\env\\Lib\\site-packages\\") - len(str(tmp_path))
    facts = {**FACTS, "platform": "windows-x86_64", "longest": fits}
    assert kit_install.problem(facts, tmp_path) is None
    facts["longest"] += 1
    assert "there would be 260. Move the folder to C:\\kit" in kit_install.problem(facts, tmp_path)


def test_a_kit_in_vietnamese_tells_it_in_vietnamese(tmp_path, monkeypatch, free):
    with speaking("vi"):
        monkeypatch.setattr(kit_install, "MESSAGES", kit.installer_messages())
    free(1e9)
    assert "cần 3 GB đĩa, mà chỉ còn trống 1.0 GB" in kit_install.problem(FACTS, tmp_path)
    wrong = {**FACTS, "python": "3.10"}
    assert "kit này cần Python 3.10 bản 64 bit" in kit_install.problem(wrong, tmp_path)


def test_all_that_the_installer_says_is_translated():
    code = ast.parse(Path(kit_install.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(code) if isinstance(node, ast.Call)]
    said = [call.args[0].value for call in calls if ast.unparse(call.func) == "_"]
    with speaking("vi"):
        assert set(kit.installer_messages()) == set(said)


def test_the_machine_check_speaks_the_language_of_the_kit(monkeypatch):
    for name in ("LANGUAGE", "PYTHONIOENCODING"):
        monkeypatch.setenv(name, "")
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", pipe)
    kit_install.speak("vi")
    assert os.environ["LANGUAGE"] == "vi"
    kit_install.say("đang tạo")
    assert pipe.buffer.getvalue() == b"install: ?ang t?o\n"


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", "linux-x86_64"),
        ("linux", "aarch64", "linux-aarch64"),
        ("win32", "AMD64", "windows-x86_64"),
        ("darwin", "arm64", "macos-arm64"),
    ],
)
def test_a_machine_has_the_name_that_kits_have(monkeypatch, system, machine, name):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(kit_install.platform, "machine", lambda: machine)
    assert kit_install.this_platform() == name
    assert name in wheels.PLATFORMS


def test_notebooks_of_the_kit_start_without_telemetry(tmp_path):
    spec = tmp_path / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    kit_install.switch_telemetry_off(tmp_path)
    found = KernelSpecManager(kernel_dirs=[str(spec.parent.parent)]).get_kernel_spec("python3")
    assert found.env == {"ORT_DISABLE_TELEMETRY": "1"}
    assert found.argv == argv
