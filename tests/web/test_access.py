"""Every address of the house: who may, and that no other site can make a browser send what changes something."""

import inspect
from collections.abc import Iterator, Mapping
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule

import wsgi
from intake.people import accounts, devices, roles
from intake.reports import door
from intake.settings import Settings
from intake.store.db import Database
from intake.web import phones
from tests.hands import classroom, differences, staffed
from tests.hands.samples import sample

ACTORS = (
    "nobody", "teacher", "outsider", "village", "principal", "town", "neighbour", "bureau", "officer", "approver",
    "administrator", "auditor", "operator", "subsidies", "headmobile", "townmobile",
)  # fmt: skip
"""Who asks. The outsider teaches another class, the neighbour is of another town; of subsidies alone an officer is in
charge, and two who have the desk as well are on their phones."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    "teachers": ("teacher", "outsider", "principal", "headmobile"),
    "mobiles": ("headmobile", "townmobile"),
    "handsets": ("teacher", "outsider", "village"),
    "towns": ("town", "neighbour", "townmobile"),
    "officers": ("bureau", "officer", "subsidies"),
    "bureaus": ("bureau", "officer", "approver", "subsidies"),
    "managers": ("administrator", "auditor", "operator"),
    "desks": ("principal", "town", "neighbour", "bureau", "officer", "approver", "administrator", "auditor", "operator",
              "subsidies"),
}  # fmt: skip
Address = tuple[str, str]
Codes = tuple[int, ...]


def but(codes: Codes, **others: int) -> Codes:
    """Give codes with another one for some actors, or groups of them; the last that names an actor has its way."""
    named = {actor: code for key, code in others.items() for actor in GROUPS.get(key, (key,))}
    return tuple(named.get(actor, code) for actor, code in zip(ACTORS, codes, strict=True))


def everybody(code: int) -> Codes:
    return (code,) * len(ACTORS)


OPEN = everybody(200)
# Nobody is refused whose pages are on the phone; who came in there must come in at the desk's own door.
HOME = but(everybody(303), desks=200)
PROVES = but(everybody(303), desks=200, handsets=403)
DESK = but(everybody(403), nobody=303, mobiles=303, principal=200, town=200, neighbour=200, officers=200)
LEDGERS = but(DESK, approver=200)
TALKS = but(everybody(403), nobody=303, mobiles=303, officers=200)
# Of a case: the roles that read cases, of its area and kind; a teacher's and a cadre's pages are on the phone.
CASE = but(TALKS, bureaus=200, principal=200, town=200, neighbour=404, subsidies=404)
MANAGES = but(everybody(403), nobody=303, mobiles=303, administrator=200, bureau=200)
# Two schools that become one: officers, and who manages accounts.
JOINS = but(MANAGES, officers=200)
SLOTS = but(MANAGES, principal=200, town=200, neighbour=200)
# Lists of children: officers, town and principal for their own; of schools and staff: who manages accounts.
LISTS = but(MANAGES, officers=200, principal=200, town=200, neighbour=200)
READS = but(TALKS, bureaus=200, principal=200, town=200, neighbour=404, subsidies=404)
CASES = but(everybody(200), nobody=303, mobiles=303, handsets=403, managers=403)
# A child's file: the roles that read children, of its area; kinds of report narrow nothing.
CHILD = but(TALKS, bureaus=200, principal=200, town=200, neighbour=404)
WRITES_CHILD = but(CHILD, approver=403)
MATCHES = but(CASES, approver=403)
# What reasons mean is for everybody at the desk to read, and for those who run the house or a kind to write.
NOTES = but(CASES, managers=200)
WRITES_NOTES = but(everybody(403), nobody=303, mobiles=303, officers=422, administrator=422)
FULLS = but(everybody(403), nobody=303, mobiles=303, bureaus=200, town=200, neighbour=200)
SENTS = but(FULLS, principal=200, neighbour=404, subsidies=404)
RETURNS = but(CASES, approver=403)
INBOX = but(everybody(200), nobody=303, mobiles=303, handsets=403, auditor=403, operator=403)
PHONES = but(everybody(303), handsets=200, principal=200, towns=200, mobiles=200)
ROLLS = but(PHONES, village=403, towns=403)

# What a cadre of a village writes down is for nobody else, wherever they sign in.
VISITS = but(PHONES, teachers=403, towns=403, mobiles=403)


def each(codes: Codes, code: int) -> Codes:
    """Give codes with `code` for whom is let in: nothing of that name, nothing filled in, or gone on."""
    return tuple(code if one == 200 else one for one in codes)


SENT = tuple(401 if code == 303 else code for code in PHONES)
"""What a phone sends that is not signed in comes back, for its owner to sign in and send again."""
SENT_VISITS = tuple(401 if code == 303 else code for code in VISITS)
TABLE: Mapping[Address, Codes] = {
    ("GET", "/"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/metrics"): OPEN,
    ("GET", "/help"): OPEN,
    ("GET", "/help/<who>"): everybody(404),
    ("GET", "/help/clerks"): OPEN,
    ("GET", "/help/teachers"): OPEN,
    ("GET", "/static/<path:filename>"): everybody(404),
    ("GET", "/phone/<path:filename>"): everybody(404),
    ("GET", "/forms/help/<path:filename>"): everybody(404),
    ("GET", "/phone/conditions.css"): OPEN,
    ("GET", "/sw.js"): OPEN,
    # Programs: a report may come from anybody, what became of it needs its proof, the platform signs.
    ("GET", "/api/v1/docs"): OPEN,
    ("GET", "/api/v1/openapi.json"): OPEN,
    ("POST", "/api/v1/reports/<kind:kind>"): everybody(415),
    ("GET", "/api/v1/reports/<receipt:receipt>"): everybody(401),
    ("GET", "/wechat"): everybody(403),
    ("POST", "/wechat"): everybody(403),
    ("GET", "/wechat/enter"): everybody(404),
    ("GET", "/wechat/entered"): everybody(404),
    # Parents: a report is anybody's to send, and whose it is shows receipt, phone and name.
    ("GET", "/forms/<kind>"): OPEN,
    ("POST", "/forms/<kind>"): everybody(422),
    ("GET", "/forms/offline"): OPEN,
    ("POST", "/forms/draft/<kind>"): everybody(204),
    ("GET", "/forms/c/<token>"): everybody(410),
    ("POST", "/forms/c/<token>"): everybody(410),
    ("POST", "/forms/linked/leave"): everybody(303),
    ("POST", "/forms/linked/prove"): everybody(404),
    ("GET", "/forms/receipt/<token>"): everybody(404),
    ("GET", "/forms/photo"): everybody(303),
    ("POST", "/forms/photo"): everybody(403),
    ("GET", "/forms/status"): OPEN,
    ("POST", "/forms/status"): everybody(422),
    ("GET", "/forms/status/now"): everybody(303),
    ("POST", "/forms/status/again"): everybody(303),
    ("POST", "/forms/status/back"): everybody(303),
    ("GET", "/forms/status/correct"): everybody(303),
    ("POST", "/forms/status/correct"): everybody(403),
    ("GET", "/forms/status/withdraw"): everybody(303),
    ("POST", "/forms/status/withdraw"): everybody(303),
    # Teachers and principals: their own classes, and no child of another one.
    ("GET", "/forms/sign-in"): but(OPEN, handsets=302, principal=302, towns=302, mobiles=302),
    ("POST", "/forms/sign-in"): everybody(422),
    ("POST", "/forms/sign-out"): everybody(303),
    ("GET", "/forms/pin"): PHONES,
    ("POST", "/forms/pin"): each(SENT, 422),
    ("GET", "/forms/devices"): PHONES,
    ("POST", "/forms/devices/<device>/revoke"): each(SENT, 404),
    ("POST", "/forms/devices/others"): each(SENT, 303),
    ("POST", "/forms/devices/code"): SENT,
    ("GET", "/forms/class"): ROLLS,
    ("GET", "/forms/class/<child>"): but(ROLLS, outsider=404),
    ("POST", "/forms/class/parent"): each(but(SENT, village=403, towns=403), 400),
    ("POST", "/forms/class/answer"): but(SENT, village=403, towns=403, teachers=422, outsider=404),
    ("GET", "/forms/roll"): ROLLS,
    ("POST", "/forms/roll"): but(SENT, village=403, towns=403, teachers=422, outsider=404),
    ("GET", "/forms/roll/sent"): each(ROLLS, 404),
    ("GET", "/forms/cases"): PHONES,
    ("GET", "/forms/cases/<number>"): but(PHONES, handsets=404, neighbour=404),
    ("GET", "/forms/cases/<number>/photo"): but(PHONES, handsets=404, neighbour=404),
    ("POST", "/forms/cases/<number>/photo"): each(but(SENT, handsets=404, neighbour=404), 422),
    ("POST", "/forms/cases/<number>"): each(but(SENT, handsets=404, neighbour=404), 422),
    # A cadre of the village alone, of its own children and of differences that are asked of nobody else.
    ("GET", "/forms/village/visit/<child_id>"): VISITS,
    ("POST", "/forms/village/visit/<child_id>"): but(SENT_VISITS, village=422),
    ("GET", "/forms/village/difference/<difference_id>"): VISITS,
    ("POST", "/forms/village/difference/<difference_id>"): but(SENT_VISITS, village=422),
    # The desk.
    ("GET", "/desk/sign-in"): but(everybody(303), nobody=200, mobiles=200),
    ("POST", "/desk/sign-in"): everybody(401),
    ("POST", "/desk/sign-out"): everybody(303),
    ("GET", "/desk/password"): everybody(303),
    ("POST", "/desk/password"): everybody(401),
    # Between a password and the desk, and asking again; see test_second_factor and test_asking_again.
    ("GET", "/desk/code"): everybody(303),
    ("POST", "/desk/code"): everybody(303),
    ("GET", "/desk/factor"): everybody(303),
    ("POST", "/desk/factor"): everybody(303),
    ("GET", "/desk/prove"): PROVES,
    ("POST", "/desk/prove"): each(PROVES, 422),
    ("GET", "/desk/me/factor"): each(PROVES, 404),
    ("POST", "/desk/me/factor"): each(PROVES, 404),
    ("POST", "/desk/me/factor/codes"): each(PROVES, 404),
    ("POST", "/desk/me/factor/remove"): each(PROVES, 303),
    ("GET", "/desk/"): HOME,
    ("GET", "/desk/today"): LEDGERS,
    ("GET", "/desk/me"): HOME,
    ("POST", "/desk/me/password"): each(HOME, 422),
    ("POST", "/desk/me/keys"): everybody(303),
    ("POST", "/desk/me/devices/others"): everybody(303),
    ("POST", "/desk/me/devices/<device>/revoke"): each(HOME, 404),
    ("GET", "/desk/cases"): CASES,
    ("POST", "/desk/cases"): each(CASES, 303),
    ("POST", "/desk/cases/assign"): each(but(CASES, approver=403), 422),
    ("GET", "/desk/cases/new"): but(CASES, approver=403),
    ("POST", "/desk/cases/new"): each(but(CASES, approver=403), 422),
    ("POST", "/desk/cases/new/<kind>"): but(each(but(CASES, approver=403), 422), subsidies=404),
    ("POST", "/desk/cases/new/child"): each(but(CASES, approver=403), 404),
    ("GET", "/desk/children"): CASES,
    ("POST", "/desk/children"): each(CASES, 303),
    ("GET", "/desk/children/<child_id>"): CHILD,
    ("GET", "/desk/children/<child_id>/card"): CHILD,
    ("POST", "/desk/children/<child_id>/look"): each(CHILD, 422),
    ("POST", "/desk/children/<child_id>/facts/<kind>"): each(WRITES_CHILD, 404),
    ("POST", "/desk/children/<child_id>/facts/<fact_id>/believe"): each(WRITES_CHILD, 404),
    ("POST", "/desk/children/<child_id>/facts/<fact_id>/deny"): each(WRITES_CHILD, 404),
    ("POST", "/desk/children/<child_id>/facts/<fact_id>/restore"): each(WRITES_CHILD, 404),
    ("GET", "/desk/matches"): MATCHES,
    ("GET", "/desk/matches/pair"): each(MATCHES, 404),
    ("POST", "/desk/matches/pair"): each(MATCHES, 404),
    ("POST", "/desk/matches/merges/<child_id>/<merge_id>/undo"): but(each(MATCHES, 404), neighbour=404),
    ("GET", "/desk/matches/<match_id>"): each(MATCHES, 404),
    ("POST", "/desk/matches/<match_id>/confirm"): each(MATCHES, 404),
    ("POST", "/desk/matches/<match_id>/refuse"): each(MATCHES, 404),
    ("POST", "/desk/matches/<match_id>/enter"): each(MATCHES, 404),
    ("POST", "/desk/matches/<match_id>/undo"): each(MATCHES, 404),
    ("GET", "/desk/children/<child_id>/register"): CHILD,
    ("POST", "/desk/children/<child_id>/register/<sort>"): each(WRITES_CHILD, 404),
    ("POST", "/desk/children/<child_id>/register/entry/<entry_id>/finish"): each(WRITES_CHILD, 404),
    ("POST", "/desk/children/<child_id>/register/entry/<entry_id>/undo"): each(WRITES_CHILD, 404),
    ("GET", "/desk/schools/merge"): JOINS,
    ("POST", "/desk/schools/merge"): each(JOINS, 422),
    ("POST", "/desk/schools/merge/<merge_id>/undo"): each(JOINS, 404),
    ("GET", "/desk/inbox"): INBOX,
    ("POST", "/desk/inbox/read"): but(everybody(303), handsets=403, auditor=403, operator=403),
    ("GET", "/desk/audit"): but(
        everybody(403), nobody=303, mobiles=303, bureau=200, administrator=200, auditor=200
    ),
    ("GET", "/desk/export"): each(DESK, 400),
    ("GET", "/desk/export/<day>.xlsx"): DESK,
    # What leaves the house on somebody's word: who asks, who allows; who signs for the school, who reads.
    ("GET", "/desk/exports"): FULLS,
    ("POST", "/desk/exports"): each(but(FULLS, approver=403), 422),
    ("POST", "/desk/exports/<export>/decide"): but(
        everybody(403), nobody=303, mobiles=303, approver=422, bureau=422
    ),
    ("POST", "/desk/exports/<export>/password"): each(but(FULLS, approver=403), 404),
    ("GET", "/desk/exports/<export>.xlsx"): each(but(FULLS, approver=403), 404),
    ("GET", "/desk/sent"): but(SENTS, neighbour=200),
    ("GET", "/desk/sent/<school>/<month>"): SENTS,
    ("POST", "/desk/sent/<school>/<month>"): but(everybody(403), nobody=303, mobiles=303, principal=409),
    ("GET", "/desk/sent/<school>/<month>/<int:version>.xlsx"): each(SENTS, 404),
    ("GET", "/desk/sent/<period>.xlsx"): each(SENTS, 404),
    ("GET", "/desk/ledgers"): LEDGERS,
    ("POST", "/desk/ledgers/set"): each(DESK, 303),
    ("GET", "/desk/ledgers/<key>"): each(LEDGERS, 404),
    ("POST", "/desk/ledgers/<key>"): each(LEDGERS, 303),
    ("GET", "/desk/ledgers/<key>/download"): each(DESK, 404),
    ("POST", "/desk/ledgers/<key>/order"): each(DESK, 404),
    ("POST", "/desk/ledgers/<key>/compare"): each(LISTS, 404),
    ("POST", "/desk/ledgers/work/look"): each(DESK, 422),
    ("GET", "/desk/ledgers/files/<workbook>"): each(DESK, 404),
    ("GET", "/desk/bunches"): TALKS,
    ("POST", "/desk/bunches/<bunch>/seen"): each(TALKS, 404),
    ("POST", "/desk/bunches/<bunch>/vouch"): each(TALKS, 404),
    ("GET", "/desk/notes"): NOTES,
    ("POST", "/desk/notes/<code>"): WRITES_NOTES,
    ("GET", "/desk/calls"): TALKS,
    ("GET", "/desk/calls/<key>"): each(TALKS, 303),
    ("POST", "/desk/calls/<key>/done"): each(TALKS, 303),
    ("GET", "/desk/pictures"): TALKS,
    ("GET", "/desk/pictures/<receipt>"): each(TALKS, 404),
    ("GET", "/desk/pictures/<receipt>/<key>"): each(TALKS, 404),
    ("GET", "/desk/reports/<receipt>"): READS,
    ("POST", "/desk/reports/<receipt>/look"): each(READS, 422),
    ("POST", "/desk/reports/<receipt>/take"): each(TALKS, 404),
    ("POST", "/desk/reports/<receipt>/outcome"): each(TALKS, 404),
    ("POST", "/desk/reports/<receipt>/town"): but(each(TALKS, 422), subsidies=404),
    ("GET", "/desk/cases/<number>"): CASE,
    ("POST", "/desk/cases/<number>/do/<key>"): each(CASE, 404),
    ("POST", "/desk/cases/<number>/look"): each(CASE, 422),
    ("GET", "/desk/cases/<number>/files/<key>"): each(CASE, 404),
    ("GET", "/desk/cases/<number>/letters/<event>"): each(CASE, 404),
    ("POST", "/desk/cases/<number>/undo"): each(CASE, 422),
    ("POST", "/desk/cases/<number>/offers"): each(CASE, 409),
    ("POST", "/desk/cases/<number>/merge"): each(CASE, 422),
    ("POST", "/desk/cases/<number>/answer"): each(TALKS, 404),
    # Accounts: who manages them, and who names people for the slots of their own town or school.
    ("GET", "/desk/people"): SLOTS,
    ("GET", "/desk/people/new"): MANAGES,
    ("GET", "/desk/people/slots"): SLOTS,
    ("POST", "/desk/people"): each(MANAGES, 422),
    ("GET", "/desk/people/<staff>"): but(SLOTS, neighbour=404),
    ("POST", "/desk/people/<staff>"): each(MANAGES, 422),
    ("POST", "/desk/people/<staff>/code"): MANAGES,
    ("POST", "/desk/people/<staff>/sign-out"): each(MANAGES, 303),
    ("POST", "/desk/people/<staff>/factor"): each(MANAGES, 303),
    ("POST", "/desk/people/<staff>/unlock"): each(MANAGES, 303),
    ("POST", "/desk/people/<staff>/end"): each(MANAGES, 303),
    ("POST", "/desk/people/<staff>/resume"): each(MANAGES, 303),
    ("POST", "/desk/people/<staff>/slots/fill"): but(each(SLOTS, 422), neighbour=404),
    ("POST", "/desk/people/<staff>/slots/empty"): but(each(SLOTS, 422), neighbour=404),
    ("GET", "/desk/lists"): LISTS,
    ("POST", "/desk/lists"): each(LISTS, 422),
    ("GET", "/desk/lists/blank/<purpose>.xlsx"): each(LISTS, 404),
    ("GET", "/desk/lists/<key>"): each(LISTS, 404),
    ("POST", "/desk/lists/<key>"): each(LISTS, 404),
    ("GET", "/desk/lists/<key>/marked"): each(LISTS, 404),
    ("POST", "/desk/lists/<key>/drop"): each(LISTS, 404),
    ("GET", "/desk/returns"): RETURNS,
    ("POST", "/desk/returns"): each(RETURNS, 422),
    ("GET", "/desk/returns/<upload>"): each(RETURNS, 404),
    ("POST", "/desk/returns/<upload>/apply"): each(RETURNS, 404),
    ("GET", "/desk/returns/<upload>/refused.xlsx"): each(RETURNS, 404),
    ("POST", "/desk/returns/<upload>/drop"): each(RETURNS, 404),
    ("GET", "/desk/returns/made/<key>"): each(RETURNS, 404),
    ("POST", "/desk/returns/made/<key>/undo"): each(RETURNS, 404),
    ("GET", "/desk/talks"): TALKS,
    ("POST", "/desk/talks/<thread>/take"): each(TALKS, 404),
    ("POST", "/desk/talks/<thread>/outcome"): each(TALKS, 404),
    ("GET", "/desk/talks/<thread>"): each(TALKS, 404),
    ("POST", "/desk/talks/<thread>/answer"): each(TALKS, 404),
    ("POST", "/desk/talks/<thread>/case"): each(TALKS, 404),
    ("POST", "/desk/talks/<thread>/close"): each(TALKS, 404),
    ("GET", "/desk/talks/<thread>/media/<key>"): each(TALKS, 404),
    ("GET", "/desk/talks/<thread>/report/<kind>"): each(TALKS, 404),
    ("POST", "/desk/talks/<thread>/report/<kind>"): each(TALKS, 404),
    # The demonstration alone.
    ("GET", "/simulator"): OPEN,
    ("POST", "/simulator"): everybody(422),
    ("GET", "/simulator/news"): OPEN,
    ("GET", "/simulator/media/<key>"): everybody(404),
    ("GET", "/simulator/static/<path:filename>"): everybody(404),
    ("GET", "/simulator/api/cgi-bin/<path:rest>"): OPEN,
    ("POST", "/simulator/api/cgi-bin/<path:rest>"): OPEN,
    ("GET", "/simulator/api/cgi-bin/media/get"): OPEN,
    ("POST", "/simulator/api/cgi-bin/menu/create"): OPEN,
    ("POST", "/simulator/api/cgi-bin/message/custom/send"): OPEN,
    ("POST", "/simulator/api/cgi-bin/stable_token"): OPEN,
}
"""What each actor is answered at every address, with nothing filled in and nothing of the name `none`."""

PROVED = "acts only where this browser has proved receipt, phone and name; asks who.sure() then"
PROGRAM = "for programs: no cookie is read, nobody's browser can be made to send more than anybody may"
OWN_PROOF: Mapping[str, str] = {
    "/api/v1/reports/<kind:kind>": PROGRAM,
    "/wechat": "the platform signs what it sends; no cookie is read",
    "/forms/c/<token>": "the link is the proof; asks who.sure() where it is good",
    "/forms/linked/leave": "makes a browser forget whose conversation it knew; nobody learns or changes anything by it",
    "/forms/photo": PROVED,
    "/forms/status/again": PROVED,
    "/forms/status/back": PROVED,
    "/forms/status/correct": PROVED,
    "/forms/status/withdraw": PROVED,
    "/simulator": "says so on its page; no real data is there (csrf.protect() in the view)",
    "/simulator/api/cgi-bin/<path:rest>": PROGRAM,
    "/simulator/api/cgi-bin/menu/create": PROGRAM,
    "/simulator/api/cgi-bin/message/custom/send": PROGRAM,
    "/simulator/api/cgi-bin/stable_token": PROGRAM,
}
"""Where a form of another site is not answered with 400 in this test, and why nothing comes of it."""


class World:
    """An application with somebody of every kind, and something at every address."""

    def __init__(self, app: Flask) -> None:
        self.app, self.db = app, cast(Database, app.extensions["baoxue.db"])
        room, other = classroom.classroom(self.db), classroom.classroom(self.db, name="1班", names=("钱多",))
        self.people = {
            "teacher": classroom.teacher(self.db, room),
            "outsider": classroom.teacher(self.db, other, login="13812340002"),
        } | staffed.everybody(self.db)
        self.people |= {"headmobile": self.people["principal"], "townmobile": self.people["town"]}
        self.room, self.child = room.id, room.children["李红"]
        raw = sample("absence", 1) | {"school": classroom.SCHOOL_NAME}
        self.receipt = door.receive(self.db, "absence", raw, channel="form").receipt
        self.member = classroom.teacher(self.db, login="13812340004").id
        with self.db.write():
            self.db.run("UPDATE staff SET school = ? WHERE id = ?", (classroom.SCHOOL, self.member))
        self.number = str(self.db.all("SELECT number FROM cases")[0]["number"])
        self.difference = differences.owed(self.db, self.child, self.people["village"])
        self.secret = app.config["SECRET_KEY"]

    def client(self, actor: str) -> FlaskClient:
        """Give a browser of somebody, signed in a moment ago."""
        client = self.app.test_client()
        if person := self.people.get(actor):
            token = devices.new_token()
            mobile = actor.endswith("mobile") or not accounts.at_desk(person)
            door = devices.PHONE if mobile else devices.DESK
            devices.add_device(self.db, person, token, "Android", door)
            client.set_cookie(phones.COOKIE, token)
        return client

    def ask(self, actor: str, address: Address, token: bool = True) -> int:
        """Send a request as somebody, with or without the proof that this site's page sent it."""
        client, (method, rule) = self.client(actor), address
        typed = {
            "login": actor,
            "phone": actor,
            "receipt": f"1000000000{ACTORS.index(actor):02}",
            "class": self.room,
            "do": "note",
        }
        if token and method != "GET":
            with client.session_transaction() as session:
                session["csrf_token"] = "raw"
            typed["csrf_token"] = str(URLSafeTimedSerializer(self.secret, salt="wtf-csrf-token").dumps("raw"))
        path = rule
        for name, value in self.named().items():
            path = path.replace(f"<{name}>", value)
        if method == "GET":
            return client.get(path).status_code
        return client.open(path, method=method, data=typed).status_code

    def named(self) -> Mapping[str, str]:
        """Give what stands in the addresses."""
        return {
            "kind": "absence", "kind:kind": "absence", "receipt": self.receipt, "receipt:receipt": self.receipt,
            "child": self.child, "child_id": self.child, "fact_id": "none", "match_id": "none", "merge_id": "none",
            "difference_id": self.difference,
            "staff": self.member, "number": self.number, "event": "none",
            "key": "none", "workbook": "none", "thread": "none", "upload": "none", "device": "none", "token": "none",
            "bunch": "none",
            "export": "none", "school": classroom.SCHOOL, "month": self.db.today().isoformat()[:7], "int:version": "1",
            "period": "none", "day": self.db.today().isoformat(), "path:filename": "none", "path:rest": "none",
        }  # fmt: skip


def addresses(app: Flask) -> Iterator[tuple[Address, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield (method, rule.rule), rule


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    app = wsgi.create_app({"DATA": settings.data, "MODE": settings.mode, "RATE_LIMIT": "off"})
    made = World(app)
    yield made
    made.db.close()


def test_every_address_has_an_entry_in_the_table_and_no_other(world: World) -> None:
    assert {address for address, _ in addresses(world.app)} == set(TABLE)


def test_everybody_is_answered_as_the_table_says(world: World) -> None:
    told = {
        address: tuple(world.ask(actor, address) for actor in ACTORS)
        for address, _ in addresses(world.app)
        if address in TABLE
    }
    assert told == {address: TABLE[address] for address in told}


def test_no_other_site_can_make_a_browser_send_what_changes_something(world: World) -> None:
    open_to = {
        rule.rule: rule.endpoint
        for address, rule in addresses(world.app)
        if address[0] != "GET" and 400 not in [world.ask(actor, address, token=False) for actor in ACTORS]
    }
    assert set(open_to) == set(OWN_PROOF)
    for rule, why in OWN_PROOF.items():
        for check in ("who.sure()", "csrf.protect()"):
            if check in why:
                assert check in inspect.getsource(world.app.view_functions[open_to[rule]]), rule


def test_every_page_of_the_desk_names_the_action_that_it_needs(world: World) -> None:
    known = {action for role in roles.ROLES.values() for action in role.actions}
    for _, rule in addresses(world.app):
        if rule.rule.startswith("/desk/") and not rule.endpoint.startswith("signin."):
            assert getattr(world.app.view_functions[rule.endpoint], "action", "") in known, rule.rule
