"""Files that are replaced under an open database, and all that looks like it and is none."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from intake.errors import Busy, Replaced
from intake.settings import Settings
from intake.store.db import Database
from intake.store.sqlite.engine import Sqlite
from intake.store.sqlite.watch import Watch

COUNT = "SELECT count(*) AS n FROM conversations"


def change(db: Database, times: int = 1) -> None:
    for _ in range(times):
        with db.write():
            db.run(
                "INSERT INTO conversations (reporter, openid, state, version, updated_at) VALUES (?, 'x', 'x', 1, 'x')",
                (os.urandom(8).hex(),),
            )


def copied(path: Path) -> Path:
    copy = path.with_name("copy.db")
    subprocess.run(["cp", path, copy], check=True)  # not by this process: it would let go of SQLite's locks
    return copy


def put_over(copy: Path, path: Path) -> None:
    subprocess.run(["cp", copy, path], check=True)


@pytest.mark.processes
def test_what_is_written_over_is_noticed_wherever_the_log_stands(settings: Settings) -> None:
    for folded_before, folded_after, more in (
        (0, 0, 0),
        (1, 0, 0),
        (0, 1, 0),
        (1, 1, 0),
        (1, 1, 3),
        (0, 1, 3),
    ):
        with closing(Database(settings)) as busy, closing(Database(settings)) as idle:
            idle.one(COUNT)
            change(busy, 3)
            if folded_before:
                busy.checkpoint()
            copy = copied(busy.path)
            change(busy, 3)
            if folded_after:
                busy.checkpoint()
            change(busy, more)  # begins the log anew
            put_over(copy, busy.path)
            for db in (busy, idle):
                with pytest.raises(Replaced):
                    change(db)
                with pytest.raises(Replaced):
                    db.one(COUNT)
                with pytest.raises(Replaced):
                    db.checkpoint()
            with closing(Database(settings)) as late, pytest.raises(Replaced):
                late.one(COUNT)  # while they live, nobody else works with what they do not
        for end in ("-wal", "-shm"):
            busy.path.with_name(busy.path.name + end).unlink(missing_ok=True)
        with closing(Database(settings)) as anew:
            change(anew)


def hard(*databases: Database, folds: Callable[[Database], None]) -> int:
    """Let several threads change and read for two seconds, and fold the log as somebody does; give how many changes."""
    ending, done, wrong = threading.Event(), list[int](), list[BaseException]()

    def work(does: Callable[[], None]) -> None:
        while not ending.is_set():
            try:
                does()
            except Replaced as error:
                wrong.append(error)
                ending.set()
            except Busy:
                continue

    def turn(db: Database) -> None:
        change(db)
        done.append(1)

    def look(db: Database) -> None:
        db.one(COUNT)
        cast(Sqlite, db.engine)._watch.check()
        time.sleep(0.001)

    jobs: list[Callable[[], None]] = [partial(turn, db) for db in (*databases, *databases)]
    jobs += [*(partial(look, db) for db in (*databases, *databases)), partial(folds, databases[0])]
    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    ending.wait(2)
    ending.set()
    for thread in threads:
        thread.join()
    assert not wrong
    return len(done)


def often(db: Database) -> None:
    db.checkpoint()


def by_another_program(db: Database) -> None:
    with closing(sqlite3.connect(db.path)) as raw, suppress(sqlite3.OperationalError):
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)")
    time.sleep(0.05)
    cast(Sqlite, db.engine)._watch.check()


def never(db: Database) -> None:
    time.sleep(0.1)


@pytest.mark.parametrize("folds", [often, never])
def test_what_the_house_does_itself_is_no_replacement(
    settings: Settings, folds: Callable[[Database], None]
) -> None:
    with closing(Database(settings)) as one, closing(Database(settings)) as other:
        if folds is never:  # SQLite folds within changes, as in a house without a worker
            for db in (one, other):
                cast(Sqlite, db.engine)._writer.execute("PRAGMA wal_autocheckpoint = 20")
        made = hard(one, other, folds=folds)
        row = one.one(COUNT)
        assert row is not None
        assert row["n"] == made > 20


def test_who_looks_for_long_keeps_the_gate_while_others_of_its_process_look_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second to look opened the gate to the first; what was changed behind it then looked like another file."""
    look = Watch._look

    def slowly(watch: Watch) -> object:
        found = look(watch)
        time.sleep(0.003)
        return found

    monkeypatch.setattr(Watch, "_look", slowly)
    test_what_the_house_does_itself_is_no_replacement(settings, never)


def test_what_another_program_does_properly_is_no_replacement(settings: Settings) -> None:
    with closing(Database(settings)) as db:
        for _ in range(20):
            change(db, 5)
            by_another_program(db)
            with closing(sqlite3.connect(db.path)) as raw:
                raw.execute("UPDATE conversations SET state = 'y'")
                raw.commit()
            change(db)


@pytest.mark.processes
def test_who_comes_while_another_goes_finds_a_log_made_anew_and_nothing_wrong(settings: Settings) -> None:
    program = (
        "import sys; from pathlib import Path; from intake.settings import Settings;"
        "from intake.store.db import Database; from tests.store.test_watch import change;"
        "[change(Database(Settings(data=Path(sys.argv[1]), mode='demo'))) for _ in range(20)]"
    )
    command = [sys.executable, "-c", program, str(settings.data)]
    running = [subprocess.Popen(command) for _ in range(4)]
    assert [one.wait(120) for one in running] == [0] * 4
    for _ in range(30):
        db = Database(settings)
        change(db)
        db.checkpoint()
        del db  # not even closed
    with closing(Database(settings)) as db:
        row = db.one(COUNT)
    assert row is not None
    assert row["n"] == 110


def test_a_check_costs_next_to_nothing(settings: Settings) -> None:
    """Measure a check in time of this processor; the bound only catches a blunder."""
    with closing(Database(settings)) as db:
        change(db)
        watch = cast(Sqlite, db.engine)._watch
        began = time.process_time()
        for _ in range(2000):
            watch.check()
        assert (time.process_time() - began) / 2000 < 0.0002


def test_a_house_of_before_goes_on_without_its_marks(settings: Settings) -> None:
    with closing(Database(settings)) as db:
        change(db)
    for name in ("checkpoint.mark", "checkpoint.lock"):
        (settings.data / name).unlink()
    shutil.copyfile(settings.database, settings.data / "same.db")
    os.replace(settings.data / "same.db", settings.database)  # while nobody has it open
    with closing(Database(settings)) as db:
        change(db)


@pytest.mark.processes
def test_who_is_killed_while_bringing_the_log_in_makes_no_replacement(settings: Settings) -> None:
    program = (
        "import sys; from pathlib import Path; from intake.settings import Settings;"
        "from intake.store.db import Database; db = Database(Settings(data=Path(sys.argv[1]), mode='demo'));"
        "print('here', flush=True)\nwhile True: db.checkpoint()"
    )
    command = [sys.executable, "-c", program, str(settings.data)]
    with closing(Database(settings)) as db:
        change(db)
        for number in range(8):
            with subprocess.Popen(command, stdout=subprocess.PIPE) as folding:
                assert folding.stdout is not None
                folding.stdout.readline()
                ending = time.monotonic() + 0.05 + number / 100
                while time.monotonic() < ending:
                    change(db)
                folding.kill()
            change(db, 20)
            db.checkpoint()
