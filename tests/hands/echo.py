"""The smallest application that tells what it was sent; `/unread` does not look at a body."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer with method, path, size and digest of what came."""
    path = environ["PATH_INFO"]
    size, digest = 0, hashlib.sha256()
    while path != "/unread" and (piece := environ["wsgi.input"].read(65536)):
        size += len(piece)
        digest.update(piece)
    said = {"method": environ["REQUEST_METHOD"], "path": path, "size": size, "sha": digest.hexdigest()}
    body = json.dumps(said).encode()
    if path == "/fault":
        raise RuntimeError("13800001111")
    if path == "/large":
        body = b"x" * 4_000_000
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
