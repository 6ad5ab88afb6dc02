"""What is asked before something is done on a case: by whom, from where, with what; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake.cases import case as cases
from intake.cases import owners, rules
from intake.cases.case import Case, CaseEvent
from intake.cases.rulebook import matters, records, standing, states
from intake.cases.rulebook.standing import Happening, Standing
from intake.cases.rulebook.taking_back import state_before
from intake.cases.rulebook.transitions import TURNED, Transition
from intake.cases.rules import Attempt
from intake.cases.writing import deadlines
from intake.children import children
from intake.errors import Denied, Invalid, Refused, Stale
from intake.kinds.safety import GRAVE
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.store.db import Database


class Moved(Stale):
    """A case has changed since the page was made: `event` is what came last."""

    def __init__(self, event: CaseEvent) -> None:
        super().__init__()
        self.event = event


LOOK = "请看现在能做哪几步。"
"""What is said after what cannot be done, where the page shows what can."""


class Impossible(Refused):
    """What the table does not lead to from where the case stands."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be done: how the case stands, the state after it, and the facts that the house adds."""

    now: Standing
    after: str
    facts: Mapping[str, Any]


def check_step(
    db: Database,
    case: Case,
    transition: Transition,
    steps: Sequence[Happening],
    facts: Mapping[str, Any],
    by: Person | str,
    seen: int | None,
    now: Standing | None = None,
) -> Checked:
    """Ask everything that is asked before something is done; write nothing. Raises Denied, Invalid, Refused, Moved.

    `now` is how the case stands, where that is known already.
    """
    now, actor = now or standing.standing_of(steps), by.actor if isinstance(by, Person) else by
    after = standing.leads(now, transition.key)
    if seen is not None and seen != case.version and (transition.moving or after is None):
        raise Moved(cases.events_of(db, case)[-1])
    if transition.key == "undone":
        after = state_before(steps, now, facts, actor, by.role if isinstance(by, Person) else "", case.kind)
    if after is None:
        raise _impossible(now, transition)
    for field, sentence in rules.lacking(transition.key, asked_of(db, case, now, by, actor, facts)):
        raise Refused(sentence, field)
    added = _known_facts(db, case, transition, facts, by)
    return Checked(now, str(added["opening"]) if after == TURNED else after, added)


def refuse_impossible(now: Standing, transition: Transition) -> None:
    """Raise Impossible for what leads nowhere from where a case stands; of what is taken back other rules tell."""
    if transition.key != "undone" and standing.leads(now, transition.key) is None:
        raise _impossible(now, transition)


def _impossible(now: Standing, transition: Transition) -> Impossible:
    return Impossible(f"个案现在是“{now.state}”，不能做“{transition.title}”。{LOOK}")


def refuse_hand(
    db: Database, case: Case, transition: Transition, by: Person | str, workable: bool | None = None
) -> None:
    """Raise Denied for who may not do it, or not on this case."""
    if not rules.allowed(transition, case, by):
        raise Denied
    if isinstance(by, Person) and not (cases.may_work(db, by, case) if workable is None else workable):
        raise Denied


def read_step(
    db: Database, transition: Transition, raw: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read what was written with a step: what stays readable, and what is encrypted. Raises Invalid."""
    if transition.needs is None:
        return {}, {}
    form = records.bind(transition.needs, gazetteer.world(db))
    known = {key: one for key, one in raw.items() if key in form.fields}
    return records.parted(form, form.accept(known))


def rest_of_words(transition: Transition, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Give the words that were written with a step that has no place for them: nobody wrote them in vain."""
    asked = transition.needs._declared_fields if transition.needs else {}
    return {"words": raw["words"]} if raw.get("words") and "words" not in asked else {}


def asked_of(
    db: Database, case: Case, now: Standing, by: Person | str, actor: str, facts: Mapping[str, Any]
) -> Attempt:
    """Give what a rule looks at."""
    place = gazetteer.world(db).places.get(case.town)
    role = by.role if isinstance(by, Person) else by
    return Attempt(case, now, actor, role, facts, deadlines(db), place.name if place else "")


def _known_facts(
    db: Database, case: Case, transition: Transition, facts: Mapping[str, Any], by: Person | str
) -> dict[str, Any]:
    """Give what the house itself adds: the role of a new owner, the kind that a matter turns out to be. Raises Invalid."""
    if transition.key in ("assigned", "transfer"):
        person = accounts.person_by_id(db, str(facts["owner"]))
        if person is None:
            raise Invalid({"owner": ["没有这个账号，或者已经停用。请另选一位。"]})
        if isinstance(by, Person) and not cases.may_see(db, person, case):
            raise Invalid({"owner": ["这位同事看不到这个个案，请另选一位。"]})
        return {"owner_role": person.role}
    if transition.key == "identified" and facts.get("child") and not children.find_child(db, facts["child"]):
        raise Invalid({"child": ["名单上没有这个孩子了，请另选一个，或者写学校。"]})
    if transition.key == "shared" and accounts.person_by_id(db, str(facts["staff"])) is None:
        raise Invalid({"staff": ["没有这个账号，或者已经停用。请另选一位。"]})
    if transition.key == "accepted" and isinstance(by, Person):
        return {"owner": by.id, "owner_role": by.role}
    return _turned_facts(db, case, facts) if transition.key == "turned" else {}


def _turned_facts(db: Database, case: Case, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give what follows for a matter from the kind that it turns out to be: where it begins, and whose it is."""
    kind = matters.TO[str(facts["to_kind"])]
    owner = owners.first_owner(db, kind, class_id=case.class_id, school=case.school if case.school_town else "",
                               town=case.town, restricted=for_few(case, facts))  # fmt: skip
    return {
        "kind": kind, "opening": states.opening(kind, bool(case.child and case.class_id)),
        "owner": owner.id if owner else "", "owner_role": owner.role if owner else "",
    }  # fmt: skip


def for_few(case: Case, facts: Mapping[str, Any]) -> bool:
    """Tell whether a matter that turns out to be danger is for few eyes."""
    return bool(case.restricted) or facts.get("what") in GRAVE
