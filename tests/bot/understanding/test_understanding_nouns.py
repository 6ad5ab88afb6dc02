"""Nouns that were heard or typed wrongly are taken as they are meant, and nothing else is."""

import json
from datetime import date

import pytest

from bot.understanding import understand
from bot.understanding.nouns import NOUNS, find_nouns, put_nouns
from bot.understanding.verdict.words import EMERGENCIES
from tests.hands.phrases import table
from tests.hands.work import linear
from tests.understanding import corpus

TODAY = date(2026, 11, 23)
ITSELF = """
    记住校门口 不住京里 记住笑一笑 雨转雪 小雨转雪 下雪转雪 不住院 学校撤了 学校撤并 几宿没睡 不想上学去打工 走路去学校
    请加我微信 请家长来 不煮饭 不主动 继续上学 技术学校 大学及中学 居住正常 一路去 小车来了 住小区 住笑着 忍不住 坐不住
    食糖 血迹 自助餐 板车 十堂课 修学旅行 开学季 入学级别 例如学校 不如学手艺 主校区 专校 学去哪 报明天的假 护口罩
    寝食难安 记者助学 孩子打小住京城 早上雪大
"""


@pytest.mark.parametrize(
    ("said", "meant"),
    table(
        """
        寄宿: 俺孙子想季宿 | 孩子能记宿不
        住校: 孩子想住笑 | 申请住消
        补助金: 不住金咋还没发
        补助: 补住没到账 | 俺家的补注呢
        助学金: 助学斤没到账 | 助雪金多少钱
        转学: 想给孩子赚学 | 砖学找谁
        校车: 坐校撤去 | 笑车不来了
        营养餐: 营样餐停了
        学籍: 学级没转过来 | 雪籍在四川
        入学: 入雪要啥材料
        户口: 没户扣能上不
        居住证: 居住正办好了 | 居注证没有
        低保: 家里是抵保
        贫困: 频困家庭
        辍学: 孩子戳学了
        休学: 办休雪手续
        请假: 我要青假
        宿舍: 宿社还有床位没
        食堂: 食唐的饭凉
        录取: 路取了没
        """
    ),
)
def test_a_noun_is_heard_as_it_is_meant(said: str, meant: str) -> None:
    right = put_nouns(said, find_nouns(said))
    assert meant in right
    place = right.find(meant)
    assert said[:place] + meant + said[place + len(meant) :] == right


@pytest.mark.parametrize("said", ITSELF.split())
def test_what_means_itself_stays(said: str) -> None:
    assert find_nouns(said) == []


def test_no_word_of_danger_becomes_another_or_is_one() -> None:
    for word in (one for words in EMERGENCIES.values() for one in words):
        assert find_nouns(word) == []
        assert not any(noun in word for noun in NOUNS)


def test_what_is_written_rightly_stays_as_it_is() -> None:
    wrong = {"手误"}
    for template in corpus.templates():
        for place, noun in find_nouns(template.words):
            wrong.add(template.words[place : place + len(noun)])
    # What the phrases write wrongly on purpose, and nothing else: each has a right character.
    assert all(any(set(one) & set(noun) for noun in NOUNS) for one in wrong - {"手误"})
    assert len(wrong) < 60


@pytest.mark.parametrize(
    ("said", "intent", "slot"),
    [
        ("俺孙子想季宿，离学校十里地", "boarding", "寄宿"),
        ("孩子想住笑，学校太远了", "boarding", "寄宿"),
        ("不住金咋还没发下来", "subsidy", ""),
        ("想给孩子赚学到石人小学", "enrollment", ""),
        ("校撤停了，孩子没法上学", "boarding", "校车"),
    ],
)
def test_the_matter_and_its_lists_hear_it_too(said: str, intent: str, slot: str) -> None:
    heard = understand(said, TODAY)
    assert heard.intent == intent
    assert slot in json.dumps(dict(heard.slots), ensure_ascii=False)


@pytest.mark.parametrize("name", ["李季宿", "赵抵保", "孙记宿"])
def test_a_name_is_not_touched(name: str) -> None:
    assert understand(f"孩子叫{name}，石人镇人，想住校", TODAY).slots["child_name"] == name


def test_a_gate_is_no_bed() -> None:
    assert "needs" not in understand("记住校门口那个人", TODAY).slots
    assert "needs" not in understand("他们堵住校门不让进", TODAY).slots


def test_a_hostile_text_takes_no_time() -> None:
    assert linear(lambda said: find_nouns(said), "住笑不住金" * 400)
