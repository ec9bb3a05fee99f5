"""The benchmark: python -m bench.run [small|scotland|uk]

Exit 0 also when an aim is missed, which the table says; 1 when something is broken.
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from http.client import HTTPException

from bench import pages
from bench.load import Broken, Browser, Timing, compare_pages, compare_posts
from bench.reminders import reminders_in_words
from bench.report import WORKS, Line, write_report
from bench.servers import ROOT, environment, gunicorn
from tests.services import ServiceError

TIMES, WARM_UP = 40, 12
TIMES_CSV, WARM_UP_CSV = 5, 1
# Of the reminders: owners and late actions and rounds of delivering, and open actions among which a day is planned.
MAIL = {"small": (("80", "300", "3"), "50000")}
MAIL_AT_SCALE = (("800", "3000", "5"), "1000000")
READS = {
    "late": pages.refs,
    "dashboard": pages.sorted_refs,
    "action": pages.days_of_history,
    "csv": pages.records_of_csv,
}


def run(size: str) -> None:
    with ExitStack() as stack:
        variables = stack.enter_context(environment())
        os.environ.clear()
        os.environ.update(variables)
        say("data")
        python("manage.py", "collectstatic", "--no-input", "-v0")
        python("manage.py", "migrate", "--no-input", "-v0")
        python("-m", "bench.data", size)
        subjects = json.loads(python("-m", "bench.subjects", quiet=True))
        say("servers")
        ports = {name: stack.enter_context(gunicorn(name)) for name in ("ours", "bare")}
        timings = {}
        for work in WORKS:
            say(work.label)
            timings[work.name] = measure(work.name, subjects, ports)
        say("queries")
        counts = {
            name: json.loads(python("-m", "bench.counting", name, quiet=True, given=json.dumps(subjects[name])))
            for name in ports
        }
        say("papers")
        papers = python("-m", "bench.papers", quiet=True).splitlines()
    reminders = measure_reminders(*MAIL.get(size, MAIL_AT_SCALE))
    lines = [Line(each, timings[each.name], counts["ours"][each.name], counts["bare"][each.name]) for each in WORKS]
    write_report(size, subjects, lines, papers, reminders)


def measure_reminders(mail: tuple[str, ...], actions: str) -> list[str]:
    """In a database of their own: what is late there would be late on the pages too."""
    with environment() as variables:
        os.environ.update(variables)
        python("manage.py", "migrate", "--no-input", "-v0")
        say("reminders: delivering")
        delivering = json.loads(python("-m", "bench.delivery", *mail, quiet=True))
    with environment() as variables:
        os.environ.update(variables)
        python("manage.py", "migrate", "--no-input", "-v0")
        say("reminders: planning")
        return reminders_in_words(delivering, json.loads(python("-m", "bench.planning", actions, quiet=True)))


def measure(work: str, subjects: dict, ports: dict[str, int]) -> Timing:
    kind = {"csv": "session_csv", "post": "session_posts"}.get(work, "session")
    ours, bare = (Browser(ports[name], subjects[name][kind]) for name in ("ours", "bare"))
    if work == "post":
        pair = (ours, subjects["ours"]["posts"]), (bare, subjects["bare"]["posts"])
        return compare_posts(*pair, times=TIMES, warm_up=WARM_UP)
    times, warm_up = (TIMES_CSV, WARM_UP_CSV) if work == "csv" else (TIMES, WARM_UP)
    pair = (ours, subjects["ours"][work]), (bare, subjects["bare"][work])
    return compare_pages(*pair, read=READS[work], times=times, warm_up=warm_up)


def python(*arguments: str, quiet: bool = False, given: str = "") -> str:
    """Runs Python at the root of the repository. Raises Broken when it fails; gives its output when `quiet`."""
    output = subprocess.PIPE if quiet else None
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, input=given, stdout=output, text=True, check=False)
    if done.returncode:
        raise Broken(f"python {' '.join(arguments)} failed.")
    return done.stdout or ""


def say(what: str) -> None:
    print(f"— {what}", flush=True)


def main() -> int:
    size = sys.argv[1] if len(sys.argv) > 1 else "scotland"
    try:
        run(size)
    except (Broken, ServiceError, HTTPException, OSError) as problem:
        print(f"The benchmark is broken: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
