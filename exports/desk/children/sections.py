"""The parts of a child's file beside what is known: today, cases and reports, schools, aid and visits, family, who looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for

from exports.desk.moments import when
from exports.desk.work.shown import UNKNOWN, CaseRow, masked, short_class, shown_cases
from intake.calendar import clock
from intake.cases.case import visible
from intake.cases.folders import worklist
from intake.cases.folders.filters import hour_of
from intake.cases.rulebook.states import DROPPED_OUT
from intake.children.access import may_see_child
from intake.children.children import Child, find_child
from intake.children.facts.held import facts_of_child_on
from intake.children.facts.parents import definitions_of_child
from intake.children.life.households import siblings_of
from intake.children.life.path import path_of
from intake.fields.privacy import mask_name, mask_numbers
from intake.kinds import KINDS
from intake.ledgers.known.aid_paid import short_of
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports import lookup, receipts
from intake.reports.looking import reasons
from intake.reports.looking.child_file import FactRow, KnownFile
from intake.reports.looking.looks import may_see_report
from intake.reports.looking.reasons import ValueLook
from intake.school import schooling
from intake.school.attendance import MISSING, TermSums
from intake.store.db import Database

LATELY = timedelta(days=30)
"""How far back it is told who looked."""
MOST_LOOKS = 30
MOST_CASES = 50
NOWHERE_KNOWN = "不知道在哪里上学"
CATEGORIES = ("hardship", "disability", "group")
"""Kinds of fact that are shown as a count."""


@dataclass(frozen=True, slots=True)
class CasesOfChild:
    """The cases of a child that somebody may see, the open ones first, and reports that made none."""

    cases: Sequence[CaseRow]
    open: Sequence[CaseRow]
    reports: Sequence[tuple[str, str, str, str]]
    """Receipt as it is kept and as it is shown, the day, what it is."""

    @property
    def number(self) -> int:
        """Count them all."""
        return len(self.cases) + len(self.reports)


def cases_of_child(db: Database, child: Child, person: Person) -> CasesOfChild:
    """Give the cases and reports of a child that somebody may see, and nothing of others: not even that they are there."""
    inside, args = visible(db, person)
    where = f"c.child = ? AND {inside} ORDER BY c.open DESC, c.opened_at DESC, c.id DESC"
    listed = worklist.listed_where(db, where, [child.id, *args], MOST_CASES)
    rows = shown_cases(db, listed, hour_of(db), worklist.standings_of(db, listed))
    reports = [
        (
            one.receipt,
            receipts.show_receipt(one.receipt),
            f"{clock.local(one.received_at):%m-%d}",
            KINDS[one.kind].title,
        )
        for one in lookup.reports_without_case(db, child.id)
        if may_see_report(db, one, person)
    ]
    return CasesOfChild(
        rows, [one for one, each in zip(rows, listed, strict=True) if each.case.open], reports
    )


def today_words(sums: TermSums | None, told: CasesOfChild) -> tuple[str, str]:
    """Say where the child is today, and for how long it has been missing."""
    if sums is None:
        return "没有班级", ""
    days = next((one.days for one in told.open if one.days), "")
    return sums.today or "今天不上课", f"第 {days} 个上课日" if days and sums.today == MISSING else ""


def schooling_words(db: Database, child: Child, file: KnownFile, told: CasesOfChild) -> str:
    """Say how the child stands in the register of pupils, where it is, as the ledgers have it, and how it attends.

    Who is on a roll and does not come is not said to be 在读 alone.
    """
    state = schooling.schoolings_of(db, [child])[child.id].state
    known = "有学籍号" if child.pupil_hash else "没有学籍号"
    missed = next((one.state for one in told.open if one.state in DROPPED_OUT), "")
    where = NOWHERE_KNOWN if state == schooling.UNKNOWN else state
    where = f"{where}（个案：{missed}）" if missed and state == schooling.READING else where
    return " · ".join([known, where, *(one.values[0].text for one in file.rows("boarding")[:1])])


def categories(file: KnownFile) -> int:
    """Count what is known of a child that makes it one to look after; never which."""
    return len(file.rows(*CATEGORIES))


def flags_of(db: Database, child: Child, person: Person) -> list[tuple[str, str, str]]:
    """Give what each definition of 留守 makes of the facts: its name, 是, 否 or 待核实, and why; nothing where none is told."""
    said = facts_of_child_on(db, child.id, db.today(), accounts.scope_of(db, person))
    if not any(one.kind in ("father", "mother", "group") for one in said.facts):
        return []
    found = definitions_of_child(db, child, said)
    named = (("教育", found.schools), ("民政 2016", found.civil_2016), ("民政 2024", found.civil_2024))
    return [(title, flag.word, "，".join(flag.why)) for title, flag in named]


def school_path(db: Database, child: Child, person: Person) -> list[tuple[str, str, str, str, str]]:
    """Give the way through schools for the page: from, to, school, class, how; why it was is for who writes files."""
    places, found = gazetteer.world(db).places, []
    for one in path_of(db, child, words=accounts.may(person, "child.write", person.area)):
        school = places.name(one.school) or one.school or UNKNOWN
        days = (one.first, "") if one.entry else (one.first[:7] or UNKNOWN, one.last[:7] or "现在")
        found.append((*days, school, short_class(one.title), mask_numbers(one.how)))
    return found


def aid_rows(file: KnownFile) -> list[tuple[str, str, str, str, str, str]]:
    """Give aid for the page: fact, term, what for, due, paid, what is lacking or said of it."""
    values = {one.id: one for one in file.facts if one.kind == "aid"}
    found = []
    for row in file.rows("aid"):
        shown = {one.key.rpartition(".")[2]: one.text for one in row.values}
        short = short_of(values[row.fact])
        said = [f"少发 {short:.2f}" if short else "", shown.get("paid_on", "")[5:]]
        found.append((row.fact, shown.get("semester", ""), shown.get("program", ""), shown.get("amount_due", ""),
                      shown.get("amount_paid", ""), "，".join(filter(None, said))))  # fmt: skip
    return sorted(found, key=lambda one: one[1], reverse=True)


def visit_rows(file: KnownFile) -> list[FactRow]:
    """Give visits that are facts, the newest first."""
    return sorted(file.rows("visit"), key=lambda one: one.values[0].text if one.values else "", reverse=True)


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another child of the family: where its file is, masked name, school and class, its open case; of others the school."""

    href: str
    name: str
    where: str
    case: CaseRow | None = None


def family_of(db: Database, child: Child, person: Person) -> tuple[list[Sibling], list[str]]:
    """Give the other children of a family that somebody may see, and for the others the schools alone."""
    places = gazetteer.world(db).places
    seen, beyond = list[Sibling](), list[str]()
    for one in siblings_of(db, child):
        school = places.name(one.school) or "不知道哪所学校"
        if not may_see_child(db, person, one):
            beyond.append(school)
            continue
        told = cases_of_child(db, one, person)
        case = next((each for each in told.open if each.days), None)
        where = f"{one.sex}，{school}{short_class(one.title)}".strip("，")
        seen.append(Sibling(url_for("child.page", child_id=one.id), mask_name(one.name), where, case))
    return seen, beyond


@dataclass(frozen=True, slots=True)
class FamilyOfCase:
    """What the page of a case links to: the child's file, its family, those of it who are missing as well."""

    href: str = ""
    seen: Sequence[Sibling] = ()
    beyond: Sequence[str] = ()

    @property
    def missing(self) -> list[Sibling]:
        """Give the children of the family who are missing, too."""
        return [one for one in self.seen if one.case]


def family_of_case(db: Database, child_id: str, person: Person) -> FamilyOfCase:
    """Give the file and the family of a case's child, to whom children's files are open; nothing to others."""
    child = find_child(db, child_id) if child_id else None
    if child is None or not accounts.may(person, "child.read", person.area):
        return FamilyOfCase()
    href = url_for("child.page", child_id=child.id) if may_see_child(db, person, child) else ""
    return FamilyOfCase(href, *family_of(db, child, person))


def looks_lately(db: Database, child: Child) -> list[tuple[ValueLook, str]]:
    """Give who looked at masked values of the last days, with when."""
    since = clock.stamp(db.now() - LATELY)
    return [(one, when(one.at, db.now())) for one in reasons.looks_at(db, child.id, MOST_LOOKS, since)]


def head_words(db: Database, child: Child) -> str:
    """Say who a child is beside its masked name: sex, age by the year, school and class."""
    school = gazetteer.world(db).places.name(child.school) if child.school else "没有班级"
    age = f"今年 {db.today().year - int(child.birth_date[:4])} 岁" if child.birth_date else ""
    return " · ".join(one for one in (child.sex, age, f"{school}{child.title}") if one)


def name_words(child: Child) -> str:
    """Name a child, masked."""
    return masked(child.name)
