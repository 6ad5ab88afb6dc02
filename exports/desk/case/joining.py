"""Cases that are one, from the page of either: offers, merging by number, and taking back the last move."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.case.page import CHANNEL, again, seen_version
from intake.cases import case as cases
from intake.cases import merging, work
from intake.cases.rulebook import states
from intake.errors import Dealt, Refused
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

bp = Blueprint("joining", __name__, url_prefix="/desk/cases", template_folder="../templates")


@bp.post("/<number>/undo")
@permitted("case.read")
@on_page(again)
def undo(number: str) -> ResponseReturnValue:
    """Take back the last move of a case; of a merged one that is parting it."""
    db, who = get_db(), person()
    case = cases.case_seen(db, who, number)
    if case.state == states.MERGED:
        merging.part(db, case, who, channel=CHANNEL, seen=seen_version())
    else:
        work.undo(db, case, request.form.get("event", ""), who, channel=CHANNEL, seen=seen_version())
    flash("撤销了。原来的那一条还留着，标着“已撤销”。")
    return redirect(url_for("case.page", number=number), 303)


@bp.post("/<number>/offers")
@permitted("case.read")
@on_page(again)
def decide(number: str) -> ResponseReturnValue:
    """Say that two cases are of one child, or of two."""
    db, who = get_db(), person()
    case = cases.case_seen(db, who, number)
    pair = request.form.get("pair", "").partition("+")[::2]
    offer = next(
        (one for one in merging.offers_of(db, case, who) if (one.case.number, one.other.number) == pair), None
    )
    if offer is None:
        raise Dealt
    if request.form.get("decision") != "same":
        merging.refuse_offer(db, offer, who)
        flash("记下了：不是同一个孩子。")
        return redirect(url_for("case.page", number=number), 303)
    merging.confirm_offer(
        db, offer, who, channel=CHANNEL, seen=seen_version() if offer.case.id == case.id else None
    )
    flash(f"合并了：{offer.case.number} 并入 {offer.other.number}。错了可以在并入的那一页分开。")
    return redirect(url_for("case.page", number=offer.other.number), 303)


@bp.post("/<number>/merge")
@permitted("case.read")
@on_page(again)
def merge(number: str) -> ResponseReturnValue:
    """Put a case into another one whose number is written."""
    db, who = get_db(), person()
    case = cases.case_seen(db, who, number)
    other = cases.find_case(db, request.form.get("number", "").strip())
    if other is None or not cases.may_see(db, who, other):
        raise Refused("没有这个编号的个案，请核对。编号像 220605-2026-000123。", "number")
    merging.merge(db, case, other, who, channel=CHANNEL, seen=seen_version())
    flash(f"合并了：{case.number} 并入 {other.number}。")
    return redirect(url_for("case.page", number=other.number), 303)
