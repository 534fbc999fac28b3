"""The collector of the search: sections, their text, and the errors that they explain."""

import json
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from tools.site.extensions import search

PAGE = """
<section id="page">
<h1>A page<a class="headerlink" href="#page">#</a></h1>
<p>First
   paragraph with <code><span>two</span> <span>words</span></code>.</p>
<section id="inner">
<h2>An <em>inner</em> section<a class="headerlink" href="#inner">#</a></h2>
<p>Its own text.</p>
</section>
</section>
"""
ERRORS = [
    {"text": "failed: [x]", "cause": "It did.", "address": "chapters/one.html#inner"},
    {"text": "It is slow", "cause": "So.", "address": "chapters/one.html#inner"},
    {"text": "was old", "cause": "Update.", "address": "chapters/two.html#page"},
]
ASKED = [{"question": "How old may it be?", "address": "chapters/two.html#page"}]


def section(content):
    return f'<section id="s"><h2>S</h2>{content}</section>'


def text_of(content):
    [found] = search.sections_of(section(content), "page.html")
    return found["text"]


def site_sections():
    addresses = ["chapters/one.html#page", "chapters/one.html#inner", "chapters/two.html#page"]
    return [{"url": address} for address in addresses]


def test_a_page_becomes_its_sections():
    assert search.sections_of(PAGE, "chapters/one.html") == [
        {
            "page": "A page",
            "title": "A page",
            "url": "chapters/one.html#page",
            "text": "First paragraph with two words.",
        },
        {
            "page": "A page",
            "title": "An inner section",
            "url": "chapters/one.html#inner",
            "text": "Its own text.",
        },
    ]


def test_code_and_output_keep_their_lines_and_signs():
    cell = (
        '<div class="cell"><div class="highlight"><pre><span></span><span>run</span>(<span>None'
        "</span>, {<span>&quot;x_1&quot;</span>: rows})\n\n    print(&lt;class&gt;)\n</pre></div>"
        '<div class="cell_output"><pre>ValueError: [x] Got: 1\n</pre></div></div>'
    )
    assert text_of(cell) == 'run(None, {"x_1": rows})\nprint(<class>)\nValueError: [x] Got: 1'


def test_a_row_of_a_table_is_a_line():
    rows = "<tr><th><p>text</p></th><th><p>see</p></th></tr>"
    rows += "<tr><td><p>failed<br/>why</p></td><td><p>there</p></td></tr>"
    assert text_of(f"<table>{rows}</table>") == "text see\nfailed why there"


def test_quotes_of_prose_are_those_that_a_reader_types():
    prose = "<p>It&rsquo;s &ldquo;on&rdquo;, &lsquo;off&rsquo;&hellip;</p>"
    assert text_of(prose) == "It's \"on\", 'off'..."


def test_what_is_no_text_of_the_book_is_left_out():
    unseen = '<style>p {}</style><script>1</script><figure class="draw">Clear</figure>'
    folds = "<details><summary>Show code</summary><pre>x = 1</pre></details>"
    diagram = '<div class="sk-top-container">Parameters</div>'
    note = "<!-- teacher: wait for the slow ones -->"
    assert text_of(unseen + folds + diagram + note) == "x = 1"


def test_each_section_gets_the_errors_it_explains_and_the_questions_it_answers():
    sections = site_sections()
    search.add_known(sections, {"errors": ERRORS, "questions": ASKED})
    assert "errors" not in sections[0]
    assert sections[1]["errors"] == [
        {"text": "failed: [x]", "cause": "It did."},
        {"text": "It is slow", "cause": "So."},
    ]
    assert sections[2]["errors"] == [{"text": "was old", "cause": "Update."}]
    assert sections[2]["questions"] == [{"question": "How old may it be?"}]


@pytest.mark.parametrize(
    ("known", "named"),
    [
        (
            {"errors": ERRORS},
            r"'failed: \[x\]'.* one of the errors, leads to chapters/one\.html#in",
        ),
        (
            {"questions": ASKED},
            r"'How old may it be\?', one of the questions, leads to chapters/two",
        ),
    ],
)
def test_what_leads_to_no_section_stops_the_build(known, named):
    with pytest.raises(ExtensionError, match=named):
        search.add_known(site_sections()[:1], known)


def test_the_file_follows_the_order_of_the_book(tmp_path):
    (tmp_path / search.KNOWN).write_text("{}", encoding="utf-8")
    book = app(tmp_path, ["b", "a"])
    for name in ("a", "b"):
        context = {"body": section(f"<p>{name}é</p>")}
        search.keep_sections(book, name, "page.html", context, doctree=object())
    search.write_sections(book, None)
    stored = json.loads((tmp_path / search.TARGET).read_text(encoding="utf-8"))
    assert [found["text"] for found in stored] == ["bé", "aé"]
    assert [found["url"] for found in stored] == ["b.html#s", "a.html#s"]


@pytest.mark.parametrize(("builder", "exception"), [("html", ValueError()), ("linkcheck", None)])
def test_nothing_is_written_without_pages(tmp_path, builder, exception):
    search.write_sections(app(tmp_path, ["a"], builder), exception)
    assert not list(tmp_path.iterdir())


def app(folder, pages, builder="html"):
    """What the extension uses of Sphinx."""
    return SimpleNamespace(
        outdir=folder,
        srcdir=folder,
        doctreedir=folder / "doctrees",
        builder=SimpleNamespace(name=builder, get_target_uri=lambda page: f"{page}.html"),
        env=SimpleNamespace(collect_relations=lambda: dict.fromkeys(pages)),
    )
