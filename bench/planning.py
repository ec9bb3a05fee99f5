"""What planning a day reads when there are a million open actions: python -m bench.planning [ACTIONS]

Prints as JSON what each of the queries for candidates read, by PostgreSQL's own count, and how long planning took.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

import django

if __name__ == "__main__":  # before anything is imported that has models
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()

from django.db import connection, transaction
from django.db.models import QuerySet

from actionplans import reminders
from actionplans.models import Action, Chase, Message, Plan
from actionplans.reminders.due import COLUMNS
from actionplans.reminders.planning import candidates
from bench.delivery import working_day
from core import clock

ACTIONS = 1_000_000
ACTIONS_OF_A_PLAN = 100
LATE_OF_A_THOUSAND = 20
ANSWERED = 995  # of a thousand plans: every action has an update since the round opened
TABLE = Action._meta.db_table
MOST_READ = 5  # rows of actions for each one that is due: a plan whose round closes soon may be read whole
NOTHING = 1000  # rows that are read as fast as none: a few small plans may be read whole


@dataclass(frozen=True)
class Reading:
    """What one query did: rows of actions that it touched, found or thrown away, and rows that it gave."""

    read: int
    found: int
    scans: list[str]  # how the table of actions was reached
    milliseconds: float
    plan: str

    @property
    def is_lean(self) -> bool:
        return "Seq Scan" not in self.scans and self.read <= MOST_READ * self.found + NOTHING


def make_actions(count: int, on: date) -> None:
    """Open actions by the thousand: 20 in 1,000 late, 15 due within a fortnight, the others later. By INSERT … SELECT.

    Each plan has a round that has passed and, in 5 of 1,000, no update since; in one of 50 the next closes within a
    week, and waits for the update of one action in five.
    """
    plans = max(1, count // ACTIONS_OF_A_PLAN)
    numbers = {"plans": plans, "count": count, "each": ACTIONS_OF_A_PLAN, "on": on, "answered": ANSWERED}
    numbers |= {"late": LATE_OF_A_THOUSAND, "soon": LATE_OF_A_THOUSAND + 15}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, numbers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")


STATEMENTS = (
    "INSERT INTO partnerships_partnership (id, slug, name) VALUES (900001, 'million', 'Million')",
    """INSERT INTO partnerships_user (id, email, name, password, is_superuser, is_active, signs_in, is_weekly,
                                      mail_failure)
       SELECT 900000 + n, 'million' || n || '@x.example', 'Person ' || n, '!', false, true, true, false, ''
       FROM generate_series(1, %(plans)s) n""",
    """INSERT INTO partnerships_post (id, partnership_id, title)
       SELECT 900000 + n, 900001, 'Post ' || n FROM generate_series(1, %(plans)s) n""",
    """INSERT INTO partnerships_holding (post_id, user_id, kind, starts_on)
       SELECT 900000 + n, 900000 + n, 'holder', %(on)s - 900 FROM generate_series(1, %(plans)s) n""",
    """INSERT INTO partnerships_group (id, partnership_id, slug, name, kind, paper_days, update_days)
       VALUES (900001, 900001, 'million', 'Million', 'committee', 10, 5)""",
    """INSERT INTO partnerships_meeting (id, group_id, "on", paper_deadline_on)
       VALUES (900001, 900001, %(on)s - 10, %(on)s - 20), (900002, 900001, %(on)s + 60, %(on)s + 50)""",
    """INSERT INTO actionplans_plan (id, slug, partnership_id, title, lead_post_id, status, version, approved_on,
                                     reviews_wording, suppress_under, history_count, history_head)
       SELECT 900000 + n, 'million-' || n, 900001, 'Plan ' || n, 900000 + n, 'active', 1, %(on)s - 500, false, 5, 0, ''
       FROM generate_series(1, %(plans)s) n""",
    """INSERT INTO actionplans_round (plan_id, meeting_id, opens_on, updates_due_on)
       SELECT 900000 + n, 900001, %(on)s - 100, %(on)s - 30 FROM generate_series(1, %(plans)s) n""",
    """INSERT INTO actionplans_round (plan_id, meeting_id, opens_on, updates_due_on)
       SELECT 900000 + n, 900002, %(on)s - 3, %(on)s + CASE WHEN n %% 50 = 0 THEN 5 ELSE 40 END
       FROM generate_series(1, %(plans)s) n""",
    """INSERT INTO actionplans_action (plan_id, position, ref, title, lead_post_id, status, percent, at_risk, barrier,
                                       current_due_on, date_changes, last_update_on, priority, horizon, is_quick_win,
                                       verifier, is_removed, rag_set, rag_reason)
       SELECT 900001 + n / %(each)s, n %% %(each)s, 'L' || n, 'Share the chronology, part ' || n,
              900001 + n %% %(plans)s * 7919 %% %(plans)s, 'in_progress', 10, false, '',
              %(on)s + CASE WHEN n %% 1000 * 7919 %% 1000 < %(late)s THEN -1 - n %% 28
                            WHEN n %% 1000 * 7919 %% 1000 < %(soon)s THEN n %% 14
                            ELSE 30 + n %% 700 END,
              0,
              %(on)s - CASE WHEN n / %(each)s * 7919 %% 1000 < %(answered)s THEN n %% 5 ELSE 120 END,
              '', '', false, '', false, '', ''
       FROM generate_series(0, %(count)s - 1) n""",
)


def readings(on: date) -> Iterator[Reading]:
    """Runs each query as planning does, with EXPLAIN (ANALYZE, BUFFERS)."""
    for found in candidates(on):
        yield reading(found.filter(plan__status=Plan.Status.ACTIVE).values_list(*COLUMNS))


def reading(query: QuerySet) -> Reading:
    sql, values = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", values)
        told = cursor.fetchone()[0][0]
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", values)
        text = "\n".join(line for (line,) in cursor.fetchall())
    nodes = [each for each in walk(told["Plan"]) if each.get("Relation Name") == TABLE]
    read = sum(rows_of(each) for each in nodes)
    scans = sorted({each["Node Type"] for each in nodes})
    return Reading(read, told["Plan"]["Actual Rows"], scans, told["Execution Time"], text)


def walk(node: dict) -> Iterator[dict]:
    yield node
    for each in node.get("Plans", ()):
        yield from walk(each)


def rows_of(node: dict) -> int:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return (node["Actual Rows"] + removed) * node["Actual Loops"]


def measure(count: int) -> dict:
    on = working_day(clock.today())
    began = time.perf_counter()
    make_actions(count, on)
    made = time.perf_counter()
    found = list(readings(on))
    started = time.perf_counter()
    reminders.plan_day(on, clock.at(on, 8))
    return {
        "actions": count,
        "making": made - began,
        "planning": time.perf_counter() - started,
        "messages": Message.objects.filter(on=on).count(),
        "readings": [asdict(each) | {"is_lean": each.is_lean} for each in found],
        "chases": Chase.objects.count(),
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ACTIONS)))
