"""The one reader: what it finds in a source, and one sentence for each fault in one."""

import textwrap

import pytest

from tests.books import write_book
from tools.chapters import Book, ChapterError, read_book
from tools.notebook import derive

CHAPTER = textwrap.dedent("""\
    ---
    lesson:
      short: Count
    ---

    # Count the rows

    It takes <!-- here: minutes -->.

    ```{code-cell} ipython3
    rows = 3
    ```

    ```python
    # Not a heading
    ```

    ## Look

    ## Look

    +++ {"tags": ["exercises"]}

    ## Try it

    +++ {"tags": ["exercise-1", "recall"]}

    How many?

    ```{code-cell} ipython3
    :tags: [solution-1]

    rows
    ```
    """)


@pytest.fixture
def book(tmp_path):
    """Make a book of these chapters, by name; ``also`` are pages that are listed besides."""

    def make(also=(), **sources):
        return write_book(tmp_path, sources, also)

    return make


def problem(book):
    """The sentence that stops whoever reads the book."""

    def read():
        return [(derive(chapter), chapter.sections) for chapter in book]

    with pytest.raises(ChapterError) as caught:
        read()
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_chapter_says_what_it_is(book):
    [chapter] = book(count=CHAPTER)
    assert (chapter.title, chapter.short, chapter.name) == ("Count the rows", "Count", "count")
    assert chapter.exercises == {1: "recall"}
    found = [(section.level, section.anchor, section.is_lesson) for section in chapter.sections]
    assert found == [
        (1, "count-the-rows", True),
        (2, "look", True),
        (2, "look-1", True),
        (2, "try-it", False),
    ]


def test_the_notebook_gets_a_first_cell_and_folds(book):
    [chapter] = book(count=CHAPTER)
    _, setup, rows, *_, solution = derive(chapter).cells
    assert setup.metadata.tags == ["setup", "hide-input"]
    assert rows.source == "rows = 3"
    assert solution.metadata.tags == ["solution-1", "hide-cell"]
    assert solution.metadata.jupyter.source_hidden


def test_the_ids_of_cells_follow_from_their_content_and_not_from_the_address(book):
    def ids():
        [chapter] = made = book(count=CHAPTER)
        return made, [cell.id for cell in derive(chapter).cells]

    made, before = ids()
    pyproject = made.root / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    assert "repository.invalid" in text or "github.com" in text
    chapters = made.root / "chapters" / "count.md"
    chapters.write_text(CHAPTER.replace("rows = 3", "rows = 4"), encoding="utf-8")
    changed = [cell.id for cell in derive(Book(made.root).chapters[0]).cells]
    assert [old == new for old, new in zip(before, changed, strict=True)].count(False) == 1


def test_a_cell_with_another_quiz_is_another_cell(book):
    shown = '\n```{code-cell} ipython3\nshow_quiz("count")\n```\n'
    [chapter] = book(count=CHAPTER + shown)
    chapter.folder.mkdir()

    def ids(questions):
        (chapter.folder / "quiz.toml").write_text(questions, encoding="utf-8")
        return {cell.source: cell.id for cell in derive(chapter).cells}

    before, after = ids("one"), ids("two")
    assert [source for source in before if before[source] != after[source]] == [
        'show_quiz("count")'
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "```{code-cell} ipython3\nrows = 3",
            "```{code-cell}\nrows = 3",
            "count.md:10: expected ```{code-cell} ipython3, found ```{code-cell}",
        ),
        ("[solution-1]", "[solved]", "count.md:31: unknown tag 'solved'; there are: "),
        ("[solution-1]", "[solution-2]", "count.md:31: solution-2, and there is no exercise-2"),
        (
            "How many?\n",
            'How many?\n\n+++ {"tags": ["exercise-1"]}\n\nAgain?\n',
            "exercise 1 begins here and in line 28",
        ),
        ("rows\n```\n", "rows\n", "count.md:30: this fence is never closed"),
        ("# Count the rows", "Count the rows", "begins with its title"),
        ("  short: Count", "  shrot: Count", "'lesson' in the metadata takes"),
        (
            "  short: Count",
            "  minutes: 40",
            "description, engine, needs, ships, short; found {'minutes': 40}",
        ),
    ],
)
def test_a_fault_in_a_source_is_one_sentence_that_names_the_line(book, old, new, message):
    assert old in CHAPTER
    assert message in problem(book(count=CHAPTER.replace(old, new)))


def test_a_chapter_without_a_code_cell_is_one_sentence(book):
    assert problem(book(count="# Count\n\nNothing to run.\n")).startswith(
        "chapters/count.md:1: a chapter has at least one code cell"
    )


@pytest.mark.parametrize(
    ("also", "message"),
    [
        ("chapters/count", "_toc.yml:4: chapters/count is listed twice"),
        ("chapters/gone", "_toc.yml:4: there is no chapters/gone.md"),
        (
            "chapters/count/more",
            "chapters/other.md:1: this page is not listed in _toc.yml: add it",
        ),
    ],
)
def test_a_fault_in_the_table_of_contents_is_one_sentence(book, also, message):
    made = book([also], count=CHAPTER)
    if also == "chapters/count/more":
        for name in ("count/more", "other"):
            path = made.root / "chapters" / f"{name}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(CHAPTER)
    assert problem(made) == message


def test_parts_of_the_table_of_contents_keep_the_order(book):
    made = book(count=CHAPTER, more=CHAPTER)
    made.contents.write_text(
        "root: index\nparts:\n- caption: One\n  chapters:\n  - file: chapters/more\n"
        "- chapters:\n  - file: chapters/count\n"
    )
    assert [chapter.name for chapter in Book(made.root)] == ["more", "count"]
    assert Book(made.root).parts[0].caption == "One"


def test_a_wrong_name_lists_the_chapters():
    with pytest.raises(ChapterError, match="no chapter nonsense; there are: "):
        read_book().choose(["nonsense"])
