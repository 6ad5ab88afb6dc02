"""Whether a message tells of a child, complains of how things are, or only touches on school at all."""

from intake.language.patterns import regex

_YOUNG = (
    "孩子|小孩儿?|孩儿|娃儿?|娃娃|儿子|闺女|女儿|姑娘|丫头|孙子|孙女|外孙|侄子|侄女|外甥|弟弟|妹妹|宝宝|宝贝|崽|男孩|女孩|双胞胎|龙凤胎"
    "|老大|老二|老三|大宝|二宝"
)
_OF_MINE = regex(
    "(?:我们?|俺们?|咱们?|本人|自己|家里|家中|亲戚|邻居|隔壁|对门|同村|村里|班里|班上)(?:的|家|有|这|那|个|大|小|二|三|俩|两个?|一个|位|名|上)*"
    f"(?:{_YOUNG}|学生)"
)
_BARE = regex(f"(?:^|[，。！？；、,.!?; ])(?:大|小|二|三|这|我)?(?:{_YOUNG})(?!们|的教育|教育|家长|因|权)")
_COMPLAINS = regex(
    "^(?:再次|急|请|我要|我想|特此)?(?:反映|反应|投诉|举报|建议|关于|请求|要求|强烈|希望|恳请|恳求|呼吁|质疑|求助|盼|请(?:关心|关注|重视|解决|落实|加快|尽快|重新))"
    "|不合理|不公平|不公正|不透明|不作为|乱收费|违规|违法|名不符实|名不副实|虚假宣传|太不|太差|太难吃|凭什么|凭啥|有意见|不满|投诉|举报|谁来管|没人管管|给个说法|给个交代"
    "|有关部门|相关部门|教育部门|领导(?:们)?(?:重视|关注|关心|管|解决|过问|好)|尊敬的|区长|市长|书记[:：，,您]|局长"
)
_RHETORICAL = regex(
    "没人(?:来)?(?:管|查|问|处理|负责)(?:一?管|一?查|一?下)?(?:了)?(?:吗|么|嘛|呢)|管不管|[不没](?:管管|管|查查?|处理)(?:吗|么|嘛)"
    "|(?:怎么|咋|为啥|为什么)(?:就|也|都|还)*(?:没(?:有)?人|不)(?:来)?(?:管|查|处理)|就不能(?:管|查)|谁(?:来|能)?管管?(?:$|[，。！!？?])"
    "|(?:合理|合法|公平|像话|正常|应该|允许)(?:吗|么|嘛)|还有没有人管|良心"
)
"""What asks for no answer, but for an end to it."""
_ASKS_RULE = regex(
    "(?:[要带用]|需要|准备|提供)(?:些|点)?(?:啥|什么|哪些)|(?:啥|什么|哪些)(?:材料|手续|条件|证件|资料)|(?:材料|手续|条件)[^，。]{0,4}(?:啥|什么|哪些|吗|怎么|咋)"
    "|(?:怎么|咋|如何)办(?:理)?(?:的)?手续|(?:啥|什么)时候(?:报名|开始报|截止|能报|报到)|[去上在到]哪(?:儿|里|个部门)?(?:报名|报到|办手续|办理)"
)
_ADDRESSED = regex(
    "^(?:再次|请)?(?:反映|反应|投诉|举报|建议|关于|请求|要求|强烈|希望|恳请|呼吁|质疑|咨询|请问|求助)"
)
_SCHOOLING = regex(
    f"学校|小学|初中|中学|高中|幼儿园|托儿所|校园|校车|校长|校服|教室|上学|入学|开学|转学|休学|辍学|放学|升学|学籍|学区|学位|学费|学杂|报名|招生|住校|宿舍|食堂|班主任|老师|教师|年级|班级|课本|作业|补课|课后|中考|高考|教育|念书|读书|家长会|家长群|{_YOUNG}"
)


def tells_of_child(plain: str) -> bool:
    """Tell whether a child is told of that the speaker knows; not children as such (让孩子们有学上)."""
    if _OF_MINE.search(plain):
        return True
    return bool(_BARE.search(plain)) and not _ADDRESSED.search(plain)


def complains(plain: str) -> bool:
    """Tell whether it is said that something is not as it should be, or somebody is called upon to mend it."""
    return bool(_COMPLAINS.search(plain)) or is_rhetorical(plain)


def is_rhetorical(plain: str) -> bool:
    """Tell whether a question asks for no answer: 没人管吗, 怎么没人查, 这合理吗."""
    return bool(_RHETORICAL.search(plain))


def asks_rule(plain: str) -> bool:
    """Tell whether it is asked how a thing is done in general: which papers, where, when one enrols."""
    return bool(_ASKS_RULE.search(plain))


def of_schooling(plain: str) -> bool:
    """Tell whether a message has a word of school, or of a child."""
    return bool(_SCHOOLING.search(plain))
