"""What parents read: their own words on every page and in the chat, while staff and systems keep the official ones."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from intake import codes
from intake.errors import Invalid
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.reports import lookup
from intake.settings import Settings
from intake.store.db import Database
from tests.hands.chat import AGREED, Chat, answer_all, asking, opened
from tests.hands.page import filled, look, public
from tests.hands.page import opened as page_of
from tests.hands.samples import sample

OFFICIALESE = (
    "厌学", "厌师", "因病", "因残", "因贫", "监护", "家庭变故", "早婚", "网络沉迷", "涉案", "失联", "外出务工", "务工地",
    "报告人", "无人抚养", "返贫", "致贫", "受侵害", "自伤", "走失失联", "户籍", "户口性质", "入学依据", "困难类型", "资助项目",
    "未申请上", "已批未发", "金额不符", "被停发", "学校撤并", "交通不便", "辍学", "劝返", "复学", "目前去向", "现住址",
    "起始年月", "投靠", "校内资助", "社会捐助", "身份证件", "原就读", "祖母", "外祖父", "情形", "部门",
)  # fmt: skip
"""Words of lists and offices that no parent says."""


def _plain(words: str, where: str) -> None:
    found = [one for one in OFFICIALESE if one in words]
    assert not found, (where, found)


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        yield one


@pytest.mark.parametrize(
    "path", ["/", "/forms/status", "/forms/offline", "/help", *map("/forms/{}".format, KINDS)]
)
def test_a_page_of_parents_speaks_their_words(client: FlaskClient, path: str) -> None:
    words = page_of(client, path).words
    _plain(words.partition("别的帮助")[0], path)  # behind it stands where staff find theirs


@pytest.mark.parametrize("n", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_read_back_receipt_progress_and_correction_speak_their_words(
    client: FlaskClient, db: Database, kind: str, n: int
) -> None:
    answers, empty = public(kind, n), page_of(client, f"/forms/{kind}")
    for step, typed in (("check", {"child_name": "王小明"}), ("check", answers), ("", answers)):
        body = filled(empty, typed)
        if step:
            body["step"] = step
        done = client.post(f"/forms/{kind}", data=body, follow_redirects=True)
        _plain(_words(done.get_data(as_text=True)), f"{kind} {step or 'sent'}")
    report = Envelope.of(db.all("SELECT * FROM reports ORDER BY id")[-1])
    known = lookup.answers_of(db, report)
    seen = look(client, report.receipt, str(known["phone"])[-4:], str(known["child_name"]))
    _plain(seen.words, "progress")
    for path in ("now", "correct", "withdraw"):
        _plain(_words(client.get(f"/forms/status/{path}").get_data(as_text=True)), path)


def _words(html: str) -> str:
    """Give what stands between the tags."""
    return "".join(piece.split(">", 1)[-1] for piece in html.split("<"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not KINDS[kind].urgent])
def test_the_chat_asks_and_reads_back_in_their_words(chat: Chat, kind: str) -> None:
    chat.say(KINDS[kind].title, AGREED)
    for _ in range(12):  # nothing that fits, so that every question is put in both its ways
        key = asking(kind, chat.heard[-1])
        if not key:
            break
        chat.say("嗯呐那个啥", str(_said(sample(kind, 2)[key])) if key in sample(kind, 2) else "跳过")
    answer_all(chat, kind, chat.heard[-1], {key: _said(one) for key, one in sample(kind, 2).items()})
    chat.say("确认", "进度", "我的信息", "更正", "菜单")
    for said in chat.heard:
        _plain(said, f"{kind}: {said}")


def _said(value: object) -> object:
    return "、".join(map(str, value)) if isinstance(value, list) else value


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_missing_is_asked_for_as_the_page_asks(db: Database, kind: str) -> None:
    form = lookup.schema(db, kind)
    with pytest.raises(Invalid) as refused:
        form.accept({}, "form")
    questions = {key: f"还没有填：{form.field(key).asked.prompt}" for key in refused.value.errors}
    assert {key: told[0] for key, told in refused.value.errors.items()} == questions
    assert all(one.endswith("？") for one in questions.values()), questions


def test_an_emergency_speaks_their_words(chat: Chat) -> None:
    chat.say("安全报告", "孩子被打了", "不清楚", "13812345678")
    for said in chat.heard:
        _plain(said, said)


@pytest.mark.parametrize(
    "name", ["absence_reason", "hardship", "danger", "problem", "boarding_reason", "relation"]
)
def test_both_words_are_read_and_the_official_one_is_kept(db: Database, name: str) -> None:
    kind, key = {
        "absence_reason": ("absence", "reason"), "hardship": ("subsidy", "hardship"), "danger": ("safety", "what"),
        "problem": ("subsidy", "problem"), "boarding_reason": ("boarding", "reason"), "relation": ("absence", "relation"),
    }[name]  # fmt: skip
    form = lookup.schema(db, kind)
    for one in codes.codes(name, db.today()):
        for said in {one.label, one.called} - {"继父或养父", "继母或养母"}:
            kept = form.check(key, said, {})[key]
            assert kept in (one.label, [one.label]), said
        assert form.field(key).told(kept) == one.called
