"""Measure the two hot paths against a null Flask endpoint: `python -m tests.bench`.

Null, API (of anybody, and of a system with its key) and chat take turns on the same machine under the
same gunicorn settings, so that a slow minute of the machine hits all of them. Every answer is checked; a wrong
one ends the bench.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from intake import settings
from intake.house.serve import gunicorn_options
from tests.bench.load import LoadError, Run, http_post, run, split
from tests.e2e.server import BIN, HOST, WECHAT, Server, app_server, baoxue, environment, free_port
from tests.hands.samples import sample
from tests.hands.wechat_client import ProtocolError

WARM_UP = 0.5  # seconds, unmeasured, before every run
SENDERS = 600
# What each sender says in turn; whatever the state, every line has an answer, and none ends a report.
LINES = ("菜单", "孩子三天没来上学了", "王小明", "帮助", "三年级", "进度", "返回", "取消")


@dataclass
class Route:
    """Name one thing to measure: where it is, how its requests are made, how its answers are checked."""

    name: str
    port: int
    make: Callable[[int], list[bytes]]
    check: Callable[[Run], None]


@dataclass
class Figures:
    """Hold the figures of one run, or the medians of several."""

    rate: float
    p50: float
    p99: float
    generator: float  # CPU of the load generator, in cores
    busy: float  # share of the machine's CPU in use


@dataclass
class Bench:
    """Make the requests, check the answers, and count what the database must hold in the end."""

    app_port: int
    null_port: int
    key: str
    receipts: set[str] = field(default_factory=set)
    said: int = 0

    def __post_init__(self) -> None:
        """Prepare what all runs share."""
        self._bodies = [json.dumps(sample("absence", n), ensure_ascii=False).encode() for n in range(500)]

    def paths(self) -> list[Route]:
        """Return the paths in the order in which they take turns."""
        return [
            Route("null", self.null_port, self._null, self._check_null),
            Route("api", self.app_port, self._reports, self._check_reports),
            Route("client", self.app_port, self._sent, self._check_reports),
            Route("chat", self.app_port, self._messages, self._check_messages),
        ]

    def _null(self, count: int) -> list[bytes]:
        return [http_post("/null", self._bodies[0], ["Content-Type: application/json"])] * count

    def _check_null(self, seen: Run) -> None:
        size = len(self._bodies[0])
        _all(seen, lambda status, body: status == 200 and json.loads(body) == {"size": size})

    def _reports(self, count: int, *more: str) -> list[bytes]:
        return [
            http_post(
                "/api/v1/reports/absence",
                self._bodies[n % len(self._bodies)],
                ["Content-Type: application/json", f"Idempotency-Key: {uuid.uuid4()}", *more],
            )
            for n in range(count)
        ]

    def _sent(self, count: int) -> list[bytes]:
        return self._reports(count, f"Authorization: Bearer {self.key}")

    def _check_reports(self, seen: Run) -> None:
        def created(status: int, body: bytes) -> bool:
            receipt = json.loads(body).get("receipt", "") if status == 201 else ""
            is_new = receipt.isdecimal() and receipt not in self.receipts
            self.receipts.add(receipt)
            return is_new

        _all(seen, created)

    def _messages(self, count: int) -> list[bytes]:
        return [self._message() for _ in range(count)]

    def _message(self) -> bytes:
        turn, sender = divmod(self.said, SENDERS)
        self.said += 1
        post = WECHAT.safe(WECHAT.text(f"oBench{sender:022d}", LINES[turn % len(LINES)]))
        return http_post(f"/wechat?{post.query_string}", post.body, ["Content-Type: text/xml"])

    def _check_messages(self, seen: Run) -> None:
        _all(seen, lambda status, body: status == 200 and b"<Encrypt>" in body and b"<MsgSignature>" in body)
        for _, answer in seen.answers[:: max(len(seen.answers) // 50, 1)]:
            try:
                reply = WECHAT.open_reply(split(answer)[1])
            except ProtocolError as error:
                raise LoadError(f"a reply that WeChat could not read: {error}: {answer!r}") from error
            if not reply.get("Content") or not reply["ToUserName"].startswith("oBench"):
                raise LoadError(f"a reply without words: {reply}")


def _all(seen: Run, good: Callable[[int, bytes], bool]) -> None:
    for _, answer in seen.answers:
        if not good(*split(answer)):
            raise LoadError(f"a wrong answer: {answer[:600].decode(errors='replace')}")


def gunicorn_command(port: int, env: Mapping[str, str]) -> list[str | Path]:
    """Return the command for the null endpoint, under the options that the product serves with."""
    chosen = _without_bind(gunicorn_options(settings.load(None, env)))
    return [BIN / "gunicorn", *chosen, "--bind", f"{HOST}:{port}", "tests.bench.null:app"]


def _without_bind(options: Sequence[str]) -> list[str]:
    kept: list[str] = []
    words = iter(options)
    for word in words:
        if word in {"--bind", "-b"}:
            next(words)
        elif not word.startswith("--bind="):
            kept.append(word)
    return kept


def measure(path: Route, connections: int, seconds: float) -> Figures:
    """Warm one path up, run it, check every answer of both, and return the figures."""
    warm = run(path.port, path.make(20_000 if path.name == "null" else 3_000), connections, WARM_UP)
    path.check(warm)
    prepared = path.make(int(warm.rate * seconds * 1.5) + 10 * connections)
    seen = run(path.port, prepared, connections, seconds)
    path.check(seen)
    return Figures(seen.rate, seen.percentile(0.5), seen.percentile(0.99), seen.cpu / seen.seconds, seen.busy)


def take_turns(paths: Sequence[Route], options: argparse.Namespace) -> dict[tuple[str, int], list[Figures]]:
    """Measure all paths at all numbers of connections, round after round."""
    found: dict[tuple[str, int], list[Figures]] = {}
    for turn in range(options.rounds):
        for connections in options.connections:
            for path in paths:
                figures = measure(path, connections, options.seconds)
                found.setdefault((path.name, connections), []).append(figures)
                print(
                    f"round {turn + 1}: {path.name:6} {connections:3} connections {figures.rate:7.0f}/s",
                    file=sys.stderr,
                )
    return found


def check_kept(data: Path, receipts: set[str]) -> None:
    """Compare the database with the receipts that were given, and let `baoxue verify` look at all of it."""
    with sqlite3.connect(f"file:{data / 'baoxue.db'}?mode=ro", uri=True) as db:
        kept = [str(row[0]) for row in db.execute("SELECT receipt FROM reports WHERE channel = 'api'")]
    db.close()
    if len(kept) != len(receipts) or set(kept) != receipts:
        raise LoadError(f"{len(receipts)} reports were acknowledged, {len(kept)} are in the database")
    baoxue(data, "verify")


def summary(found: Mapping[tuple[str, int], Sequence[Figures]]) -> list[dict[str, object]]:
    """Return a row per path and number of connections: medians, and the ratio to null."""
    rows: list[dict[str, object]] = []
    for (name, connections), runs in found.items():
        middle = {key: median(asdict(one)[key] for one in runs) for key in asdict(runs[0])}
        ratio = middle["rate"] / median(one.rate for one in found["null", connections])
        rows.append({"path": name, "connections": connections, "ratio": ratio, **middle})
    return rows


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the summary as a Markdown table."""
    lines = [
        "| path | connections | requests/s | of null | p50 ms | p99 ms | generator, cores | machine busy |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    shape = "| {path} | {connections} | {rate:.0f} | {ratio:.2f} | {p50:.1f} | {p99:.1f} |"
    lines += [(shape + " {generator:.2f} | {busy:.0%} |").format(**row) for row in rows]
    return "\n".join(lines)


def main() -> None:
    """Start both servers, take turns, print the table, and check what was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=4, help="length of one run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the servers are stopped too
    if os.getloadavg()[0] > 1:
        print("Something else keeps this machine busy: the figures will be low.", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="baoxue-bench-") as directory, ExitStack() as stack:
        data = Path(directory) / "data"
        baoxue(data, "init")
        app = stack.enter_context(app_server(data))
        worker = subprocess.Popen([BIN / "baoxue", "worker"], env=app.env)  # as `baoxue up` runs it
        stack.callback(worker.wait)
        stack.callback(worker.terminate)
        port = free_port()
        env = environment(data, port)
        log = Path(directory) / "null.log"
        stack.enter_context(Server(gunicorn_command(port, env), env, port, log, "/readyz"))
        key = baoxue(data, "client", "add", "bench").split()[-1]
        bench = Bench(app.port, port, key)
        rows = summary(take_turns(bench.paths(), options))
        app.stop()
        check_kept(data, bench.receipts)
    print(json.dumps(rows, indent=2) if options.json else table(rows))
    print(f"{len(bench.receipts)} receipts given, all kept once; verify found nothing.", file=sys.stderr)


if __name__ == "__main__":
    main()
