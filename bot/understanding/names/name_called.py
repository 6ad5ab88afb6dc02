"""Find names whose surname is none of the usual, where the sentence itself says that a child is called so."""

import re
from collections.abc import Iterator
from itertools import islice

from bot.understanding.facts.found import Fact, taken
from bot.understanding.names import name_called_words as stops
from bot.understanding.names import name_signs as signs
from bot.understanding.names import name_words as words
from intake.language.naming.surnames import COMPOUND, SURNAMES, WEAK
from intake.language.patterns import regex

_MOST = 60
"""Places that are looked at; it bounds the work on hostile text."""
_BEFORE, _CLAUSE = 14, 30
_HAN = "[\u3400-\u9fff]"
_KID = "|".join(sorted(words.KIDS, key=len, reverse=True))
_DATA = "".join(map(taken, ("school", "grade", "class_name", "birth_date", "id_number")))
_NUMBER = "[0-9一二三四五六七八九十]{1,3}"
_END = "(?=$|[，,。.！!？?、；;：:)）】」”\"\n~… *'])"
_TELLS = (
    f"(?:[{_DATA}]|身份证|学籍号|[男女](?!{_HAN})|[男女][孩生童]|(?:今年|现年|刚|才|虚岁)?{_NUMBER}周?岁"
    f"|(?:今年|现在?|目前|正|开学)?(?:就读|在读|[读念上在])[^，,。 ]{{0,3}}?[{_DATA}])"
)
_DESCRIBED = f"(?=[，, ]{{0,2}}{_TELLS}|的(?:补助|助学金|学籍|资助|低保|营养餐|入学|报名))"
_AFTER_CALL = f"(?:{_END}|(?= ?{_TELLS})|(?=[{taken('phone')}{taken('days')}])|(?=的?(?:孩子|学生|小孩|[男女]孩|[男女]生|娃)))"

_GOES_ON = "(?=家?住|家在|户口|[今昨前]天|[今明]年|已经?|一直|从来|连续|没[有来去上念读]|不[来去上念读]|该上|[要想]上|旷课|辍学|走丢|失踪|被)"
_DOTTED = regex("[\u4e00-\u9fff]{2,6}(?:[·•・･‧∙⋅][\u4e00-\u9fff]{1,6}){1,2}")
_DOTTED_ENDS = regex(
    "的|想(?=[住上念报要坐])|没(?=[来去上有念])|不(?=[来去上念想])|(?<=.)(?:要|在|请假|发烧|住校|上学).*$"
)
"""What follows a name with a dot directly, and is none of its last part."""
_NICKNAME = regex("(?:小|大|阿)[\u4e00-\u9fff]{1,2}|([\u4e00-\u9fff])\\1|[\u4e00-\u9fff]{2}")
_CALLS = regex(
    "(?:叫做?|小名儿?|(?:[大学姓全原]名|名字)(?:[是为]|(?=[ :：]))|[大学姓全]名(?![是为叫 :：])|名唤|[起取]名)[ :：]{0,2}"
)
_CALLED = regex(
    f"(?:名叫|名唤|[起取]名|小名儿?叫?|名字叫|[大学姓全原]名[是为]?|名字是?|(?:{_KID}|同学|[他她的]|[一有]个|有名)(?:就|大名|名字)?叫)(?:做)?[ :：]*$"
)
_BARE_CALL = regex(f"(?:^|[，,。！!；; \n{_DATA}])叫做?$")
_CALLED_SO = regex(f"{_HAN}{{2,4}}?{_AFTER_CALL}|{_HAN}{{3}}{_GOES_ON}")
_OF_KID = regex(f"(?:{_KID})[ :：]?(?P<name>{_HAN}{{2,3}}?){_DESCRIBED}")
_IN_TWO = regex(
    f"姓(?P<family>{_HAN}{{1,2}}?)[，, ]{{0,2}}(?:大名|单名|名字|名|叫)(?:一个|叫|是|为)?(?P<given>{_HAN}{{1,2}})(?:字|这个字)?{_END}"
)
_ADULT = regex("|".join(sorted((one for one in words.ADULTS if len(one) > 1), key=len, reverse=True)))
_NAMED_SO = regex(
    "(?:管[他她它我孩人][^，。 ]{0,3}?|外号|绰号|骂[他她]?|[给我][^，。 ]{0,4}?起[^，。 ]{0,2})叫?$"
)
_MY_NAME = regex("(?:[我俺]|本人|免贵)姓[^，, ]{1,2}[，, ]{0,2}(?:大名|名字?|全名)?叫?$")
_SPEAKER = regex("[我俺]是|本人|[我俺](?:姓|叫|名)")


_KIN = "(?:亲|大|二|三|老|小|表|堂)?(?:爷爷?|奶奶?|姥姥?|姥爷|外公|外婆|祖[父母]|外祖[父母]|爸爸?|妈妈?|父亲|母亲|爹|娘|哥哥?|姐姐?|姑姑?|姨妈?|舅舅?|舅妈|叔叔?|大爷|大伯|伯父|婶|监护人|家长)"
_I_AM_OF = regex(
    f"(?:[我俺]是|[我俺]系|本人[是系])(?:学生|孩子)?(?P<name>{_HAN}{{2,4}}?)(?P<link>[的她他])?(?={_KIN}(?:$|[，,。.！!；;：: ]))"
)
_BEGINS_OF = regex(f"(?:^|[，,。！!；;\n])(?P<name>{_HAN}{{2,4}}?)[他她](?={_KIN}(?:$|[，,。.！!；;：: ]))")
_CHILD_DOES = regex(
    "(?:学生|女儿|儿子|孙女|孙子|外孙女|外孙|本人之[子女]|之[子女]|孩子)"
    f"(?P<name>{_HAN}{{2,3}}?)(?=正在|现?就读|沉迷|自(?:[0-9]|{taken('last_seen')})|的(?:{_KIN})(?:$|[，,。.！!；;：: ]))"
)
_OWNERS = regex(
    "监护|离异|离婚|丧偶|单身|农村|农民|外来|本地|退休|普通|外地|留学|孩子|学生|小孩|同学|[他她我俺咱你们的是个名位这那哪谁家班校村镇老师邻居残疾留守单亲低保贫困前后院隔壁儿女孙闺姑娘丫头]"
)


def owned(text: str) -> Iterator[Fact]:
    """Find whose kin somebody is: 我是由佳的大姑, 战赢他爷爷; and what a child does: 学生时光的舅妈, 之子解大伟沉迷."""
    for pattern in (_I_AM_OF, _BEGINS_OF, _CHILD_DOES):
        for match in islice(pattern.finditer(text), _MOST):
            name, linked = match["name"], match.groupdict().get("link", "的")
            if not (linked or name[0] in SURNAMES or name[0] in WEAK or name.startswith(COMPOUND)):
                continue
            if not _OWNERS.search(name) and _may_be_name(name) and name not in words.NOT_NAMES:
                yield _found(name, match.start("name"), match.end("name"))


def announced(text: str) -> Iterator[Fact]:
    """Find who is called so, as in 孩子叫么小宝 or 该生姓解名放, whatever the surname."""
    for match in islice(_IN_TWO.finditer(text), _MOST):
        ahead = text[max(0, match.start() - _BEFORE) : match.start()].removesuffix("的")
        family, given = match["family"], match["given"]
        name = given if len(given) > 1 and given.startswith(family) else family + given
        adult = ahead.endswith((*words.MINE, *words.ADULTS))
        if not adult and family not in "名氏啥什" and _may_be_name(name):
            yield _found(name, match.start(), match.end())
    for match in islice(_CALLS.finditer(text), _MOST):
        ahead = text[max(0, match.start() - _BEFORE) : match.end()].rstrip(" :：")
        if not _calls_child(text, match, ahead):
            continue
        said = _CALLED_SO.match(text, match.end())
        if said and "小名" not in ahead[-4:] and _is_called(said[0], bare=match[0].endswith("名")):
            yield _found(said[0], match.end(), said.end())


def unusual(text: str) -> Iterator[Fact]:
    """Find 儿子尉晨读初三, 豆豆 and 小宝 where somebody is called so, and names with a dot."""
    if match := _DOTTED.search(text):
        start = match.start() + _announcing(match[0])
        last = match.start() + max(match[0].rfind(one) for one in "·•・･‧∙⋅") + 2
        ends = _DOTTED_ENDS.search(text, last, match.end())
        end = ends.start() if ends else match.end()
        yield _found(text[start:end], start, end)
        return
    if name := next(announced(text), None) or next(owned(text), None):
        yield name
        return
    for match in islice(_OF_KID.finditer(text), _MOST):
        if _is_described(match["name"]):
            yield _found(match["name"], match.start("name"), match.end("name"))
            return
    for match in islice(_CALLS.finditer(text), _MOST):
        ahead = text[max(0, match.start() - _BEFORE) : match.end()].rstrip(" :：")
        if not _calls_child(text, match, ahead):
            continue
        for end in (match.end() + 3, match.end() + 2):
            if _is_nickname(text, match.end(), end):
                yield _found(text[match.end() : end], match.end(), end)
                return


def _found(name: str, start: int, end: int) -> Fact:
    return Fact("child_name", name, start, end)


def _calls_child(text: str, match: re.Match[str], ahead: str) -> bool:
    """Tell whether a child is called, not an adult, and nobody calls for somebody."""
    who = signs.uncalled(ahead)
    adult = who.endswith((*words.ADULTS, *stops.THINGS)) and not who.endswith(words.KIDS)
    if adult or ahead.endswith(words.SPEAKS):
        return False
    if _NAMED_SO.search(ahead) or _MY_NAME.search(ahead):
        return False
    if _CALLED.search(ahead):
        return True
    if not _BARE_CALL.search(ahead):
        return False
    clause = re.split(
        "[，,。！!；; \n]", text[max(0, match.start() - _CLAUSE) : match.start()].rstrip(" ，,")
    )[-1]
    return not _SPEAKER.search(clause) and not _ADULT.search(clause)


def _is_called(said: str, *, bare: bool) -> bool:
    """Tell whether 叫 announces this; 姓名 with nothing between asks for more, as 姓名填错 names nobody."""
    if said in words.NOT_NAMES or not _may_be_name(said):
        return False
    known = said[0] in SURNAMES or said.startswith(COMPOUND) or len(said) > 2
    return not bare or (known and words.GIVEN.issuperset(said[1:]))


def _may_be_name(said: str) -> bool:
    """Tell whether this is no everyday talk: 孩子叫人打了, 叫家长来, 叫什么."""
    if said.startswith(stops.NOT_CALLED) or not stops.VERBS.isdisjoint(said):
        return False
    given = said[2:] if said.startswith(COMPOUND) and len(said) > 2 else said[1:]
    if given in stops.NOT_GIVEN:
        return False
    if len(said) > 3 and not words.GIVEN.issuperset(said[2:]):
        return False
    body = given[:-1] if given[-1] in words.LAST else given
    return said in COMPOUND or words.NEVER.isdisjoint(body)


def _is_described(said: str) -> bool:
    """Tell whether 孩子曲直，读六年级 names the child; 孩子聪明，读六年级 does not."""
    if not _may_be_name(said) or said.startswith(stops.NOT_DESCRIBED) or said[0] in stops.LEADS:
        return False
    usual = words.GIVEN.issuperset(said[1:])
    if said[:2] in words.NOT_NAMES:
        return len(said) == 3 and usual
    if len(said) == 3 or (usual and (said[1] in words.ONLY_NAMES or said[0] == said[1])):
        return usual
    return said[0] in SURNAMES or said[0] in WEAK or (said[0] in stops.RARE and usual)


def _announcing(said: str) -> int:
    return max(
        (
            said.rfind(word) + len(word)
            for word in ("叫", "姓名", "孩子", "学生", "是", "儿子", "女儿")
            if word in said
        ),
        default=0,
    )


def _is_nickname(text: str, start: int, end: int) -> bool:
    said = text[start:end]
    if not words.NEVER.isdisjoint(said) or said.startswith(stops.NOT_CALLED):
        return False
    if not _NICKNAME.fullmatch(said) or not words.GIVEN.issuperset(said):
        return False
    return bool(signs.after(text, end)) or text.startswith("的", end)
