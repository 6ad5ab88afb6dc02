"""What a phone needs without a network: the service worker, a page that says so, and which questions hang on which."""

import json
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

from flask import Blueprint, Flask, Response, render_template, url_for

from intake.cases.rulebook.transitions import TRANSITIONS
from intake.kinds import KINDS
from intake.kinds.form import Form
from intake.web.assets import EMPTY, YEAR, asset

bp = Blueprint(
    "worker", __name__, template_folder="../templates", static_folder="static", static_url_path="/phone"
)

PAGES = ("/", "/help", "/help/teachers")
"""Pages that hold nothing private, like the empty forms: a phone keeps them as they are visited."""
_SCRIPT = Path(__file__).with_name("static") / "sw.js"


def init_app(app: Flask) -> None:
    """Register the addresses, and give templates that of the conditions."""
    app.register_blueprint(bp)
    app.jinja_env.globals["conditions"] = _conditions_at


@bp.get("/sw.js")
def script() -> Response:
    """Give the service worker; it stands at the root, so that it serves every page."""
    keep, offline = asset("worker", "keep.js"), url_for(".offline")
    own = [
        asset("web", "style.css"), asset("worker", "phone.css"), asset("helping", "help.css"), _conditions_at(), keep,
        asset("worker", "phone.js"),
    ]  # fmt: skip
    house = {
        "assets": [*own, offline],
        "empty": EMPTY,
        "offline": offline,
        "pages": [*PAGES, *(url_for("forms.ask", kind=kind) for kind in KINDS)],
    }
    text = _SCRIPT.read_text("utf-8")
    house["version"] = _digest(json.dumps(house) + text)
    head = f"'use strict';\nimportScripts({json.dumps(keep)});\nconst HOUSE = {json.dumps(house)};\n"
    return Response(head + text, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.get("/forms/offline")
def offline() -> Response:
    """Say that there is no network, and what works without one; the worker keeps this page."""
    page = render_template("forms/offline.html", kinds=KINDS.values())
    return Response(page, mimetype="text/html", headers={"Cache-Control": EMPTY})


@bp.get("/phone/conditions.css")
def conditions() -> Response:
    """Give the rules by which a page hides what a choice makes irrelevant, without a script."""
    rule = f"public, max-age={YEAR}, immutable"
    return Response(_rules(), mimetype="text/css", headers={"Cache-Control": rule})


_DECLARED: tuple[tuple[str, type[Form]], ...] = (
    *KINDS.items(),
    *((one.key, one.needs) for one in TRANSITIONS.values() if one.needs),
)
"""What pages ask by: the kinds of report, and what is written down on a case, by the name that its form carries."""


@cache
def _rules() -> str:
    """Write the conditions of the declarations as style; a browser that cannot read it shows every question."""
    shown = "\n".join(
        f"{','.join(_causes(name, form, key))} {{ display: block; }}"
        for name, form in _DECLARED
        for key in form.conditions()
    )
    hidden = "form[data-kind] [data-when] { display: none; }"
    return f"@supports selector(:has(*)) {{\n{hidden}\n{shown}\n}}\n"


def _causes(name: str, form: type[Form], key: str) -> Iterator[str]:
    for cause, words in form.conditions()[key].items():
        for word in words:
            chosen = f'[name="{cause}"][value="{word}"]:checked,[name="{cause}"] [value="{word}"]:checked'
            yield f'form[data-kind="{name}"]:has({chosen}) [data-q="{key}"]'


def _conditions_at() -> str:
    return url_for("worker.conditions", v=_digest(_rules()))


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()
