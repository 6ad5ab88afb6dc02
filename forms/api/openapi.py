"""The OpenAPI document of the endpoints, written from the declarations."""

from collections.abc import Mapping
from functools import lru_cache

from forms.api import examples, schemas
from forms.api.endpoints import KEY, LARGEST, PROGRESS
from forms.api.schemas import Schema
from intake.errors import TooMany
from intake.kinds import Report, World
from intake.kinds.form import Form

REPORTS = "/api/v1/reports"
ABOUT = (
    "别的系统把孩子上学的事报进来，再按回执号查进度。报告要带本系统的密钥，由教育局发，写在 Authorization: Bearer 编号.密钥 里；"
    "没有密钥也收的，只有演示系统。查进度不用密钥，要用报告里的电话后四位和孩子姓名来证明。\n\n"
    "下面写的是标准写法，口语也收：日期可以写“昨天”“上周一”，选项可以写代码或平常的叫法，是或否可以写 true 和 false，"
    "距离可以写“五里地”。空着的项等于没有填；因为别的回答而用不着的项，收下时会去掉。名单以外的项不收。"
)


@lru_cache(maxsize=8)
def document(world: World, day: str, kinds: tuple[type[Report], ...], is_open: bool = False) -> Schema:
    """Write the document. For a world, a day (the examples are dated) and a registry it is always the same.

    Where the house `is_open`, a report needs no key.
    """
    forms = [kind(world) for kind in kinds]
    paths: Schema = {f"{REPORTS}/{form.kind}": {"post": _take(form, is_open)} for form in forms}
    paths[REPORTS + "/{receipt}"] = {"get": _show()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "保学通接口", "version": "1", "description": ABOUT},
        "paths": paths,
        "components": {
            "schemas": {
                **{form.kind: schemas.body(form) for form in forms},
                **schemas.places(world),
                **_ANSWERS,
            },
            "headers": {"RetryAfter": {"description": "过多少秒再来", "schema": {"type": "integer"}}},
            "securitySchemes": {
                "proof": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "用户名是报告里电话的后四位，密码是孩子姓名（UTF-8）。",
                },
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "教育局发给本系统的密钥：编号.密钥。只从服务器上用，不要写进网页。",
                },
            },
        },
    }


def _take(form: Form, is_open: bool) -> Schema:
    return {
        "operationId": f"report_{form.kind}",
        "tags": ["报告"],
        "summary": form.title,
        "description": f"{form.about}。收下以后：{form.promised()}",
        "security": [{"key": []}, {}] if is_open else [{"key": []}],
        "parameters": [_IDEMPOTENCY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": f"#/components/schemas/{form.kind}"},
                    "example": examples.report(form),
                }
            },
        },
        "responses": {
            "201": _taken("收下了，存好以后才这样回答。"),
            "200": _taken("同一个 Idempotency-Key 和同样的内容以前收过，还是那一份。"),
            **{status: _refused(told) for status, told in REFUSALS.items()},
            "401": _unproven(REFUSALS["401"]),
            "429": _limited("发得太快了，过一会儿再发；用同一个 Idempotency-Key 重发，不会多出一份。"),
        },
    }


def _show() -> Schema:
    return {
        "operationId": "progress",
        "tags": ["进度"],
        "summary": "查进度",
        "description": "办到哪一步了。里面没有孩子的信息。",
        "security": [{"proof": []}],
        "parameters": [
            {"name": "receipt", "in": "path", "required": True, "description": "回执号",
             "schema": {"type": "string", "pattern": "^[0-9]{12}$"}},
        ],
        "responses": {
            "200": {"description": "查到了。", "content": _json("Progress")},
            "401": _unproven("没有证明，或者三样（回执号、电话后四位、孩子姓名）里有一样不对。"),
            "405": _refused("这里要写回执号；报告种类的地址只收 POST。"),
            "429": _limited(TooMany.sentence),
            "500": _refused(REFUSALS["500"]),
        },
    }  # fmt: skip


def _json(schema: str) -> Schema:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _refused(told: str) -> Schema:
    return {"description": told, "content": _json("Errors")}


def _unproven(told: str) -> Schema:
    return _refused(told) | {
        "headers": {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    }


def _limited(told: str) -> Schema:
    return _refused(told) | {"headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}}


def _taken(told: str) -> Schema:
    where = {"required": True, "description": "查进度的地址", "schema": {"type": "string"}}
    return {"description": told, "headers": {"Location": where}, "content": _json("Received")}


REFUSALS: Mapping[str, str] = {
    "400": "不是 UTF-8 编码的 JSON 对象，或者 Idempotency-Key 写得不对。",
    "401": "没有带本系统的密钥，或者密钥不对、已经停用。",
    "403": "这个密钥不能报这一种，或者不能报那里的孩子；或者是别的网站的网页发来的。",
    "404": "没有这一种报告。",
    "409": "这个 Idempotency-Key 用过了，而这次的内容不一样。另报一份请换一个。",
    "413": f"内容太大了，不能超过 {LARGEST // 1024} KB。",
    "415": "请写 Content-Type: application/json，别的都不读。",
    "422": "有的项要改：按 errors 里的话改好，用同一个 Idempotency-Key 再发。",
    "500": "系统出了点问题，没有收下。过一会儿用同一个 Idempotency-Key 再发，不会多出一份。",
}
"""Why a report is not taken, by status."""

_IDEMPOTENCY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "每一份报告自己定一个不重样的，例如 UUID。没收到回答就用它再发一次：同样的内容只算一份，还给同一个回执号。",
    "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
}
_ANSWERS: Schema = {
    "Received": {
        "type": "object",
        "properties": {
            "receipt": {"type": "string", "pattern": "^[0-9]{12}$", "description": PROGRESS["receipt"]},
            "status": {"type": "string", "description": PROGRESS["status"]},
            "doubts": {
                "type": "object",
                "description": "照样收下了，但请再看一眼写得对不对的项：名称和一句话。没有就不写。",
                "additionalProperties": {"type": "string"},
            },
        },
        "required": ["receipt", "status"],
        "additionalProperties": False,
    },
    "Progress": {
        "type": "object",
        "properties": {key: {"type": "string", "description": told} for key, told in PROGRESS.items()},
        "required": list(PROGRESS),
        "additionalProperties": False,
    },
    "Errors": {
        "type": "object",
        "description": "每一项要改的，各有几句中文；不单属于哪一项的，在空的名称下。",
        "properties": {
            "errors": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            }
        },
        "required": ["errors"],
        "additionalProperties": False,
    },
}
