"""What pages say by their scripts and templates is said in their language, and all of it is."""

import json
import re
from types import SimpleNamespace

import pytest
from babel.messages.jslexer import tokenize, unquote_string
from bs4 import BeautifulSoup

from tools import catalogs
from tools.chapters import ROOT, read_book
from tools.editions import MARKS
from tools.messages import forms, in_one_line, of_scripts, say, speaking
from tools.site import scripts, spoken
from tools.site.extensions import languages
from tools.site.links import read_links

FOLDERS = sorted(set(scripts.PARTS))
SOURCES = [path for part in FOLDERS for path in sorted((scripts.WEB / part).glob("*.js"))]
TEMPLATES = [path for part in FOLDERS for path in sorted((scripts.WEB / part).glob("*.html"))]
MESSAGES = list(catalogs.extract(ROOT, "messages", "vi"))
SAYING = ("say", "later", "sayCount", "laterCount")
# Two words make a sentence, a word that begins as a sentence does is one; words joined by - are
# names of classes, and rows of data have no text.
WORDS = re.compile(r"[^\W\d_]{2,}[,.:;]? [^\W\d_]{2,}|^[A-Z][a-z]+[.:]?$")
CLASSES = re.compile(r"[\w.<> -]*[\w]-[\w]+[\w .<>-]*")
NO_MESSAGES = {"shared/messages.js", "search/words.js", "search/synonyms.js"}
# What no reader sees, or reads as it is in every language.
NO_TEXTS = {
    *("dd, details li", ".convert dd :is([id], [data-row])"),  # selectors
    *("Delete", "Backspace", "Files"),  # what the browser calls keys and files
    *("Gemm", "Loop", "Sigmoid", "Tanh"),  # operators
    *("<!doctype html", "version https://git-lfs"),  # how files begin
    "this is not WebAssembly",  # is caught where the download failed
}


def calls(text):
    """Strings of a script with whether a message stands there; added ones are one string."""
    depth, inside, before = 0, [], None
    found = []
    for token in tokenize(text, jsx=False):
        if token.type == "operator" and token.value == "(":
            depth += 1
            if before and before.type == "name" and before.value in SAYING:
                inside.append(depth)
        elif token.type == "operator" and token.value == ")":
            if inside and inside[-1] == depth:
                inside.pop()
            depth -= 1
        elif token.type in ("string", "template_string"):
            found.append((unquote_string(token.value), bool(inside)))
        before = token
    return found


def files_of(message):
    """Files that a message is in."""
    return [file for file, _line in message.locations]


def extracted(path):
    """Texts of the messages that Babel finds in a file, each on its own."""
    name = path.relative_to(scripts.WEB.parent).as_posix()
    rows = [each.id for each in MESSAGES if name in files_of(each)]
    return [text for row in rows for text in ([row] if isinstance(row, str) else row)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_what_a_script_says_is_a_message(path):
    if path.relative_to(scripts.WEB).as_posix() in NO_MESSAGES:
        return
    unsaid = [
        text
        for text, is_said in calls(path.read_text(encoding="utf-8"))
        if not is_said
        and text not in NO_TEXTS
        and WORDS.search(re.sub(r"\$\{.*\}", "", text))
        and not CLASSES.fullmatch(text)
    ]
    assert unsaid == [], f"{path.name}: put these into say(...), or into NO_TEXTS of this test"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_babel_finds_every_message_of_a_script(path):
    text = "" if path.name == "messages.js" else path.read_text(encoding="utf-8")
    found = "".join(extracted(path))
    for said, is_said in calls(text):
        if is_said and WORDS.search(said):
            assert said in found, f"{path.name}: a message inside of another call is not found"


def test_every_exception_is_still_one():
    found = [text for path in SOURCES for text, _ in calls(path.read_text(encoding="utf-8"))]
    assert set(found) >= NO_TEXTS


def test_a_text_that_is_not_said_is_found():
    source = 'show("Read the file."); show(say("Run it once.", { a: f(1) })); x("inspect-a b");'
    assert [text for text, is_said in calls(source) if not is_said] == [
        "Read the file.",
        "inspect-a b",
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_what_a_template_shows_is_a_message(path):
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    markup = BeautifulSoup(
        re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL), "html.parser"
    )
    shown = [*markup.stripped_strings]
    for name in ("alt", "aria-label", "title", "placeholder"):
        shown += [element[name] for element in markup.find_all(attrs={name: True})]
    assert [text for text in shown if re.search(r"[^\W\d_]", text)] == []


@pytest.mark.parametrize("language", MARKS)
def test_each_translated_message_of_the_pages_keeps_its_elements_and_its_code(language):
    for message in catalogs.stored(ROOT, language, "messages"):
        if not any(file.startswith("web/") for file in files_of(message)):
            continue
        english = message.id if isinstance(message.id, str) else message.id[-1]
        for text in forms(message):
            assert tags(text) == tags(english), english
            for code in re.findall(r"\w+[._]\w+(?:\([^)]*\))?|\w+=\{[^}]*\}", english):
                assert code in text, english


def tags(text):
    """Elements of a message, and their attributes."""
    return [str(tag.attrs) + tag.name for tag in BeautifulSoup(text, "html.parser").find_all()]


ASKED = {
    "say": [
        ["Read {name}: {nodes}, {warnings}.", {"name": "{nodes}", "nodes": "a", "warnings": 2}],
        ['options={"zipmap": False}, {unknown}', {}],
    ],
    "counts": [["{count} node", "{count} nodes", count] for count in (1, 2, 2000)],
    "numbers": [[41202.5], [0.25], [7, {"minimumFractionDigits": 1}]],
}


def test_a_script_without_messages_says_english(node):
    told = node("say_messages.mjs", {"spoken": None, **ASKED})
    assert told == {
        "say": ["Read {nodes}: a, 2.", 'options={"zipmap": False}, {unknown}'],
        "counts": ["1 node", "2 nodes", "2,000 nodes"],
        "numbers": ["41,202.5", "0.25", "7.0"],
    }


def test_a_script_with_messages_says_them_and_writes_numbers_as_their_language_does(node):
    with speaking("vi"):
        own = of_scripts("inspect")
    told = node("say_messages.mjs", {"spoken": {"language": "vi", "messages": own}, **ASKED})
    assert told == {
        "say": ["Đã đọc {nodes}: a, 2.", 'options={"zipmap": False}, {unknown}'],
        "counts": ["1 node", "2 node", "2.000 node"],
        "numbers": ["41.202,5", "0,25", "7,0"],
    }


def test_the_messages_of_a_script_are_its_own_and_those_that_all_share():
    with speaking("vi"):
        found = of_scripts("draw")
    assert {"Cleared.", "The download of ONNX Runtime failed. Check the connection, and press the "
            "button again."} < found.keys()  # fmt: skip
    assert not {"Drawing area", "Running the model."} & found.keys()


def test_the_inspector_of_a_translation_names_sections_by_their_titles_there():
    book = read_book(language="vi")
    with speaking("vi"):
        found = json.loads(spoken.spoken(book))
    assert found.keys() == set(spoken.LOADED)
    for key, row in read_links(read_book()).items():
        assert found["inspect"][row["title"]] == read_links(book)[key]["title"]


def test_messages_are_spoken_in_templates_and_their_values_are_texts():
    text = "The model reads\n   <strong>{digit}</strong>"
    assert say(text, digit="<4>") == "The model reads\n   <strong>&lt;4&gt;</strong>"
    with speaking("vi"):
        assert say(text, digit=4) == "Mô hình đọc là <strong>4</strong>"
    assert in_one_line(text) == "The model reads <strong>{digit}</strong>"


@pytest.fixture
def page(tmp_path):
    """Add the messages to a page of a body; return what it then has in its head."""

    def page(body, language="vi", template="page.html"):
        stored = {name: {"a": f"</script> {name}"} for name in spoken.LOADED}
        (tmp_path / spoken.FILE).write_text(json.dumps(stored))
        app = SimpleNamespace(srcdir=tmp_path, config=SimpleNamespace(language=language))
        context = {"body": body}
        languages.add_messages(app, "p", template, context, None)
        assert context["say"]("Search") == {"vi": "Tìm kiếm", "en": "Search"}[language]
        return context.get("metatags", "")

    return page


def test_a_page_carries_the_messages_of_the_script_that_it_loads_and_they_end_no_element(page):
    found = page('<script type="module" src="../live/draw.js"')
    [element] = BeautifulSoup(found, "html.parser").find_all("script", id="messages")
    assert json.loads(element.string) == {"a": "</script> draw"}
    assert "search" in page("", template="search.html")


def test_other_pages_and_pages_in_english_carry_none(page):
    assert page("<p>live/draw.js</p>") == ""
    assert page('<script type="module" src="live/draw.js"', language="en") == ""
