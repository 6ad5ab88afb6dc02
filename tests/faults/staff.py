"""The staff of a house while it breaks: a teacher's roll, what is done on cases at the desk."""

import uuid
from collections.abc import Sequence

import requests

from intake.cases.case import Case
from intake.school.roll import UNEXPLAINED
from tests.faults.clients import Client, words
from tests.faults.house import House
from tests.faults.ledger import Ledger

DAY = "2026-11-23"
CONTACT = {"day": DAY, "way": "电话", "whom": "奶奶", "result": "联系上了"}


class Teacher(Client):
    """A class teacher who corrects her roll again and again."""

    channel = "roll"

    def __init__(self, house: House, ledger: Ledger, login: str) -> None:
        self.login = login
        super().__init__(house, ledger, login)

    def browser(self) -> requests.Session:
        """Give her phone."""
        return self.house.browser(self.login)

    def item(self) -> None:
        """Mark who is not there."""
        page = self.get(f"/forms/roll?day={DAY}")
        pupils = sorted({one.partition("-")[2] for one in page.names if one.startswith("reason-")})
        absent = self.lot.sample(pupils, self.lot.randint(0, 3))
        data = [(key, page.fields[key]) for key in ("csrf_token", "class", "day", "seen", "by")]
        data += [("absent", one) for one in absent] + [(f"reason-{one}", UNEXPLAINED) for one in absent]
        data += [("phone", "13900001111")]
        head = {"Idempotency-Key": uuid.uuid4().hex} if self.lot.random() < 0.5 else {}
        answer = self.post("/forms/roll", data, headers=head)
        assert answer.status_code in (201, 303), f"{answer.status_code} {words(answer)}"
        self.ledger.note_roll(page.fields["class"], frozenset(absent))


class Officer(Client):
    """Somebody at the desk, with cases that nobody else works on."""

    channel = "case"

    def __init__(self, house: House, ledger: Ledger, login: str, cases: Sequence[Case]) -> None:
        self.login, self.cases = login, cases
        super().__init__(house, ledger, login)

    def browser(self) -> requests.Session:
        """Give a browser at the desk."""
        return self.house.browser(self.login)

    def item(self) -> None:
        """Do something on a case: a note, or a contact."""
        case, mark = self.lot.choice(self.cases), f"记号{uuid.uuid4().hex[:16]}"
        key = self.lot.choice(["note", "note", "contact"]) if case.kind == "absence" else "note"
        path = f"/desk/cases/{case.number}"
        page = self.get(f"{path}?do={key}")
        said = {one: page.fields[one] for one in ("csrf_token", "seen", "token")}
        said |= {"words": mark} | (CONTACT if key == "contact" else {})
        form = {one: (None, value) for one, value in said.items()}

        def send() -> bool:
            answer = self.post(f"{path}/do/{key}", None, files=form)
            if answer.status_code == 409:  # a clock moved the case since the page was made: nothing was done
                return False
            assert answer.status_code == 303, f"{answer.status_code} {words(answer)}"
            self.ledger.note(
                self.channel, f"{case.number} {mark}", answer.headers["Location"].rpartition("#e")[2]
            )
            return True

        if send():
            self.done.append(send)
