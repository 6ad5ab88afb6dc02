"""What is said of security is whole, names what is there, and holds where a request can try it."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).parent.parent
SAYINGS = ("asvs", "dengbao", "security", "links", "guessing")
# The numbers of ASVS 5.0.0 by section: of level 1, then of level 2.
REQUIREMENTS = {
    "1.1": ("", "1 2"), "1.2": ("1 2 3 4 5", "6 7 8 9"), "1.3": ("1 2", "3 4 5 6 7 8 9 10 11"), "1.4": ("", "1 2 3"),
    "1.5": ("1", "2"), "2.1": ("1", "2 3"), "2.2": ("1 2", "3"), "2.3": ("1", "2 3 4"), "2.4": ("", "1"),
    "3.2": ("1 2", ""), "3.3": ("1", "2 3 4"), "3.4": ("1 2", "3 4 5 6"), "3.5": ("1 2 3", "4 5"), "3.7": ("", "1 2"),
    "4.1": ("1", "2 3"), "4.2": ("", "1"), "4.3": ("", "1 2"), "4.4": ("1", "2 3 4"), "5.1": ("", "1"),
    "5.2": ("1 2", "3"), "5.3": ("1 2", ""), "5.4": ("", "1 2 3"), "6.1": ("1", "2 3"),
    "6.2": ("1 2 3 4 5 6 7 8", "9 10 11 12"), "6.3": ("1 2", "3 4"), "6.4": ("1 2", "3 4"), "6.5": ("", "1 2 3 4 5"),
    "6.6": ("", "1 2 3"), "6.8": ("", "1 2 3 4"), "7.1": ("", "1 2 3"), "7.2": ("1 2 3 4", ""), "7.3": ("", "1 2"),
    "7.4": ("1 2", "3 4 5"), "7.5": ("", "1 2"), "7.6": ("", "1 2"), "8.1": ("1", "2"), "8.2": ("1 2", "3"),
    "8.3": ("1", ""), "8.4": ("", "1"), "9.1": ("1 2 3", ""), "9.2": ("1", "2 3 4"), "10.1": ("", "1 2"),
    "10.2": ("", "1 2"), "10.3": ("", "1 2 3 4"), "10.4": ("1 2 3 4 5", "6 7 8 9 10 11"), "10.5": ("", "1 2 3 4 5"),
    "10.6": ("", "1 2"), "10.7": ("", "1 2 3"), "11.1": ("", "1 2"), "11.2": ("", "1 2 3"), "11.3": ("1 2", "3"),
    "11.4": ("1", "2 3 4"), "11.5": ("", "1"), "11.6": ("", "1"), "12.1": ("1", "2 3"), "12.2": ("1 2", ""),
    "12.3": ("", "1 2 3 4"), "13.1": ("", "1"), "13.2": ("", "1 2 3 4 5"), "13.3": ("", "1 2"),
    "13.4": ("1", "2 3 4 5"), "14.1": ("", "1 2"), "14.2": ("1", "2 3 4"), "14.3": ("1", "2 3"), "15.1": ("1", "2 3"),
    "15.2": ("1", "2 3"), "15.3": ("1", "2 3 4 5 6 7"), "16.1": ("", "1"), "16.2": ("", "1 2 3 4 5"),
    "16.3": ("", "1 2 3 4"), "16.4": ("", "1 2 3"), "16.5": ("", "1 2 3"), "17.1": ("", "1"), "17.2": ("", "1 2 3 4"),
    "17.3": ("", "1 2"),
}  # fmt: skip
ANSWERS = ("met", "not applicable", "open")
CHINESE = ("符合", "不适用", "未闭合")
POINTS = {
    "7.1.4.1": "abc", "7.1.4.2": "abcd", "7.1.4.3": "abc", "7.1.4.4": "abcde", "7.1.4.5": "", "7.1.4.6": "",
    "7.1.4.7": "", "7.1.4.8": "ab", "7.1.4.9": "", "7.1.4.10": "ab", "7.1.5.1": "ab", "7.1.5.2": "ab",
}  # fmt: skip
"""The clauses of GB/T 22239-2019, second level, that are answered, with their letters where there are such."""
PATH = re.compile(r"`((?:intake|forms|bot|exports|tests|docs)/[\w./-]*)`")


def page(name: str) -> str:
    """Give a page of the docs."""
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def rows(text: str, cells: int) -> list[list[str]]:
    """Give the rows of the tables of a page that have so many cells, but their heads."""
    found = [
        re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in text.splitlines() if line[:2] == "| "
    ]
    stripped = [[cell.strip() for cell in row] for row in found if len(row) == cells]
    return [row for row in stripped if row[0] not in ("number", "编号", "who")]


def test_every_requirement_of_two_levels_is_answered_once() -> None:
    wanted = {
        f"{section}.{number}": str(level)
        for section, levels in REQUIREMENTS.items()
        for level, numbers in enumerate(levels, 1)
        for number in numbers.split()
    }
    told = rows(page("asvs"), 5)
    assert len(wanted) == 253
    assert [row[0] for row in told] == list(dict.fromkeys(row[0] for row in told))
    assert {row[0]: row[1] for row in told} == wanted


def test_every_answer_is_one_of_three_and_says_by_what_or_why() -> None:
    told = rows(page("asvs"), 5)
    counted = Counter(row[3] for row in told)
    assert set(counted) == set(ANSWERS)
    for number, _, asks, answer, why in told:
        assert len(asks) > 3, number
        assert len(why) > 7 or answer == "not applicable", number
    intro = page("asvs").split("## V1")[0]
    said = re.search(r"(\d+) requirements: (\d+) are met, (\d+) are not applicable, (\d+) are open", intro)
    assert said
    assert [int(one) for one in said.groups()] == [len(told), *(counted[one] for one in ANSWERS)]


def test_every_point_of_dengbao_is_answered() -> None:
    told = rows(page("dengbao"), 4)
    numbers = [row[0] for row in told]
    assert len(numbers) == len(set(numbers))
    points = {" ".join(number.split()[:2]) if letters else number.split()[0]
              for number in numbers for letters in [POINTS[number.split()[0]]]}  # fmt: skip
    assert points == {
        f"{clause} {one}" if one else clause for clause, letters in POINTS.items() for one in letters or [""]
    }
    assert {row[2] for row in told} == set(CHINESE)
    assert all(len(row[1]) > 3 and len(row[3]) > 5 for row in told)


def test_every_attacker_is_held_by_a_test() -> None:
    section = page("security").split("## Who may attack what")[1].split("\n## ")[0]
    told = rows(section, 3)
    assert len(told) > 10
    for who, promised, by in told:
        assert len(promised) > 20, who
        named = PATH.findall(by)
        assert named, who
        for path in named:
            assert "\ndef test_" in (ROOT / path).read_text("utf-8"), path


@pytest.mark.parametrize("name", SAYINGS)
def test_what_a_page_of_security_names_is_there(name: str) -> None:
    for path in PATH.findall(page(name)):
        assert (ROOT / path).exists(), path


def test_files_of_the_project_and_listings_are_not_served(client: FlaskClient) -> None:
    for path in ("/.git/config", "/.git/HEAD", "/pyproject.toml", "/static/", "/static/../wsgi.py", "/phone/",
                 "/static/%2e%2e/%2e%2e/wsgi.py", "/baoxue.toml", "/keys/data.keys", "/baoxue.db"):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_nobody_is_told_back_what_was_sent(client: FlaskClient) -> None:
    for path in ("/", "/healthz", "/forms/absence", "/api/v1/openapi.json", "/desk/sign-in"):
        answer = client.open(path, method="TRACE", headers={"Cookie": "baoxue=marked"})
        assert answer.status_code == 405, path
        assert "marked" not in answer.text


def test_whoever_silences_bandit_says_of_what_and_why() -> None:
    for room in ("intake", "forms", "bot", "exports"):
        for path in (ROOT / room).rglob("*.py"):
            for said in re.findall(r"# nosec.*", path.read_text("utf-8")):
                assert re.fullmatch(r"# nosec B\d{3}  # noqa: S\d{3} - .{8,}", said), path


@pytest.mark.processes
def test_the_inventory_names_every_locked_part(tmp_path: Path) -> None:
    recipe = re.search(r"^sbom:.*\n\t(.+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe
    out = tmp_path / "sbom.json"
    words = recipe[1].replace("$(BIN)", str(Path(sys.executable).parent)).replace("sbom.json", str(out))
    subprocess.run(words.split(), cwd=ROOT, check=True, capture_output=True)
    made = json.loads(out.read_text("utf-8"))
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    pins = re.findall(r"^([a-z][\w.-]*)(?:\[\w+\])?==([\w.]+)", lock, re.MULTILINE)
    assert {(one["name"], one["version"]) for one in made["components"]} == set(pins)
    assert all(one["externalReferences"][0]["hashes"] for one in made["components"])
    assert str(ROOT) not in out.read_text("utf-8")
