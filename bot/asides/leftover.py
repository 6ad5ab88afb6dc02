"""What a message says and nobody took up: kept in the report's 说明 where it has one, else quoted in the read-back."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot.dialogue import emergency, prefill, questions
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understanding import CLEAR, Understood, understand
from intake.errors import Invalid
from intake.kinds import Report
from intake.language import text, unknown
from intake.language.patterns import regex
from intake.reports.lookup import schema

SHORTEST, QUOTED, MOST = 3, 60, 4
"""Characters of a clause that may matter, of one that is quoted, and how many are quoted."""
_CLAUSE = regex("[^，,。；;！!？?\n]+")
_COURTESY = regex(
    "(?:您|你|们|好|老师|领导|同志|主任|校长|工作人员|请问|请|麻烦|辛苦|打扰|拜托|求求?|谢谢?|感谢|多谢|急|怎么办|咋办|咋整|帮帮?忙?|帮助|解决"
    "|一下|我想|我要|想|要|问|咨询|反映|说|了解|告诉|给|个|事儿?|情况|问题|是这样的?|这样|就是|那个?|这个?|嗯|哦|哎|唉|啊|呀|呢|吧|的|了|吗|俺|我|家|有|对|不|是|行"
    "|补充|另外|还|忘|再|加|一?句|没有?|知道|收到|明白|可以|同意|确认|提交|登记|报|填|[ 、~～.…：:])*"
)


_SIGN = regex("[\u4e00-\u9fff]{1,3}的([\u4e00-\u9fff])字?")
"""How a sign of a name is told apart from others that sound like it."""
Heard = tuple[str, dict[str, Any]]
"""What a conversation knew of the report under way before a message: its kind, and facts by key."""


def heard_before(state: State) -> Heard:
    """Note what is known of the report under way."""
    return state.kind, {**state.facts, **state.answers}


def leftover(said: str, form: Report, told: dict[str, Any], turn: Turn) -> list[str]:
    """Give the clauses of a message of which nothing was taken up: no answer, no fact of the form, no matter.

    A message of one clause was answered as a whole; courtesy is nothing that must be taken up.
    """
    clauses = [one.strip() for one in _CLAUSE.findall(said) if one.strip()]
    kept = [str(value) for key, value in told.items() if key in form.fields]
    return [
        one[:QUOTED]
        for one in clauses
        if len(clauses) > 1
        and len(text.compact(one)) >= SHORTEST
        and not _COURTESY.fullmatch(one)
        and not unknown.is_empty(one)
        and not prefill.corrects(one)
        and not any(one in value for value in kept)
        and not _is_read(one, form, told)
        and not _tells(understand(one, turn.db.today()), form)
    ]


def _is_read(clause: str, form: Report, told: dict[str, Any]) -> bool:
    """Tell whether a clause is an answer that was read, said in other words: 是爷爷, 是上周三, 春晓的晓."""
    words, name = prefill.said_instead(clause), str(told.get("child_name", ""))
    sign = _SIGN.fullmatch(words)
    if (sign and sign[1] in name) or (words and words in name):
        return True
    for key in told.keys() & form.fields.keys() - {questions.WORDS}:
        with suppress(Invalid):
            if words and form.check(key, words, {}).get(key) == told[key]:
                return True
    return False


def _tells(heard: Understood, form: Report) -> bool:
    """Tell whether something of a clause is taken up: a fact that the form asks, a matter, a question, a wish."""
    if heard.facts.keys() & form.fields.keys() or heard.leave or heard.question:
        return True
    if heard.intent == form.kind:
        return heard.confidence >= CLEAR
    return heard.acts and heard.intent != "other"


def keep(said: str, before: Heard, reply: Reply, state: State, turn: Turn) -> Reply:
    """Keep what was left over of a message from which something was taken; a read-back that is shown shows it."""
    now = heard_before(state)
    if not state.kind or emergency.under_way(state) or state.talking or now == before:
        return reply
    form = schema(turn.db, state.kind)
    left = [one for one in leftover(said, form, now[1], turn) if one not in state.unheard]
    if not left:
        return reply
    shown = questions.read_back(form, state)
    if not _described(left, form, state):
        state.unheard = [*state.unheard, *left][-MOST:]
    if shown not in reply.text:
        return reply
    return replace(reply, text=reply.text.replace(shown, questions.read_back(form, state)))


def _described(left: list[str], form: Report, state: State) -> bool:
    """Put words into the description of the report under way; tell whether there is one, and room."""
    if questions.WORDS in state.kept:
        return False
    begun = questions.WORDS in state.answers or state.trail or state.asking
    return questions.add_words(form, state.answers if begun else state.facts, "，".join(left))
