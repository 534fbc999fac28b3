"""The link checker finds a dead link, on a server of its own."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.proof import links


class Server(BaseHTTPRequestHandler):
    """One page is there, and no other."""

    def do_GET(self):
        self.send_response(200 if self.path == "/here" else 404)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def host():
    """Address of a server on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.slow
def test_a_dead_link_is_named_with_its_page_and_a_live_one_passes(host, tmp_path):
    book = tmp_path / "book"
    book.mkdir()
    (book / "_config.yml").write_text('execute:\n  execute_notebooks: "off"\n')
    (book / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (book / "index.md").write_text(
        f"# Links\n\n[there]({host}/here), [gone]({host}/gone) and "
        "[a placeholder](https://repository.invalid/OWNER/REPO)\n"
    )
    found = {link.address: link for link in links.check(book, tmp_path / "out")}
    assert found[f"{host}/here"].status == "working"
    gone = found[f"{host}/gone"]
    assert str(gone).startswith(f"index.md:3: broken: {host}/gone 404")
    assert {link.status for link in found.values()} == {"working", "broken", "ignored"}


@pytest.mark.slow
def test_a_book_that_cannot_be_read_is_no_book_without_dead_links(tmp_path):
    (tmp_path / "_config.yml").write_text("{}\n")
    with pytest.raises(links.ProgramError, match="did not come to its end"):
        links.check(tmp_path, tmp_path / "out")
