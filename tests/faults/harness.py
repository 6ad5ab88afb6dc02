"""Kills by lot while people use the house, and the reckoning afterwards."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from intake.cases import case as cases
from tests.faults.clients import HANGS, Chatter, Client, Parent, Program
from tests.faults.commands import Commands
from tests.faults.house import MORNING, House, serving
from tests.faults.ledger import Ledger, hold_against
from tests.faults.staff import Officer, Teacher

WEIGHTS = {"server": 40, "worker": 20, "command": 18, "master": 11, "up": 11}
"""How often each is drawn to be killed."""
BETWEEN = 25
"""Things that are acknowledged between two kills, at most."""
OWN_CLASSES = ("DEMO000001", "DEMO000002")
"""Schools whose rolls are called: what a roll moves is not worked on beside."""


@dataclass
class Figures:
    """What a run came to."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    retried: int = 0
    repeated: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    slowest: dict[str, float] = field(default_factory=dict)
    seconds: float = 0

    @property
    def clean(self) -> bool:
        """Tell whether nothing was lost, doubled or strange."""
        return not (self.lost or self.doubled or self.strange or self.wrong)

    def __str__(self) -> str:
        drawn = "，".join(f"{one} {many}" for one, many in sorted(self.kills.items()))
        slow = ", ".join(f"{one} {took:.1f} s" for one, took in sorted(self.slowest.items()))
        return (
            f"{sum(self.kills.values())} kills ({drawn}) in {self.seconds:.0f} s; {self.acknowledged} acknowledged, "
            f"{self.retried} times sent again, {self.repeated} repeated later; lost {len(self.lost)}, "
            f"doubled {len(self.doubled)}, strange {len(self.strange)}, wrong {len(self.wrong)}; slowest answers: {slow}"
        )


class Run:
    """One run: clients, a lot, and the reckoning."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.ledger, self.lot = house, Ledger(), random.Random(seed)
        desk, returned = self._cases()
        half = len(desk) // 2
        self.clients: list[Client] = [
            Program(house, self.ledger, f"{seed} 1"),
            Program(house, self.ledger, f"{seed} 2"),
            Parent(house, self.ledger, f"{seed} 3"),
            Parent(house, self.ledger, f"{seed} 4"),
            Chatter(house, self.ledger, f"{seed} 5"),
            Chatter(house, self.ledger, f"{seed} 6"),
            Teacher(house, self.ledger, "13800009001"),
            Teacher(house, self.ledger, "13800009002"),
            Officer(house, self.ledger, "demo-bureau", desk[:half]),
            Officer(house, self.ledger, "demo-officer", desk[half:]),
        ]
        self.commands = Commands(house, self.ledger, self.lot, returned)
        self.figures = Figures()

    def go(self, kills: int, every: int) -> Figures:
        """Kill so many times, and reckon after each `every` kills; give the figures."""
        began = time.monotonic()
        for one in self.clients:
            one.start()
        for number in range(1, kills + 1):
            self._let_work()
            done = self._kill()
            print(
                f"{number} {done}, {time.monotonic() - began:.0f} s, {self.ledger.size} acknowledged",
                flush=True,
            )
            if number % every == 0 or number == kills:
                self.reckon(verify=number == kills or number % (4 * every) == 0)
                self.figures.seconds = time.monotonic() - began
                print(self.figures, flush=True)
                if not self.figures.clean:
                    break
        for one in self.clients:
            one.over.set()
        for one in self.clients:
            one.join(30)
        return self.figures

    def reckon(self, verify: bool) -> None:
        """Let everybody finish what they send, and hold the ledger against the database."""
        for one in self.clients:
            one.may.clear()
        for one in self.clients:
            if not one.idle.wait(HANGS + 30):
                self.ledger.complain(f"{one.name} hangs")
        for one in self.clients:
            one.repeat()
        found = hold_against(self.house, self.ledger, MORNING.date())
        told, figures = self.figures, self.ledger
        told.lost, told.doubled, told.strange = found.lost, found.doubled, found.strange
        told.wrong, told.slowest = list(figures.wrong), dict(figures.slowest)
        told.acknowledged, told.retried, told.repeated = figures.size, figures.retried, figures.repeated
        if verify:
            self._verify()
        for one in self.clients:
            one.idle.clear()
            one.may.set()

    def _verify(self) -> None:
        try:
            self.house.run("verify")
            if amiss := self.commands.restore_newest():
                self.figures.wrong.append(f"backup: {amiss}")
        except RuntimeError as fault:
            self.figures.wrong.append(str(fault)[:2000])

    def _let_work(self) -> None:
        """Wait until something more was acknowledged, by lot."""
        until, last = self.ledger.size + self.lot.randint(1, BETWEEN), time.monotonic() + 5
        while self.ledger.size < until and time.monotonic() < last:
            time.sleep(0.01)
        time.sleep(self.lot.random() * 0.05)

    def _kill(self) -> str:
        """Kill something by lot; say what."""
        kind = self.lot.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if kind == "command":
            kind = f"command {self.commands.break_one()}"
        else:
            crew = self.house.crew()
            kind = next(one for one in (kind, "server", "master", "up") if crew.get(one))
            self.house.kill(kind, self.lot.choice(sorted(crew[kind])))
        self.figures.kills[kind] += 1
        return kind

    def _cases(self) -> tuple[list[cases.Case], list[str]]:
        """Give the cases for the desk, and those for what comes back filled in."""
        db = self.house.open()
        rows = db.all(
            "SELECT number FROM cases WHERE state IN ('待核实', '核实中', '处理中', '待处理')"
            " AND school NOT IN (?, ?) ORDER BY number", OWN_CLASSES,
        )  # fmt: skip
        found = [one for row in rows if (one := cases.find_case(db, row["number"]))]
        absent = [one.number for one in found if one.kind == "absence"][:4]
        db.close()
        return [one for one in found if one.number not in absent], absent


def run(root: Path, kills: int, seed: int, every: int = 25) -> Figures:
    """Open a house in a folder, and kill in it by the lot of a seed."""
    print(f"seed {seed}: {kills} kills", flush=True)
    with serving(root) as house:
        return Run(house, seed).go(kills, every)
