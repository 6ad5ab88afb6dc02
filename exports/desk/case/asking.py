"""The form of an action, built from the declaration of its transition: fields, what may be chosen, what is known already."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from werkzeug.datastructures import MultiDict

from intake.cases import case as cases
from intake.cases import owners
from intake.cases.case import Case, CaseEvent
from intake.cases.folders import sought
from intake.cases.rulebook import records
from intake.cases.rulebook.standing import Standing
from intake.cases.rulebook.transitions import Transition
from intake.children import children
from intake.fields import Choice, Day
from intake.fields.privacy import Privacy, mask_name
from intake.kinds.form import Form
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.places import gazetteer
from intake.reports.looking.evidence import FIELD
from intake.store.db import Database
from intake.web import questions
from intake.web.questions import Errors, Question, Typed

FEW = 5
"""Options that stand side by side; more are a list."""
WITH_FILE = frozenset(
    {"evidence", "contact", "persuasion", "observed", "elsewhere", "submit", "reviewed", "replied"}
)
"""What a picture or PDF may go with."""
Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Acting:
    """What a form is made for: the case, how it stands, what was done, who asks."""

    db: Database
    case: Case
    now: Standing
    events: Sequence[CaseEvent]
    person: Person

    @cached_property
    def around(self) -> tuple[list[Person], list[Person]]:
        """Give those of the staff around the child who may see the case, and those who may not."""
        people = owners.people_around(self.db, self.case)
        seeing = [one for one in people if cases.may_see(self.db, one, self.case)]
        return seeing, [one for one in people if one not in seeing]


@dataclass(frozen=True, slots=True)
class CaseForm:
    """The form of an action: its fields, whether a file may go with it, whether it is open, what is wrong by id."""

    transition: Transition
    asks: Sequence["Ask"]
    with_file: bool
    open: bool
    errors: Errors

    @property
    def key(self) -> str:
        """Give the key of the transition, with which the ids of its fields begin."""
        return self.transition.key

    @property
    def amiss(self) -> dict[str, Sequence[str]]:
        """Give what is wrong by the id of its field."""
        return {f"{self.key}-{field}": sentences for field, sentences in self.errors.items()}


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of a form at the desk; `options` are (value, words), `shape` says how it is drawn."""

    question: Question
    shape: str
    options: Options


def asks(wanted: Acting, transition: Transition, typed: Typed, errors: Errors) -> list[Ask]:
    """Give the fields of an action in the order of its declaration."""
    if transition.needs is None:
        return []
    form = records.bind(transition.needs, gazetteer.world(wanted.db))
    return [
        _ask(wanted, one) for one in questions.in_order(form, typed, errors, staff=True) if one.key != FIELD
    ]


def filled_in(wanted: Acting, transition: Transition, said: Mapping[str, str]) -> Typed:
    """Give what is known before anything is typed: today, who asks, and what the link said of open answers."""
    typed: Typed = MultiDict()
    for key, field in (transition.needs.answers() if transition.needs else {}).items():
        if said.get(key) and field.asked.privacy is Privacy.OPEN:
            typed[key] = said[key]
        elif isinstance(field, Day) and field.required and field.lean == "past":
            typed[key] = wanted.db.today().isoformat()
        elif key == "people":
            typed[key] = wanted.person.name
    if transition.key == "back":
        child = children.find_child(wanted.db, wanted.case.child)
        typed.update(child.facts if child else {"school": wanted.case.school})
        typed["school"] = gazetteer.world(wanted.db).places.name(typed["school"]) if typed["school"] else ""
    return typed


def raw_of(transition: Transition, typed: Typed, db: Database) -> dict[str, object]:
    """Pick the answers out of what a browser sent."""
    if transition.needs is None:
        return {}
    form: Form = records.bind(transition.needs, gazetteer.world(db))
    return {key: one for key, one in questions.raw(form, typed).items() if key != FIELD}


def _ask(wanted: Acting, question: Question) -> Ask:
    if question.key in _CODES:
        return Ask(question, "select", _CODES[question.key](wanted))
    return drawn(question)


def drawn(question: Question) -> Ask:
    """Give a question of a declaration as it is drawn at the desk."""
    options = [(word, question.called(word)) for word in question.options]
    match question.widget:
        case "choices":
            return Ask(question, "boxes", options)
        case "radio" | "select":
            return Ask(question, "radios" if len(options) <= FEW else "select", options)
        case "date":
            return Ask(question, "date", [])
        case "area":
            return Ask(question, "area", [])
    if question.suggestions and not isinstance(question.field, Choice):
        return Ask(question, "names", [(word, "") for word in question.field.suggestions()])
    return Ask(question, "line", [])


def _owners(wanted: Acting) -> Options:
    return [(one.id, named(one)) for one in wanted.around[0] if one.id != wanted.now.owner]


def _readers(wanted: Acting) -> Options:
    return [(one.id, named(one)) for one in wanted.around[1]]


def _letters(wanted: Acting) -> Options:
    return [
        (one.id, f"{one.facts.get('document')} {one.facts.get('number')}")
        for one in wanted.events
        if one.id in wanted.now.letters
    ]


def _referrals(wanted: Acting) -> Options:
    return [
        (one.id, f"{one.facts.get('day')} 转{one.facts.get('to')}")
        for one in wanted.events
        if one.id in wanted.now.referrals
    ]


def _questions(wanted: Acting) -> Options:
    return [(key, f"{day} 的点名") for key, day in wanted.now.questions.items()]


def _children(wanted: Acting) -> Options:
    found = sought.known_inside(wanted.db, wanted.person, wanted.case.child_name).children
    places = gazetteer.world(wanted.db).places
    return [
        (one.id, f"{mask_name(one.name)} {places.name(one.school) if one.school else ''}{one.title}")
        for one in found
    ]


def named(person: Person) -> str:
    """Name somebody of the staff with the role."""
    return f"{person.name}（{ROLES[person.role].title}）" if person.role in ROLES else person.name


_CODES: Mapping[str, Callable[[Acting], Options]] = {
    "owner": _owners, "staff": _readers, "letter": _letters, "referral": _referrals, "question": _questions,
    "child": _children,
}  # fmt: skip
"""Answers that are ids of the house, chosen from a list."""
