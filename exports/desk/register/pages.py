"""学籍异动 of one child: what stands in the register, a form for each sort, 办结, and taking back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from exports.desk.case.asking import Ask, drawn
from exports.desk.case.page import seen_version
from intake.children import register
from intake.children.access import child_seen
from intake.children.children import Child
from intake.children.register import RegisterEntry
from intake.errors import Invalid, Missing, Problem, Refused, Stale
from intake.fields.answer import FILLED
from intake.fields.privacy import mask_name
from intake.people import accounts
from intake.places import gazetteer
from intake.school.register import entering
from intake.school.register.entry_kinds import ENTRY_KINDS, STEP_DAYS
from intake.store.db import Database
from intake.web import get_db, questions
from intake.web.errors import on_page
from intake.web.questions import Errors, Typed
from intake.web.signin import permitted, person

bp = Blueprint("register", __name__, url_prefix="/desk/children", template_folder="../templates")
PREFIX = "entry-"
DONE, UNDONE, FINISHED = (
    "登记好了：{}。写错了可以撤销。",
    "撤销了：{}。孩子的班级、个案都恢复了。",
    "办结了：{}。",
)
NOT_ENTERED = "没有登记：{}"


@dataclass(frozen=True, slots=True)
class RegisterReply:
    """What the page says beside the entries: the form that is open, what was typed, what is wrong with it."""

    do: str = ""
    typed: Typed = field(default_factory=MultiDict)
    errors: Errors = field(default_factory=dict)
    alert: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as the page shows it; `words` say why, by which paper, and what else: that they are there, to who only reads."""

    entry: RegisterEntry
    way: str
    late: bool
    words: tuple[str, str]


def again(problem: Problem, child_id: str, sort: str) -> str:
    """Show the form again with what was typed."""
    match problem:
        case Invalid():
            return _render(child_id, RegisterReply(sort, request.form, problem.errors))
        case Refused():
            errors = {problem.field: [str(problem)]} if problem.field else {}
            alert = "" if errors else NOT_ENTERED.format(problem)
            return _render(child_id, RegisterReply(sort, request.form, errors, alert))
    raise problem


def again_entry(problem: Problem, child_id: str, entry_id: str) -> str:
    """Show the page again with why an entry stays as it is."""
    match problem:
        case Invalid():
            words = " ".join(one for some in problem.errors.values() for one in some)
            return _render(child_id, RegisterReply(alert=words))
        case Stale():
            return _render(child_id, RegisterReply(changed=str(problem)))
        case Refused():
            return _render(child_id, RegisterReply(alert=str(problem)))
    raise problem


@bp.get("/<child_id>/register")
@permitted("child.read")
def page(child_id: str) -> str:
    """Show what stands of a child in the register, and the form that was chosen."""
    return _render(child_id, RegisterReply(request.args.get("do", "")))


@bp.post("/<child_id>/register/<sort>")
@permitted("child.write")
@on_page(again)
def enter(child_id: str, sort: str) -> ResponseReturnValue:
    """Enter what was written down."""
    db, who = get_db(), person()
    child = child_seen(db, who, child_id)
    if sort not in ENTRY_KINDS:
        raise Missing
    form = ENTRY_KINDS[sort](gazetteer.world(db))
    entering.enter(db, child, sort, questions.raw(form, request.form), who)
    flash(DONE.format(sort))
    return redirect(url_for(".page", child_id=child.id), 303)


@bp.post("/<child_id>/register/entry/<entry_id>/finish")
@permitted("child.write")
@on_page(again_entry)
def finish(child_id: str, entry_id: str) -> ResponseReturnValue:
    """Say on which day an entry was 办结."""
    db, who = get_db(), person()
    entry = _entry(db, child_id, entry_id)
    entering.finish(db, entry, request.form, who, seen_version())
    flash(FINISHED.format(entry.sort))
    return redirect(url_for(".page", child_id=child_id), 303)


@bp.post("/<child_id>/register/entry/<entry_id>/undo")
@permitted("child.write")
@on_page(again_entry)
def undo(child_id: str, entry_id: str) -> ResponseReturnValue:
    """Take an entry back with all that it did."""
    db, who = get_db(), person()
    entry = _entry(db, child_id, entry_id)
    entering.undo(db, entry, who)
    flash(UNDONE.format(entry.sort))
    way = url_for(".page", child_id=child_id) if _seen_still(db, child_id) else url_for("children.page")
    return redirect(way, 303)


def _entry(db: Database, child_id: str, entry_id: str) -> RegisterEntry:
    """Give an entry of a child that whoever asks may see. Raises Missing."""
    child = child_seen(db, person(), child_id)
    entry = register.entry_by_id(db, entry_id)
    if entry is None or entry.child != child.id or entry.undone_at:
        raise Missing
    return entry


def _seen_still(db: Database, child_id: str) -> bool:
    try:
        child_seen(db, person(), child_id)
    except Missing:
        return False
    return True


def _render(child_id: str, reply: RegisterReply) -> str:
    db, who = get_db(), person()
    child = child_seen(db, who, child_id)
    kind, may_write = ENTRY_KINDS.get(reply.do), accounts.may(who, "child.write", who.area)
    return render_template(
        "desk/register.html",
        child=child,
        name=mask_name(child.name),
        school=gazetteer.world(db).places.name(child.school) if child.school else "",
        rows=[_row(db, one, may_write) for one in register.entries_of_child(db, child.id)],
        kinds=[(sort, one.title) for sort, one in ENTRY_KINDS.items()],
        kind=kind,
        asks=_asks(db, child, reply) if kind else [],
        wrong={f"{PREFIX}{key}": words for key, words in reply.errors.items()},
        reply=reply,
        today=db.today().isoformat(),
        step=STEP_DAYS,
    )


def _row(db: Database, entry: RegisterEntry, may_write: bool) -> EntryRow:
    places = gazetteer.world(db).places
    names = [places.name(one) for one in (entry.from_school, entry.to_school)]
    way = " → ".join(one or "?" for one in names) if any(names) else ""
    old = (db.today() - date.fromisoformat(entry.day)).days > STEP_DAYS
    words = "，".join(filter(None, (entry.reason, entry.paper))), entry.remark
    told = words if may_write else (FILLED if any(words) else "", "")
    return EntryRow(entry, way, entry.open and entry.sort == register.IN and old, told)


def _asks(db: Database, child: Child, reply: RegisterReply) -> Sequence[Ask]:
    """Give the fields of a sort, with the day and the school that are likely."""
    form = ENTRY_KINDS[reply.do](gazetteer.world(db))
    known = {"day": db.today().isoformat()}
    if reply.do in (register.IN, register.BACK) and person().school:
        known["to_school"] = gazetteer.world(db).places.name(person().school)
    typed: Typed = reply.typed or MultiDict(known)
    asked = questions.in_order(form, typed, reply.errors, staff=True)
    return [drawn(one) for one in asked if one.key != "sure" or "sure" in reply.errors]
