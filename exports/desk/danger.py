"""Reports one at a time, and danger first: the page of a report, taking an alarm, writing down what was done."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.moments import waited, when
from intake import codes
from intake.calendar import clock
from intake.cases import case as cases
from intake.cases.case import Case
from intake.errors import Problem, Refused, Stale
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.people import accounts
from intake.places import gazetteer
from intake.reports import door, receipts
from intake.reports.looking import looks, reasons
from intake.reports.looking.looks import Shown
from intake.reports.senders import clients
from intake.talks import alarms, matters, triage
from intake.talks.alarm_case import duties_left
from intake.talks.alarms import Alarm
from intake.talks.holders import Taken
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

TAKEN = "记下了：这件事由您处理。请马上打电话，办好以后写下处理结果。"
DONE = "处理结果记下了。"
STALE = "刚刚又有新的话，请看了再写。您写的字还在。"
PLACED = "镇街记下了。"
CHANGED = "这份报告刚刚有变化，请看了再选。"

FRESH = timedelta(minutes=10)
"""How long an alarm may wait before the desk says that nobody on duty has read of it."""
NOTHING: Mapping[str, str] = MappingProxyType({})

bp = Blueprint("danger", __name__, url_prefix="/desk", template_folder="templates")
reading = permitted("report.read")
answering = permitted("talk.answer")
placing = permitted("report.place")


def again(problem: Problem, receipt: str) -> str:
    """Show the report again with what was typed, and what is wrong where it can be mended."""
    fault = wrong = alert = ""
    lacks: Mapping[str, str] = NOTHING
    match problem:
        case Refused(field="why"):
            return _page(_report(receipt), see=request.form.get("field", ""), why=str(problem))
        case Refused(field="town"):
            wrong = str(problem)
        case Refused(field=field) if field.startswith(("done_", "why_")):
            lacks = {field: str(problem)}
        case Refused():
            fault = str(problem)
        case Taken():
            alert = told_first(problem)
        case Stale():
            alert = STALE if _words() else CHANGED
        case _:
            raise problem
    return _page(_report(receipt), words=_words(), fault=fault, alert=alert, wrong=wrong, lacks=lacks)


@bp.app_template_global()
def alarms_open() -> list[tuple[Alarm, str, str, str]]:
    """Give the alarms without an outcome for the page: alarm, where it came from, since when, how long it waits."""
    db = get_db()
    now = db.now()
    return [(one, origin(one), when(one.since, now), waited(one.since, now)) for one in _known()[0]]


@bp.app_template_global()
def is_unheard(alarm: Alarm) -> bool:
    """Tell whether an alarm is no longer fresh, and nobody on duty has read of it."""
    return not (alarm.heard or alarm.taken_at) and clock.local(alarm.since) + FRESH < get_db().now()


@bp.app_template_global()
def alarms_former() -> list[tuple[str, str, str]]:
    """Give the reports from before there were alarms: receipt, where it came from, since when."""
    db = get_db()
    return [(one.receipt, origin(one), when(one.since, db.now())) for one in _known()[1]]


def _known() -> tuple[list[Alarm], list[Alarm]]:
    """Give the alarms that wait and those of before, read once a request."""
    if "alarms" not in g:
        waiting, former = alarms.waiting_and_former(get_db(), person())
        waiting += matters.alarms_of_matters(get_db(), person())
        waiting.sort(key=lambda one: (bool(one.taken_at), one.since, one.subject))
        g.alarms = waiting, former
    known: tuple[list[Alarm], list[Alarm]] = g.alarms
    return known


@bp.get("/reports/<receipt>")
@reading
def page(receipt: str) -> str:
    """Show a report, an urgent one in clear; each look is noted."""
    return _page(_report(receipt), see=request.args.get("see", ""))


@bp.post("/reports/<receipt>/look")
@permitted("case.look")
@on_page(again)
def look(receipt: str) -> str:
    """Show one masked answer for a reason, on this page alone."""
    report, said = _report(receipt), request.form
    key = said.get("field", "")
    answers = looks.look_at_answer(
        get_db(), report, key, person(), said.get("why", ""), said.get("words", "")
    )
    return _page(report, answers=answers, looked=key)


@bp.post("/reports/<receipt>/take")
@answering
@on_page(again)
def take(receipt: str) -> ResponseReturnValue:
    """Take an alarm in hand."""
    alarms.take(get_db(), _alarm(receipt), person())
    flash(TAKEN)
    return redirect(url_for(".page", receipt=receipt), 303)


@bp.post("/reports/<receipt>/outcome")
@answering
@on_page(again)
def finish(receipt: str) -> ResponseReturnValue:
    """Write down what was done, which ends an alarm."""
    db, alarm = get_db(), _alarm(receipt)
    told = {key: _informed(key) for key, _ in duties_left(db, alarm.subject)}
    alarms.finish(db, alarm, _words(), person(), request.form.get("seen", ""), told)
    flash(DONE)
    return redirect(url_for("desk.page"), 303)


@bp.post("/reports/<receipt>/town")
@placing
@on_page(again)
def place(receipt: str) -> ResponseReturnValue:
    """Give a report that has no town one."""
    door.give_town(get_db(), _report(receipt), request.form.get("town", ""), person())
    flash(PLACED)
    return redirect(url_for(".page", receipt=receipt), 303)


def told_first(first: Taken) -> str:
    """Say that somebody else was first."""
    done = "写了处理结果" if first.ended else "接了这件事，正在处理"
    return f"{first.name} {when(first.at, get_db().now())} 已经{done}。您的操作没有执行。"


def origin(alarm: Alarm) -> str:
    """Say where an alarm came from and which town it is about, and nothing of the child."""
    if alarm.case:
        return f"诉求转来的个案 {alarm.case} · {_town(alarm.town) or '不知道哪个镇街'}"
    if not alarm.receipt:
        return f"家长 {alarm.thread[:4].upper()} 在微信里说的，还没有做成登记"
    channel = {one.code: one.label for one in codes.codes("channel")}.get(alarm.channel, alarm.channel)
    known = [KINDS[alarm.kind].title, _town(alarm.town) or "不知道哪个镇街"]
    # By which way it came tells of who reported it.
    return " · ".join([*known, channel] if accounts.scope_of(get_db(), person()).reporters else known)


def _informed(key: str) -> tuple[str, str]:
    return request.form.get(f"done_{key}", ""), request.form.get(f"why_{key}", "")


def _words() -> str:
    return request.form.get("words", "")


def _town(code: str) -> str:
    return "" if code == get_db().settings.district_code else gazetteer.world(get_db()).places.name(code)


def _report(receipt: str) -> Envelope:
    return looks.report_seen(get_db(), receipt, person())


def _case(report: Envelope) -> Case | None:
    found = cases.case_of_report(get_db(), report.id)
    return found if found and cases.may_see(get_db(), person(), found) else None


def _alarm(receipt: str) -> Alarm:
    alarm = alarms.alarm_of_report(get_db(), _report(receipt).receipt)
    if alarm is None:
        abort(404)
    return alarm


def _page(
    report: Envelope, *, words: str = "", fault: str = "", alert: str = "", wrong: str = "",
    lacks: Mapping[str, str] = NOTHING, answers: Sequence[Shown] = (), looked: str = "", see: str = "", why: str = "",
) -> str:  # fmt: skip
    db, receipt = get_db(), report.receipt
    alarm = alarms.alarm_of_report(db, receipt)
    seen = alarms.mark(db, alarm) if alarm else ""  # before the answers: what comes in between is not missed
    answers = answers or looks.look(db, report, person())
    now, unnamed = db.now(), report.confidential and not accounts.scope_of(db, person()).reporters
    talks = accounts.may(person(), "talk.read", db.settings.district_code)
    thread = alarm.thread if alarm and talks else ""
    return render_template(
        "desk/report.html",
        kind=KINDS[report.kind],
        receipt=receipt,
        sender="" if unnamed else clients.name_of_sender(db, report.reporter),
        groups=receipts.show_receipt(receipt),
        received=when(report.received_at, now),
        town=_town(report.town),
        towns=gazetteer.world(db).places.towns(),
        answers=answers,
        phone=next((one.text for one in answers if one.key == "phone" and one.clear), ""),
        unnamed=unnamed,
        alarm=alarm,
        times=(when(alarm.taken_at, now) if alarm and alarm.taken_at else "",
               when(alarm.done_at, now) if alarm and alarm.done_at else "", waited(report.received_at, now)),
        thread=thread if thread and triage.reporter_of(db, thread, accounts.scope_of(db, person())) else "",
        seen=seen,
        words=words,
        fault=fault,
        alert=alert,
        wrong=wrong,
        duties=[(*one, *_informed(one[0])) for one in duties_left(db, alarm.subject)] if alarm else [],
        lacks=lacks,
        looked=looked,
        see=see,
        why_wrong=why,
        looking=accounts.may(person(), "case.look", person().area),
        reasons=reasons.WHY,
        seen_by=[(one, when(one.at, now)) for one in reasons.looks_at(db, report.id)],
        case=_case(report),
    )  # fmt: skip
