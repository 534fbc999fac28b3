"""The cheat sheet on paper: two sheets of A4 or Letter, and no line of code that wraps."""

import re

PAGE = "chapters/appendix/cheat-sheet.html"
COLUMN_OF_A4 = 718  # pixels of 190 mm: the narrower paper without its margins


def sheets(page, paper):
    """How many sheets the page fills."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


def test_it_fills_two_sheets_of_either_paper_and_one_more_line_still_fits(open_page):
    page = open_page(PAGE)
    for paper in ("A4", "Letter"):
        assert sheets(page, paper) == 2, paper
    page.evaluate("document.querySelector('#compare').append('one more line, '.repeat(6))")
    assert sheets(page, "Letter") == 2


def test_a_sheet_that_gets_too_long_is_counted(open_page):
    page = open_page(PAGE)
    page.evaluate("document.querySelector('#options').after('much more text, '.repeat(2000))")
    assert sheets(page, "A4") > 2


def test_no_line_of_code_wraps_and_nothing_but_the_sheet_is_printed(open_page):
    page = open_page(PAGE, width=COLUMN_OF_A4)
    page.emulate_media(media="print")
    wrapped = page.evaluate("""() => [...document.querySelectorAll('#cheat-sheet pre')]
        .filter((code) => {
            code.style.whiteSpace = 'pre';
            return code.scrollWidth > code.clientWidth;
        })
        .map((code) => code.textContent)""")
    assert wrapped == []
    assert page.locator("#cheat-sheet h1").is_visible()
    for hidden in ("#jb-print-docs-body", ".prev-next-footer", ".bd-footer-content"):
        assert not page.locator(hidden).is_visible(), hidden
