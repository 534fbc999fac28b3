"""The preflight says what is wrong with a machine, and what to type."""

import ast
import ctypes
import errno
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import types
from collections import namedtuple
from pathlib import Path

import nbformat
import numpy as np
import onnx
import pytest
from packaging.specifiers import SpecifierSet

from classroom import installed, machine, preflight, trials
from classroom.machine import FAIL, NOT_ASKED, OK, UNKNOWN, Finding
from helpers import packages
from tools import environment
from tools.chapters import ROOT, read_book
from tools.run import run

GB = 10**9


def run_preflight(*options: str, **variables: str) -> subprocess.CompletedProcess:
    command = [sys.executable, *options, "-m", "classroom.preflight"]
    return subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )


def trial(name: str) -> trials.Trial:
    [found] = [trial for trial in trials.TRIALS if trial.name == name]
    return found


def try_sklearn(unfit=()) -> Finding:
    chosen = trial("scikit-learn to ONNX")
    return trials._outcome(chosen, trials._start(chosen), list(unfit))


def install_metadata(folder: Path, name: str, version: str) -> None:
    """What pip leaves of a package for `importlib.metadata` to find."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


# The whole of it.


@pytest.mark.heavy
def test_a_machine_that_runs_these_tests_is_ready():
    result = run_preflight()
    assert result.returncode == 0, result.stdout
    assert result.stderr == ""
    assert "\x1b" not in result.stdout, "colors outside of a terminal"
    lines = result.stdout.splitlines()
    found = [line for line in lines if re.match(r".{20}  ok         ", line)]
    assert len(found) == 5 + len(installed.TESTED) + len(trials.TRIALS)
    assert re.fullmatch(r"Ready, checked in \d+ s\.", lines[-1])
    assert [line[33:] for line in found[-4:]] == [
        "the model says 3 to a handwritten 3",
        "the same answers for 150 rows",
        "the same answers for 150 rows",
        "the same answers for 20 rows",
    ]


def test_without_any_package_it_says_what_to_type():
    result = run_preflight("-S")  # Python without the folder of installed packages
    assert result.returncode == 1
    assert result.stderr == ""
    for name in installed.TESTED:
        assert re.search(
            rf"^{name} +FAIL +not installed\. Type: .*pip install", result.stdout, re.M
        )
    assert "run a model           not asked  because of numpy, matplotlib" in result.stdout
    assert f"Not ready, {len(installed.TESTED)} checks failed." in result.stdout
    [together] = re.findall("^All packages at once: .*", result.stdout, re.M)
    assert together.count(">=") == len(installed.TESTED)
    assert '"protobuf>=5.28.3,<7"' in together
    assert result.stdout.endswith("Do what the lines say, then run this again.\n")


def test_the_package_imports_nothing_before_a_name_is_asked_for():
    code = "import classroom, sys; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_name_that_the_package_lacks_is_an_import_error():
    with pytest.raises(ImportError, match="cannot import name 'no_such_name' from 'classroom'"):
        from classroom import no_such_name  # noqa: F401


def test_each_line_is_printed_as_soon_as_it_is_known(monkeypatch, capsys):
    def findings():
        yield Finding("first", OK, "found")
        assert "first" in capsys.readouterr().out
        yield Finding("second", FAIL, "found")
        assert "second" in capsys.readouterr().out

    monkeypatch.setattr(preflight, "_findings", findings)
    assert preflight.main() == 1
    assert "Not ready, 1 check failed." in capsys.readouterr().out


def test_what_this_system_does_not_tell_is_no_failure(monkeypatch, capsys):
    findings = [Finding("memory", UNKNOWN, "no"), Finding("run", NOT_ASKED, "no")]
    monkeypatch.setattr(preflight, "_findings", lambda: iter(findings))
    assert preflight.main() == 0
    assert "Ready, checked in 0 s." in capsys.readouterr().out


# In a terminal and in a notebook.


def test_colors_are_for_a_terminal_that_wants_them(monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert preflight._has_colors()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not preflight._has_colors()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not preflight._has_colors()
    monkeypatch.setenv("TERM", "xterm")
    terminal.isatty = lambda: False
    assert not preflight._has_colors()


def test_the_line_is_the_same_without_its_color():
    for status in (OK, FAIL, UNKNOWN, NOT_ASKED):
        finding = Finding("disk", status, "1.0 GB free")
        plain, colored = finding.line(colors=False), finding.line(colors=True)
        assert status in plain
        assert re.sub(r"\x1b\[\d+m", "", colored) == plain != colored


@pytest.mark.slow
def test_in_a_notebook_it_prints_plain_lines_and_speaks_of_the_kernel(tmp_path):
    lines = [
        "from classroom import installed, trials",
        "trials.TRIALS = ()",  # they take seconds, and run above
        "installed.TESTED = {'no-such-package': {'tested': '1.0', 'at_least': '1.0'}}",
        "from classroom.preflight import preflight; preflight()",
    ]
    cell = nbformat.v4.new_code_cell("\n".join(lines))
    result = run(nbformat.v4.new_notebook(cells=[cell]), "preflight", tmp_path)
    assert result.error == ""
    assert {output.get("name") for output in cell.outputs} == {"stdout"}
    text = "".join(output.text for output in cell.outputs)
    assert "\x1b" not in text
    assert f"{tmp_path} can be written" in text
    assert 'not installed. Type: %pip install "no-such-package>=1.0"' in text
    assert "Do what the lines say, restart the kernel, then run this again." in text


def test_an_environment_without_pip_is_told_of_uv(monkeypatch):
    monkeypatch.setattr(installed.importlib.util, "find_spec", lambda name: None)
    command = installed.install(["numpy>=2.1"])
    assert command == f'uv pip install --python "{sys.executable}" "numpy>=2.1"'


def test_the_command_names_the_python_that_runs(monkeypatch):
    monkeypatch.setattr(installed.shutil, "which", lambda name: f"/here/{name}")
    monkeypatch.setattr(sys, "executable", "/here/python3")
    assert installed.install(["numpy"]) == 'python3 -m pip install "numpy"'
    monkeypatch.setattr(sys, "executable", "/my folder/python")
    assert installed.install(["numpy"]) == '"/my folder/python" -m pip install "numpy"'


# Python.


def test_an_old_python_can_read_all_files():
    for name in ("__init__", "preflight", "machine", "installed", "trials", "engines", "messages"):
        text = (ROOT / "classroom" / f"{name}.py").read_text(encoding="utf-8")
        ast.parse(text, feature_version=(3, 8))


@pytest.mark.parametrize(
    ("starts", "mend"),
    [
        ("python3.12", "Type: python3.12 -m venv .venv, and install the book there"),
        (None, "Install one from https://www.python.org/downloads/ and the book there"),
    ],
)
def test_another_python_is_told_and_nothing_else_is_asked(monkeypatch, starts, mend):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    monkeypatch.setattr(machine.platform, "python_version", lambda: "3.9.18")
    monkeypatch.setattr(machine, "_starts", lambda command: command == starts)
    assert list(preflight._findings()) == [
        Finding(
            "Python",
            FAIL,
            f"3.9.18 ({sys.executable}): the book needs Python 3.11, 3.12 or 3.13. {mend}",
        )
    ]


def test_a_stand_in_for_python_does_not_count(tmp_path, monkeypatch):
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not machine._starts("python3.13")
    assert not machine._starts("python3.12")
    assert machine._starts(sys.executable)


def test_a_python_of_32_bits_is_told(monkeypatch):
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    found = machine.check_python()
    assert found.status == FAIL
    assert found.text.endswith(": 32 bits. Install Python 3.11, 3.12 or 3.13 with 64 bits")


def test_the_pythons_are_those_of_the_environment():
    assert list(machine.PYTHONS) == environment.SUPPORTED


# The machine.


def test_a_folder_that_cannot_be_written_is_told(monkeypatch):
    def refuse(*_, **__):  # the tests may run as root, whom no permission stops
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    assert machine.check_folder() == Finding(
        "working folder",
        FAIL,
        f"{Path.cwd()} cannot be written (Permission denied). "
        f"Start in a folder of your own, for example: cd {Path.home()}",
    )


def test_a_full_disk_is_told(monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: usage(GB // 100))
    text = "0.0 GB free, needed: 0.1 GB. Delete files that you no longer need"
    assert machine.check_disk() == Finding("disk", FAIL, text)


@pytest.mark.parametrize(
    ("free", "status", "text"),
    [
        (4 * GB, OK, "4.0 GB free, needed: 1.5 GB"),
        (
            2 * GB,
            OK,
            '2.0 GB free, needed: 1.5 GB; only the section "The 2 GB limit" takes 3.0 GB',
        ),
        (GB, FAIL, "1.0 GB free, needed: 1.5 GB. Close other programs"),
        (None, UNKNOWN, "this system does not tell; needed: 1.5 GB"),
    ],
)
def test_memory_is_enough_or_not_or_unknown(monkeypatch, free, status, text):
    monkeypatch.setattr(machine, "_free_memory", lambda: free)
    assert machine.check_memory() == Finding("memory", status, text)


def test_the_section_that_takes_most_memory_is_still_there():
    sections = [section.title for chapter in read_book() for section in chapter.sections]
    assert machine.LARGEST_SECTION in sections


def test_this_machine_tells_its_memory():
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 0 < machine._free_memory() <= total


@pytest.fixture
def linux(tmp_path):
    """Give a Linux with 8 GB of available memory, in a container without a limit."""
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemFree:  100 kB\nMemAvailable:   8000000 kB\n")
    group = tmp_path / "sys/fs/cgroup"
    group.mkdir(parents=True)
    (group / "memory.max").write_text("max\n")
    (group / "memory.stat").write_text("anon 1000000000\nfile 900000000\n")
    return tmp_path


def test_on_linux_a_container_has_what_its_limit_leaves(linux):
    assert machine._memory_of_linux(linux) == 8_192_000_000
    (linux / "sys/fs/cgroup/memory.max").write_text("2000000000\n")
    assert machine._memory_of_linux(linux) == 1_000_000_000


def test_on_macos_free_inactive_and_speculative_pages_count(monkeypatch):
    answer = """\
Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               10000.
Pages active:                            300000.
Pages inactive:                          200000.
Pages speculative:                         5000.
Pages wired down:                        120000.
"""
    result = types.SimpleNamespace(stdout=answer)
    monkeypatch.setattr(machine.subprocess, "run", lambda *_, **__: result)
    assert machine._memory_of_macos() == 215_000 * 16384


def test_on_windows_the_structure_is_the_one_of_the_api(monkeypatch):
    def fill(pointer):
        status = pointer._obj
        assert status.length == 64  # the size that the API documents
        status.available = 5 * GB
        return 1

    kernel32 = types.SimpleNamespace(GlobalMemoryStatusEx=fill)
    windll = types.SimpleNamespace(kernel32=kernel32)
    monkeypatch.setattr(ctypes, "windll", windll, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert machine._free_memory() == 5 * GB
    assert machine._MemoryStatus.available.offset == 16
    kernel32.GlobalMemoryStatusEx = lambda pointer: 0
    assert machine._free_memory() is None


@pytest.mark.parametrize("system", ["freebsd14", "darwin"])
def test_memory_that_cannot_be_read_is_unknown(monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)  # on this Linux there is no vm_stat
    assert machine._free_memory() is None


# Packages.


def test_tensorflow_has_the_same_names_as_elsewhere():
    assert installed.ALTERNATIVES.items() <= packages.ALTERNATIVES.items()


@pytest.mark.parametrize("version", ["5.28.2", "5.28.3", "5.29", "6.33.6+local", "7.0.0", "10.1"])
def test_versions_compare_as_pip_compares_them(version):
    expected = SpecifierSet(">=5.28.3,<7").contains(version)
    assert installed.fits("protobuf", version) == expected


@pytest.mark.parametrize("version", ["1.24", "1.26.9", "1.27.0", "1.27.1", "1.28", "2.0"])
def test_a_series_can_be_left_out(monkeypatch, version):
    bounds = {"tested": "1.28", "at_least": "1.24", "below": "2", "excluded": ["1.26", "1.27"]}
    monkeypatch.setattr(installed, "TESTED", {"onnxruntime": bounds})
    assert installed.needed("onnxruntime") == ">=1.24,!=1.26.*,!=1.27.*,<2"
    expected = SpecifierSet(installed.needed("onnxruntime")).contains(version)
    assert installed.fits("onnxruntime", version) == expected


def test_another_version_inside_the_bounds_is_fine_and_said(tmp_path, monkeypatch):
    install_metadata(tmp_path, "protobuf", "5.29.6")
    monkeypatch.syspath_prepend(tmp_path)
    found = installed.check_package("protobuf", installed.version("protobuf"))
    tested = installed.TESTED["protobuf"]["tested"]
    assert found == Finding("protobuf", OK, f"5.29.6, tested with {tested}")


@pytest.mark.parametrize("version", ["5.28.2", "7.0.1"])
def test_a_version_outside_of_the_bounds_is_told(tmp_path, monkeypatch, version):
    install_metadata(tmp_path, "protobuf", version)
    monkeypatch.syspath_prepend(tmp_path)
    found = installed.check_package("protobuf", installed.version("protobuf"))
    assert found.status == FAIL
    assert found.text.startswith(f"{version}, needed: >=5.28.3,<7. Type: ")
    assert found.text.endswith(' -m pip install "protobuf>=5.28.3,<7"')


def test_what_is_installed_keeps_its_name_and_what_is_not_gets_the_small_one(monkeypatch):
    there = {"tensorflow"}
    monkeypatch.setattr(installed, "version", lambda name: "2.19.0" if name in there else None)
    assert installed.requirement("tensorflow") == "tensorflow>=2.20"
    there.clear()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(installed.platform, "machine", lambda: "x86_64")
    assert installed.requirement("tensorflow") == "tensorflow-cpu>=2.20"
    monkeypatch.setattr(sys, "platform", "win32")
    assert installed.requirement("tensorflow") == "tensorflow>=2.20"


@pytest.mark.parametrize(
    ("system", "machine", "release", "words"),
    [
        ("darwin", "x86_64", "14.5", "There is none for Intel Macs"),
        ("darwin", "arm64", "13.6.1", "There is none before macOS 14"),
        ("win32", "ARM64", "", "There is none for Python for ARM"),
    ],
)
def test_where_pip_finds_nothing_no_pip_command_is_given(
    monkeypatch, system, machine, release, words
):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(installed.platform, "machine", lambda: machine)
    monkeypatch.setattr(installed.platform, "mac_ver", lambda: (release, (), machine))
    monkeypatch.setattr(installed.sysconfig, "get_platform", lambda: "win-arm64")
    monkeypatch.setattr(installed.shutil, "which", lambda name: None)  # asks Windows
    found = installed.check_package("tensorflow", None)
    assert found.text.startswith(f"not installed. {words}")
    assert "pip install" not in found.text
    assert 'pip install "numpy>=2.1"' in installed.check_package("numpy", None).text


# The trials.


@pytest.mark.slow
def test_an_error_of_a_library_is_told_with_the_tested_versions(tmp_path, monkeypatch):
    (tmp_path / "skl2onnx.py").write_text("")  # hides the package, as a reader's file may
    monkeypatch.chdir(tmp_path)
    found = try_sklearn()
    assert found.status == FAIL
    assert found.text.startswith("ImportError: cannot import name 'to_onnx' from 'skl2onnx'")
    assert f'"skl2onnx=={installed.TESTED["skl2onnx"]["tested"]}"' in found.text


@pytest.mark.slow
def test_a_long_error_is_cut_and_asks_for_the_packages_that_do_not_fit(tmp_path, monkeypatch):
    (tmp_path / "skl2onnx.py").write_text("raise ValueError('one\\ntwo ' * 100)")
    monkeypatch.chdir(tmp_path)
    found = try_sklearn(unfit=["protobuf"])
    assert found.text.startswith("ValueError: one two one two")
    assert found.text.endswith(" ... Fix this first: protobuf")
    assert "\n" not in found.text


def test_a_crash_is_told(tmp_path, monkeypatch):
    (tmp_path / "skl2onnx.py").write_text("import os; os.abort()")
    monkeypatch.chdir(tmp_path)
    assert try_sklearn().text.startswith("Python crashed: SIGABRT. Type: ")


def test_a_trial_without_an_end_is_told(tmp_path, monkeypatch):
    (tmp_path / "skl2onnx.py").write_text("import time; time.sleep(600)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(trials, "SECONDS_AT_MOST", 0.5)
    assert try_sklearn().text == "no answer in 0.5 s. Close other programs"


@pytest.mark.parametrize(
    ("error", "mend"),
    [
        ("ImportError: DLL load failed while importing onnx_cpp2py_export", "vc_redist.x64.exe"),
        ("OSError: Library not loaded: @rpath/libomp.dylib", "brew install libomp"),
        ("OSError: libgomp.so.1: cannot open shared object file", "apt install libgomp1"),
        (f"Python crashed: {trials._crash(-signal.SIGILL)}", "Google Colab"),
    ],
)
def test_what_helps_against_known_errors_is_told(error, mend):
    assert trials._remedy(trial("LightGBM to ONNX"), error).endswith(mend)


def test_a_crash_on_windows_is_told_by_its_number():
    assert trials._crash(0xC000001D) == "exit code 0xc000001d"


def test_a_damaged_model_is_an_error(tmp_path, monkeypatch):
    damaged = tmp_path / "digits.onnx"
    damaged.write_bytes(b"version https://git-lfs.github.com/spec/v1")
    monkeypatch.setattr("helpers.DIGITS_MODEL", damaged)
    with pytest.raises(Exception, match="INVALID_PROTOBUF"):
        trials._run_digits()


def test_a_wrong_answer_is_an_error(monkeypatch):
    from helpers import load_mnist

    digits = load_mnist()
    monkeypatch.setattr(
        "helpers.load_mnist", lambda: digits._replace(y_test=np.roll(digits.y_test, 1))
    )
    with pytest.raises(RuntimeError, match=r"the model says 3 to a handwritten \d"):
        trials._run_digits()


def test_other_answers_than_those_of_the_library_are_an_error():
    model = onnx.parser.parse_model(
        '<ir_version: 10, opset_import: ["": 18]> '
        "twice (float[N, 3] x) => (float[N, 3] y) { y = Add(x, x) }"
    ).SerializeToString()
    rows = np.ones((4, 3), np.float32)
    assert trials._same_answers(model, rows, rows * 2) == "the same answers for 4 rows"
    with pytest.raises(RuntimeError, match="parity: FAIL"):
        trials._same_answers(model, rows, rows)
