"""Style sheets and scripts: addressed by what is in them, so that a phone fetches each once; and small on the wire."""

from functools import cache
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from flask_compress import Compress

YEAR = 365 * 24 * 3600
EMPTY = "private, no-cache"
"""The rule of a page that holds nothing private: a phone may keep it, and show it without a network."""
_compress = Compress()


def init_app(app: Flask) -> None:
    """Give templates `asset()`, let phones keep what it addresses, and compress pages and files.

    Programs talk to us uncompressed: their answers are a line.
    """
    app.config.update(
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "image/svg+xml"],
        COMPRESS_STREAMS=False,
        COMPRESS_MIN_SIZE=600,
    )
    _compress.init_app(app)
    app.jinja_env.globals["asset"] = asset
    app.after_request(_keep)


def asset(of: str, filename: str) -> str:
    """Give the address of a static file of a blueprint; another content has another address."""
    folder = current_app.blueprints[of].static_folder
    return url_for(f"{of}.static", filename=filename, v=_digest(Path(str(folder)) / filename))


@cache
def _digest(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=6).hexdigest()


def _keep(response: Response) -> Response:
    if (request.endpoint or "").endswith("static") and response.status_code == 200:
        response.direct_passthrough = False
        response.set_data(response.get_data())  # a file on its way would be compressed without being closed
        if "v" in request.args:
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
