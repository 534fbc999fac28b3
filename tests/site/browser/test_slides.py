"""A deck in a browser: it opens from disk, runs by keyboard, and every slide fits."""

import pytest
from markupsafe import Markup

from tools.chapters import ROOT, read_book
from tools.notebook import current
from tools.site import scripts
from tools.workshop.slides import Part, Slide, read_slides, render

pytestmark = pytest.mark.browser

HEIGHT = 720
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


def part(html, fragment=False):
    return Part(Markup(html), fragment)


@pytest.fixture
def columns():
    """Two slides, and one below the first."""
    output = part('<pre class="output">True &lt;b&gt;</pre>', fragment=True)
    first = Slide("", [part("<h1>Count</h1>"), output], [Markup("<p>Wait for latecomers.</p>")])
    below = Slide("Count", [part(f'<img src="{DOT}" alt="A dot">')])
    return [[first, below], [Slide("", [part("<h2>Tables</h2>")])]]


@pytest.fixture
def open_deck(chromium, tmp_path):
    """Open decks from disk, without a network; an error or a request fails the test."""
    scripts.install_packages()
    problems = []
    context = chromium.new_context(viewport={"width": 1280, "height": HEIGHT}, offline=True)

    def open_deck(columns):
        file = tmp_path / "deck.html"
        file.write_text(render(columns, "A deck", "en"), encoding="utf-8")
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


def too_tall(page):
    """First words of the slides that do not fit, when all fragments are there."""
    heights = page.evaluate("""() => Reveal.getSlides().map((slide) => {
        const { h, v } = Reveal.getIndices(slide);
        Reveal.slide(h, v ?? 0, 99);
        return [slide.textContent.trim().slice(0, 40), slide.scrollHeight];
    })""")
    return [words for words, height in heights if height > HEIGHT]


def test_the_deck_runs_by_keyboard_from_disk_without_a_network(columns, open_deck):
    page = open_deck(columns)
    assert page.locator("h1").is_visible()
    page.keyboard.press("Space")
    page.wait_for_selector(".fragment.visible >> text=True <b>")
    page.keyboard.press("Space")
    page.wait_for_url("**#/0/1")
    assert page.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")


def test_speaker_notes_are_in_the_speakers_window_and_not_on_the_slide(columns, open_deck):
    page = open_deck(columns)
    assert not page.get_by_text("Wait for latecomers.").is_visible()
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    popup.value.get_by_text("Wait for latecomers.").first.wait_for(state="visible")


def test_the_deck_is_free_of_what_axe_finds(columns, open_deck):
    page = open_deck(columns)
    page.add_script_tag(path=scripts.AXE)
    found = page.evaluate("axe.run(document.querySelector('.slides'))")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


@pytest.mark.heavy
@pytest.mark.parametrize("chapter", list(read_book()), ids=lambda chapter: chapter.name)
def test_every_slide_of_a_chapter_fits_on_the_screen(chapter, open_deck):
    columns = read_slides(current(chapter), chapter)
    assert not columns or too_tall(open_deck(columns)) == []


@pytest.mark.heavy
def test_every_slide_of_the_longest_vietnamese_deck_fits_too(open_deck):
    decks = [read_slides(current(chapter), chapter) for chapter in read_book(ROOT, "vi")]
    longest = max(decks, key=lambda columns: sum(map(len, columns)))
    page = open_deck(longest)
    assert too_tall(page) == []


def test_a_slide_that_is_too_tall_is_noticed(columns, open_deck):
    columns[0][0].parts *= 30
    assert len(too_tall(open_deck(columns))) == 1
