"""News for whoever wrote an update: its wording was returned before it was published, or the completion that it says.

It goes to the writer, for as long as they may post on the action and have not done anything about it.
"""

from datetime import date, datetime
from typing import cast

from django.db.models import Exists, F, OuterRef, Subquery

from actionplans.models import OVER, Action, Plan, ProgressUpdate, Status, UpdateDraft, Verification
from actionplans.permissions import Posting
from actionplans.reminders.news import Period, Told
from actionplans.reminders.rules import Capacity, Kind
from core import clock
from partnerships.models import User


class Returns:
    """What was returned and can be told in a period, and who may still post. Two queries where there is nothing, else
    four or five.
    """

    def __init__(self, period: Period) -> None:
        returned = [*_wordings(period), *_completions(period)]
        self.told = list(dict.fromkeys(_told(*each) for each in returned))
        if self.told:
            people = {each.user.pk for each in self.told}
            self.posting = Posting(people, {action.pk: action for *_, action, _ in returned}, period.first, period.last)

    def holds(self, told: Told, on: date) -> bool:
        return self.posting.may(told.user.pk, told.action_id, on)


Returned = tuple[Kind, User, Action, datetime]


def _wordings(period: Period) -> list[Returned]:
    """Drafts that lie as they were returned: not sent again, and not touched since by their writer, who has seen it."""
    found = UpdateDraft.objects.filter(returned_at__gte=period.since, returned_at__lt=period.until, sent_at=None)
    found = found.filter(saved_at__lte=F("returned_at")).exclude(returned_by="")
    found = found.exclude(action__status__in=OVER).exclude(action__plan__status=Plan.Status.CLOSED)
    found = found.filter(action__plan=period.plan) if period.plan else found
    rows = found.select_related("user", "action__plan").order_by("pk")
    return [(Kind.WORDING_RETURNED, row.user, row.action, cast(datetime, row.returned_at)) for row in rows]


def _completions(period: Period) -> list[Returned]:
    """Completions that a verifier returned and after which nothing was posted; the writer is whoever said it last."""
    updates = ProgressUpdate.objects.filter(action=OuterRef("action")).order_by("-seq")
    said = updates.filter(status=Status.COMPLETED, seq__lt=OuterRef("seq"))
    found = Verification.objects.filter(recorded_at__gte=period.since, recorded_at__lt=period.until)
    found = found.filter(is_accepted=False, imported=False).exclude(Exists(updates.filter(seq__gt=OuterRef("seq"))))
    found = found.exclude(action__status__in=OVER).exclude(plan__status=Plan.Status.CLOSED)
    found = found.filter(plan=period.plan) if period.plan else found
    rows = list(found.annotate(writer=Subquery(said.values("by")[:1])).select_related("action__plan").order_by("pk"))
    writers = User.objects.in_bulk({row.writer for row in rows if row.writer}) if rows else {}
    return [
        (Kind.DONE_RETURNED, writers[row.writer], cast(Action, row.action), row.recorded_at)
        for row in rows
        if row.writer
    ]


def _told(kind: Kind, user: User, action: Action, at: datetime) -> Told:
    return Told(
        user=user,
        kind=str(kind),
        capacity=str(Capacity.WRITER),
        action_id=action.pk,
        plan_id=action.plan_id,
        partnership_id=action.plan.partnership_id,
        on=clock.day_of(at),
    )
