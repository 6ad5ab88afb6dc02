"""The first page of the desk: what is owed today; and each day's workbook to download."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from exports.books import daily
from exports.desk.frame import waiting_here
from exports.desk.owed import Today, today_of
from exports.desk.today.shown import TodayTable, table_of
from intake import ledgers
from intake.calendar import schooldays
from intake.cases.folders.filters import GROUPS
from intake.errors import Missing
from intake.kinds import KINDS
from intake.ledgers import View
from intake.ledgers.wanted import extents
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.school.today import ClassToday, absent_running, classes_today
from intake.store.db import Database
from intake.web import get_db
from intake.web.signin import permitted, person

DAYS = 14
"""Days whose workbooks are offered."""
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

bp = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")


@bp.app_template_global()
def desk_may(action: str) -> bool:
    """Tell whether whoever looks may do something, for what a page offers."""
    return accounts.may(person(), action, person().area)


@bp.get("/")
@permitted("desk.read", home=True)
def page() -> str:
    """Show what is owed today, and offer the workbooks of the last days."""
    db, who, today = get_db(), person(), get_db().today()
    scope = accounts.scope_of(db, who)
    return render_template(
        "desk/home.html",
        who=who,
        place=_place(who),
        kinds=[one for key, one in KINDS.items() if scope.kinds is None or key in scope.kinds],
        received=ledgers.counts_of_day(db, today, scope) if desk_may("report.read") else {},
        today=today,
        weekday=WEEKDAYS[today.weekday()],
        days=[today - timedelta(days=back) for back in range(DAYS)],
        first=extents.FIRST,
        talking=accounts.may(who, "talk.read", db.settings.district_code),
        waits=waiting_here(),
        groups=GROUPS,
        **_today(db, who, scope),
        unarranged=schooldays.UNARRANGED.format(year) if (year := schooldays.year_unknown(today)) else "",
    )


def _today(db: Database, who: Person, scope: Scope) -> dict[str, Today | TodayTable | None]:
    """Say what is owed and who is at school today, to whoever may know; the classes are counted once for both."""
    classes = classes_today(db, scope, db.today()) if scope.area else []
    return {
        "owed": today_of(db, who, classes) if desk_may("case.read") else None,
        "school": _school_today(db, scope, classes) if desk_may("child.read") else None,
    }


def _school_today(db: Database, scope: Scope, classes: Sequence[ClassToday]) -> TodayTable:
    """Say who is at school today; who has been missing for days only to those who can ask the school, not to the district."""
    extent = extents.extent_of(db, scope)
    running = [] if extent.level == extents.DISTRICT else absent_running(db, scope, db.today())
    return table_of(db, extent, classes, running)


def _place(who: Person) -> str:
    """Name what somebody answers for: a school, a town, the district. Raises Missing for an area that is none."""
    db = get_db()
    scope = accounts.scope_of(db, who)
    if not accounts.area_name(db, who.area):
        raise Missing(f"没有代码为 {who.area} 的镇街。代码是 9 位，例如 220605105。")
    return extents.extent_of(db, scope if scope.area else Scope(who.area)).name


@bp.get("/export")
@permitted("export.masked")
def choose() -> ResponseReturnValue:
    """Go to the workbook of the day that was chosen in the field."""
    return redirect(url_for("desk.export", day=_day(request.args.get("day", ""), 400)))


@bp.get("/export/<day>.xlsx")
@permitted("export.masked")
def export(day: str) -> ResponseReturnValue:
    """Send the masked workbook of a day, with the rows of the person's own area."""
    db = get_db()
    with TemporaryDirectory(prefix=".export.", dir=db.settings.data) as folder:
        who, period = person(), extents.period_of(db, day=_day(day, 404))
        scope = accounts.scope_of(db, who)
        extent = extents.extent_of(db, scope)
        view = View(extent.within(scope), period)
        path = daily.write_daily(db, extent, view, Path(folder), actor=who.actor).path
        content = BytesIO(path.read_bytes())
    response = send_file(content, mimetype=XLSX, as_attachment=True, download_name=path.name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _day(said: str, otherwise: int) -> date:
    """Read an ISO day of ten characters, or answer with an error page."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        abort(otherwise)
    if day.isoformat() != said:
        abort(otherwise)
    return day
