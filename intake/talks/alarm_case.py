"""The case of an alarm: who takes the one has the other, and an end of the one is that of both."""

from collections.abc import Mapping

from intake.cases import work
from intake.cases.case import case_of_report, standing
from intake.cases.rulebook import duties, records
from intake.cases.rulebook.standing import leads
from intake.errors import Refused
from intake.people.accounts import Person
from intake.store.db import Database

DESK = "desk"
UNTOLD = "请选“{}”做了没有；不需要做的，写明原因。"
NO_REASON = "不需要做的，请写原因。"
_SHORTLY, _RESULT = 300, 500
"""Characters that a duty's words and the result of a case hold."""

Informed = Mapping[str, tuple[str, str]]
"""By key of a duty whether it was done (做了, 不需要做), and the reason where it was not."""


def accept_case(db: Database, report: str, person: Person) -> None:
    """Let whoever has an alarm have its case, in the same transaction."""
    case = case_of_report(db, report)
    if case is None or leads(now := standing(db, case), "accepted") is None:
        return
    if not (now.taken and now.owner == person.id):
        work.act(db, case, "accepted", {}, person, channel=DESK)


def duties_left(db: Database, report: str) -> list[tuple[str, str]]:
    """Give what the case of an alarm asks for before it can end: key and title of each duty nobody has written down."""
    case = case_of_report(db, report)
    if case is None or leads(now := standing(db, case), "resolved") is None:
        return []
    left = [one for one in duties.safety_duties(now.what) if one not in now.informed]
    return [(duties.SAFETY_KEYS[one], one) for one in left]


def resolve_case(db: Database, report: str, said: str, person: Person, informed: Informed) -> None:
    """Write down each duty of an alarm's case, and its end, in the same transaction. Raises Refused."""
    case = case_of_report(db, report)
    if case is None or leads(standing(db, case), "resolved") is None:
        return
    for key, duty in duties_left(db, report):
        done, why = informed.get(key, ("", ""))
        if done not in (records.YES, records.NO):
            raise Refused(UNTOLD.format(duty), f"done_{key}")
        if done == records.NO and not why.strip():
            raise Refused(NO_REASON, f"why_{key}")
        raw = {
            "duty": duty,
            "done": done,
            "day": db.today().isoformat(),
            "words": (why.strip() or said)[:_SHORTLY],
        }
        try:
            work.act(db, case, "informed", raw, person, channel=DESK)
        except Refused as no:
            raise Refused(str(no), f"done_{key}") from None
    work.act(db, case, "resolved", {"result": said[:_RESULT]}, person, channel=DESK)
