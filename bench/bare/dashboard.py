"""The numbers of the bare dashboard, counted from the actions as they are today."""

from collections import Counter
from datetime import date

from actionplans.models import Action, Round, Status, Verification, overdue_round
from bench.bare.export import short_of

BANDS = (("0-3 months", 92), ("3-6 months", 183), ("6-12 months", 365), ("over 12 months", 10**6))


def counts_of(actions: list[Action], rounds: list[Round], today: date) -> dict:
    late = [each.days_late(today) for each in actions]
    due = [each for each in actions if each.original_due_on and each.original_due_on <= today]
    done = {
        "Owner says done": sum(each.is_done for each in due),
        "Verified by somebody else": sum(each.status in (Status.VERIFIED, Status.CLOSED) for each in due),
        "Closed by a group": sum(each.status == Status.CLOSED for each in due),
    }
    statuses = Counter(each.status for each in actions)
    return {
        "actions": len(actions),
        "open": sum(each.is_open for each in actions),
        "overdue": sum(days > 0 for days in late),
        "longest": max(late, default=0),
        "no_update": sum(each.is_open and overdue_round(each, rounds, today) is not None for each in actions),
        "moved": sum(each.date_changes > 0 for each in actions),
        "status": [(status.label, statuses[status]) for status in Status if statuses[status]],
        "rag": Counter(each.rag(today).word for each in actions).items(),
        "due": len(due),
        "done": [(label, count, round(100 * count / len(due)) if due else None) for label, count in done.items()],
        "ageing_original": _ageing(each.days_past_original(today) for each in actions),
        "ageing_current": _ageing(late),
    }


def exceptions_of(actions: list[Action], rounds: list[Round], holders: dict[int, str], today: date) -> list[tuple]:
    """(what, action, owner, detail) for the late, the silent, the returned, the not improved, the moved, the vacant."""
    last = {}
    for said in Verification.objects.filter(action__in=actions).order_by("pk"):
        last[said.action_id] = said
    found = []
    for each in actions:
        owner = f"{each.lead_post} ({holders.get(each.lead_post_id, 'vacant')})"
        verification = last.get(each.pk)
        if days := each.days_late(today):
            found.append(("Overdue", each, owner, f"{days} days past {each.current_due_on:%-d %B %Y}"))
        if each.is_open and (missed := overdue_round(each, rounds, today)):
            detail = f"None since {each.last_update_on:%-d %B %Y}; due by {missed.updates_due_on:%-d %B %Y}"
            found.append(("No update", each, owner, detail))
        if verification and not verification.is_accepted and each.is_open:
            found.append(("Returned", each, owner, f"{verification.statement} ({verification.verifier})"))
        if each.is_done and (short := [said for said in map(short_of, each.measures.all()) if said]):
            found.append(("Done but not improved enough", each, owner, "; ".join(short)))
        if each.date_changes and each.is_open:
            detail = (
                f"{each.date_changes} times, from {each.original_due_on:%-d %B %Y} to {each.current_due_on:%-d %B %Y}"
            )
            found.append(("Date moved", each, owner, detail))
        if each.is_open and each.lead_post_id not in holders:
            found.append(("Post vacant", each, owner, f"Nobody holds the post on {today:%-d %B %Y}"))
    return found


def _ageing(days) -> list[tuple[str, int]]:
    counts = Counter(next(label for label, limit in BANDS if each <= limit) for each in days if each > 0)
    return [(label, counts[label]) for label, _ in BANDS]
