"""Full exports: asked for with a reason, allowed by another one, fetched with a password that is shown once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from exports.books import full
from exports.desk.moments import when
from intake import ledgers
from intake.errors import Dealt, Invalid, Problem, Refused, Stale
from intake.ledgers.ledger import Period
from intake.ledgers.signed import asking, fetching, full_exports, record
from intake.ledgers.signed.record import FullExport
from intake.ledgers.wanted.extents import extents_below, period_words
from intake.people import accounts
from intake.places import gazetteer
from intake.store.db import Database
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ASKED = "已经提交，等审核人批。批了会在收件箱里告诉您。"
ASKED_NOBODY = "已经提交。但是现在没有能批的审核人，请找管理员加一个审核人账号。"
STATES: Mapping[str, str] = {"waiting": "等审核人批", "allowed": "批了", "refused": "没有批"}
DECIDED: Mapping[bool, str] = {True: "批了，申请人 7 天内可以下载。", False: "没有批，原因会告诉申请人。"}
ALLOW = "allow"

bp = Blueprint("fulls", __name__, url_prefix="/desk/exports", template_folder="../templates")
asking_for = permitted("export.full")


@dataclass(frozen=True, slots=True)
class FullRow:
    """A request as the page shows it: in words, and what may be done with it now."""

    export: FullExport
    title: str
    place: str
    days: str
    purpose: str
    who: str
    asked: str
    state: str
    decided: str
    until: str
    fetched: str
    open: bool


def again(problem: Problem, export: str = "") -> str:
    """Show the page again with what was typed: what is wrong at its field, what somebody else did above it."""
    match problem:
        case Invalid():
            return _page(errors=problem.errors)
        case Refused(field="why"):
            return _page(fault=(export, str(problem)))
        case Dealt():
            told = f"{problem.name}刚才已经处理了这份申请：{problem.outcome}。"
            return _page(alert=told)
        case Refused() | Stale():
            return _page(alert=str(problem))
    raise problem


@bp.get("")
@permitted("export.list")
def page() -> str:
    """Show what one asked for, what waits for one's decision, and the form."""
    return _page()


@bp.post("")
@asking_for
@on_page(again)
def ask() -> ResponseReturnValue:
    """Take a request, and tell those who may decide."""
    db = get_db()
    made = full_exports.ask_export(db, person(), request.form)
    flash(ASKED if full_exports.deciders(db, made) else ASKED_NOBODY)
    return redirect(url_for(".page"), 303)


@bp.post("/<export>/decide")
@permitted("export.approve")
@on_page(again)
def decide(export: str) -> ResponseReturnValue:
    """Allow or refuse what another one asked for."""
    allow = request.form.get("do") == ALLOW
    full_exports.decide_export(get_db(), person(), export, allow=allow, why=request.form.get("why", ""))
    flash(DECIDED[allow])
    return redirect(url_for(".page"), 303)


@bp.post("/<export>/password")
@asking_for
@on_page(again)
def password(export: str) -> str:
    """Show the password of one's export, this once; the page is kept nowhere."""
    made = fetching.show_password(get_db(), person(), export, request.form.get("seen", ""))
    return _page(shown=(export, made))


@bp.get("/<export>.xlsx")
@asking_for
@on_page(again)
def fetch(export: str) -> ResponseReturnValue:
    """Send the workbook, made now and closed with the password."""
    db, who = get_db(), person()
    made = full.write(db, who, fetching.own_export(db, who, export))
    return send_file(made.file, mimetype=XLSX, as_attachment=True, download_name=made.name)


def _page(
    *,
    errors: Mapping[str, Sequence[str]] | None = None,
    fault: tuple[str, str] = ("", ""),
    alert: str = "",
    shown: tuple[str, str] = ("", ""),
) -> str:
    db, who = get_db(), person()
    scope, today = accounts.scope_of(db, who), db.today()
    may_ask, may_decide = (accounts.may(who, one, who.area) for one in ("export.full", "export.approve"))
    return render_template(
        "desk/exports.html",
        mine=_rows(record.exports_of(db, who)) if may_ask else [],
        waiting=_rows(full_exports.waiting_exports(db, who)) if may_decide else [],
        decided=_rows(record.decided_exports(db, who)) if may_decide else [],
        may_ask=may_ask,
        ledgers=[(one.key, one.title) for one in asking.open_ledgers(db, who)] if may_ask else [],
        towns=_places("town") if may_ask else [],
        schools=_places("school") if may_ask else [],
        whole=place_words(db, scope.area),
        purposes=asking.PURPOSES,
        typed={
            "from": today.replace(day=1).isoformat(),
            "to": today.isoformat(),
            **request.args,
            **request.form,
        },
        errors=errors or {},
        fault=fault,
        alert=alert,
        shown=shown,
        today=today,
        longest=asking.LONGEST,
    )


def place_words(db: Database, code: str) -> str:
    """Name the district, a town, a village or a school by its code."""
    place = gazetteer.world(db).places.get(code)
    return place.name if place else db.settings.district_name


def _places(level: str) -> list[tuple[str, str]]:
    db = get_db()
    return [(one.code, one.name) for one in extents_below(db, accounts.scope_of(db, person()), level)]


def _rows(found: Sequence[FullExport]) -> list[FullRow]:
    return [_row(one) for one in found]


def _row(one: FullExport) -> FullRow:
    db = get_db()
    now, known = db.now(), one.key in ledgers.ledger_keys()
    over = one.over(now)
    return FullRow(
        one,
        ledgers.ledger(db, one.key).title if known else one.key,
        place_words(db, one.code),
        period_words(Period(*one.days)),
        asking.PURPOSES.get(one.purpose, one.purpose),
        accounts.name_of(db, one.asked_by),
        when(one.asked_at, now),
        "已失效" if over else STATES[one.state],
        f"{accounts.name_of(db, one.decided_by)} {when(one.decided_at, now)}" if one.decided_at else "",
        when(one.expires_at, now) if one.expires_at else "",
        f"下载 {one.fetched} 次，最近 {when(one.fetched_at, now)}" if one.fetched else "还没有下载",
        one.state == record.ALLOWED and not over,
    )  # fmt: skip
