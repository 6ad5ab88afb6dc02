"""Matches that are only likely: both sides beside each other with the reasons, decided with a button, and taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.case.page import seen_version
from exports.desk.children.sides import SideLine, sides_of
from exports.desk.moments import when
from exports.desk.work.shown import short_class
from intake.children.children import Child
from intake.errors import Dealt, Missing, Problem, Refused, Stale
from intake.kinds import KINDS
from intake.people import accounts
from intake.places import gazetteer
from intake.reports import receipts
from intake.reports.looking.looks import may_see_report
from intake.reports.whose import matches, merging
from intake.reports.whose.matches import CONFIRMED, ENTERED, OPEN, REFUSED, Match
from intake.reports.whose.merging import DECIDE
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

PAGE = 10
DONE = {
    "confirm": "记下了：是同一个孩子。",
    "refuse": "记下了：不是同一个孩子。",
    "enter": "记下了：建了新档。",
    "undo": "撤销了，重新待核对。",
}
DEALT = "{}刚才已经处理了这一条，您的操作没有执行。"
STATES = {CONFIRMED: "是同一个", REFUSED: "不是", ENTERED: "都不是，建了新档"}

bp = Blueprint("matches", __name__, url_prefix="/desk/matches", template_folder="../templates")
deciding = permitted(DECIDE)


@dataclass(frozen=True, slots=True)
class MatchShown:
    """A match for the page: both sides, where each leads, what would go over where two files become one."""

    match: Match
    lines: list[SideLine]
    left: str
    left_href: str
    right: str
    right_href: str
    decided: str = ""

    @property
    def of_two(self) -> bool:
        """Tell whether it is about two files."""
        return self.match.other is not None


@bp.get("")
@deciding
def page() -> str:
    """List the open matches, the likest first, and those decided last."""
    return _page()


@bp.get("/<match_id>")
@deciding
def one(match_id: str) -> str:
    """Show one match, with what would go over where two files become one."""
    return _one(match_id)


def again(problem: Problem, match_id: str) -> str:
    """Show the match again: what changed meanwhile, or what is wrong at its field, with what was typed."""
    match problem:
        case Dealt():
            return _page(changed=DEALT.format(problem.name or "同事"))
        case Stale():
            return _one(match_id, changed=str(problem))
        case Refused():
            return _one(match_id, fault=str(problem))
    raise problem


@bp.post("/<match_id>/confirm")
@deciding
@on_page(again)
def confirm(match_id: str) -> ResponseReturnValue:
    """Say that it is the same child."""
    said = request.form
    return _decided(
        match_id,
        "confirm",
        matches.confirm_match,
        words=said.get("words", "").strip()[:200],
        keep=said.get("keep", ""),
    )


@bp.post("/<match_id>/refuse")
@deciding
@on_page(again)
def refuse(match_id: str) -> ResponseReturnValue:
    """Say that it is another child."""
    return _decided(match_id, "refuse", matches.refuse_match)


@bp.post("/<match_id>/enter")
@deciding
@on_page(again)
def enter(match_id: str) -> ResponseReturnValue:
    """Make a file of a child that is none of the candidates."""
    return _decided(match_id, "enter", matches.enter_new_child)


@bp.post("/<match_id>/undo")
@deciding
@on_page(again)
def undo(match_id: str) -> ResponseReturnValue:
    """Take a decision back."""
    return _decided(match_id, "undo", matches.undo_match)


def _decided(match_id: str, step: str, decide: Callable[..., object], **more: Any) -> ResponseReturnValue:
    db, who = get_db(), person()
    decide(db, matches.match_of(db, match_id, who), who, seen=seen_version(), **more)
    flash(DONE[step])
    return redirect(url_for(".page"), 303)


def _page(changed: str = "") -> str:
    db, who = get_db(), person()
    after = request.args.get("after", "") if request.method == "GET" else ""
    found = matches.open_matches(db, who, PAGE + 1, after)
    return render_template(
        "desk/matches.html",
        rows=[shown_match(one) for one in found[:PAGE]],
        decided=[shown_match(one) for one in matches.decided_matches(db, who, PAGE)],
        number=matches.count_matches(db, who),
        further=found[PAGE - 1].id if len(found) > PAGE else "",
        after=after,
        changed=changed,
    )


def _one(match_id: str, *, changed: str = "", fault: str = "") -> str:
    db, who = get_db(), person()
    found = matches.match_of(db, match_id, who)
    return render_template(
        "desk/match.html",
        row=shown_match(found),
        open=found.state == OPEN,
        previews=_previews(found),
        words=request.form.get("words", ""),
        keep=request.form.get("keep", ""),
        changed=changed,
        fault=fault,
    )


def _previews(match: Match) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """Give for each of two files that may stay: its id, how it is called, and what would come over by its words."""
    if match.other is None or match.state != OPEN:
        return []
    return previews_of(match.child, match.other)


def previews_of(one: Child, other: Child) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """Give the same of any two files, the first on the left of the page: first that of who is in a class."""
    pairs = sorted(((one, other), (other, one)), key=lambda pair: not pair[0].class_id)
    return [
        (
            kept.id,
            f"{'左边' if kept is one else '右边'}这一份：{where_words(kept)}",
            [*merging.merge_preview(get_db(), kept, gone, person()).items()],
        )
        for kept, gone in pairs
    ]


def doubles_of(child: Child) -> dict[str, Any]:
    """Give for a child's file what may be the same child, and what was put together, for whoever decides on it."""
    db, who = get_db(), person()
    if not accounts.may(who, DECIDE, who.area):
        return {"deciding": False, "doubles": (), "merges": ()}
    stand = [one for one in merging.merges_of_child(db, child) if not one.undone_at and one.kept == child.id]
    told = [
        (one, f"{accounts.name_of(db, one.actor)} {when(one.at, db.now())} 合并过来一份档案") for one in stand
    ]
    found = matches.matches_of_child(db, child, who)
    return {"deciding": True, "doubles": [shown_match(one) for one in found], "merges": told}


def shown_match(match: Match) -> MatchShown:
    """Give a match as pages show it."""
    db, who = get_db(), person()
    said, known = matches.told_by_match(db, match, who)
    left, href = _left(match)
    name = accounts.name_of(db, match.decided_by) if match.decided_by else ""
    decided = (
        f"{name} {when(match.decided_at, db.now())} {STATES.get(match.state, '')}" if match.decided_at else ""
    )
    return MatchShown(
        match, sides_of(db, said, known), left, href, f"档案：{where_words(match.child)}",
        url_for("child.page", child_id=match.child.id), decided.strip(),
    )  # fmt: skip


def _left(match: Match) -> tuple[str, str]:
    """Name the first side: the other file, or the report, and where it is opened."""
    db = get_db()
    if match.other:
        return f"档案：{where_words(match.other)}", url_for("child.page", child_id=match.other.id)
    if match.report is None:
        raise Missing
    report = match.report
    words = f"{when(report.received_at, db.now())} {KINDS[report.kind].title} 回执 {receipts.show_receipt(report.receipt)}"
    may = may_see_report(db, report, person())
    return f"报告：{words}", url_for("danger.page", receipt=report.receipt) if may else ""


def where_words(child: Child) -> str:
    """Say which file it is by school and class; the name stands below, masked as that of the other side."""
    db = get_db()
    school = gazetteer.world(db).places.name(child.school) if child.school else ""
    return f"{school}{short_class(child.title)}" if school else "没有班级的"
