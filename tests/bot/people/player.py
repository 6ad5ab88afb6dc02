"""Plays a person: answers what the bot asks by what she knows, and looks at every reply as she would."""

import re
from collections import Counter
from concurrent.futures import Executor
from dataclasses import dataclass

from intake.kinds import KINDS
from tests.hands.chat import AGREED, PLATFORM, RECEIPT, Chat, kept

MOST = 30
PROMPTS = {
    text: key
    for one in KINDS.values()
    for key, answer in one.answers().items()
    for text in (answer.asked.prompt, *answer.asked.pairs.values())
}
"""Every question of every kind as it is put, and the key it asks for."""
PAIRED = {
    both: {key, other}
    for one in KINDS.values()
    for key, answer in one.answers().items()
    for other, both in answer.asked.pairs.items()
}
OTHERS = ("您同意吗", "是哪个孩子的事", "大概多久了")
_LINK = re.compile(r"<a [^>]*>(.*?)</a>")
_AT_ONCE = re.compile("马上(?!打)")
"""A promise; 马上打 110 is advice."""


@dataclass(frozen=True)
class Person:
    """Somebody with a matter: what she says first, what she knows, and what must be kept of it."""

    called: str
    kind: str
    says: tuple[str, ...]
    knows: str
    """What she writes when asked, as `key: words / key: words`; of `words > words` the next where it is put again."""
    kept: str
    """Exactly what the report holds, written alike, but for the description."""
    turns: int
    """Messages until the receipt, at most."""
    otherwise: str = "不知道"
    """What she writes of what she does not know."""
    confirms: str = "确认"
    asks: str = ""
    """What she asks back before she answers for a key."""
    told: str = ""
    """Keys that her first words tell, which nobody may ask for."""
    confidential: bool = False

    def __str__(self) -> str:
        return self.called


class Playing:
    """One person at her phone; `heard` are the replies as she saw them."""

    def __init__(self, chat: Chat, pool: Executor) -> None:
        self.chat, self.pool = chat, pool
        self.heard: list[str] = []

    def say(self, line: str) -> str:
        """Send a message, which the platform delivers three times at once; all get the same reply."""
        post = PLATFORM.safe(PLATFORM.text(self.chat.openid, line))
        answers = [*self.pool.map(self.chat.post, [post] * 3)]
        assert {status for status, _ in answers} == {200}, line
        (reply,) = {PLATFORM.open_reply(body)["Content"] for _, body in answers}
        assert 0 < len(reply.encode()) <= 2048
        shown = _LINK.sub(r"\1", reply)
        assert not ("回复“更多”" in shown and asked_key(shown)), "a question fits one message"
        self.heard.append(shown)
        return shown

    def live(self, person: Person) -> str:
        """Go through a conversation to its receipt; give the last reply."""
        for line in person.says:
            reply = self.say(line)
        given: Counter[str] = Counter()
        for _ in range(MOST):
            if RECEIPT.search(reply) and "回执号" in reply and not asked_key(reply):
                break
            reply = self.say(self._answer(person, reply, given))
        else:
            raise AssertionError(f"no receipt: {self.heard}")
        return reply

    def _answer(self, person: Person, reply: str, given: Counter[str]) -> str:
        if "您同意吗" in reply:
            return AGREED
        if "请您核对" in reply:
            return person.confirms
        if "哪件事" in reply:
            title = KINDS[person.kind].title
            return next(line for line in reply.splitlines() if title in line)[:1]
        key = asked_key(reply) or ("rough" if "大概多久了" in reply else "")
        assert key, f"nothing to answer: {reply}"
        wanted = {key} | next((both for text, both in PAIRED.items() if text in reply), set())
        assert not wanted <= {*person.told.split()}, f"{key} was told: {reply}"
        given[key] += 1
        knows, asks = pairs(person.knows), pairs(person.asks)
        if given[key] == 1 and key in asks:
            return asks[key]
        times = given[key] - (key in asks)
        words = knows.get(key, person.otherwise).split(" > ")
        assert times <= len(words) or key not in knows, f"{key} was answered: {self.heard}"
        return words[min(times, len(words)) - 1]


def pairs(written: str) -> dict[str, str]:
    """Read `key: words / key: words`."""
    return dict(one.split(": ", 1) for one in written.split(" / ")) if written else {}


def asked_key(reply: str) -> str:
    """Give the key that a reply asks for; of several the last."""
    found = {text: reply.rfind(text) for text in PROMPTS if text in reply}
    return PROMPTS[max(found, key=lambda text: (found[text], len(text)))] if found else ""


def too_often(heard: list[str]) -> dict[str, int]:
    """Give what was put more than twice: questions, the notice, the same read-back."""
    put = Counter(text for text in (*PROMPTS, *OTHERS) for reply in heard if text in reply)
    put.update(reply[reply.index("请您核对") :] for reply in heard if "请您核对" in reply)
    return {text: times for text, times in put.items() if times > 2}


def promised_at_once(heard: list[str]) -> list[str]:
    """Give the replies that promise something 马上."""
    return [reply for reply in heard if _AT_ONCE.search(reply)]


def facts(chat: Chat) -> dict[str, object]:
    """Give what the newest report holds, but for the words themselves."""
    return {key: value for key, value in kept(chat).items() if key != "description"}
