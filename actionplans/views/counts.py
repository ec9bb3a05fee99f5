"""What the dashboard of a plan says of its actions: every number with the way to the list of what it counts."""

from typing import Any

from django.urls import reverse

from actionplans.asat import Whole
from actionplans.bars import NARROW, WIDE, status_bars, status_rows
from actionplans.course import Course, Kept, Promised
from actionplans.figures import Figures, figures, statuses
from actionplans.forecast import forecast
from actionplans.forms.filters import Sections
from actionplans.papers.rows import exceptions
from actionplans.promised import promised_charts
from actionplans.rag import RULE, RULE_VERSION
from actionplans.traits import AHEAD, BANDS, TRAITS, band_key
from actionplans.views.days import Since
from actionplans.views.links import Count, Links

FIRST_EXCEPTIONS = 8  # that are shown before "show all"


def told(whole: Whole, course: Course, sections: Sections, links: Links, since: Since) -> dict[str, Any]:
    """What the page says of all actions, whatever is filtered: each number with the way to its rows."""
    on, stood = course.on, whole.stood
    counts = figures(stood, on)
    rows = exceptions(stood)
    begun = whole.life.versions[0].happened_on if whole.life.versions else None
    points = course.burn_up(begun)
    return {
        "figures": counts,
        "sentence": _sentence(counts, course.moved_since(since.on), since, links),
        "figure_items": _figure_items(counts, links),
        "bars": status_bars(counts.status),
        "by_recommendation": _by_recommendation(sections, counts, links),
        "row_bars": [bars for size in (WIDE, NARROW) if (bars := status_rows(_named(sections), size))],
        "rag_rule": f"{RULE}, version {RULE_VERSION}",
        "rag_counts": [(word, links.count(count, word, rag=word)) for word, count in counts.rag],
        "rag_by_hand": links.trait(len(TRAITS["rag-by-hand"].among(stood)), "rag-by-hand"),
        "rates": _rates(counts, links),
        "ageing": [(label, *_band(counts, label, links)) for label, _ in BANDS],
        "exceptions": rows[:FIRST_EXCEPTIONS],
        "more_exceptions": rows[FIRST_EXCEPTIONS:],
        "burn_up": promised_charts(points, "burn-up"),
        "burn_up_rows": [_point(each, links) for each in points if each.done is not None],
        "ahead": [links.trait(len(TRAITS[f"due-in-{days}"].among(stood)), f"due-in-{days}") for days in AHEAD],
        "forecast": forecast(stood, course, begun),
    }


def _sentence(counts: Figures, moved: int, start: Since, links: Links) -> list[Count | str]:
    """The figures in plain English, each number with its rows: words, and counts to link."""
    if not counts.actions:
        return ["This plan has no actions yet."]
    said: list[Count | str] = ["No action was due by now; "]
    if counts.due_by_original:
        verified = links.trait(counts.verified_of_due, "verified-of-due")
        due = links.trait(counts.due_by_original, "due")
        one = counts.verified_of_due == 1
        said = [
            verified,
            " of ",
            due,
            f" action{_s(counts.due_by_original)} due by now {'is' if one else 'are'} verified; ",
        ]
    if counts.overdue:
        longest = f"{counts.longest_late} day{_s(counts.longest_late)}"
        by = f" is late, by {longest}" if counts.overdue == 1 else f" are late, the longest by {longest}"
        said += [links.trait(counts.overdue, "overdue"), f"{by}; "]
    else:
        said += ["none is late; "]
    since = f"since {start.words}."
    if not moved:
        return [*said, f"no date was moved {since}"]
    changes = reverse("actionplans:plan-changes", args=[links.slug], query={"from": start.on, "to": links.day.on})
    return [*said, Count(moved, f"{changes}#moved"), f" date{' was' if moved == 1 else 's were'} moved {since}"]


def _figure_items(counts: Figures, links: Links) -> list[dict]:
    rate = "none due" if counts.implementation_rate is None else f"{counts.implementation_rate}%"
    return [
        {
            "label": "Overdue",
            "value": counts.overdue,
            "note": f"longest {counts.longest_late} day{_s(counts.longest_late)}" if counts.overdue else "none is late",
            "url": links.to(show="overdue"),
            "attention": counts.overdue > 0,
        },
        {
            "label": "No update",
            "value": counts.progress_overdue,
            "note": "in the round that has passed",
            "url": links.to(show="no-update"),
            "attention": counts.progress_overdue > 0,
        },
        {"label": "Date moved", "value": counts.revised, "note": "at least once", "url": links.to(show="moved")},
        {"label": "Open", "value": counts.open, "note": f"of {counts.actions} actions", "url": links.to(show="open")},
        {
            "label": "Closed of those due",
            "value": rate,
            "note": f"{counts.closed_of_due} of {counts.due_by_original} due by their original date",
            "url": links.to(show="closed-of-due"),
        },
    ]


def _rates(counts: Figures, links: Links) -> list[dict]:
    return [
        {"label": label, "count": links.trait(count, key), "rate": rate}
        for label, key, count, rate in (
            ("Owner says done", "done-of-due", counts.said_done_of_due, counts.said_done_rate),
            ("Verified by somebody else", "verified-of-due", counts.verified_of_due, counts.verified_rate),
            ("Closed by a group", "closed-of-due", counts.closed_of_due, counts.implementation_rate),
        )
    ]


def _band(counts: Figures, label: str, links: Links) -> tuple[Count, Count]:
    original, current = dict(counts.ageing_original)[label], dict(counts.ageing_current)[label]
    return links.trait(original, band_key("original", label)), links.trait(current, band_key("current", label))


def _named(sections: Sections) -> list[tuple[str, Any]]:
    return [(recommendation.number, statuses(stood)) for recommendation, stood in sections]


def _by_recommendation(sections: Sections, counts: Figures, links: Links) -> dict[str, Any]:
    """The counts of the chart as a table: a row a recommendation, a column a status, and the actions each once."""
    columns = [(slug, label) for slug, label, _ in counts.status]
    rows = []
    for recommendation, stood in sections:
        found: dict[str, int] = {slug: count for slug, _, count in statuses(stood)}
        asked: dict[str, Any] = {"recommendation": recommendation.pk}
        cells = [links.count(found.get(slug, 0), status=slug, **asked) for slug, _ in columns]
        late = len(TRAITS["overdue"].among(stood))
        rows.append(
            {
                "recommendation": recommendation,
                "cells": cells,
                "late": links.count(late, "overdue", show="overdue", **asked),
                "total": links.count(len(stood), **asked),
            }
        )
    every = {slug: count for slug, _, count in counts.status}
    return {
        "columns": [label for _, label in columns],
        "rows": rows,
        "totals": [links.count(every[slug], status=slug) for slug, _ in columns],
        "late": links.trait(counts.overdue, "overdue"),
        "total": links.count(counts.actions),
    }


def _point(each: Promised, links: Links) -> dict[str, Any]:
    def count(value: int | None, key: str) -> Count:
        return links.count(value or 0, on=each.on, show=key)

    return {
        "on": each.on,
        "promised": count(each.promised, "due"),
        "done": count(each.done, "done"),
        "verified": count(each.verified, "verified"),
        "closed": count(each.closed, "closed"),
    }


def kept_row(each: Kept, links: Links) -> dict[str, Any]:
    """A round and how many actions answered it how."""

    def count(name: str, said: str) -> Count:
        found = getattr(each, name.replace("-", "_"))
        return links.count(len(found), said, round=each.round.pk, answer=name)

    said = {"owed": "asked for an update", "in-time": "in time", "late": "late", "missing": "not at all"}
    return {"round": each.round} | {name.replace("-", "_"): count(name, words) for name, words in said.items()}


def _s(count: int) -> str:
    return "" if count == 1 else "s"
