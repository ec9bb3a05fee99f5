"""What the tests of pages share: addresses, what a page says, and getting an action to where a page begins."""

import html
import re
from datetime import date, timedelta

from django.urls import reverse

from actionplans import operations
from actionplans.models import Action, DateRequest
from actionplans.operations import Actor
from core.working_days import is_working_day

CHI = "0101120001"  # looks like a CHI number: 1 January 2012


def url(name: str, action: Action) -> str:
    return reverse(f"actionplans:{name}", args=[action.plan.slug, action.ref])


def working_day(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def date_of(name: str, day: date) -> dict[str, int]:
    """What the three inputs of a date send."""
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def text(response) -> str:
    return html.unescape(response.content.decode())


def error_of(response, field: str) -> list[str]:
    """What is said beside a field, which the page must show."""
    form = response.context["form"]
    errors = [str(error) for error in form.errors.get(field, [])]
    assert all(error.removesuffix(".") in text(response) for error in errors), "an error is not on the page"
    return errors


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


def ask_for(cast, action: Action, days: int = 30) -> DateRequest:
    return operations.request_date_change(
        action=action,
        to_on=working_day(cast.day(days)),
        reason="The supplier is late",
        by=Actor(cast.owner),
        now=cast.moment(-1),
    )


def verify(cast, action: Action) -> Action:
    operations.verify_action(
        action=action, by=Actor(cast.verifier), verifier="Audit", statement="Ten files read.", now=cast.moment(-1)
    )
    return fresh(action)


def decisions(cast) -> str:
    return reverse("actionplans:decisions", args=[cast.ours.plan.slug])


def at_meeting(cast, **given) -> dict[str, object]:
    return {"meeting": cast.ours.past_meeting.pk, "decided_by": "", "minute": "15/9"} | given


def group_url(cast, name: str = "group", *keys) -> str:
    return reverse(f"actionplans:{name}", args=[cast.ours.partnership.slug, cast.ours.group.slug, *keys])


def table(response, heading: str) -> list[str]:
    """The rows of a table, in words."""
    found = text(response).partition(f"{heading}</caption>")[2].partition("</table>")[0].partition("<tbody")[2]
    return [" ".join(re.sub(r"<[^>]*>", " ", each.partition(">")[2]).split()) for each in found.split("<tr ")[1:]]
