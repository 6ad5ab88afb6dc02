"""What the steps of a case tell for a column: the first contact, the last 劝返, the letters, how it ended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from intake import codes
from intake.calendar import schooldays
from intake.cases.case import STAFF, CaseEvent, local_day
from intake.cases.rulebook import duties, records
from intake.cases.rulebook.standing import standing_of
from intake.ledgers.casefile import CaseFile

SPOKEN = ("contact", "persuasion")
"""Steps in which somebody speaks to a family, or tries to."""
VISIT = "家访"
WRITTEN = records.REPORT
_DOORS: Mapping[str, str] = {"desk": "工作台", "phone": "教师", "roll": "点名"}
"""Ways by which a case comes that no report takes."""


def day_of(event: CaseEvent) -> str:
    """Give the day on which something was done, as it was said, else as it was written down."""
    return str(event.facts.get("day") or local_day(event.at))


def this_round(file: CaseFile) -> Sequence[CaseEvent]:
    """Give the steps since the matter was last reported anew: an end begins its clocks again."""
    start = max((at for at, one in enumerate(file.steps) if _begins(one)), default=0)
    return file.steps[start:]


def _begins(event: CaseEvent) -> bool:
    return event.key == "turned" or (event.key == "reported" and bool(event.facts.get("again")))


def first_contact(file: CaseFile) -> CaseEvent | None:
    """Give the first time that somebody spoke to the family, or tried to."""
    return first_of(this_round(file), *SPOKEN)


def first_visit(file: CaseFile) -> CaseEvent | None:
    """Give the first visit to the family, a vain one too."""
    visits = (one for one in this_round(file) if one.key in SPOKEN and one.facts.get("way") == VISIT)
    return next(visits, None)


def found_by(file: CaseFile) -> str | None:
    """Say by which way a case came; nothing where that would tell who asked to stay unnamed."""
    if file.unnamed or not file.everything:
        return None
    channel = this_round(file)[0].channel
    known = {one.code: one.label for one in codes.codes("channel")}
    return known.get(channel) or _DOORS.get(channel)


def persuasions(file: CaseFile) -> list[CaseEvent]:
    """Give every 劝返, with its words."""
    return [one for one in file.done if one.key == "persuasion"]


def letters(events: Iterable[CaseEvent]) -> str | None:
    """Name the documents with their numbers and days."""
    said = [f"{one.facts.get('document')} {one.facts.get('number')}（{local_day(one.at)}）" for one in events
            if one.key == "letter"]  # fmt: skip
    return "；".join(said) or None


def written_on(events: Iterable[CaseEvent]) -> str | None:
    """Give the day of the written report."""
    found = [
        local_day(one.at) for one in events if one.key == "letter" and one.facts.get("document") == WRITTEN
    ]
    return found[0] if found else None


def dropped_on(file: CaseFile, spans: str) -> str | None:
    """Give the first school day on which a child of a confirmed dropout was missing; the decision's where none is known."""
    at = next((at for at, one in enumerate(file.steps) if one.key == "confirmed"), None)
    if at is None:
        return None
    seen = standing_of([one.happening for one in file.steps[: at + 1]]).last_seen
    if not seen:
        return local_day(file.steps[at].at)
    return schooldays.next_day(spans, date.fromisoformat(seen)).isoformat()


def stability(file: CaseFile) -> str | None:
    """Say how it stands 30 days after 复学: 稳定, 观察中, or that the child was out again."""
    now = file.standing
    if now.outs and not now.back:
        return "不稳定，又没来"
    if not now.back:
        return None
    if len(now.observed) == len(duties.OBSERVED):
        return "稳定"
    done = "、".join(sorted(now.observed, key=int))
    return f"观察中，第 {done} 天在校" if done else "观察中"


def placed(file: CaseFile, ended: CaseEvent | None) -> str | None:
    """Say where the child learns now: 复学, or the approved whereabouts."""
    if file.standing.back:
        return "复学"
    return str(ended.after) if ended else None


def approved(file: CaseFile) -> CaseEvent | None:
    """Give the approval by which a case has ended, since it was last reported anew."""
    return None if file.case.open else last_of(this_round(file), "approve")


def asked_end(file: CaseFile) -> CaseEvent | None:
    """Give by what the end was asked for, with its words, since the case was last reported anew."""
    return last_of(file.done[len(file.steps) - len(this_round(file)) :], "submit", "elsewhere")


def back_of(file: CaseFile) -> CaseEvent | None:
    """Give the step that says where a child is back, while it is."""
    return last_of(file.steps, "back", "back_changed") if file.standing.back else None


def done_by(file: CaseFile, event: CaseEvent) -> str:
    """Give the name of whoever did something; nothing of the house itself."""
    return file.reading.staff_name(event.actor.removeprefix(STAFF)) if event.actor.startswith(STAFF) else ""


def first_of(events: Iterable[CaseEvent], *keys: str) -> CaseEvent | None:
    """Give the first step of some sorts."""
    return next((one for one in events if one.key in keys), None)


def last_of(events: Sequence[CaseEvent], *keys: str) -> CaseEvent | None:
    """Give the last step of some sorts."""
    return first_of(reversed(events), *keys)
