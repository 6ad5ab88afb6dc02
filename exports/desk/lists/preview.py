"""What a list would change, worked out anew each time it is looked at: the same numbers that the real run has."""

from collections.abc import Sequence
from dataclasses import dataclass

from exports.desk.lists.kept import kept_sheets
from exports.lists.listings import LIST_KINDS, ListKind, list_kinds_of
from intake.errors import Missing
from intake.importing import uploads
from intake.importing.outcome import Options, Outcome
from intake.importing.staff import Finish
from intake.importing.table import ListSheet
from intake.importing.uploads import Upload
from intake.people.accounts import Person, scope_of
from intake.people.roles import ROLES
from intake.people.scope import sees
from intake.places import gazetteer
from intake.places.places import Place
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file as it was read, and the school of rows that name none."""

    upload: Upload
    school: Place | None
    sheets: Sequence[ListSheet]


def purposes_of(by: Person) -> dict[str, ListKind]:
    """Give the lists that somebody may bring."""
    return list_kinds_of(ROLES[by.role])


def schools_of(db: Database, by: Person) -> list[Place]:
    """Give the schools of somebody's area; of a principal her own."""
    scope = scope_of(db, by)
    found = gazetteer.world(db).places.schools()
    return [one for one in found if sees(scope, town=one.town, school=one.code)]


def school_of(db: Database, by: Person, code: str) -> Place | None:
    """Give the school that a list is of where its rows say none: the one chosen, a principal's own. Raises Missing."""
    found = {one.code: one for one in schools_of(db, by)}
    if by.school:
        return found.get(by.school)
    if code and code not in found:
        raise Missing
    return found.get(code)


def list_file(db: Database, by: Person, key: str) -> ListFile:
    """Read a file that somebody sent. Raises Missing, Refused where it cannot be read."""
    upload = uploads.upload_of(db, key, by, *purposes_of(by))
    return ListFile(upload, school_of(db, by, upload.about), kept_sheets(uploads.data_of(db, upload)))


def preview_of(db: Database, by: Person, file: ListFile, *, whole: bool = False) -> Outcome:
    """Find out what a file would change; `whole`: a register that tells of all there is. Raises Refused."""
    return take_list(db, file, Options(skip_bad=True, dry_run=True, by=by, whole=whole))


def take_list(db: Database, file: ListFile, options: Options, finish: Finish = lambda slips: None) -> Outcome:
    """Take a list as the command of its name does. Raises Refused, Stale."""
    return LIST_KINDS[file.upload.purpose].take(db, file.sheets, options, file.school, finish)
