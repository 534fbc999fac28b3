"""Derived pieces of pages: what goes where a marker stands, and what is wrong with the data."""

import pytest
import yaml

from tests.books import write_book
from tools.chapters import ROOT, Book, ChapterError, read_book
from tools.notebook import read_minutes
from tools.pages import error_index, landing, tested_with
from tools.pages.blocks import MARKER, code, fill, section_of, table

SOURCE = """\
---
lesson:
  short: Sums
---

# How to add

```{code-cell} ipython3
1 + "1"
```

## What Python says
"""
ERRORS = """\
errors:
  - text: unsupported operand
    phase: wrong
    package: Python
    cause: Add numbers.
    section: what-python-says
  - {text: a was old, phase: wrong, package: Python, cause: Update., section: how-to-add}
  - text: "'int' object"
    phase: load
    package: Python
    cause: It is none.
    section: how-to-add
    thread: https://github.com/some-school/sums/issues/7
symptoms:
  - {symptom: It is slow, phase: slow, shown: "2", cause: Wait., section: how-to-add}
"""
OTHERS = """\
seen: 2026-11-05
elsewhere:
  - {text: was old, package: Python, cause: Update., versions: Python 2, script: python_2}
"""
INDEX = "# Errors\n\n## Of before\n\n<!-- here: errors of other versions -->\n"


@pytest.fixture
def book(tmp_path):
    """Write a book of one chapter, with other errors; return it."""

    def book(errors=ERRORS, lesson=""):
        sums = SOURCE.replace("  short", f"{lesson}  short")
        made = write_book(tmp_path, {"sums": sums, "appendix/error-index": INDEX})
        (tmp_path / "chapters" / "sums").mkdir()
        (tmp_path / "chapters" / "sums" / "errors.yml").write_text(errors)
        (tmp_path / error_index.ELSEWHERE).write_text(OTHERS)
        return made

    return book


def test_a_marker_gives_way_to_what_goes_by_its_name_also_within_a_line():
    text = "# A\n\n<!-- here: rows -->\n\nOn <!-- here: day -->.\n"
    filled = fill(text, {"rows": "| a |", "day": "Monday"}, "page.md")
    assert filled == "# A\n\n| a |\n\nOn Monday.\n"


def test_a_marker_that_nothing_goes_by_is_named_with_its_line():
    with pytest.raises(ChapterError, match=r"page\.md:3: nothing goes by the name 'row'.*: rows"):
        fill("# A\n\n<!-- here: row -->\n", {"rows": ""}, "page.md")


def test_a_text_with_backticks_or_bars_survives_the_table():
    line = table(["a"], [[code("use `x` | y")]]).splitlines()[-1]
    assert line == "| `` use `x` \\| y `` |"


def test_a_marker_knows_its_section():
    assert section_of("# A\n\n## Bé & co\n\n<!-- here: x -->\n", "x", "page.md") == "bé--co"
    with pytest.raises(ChapterError, match=r"page\.md:1: expected the line <!-- here: y -->"):
        section_of("# A\n", "y", "page.md")


def test_errors_are_grouped_by_phase_in_alphabetical_order_with_links_by_title(book):
    values = error_index.values(book())
    assert values["errors load"].splitlines()[2:] == [
        "| `'int' object`<br>It is none. *(Python)* | [How to add](../sums.ipynb#how-to-add), "
        "[sums 7](https://github.com/some-school/sums/issues/7) |",
    ]
    assert values["errors wrong"].splitlines()[2:] == [
        "| `a was old`<br>Update. *(Python)* | [How to add](../sums.ipynb#how-to-add) |",
        "| `unsupported operand`<br>Add numbers. *(Python)* "
        "| [What Python says](../sums.ipynb#what-python-says) |",
    ]
    assert values["symptoms slow"].endswith(
        "| **It is slow**<br>Wait. | [How to add](../sums.ipynb#how-to-add) |"
    )
    assert values["errors of other versions"].endswith("| Python 2, *reproduced* |")
    assert values["errors seen"] == "November 5, 2026"


def test_a_phase_without_rows_has_no_table(book):
    values = error_index.values(book())
    assert values["errors install"] == values["symptoms load"] == ""


def test_the_search_gets_each_text_with_the_address_that_explains_it(book):
    addresses = {each.text: each.address for each in error_index.explained(book())}
    assert addresses == {
        "'int' object": "chapters/sums.html#how-to-add",
        "unsupported operand": "chapters/sums.html#what-python-says",
        "a was old": "chapters/sums.html#how-to-add",
        "It is slow": "chapters/sums.html#how-to-add",
        "was old": "chapters/appendix/error-index.html#of-before",
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "section: what-python-says",
            "section: gone",
            r"'unsupported operand' .* #gone, and .*no section",
        ),
        ("    cause: Add numbers.\n", "", r"row 1 \('unsupported operand'\) lacks \['cause'\]"),
        ("phase: wrong\n", "phase: wrong\n    color: red\n", r"row 1 .* has \['color'\] too many"),
        ("phase: wrong\n", "phase: odd\n", r"row 1 .* has the phase 'odd'; there are: install,"),
        ("symptoms:", "signs:", "expected errors, symptoms and unlisted, found errors, signs"),
    ],
)
def test_a_row_that_is_wrong_is_named_with_its_file(book, old, new, message):
    with pytest.raises(ChapterError, match=f"^chapters/sums/errors.yml.*{message}"):
        error_index.values(book(ERRORS.replace(old, new)))


def test_a_chapter_without_errors_costs_nothing(book):
    values = error_index.values(book("{}"))
    assert {values[f"errors {phase}"] for phase in error_index.PHASES} == {""}


def test_a_card_has_what_the_chapter_says_of_itself(book):
    plain = landing.card(book().chapters[0])
    assert plain == "::::{grid-item-card} How to add\n:link: chapters/sums\n:link-type: doc\n::::"
    chapter = read_book().chapters[0]
    full = landing.card(chapter)
    assert chapter.description in full
    assert f"\n{read_minutes(chapter).all} minutes\n" in full


def test_cards_stand_in_groups_below_the_captions_of_the_parts(book):
    made = book()
    one = landing.groups(made)
    assert one.startswith(":::::{grid} 1 1 2 2\n")
    made.contents.write_text(
        "root: index\nparts:\n- caption: Start here\n  chapters:\n  - file: chapters/sums\n"
        "- caption: Look it up\n  chapters:\n  - file: chapters/appendix/error-index\n"
    )
    assert landing.groups(Book(made.root)) == f"### Start here\n\n{one}"


def test_the_card_of_colab_waits_for_the_address():
    chapter = read_book().chapters[0]
    assert landing.colab_card("https://repository.invalid/OWNER/REPO", chapter) == ""
    card = landing.colab_card("https://github.com/some-school/onnx", chapter)
    assert f"/some-school/onnx/blob/main/{chapter.page}.ipynb\n" in card
    vietnamese = read_book(ROOT, "vi").chapters[0]
    card = landing.colab_card("https://github.com/some-school/onnx", vietnamese)
    assert f"/some-school/onnx/blob/main/vi/{chapter.page}.ipynb\n" in card
    assert vietnamese.notebook == ROOT / "vi" / f"{chapter.page}.ipynb"


def test_findings_are_shown_for_the_chapters_that_were_run():
    values = tested_with.values(read_book())
    data = yaml.safe_load((ROOT / tested_with.DATA).read_text(encoding="utf-8"))
    assert values["tested chapters"].count("| runs ") == sum(
        sum(runs) for runs in data["chapters"].values()
    )
    assert tested_with.failures({"failures": []}) == ""


def test_every_derived_piece_is_on_a_page():
    pages = [ROOT / f"{page}.md" for page in ["index", *read_book().pages]]
    named = {name for page in pages for name in MARKER.findall(page.read_text(encoding="utf-8"))}
    assert set(error_index.values(read_book())) <= named
    assert set(tested_with.values(read_book())) <= named
