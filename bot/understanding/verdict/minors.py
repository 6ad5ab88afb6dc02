"""Whether a child is spoken of: danger to a child needs a child, and a town writes of its grown-ups' accidents too."""

from bot.understanding.verdict import words
from intake.language import text
from intake.language.patterns import regex

BARE = 16
"""Characters of a cry for help: parents and children write 被打了, 让人欺负了, and no more."""
_CHILD = regex(
    r"孩|娃|崽|儿子|女儿|闺女|姑娘|丫头|小子|小姑娘|孙[子女儿]|外孙|俺孙|我孙|大孙|小孙|外甥|侄|弟|妹|宝宝|宝贝|小宝|大宝|二宝|小朋友|小家伙|儿童|幼|婴|少年|未成年|未满|不满|小男|小女|男童|女童"
    r"|学生|同学|同桌|室友|舍友|(?<!驾)校|教学楼|教室|食堂|(?<!老)老师|教师|班主任|班[里上的]|[我同全]班|[一二三四五六七八九0-9)）]班|宿舍|寝室|年级|初[一二三]|高[一二三]|小学|中学|学前|上学|放学|上课|下课|课间|逃课|作业|念书|读书|书包|中考|高考|考试|早恋"
    r"|男生|女生|小姐姐|学长|学姐|家长|继父|继母|后爸|后妈|后爹|后娘|老大|老二|老三|留守|奶娃"
    r"|(?<![0-9一二三四五六七八九十])(?:[0-9]|1[0-7]|[一二两三四五六七八九]|十[一二三四五六七]?)(?:周)?岁|辍学|校园"
)
_FAMILY = regex(r"我[爸妈爹娘]|[他她][爸妈爹娘爷奶]|爸妈|爹妈|爸爸|妈妈|奶奶|爷爷|姥姥|姥爷|[打掐摸骂逼]我")
"""Words of children about their elders, and of the grown-ups of a house about each other."""
_GROWN_UP = regex(
    r"老公|老婆|丈夫|妻子|爱人|媳妇|婆婆|公公|(?:男|女)朋友|[男女]友|前夫|前妻|离婚|分手|同事|老板|单位|公司|工地|工厂|厂里|工友|上班|加班|工资|交警|对方|全责|主责|次责|保险|赔偿?|轻伤|轻微伤|伤残|工伤|判刑|判几|判多|立案|律师|起诉"
    r"|司机|村民|业主|物业|城管|喝多|喝酒|醉|贷款|欠[我他钱]|债|房东|老人家|老头|老太|大爷|大妈|邻居|我儿媳|退休"
    r"|开车|骑车|骑电|骑摩托|电动车|电瓶车|摩托车|货车|轿车|高速|追尾|车祸|翻车|路口|着火|失火|泥石流|塌方|拆迁|广场|小区|打架|一个人|男子|女子|小伙|老[王李张刘陈赵]|民工|工人"
)
_OTHERS = regex("[他她]")
_DESPAIR = regex(
    r"不想活|不活了|活够了|活不下去|自杀|轻生|寻死|想死|跳楼|跳河|跳江|割腕|喝农药|喝药|上吊|遗书|想不开|自残|活着|一死|消失|不想醒|醒不来|不再醒|睡.{0,6}不醒|撑不下去|绝望|解脱|离开这个世界|离开人世|结束(?:这一切|生命|自己)"
)


def child_told_of(plain: str) -> bool | None:
    """Tell whether danger in a message is a child's: one is spoken of, grown-ups alone are, or (None) nobody is.

    Who despairs may be a child, and is heard in any case; he and she without a word of grown-ups is the child at home.
    """
    said = text.compact(plain)
    if _CHILD.search(said) or _DESPAIR.search(said) or words.AT_HOME.search(said) or words.LEFT.search(said):
        return True
    if _GROWN_UP.search(said):
        return False
    return True if _FAMILY.search(said) or _OTHERS.search(said) else None
