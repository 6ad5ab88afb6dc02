"""A ledger without masks as a workbook that opens with its password alone: made when it is fetched, kept nowhere."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.books import book, occasion
from exports.books.layout.table import Layout, plain_name
from intake import ledgers
from intake.ledgers.signed import fetching
from intake.ledgers.signed.record import FullExport
from intake.people.accounts import Person
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class FullFile:
    """A closed workbook: its name and its bytes, which lie nowhere else."""

    name: str
    file: BytesIO


def write(db: Database, person: Person, export: FullExport) -> FullFile:
    """Write the workbook of a full export, close it with its password, and put the download on record.

    Raises Missing, Refused, Expired, Unreadable.
    """
    password = fetching.password_of(db, export)
    one, extent, view = fetching.view_of_export(db, person, export)
    name = f"{plain_name(one.filed_as or one.title)}_完整版"
    this = occasion.occasion_for(
        db,
        extent,
        view.period,
        scope=view.scope,
        key=f"{one.key}-full",
        name=name,
        title=f"{one.title}（完整版）",
    )
    layout = Layout(stamp=f"{person.name} {db.here():%Y-%m-%d %H:%M} 下载", clear=True)
    with TemporaryDirectory(prefix=fetching.UNFINISHED, dir=db.settings.data) as folder:
        every = ledgers.ledgers_of_book(db, one.key)
        made = book.write(db, this, every, Path(folder), actor=person.actor, view=view, layout=layout)
        sealed = _closed(made.path, password)
    fetching.note_fetched(db, person, export, sum(made.rows.values()))
    return FullFile(made.path.name, sealed)


def _closed(path: Path, password: str) -> BytesIO:
    """Close a workbook as Excel does (ECMA-376 agile encryption: AES-256, SHA-512)."""
    from msoffcrypto.format.ooxml import OOXMLFile  # what nobody else needs is paid by who fetches

    sealed = BytesIO()
    with path.open("rb") as plain:
        OOXMLFile(plain).encrypt(password, sealed)
    sealed.seek(0)
    return sealed
