"""The class roll on a phone: everybody is there, tap who is not, send. And a teacher's class: its children and parents."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from forms import who
from forms.teachers import entry, family_shown, roll_shown
from forms.teachers.school_shown import school_today
from forms.told import EXPIRED, Answer, arrived
from intake.calendar import clock, schooldays
from intake.cases.case import open_absence_of
from intake.children.children import find_child
from intake.errors import Problem, Refused
from intake.fields import Phone
from intake.kinds import KINDS
from intake.people import bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.reports.told_children import WaitingParent, parents_waiting
from intake.school import caseload, contradictions, followed, roll
from intake.store.db import Database
from intake.web import get_db
from intake.web.errors import on_page

bp = Blueprint("roll", __name__, url_prefix="/forms")

NO_PHONE = "有孩子没来时，要留您的电话，方便核实。请填写。"
BAD_PHONE = "电话号码不对。请写 11 位手机号，或者带区号的座机号。"
_TOLD = {
    "yes": "确认了。这位家长再登记时，不用再填学校和班级。",
    "no": "记下了，不是这个孩子的家长。",
    "done": "这一位已经处理过了。",
}


def again(problem: Problem) -> str:
    """Show the roll again with the marks that were made, and what is wrong with it or with the phone."""
    taught, day, absent = _typed()
    match problem:
        case roll.NoPhone():
            return _page(taught, day, absent, wrong=NO_PHONE)
        case roll.Newer():
            alert = roll_shown.newer(get_db(), taught.id, day, problem.said, entry.me())
            return _page(taught, day, absent, alert)
        case Refused(field="phone"):
            return _page(taught, day, absent, wrong=str(problem))
        case Refused():
            return _page(taught, day, absent, str(problem))
    raise problem


@bp.get("/roll")
@entry.required
def ask() -> Answer:
    """Show the roll of a class; of several, let her choose."""
    classes = _classes(entry.me())
    if "class" not in request.args and len(classes) != 1:
        rooms = [roll_shown.room(get_db(), one) for one in classes]
        return render_template(
            "forms/roll_choose.html", rooms=rooms, school=school_today(get_db(), entry.me())
        )
    taught = _class(request.args.get("class", classes[0].id if classes else ""))
    return _page(taught, _day(request.args.get("day", "")))


@bp.post("/roll")
@entry.required
@on_page(again)
def take() -> Answer:
    """Take a roll: what became of it, or the page again with the marks that were made."""
    typed, (taught, day, absent) = request.form, _typed()
    if not who.sure():
        return _page(taught, day, absent, who.unsure(EXPIRED.replace("提交", "发送"))), 400
    phone = Phone().value_of(typed.get("phone", ""))
    if typed.get("phone") and not phone:
        raise Refused(BAD_PHONE, "phone")
    marked = roll.mark(
        get_db(), taught.id, day, absent, entry.me(), roll.Told(phone=phone or _phone(entry.me())),
        seen=typed.get("seen"),
    )  # fmt: skip
    told = roll.counted(marked.present, absent.values())
    return arrived(url_for(".sent", **_of(taught, day)), f"已送达：{told}")


@bp.get("/roll/sent")
@entry.required
def sent() -> Answer:
    """Tell what a class said of a day, and what comes next."""
    db, taught, day = get_db(), _class(request.args.get("class", "")), _day(request.args.get("day", ""))
    state = roll.state(db, taught.id, day)
    if state is None:
        return redirect(url_for(".ask", **_of(taught, day)))
    return render_template(
        "forms/roll_sent.html", taught=taught, day=day, date=roll_shown.written(day), state=state,
        cases={one: found.number for one in state.reasons if (found := open_absence_of(db, one))},
        absent=roll_shown.missing(db, taught.id, day, state), closed=roll.closed(db, day),
        unexplained=roll.UNEXPLAINED, today=day == db.today(),
        silent=roll.state(db, taught.id, db.today()) is None and schooldays.is_school_day(db.settings.terms, db.today()),
    )  # fmt: skip


@bp.get("/class")
@entry.required
def mine() -> Answer:
    """Show a teacher's classes, and the parents who wait for her word."""
    return class_page(_TOLD.get(request.args.get("told", ""), ""))


@bp.post("/class/parent")
@entry.required
def decide() -> Answer:
    """Confirm or refuse somebody who says to be a child's parent."""
    if not who.sure():
        return class_page(who.unsure(EXPIRED.replace("“提交”", "“是”或“不是”"))), 400
    db, person, typed = get_db(), entry.me(), request.form
    verdict = typed.get("answer", "")
    if verdict not in ("yes", "no"):
        abort(400)
    asks = next(
        (one for one in parents_waiting(db, person.id) if _token(db, one) == typed.get("parent")), None
    )
    done = asks is not None and followed.decide_parent(
        db, person, asks.reporter, asks.child, verdict == "yes"
    )
    return redirect(url_for(".mine", told=verdict if done else "done"), 303)


@bp.get("/class/<child>")
@entry.required
def pupil(child: str) -> Answer:
    """Show what a teacher may do for a child of her class, and whether it was there of late."""
    db = get_db()
    facts = roll.facts(db, entry.me(), child)
    if not facts:
        abort(404)
    found = find_child(db, child)
    taught = next(one for one in _classes(entry.me()) if found and one.id == found.class_id)
    return render_template(
        "forms/pupil.html", child=child, name=facts["child_name"], taught=taught, kinds=KINDS.values(),
        days=roll_shown.lately(db, taught.id, child), case=open_absence_of(db, child),
    )  # fmt: skip


def _classes(person: Person) -> list[Class]:
    db = get_db()
    return [
        one
        for one in bindings.classes_open(db, person)
        if bindings.may_in_class(db, person, one.id, "roll.mark")
    ]


def _class(class_id: str) -> Class:
    return next((one for one in _classes(entry.me()) if one.id == class_id), None) or abort(404)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said) if said else get_db().today()
    except ValueError:
        abort(400)


def _typed() -> tuple[Class, date, dict[str, str]]:
    """Give the class, the day and why each child is absent, as the page sent them."""
    typed = request.form
    absent = {child: typed.get(f"reason-{child}", roll.UNEXPLAINED) for child in typed.getlist("absent")}
    return _class(typed.get("class", "")), _day(typed.get("day", "")), absent


def _of(taught: Class, day: date) -> dict[str, Any]:
    return {"class": taught.id, "day": day.isoformat()}


def _phone(person: Person) -> str:
    return roll.phone_of(person) or roll.phone_said(get_db(), person.actor)


def _page(
    taught: Class, day: date, typed: Mapping[str, str] | None = None, alert: str = "", wrong: str = ""
) -> str:
    """Render a roll with what was typed, or what was sent before; `wrong` is about the phone."""
    db = get_db()
    state, today = roll.state(db, taught.id, day), db.today()
    closed = state is not None and roll.closed(db, day)
    words = {} if closed else family_shown.words_of_day(db, taught, day, entry.me())
    before = state.reasons if state else roll_shown.marks_asked_for(words)
    absent = typed if typed is not None and not closed else before
    pupils = roll_shown.pupils(db, taught.id, absent)
    return render_template(
        "forms/roll.html", taught=taught, day=day, date=roll_shown.written(day), today=day == today, state=state,
        alert=alert, wrong=wrong, pupils=pupils, unexplained=roll.UNEXPLAINED,
        groups=roll_shown.in_groups(db, taught, day, pupils, words) if day == today else [("", pupils)],
        reasons=(roll.UNEXPLAINED, roll.SICK, roll.LEAVE), closed=closed, closes=f"{roll.CLOSES:%H:%M}",
        unfit="" if state else roll.unfit(db.settings, today, day), at=clock.local(state.marked_at) if state else None,
        asked=schooldays.is_school_day(db.settings.terms, day), me=entry.me(), ask_phone=wrong or not _phone(entry.me()),
        phone=request.form.get("phone", ""),
    )  # fmt: skip


def class_page(alert: str = "") -> str:
    """Render a teacher's classes: their rolls, what families said, whose parents wait, the children."""
    db, person = get_db(), entry.me()
    rooms = [(roll_shown.room(db, one), roll_shown.pupils(db, one.id, {})) for one in _classes(person)]
    said = [(one.taught, *family_shown.words_of_room(db, one.taught, person)) for one, _ in rooms]
    waiting = [(one, _token(db, one)) for one in parents_waiting(db, person.id)]
    return render_template(
        "forms/class.html", rooms=rooms, said=said, waiting=waiting, alert=alert, kinds=KINDS.values(),
        answers=contradictions.ANSWERS, asked=caseload.count_asked(db, person),
    )  # fmt: skip


def _token(db: Database, one: WaitingParent) -> str:
    """Give what stands for a parent on a page, where the WeChat id itself has no business."""
    return db.keys.digest("link", f"{one.reporter} {one.child}")
