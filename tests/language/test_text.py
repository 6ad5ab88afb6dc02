"""What people type, made regular."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.language.text import compact, normalise, number

ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("１３８ＡＢｃ", "138ABc"),
        ("＋－．／＃％＠＿～", "+-./#%@_~"),
        ("你好，在吗！？；：（是）。、“好”", "你好，在吗！？；：（是）。、“好”"),
        ("\u3000张\u3000三 ", "张 三"),
        ("一行\r\n二行\r三行", "一行\n二行\n三行"),
        ("a\tb", "a b"),
        ("\ufeff张\u200b三\u200d\u2060", "张三"),
        ("\u202e张三\u202c\u2066", "张三"),
        ("张\x00三\x1b\x7f\x85", "张三"),
        ("张\ud800三\udfff", "张三"),
        ("葛\U000e0100飾", "葛飾"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("𠀀😀", "𠀀😀"),
        ("  \n ", ""),
        ("", ""),
        ("plain text ", "plain text"),
    ],
)
def test_normalise(said: str, meant: str) -> None:
    assert normalise(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("「 是 的。」", "是的"),
        ("“三 年级”！！", "三年级"),
        ("～好～…", "好"),
        ("（张三）", "张三"),
        ("张三，李四。", "张三，李四"),
        ("3.2班", "3.2班"),
        ("-5", "-5"),
        ("。。。", ""),
    ],
)
def test_compact(said: str, meant: str) -> None:
    assert compact(said) == meant


@given(ANY)
def test_normalise_is_settled_after_one_pass(said: str) -> None:
    once = normalise(said)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()
    assert not any(unicodedata.category(sign) == "Cc" for sign in once.replace("\n", ""))


@given(ANY)
def test_compact_holds_no_white_space(said: str) -> None:
    assert not any(sign.isspace() for sign in compact(said))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        *[("5", 5), ("５", 5), (" 5。", 5), ("5.5", 5.5), (".5", 0.5), ("1,200", 1200), ("0", 0), ("零", 0)],
        *[("半", 0.5), ("一半", 0.5), ("两", 2), ("俩", 2), ("仨", 3), ("幺", 1), ("廿", 20), ("廿五", 25)],
        *[("一百零五", 105), ("一百五", 150), ("一百五十", 150), ("二十三", 23), ("十五", 15), ("拾伍", 15)],
        *[("1千2", 1200), ("2百5", 250), ("三千五", 3500), ("一千零五", 1005), ("一千零五十", 1050)],
        *[
            ("一万二", 12_000),
            ("一万零五", 10_005),
            ("12万", 120_000),
            ("二十万", 200_000),
            ("1.5万", 15_000),
        ],
        *[("十多", 10), ("二十来", 20), ("十几", 10), ("百来", 100), ("十多万", 100_000), ("100多", 100)],
        *[
            ("七八", 7),
            ("七八十", 70),
            ("十七八", 17),
            ("二三十", 20),
            ("两三", 2),
            ("三五", 3),
            ("一百二三", 120),
        ],
        *[("三点五", 3.5), ("十二点零五", 12.05), ("二〇二六", 2026), ("一五", 15), ("幺三八", 138)],
    ],
)
def test_number(said: str, value: float) -> None:
    assert number(said) == value


@pytest.mark.parametrize(
    "said",
    [
        "",
        "多",
        "几",
        "几十",
        "千",
        "万",
        "十百",
        "五里",
        "3点",
        "-5",
        "1 2",
        "五公里",
        "二五十",
        "abc",
        "9" * 40,
        "٣",
    ],
)
def test_not_a_number(said: str) -> None:
    assert number(said) is None


@given(ANY | st.text("0123456789.,零一二三五九十百千万半点多来廿两", max_size=30))
def test_number_never_raises(said: str) -> None:
    value = number(said)
    assert value is None or 0 <= value < 1e13


@given(st.integers(0, 999_999_999_999))
def test_arabic_numbers_read_as_themselves(value: int) -> None:
    assert number(str(value)) == value
