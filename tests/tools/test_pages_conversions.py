"""The conversion table as a page: rows that stand together, anchors, notes, and what is wrong."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from tools.chapters import Book, ChapterError
from tools.messages import speaking
from tools.pages import conversion_html as html
from tools.pages import conversion_notes as notes_by_hand
from tools.pages import conversion_rows, conversions
from tools.translate import english
from tools.translations import Entry, write


def row(name="Line", options="", rows="numbers", verdict="same", **more):
    """A row of the table, as the sweep writes it."""
    given = {"library": "scikit-learn", "name": name, "options": options, "rows": rows}
    facts = {"opset": 9, "operators": ["Add", "ai.onnx.ml:Scaler"], "tried": {"jump": 9}}
    return {**given, "verdict": verdict, **(facts if verdict == "same" else {}), **more}


REFUSED = {"verdict": "refused"}
DIFFERS = {
    "verdict": "differs", "differ": 1200, "of": 2000, "kinds": {"jump": [3, 9]},
    "largest": 0.25, "what": "labels and values",
}  # fmt: skip
ROWS = [
    row(),
    row(rows="float64"),
    row(options="metric='dice'", text="metric='dice' is not implemented", **REFUSED),
    row(options="metric='yule'", text="metric='yule' is not implemented", **REFUSED),
    row(options="clip=True", text="<no> clipping", **REFUSED),
    row(options="weights='distance'", **DIFFERS),
    row("Never", text="no converter", **REFUSED),
]
NOTES = """\
differs:
  - title: Nobody reads `weights`
    cause: The file has none.
    way: Leave it.
    section: chapters/sums#how-to-add
    threads: [https://github.com/some-school/sums/issues/7]
    match: [{name: Line, options: weights}]
ways:
  - {verdict: refused, text: clip, section: chapters/appendix/help#if-it-clips}
  - {verdict: refused, section: chapters/sums#how-to-add}
fixed:
  - package: scikit-learn
    after: 1.9.1
    day: 2026-11-04
    changes:
      - change: It reads `weights`.
        becomes: same
        threads: [https://github.com/some-school/sums/pull/8]
        match: [{name: Line, options: weights}]
"""
CHAPTER = (
    "---\nlesson:\n  short: Sums\n---\n\n# How to add\n\n```{code-cell} ipython3\n1 + 1\n```\n"
)
PAGE = "# What converts\n\n## Never\n"
TOC = "".join(
    f"  - file: chapters/{name}\n" for name in ("sums", "reference/what-converts", "appendix/help")
)


@pytest.fixture
def book(tmp_path):
    """Write a book with rows and notes; return it."""

    def book(rows=ROWS, notes=NOTES):
        folder = tmp_path / notes_by_hand.PAGE
        folder.mkdir(parents=True)
        (tmp_path / "chapters" / "appendix").mkdir()
        (tmp_path / "chapters" / "sums.md").write_text(CHAPTER)
        (tmp_path / "chapters" / "appendix" / "help.md").write_text("# Help\n\n## If it clips\n")
        (tmp_path / f"{notes_by_hand.PAGE}.md").write_text(PAGE)
        (tmp_path / "_toc.yml").write_text(f"root: index\nparts:\n- chapters:\n{TOC}")
        facts = {"date": "2026-11-05", "locked": {"scikit-learn": "1.9.1"}}
        lines = [json.dumps(each) for each in [facts, *rows]]
        (folder / "scikit-learn.jsonl").write_text("\n".join(lines) + "\n")
        (folder / "notes.yml").write_text(notes)
        return Book(tmp_path)

    return book


@pytest.fixture
def shown(book):
    """What the page has about scikit-learn, as elements."""
    values = conversions.values(book())
    return BeautifulSoup(values["conversions table scikit-learn"], "html.parser")


def verdicts(section):
    return [term.get_text() for term in section.find_all("dt")]


def test_each_name_has_a_section_the_worst_verdict_first(shown):
    [line, never] = shown.select("section.convert")
    assert (line["id"], never["id"]) == ("line", "never-2")  # a heading has the other anchor
    assert verdicts(line) == ["runs and differs", "refused", "refused", "same answers"]
    assert verdicts(never) == ["refused"]


def test_each_row_has_an_anchor_of_its_own(shown):
    found = [element["id"] for element in shown.select("[id]")]
    assert len(found) == len(set(found)) == 2 + len(ROWS)
    assert {"line-defaults-numbers", "line-defaults-float64", "line-metric-dice-numbers"} <= {
        *found
    }
    assert shown.select_one("#line-metric-dice-numbers").get_text() == "'dice'"


def test_rows_with_one_text_stand_together_with_the_exact_text_of_the_first(shown):
    [group] = [each for each in shown.select("dd") if "dice" in each.get_text()]
    assert "metric= 'dice', 'yule' on numbers" in group.get_text()
    assert group.select_one(".convert-text.convert-each code").get_text() == ROWS[2]["text"]
    assert "numbers and float64" in shown.select(".same dd")[0].get_text()


def test_a_text_is_text_and_no_markup(shown):
    assert "<no> clipping" in [code.get_text() for code in shown.select(".convert-text code")]
    assert not shown.select("no")


def test_a_row_that_differs_has_numbers_and_its_cause(shown):
    [group] = shown.select(".differs dd")
    assert group.find("li").get_text() == (
        "weights='distance' on numbers: 1,200 of 2,000 rows; jump 3 of 9; by up to 0.25; "
        "labels and values"
    )
    assert group.find("a")["href"] == "#nobody-reads-weights"


def test_a_refused_row_leads_to_the_first_way_that_fits(shown):
    ways = [a["href"] for a in shown.select(".refused a")]
    other = "../sums.html#how-to-add"
    assert ways == [other, "../appendix/help.html#if-it-clips", other]


def test_opset_operators_and_fragile_rows_are_folded_away(shown):
    [folded] = shown.select("details li")
    assert folded.get_text() == "opset 9 or later; Add, Scaler; fragile rows: jump"


def test_what_becomes_of_float64_is_folded_away_too():
    row = {"name": "Line", "options": "", "rows": "numbers", "float64": {"verdict": "same"}}
    refused = {"verdict": "no load", "text": "Type Error: tensor(double)"}
    assert html.doubles([row]) == ["<li>with float64 in: same answers</li>"]
    assert html.doubles([row, {**row, "options": "slope=2", "float64": refused}]) == [
        "<li>with float64 in, slope=2 on numbers: doesn't load: Type Error: tensor(double)</li>",
        "<li>with float64 in, defaults on numbers: same answers</li>",
    ]


def test_at_a_glance_a_name_is_where_its_worst_row_is(shown):
    glance = [" ".join(each.get_text().split()) for each in shown.select(".convert-glance")]
    assert glance == ["Some rows run and differ (1): Line.", "No row measured runs (1): Never."]


def test_a_note_has_cause_way_thread_and_rows(book):
    text = conversions.values(book())["conversions differ"]
    assert text.startswith("### Nobody reads `weights`\n\nThe file has none. **Fix.** Leave it.")
    assert "More: [How to add](../sums.ipynb#how-to-add)." in text
    assert "Upstream: [sums 7](https://github.com/some-school/sums/issues/7)." in text
    assert 'Rows: <a href="#line">Line</a>.' in text


def test_numbers_and_versions_come_from_the_data(book):
    values = conversions.values(book())
    assert (values["conversions count"], values["conversions names"]) == ("7", "2")
    assert "| **refused** | 4 |" in values["conversions counts"]
    assert "Measured on November 5, 2026." in values["conversions versions"]
    assert "| scikit-learn | locked | scikit-learn 1.9.1 |" in values["conversions versions"]
    assert values["conversions table keras"] == ""  # nobody has measured it


def test_newest_versions_are_told_where_they_differ(book):
    rows = [row(newest={"verdict": "refused", "text": "gone"}), row(rows="float64")]
    shown = conversions.values(book(rows, "{}"))["conversions table scikit-learn"]
    assert "With the newest versions: refused: <code>gone</code>." in shown
    assert shown.count("<dt>same answers</dt>") == 2  # not together


def test_what_is_fixed_and_not_released_is_told_at_the_row_and_in_a_list(book):
    values = conversions.values(book())
    shown = values["conversions table scikit-learn"]
    said = f'<a href="#{conversions.FIXED}">the next release of scikit-learn</a>: same answers.'
    assert shown.count(said) == 1
    text = values["conversions fixed"]
    assert text.startswith("The main branch of scikit-learn, as of November 4, 2026, was measured")
    assert "- **Same answers.** It reads `weights`. Upstream: [sums 8](https" in text
    assert text.endswith('Rows: <a href="#line">Line</a>.')


def test_a_branch_without_changes_is_told_too(book):
    notes = "fixed: [{package: scikit-learn, after: 1.9.1, day: 2026-11-04, changes: []}]"
    text = conversions.values(book(notes=notes))["conversions fixed"]
    assert text.endswith("holds nothing for this table that isn't in 1.9.1.")


def test_no_fault_is_found_where_there_is_none(book):
    assert notes_by_hand.read_table(book()).faults() == []


@pytest.mark.parametrize(
    ("rows", "notes", "part"),
    [
        (ROWS, NOTES.replace("Line", "Lin"), "no note explains Line(weights='distance'), numbers"),
        (ROWS[:5], NOTES, "explains no row that differs"),
        (ROWS[:5], NOTES, "Nobody reads `weights`"),
        (ROWS, NOTES.replace("text: clip", "text: clap"), "is the way of no row"),
        (ROWS, NOTES.replace("becomes: same", "becomes: differs"), "names no row that becomes"),
        (ROWS, NOTES.replace("after: 1.9.1", "after: 1.9.0"), "and 1.9.1 was measured: see what"),
    ],
)
def test_rows_without_a_note_and_notes_without_a_row_are_faults(book, rows, notes, part):
    assert part in "\n".join(notes_by_hand.read_table(book(rows, notes)).faults())


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("differs:", "different:", "expected differs, fixed, ways, found different"),
        ("    way: Leave it.\n", "", "takes ['cause', 'match', 'title', 'way']"),
        ("    way:", "    why: so\n    way:", "it has ['cause', 'match'"),
        ("options: weights", "option: weights", "has ['name', 'option']; it may have"),
        ("options: weights}", "}", "it may have"),
        ("#how-to-add", "#how", "no section chapters/sums#how: chapters/sums#how-to-add"),
        ("chapters/sums", "chapters/add", "no section chapters/add#how-to-add: no such page"),
        ("verdict: refused, text", "verdict: refuse, text", "there are the verdicts crashes"),
        ("text: clip,", "txt: clip,", "expected verdict, section and maybe text"),
        ("becomes: same", "becomes: fine", "It reads `weights`.: there are the verdicts crashes"),
        ("    day:", "    date:", "'scikit-learn' takes ['after', 'changes', 'day', 'package']"),
        ("change: It reads", "chang: It reads", "takes ['becomes', 'change', 'match']"),
    ],
)
def test_a_fault_in_the_notes_is_one_sentence(book, old, new, part):
    assert old in NOTES
    notes = NOTES.replace(old, new)
    if part == "it may have":
        notes = notes.replace("[{name: Line, }]", "[{}]")
    with pytest.raises(ChapterError) as error:
        notes_by_hand.read_table(book(notes=notes))
    assert part in str(error.value)


def test_the_first_note_that_matches_explains_a_row(book):
    more = NOTES.replace("ways:", "  - {title: B, cause: b, way: b, match: [{name: L.*}]}\nways:")
    table = notes_by_hand.read_table(book(notes=more))
    assert table.note_of(ROWS[5]).title == "Nobody reads `weights`"
    assert "'B' explains no row" in "\n".join(table.faults())


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ({"name": "Lin."}, True),
        ({"name": "Lin"}, False),
        ({"options": "weights"}, True),
        ({"what": "^values"}, False),
        ({"only": "jump"}, False),  # ordinary rows differ, too
        ({"library": "Keras"}, False),
    ],
)
def test_a_pattern_matches_all_of_a_name_and_a_part_of_the_rest(pattern, found):
    assert notes_by_hand.matches(pattern, ROWS[5]) == found


def test_names_that_differ_in_signs_get_different_anchors():
    rows = [row(options="alpha=1"), row(options="alpha=-1")]
    places = conversion_rows.anchors(rows, ["line"])
    assert [places[conversion_rows.key(each)] for each in rows] == [
        "line-alpha-1-numbers",
        "line-alpha-1-numbers-2",
    ]
    assert places["scikit-learn", "Line"] == "line-2"


@pytest.mark.parametrize(
    "options",
    ["alpha=1", "metric='dice'", "ngram_range=(1, 2)", "estimator=Tree()", "steps=[('a', b)]"],
)
def test_a_single_option_is_split_at_its_name(options):
    name, value = html.ONE_ARGUMENT.fullmatch(options).groups()
    assert f"{name}={value}" == options


@pytest.mark.parametrize("options", ["", "3, 4", "a=1, b=2", "a='x', b=(1, 2)", "Tree(), a=1"])
def test_several_options_are_not(options):
    assert not html.ONE_ARGUMENT.fullmatch(options)


def test_verdicts_are_those_of_the_sweep():
    from tools.proof.conversions.measure import VERDICTS

    assert tuple(conversion_rows.VERDICTS) == VERDICTS
    assert re.findall(r'value="([^"]+)"', html.box()) == list(VERDICTS)


def translated(book, **texts):
    """The same book in Vietnamese, with these translations of its texts, by their key."""
    written = {
        "title": "Nobody reads `weights`", "cause": "The file has none.", "way": "Leave it.",
        "change": "It reads `weights`.",
    }  # fmt: skip
    path = book.root / "vi" / f"{notes_by_hand.PAGE}.md"
    path.parent.mkdir(parents=True)
    path.write_text(write(Entry(written[key], "done", text) for key, text in texts.items()))
    return Book(book.root, "vi")


def test_notes_are_read_in_the_language_of_the_book(book):
    english_book = book()
    assert {"Nobody reads `weights`", "The file has none.", "Leave it.", "It reads `weights`."} < {
        *english(english_book, notes_by_hand.PAGE)
    }
    vi = translated(english_book, title="Bỏ qua `weights`", cause="File không có.", change="Đọc.")
    with speaking("vi"):
        values = conversions.values(vi)
    assert values["conversions differ"].startswith(
        "### Bỏ qua `weights`\n\nFile không có. **Cách sửa.** *(chưa dịch)* Leave it."
    )
    assert "Đọc. Ở dự án gốc" in values["conversions fixed"]


def test_a_translation_keeps_the_anchors_of_notes_and_rows(book):
    english_book = book()
    written = conversions.values(english_book)["conversions table scikit-learn"]
    vi = translated(english_book, title="Line weights='distance' numbers")
    with speaking("vi"):
        read = conversions.values(vi)["conversions table scikit-learn"]
    assert '"#nobody-reads-weights"' in read
    places = [
        [each["id"] for each in BeautifulSoup(text, "html.parser").select("[id]")]
        for text in (written, read)
    ]
    assert places[0] == places[1]


def test_what_rows_were_given_is_said_in_the_language_of_the_page(book):
    first, *others = ROWS
    some = [{**first, "form": ["1 more output"], "fails": ["all missing", "empty"]}, *others]
    with speaking("vi"):
        values = conversions.values(book(some))
        shown = BeautifulSoup(values["conversions table scikit-learn"], "html.parser").get_text()
    assert "weights='distance', với các số" in shown
    assert "jump 3 trên 9" in shown
    assert "nhãn và giá trị" in shown
    assert "thêm 1 đầu ra" in shown
    assert "File không nhận: thiếu hết, empty." in shown  # the second is a name
