"""The decks of slides: tags decide what is shown and said, and one file is all it takes."""

import re
from base64 import b64decode

import nbformat
import pytest

from tools.chapters import ROOT, ChapterError, read_book
from tools.notebook import code_cells, current, write
from tools.workshop import slides

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="2"><circle r="1"/></svg>'
CHAPTER = """\
    +++ {"tags": ["slide", "notes"]}

    # Count & sum

    Say [hello](#tables). <!-- teacher: Wait for latecomers. -->

    - first [a graph](appendix/glossary.md#graph)
    - then [the next](02-next.ipynb)

    ```{code-cell} ipython3
    :tags: [fragment]

    print(1 < 2)
    ```

    ```{code-cell} ipython3
    left_out = 0
    ```

    +++ {"tags": ["notes"]}

    Ask why.

    ```{code-cell} ipython3
    ---
    mystnb:
      image:
        alt: A dot that "is" small
    tags: [subslide]
    ---
    draw(1)
    ```

    ```{code-cell} ipython3
    :tags: [fragment]

    draw(2)
    ```

    +++ {"tags": ["slide"]}

    ## Tables

    ![A dot](dot.png)

    ```python
    count = 1
    ```

    ```{code-cell} ipython3
    :tags: [fragment, hide-input]

    hidden_table()
    ```
    """


@pytest.fixture
def with_dot(book_of):
    """Write a book whose chapter finds its picture."""

    def with_dot(text):
        chapter = book_of(text)
        (chapter.source.parent / "dot.png").write_bytes(b64decode(PIXEL))
        return chapter

    return with_dot


@pytest.fixture
def chapter(with_dot):
    """A short chapter as it is stored: with outputs of every kind."""
    chapter = with_dot(CHAPTER)
    notebook = current(chapter)
    _, first, _, png, svg, table = code_cells(notebook)
    first.outputs = [nbformat.v4.new_output("stream", text="\x1b[31mTrue\x1b[0m <b>\n")]
    for cell, content in (
        (png, {"image/png": PIXEL, "text/plain": "<Figure>"}),
        (svg, {"image/svg+xml": DRAWING, "text/plain": "Drawing"}),
        (table, {"text/html": "<table><tr><td>5</td></tr></table>", "text/plain": "5"}),
    ):
        cell.outputs = [nbformat.v4.new_output("display_data", data=content)]
    write(notebook, chapter.notebook)
    return chapter


@pytest.fixture
def columns(chapter):
    return slides.read_slides(current(chapter), chapter)


def test_tags_decide_on_slides_and_what_is_below_them(columns):
    assert [len(column) for column in columns] == [2, 1]
    fragments = [[part.fragment for part in slide.parts] for column in columns for slide in column]
    assert fragments == [[False, True], [False, True], [False, True]]


def test_a_cell_without_a_tag_is_left_out(columns):
    shown = [part.html for column in columns for slide in column for part in slide.parts]
    assert "print" in "".join(shown)
    assert "left_out" not in "".join(shown)


def test_headings_and_lists_are_shown_and_prose_with_notes_is_said(columns):
    [first, *_] = columns[0]
    shown = first.parts[0].html
    assert "<h1>Count &amp; sum</h1>" in shown
    assert "<li>first" in shown
    assert "Say hello" not in shown
    assert [re.sub(r"<.*?>", "", note).strip() for note in first.notes] == [
        "Say hello.",
        "Wait for latecomers.",
        "Ask why.",
    ]


def test_links_lead_to_the_site_next_to_the_deck(columns):
    shown = columns[0][0].parts[0].html
    assert 'href="../site/chapters/appendix/glossary.html#graph"' in shown
    assert 'href="../site/chapters/02-next.html"' in shown
    assert 'href="../site/chapters/count.html#tables"' in columns[0][0].notes[0]


def test_a_slide_without_a_heading_names_its_section(columns):
    assert [[slide.section for slide in column] for column in columns] == [
        ["", "Count & sum"],
        [""],
    ]


def test_code_is_colored_and_its_text_output_escaped(columns):
    html = columns[0][0].parts[1].html
    assert '<span class="nb">print</span>' in html
    assert '<pre class="output">True &lt;b&gt;</pre>' in html


def test_pictures_are_in_the_deck_with_their_alt_text_and_without_the_code(columns):
    png, svg = (part.html for part in columns[0][1].parts)
    assert f'src="data:image/png;base64,{PIXEL}"' in png
    assert 'alt="A dot that &#34;is&#34; small"' in png
    encoded = re.search(r"data:image/svg\+xml;base64,([^\"]+)", svg)[1]
    assert b64decode(encoded).decode() == DRAWING
    assert "draw" not in re.sub(r"data:[^\"]+", "", png + svg)


def test_markdown_pictures_and_code_blocks_are_shown(columns):
    html = columns[1][0].parts[0].html
    assert f'src="data:image/png;base64,{PIXEL}"' in html
    assert '<span class="n">count</span>' in html


def test_folded_code_is_left_out_and_its_table_stays(columns):
    html = columns[1][0].parts[1].html
    assert "hidden_table" not in html
    assert "<td>5</td>" in html


def test_a_script_cannot_end_its_element():
    script = slides.as_inline_script('a = "</script>"; b = `<!-- c -->`')
    assert script == r'a = "<\/script>"; b = `<\!-- c -->`'


def test_a_picture_that_is_missing_is_named(chapter):
    (chapter.source.parent / "dot.png").unlink()
    with pytest.raises(
        ChapterError, match=r"count\.md:44: a slide shows dot\.png, and there is no"
    ):
        slides.read_slides(current(chapter), chapter)


def test_a_cell_before_the_first_slide_is_refused(book_of):
    chapter = book_of(CHAPTER.replace('"slide", "notes"', '"notes"', 1))
    with pytest.raises(ChapterError, match=r"count\.md:3: .*no slide has started: give the tag"):
        slides.read_slides(current(chapter), chapter)


def test_a_slide_shows_no_solution(book_of):
    chapter = book_of(
        """\
        +++ {"tags": ["slide", "exercise-1"]}

        # How many?

        ```{code-cell} ipython3
        :tags: [fragment, solution-1]

        print(2)
        ```
        """
    )
    with pytest.raises(
        ChapterError, match=r"count\.md:6: a slide \(fragment\) would show a solut"
    ):
        slides.read_slides(current(chapter), chapter)


def test_what_only_the_site_can_show_is_on_no_slide(with_dot):
    text = CHAPTER.replace("Ask why.", "<!-- here: live model -->\n\n    Ask why.")
    chapter = with_dot(text)
    [[first, *_], _] = slides.read_slides(current(chapter), chapter)
    assert "Ask why." in first.notes[-1]
    assert "here:" not in first.notes[-1]


def test_a_comment_in_a_code_block_is_no_heading(with_dot):
    text = CHAPTER.replace("Ask why.", "```bash\n    # a comment\n    ls\n    ```")
    chapter = with_dot(text)
    [[_, below], _] = slides.read_slides(current(chapter), chapter)
    assert below.section == "Count & sum"


def test_a_chapter_without_tags_has_no_deck(book_of, tmp_path):
    chapter = book_of("# Plain\n\n```{code-cell} ipython3\n1\n```\n")
    assert slides.write_deck(chapter, tmp_path / "decks") == (
        "count has no slides: no cell has the tag 'slide'"
    )
    assert not (tmp_path / "decks").exists()


@pytest.mark.node
def test_the_deck_is_one_file_with_all_it_takes(chapter, tmp_path):
    slides.scripts.install_packages()
    line = slides.write_deck(chapter, tmp_path / "decks")
    assert line.startswith("wrote count.html: 3 slides, ")
    [path] = (tmp_path / "decks").iterdir()
    deck = path.read_text(encoding="utf-8")
    assert "<title>Count &amp; sum</title>" in deck
    assert '<html lang="en">' in deck
    assert '<p class="section">Count &amp; sum</p>' in deck
    assert "Permission is hereby granted, free of charge" in deck


@pytest.mark.node
def test_a_vietnamese_deck_says_its_language_and_leads_to_the_vietnamese_site(
    chapter, in_vietnamese, tmp_path
):
    slides.scripts.install_packages()
    words = {
        "# Count & sum": "# Đếm & cộng",
        "- first [a graph](appendix/glossary.md#graph)": "- [graph](appendix/glossary.md#graph)",
    }
    slides.write_deck(in_vietnamese(chapter, words), tmp_path / "decks")
    deck = (tmp_path / "decks" / "count.html").read_text(encoding="utf-8")
    assert '<html lang="vi">' in deck
    assert "<title>Đếm &amp; cộng</title>" in deck
    assert '<p class="section">Đếm &amp; cộng</p>' in deck
    assert '<li><a href="../site/vi/chapters/appendix/glossary.html#graph">graph</a></li>' in deck
    assert 'href="../site/vi/chapters/count.html#tables"' in deck
    assert "True &lt;b&gt;" in deck  # outputs are those of the run


@pytest.mark.parametrize(
    "chapter",
    [*read_book(), *read_book(ROOT, "vi")],
    ids=lambda chapter: f"{chapter.edition.prefix}{chapter.name}",
)
def test_a_chapters_deck_starts_with_its_title_and_shows_something_on_each_slide(chapter):
    columns = slides.read_slides(current(chapter), chapter)
    deck = [slide for column in columns for slide in column]
    assert all(slide.parts for slide in deck)
    if deck:
        assert "<h1>" in deck[0].parts[0].html


PLANNED = [chapter for chapter in read_book() if chapter.read_data("plan.yml")]


@pytest.mark.parametrize("chapter", PLANNED, ids=lambda chapter: chapter.name)
def test_who_teaches_by_a_plan_has_something_to_say_to_most_slides(chapter):
    columns = slides.read_slides(current(chapter), chapter)
    deck = [slide for column in columns for slide in column]
    assert sum(bool(slide.notes) for slide in deck) >= 0.8 * len(deck)
