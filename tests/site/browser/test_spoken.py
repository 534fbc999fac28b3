"""The scripts of a Vietnamese page speak Vietnamese, and so does the worker that one starts."""

from playwright.sync_api import expect

from helpers import DIGITS_MODEL
from tests.site.editions import with_translations

pytestmark = with_translations


def test_the_inspector_and_its_worker_speak_vietnamese(open_page):
    page = open_page("vi/inspect.html")
    page.set_input_files(".inspect-file", DIGITS_MODEL)
    status = page.locator('[data-panel="read"] .inspect-status')
    expect(status).to_have_text("Đã đọc digits.onnx: 15 node, không có cảnh báo.")
    expect(page.locator(".inspect-picture")).to_contain_text("trọng số (560, 10)")
    assert "41.202 byte" in page.locator(".inspect-facts").inner_text()
    page.set_input_files(
        ".inspect-file", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Dear reader,\n"}
    )
    error = page.locator('[data-panel="read"] .inspect-error')
    expect(error).to_contain_text("Không phải file ONNX")


def test_the_search_says_what_it_found_in_vietnamese(open_page):
    page = open_page("vi/search.html?q=Unsupported%20model%20IR%20version")
    expect(page.locator(".search-status")).to_contain_text("mục giải thích loại lỗi này")
    page = open_page("vi/search.html?q=chuyen%20doi")
    expect(page.locator(".search-results")).to_contain_text("huyển đổi")
