"""Reports as programs send them."""

import json
from base64 import b64encode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def post(client: FlaskClient, body: object, kind: str = "absence", **headers: str) -> TestResponse:
    """Send a body: bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        f"/api/v1/reports/{kind}", data=data, headers={"Content-Type": "application/json"} | named
    )


def basic(last_four: str, child_name: str) -> dict[str, str]:
    """Give the header of a proof."""
    return {"Authorization": "Basic " + b64encode(f"{last_four}:{child_name}".encode()).decode()}
