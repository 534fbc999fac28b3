"""The parts of a workshop kit: what is in it, and what stops it."""

import json
import sys
import zipfile

import pytest

from tools.chapters import Chapter, ChapterError
from tools.environments import ProgramError
from tools.notebook import read_notebook
from tools.workshop import kit, wheels

CHAPTER = """\
    # Count

    Then comes [the next](02-next.ipynb).

    ```{code-cell} ipython3
    from pathlib import Path

    Path("models").mkdir()
    _ = Path("models/count.onnx").write_text("a model")
    ```
    """


@pytest.fixture
def chapter(book_of):
    return book_of(CHAPTER)


@pytest.fixture
def place(tmp_path):
    """A kit with one wheel."""
    place = tmp_path / kit.NAME
    (place / "wheels").mkdir(parents=True)
    with zipfile.ZipFile(place / "wheels" / "a.whl", "w") as wheel:
        wheel.writestr("a/deep/file.py", "")
    return place


@pytest.fixture
def quick(monkeypatch):
    """Let a kit take one wheel and a site of one page, which nobody has to wait for."""

    def add_wheels(place, platform, python, groups):
        (place / "wheels").mkdir()
        with zipfile.ZipFile(place / "wheels" / "a.whl", "w") as wheel:
            wheel.writestr("a/file.py", "")

    def build_site(root):
        (root / "html").mkdir()
        (root / "html" / "index.html").write_text("a site")
        return root / "html"

    monkeypatch.setattr(kit, "add_wheels", add_wheels)
    monkeypatch.setattr(kit, "build_site", build_site)


def test_code_that_was_not_run_is_not_packed(chapter, tmp_path):
    chapter.source.write_text(chapter.text.replace("a model", "another model"))
    edited = Chapter(chapter.source, chapter.root)
    with pytest.raises(
        ChapterError, match=r"count\.md:6: the cell 'from pathlib import Path' was"
    ):
        kit.build([edited], "linux-x86_64", "3.12", tmp_path / "kits")
    assert not (tmp_path / "kits").exists()


def test_a_kit_is_packed_in_five_steps_that_are_said(chapter, quick, tmp_path, capsys):
    target = kit.build([chapter], "windows-x86_64", "3.12", tmp_path / "kits")
    assert target == tmp_path / "kits" / "onnx-workshop-windows-x86_64-py3.12.zip"
    names = zipfile.ZipFile(target).namelist()
    assert names == [
        f"onnx-workshop/{name}"
        for name in (
            "README.txt",
            "install.py",
            "kit.json",
            "models/count/count.onnx",
            "notebooks/count.ipynb",
            "site/index.html",
            "wheels/a.whl",
        )
    ]
    said = capsys.readouterr().out
    assert all(f"kit: {step} of 5: " in said for step in range(1, 6))
    assert "packed: 100 %" in said
    assert f" MB in {target}\n" in said


def test_a_kit_in_vietnamese_says_so_and_holds_vietnamese_notebooks(
    chapter, in_vietnamese, quick, tmp_path
):
    vietnamese = in_vietnamese(chapter, {"# Count": "# Đếm"})
    target = kit.build([vietnamese], "linux-x86_64", "3.12", tmp_path / "kits")
    assert target.name == "onnx-workshop-vi-linux-x86_64-py3.12.zip"
    with zipfile.ZipFile(target) as archive:
        student = archive.read("onnx-workshop-vi/notebooks/count.ipynb").decode()
        readme = archive.read("onnx-workshop-vi/README.txt").decode()
        facts = json.loads(archive.read("onnx-workshop-vi/kit.json"))
    assert "# Đếm" in student
    assert "../site/vi/chapters/02-next.html" in student
    assert readme.splitlines() == [
        "Cài, trong thư mục này và không cần mạng: python3.12 install.py",
        "Làm việc: env/bin/jupyter-lab  (JupyterLab mở trong trình duyệt: vào thư mục notebooks)",
    ]
    assert facts["language"] == "vi"
    assert facts["messages"]["creating the folder env"] == "đang tạo thư mục env"


def test_the_installer_of_an_english_kit_has_no_other_words(place):
    kit.add_instructions(place, "linux-x86_64", "3.12")
    facts = json.loads((place / "kit.json").read_text())
    assert (facts["language"], facts["messages"]) == ("en", {})


def test_a_notebook_that_fails_as_it_is_handed_out_is_not_packed(book_of, place, capsys):
    chapter = book_of(CHAPTER.replace("mkdir()", "rmdir()"))
    with pytest.raises(
        ChapterError, match="does not run as it is handed out; see the lines above"
    ):
        kit.add_models(place, [chapter])
    assert "the student's count fails: " in capsys.readouterr().out


def test_links_to_chapters_that_are_not_in_the_kit_lead_to_its_site(chapter, place):
    kit.add_notebooks(place, [chapter])
    student = read_notebook(place / "notebooks" / "count.ipynb")
    assert "[the next](../site/chapters/02-next.html)" in student.cells[0].source


def test_on_windows_the_instructions_are_those_of_windows(place):
    kit.add_instructions(place, "windows-x86_64", "3.12")
    facts = json.loads((place / "kit.json").read_text())
    assert facts["start"] == "py -3.12"
    assert facts["longest"] == len("a/deep/file.py")
    assert facts["open"] == r"env\Scripts\jupyter-lab"


def test_a_command_that_fails_is_told_with_its_last_lines():
    command = [sys.executable, "-c", "print('no such host'); raise SystemExit(1)"]
    with pytest.raises(ProgramError, match=r"Is there a network\?\nno such host"):
        list(wheels.output_of(command))


def test_wheels_of_this_lock_are_not_downloaded_again(tmp_path, monkeypatch):
    monkeypatch.setattr(wheels, "STORED", tmp_path)
    monkeypatch.setattr(wheels, "locked_for", lambda *wanted: ["a==1"])
    asked = []
    monkeypatch.setattr(wheels, "output_of", lambda command: asked.append(command) or [])
    first = wheels.download_wheels("macos-arm64", "3.12", [])
    assert (first / "requirements.txt").read_text() == "a==1\n"
    assert wheels.download_wheels("macos-arm64", "3.12", []) == first
    assert len(asked) == 1
    assert {"macosx_14_0_arm64", "cp312", "--require-hashes"} <= set(asked[0])
    (first / "lock.txt").write_text("an older lock")
    wheels.download_wheels("macos-arm64", "3.12", [])
    assert len(asked) == 2


def test_every_package_of_the_lock_is_read_with_its_hashes():
    lock = wheels.LOCK.read_text(encoding="utf-8")
    pins = wheels.read_pins(lock)
    assert len(pins) == sum("==" in line.split(";")[0] for line in lock.splitlines())
    assert all("--hash=sha256:" in hashes for hashes in pins.values())


def test_a_lock_that_is_behind_its_bounds_is_told():
    with pytest.raises(ChapterError, match=r"expected a==2 by the bounds .* Run: make lock"):
        wheels.choose_pins(["a==2"], {"a==1": "--hash=sha256:0"})


@pytest.mark.slow
def test_the_wheel_holds_both_packages_and_what_lessons_need(tmp_path):
    entry = wheels.build_own(tmp_path)
    assert entry.startswith("onnx-in-practice==")
    [wheel] = tmp_path.iterdir()
    names = zipfile.ZipFile(wheel).namelist()
    assert {"helpers/__init__.py", "classroom/preflight.py"} <= set(names)
    for name in ("quiz.toml", "checks.py"):
        ours = [path.parent.name for path in (wheels.ROOT / "chapters").glob(f"*/{name}")]
        packed = [each.split("/")[-2] for each in names if each.endswith(f"/{name}")]
        assert sorted(packed) == sorted(ours)
    assert "classroom/data/vi/LC_MESSAGES/classroom.mo" in names
    assert not [each for each in names if each.endswith(".ipynb")]
    assert {"classroom/examples/node/.npmrc", "classroom/examples/browser/score.js"} <= set(names)
