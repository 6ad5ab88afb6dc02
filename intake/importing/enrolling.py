"""The children of the house beside those of a list: which are the same, and what has changed of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from intake.cases.case import visible
from intake.children import stays
from intake.children.children import (
    ALL_NAMES,
    Child,
    change_child,
    child_of_number,
    child_of_pupil_number,
    children_of_class,
    children_of_school,
    enter_child,
    number_hash,
    pupil_hash,
)
from intake.children.matching.certain import certain_child
from intake.children.matching.described import Described
from intake.errors import Refused
from intake.importing.outcome import Options
from intake.importing.pupil import ListedPupil
from intake.importing.rosters import doubts, identity, moves
from intake.importing.rosters.moves import Move
from intake.importing.rosters.told import Told
from intake.importing.table import ListRow
from intake.language.identity import document_number
from intake.language.naming.names import name_key
from intake.language.spoken import GRADES
from intake.people.accounts import scope_of
from intake.people.scope import sees
from intake.places.places import Place, Places
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id


@dataclass(slots=True)
class Register:
    """The register during one list; `made` names new classes, `moves` are those who changed class or school.

    For a trial it writes nothing, and knows nevertheless what it would have written. `told` is what rows tell of
    children, by id.
    """

    db: Database
    options: Options
    places: Places
    made: list[str] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    arrived: list[Child] = field(default_factory=list)
    told: list[tuple[str, str, Told]] = field(default_factory=list)
    _classes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _children: dict[str, Child] = field(default_factory=dict)
    _named: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _numbered: dict[str, str] = field(default_factory=dict)
    _beyond: int = 0
    _read: set[str] = field(default_factory=set)
    _seen: dict[str, str] = field(default_factory=dict)
    _covered: set[str] = field(default_factory=set)
    _before: dict[str, str] = field(default_factory=dict)
    """Class of each child of the schools of the list, before it."""
    _names: frozenset[str] | None = None
    entered: list[str] = field(default_factory=list)
    _refilled: set[str] = field(default_factory=set)
    _grades: dict[str, set[str]] = field(default_factory=dict)
    """School years of each school that had children before."""

    def enter(self, pupil: ListedPupil, where: str) -> str:
        """Enter a child or change what is known of it; tell which. Raises Refused."""
        school = pupil.school.code
        self._refuse_outside(pupil.school, doubts.OUTSIDE)
        for of in (school, ""):  # those of the school, and those in no class
            self._pool(of)
        digest, number = number_hash(self.db, pupil.id_number), pupil_hash(self.db, pupil.pupil_number)
        known = self._match(
            pupil, digest, number, self._classes.get((school, pupil.grade, pupil.class_name), "")
        )
        if known and known.id in self._seen:
            other = self._seen[known.id]
            same = digest and digest == known.number_hash
            raise Refused(
                f"和{other}是同一个身份证号。"
                if same
                else f"和{other}像是同一个孩子；不是的话，请写身份证号或出生日期。",
                "id_number" if same else "name",
            )
        if known and known.school and (held := self.places.get(known.school)):
            self._refuse_elsewhere(held)
        klass = self._class(pupil)
        if known is None:
            known = self._add(pupil, digest, number, klass)
            verdict = "new"
        else:
            verdict = self._change(known, pupil, digest, number, klass)
        self._seen[known.id] = where
        self._covered.add(klass)
        if pupil.told:
            self.told.append((known.id, verdict, pupil.told))
        return verdict

    def gone(self, refused: Iterable[ListRow]) -> list[Child]:
        """Give the children of the classes in the list who are not in it, not even in a row that was refused."""
        rows = list(refused)
        names = {name_key(row.get("name")) for row in rows}
        numbers = {number_hash(self.db, document_number(row.get("id_number")) or "") for row in rows} - {""}
        self._refilled = {one.after.class_id for one in self.moves if one.way == stays.MOVED_UP}
        there = (one for klass in sorted(self._covered) for one in children_of_class(self.db, klass))
        return [
            one
            for one in there
            if one.id not in self._seen
            and name_key(one.name) not in names
            and (one.number_hash or None) not in numbers
        ]

    def finished(self, child: Child) -> bool:
        """Tell whether a child that is gone has left its school with all of its year: the class has others by now."""
        return child.class_id in self._refilled and moves.is_last_year(
            child, self._grades.get(child.school, ())
        )

    @property
    def newcomers(self) -> list[Child]:
        """Give who of the list is new to the house, at schools that had children before it."""
        return [self._children[one] for one in self.entered if self._children[one].school in self._grades]

    @property
    def seen(self) -> dict[str, Child]:
        """Give the children of the list by id, as they are after it."""
        return {one: self._children[one] for one in self._seen}

    def sizes(self) -> dict[str, tuple[Child, int, int]]:
        """Give of each class of the list one of its children, and how many it had before and has after it."""
        before: dict[str, int] = {}
        for klass in self._before.values():
            before[klass] = before.get(klass, 0) + 1
        found: dict[str, tuple[Child, int, int]] = {}
        for child in self._children.values():
            if child.class_id in self._covered:
                _, was, now = found.get(child.class_id, (child, before.get(child.class_id, 0), 0))
                found[child.class_id] = (child, was, now + 1)
        return found

    def cases(self, children: Sequence[Child]) -> dict[str, str]:
        """Give the number of an open case of each child who has one, as far as whoever takes the list may see it."""
        by, found = self.options.by, dict[str, str]()
        seen, args = visible(self.db, by) if by else ("1 = 1", [])
        for one in children:
            row = self.db.one(
                f"SELECT c.number FROM cases c WHERE c.child = ? AND c.open = 1 AND {seen} ORDER BY c.id",  # noqa: S608
                (one.id, *args),
            )
            if row:
                found[one.id] = row["number"]
        return found

    def let_go(self, gone: Iterable[Child]) -> None:
        """Take children out of their class."""
        for one in gone:
            if not self.options.dry_run:
                went = stays.FINISHED if self.finished(one) else "left"
                stays.let_child_go(self.db, one, went, actor=self.options.actor, day=self.db.today())

    def _refuse_outside(self, school: Place, sentence: str) -> None:
        """Refuse what is of a school that is not of whoever takes the list."""
        by = self.options.by
        if by and not sees(scope_of(self.db, by), town=school.town, school=school.code):
            raise Refused(sentence, "school")

    def _refuse_elsewhere(self, held: Place) -> None:
        """Refuse a child of a school that is not of whoever takes the list; of a few it is said which school that is."""
        try:
            self._refuse_outside(
                held, doubts.ELSEWHERE.format(held.name) if self._beyond < doubts.NAMED else doubts.NOBODYS
            )
        except Refused:
            self._beyond += 1
            raise

    def _pool(self, school: str) -> None:
        """Read the children and classes of a school, once."""
        if school in self._read:
            return
        self._read.add(school)
        for child in children_of_school(self.db, school):
            self._keep(child)
            if school:
                self._before.setdefault(child.id, child.class_id)
                self._grades.setdefault(school, set()).add(child.grade)
        for row in self.db.all("SELECT id, grade, class_name FROM classes WHERE school = ?", (school,)):
            self._classes[school, row["grade"], row["class_name"]] = row["id"]

    def _match(self, pupil: ListedPupil, digest: str, number: str, klass: str) -> Child | None:
        """Find the child by its numbers, else by name and class, else by what is certain, wherever it learns."""
        school = pupil.school.code
        if found := self._by_number(digest, number):
            named = (self._children[one] for one in self._named.get((school, pupil.name), ()))
            doubts.refuse_mixed_up(found, pupil, klass, named)
            return found
        alike = [
            one
            for of in (school, "")
            for one in (self._children[known] for known in self._named.get((of, pupil.name), ()))
            if not doubts.contradicts(one, pupil, digest, number)
        ]
        born = [one for one in alike if one.birth_date and one.birth_date == pupil.birth_date]
        here = [one for one in alike if klass and one.class_id == klass]
        for close in ([one for one in born if one in here], here, born):
            if len(close) > 1:
                raise Refused(doubts.SEVERAL, "name")
            if close:
                return close[0]
        return self._certain(pupil)

    def _by_number(self, digest: str, number: str) -> Child | None:
        """Find by identity number, else by 学籍号. Raises Refused where they are of two children."""
        pairs = ((digest, child_of_number), (number, child_of_pupil_number))
        there = [
            self._children.get(self._numbered.get(one, "")) or find(self.db, one)
            for one, find in pairs
            if one
        ]
        found = [one for one in there if one]
        if len({one.id for one in found}) > 1:
            raise Refused(doubts.TWO, "pupil_number")
        return self._keep(found[0]) if found else None

    @property
    def _every_name(self) -> frozenset[str]:
        """Give every name that the house knew before the list: of nobody else anything is certain."""
        if self._names is None:
            names = [str(row["name"]) for row in self.db.each(ALL_NAMES)]
            self._names = frozenset(names) | frozenset(map(name_key, names))
        return self._names

    def _certain(self, pupil: ListedPupil) -> Child | None:
        """Find who it certainly is of the whole district, and is not in this list already."""
        if pupil.name not in self._every_name and name_key(pupil.name) not in self._every_name:
            return None
        phones = tuple(str(value["phone"]) for _, value in pupil.told if value.get("phone"))
        told = Described(pupil.name, pupil.birth_date, pupil.sex, pupil.id_number, pupil.pupil_number, phones)
        found = certain_child(self.db, told)
        if found is None or found.id in self._seen or doubts.is_namesake(self.db, found, pupil):
            return None
        return self._keep(found)

    def _keep(self, child: Child) -> Child:
        """Know a child from now on; what the list has said of it already stands."""
        if child.id not in self._children:
            self._children[child.id] = child
            self._named.setdefault((child.school, child.name), []).append(child.id)
        return self._children[child.id]

    def _class(self, pupil: ListedPupil) -> str:
        key = (pupil.school.code, pupil.grade, pupil.class_name)
        if key not in self._classes:
            self._classes[key] = made = new_id()
            if not self.options.dry_run:
                self.db.run(
                    "INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, ?, ?, ?)",
                    (made, *key, int(self.db.settings.demo)),
                )
                audit.note(self.db, self.options.actor, "class.entered", made)
            self.made.append(f"{pupil.school.name}{pupil.grade}{pupil.class_name}")
        return self._classes[key]

    def _add(self, pupil: ListedPupil, digest: str, number: str, klass: str) -> Child:
        made = Child(new_id(), pupil.name, pupil.sex, pupil.birth_date, pupil.town or pupil.school.town, pupil.village,
                     klass, pupil.school.code, pupil.grade, pupil.class_name, digest, number)  # fmt: skip
        if not self.options.dry_run:
            enter_child(self.db, made, pupil.id_number, actor=self.options.actor, pupil_number=pupil.pupil_number,
                        source=moves.SOURCE)  # fmt: skip
        self.entered.append(made.id)
        self._arrive(made, None)
        self._numbered |= {one: made.id for one in (digest, number) if one}
        return self._keep(made)

    def _change(self, known: Child, pupil: ListedPupil, digest: str, number: str, klass: str) -> str:
        """Write what a row says otherwise; what it does not say stays."""
        moved_home = pupil.town and pupil.town != known.town
        after = replace(
            known, name=pupil.name, sex=pupil.sex or known.sex, birth_date=pupil.birth_date or known.birth_date,
            town=pupil.town or known.town, village=pupil.village or ("" if moved_home else known.village),
            class_id=klass, school=pupil.school.code, grade=pupil.grade, class_name=pupil.class_name,
            number_hash=digest or known.number_hash, pupil_hash=number or known.pupil_hash,
        )  # fmt: skip
        if known == after:
            return "same"
        if not self.options.dry_run:
            identity.keep_what_was(self.db, known, after, self.options.actor)
            change_child(
                self.db, after, pupil.id_number if digest != known.number_hash else "", actor=self.options.actor,
                pupil_number=pupil.pupil_number if number != known.pupil_hash else "",
            )  # fmt: skip
        self._numbered |= {one: after.id for one in (digest, number) if one}
        self._children[known.id] = after
        if known.class_id != after.class_id:
            self._arrive(after, known)
        return "changed"

    def _arrive(self, after: Child, before: Child | None) -> None:
        """Note how a child came into its class; who is new in a year that the school had already came from elsewhere."""
        there = self._grades.get(after.school, set())
        year = GRADES.find(after.grade[:1])
        known = after.grade in there or (year > 0 and f"{GRADES[year - 1]}年级" in there)
        before = moves.as_it_left(self.db, before, after.school) if before else None
        fresh = before is None or not before.school
        if fresh and known and after.grade not in moves.FIRST:
            self.arrived.append(after)
        way = moves.way_of_move(before, after) if before else stays.LISTED
        if before:
            self.moves.append(Move(before, after, way))
        if not self.options.dry_run:
            start = before or replace(after, class_id="")
            moves.note_move(self.db, Move(start, after, way), self.options.actor, fresh=before is None)
            if after in self.arrived[-1:]:
                moves.note_transfer(self.db, after, "", self.options.actor)
