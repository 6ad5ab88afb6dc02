"""The pages of cases on a phone: the list, one case, and what is written down on it."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for

from forms import who
from forms.cases import shown
from forms.cases.record import CaseRecord
from forms.cases.village import village_work
from forms.teachers import entry, family_shown
from forms.told import EXPIRED, Answer, written_down
from intake.cases import case as cases
from intake.cases import work
from intake.cases.advice import reason_notes
from intake.cases.rulebook import states
from intake.cases.work import Moved
from intake.errors import Invalid, Problem, Refused
from intake.people import accounts, bindings
from intake.school import caseload, contradictions
from intake.school.caseload import HeldCase
from intake.web import get_db
from intake.web.errors import on_page

bp = Blueprint("cases", __name__, url_prefix="/forms")


def again(problem: Problem, number: str) -> str:
    """Show what was being written down again, with all that was typed and what is wrong with it."""
    record = CaseRecord.of(number, request.form)
    match problem:
        case Invalid():
            return record.page(problem.errors)
        case Moved():
            return record.page(alert=_moved(problem))
        case Refused() if record.form and problem.field in record.form.fields:
            return record.page({problem.field: [str(problem)]})
        case Refused():
            return record.page(alert=str(problem))
    raise problem


@bp.get("/cases")
@entry.needs("case.read")
def mine() -> str:
    """Show what is asked of somebody, what others do, and what has ended."""
    db, me = get_db(), entry.me()
    load, asked = caseload.caseload_of(db, me), _asked()
    names = {each.word.name for _, each in asked}
    mine = [each for each in load.mine if not (_only_asked(each) and each.case.child_name in names)]
    return render_template(
        "forms/cases.html", me=me, ended=load.ended, asked=asked, answers=contradictions.ANSWERS,
        mine=[shown.case_in_list(db, one, _may(one)) for one in mine],
        others=[shown.case_in_list(db, one, ()) for one in load.others],
        rolls=accounts.may(me, "roll.mark", me.area), village=village_work(db, me),
    )  # fmt: skip


@bp.get("/cases/<number>")
@entry.needs("case.read")
def one(number: str) -> str:
    """Show a case; with `do` the page on which something is written down."""
    if do := request.args.get("do", ""):
        return CaseRecord.new(number, do).page()
    db, me = get_db(), entry.me()
    case = cases.case_seen(db, me, number)
    held = caseload.held_case(db, case, me)
    may = _may(held)
    reports = [shown.report_on_phone(db, each, me) for each in caseload.reports_read(db, case, me)]
    return render_template(
        "forms/case.html", case=case, kind=states.KINDS[case.kind], held=held, listed=shown.case_in_list(db, held, may),
        due=[(each.title, shown.due_of(db, each.due), each in held.mine) for each in held.due], reports=reports,
        notes=reason_notes.notes_of_reasons(db, shown.reasons_said(case, reports)),
        steps=[shown.step_on_phone(db, each) for each in cases.events_of(db, case)][::-1],
        more=[(do, shown.title_of(do)) for do in may if do not in dict(shown.case_in_list(db, held, may).buttons)],
    )  # fmt: skip


@bp.post("/cases/<number>")
@entry.needs("case.work")
@on_page(again)
def take(number: str) -> Answer:
    """Take what was written down: once, however late and however often it comes."""
    record = CaseRecord.of(number, request.form)
    if not who.sure():
        return record.page(alert=who.unsure(EXPIRED.replace("提交", "报上去"))), 400
    if not record.done:
        record.act()
    late = "这件事已经办完，记成了备注。" if record.late else ""
    return written_down(url_for(".one", number=record.held.case.number), shown.title_of(record.do), late)


def _may(held: HeldCase) -> Sequence[str]:
    """Give what somebody may write down here on a case now."""
    db, me = get_db(), entry.me()
    keys = {each.key for each in work.possible(db, held.case, me)}
    if "identified" in keys and caseload.child_meant(db, held.case, me) is None:
        keys.remove("identified")
    now = cases.standing(db, held.case)
    idle = {"answered": not now.questions, "served": not now.letters, "replied": not now.referrals,
            "accepted": held.case.owner == me.id}  # fmt: skip
    if held.case.kind == "safety":  # whose it is by the list has not said yet that they see to it
        idle["accepted"] = bool(work.missing(db, held.case, "accepted", me))
    keys -= {key for key, nothing in idle.items() if nothing}
    return [do for do in shown.OFFERED if ("contact" if do in shown.WAYS else do) in keys]


def _only_asked(held: HeldCase) -> bool:
    """Tell whether nothing is owed on a case but an answer about the roll, which stands above with its buttons."""
    return all(each.key.startswith("question:") for each in held.mine)


def _asked() -> list[tuple[str, family_shown.ShownContradiction]]:
    """Give what somebody is asked of her classes' rolls, each with its class."""
    db, me = get_db(), entry.me()
    if not accounts.may(me, "roll.mark", me.area):
        return []
    return [
        (taught.id, each)
        for taught in bindings.classes_taught(db, me.id)
        for each in family_shown.contradictions_of_room(db, taught, me)
    ]


def _moved(problem: Moved) -> str:
    event, db = problem.event, get_db()
    name = accounts.name_of(db, event.actor) or "系统"
    at = shown.moment(event.at, db.today())
    return f"{at} {name}记了“{event.did}”，您这一份还没有报上去。填的都还在；看一看，还要报就再按一次。"
