"""The list of processing activities, made from the declarations: what is asked of whom, why, for how long, who sees it.

个人信息保护法 §51 §54-§56 ask for classified management, a yearly audit and, for children, an assessment; the bureau goes
over this list for them. It holds counts and labels, no value.
"""

from collections.abc import Iterator

from intake.fields.privacy import Privacy
from intake.house.keeping.terms import FOLDERS, TABLES, KeptFor
from intake.kinds import KINDS
from intake.people.roles import ROLES
from intake.store.db import Database

PURPOSE = {
    "enrollment": "义务教育入学登记（义务教育法第12条）",
    "boarding": "安排寄宿、校车、午餐（江源政办发〔2017〕148号）",
    "subsidy": "落实学生资助（江源政办发〔2017〕148号）",
    "absence": "控辍保学：发现、核实、劝返（教基厅函〔2024〕15号；未成年人保护法第28条）",
    "safety": "保护未成年人的生命和安全（未成年人保护法第11条；个人信息保护法第13条）",
}
"""What each kind is for; a kind without a purpose keeps the list from being made."""
LEVELS = {Privacy.OPEN: "一般", Privacy.PERSONAL: "个人信息", Privacy.SENSITIVE: "敏感个人信息"}


def processing_list(db: Database) -> str:
    """Give the list as Markdown, with this year's counts."""
    return "\n".join(_lines(db)) + "\n"


def _lines(db: Database) -> Iterator[str]:
    year = db.today().year
    yield f"# {db.settings.bureau} 个人信息处理活动清单 {year} 年"
    yield ""
    yield f"数据模式：{'演示' if db.settings.demo else '正式'}；{db.settings.district_name}；{db.today().isoformat()} 生成。"
    yield "不满十四周岁未成年人的信息都按敏感个人信息处理，收集以前有告知书和“不同意”的选择。"
    for key, kind in KINDS.items():
        yield from _of_kind(db, key, year)
        for privacy, level in LEVELS.items():
            labels = [one.asked.label for one in kind.answers().values() if one.asked.privacy is privacy]
            yield f"- {level}：{'、'.join(labels) or '无'}"
    yield from ("", "## 谁能看", "", "| 角色 | 范围 | 能做的 |", "|---|---|---|")
    yield from (
        f"| {one.title} | {one.sees} | {len(one.actions)} 项，见 docs/security.md |" for one in ROLES.values()
    )
    yield from (
        "",
        "对外提供：只有派出所备案表（姓名、住址、监护人、电话）和按规定报送的月报；委托处理：无；出境：无。",
    )
    yield from (
        "",
        "## 保存多久",
        "",
        "| 在哪里 | 是什么 | 多久 | 怎么结束 | 要教育局确认 |",
        "|---|---|---|---|---|",
    )
    yield from table_of_terms(db.settings.keep)


def table_of_terms(keep: str = "") -> Iterator[str]:
    """Give a line of a table for each table and folder; `keep` is what the bureau has set, if anything."""
    for name, one in (*TABLES.items(), *((f"{name}（文件）", one) for name, one in FOLDERS.items())):
        yield f"| {name} | {one.what} | {one.term}{_set(one, keep)} | {one.ended} | {'要' if one.ask else ''} |"


def _set(one: KeptFor, keep: str) -> str:
    own = next((part for part in keep.split() if one.setting and part.startswith(f"{one.setting}=")), "")
    return f"（BAOXUE_KEEP {own or one.setting}）" if one.setting else ""


def _of_kind(db: Database, kind: str, year: int) -> Iterator[str]:
    row = db.one(
        "SELECT count(*) AS n FROM reports WHERE kind = ? AND received_at >= ?", (kind, f"{year}-01-01")
    )
    yield from ("", f"## {KINDS[kind].title}", "")
    yield f"- 目的和依据：{PURPOSE[kind]}"
    yield "- 谁的：学生、监护人、报告人；从哪里来：家长微信、网页，老师手机，接入的系统，名单"
    yield f"- 今年收到：{row['n'] if row else 0} 份"
