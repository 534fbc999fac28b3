"""The repository's address stands in one place, and all others follow it."""

import importlib.util
import re
import shutil
import subprocess

import notebooks
import pytest
import repository
import yaml

ADDRESS = "https://github.com/some-school/onnx-workshop"


@pytest.fixture
def copy(tmp_path):
    """Copy of the parts of the book that name the address."""
    for name in ("pyproject.toml", "_config.yml", "_toc.yml", "README.md", "index.md"):
        shutil.copy(notebooks.ROOT / name, tmp_path)
    ignored = shutil.ignore_patterns("models", ".*")
    shutil.copytree(notebooks.ROOT / "chapters", tmp_path / "chapters", ignore=ignored)
    return tmp_path


def test_every_derived_place_agrees_with_the_one_that_names_the_address():
    assert repository.stale() == [], "run: make repository"


def test_every_chapter_begins_with_the_same_cell():
    wanted = repository.first_cell(repository.read_address()).rstrip("\n")
    for source in notebooks.chapter_sources([]):
        notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
        assert notebooks.code_cells(notebook)[0].source == wanted, source.name


def test_no_other_place_names_an_address_that_nobody_set():
    for path in (notebooks.ROOT / "helpers").rglob("*.py"):
        assert "repository.invalid" not in path.read_text(encoding="utf-8")


def test_one_command_points_everything_to_another_copy(copy):
    repository.set_address(ADDRESS + ".git/", copy)
    assert repository.read_address(copy) == ADDRESS
    assert repository.stale(copy) == []
    config = yaml.safe_load((copy / "_config.yml").read_text())
    assert config["repository"]["url"] == ADDRESS
    assert config["launch_buttons"] == {"colab_url": "https://colab.research.google.com"}
    readme = (copy / "README.md").read_text()
    assert "colab.research.google.com/github/some-school/onnx-workshop/blob/main/" in readme
    assert "Before you publish" not in readme
    for path in copy.rglob("*.*"):
        if path.suffix in {".md", ".ipynb", ".yml", ".toml"}:
            assert "repository.invalid" not in path.read_text(encoding="utf-8"), path


def test_the_notebooks_keep_their_outputs(copy):
    before = {
        path.name: [cell.get("outputs") for cell in notebooks.read_notebook(path).cells]
        for path in (copy / "chapters").glob("*.ipynb")
    }
    repository.set_address(ADDRESS, copy)
    for path in (copy / "chapters").glob("*.ipynb"):
        after = [cell.get("outputs") for cell in notebooks.read_notebook(path).cells]
        assert after == before[path.name]
        assert notebooks.sources(notebooks.read_notebook(path)) == notebooks.sources(
            notebooks.read_source(path.with_suffix(".md"))
        )


def test_the_way_there_and_back_changes_nothing(copy):
    address = repository.read_address(copy)
    before = {path: path.read_bytes() for path in copy.rglob("*.*") if path.is_file()}
    repository.set_address(ADDRESS, copy)
    repository.set_address(repository.read_address(), copy)
    repository.set_address(address, copy)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("README.md", "| notebook |", "| elsewhere |"),
        ("_config.yml", "# [/repository]", "launch_buttons: {}\n# [/repository]"),
        ("pyproject.toml", "OWNER/REPO", "OWNER/OTHER"),
        ("chapters/02-keras-to-onnx.md", "OWNER/REPO", "OWNER/OTHER"),
    ],
)
def test_a_place_that_disagrees_is_found(copy, name, old, new):
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new), encoding="utf-8")
    assert len(repository.stale(copy)) >= 1


@pytest.mark.parametrize("address", ["", "OWNER/REPO", "https://example.com/OWNER/REPO"])
def test_an_address_that_colab_cannot_open_is_refused(copy, address):
    before = (copy / "pyproject.toml").read_text()
    with pytest.raises(ValueError, match=re.escape("such as https://github.com/OWNER/REPO")):
        repository.set_address(address, copy)
    assert (copy / "pyproject.toml").read_text() == before


def run_first_cell(monkeypatch, returncode):
    """Run the first cell where helpers is missing; return the commands that it ran."""
    commands = []

    def run(command):
        commands.append(command)
        return subprocess.CompletedProcess(command, returncode)

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(subprocess, "run", run)
    exec(compile(repository.first_cell(ADDRESS), "first cell", "exec"), {})
    return commands


def test_the_first_cell_installs_helpers_and_says_what_and_how_long(monkeypatch, capsys):
    [command] = run_first_cell(monkeypatch, 0)
    assert f"git+{ADDRESS}@main" in command
    assert "onnx<1.21" in command
    said = capsys.readouterr().out
    assert re.fullmatch(r"installed onnx<1\.21, .*lightgbm, helpers in \d+ s\n", said)


def test_the_first_cell_fails_with_one_sentence(monkeypatch):
    with pytest.raises(SystemExit, match=r"Failed: is there a network\? Then run this again\."):
        run_first_cell(monkeypatch, 1)


def test_the_first_cell_does_nothing_where_helpers_is_installed(monkeypatch, capsys):
    def run(command):
        raise AssertionError("nothing has to be installed")

    monkeypatch.setattr(subprocess, "run", run)
    exec(compile(repository.first_cell(ADDRESS), "first cell", "exec"), {})
    assert capsys.readouterr().out == ""
