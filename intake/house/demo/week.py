"""The demonstration's last seven days: what came in, and what its staff have done about most of it since."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

from intake.calendar import clock
from intake.cases.case import Case
from intake.cases.rulebook import records
from intake.children.children import find_child
from intake.house.demo.narrator import Narrator
from intake.house.demo.stories import OFFICER
from intake.people import accounts

DAYS = 7
PER_DAY = 8
KINDS = ("absence", "boarding", "absence", "subsidy", "enrollment", "absence", "boarding", "safety")
FRESH = 2
"""Days of which nothing has been done yet, but for danger."""
MOST = 0.8
DAY = timedelta(days=1)


def tell_week(tell: Narrator, dice: random.Random, children: list[dict[str, Any]]) -> None:
    """Bring the reports of a week, and let the staff have worked on those that are older than two days."""
    for back in range(DAYS - 1, -1, -1):
        day = tell.today - back * DAY
        for number, kind in enumerate(KINDS):
            child = dice.choice(children)
            children.remove(child)  # one matter of each: of a child with more the stories tell
            said = {**_facts(kind, dice, day), **_teller(kind, child, dice)}
            receipt = tell.report(
                kind, find_child(tell.db, child["id"]), _at(day, 7 + number, dice.randrange(60)), **said
            )
            worked = back >= FRESH and dice.random() < MOST
            if said.get("on_leave") != "是" and (worked or (kind == "safety" and back)):
                _work_on(tell, tell.case(receipt), day, dice)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.CHINA)


def _teller(kind: str, child: dict[str, Any], dice: random.Random) -> dict[str, str]:
    number = {"id_number": child["id_number"]} if kind == "enrollment" or dice.random() < 0.3 else {}
    return {"relation": dice.choice(["母", "父", "祖母", "祖父"]), **number}


def _work_on(tell: Narrator, case: Case, day: date, dice: random.Random) -> None:
    """Let whoever has a case do what is usual."""
    owner = accounts.person_by_id(tell.db, case.owner)
    who = owner.login if owner and owner.role != "village" else OFFICER
    after = min(day + DAY, tell.today)
    if case.kind == "safety":
        _end_danger(tell, case, day)
    elif case.kind == "absence":
        called = tell.then(case, "contact", who, _at(day, 15), day=day.isoformat(), way="电话", whom="妈妈",
                           result=records.REACHED, words="演示：说病了，好了就来。")  # fmt: skip
        if dice.random() < 0.7:
            tell.then(called, "returned", "roll", after, day=after.isoformat())
    else:
        begun = tell.then(case, "handled", who, _at(day, 15))
        if dice.random() < 0.6:
            solved = tell.then(begun, "resolved", OFFICER, after, result="演示：办好了，已经告诉家长。")
            tell.then(solved, "closed", OFFICER, after)


def _end_danger(tell: Narrator, case: Case, day: date) -> None:
    """Let danger have been taken in hand at once, and ended by an outcome."""
    words = "演示：已打电话。"
    for duty in (records.GUARDIAN, records.PARENTS_AWAY):
        said = {"duty": duty, "done": records.YES, "day": day.isoformat(), "words": words}
        case = tell.then(case, "informed", OFFICER, _at(day, 15), **said)
    case = tell.then(case, "resolved", OFFICER, _at(day, 16), result="演示：孩子平安，家里人陪着。")
    tell.then(case, "closed", OFFICER, _at(day, 16))


def _facts(kind: str, dice: random.Random, day: date) -> dict[str, Any]:
    ago = (day - timedelta(days=dice.randint(1, 2))).isoformat()
    facts: dict[str, dict[str, Any]] = {
        "absence": {"last_seen": ago, "on_leave": dice.choice(["是", "否", "否"]), "reason": dice.choice(["因病", "厌学"])},
        "boarding": {"needs": ["寄宿"], "reason": "离校远", "distance_km": dice.randint(5, 30)},
        "subsidy": {"hardship": ["低保"], "program": "寄宿生生活补助", "problem": "已批未发", "semester": "2026年秋季",
                    "amount_due": 625, "amount_paid": 0},
        "enrollment": {"entry": "转入", "household_place": "吉林省白山市江源区演示路1号", "basis": "居住证",
                       "residence": "吉林省白山市江源区演示路1号", "boards": "否"},
        "safety": {"happened_at": ago, "place": "放学路上（演示）", "what": "突发疾病或受伤", "safe_now": "是",
                   "description": "演示：放学路上摔伤，已送医。"},
    }  # fmt: skip
    return facts[kind]
