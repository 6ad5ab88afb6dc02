"""What a list would change, worked out anew each time it is looked at: the same numbers that the real run has."""

from collections.abc import Sequence
from dataclasses import dataclass

from exports.lists import reading
from intake.errors import Missing, Refused
from intake.importing import member, pupil, roster, schools, staff, uploads
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

PURPOSES = {"roster": "学生名单", "staff": "教职工名单", "schools": "学校名单"}
"""What may be brought, as it is called; the keys are those of the command and of uploads."""
COLUMNS = {"roster": pupil.COLUMNS, "staff": member.COLUMNS, "schools": schools.COLUMNS}


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file as it was read, and the school of rows that name none."""

    upload: Upload
    school: Place | None
    sheets: Sequence[ListSheet]


def purposes_of(by: Person) -> dict[str, str]:
    """Give the lists that somebody may bring."""
    actions = ROLES[by.role].actions
    return {key: title for key, title in PURPOSES.items() if f"list.{key}" in actions}


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
    return ListFile(upload, school_of(db, by, upload.about), reading.read(uploads.data_of(db, upload)))


def preview_of(db: Database, by: Person, file: ListFile) -> Outcome:
    """Find out what a file would change. Raises Refused."""
    return take_list(db, file, Options(skip_bad=True, dry_run=True, by=by))


def take_list(db: Database, file: ListFile, options: Options, finish: Finish = lambda slips: None) -> Outcome:
    """Take a list as the command of its name does. Raises Refused, Stale."""
    match file.upload.purpose:
        case "schools":
            return schools.take(db, file.sheets, options)
        case "roster":
            return roster.take(db, file.sheets, options, file.school)
    if not db.settings.public:
        raise Refused("还没有设置系统的网址，发不了登录纸条。请运维先设好 BAOXUE_ADDRESS，再导入教职工名单。")
    return staff.take(db, file.sheets, options, file.school, finish=finish)
