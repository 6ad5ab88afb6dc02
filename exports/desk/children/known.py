"""What staff change in a child's file: a fact more, the one of two that is true, one that is wrong, one that holds again."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.children.page import FileReply, render
from intake.children.access import child_seen
from intake.children.children import Child
from intake.children.facts import by_staff
from intake.children.facts.fact_kinds import FACT_KINDS, fact_kind
from intake.errors import Invalid, Problem, Stale
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.store.db import Database
from intake.web import get_db, questions
from intake.web.errors import on_page
from intake.web.signin import permitted, person

NOTED, BELIEVED = "记下了：{}。", "记下了，以这一条为准。别的说法放到“以前的”里。"
DENIED, RESTORED = "记下了，这一条不对，放到“以前的”里。", "恢复了，这一条又算数。"
NOT_THIS = "没有记下：{}"

bp = Blueprint("known", __name__, url_prefix="/desk/children", template_folder="../templates")
writing = permitted("child.write")


def again(problem: Problem, child_id: str, kind: str) -> str:
    """Show the file again with the form and what was typed: what is wrong at its field."""
    if isinstance(problem, Invalid):
        return render(child_id, FileReply(kind, request.form, problem.errors, tried=True))
    raise problem


def again_decided(problem: Problem, child_id: str, fact_id: str) -> str:
    """Show the file again, and what has changed since it was opened."""
    match problem:
        case Stale():
            return render(child_id, FileReply(changed=str(problem)))
        case Invalid():
            words = " ".join(one for sentences in problem.errors.values() for one in sentences)
            return render(child_id, FileReply(alert=NOT_THIS.format(words)))
    raise problem


@bp.post("/<child_id>/facts/<kind>")
@writing
@on_page(again)
def add(child_id: str, kind: str) -> ResponseReturnValue:
    """Note what somebody of the staff says of a child."""
    db, who = get_db(), person()
    child = child_seen(db, who, child_id)
    form = fact_kind(kind, gazetteer.world(db)) if kind in FACT_KINDS else None
    by_staff.add_fact(db, child, kind, questions.raw(form, request.form) if form else {}, who)
    flash(NOTED.format(FACT_KINDS[kind].title))
    return redirect(url_for("child.page", child_id=child.id, _anchor="known"), 303)


@bp.post("/<child_id>/facts/<fact_id>/believe")
@writing
@on_page(again_decided)
def believe(child_id: str, fact_id: str) -> ResponseReturnValue:
    """Answer for a fact."""
    return _decided(by_staff.believe_fact, child_id, fact_id, BELIEVED)


@bp.post("/<child_id>/facts/<fact_id>/deny")
@writing
@on_page(again_decided)
def deny(child_id: str, fact_id: str) -> ResponseReturnValue:
    """Say that a fact is wrong."""
    return _decided(by_staff.deny_fact, child_id, fact_id, DENIED)


@bp.post("/<child_id>/facts/<fact_id>/restore")
@writing
@on_page(again_decided)
def restore(child_id: str, fact_id: str) -> ResponseReturnValue:
    """Let a fact hold again."""
    return _decided(by_staff.restore_fact, child_id, fact_id, RESTORED)


def _decided(
    decide: Callable[[Database, Child, str, Person], None], child_id: str, fact_id: str, told: str
) -> ResponseReturnValue:
    db, who = get_db(), person()
    child = child_seen(db, who, child_id)
    decide(db, child, fact_id, who)
    flash(told)
    return redirect(url_for("child.page", child_id=child.id, _anchor="known"), 303)
