"""The load: one reader on one kept connection to each application, asking them in turn."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from statistics import median
from urllib.parse import urlencode

from bench import pages

IDLE = 1.0  # seconds after which a kept connection is opened anew; gunicorn closes it after two
FORM = {
    "status": "in_progress",
    "percent": "55",
    "wording": "The sample of case files was read again, and the result was shared with every agency.",
    "working_note": "",
    "barrier": "Recruitment to the two new posts took longer than planned.",
}


class Broken(Exception):
    """An application did not answer as it should, so there is nothing to measure."""


@dataclass
class Answer:
    status: int
    body: bytes
    seconds: float
    location: str


@dataclass
class Browser:
    """A signed-in reader of one application."""

    port: int
    session: str
    connection: HTTPConnection | None = None
    used_at: float = 0.0
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None, afresh: bool = False) -> Answer:
        """The seconds are from sending the request to the last byte of the answer, without opening the connection."""
        self.connect(afresh)
        cookies = {"sessionid": self.session} | self.cookies
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        body = None
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}/",
            }
            body = urlencode(form)
        began = time.perf_counter()
        self.connection.request("GET" if form is None else "POST", path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - began
        self.used_at = time.monotonic()
        for name, morsel in SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie") or [])).items():
            if name == "csrftoken":
                self.cookies[name] = morsel.value
        return Answer(answer.status, content, seconds, answer.headers.get("Location", ""))

    def connect(self, afresh: bool) -> None:
        if self.connection and (afresh or time.monotonic() - self.used_at > IDLE):
            self.connection.close()
            self.connection = None
        if not self.connection:
            self.connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
            self.connection.connect()

    def get(self, path: str, afresh: bool = False) -> Answer:
        return _expect(200, self.ask(path, afresh=afresh), path)

    def post(self, path: str) -> Answer:
        """Opens the form, which is not timed, and posts it."""
        form = FORM | pages.hidden_inputs(self.get(path).body)
        return _expect(302, self.ask(path, form), path)


@dataclass(frozen=True)
class Timing:
    """Seconds of each request, in order, and the rows that both applications showed."""

    ours: list[float]
    bare: list[float]
    rows: int

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.bare)

    @property
    def ratio_at_best(self) -> float:
        """Of the fastest request of each: what is left when the machine does nothing else."""
        return min(self.ours) / min(self.bare)


def compare_pages(
    ours: tuple[Browser, str], bare: tuple[Browser, str], read: Callable[[bytes], list], times: int, warm_up: int
) -> Timing:
    """Asks for a page in turn. Raises Broken unless both show the same rows, and at least one, first and last."""
    for _ in range(warm_up):  # on new connections, so that every worker gets some
        for browser, path in (ours, bare):
            browser.get(path, afresh=True)
    seconds: tuple[list[float], list[float]] = ([], [])
    rows = 0
    for number in range(times):
        answers = [browser.get(path) for browser, path in (ours, bare)]
        for kept, answer in zip(seconds, answers, strict=True):
            kept.append(answer.seconds)
        if number in {0, times - 1}:
            rows = _same_rows(*(read(answer.body) for answer in answers), ours[1])
    return Timing(*seconds, rows)


def compare_posts(ours: tuple[Browser, list[str]], bare: tuple[Browser, list[str]], times: int, warm_up: int) -> Timing:
    """Posts updates in turn, each on the next action of the list."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(warm_up + times):
        for kept, (browser, paths) in zip(seconds, (ours, bare), strict=True):
            answer = browser.post(paths[number % len(paths)])
            if number >= warm_up:
                kept.append(answer.seconds)
            if number in {0, warm_up + times - 1} and FORM["wording"].encode() not in browser.get(answer.location).body:
                raise Broken(f"The update posted at {paths[number % len(paths)]} does not show.")
    return Timing(*seconds, 1)


def _same_rows(ours: list, bare: list, path: str) -> int:
    if not ours or ours != bare:
        raise Broken(f"{path} shows {len(ours)} rows, the bare view {len(bare)}; they are not the same.")
    return len(ours)


def _expect(status: int, answer: Answer, path: str) -> Answer:
    if answer.status != status:
        raise Broken(f"{path} answered {answer.status} instead of {status}.")
    return answer


__all__ = ["Answer", "Broken", "Browser", "HTTPException", "Timing", "compare_pages", "compare_posts"]
