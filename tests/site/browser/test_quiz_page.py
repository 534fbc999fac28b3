"""What the style of a quiz does: it needs a browser, and neither a script nor the site."""

import pytest

from classroom.quiz import ALL_FOUND, show_quiz


@pytest.fixture
def page(chromium):
    """A page with the questions of a chapter, in a browser that runs no script."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(show_quiz("01-what-is-onnx")._repr_html_())
    yield page
    context.close()


def shown(page):
    """The explanations that are to be seen."""
    return page.locator(".quiz-why:visible").all_inner_texts()


def test_an_explanation_appears_when_its_answer_is_chosen(page):
    first = show_quiz("01-what-is-onnx").questions[0]
    assert shown(page) == []
    for answer in first.answers:
        page.get_by_label(answer.text).check()
        verdict = "Right." if answer.right else "Not quite."
        assert shown(page) == [f"{verdict} {answer.why}"]


def test_arrow_keys_go_from_answer_to_answer(page):
    page.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("input").nth(2).is_checked()
    assert len(shown(page)) == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert len(shown(page)) == 2


def test_all_right_answers_and_no_wrong_one_are_all_of_them(page):
    group = page.locator("fieldset", has=page.locator("[type=checkbox]"))
    done = group.get_by_text(ALL_FOUND)
    right, wrong = group.locator(".quiz-right"), group.locator(".quiz-wrong")
    right.nth(0).check()
    assert not done.is_visible()
    right.nth(1).check()
    assert done.is_visible()
    wrong.nth(0).check()
    assert not done.is_visible()
