"""What Jupyter Book reads is written below ``_build``, and never with outputs of other code."""

import shutil
import subprocess

import nbformat
import pytest
import yaml

from tools.address import write_address
from tools.chapters import ROOT, Book, ChapterError, read_book
from tools.messages import speaking
from tools.notebook import derive
from tools.site.stage import LATER, copy_book, inspector, stage, table_of_contents

ADDRESS = "https://github.com/some-school/onnx-workshop"
CHAPTER = """\
# A lesson

It takes <!-- here: later -->.

```{code-cell} ipython3
print(1)
```
"""


@pytest.fixture
def book(tmp_path):
    """A copy of the book with one chapter, which was run, and no scripts."""
    root = tmp_path / "book"
    copy_book(root)
    shutil.rmtree(root / "chapters")
    (root / "chapters").mkdir()
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: inspect\n  - file: chapters/lesson\n"
    )
    (root / "index.md").write_text("# A book\n\n<!-- here: chapters -->\n")
    write_lesson(root, CHAPTER.replace("<!-- here: later -->", "long"))
    (root / "scripts").mkdir()
    return root


def write_lesson(root, text, *, run=True):
    """Write the chapter, and its notebook as if it had been run."""
    (root / "chapters" / "lesson.md").write_text(text)
    if run:
        [chapter] = Book(root)
        notebook = derive(chapter)
        notebook.metadata["executed"] = {"date": "2026-11-05", "python": "3.11", "packages": {}}
        output = nbformat.v4.new_output("stream", text="1\n")
        notebook.cells[-1].outputs = [output]
        nbformat.write(notebook, chapter.notebook)


def staged(root):
    """Folder of the staged book."""
    return stage(Book(root), root / "scripts")


def test_a_notebook_is_staged_with_its_outputs_and_a_page_with_its_cards(book):
    folder = staged(book)
    notebook = nbformat.read(folder / "chapters" / "lesson.ipynb", as_version=4)
    assert notebook.cells[-1].outputs[0].text == "1\n"
    assert (folder / "chapters" / "lesson.md").read_text() == Book(book).chapters[0].text
    assert ":link: chapters/lesson" in (folder / "index.md").read_text()
    assert (folder / "_static" / "draw.css").exists()


def test_edited_code_that_was_not_run_stops_and_is_named_and_nothing_is_written(book):
    text = (book / "chapters" / "lesson.md").read_text()
    write_lesson(book, text.replace("print(1)", "print(2)"), run=False)
    with pytest.raises(
        ChapterError, match=r"lesson\.md:6: the cell 'print\(2\)' was edited or moved"
    ):
        staged(book)
    assert not (book / "_build").exists()


def test_an_unknown_marker_of_a_chapter_or_a_page_stops_with_its_line(book):
    write_lesson(book, CHAPTER)
    with pytest.raises(ChapterError, match=r"lesson\.md:3: nothing goes by the name 'later'"):
        staged(book)
    write_lesson(book, CHAPTER.replace("later", LATER[0]))
    staged(book)
    (book / "index.md").write_text("# A book\n\n<!-- here: nonsense -->\n")
    with pytest.raises(ChapterError, match=r"index\.md:3: nothing goes by the name 'nonsense'"):
        staged(book)


def test_what_follows_from_the_address_is_added_to_the_configuration(book):
    plain = (book / "_config.yml").read_bytes()
    write_address("https://repository.invalid/OWNER/REPO", book)
    config = yaml.safe_load((staged(book) / "_config.yml").read_text())
    assert "repository" not in config
    assert "baseurl" not in config["html"]
    write_address(ADDRESS, book)
    config = yaml.safe_load((staged(book) / "_config.yml").read_text())
    assert config["repository"]["url"] == ADDRESS
    assert config["html"]["baseurl"] == "https://some-school.github.io/onnx-workshop/"
    assert "chapters/lesson.md" in config["exclude_patterns"]
    assert (book / "_config.yml").read_bytes() == plain


def test_the_inspector_speaks_the_language_of_the_page():
    english = inspector()
    assert ">Choose a file</button>" in english
    with speaking("vi"):
        assert ">Chọn file</button>" in inspector()
    assert inspector() == english


def test_the_captions_of_the_contents_are_those_of_the_language():
    english = table_of_contents(read_book())
    assert english == (ROOT / "_toc.yml").read_text(encoding="utf-8")
    captions = [part.caption for part in read_book(language="vi").parts if part.caption]
    read = yaml.safe_load(table_of_contents(read_book(language="vi")))
    assert [part["caption"] for part in read["parts"] if "caption" in part] == captions
    assert "Tra cứu" in captions


def test_two_style_sheets_of_one_name_are_refused(book):
    (book / "_static" / "draw.css").write_text("")
    with pytest.raises(ChapterError, match=r"two style sheets have the name draw\.css"):
        staged(book)


def test_staging_changes_no_source(book):
    before = contents(book)
    staged(book)
    assert contents(book) == before


def contents(root):
    """Bytes of every file of a book, without what is built."""
    return {
        path: path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "_build" not in path.parts
    }


def test_git_ignores_everything_that_the_build_writes():
    written = ["_build/book/index.md", "_build/html/index.html", "web/dist/draw.js"]
    command = ["git", "check-ignore", *written, "web/dist.sha256"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "not a git repository" in result.stderr:
        pytest.skip("a copy without git")
    assert result.stdout.split() == [*written, "web/dist.sha256"]
