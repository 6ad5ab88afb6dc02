"""辍学学生台账: confirmed dropouts, and 劝返记录, where each 劝返 is a record of its own (教基厅函〔2024〕15号)."""

from collections.abc import Iterator, Mapping
from typing import Any

from intake import codes, fields
from intake.cases.case import CaseEvent, local_day
from intake.cases.rulebook import states
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.columns import CHILD
from intake.ledgers.ledger import Line, View
from intake.ledgers.of_cases import CaseLedger, case_ledger
from intake.ledgers.registers import history
from intake.places import gazetteer
from intake.store.db import Database

CONFIRMED = (
    f"c.state <> '{states.MERGED}' AND EXISTS (SELECT 1 FROM case_events e WHERE e.case_id = c.id"  # noqa: S608
    " AND e.event = 'confirmed')"
)
"""The condition over `cases c` of a dropout that an approver confirmed."""


class _Dropout(CaseLedger):
    """Children whose dropout is confirmed, and what was done until they learn again."""

    counted = (
        "一个认定辍学的个案计一条，办结的列到办结那天，状态是现在的；劝返记录一次劝返计一条，次数与台账一致；"
    )
    which = CONFIRMED
    order = "c.town, c.school, c.class_title, c.opened_at, c.id"
    events = True
    beside = True

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Derive what the steps tell."""
        return {**_causes(db, file), **_efforts(file), **_end(db, file)}


def _causes(db: Database, file: CaseFile) -> dict[str, Any]:
    known = {one.label for one in codes.codes("hardship")}
    groups = file.answer("hardship") or [one for one in file.answer("special_group") or () if one in known]
    return {
        "dropped_on": history.dropped_on(file, db.settings.terms),
        "gone_to": file.answer("whereabouts"),
        "hardship": groups or None,
    }


def _efforts(file: CaseFile) -> dict[str, Any]:
    every = history.persuasions(file)
    last = every[-1] if every else None
    return {
        "persuasions": len(every),
        "persuaded_on": history.day_of(last) if last else None,
        "persuaded_by": _by(file, last) if last else None,
        "measure": last.facts.get("measure") if last else None,
        "persuasion_result": last.facts.get("result") if last else None,
        "letters": history.letters(file.steps),
        "written_on": history.written_on(file.steps),
    }


def _end(db: Database, file: CaseFile) -> dict[str, Any]:
    back, ended = history.back_of(file), history.approved(file)
    asked_for = history.asked_end(file) if ended else None
    return {
        "placed": history.placed(file, ended),
        "back_on": file.standing.back or None,
        "back_class": _class_of(db, back) if back else None,
        "stable": history.stability(file),
        "closed_on": local_day(ended.at) if ended else None,
        "basis": _basis(asked_for) if asked_for else None,
        "approved_by": history.done_by(file, ended) if ended else None,
    }


def _by(file: CaseFile, event: CaseEvent) -> str | None:
    """Give who spoke to the family; whoever wrote it down where nobody is named, or no key opens the names."""
    return str(event.words.get("people") or history.done_by(file, event)) or None


def _class_of(db: Database, event: CaseEvent) -> str:
    facts = event.facts
    school = gazetteer.world(db).places.name(str(facts.get("school") or ""))
    return f"{school} {facts.get('grade') or ''}{facts.get('class_name') or ''}".strip()


def _basis(event: CaseEvent) -> str | None:
    words = event.words
    told = [str(words[key]) for key in ("basis", "decision", "evidence", "words") if words.get(key)]
    return "；".join(told) or None


def _day(label: str) -> fields.Day:
    return fields.Day(metadata=asked(label, privacy=Privacy.OPEN, source=HOUSE))


def _text(label: str, width: float = 0.0, privacy: Privacy = Privacy.OPEN, longest: int = 300) -> fields.Text:
    return fields.Text(longest, metadata=asked(label, privacy=privacy, width=width, source=HOUSE))


class _Persuasions(CaseLedger):
    """The 劝返 of the confirmed dropouts, those of one child after another."""

    counted = "一次劝返计一条；"
    which = CONFIRMED
    order = _Dropout.order
    events = True

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the 劝返 of each case in their order."""
        for file in self.files(db, view):
            for number, event in enumerate(history.persuasions(file), 1):
                yield self._row(db, file, view, number, event)

    def _row(self, db: Database, file: CaseFile, view: View, number: int, event: CaseEvent) -> Line:
        row = self.line(db, file, view)
        facts, words = event.facts, event.words
        told = (
            {}
            if event.closed
            else {"people": words.get("people"), "whom": words.get("whom"), "gist": words.get("words")}
        )
        values = {
            **row.values, **told, "times": number, "held_on": history.day_of(event), "way": facts.get("way"),
            "outcome": facts.get("result"), "next_plan": _plan(facts),
        }  # fmt: skip
        closed = frozenset({"people", "whom", "gist"}) if event.closed else frozenset[str]()
        return Line(row.receipt, row.town, values, row.unopened | closed, row.clear)


def _plan(facts: Mapping[str, Any]) -> str | None:
    if facts.get("back_by"):
        return f"{facts['back_by']} 回校"
    return f"{facts['next_on']} 再谈" if facts.get("next_on") else None


PERSUASIONS = case_ledger(
    "dropout-persuasions",
    "劝返记录",
    ("case_number", "school", "grade", "class_name", "child_name", "times", "held_on", "way", "people", "whom", "gist",
     "outcome", "next_plan"),
    kind="absence",
    base=_Persuasions,
    own={
        "times": fields.Number(1, 999, metadata=asked("次数", privacy=Privacy.OPEN, width=2.6, source=HOUSE)),
        "held_on": _day("日期"),
        "way": _text("方式", 3.0),
        "people": _text("参加人", 6.0, Privacy.PERSONAL),
        "whom": _text("谈话对象", 4.4, Privacy.PERSONAL),
        "gist": _text("摘要", 10.0, Privacy.SENSITIVE, 1000),
        "outcome": _text("结果", 4.4),
        "next_plan": _text("下次计划", 6.0),
    },
)  # fmt: skip
"""劝返记录, the second sheet of the ledger of dropouts."""

DROPOUT = case_ledger(
    "dropout",
    "辍学学生台账",
    (*CHILD, "dropped_on", "reason", "gone_to", "hardship", "disability_kind", "persuasions", "persuaded_on", "persuaded_by",
     "measure", "persuasion_result", "letters", "written_on", "placed", "back_on", "back_class", "stable", "closed_on",
     "basis", "approved_by", "remark", "row_key"),
    kind="absence",
    base=_Dropout,
    own={
        "dropped_on": _day("辍学日期"),
        "gone_to": _text("去向", 4.4, Privacy.PERSONAL),
        "persuasions": fields.Count(0, 999, metadata=asked("劝返次数", privacy=Privacy.OPEN, width=2.6, source=HOUSE)),
        "persuaded_on": _day("最近劝返日期"),
        "persuaded_by": _text("劝返人", 4.4, Privacy.PERSONAL),
        "measure": fields.Choices("measure", metadata=asked("措施", privacy=Privacy.OPEN, source=HOUSE)),
        "persuasion_result": _text("结果", 3.6),
        "letters": _text("文书及日期", 7.0),
        "written_on": _day("书面报告日期"),
        "placed": _text("安置方式", 3.6),
        "back_on": _day("复学日期"),
        "back_class": _text("复学学校班级", 6.0),
        "stable": _text("30日稳定性", 4.4),
        "closed_on": _day("销号日期"),
        "basis": _text("销号依据", 5.0, Privacy.PERSONAL, 600),
        "approved_by": _text("审核人", 3.2),
    },
    sheets=(PERSUASIONS,),
)  # fmt: skip
"""辍学学生台账."""
