"""One child's file: who it is, what is known and where from, its cases, schools, aid, family, and who looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from exports.desk.case.asking import Ask, drawn
from exports.desk.children import sections
from exports.desk.children.matches import doubles_of
from intake.children.access import child_seen
from intake.children.children import Child
from intake.children.facts import identity, noting
from intake.children.facts.by_staff import facts_to_go_on
from intake.children.facts.fact_kinds import FACT_KINDS, fact_kind
from intake.errors import Problem, Refused
from intake.people import accounts
from intake.places import gazetteer
from intake.reports.looking import reasons
from intake.reports.looking.child_file import FactRow, KnownFile, file_of, look_at_value
from intake.school.attendance import term_sums
from intake.store import audit
from intake.web import get_db, questions
from intake.web.errors import on_page
from intake.web.questions import Errors, Typed
from intake.web.signin import permitted, person

ELSEWHERE = frozenset({"aid", "visit"})
"""Kinds of fact that have a table of their own."""

PREFIX = "fact-"
"""What stands before the ids of the fields of a form."""

bp = Blueprint("child", __name__, url_prefix="/desk/children", template_folder="../templates")


ENDED: Mapping[str, str] = {
    noting.LATER: "后来变了", noting.WRONG: "不对", noting.DENIED: "以别的说法为准", noting.UNDONE: "报告撤回了",
    noting.MERGED: "两份档案合并", identity.TAKEN: "已经写进档案",
}  # fmt: skip
"""Why a fact ended, in words."""


@bp.app_template_global()
def ended(why: str) -> str:
    """Say why a fact ended."""
    return ENDED.get(why, "")


@bp.app_template_global()
def may_restore(row: FactRow) -> bool:
    """Tell whether a fact can be made to hold again: one that somebody ended, or who a child was before."""
    return row.why in (noting.WRONG, noting.DENIED) or (
        row.kind in identity.IDENTITY and row.why == noting.LATER
    )


@bp.app_template_global()
def wrong_ids(errors: Errors) -> dict[str, Sequence[str]]:
    """Give what is wrong by the id of its field."""
    return {f"{PREFIX}{key}": sentences for key, sentences in errors.items()}


@bp.app_template_global()
def as_of_year() -> str:
    """Give the year of today, which days of this year are said without."""
    return str(get_db().today().year)


@dataclass(frozen=True, slots=True)
class FileReply:
    """What the page says beside the file: a form that is open, what was typed, what is wrong with it, a value shown."""

    do: str = ""
    typed: Typed = field(default_factory=MultiDict)
    errors: Errors = field(default_factory=dict)
    alert: str = ""
    changed: str = ""
    see: str = ""
    why: str = ""
    clear: str = ""
    tried: bool = False


def again(problem: Problem, child_id: str) -> str:
    """Show the file again where a reason is lacking for a look."""
    if isinstance(problem, Refused):
        return render(
            child_id, FileReply(see=request.form.get("field", ""), typed=request.form, why=str(problem))
        )
    raise problem


@bp.get("/<child_id>")
@permitted("child.read")
def page(child_id: str) -> ResponseReturnValue:
    """Show a child's file; one that went into another leads there."""
    db, who = get_db(), person()
    child = child_seen(db, who, child_id)
    if child.id != child_id:
        return redirect(url_for(".page", child_id=child.id), 303)
    with db.write():
        audit.note(db, who.actor, "child.read", child.id)
    said = request.args
    return render(child.id, FileReply(said.get("do", ""), see=said.get("see", "")))


@bp.post("/<child_id>/look")
@permitted("child.look")
@on_page(again)
def look(child_id: str) -> str:
    """Show one masked value for a reason, on this page alone."""
    db, who, said = get_db(), person(), request.form
    child = child_seen(db, who, child_id)
    key = look_at_value(db, child, said.get("field", ""), who, said.get("why", ""), said.get("words", ""))
    return render(child.id, FileReply(clear=key))


def render(child_id: str, reply: FileReply) -> str:
    """Draw a child's file."""
    db, who = get_db(), person()
    child = child_seen(db, who, child_id)
    file = file_of(db, child, who, reply.clear)
    sums, told = term_sums(db, child), sections.cases_of_child(db, child, who)
    family, beyond = sections.family_of(db, child, who)
    return render_template(
        "desk/child.html",
        child=child,
        name=sections.name_words(child),
        more=sections.head_words(db, child),
        reply=reply,
        file=file,
        known=[one for one in file.held if one.kind not in ELSEWHERE],
        today=sections.today_words(sums, told),
        sums=sums,
        work=told,
        schooling=sections.schooling_words(db, child, file, told),
        categories=sections.categories(file),
        flags=sections.flags_of(db, child, who),
        path=sections.school_path(db, child, who),
        aid=sections.aid_rows(file),
        visits=sections.visit_rows(file),
        family=family,
        beyond=beyond,
        looks=sections.looks_lately(db, child),
        reasons=reasons.WHY,
        looking=accounts.may(who, "child.look", who.area),
        kinds=[(key, one.title) for key, one in FACT_KINDS.items()],
        **_writing(child, file, reply),
        **doubles_of(child),
    )  # fmt: skip


def _writing(child: Child, file: KnownFile, reply: FileReply) -> dict[str, Any]:
    """Give the form of the kind that is open, for whoever may write; empty where none is."""
    who = person()
    if not accounts.may(who, "child.write", who.area):
        return {"writing": False, "form": None}
    if reply.do not in FACT_KINDS:
        return {"writing": True, "form": None}
    return {
        "writing": True,
        "form": FACT_KINDS[reply.do],
        "asks": _asks(reply, file),
        "same": file.rows(reply.do),
    }


def _asks(reply: FileReply, file: KnownFile) -> list[Ask]:
    """Give the fields of a kind; open answers of what holds stand there already."""
    form = fact_kind(reply.do, gazetteer.world(get_db()))
    typed: Typed = reply.typed if reply.tried else MultiDict(facts_to_go_on(file.facts, reply.do))
    return [drawn(one) for one in questions.in_order(form, typed, reply.errors, staff=True)]
