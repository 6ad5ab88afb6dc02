"""What is known of a child as staff see it: each value with its source and day, masked; in clear one at a time, for a reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from intake.cases.case import STAFF
from intake.children.children import Child
from intake.children.facts.fact import ChildFact, believed_first, contradicting, facts_of
from intake.children.facts.fact_kinds import FACT_KINDS, FactKind, fact_kind
from intake.children.facts.held import may_see_told
from intake.children.facts.identity import IDENTITY, NUMBER, PUPIL, SEX, identity_of
from intake.children.facts.sources import REPORT, SOURCES
from intake.errors import Missing
from intake.fields import Answer, Phone
from intake.fields.privacy import Masks, Privacy
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.places.world import World
from intake.reports.looking.looks import UNOPENED
from intake.reports.looking.reasons import HIDDEN, masked, note_look, refuse_look
from intake.store.db import Database

ROW = "row"
"""What stands before the kind of a value out of the child's own row, where a fact has its id."""
ONE = "1 项"
"""How a sensitive kind is shown: that there is one."""
LOOKED = "child.looked"
_SPEAKS = 2
"""What a fact weighs at least that needs nobody to confirm it: an official list's word."""
_WAYS: Mapping[str, str] = {
    "wechat": "微信",
    "form": "网页",
    "teacher": "老师",
    "proxy": "代填",
    "api": "系统对接",
}


@dataclass(frozen=True, slots=True)
class FactValue:
    """One value of a fact: its key among all of a file, label, text; `hidden` where a look would tell more."""

    key: str
    label: str
    text: str
    hidden: bool = False
    looked: bool = False
    phone: bool = False

    def __repr__(self) -> str:
        return f"FactValue({self.key})"  # what stands in a traceback tells nothing about the child


@dataclass(frozen=True, slots=True)
class FactRow:
    """A line of a file: what it is about, its values, whose word it is, of which day, whether somebody must look into it.

    `fact` is the id of the fact, empty for what stands in the child's own row. `other` tells that something else is said
    of the same; `why` why it ended.
    """

    fact: str
    kind: str
    title: str
    values: Sequence[FactValue]
    source: str
    day: str
    unsure: bool = False
    other: bool = False
    why: str = ""
    until: str = ""

    @property
    def group(self) -> str:
        """Give what part of a file it belongs to."""
        return FACT_KINDS[self.kind].group

    @property
    def text(self) -> str:
        """Give its values in a line, as they are shown."""
        return "，".join(one.text for one in self.values)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What is known of a child: what holds, in the order of the declarations, and what held before."""

    held: Sequence[FactRow]
    former: Sequence[FactRow]
    facts: Sequence[ChildFact]
    """The facts that hold, as they are kept: for what is derived from them, never to be shown."""

    def rows(self, *kinds: str) -> list[FactRow]:
        """Give what holds of some kinds."""
        return [one for one in self.held if one.kind in kinds]


def file_of(db: Database, child: Child, person: Person, clear: str = "") -> KnownFile:
    """Give what is known of a child, masked; the value of the key `clear` in clear, and the masks of the rest go by it.

    What reports tell that somebody may not see is left out, as is who reports in confidence.
    """
    world = gazetteer.world(db)
    every = _seen(db, facts_of(db, child.id, former=True), accounts.scope_of(db, person))
    held = [one for one in every if one.open]
    field = _field_of(every, clear)
    mask = Masks.beside([field.tells_number] if field else ())
    teller = _Teller(db, world, clear, mask)
    rows = [*teller.of_row(child, held), *(teller.of_fact(one, held) for one in believed_first(held))]
    order = list(FACT_KINDS)
    rows.sort(key=lambda one: (order.index(one.kind), bool(one.fact)))
    return KnownFile(rows, [teller.of_fact(one, ()) for one in every if not one.open], held)


def look_at_value(db: Database, child: Child, key: str, person: Person, why: str, words: str) -> str:
    """Put a look at one value of a child's file on record; give its key. Raises Denied, Missing, and Refused at `why`."""
    refuse_look(person, why, words, "child.look")
    every = file_of(db, child, person)
    hidden = ((row.kind, one.key) for row in (*every.held, *every.former) for one in row.values if one.hidden)
    kind = next((kind for kind, one in hidden if one == key), None)
    if kind is None:
        raise Missing
    note_look(db, child.id, f"{kind}.{key.rpartition('.')[2]}", person, why, words, LOOKED)
    return key


def _seen(db: Database, facts: Sequence[ChildFact], scope: Scope) -> list[ChildFact]:
    """Leave out what restricted reports tell, and of confidential ones who it was, for those who may not learn it."""
    ids = sorted({one.report for one in facts if one.report})
    reports = {
        row["id"]: row
        for row in db.among("SELECT id, restricted, confidential FROM reports WHERE id IN", ids)
    }
    return [
        one
        for one in facts
        if (row := reports.get(one.report)) is None
        or may_see_told(one.kind, scope, restricted=row["restricted"], unnamed=row["confidential"])
    ]


@dataclass(frozen=True, slots=True)
class _Teller:
    """What lines are made with: places, which value stands in clear, the masks beside it."""

    db: Database
    world: World
    clear: str
    masks: Masks

    def of_row(self, child: Child, held: Sequence[ChildFact]) -> Iterator[FactRow]:
        """Yield who a child is, out of its own row."""
        known = identity_of(self.db, child)
        said = {one.kind for one in held}
        for kind in IDENTITY:
            value = known.values[kind]
            if not value and kind not in (NUMBER, PUPIL, SEX):
                continue
            there = {NUMBER: child.number_hash, PUPIL: child.pupil_hash}.get(kind)
            lacks = FactValue("", "", UNOPENED if there else "还不知道")
            values = [self.value(f"{ROW}:{kind}", kind, kind, value)] if value else [lacks]
            yield FactRow(
                "",
                kind,
                FACT_KINDS[kind].title,
                values,
                SOURCES[known.source].title,
                known.day,
                other=kind in said,
            )

    def of_fact(self, fact: ChildFact, held: Iterable[ChildFact]) -> FactRow:
        """Give the line of a fact."""
        declared = fact.declared
        if fact.value is None:
            values = [FactValue(f"{fact.id}.", "", UNOPENED)]
        else:
            shown = fact_kind(fact.kind, self.world).shown(fact.value)
            values = self._few([self.value(fact.id, fact.kind, key, fact.get(key)) for key, _, _ in shown])
        other = declared.identity or fact in contradicting(held, fact.kind)
        return FactRow(
            fact.id, fact.kind, declared.title, values, self.source(fact), fact.again_on or fact.said_on,
            unsure=fact.weight < _SPEAKS, other=fact.open and other, why=fact.why, until=fact.closed_at,
        )  # fmt: skip

    def value(self, stem: str, kind: str, key: str, value: object) -> FactValue:
        """Give one value: open ones as they are, others masked unless it is the one that was looked at."""
        form = fact_kind(kind, self.world)
        field, mine = form.field(key), f"{stem}.{key}"
        whole = form.show(key, {key: value})
        label = _label(FACT_KINDS[kind], key)
        if field.asked.privacy is Privacy.OPEN or key in FACT_KINDS[kind].plain or mine == self.clear:
            looked = mine == self.clear
            return FactValue(mine, label, whole, looked=looked, phone=looked and isinstance(field, Phone))
        text = masked(field, value, self.masks)
        one = text == HIDDEN and field.asked.privacy is Privacy.SENSITIVE
        return FactValue(mine, label, ONE if one else text, hidden=text != whole)

    def source(self, fact: ChildFact) -> str:
        """Say whose word it is, and who of the staff answers for it."""
        by = accounts.name_of(self.db, fact.actor) if fact.actor.startswith(STAFF) else ""
        way = _WAYS.get(fact.channel, "") if fact.source == REPORT else ""
        told = f"{SOURCES[fact.source].title}{f'（{way}）' if way else ''}"
        confirmed = (
            accounts.name_of(self.db, fact.confirmed_by) if fact.confirmed_by not in ("", fact.actor) else ""
        )
        return f"{f'{by}，' if by and fact.source != REPORT else ''}{told}{f'，{confirmed}确认' if confirmed else ''}"

    def _few(self, values: list[FactValue]) -> list[FactValue]:
        """Show of a kind that tells of sensitive things alone no more than that there is one, each a look of its own."""
        if not values or not all(one.text == ONE for one in values):
            return values
        return [replace(one, text=ONE if n == 0 else "") for n, one in enumerate(values)]


def _label(declared: type[FactKind], key: str) -> str:
    """Give the label of an answer, unless the title of its kind says the same."""
    label, title = declared.answers()[key].asked.label, declared.title
    first = key == next(iter(declared.answers()))
    return "" if first and (label in title or title in label or label == _NAME) else label


_NAME = "姓名"


def _field_of(every: Sequence[ChildFact], key: str) -> Answer | None:
    stem, _, name = key.rpartition(".")
    kind = (
        stem.partition(":")[2]
        if stem.startswith(ROW)
        else next((one.kind for one in every if one.id == stem), "")
    )
    declared = FACT_KINDS.get(kind)
    return declared.answers().get(name) if declared else None
