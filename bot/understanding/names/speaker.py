"""Find inside a message who to the child is speaking; those who are only spoken of are others."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from bot.understanding.facts.found import KEYS, Fact, taken
from bot.understanding.names.kin_words import kin
from intake.language.patterns import regex

_MOST = 60
"""Beginnings that are looked at; it bounds the work on hostile text."""
_OF_VILLAGE = (
    "书记",
    "支书",
    "主任",
    "会计",
    "文书",
    "村长",
    "工作人员",
    "干部",
    "干事",
    "专干",
    "工作者",
    "社工",
)
_KIN = kin() | dict.fromkeys(_OF_VILLAGE, "村(居)干部")
_KIN_WORD = "|".join(sorted(kin(), key=len, reverse=True))
_ELDER = "父亲|母亲|爸爸|妈妈|爷爷|奶奶|姥姥|姥爷|外公|外婆|单亲妈妈|单亲爸爸|宝妈"
_OF_CHILD = (
    f"(?:[{''.join(map(taken, KEYS))}]|孩子|小孩儿?|孩儿?|学生|娃儿?|同学|[他她]|家里?|的|这个?|那个?|一个|一名|一位|个|名|位|[ ,，:：](?![他她孩娃])"
    "|班上?|年级|俩|两个|当|做|带孩子|亲|单亲|男孩|女孩|儿童|也|就|村|社区|街道|镇|区|县|市|[0-9]|小学|中学|学校|们|家|[一二三四五六七八九十]{1,2}岁|女孩|年轻|残疾|留守|困境|监护人|是|高年级|低年级|普通|初中|高中|离异|离婚|单身|农村|农民|外来|务工|打工|聋哑|该|生|新|老)"
)
_I_AM = regex(
    f"(?:(?<![不要果如像])(?:[我俺咱额偶]|本人|我们|俺们|咱们)(?:就|也|可)?(?:叫[\u4e00-\u9fff]{{2,4}}[,， ]*|姓[\u4e00-\u9fff][,， ]*)?(?:是|系|(?<=本人)为)|(?:作为|身为))(?P<of>{_OF_CHILD}{{0,40}}?|[\u4e00-\u9fff]{{1,4}}?[他她的])"
    f"(?P<kin>{_KIN_WORD}|(?<={taken('village')})(?:{'|'.join(_OF_VILLAGE)}))(?P<after>们|和|跟|班|的[\u4e00-\u9fff]{{0,4}}|说|{_KIN_WORD})?"
)
_SURNAMED = regex(f"(?:我|俺)是(?:(?:{_OF_CHILD}){{0,30}}?)[\u4e00-\u9fff](?:某某?)?(?P<kin>老师)(?![的班])")
_PLAYED = regex(f"(?:我|俺|咱)[^，。,.！？!? ]{{0,6}}?(?:当|做)(?P<kin>{_KIN_WORD})的")
_FEELS = regex(
    f"(?:^|[，。,！!；; \\n])(?:这?[当做作])(?P<kin>{_ELDER}|伯父|叔叔|舅舅|姑姑)的?"
    "(?:心[里疼如都]|看[着了到]|实在|真[的是没]|着?急|愁|睡不着|没办法|无能|不知道咋|难受|放心不下)"
)
_CADRE = regex(
    f"(?P<says>{taken('village')}{{2,8}}村?(?:干部|村委会主任|村委会|居委会|书记)(?:反映|报告|上报|报)?)[，,：:]|"
    "(?:请示|报告|函|情况说明)[:：，,。 ]{1,2}(?P<kin>我[村社])|(?P<our>我(?:村|社区)(?:现有|两委|村委会|排查|摸排|集中上报|脱贫户|适龄))"
    f"|(?:^|[。！!；;\\n ])(?P<signed>{taken('village')}{{2,8}}(?:村?民?委员?会?|居委会|党支部)?(?:书记|支书|主任|文书|工作人员|村委会|居委会))[，,：: ]{{0,2}}(?:联系)?(?:电话|手机|{taken('phone')}|$)"
)
_ONE_OF = regex(
    f"(?:[我俺]|本人)(?:就|也)?(?:是|系)[^，。,.！？!?；;\n]{{0,20}}?(?:一[名位个]|个)[^，。,.！？!?；;\n]{{0,14}}?(?P<kin>{_ELDER})(?=$|[，。,.！!；; \n])"
)
_HERE_I = regex(
    f"(?:我|俺|咱)(?:这个|这|一个)(?:当|做)?(?P<kin>(?:{_ELDER})(?!们)|(?:{_KIN_WORD})(?<![弟妹哥姐居戚])(?=[来也管养照带抚监供拉，。, ]|实在|真|没))"
)
_REPORTS = regex(
    f"(?:^|[，。,.！!？?；;:：（( \n])(?P<kin>{_ELDER}|舅舅|姑姑|叔叔|大爷|大伯|姨|大姨|老姨)"
    f"(?:(?:替|代|帮|给)(?:孩子|外?孙[子女]?|[他她]|娃|{taken('child_name')}{{1,8}})?(?:报个?名|申请|登记|请个?[^，。 ]{{0,3}}假|办|问|报|填)(?![^，。 ]{{0,4}}[了过])"
    "|(?:代|帮|来|给)?[报填写问]的(?=$|[，。,.！!；; )）\n]|电话))"
)
_PHONED = regex(
    f"(?:^|[，。,.！!？?；; \n])(?P<kin>{_ELDER})(?:的?(?:联系)?(?:电话|手机号?|方式))[:： 是]*{taken('phone')}"
)
_PAIR = regex(
    "(?<![让叫给被和跟])(?:[我俺咱](?:们)?(?:和|跟|与|同)(?:孩子|孩儿?|娃|小孩)?(?:的|[他她])?(?P<with>爸爸?|妈妈?|爹|娘|父亲|母亲|爷爷?|奶奶?|姥爷|姥姥?)"
    "(?!们|说|讲|联系|打电话|打过|通|反映|沟通|聊|谈|提|要|借|[爷奶妈爸姥]|的|住|过|生活|一起过)"
    "|(?:孩子|孩儿?|娃)?[他她](?P<first>爸爸?|妈妈?|爹|娘|爷爷?|奶奶?|姥爷|姥姥?)(?:和|跟)[我俺咱](?![家们儿闺孙说爸妈]))"
)
_SPOUSE = {"爸": "母", "爹": "母", "父": "母", "妈": "父", "娘": "父", "母": "父",
           "爷": "祖母", "奶": "祖父", "姥爷": "外祖母", "姥": "外祖父"}  # fmt: skip
_STATED = regex(
    f"(?:[我系是]|本人)[^，。,.！!；;\n]{{0,24}}?(?<=[生子{taken('child_name')}])之(?P<of>[父母])(?=$|[，。,. \n])|关系[是为:： ]*(?:(?P<pair>母子|母女|父子|父女)|(?P<kin>{_KIN_WORD}))"
)
_OF_ANOTHER = regex("同桌|舍友|室友|朋友|发小|[他她]同学")
_PAIRS = {"母": "母", "父": "父"}
_SIGNED = regex(
    f"(?:^|[，,。.！!？?\n —-]|您好|你好|老师好|我)(?:[{taken('school')}{taken('grade')}{taken('class_name')} ]{{0,20}}{taken('child_name')}{{1,8}}|孩子|学生)的?(?:他|她)?"
    f"(?P<kin>{_KIN_WORD})(?=$|[，,。！! \n])"
)
_IN_BRACKETS = regex(f"(?:家长|监护人|联系人)[:： ]?[\u4e00-\u9fff]{{2,4}} ?[(（](?P<kin>{_KIN_WORD})[)）]")
_MY_PUPILS = regex(
    f"(?:我|俺)(?:们|带的?|教的?)*[{taken('grade')}{taken('class_name')}]*班(?:上|里)?的?(?:有个?|有一个|一个|有名|一名|这个|那个)*(?:学生|孩子|男生|女生|同学|{taken('child_name')})"
    "|我(?:教|带)的(?:一个)?(?:学生|孩子|班)|我的学生|我学生|[我俺]当班主任(?!的|[0-9一二三四五六七八九十几多好]+年)|(?:^|[，,。！!；; \n])班主任(?:报|反映|上报)?(?:[：:，,]|$)"
    f"|[{taken('grade')}{taken('class_name')}]班主任(?:报|反映)?[：:，,]|[我俺]班[俩仨几两三四五][个名]?(?:孩子|学生)?"
)
_YOUNG = "孩子|小孩|小子|丫头|闺女|儿子|孙子|孙女|外孙|姑娘|娃|男孩|女孩|女儿|男童|女童"
_MERELY = "(?!可以|都|就能|也能|能[^不]|一样|的(?:旧|书|衣|鞋|校服|车|电动|手机|电脑))"
_NEAR = "邻居|隔壁|对门|[前后东西]院|[前后]楼|楼[上下]"
_NEIGHBOUR = regex(
    f"(?:代|替|帮)(?:我家?的?)?(?:{_NEAR})(?:家|的|老人|大爷|大娘|大妈|奶奶|爷爷|老太太|老头|老两口|大姐|大哥|嫂子|老)[^，。 ]{{0,8}}?(?:提交|上?报|申请|办|问|填|打听|反映|咨询|递|写)"
    f"|(?:{_NEAR})那[家户][^，。]{{0,9}}(?:小|大)?(?:{_YOUNG})|邻居家?之[子女孙]"
    "|(?<![同跟和与比像借穿用捡坐蹭搭让被])(?:邻居|隔壁|对门|[前后东西]院|[前后]楼|楼[上下]|[一二三四五六七]楼|同楼|同院|同屯|一个屯子?|一个院|一个小区)(?:邻居)?(?:的|住的)?(?:老[\u4e00-\u9fff](?:头|太太|婆子|大爷)?|[\u4e00-\u9fff]{1,4}?家)?家?的?(?:那个?|有个|一个)?家?的?(?:小|大)?"
    f"(?:叫{taken('child_name')}{{1,8}}的)?"
    f"(?:{_YOUNG}|{taken('child_name')}|家(?=不让|老打|总打)){_MERELY}|孩子是[我俺]家?(?:的)?邻居"
    f"|(?:我|俺)(?:同事|朋友|战友|工友|老乡|老同学)家?的?(?:{_YOUNG})"
)
_NEPHEW = regex(
    f"(?:我|俺|咱)(?:家|的|大|二|小|亲|娘家|表|堂|那个?|们家)*(?:侄子|侄女|侄儿|侄孙|外甥女?)(?!的?(?:同学|老师|媳妇))"
    f"|(?:我|俺)(?:亲|堂|表|大|二|三|老|小|的)*(?:姐姐?|妹妹?|哥哥?|弟弟?|兄弟|嫂子?|姑子|叔子|姨子|舅子|姑姐|[叔舅姨姑])(?:一家|家|的)(?:家|的|那|大|小)*(?:{_YOUNG}|因|想)"
    f"|(?<![她他的用借穿捡跟和同比])亲戚家的?(?:{_YOUNG}){_MERELY}"
)
_HUSBAND = "老公|丈夫|前夫|男人|当家的|婆婆|公公|公婆|婆家"
_WIFE = "媳妇|老婆(?!子)|妻子|前妻|丈母娘|岳母|岳父|老丈人"
_MY_SPOUSE = regex(f"(?:我|俺)的?(?:和|跟|与|同)?我?(?:(?P<he>{_HUSBAND})|(?P<she>{_WIFE}))")
_SPOUSE_ALONE = regex(
    "(?:^|[，。,；;！!？? \n]|随|和|跟|与)(?:(?P<he>丈夫|(?<!^)老公|前夫|公婆|婆婆|公公)|(?P<she>妻子|前妻|岳[父母]|丈母娘))(?!俩|两|们)"
)
_MY_CHILD = regex(
    "(?:我|俺|咱)(?:们)?家?的?(?:孩子|儿子|闺女|女儿|姑娘|娃|老大|老二|大儿|小儿|大闺女|二闺女)|孩子|[大小二]女儿|[大小二]儿子"
    f"|把(?:儿子|女儿|闺女)|(?:儿子|女儿|闺女|姑娘)(?:今年|现|正)?(?:就?[读念上在]|不[上念]|[{taken('grade')}{taken('class_name')}{taken('child_name')}])"
)
_NOT_PARENTS = regex(
    "孙|侄|外甥|邻居|隔壁|村民|(?:我|俺|我们)[班校村]|该[生户]|(?:我|俺)(?:弟|妹)|儿媳|女婿|姑爷|我是[^，。]{0,6}(?:老师|班主任|书记|干部)"
)
_MARRIED_IN = regex("(?:我们?是?从[^，。]{1,6}|我是?)嫁[到过来]")
_MAY_BE_MARRIED = regex(
    "(?:儿子|女儿|闺女|姑娘|儿子)(?![^，。]{0,6}[上读念岁])|[他她]|姐|妹|哥|弟|某|老[\u4e00-\u9fff]家"
)
_OF_US = regex("(?:我们?|俺们?|咱)(?P<who>母子|母女|父子|父女|娘[俩儿仨])")
_OWN_CHILD = regex(
    f"(?:(?:我|俺|本人)(?:们)?(?:家|的)*|抚养|带着?)(?:大|小|二)?(?:儿子|女儿|闺女|姑娘)(?:叫|名叫|是|，|,| )?[{taken('child_name')}]*[，, ]?"
    f"(?:今年|现在?|正)?(?:就?[读念上在]|[{''.join(map(taken, ('grade', 'class_name', 'school', 'birth_date')))}]|[0-9一二三四五六七八九十]{{1,3}}岁|户口|不[上去念]|没去|厌学)"
    "|离[异婚了][^。]{0,12}(?:抚养|带着?|归)[^，。]{0,4}(?:儿子|女儿|闺女|孩子)"
)
_OTHER_PARENT = regex(
    "(?:孩子|[他她其娃])的?(?:(?P<he>爸爸?|父亲|爹)|(?P<she>妈妈?|母亲|娘))(?![爸妈爹娘父母和跟与、]|的(?:妈|爸|母|父))"
)


def read_relation(text: str, today: date) -> Iterator[Fact]:
    """Find who to the child the speaker says to be; those spoken of are others."""
    for pattern in (_I_AM, _SURNAMED, _PLAYED, _ONE_OF, _HERE_I, _FEELS):
        for match in islice(pattern.finditer(text), _MOST):
            if label := _said_kin(match):
                yield Fact("relation", label, match.start("kin"), match.end("kin"))
                return
    for read in (_stated, _as_cadre, _with_spouse, _by_pupils, _as_parent):
        if found := read(text):
            yield found
            return


def _said_kin(match: re.Match[str]) -> str | None:
    """我是他爷爷奶奶 is two people, and 我是他奶奶的邻居 is the neighbour."""
    if _OF_ANOTHER.search(match.groupdict().get("of") or ""):
        return None
    after = match.groupdict().get("after") or ""
    if after.startswith("的") and len(after) > 1:
        other = next(
            (label for word, label in _KIN.items() if after[1:].startswith(word) and len(word) > 1), None
        )
        return (
            other
            if other in ("邻居/其他", "其他亲属")
            else (None if _other_owner(after) else _KIN[match["kin"]])
        )
    if _KIN.get(after) == _KIN[match["kin"]]:
        return _KIN[after]
    return None if after and after != "说" and not after.startswith("的") else _KIN[match["kin"]]


def _other_owner(after: str) -> bool:
    return after[1:].startswith(
        ("同事", "朋友", "同学", "学生", "老师", "战友", "工友", "妹", "姐", "哥", "弟", "班")
    )


def _stated(text: str) -> Fact | None:
    if match := _STATED.search(text):
        pair = match["of"] or match["pair"]
        label = _PAIRS[pair[0]] if pair else _KIN[match["kin"]]
        return Fact("relation", label, match.start(), match.end())
    match = _SIGNED.search(text) or _IN_BRACKETS.search(text) or _REPORTS.search(text) or _phoned(text)
    return Fact("relation", _KIN[match["kin"]], match.start("kin"), match.end("kin")) if match else None


def _phoned(text: str) -> re.Match[str] | None:
    """父亲电话 is the writer's where no second relative has one."""
    found = list(islice(_PHONED.finditer(text), 2))
    return found[0] if len(found) == 1 else None


def _with_spouse(text: str) -> Fact | None:
    if match := _PAIR.search(text):
        other = match["with"] or match["first"]
        label = _SPOUSE.get("姥爷" if other == "姥爷" else other[0])
        return Fact("relation", label, match.start(), match.end()) if label else None
    if (match := _OF_US.search(text)) and not _NOT_PARENTS.search(text):
        return Fact("relation", "父" if match["who"][0] == "父" else "母", match.start(), match.end())
    if (match := _MARRIED_IN.search(text)) and _MY_CHILD.search(text) and not _NOT_PARENTS.search(text):
        return Fact("relation", "母", match.start(), match.end())
    match = _MY_SPOUSE.search(text) or _spouse_alone(text)
    if match and _MY_CHILD.search(text) and not _NOT_PARENTS.search(text):
        return Fact("relation", "母" if match["he"] else "父", match.start(), match.end())
    return None


def _spouse_alone(text: str) -> re.Match[str] | None:
    """丈夫 is the speaker's where nobody else who may have one was spoken of before."""
    match = _SPOUSE_ALONE.search(text)
    return match if match and not _MAY_BE_MARRIED.search(text[: match.start()]) else None


def _as_parent(text: str) -> Fact | None:
    """Who speaks of 我儿子 in the sixth grade, and of his mother, is the father."""
    if _NOT_PARENTS.search(text) or not (child := _OWN_CHILD.search(text)):
        return None
    others = list(islice(_OTHER_PARENT.finditer(text), _MOST))
    sexes = {bool(one["he"]) for one in others}
    if len(sexes) != 1:
        return None
    return Fact("relation", "母" if sexes == {True} else "父", child.start(), child.start() + 1)


def _as_cadre(text: str) -> Fact | None:
    match = _CADRE.search(text)
    return Fact("relation", "村(居)干部", match.start(), match.end()) if match else None


def _by_pupils(text: str) -> Fact | None:
    for pattern, label in ((_MY_PUPILS, "班主任"), (_NEIGHBOUR, "邻居/其他"), (_NEPHEW, "其他亲属")):
        if match := pattern.search(text):
            return Fact("relation", label, match.start(), match.start() + 2)
    return None
