"""A house under load: a real `up` over data of its own, whose processes can be found, killed and started again."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import requests

from intake import settings as house_settings
from intake.calendar.clock import CHINA
from intake.people import accounts, devices
from intake.store.db import Database
from tests.e2e.server import BIN, HOST, ROOT, SETTINGS, baoxue, environment, free_port
from tests.hands.processes import alive, offspring, until, words_of

MORNING = datetime(2026, 11, 23, 9, 35, tzinfo=CHINA)
"""A Monday, when the house is opened: after the hour at which the worker does what is due on the day, or a long run would
come to it in the middle, and a case would move between a ledger and its return."""
SHIFT = Path(__file__).parent / "shift"
STARTING = 240.0
"""Seconds within which a house must serve, on a machine that is crowded."""
ENDING = 90.0
"""Seconds within which all processes must have ended with `up`."""


class House:
    """One installation with the fictional district."""

    def __init__(self, root: Path, data: Path | None = None, **settings: str) -> None:
        self.root, self.data, self.port = root, data or root / "data", free_port()
        self.clock, self.log = root / "clock", root / "house.log"
        self.settings = {"BAOXUE_WECHAT_MODE": "compatible", "BAOXUE_API": "open", **settings}
        self.shift_to(MORNING)
        self.up: subprocess.Popen[bytes] | None = None
        self._known = set[int]()

    @property
    def home(self) -> str:
        """Give its address."""
        return f"http://{HOST}:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """Give the environment of its processes."""
        more = {"FAULTS_CLOCK": str(self.clock), "PYTHONPATH": f"{SHIFT}{os.pathsep}{ROOT}"}
        return {**environment(self.data, self.port), **SETTINGS, **self.settings, **more}

    def shift_to(self, moment: datetime) -> None:
        """Let it be a moment now."""
        draft = self.clock.with_suffix(".new")
        draft.write_text(str((moment - datetime.now(CHINA)).total_seconds()))
        draft.replace(self.clock)

    def shift_by(self, further: timedelta) -> None:
        """Set its clock."""
        self.clock.write_text(str(float(self.clock.read_text()) + further.total_seconds()))

    def furnish(self) -> None:
        """Fill it with the fictional district."""
        self.run("init", "--demo")

    def run(self, *words: str) -> str:
        """Run a command to its end."""
        return baoxue(
            self.data,
            *words,
            port=self.port,
            **{key: self.env[key] for key in (*self.settings, "FAULTS_CLOCK", "PYTHONPATH")},
        )

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command."""
        log = self.log.open("ab")
        try:
            return subprocess.Popen(
                [BIN / "baoxue", *words],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            log.close()

    def open(self) -> Database:
        """Give the database as a program of the house has it."""
        return Database(house_settings.load({"DATA": self.data, "MODE": "demo"}, {}))

    def start(self) -> None:
        """Start, and wait until it is ready."""
        self.up = self.begin("up")
        deadline = time.monotonic() + STARTING
        while self.ready() is None:
            assert self.up.poll() is None, f"up ended:\n{self.tail()}"
            assert time.monotonic() < deadline, f"never ready:\n{self.tail()}"
            time.sleep(0.05)

    def ready(self) -> "requests.Response | None":
        """Give what it says of itself, or None where nobody answers, or somebody who says no."""
        with suppress(requests.RequestException):
            told = requests.get(f"{self.home}/readyz", timeout=5)
            return told if told.status_code == 200 else None
        return None

    def crew(self) -> dict[str, list[int]]:
        """Give its processes by what they are: up, gunicorn's own, those of the server, the worker."""
        if self.up is None:
            return {}
        found: dict[str, list[int]] = {"up": [self.up.pid], "master": [], "server": [], "worker": []}
        for one in offspring(self.up.pid):
            words = words_of(one)
            if "'worker'" in words:
                found["worker"].append(one)
            elif "gunicorn" in words:
                parent = int(Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[1])
                found["master" if parent == self.up.pid else "server"].append(one)
        return found

    def await_end(self) -> None:
        """Wait until `up` and all that it started have ended, by themselves."""
        assert self.up is not None
        left = {self.up.pid, *offspring(self.up.pid), *self._known}
        until(lambda: self.up is not None and self.up.poll() is not None, ENDING)
        until(lambda: not any(alive(one) for one in left), ENDING)
        self.up = None

    def kill(self, kind: str, pid: int) -> None:
        """Kill a process; with one without which there is no house, start it again when all have ended."""
        self._known = {one for found in self.crew().values() for one in found}
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if kind in ("up", "master"):
            self.await_end()
            self.start()

    def stop(self) -> None:
        """End everything, politely first."""
        if self.up is None:
            return
        crew = {self.up.pid, *offspring(self.up.pid)}
        self.up.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.up.wait(ENDING)
        for one in crew:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self.up.wait()
        self.up = None

    def tail(self, size: int = 4000) -> str:
        """Give the end of what it printed."""
        return self.log.read_bytes()[-size:].decode(errors="replace") if self.log.exists() else ""

    def browser(self, login: str = "") -> requests.Session:
        """Give a browser; with an account, one that is signed in."""
        made = requests.Session()
        made.trust_env = False
        if login:
            db, token = self.open(), devices.new_token()
            person = accounts.person_by_login(db, login)
            assert person is not None
            door = devices.PHONE if login.isdecimal() else devices.DESK
            devices.add_device(db, person, token, "tests", door)
            made.cookies.set("baoxue_device", token)
            db.close()
        return made


@contextmanager
def serving(root: Path, data: Path | None = None, **settings: str) -> Iterator[House]:
    """Give a furnished house that serves; leave nothing running."""
    house = House(root, data, **settings)
    house.furnish()
    try:
        house.start()
        yield house
    finally:
        house.stop()
