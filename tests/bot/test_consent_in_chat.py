"""The notice in the chat: one screen, the whole of it behind 详细, and nothing lost of what was said before."""

import re
from collections.abc import Iterator

import pytest

from intake.reports import notice
from intake.settings import Settings
from tests.hands.chat import PLATFORM, Chat, opened

TOLD = "我孙子王小明在石人镇，三天没去上学了"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        yield one


def shown(reply: str) -> str:
    """Give the notice out of a reply, from its first words on."""
    return reply[reply.index("先跟您说清楚") :]


@pytest.mark.parametrize("said", [TOLD, "2", "补助还没发", "想给孩子办住校"])
def test_the_notice_fits_one_screen(chat: Chat, said: str) -> None:
    asked = shown(chat.say(said))
    assert len(asked) <= 180
    # 360 px of a chat hold 17 characters a line, 640 px hold 20 lines.
    assert sum(-(-len(line) // 17) for line in asked.splitlines()) <= 16
    for words in ("姓名", "电话", "看得到", "不同意也没关系", "详细", "同意 或 不同意"):
        assert words in asked


@pytest.mark.parametrize(
    "between", ["详细", "我想看看全文", "详细说说吧", "你们要这些干啥用？", "谁能看到？", "嗯呐那个"]
)
def test_what_was_said_before_goes_on_after_it(chat: Chat, between: str) -> None:
    chat.say(TOLD, between)
    assert chat.reports() == []
    assert "您同意吗" in chat.heard[-1]
    after = chat.say("同意")
    assert "叫什么名字" not in after
    assert "最后一天" not in after
    read_back = chat.say("没请假", "实验小学", "奶奶", "13812345678")
    for _ in range(4):
        if "请您核对" in read_back:
            break
        read_back = chat.say("跳过")
    assert "姓名：王小明" in read_back
    assert "石人镇" in read_back


@pytest.mark.parametrize("said", ["详细", "我要看全文", "看看详细内容"])
def test_the_whole_notice_is_one_word_away(chat: Chat, said: str) -> None:
    chat.say(TOLD)
    whole = chat.say(said)
    while "更多" in whole and len(whole) < 4000:
        more = chat.say("更多")
        if more in whole:
            break
        whole += more
    for heading, sentence in notice.paragraphs(chat.db.settings):
        assert heading in whole
        assert sentence[:20] in whole
    assert "您同意吗" in whole


def test_who_agreed_to_the_notice_of_before_is_not_asked_again(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "VERSION", "2026-11")
    chat.say(TOLD, "同意", "取消")
    monkeypatch.undo()
    assert "您同意吗" not in chat.say("我要住校")
    monkeypatch.setattr(notice, "STANDING", frozenset({"2027-01"}))
    chat.say("取消")
    assert "您同意吗" in chat.say("补助还没发")


def test_the_page_of_a_link_can_be_had_in_large_letters(settings: Settings) -> None:
    with opened(settings) as chat:
        app = chat.app.test_client()
        _, body = chat.post(PLATFORM.safe(PLATFORM.text(chat.openid, "网页")))
        raw = PLATFORM.open_reply(body)["Content"]
        (address,) = re.findall(r'href="http://[^"/]+(/forms/c/[^"]+\?large=1)"', raw)
        assert 'class="large"' in app.get(address).get_data(as_text=True)
        assert 'class="large"' in app.get("/").get_data(as_text=True)
