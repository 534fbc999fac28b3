"""Each chapter links every term where it first uses it, and the glossary has each term once.

A term is the heading of an entry, in singular or plural and in any case, or another form of it
that the entry names (``*Also: ...*``). A use is a place in the text of a chapter, its tables
included; headings, code and the texts of other links are none. What a chapter sets in bold is
a term, unless it is a sentence, a label (more than three words, code, a period at its end) or
stands in a table.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

import pytest
from markdown_it import MarkdownIt

from tools.chapters import ROOT, anchor, read_book

PAGE = ROOT / "chapters" / "appendix" / "glossary.md"
ADDRESS = "appendix/glossary.md#"


def exceptions(kind):
    """Reasons by chapter and word, ``no_terms`` or ``other_meanings``."""
    return {
        (chapter.name, word): reason
        for chapter in read_book()
        for word, reason in (chapter.read_data("terms.yml") or {}).get(kind, {}).items()
    }


# In bold and no terms of ONNX; and words that mean something else, unless they are in bold.
NO_TERMS = exceptions("no_terms")
OTHER_MEANINGS = exceptions("other_meanings")


@dataclass(frozen=True)
class Entry:
    """One entry of the glossary: its term, the letter above it, all its forms, its text."""

    term: str
    letter: str
    forms: tuple[str, ...]
    text: str

    @property
    def anchor(self):
        return anchor(self.term)


@dataclass(frozen=True)
class Piece:
    """A stretch of text with one look: in bold or not, in a link to somewhere or not."""

    text: str
    bold: bool = False
    target: str | None = None


def entries_of(page):
    """Entries of the glossary, in the order of the page."""
    found = []
    letter = ""
    for mark, title, text in re.findall(r"^(##|###) (.+)\n((?:(?!#).*\n)*)", page, re.MULTILINE):
        if mark == "##":
            letter = title
            continue
        also = re.search(r"^\*Also: (.+)\*$", text, re.MULTILINE)
        others = also[1].split(", ") if also else []
        found.append(Entry(title, letter, (title, *others), text))
    return found


@cache
def texts_of(chapter):
    """Texts of a chapter: for each the pieces it is made of, and whether it is in a table."""
    found = []
    inside = set()
    for token in MarkdownIt("commonmark").enable("table").parse(chapter):
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.nesting == 1 and kind in ("heading", "table"):
            inside.add(kind)
        elif token.nesting == -1:
            inside.discard(kind)
        elif token.type == "inline" and "heading" not in inside:
            found.append((pieces_of(token.children), "table" in inside))
    return found


def pieces_of(tokens):
    """Pieces of a text; code becomes a sign that is part of no word."""
    pieces = []
    bold, target = False, None
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            bold = token.type == "strong_open"
        elif token.type == "link_open":
            target = token.attrs["href"]
        elif token.type == "link_close":
            target = None
        else:
            shown = {"text": token.content, "code_inline": "`", "softbreak": " "}
            pieces.append(Piece(shown.get(token.type, ""), bold, target))
    return pieces


def bold_terms(pieces):
    """What a text sets in bold, but no sentences, labels and links to elsewhere."""
    found = []
    run = []
    for piece in [*pieces, Piece("")]:
        if piece.bold:
            run.append(piece)
            continue
        text = "".join(part.text for part in run).strip()
        label = text.endswith((".", ":")) or "`" in text or len(text.split()) > 3
        if text and not label and not leads_elsewhere(run):
            found.append(text)
        run = []
    return found


def leads_elsewhere(run):
    """Whether a bold run is a link within the page, as in a list of contents."""
    return any(piece.target and piece.target.startswith("#") for piece in run)


def uses_of(pieces, pattern):
    """Each word of the pattern in a text, with the piece in which it begins."""
    text = "".join(piece.text for piece in pieces)
    ends = list(accumulate(len(piece.text) for piece in pieces))
    for match in pattern.finditer(text):
        piece = pieces[bisect_right(ends, match.start())]
        yield match[1].lower(), piece, text[max(0, match.start() - 30) : match.end() + 20]


def pattern_of(entries):
    """Pattern of all forms of all terms; the longest one that fits is taken."""
    forms = sorted((form for entry in entries for form in entry.forms), key=len, reverse=True)
    words = "|".join(re.escape(form) for form in forms)
    return re.compile(rf"(?<![\w-])({words})(?:s|d)?(?!\w)", re.IGNORECASE)


def check_chapter(name, chapter, entries):
    """What is wrong in a chapter, a line for each place; and the terms that it uses."""
    address = "../" * name.count("/") + ADDRESS
    by_form = {form.lower(): entry for entry in entries for form in entry.forms}
    anchors = {entry.anchor for entry in entries}
    pattern = pattern_of(entries)
    wrong = []
    used = set()
    for pieces, in_table in texts_of(chapter):
        for text in [] if in_table else bold_terms(pieces):
            if not pattern.fullmatch(text) and (name, text.lower()) not in NO_TERMS:
                wrong.append(f"{name}: {text!r} is in bold, but has no entry")
        for piece in pieces:
            target = (piece.target or "").removeprefix(address)
            if (piece.target or "").startswith(address) and target not in anchors:
                wrong.append(f"{name}: {piece.text!r} links to {target!r}, which is no entry")
        for word, piece, context in uses_of(pieces, pattern):
            entry = by_form[word]
            linked = piece.target == address + entry.anchor
            if piece.target and not linked:
                if piece.target.startswith(address):
                    wrong.append(f"{name}: {word!r} links to {piece.target!r}")
            elif (name, entry.term) in OTHER_MEANINGS and not piece.bold:
                continue
            elif entry.term not in used:
                used.add(entry.term)
                if not linked:
                    wrong.append(f"{name}: first use of {word!r} has no link: ...{context}...")
            elif linked:
                wrong.append(f"{name}: a link at a later use of {word!r}: ...{context}...")
    return wrong, used


def check_page(entries, used, headings):
    """What is wrong in the glossary, a line for each place."""
    wrong = [f"no chapter uses {entry.term!r}" for entry in entries if entry.term not in used]
    for before, after in pairwise(entries):
        if before.term.lower() >= after.term.lower():
            wrong.append(f"{after.term!r} stands behind {before.term!r}")
    for entry in entries:
        if entry.letter != entry.term[0].upper():
            wrong.append(f"{entry.term!r} stands below the letter {entry.letter}")
        links = re.findall(r"\]\(\.\./([\w/-]+)\.ipynb#([^)]+)\)", entry.text)
        wrong += [
            f"{entry.term!r} leads to {chapter}#{heading}, where no heading is"
            for chapter, heading in links
            if heading not in headings.get(chapter, ())
        ]
        if not links:
            wrong.append(f"{entry.term!r} leads to no section of a chapter")
        inner = re.findall(r"\]\(#([^)]+)\)", entry.text)
        anchors = {other.anchor for other in entries}
        wrong += [f"{entry.term!r} leads to {name!r}" for name in inner if name not in anchors]
    return wrong


def findings(chapters, page, headings):
    """All that is wrong in the chapters, by name, and in the glossary; a line for each place."""
    entries = entries_of(page)
    checked = [check_chapter(name, chapter, entries) for name, chapter in chapters.items()]
    used = set().union(*(terms for _, terms in checked))
    return [line for lines, _ in checked for line in lines] + check_page(entries, used, headings)


def prose_of(chapter):
    """All Markdown cells of a chapter."""
    return "\n\n".join(cell.source for cell in chapter.cells if cell.kind == "markdown")


CHAPTERS = {chapter.name: prose_of(chapter) for chapter in read_book()}
HEADINGS = {
    chapter.name: {section.anchor for section in chapter.sections} for chapter in read_book()
}
GLOSSARY = PAGE.read_text(encoding="utf-8")


def test_every_term_is_linked_at_its_first_use_and_every_entry_is_used():
    assert findings(CHAPTERS, GLOSSARY, HEADINGS) == []


def test_an_entry_is_two_to_four_sentences():
    for entry in entries_of(GLOSSARY):
        prose = re.sub(r"`[^`]*`|\]\([^)]*\)", "", entry.text.partition("See [")[0])
        assert 2 <= len(re.findall(r"[.?]\s", prose)) <= 4, entry.term
        assert len(prose.split()) <= 80, entry.term


@pytest.mark.parametrize("exceptions", [NO_TERMS, OTHER_MEANINGS], ids=["bold", "meaning"])
def test_every_exception_is_needed(exceptions, monkeypatch):
    entries = entries_of(GLOSSARY)
    for name, word in list(exceptions):
        monkeypatch.delitem(exceptions, (name, word))
        assert check_chapter(name, CHAPTERS[name], entries)[0] != [], (name, word)
        monkeypatch.undo()


GOOD = f"An [**Opset**]({ADDRESS}opset) is a number; opsets grow.\n"
SHEET = "## O\n\n### opset\n\nSee [A](../one.ipynb#a).\n"


def broken(chapter=GOOD, page=SHEET):
    """What the checks say of a book of one chapter and one term."""
    return findings({"one": f"## A\n\n{chapter}"}, page, {"one": {"a"}})


def test_a_page_of_a_folder_links_from_there():
    inner = GOOD.replace(ADDRESS, f"../{ADDRESS}")
    for chapter, wrong in ((inner, 0), (GOOD, 1)):
        found, _ = check_chapter("folder/one", chapter, entries_of(SHEET))
        assert len(found) == wrong


def test_a_book_without_a_fault_is_fine():
    assert broken() == []
    for before in ("# The opset\n", "`opset` and\n", "[an opset](https://onnx.ai) and\n"):
        assert broken(f"{before}\n{GOOD}") == []
    for label in ("**Fix.** It.", "**The opset of a file** is a number.", "**`opset`** is one."):
        assert broken(f"{GOOD}\n{label}\n") == []


@pytest.mark.parametrize(
    ("chapter", "found"),
    [
        (f"{GOOD}\nA **warm standby** waits.\n", "'warm standby' is in bold, but has no entry"),
        (f"{GOOD}\nA [set]({ADDRESS}sets).\n", "'set' links to 'sets', which is no entry"),
        ("Opsets grow.\n", "first use of 'opset' has no link"),
        (f"{GOOD}\nThis [opset]({ADDRESS}opset).\n", "a link at a later use of 'opset'"),
    ],
)
def test_a_fault_in_a_chapter_is_found(chapter, found):
    assert any(line.startswith(f"one: {found}") for line in broken(chapter))


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (f"{SHEET}\n## Z\n\n### zebra\n\nSee [A](../one.ipynb#a).\n", "no chapter uses 'zebra'"),
        (SHEET.replace("## O", "## P"), "'opset' stands below the letter P"),
        (SHEET.replace("#a)", "#b)"), "'opset' leads to one#b, where no heading is"),
        (SHEET.replace("../one.ipynb#a", "#b"), "'opset' leads to no section of a chapter"),
        (f"{SHEET}### node\n\nSee [A](../one.ipynb#a).\n", "'node' stands behind 'opset'"),
    ],
)
def test_a_fault_in_the_glossary_is_found(page, found):
    assert found in broken(page=page)
