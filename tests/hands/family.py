"""What a family says of a child of the class, as it comes in through the door."""

from typing import Any

from intake.children import links
from intake.people.accounts import Person
from intake.reports import door
from intake.store.db import Database
from tests.hands.chat import Chat
from tests.hands.classroom import SCHOOL, TOWN

MOTHER = "wechat:oMother"
WORDS, PHONE = "孩子发烧，今天去不了", "13811112220"


def told(
    db: Database, name: str = "王小明", *, leave: bool = False, reporter: str = MOTHER, **more: Any
) -> str:
    """Tell that a child of 三年级2班 is missing, or on leave; give the receipt."""
    said = {"child_name": name, "school": SCHOOL, "grade": "三年级", "class_name": "2班", "town": TOWN,
            "relation": "母", "phone": PHONE, "last_seen": "昨天", "on_leave": "是" if leave else "否",
            "description": WORDS}  # fmt: skip
    channel = "wechat" if reporter.startswith("wechat:") else "form"
    body = {key: value for key, value in (said | more).items() if value != ""}
    return door.receive(db, "absence", body, channel=channel, reporter=reporter).receipt


def confirm(db: Database, person: Person, child: str, reporter: str = MOTHER) -> None:
    """Let the class teacher confirm who says so."""
    assert links.decide(db, person, reporter, child, True)


def linked(chat: Chat, person: Person, child: str) -> str:
    """Let the class teacher confirm who writes in a chat; give under which name that is."""
    chat.say("你好")
    links.ask(chat.db, chat.reporter, child)
    confirm(chat.db, person, child, chat.reporter)
    return chat.reporter
