"""The words of a translation are those of its list, ``LANGUAGE/terms.yml``.

Each row has an English term, how it is written (``vi``), why, and what is ``not`` written. Those
words may stand in code, links' addresses and tags, in a name such as OpenVINO Model Server, in
brackets, where a page explains a word by the English one, and in the phrases under ``but``, where
they are other words.
"""

import re

import pytest

from tools import catalogs, translations
from tools.chapters import ROOT, read_yaml
from tools.editions import languages
from tools.messages import forms

TERMS = {language: read_yaml(ROOT / language / "terms.yml") for language in languages(ROOT)}
ROWS = [row for rows in TERMS.values() for row in rows]
NO_PROSE = re.compile(
    r"```.*?```|``.+?``|`[^`]*`|\]\([^)]*\)|https?://\S+|</?[a-z][^>]*>|\$[^$\n]+\$|\{[^{}]*\}"
    r"|<!-- here: .*?-->|\([A-Za-z ,-]+\)|\w+(?:[._]\w+)+",
    re.DOTALL,
)
# A capital letter here makes no name of a word.
START = re.compile(r"(?:\A|[.:!?|“>*\[(-]\s*|\n)\w")


def wrong_words(text, terms):
    """Words in some Markdown that the list doesn't want, each with what to write instead."""
    prose = START.sub(lambda found: found[0].lower(), NO_PROSE.sub(" ", text))
    found = []
    for term in terms:
        left = prose
        for phrase in term.get("but", []):
            left = left.replace(phrase, "")
        found += [
            f"{word!r}: write {term['vi']!r} ({term['why']})"
            for word in term["not"]
            if word in left and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", left)
        ]
    return found


def translated(language):
    """Texts in a language, by the file and what finds the text in it."""
    for path in sorted((ROOT / language).rglob("*.md")):
        where = path.relative_to(ROOT).as_posix()
        for key, (_state, text) in translations.read(path.read_text(encoding="utf-8")).items():
            yield f"{where}, piece {key}", text
    for name in catalogs.SOURCES:
        for message in catalogs.stored(ROOT, language, name):
            for text in forms(message) if message.id else ():
                yield f"{language}/{name}.po, message {message.id!r}", text


@pytest.mark.parametrize("language", TERMS)
def test_no_translation_has_a_word_that_the_list_does_not_want(language):
    found = [
        f"{where}: {wrong}"
        for where, text in translated(language)
        for wrong in wrong_words(text, TERMS[language])
    ]
    assert not found, "\n".join(found)


FILE_TERM = {"en": "file", "vi": "file", "why": "engineers say file", "not": ["tệp", "tập tin"]}
MODEL_TERM = {"en": "model", "vi": "mô hình", "why": "long in use", "not": ["model"]}
NODE_TERM = {"vi": "node", "why": "of a graph", "not": ["nút"], "but": ["bấm nút"]}


@pytest.mark.parametrize(
    "text",
    [
        "Mở tệp ấy.",
        "Tệp ấy lớn.",
        "| lỗi | Tệp hỏng |",
        "Nó đọc [một tệp](file.md).",
        "- **Tập tin** nào cũng được.",
        "Model nào cũng được.",
        "Xong. Model chạy.",
        "<!-- teacher: Cho xem tệp. -->",
    ],
)
def test_a_wrong_word_is_found(text):
    [found] = wrong_words(text, [FILE_TERM, MODEL_TERM])
    assert found in {
        "'tệp': write 'file' (engineers say file)",
        "'tập tin': write 'file' (engineers say file)",
        "'model': write 'mô hình' (long in use)",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Gọi `model.export` với file.",
        "Xem [ở đây](https://example.org/model).",
        "```\nmodel\n```",
        "Dùng OpenVINO Model Server.",
        "### mô hình subclassed (subclassed model)",
        "Điểm tiếp theo: tiệp màu.",
        "Thông báo {model} cho bạn.",
        "Viết model.ir_version = 8, hoặc gọi keras.Model.export.",
    ],
)
def test_code_names_addresses_and_explanations_are_left_alone(text):
    assert not wrong_words(text, [FILE_TERM, MODEL_TERM])


def test_a_phrase_with_another_meaning_is_left_alone_and_the_word_beside_it_is_not():
    assert not wrong_words("Hãy bấm nút lần nữa.", [NODE_TERM])
    assert wrong_words("Hãy bấm nút để xem nút `Add`.", [NODE_TERM])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.get("en")))
def test_a_row_says_what_is_written_why_and_what_is_not(row):
    assert set(row) - {"but"} == {"en", "vi", "why", "not"}
    assert all(row[key] and isinstance(row[key], str) for key in ("en", "vi", "why"))
    assert row["vi"] not in row["not"]


@pytest.mark.parametrize("language", TERMS)
def test_the_list_is_in_the_order_of_the_english_words_each_once(language):
    names = [row["en"].casefold() for row in TERMS[language]]
    assert names == sorted(set(names))


@pytest.mark.parametrize("language", TERMS)
def test_a_word_that_is_not_written_stands_in_one_row(language):
    words = [word for row in TERMS[language] for word in row["not"]]
    assert len(words) == len(set(words))
