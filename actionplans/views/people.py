"""The page of a person in a partnership: what they hold, whether mail reaches them, which reminders they were sent."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actionplans.forms.people import AddressForm
from actionplans.models import Message, Reminder
from actionplans.permissions import may_set_account
from actionplans.proof import proof_rows
from actionplans.views.reading import SignedIn, page, sent
from actionplans.views.writing import attempt
from core import clock
from core.refusal import Refusal
from partnerships import operations as partnering
from partnerships.models import Holding, Partnership, User
from partnerships.permissions import may, people_of, require, roles_of
from partnerships.roles import Permission

MESSAGES = 50


@page
def person(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """To who may see chasing there, and to the person; to everybody else it does not exist."""
    found, someone = visible_person(request, partnership, pk)
    manages = may(request.user, Permission.MANAGE_POSTS, found)
    held = Holding.objects.filter(user=someone, post__partnership=found).select_related("post")
    context = {
        "partnership": found,
        "person": someone,
        "is_member": bool(roles_of(request.user, found)),
        "held": held.order_by("-starts_on", "-pk"),
        "manages": manages,
        "sets_account": manages and may_set_account(request.user, someone),
        "rows": proof_rows(_reminders(someone, found)),
        "most": MESSAGES,
        "today": clock.today(),
    }
    return render(request, "actionplans/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_address(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """Gives a person another e-mail address."""
    now = clock.now()
    found, someone = _managed(request, partnership, pk)
    if not may_set_account(request.user, someone):
        raise PermissionDenied
    form = AddressForm(sent(request))

    def verb() -> None:
        partnering.change_address(user=someone, email=form.cleaned_data["email"], by=request.user, now=now)
        messages.success(request, f"Mail to {someone} now goes to {form.cleaned_data['email'].lower()}.")

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=someone, now=now):
        return redirect("actionplans:person", partnership, pk)
    context = {"form": form, "partnership": found, "person": someone}
    return render(request, "actionplans/person_address.html", context, status=422 if form.errors else 200)


@require_POST
def person_works(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """Takes the mark of a failing address away."""
    _, someone = _managed(request, partnership, pk)
    partnering.mail_works(user=someone, by=request.user, now=clock.now())
    messages.success(request, f"Mail to {someone} is no longer marked as failing.")
    return redirect("actionplans:person", partnership, pk)


@require_POST
def person_account(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """Says whether a person has an account, or gets mail only. What the button wants is said, not toggled."""
    found, someone = _managed(request, partnership, pk)
    if not may_set_account(request.user, someone):
        raise PermissionDenied
    signs_in = {"yes": True, "no": False}.get(request.POST.get("signs_in", ""), someone.signs_in)
    try:
        partnering.set_signs_in(user=someone, signs_in=signs_in, partnership=found, by=request.user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.messages[0])
    else:
        said = "has an account" if signs_in else "has no account, and gets mail only"
        messages.success(request, f"{someone} {said}.")
    return redirect("actionplans:person", partnership, pk)


def visible_person(request: SignedIn, partnership: str, pk: int) -> tuple[Partnership, User]:
    found = get_object_or_404(Partnership, slug=partnership)
    if request.user.pk != pk and not may(request.user, Permission.SEE_CHASING, found):
        raise Http404
    return found, get_object_or_404(people_of(found), pk=pk)


def _managed(request: SignedIn, partnership: str, pk: int) -> tuple[Partnership, User]:
    found, someone = visible_person(request, partnership, pk)
    require(request.user, Permission.MANAGE_POSTS, found)
    return found, someone


def _reminders(person: User, partnership: Partnership) -> QuerySet[Reminder]:
    """The lines of their last messages that are about plans of the partnership."""
    theirs = Reminder.objects.filter(action__plan__partnership=partnership)
    own = Message.objects.filter(Exists(theirs.filter(message=OuterRef("pk"))), user=person)
    return theirs.filter(message__in=own.order_by("-on", "-pk").values("pk")[:MESSAGES])
