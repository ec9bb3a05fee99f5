"""Numbers that lead to the list of exactly what they count: on the dashboard of a plan and on the overviews."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html

from actionplans.figures import Figures
from actionplans.models import Plan, Status
from actionplans.overviews import Asked, Load
from actionplans.snapshots import Point
from actionplans.traits import TRAITS
from actionplans.views.reading import AsAt
from partnerships.models import Partnership


@dataclass(frozen=True)
class Count:
    """A number with the address of the list of what it counts; `label` says what that is to those who hear it.

    Without an address it is a number alone: there is no page of its rows that the reader may see.
    """

    value: int
    url: str
    label: str = ""
    is_bad: bool = False  # any more than none

    @property
    def link(self) -> str:
        """As pages show it. A page has hundreds: written here, because a template takes several times as long."""
        if not (self.value and self.url):
            return str(self.value)
        said = self.label or ("action" if self.value == 1 else "actions")
        bad = " ft-bad" if self.is_bad else ""
        link = '<a class="govuk-link{}" href="{}">{}<span class="govuk-visually-hidden"> {}</span></a>'
        return format_html(link, bad, self.url, self.value, said)


class Links:
    """The addresses of lists of actions on one page, on this day; `name` is whose they are, where several are shown."""

    def __init__(self, page: str, slug: str, day: AsAt, name: str = "") -> None:
        self.page, self.slug, self.day, self.name = reverse(page, args=[slug]), slug, day, name

    def to(self, on: date | None = None, **filters: Any) -> str:
        asked = {} if (on or self.day.on) == self.day.today else {"on": str(on or self.day.on)}
        query = urlencode(asked | filters)
        return f"{self.page}{'?' if query else ''}{query}#actions"

    def count(
        self, value: int, label: str = "", on: date | None = None, *, is_bad: bool = False, **filters: Any
    ) -> Count:
        said = ", ".join(each for each in (label, self.name) if each)
        return Count(value, self.to(on, **filters), said, is_bad)

    def trait(self, value: int, key: str, label: str = "", *, is_bad: bool = False) -> Count:
        return self.count(value, label or TRAITS[key].label, is_bad=is_bad, show=key)


def links_of_plan(plan: Plan, day: AsAt, name: str = "") -> Links:
    return Links("actionplans:plan", plan.slug, day, name)


def links_of_partnership(partnership: Partnership, day: AsAt, name: str = "") -> Links:
    """Of all its agreed plans together."""
    return Links("actionplans:partnership-actions", partnership.slug, day, name)


def figures_row(counts: Figures, links: Links) -> dict[str, Any]:
    """The figures of a plan, or of several, as a row of a table of plans."""
    return {
        "open": links.trait(counts.open, "open", "open"),
        "overdue": links.trait(counts.overdue, "overdue", "overdue", is_bad=True),
        "longest_late": counts.longest_late,
        "no_update": links.trait(counts.progress_overdue, "no-update", "without the update that is due", is_bad=True),
        "moved": links.trait(counts.revised, "moved", "whose date moved"),
        "due": links.trait(counts.due_by_original, "due", "due"),
        "verified_rate": counts.verified_rate,
        "verified": links.trait(counts.verified_of_due, "verified-of-due", "verified"),
        "closed_rate": counts.implementation_rate,
        "closed": links.trait(counts.closed_of_due, "closed-of-due", "closed"),
    }


def load_row(load: Load, links: Links, **of: Any) -> dict[str, Count]:
    """How much somebody has to do, and how late it is; `of` is the filter that names them."""
    return {
        "open": links.count(load.open, "open", show="open", **of),
        "overdue": links.count(load.overdue, "overdue", is_bad=True, show="overdue", **of),
        "no_update": links.count(
            load.progress_overdue, "without the update that is due", is_bad=True, show="no-update", **of
        ),
    }


def trend_row(point: Point, links: Links) -> dict[str, Any]:
    """A month of several plans together; each number leads to the list as at the end of that month."""
    return {
        "on": point.on,
        **{
            key: links.count(getattr(point, key), f"{key} on {point.on:%-d %B %Y}", on=point.on, show=key)
            for key in ("open", "overdue", "closed")
        },
    }


def asked_row(asked: Asked, day: AsAt, *, decides: bool) -> dict[str, Any]:
    """What waits for a group about a plan; `record` is where that is decided, today and for whoever may.

    Later dates are a number alone: no list has those that wait for one group.
    """
    return {
        "plan": asked.plan,
        "dates": Count(asked.dates, ""),
        "closings": Count(asked.closings, links_of_plan(asked.plan, day).to(status=Status.VERIFIED.value)),
        "record": reverse("actionplans:decisions", args=[asked.plan.slug]) if decides and day.is_today else "",
    }
