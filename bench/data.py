"""Makes the benchmark's data in an empty database: python -m bench.data [small|scotland|uk]

Everything is drawn from one seed and told backwards from today, so that two runs on one day give the same rows.
Histories are replayed in the order of time across all plans, as they would have been written.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from random import Random

import django
from django.db import connection, transaction

if __name__ == "__main__":  # before anything is imported that has models
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from bench.history import History
from bench.organisations import UNUSABLE, make_organisation
from bench.plans import make_plan
from bench.writing import Writer
from core import clock
from inspections.models import ScrutinyBody
from partnerships.models import Membership, Partnership, User
from partnerships.roles import Role

SEED = 2012
PLANS_OF_THE_FIRST = 6  # the first partnership is a large one: its late actions fill a page of 50


@dataclass(frozen=True)
class Size:
    partnerships: int
    actions: int
    updates: int

    @property
    def plans(self) -> int:
        return self.partnerships - 1 + PLANS_OF_THE_FIRST


SIZES = {
    "small": Size(28, 2_000, 20_000),
    "scotland": Size(321, 20_000, 200_000),
    "uk": Size(963, 60_000, 600_000),
}


class NotEmpty(Exception):
    """The database holds partnerships already. Give the benchmark an empty one."""


def make_data(size: Size, today: date, say: Callable[[str], None] = lambda line: None) -> int:
    """Writes everything in one transaction; gives the number of rows. Raises NotEmpty."""
    if Partnership.objects.exists():
        raise NotEmpty(NotEmpty.__doc__)
    random, writer, began = Random(SEED), Writer(), time.monotonic()
    with transaction.atomic():
        body = writer.new(ScrutinyBody, slug="inspectorate", name="Inspectorate")
        organisations = [make_organisation(number, today, writer, random) for number in range(1, size.partnerships + 1)]
        everywhere = writer.new(User, email="national@bench.example", name="National reader", password=UNUSABLE)
        for each in organisations:
            writer.new(Membership, user=everywhere, partnership=each.partnership, role=Role.ADMINISTRATOR)
        say(f"{len(organisations):,} partnerships")
        shares = iter(_shares(size, random))
        made, events = [], []
        for number in range(size.plans):
            organisation = organisations[max(0, number - PLANS_OF_THE_FIRST + 1)]
            wanted = [next(shares) for _ in range(_part(size.actions, size.plans, number))]
            plan = make_plan(number + 1, organisation, body, wanted, today, writer, random)
            made.append(plan)
            events += plan.events(today - timedelta(days=1))
        events.sort(key=attrgetter("on"))
        say(f"{len(made):,} plans, {size.actions:,} actions, {len(events):,} events to come")
        history = History({each.partnership.pk: each for each in organisations}, writer, random)
        for number, event in enumerate(events, start=1):
            history.replay(event)
            if number % 50_000 == 0:
                say(f"{number:,} events, {time.monotonic() - began:.0f} s")
        for each in made:
            each.write(writer)
        writer.finish()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if _may_vacuum() else "ANALYZE")
    say(f"{writer.written:,} rows in {time.monotonic() - began:.0f} s")
    return writer.written


def _shares(size: Size, random: Random) -> list[int]:
    """How many updates each action has: more or fewer than the mean in pairs, so that the sum is as asked."""
    mean, rest = divmod(size.updates, size.actions)
    shares = [mean] * size.actions
    for place in range(0, size.actions - 1, 2):
        more = random.randint(0, mean // 2)
        shares[place] += more
        shares[place + 1] -= more
    shares[-1] += rest
    return shares


def _part(whole: int, parts: int, number: int) -> int:
    """The size of a part when a whole is divided as evenly as it can be."""
    return whole * (number + 1) // parts - whole * number // parts


def _may_vacuum() -> bool:
    """Not inside a test's transaction, and only where ANALYZE can be part of it."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def main(name: str) -> int:
    if name not in SIZES:
        print(f"There is no size “{name}”. Choose {', '.join(SIZES)}.", file=sys.stderr)
        return 2
    try:
        make_data(SIZES[name], clock.today(), lambda line: print(f"  {line}", flush=True))
    except NotEmpty as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SIZE", "scotland")))
