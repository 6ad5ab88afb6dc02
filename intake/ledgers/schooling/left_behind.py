"""留守儿童台账: children whose parents work elsewhere, by facts and reports; who looks after them, who helps and visits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from intake import fields
from intake.cases.case import happening_of
from intake.children.facts.fact_columns import columns_of_sheet
from intake.children.left_behind import NO, UNSURE, YES, ParentAway, doubts_of
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.columns import CHILD
from intake.ledgers.known.child_rows import ChildRowLedger
from intake.ledgers.known.facts_shown import said_of
from intake.ledgers.of_cases import case_ledger
from intake.ledgers.schooling.away import REASON, away_facts, definitions_in
from intake.ledgers.schooling.filled_in import LIVES_IN
from intake.ledgers.schooling.migrant import family_phone
from intake.ledgers.schooling.of_children import ChildLedger, ChildWithCases, told_in
from intake.settings import read_limits
from intake.store.db import Database

CARERS = frozenset({"祖父", "祖母", "外祖父", "外祖母", "兄", "姐", "其他亲属"})
"""Whoever of the family reports and is no parent has the child in care."""
PARENTS: Mapping[str, frozenset[str]] = {
    "father": frozenset({"父", "继/养父"}), "mother": frozenset({"母", "继/养母"}),
}  # fmt: skip
_VISIT = "家访"
ON_TIME, LATE = "正常", "超期未走访"
_AWAY = f"a.father_away = '{YES}' OR a.mother_away = '{YES}'"


class LeftBehindLedger(ChildLedger):
    """A ledger whose rows are the children that are left behind."""

    kinds = frozenset({"enrollment", "boarding", "absence"})
    telling = ("father", "mother", "group")
    asking = frozenset({"guardian", "carer", "phone"})
    tells = " OR ".join(
        (
            told_in("enrollment", _AWAY),
            told_in("boarding", f"{_AWAY} OR a.reason = '{REASON}'"),
            told_in("absence", "a.special_group IS NOT NULL"),
        )
    )

    def belongs(self, db: Database, file: ChildWithCases) -> bool:
        """Tell whether a child is left behind, by what stands: also where two words contradict."""
        return away_facts(file, file.said).left_behind


class _LeftBehind(LeftBehindLedger, ChildRowLedger):
    """Its rows."""

    fact_filled = (
        "father_name", "mother_name", "helping_teacher", "police_filed_on", "village_group", "household_number",
    )  # fmt: skip
    filled_as = columns_of_sheet("left-behind")

    events = True
    asking = frozenset({"guardian", "carer", "phone", "boarding", "helper", "visit", "police", "remark"})

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Give what is known of the parents, of who looks after the child, and what the house makes of it."""
        said = said_of(file)
        facts, today = away_facts(file, said), file.reading.days.today
        types = household_types(file)
        flags = definitions_in(file, facts, types)
        doubts = "、".join(doubts_of(facts))
        visited = last_visit(file)
        return {
            **{
                key: value
                for side, one in (("father", facts.father), ("mother", facts.mother))
                for key, value in _of_parent(file, side, one).items()
            },
            **{f"carer_{key}": value for key, value in carer_of(file).items()},
            **super().known(db, file),
            "boards": _boards(file),
            "by_schools": _with(flags.schools.word, doubts),
            "by_civil_affairs": _with(flags.civil_affairs, doubts),
            "village_cadre": _cadre(file),
            "visited_on": visited or None,
            "visits": _visits(db, visited, today),
        }


def _with(word: str, doubts: str) -> str:
    return f"{word}（{doubts}）" if doubts and UNSURE in word else word


_CARER: Mapping[str, str] = {
    "name": "guardian_name", "relation": "relation", "phone": "phone", "residence": "residence",
}  # fmt: skip


def carer_of(file: CaseFile) -> dict[str, Any]:
    """Give name, relation, phone and residence of who has a child in care: as it was agreed, else who reports of it."""
    said = said_of(file)
    if agreed := said.believed("carer"):
        return {key: agreed.get(key) for key in _CARER}
    carer = {report.id for report, relation in file.told("relation") if relation in CARERS}
    told = {
        key: next((value for report, value in file.told(answer) if report.id in carer), None)
        for key, answer in _CARER.items()
    }
    family = next((one for one in said.standing("guardian") if one.get("relation") in CARERS), None)
    if family is None or any(told.values()):
        return told
    return {key: family.get(answer) for key, answer in _CARER.items()}


def household_types(file: CaseFile) -> list[str]:
    """Give every word on the household's sort that stands, the believed first."""
    told, words = file.answer("household_type"), said_of(file).words("household", "household_type")
    return list(dict.fromkeys((*words, told))) if told and not words else words


def _of_parent(file: CaseFile, side: str, one: ParentAway) -> dict[str, Any]:
    said, relations = said_of(file), PARENTS[side]
    family = [each for each in said.standing("guardian") if each.get("relation") in relations]
    phones = (each.get("phone") for each in family if each.get("phone"))
    return {
        f"{side}_away": one.away or None,
        f"{side}_since": one.since or None,
        f"{side}_place": one.place or None,
        f"{side}_phone": said.answer(side, "phone") or family_phone(file, relations) or next(phones, None),
    }


def _boards(file: CaseFile) -> str | None:
    """Tell whether a child lives at school: 就读方式 where it is known, else what is told or asked for."""
    files = file.files if isinstance(file, ChildWithCases) else (file,)
    filled = (one.filled["lodging"].value for one in files if "lodging" in one.filled)
    lodging = said_of(file).answer("boarding", "lodging") or next(filled, None)
    if lodging or file.answer("travel") == LIVES_IN:
        return YES if lodging in (None, LIVES_IN) else NO
    asked_for = file.answer("boards") == YES or "寄宿" in (file.answer("needs") or ())
    return "已申请" if asked_for else None


def last_visit(file: CaseFile) -> str:
    """Give the day on which somebody was last at the child's home up to the day; nothing where nobody was."""
    steps = [happening_of(row) for row in file.rows]
    undone = {step.facts.get("event") for step in steps if step.key == "undone"}
    days = [str(step.facts.get("day") or step.day) for step in steps
            if step.facts.get("way") == _VISIT and step.id not in undone]  # fmt: skip
    days += said_of(file).words("visit", "day")
    return max((day for day in days if day <= file.reading.days.today.isoformat()), default="")


def _visits(db: Database, visited: str, today: date) -> str:
    most = read_limits(db.settings.ledger_limits)["visit"]
    return ON_TIME if visited and (today - date.fromisoformat(visited)).days <= most else LATE


def _cadre(file: CaseFile) -> str | None:
    village = (file.child.village if file.child else "") or file.case.village or file.answer("village")
    held = (
        file.reading.answering_for(slot, str(village)) for slot in ("village", "child_director") if village
    )
    return next(filter(None, held), None)


def _parent_columns(side: str, word: str) -> dict[str, fields.Answer]:
    return {
        f"{side}_away": fields.Choice("yes_no", metadata=asked(f"{word}是否外出", privacy=Privacy.PERSONAL)),
        f"{side}_since": fields.Month(metadata=asked(f"{word}外出起始年月", privacy=Privacy.PERSONAL)),
        f"{side}_place": fields.Address(
            60, metadata=asked(f"{word}务工省市", privacy=Privacy.PERSONAL, width=5.6)
        ),
        f"{side}_phone": fields.Phone(metadata=asked(f"{word}电话", privacy=Privacy.PERSONAL)),
    }


def _told(label: str, width: float) -> fields.Text:
    return fields.Text(100, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


_OWN: Mapping[str, fields.Answer] = {
    **_parent_columns("father", "父亲"),
    **_parent_columns("mother", "母亲"),
    "boards": _told("是否寄宿", 3.2),
    "carer_name": fields.Name(metadata=asked("受委托照护人姓名", privacy=Privacy.PERSONAL)),
    "carer_relation": fields.Choice("relation", metadata=asked("受委托照护人关系", privacy=Privacy.OPEN)),
    "carer_phone": fields.Phone(metadata=asked("受委托照护人电话", privacy=Privacy.PERSONAL)),
    "carer_residence": fields.Address(100, metadata=asked("受委托照护人住址", privacy=Privacy.PERSONAL)),
    "by_schools": _told("教育口径", 3.6),
    "by_civil_affairs": _told("民政口径", 5.6),
    "village_cadre": _told("包保村干部", 4.2),
    "visited_on": fields.Day(metadata=asked("最近走访", privacy=Privacy.OPEN, source=HOUSE)),
    "visits": _told("走访状态", 4.2),
}
LEFT_BEHIND = case_ledger(
    "left-behind",
    "留守儿童台账",
    (*CHILD, "boards",
     "father_name", "father_away", "father_since", "father_place", "father_phone",
     "mother_name", "mother_away", "mother_since", "mother_place", "mother_phone",
     "carer_name", "carer_relation", "carer_phone", "carer_residence", "by_schools", "by_civil_affairs",
     "helping_teacher", "village_cadre", "police_filed_on", "visited_on", "remark",
     "town", "village", "village_group", "household_number", "visits", "row_key"),
    counted="报告、名单里说父母外出或者留守的孩子，一人计一条；",
    base=_LeftBehind,
    own=_OWN,
    kinds=LeftBehindLedger.kinds,
    passing=frozenset({"by_schools", "by_civil_affairs", "visits"}),
)  # fmt: skip
"""The bureau's columns; then those by which it joins the village's own list."""
