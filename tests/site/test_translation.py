"""The pages of the translation: what they say of themselves, and what nobody translated."""

import json

import pytest
from bs4 import BeautifulSoup

from tests.added import AFTER, EDITED
from tests.site.editions import with_translations
from tools.chapters import ROOT, Book
from tools.editions import MARKS, languages
from tools.messages import _, speaking
from tools.site.theme import ATTRIBUTES, WORDS

ADDRESS = "https://some-school.github.io/onnx-workshop"
PAGES = ["index", "inspect", "search", "chapters/02-keras-to-onnx", "chapters/appendix/glossary"]
pytestmark = with_translations
LANGUAGES = pytest.mark.parametrize("language", languages(ROOT))


def read(site, name):
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


@LANGUAGES
def test_it_has_each_page_of_the_book(site, language):
    for page in ["index", *Book(site.parents[1]).pages]:
        assert (site / language / f"{page}.html").exists(), page


@LANGUAGES
@pytest.mark.parametrize("name", PAGES)
def test_a_page_leads_to_the_same_page_in_the_other_language(site, language, name):
    for own, other, page in (("en", language, name), (language, "en", f"{language}/{name}")):
        shown = read(site, page)
        assert shown.html["lang"] == own
        [button] = shown.select(f".btn-language-{other}-button")
        assert "target" not in button.attrs  # no window of its own
        leads = (site / f"{page}.html").parent.joinpath(button["href"]).resolve()
        assert leads == site / ("" if other == "en" else other) / f"{name}.html"
        alternates = {link["hreflang"]: link["href"] for link in shown.select("link[hreflang]")}
        assert alternates == {
            "en": f"{ADDRESS}/{name}.html",
            language: f"{ADDRESS}/{language}/{name}.html",
        }


@LANGUAGES
@pytest.mark.parametrize("name", PAGES)
def test_the_theme_speaks_the_language_of_the_page(site, language, name):
    shown = read(site, f"{language}/{name}")
    words = [element[each] for each in ATTRIBUTES for element in shown.select(f"[{each}]")]
    shown.select_one("article").decompose()
    words += [text.strip() for text in shown.find_all(string=True)]
    with speaking(language):
        translated = {word for word in WORDS if _(word) != word}
    assert len(translated) > 15
    assert not set(words) & translated


@LANGUAGES
def test_a_paragraph_that_was_edited_is_shown_in_english_and_marked(site, language):
    text = read(site, f"{language}/{EDITED}").select_one("article").get_text()
    mark = MARKS[language].strip("*")
    assert f"{mark} {AFTER}" in text
    assert text.count(mark) == 1


@LANGUAGES
def test_a_lesson_that_nobody_translated_is_shown_in_english_and_marked(site, language):
    text = read(site, f"{language}/chapters/count").select_one("article").get_text()
    assert f"{MARKS[language].strip('*')} " in text
    assert "Count the records" in text


@LANGUAGES
def test_a_lesson_opens_its_own_notebook_in_colab(site, language):
    name = "chapters/02-keras-to-onnx"
    links = [link["href"] for link in read(site, f"{language}/{name}").select("a[href]")]
    assert [link for link in links if link.endswith(f"/blob/main/{language}/{name}.ipynb")]


@LANGUAGES
def test_its_search_knows_its_own_sections(site, language):
    folder = site / language / "live"
    sections = json.loads((folder / "sections.json").read_text(encoding="utf-8"))
    titles = {each["url"]: each["title"] for each in sections}
    own = Book(ROOT, language).choose(["02-keras-to-onnx"])[0]
    assert titles[f"{own.page}.html#{own.sections[1].anchor}"] == own.sections[1].title


@LANGUAGES
def test_search_engines_find_the_pages_of_both_in_one_list(site, language):
    text = (site / "sitemap.xml").read_text(encoding="utf-8")
    for name in ("chapters/02-keras-to-onnx", f"{language}/chapters/02-keras-to-onnx"):
        assert text.count(f"<loc>{ADDRESS}/{name}.html</loc>") == 1
