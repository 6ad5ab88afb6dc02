"""How long everything is kept that lies in the data directory: every table, every file and folder.

A term that stands in a rule names it; `ask` marks what the bureau must confirm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

RECORD = "不自动删除，按档案规定办"
LIVING = "在用时保留"
CHAT, SHELF = "chat", "workbooks"


@dataclass(frozen=True, slots=True)
class KeptFor:
    """What lies somewhere, for how long, what ends it; `setting` is the key of BAOXUE_KEEP that says otherwise."""

    what: str
    term: str
    ended: str
    setting: str = ""
    ask: bool = False


def _record(what: str) -> KeptFor:
    return KeptFor(what, RECORD, "教育局按档案规定书面决定以后，由运维办", ask=True)


def _with_chat(what: str) -> KeptFor:
    return KeptFor(what, "180 天", "后台每小时；家长说“删除我的信息”、取消关注时立即", CHAT, ask=True)


def _days(what: str, days: int, ended: str = "后台每小时") -> KeptFor:
    return KeptFor(what, f"{days} 天", ended)


TABLES: Mapping[str, KeptFor] = MappingProxyType({
    "alarms": _record("孩子有危险时谁接手、结果"),
    **{f"answers_{kind}": _record("报告的内容") for kind in ("absence", "boarding", "enrollment", "safety", "subsidy")},
    "audit": KeptFor("审计：谁在什么时候做了什么，没有内容", "不删除（网络安全法第21条：日志不少于六个月）", "没有办法删"),
    "bindings": KeptFor("登录码的暗记", "7 天有效", "用过、换新的、过期"),
    "bound": KeptFor("老师绑定的微信的暗记", LIVING, "解绑、停用、取消关注"),
    "bunches": _record("同一地址一批待核实报告的汇总"),
    "case_cells": _record("台账里填的内容"),
    "case_events": _record("个案的经过"),
    "case_keys": _record("找个案用的暗记"),
    "case_offers": _record("可能是同一件事的提示"),
    "case_readers": KeptFor("原责任人还能看的个案", "30 天", "到期就看不到"),
    "case_reports": _record("个案和报告的联系"),
    "case_steps": _record("个案里时钟走到哪一步"),
    "case_talks": KeptFor("个案和聊天的联系", "和聊天一样", "家长删除自己的信息时立即", CHAT),
    "cases": _record("个案"),
    "children": _record("学籍名单里的学生"),
    "child_facts": _record("孩子的情况：谁说的、哪天、以前的也留着"),
    "child_keys": _record("找孩子用的暗记"),
    "child_matches": _record("可能是同一个孩子的提示"),
    "child_merges": _record("两份档案合成一份的经过"),
    "child_queue": _days("等着核对是哪个孩子的报告", 1),
    "classes": _record("班级"),
    "clients": KeptFor("接入系统的名称和密钥暗记", LIVING, "停用以后只剩名称"),
    "consents": _record("谁在什么时候同意了告知书"),
    "comparisons": _record("名单哪天核对过"),
    "conversations": _days("聊天谈到哪里", 7),
    "corrections": _record("报告改过哪几项（不是内容）"),
    "danger_addresses": _days("报危险的来源地址的暗记", 1),
    "devices": KeptFor("登录着的手机和电脑", "手机 90 天，工作台 10 小时；退出以后再留 180 天", "后台每小时", CHAT),
    "differences": _record("名单对不上的地方、怎么处理的"),
    "dictionary": KeptFor("字段和代码的说明", LIVING, "没有个人信息"),
    "drafts": _days("没报完的草稿", 7, "后台每小时；家长删除自己的信息时立即"),
    "duties": _record("个案该办的事和期限"),
    "factors": KeptFor("动态码的密钥", LIVING, "本人停用、管理员取消"),
    "full_exports": KeptFor("完整导出的申请", RECORD, "密码 7 天后删掉", ask=True),
    "reason_notes": KeptFor("失学原因的说明，每一版", LIVING, "没有个人信息"),
    "heartbeats": KeptFor("后台程序的心跳", LIVING, "没有个人信息"),
    "links": KeptFor("哪个微信是哪个孩子的家长", LIVING, "家长删除自己的信息、取消关注时立即"),
    "looks": _record("谁为什么看了遮住的内容"),
    "linked_reports": _record("报告怎么对上孩子的"),
    "list_batches": _record("哪天收过哪份名单"),
    "listed": _record("学籍、户籍等名单里的孩子"),
    "media": KeptFor("照片和录音的登记", "没有随报告走的 180 天，上传的表 7 天", "后台每小时", CHAT, ask=True),
    "messages": _with_chat("聊天记录"),
    "notices": KeptFor("工作人员的提醒", "看过以后 180 天", "后台每小时", CHAT),
    "numbers": KeptFor("个案编到几号", LIVING, "没有个人信息"),
    "opened_links": KeptFor("聊天里的链接被哪个浏览器打开的暗记", "链接过期为止", "后台每小时"),
    "outbox": _with_chat("发给家长的消息"),
    "pins": KeptFor("手机密码的散列", LIVING, "停用、重设"),
    "recovery_codes": KeptFor("备用码的暗记", LIVING, "用过、换新的、停用动态码"),
    "reports": _record("报告的抬头"),
    "register_entries": _record("学籍异动登记"),
    "school_merges": _record("哪所学校并到哪所学校、动了什么"),
    "return_changes": _record("收表改了什么"),
    "returns": _record("收回来的表"),
    "roll": _record("点名：哪天点过"),
    "roll_answers": _record("老师对家长的话的回答"),
    "roll_marks": _record("点名：谁没到"),
    "row_changes": _record("收表改了孩子的哪些情况"),
    "schools": _record("学校"),
    "school_beds": KeptFor("学校有多少床位", LIVING, "没有个人信息"),
    "seals": KeptFor("密钥和条数的封印", LIVING, "没有个人信息"),
    "sent_returns": _record("签报的月报"),
    "slots": KeptFor("包保责任人", LIVING, "改了就换"),
    "stays": _record("孩子在哪个班上过学"),
    "staff": _record("工作人员的账号"),
    "teaches": KeptFor("谁教哪个班", LIVING, "改了就换"),
    "tokens": KeptFor("微信接口的令牌", "两小时", "换新的"),
    "triage": KeptFor("要人看的话", "和聊天一样；有危险的留到写了处理结果", "后台每小时", CHAT),
    "tries": KeptFor("试错的计数（旧）", "15 分钟", "自己过期"),
    "typed_answers": _record("报告里哪几项是网页上填的（不是内容）"),
    "uploads": _days("上传的表的登记", 7),
    "versions": _record("报告更正以前的内容"),
    "visits_due": KeptFor("哪个孩子哪天该走访", LIVING, "后台重新算"),
    "windows": KeptFor("微信的回复窗口", "48 小时", "后台每小时"),
    "workbook_downloads": KeptFor("谁取走了每日的表", "30 天", "后台每小时", SHELF),
    "workbook_orders": KeptFor("要做的表", "30 天", "后台每小时", SHELF),
    "workbooks": KeptFor("每日的表的登记", "30 天", "后台每小时", SHELF),
    "wrong_tries": KeptFor("试错的计数，账号和地址都是暗记", "最长 30 天", "自己过期"),
})  # fmt: skip
"""Every table of the house."""

FOLDERS: Mapping[str, KeptFor] = MappingProxyType({
    "baoxue.db": KeptFor("数据库，连同 -wal 和 -shm", LIVING, "里面的见上表"),
    "keys": KeptFor("密钥", LIVING, "rotate-keys 换新的，旧的留着开旧备份"),
    "media": KeptFor("照片、录音、上传的表，都加密", "和 media 表一样", "后台每小时", CHAT),
    "workbooks": KeptFor("每日的表，加密", "30 天", "后台每小时", SHELF),
    "backups": KeptFor("备份", "由备份任务决定（docs/operations.md：30 天）", "运维的定时任务", ask=True),
    "before-restore-": KeptFor("恢复以前的数据", "直到运维确认恢复无误", "运维手工删除", ask=True),
    "baoxue.toml": KeptFor("设置", LIVING, "没有个人信息"),
    "answers.toml": KeptFor("常见问题的答案", LIVING, "没有个人信息"),
    "demo-signins.txt": KeptFor("演示的账号", LIVING, "只在演示里有"),
    "simulator": KeptFor("演示里的聊天", "演示里 7 天", "只在演示里有"),
    ".lock": KeptFor("锁和标记", LIVING, "没有内容"),
})  # fmt: skip
"""Every file and folder of the data directory, by the start or the end of its name."""
