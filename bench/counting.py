"""Counts the SQL of each piece of work inside one process; subjects as JSON on standard input, counts on output.

    python -m bench.counting ours|bare

Gives two numbers a piece of work: what reads or writes rows, and what only opens, marks or ends a transaction.
"""

import json
import os
import sys

import django

if __name__ == "__main__":  # before anything is imported that has models
    os.environ["DJANGO_SETTINGS_MODULE"] = {"ours": "config.settings", "bare": "bench.bare.settings"}[sys.argv[1]]
    django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.load import FORM
from bench.pages import hidden_inputs

TRANSACTION = ("BEGIN", "SET TRANSACTION", "SAVEPOINT", "RELEASE", "COMMIT")


def count(subject: dict) -> dict[str, tuple[int, int]]:
    counts = {}
    for work in ("late", "dashboard", "action", "csv"):
        client = signed_in(subject["session_csv" if work == "csv" else "session"])
        client.get(subject[work]).getvalue()  # what is only done once does not count
        with CaptureQueriesContext(connection) as captured:
            client.get(subject[work]).getvalue()
        counts[work] = _queries(captured)
    client, path = signed_in(subject["session_posts"]), subject["posts"][0]
    for _ in range(2):
        form = FORM | hidden_inputs(client.get(path).content)
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(path, form)
    if answer.status_code != 302:
        raise SystemExit(f"Posting to {path} answered {answer.status_code}.")
    counts["post"] = _queries(captured)
    return counts


def signed_in(session: str) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def _queries(captured: CaptureQueriesContext) -> tuple[int, int]:
    of_transaction = sum(each["sql"].startswith(TRANSACTION) for each in captured.captured_queries)
    return len(captured) - of_transaction, of_transaction


if __name__ == "__main__":
    print(json.dumps(count(json.load(sys.stdin))))
