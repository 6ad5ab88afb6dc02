"""Help pages in plain Chinese for parents, teachers and clerks; the browser takes their pictures (`make pictures`)."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, current_app, make_response, render_template
from PIL import Image

from intake.errors import Missing
from intake.kinds import KINDS
from intake.language import slip_codes
from intake.people import bindings, devices, pins, tries
from intake.reports import notice, passes
from intake.school import roll
from intake.web import get_db
from intake.web.assets import EMPTY, asset

bp = Blueprint(
    "helping",
    __name__,
    template_folder="templates",
    static_folder="phone/static/help",
    static_url_path="/forms/help",
)


COLLEAGUES = frozenset({"principals", "towns", "villages", "officers", "approvers"})
"""Who has a page of their own, by its address."""


class Picture(NamedTuple):
    """A picture of a page: its address and the size at which it is shown, half its own."""

    address: str
    width: int
    height: int


def picture(name: str) -> Picture:
    """Give a picture of the help pages; all of them are taken by tests/e2e/pictures.py."""
    width, height = _size(Path(str(current_app.blueprints[bp.name].static_folder)) / f"{name}.webp")
    return Picture(asset(bp.name, f"{name}.webp"), width // 2, height // 2)


@cache
def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as opened:
        return opened.size


@bp.get("/help")
def parents() -> Response:
    """Tell parents, and whoever reads for them, how to report, and what happens then."""
    told = dict(notice.paragraphs(get_db().settings))
    return _page(
        "help.html",
        kinds=KINDS.values(),
        told=told,
        contact=notice.contact(get_db().settings),
        link=_minutes(),
    )


@bp.get("/help/teachers")
def teachers() -> Response:
    """Tell teachers how to come in, call the roll, and write for somebody."""
    return _page(
        "help_teachers.html", roll=roll, digits=slip_codes.DIGITS, pin=pins.DIGITS, days=devices.TERM.days,
        code_days=bindings.TERM.days, link=_minutes(), hours=devices.PROBATION // timedelta(hours=1),
    )  # fmt: skip


@bp.get("/help/clerks")
def clerks() -> Response:
    """Tell clerks what to do each day, and who keeps the house how lists and posters are made."""
    return _page("help_clerks.html", district=get_db().settings.district_name, wait=tries.WAITS[-1])


@bp.get("/help/<who>")
def colleagues(who: str) -> Response:
    """Tell principals, towns, village cadres, officers and approvers what is theirs to do on a case."""
    if who not in COLLEAGUES:
        raise Missing
    return _page(f"help_{who}.html")


def _minutes() -> int:
    """Give for how many minutes a link from the chat is good."""
    return passes.LINK // timedelta(minutes=1)


def _page(template: str, **more: object) -> Response:
    page = make_response(render_template(f"forms/{template}", picture=picture, **more))
    page.headers["Cache-Control"] = EMPTY
    return page
