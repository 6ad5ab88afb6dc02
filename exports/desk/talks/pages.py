"""What parents said that people must answer: the list, a thread, an answer, a closing."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk import danger, files
from exports.desk.moments import waited, when
from exports.desk.talks import usual
from intake.errors import Dealt, Problem, Refused, Stale
from intake.kinds import KINDS
from intake.messages import windows
from intake.messages.errcodes import meaning
from intake.people import accounts
from intake.reports import receipts
from intake.talks import alarms, half_said, holders, matters, talks, triage
from intake.talks.alarms import Alarm
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

MOST = 1000
"""Messages of a thread that are ever shown on one page."""
EMPTY = "还没有写回复。请写几个字，或者点一句常用回复。"
REASON = "请选一个不用处理的原因。"
SENT = "已经回复，马上发到家长的微信。"
TO_CALL = "回复记下了，但微信现在发不过去，已转成要打的电话。"
BY_PARENT = frozenset({triage.CHOSEN, triage.FINISHED, triage.DROPPED})
OUTCOMES = {triage.ANSWER: "已经回复了", triage.REPORT: "已经做成登记了", triage.CLOSED: "已经标为不用处理了",
            triage.MATTER: "已经转为诉求了", triage.ADDED: "已经记到个案里了",
            triage.OUTCOME: "已经写了处理结果", triage.CHOSEN: "自己选好要说的是哪件事了",
            triage.FINISHED: "自己说完、交上来了", triage.DROPPED: "自己说不要了"}  # fmt: skip
STILL = "孩子有危险的话还开着：要写下处理结果才算办完。"

bp = Blueprint("talks", __name__, url_prefix="/desk/talks", template_folder="../templates")
reading = permitted("talk.read", whole=True)
answering = permitted("talk.answer", whole=True)


def again(problem: Problem, thread: str) -> str:
    """Show the thread again with what was typed, and what is wrong where it can be mended."""
    alert = fault = ""
    match problem:
        case Refused(field="words"):
            fault = str(problem)
        case Refused():
            alert = str(problem)
        case holders.Taken():
            alert = danger.told_first(problem)
        case Dealt():
            alert = told_first(problem)
        case Stale():
            alert = danger.STALE
        case _:
            raise problem
    return _page(thread, text=_text(), words=_words(), alert=alert, fault=fault)


@bp.get("")
@reading
def page() -> str:
    """List the threads that wait, danger first, then those that have waited longest."""
    db, scope = get_db(), accounts.scope_of(get_db(), person())
    now = db.now()
    threads = [
        (
            one,
            when(one.since, now),
            waited(one.since, now),
            "、".join(one.told),
        )
        for one in triage.threads_waiting(db, scope=scope)
    ]
    return render_template("desk/talks.html", threads=threads, total=triage.count(db, scope))


@bp.get("/<thread>")
@reading
def thread(thread: str) -> str:
    """Show what was said and answered; each look is noted."""
    return _page(thread)


@bp.post("/<thread>/answer")
@answering
@on_page(again)
def answer(thread: str) -> ResponseReturnValue:
    """Send an answer, or put a usual one into the field."""
    db, text = get_db(), _text()
    if sentence := usual.answers(db.settings).get(request.form.get("use", "")):
        return _page(thread, text=f"{text}\n{sentence[1]}".strip())
    if not text:
        raise Refused(EMPTY)
    if len(text) > triage.LONGEST:
        raise Refused(triage.TOO_LONG)
    taken = triage.answer(db, reporter_of(thread), text, person(), _seen())
    flash(SENT if taken else TO_CALL)
    if not _dangers(thread):
        return redirect(url_for(".page"), 303)
    flash(STILL)
    return redirect(url_for(".thread", thread=thread), 303)


@bp.post("/<thread>/close")
@answering
@on_page(again)
def close(thread: str) -> ResponseReturnValue:
    """Mark as done what needs no answer."""
    why = request.form.get("why", "")
    if why not in triage.REASONS:
        raise Refused(REASON)
    triage.close(get_db(), reporter_of(thread), person(), _seen(), why)
    flash("已标为不用处理。")
    return redirect(url_for(".page"), 303)


@bp.post("/<thread>/case")
@answering
@on_page(again)
def add(thread: str) -> ResponseReturnValue:
    """Put what waits to an open case of the same parent's."""
    number = request.form.get("number", "")
    case = matters.add_to_case(get_db(), reporter_of(thread), number, person(), _seen())
    flash(f"记到个案 {case.number} 里了，责任人会收到通知。")
    return redirect(url_for(".page"), 303)


@bp.post("/<thread>/take")
@answering
@on_page(again)
def take(thread: str) -> ResponseReturnValue:
    """Take words of danger in hand that lie in no report."""
    alarm = alarms.alarm_of_thread(get_db(), reporter_of(thread))
    if alarm is None:
        raise Dealt
    alarms.take(get_db(), alarm, person())
    flash(danger.TAKEN)
    return redirect(url_for(".thread", thread=thread, _anchor="danger"), 303)


@bp.post("/<thread>/outcome")
@answering
@on_page(again)
def finish(thread: str) -> ResponseReturnValue:
    """Write down what was done about words of danger that lie in no report."""
    db = get_db()
    alarm = alarms.alarm_of_thread(db, reporter_of(thread))
    if alarm is None:
        raise triage.first_of(db, _seen())
    alarms.finish(db, alarm, _words(), person(), _seen())
    flash(danger.DONE)
    return redirect(url_for(".page"), 303)


@bp.get("/<thread>/media/<key>")
@reading
@on_page(files.closed)
def file(thread: str, key: str) -> ResponseReturnValue:
    """Send a picture or recording of the thread; each look is noted."""
    data, mime = talks.file_of_thread(get_db(), reporter_of(thread), key, person())
    return files.sent(data, mime, "file", apart=not mime.startswith("image/"))


def reporter_of(thread: str) -> str:
    """Give whose thread this is, or answer that there is none."""
    found = triage.reporter_of(get_db(), thread, accounts.scope_of(get_db(), person()))
    if found is None:
        abort(404)
    return found


def told_first(first: Dealt) -> str:
    """Say that somebody else was first."""
    if not first.outcome:
        return "刚刚有别人处理过，请看了下面的新内容再办。"
    receipt = f"，回执号 {receipts.show_receipt(first.receipt)}" if first.receipt else ""
    who = "家长" if first.outcome in BY_PARENT else first.name or "同事"
    done = OUTCOMES.get(first.outcome, "已经处理了")
    return f"{who} {when(first.at, get_db().now())} {done}{receipt}。您的操作没有执行。"


def _text() -> str:
    return request.form.get("text", "").replace("\r\n", "\n").strip()


def _words() -> str:
    return request.form.get("words", "")


def _seen() -> str:
    return request.form.get("seen", "")


def _dangers(thread: str) -> list[tuple[Alarm, str]]:
    """Give the alarms of a thread that have no outcome, and up to where each goes."""
    db = get_db()
    return [
        (one, alarms.mark(db, one)) for one in alarms.alarms_waiting(db, person()) if one.thread == thread
    ]


def _page(thread: str, *, text: str = "", alert: str = "", words: str = "", fault: str = "") -> str:
    db, reporter = get_db(), reporter_of(thread)
    seen, dangers = (
        triage.mark(db, reporter),
        _dangers(thread),
    )  # before the lines: what comes in between stays open
    limit = min(max(request.args.get("n", talks.PAGE, int), talks.PAGE), MOST)
    lines, now = talks.lines_of_thread(db, reporter, person(), limit), db.now()
    shut = windows.window_of(db, reporter, now).code
    return render_template(
        "desk/talk.html",
        thread=thread,
        lines=[(one, when(one.at, now), triage.told_why(one.why, one.touched)) for one in lines],
        open=[one for one in lines if one.why],
        more=min(limit * 4, MOST) if len(lines) >= limit < MOST else 0,
        nobody=not reporter,
        shut=meaning(shut).text if shut else "",
        usual=usual.answers(db.settings),
        reasons=triage.REASONS,
        kinds=KINDS.values(),
        half=[(one, when(one.since, now)) for one in half_said.half_said_of(db, reporter, person())],
        cases=matters.cases_to_add_to(db, reporter, person()),
        longest=triage.LONGEST,
        seen=seen,
        text=text,
        alert=alert,
        dangers=dangers,
        outcome_words=words,
        fault=fault,
    )
