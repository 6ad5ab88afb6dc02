"""Nothing that a parent said is lost, and what people did about it is done once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from intake.calendar import clock
from intake.errors import Dealt, Refused
from intake.house import retention
from intake.messages import claims, outbox
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.reports import door
from intake.settings import Settings
from intake.store import audit
from intake.store.db import Database
from intake.talks import calls, talks, triage
from tests.hands.chat import PLATFORM, Chat, opened
from tests.hands.samples import sample
from tests.hands.wechat_client import Post
from tests.hands.work import linear

PASSWORD = "山高水长-2026"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


def staff(db: Database, login: str = "li") -> Person:
    accounts.add_person(
        db, name=f"{login}老师", login=login, password=PASSWORD, role="bureau", area=db.settings.district_code
    )
    found = accounts.sign_in(db, login, PASSWORD)
    assert found
    return found


def only(db: Database) -> triage.Thread:
    (one,) = triage.threads_waiting(db)
    return one


def verbs(db: Database) -> list[str]:
    """Give the audit's verbs about talks and what came of them, in order."""
    return [
        row["verb"] for row in db.all("SELECT verb FROM audit ORDER BY id") if row["verb"].startswith("talk.")
    ]


def silent(db: Database, days: int) -> None:
    """Let everybody's window have been opened some days ago."""
    past = clock.stamp(db.now() - timedelta(days=days))
    with db.write():
        db.run("UPDATE windows SET said_at = ?, acted_at = ''", (past,))


def test_what_waits_for_people_is_entered_with_its_message(chat: Chat, db: Database) -> None:
    chat.say("人工")
    Chat(chat.app, "oParent-2").say("嗷嗷嗷")
    threads = triage.threads_waiting(db)
    assert [one.why for one in threads] == [("human",), ("unclear",)]
    assert triage.count(db) == 2
    assert all("oParent" not in one.id and one.id not in one.reporter for one in threads)
    assert [triage.reporter_of(db, one.id) for one in threads] == [one.reporter for one in threads]
    assert triage.reporter_of(db, threads[0].reporter) is None
    rows = db.all(
        "SELECT t.message FROM triage t JOIN messages m ON m.key = t.message AND m.reporter = t.reporter"
    )
    assert len(rows) == 2


def test_what_the_bot_dealt_with_waits_for_nobody(chat: Chat, db: Database) -> None:
    chat.say("菜单", "4", "同意", "王小明", "取消")
    assert triage.threads_waiting(db) == []


def test_danger_is_shown_at_once_before_all_others_and_with_every_word(chat: Chat, db: Database) -> None:
    chat.say("人工")
    other = Chat(chat.app, "oParent-2")
    told = ["孩子在学校被同学打了" + "，鼻子流血" * 120, "他说" + "还在流血" * 100, "就在后操场"]
    other.say(*told)
    first, second = triage.threads_waiting(db)
    assert (first.why, first.count) == (("danger",), 3)
    assert second.why == ("human",)
    assert triage.threads_waiting(db, limit=1) == [first]
    lines = talks.lines_of_thread(db, first.reporter, staff(db))
    assert [one.text for one in lines if one.why] == told


def test_a_picture_waits_for_people_even_where_it_lies_with_a_report(chat: Chat, db: Database) -> None:
    chat.say("资助困难", "同意")
    assert "放在一起" in chat.send(PLATFORM.image("oParent-1", "m1"))
    assert only(db).why == ("photo",)
    chat.say("孩子在学校被同学打了")
    before = only(db).count
    assert "转给工作人员" in chat.send(PLATFORM.image("oParent-1", "m2"))
    assert only(db).count == before + 1


def test_a_retry_waits_once(chat: Chat, db: Database) -> None:
    xml = PLATFORM.text("oParent-1", "人工")
    assert chat.send(xml) == chat.send(xml)
    assert only(db).count == 1


def test_a_body_that_nobody_could_read_waits_and_is_shown(settings: Settings) -> None:
    body = "<xml><Content>机密</Content><b></xml>".encode()
    with opened(settings, "plain") as chat:
        for _ in range(2):
            assert chat.post(Post(PLATFORM.signed(), body)) == (200, b"success")
        one = only(chat.db)
        assert (one.why, one.count) == (("unread",), 1)
        (line,) = talks.lines_of_thread(chat.db, one.reporter, staff(chat.db))
        assert (line.text, line.raw, line.why) == ("机密", body.decode(), "unread")


def test_threads_are_grouped_and_the_oldest_comes_first(chat: Chat, db: Database) -> None:
    second = Chat(chat.app, "oParent-2")
    chat.say("人工")
    second.say("人工")
    chat.say("嗷嗷嗷")
    first, other = triage.threads_waiting(db)
    assert (first.count, other.count) == (2, 1)
    assert first.since < other.since
    assert [one.id for one in triage.threads_waiting(db, limit=1)] == [first.id]


def test_a_thread_shows_both_sides_in_order_and_the_look_is_noted(chat: Chat, db: Database) -> None:
    chat.say("人工")
    person, who = staff(db), only(db).reporter
    triage.answer(db, who, "我们看到了。", person, triage.mark(db, who))
    chat.send(PLATFORM.location("oParent-1", 42.1, 126.5, "石人镇大石棚村"))
    lines = talks.lines_of_thread(db, who, person)
    assert [one.by for one in lines][:3] == ["parent", "bot", "staff"]
    assert lines[0].text == "人工"
    assert "<a" not in lines[1].text
    assert lines[2].text == "【江源区教育局】我们看到了。"
    assert lines[2].arrived
    assert any(one.text == "［位置］石人镇大石棚村" for one in lines[3:])
    row = db.one("SELECT actor, subject FROM audit WHERE verb = 'talk.read'")
    assert row is not None
    assert tuple(row) == (person.actor, who)
    assert audit.broken(db) == []


def test_what_is_open_is_shown_however_long_the_thread(chat: Chat, db: Database) -> None:
    chat.say("人工")
    who, person = only(db).reporter, staff(db)
    for _ in range(6):
        chat.say("菜单")
    lines = talks.lines_of_thread(db, who, person, limit=3)
    assert [one.text for one in lines if one.why] == ["人工"]
    assert len([one for one in lines if one.by == "parent"]) == 3


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        ("text", "孩子不去了", "孩子不去了"),
        ("text", '{"MediaId": "x"}', '{"MediaId": "x"}'),
        ("human", '{"a": 1}', '{"a": 1}'),
        ("unclear", "{", "{"),
        ("image", '{"PicUrl": "http://x", "MediaId": "m"}', "［照片］"),
        ("photo", '{"PicUrl": "http://x", "MediaId": "m"}', "［照片］"),
        ("voice", '{"MediaId": "m", "Format": "amr", "Recognition": "不去了"}', "［语音］不去了"),
        ("human", '{"MediaId": "m", "Format": "amr"}', "［语音］"),
        ("video", '{"MediaId": "m", "ThumbMediaId": "t"}', "［视频］"),
        ("link", '{"Title": "看", "Url": "http://x"}', "［链接］看 http://x"),
        ("event", "", "关注了公众号"),
        ("event", "qrscene_school:1", "关注了公众号"),
        ("event", "absence", "点了菜单：孩子未到校"),
        ("event", "进度", "点了菜单：进度"),
    ],
)
def test_everything_is_said_in_words(kind: str, said: str, words: str) -> None:
    assert talks.words(kind, said) == words


@pytest.mark.parametrize("said", ['{"a":' * 3000, "[" * 3000, '{"Url":' + "9" * 5000 + "}", "{" + " " * 8000])
def test_whatever_was_typed_can_be_shown(chat: Chat, db: Database, said: str) -> None:
    chat.say("人工", said)
    lines = talks.lines_of_thread(db, only(db).reporter, staff(db))
    assert said.strip() in [one.text.strip() for one in lines]


@pytest.mark.parametrize(
    "body", ["<Content>" + " " * 7000, "<Content>" + "<![CDATA[ " * 700, "<Content>" * 800]
)
def test_a_body_that_nobody_could_read_holds_up_nobody(settings: Settings, body: str) -> None:
    with opened(settings, "plain") as chat:
        assert chat.post(Post(PLATFORM.signed(), body.encode())) == (200, b"success")
        (line,) = talks.lines_of_thread(chat.db, only(chat.db).reporter, staff(chat.db))
        assert (line.text, line.raw) == ("", body)
        assert linear(talks._content, body)


def test_deleting_the_chat_leaves_the_answer_a_way(chat: Chat, db: Database) -> None:
    chat.say("嗷嗷嗷", "删除我的信息", "确认删除")
    who = only(db).reporter
    assert len(db.all("SELECT * FROM messages")) == 1
    assert triage.answer(db, who, "已经办了。", staff(db), triage.mark(db, who))
    taken = claims.claim(db)
    assert taken is not None
    assert (taken.openid, taken.text) == ("oParent-1", "【江源区教育局】已经办了。")


def test_danger_comes_before_what_staff_wrote(chat: Chat, db: Database) -> None:
    chat.say("人工")
    silent(db, 3)
    who, person = only(db).reporter, staff(db)
    for _ in range(2):
        triage.answer(db, who, "请" * 500, person, triage.mark(db, who))
    reply = chat.say("孩子在学校被同学打了，流血了")
    assert reply.index("110") < reply.index("工作人员给您的回复")
    assert "请请请" in chat.say("更多")


def test_an_answer_goes_out_and_ends_the_waiting(chat: Chat, db: Database) -> None:
    chat.say("人工", "嗷嗷嗷")
    who, person = only(db).reporter, staff(db)
    assert triage.answer(db, who, "您好", person, triage.mark(db, who)) is True
    assert triage.threads_waiting(db) == []
    row = db.one("SELECT * FROM outbox")
    assert row is not None
    assert (row["reporter"], row["state"], row["subject"]) == (who, "waiting", "")
    assert db.keys.unlock(row["body"], "outbox.body", row["id"]).endswith("您好")
    done = db.all("SELECT state, done_by, outcome, receipt FROM triage")
    assert {tuple(one) for one in done} == {("done", person.actor, "answer", "")}
    assert verbs(db) == ["talk.answered"]


def test_an_answer_that_wechat_would_refuse_is_a_call(chat: Chat, db: Database) -> None:
    chat.say("人工")
    silent(db, 3)
    who, person = only(db).reporter, staff(db)
    assert triage.answer(db, who, "您好", person, triage.mark(db, who)) is False
    assert [one["reporter"] for one in calls.calls_waiting(db, Scope("220605"))] == [who]
    (line,) = [one for one in talks.lines_of_thread(db, who, person) if one.by == "staff"]
    assert "家长未收到" in line.arrived
    assert calls.done(db, calls.calls_waiting(db, Scope("220605"))[0]["id"], person)
    (line,) = [one for one in talks.lines_of_thread(db, who, person) if one.by == "staff"]
    assert line.arrived == "已电话告知"


def test_the_second_of_two_is_told_and_nothing_goes_out_twice(chat: Chat, db: Database) -> None:
    chat.say("人工")
    who, li, wang = only(db).reporter, staff(db), staff(db, "wang")
    seen = triage.mark(db, who)
    triage.answer(db, who, "第一", li, seen)
    with pytest.raises(Dealt) as told:
        triage.answer(db, who, "第二", wang, seen)
    assert (told.value.name, told.value.outcome) == ("li老师", "answer")
    with pytest.raises(Dealt):
        triage.close(db, who, wang, seen, "thanks")
    assert len(db.all("SELECT id FROM outbox")) == 1
    assert verbs(db) == ["talk.answered"]


def test_many_at_once_answer_once(chat: Chat, db: Database) -> None:
    chat.say("人工")
    who, person = only(db).reporter, staff(db)
    seen = triage.mark(db, who)

    def press(n: int) -> bool:
        try:
            return triage.answer(db, who, f"{n}", person, seen)
        except Dealt:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press, range(16))) == 1
    assert len(db.all("SELECT id FROM outbox")) == 1


def test_what_came_after_the_look_stays_open(chat: Chat, db: Database) -> None:
    chat.say("人工")
    who, person = only(db).reporter, staff(db)
    seen = triage.mark(db, who)
    chat.say("嗷嗷嗷")
    triage.answer(db, who, "您好", person, seen)
    assert only(db).count == 1
    assert triage.mark(db, who) != seen


def test_a_word_more_is_said_once(chat: Chat, db: Database) -> None:
    chat.say("人工")
    who, li, wang = only(db).reporter, staff(db), staff(db, "wang")
    triage.answer(db, who, "第一", li, triage.mark(db, who))
    seen = triage.mark(db, who)
    triage.answer(db, who, "还有", li, seen)
    with pytest.raises(Dealt):
        triage.answer(db, who, "还有", wang, seen)
    assert len(db.all("SELECT id FROM outbox")) == 2
    with pytest.raises(Dealt):  # nothing is open that could be closed
        triage.close(db, who, li, triage.mark(db, who), "other")


def test_another_parents_mark_is_none(chat: Chat, db: Database) -> None:
    chat.say("人工")
    Chat(chat.app, "oParent-2").say("人工")
    first, second = triage.threads_waiting(db)
    with pytest.raises(Dealt):
        triage.answer(db, first.reporter, "您好", staff(db), triage.mark(db, second.reporter))
    assert triage.count(db) == 2


def test_closing_needs_one_of_the_reasons_and_sends_nothing(chat: Chat, db: Database) -> None:
    chat.say("人工")
    who, person = only(db).reporter, staff(db)
    with pytest.raises(KeyError):
        triage.close(db, who, person, triage.mark(db, who), "懒得看")
    triage.close(db, who, person, triage.mark(db, who), "thanks")
    row = db.one("SELECT state, outcome, reason FROM triage")
    assert row is not None
    assert tuple(row) == ("done", "closed", "thanks")
    assert db.all("SELECT id FROM outbox") == []
    assert verbs(db) == ["talk.closed"]


@pytest.mark.parametrize("text", ["字" * 700, "😀" * 520])
def test_an_answer_that_does_not_fit_changes_nothing(chat: Chat, db: Database, text: str) -> None:
    chat.say("人工")
    who, person = only(db).reporter, staff(db)
    with pytest.raises(Refused):
        triage.answer(db, who, text, person, triage.mark(db, who))
    assert only(db).count == 1
    assert verbs(db) == []


def test_the_number_to_call_is_that_of_the_newest_report(chat: Chat, db: Database) -> None:
    chat.say("人工")
    who, person = only(db).reporter, staff(db)
    for n in (1, 2):
        door.receive(db, "absence", sample("absence", n), channel="wechat", reporter=who)
    silent(db, 3)
    triage.answer(db, who, "您好", person, triage.mark(db, who))
    (row,) = calls.calls_waiting(db, Scope("220605"))
    found = calls.look(db, row["id"], person)
    assert found is not None
    assert (found.phone, found.relation) == (sample("absence", 2)["phone"], "祖母")
    assert found.text.endswith("您好")
    looks = db.all(
        "SELECT verb FROM audit WHERE actor = ? AND verb IN ('phone.read', 'message.read')", (person.actor,)
    )
    assert sorted(one["verb"] for one in looks) == ["message.read", "phone.read"]
    assert calls.done(db, row["id"], person)
    assert not calls.done(db, row["id"], person)
    assert calls.look(db, row["id"], person) is None


def test_a_parent_without_a_number_has_none(chat: Chat, db: Database) -> None:
    chat.say("人工")
    silent(db, 3)
    who, person = only(db).reporter, staff(db)
    triage.answer(db, who, "您好", person, triage.mark(db, who))
    found = calls.look(db, calls.calls_waiting(db, Scope("220605"))[0]["id"], person)
    assert found is not None
    assert found.phone == ""
    assert not db.all("SELECT id FROM audit WHERE verb = 'phone.read'")


def test_leaving_takes_what_waited_along(chat: Chat, db: Database) -> None:
    chat.say("人工")
    other = Chat(chat.app, "oParent-2")
    other.say("人工")
    chat.send(PLATFORM.event("oParent-1", "unsubscribe"))
    assert only(db).count == 1
    assert (
        db.all("SELECT t.message FROM triage t LEFT JOIN messages m ON m.key = t.message WHERE m.key IS NULL")
        == []
    )


def test_purge_takes_the_items_of_the_messages_it_takes(chat: Chat, db: Database) -> None:
    chat.say("人工")
    past = clock.stamp(db.now() - retention.CHAT - timedelta(days=1))
    with db.write():
        db.run("UPDATE messages SET received_at = ?", (past,))
    chat.say("嗷嗷嗷")
    retention.purge(db)
    assert only(db).count == 1
    assert len(db.all("SELECT message FROM triage")) == 1


def test_what_was_never_seen_is_shown_at_the_next_word(chat: Chat, db: Database) -> None:
    chat.say("人工")
    silent(db, 3)
    who, person = only(db).reporter, staff(db)
    triage.answer(db, who, "请明天来一趟", person, triage.mark(db, who))
    assert [one.text for one in outbox.waiting_for(db, who)] == ["【江源区教育局】请明天来一趟"]
