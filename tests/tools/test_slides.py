"""The decks of slides: tags decide what is shown and said, and one file is all it takes."""

import re
import textwrap
from base64 import b64decode

import nbformat
import notebooks
import pytest
import slides
import workshop

import web

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="2"><circle r="1"/></svg>'
CHAPTER = textwrap.dedent("""\
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
    """)


@pytest.fixture
def chapter(tmp_path):
    """A short chapter as it is stored: with outputs of every kind."""
    (tmp_path / "dot.png").write_bytes(b64decode(PIXEL))
    source = tmp_path / "count.md"
    source.write_text(CHAPTER)
    notebook = notebooks.read_source(source)
    first, _, png, svg, table = notebooks.code_cells(notebook)
    first.outputs = [nbformat.v4.new_output("stream", text="\x1b[31mTrue\x1b[0m <b>\n")]
    for cell, content in (
        (png, {"image/png": PIXEL, "text/plain": "<Figure>"}),
        (svg, {"image/svg+xml": DRAWING, "text/plain": "Drawing"}),
        (table, {"text/html": "<table><tr><td>5</td></tr></table>", "text/plain": "5"}),
    ):
        cell.outputs = [nbformat.v4.new_output("display_data", data=content)]
    notebooks.write(notebook, source.with_suffix(".ipynb"))
    return notebook


@pytest.fixture
def columns(chapter, tmp_path):
    return slides.read_slides(chapter, tmp_path / "count.md")


@pytest.fixture
def deck(columns):
    return slides.render(columns, "Count & sum")


def test_tags_decide_on_slides_and_what_is_below_them(columns):
    assert [len(column) for column in columns] == [2, 1]
    fragments = [[part.fragment for part in slide.parts] for column in columns for slide in column]
    assert fragments == [[False, True], [False, True], [False, True]]


def test_a_cell_without_a_tag_is_left_out(deck):
    assert "left_out" not in deck


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


def test_a_slide_without_a_heading_names_its_section(columns, deck):
    assert [[slide.section for slide in column] for column in columns] == [
        ["", "Count & sum"],
        [""],
    ]
    assert '<p class="section">Count &amp; sum</p>' in deck


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


def test_the_deck_carries_the_license_of_what_it_bundles(deck):
    assert "Permission is hereby granted, free of charge" in deck


def test_a_script_cannot_end_its_element():
    script = slides.as_inline_script('a = "</script>"; b = `<!-- c -->`')
    assert script == r'a = "<\/script>"; b = `<\!-- c -->`'


def test_a_picture_that_is_missing_is_named(chapter, tmp_path):
    (tmp_path / "dot.png").unlink()
    with pytest.raises(notebooks.ChapterError, match=r"no such file: .*dot\.png"):
        slides.read_slides(chapter, tmp_path / "count.md")


def test_a_cell_before_the_first_slide_is_refused(chapter, tmp_path):
    chapter.cells[0].metadata.tags = []
    with pytest.raises(notebooks.ChapterError, match="no slide has started: give the tag 'slide'"):
        slides.read_slides(chapter, tmp_path / "count.md")


def test_a_chapter_without_tags_has_no_deck(tmp_path):
    source = tmp_path / "plain.md"
    source.write_text("# Plain\n")
    notebooks.write(notebooks.read_source(source), source.with_suffix(".ipynb"))
    assert slides.write(source, tmp_path / "decks") == (
        "plain has no slides: no cell has the tag 'slide'"
    )
    assert not (tmp_path / "decks").exists()


def test_the_deck_is_one_file_of_the_stored_chapter(chapter, tmp_path):
    line = slides.write(tmp_path / "count.md", tmp_path / "decks")
    assert line.startswith("wrote count.html: 3 slides, ")
    [deck] = (tmp_path / "decks").iterdir()
    assert "<title>Count &amp; sum</title>" in deck.read_text(encoding="utf-8")


@pytest.fixture
def open_deck(chromium, tmp_path):
    """Open decks from disk, without a network; an error or a request fails the test."""
    problems = []
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, offline=True)

    def open_deck(html):
        file = tmp_path / "deck.html"
        file.write_text(html, encoding="utf-8")
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: note_request(request.url, file))
        page.goto(file.as_uri())
        page.wait_for_function("Reveal.isReady()")
        return page

    def note_request(url, file):
        if not url.startswith(("data:", file.as_uri())):
            problems.append(f"request: {url}")

    yield open_deck
    context.close()
    assert not problems, "\n".join(problems)


def heights(page):
    """Height of what each slide holds, with its first words, when all fragments are there."""
    return page.evaluate("""() => Reveal.getSlides().map((slide) => {
        const { h, v } = Reveal.getIndices(slide);
        Reveal.slide(h, v ?? 0, 99);
        return [slide.textContent.trim().slice(0, 40), slide.scrollHeight];
    })""")


def test_the_deck_runs_by_keyboard_from_disk_without_a_network(deck, open_deck):
    page = open_deck(deck)
    assert page.locator("h1").is_visible()
    page.keyboard.press("Space")
    page.wait_for_selector(".fragment.visible >> text=True <b>")
    page.keyboard.press("Space")
    page.wait_for_url("**#/0/1")
    assert page.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")


def test_speaker_notes_are_in_the_speakers_window_and_not_on_the_slide(deck, open_deck):
    page = open_deck(deck)
    assert not page.get_by_text("Wait for latecomers.").is_visible()
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    popup.value.get_by_text("Wait for latecomers.").first.wait_for(state="visible")


def test_the_deck_is_free_of_what_axe_finds(deck, open_deck):
    page = open_deck(deck)
    page.add_script_tag(path=web.PACKAGES / "axe-core" / "axe.min.js")
    found = page.evaluate("axe.run(document.querySelector('.slides'))")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


@pytest.mark.parametrize("source", notebooks.chapter_sources([]), ids=lambda path: path.stem)
def test_every_slide_of_a_chapter_fits_on_the_screen(source, open_deck):
    chapter = notebooks.read_notebook(source.with_suffix(".ipynb"))
    columns = slides.read_slides(chapter, source)
    page = open_deck(slides.render(columns, source.stem))
    assert [(words, height) for words, height in heights(page) if height > 720] == []


@pytest.mark.parametrize("source", notebooks.chapter_sources([]), ids=lambda path: path.stem)
def test_every_chapter_has_a_deck_from_its_title_to_its_take_away(source):
    chapter = notebooks.read_notebook(source.with_suffix(".ipynb"))
    deck = [slide for column in slides.read_slides(chapter, source) for slide in column]
    assert len(deck) >= 20
    assert "<h1>" in deck[0].parts[0].html
    assert "<h2>Take-away</h2>" in deck[-1].parts[0].html
    assert all(slide.parts for slide in deck)
    assert sum(bool(slide.notes) for slide in deck) > 0.8 * len(deck)
    solutions = [cell for cell in chapter.cells if workshop.is_solution(cell)]
    assert not any(slides.SHOWN_TAGS & set(cell.metadata.tags) for cell in solutions)


def test_a_slide_that_is_too_tall_is_noticed(columns, open_deck):
    columns[0][0].parts *= 30
    page = open_deck(slides.render(columns, "Tall"))
    [tall, *others] = heights(page)
    assert tall[1] > 720
    assert all(height <= 720 for _, height in others)
