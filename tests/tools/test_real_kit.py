"""A real kit: one zip, unpacked anywhere, installs and runs without a network."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from tools.chapters import read_book
from tools.notebook import code_cells, current, read_notebook, write
from tools.workshop import kit, kit_install

pytestmark = pytest.mark.heavy

PYTHON = "{}.{}".format(*sys.version_info)
PLATFORM = kit_install.this_platform()
# The first one with slides stands for all.
CHAPTER = next(
    chapter for chapter in read_book() if any("slide" in cell.tags for cell in chapter.cells)
)
OURS = ("PIP_", "UV_", "PYTHON", "VIRTUAL_ENV", "ORT_")


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """A kit of one chapter for this machine, and what was said while it was packed."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        folder = tmp_path_factory.mktemp("kit")
        target = kit.build([CHAPTER], PLATFORM, PYTHON, folder)
    yield target, said.getvalue()
    target.unlink()  # half a gigabyte; what is installed takes more


@pytest.fixture(scope="module")
def unpacked(packed, tmp_path_factory):
    """The kit on a participant's laptop, in an empty folder."""
    folder = tmp_path_factory.mktemp("laptop with spaces")
    with zipfile.ZipFile(packed[0]) as archive:
        archive.extractall(folder)
    [place] = folder.iterdir()
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def offline(tmp_path_factory):
    """Variables of a shell without a network: every proxy is a closed door, pip has no index."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / f"python{PYTHON}").symlink_to(Path(sys._base_executable).resolve())
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
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
    assert {name.split("/")[0] for name in names} == {kit.NAME}
    parts = {name.partition("/")[2] for name in names}
    for part in (
        "README.txt",
        "install.py",
        f"notebooks/{CHAPTER.name}.ipynb",
        f"slides/{CHAPTER.name}.html",
        "site/index.html",
        *(f"site/{page}.html" for page in read_book().pages),
    ):
        assert part in parts, part
    packages = {name.split("-")[0] for name in parts if name.startswith("wheels/")}
    wanted = {"wheels/onnx_in_practice", "wheels/onnxruntime", "wheels/keras", "wheels/jupyterlab"}
    assert wanted <= packages
    assert "wheels/jupyter_book" not in packages


def test_what_slides_and_notebooks_link_to_is_in_the_kit(unpacked):
    deck = (unpacked / "slides" / f"{CHAPTER.name}.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(\.\./[^"]+)"', deck)
    notebook = read_notebook(unpacked / "notebooks" / f"{CHAPTER.name}.ipynb")
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    links += re.findall(r"\]\((\.\./[^)]+)\)", "\n".join(prose))
    assert links
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


def test_it_installs_without_a_network_and_has_our_packages(installed, offline):
    where = "import classroom, helpers; print(classroom.__file__, helpers.__file__, sep=chr(10))"
    found = shell(f'env/bin/python -c "{where}"', installed, offline)
    assert found.returncode == 0, found.stderr
    assert all(path.startswith(str(installed / "env")) for path in found.stdout.splitlines())


def test_a_notebook_runs_from_top_to_bottom_without_a_network(installed, offline):
    command = "env/bin/jupyter nbconvert --to notebook --execute --output run.ipynb"
    result = shell(f"{command} notebooks/{CHAPTER.name}.ipynb", installed, offline)
    assert result.returncode == 0, result.stderr
    ran = read_notebook(installed / "notebooks" / "run.ipynb")
    texts = {cell.id: text_of(cell) for cell in code_cells(current(CHAPTER))}
    code = code_cells(ran)
    first_exercise = next(i for i, cell in enumerate(code) if cell.id.startswith("exercise-"))
    assert first_exercise > 1
    for cell in code[:first_exercise]:  # from there on, the answers are still to come
        assert text_of(cell) == texts[cell.id], cell.source


def text_of(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def test_jupyterlab_starts_without_a_network(installed, offline):
    result = shell("env/bin/jupyter-lab --version", installed, offline)
    assert result.returncode == 0, result.stderr


def test_a_notebook_starts_without_telemetry(installed, offline):
    ask = nbformat.v4.new_code_cell('import os\n\nprint(os.environ["ORT_DISABLE_TELEMETRY"])')
    write(nbformat.v4.new_notebook(cells=[ask]), installed / "notebooks" / "ask.ipynb")
    command = "env/bin/jupyter nbconvert --to notebook --execute --inplace notebooks/ask.ipynb"
    result = shell(command, installed, offline)
    assert result.returncode == 0, result.stderr
    [cell] = read_notebook(installed / "notebooks" / "ask.ipynb").cells
    assert text_of(cell) == "1\n"


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


def test_a_kit_knows_the_longest_path_in_it(unpacked):
    facts = json.loads((unpacked / "kit.json").read_text())
    assert 100 < facts["longest"] < 200
