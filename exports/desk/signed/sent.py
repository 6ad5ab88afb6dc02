"""Monthly returns: a principal looks one through and signs it; bureau and towns see who has reported and who has not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from exports.books import monthly
from exports.books.book import Exported
from exports.desk.moments import when
from exports.desk.signed.fulls import place_words
from intake.errors import Invalid, Missing, Problem, Stale, Unreadable
from intake.fields import Cell
from intake.ledgers import Column
from intake.ledgers.signed import drawing, months, sent, signing
from intake.ledgers.signed.monthly import FIGURES
from intake.ledgers.signed.months import ReturnMonth
from intake.ledgers.signed.sent import ReportingSchool, ReturnContent, SentReturn
from intake.ledgers.wanted.extents import extent_of
from intake.people import accounts
from intake.people.scope import Scope
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = ("enrolled", "listed", "long", "suspected", "back")
"""Figures that the list of schools shows."""
SAME = frozenset({"month", "school", "sex"})
"""Columns that the page of a school's month leaves out: they say the same in every row, or nothing that is needed."""
ON_PAPER = frozenset({"contacted_on", "visited_on", "month_persuasions", "case_number"})
"""Columns that a phone leaves out."""
SENT = "{}的月报已经报出，第 {} 版。报出的内容锁定了，要改就再报一版。"

bp = Blueprint("sent", __name__, url_prefix="/desk/sent", template_folder="../templates")
reading = permitted("sent.read")


@dataclass(frozen=True, slots=True)
class SentRow:
    """A school and a month in a list: whether it has reported, when and by whom, some figures; nothing where it has not."""

    title: str
    href: str
    state: str
    late: bool
    sent: str
    figures: Sequence[str]


def again(problem: Problem, school: str, month: str) -> str:
    """Show the return again with what was typed: what must be written at its field, that the data have moved above it."""
    match problem:
        case Invalid():
            return _return_page(school, month, errors=problem.errors)
        case Stale():
            return _return_page(school, month, alert=str(problem))
    raise problem


@bp.get("")
@reading
def page() -> str:
    """List the schools of a month with what each has reported; to a principal the months of the own school."""
    db, who = get_db(), person()
    scope = accounts.scope_of(db, who)
    known = months.months_listed(db)
    month = months.month_of_key(db, request.args.get("month") or known[0].key)
    rows = _rows(_asked(scope, known, month), by_month=bool(scope.school))
    return render_template(
        "desk/sent.html",
        rows=rows,
        month=month,
        known=known,
        own=bool(scope.school),
        heads=[FIGURES[key] for key in SHOWN],
        silent=sum(not one.sent for one in rows),
        due=months.due_day(db, month),
        quarter=month.quarter,
        place=place_words(db, scope.school or scope.area),
    )


def _asked(
    scope: Scope, known: Sequence[ReturnMonth], month: ReturnMonth
) -> list[tuple[ReturnMonth, ReportingSchool]]:
    """Give which returns are listed: of a school all its months, else of a month all schools. Raises Missing."""
    schools = sent.schools_reporting(get_db(), scope)
    if not schools and scope.kinds is not None:
        raise Missing  # whoever is in charge of other kinds alone
    if scope.school and schools:
        return [(one, schools[0]) for one in known]
    return [(month, one) for one in schools]


@bp.get("/<school>/<month>")
@reading
def one(school: str, month: str) -> str:
    """Show what a school's return of a month says: what was sent, or what it would say now."""
    return _return_page(school, month)


@bp.post("/<school>/<month>")
@permitted("sent.sign")
@on_page(again)
def sign(school: str, month: str) -> ResponseReturnValue:
    """Send the return in the principal's name."""
    db = get_db()
    sent.school_seen(db, person(), school)
    asked = months.month_of_key(db, month)
    made = signing.sign_return(db, person(), school, asked, request.form)
    flash(SENT.format(asked.title, made.version))
    return redirect(url_for(".one", school=school, month=month), 303)


@bp.get("/<school>/<month>/<int:version>.xlsx")
@reading
def fetch(school: str, month: str, version: int) -> Response:
    """Send one version as it was signed."""
    db, who = get_db(), person()
    seen, asked = sent.school_seen(db, who, school), months.month_of_key(db, month)
    found = sent.version_of(db, school, asked.key, version)
    with TemporaryDirectory(prefix=".export.", dir=db.settings.data) as folder:
        return _file(monthly.write_return(db, found, asked, seen, Path(folder), actor=who.actor))


@bp.get("/<period>.xlsx")
@reading
def together(period: str) -> Response:
    """Send what all schools sent of a month or a quarter, those that said nothing named."""
    db, who = get_db(), person()
    scope = accounts.scope_of(db, who)
    schools = sent.schools_reporting(db, scope)
    if not schools:
        raise Missing
    asked = months.months_of_quarter(db, period) if "Q" in period else [months.month_of_key(db, period)]
    with TemporaryDirectory(prefix=".export.", dir=db.settings.data) as folder:
        extent = extent_of(db, scope)
        return _file(monthly.write_months(db, asked, schools, extent, scope, Path(folder), actor=who.actor))


def _file(made: Exported) -> Response:
    content = BytesIO(made.path.read_bytes())
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=made.path.name)


def _rows(asked: Sequence[tuple[ReturnMonth, ReportingSchool]], *, by_month: bool) -> list[SentRow]:
    db = get_db()
    known = sent.newest_returns(db, [one.code for _, one in asked], [one.key for one, _ in asked])
    return [
        _row(
            month.title if by_month else school.name,
            url_for(".one", school=school.code, month=month.key),
            known.get((school.code, month.key)),
            months.is_overdue(db, month),
        )
        for month, school in asked
    ]


def _row(title: str, href: str, found: SentReturn | None, overdue: bool) -> SentRow:
    db = get_db()
    state = sent.state_words(found, overdue)
    if found is None:
        return SentRow(title, href, state, overdue, "", ["—"] * len(SHOWN))
    try:
        figures = sent.content_of_return(db, found).figures
    except Unreadable:
        figures = {}
    said = [_figure(figures.get(key)) for key in SHOWN]
    return SentRow(title, href, state, False, f"{found.sent_name} {when(found.sent_at, db.now())}", said)


def _figure(number: int | None) -> str:
    return "—" if number is None else str(number)


def _return_page(
    school: str, month: str, *, errors: Mapping[str, Sequence[str]] | None = None, alert: str = ""
) -> str:
    db, who = get_db(), person()
    seen, asked = sent.school_seen(db, who, school), months.month_of_key(db, month)
    versions = sent.versions_of(db, school, asked.key)
    now, newest = drawing.draw_return(db, school, asked), versions[0] if versions else None
    was = sent.content_of_return(db, newest) if newest else None
    changes = drawing.changes_between(was, now) if was else []
    may_sign = signing.may_sign(db, who, school, asked)
    shown = was if was and not may_sign else now
    return render_template(
        "desk/sent_one.html",
        school=seen,
        month=asked,
        versions=[(one, when(one.sent_at, db.now())) for one in versions],
        newest=newest,
        changes=changes,
        may_sign=may_sign,
        content=shown,
        figures=[(label, _figure(shown.figures.get(key))) for key, label in FIGURES.items()],
        heads=[(column.label, column.key in ON_PAPER) for at, column in _columns(shown)],
        table=[[_cell(cells[at]) for at, _ in _columns(shown)] for _, cells in shown.rows],
        words=request.form.get("words", was.words if was else ""),
        said=was.words if was else "",
        typed=request.form,
        errors=errors or {},
        alert=alert,
        seen=signing.mark_of(now, newest),
        declaration=signing.DECLARATION,
        due=months.due_day(db, asked),
        late=newest is None and months.is_overdue(db, asked),
        running=asked.last >= db.today(),
        longest=signing.LONGEST,
    )


def _columns(content: ReturnContent) -> list[tuple[int, Column]]:
    """Give the columns that the page shows, each with its place in a row."""
    return [(at, one) for at, one in enumerate(content.columns) if one.key not in SAME]


def _cell(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:g}"
    return "" if cell is None else str(cell)
