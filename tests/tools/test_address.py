"""The repository's address stands in one place, and all others follow it."""

import importlib.machinery
import importlib.util
import re
import subprocess

import pytest

from tools.address import (
    PLACEHOLDER,
    colab_link,
    first_cell,
    read_address,
    site_address,
    write_address,
)
from tools.chapters import ROOT, ChapterError
from tools.notebook import code_cells, read_notebook
from tools.publish import publish

ADDRESS = "https://github.com/some-school/onnx-workshop"
CHAPTER = """\
    # Count to one

    ```{code-cell} ipython3
    print(1)
    ```
    """


@pytest.fixture
def chapter(book_of):
    """The chapter of a book that has a README, with an output."""
    chapter = book_of(CHAPTER)
    (chapter.root / "README.md").write_text("<!-- chapters -->\n<!-- /chapters -->\n")
    write_address(PLACEHOLDER, chapter.root)
    publish(None, chapter.root)
    return chapter


def files(root):
    """Content of every file below a folder."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_no_other_place_names_an_address_that_nobody_set():
    for folder in ("helpers", "classroom"):
        for path in (ROOT / folder).rglob("*.py"):
            assert "repository.invalid" not in path.read_text(encoding="utf-8")


def test_one_command_points_everything_to_another_copy(chapter):
    publish(ADDRESS + ".git/", chapter.root)
    assert read_address(chapter.root) == ADDRESS
    first = code_cells(read_notebook(chapter.notebook))[0].source
    assert first == first_cell(ADDRESS)
    readme = (chapter.root / "README.md").read_text()
    assert colab_link(ADDRESS, "chapters/count") in readme
    assert "Before you publish" not in readme
    for path, content in files(chapter.root).items():
        assert b"repository.invalid" not in content, path


def test_the_address_of_the_site_follows():
    assert site_address(ADDRESS) == "https://some-school.github.io/onnx-workshop/"
    assert site_address("https://github.com/Me/me.github.io") == "https://me.github.io/"


def test_the_notebooks_keep_their_outputs(chapter):
    before = [cell.outputs for cell in code_cells(read_notebook(chapter.notebook))]
    publish(ADDRESS, chapter.root)
    assert [cell.outputs for cell in code_cells(read_notebook(chapter.notebook))] == before


def test_the_way_there_and_back_changes_nothing(chapter):
    before = files(chapter.root)
    publish(ADDRESS, chapter.root)
    assert files(chapter.root) != before
    publish(PLACEHOLDER, chapter.root)
    assert files(chapter.root) == before


def test_the_notebooks_of_a_translation_follow_too(chapter, in_vietnamese):
    translated = in_vietnamese(chapter, {"# Count to one": "# Đếm đến một"})
    publish(ADDRESS, chapter.root)
    stored = read_notebook(translated.notebook)
    assert stored.cells[0].source == "# Đếm đến một"
    assert code_cells(stored)[0].source == first_cell(ADDRESS, (), "vi")
    assert translated.notebook == chapter.root / "vi" / "chapters" / "count.ipynb"


def test_code_that_was_not_run_stops_it_before_anything_is_written(chapter):
    chapter.source.write_text(chapter.text.replace("print(1)", "print('never run')"))
    before = files(chapter.root)
    with pytest.raises(ChapterError, match=r"count\.md:\d+: .*never run.* not run since"):
        publish(ADDRESS, chapter.root)
    assert files(chapter.root) == before


@pytest.mark.parametrize("address", ["OWNER/REPO", "https://example.com/OWNER/REPO"])
def test_an_address_that_colab_cannot_open_is_refused(chapter, address):
    before = files(chapter.root)
    with pytest.raises(ChapterError, match=re.escape("such as https://github.com/OWNER/REPO")):
        publish(address, chapter.root)
    assert files(chapter.root) == before


def run_first_cell(monkeypatch, returncode=0, found=None):
    """Run the first cell where `find_spec` finds this; return the commands that it ran."""
    commands = []

    def run(command):
        commands.append(command)
        return subprocess.CompletedProcess(command, returncode)

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found)
    monkeypatch.setattr(subprocess, "run", run)
    exec(compile(first_cell(ADDRESS), "first cell", "exec"), {})
    return commands


def test_the_first_cell_installs_the_book_and_says_what(monkeypatch, capsys):
    [command] = run_first_cell(monkeypatch)
    assert f"git+{ADDRESS}@main" in command
    assert "onnx<1.21" in command
    assert re.fullmatch(r"installed onnx<1\.21, .*, helpers, .*\n", capsys.readouterr().out)


def test_the_first_cell_installs_what_one_lesson_needs_besides():
    assert '"lightgbm", book]' in first_cell(ADDRESS)
    boosters = first_cell(ADDRESS, ("boosters",))
    assert '+= ["xgboost", "catboost", "category-encoders"]\n' in boosters
    for group in ("boosters", "speed", "serve", "batch"):
        assert all(len(line) <= 76 for line in first_cell(ADDRESS, (group,)).splitlines())
    with pytest.raises(ChapterError, match=r"'needs' names groups .*boosters.* found 'booster'"):
        first_cell(ADDRESS, ("booster",))


def test_the_first_cell_fails_with_one_sentence(monkeypatch):
    with pytest.raises(SystemExit, match=r"Failed: is there a network\? Then run this again\."):
        run_first_cell(monkeypatch, 1)


def test_the_first_cell_does_nothing_where_the_book_is_installed(monkeypatch, capsys):
    installed = importlib.machinery.ModuleSpec("helpers", None, origin="helpers/__init__.py")
    assert run_first_cell(monkeypatch, found=installed) == []
    assert capsys.readouterr().out == ""


def test_a_participant_with_a_helpers_of_their_own_is_told_what_to_rename(monkeypatch):
    own = importlib.machinery.ModuleSpec("helpers", None, origin="/notebooks/helpers.py")
    with pytest.raises(SystemExit, match=r"Rename your helpers\.py and restart"):
        run_first_cell(monkeypatch, found=own)
