"""Commands that are killed in the middle and then run again: a round, a backup, a list, a ledger that comes back."""

import random
import signal
import time
import uuid
from contextlib import suppress

from tests.e2e.server import baoxue
from tests.faults.house import House
from tests.faults.ledger import PUPIL, Ledger, name_of
from tests.faults.staff import DAY
from tests.hands.command import table
from tests.hands.returned import Paper

PUPILS = 12
LONGEST = 2.5
"""Seconds after which a command that is to be killed is killed at the latest; it needs one before it does anything."""


class Commands:
    """What an operator runs while others use the house."""

    def __init__(self, house: House, ledger: Ledger, lot: random.Random, cases: list[str]) -> None:
        self.house, self.ledger, self.lot, self.cases = house, ledger, lot, cases
        self.room = house.root / "papers"
        self.backups = house.root / "kept"
        self.room.mkdir()
        self.killed = 0

    def break_one(self) -> str:
        """Start a command, kill it in the middle, and run it again to its end."""
        name = self.lot.choice(["tick", "backup", "list", "return", "purge"])
        words = getattr(self, f"_{name}")()
        running = self.house.begin(*words)
        time.sleep(0.6 + self.lot.random() * (LONGEST - 0.6))
        if running.poll() is None:
            self.killed += 1
            with suppress(ProcessLookupError):
                running.send_signal(signal.SIGKILL)
        running.wait()
        for _ in range(5):  # it says so where somebody else has the gate
            again = self.house.begin(*words)
            if again.wait(120) == 0:
                break
        else:
            self.ledger.complain(f"{name} ended with {again.returncode} five times: {self.house.tail(600)}")
            return name
        self._acknowledged(name)
        return name

    def restore_newest(self) -> str:
        """Put the newest backup into an empty place and verify it; give what was wrong."""
        found = sorted(self.backups.glob("baoxue-*")) if self.backups.exists() else []
        if not found:
            return ""
        place = self.house.root / f"drill-{uuid.uuid4().hex[:6]}"
        baoxue(place, "restore", str(found[-1]))
        told = baoxue(place, "verify")
        kept = table(place, "SELECT count(*) FROM reports")[0][0]
        return "" if "没有问题" in told and isinstance(kept, int) and kept > 80 else told

    def _tick(self) -> list[str]:
        return ["tick", "--json"]

    def _purge(self) -> list[str]:
        return ["purge"]

    def _backup(self) -> list[str]:
        return ["backup", str(self.backups)]

    def _list(self) -> list[str]:
        path = self.room / f"{uuid.uuid4().hex}.csv"
        self._names = [name_of(self.ledger.number(), PUPIL) for _ in range(PUPILS)]
        rows = [f"{name},女,2016-05-{number + 1:02d},四年级,3班" for number, name in enumerate(self._names)]
        path.write_text("\n".join(["姓名,性别,出生日期,年级,班级", *rows]) + "\n", "utf-8")
        return ["import", "roster", str(path), "--school", "DEMO000004"]

    def _return(self) -> list[str]:
        number, self._mark = self.lot.choice(self.cases), f"记号{uuid.uuid4().hex[:16]}"
        out = self.room / uuid.uuid4().hex
        self.house.run("ledger", "work", "--date", DAY, "--out", str(out))
        (made,) = out.glob("*.xlsx")
        path = out / "back.xlsx"
        path.write_bytes(
            Paper.of(made).fill(number, 办理结果="电话联系上了", 办理说明=self._mark, 办理日期=DAY).data
        )
        self._number = number
        return ["return", str(path), "--apply", "--json"]

    def _acknowledged(self, name: str) -> None:
        if name == "list":
            for one in self._names:
                self.ledger.note("list", one, "")
        elif name == "return":
            self.ledger.note("return", f"{self._number} {self._mark}", "")
        for old in sorted(self.backups.glob("baoxue-*"))[:-3]:
            old.unlink()
