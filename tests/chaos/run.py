"""A fault-injection run: python -m tests.chaos.run

KILLS (200) is how many processes must at least have been killed, PEOPLE (300) how many are owed reminders, SEED draws
the same faults again, as far as processes that run at once can be made to repeat themselves. Exit 1 when anything does
not hold.
"""

import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from random import Random, SystemRandom

import django

from tests import services

ROOT = Path(__file__).resolve().parent.parent.parent
TIMEOUT = 1  # seconds that the service waits for the mail server; the lease of a claim is twenty times that
HOST = "chaos.example"


def main() -> int:
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(1_000_000))
    kills, people = int(os.environ.get("KILLS") or 200), int(os.environ.get("PEOPLE") or 300)
    print(f"seed {seed}, at least {kills} kills, {people} people", flush=True)
    with ExitStack() as stack:
        place = stack.enter_context(services.folder("followthrough-chaos-"))
        os.environ |= environment(place, stack.enter_context(services.postgresql()))
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
        django.setup()
        return lived(stack, place, seed, kills, people)


def environment(place: Path, database_url: str) -> dict[str, str]:
    ahead = place / "seconds-ahead"
    ahead.write_text("0", encoding="utf-8")
    return {
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        "SECONDS_AHEAD": str(ahead),
        "DATABASE_URL": database_url,
        "SITE_URL": f"http://{HOST}",
        "SECRET_KEY": "the-chaos-own-key-of-fifty-characters-not-a-secret",
        "ALLOWED_HOSTS": HOST,
        "EMAIL_TIMEOUT": str(TIMEOUT),
        "MEDIA_ROOT": str(place / "files"),
        "MAIL_DIR": "",
        "DEMO": "0",
        "DEBUG": "0",
        "EMAIL_URL": "smtp://127.0.0.1:1",  # the workers get the real one
        "TIME_ZONE": "Europe/London",
        "CLAMAV_URL": "",
    }


def lived(stack: ExitStack, place: Path, seed: int, kills: int, people: int) -> int:
    """Runs the story and tells what came of it; 1 when something does not hold."""
    # These have models, or are for those who have, and the database has only now got its address.
    from tests.chaos.mailserver import MailServer
    from tests.chaos.processes import Processes
    from tests.chaos.story import Story
    from tests.chaos.verdict import Book, faults, rows

    processes = Processes(place, dict(os.environ), Random(seed + 1))
    server = MailServer(Random(seed), TIMEOUT, lambda address: address.startswith("gone"), processes.kill_sender)
    server.start()
    stack.callback(server.stop)
    processes.start_redis()
    stack.callback(processes.stop_all)
    processes.environment |= {"REDIS_URL": processes.redis_url, "EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
    processes.start_all()
    story = Story(processes, server, Path(os.environ["SECONDS_AHEAD"]), Random(seed + 2), kills)
    story.live(people, max(3, min(20, kills // 3)), lambda line: print(line, flush=True))
    processes.stop_all()
    found, book = rows(), Book(server.taken, server.unheard, server.recipients)
    wrong = faults(found, book, story.owners, story.weeks)
    if story.kills < kills:
        wrong.append(f"only {story.kills} of {kills} kills")
    table(found, book, story, server)
    if wrong:
        print(f"\nDOES NOT HOLD (seed {seed}):", *wrong[:40], f"{len(wrong)} in all", sep="\n  ")
        print((services.log_of(place)).read_text(errors="replace")[-6000:])
    else:
        print(f"\nAll holds (seed {seed}).")
    return 1 if wrong else 0


def table(found: list, book, story, server) -> None:
    states = Counter(row.state for row in found)
    lost = sum(count for name, count in server.faults.items() if name in {"taken: drop", "taken: stall"})
    numbers = {
        "weeks lived through": story.weeks,
        "clock moved": story.moves,
        "messages planned": len(found),
        "accepted": states["sent"],
        "refused for good": states["refused"],
        "withdrawn": states["withdrawn"],
        "taken by the server": book.taken.total(),
        "duplicates": book.duplicates,
        "taken, and the answer not heard": book.unheard.total(),
        "kills": story.kills,
        "connections lost after DATA on purpose": lost,
    }
    print()
    for name, number in numbers.items():
        print(f"{name:40} {number:6}")
    told = {"kills": story.processes.kills, "ended of themselves": story.processes.revived}
    for title, counts in (told | {"faults of the mail server": server.faults}).items():
        print(f"{title}: {', '.join(f'{name} {count}' for name, count in sorted(counts.items()))}")


if __name__ == "__main__":
    sys.exit(main())
