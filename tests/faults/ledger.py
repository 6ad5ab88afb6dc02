"""The ledger of what was acknowledged, kept by those who heard it, and held against the database."""

import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date

from bot import conversation
from intake.cases import case as cases
from intake.school import roll
from tests.faults.house import House
from tests.hands.samples import KINDS

FIRST = "佟"
"""The family name of every child of a run."""
_SIGNS = "安邦昌达恩方光国海恒华辉吉嘉建江杰金康乐力良林龙民明鸣宁平庆荣瑞山胜世顺泰天伟文祥新兴旭阳义永勇友"
PUPIL = "仇"
"""The family name of every child that a list brings."""


def name_of(number: int, first: str = FIRST) -> str:
    """Give a child's name, another one for each number."""
    base = len(_SIGNS)
    return (
        first + _SIGNS[number // base // base % base] + _SIGNS[number // base % base] + _SIGNS[number % base]
    )


@dataclass
class Ledger:
    """What was acknowledged: by channel and key the receipt; and what was wrong on the way."""

    acknowledged: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    rolls: dict[str, frozenset[str]] = field(default_factory=dict)
    messages: Counter[str] = field(default_factory=Counter)
    retried: int = 0
    repeated: int = 0
    slowest: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _count: int = 0
    _rolls: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def number(self) -> int:
        """Give a number that nobody had."""
        with self._lock:
            self._count += 1
            return self._count

    def note(self, channel: str, key: str, receipt: str) -> None:
        """Note what was acknowledged; the same again must be the same."""
        with self._lock:
            before = self.acknowledged[channel].setdefault(key, receipt)
        if before != receipt:
            self.complain(f"{channel} {key}: {before} became {receipt}")

    def again(self) -> None:
        """Count what had to be sent again."""
        with self._lock:
            self.retried += 1

    def took(self, channel: str, seconds: float) -> None:
        """Note how long an answer took."""
        with self._lock:
            self.slowest[channel] = max(self.slowest.get(channel, 0), seconds)

    def complain(self, words: str) -> None:
        """Note what was wrong."""
        with self._lock:
            self.wrong.append(words)

    @property
    def size(self) -> int:
        """Tell how much was acknowledged."""
        return sum(len(one) for one in self.acknowledged.values()) + sum(self.messages.values()) + self._rolls

    def note_roll(self, room: str, absent: frozenset[str]) -> None:
        """Note what a class said last."""
        with self._lock:
            self.rolls[room] = absent
            self._rolls += 1


@dataclass
class Audit:
    """What of the ledger is not as it was acknowledged."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def count(self, what: str, times: int) -> None:
        """Hold something that must be there once against how often it is."""
        if times == 0:
            self.lost.append(what)
        elif times > 1:
            self.doubled.append(f"{what} × {times}")

    @property
    def clean(self) -> bool:
        """Tell whether all is as it was acknowledged."""
        return not (self.lost or self.doubled or self.strange)


def hold_against(house: House, ledger: Ledger, day: date) -> Audit:
    """Hold all that was acknowledged against the database, while nobody sends anything."""
    audit = Audit()
    _hold_reports(house, ledger, audit)
    _hold_events(house, ledger, audit)
    _hold_rolls(house, ledger, audit, day)
    _hold_messages(house, ledger, audit)
    return audit


def _hold_reports(house: House, ledger: Ledger, audit: Audit) -> None:
    found: dict[str, list[str]] = defaultdict(list)
    with closing(sqlite3.connect(f"file:{house.data / 'baoxue.db'}?mode=ro", uri=True)) as raw:
        for kind in KINDS:
            joined = f"answers_{kind} a JOIN reports r ON r.id = a.report_id"
            query = f"SELECT a.child_name, r.receipt FROM {joined} WHERE a.child_name LIKE ?"
            for name, receipt in raw.execute(query, (f"{FIRST}%",)):
                found[name].append(receipt)
        pupils = Counter(
            name
            for (name,) in raw.execute(
                "SELECT child_name FROM children WHERE child_name LIKE ?", (f"{PUPIL}%",)
            )
        )
    for name in ledger.acknowledged["list"]:
        audit.count(f"list {name}", pupils.pop(name, 0))
    audit.strange += [f"child {name}" for name in pupils]
    for channel in ("api", "page", "chat"):
        for name, receipt in ledger.acknowledged[channel].items():
            kept = found.pop(name, [])
            audit.count(f"{channel} {name} {receipt}", len(kept))
            if kept and receipt not in kept:
                audit.lost.append(f"{channel} {name}: {receipt}, but {kept}")
    audit.strange += [f"report of {name}" for name in found]


def _hold_events(house: House, ledger: Ledger, audit: Audit) -> None:
    db, wanted = house.open(), {**ledger.acknowledged["case"], **ledger.acknowledged["return"]}
    seen: Counter[str] = Counter()
    for number in {key.split(" ")[0] for key in wanted}:
        case = cases.find_case(db, number)
        assert case is not None
        for event in cases.events_of(db, case):
            words = " ".join(str(one) for one in (*event.words.values(), *event.facts.values()))
            seen.update(f"{number} {mark}" for mark in _marks(words))
            if event.id in wanted.values():
                seen[event.id] += 1
    for key, event_id in wanted.items():
        audit.count(f"event {key}", seen.pop(key, 0))
        if event_id and seen.pop(event_id, 0) != 1:
            audit.lost.append(f"event {key} {event_id}")
    audit.strange += [f"event {key}" for key in seen]
    db.close()


def _marks(words: str) -> Iterator[str]:
    return (one for one in words.replace("，", " ").split() if one.startswith("记号"))


def _hold_rolls(house: House, ledger: Ledger, audit: Audit, day: date) -> None:
    db = house.open()
    for room, absent in ledger.rolls.items():
        state = roll.state(db, room, day)
        if state is None or set(state.reasons) != absent:
            audit.lost.append(f"roll of {room}: {absent}, but {state and state.reasons}")
        for child in state.reasons if state else ():
            open_ = db.all(
                "SELECT id FROM reports WHERE child = ? AND channel = 'teacher' AND status <> 'withdrawn'",
                (child,),
            )
            if len(open_) > 1:
                audit.doubled.append(f"roll report of {child}")
    db.close()


def _hold_messages(house: House, ledger: Ledger, audit: Audit) -> None:
    """Each answered message stands once among those of its sender."""
    db = house.open()
    for openid, sent in ledger.messages.items():
        row = db.one(
            "SELECT count(*) AS n FROM messages WHERE reporter = ?", (conversation.reporter(db, openid),)
        )
        kept = int(row["n"]) if row else 0
        if kept < sent:
            audit.lost.append(f"messages of {openid}: {sent}, but {kept}")
        elif kept > sent:
            audit.doubled.append(f"messages of {openid}: {sent}, but {kept}")
    db.close()
