"""How things stand with a report: one answer for the page, the address and the chat."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import joins
from intake.cases.case import Case
from intake.cases.rulebook import states
from intake.cases.told import family, telling
from intake.cases.writing import deadlines
from intake.fields.answer import FILLED
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Answers, Report
from intake.kinds.envelope import Envelope
from intake.kinds.reading.parents import UNVERIFIED
from intake.kinds.statuses import RECEIVED, Status
from intake.messages import media
from intake.people import tries
from intake.people.tries import Knock
from intake.reports import lookup, promises, receipts
from intake.reports.mending.told import corrections_told
from intake.store.db import Database

HANDLED = "已经收到，有专人在办"
"""All that is told of what few may see."""
AT_WORK, DONE = "已经收到，正在办", "已经办结"
"""All that somebody hears who is not of the child's family."""
HIDDEN = "已填，这里不显示"
SHUT = (
    "这个回执号试错的次数太多了，现在只能用报过或查过的手机看，也可以在公众号里回复“进度”，或者打电话问学校。"
)
UNOPENED = "已填，暂时打不开"
"""What is said of an answer whose cell no key opens; `baoxue verify` tells the administrator."""


@dataclass(frozen=True, slots=True)
class ReportStep:
    """Something that was done with a report, and when."""

    at: str
    what: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What a reporter may know of a report without anything about the child."""

    receipt: str
    kind: str
    title: str
    received: str
    state: Status
    waiting: bool
    """Whether nothing has been done yet, so that what was promised at the start is still to come."""
    promise: str
    """What comes next, while it is waiting."""
    confidential: bool = False
    steps: tuple[ReportStep, ...] = ()
    """The newest steps of its case, where they are told."""
    coming: str = ""

    @property
    def status(self) -> str:
        """Give the status in one word, as staff read it."""
        return self.state.word

    @property
    def plain(self) -> str:
        """Give the status in a parent's words."""
        return self.state.plain

    @property
    def sentence(self) -> str:
        """Say it in one line, the same on every channel."""
        return f"{self.title}，{self.received} 收到，{self.plain}。"


def progress_of(db: Database, report: Envelope) -> Progress:
    """Give the progress of a report: as its case stands, as far as its reporter may know."""
    kind, case = KINDS[report.kind], cases.case_of_report(db, report.id)
    state = _state(db, report, case)
    waiting = report.on_leave or (state.key == RECEIVED.key and not _begun(db, report, case))
    return Progress(
        receipt=report.receipt,
        kind=kind.kind,
        title=kind.title,
        received=_when(report.received_at),
        state=state,
        waiting=waiting,
        promise=promises.promise_of(db, report) if waiting else "",
        confidential=report.confidential,
    )


def next_(db: Database, report: Envelope) -> str:
    """Say what comes next and by when, as far as it exists; nothing once it has ended."""
    found, case = progress_of(db, report), cases.case_of_report(db, report.id)
    due = _due(db, report, case) if case and _tells(db, report, case) else ""
    if found.waiting and not (case and due and case.duty == "back_said"):
        return found.promise
    if found.state.ended or not report.open:
        return ""
    later = "有结果会告诉您。" if report.reporter.startswith("wechat:") else "有进展会写在这里。"
    return due or f"工作人员正在办，{later}请保持电话畅通。"


def ended(db: Database, report: Envelope) -> bool:
    """Tell whether nothing can be added to a report any more."""
    return not report.open or progress_of(db, report).state.ended


def changeable(db: Database, report: Envelope) -> bool:
    """Tell whether nobody has begun on a report, so that its reporter may correct it or take it back."""
    return report.retractable and not joins.taken_up(db, report.id)


def case_to_say_back(db: Database, report: Envelope) -> Case | None:
    """Give the case on which the family who reported may say that the child is back at school; None where that is no news."""
    case = cases.case_of_report(db, report.id)
    if case is None or report.confidential or not report.open or not _tells(db, report, case):
        return None
    return case if family.may_say_back(db, case) else None


def _state(db: Database, report: Envelope, case: Case | None) -> Status:
    """Give where a report stands, in words that its reporter may read: never those of staff once somebody has begun."""
    if report.status.key != RECEIVED.key or (case is None and not report.restricted):
        return report.status
    if case is None or case.restricted or report.restricted:
        return replace(report.status, plain=HANDLED)
    if not _begun(db, report, case):
        return replace(report.status, plain=states.STATES[case.state].plain)
    over = not case.open
    word = "已办结" if over else "处理中"
    told = _tells(db, report, case) and case.state not in _OPENING
    plain = case.state_of.plain if told else DONE if over else AT_WORK
    return replace(report.status, word=word, plain=plain, ended=over, retractable=False)


def _begun(db: Database, report: Envelope, case: Case | None) -> bool:
    """Tell whether somebody has taken a report up."""
    if case is None:
        return False
    return case.state not in _OPENING or joins.taken_up(db, report.id)


_OPENING = (states.CLUE, states.CHECK, states.TODO)


def _tells(db: Database, report: Envelope, case: Case) -> bool:
    """Tell whether a reporter hears the steps of a case: the child's family alone, and nobody of a restricted one.

    Nor who is not confirmed to be its family, where the house alone has found that the case is of this child.
    """
    if case.restricted or report.restricted:
        return False
    mine = db.one("SELECT 1 FROM case_reports WHERE report = ? AND family = 1", (report.id,))
    return mine is not None and not promises.is_joined_in_silence(db, report, case)


_DUE: Mapping[str, str] = {
    "contact": "{who}会与您联系，最晚{day}。", "visit": "{who}会上门看看，最晚{day}。",
    "conclude": "{who}会在{day}前核实清楚。", "observe": "{who}会在{day}前后再看看孩子。",
    "handle": "{who}会在{day}前答复您。", "back_said": "{who}会核实孩子是不是回校了，最晚{day}。",
}  # fmt: skip
"""What is owed on a case and a family may expect, by the key of the duty."""


def _due(db: Database, report: Envelope, case: Case) -> str:
    """Say what comes next by the day on which it is due; nothing where nobody has it, or the day has passed.

    Who that is goes no further than what its reporter may know: 班主任 would say that the child is on a roll.
    """
    said, who = _DUE.get(case.duty.partition(":")[0], ""), promises.handler_told(db, report, case)
    if not (said and who) or case.due[:10] < deadlines(db).today.isoformat():
        return ""
    _, month, day = case.due[:10].split("-")
    return said.format(who=who, day=f"{int(month)}月{int(day)}日")


def answers_told(db: Database, report: Envelope) -> list[tuple[str, str]]:
    """Give (label, value) of what was reported; what is not open is masked, what teachers add is theirs."""
    form, known = lookup.schema(db, report.kind), lookup.open_report(db, report)
    return [
        (one.asked.called, _told(form, key, known))
        for key, one in form.answers().items()
        if (key in known.answers or key in known.unopened or key in form.unverified(known.answers))
        and not one.asked.teachers
    ]


def _told(form: Report, key: str, known: lookup.Opened) -> str:
    """Give an answer as its reporter may see it, 待核实 where there is none."""
    if key in known.unopened:
        return UNOPENED
    return masked_answer(form, key, known.answers) if key in known.answers else UNVERIFIED


def masked_answer(form: Report, key: str, known: Answers) -> str:
    """Show an answer to somebody who proved to know the report, but who may not be its reporter.

    What is open is all that stands beside it in clear.
    """
    field = form.field(key)
    if field.asked.privacy is Privacy.OPEN:
        return field.told(known[key])
    shown = field.mask(known[key])
    return HIDDEN if shown == FILLED else shown


def history(db: Database, report: Envelope) -> list[ReportStep]:
    """Tell what was done with a report, in the order of time; never what an answer was or is, nor who did what.

    The steps of its case are told to the child's family.
    """
    done = [(report.received_at, "收到了您报的事")]
    done += _case_steps(db, report)
    done += corrections_told(db, report)
    done += [
        (one["at"], "收到一张照片")
        for one in media.files_of_report(db, report.receipt)
        if one["type"] == "image" and one["state"] != "gone"
    ]
    if report.withdrawn:
        done += [
            (row["at"], "按您的要求撤回了")
            for row in db.all(
                "SELECT at FROM audit WHERE subject = ? AND verb = 'report.withdrawn'", (report.id,)
            )
        ]
    return [ReportStep(_when(at), what) for at, what in sorted(done)]


def _case_steps(db: Database, report: Envelope) -> list[tuple[str, str]]:
    case = cases.case_of_report(db, report.id)
    return telling.heard_of(db, case, report.received_at) if case and _tells(db, report, case) else []


def _when(stamp: str) -> str:
    then = clock.local(stamp)
    return f"{then.month}月{then.day}日 {then:%H:%M}"


def prove(
    db: Database, receipt: str, last_four: str, child_name: str, knock: Knock | str = ""
) -> Progress | None:
    """Look a receipt up for somebody who knows the phone's last four digits and the child's name.

    Of a report that lacks one of them, `last_four` is the word that was given with the receipt, and proves it alone.
    None for a wrong receipt and for a wrong proof alike. Raises TooMany, and Shut where strangers tried too often.
    """
    number = receipts.read_receipt(receipt)
    if number is None:
        return None
    try:
        taken = tries.take_try(db, tries.PROOF, tries.account_of_receipt(db, number), knock)
    except tries.Shut:
        raise tries.Shut(SHUT) from None
    report = lookup.find_report(db, number)
    if report is not None:
        known = lookup.answers_of(db, report)
        if lookup.lacks_proof(known):
            proven = lookup.is_word(db, number, last_four)
        else:
            proven = lookup.schema(db, report.kind).is_known_by(known, child_name, last_four)
        if proven:
            with db.write():
                tries.give_back(db, taken)
            return progress_of(db, report)
    return None


def progress_of_reporter(db: Database, reporter: str) -> list[Progress]:
    """Give the progress of somebody's newest reports, with steps and what comes next, for the chat."""
    return [progress_with_steps(db, report) for report in lookup.reports_of(db, reporter)]


def progress_with_steps(db: Database, report: Envelope) -> Progress:
    """Give the progress of a report with the newest steps of its case, and what comes next."""
    steps = tuple(ReportStep(_when(at), what) for at, what in _case_steps(db, report))
    return replace(progress_of(db, report), steps=steps[-STEPS:], coming=next_(db, report))


STEPS = 3
"""How many steps the chat tells of one report."""
