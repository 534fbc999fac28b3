"""The workshop kit: one zip, unpacked anywhere, installs and runs without a network."""

import ast
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import environment
import kit_install
import notebooks
import pytest
import workshop_kit

PYTHON = "{}.{}".format(*sys.version_info)
PLATFORM = kit_install.this_platform()
CHAPTER = "01-what-is-onnx"
FACTS = {"platform": PLATFORM, "python": PYTHON, "start": "python3.12", "longest": 163}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """A kit of one chapter for this machine, and what was said while it was packed."""
    sources = notebooks.chapter_sources([CHAPTER])
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        folder = tmp_path_factory.mktemp("kit")
        target = workshop_kit.build(sources, PLATFORM, PYTHON, folder)
    yield target, said.getvalue()
    target.unlink()  # half a gigabyte; what is installed takes more


@pytest.fixture(scope="module")
def unpacked(packed, tmp_path_factory):
    """The kit on a participant's laptop, in an empty folder."""
    folder = tmp_path_factory.mktemp("laptop with spaces")
    with zipfile.ZipFile(packed[0]) as archive:
        archive.extractall(folder)
    [kit] = folder.iterdir()
    yield kit
    shutil.rmtree(kit)


@pytest.fixture(scope="module")
def offline(tmp_path_factory):
    """Variables of a shell without a network: every proxy is a closed door, pip has no index."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / f"python{PYTHON}").symlink_to(Path(sys._base_executable).resolve())
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_", "PYTHON", "VIRTUAL_ENV"))
    }
    kept["PIP_USER"] = "1"  # as some people have it; it must not matter
    doors = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {
        **kept,
        **dict.fromkeys(doors, "http://127.0.0.1:9"),
        "PATH": f"{folder}{os.pathsep}{kept['PATH']}",
        "PIP_CONFIG_FILE": os.devnull,
    }


def shell(command, folder, variables):
    return subprocess.run(
        command, shell=True, cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def installed(unpacked, offline):
    """The kit after the first line of its README, as it is written there."""
    line, _ = (unpacked / "README.txt").read_text(encoding="utf-8").splitlines()
    result = shell(line.partition(": ")[2], unpacked, offline)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Ready, checked in" in result.stdout
    assert result.stdout.endswith("Now type: env/bin/jupyter-lab\n")
    return unpacked


def test_the_kit_says_how_far_it_is_and_how_large_it_is(packed):
    target, said = packed
    for step in range(1, 6):
        assert f"kit: {step} of 5: " in said
    assert "packed: 100 %" in said
    assert f"kit: {target.stat().st_size / 1e6:,.0f} MB in {target}" in said


def test_the_kit_holds_all_that_a_class_needs(packed):
    names = zipfile.ZipFile(packed[0]).namelist()
    assert {name.split("/")[0] for name in names} == {workshop_kit.NAME}
    parts = {name.partition("/")[2] for name in names}
    for part in (
        "README.txt",
        "install.py",
        f"notebooks/{CHAPTER}.ipynb",
        "site/index.html",
        f"site/chapters/{CHAPTER}.html",
        "site/chapters/appendix/glossary.html",
        f"slides/{CHAPTER}.html",
        f"models/{CHAPTER}/onnx-alone.onnx",
    ):
        assert part in parts, part
    wheels = {name.split("-")[0] for name in parts if name.startswith("wheels/")}
    wanted = {"wheels/onnx_in_practice", "wheels/onnxruntime", "wheels/keras", "wheels/jupyterlab"}
    assert wanted <= wheels
    assert "wheels/jupyter_book" not in wheels


def test_what_slides_and_notebooks_link_to_is_in_the_kit(unpacked):
    deck = (unpacked / "slides" / f"{CHAPTER}.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(\.\./[^"]+)"', deck)
    notebook = notebooks.read_notebook(unpacked / "notebooks" / f"{CHAPTER}.ipynb")
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    links += re.findall(r"\]\((\.\./[^)]+)\)", "\n".join(prose))
    assert len(links) > 20
    assert not re.findall(r"\]\(0[\w-]+\.ipynb", "\n".join(prose))  # the others are not in the kit
    assert "../site/chapters/04-inference-pitfalls.html" in links
    for link in links:
        path, _, anchor = link.partition("#")
        page = (unpacked / "slides" / path).resolve()
        assert page.is_relative_to(unpacked.resolve()), link
        text = page.read_text(encoding="utf-8")
        assert not anchor or f'id="{anchor}"' in text, link


def test_the_readme_has_two_lines(unpacked):
    lines = (unpacked / "README.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert f"python{PYTHON} install.py" in lines[0]
    assert "env/bin/jupyter-lab" in lines[1]


def test_it_installs_without_a_network_and_has_helpers(installed, offline):
    where = "import helpers; print(helpers.__file__)"
    found = shell(f'env/bin/python -c "{where}"', installed, offline)
    assert found.stdout.startswith(str(installed / "env"))


def test_a_notebook_runs_from_top_to_bottom_without_a_network(installed, offline):
    command = "env/bin/jupyter nbconvert --to notebook --execute --output run.ipynb"
    result = shell(f"{command} notebooks/{CHAPTER}.ipynb", installed, offline)
    assert result.returncode == 0, result.stderr
    ran = notebooks.read_notebook(installed / "notebooks" / "run.ipynb")
    stored = notebooks.read_notebook(notebooks.CHAPTERS / f"{CHAPTER}.ipynb")
    texts = {cell.id: text_of(cell) for cell in notebooks.code_cells(stored)}
    code = notebooks.code_cells(ran)
    first_exercise = next(i for i, cell in enumerate(code) if cell.id.startswith("exercise-"))
    assert first_exercise > 50
    for cell in code[:first_exercise]:  # from there on, the answers are still to come
        assert text_of(cell) == texts[cell.id], cell.source


def text_of(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def test_jupyterlab_starts_without_a_network(installed, offline):
    result = shell("env/bin/jupyter-lab --version", installed, offline)
    assert result.returncode == 0, result.stderr


def test_a_damaged_wheel_is_told(unpacked, offline, tmp_path):
    copy = tmp_path / "kit"
    copy.mkdir()
    for name in ("install.py", "kit.json", "requirements.txt"):
        (copy / name).write_bytes((unpacked / name).read_bytes())
    (copy / "wheels").mkdir()
    for wheel in (unpacked / "wheels").iterdir():
        (copy / "wheels" / wheel.name).symlink_to(wheel)
    first = min((copy / "wheels").iterdir())
    content = first.resolve().read_bytes()
    first.unlink()
    first.write_bytes(content[:-100] + bytes(100))
    result = shell(f"python{PYTHON} install.py", copy, offline)
    assert result.returncode == 1
    assert "copy the kit again" in result.stderr
    assert first.name.split("-")[0].replace("_", "-") in result.stderr


def test_an_installer_reads_as_an_old_python_reads_it():
    for path in (kit_install.__file__, environment.__file__):
        ast.parse(Path(path).read_text(encoding="utf-8"), feature_version=(3, 6))


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


def test_a_full_disk_is_told_before_anything_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(
        kit_install.shutil, "disk_usage", lambda path: types.SimpleNamespace(free=1e9)
    )
    assert "takes 3 GB of disk, and 1.0 GB are free" in kit_install.problem(FACTS, tmp_path)


def test_an_old_macos_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(kit_install.platform, "machine", lambda: "arm64")
    monkeypatch.setattr(kit_install.platform, "mac_ver", lambda: ("13.6.1", (), "arm64"))
    kit = {**FACTS, "platform": "macos-arm64"}
    assert "needs macOS 14 or newer, and this is 13.6.1" in kit_install.problem(kit, tmp_path)


def test_on_windows_a_folder_that_is_too_deep_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(kit_install.platform, "machine", lambda: "AMD64")
    deep = tmp_path / ("d" * (259 - 23 - 163 - len(str(tmp_path)) - 1))
    deep.mkdir()
    kit = {**FACTS, "platform": "windows-x86_64"}
    assert kit_install.problem(kit, deep) is None
    deeper = deep.with_name(deep.name + "d")
    deeper.mkdir()
    assert "there would be 260. Move the folder to C:\\kit" in kit_install.problem(kit, deeper)


def test_a_kit_knows_the_longest_path_in_it(unpacked):
    facts = json.loads((unpacked / "kit.json").read_text())
    assert 100 < facts["longest"] < 200


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
    assert name in workshop_kit.PLATFORMS


def test_on_windows_the_instructions_are_those_of_windows(tmp_path):
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / "a.whl", "w") as wheel:
        wheel.writestr("a/deep/file.py", "")
    workshop_kit.write_instructions(tmp_path, "windows-x86_64", "3.12")
    facts = json.loads((tmp_path / "kit.json").read_text())
    assert facts["start"] == "py -3.12"
    assert facts["longest"] == len("a/deep/file.py")
    assert facts["open"] == r"env\Scripts\jupyter-lab"


def test_a_command_that_fails_is_told_with_its_last_lines():
    command = [sys.executable, "-c", "print('no such host'); raise SystemExit(1)"]
    with pytest.raises(workshop_kit.KitError, match=r"Is there a network\?\nno such host"):
        list(workshop_kit.output_of(command))
