"""What each thing that happens changes of how a case stands."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from intake.cases.rulebook import records, states
from intake.cases.rulebook.happenings import Happening, Standing


def _reported(now: Standing, step: Happening) -> None:
    seen, doubted = str(step.facts.get("last_seen") or ""), bool(step.facts.get("doubted"))
    if doubted and now.round and not step.facts.get("again"):
        return  # what is doubted moves nothing that is there
    now.what = str(step.facts.get("what") or now.what)
    if not now.round:
        now.round, now.discovered, now.last_seen, now.rough = 1, _on(step), seen, _rough(step)
    elif step.facts.get("again"):  # a new matter: its clocks begin anew
        _begin_anew(now, step, seen)
    elif now.state == states.WATCHED:
        now.missing_since = now.missing_since or seen or step.day
    elif seen and not now.last_seen:
        now.last_seen, now.rough = seen, _rough(step)
    now.imported, now.doubted = step.key == "imported", doubted
    now.taken = False
    now.reports += 1
    if step.facts.get("owner") is not None:
        now.owner = str(step.facts["owner"])


def _rough(step: Happening) -> bool:
    return bool(step.facts.get("last_seen_rough"))


def _begin_anew(now: Standing, step: Happening, seen: str) -> None:
    fresh = Standing(
        state=now.state, kind=now.kind, owner=now.owner, round=now.round + 1, persuasions=now.persuasions, what=now.what,
        confirmed=now.confirmed, letters=now.letters, referrals=now.referrals, impossible=now.impossible,
        informed=now.informed, discovered=_on(step), last_seen=seen, rough=_rough(step),
    )  # fmt: skip
    for one in Standing.__slots__:
        setattr(now, one, getattr(fresh, one))


def _turned(now: Standing, step: Happening) -> None:
    now.kind, now.what = str(step.facts.get("kind") or ""), str(step.facts.get("what") or "")
    _begin_anew(now, step, str(step.facts.get("last_seen") or ""))
    now.owner = str(step.facts.get("owner") or "")
    now.reports = 1


def _imported(now: Standing, step: Happening) -> None:
    if not now.round:  # another old report of the same child brings nothing that is counted
        _reported(now, step)


def _amended(now: Standing, step: Happening) -> None:
    if seen := str(step.facts.get("last_seen") or ""):
        now.last_seen, now.rough = seen, _rough(step)
    now.what = str(step.facts.get("what") or now.what)


def _contacted(now: Standing, step: Happening) -> None:
    if step.facts.get("result") == records.REACHED:
        now.back_said = ""
        now.contacted = _later(now.contacted, _on(step))
        if step.facts.get("way") in ("家访", "当面"):
            now.visited = _later(now.visited, _on(step))
    if step.key == "reviewed":
        now.reviewed, now.review_on = _on(step), ""


def _persuaded(now: Standing, step: Happening) -> None:
    now.persuasions += 1
    now.persuaded = _on(step)
    now.next_on = str(step.facts.get("back_by") or step.facts.get("next_on") or "")
    now.contacted = _later(now.contacted, _on(step))
    now.visited = _later(now.visited, _on(step))
    now.led = now.led or step.facts.get("role") == "town"


def _owned(now: Standing, step: Happening) -> None:
    now.owner, now.transfer_to = str(step.facts.get("owner") or ""), ""
    now.led = now.led or step.facts.get("owner_role") == "town"


def _moved(now: Standing, step: Happening) -> None:
    if step.facts.get("owner"):
        _owned(now, step)


def _offered(now: Standing, step: Happening) -> None:
    now.transfer_to, now.transfer_since = str(step.facts.get("owner") or ""), step.day


def _asked_end(now: Standing, step: Happening) -> None:
    now.pending = str(step.facts.get("to") or states.CLOSED)
    now.pending_by, now.pending_since = step.actor, step.day
    now.review_on = str(step.facts.get("review_on") or "")


def _decided(now: Standing, step: Happening) -> None:
    now.pending = now.pending_by = now.pending_since = ""


def _suspected(now: Standing, step: Happening) -> None:
    now.suspected = step.day


def _lost(now: Standing, step: Happening) -> None:
    now.lost = now.reviewed = _on(step)


def _back(now: Standing, step: Happening) -> None:
    now.back_said = ""
    now.back, now.came, now.missing_since = _on(step), "", ""
    now.last_at_school = _on(step)
    if step.key == "back":
        now.observed = frozenset()


def _observed(now: Standing, step: Happening) -> None:
    now.back_said = ""
    now.observed |= {str(step.facts.get("which"))}
    now.missing_since = ""


def _out_again(now: Standing, step: Happening) -> None:
    known = now.missing_since or now.last_at_school
    now.last_seen, now.rough = known or now.last_seen, now.rough and not known
    now.back, now.missing_since, now.observed, now.next_on = "", "", frozenset(), ""
    now.suspected = step.day
    now.outs += 1


def _said_back(now: Standing, step: Happening) -> None:
    now.back_said = step.day


def _seen(now: Standing, step: Happening) -> None:
    now.back_said = ""
    now.missing_since, now.last_at_school = "", _later(now.last_at_school, _on(step))
    if now.state != states.WATCHED:
        now.came = _on(step)


def _missed(now: Standing, step: Happening) -> None:
    now.came = now.back_said = ""
    if now.state == states.WATCHED:
        before = (date.fromisoformat(_on(step)) - timedelta(days=1)).isoformat()
        now.missing_since = now.missing_since or str(step.facts.get("last_seen") or before)


def _on_leave(now: Standing, step: Happening) -> None:
    now.leaves += ((step.day, str(step.facts.get("until") or step.day)),)


def _asked(now: Standing, step: Happening) -> None:
    now.questions[step.id] = step.day


def _answered(now: Standing, step: Happening) -> None:
    now.questions.pop(str(step.facts.get("question")), None)
    now.back_said = ""
    if step.facts.get("answer") == records.LEAVE:
        now.leaves += ((step.day, step.day),)


def _letter(now: Standing, step: Happening) -> None:
    now.letters[step.id] = step.day
    now.written = now.written or step.facts.get("document") == records.REPORT


def _served(now: Standing, step: Happening) -> None:
    now.letters.pop(str(step.facts.get("letter")), None)


def _referred(now: Standing, step: Happening) -> None:
    now.referrals[step.id] = step.day


def _replied(now: Standing, step: Happening) -> None:
    now.referrals.pop(str(step.facts.get("referral")), None)


def _confirmed(now: Standing, step: Happening) -> None:
    now.confirmed = True


def _informed(now: Standing, step: Happening) -> None:
    now.informed |= {str(step.facts.get("duty"))}


def _solved(now: Standing, step: Happening) -> None:
    now.solved = step.day


def _later(one: str, other: str) -> str:
    return max(one, other)


def _on(step: Happening) -> str:
    return str(step.facts.get("day") or step.day)


EFFECTS: Mapping[str, Callable[[Standing, Happening], None]] = {
    "reported": _reported, "imported": _imported, "amended": _amended, "contact": _contacted, "reviewed": _contacted,
    "persuasion": _persuaded, "assigned": _owned, "accepted": _owned, "moved": _moved, "transfer": _offered,
    "elsewhere": _asked_end, "submit": _asked_end, "approve": _decided, "reject": _decided, "three_days": _suspected,
    "lost": _lost, "back": _back, "back_changed": _back, "observed": _observed, "out_again": _out_again, "seen": _seen,
    "missed": _missed, "said_back": _said_back, "leave": _on_leave, "asked": _asked, "answered": _answered, "letter": _letter,
    "served": _served, "referral": _referred, "replied": _replied, "confirmed": _confirmed, "informed": _informed,
    "resolved": _solved, "unresolved": _solved, "turned": _turned,
}  # fmt: skip
"""By key of the transition; what is not here changes the state at most."""
