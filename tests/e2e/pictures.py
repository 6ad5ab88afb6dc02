"""Take the pictures of the help pages and of the README: `make pictures`.

The browser walks through the real pages of a demonstration as a parent and a teacher would; who changes
a page takes its picture again.
"""

import io
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from exports.books import making
from intake import settings as house_settings
from intake.store.db import Database
from tests.e2e import browser as hands
from tests.e2e import walks
from tests.e2e.browser import WIDTH, Phone
from tests.e2e.server import HOST, ROOT, Server, app_server, baoxue, beating
from tests.hands.returned import Paper, sent_out

HELP = ROOT / "forms" / "phone" / "static" / "help"
README = ROOT / ".github" / "pages.png"
MOST = 25 * 1024
WIDE = 480
"""Pixels across a picture of the help pages, which show it half as wide."""
TALL = 560
FRAME = (218, 213, 205)
TUESDAY = "2026-11-24"
"""A school day after a school day: the child who did not come was there 昨天."""
_STEADY = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data
    .replace(/\\d{4} \\d{4} \\d{4}/g, '9289 7776 4781').replace(/(\\d日|今天|-\\d\\d) (?!24)\\d\\d:\\d\\d/g, '$1 08:10');
}"""
"""Receipts and times as they always were, so that pictures change with the pages and with nothing else."""


@contextmanager
def house() -> Iterator[tuple[Server, Path]]:
    """Run a demonstration on a school day; yield the server and its data directory, then remove both."""
    with tempfile.TemporaryDirectory(prefix="baoxue-") as directory:
        data = Path(directory) / "data"
        baoxue(data, "init", "--demo", BAOXUE_TODAY=TUESDAY)
        with app_server(data, BAOXUE_TODAY=TUESDAY) as server, beating(data):
            yield server, data


class Album:
    """The pictures taken so far, as they came from the browser."""

    def __init__(self) -> None:
        self.pictures: dict[str, Image.Image] = {}

    def take(self, page: Page, name: str, top: str = ".top", tall: int = TALL) -> None:
        """Take a picture of the page from the first `top` on, at most `tall` px of it."""
        page.evaluate("document.activeElement.blur()")
        page.evaluate(_STEADY)
        start = page.locator(top).first.bounding_box()
        assert start is not None
        y = start["y"] + page.evaluate("scrollY")
        height = min(tall, page.evaluate("document.documentElement.scrollHeight") - y)
        clip = {"x": 0, "y": y, "width": WIDTH, "height": height}
        shot = page.screenshot(full_page=True, clip=clip, animations="disabled")  # type: ignore[arg-type]
        self.keep(name, shot)

    def keep(self, name: str, shot: bytes) -> None:
        """Keep a picture that was taken otherwise."""
        with Image.open(io.BytesIO(shot)) as opened:
            self.pictures[name] = opened.convert("RGB")

    def save(self) -> None:
        """Write the pictures of the help pages, each as small as it needs to be, and the one of the README."""
        HELP.mkdir(parents=True, exist_ok=True)
        for name, picture in self.pictures.items():
            (HELP / f"{name}.webp").write_bytes(small(picture))
        README.write_bytes(strip([self.pictures[name] for name in ("start", "form", "receipt", "roll")]))


def small(picture: Image.Image) -> bytes:
    """Give a picture for the help pages, as well drawn as MOST allows."""
    scaled = picture.resize((WIDE, round(picture.height * WIDE / picture.width)), Image.Resampling.LANCZOS)
    for quality in (70, 60, 50, 40, 34):
        file = io.BytesIO()
        scaled.save(file, "WEBP", quality=quality, method=6)
        if file.tell() <= MOST:
            return file.getvalue()
    raise AssertionError("a picture is too large: show less of the page")


def strip(pictures: list[Image.Image]) -> bytes:
    """Give pictures side by side, for the README."""
    across, tall, gap = 270, 420, 12
    sheet = Image.new("RGB", (len(pictures) * (across + gap) + gap, tall + 2 * gap), FRAME)
    for number, picture in enumerate(pictures):
        scaled = picture.resize(
            (across, round(picture.height * across / picture.width)), Image.Resampling.LANCZOS
        )
        sheet.paste(
            scaled.crop((0, 0, across, min(tall, scaled.height))), (gap + number * (across + gap), gap)
        )
    file = io.BytesIO()
    sheet.quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def parent(held: Phone, album: Album) -> None:
    """Report an absence, and look how it stands."""
    page = held.open("/")
    album.take(page, "start")
    page.get_by_role("link", name="孩子未到校").click()
    walks.answer_absence(page)
    album.take(page, "form", "[data-q=last_seen]")
    page.get_by_role("button", name="核对一遍").click()
    send = page.get_by_role("button", name="对，提交")
    send.wait_for()
    album.take(page, "check")
    send.click()
    receipt = page.locator("#receipt").inner_text()
    album.take(page, "receipt")
    held.open("/forms/status")
    page.fill("#receipt", receipt)
    page.fill("#last_four", "1234")
    page.fill("#child_name", "王小明")
    page.get_by_role("button", name="查一下").click()
    page.get_by_text("您报的内容").wait_for()
    album.take(page, "progress")


def teacher(held: Phone, album: Album, data: Path) -> None:
    """Come in with a slip, call the roll, and open a child's page."""
    login, code = walks.slip(data)
    page = held.open("/forms/sign-in")
    page.fill("#phone", login)
    album.take(page, "enter", tall=440)
    walks.come_in(page, login, code)
    page.get_by_role("link", name=re.compile("点名")).first.click()
    page.locator(".pupils label[for]").nth(2).click()
    album.take(page, "roll")
    page.get_by_role("button", name="发送").click()
    page.get_by_role("heading", name=re.compile("没来")).wait_for()
    album.take(page, "sent", tall=440)
    held.open("/forms/class")
    page.locator(".names a").first.click()
    page.get_by_role("link", name="代家长填").first.wait_for()
    album.take(page, "pupil", tall=440)


def clerk(held: Phone, album: Album, data: Path) -> None:
    """Look at the desk."""
    said = (data / "demo-signins.txt").read_text("utf-8")
    found = re.search(r"账号 (demo-bureau)\s+密码 (\S+)", said)
    assert found
    page = held.open("/desk/")
    page.fill("#login", found[1])
    page.fill("#password", found[2])
    page.get_by_role("button", name="登录").click()
    page.get_by_text("日报").first.wait_for()
    album.take(page, "desk", tall=600)


def cadre(held: Phone, album: Album, data: Path) -> None:
    """Come in as a principal on her phone, and look at what is hers to do."""
    said = (data / "demo-signins.txt").read_text("utf-8")
    found = re.search(r"账号 (demo-principal)\s+登录码 (\d+)", said)
    assert found
    page = held.open("/forms/sign-in")
    walks.come_in(page, found[1], found[2])
    held.open("/forms/cases")
    page.locator("h1").first.wait_for()
    album.take(page, "cases")


def officer(held: Phone, album: Album, data: Path) -> None:
    """Look at the list of cases."""
    said = (data / "demo-signins.txt").read_text("utf-8")
    found = re.search(r"账号 (demo-officer)\s+密码 (\S+)", said)
    assert found
    page = held.open("/desk/")
    page.fill("#login", found[1])
    page.fill("#password", found[2])
    page.get_by_role("button", name="登录").click()
    held.open("/desk/cases")
    page.locator("h1").first.wait_for()
    album.take(page, "worklist", "h1", tall=460)


def bookkeeper(held: Phone, album: Album, data: Path) -> None:
    """Find the work list of the day; send one back of which a row is taken and another one is not."""
    folder = data / "out"
    folder.mkdir()
    with closing(Database(house_settings.load({"DATA": data, "MODE": "demo", "TODAY": TUESDAY}, {}))) as db:
        while making.make_next(db):
            pass
        paper = Paper.of(sent_out(db, "work", folder))
    state, deed = paper.column("事项和状态"), paper.column("办理结果")
    good, bad = [row for row in paper.rows() if "待核实" in str(paper.page.cell(row, state).value)][:2]
    paper.page.cell(good, deed).value, paper.page.cell(bad, deed).value = "电话联系上了", "去过了"
    paper.page.cell(good, paper.column("办理说明")).value = "奶奶接的，说明天来"
    (folder / "工作单.xlsx").write_bytes(paper.data)
    officer(held, album, data)
    album.take(held.open("/desk/ledgers"), "books", "h1", tall=460)
    page = held.open("/desk/returns")
    page.set_input_files("input[type=file]", folder / "工作单.xlsx")
    page.get_by_role("button", name="上传，先看会改什么").click()
    page.get_by_role("heading", name="看清楚再办").wait_for()
    album.take(page, "returned", "h1", tall=620)


def main() -> None:
    """Take all pictures."""
    album = Album()
    with house() as (server, data), hands.chromium() as browser:
        home = f"http://{HOST}:{server.port}"
        with hands.phone(browser, home, reduced_motion="reduce") as held:
            parent(held, album)
        with hands.phone(browser, home, reduced_motion="reduce") as held:
            teacher(held, album, data)
        with hands.phone(browser, home, reduced_motion="reduce") as held:
            clerk(held, album, data)
        for look in (cadre, officer, bookkeeper):
            with hands.phone(browser, home, reduced_motion="reduce") as held:
                look(held, album, data)
    album.save()
    for file in [*sorted(HELP.glob("*.webp")), README]:
        sys.stdout.write(f"{file.stat().st_size:6d} {file.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
