"""How things stand with a report: one answer for the page, the address and the chat."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from intake.calendar import clock
from intake.errors import Unreadable
from intake.fields.answer import FILLED
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Answers
from intake.kinds.envelope import Envelope
from intake.kinds.statuses import RECEIVED, Status
from intake.messages import media
from intake.people import tries
from intake.reports import lookup, receipts
from intake.store.db import Database, Row

HIDDEN = "已填，这里不显示"
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
    promise: str

    @property
    def status(self) -> str:
        """Give the status in one word, as staff read it."""
        return self.state.word

    @property
    def plain(self) -> str:
        """Give the status in a parent's words."""
        return self.state.plain

    @property
    def waiting(self) -> bool:
        """Tell whether nothing has been done yet, so that what was promised at the start is still to come."""
        return self.state.key == RECEIVED.key

    @property
    def sentence(self) -> str:
        """Say it in one line, the same on every channel."""
        return f"{self.title}，{self.received} 收到，{self.plain}。"


def progress_of(report: Envelope) -> Progress:
    """Give the progress of an envelope."""
    kind = KINDS[report.kind]
    return Progress(
        receipt=report.receipt,
        kind=kind.kind,
        title=kind.title,
        received=_when(report.received_at),
        state=report.status,
        promise=kind.promise,
    )


def next_(db: Database, report: Envelope) -> str:
    """Say what comes next and by when, as it was promised, while nobody has begun; nothing once it has ended."""
    known = lookup.answers_of(db, report)
    form = lookup.schema(db, report.kind)
    if report.status == form.status(known):
        return form.promised(known)
    return "工作人员正在办，有结果会告诉您。请保持电话畅通。" if report.open else ""


def answers_told(db: Database, report: Envelope) -> list[tuple[str, str]]:
    """Give (label, value) of what was reported; what is not open is masked, what teachers add is theirs."""
    form, known = lookup.schema(db, report.kind), lookup.open_report(db, report)
    return [
        (one.asked.label, UNOPENED if key in known.unopened else masked(db, form.kind, key, known.answers))
        for key, one in form.answers().items()
        if (key in known.answers or key in known.unopened) and not one.asked.teachers
    ]


def masked(db: Database, kind: str, key: str, known: Answers) -> str:
    """Show an answer to somebody who proved to know the report, but who may not be its reporter."""
    field = lookup.schema(db, kind).field(key)
    if field.asked.privacy is Privacy.OPEN:
        return field.show(known[key])
    shown = field.mask(known[key])
    return HIDDEN if shown == FILLED else shown


def history(db: Database, report: Envelope) -> list[ReportStep]:
    """Tell what was done with a report, in the order of time; never what an answer was or is."""
    done = [(report.received_at, "收到了您报的事")]
    done += _versions(db, report)
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


def _versions(db: Database, report: Envelope) -> Iterator[tuple[str, str]]:
    """Yield when and what was corrected, comparing each version with the next."""
    form = lookup.schema(db, report.kind)
    rows = db.all("SELECT * FROM versions WHERE report_id = ? ORDER BY version", (report.id,))
    kept = [_version(db, row) for row in rows]
    for row, old, new in zip(rows, kept, [*kept[1:], lookup.answers_of(db, report)], strict=False):
        what = "内容"
        if old is not None and new is not None:
            changed = [one.asked.label for key, one in form.answers().items() if old.get(key) != new.get(key)]
            what = "、".join(changed) or what
        by = "工作人员" if str(row["changed_by"]).startswith("staff:") else "您"
        yield row["changed_at"], f"{by}更正了：{what}"


def _version(db: Database, row: Row) -> Answers | None:
    try:
        return cast(Answers, json.loads(db.keys.unlock(row["answers"])))
    except Unreadable:
        return None


def _when(stamp: str) -> str:
    then = clock.local(stamp)
    return f"{then.month}月{then.day}日 {then:%H:%M}"


def prove(db: Database, receipt: str, last_four: str, child_name: str) -> Progress | None:
    """Look a receipt up for somebody who knows the phone's last four digits and the child's name.

    None for a wrong receipt and for a wrong proof alike. Raises TooMany after several.
    """
    number = receipts.read_receipt(receipt)
    if number is None:
        return None
    what = f"status:{number}"
    tries.refuse(db, what)
    report = lookup.find_report(db, number)
    if report is not None:
        said = lookup.schema(db, report.kind).said({"child_name": child_name, "phone": last_four})
        known = lookup.answers_of(db, report)
        if said.get("child_name") == known.get("child_name", "") and str(known.get("phone", "")).endswith(
            str(said.get("phone", "-"))[-4:].rjust(4, "-")
        ):
            tries.forget(db, what)
            return progress_of(report)
    tries.count(db, what)
    return None


def progress_of_reporter(db: Database, reporter: str) -> list[Progress]:
    """Give the progress of somebody's newest reports, for the chat."""
    return [progress_of(report) for report in lookup.reports_of(db, reporter)]
