"""The JSON endpoints: reports from other systems in, progress out. POST is the hot path of the house."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from flask import Blueprint, Response, abort, request
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from forms.api.sender import Barred, Sender, admit, sender_of_request
from intake.errors import Invalid, KeyReused, Missing, Problem, Refused
from intake.kinds import KINDS
from intake.language import spoken
from intake.language.patterns import regex
from intake.reports import door, lookup, progress
from intake.reports.door import Received
from intake.reports.senders import clients
from intake.web import get_db, knocks, limits
from intake.web.errors import on_page

bp = Blueprint("api", __name__, url_prefix="/api/v1/reports")


class _Kind(BaseConverter):
    """A kind, or what may have been meant for one: an address takes reports or tells of one, never both."""

    regex = "(?![0-9]+$)[^/]+"


class _Receipt(BaseConverter):
    """A receipt, as people write it."""

    regex = "(?![a-z_]+$)[^/]+"


@bp.record_once
def _convert(state: BlueprintSetupState) -> None:
    state.app.url_map.converters |= {"kind": _Kind, "receipt": _Receipt}


CONFIDENTIAL = "confidential"
"""Key of what is no answer about the child: that the reporter wants to stay unnamed."""
LARGEST = 64 * 1024
"""Bytes that are too much for a body; the longest report that makes sense has a tenth of that."""

KEY = regex(r"[!-~]{1,200}")
"""What an idempotency key may be."""
PROGRESS: Mapping[str, str] = {
    "receipt": "回执号，12 位数字",
    "kind": "报告种类",
    "title": "报告种类的名称",
    "status": "办理状态",
    "plain": "办理状态，说给家长听的话",
    "sentence": "一句话说清进度",
    "received": "收到的时间，例如：11月23日 08:05",
}
"""What is told of a report, by key."""

_PROOF = {"WWW-Authenticate": 'Basic realm="baoxue", charset="UTF-8"'}
_NO_OBJECT = '请发一个 JSON 对象（UTF-8 编码），例如 {"child_name": "王小明"}。'
_BAD_KEY = "Idempotency-Key 要用 1 到 200 个英文字母、数字或符号，不能有空格和中文。"
_REUSED = "这个 Idempotency-Key 已经用过，而这次的内容和上次不一样。另报一份请换一个。"
_UNKNOWN = "没有这一种报告。有这几种：{}。"
_UNPROVEN = "请用 HTTP Basic 验证：用户名是报告里电话的后四位，密码是孩子姓名。三样都对才能查到。"
_FLAT = "这一项只能是文字、数字、是否，或者一列文字。"


class _Unfit(Refused):
    """A request of which no report can be made, whatever its answers; the text says why."""

    code = 400


def again(problem: Problem, **_: str) -> Response:
    """Say what is wrong by the key of each answer; a program is told of its own key, not of a page's."""
    match problem:
        case Barred():
            return _refuse(problem.code, str(problem), headers=dict(problem.headers))
        case Invalid():
            return _answer(problem.code, {"errors": problem.errors})
        case KeyReused():
            return _refuse(problem.code, _REUSED)
        case Refused():
            return _refuse(problem.code, str(problem), problem.field)
    raise problem


@bp.post("/<kind:kind>")
@on_page(again)
def take(kind: str) -> Response:
    """Take a report. 201, or 200 where the same key brought the same body before."""
    sender = sender_of_request()
    if kind not in KINDS:
        raise Missing(_UNKNOWN.format("、".join(KINDS)))
    if sender.client:
        clients.refuse_kind(sender.client, kind)
    admit(sender)
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise _Unfit(_BAD_KEY, "Idempotency-Key")
    body = _body()
    received = _received(kind, body, key, sender)
    return _answer(
        201 if received.new else 200,
        {"receipt": received.receipt, "status": received.status.word, **_doubts(kind, body)},
        {"Location": f"{request.script_root}/api/v1/reports/{received.receipt}"},
    )


@bp.get("/<receipt:receipt>")
def show(receipt: str) -> Response:
    """Tell the progress of a report to whoever proves to know it; the proof is never in the address."""
    proof = request.authorization
    found = proof and progress.prove(
        get_db(), receipt, proof.username or "", proof.password or "", knocks.knock()
    )
    if not found:
        return _refuse(401, _UNPROVEN, headers=_PROOF)
    return _answer(200, {name: getattr(found, name) for name in PROGRESS}, {"Cache-Control": "no-store"})


def _doubts(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say what was taken and should be looked at once more, where there is such; a list of one is its value."""
    form = lookup.schema(get_db(), kind)
    found = form.doubts(form.said(body))
    return {"doubts": found} if found else {}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs. Two answers to one question are a fault of the sender, not a choice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unfit("同一项写了两次，请去掉一个。")
    return found


def _no_number(_: str) -> NoReturn:
    raise _Unfit("NaN 和 Infinity 不是数字，请去掉。")


_decode = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number).decode


def _body() -> dict[str, Any]:
    """Give the answers of the request, by key. Raises _Unfit, and Invalid for what no answer can be."""
    request.max_content_length = LARGEST
    data = request.get_data(cache=False)
    if len(data) >= LARGEST:  # a chunked body ends there without a word
        abort(413)
    try:
        body = _read(data)
    except (ValueError, RecursionError):
        raise _Unfit(_NO_OBJECT) from None
    if deep := {name: [_FLAT] for name, value in body.items() if _deep(value)}:
        raise Invalid(deep)
    return body


def _received(kind: str, body: dict[str, Any], key: str | None, sender: Sender) -> Received:
    confidential = _confides(kind, body)
    return door.receive(
        get_db(), kind, body, channel="api", reporter=sender.reporter, key=sender.key(key), confidential=confidential,
        client=sender.client, formerly=key or "",
        address="" if sender.client else limits.stranger(request),
    )  # fmt: skip


def _confides(kind: str, body: dict[str, Any]) -> bool:
    """Take out of the answers whether the reporter wants to stay unnamed. Raises Invalid."""
    if not KINDS[kind].confides or (said := body.pop(CONFIDENTIAL, None)) in (None, ""):
        return False
    told = said if isinstance(said, bool) else spoken.yes_no(str(said))
    if told is None:
        raise Invalid({CONFIDENTIAL: ["请从这些里选：是、否。"]})
    return told


def _read(data: bytes) -> dict[str, Any]:
    """Read a body into answers by key. Raises _Unfit, ValueError or RecursionError."""
    body = _decode(data.decode())
    if not isinstance(body, dict):
        raise ValueError
    if b"\\u" in data:
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no character
    return body


def _deep(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(one, list | dict) for one in value)
    )


def _refuse(status: int, sentence: str, name: str = "", headers: dict[str, str] | None = None) -> Response:
    return _answer(status, {"errors": {name: [sentence]}}, headers)


def _answer(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, headers, mimetype="application/json")
