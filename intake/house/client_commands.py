"""The commands `client …`: systems that send reports by JSON, each with a key of its own."""

import json
from dataclasses import asdict

import click

from intake.calendar import clock
from intake.house.shell import open_prepared, told
from intake.kinds import KINDS
from intake.people import bindings
from intake.reports.senders import clients
from intake.reports.senders.clients import ApiClient
from intake.store.db import Database


@click.group()
def client() -> None:
    """Systems that send reports by JSON."""


@client.command(name="add")
@click.argument("name")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)),
    help="What it may report; again for several. Default: everything.",
)  # fmt: skip
@click.option("--area", default="", help="Code of a town. Default: the district.")
@click.option("--school", default="", help="Name or code; it then reports children of that school alone.")
@click.option(
    "--rate", default=clients.RATE, show_default=True, help=f"Reports a minute, {clients.FASTEST} at most."
)
@told
def client_add(name: str, kinds: tuple[str, ...], area: str, school: str, rate: int) -> None:
    """Add a system and print its key, this one time."""
    db = open_prepared()
    code = bindings.school_meant(db, school).code if school else ""
    made, key = clients.add_client(db, name, area=area, school=code, kinds=kinds, rate=rate)
    click.echo(f"已添加：{_told_of(db, made)}")
    click.echo(f"密钥（只显示这一次，请交给对方妥善保管）：{key}")
    click.echo(f"对方每次请求都要带上：Authorization: Bearer {key}")


@client.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each system.")
@told
def client_list(as_json: bool) -> None:
    """List the systems: who, of which place and kinds, how many a minute, made, last used, revoked."""
    db = open_prepared()
    for one in clients.list_clients(db):
        if as_json:
            click.echo(json.dumps(asdict(one) | {"kinds": sorted(one.kinds)}, ensure_ascii=False))
            continue
        used = f"最近用过 {_at(one.used_at)}" if one.used_at else "还没有用过"
        ended = f"，{_at(one.revoked_at)} 已停用" if one.revoked_at else ""
        click.echo(f"{_told_of(db, one)}  {_at(one.made_at)} 添加，{used}{ended}")


@client.command(name="revoke")
@click.argument("client_id", metavar="ID")
@told
def client_revoke(client_id: str) -> None:
    """End a system's key at once; the reports that it sent stay."""
    db = open_prepared()
    ended = clients.revoke_client(db, client_id)
    click.echo(f"已停用：{_told_of(db, ended)}")


def _told_of(db: Database, one: ApiClient) -> str:
    """Say what a system may send, with the name of the place beside its code: a wrong digit shows."""
    kinds = "、".join(KINDS[key].title for key in KINDS if key in one.kinds) or "全部类别"
    return f"{one.id}  {one.name}  {clients.place_of(db, one)}（{one.school or one.area}）  {kinds}  每分钟 {one.rate} 份"


def _at(stamp: str) -> str:
    return f"{clock.local(stamp):%Y-%m-%d %H:%M}"
