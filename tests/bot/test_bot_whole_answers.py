"""A word inside a sentence is no answer: what is asked in the chat is answered by whole words only."""

from collections.abc import Iterator
from datetime import datetime
from time import process_time

import pytest

from bot import outside
from bot.asides import rights
from bot.dialogue import draft, prefill, questions
from bot.dialogue.state import State
from bot.teachers import roll_call
from bot.understanding.safe import said_safe
from intake.language import spoken
from intake.reports import lookup
from intake.school import roll
from intake.settings import Settings
from tests.hands.chat import AGREED, RECEIPT, Chat, answer_all, bound, kept, opened
from tests.hands.classroom import MORNING, at, classroom
from tests.hands.samples import sample

SAFE = (
    "是",
    "是的",
    "安全",
    "安全了",
    "没事",
    "没事了。",
    "平安",
    "现在安全",
    "孩子没事",
    "找到了，没事，在奶奶家",
    "没啥事",
    "是！",
)
UNSAFE = ("否", "不安全", "还没找到", "不是", "现在有危险", "不安全，躲在厕所里")
OPEN = (
    "被锁在家里", "他爸在家喝酒打他呢", "在医院抢救", "不太安全", "同意", "ok", "找到了，腿断了", "安全个屁",
    "在学校，没人管", "回来了，一身是血", "没事才怪", "好像没事", "应该安全吧", "安全？", "不是没事", "在派出所哭呢",
    "让他爸反锁屋里了", "后爹喝多了正揍他", "在ICU呢", "不咋安全", "安全了吧", "没事吧", "是吧", "是不是", "1？", "01", "1个",
    "是被打的", "👌", "现在还安全", "没事就怪了", "是，不安全", "找到了，在奶奶家", "回家了", "好好的", "脱离危险了", "是…",
    "“安全”", "不是不安全", "木事", "沒事", "平安無事", "现在安全个屁", "目前没事了，以后不知道",
)  # fmt: skip


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


@pytest.mark.parametrize(
    ("said", "answer"),
    [*((one, "是") for one in SAFE), *((one, "否") for one in UNSAFE), *((one, "") for one in OPEN)],
)
def test_a_child_is_safe_only_where_that_is_all_that_is_said(said: str, answer: str) -> None:
    assert said_safe(said) == answer


def test_what_is_no_plain_answer_leaves_open_whether_a_child_is_safe(chat: Chat) -> None:
    chat.say("孩子让人打了")
    for said in OPEN:
        chat.say(said)
        assert kept(chat)["safe_now"] == "不清楚"
    assert sum("孩子现在安全吗" in reply for reply in chat.heard) == 2, "nobody is asked a third time"
    assert sum("电话号码是多少" in reply for reply in chat.heard) == 2
    assert str(kept(chat)["description"]).split("\n") == ["孩子让人打了", *OPEN], "and all is still heard"
    chat.say("是的，安全了", "13812345678")
    assert (kept(chat)["safe_now"], kept(chat)["phone"]) == ("是", "13812345678")


@pytest.mark.parametrize("said", ["对", "嗯", "好的", "行"])
def test_a_vague_word_leaves_it_open_and_is_kept(chat: Chat, said: str) -> None:
    chat.say("孩子让人打了", "11", said)
    assert (kept(chat)["safe_now"], kept(chat)["description"]) == ("不清楚", f"孩子让人打了\n11\n{said}")


def test_a_first_message_says_in_no_part_of_it_that_a_child_is_safe(chat: Chat) -> None:
    assert "孩子现在安全吗" in chat.say("孩子让他爸打了，现在安全个屁")
    assert "safe_now" not in kept(chat)


def test_words_that_no_longer_go_in_are_not_cut_off(chat: Chat) -> None:
    body = {**sample("safety", 1, chat.db.today()), "safe_now": "锁在家里", "description": "他" * 497}
    answer = chat.app.test_client().post("/api/v1/reports/safety", json=body)
    assert answer.status_code == 422
    assert "safe_now" in answer.text
    assert chat.reports() == []


def test_a_telephone_number_says_nothing_of_safety(chat: Chat) -> None:
    assert "孩子现在安全吗" in chat.say("孩子让人打了", "13812345678")
    assert "safe_now" not in kept(chat)


@pytest.mark.parametrize("said", OPEN)
def test_every_channel_leaves_it_open_and_keeps_the_words(chat: Chat, said: str) -> None:
    form = lookup.schema(chat.db, "safety")
    taken = form.accept({**sample("safety", 0, chat.db.today()), "safe_now": said, "description": "放学路上"})
    assert (taken["safe_now"], taken["description"]) == ("不清楚", f"放学路上\n{said}")
    again = form.correct({**taken, "safe_now": "是"}, {"safe_now": said})
    assert (again["safe_now"], again["description"]) == ("不清楚", f"放学路上\n{said}\n{said}")
    answer = chat.app.test_client().post(
        "/api/v1/reports/safety", json={**sample("safety", 1, chat.db.today()), "safe_now": said}
    )
    assert answer.status_code == 201
    assert (kept(chat)["safe_now"], said in str(kept(chat)["description"])) == ("不清楚", True)


@pytest.mark.parametrize("said", ["是", "1", "没事了", "平安", True, "安全。"])
def test_a_plain_yes_is_yes_on_every_channel(chat: Chat, said: object) -> None:
    assert lookup.schema(chat.db, "safety").check("safe_now", said, {}) == {"safe_now": "是"}


NEVER = (
    "不确认",
    "我还没同意",
    "不想撤回",
    "还没核对好",
    "先别提交",
    "请假了",
    "谢谢",
    "同意？",
    "对了，还有个事",
    "确认？",
    "嗯？",
    "提交？",
    "登记？",
)
YES = ("对", "嗯呢", "好的", "没问题", "ok")


@pytest.mark.parametrize("said", [*NEVER, *YES])
def test_only_a_whole_yes_is_a_yes(said: str) -> None:
    for agrees in (questions.agrees, prefill.assents, spoken.plain_yes_no, draft.agrees):
        assert (agrees(said) is True) is (said in YES), agrees


@pytest.mark.parametrize(
    ("said", "agreed"),
    [
        ("同意", True), ("我同意", True), ("好的，同意", True), ("同意，孩子叫王小强", True),
        ("不同意", False), ("我不同意", False), ("算了，不同意", False), ("我们都不同意", False),
        ("我还没同意", None), ("没同意呢", None), ("等他爸同意再说", None), ("要是同意了会咋样", None),
        ("同意？", None), ("同意，但是先问问他爸", None), ("谁说我同意了", None), ("你们同意不", None),
        ("同意，算了", None), ("不，同意", None),
    ],
)  # fmt: skip
def test_consent_is_given_as_a_whole(said: str, agreed: bool | None) -> None:
    assert draft.agrees(said) is agreed


@pytest.mark.parametrize("said", ["我还没同意", "等他爸同意再说", "谁说同意了"])
def test_nothing_is_taken_for_consent_that_is_none(chat: Chat, said: str) -> None:
    assert chat.say("孩子不上学", said).endswith("您同意吗？回复 同意 或 不同意。")
    assert chat.db.all("SELECT * FROM consents") == []


@pytest.mark.parametrize("said", ["不确认", "我还没核对", "先别提交", "请假了"])
def test_a_read_back_is_sent_by_a_whole_yes_only(chat: Chat, said: str) -> None:
    answer_all(chat, "absence", chat.say("4", AGREED), sample("absence", 3, chat.db.today()))
    chat.say(said)
    assert chat.reports() == []


@pytest.mark.parametrize("said", ["不想撤回", "不撤{}", "先别撤回{}", "我没说要撤回"])
def test_nothing_is_taken_back_that_is_not_to_be(chat: Chat, said: str) -> None:
    answer_all(chat, "absence", chat.say("4", AGREED), sample("absence", 3, chat.db.today()))
    receipt = RECEIPT.search(chat.say("确认"))
    assert receipt
    chat.say("撤回", said.format(receipt[0]))
    assert chat.reports()[0]["status"] != "withdrawn"
    chat.say("撤回", f"撤回{receipt[0]}")
    assert chat.reports()[0]["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("王小明", "王小明"), ("王小明的事", "王小明"), ("不是王小明，是王小红", "王小红"), ("不是王小明", ""),
     ("除了王小明", ""), ("王小明的妹妹", ""), ("王小明和王小红", "")],
)  # fmt: skip
def test_the_child_that_is_denied_is_not_the_one_that_is_meant(said: str, meant: str) -> None:
    state = State(options=["王小明", "王小红", draft.ANOTHER])
    assert draft.among(state.options, said) == meant


@pytest.mark.parametrize("said", ["不是全部", "三年级2班还没到齐", "没都全到", "不是三年级2班"])
def test_no_class_is_all_there_that_is_only_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    at(monkeypatch, MORNING)
    day = datetime.date(MORNING)
    with opened(settings) as chat:
        rooms = [classroom(chat.db), classroom(chat.db, name="3班", names=("孙强",))]
        bound(chat, *rooms)
        assert "哪个班全到" in chat.say("全到")
        chat.say(said)
        assert [roll.state(chat.db, one.id, day) for one in rooms] == [None, None]


@pytest.mark.parametrize("said", ["请假了", "没请假", "不确认", "还没核对"])
def test_a_roll_that_is_read_back_is_taken_by_a_whole_yes_only(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    at(monkeypatch, MORNING)
    with opened(settings) as chat:
        room = classroom(chat.db)
        bound(chat, room)
        name = next(iter(room.children))
        if "电话" in chat.say(f"{name}好像没来，听说是去外地了"):
            chat.say("13812345678")
        assert "请您核对" in chat.heard[-1]
        chat.say(said)
        assert roll.state(chat.db, room.id, datetime.date(MORNING)) is None
        assert chat.reports() == []


@pytest.mark.parametrize("said", ["谢谢，娃没饭吃", "谢谢但是不行", "麻烦你们管管老师"])
def test_thanks_are_nothing_but_thanks(said: str) -> None:
    assert not outside.thanks(said)
    assert outside.thanks("谢谢老师，您费心了")


PIECES = (
    "是",
    "好的",
    "好好的",
    "就是",
    "也",
    "我都",
    "全到齐",
    "谢谢",
    "都全到",
    "没事了",
    "不安全",
    "不知道",
    "同意",
    "就",
    "撤回",
)


@pytest.mark.parametrize("piece", PIECES)
def test_no_words_take_for_ever(piece: str) -> None:
    said = (piece * 1000)[:1999] + "x"
    began = process_time()
    for reads in (said_safe, draft.agrees, questions.agrees, prefill.assents, outside.thanks):
        reads(said)
    for pattern in (roll_call._ALL, roll_call._ROUND, rights._NOT_NOW, rights._RECEIPT):
        pattern.fullmatch(said)
    assert process_time() - began < 1


@pytest.mark.parametrize("later", ["他爸又打他了", "他现在在流血", "那帮人又堵着他打"])
def test_danger_that_is_told_after_a_yes_leaves_open_whether_the_child_is_safe(
    chat: Chat, later: str
) -> None:
    chat.say("孩子被人打了，在学校门口", "是")
    assert chat.answers()["safe_now"] == "是"
    chat.say(later)
    assert chat.answers()["safe_now"] == "不清楚"
    assert later in str(chat.answers()["description"])


def test_what_else_is_told_after_an_answer_leaves_it(chat: Chat) -> None:
    chat.say("孩子被人打了，在学校门口", "是", "我是他奶奶")
    assert chat.answers()["safe_now"] == "是"
    chat.say("13900001111")
    assert chat.answers()["safe_now"] == "是"


@pytest.mark.parametrize(
    "said", ["孩子在幼儿园受伤（很严重）", "孩子在校受伤学校不管怎么办", "学生在学校摔伤谁负责"]
)
def test_an_offer_of_danger_says_what_to_do_now(chat: Chat, said: str) -> None:
    reply = chat.say(said)
    assert "110" in reply
    assert "120" in reply
