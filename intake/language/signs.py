"""Signs that look like a character and are another one: radicals of fonts, and what GBK had no place for."""

import unicodedata

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


def unified_signs() -> dict[int, str]:
    """Give the ideograph for each radical (Kangxi and supplement) and for each private sign of GBK's last row."""
    found = {code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI}
    radicals = dict(zip(_RADICALS, _IDEOGRAPHS, strict=True))
    found |= {ord(one): ideograph for one, ideograph in radicals.items()}
    for code, cell in enumerate(_GBK_CELLS, _GBK_FIRST):
        sign = bytes((_GBK_ROW, cell)).decode("gb18030")
        found[code] = _GBK_LATER.get(code) or radicals.get(sign, sign)
    return found
