"""The command `phrases`: what people of the desk decided about messages, as labelled lines without names."""

import json
import os
from pathlib import Path

import click

from bot.understanding.nameless import Nameless, without_names
from intake.errors import Refused
from intake.house import shell
from intake.house.shell import told
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import Database
from intake.talks import labelled

SHORTEST_REASON = 2


def phrases_of_desk(db: Database) -> list[Nameless]:
    """Give the labelled lines that the decisions of the desk make, without names."""
    decided = ((one.reporter, one.said, one.intent) for one in labelled.decided_messages(db))
    known = gazetteer.world(db).places
    every = (*known.towns(), *known.villages(), *known.schools())
    places = {word for one in every for word in (one.name, *one.aliases)}
    return list(without_names(decided, labelled.names_known(db), places, db.today()))


def write_phrases(db: Database, file: Path, reason: str) -> int:
    """Write the lines into a new file that only its owner reads, on record with the reason. Raises Refused."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("请写明导出做什么用：--reason。", "reason")
    lines = [
        json.dumps({"text": one.text, "intent": one.intent, "style": "chat", "slots": {}}, ensure_ascii=False)
        for one in phrases_of_desk(db)
    ]
    with db.write():
        audit.note(db, "command", "phrases.exported", "", f"{len(lines)} {reason.strip()}")
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{file} 已经有了，请换个文件名。", "out") from None
    except OSError as wrong:
        raise Refused(f"{file} 写不了：{wrong.strerror}。", "out") from None
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)
    return len(lines)


@click.command("phrases")
@click.option(
    "--out", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A new file."
)
@click.option("--reason", required=True, help="What for; it stands in the audit.")
@told
def command(file: Path, reason: str) -> None:
    """Write what the desk decided about messages as labelled lines without names, to measure and teach by."""
    count = write_phrases(shell.open_prepared(), file, reason)
    click.echo(f"写了 {count} 行：{file}。名字、电话、地名已经去掉，给别人之前请再看一遍。", err=True)
