"""Another site, which a browser is led to: one page, whatever is asked of it."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.server import HOST


@contextmanager
def other_site(page: str) -> Iterator[int]:
    """Serve a page, and give the port."""
    body = page.encode()

    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer((HOST, 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
