"""Matters that are none of the kinds of report (诉求): sorted by staff out of what waits, or written down by hand.

Such a case has no report: what was said is in its first event, and whose conversation it is in `case_talks`.
"""

from collections.abc import Mapping
from typing import Any

from intake.calendar import clock
from intake.cases import merging, owners
from intake.cases.case import Case, case_by_id, visible, workable
from intake.cases.joins import enter_keys
from intake.cases.matter import phone_keys
from intake.cases.rulebook import matters, records, states
from intake.cases.rulebook.matters import MatterTold
from intake.cases.told import family
from intake.cases.writing import enter_case, ready_case
from intake.children.children import Child
from intake.errors import Denied, Invalid, Missing, Refused
from intake.kinds import Answers
from intake.kinds.form import Form
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.roles import SAFETY
from intake.people.scope import sees
from intake.places import gazetteer
from intake.reports import by_hand, progress, promises
from intake.store import audit
from intake.store.db import Cell, Database
from intake.talks import talks, triage
from intake.talks.alarms import Alarm

TAKEN = "您说的事已经交给工作人员，会有人在这里答复您。"
"""All that is promised: a person answers here; when the office is shut, from when on somebody is there."""
NOTHING_SAID = "没有等回话的文字可以记到个案里。要补充什么，请到个案里写备注。"


def form_of_matter(db: Database) -> Form:
    """Give the form in which a matter is written down."""
    return records.bind(MatterTold, gazetteer.world(db))


def sort_thread(
    db: Database, reporter: str, raw: Mapping[str, Any], person: Person, seen: str
) -> tuple[Case, bool]:
    """Make a matter of what waits in a thread, which is done with it, and tell the reporter once; all or nothing.

    Gives the case, and whether WeChat can take the message. `seen` is the mark of the thread as the person saw it.
    Raises Invalid, Dealt.
    """
    answers = form_of_matter(db).accept(raw)
    with db.write():
        triage.settle_in_case(db, reporter, person, seen, triage.MATTER)
        case = _open(db, person, answers, None, channel="wechat", token=None)
        if not reporter:
            return case, False
        db.run(
            "INSERT INTO case_talks (case_id, reporter, at) VALUES (?, ?, ?)",
            (case.id, reporter, clock.stamp(db.now())),
        )
        return case, triage.send(db, reporter, TAKEN + promises.closed_until(db))


def open_by_hand(db: Database, person: Person, raw: Mapping[str, Any], *, key: str, child: str = "") -> Case:
    """Open a matter that somebody told staff; the same form sent twice opens one. Raises Denied, Invalid."""
    scope = accounts.scope_of(db, person)
    if scope.kinds is not None and states.MATTER not in scope.kinds:
        raise Denied
    answers, token = form_of_matter(db).accept(raw), f"desk:{person.id}:matter:{key}"
    known = by_hand.child_seen(db, person, child) if child else None
    school, town = str(answers.get("school") or ""), str(answers.get("town") or db.settings.district_code)
    place = gazetteer.world(db).places.get(school)
    if known is None and not sees(
        scope, town=town, school_town=place.town if place else "", school=school, kind=states.MATTER
    ):
        raise Invalid({"school" if scope.school else "town": [by_hand.ELSEWHERE]})
    with db.write():
        row = db.one("SELECT case_id FROM case_events WHERE key = ?", (token,))
        if row and (before := case_by_id(db, row["case_id"])):
            return before
        return _open(db, person, answers, known, channel=by_hand.CHANNEL, token=token)


def cases_to_add_to(db: Database, reporter: str, person: Person) -> list[Case]:
    """Give the open cases to which somebody of the staff may put what a reporter said, the newest first.

    They are the reporter's matters, and those on which the reporter speaks as the child's family.
    """
    if not reporter:
        return []
    sql, args = workable(db, person)
    rows = db.all(
        "SELECT c.* FROM cases c WHERE c.open = 1 AND c.id IN (SELECT t.case_id FROM case_talks t WHERE t.reporter = ?"  # noqa: S608
        " UNION SELECT k.case_id FROM case_reports k JOIN reports r ON r.id = k.report WHERE r.reporter = ?"
        " AND r.reporter <> '')"
        f" AND {sql} ORDER BY c.opened_at DESC, c.id DESC LIMIT 10",
        [reporter, reporter, *args],
    )
    found = [Case.of(row) for row in rows]
    return [
        one for one in found if reporter in reporters_of_matter(db, one) or family.speaks(db, one, reporter)
    ]


def add_to_case(db: Database, reporter: str, number: str, person: Person, seen: str) -> Case:
    """Put what waits in a thread to a case of its reporter's, as the words of the family; all or nothing.

    Raises Missing, Dealt, and Refused where nothing waits.
    """
    with db.write():
        case = next((one for one in cases_to_add_to(db, reporter, person) if one.number == number), None)
        if case is None:
            raise Missing
        messages = triage.settle_in_case(db, reporter, person, seen, triage.ADDED)
        text = "\n".join(talks.words_of(db, messages))[: family.LONGEST] if messages else ""
        if not text:
            raise Refused(NOTHING_SAID)
        family.answer(db, case, text, channel="wechat", token=f"talk:{max(messages)}")
        return case


def reporters_of_matter(db: Database, case: Case) -> list[str]:
    """Give whose conversations a matter came from, and those that were put into it, the newest first."""
    ids: list[Cell] = [case.id, *(one.id for one in merging.merged_here(db, case))]
    rows = db.all(
        f"SELECT reporter, max(at) AS last FROM case_talks WHERE case_id IN ({', '.join('?' * len(ids))})"  # noqa: S608
        " GROUP BY reporter ORDER BY last DESC, reporter",
        ids,
    )
    return [str(row["reporter"]) for row in rows]


def forget_matters(db: Database, reporter: str) -> int:
    """Part somebody's conversation from the matters that came from it, in the transaction that deletes it."""
    return db.run("DELETE FROM case_talks WHERE reporter = ?", (reporter,)).rowcount


def progress_of_matters(db: Database, reporter: str) -> list[str]:
    """Say in a line each how somebody's newest matters stand; of what few may see, that somebody has it."""
    rows = db.all(
        "SELECT c.* FROM case_talks t JOIN cases c ON c.id = t.case_id WHERE t.reporter = ?"
        " ORDER BY c.opened_at DESC, c.id DESC LIMIT 5",
        (reporter,),
    )
    return [_line(Case.of(row)) for row in rows]


def alarms_of_matters(db: Database, person: Person) -> list[Alarm]:
    """Give the matters that turned out to be danger and that nobody has taken yet, as far as somebody may see them."""
    sql, args = visible(db, person)
    rows = db.all(
        f"SELECT c.id, c.number, c.town, c.clock_from FROM cases c WHERE c.open = 1 AND c.kind = '{SAFETY}'"  # noqa: S608
        f" AND c.state = '{states.TODO}' AND c.sort <> '' AND {sql} AND EXISTS"
        " (SELECT 1 FROM duties d WHERE d.case_id = c.id AND d.duty = 'take' AND d.done_at IS NULL)",
        args,
    )
    return [
        Alarm(row["id"], "", SAFETY, "", "", row["town"], row["clock_from"], case=row["number"])
        for row in rows
    ]


def _line(case: Case) -> str:
    then = clock.local(case.opened_at)
    if case.restricted:
        plain = progress.HANDLED
    elif case.kind != states.MATTER:  # who told of it may be no family of the child
        plain = progress.AT_WORK if case.open else progress.DONE
    else:
        plain = case.state_of.plain
    return f"{states.KINDS[states.MATTER]}，{then.month}月{then.day}日 {then:%H:%M} 收到，{plain}。"


def _open(
    db: Database, person: Person, answers: Answers, child: Child | None, *, channel: str, token: str | None
) -> Case:
    few = matters.restricted(answers)
    head = _head(db, answers, child) | {"restricted": int(few)}
    owner = owners.first_owner(db, states.MATTER, class_id="", school="", town="", restricted=few)
    plain, words = records.parted(form_of_matter(db), answers)
    facts = {
        **plain,
        "opening": states.opening(states.MATTER, False),
        "owner": owner.id if owner else "",
        "role": person.role,
    }
    now = db.here()
    ready = ready_case(db, head, "reported", actor=person.actor, channel=channel, at=now, begun=now, facts=facts,
                       words=words, token=token)  # fmt: skip
    case_id = enter_case(db, ready)
    enter_keys(db, case_id, phone_keys(db, str(answers.get("phone") or "")))
    audit.note(db, person.actor, "case.opened", case_id)
    return Case.of(db.all("SELECT * FROM cases WHERE id = ?", (case_id,))[0])


def _head(db: Database, answers: Answers, child: Child | None) -> dict[str, Cell]:
    """Give where a matter belongs: to the child of the roll where it is about one, or else where was said."""
    school = child.school if child else str(answers.get("school") or "")
    place = gazetteer.world(db).places.get(school)
    said = str(answers.get("town") or "")
    return {
        "kind": states.MATTER, "sort": str(answers["sort"]), "child": child.id if child else "",
        "child_name": child.name if child else str(answers.get("child_name") or ""),
        "class_title": child.title if child else "", "class": child.class_id if child else "", "school": school,
        "school_town": place.town if place and place.level == "school" else "",
        "town": said or (child.town if child else "") or db.settings.district_code,
        "village": child.village if child else "", "confidential": 0, "first": 0, "clock_from": "",
    }  # fmt: skip
