"""Words that are no name although a child is "called" or described so, and surnames of a few families only."""


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


RARE = frozenset(
    "么尉线勾生佴操税续展闪腾弓豹虎雪星月风雨山铁图拜盘森撒咸召哲折接黑次环阿奥弥哈青辉旺宿悟枚拱佛剧暨藏茶首玉律庚秘眭粘"
    "洋堂朋尕啜遆苌洼晓郜汝院户母老字但者种逢招信"
)
"""Real surnames that are hardly ever met; behind 孩子 they need a name of usual characters and a pupil's facts."""
NOT_GIVEN = frozenset("家子女小大老儿者的")
"""What is no given name alone."""
NOT_CALLED = _listed(
    "人 老师 同学 家长 家里 家人 校长 主任 班主任 班长 别人 大人 小孩 孩子 学生 警察 民警 公安 医生 大夫 救护 外卖 滴滴 出租"
    " 保安 宿管 村里 村上 学校 教育 什么 啥 那个 那啥 那谁 那边 那天 那么 那些 那帮 那群 那几 几个 一个 一声 一群 一帮 一些 两个 两声 几声 门口 门卫 门夹 门挤 高利 停 苦 唤 喊 嚷 好听 板 醒"
    " 个 鼎鼎 但愿 性别 年龄 电话 住址 地址 年级 班级 民族 籍贯 家庭 户籍 户口 关系 身份 出生 瘸 臭 傻 哑巴 瞎 聋 胖子 疯 矮 结巴 野 穷 废 弱智 蠢 丑 笨 呆 白痴 垃圾 黑鬼 外号 绰号 回来 回去 回家 过来 过去 起来 起床 出来 出去 下来 下去 上来 上去 进来 进去 到 车 狗 后妈 后爸 继父 继母 后娘 后爹 邻居 亲戚 朋友"
    " 道歉 扫地 洗碗 写字 滚蛋 站着 检查 名字 姓名 大名 小名 爹 娘 男的 女的 男生 女生 男孩 女孩 高年级 高中生 初中生 高中 初中 大孩 大学 小学 社会 外人 坏人 混混"
    " 领导 司机 书记 干部 老板 老头 老太 对方 隔壁 对门 同桌 同班 舍友 室友 全班 大家 大伙 自己 本人 双方 有关 相关 热水 开水 猫 蛇 火警 火车 机器 酒 游戏 手机 网 "
    " 法院 法官 法定 法警 城管 交警 消防 急救 代驾 饭 菜 早 午 晚 谁 何名 何人 多少 叫 号 魂 真 绝 屈 冤 惨 劲 响 天天 不 没 未成年 未知 待定 保密 暂无 暂不 如下 同上 见附 详见 略 无"
)
"""What follows 叫 where nobody is named: somebody calls for somebody, or is beaten by him."""
EVERYDAY = frozenset(NOT_CALLED)
VERBS = frozenset(
    "的了吗呢吧啊呀啦嘛什怎哪不没我你您他她它们这被把给让很俺咱打骂揍踹欺负抢撞咬堵扇掐踢训罚撵赶吓逼骗砸伤偷死吃喝哭闹疼病拽拖踩捅刺熊"
)
"""Characters that end every thought of a name, whatever is announced."""
THINGS = _listed(
    "公司 单位 学校 幼儿园 小区 村 屯 镇 社区 店 超市 班 机构 培训班 补习班 平台 软件 游戏 群 群名 公众号 微信 网 网名 病 药 狗 猫 项目 政策 文件 微信名 昵称"
    " 老师名字 爸名字 妈名字 父亲姓名 母亲姓名 联系人姓名 家长姓名 监护人姓名 户主姓名 开户名 开户 账户 用户 用户名"
)
"""What else has a name."""
LEADS = frozenset(
    "上下去到离放住坐写走跑看听说算记背胆眼耳牙头脸手脚腿腰脾出入在从由跟和与同给把让于往到有很真特可爱想要不没无刚快已正将会能都也又还最更太比较挺只仅非常一二三四五六七八九十两满性身心学小大多少智听视残弱患因随先后"
)
"""What follows 孩子 to say how the child is."""
NOT_DESCRIBED = _listed(
    "聪明 懂事 听话 文静 文弱 冷漠 单薄 单纯 干瘦 麻利 乐观 乐天 白净 安静 安稳 应届 应考 平庸 温顺 温柔 和气 和善 强壮 全盲 全聋 全托 "
    " 常常 往往 明明 默默 好好 早早 久久 时时 处处 人人 年年 真真 优秀 内向 外向 可怜 独生 双胞 双生 龙凤 户口 学籍 成绩 身体 智力 眼睛 听力 视力 语言 暑假 寒假 秋季 春季 秋天 春天 原来 原先 本来 平时 平日 周末 暂时 如今 现如今 "
    " 幼儿园 今年 明年 去年 刚刚 正好 同意 愿意 喜欢 热爱 学习 努力 用功 刻苦 勤奋 勤快 老实 善良 孝顺 乖巧 活泼 开朗 自卑 敏感 胆小 品学 兄弟 姐妹 姐弟 兄妹 姓名 名字 性别 男 女 年龄 年级"
    " 山东 山西 海南 海口 通化 青岛 大连 沈阳 长春 北京 天津 上海 广东 广西 江苏 浙江 福建 辽宁 河北 河南 云南 贵州 四川 湖南 湖北 安徽 江西 陕西 甘肃 吉林 延边 英语 数学 语文 体育 毕业 升学 升级 留级 休学 借读 插班 随班 走读 寄宿 住宿 陪读 放学 开学 入园 来自 属于 位于 毕竟 至今 如期 按时 准时 顺利 直接 继续 仍然 依然 同时 其中"
)
"""What says how a child is, and ends like a name in front of its class."""
