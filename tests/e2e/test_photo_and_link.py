"""Pictures from a phone, one draft in chat and page, and a report mended or taken back: as people do it."""

import http.client
import json
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, expect

from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.server import HOST, MONDAY, WECHAT, Server
from tests.e2e.walks import choose
from tests.hands.samples import sample

AWAY = "我和他妈都在大连打工，孩子跟奶奶，想住校"
LINK = re.compile(r'<a href="(http://[^"]+/forms/c/[\w-]+)">')
RECEIPT = re.compile(r"\d{4} \d{4} \d{4}")
CUT = r"net::ERR_CONNECTION_RESET"
GPS = 0x8825
ARRIVED = "照片已送达"


@dataclass
class Chat:
    """A parent who writes to the account; messages are signed and encrypted as the platform does it."""

    house: Server
    sender: str
    last: str = ""

    def say(self, *lines: str) -> str:
        """Write, and give the last answer without its links."""
        for line in lines:
            post = WECHAT.safe(WECHAT.text(self.sender, line))
            connection = http.client.HTTPConnection(HOST, self.house.port, timeout=30)
            connection.request(
                "POST", f"/wechat?{post.query_string}", post.body, {"Content-Type": "text/xml"}
            )
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            assert answer.status == 200
            self.last = str(WECHAT.open_reply(body)["Content"])
        return re.sub(r"<[^>]+>", "", self.last)

    def link(self, *lines: str) -> str:
        """Write, and give the address of the page that the last answer offers."""
        self.say(*lines)
        (found,) = LINK.findall(self.last)
        return str(found)


@dataclass
class Thumb:
    """Counts what a report costs: taps, and characters typed."""

    taps: int = 0
    keys: int = 0

    def tap(self, what: Locator) -> None:
        """Tap something."""
        self.taps += 1
        what.tap()

    def choose(self, page: Page, name: str, value: str) -> None:
        """Tap a choice."""
        self.tap(page.locator(f"label:has([name={name}][value={value}])"))

    def type(self, page: Page, name: str, words: str) -> None:
        """Tap a field, and type."""
        self.tap(page.locator(f"#{name}"))
        self.keys += len(words)
        page.keyboard.type(words)

    def send(self, page: Page) -> None:
        """Have it read back, and send it."""
        self.tap(page.get_by_role("button", name="核对一遍"))
        self.tap(page.get_by_role("button", name="对，提交"))
        expect(page.locator("h1")).to_have_text("收到了，谢谢您")


@pytest.fixture
def chat(house: Server, request: pytest.FixtureRequest) -> Chat:
    """Give a parent whom the account has not met."""
    return Chat(house, f"o{abs(hash(request.node.name)):027d}"[:28])


def follow(page: Page, address: str) -> None:
    """Open a link from the chat, and say that it is one's own."""
    page.goto(address)
    page.get_by_role("button", name="是我，接着填").click()


def picture(width: int = 3200, height: int = 2400) -> FilePayload:
    """Take a picture as a phone does: large, lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(GPS).update({1: "N", 2: (42.0, 3.0, 4.0), 3: "E", 4: (126.0, 35.0, 6.0)})
    image, out = Image.effect_noise((width, height), 60).convert("RGB"), BytesIO()
    image.save(out, "JPEG", quality=90, exif=exif)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def told(house: Server, child: str, kind: str = "subsidy") -> str:
    """Let another system send a report; give its receipt."""
    body = {**sample(kind, 1, date.fromisoformat(MONDAY)), "child_name": child, "phone": "13800001234"}
    del body["village"]  # it would have to be mended with the town
    body["town"] = "石人镇"
    connection = http.client.HTTPConnection(HOST, house.port, timeout=30)
    connection.request(
        "POST", f"/api/v1/reports/{kind}", json.dumps(body), {"Content-Type": "application/json"}
    )
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    assert answer.status == 201, found
    return str(found["receipt"])


def standing(house: Server, receipt: str, child: str) -> str:
    """Ask the endpoint how things stand with a report."""
    proof = b64encode(f"1234:{child}".encode()).decode()
    connection = http.client.HTTPConnection(HOST, house.port, timeout=30)
    connection.request("GET", f"/api/v1/reports/{receipt}", headers={"Authorization": f"Basic {proof}"})
    found = json.loads(connection.getresponse().read())
    connection.close()
    return str(found["status"])


def prove(phone: Phone, receipt: str, child: str) -> Page:
    """Open the progress of a report."""
    page = phone.open("/forms/status")
    page.fill("#receipt", receipt)
    page.fill("#last_four", "1234")
    page.fill("#child_name", child)
    page.get_by_role("button", name="查一下").click()
    expect(page.locator("h1")).to_contain_text("已经收到")
    return page


def to_photos(phone: Phone, house: Server, child: str) -> Page:
    """Open the page that takes pictures for a fresh report."""
    page = prove(phone, told(house, child), child)
    page.get_by_role("link", name="加照片").click()
    expect(page.locator("h1")).to_have_text("加照片")
    return page


def sent_picture(page: Page) -> bytes:
    """Give the picture that a script has sent."""
    return b64decode(str(page.evaluate("sessionStorage.sent")))


_WATCH = """
const real = window.fetch;
window.fetch = function (to, how) {
  const file = how && how.body instanceof FormData && how.body.get('photo');
  if (!file) return real(to, how);
  return file.arrayBuffer().then(data => {
    sessionStorage.sent = btoa(Array.from(new Uint8Array(data), one => String.fromCharCode(one)).join(''));
    return real(to, how);
  });
};
"""


# -- pictures


def test_a_picture_is_made_small_on_the_phone_and_arrives(phone: Phone, house: Server) -> None:
    phone.context.add_init_script(_WATCH)
    page, file = to_photos(phone, house, "赵一一"), picture()
    page.set_input_files("#photo", file)
    page.get_by_role("button", name="发送这张照片").click()
    expect(page.get_by_text(ARRIVED)).to_be_visible()
    expect(page.locator("main")).to_contain_text("已经收到 1 张，最多 3 张")
    data = sent_picture(page)
    assert len(data) < len(file["buffer"]) / 2
    with Image.open(BytesIO(data)) as small:
        assert small.size == (1200, 1600)  # upright
        assert not dict(small.getexif())


def test_a_picture_is_sent_until_it_has_arrived_and_is_one(phone: Phone, house: Server) -> None:
    page = to_photos(phone, house, "钱二二")
    phone.tolerated.append(CUT)
    tries: list[str] = []

    def line(route: Route) -> None:
        tries.append(route.request.headers["idempotency-key"])
        if len(tries) == 2:
            route.fetch()  # it arrives, and the answer is lost
        if len(tries) < 3:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(
        re.compile("/forms/photo$"),
        lambda route: line(route) if route.request.method == "POST" else route.continue_(),
    )
    page.set_input_files("#photo", picture(400, 300))
    page.get_by_role("button", name="发送这张照片").click()
    for count in (1, 2):
        expect(page.locator("[data-state]")).to_contain_text("网络不好，照片还没有送达")
        with page.expect_request(lambda one: one.method == "POST"):
            page.evaluate("dispatchEvent(new Event('online'))")  # nobody waits for the pause to end
        if count == 1:
            expect(page.locator("[data-state]")).to_contain_text("网络不好，照片还没有送达")
    expect(page.get_by_text(ARRIVED).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("已经收到 1 张")
    assert len(tries) == 3
    assert len(set(tries)) == 1


def test_without_scripts_a_picture_arrives_too(plain: Phone, house: Server) -> None:
    page = to_photos(plain, house, "孙三三")
    page.set_input_files("#photo", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"})
    page.get_by_role("button", name="发送这张照片").click()
    expect(page.locator(".summary")).to_contain_text("这个文件不是照片")
    page.set_input_files("#photo", picture())
    page.get_by_role("button", name="发送这张照片").click()
    expect(page.get_by_text(ARRIVED)).to_be_visible()
    page.get_by_role("link", name="看进度").click()
    expect(page.locator(".steps")).to_contain_text("收到一张照片")


def test_a_proof_that_has_run_out_is_said_at_once(phone: Phone, house: Server) -> None:
    page = to_photos(phone, house, "李四四")
    phone.context.clear_cookies()
    page.set_input_files("#photo", picture())
    page.get_by_role("button", name="发送这张照片").click()
    expect(page.locator("[data-state]")).to_contain_text("请先核对一下回执号")
    expect(page.get_by_role("button", name="发送这张照片")).to_be_enabled()
    phone.tolerated.append("403")


def test_a_refusal_from_before_the_house_is_no_bad_network(phone: Phone, house: Server) -> None:
    page = to_photos(phone, house, "周五五")
    phone.tolerated.append("413")
    page.route(
        re.compile("/forms/photo$"),
        lambda route: route.fulfill(status=413, content_type="text/html", body="<h1>413</h1>"),
    )
    page.set_input_files("#photo", picture(400, 300))
    page.get_by_role("button", name="发送这张照片").click()
    expect(page.locator("[data-state]")).to_contain_text("没有发成")
    expect(page.get_by_role("button", name="发送这张照片")).to_be_enabled()


# -- one draft, two channels


def test_chat_page_chat_page_and_the_chat_knows(phone: Phone, chat: Chat, house: Server) -> None:
    page = phone.page
    follow(page, chat.link(AWAY, "同意"))
    expect(page).to_have_url(re.compile("/forms/boarding$"))
    assert page.is_checked("[name=needs][value=寄宿]")
    assert not page.is_checked(
        "[name=father_away][value=是]"
    )  # told in the chat, and shown to whoever knows her phone
    assert page.locator("[name=away_place]").input_value() == ""
    expect(page.locator("[data-q=father_away]")).to_contain_text("您在微信里说过的，这里不再显示")
    expect(page.locator(".linked")).to_contain_text("这里接着微信里的对话")
    page.fill("#child_name", "吴六六")
    with page.expect_response(re.compile("/forms/draft/boarding")) as kept:
        choose(page, "town", "石人镇")
    assert kept.value.status == 204
    said = chat.say("好了")
    assert "您在网页上填的也记下了" in said
    assert "叫什么" not in said
    page.reload()
    assert page.input_value("#child_name") == "吴六六"
    assert page.is_checked("[name=town][value=石人镇]")
    if not page.locator("[name=reason]:checked").count():
        choose(page, "reason", "监护人外出")
    page.fill("#phone", "13812345678")
    Thumb().send(page)
    receipt = page.locator("#receipt").inner_text()
    assert f"您在网页上已经交了，回执号 {receipt}" in chat.say("13812345678")
    assert receipt in chat.say("进度")
    assert "吴六六" not in page.title() + page.url


def test_a_link_that_was_altered_shows_a_way_out(phone: Phone, chat: Chat) -> None:
    address = chat.link(AWAY, "同意")
    page = phone.open(address.removeprefix(phone.home)[:-4] + "AAAA")
    assert phone.status == 410
    expect(page.locator("main")).to_contain_text("网页")
    phone.open("/forms/boarding")
    assert not page.is_checked("[name=needs][value=寄宿]")


def test_a_way_out_leaves_the_chat_behind(phone: Phone, chat: Chat) -> None:
    page = phone.page
    follow(page, chat.link(AWAY, "同意"))
    assert page.is_checked("[name=needs][value=寄宿]")
    page.locator(".linked").get_by_role("button", name="不是我").click()
    expect(page).to_have_url(re.compile("/forms/boarding$"))
    expect(page.locator(".linked")).to_have_count(0)
    assert not page.is_checked("[name=needs][value=寄宿]")


def test_the_telephone_shows_what_the_chat_was_told(phone: Phone, chat: Chat) -> None:
    page = phone.page
    follow(page, chat.link(AWAY, "同意", "王小明，石人镇", "13812345678", "网页"))
    assert page.input_value("#child_name") == ""
    page.locator("label:has([name=needs][value=校车])").click()
    page.fill("#last_four", "1234")
    phone.tolerated.append("422")
    page.get_by_role("button", name="显示我说过的").click()
    expect(page.locator("#last_four-wrong")).to_contain_text("对不上")
    page.fill("#last_four", "5678")
    page.get_by_role("button", name="显示我说过的").click()
    expect(page.locator("#child_name")).to_have_value("王小明")
    expect(page.locator("#last_four")).to_have_count(0)
    assert page.is_checked("[name=needs][value=校车]"), "what was typed before she was asked is still there"


# -- mending and taking back


@pytest.mark.parametrize("scripts", [True, False])
def test_a_report_is_mended_and_taken_back(
    chromium: Browser, home: str, house: Server, scripts: bool
) -> None:
    child = "郑七七" if scripts else "王八一"
    receipt = told(house, child, "boarding")
    with hands.phone(chromium, home, java_script_enabled=scripts) as phone:
        page = prove(phone, receipt, child)
        page.get_by_role("link", name="更正").click()
        expect(page.locator("[data-q=phone]")).to_contain_text("现在是：138********")
        assert page.input_value("#phone") == ""
        choose(page, "town", "湾沟镇")
        page.get_by_role("button", name="核对一遍，再改").click()
        expect(page.locator("h1")).to_have_text("请您核对")
        expect(page.locator("main")).to_contain_text("改成：湾沟镇")
        page.get_by_role("button", name="不对，回去改").click()
        assert page.is_checked("[name=town][value=湾沟镇]")
        page.get_by_role("button", name="核对一遍，再改").click()
        if scripts:  # without them the browser asks whether to send once more
            page.evaluate("history.back()")
            expect(page.locator("h1")).to_contain_text("更正")
            choose(page, "town", "湾沟镇")
            page.get_by_role("button", name="核对一遍，再改").click()
        page.get_by_role("button", name="对，改吧").click()
        expect(page.get_by_text("改好了，回执号不变")).to_be_visible()
        expect(page.locator(".steps")).to_contain_text("您更正了：镇街")
        assert page.locator(".steps li").count() == 2
        if scripts:
            page.evaluate("history.back()")  # nothing is sent twice by it
            expect(page.locator("h1")).to_contain_text("更正")
        page.goto(home + "/forms/status/now")
        assert page.locator(".steps li").count() == 2
        page.get_by_role("link", name="撤回").click()
        page.get_by_role("link", name="不撤回").click()
        assert standing(house, receipt, child) == "待处理"
        page.get_by_role("link", name="撤回").click()
        page.get_by_role("button", name="撤回，不用办了").click()
        expect(page.locator("h1")).to_have_text("已经撤回")
        page.goto(home + "/forms/status/now")
        expect(page.locator("main")).to_contain_text("已经按您的要求撤回")
        expect(page.get_by_role("link", name="更正")).to_have_count(0)
    assert standing(house, receipt, child) == "已撤回"


# -- what a boarding request costs


def test_a_boarding_request_with_nothing_known(phone: Phone) -> None:
    page, thumb = phone.open("/"), Thumb()
    thumb.tap(page.get_by_role("link", name=re.compile("寄宿|住校")))
    thumb.choose(page, "consent", "agree")
    thumb.type(page, "child_name", "冯九九")
    thumb.choose(page, "town", "石人镇")
    thumb.choose(page, "needs", "寄宿")
    thumb.choose(page, "reason", "监护人外出")
    thumb.choose(page, "relation", "父")
    thumb.type(page, "phone", "13800001234")
    thumb.send(page)
    assert thumb.taps <= 10
    assert thumb.keys <= 14


def test_a_boarding_request_after_a_sentence_in_the_chat(phone: Phone, chat: Chat) -> None:
    address, page, thumb = chat.link(AWAY, "同意"), phone.page, Thumb(taps=2)  # the link and its button
    follow(page, address)
    thumb.type(page, "child_name", "陈十一")
    thumb.choose(page, "town", "石人镇")
    thumb.type(page, "phone", "13800001234")
    thumb.send(page)
    assert thumb.taps <= 7
    assert thumb.keys <= 14
