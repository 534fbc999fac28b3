"""The prose has none of the words that the house does not write, and the linter finds them."""

import pytest

from tools.chapters import ChapterError
from tools.prose import findings, house_words, main, prose_of, sources

LESSON = """\
---
lesson:
  description: "Mend a file."
---

# Just a title

Whoever ships [a road](roads.md) `simply` calls `trip()`. A round trip is fine. {inside} of it.

<!-- teacher: Wait for other ones. -->

```{code-cell} ipython3
---
mystnb:
  image:
    alt: A hole in the data
---
print("please")  # mend
```

It's obviously wrong, says https://example.com/road, and the colour recieves a note.
"""


FILES = {
    "chapters/one.md": LESSON.replace("{inside}", "Inside"),
    "chapters/one/errors.yml": (
        "errors:\n  - text: Please mend\n    cause: Please update.\n    section: a-road\n"
    ),
    "chapters/one/quiz.toml": 'question = "Is it easy?"\n',
    "page.md": "A trip. <!-- codespell:ignore trip -->\n\nA trip.\n",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the linter says of these files, by their names, without the name."""
    root = tmp_path_factory.mktemp("prose")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    lines = [line.partition(":") for line in findings([root / name for name in FILES], root)]
    return {name: [rest for file, _, rest in lines if file == name] for name in FILES}


def test_a_finding_has_its_line_and_what_to_write_instead(found):
    assert found["chapters/one.md"] == [
        "3: Mend ==> Fix",
        "6: Just ==> (leave it out)",
        "8: Whoever ==> Anyone who, People who",
        "8: road ==> path, workflow, alternative",
        "8: Inside of ==> Inside",
        "10: other ones ==> others, different ones",
        "16: hole ==> missing value",
        "21: obviously ==> (leave it out)",
        "21: colour ==> color",
        "21: recieves ==> receives",
    ]


def test_of_the_error_index_causes_are_read_and_exact_texts_are_not(found):
    assert found["chapters/one/errors.yml"] == ["3: Please ==> (leave it out)"]


def test_a_quiz_is_read(found):
    assert found["chapters/one/quiz.toml"] == ["1: easy ==> (say what it takes)"]


def test_a_comment_allows_a_word_in_one_line(found):
    assert found["page.md"] == ["3: trip ==> path, way"]


def test_lines_stay_where_they_are(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(LESSON, encoding="utf-8")
    assert prose_of(page).count("\n") == LESSON.count("\n")


def test_no_word_of_the_house_is_listed_twice_and_each_has_a_choice():
    _, dictionary = house_words()
    words = [line.partition("->")[0] for line in dictionary.splitlines()]
    assert len(words) == len(set(words))
    assert all(line.partition("->")[2] for line in dictionary.splitlines())


def test_the_command_prints_what_it_finds_and_fails(capsys, monkeypatch):
    monkeypatch.setattr("tools.prose.findings", lambda paths: ["index.md:1: mend ==> fix"])
    with pytest.raises(ChapterError, match="1 to rewrite"):
        main([])
    assert capsys.readouterr().out == "index.md:1: mend ==> fix\n"


def test_the_book_is_written_in_the_words_of_the_house():
    assert findings(sources()) == []
