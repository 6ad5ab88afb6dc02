"""What a browser is told by the headers, tried in one: foreign frames, script that somebody slips in, devices of the phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as hands
from tests.e2e.elsewhere import other_site

SLIPPED_IN = """() => new Promise(done => {
  const told = [];
  document.addEventListener('securitypolicyviolation', event => told.push(event.effectiveDirective));
  const put = html => { const one = document.createElement('div'); one.innerHTML = html; document.body.append(one); };
  put('<img src="/nowhere.png" onerror="window.stolen = 1">');
  put('<object data="/static/style.css"></object>');
  put('<iframe src="/"></iframe>');
  put('<b style="color: red">a</b>');
  const script = document.createElement('script');
  script.textContent = 'window.stolen = 1';
  document.body.append(script);
  const base = document.createElement('base');
  base.href = 'http://evil.example/';
  document.head.append(base);
  fetch('http://evil.example/').catch(() => 0);
  setTimeout(() => done([told.sort(), window.stolen, document.baseURI]), 1500);
})"""
FRAME = "<!doctype html><title>.</title><iframe src='{house}/forms/absence'></iframe>"


@pytest.fixture
def elsewhere(home: str) -> Iterator[str]:
    """Give another site, whose page holds one of the house in a frame."""
    with other_site(FRAME.format(house=home)) as port:
        yield f"http://localhost:{port}/"


def test_what_is_slipped_into_a_page_does_nothing(chromium: Browser, home: str) -> None:
    with hands.phone(chromium, home) as phone:
        phone.tolerated.append(".")
        page = phone.open("/forms/absence")
        told, stolen, base = page.evaluate(SLIPPED_IN)
    wanted = {
        "script-src-attr",
        "script-src-elem",
        "object-src",
        "frame-src",
        "style-src-attr",
        "base-uri",
        "connect-src",
    }
    assert wanted <= set(told)
    assert stolen is None
    assert base.startswith(home)


def test_no_other_site_shows_the_house_in_a_frame(chromium: Browser, home: str, elsewhere: str) -> None:
    with hands.phone(chromium, home) as phone:
        phone.tolerated.append(".")
        phone.page.goto(elsewhere)
        inner = next(one for one in phone.page.frames if one.parent_frame)
        assert inner.locator("form").count() == 0
        assert any("frame-ancestors" in one for one in phone.faults)


def test_pages_work_under_what_they_are_told(chromium: Browser, home: str) -> None:
    """Whatever a policy stops is an error on the console, and that is a fault of the page."""
    with hands.phone(chromium, home) as phone:
        for path in ("/", "/forms/absence", "/forms/safety", "/forms/status", "/forms/sign-in", "/help", "/desk/sign-in",
                     "/simulator", "/nowhere"):  # fmt: skip
            phone.open(path)
            assert phone.page.evaluate("window.isSecureContext")
        allowed = phone.page.evaluate(
            "document.featurePolicy ? document.featurePolicy.allowedFeatures() : []"
        )
        assert not {"camera", "microphone", "geolocation", "payment"} & set(allowed)
        assert phone.page.evaluate("document.featurePolicy !== undefined")
