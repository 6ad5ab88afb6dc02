"""The children of the house beside those of a list: which are the same, and what has changed of them."""

from dataclasses import dataclass, field, replace

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
from intake.importing.outcome import ACTOR
from intake.importing.pupil import ListedPupil
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id


@dataclass(slots=True)
class Register:
    """The register during one list; `made` names new classes, `came` counts those from other schools."""

    db: Database
    made: list[str] = field(default_factory=list)
    came: int = 0
    _classes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _children: dict[str, Child] = field(default_factory=dict)
    _named: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)
    _seen: dict[str, str] = field(default_factory=dict)
    _covered: set[str] = field(default_factory=set)

    def enter(self, pupil: ListedPupil, where: str) -> str:
        """Enter a child or change what is known of it; tell which. Raises Ambiguous."""
        school = pupil.school.code
        for of in (school, ""):  # those of the school, and those in no class
            self._pool(of)
        digest = number_hash(self.db, pupil.id_number)
        known = self._match(pupil, digest, self._classes.get((school, pupil.grade, pupil.class_name), ""))
        if known and known.id in self._seen:
            other = self._seen[known.id]
            raise Refused(
                f"和{other}是同一个身份证号。"
                if digest and digest == known.number_hash
                else f"和{other}像是同一个孩子；不是的话，请写身份证号或出生日期。"
            )
        klass = self._class(pupil)
        if known is None:
            known = self._add(pupil, digest, klass)
            verdict = "new"
        else:
            verdict = self._change(known, pupil, digest, klass)
        self._seen[known.id] = where
        self._covered.add(klass)
        return verdict

    def gone(self) -> list[Child]:
        """Give the children of the classes in the list who are not in it."""
        there = (one for klass in sorted(self._covered) for one in children_of_class(self.db, klass))
        return [one for one in there if one.id not in self._seen]

    def let_go(self, gone: list[Child]) -> None:
        """Take children out of their class."""
        for one in gone:
            take_child_out(self.db, one, actor=ACTOR)

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
                raise Refused("名单里已经有几个同名的孩子，分不清是哪一个，请写身份证号或出生日期。")
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
            self._classes[key] = new_id()
            self.db.run(
                "INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, ?, ?, ?)",
                (self._classes[key], *key, int(self.db.settings.demo)),
            )
            audit.note(self.db, ACTOR, "class.entered", self._classes[key])
            self.made.append(f"{pupil.school.name}{pupil.grade}{pupil.class_name}")
        return self._classes[key]

    def _add(self, pupil: ListedPupil, digest: str, klass: str) -> Child:
        made = Child(new_id(), pupil.name, pupil.sex, pupil.birth_date, pupil.town or pupil.school.town, pupil.village,
                     klass, pupil.school.code, pupil.grade, pupil.class_name, digest)  # fmt: skip
        enter_child(self.db, made, pupil.id_number, actor=ACTOR)
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
        change_child(self.db, after, number, actor=ACTOR)
        self._children[known.id] = after
        return "changed"


def _contradicts(child: Child, pupil: ListedPupil, digest: str) -> bool:
    """Tell whether something that both know is not the same."""
    pairs = ((child.number_hash, digest), (child.birth_date, pupil.birth_date))
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)
