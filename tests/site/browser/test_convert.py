"""The conversion table in a browser: a name, a call, an error text, a verdict, a row.

What is asked for is taken from the table itself, so that measuring it again breaks nothing here.
"""

import gzip
import re
from urllib.parse import quote

import pytest

from tests.site.model_files import classifier
from tools.chapters import read_book
from tools.pages.conversion_notes import read_table
from tools.pages.conversion_rows import slug

PAGE = "chapters/reference/what-converts.html"
TABLE = read_table(read_book())
BOX, FOUND = ".convert-box input", ".convert-found section"


def first(verdict, **wanted):
    """First row with a verdict and a text or options, as wanted."""
    return next(
        row
        for row in TABLE.every
        if row["verdict"] == verdict and all(re.search(wanted[k], row[k]) for k in wanted)
    )


@pytest.fixture
def table(open_page):
    """Open the page; it is ready when the box is there."""

    def table(query="", **options):
        page = open_page(PAGE + query, **options)
        page.locator(BOX).wait_for()
        return page

    return table


def names(page):
    return page.locator(f"{FOUND} h3").evaluate_all("all => all.map((h) => h.firstChild.data)")


def status(page):
    return page.locator(".convert-status").text_content()


def test_a_name_shows_its_rows_while_it_is_typed(table):
    wanted = first("differs")["name"]
    page = table()
    assert names(page) == []
    page.locator(BOX).press_sequentially(wanted)
    assert names(page)[0] == wanted
    page.wait_for_url(f"**?q={quote(wanted)}")
    assert page.locator(f"{FOUND} .differs").count() >= 1
    assert page.locator("section.convert, section.convert [id]").evaluate_all(
        "(all) => { const ids = all.map((each) => each.id).filter(Boolean);"
        " return ids.length > 2000 && ids.length === new Set(ids).size; }"
    )


def test_a_call_marks_its_row(table):
    row = first("differs", options="^\\w+='\\w+'$")
    page = table(f"?q={quote(row['name'] + '(' + row['options'] + ')')}")
    assert names(page) == [row["name"]]
    assert row["options"] in page.locator(f"{FOUND} .convert-hit").first.text_content()


def test_an_error_text_finds_the_name_that_it_stands_at(table):
    row = first("refused", text="shape calculator")
    page = table()
    page.fill(BOX, f"Traceback (most recent call last): {row['text']}")
    assert names(page) == [row["name"]]


def test_each_text_of_rows_that_stand_together_is_found(table):
    rows = [
        row for row in TABLE.every if re.search("metric='\\w+' is not impl", row.get("text", ""))
    ]
    page = table()
    for text in sorted({row["text"] for row in rows})[:5]:
        page.fill(BOX, text)
        assert set(names(page)) == {row["name"] for row in rows if row["text"] == text}


def test_an_unknown_name_gets_the_nearest_ones_and_the_call_that_lists_all(table):
    page = table("?q=KNeighborsClasifier")
    assert "all_estimators()" in status(page)
    page.locator(".convert-found button").first.click()
    assert names(page) == ["KNeighborsClassifier"]
    assert page.input_value(BOX) == "KNeighborsClassifier"


def test_a_verdict_leaves_its_rows_alone(table):
    page = table()
    page.select_option(".convert-box select", "no load")
    wanted = {row["name"] for row in TABLE.every if row["verdict"] == "no load"}
    assert set(names(page)) == wanted
    assert page.locator(f"{FOUND} dl > div:not(.no-load)").count() == 0
    page.wait_for_url("**?verdict=no+load")
    page.reload()
    page.locator(FOUND).first.wait_for()
    assert set(names(page)) == wanted


def test_a_link_leads_to_one_row(table):
    row = first("differs", options=".")
    page = table(f"#{anchor_of(row)}")
    assert page.locator(":target").count() == 1
    page.wait_for_function(
        "(() => { const { top } = document.querySelector(':target').getBoundingClientRect();"
        " return top >= 0 && top < innerHeight; })()"
    )


def test_a_click_on_a_row_puts_its_address_into_the_bar(table):
    page = table()
    anchor = anchor_of(first("differs", options="."))
    page.locator(f"[id='{anchor}']").click(position={"x": 5, "y": 5})
    assert page.url.endswith(f"#{anchor}")


def anchor_of(row):
    return slug(f"{row['name']} {row['options'] or 'defaults'} {row['rows']}")


def test_without_javascript_the_table_is_there_and_the_box_is_not(open_page):
    page = open_page(PAGE, java_script_enabled=False)
    assert not page.locator(BOX).is_visible()
    assert page.locator("section.convert dl").count() > 300
    assert page.locator("section.convert dl").first.is_visible()


def test_a_query_with_markup_is_text(table):
    page = table(f"?q={quote('<img src=x onerror=alert(1)>')}")
    assert page.locator(".convert-found img").count() == 0
    assert page.input_value(BOX).startswith("<img")


def test_the_site_search_lists_an_estimator_by_its_name(open_page):
    page = open_page("search.html?q=HistGradientBoostingRegressor")
    page.locator(".search-result").first.wait_for()
    assert PAGE in page.locator(".search-result a").first.get_attribute("href")


def test_the_page_is_light(site):
    packed = gzip.compress((site / PAGE).read_bytes())
    assert len(packed) < 150_000


def test_the_inspector_leads_from_operators_to_the_names_that_become_them(open_page, tmp_path):
    path = tmp_path / "line.onnx"
    path.write_bytes(classifier().SerializeToString())
    page = open_page("inspect.html")
    page.locator(".inspect-choose:enabled").wait_for()
    page.set_input_files(".inspect-file", path)
    page.locator("a", has_text="LinearClassifier").click()
    page.locator(FOUND).first.wait_for()
    assert "LogisticRegression" in names(page)
    assert page.input_value(BOX) == "LinearClassifier"
