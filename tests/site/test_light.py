"""The finished pages: what they load, what was taken off, and that nothing lies beside them."""

import re
import shutil

import nbformat
import pytest
from bs4 import BeautifulSoup

from tests.site.editions import in_english_and_with_translations
from tools.chapters import Book
from tools.notebook import current
from tools.site import light, styles, weight
from tools.site.errors import BuildError

# Files that no page names, and who asks for them.
ASKED_FOR = {
    "index.html": "readers",
    "404.html": "the host",
    "sitemap.xml": "search engines",
}


@pytest.fixture(scope="module")
def book(site):
    """The book that the site was built from."""
    return Book(site.parents[1])


def test_the_site_has_every_page_of_the_book(site, book):
    for page in ["index", *book.pages]:
        assert "<h1>" in (site / f"{page}.html").read_text(encoding="utf-8")


def test_each_chapter_can_be_downloaded_as_notebook_and_as_source(site, book):
    for chapter in book:
        page = (site / f"{chapter.page}.html").read_text(encoding="utf-8")
        contents = {".md": chapter.text, ".ipynb": nbformat.writes(current(chapter))}
        for suffix, content in contents.items():
            path = f"_sources/{chapter.page}{suffix}"
            assert f'/{path}"' in page
            assert (site / path).read_text(encoding="utf-8") == content


@in_english_and_with_translations
def test_every_file_of_the_site_is_named_by_another_one_or_asked_for(site):
    files = [path for path in site.rglob("*") if path.is_file()]
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in files
        if path.suffix in (".css", ".html", ".js")
    }
    unnamed = {
        path.relative_to(site).as_posix()
        for path in files
        if not any(path.name in text for other, text in texts.items() if other != path)
    }
    assert unnamed <= set(ASKED_FOR)


@in_english_and_with_translations
def test_no_source_map_no_font_of_all_glyphs_and_no_dropped_script_is_shipped(site):
    names = [path.name for path in site.rglob("*") if path.is_file()]
    assert [name for name in names if name.endswith((".map", ".ttf"))] == []
    assert set(names).isdisjoint({"fontawesome.js", "searchindex.js", "objects.inv"})
    fonts = list(site.rglob("*.woff2"))
    assert fonts
    assert all(font.stat().st_size < 10_000 for font in fonts)


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        (light.drop_scripts, "fontawesome.js"),
        (light.defer_scripts, "scripts that are not deferred"),
        (light.settle_theme, "the script that sets the theme"),
        (light.fix_for_screen_readers, "names that differ"),
    ],
)
def test_a_step_that_finds_nothing_to_do_stops_the_build(step, missing, site):
    page = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    with pytest.raises(BuildError, match=f"{missing}.*has the theme changed"):
        step({site / "index.html": page})  # this page is light already


def test_pages_that_are_light_already_stop_the_build(site, tmp_path):
    shutil.copyfile(site / "index.html", tmp_path / "index.html")
    with pytest.raises(BuildError, match="tokens of code"):
        light.pages_of(tmp_path)


def test_tabs_whose_script_is_taken_off_stop_the_build(tmp_path):
    names = " ".join(light.UNUSED_SCRIPTS)
    markup = f"<script>{names}</script><div class='sd-tab-set'></div>"
    page = BeautifulSoup(markup, "html.parser")
    with pytest.raises(BuildError, match="has tabs or a toggle"):
        light.drop_scripts({tmp_path / "page.html": page})


def test_code_and_outputs_come_through_as_they_are(tmp_path):
    code = "<pre><b>&quot;a&quot;</b> &lt;\n  held:0</pre>"
    text = f'<p><span class="n">x</span></p>{code}<pre></pre>'
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    [filled] = light.texts_of(*light.pages_of(tmp_path)).values()
    assert filled == f"<p>x</p>{code}<pre></pre>"


@pytest.mark.parametrize("point", ["f0c3", "e09a", "2b"])
def test_an_icon_that_a_page_names_keeps_its_glyph_whatever_its_code(point):
    sheet = f'.fa-one:before{{content:"\\{point}"}}.fa-two:before{{content:"\\e001"}}'
    assert styles.used_glyphs(sheet, '<i class="fas fa-one"></i>') == {point}


def test_a_glyph_that_a_rule_shows_without_an_icon_stays():
    assert styles.used_glyphs('details::before{content:"\\f054"}', "") == {"f054"}


@pytest.fixture
def small_site(tmp_path):
    """A site of two pages and what they load, over a style and over a script."""
    files = {
        "index.html": '<a href="sub/page.html#a"></a><script type="module" src="live/a.js?v=1">',
        "sub/page.html": '<link href="../_static/site.css"><img src="../a%20b.png">',
        "404.html": '<script src="/book/_static/late.js"></script>',
        "_static/site.css": '@font-face{src:url("./icons.woff2")}',
        "_static/icons.woff2": "",
        "_static/late.js": "/*! For license information please see late.js.LICENSE.txt */",
        "_static/late.js.LICENSE.txt": "",
        "live/a.js": 'new Worker(new URL("./worker.js",import.meta.url))',
        "live/worker.js": 'fetch("data.json")',
        "live/data.json": "",
        "a b.png": "",
    }
    dead = ["_static/site.css.map", "_static/icons.ttf", "live/old/b.js", "objects.inv"]
    for name, text in {**files, **dict.fromkeys(dead, "")}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path, set(files)


def test_what_no_page_leads_to_is_dropped_and_the_rest_stays(small_site):
    site, wanted = small_site
    weight.drop_dead_files(site, "https://some-school.github.io/book/")
    assert {
        path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()
    } == wanted
    assert not (site / "live" / "old").exists()


def test_pictures_for_link_previews_stay_where_the_address_is_known(site, book):
    for page in ["index", *book.pages]:
        text = (site / f"{page}.html").read_text(encoding="utf-8")
        pictures = set(re.findall(r'content="https://[^"]*/(_images/social[^"]+)"', text))
        assert pictures
        assert all((site / picture).is_file() for picture in pictures)
