"""Measure a workbook that comes back: `python -m tests.bench.returns [rows]`.

Seconds of CPU for reading the file (in its process) and for looking at its rows: as it went out, and with a note in each.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import wsgi
from exports.lists import reading
from intake.ledgers.returning.planning import plan_return
from intake.people import accounts
from intake.store.db import Database
from intake.store.keys import make_keys
from tests.hands.many import many_cases
from tests.hands.returned import Paper, sent_out


def main(number: int = 20_000) -> None:
    """Fill a house with open cases, let the work list go out and come back."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder) / "keys")
        app = wsgi.create_app({"DATA": folder, "MODE": "demo", "RATE_LIMIT": "off"})
        db = cast(Database, app.extensions["baoxue.db"])
        many_cases(db, number, share=1.0)
        by = accounts.person_of_command(db)
        paper = Paper.of(sent_out(db, "work", Path(folder)))
        for words in ("as it went out", "a note in each row"):
            if words != "as it went out":
                page, at = paper.page, paper.column("办理说明")
                for row in paper.rows():
                    page.cell(row, at).value = "问过村里"
            data = paper.data
            read, sheets = taken(lambda data=data: reading.read(data))  # type: ignore[misc]
            looked, found = taken(lambda sheets=sheets: plan_return(db, by, sheets))  # type: ignore[misc]
            print(f"{words:20} {len(found.rows)} rows: read {read:.1f} s, looked at {looked:.1f} s")
        db.close()


def taken(work: Callable[[], Any]) -> tuple[float, Any]:
    """Give the seconds of CPU that some work takes, in this process and in those that it starts, and what it gives."""
    begun = time.process_time() + _children()
    done = work()
    return time.process_time() + _children() - begun, done


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
