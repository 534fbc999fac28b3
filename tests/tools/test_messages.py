"""What the tools write into pages is said in the language of the page, and all of it."""

from datetime import date

import pytest

from tools import messages
from tools.chapters import read_book
from tools.messages import _, day, later, month, ngettext, number, speaking
from tools.minutes import Minutes
from tools.pages import conversion_html, error_index, landing


def test_english_needs_no_catalog():
    assert _("lesson") == "lesson"
    assert ngettext("one", "many", 1) == "one"
    assert ngettext("one", "many", 2) == "many"


def test_a_message_is_said_in_the_language_that_is_set_and_in_english_after_it():
    with speaking("vi"):
        assert _("lesson") == "bài"
        with speaking("en"):
            assert _("lesson") == "lesson"
        assert _(later("lesson")) == "bài"
    assert _("lesson") == "lesson"


def test_a_message_that_nobody_translated_is_in_english():
    with speaking("vi"):
        assert [_(text) for text in ("no such message", "")] == ["no such message", ""]


def test_dates_and_numbers_are_written_as_in_the_language():
    assert day(date(2026, 11, 5)) == "November 5, 2026"
    assert month(date(2026, 8, 1)) == "August 2026"
    assert (number(2000), number(0.25, ".2g")) == ("2,000", "0.25")
    with speaking("vi"):
        assert day(date(2026, 11, 5)) == "ngày 5 tháng 11 năm 2026"
        assert month(date(2026, 8, 1)) == "tháng 8 năm 2026"
        assert (number(2000), number(0.25, ".2g")) == ("2.000", "0,25")


def test_minutes_tables_cards_and_verdicts_are_said_in_vietnamese():
    minutes = Minutes(1000, 0, 0, 0, 22)
    [chapter, *_others] = read_book()
    assert str(minutes) == "5 minutes to read, 22 minutes for the exercises"
    with speaking("vi"):
        assert str(minutes) == "5 phút đọc, 22 phút làm bài tập"
        assert error_index.where({"versions": "2"}) == "2, *chỉ theo thread*"
        card = landing.colab_card("https://github.com/some-school/onnx", chapter)
        assert "Mở trong Colab" in card
        assert ">chạy mà khác<" in conversion_html.box()
    assert ">runs and differs<" in conversion_html.box()


def test_a_catalog_that_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match=r"xx.messages\.po.*make translations"):
        messages.catalog("xx")
