"""Progress: who has a receipt, the phone's last four digits and the child's name sees how things stand."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from forms import who
from forms.progress import correction, proof
from forms.told import EXPIRED, Answer, progress_page
from intake.cases.told import family
from intake.errors import Invalid, Problem, Stale, TooMany
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.people import tries
from intake.people.tries import Shut
from intake.reports import door, lookup, notice, photos, progress
from intake.reports.mending import correcting
from intake.web import get_db, knocks
from intake.web.errors import on_page

bp = Blueprint("status", __name__, url_prefix="/forms/status")

NOT_FOUND = "没有查到。请核对回执号、电话后四位和孩子姓名，三样都对才能查到。"
TOO_MANY = "{}也可以打电话问学校。"
"""What is said beside the seconds."""
ONCE_MORE = "为了孩子的信息安全，15 分钟没有动就要再核对一次。您刚才填的都还在。"
NOTHING = "没有要改的：还没有填，或者填的这里用不上。"
CHANGED = "这份登记刚刚有了变化，请看看现在的内容，再改一次。您刚才填的都还在。"
BACK = "记下了：您说孩子回学校了。老师或工作人员会核实，核实以后这件事才算办完。"
CORRECTED = "改好了，回执号不变。"
URGENT = "安全报告不能在这里改或撤回。要补充什么，请告诉工作人员：{}"
BEGUN = "这份登记已经有人在办了，在这里改不了、也撤不了。请告诉工作人员：{}"
OVER = "这份登记已经办完了，不能再改。还有事请再报一件。"


def again(problem: Problem) -> Answer:
    """Ask for the proof again where it was tried too often, tell how things stand where they have changed."""
    if isinstance(problem, TooMany | Shut):
        told = TOO_MANY.format(problem) if isinstance(problem, TooMany) else str(problem)
        return render_template("forms/status.html", typed=request.form, alert=told)
    report = proof.proved()
    if isinstance(problem, Stale) and report:
        return _told(report, CHANGED)
    if isinstance(problem, Invalid) and report:
        return _told(report, "".join(one for texts in problem.errors.values() for one in texts))
    raise problem


def mend(problem: Problem, report: Envelope, typed: MultiDict[str, str]) -> str:
    """Show corrections again, with all that was typed, and what keeps them from being made."""
    match problem:
        case Invalid():
            return correction.page(report, typed, errors=problem.errors)
        case TooMany():
            return correction.page(report, typed, alert=str(problem))
        case Stale():
            return correction.page(proof.proved() or report, typed, alert=CHANGED)
    raise problem


@bp.get("")
def ask() -> str:
    """Ask for the receipt and the proof."""
    return render_template("forms/status.html", typed=request.args)


@bp.post("")
@on_page(again)
def show() -> ResponseReturnValue:
    """Tell how things stand, to whoever knows the phone's last four digits and the child's name."""
    typed = request.form
    if not who.sure():
        return render_template("forms/status.html", typed=typed, alert=who.unsure(EXPIRED)), 400
    if report := proof.of_token(typed.get("token", "")):
        proof.remember(report)
        return redirect(url_for(".now"), 303)
    found = progress.prove(
        get_db(), typed.get("receipt", ""), typed.get("last_four", ""), typed.get("child_name", ""), knocks.knock()
    )  # fmt: skip
    report = lookup.find_report(get_db(), found.receipt) if found else None
    if report is None:
        return render_template("forms/status.html", typed=typed, alert=NOT_FOUND), 422
    proof.remember(report)
    knocks.remember(tries.account_of_receipt(get_db(), report.receipt), knocks.RECEIPTS)
    kept = correction.unpack(typed.get("kept", ""), report)
    return _corrected(report, kept) if kept else _told(report)


@bp.get("/now")
def now() -> Answer:
    """Tell how things stand with the report that was proved."""
    report = proof.proved()
    return _told(report) if report else redirect(url_for(".ask"), 303)


@bp.get("/correct")
def correct() -> Answer:
    """Ask what is to be corrected: every question, all empty, each with what it is now."""
    report = proof.proved()
    if report is None:
        return redirect(url_for(".ask"), 303)
    if late := _late(report):
        return _told(report, late), 409
    return correction.page(report, MultiDict())


@bp.post("/correct")
def correct_it() -> ResponseReturnValue:
    """Read the corrections back, old and new, and make them once that is confirmed."""
    typed, report = request.form, proof.proved()
    if report is None:
        return render_template(
            "forms/status.html",
            typed={"receipt": typed.get("receipt", "")},
            alert=ONCE_MORE,
            kept=correction.pack(typed),
        ), 403
    if not who.sure():
        return correction.page(report, typed, alert=who.unsure(EXPIRED)), 400
    return _corrected(report, typed)


@bp.get("/withdraw")
def withdraw() -> Answer:
    """Ask whether the report is really to be taken back."""
    report = proof.proved()
    if report is None:
        return redirect(url_for(".ask"), 303)
    if not report.withdrawn and (late := _late(report)):
        return _told(report, late), 409
    return progress_page(
        "forms/withdrawn.html", progress.progress_of(get_db(), report), done=report.withdrawn
    )


@bp.post("/withdraw")
@on_page(again)
def withdraw_it() -> Answer:
    """Take the report back; twice is once."""
    report = proof.proved()
    if report is None:
        return redirect(url_for(".ask"), 303)
    if not who.sure():
        return progress_page(
            "forms/withdrawn.html",
            progress.progress_of(get_db(), report),
            done=False,
            alert=who.unsure(EXPIRED),
        ), 400
    if not report.withdrawn:
        if late := _late(report):
            return _told(report, late), 409
        door.withdraw(get_db(), report, actor=who.reporter())
    return redirect(url_for(".withdraw"), 303)


@bp.post("/back")
@on_page(again)
def back() -> Answer:
    """Note that the child is back at school; the class teacher confirms it. Twice on a day is once."""
    report = proof.proved()
    if report is None:
        return redirect(url_for(".ask"), 303)
    if not who.sure():
        return _told(report, who.unsure(EXPIRED)), 400
    db, day = get_db(), request.form.get("day", "今天")
    if case := progress.case_to_say_back(db, report):
        token = f"back:{report.id}:{db.today()}"
        family.say_back(db, case, {"day": day}, channel=who.FORM, token=token)
    flash(BACK)
    return redirect(url_for(".now"), 303)


@bp.post("/again")
def again_from() -> Answer:
    """Begin another report, with what this one told of the child and the phone."""
    if not who.sure():
        return redirect(url_for("forms.start"), 303)
    report = proof.proved(request.form.get("token", ""))
    if report:
        proof.go_on(report)
    return redirect(url_for("forms.start") if report else url_for(".ask"), 303)


@on_page(mend)
def _corrected(report: Envelope, typed: MultiDict[str, str]) -> Answer:
    """Take corrections one step further: errors, read-back, or done."""
    if late := _late(report):
        return _told(report, late), 409
    if typed.get("step") == "edit":
        return correction.page(report, typed)
    db, (said, changes) = get_db(), correction.read(report, typed)
    if not changes:
        return correction.page(report, typed, alert=NOTHING), 422
    seen = typed.get("version", type=int)
    if typed.get("step") == "send":
        correcting.correct_report(db, report, said, actor=who.reporter(), reason="报告人更正", seen=seen or 0)
        flash(CORRECTED)
        return redirect(url_for(".now"), 303)
    if seen != correcting.edition_of(db, report):
        raise Stale
    return correction.read_back(report, typed, changes)


def _late(report: Envelope) -> str:
    """Say why a report can no longer be corrected or taken back here; the same rule as in the chat."""
    if progress.ended(get_db(), report):
        return OVER
    if progress.changeable(get_db(), report):
        return ""
    sentence = URGENT if KINDS[report.kind].urgent else BEGUN
    return sentence.format(notice.contact(get_db().settings))


def _told(report: Envelope, alert: str = "") -> str:
    db, open_, late = get_db(), report.open, _late(report)
    most = KINDS[report.kind].photos
    return progress_page(
        "forms/progress.html",
        progress.progress_of(get_db(), report),
        alert=alert,
        told=progress.answers_told(db, report),
        steps=progress.history(db, report),
        coming=progress.next_(db, report),
        late="" if alert == late else late,
        changeable=not late,
        back=progress.case_to_say_back(db, report) is not None,
        room=most - photos.count(db, report.receipt) if open_ else 0,
    )
