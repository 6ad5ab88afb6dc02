"""The desk: how many reports there are, and each day's workbook to download."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from exports.books import daily, occasion
from intake import ledgers
from intake.kinds import KINDS
from intake.people import accounts
from intake.talks import calls, triage
from intake.web import get_db
from intake.web.signin import permitted, person

DAYS = 14
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

bp = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")


@bp.app_template_global()
def desk_may(action: str) -> bool:
    """Tell whether whoever looks may do something, for what a page offers."""
    return accounts.may(person(), action, person().area)


@bp.get("/")
@permitted("desk.read", home=True)
def page() -> str:
    """Show the counts of today and of the last days."""
    db, scope = get_db(), accounts.scope_of(get_db(), person())
    talking = accounts.may(person(), "talk.read", db.settings.district_code)
    days = [db.today() - timedelta(days=back) for back in range(DAYS)]
    return render_template(
        "desk/home.html",
        who=person(),
        place=occasion.occasion_of(db, days[0], scope.area).place,
        kinds=[one for key, one in KINDS.items() if scope.kinds is None or key in scope.kinds],
        days=[(day, ledgers.counts_of_day(db, day, scope)) for day in days],
        first=occasion.FIRST,
        talking=talking,
        threads=triage.count(db, scope) if talking else 0,
        calls=len(calls.calls_waiting(db, scope)) if talking else 0,
    )


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
        who, scope = person(), accounts.scope_of(db, person())
        path = daily.write(db, _day(day, 404), Path(folder), actor=who.actor, area=who.area, scope=scope)
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
