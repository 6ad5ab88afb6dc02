"""Danger at the desk, as staff see it."""

from flask.testing import FlaskClient

from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.chat import Chat
from tests.hands.desk import ACTORS, PASSWORD, sign_in
from tests.hands.page import Page

WORDS = "已打电话，孩子在奶奶家，安全。"


UNTAKEN = "孩子可能有危险：{} 件还没有人处理"


TOLD = "孩子在学校被同学打了，流血了"


def enrol(db: Database) -> None:
    actors = {**ACTORS, "wang": ("bureau", "220605"), "branch": ("bureau", "220605105")}
    for login, (role, area) in actors.items():
        accounts.add_person(db, name=f"{login}老师", login=login, password=PASSWORD, role=role, area=area)


def browser(chat: Chat, login: str) -> FlaskClient:
    found = chat.app.test_client()
    sign_in(found, login)
    return found


def look(client: FlaskClient, path: str = "/desk/") -> Page:
    page = Page(client.get(path))
    assert page.status == 200
    return page


def sent(page: Page, action: str = "outcome") -> dict[str, str]:
    """Give what a form of a page carries; that of the outcome comes before the answer's, and says each duty done."""
    which = 0 if action == "outcome" else -1
    done = {key: "做了" for key in page.names if key.startswith("done_") and action == "outcome"}
    return done | {
        key: page.fields.getlist(key)[which] for key in ("csrf_token", "seen") if key in page.fields
    }


def receipt_of(db: Database) -> str:
    row = db.one("SELECT receipt FROM reports ORDER BY id DESC LIMIT 1")
    assert row
    return str(row["receipt"])


def staff(db: Database, login: str) -> Person:
    found = accounts.person_by_login(db, login)
    assert found
    return found
