"""The slips of a list of staff as a page to be printed; they are shown once and kept nowhere."""

import hashlib
import re
from base64 import b64encode

from flask import Response, make_response

from intake.importing.staff import Slip
from intake.paper import slips
from intake.web import get_db


def slips_page(made: list[Slip], back: str) -> Response:
    """Show the slips as a page to be printed; its one style is named to the browser by its hash."""
    db = get_db()
    page = slips.sheet(made, db.settings, db.now(), back)
    style = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    allowed = " ".join(
        f"'sha256-{b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in style
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src data:; style-src {allowed}; frame-ancestors 'none'; base-uri 'none'"
    )
    return response
