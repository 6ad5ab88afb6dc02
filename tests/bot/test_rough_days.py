"""A last day at school that nobody counted: taken as it is, said back as 大约, kept as that, and made exact when it is known."""

from collections.abc import Iterator

import pytest

from intake.people import accounts
from intake.settings import Settings
from tests.hands.chat import AGREED, RECEIPT, Chat, opened
from tests.hands.desk import PASSWORD, sign_in
from tests.hands.page import public as typed
from tests.hands.page import send

REST = "王小明是我孙子，石人镇中心小学的，没请假，电话13812345678"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


def page_of_case(chat: Chat) -> str:
    """Give what an officer reads on the page of the only case."""
    row = chat.db.one("SELECT number FROM cases")
    assert row
    accounts.add_person(
        chat.db, name="值班员", login="desk1", password=PASSWORD, role="bureau", area="220605"
    )
    client = chat.app.test_client()
    sign_in(client, "desk1")
    return client.get(f"/desk/cases/{row['number']}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("孙子好几天没去上学了", "2026-11-18"),
        ("国庆以后孙子就没去过学校", "2026-09-30"),
        ("我孙子老长时间不上学了", "2026-10-24"),
        ("从上学期期末他就不念了", "2026-07-05"),
        ("孙子一个多月没去学校了", "2026-10-24"),
    ],
)
def test_a_rough_day_is_not_asked_again_and_is_kept_as_rough(chat: Chat, said: str, day: str) -> None:
    chat.say(f"{said}，{REST}", AGREED)
    while "请您核对" not in chat.heard[-1]:
        assert "最后一天去学校" not in chat.heard[-1]
        chat.say("石人镇" if "哪个镇" in chat.heard[-1] else "祖母")
    assert f"大约{day}" in chat.heard[-1]
    assert "最后到校日期是大约的" not in chat.heard[-1]  # it is no question of its own
    assert RECEIPT.search(chat.say("确认"))
    assert (chat.answers()["last_seen"], chat.answers()["last_seen_rough"]) == (day, "是")
    page = page_of_case(chat)
    assert "约第" in page
    assert f"约{day}" in page


@pytest.mark.parametrize(
    "answer", ["好几天了", "记不清，一个多月吧", "打开学就没去", "上个月底", "过完年就没去", "有些日子了"]
)
def test_a_rough_answer_to_the_question_is_one(chat: Chat, answer: str) -> None:
    chat.say("孩子没来上学，" + REST, AGREED)
    while "最后一天去学校" not in chat.heard[-1]:
        chat.say("石人镇" if "哪个镇" in chat.heard[-1] else "祖母")
    chat.say(answer)
    while "请您核对" not in chat.heard[-1]:
        assert "最后一天去学校" not in chat.heard[-1]
        chat.say("石人镇" if "哪个镇" in chat.heard[-1] else "祖母")
    assert "大约2026-" in chat.heard[-1]


def test_what_is_said_exactly_afterwards_is_exact(chat: Chat) -> None:
    chat.say(f"孙子好几天没去上学了，{REST}", AGREED)
    while "请您核对" not in chat.heard[-1]:
        chat.say("石人镇" if "哪个镇" in chat.heard[-1] else "祖母")
    said = chat.say("不是，是上周三")  # the very day that was guessed
    assert "2026-11-18" in said
    assert "大约" not in said
    assert "大约2026-10-23" in chat.say("最后到校日期错了，是一个多月前")
    assert "大约" not in chat.say("最后到校日期错了，是11月17日")
    chat.say("确认")
    assert chat.answers()["last_seen"] == "2026-11-17"
    assert chat.answers().get("last_seen_rough", "否") == "否"
    assert "约第" not in page_of_case(chat)


def test_a_page_takes_the_same_words_and_keeps_them_as_rough(chat: Chat) -> None:
    client = chat.app.test_client()
    said = typed("absence", 1) | {"last_seen": "国庆以后就没去", "on_leave": "否"}
    assert send(client, "absence", said).status_code == 303
    assert (chat.answers()["last_seen"], chat.answers()["last_seen_rough"]) == ("2026-09-30", "是")
