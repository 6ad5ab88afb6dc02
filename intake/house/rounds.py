"""The worker's rounds: clocks of cases, alarms that nobody has taken, whoever is to be rung, likely matches, visits due.

And its housekeeping: the log of the database kept short, what is past its term deleted, reports of before adopted.
"""

import logging
import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Sequence

from intake.cases.rounds import clocks, matching
from intake.cases.rounds.clocks import Ticked
from intake.cases.told import inbox
from intake.errors import Busy, where
from intake.house import retention
from intake.ledgers.known import visiting
from intake.ledgers.signed import reminding
from intake.people import accounts, tries
from intake.reports import adopting
from intake.reports.senders import bunches
from intake.reports.whose import working
from intake.school import followed
from intake.school.differences import comparing
from intake.school.register import due
from intake.settings import Settings, foreign_environment
from intake.store.db import Database
from intake.talks import alarms, silences

HOUR, MINUTE = 3600.0, 60.0
PULSE = 15.0
"""Seconds between two rounds: who is in danger waits no longer."""
BOUND = 10.0
"""Seconds that a program which rings may take."""
AT_ONCE = 8
"""How many of them run beside each other."""

log = logging.getLogger("baoxue.rounds")

Chore = Callable[[Database, threading.Event], None]
"""Work that goes on beside, until the event."""


class Housekeeping:
    """What the worker itself does beside its chores. A page that is damaged stops what needs it, and nothing else."""

    def __init__(self, db: Database) -> None:
        """Begin with everything due."""
        self._db, self._purged, self._adopted = db, -HOUR, -MINUTE

    def go_round(self) -> bool:
        """Do what is due; tell whether nothing of it failed."""
        return all([self._tried("checkpoint", self._db.checkpoint), self._adopt(), self._purge()])

    def _adopt(self) -> bool:
        if time.monotonic() - self._adopted <= MINUTE:
            return True
        self._adopted = time.monotonic()
        return self._tried("adopting", lambda: adopting.adopt_reports(self._db))

    def _purge(self) -> bool:
        if time.monotonic() - self._purged <= HOUR:
            return True
        self._purged = time.monotonic()
        return self._tried("purge", lambda: retention.purge(self._db))

    def _tried(self, what: str, does: Callable[[], object]) -> bool:
        """Do something; what fails is a line in the log, for the alarms of children go on beside it."""
        try:
            does()
        except Busy:
            pass  # somebody has the gate: the next time that it is due is as good
        except Exception as fault:
            log.error("%s: %s", what, where(fault))
            return False
        return True


def go_round(db: Database, *, at_night: bool = True) -> Ticked:
    """Wind the clocks of all cases, tell of danger that nobody has taken, and ring; ask, and remind. Raises Busy.

    What was claimed is rung for before anything else may be put off: claimed once, it comes again in half an hour.
    """
    try:
        done = clocks.tick(db, at_night=at_night)
        try:
            done.alarms += bunches.tell_bunches(db)
        finally:
            ring(db.settings, done.alarms)
    except Busy:
        raise
    except Exception:  # cases that cannot be read take nothing from the words of danger that lie in none
        _go_beside(db)
        raise
    _go_beside(db)
    return done


def _go_beside(db: Database) -> None:
    for step in _BESIDE:
        try:
            step(db)
        except Busy:
            raise
        except Exception as fault:  # what one of them cannot read takes nothing from the others
            log.error("round: %s", where(fault))


def tell_guessing(db: Database) -> int:
    """Tell who manages accounts, once for each hour, that somebody is guessing secrets by the hundred; give how many."""
    told = 0
    for key, until in tries.guessed(db):
        with db.write():
            people = accounts.people_who_may(db, "account.manage")
            told += inbox.tell_of(db, people, f"{key} {until}", f"{inbox.GUESSING}:{key}")
    return told


_BESIDE: tuple[Callable[[Database], object], ...] = (
    silences.tell_silences,  # danger of which not a word followed is told with the rest
    alarms.tell_loose, followed.ask_late_words, reminding.remind_principals, due.tell_due_entries, tell_guessing,
)  # fmt: skip
"""What a round does after the clocks and the bell, each for itself."""


def ring(settings: Settings, numbers: Sequence[str]) -> int:
    """Run the bureau's alarm command with the number of each case; give how many have done their part in time.

    A program that fails, or takes too long, is a line in the log and no more: the alarm stands at the desk.
    """
    command = shlex.split(settings.alarm_command)
    if not command:
        return 0
    rung = 0
    for first in range(0, len(numbers), AT_ONCE):
        batch = numbers[first : first + AT_ONCE]
        started = [(number, _start([*command, number], number)) for number in batch]
        until = time.monotonic() + BOUND
        rung += sum(_ends(number, program, until) for number, program in started if program)
    return rung


def keep_clocks(db: Database, stop: threading.Event) -> None:
    """Go round until told to stop; in a demonstration with a day of its own there is no night."""
    _keep_on(stop, "round", lambda: go_round(db, at_night=db.settings.today is not None))


def keep_matches(db: Database, stop: threading.Event) -> None:
    """Look for likely matches of new cases until told to stop."""
    _keep_on(stop, "matching", lambda: matching.match_cases(db))


def keep_children(db: Database, stop: threading.Event) -> None:
    """Look whose reports are that nobody has looked at, until told to stop."""
    _keep_on(stop, "children", lambda: working.match_reports(db, stop))


def keep_visits(db: Database, stop: threading.Event) -> None:
    """Work out which visits are due until told to stop."""
    _keep_on(stop, "visits", lambda: visiting.wind_changed(db))


def keep_differences(db: Database, stop: threading.Event) -> None:
    """Compare the lists once a day and after each that comes, and tell of what is overdue, until told to stop."""
    _keep_on(stop, "differences", lambda: comparing.keep_compared(db))


CHORES: tuple[Chore, ...] = (keep_clocks, keep_matches, keep_children, keep_visits, keep_differences)


def _keep_on(stop: threading.Event, what: str, work: Callable[[], object]) -> None:
    """Do a piece of work again and again until told to stop; what fails is a line in the log, and tried again."""
    while not stop.is_set():
        try:
            work()
        except Busy:
            pass  # somebody has the gate: the next round is as good
        except Exception as fault:
            log.error("%s: %s", what, type(fault).__name__)
        stop.wait(PULSE)


def _start(command: list[str], number: str) -> "subprocess.Popen[bytes] | None":
    try:
        return subprocess.Popen(  # noqa: S603 - the bureau's own setting, and a number of our own
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, env=foreign_environment(),
        )  # fmt: skip
    except OSError as fault:
        log.error("alarm command for %s: %s", number, type(fault).__name__)
        return None


def _ends(number: str, program: "subprocess.Popen[bytes]", until: float) -> bool:
    try:
        code = program.wait(max(until - time.monotonic(), 0.01))
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
        log.error("alarm command for %s: not done within %s seconds", number, int(BOUND))
        return False
    if code:
        log.error("alarm command for %s: exit code %s", number, code)
    return code == 0
