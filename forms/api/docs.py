"""The API described: a document for programs, and the same as a page for those who write them."""

import json
import shlex
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from flask import Blueprint, Response, render_template, request

from forms.api import endpoints, openapi
from forms.api.schemas import Schema
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Report, World
from intake.places import gazetteer
from intake.web import get_db, limits

bp = Blueprint("docs", __name__, url_prefix="/api/v1")

KEPT = {
    Privacy.OPEN: "一般",
    Privacy.PERSONAL: "个人信息",
    Privacy.SENSITIVE: "敏感信息",
}
SHOWN = 24
"""Options up to which the page lists them; longer lists are in the document."""


@bp.get("/openapi.json")
def document() -> Response:
    """Give the OpenAPI document."""
    text, tag = _written(*_world())
    response = Response(text, mimetype="application/json", headers={"Cache-Control": "public, max-age=300"})
    response.set_etag(tag)
    response.make_conditional(request)
    return response


@bp.get("/docs")
def page() -> str:
    """Show the same on a page."""
    told = openapi.document(*_world())
    return render_template(
        "forms/api.html",
        told=told,
        kinds=[_kind(told, kind) for kind in KINDS],
        curl=_curl(told, "absence" if "absence" in KINDS else next(iter(KINDS))),
        base=_base(),
        kept=KEPT,
        progress=endpoints.PROGRESS,
        refusals=openapi.REFUSALS,
        limit=limits.PROGRAMS.amount,
        is_open=_open(),
    )


def _world() -> tuple[World, str, tuple[type[Report], ...], bool]:
    world = gazetteer.world(get_db())
    return world, world.now().date().isoformat(), tuple(KINDS.values()), _open()


def _open() -> bool:
    return get_db().settings.api == "open"


@lru_cache(maxsize=8)
def _written(world: World, day: str, kinds: tuple[type[Report], ...], is_open: bool) -> tuple[bytes, str]:
    text = json.dumps(openapi.document(world, day, kinds, is_open), ensure_ascii=False).encode()
    return text, blake2b(text, digest_size=12).hexdigest()


def _kind(told: Schema, kind: str) -> dict[str, Any]:
    """Give what the page tells of a kind: its words, its rows, an example."""
    schema, path = told["components"]["schemas"][kind], told["paths"][f"{openapi.REPORTS}/{kind}"]["post"]
    content = path["requestBody"]["content"]["application/json"]
    rows = [
        {**value, "key": key, "must": key in schema["required"], "options": _options(told, value)}
        for key, value in schema["properties"].items()
    ]
    return {
        "kind": kind,
        "title": schema["title"],
        "about": path["description"],
        "rows": rows,
        "example": json.dumps(content["example"], ensure_ascii=False, indent=2),
    }


def _options(told: Schema, value: Schema) -> Sequence[str]:
    """Give the words to choose from, where they are few enough for a page."""
    if "$ref" in value:
        value = told["components"]["schemas"][value["$ref"].rsplit("/", 1)[1]]
    words: list[str] = value.get("items", value).get("enum", [])
    return words if len(words) <= SHOWN else ()


def _curl(told: Schema, kind: str) -> str:
    """Give a command that can be pasted; each time it makes a report of its own."""
    example = told["paths"][f"{openapi.REPORTS}/{kind}"]["post"]["requestBody"]["content"][
        "application/json"
    ]["example"]
    sent = json.dumps(example, ensure_ascii=False)
    key = "" if _open() else "  -H 'Authorization: Bearer 编号.密钥' \\\n"
    return (
        f"curl -X POST {_base()}{openapi.REPORTS}/{kind} \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"{key}"
        '  -H "Idempotency-Key: try-$(date +%s)" \\\n'
        f"  -d {shlex.quote(sent)}"
    )


def _base() -> str:
    return get_db().settings.public or request.host_url.rstrip("/")
