"""留守儿童台账: children whose parents work elsewhere, as far as reports tell of them; who looks after them, who helps."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from intake import fields
from intake.cases.case import happening_of
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.columns import CHILD
from intake.ledgers.of_cases import case_ledger
from intake.ledgers.schooling.away import (
    REASON,
    YES,
    ParentAway,
    away_facts,
    by_civil_affairs,
    by_schools,
)
from intake.ledgers.schooling.filled_in import LIVES_IN
from intake.ledgers.schooling.migrant import family_phone
from intake.ledgers.schooling.of_children import ChildFile, ChildLedger, told_in
from intake.settings import read_limits
from intake.store.db import Database

CARERS = frozenset({"祖父", "祖母", "外祖父", "外祖母", "兄", "姐", "其他亲属"})
"""Whoever of the family reports and is no parent has the child in care."""
PARENTS: Mapping[str, frozenset[str]] = {
    "father": frozenset({"父", "继/养父"}), "mother": frozenset({"母", "继/养母"}),
}  # fmt: skip
_VISIT = "家访"
_ON_TIME, _LATE = "正常", "超期未走访"
_AWAY = f"a.father_away = '{YES}' OR a.mother_away = '{YES}'"


class LeftBehindLedger(ChildLedger):
    """A ledger whose rows are the children that are left behind."""

    tells = " OR ".join(
        (
            told_in("enrollment", _AWAY),
            told_in("boarding", f"{_AWAY} OR a.reason = '{REASON}'"),
            told_in("absence", "a.special_group IS NOT NULL"),
        )
    )

    def belongs(self, db: Database, file: ChildFile) -> bool:
        """Tell whether a child is left behind, by the newest that was told."""
        return away_facts(file).left_behind


class _LeftBehind(LeftBehindLedger):
    """Its rows."""

    events = True

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Give what reports tell of the parents, of who looks after the child, and what the house makes of it."""
        facts, today = away_facts(file), file.reading.days.today
        carer = {report.id for report, relation in file.told("relation") if relation in CARERS}
        visited = last_visit(file)
        return {
            **{
                key: value
                for side, one in (("father", facts.father), ("mother", facts.mother))
                for key, value in _of_parent(file, side, one).items()
            },
            **{
                f"carer_{key}": next((said for report, said in file.told(answer) if report.id in carer), None)
                for key, answer in _CARER.items()
            },
            "boards": _boards(file),
            "by_schools": by_schools(facts, today),
            "by_civil_affairs": by_civil_affairs(file, facts, today),
            "village_cadre": _cadre(file),
            "visited_on": visited or None,
            "visits": _visits(db, visited, today),
        }


_CARER: Mapping[str, str] = {
    "name": "guardian_name", "relation": "relation", "phone": "phone", "residence": "residence",
}  # fmt: skip


def _of_parent(file: CaseFile, side: str, one: ParentAway) -> dict[str, str | None]:
    return {
        f"{side}_away": one.away or None,
        f"{side}_since": one.since or None,
        f"{side}_place": one.place or None,
        f"{side}_phone": family_phone(file, PARENTS[side]),
    }


def _boards(file: CaseFile) -> str | None:
    """Tell whether a child lives at school: 就读方式 where staff filled it in, else what is told or asked for."""
    files = file.files if isinstance(file, ChildFile) else (file,)
    lodging = next((one.filled["lodging"].value for one in files if "lodging" in one.filled), None)
    if lodging or file.answer("travel") == LIVES_IN:
        return YES if lodging in (None, LIVES_IN) else "否"
    asked_for = file.answer("boards") == YES or "寄宿" in (file.answer("needs") or ())
    return "已申请" if asked_for else None


def last_visit(file: CaseFile) -> str:
    """Give the day on which somebody was last at the child's home; nothing where nobody was."""
    steps = [happening_of(row) for row in file.rows]
    undone = {step.facts.get("event") for step in steps if step.key == "undone"}
    days = [str(step.facts.get("day") or step.day) for step in steps
            if step.facts.get("way") == _VISIT and step.id not in undone]  # fmt: skip
    return max(days, default="")


def _visits(db: Database, visited: str, today: date) -> str:
    most = read_limits(db.settings.ledger_limits)["visit"]
    return _ON_TIME if visited and (today - date.fromisoformat(visited)).days <= most else _LATE


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
    counted="报告里说父母外出或者留守的孩子，一人计一条；",
    base=_LeftBehind,
    own=_OWN,
    kinds=frozenset({"enrollment", "boarding", "absence"}),
    passing=frozenset({"by_schools", "by_civil_affairs", "visits"}),
)  # fmt: skip
"""The bureau's columns; then those by which it joins the village's own list."""
