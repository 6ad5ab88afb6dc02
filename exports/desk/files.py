"""Files that came from parents, sent to a browser that shows them and runs nothing in them."""

from io import BytesIO

from flask import Response, send_file

from intake.errors import Problem, Unreadable
from intake.web import errors

CLOSED = "这个文件打不开，请管理员运行 baoxue verify 查看。"


def closed(problem: Problem, **_: str) -> errors.Answer:
    """Say that none of the keys opens a file, which is no fault of whoever looks at it."""
    if isinstance(problem, Unreadable):
        return errors.answer(404, CLOSED)
    raise problem


def sent(data: bytes, mime: str, name: str, *, apart: bool) -> Response:
    """Send a file under a name that gets the ending of its type; `apart` is to be kept, not shown."""
    ending = mime.partition("/")[2]
    response = send_file(BytesIO(data), mimetype=mime, as_attachment=apart, download_name=f"{name}.{ending}")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
