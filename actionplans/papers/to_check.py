"""How a reader of a paper checks years later that the history it was made from is still the same."""

from django.conf import settings
from django.urls import reverse

from actionplans.papers.content import Facts
from actionplans.papers.report import Report

PAGE = "Check on"  # the label of an address: a link on the page of a paper


def to_check(report: Report) -> Facts:
    """The mark; the page for whoever may read the plan; the command for whoever runs the service."""
    page = settings.SITE_URL + reverse("actionplans:plan-check", args=[report.plan_slug])
    command = f"verify_history --plan {report.plan_slug} --against {report.history}"
    return (("History", report.history), (PAGE, page), ("Command", command))
