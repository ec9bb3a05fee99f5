"""What the pages that write share: doing a verb for a form, and for which post a person speaks."""

from collections.abc import Callable
from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from actionplans.models import Action
from actionplans.operations import Actor
from actionplans.views.reading import SignedIn
from core import audit
from core.checked_forms import REASON, CheckedForm
from partnerships.models import Holding, Partnership, User
from partnerships.permissions import speaks_for


def attempt(request: SignedIn, form: CheckedForm, verb: Callable[[], object], *, about: object, now: datetime) -> bool:
    """Whether a verb was done. What it refuses is shown on the form; what the form let through is recorded."""
    try:
        with transaction.atomic():
            verb()
            record_passed(request, form, about=about, now=now)
    except ValidationError as refusal:
        form.take(refusal)
        return False
    return True


def see_the_latest(form: forms.Form, latest: int | str) -> None:
    """What was written up to the row of that number, or has that mark, is on the page: whoever sends the form again has
    read it.
    """
    form["seen"].initial = latest  # a bound field keeps what it was first asked for
    if form.is_bound:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["seen"] = latest  # type: ignore[index]


def record_passed(request: SignedIn, form: CheckedForm, *, about: object, now: datetime) -> None:
    """Records what looked like personal data and was let through with a reason."""
    if form.passed:
        reason = {"reason": form.cleaned_data[REASON], "kinds": form.passed}
        audit.record(who=request.user, what="passed the personal data check", about=str(about)[:300], at=now, **reason)


def author(user: User, action: Action, on: date) -> Actor:
    """The person who writes about an action: for its post where they answer for it on the day, else for their own."""
    answers = speaks_for(user, action.lead_post_id, on)
    return Actor(user, action.lead_post) if answers else speaker(user, action.plan.partnership, on)


def speaker(user: User, partnership: Partnership, on: date) -> Actor:
    """The person, for the post of that partnership that they hold on the day, if any."""
    held = Holding.objects.on(on).filter(user=user, post__partnership=partnership, kind=Holding.Kind.HOLDER)
    holding = held.select_related("post").order_by("starts_on", "pk").first()
    return Actor(user, holding.post if holding else None)
