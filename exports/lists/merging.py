"""`baoxue merge-schools`: tell what would go over from one school to another, and with --apply do it."""

import click

from intake.house import shell
from intake.people import bindings
from intake.school.register import merging

ACTOR = "command"


@click.command(name="merge-schools")
@click.argument("gone", metavar="FROM")
@click.argument("kept", metavar="INTO")
@click.option("--apply", "apply_", is_flag=True, help="Do it; otherwise it is only told.")
def command(gone: str, kept: str, apply_: bool) -> None:
    """Let a school become a part of another: tell what would go over, and with --apply do it."""
    shell.told(_merge)(gone, kept, apply_)


def _merge(gone: str, kept: str, apply_: bool) -> None:
    db = shell.open_prepared()
    old, new = (bindings.school_meant(db, one) for one in (gone, kept))
    plan = merging.plan_merge(db, old.code, new.code)
    click.echo(f"{old.name} → {new.name}")
    for one in plan.classes:
        click.echo(
            f"{one.title}（{one.children} 人）→ {one.grade}{one.name}{'，原来的班名那边已经有了' if one.taken else ''}"
        )
    click.echo(
        f"孩子 {plan.children}，没办完的个案 {len(plan.cases)}，办完的个案 {plan.ended}，账号 {len(plan.people)}，"
        f"包保 {plan.slots}，报告 {plan.reports}。"
    )
    if not apply_:
        click.echo("什么都没有改。要办请加 --apply。")
        return
    merging.merge_schools(db, old.code, new.code, None, ACTOR, plan.mark)
    click.echo(f"办好了。{merging.TERM.days} 天内可以在工作台“学校撤并”里撤销。")
