"""Chooses what a run looks at and makes the sessions of its readers; prints both as JSON.

The list is the first page of the large partnership, the plan its first, and the action the one of that plan with the
longest history. Updates are posted on plans of other partnerships, one for each application, because the bare one
breaks the chain.
"""

import json
import os
from importlib import import_module

import django

if __name__ == "__main__":  # before anything is imported that has models
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Count
from django.urls import reverse

from actionplans.models import Action, Plan, Status
from core import clock
from partnerships.models import Partnership, User
from partnerships.roles import Role

BACKENDS = {"ours": settings.AUTHENTICATION_BACKENDS[0], "bare": "django.contrib.auth.backends.ModelBackend"}


def subjects() -> dict:
    first, second, third = Partnership.objects.order_by("pk")[:3]
    plan = first.plans.order_by("pk")[0]
    action = plan.actions.annotate(rows=Count("entries")).order_by("-rows", "pk")[0]
    paths = {
        "ours": {
            "late": reverse("actionplans:late", args=[first.slug]),
            "dashboard": plan.get_absolute_url(),
            "action": action.get_absolute_url(),
            "csv": reverse("actionplans:actions-csv"),
            "posts": [each.get_update_url() for each in _open_actions(second)],
        },
        "bare": {
            "late": f"/late/{first.slug}/",
            "dashboard": f"/plans/{plan.slug}/",
            "action": f"/plans/{plan.slug}/{action.ref}/",
            "csv": "/actions.csv",
            "posts": [f"/plans/{each.plan.slug}/{each.ref}/update/" for each in _open_actions(third)],
        },
    }
    everywhere = User.objects.get(email="national@bench.example")
    for name, found in paths.items():
        found["session"] = session(_coordinator(first), name)
        found["session_csv"] = session(everywhere, name)
        found["session_posts"] = session(_coordinator(second if name == "ours" else third), name)
    return {
        **paths,
        "actions": Action.objects.count(),
        "late_rows": min(50, Action.objects.filter(plan__partnership=first).overdue(clock.today()).count()),
        "plan_rows": plan.actions.count(),
        "history_rows": action.entries.count(),
        "plans": Plan.objects.count(),
    }


def session(user: User, application: str) -> str:
    """The key of a session in which the person is signed in to one of the applications."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = BACKENDS[application]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return store.session_key


def _coordinator(partnership: Partnership) -> User:
    return User.objects.get(memberships__partnership=partnership, memberships__role=Role.COORDINATOR)


def _open_actions(partnership: Partnership) -> list[Action]:
    found = Action.objects.filter(plan__partnership=partnership, status=Status.IN_PROGRESS)
    return list(found.select_related("plan").order_by("pk")[:20])


if __name__ == "__main__":
    print(json.dumps(subjects()))
