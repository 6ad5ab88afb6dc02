"""Slips on A4 in the browser that prints them: nothing is cut off."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from intake.importing.staff import Slip
from intake.paper import slips
from intake.people.accounts import Person
from intake.settings import load

_CUT = """() => [...document.querySelectorAll('.slip, .slip .who div')]
  .filter(one => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
  .map(one => one.textContent)"""


@pytest.mark.parametrize("name", ["王红", "欧阳娜娜", "阿依古丽·买买提", "阿依古丽·买买提·吐尔逊江"])
def test_a_slip_holds_long_names(chromium: Browser, name: str) -> None:
    person = Person("id", name, "13812340001", "teacher", "220605105", "X000000001")
    school, classes = "白山市江源区松树镇九年一贯制学校", ("三年级11班", "四年级11班", "五年级11班")
    house = load({"ADDRESS": "https://baoxue.jiangyuan-education.example.gov.cn"}, {})
    one = Slip(person, school, classes, code="4904101583")
    page = chromium.new_page()
    page.emulate_media(media="print")
    page.set_content(slips.sheet([one] * 8, house, datetime(2026, 11, 23, tzinfo=UTC)))
    assert page.evaluate(_CUT) == []
    page.close()
