"""The children of the house beside those of a list: which are the same, and what has changed of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from intake.cases.case import visible
from intake.children.children import (
    Child,
    change_child,
    child_of_number,
    children_of_class,
    children_of_school,
    enter_child,
    number_hash,
    take_child_out,
)
from intake.errors import Refused
from intake.importing.outcome import Options
from intake.importing.pupil import ListedPupil
from intake.importing.table import ListRow
from intake.language.identity import document_number
from intake.language.naming.names import name_key
from intake.people.accounts import scope_of
from intake.people.scope import sees
from intake.places.places import Place, Places
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

OUTSIDE = "这所学校不归您管，这一行没有导入。请让那所学校或者教育局来导入。"
ELSEWHERE = "这个孩子在{}的名单里，那所学校不归您管。确实转来了，请让教育局来导入。"


@dataclass(slots=True)
class Register:
    """The register during one list; `made` names new classes, `came` counts those from other schools.

    For a trial it writes nothing, and knows nevertheless what it would have written.
    """

    db: Database
    options: Options
    places: Places
    made: list[str] = field(default_factory=list)
    came: int = 0
    _classes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _children: dict[str, Child] = field(default_factory=dict)
    _named: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _numbered: dict[str, str] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)
    _seen: dict[str, str] = field(default_factory=dict)
    _covered: set[str] = field(default_factory=set)

    def enter(self, pupil: ListedPupil, where: str) -> str:
        """Enter a child or change what is known of it; tell which. Raises Refused."""
        school = pupil.school.code
        self._refuse_outside(pupil.school, OUTSIDE)
        for of in (school, ""):  # those of the school, and those in no class
            self._pool(of)
        digest = number_hash(self.db, pupil.id_number)
        known = self._match(pupil, digest, self._classes.get((school, pupil.grade, pupil.class_name), ""))
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
            self._refuse_outside(held, ELSEWHERE.format(held.name))
        klass = self._class(pupil)
        if known is None:
            known = self._add(pupil, digest, klass)
            verdict = "new"
        else:
            verdict = self._change(known, pupil, digest, klass)
        self._seen[known.id] = where
        self._covered.add(klass)
        return verdict

    def gone(self, refused: Iterable[ListRow]) -> list[Child]:
        """Give the children of the classes in the list who are not in it, not even in a row that was refused."""
        rows = list(refused)
        names = {name_key(row.get("name")) for row in rows}
        numbers = {number_hash(self.db, document_number(row.get("id_number")) or "") for row in rows} - {""}
        there = (one for klass in sorted(self._covered) for one in children_of_class(self.db, klass))
        return [
            one
            for one in there
            if one.id not in self._seen
            and name_key(one.name) not in names
            and (one.number_hash or None) not in numbers
        ]

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
                take_child_out(self.db, one, actor=self.options.actor)

    def _refuse_outside(self, school: Place, sentence: str) -> None:
        """Refuse what is of a school that is not of whoever takes the list."""
        by = self.options.by
        if by and not sees(scope_of(self.db, by), town=school.town, school=school.code):
            raise Refused(sentence, "school")

    def _pool(self, school: str) -> None:
        """Read the children and classes of a school, once."""
        if school in self._read:
            return
        self._read.add(school)
        for child in children_of_school(self.db, school):
            self._keep(child)
        for row in self.db.all("SELECT id, grade, class_name FROM classes WHERE school = ?", (school,)):
            self._classes[school, row["grade"], row["class_name"]] = row["id"]

    def _match(self, pupil: ListedPupil, digest: str, klass: str) -> Child | None:
        """Find the child by its number, else by name and class, else by name and birth date in its school."""
        school = pupil.school.code
        if (entered := self._numbered.get(digest)) and digest:
            return self._children[entered]
        if found := child_of_number(self.db, digest):
            return self._keep(found)
        alike = [
            one
            for of in (school, "")
            for one in (self._children[known] for known in self._named.get((of, pupil.name), ()))
            if not _contradicts(one, pupil, digest)
        ]
        born = [one for one in alike if one.birth_date and one.birth_date == pupil.birth_date]
        here = [one for one in alike if klass and one.class_id == klass]
        for close in ([one for one in born if one in here], here, born):
            if len(close) > 1:
                raise Refused("名单里已经有几个同名的孩子，分不清是哪一个，请写身份证号或出生日期。", "name")
            if close:
                return close[0]
        return None

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

    def _add(self, pupil: ListedPupil, digest: str, klass: str) -> Child:
        made = Child(new_id(), pupil.name, pupil.sex, pupil.birth_date, pupil.town or pupil.school.town, pupil.village,
                     klass, pupil.school.code, pupil.grade, pupil.class_name, digest)  # fmt: skip
        if not self.options.dry_run:
            enter_child(self.db, made, pupil.id_number, actor=self.options.actor)
        if digest:
            self._numbered[digest] = made.id
        return self._keep(made)

    def _change(self, known: Child, pupil: ListedPupil, digest: str, klass: str) -> str:
        """Write what a row says otherwise; what it does not say stays."""
        moved_home = pupil.town and pupil.town != known.town
        after = replace(
            known, name=pupil.name, sex=pupil.sex or known.sex, birth_date=pupil.birth_date or known.birth_date,
            town=pupil.town or known.town, village=pupil.village or ("" if moved_home else known.village),
            class_id=klass, number_hash=digest or known.number_hash,
        )  # fmt: skip
        if known == after:
            return "same"
        if known.school not in ("", pupil.school.code):
            self.came += 1
        number = pupil.id_number if digest != known.number_hash else ""
        if not self.options.dry_run:
            change_child(self.db, after, number, actor=self.options.actor)
        if digest:
            self._numbered[digest] = after.id
        self._children[known.id] = after
        return "changed"


def _contradicts(child: Child, pupil: ListedPupil, digest: str) -> bool:
    """Tell whether something that both know is not the same."""
    pairs = ((child.number_hash, digest), (child.birth_date, pupil.birth_date))
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)
