"""A page that carries messages speaks them: its script, and the worker that the script starts."""

import json

import pytest
from playwright.sync_api import expect

from helpers import DIGITS_MODEL
from tools.messages import of_scripts, speaking


@pytest.fixture
def open_in_vietnamese(open_page):
    """Open a page of the site as if it were one of the Vietnamese edition."""

    def open_in_vietnamese(path, folder):
        with speaking("vi"):
            carried = json.dumps(of_scripts(folder))
        page = open_page(path)

        def carry(route):
            text = route.fetch().text()
            text = text.replace(' lang="en"', ' lang="vi"', 1)
            element = f'<script type="application/json" id="messages">{carried}</script></head>'
            route.fulfill(body=text.replace("</head>", element), content_type="text/html")

        page.route(lambda url: path in url, carry)
        page.reload()
        return page

    return open_in_vietnamese


def test_the_inspector_and_its_worker_speak_vietnamese(open_in_vietnamese):
    page = open_in_vietnamese("inspect.html", "inspect")
    page.set_input_files(".inspect-file", DIGITS_MODEL)
    status = page.locator('[data-panel="read"] .inspect-status')
    expect(status).to_have_text("Đã đọc digits.onnx: 15 node, không có cảnh báo.")
    expect(page.locator(".inspect-picture")).to_contain_text("trọng số (560, 10)")
    assert "Kích thước file" in page.locator(".inspect-facts").inner_text()
    assert "41.202 byte" in page.locator(".inspect-facts").inner_text()
    page.set_input_files(
        ".inspect-file", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Dear reader,\n"}
    )
    expect(page.locator('[data-panel="read"] .inspect-error')).to_contain_text(
        "Không phải file ONNX: nó bắt đầu giống một văn bản. Hãy chọn file .onnx."
    )


def test_the_search_says_what_it_found_in_vietnamese(open_in_vietnamese):
    page = open_in_vietnamese("search.html?q=Unsupported%20model%20IR%20version", "search")
    expect(page.locator(".search-status")).to_contain_text("mục giải thích loại lỗi này")
