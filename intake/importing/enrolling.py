"""The children of the house beside those of a list: which are the same, and what has changed of them."""

from dataclasses import dataclass, field
from operator import attrgetter

from intake.importing.outcome import ACTOR
from intake.importing.pupil import Pupil
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

_CHILDREN = (
    "SELECT ch.id, ch.child_name, coalesce(ch.sex, '') AS sex, coalesce(ch.birth_date, '') AS birth_date,"
    " coalesce(ch.id_number_hash, '') AS digest, coalesce(ch.class, '') AS class, ch.town,"
    " coalesce(ch.village, '') AS village, coalesce(c.school, '') AS school,"
    " coalesce(c.grade || c.class_name, '') AS title"
    " FROM children ch LEFT JOIN classes c ON c.id = ch.class"
)
_facts = attrgetter("name", "sex", "birth_date", "digest", "klass", "town", "village")


class Ambiguous(Exception):
    """A row that cannot be told from another child; the text says why, in Chinese."""


@dataclass(slots=True)
class Known:
    """A child of the house."""

    id: str
    name: str
    sex: str
    birth_date: str
    digest: str
    klass: str
    town: str
    village: str
    school: str
    title: str

    def contradicts(self, pupil: Pupil, digest: str) -> bool:
        """Tell whether something that both know is not the same."""
        pairs = ((self.digest, digest), (self.birth_date, pupil.birth_date))
        return any(mine and theirs and mine != theirs for mine, theirs in pairs)


@dataclass(slots=True)
class Register:
    """The register during one list; `made` names new classes, `came` counts those from other schools."""

    db: Database
    made: list[str] = field(default_factory=list)
    came: int = 0
    _classes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _named: dict[tuple[str, str], list[Known]] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)
    _seen: dict[str, str] = field(default_factory=dict)
    _covered: set[str] = field(default_factory=set)

    def enter(self, pupil: Pupil, where: str) -> str:
        """Enter a child or change what is known of it; tell which. Raises Ambiguous."""
        school = pupil.school.code
        for of in (school, ""):  # those of the school, and those in no class
            self._pool(of)
        digest = self.db.keys.digest("IdNumber", pupil.id_number) if pupil.id_number else ""
        known = self._match(pupil, digest, self._classes.get((school, pupil.grade, pupil.class_name), ""))
        if known and known.id in self._seen:
            other = self._seen[known.id]
            raise Ambiguous(
                f"和{other}是同一个身份证号。"
                if digest and digest == known.digest
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

    def gone(self) -> list[Known]:
        """Give the children of the classes in the list who are not in it."""
        rows = (
            row
            for klass in sorted(self._covered)
            for row in self.db.all(f"{_CHILDREN} WHERE ch.class = ? ORDER BY ch.child_name", (klass,))
        )
        return [_known(row) for row in rows if row["id"] not in self._seen]

    def let_go(self, gone: list[Known]) -> None:
        """Take children out of their class."""
        for one in gone:
            self.db.run("UPDATE children SET class = NULL WHERE id = ?", (one.id,))
            audit.note(self.db, ACTOR, "child.left", one.id, one.klass)

    def _pool(self, school: str) -> None:
        """Read the children and classes of a school, once."""
        if school in self._read:
            return
        self._read.add(school)
        for row in self.db.all(f"{_CHILDREN} WHERE coalesce(c.school, '') = ?", (school,)):
            self._named.setdefault((school, row["child_name"]), []).append(_known(row))
        for row in self.db.all("SELECT id, grade, class_name FROM classes WHERE school = ?", (school,)):
            self._classes[school, row["grade"], row["class_name"]] = row["id"]

    def _match(self, pupil: Pupil, digest: str, klass: str) -> Known | None:
        """Find the child by its number, else by name and class, else by name and birth date in its school."""
        school = pupil.school.code
        if digest and (row := self.db.one(f"{_CHILDREN} WHERE ch.id_number_hash = ?", (digest,))):
            return self._pooled(row)
        alike = [
            one
            for of in (school, "")
            for one in self._named.get((of, pupil.name), ())
            if not one.contradicts(pupil, digest)
        ]
        born = [one for one in alike if one.birth_date and one.birth_date == pupil.birth_date]
        here = [one for one in alike if klass and one.klass == klass]
        for close in ([one for one in born if one in here], here, born):
            if len(close) > 1:
                raise Ambiguous("名单里已经有几个同名的孩子，分不清是哪一个，请写身份证号或出生日期。")
            if close:
                return close[0]
        return None

    def _pooled(self, row: Row) -> Known:
        """Give the one object that stands for a child."""
        for named in self._named.get((row["school"], row["child_name"]), ()):
            if named.id == row["id"]:
                return named
        made = _known(row)
        self._named.setdefault((made.school, made.name), []).append(made)
        return made

    def _class(self, pupil: Pupil) -> str:
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

    def _add(self, pupil: Pupil, digest: str, klass: str) -> Known:
        made = Known(new_id(), pupil.name, pupil.sex, pupil.birth_date, digest, klass, pupil.town or pupil.school.town,
                     pupil.village, pupil.school.code, pupil.grade + pupil.class_name)  # fmt: skip
        self.db.run(
            "INSERT INTO children (id, child_name, sex, birth_date, id_number, id_number_hash, class, town, village, demo)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (made.id, made.name, made.sex or None, made.birth_date or None, self._locked(pupil), digest or None, klass,
             made.town, made.village or None, int(self.db.settings.demo)),
        )  # fmt: skip
        audit.note(self.db, ACTOR, "child.entered", made.id, klass)
        self._named.setdefault((made.school, made.name), []).append(made)
        return made

    def _change(self, known: Known, pupil: Pupil, digest: str, klass: str) -> str:
        """Write what a row says otherwise; what it does not say stays."""
        moved_home = pupil.town and pupil.town != known.town
        after = (
            pupil.name, pupil.sex or known.sex, pupil.birth_date or known.birth_date, digest or known.digest, klass,
            pupil.town or known.town, pupil.village or ("" if moved_home else known.village),
        )  # fmt: skip
        if _facts(known) == after:
            return "same"
        if known.school not in ("", pupil.school.code):
            self.came += 1
        name, sex, born, hashed, _, town, village = after
        self.db.run(
            "UPDATE children SET child_name = ?, sex = ?, birth_date = ?, class = ?, town = ?, village = ? WHERE id = ?",
            (name, sex or None, born or None, klass, town, village or None, known.id),
        )
        if hashed != known.digest:
            self.db.run(
                "UPDATE children SET id_number = ?, id_number_hash = ? WHERE id = ?",
                (self._locked(pupil), hashed, known.id),
            )
        audit.note(self.db, ACTOR, "child.changed", known.id, klass)
        known.name, known.sex, known.birth_date, known.digest, known.klass, known.town, known.village = after
        return "changed"

    def _locked(self, pupil: Pupil) -> str | None:
        return self.db.keys.lock(pupil.id_number) if pupil.id_number else None


def _known(row: Row) -> Known:
    return Known(*row)
