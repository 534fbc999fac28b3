"""A book in another language: its texts, its notebooks, and what is shown of what changed."""

import nbformat
import pytest

from tests.books import write_book
from tools import translate
from tools.chapters import Book, ChapterError
from tools.editions import MARKS, languages, marked
from tools.notebook import current, derive

LESSON = """\
# Count rows

Count them first.

```{code-cell} ipython3
print(2)
```

Then look.
"""
WORDS = {"# Count rows": "# Đếm dòng", "Count them first.": "Trước hết hãy đếm."}
WORDS |= {"Then look.": "Rồi hãy xem."}


@pytest.fixture
def root(tmp_path):
    """A book of one lesson, which was run, and its translation."""
    write(tmp_path, LESSON)
    (tmp_path / "vi").mkdir()
    translate.update(tmp_path, "vi", [])
    path = tmp_path / "vi" / "chapters" / "lesson.md"
    text = path.read_text(encoding="utf-8").replace(" missing", "")
    for english, vietnamese in WORDS.items():
        text = text.replace(english, vietnamese)
    path.write_text(text, encoding="utf-8")
    return tmp_path


def write(root, lesson):
    """Write the lesson, and its notebook as a run stores it."""
    write_book(root, {"lesson": lesson})
    (root / "index.md").write_text("# A book\n", encoding="utf-8")
    [chapter] = Book(root)
    notebook = derive(chapter)
    notebook.metadata["executed"] = {"date": "2026-11-05", "python": "3.11", "packages": {}}
    shown = notebook.cells[-2].source.removeprefix("print(").removesuffix(")")
    notebook.cells[-2].outputs = [nbformat.v4.new_output("stream", text=f"{shown}\n")]
    nbformat.write(notebook, chapter.notebook)


def translated(root):
    """Sources of the lesson's cells in Vietnamese, and what the last code cell printed."""
    [chapter] = Book(root, "vi")
    notebook = current(chapter)
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return prose, notebook.cells[-2].source, notebook.cells[-2].outputs[0].text


def test_a_lesson_has_translated_prose_around_the_same_code_and_outputs(root):
    prose, code, output = translated(root)
    assert prose == ["# Đếm dòng\n\nTrước hết hãy đếm.", "Rồi hãy xem."]
    assert (code, output) == ("print(2)", "2\n")


def test_an_edited_paragraph_is_shown_in_english_with_a_mark_and_named_as_stale(root):
    write(root, LESSON.replace("Count them first.", "Count them twice."))
    prose, _, _ = translated(root)
    assert prose[0] == f"# Đếm dòng\n\n{MARKS['vi']} Count them twice."
    [stale] = [
        each
        for each in translate.entries_of(root, "vi")["chapters/lesson"]
        if each.state != "done"
    ]
    assert (stale.state, stale.english) == ("stale", "Count them twice.")
    assert stale.text == "Trước hết hãy đếm."


def test_what_is_stale_is_printed_with_both_texts_and_counted(root, capsys):
    write(root, LESSON.replace("Count them first.", "Count them twice."))
    translate.report(root)
    said = capsys.readouterr().out
    assert "vi/chapters/lesson.md: stale" in said
    assert "Count them twice." in said
    assert "Trước hết hãy đếm." in said
    assert "vi: 2 of 4 pieces translated, 1 stale, 1 missing" in said


def test_a_changed_cell_changes_the_translated_notebook_by_itself(root):
    write(root, LESSON.replace("print(2)", "print(3)"))
    assert translated(root)[1:] == ("print(3)", "3\n")


def test_code_that_was_not_run_stops_a_translation_too(root):
    path = root / "chapters" / "lesson.md"
    path.write_text(LESSON.replace("print(2)", "print(3)"), encoding="utf-8")
    with pytest.raises(ChapterError, match=r"lesson\.md:\d+: the cell 'print\(3\)' was edited"):
        translated(root)


def test_anchors_stay_those_of_the_english_page(root):
    [chapter] = Book(root, "vi")
    assert (chapter.title, chapter.sections[0].anchor) == ("Đếm dòng", "count-rows")


def test_a_book_has_the_languages_that_have_a_folder(root):
    assert languages(root) == ["vi"]
    (root / "vi").rename(root / "xx")
    assert languages(root) == []


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        ("One.", "(en) One."),
        ("- one", "- (en) one"),
        ("| one | two |", "| (en) one | two |"),
        ("> one", "> (en) one"),
        ("## One", "## One"),
    ],
)
def test_a_mark_stands_where_the_text_begins(piece, shown):
    assert marked(piece, "(en)") == shown
