"""What the pages that write share: doing a verb for a form, and for which post a person speaks."""

from collections.abc import Callable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from actionplans.operations import Actor
from actionplans.views.reading import SignedIn
from core import audit
from core.checked_forms import REASON, CheckedForm
from partnerships.models import Holding, Partnership, User


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


def record_passed(request: SignedIn, form: CheckedForm, *, about: object, now: datetime) -> None:
    """Records what looked like personal data and was let through with a reason."""
    if form.passed:
        reason = {"reason": form.cleaned_data[REASON], "kinds": form.passed}
        audit.record(who=request.user, what="passed the personal data check", about=str(about)[:300], at=now, **reason)


def speaker(user: User, partnership: Partnership, on: date) -> Actor:
    """The person, for the post of that partnership that they hold on the day, if any."""
    held = Holding.objects.on(on).filter(user=user, post__partnership=partnership, kind=Holding.Kind.HOLDER)
    holding = held.select_related("post").order_by("starts_on", "pk").first()
    return Actor(user, holding.post if holding else None)
