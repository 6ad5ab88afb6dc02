"""Make what people type regular: its characters first, then its numerals.

Everything that reads an answer starts here, so that no other module knows about full-width digits or that
兩, 俩 and 2 are one number.
"""

import re
import unicodedata

from intake.language.patterns import regex

# Chinese punctuation is part of what was said and is shown back to people; only its ASCII look-alikes differ.
_KEPT = "，！？；：（）"


_SPACED = regex("(?<![\u3400-\u9fff])[\u3400-\u9fff](?: +[\u3400-\u9fff](?![\u3400-\u9fff])){2,}")
_KANGXI = range(0x2F00, 0x2FD6)
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺"
    "⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
)
_IDEOGRAPHS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀"
    "聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
"""Unicode, EquivalentUnifiedIdeograph.txt: what each of the radicals above stands for."""

_GBK_FIRST, _GBK_ROW = 0xE815, 0xFE
_GBK_CELLS = [cell for cell in range(0x50, 0xA1) if cell != 0x7F]
_GBK_LATER = {
    0xE816: "\U00020087", 0xE817: "\U00020089", 0xE818: "\U000200cc", 0xE81E: "\u9fb4", 0xE826: "\u9fb5",
    0xE82B: "\u9fb6", 0xE82C: "\u9fb7", 0xE831: "\U000215d7", 0xE832: "\u9fb8", 0xE83B: "\U0002298f",
    0xE843: "\u9fb9", 0xE854: "\u9fba", 0xE855: "\U000241fe", 0xE864: "\u9fbb",
}  # fmt: skip
"""Cells of GBK whose characters came into Unicode after the codec's table was made (GB 18030-2022)."""


def _unified_signs() -> dict[int, str]:
    """Give the ideograph for each radical (Kangxi and supplement) and for each private sign of GBK's last row."""
    found = {code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI}
    radicals = dict(zip(_RADICALS, _IDEOGRAPHS, strict=True))
    found |= {ord(one): ideograph for one, ideograph in radicals.items()}
    for code, cell in enumerate(_GBK_CELLS, _GBK_FIRST):
        sign = bytes((_GBK_ROW, cell)).decode("gb18030")
        found[code] = _GBK_LATER.get(code) or radicals.get(sign, sign)
    return found


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for sign in _KEPT:
        del table[ord(sign)]
    table.update(dict.fromkeys(map(ord, "\u3000\u00a0\u1680\u202f\u205f\t\v\f"), " "))
    table.update(dict.fromkeys(range(0x2000, 0x200B), " "))
    table.update(dict.fromkeys((0x0D, 0x85, 0x2028, 0x2029), "\n"))
    gone = [
        *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in table and code != 0x0A),
        *(0xAD, 0x61C, 0x180E, 0xFEFF),
        *range(0x200B, 0x2010),  # zero width, direction marks
        *range(0x202A, 0x202F),  # direction embeddings
        *range(0x2060, 0x2070),  # word joiner, isolates
        *range(0xFE00, 0xFE10),  # variation selectors look like nothing and break every comparison
        *range(0xFFF9, 0xFFFC),
        *range(0xE0000, 0xE01F0),  # invisible tags, further variation selectors
        *range(0xD800, 0xE000),  # half a character: UTF-8 cannot carry it, so SQLite would refuse the row
    ]
    table.update(dict.fromkeys(gone))
    return table | _unified_signs()


_TABLE = _table()
# str.translate pays for every character it does not know, which in Chinese text is nearly all of them, so
# text without any odd character skips it.
# The astral ones are one range: listed singly they make the search 60 times slower.
_ODD = regex(f"[{''.join(re.escape(chr(code)) for code in _TABLE if code <= 0xFFFF)}\U000e0000-\U000e01ef]")
_AROUND = "，。！？、；：,.!?;:'\"‘’“”`「」『』《》〈〉()（）[]【】〔〕{}<>~〜…—"


def without_gaps(said: str) -> str:
    """Join single characters with gaps, as some thumbs type: 不 上 学 了."""
    return _SPACED.sub(lambda one: "".join(one[0].split()), said)


def normalise(said: str) -> str:
    """Return the text with half-width letters and digits, in NFC, without invisible characters.

    A radical that stands for a character is that character: ⻢ copied from a PDF is 马. Chinese punctuation and line
    breaks stay; white space at both ends goes.
    """
    if said.isascii() and said.isprintable():
        return said.strip()
    said = said.replace("\r\n", "\n")
    if _ODD.search(said):
        said = said.translate(_TABLE)
    return unicodedata.normalize("NFC", said).strip()


def compact(said: str) -> str:
    """Return the normalised text without any white space, and without punctuation at its ends.

    For matching short answers: 「 是 的。」 becomes 是的.
    """
    # Joined halves may compose into one character, hence NFC once more.
    return unicodedata.normalize("NFC", "".join(normalise(said).split()).strip(_AROUND))


_DIGITS = {
    sign: value
    for value, signs in enumerate(
        ("零〇○", "一壹幺", "二贰两兩俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for sign in signs
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "萬": 10_000}
_POSITIONAL = str.maketrans({sign: str(value) for sign, value in _DIGITS.items()})
_D = "".join(_DIGITS)
SPELT_DIGITS = "".join(one for one in _DIGITS if one not in "兩俩仨")
"""Characters by which a digit of a long number is spelt, for use inside a regex character class."""
NUMERAL = "0-9." + _D + "".join(_UNITS) + "廿卅半"
"""Characters a number is written with, for use inside a regex character class."""

_ARABIC = regex(r"[0-9]{1,12}(?:\.[0-9]{0,6})?|\.[0-9]{1,6}")
_THOUSANDS = regex(r"[0-9]{1,3}(?:,[0-9]{3}){1,3}(?:\.[0-9]{1,6})?")
_DECIMAL = regex(rf"(.+)点([{_D}]{{1,6}})")
_PAIR = regex(rf"([{_D}])([{_D}])")
_VAGUE = regex(r"(?<=[十拾百佰千仟万萬0-9])[多来几余](?=万?$)")
_TOKEN = regex(rf"([0-9]{{1,9}}(?:\.[0-9]{{1,6}})?|[{_D}])|([{''.join(_UNITS)}])")


def positional(said: str) -> str:
    """Return the text with each Chinese digit written as 0-9: 二〇一五 becomes 2015."""
    return said.translate(_POSITIONAL)


def number(said: str) -> float | None:
    """Read a number in Arabic or Chinese numerals, or return None.

    十多, 二十来 and the ranges 七八, 二三十 give their lower end, 半 gives 0.5, 一百五 gives 150.
    """
    text = normalise(said).rstrip("。，！,!").strip()
    if _ARABIC.fullmatch(text):
        return float(text)
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(",", ""))
    if not text or len(text) > 24:
        return None
    if text in ("半", "一半"):
        return 0.5
    text = _VAGUE.sub("", text).replace("廿", "二十").replace("卅", "三十")
    if decimal := _DECIMAL.fullmatch(text):
        whole = _whole(decimal[1])
        return None if whole is None else float(f"{whole:.0f}.{positional(decimal[2])}")
    return _whole(text)


def _lower(pair: re.Match[str]) -> str:
    """七八 is a guess between two neighbours, 三五 an idiom; any other pair is left as it stands."""
    low, high = _DIGITS[pair[1]], _DIGITS[pair[2]]
    return pair[1] if low > 0 and (high == low + 1 or (low, high) == (3, 5)) else pair[0]


def _whole(text: str) -> float | None:
    digits = positional(text)
    if digits.isascii() and digits.isdigit():
        if len(text) == 2 and not text.isascii():
            digits = (
                positional(_PAIR.sub(_lower, text)) if text[0] in _DIGITS and text[1] in _DIGITS else digits
            )
        return float(digits) if len(digits) <= 12 else None
    return _with_units(_PAIR.sub(_lower, text))


def _with_units(text: str) -> float | None:
    total = section = 0.0
    pending: float | None = None
    unit, after_zero, end = 100_000, False, 0
    for token in _TOKEN.finditer(text):
        if token.start() != end:
            return None
        end = token.end()
        if token[1]:
            if pending is not None:
                return None
            if token[1] in "零〇○":
                after_zero = True
            else:
                pending = float(_DIGITS.get(token[1]) or token[1])
            continue
        step = _UNITS[token[2]]
        if step == 10_000:
            section += pending or 0.0
            if total or not section:
                return None
            total, section = section * step, 0.0
        elif step >= unit:
            return None
        else:
            # 十五 and 百来 leave the one before the unit unsaid; 千 and 万 are never said so.
            if pending is None and step > 100:
                return None
            section += (1.0 if pending is None else pending) * step
        pending, unit, after_zero = None, step, False
    if end != len(text) or unit == 100_000:
        return None
    if pending is not None:
        # 一百五 is 150, but 一百零五 and 十五 count ones.
        section += pending if after_zero else pending * unit / 10
    return total + section
