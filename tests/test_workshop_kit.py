"""The workshop kit: one zip, unpacked anywhere, installs and runs without a network."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import kit_install
import notebooks
import pytest
import workshop_kit

PYTHON = "{}.{}".format(*sys.version_info)
PLATFORM = kit_install.this_platform()
CHAPTER = "01-what-is-onnx"
FACTS = {"platform": "linux-x86_64", "python": "3.12", "start": "python3.12"}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """A kit of one chapter for this machine, and what was said while it was packed."""
    sources = notebooks.chapter_sources([CHAPTER])
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        folder = tmp_path_factory.mktemp("kit")
        target = workshop_kit.build(sources, PLATFORM, PYTHON, folder)
    return target, said.getvalue()


@pytest.fixture(scope="module")
def unpacked(packed, tmp_path_factory):
    """The kit on a participant's laptop, in an empty folder."""
    folder = tmp_path_factory.mktemp("laptop with spaces")
    with zipfile.ZipFile(packed[0]) as archive:
        archive.extractall(folder)
    [kit] = folder.iterdir()
    return kit


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
    assert result.stdout.endswith("Now type: env/bin/jupyter-lab notebooks\n")
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
    assert "env/bin/jupyter-lab notebooks" in lines[1]


def test_it_installs_without_a_network_and_is_ready(installed, offline):
    result = shell("env/bin/python -m helpers.preflight", installed, offline)
    assert result.returncode == 0, result.stdout
    assert "Ready, checked in" in result.stdout
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
    same = [text_of(cell) == texts.get(cell.id) for cell in notebooks.code_cells(ran)]
    # Its own answers are still to come: only the exercises differ from the book.
    assert sum(same) > 0.85 * len(same)
    assert all(same[: len(same) // 2])


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


@pytest.mark.parametrize(
    ("version", "here", "said"),
    [
        (
            "3.11",
            "linux-x86_64",
            r"needs Python 3\.12, and this is Python 3\.11 .*python3\.12 inst",
        ),
        ("3.12", "macos-arm64", "this kit is for linux-x86_64, and this machine is macos-arm64"),
    ],
)
def test_the_wrong_python_or_machine_is_told_what_fits(version, here, said):
    with pytest.raises(SystemExit, match=said):
        sys.exit(kit_install.problem(FACTS, version, here))


def test_the_right_python_and_machine_pass():
    assert kit_install.problem(FACTS, "3.12", "linux-x86_64") is None


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
    workshop_kit.write_instructions(tmp_path, "windows-x86_64", "3.12")
    facts = json.loads((tmp_path / "kit.json").read_text())
    assert facts["start"] == "py -3.12"
    assert facts["open"] == r"env\Scripts\jupyter-lab notebooks"


def test_a_command_that_fails_is_told_with_its_last_lines():
    command = [sys.executable, "-c", "print('no such host'); raise SystemExit(1)"]
    with pytest.raises(workshop_kit.KitError, match=r"Is there a network\?\nno such host"):
        list(workshop_kit.output_of(command))
