"""Pages that set a partnership up: the partnership itself, its agencies, groups, posts, and what people may do."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from actionplans import operations
from actionplans.forms.decisions import OneForm
from actionplans.forms.founding import (
    AgenciesForm,
    GroupForm,
    MistakeForm,
    PartnershipForm,
    PersonForm,
    PostsForm,
    RolesForm,
)
from actionplans.forms.posts import NO, YES
from actionplans.operations import Actor
from actionplans.views.building import form_page
from actionplans.views.handovers import refuse_inspector
from actionplans.views.reading import SignedIn, page, sent
from actionplans.views.writing import attempt
from core import clock
from inspections.models import Inspection
from partnerships import operations as partnering
from partnerships.holders import answering
from partnerships.models import Membership, Partnership, User
from partnerships.permissions import may, people_of, require, roles_of
from partnerships.roles import GRANTS, Permission, Role


@form_page
def partnership_new(request: SignedIn) -> HttpResponse:
    """For whoever runs the service: `manage.py createsuperuser`. They become its first administrator."""
    if not request.user.is_superuser:
        raise PermissionDenied
    now = clock.now()
    form = PartnershipForm(sent(request))
    entered: list[Partnership] = []

    def verb() -> None:
        given = {"name": form.cleaned_data["name"], "agencies": form.cleaned_data["names"]}
        entered.append(partnering.enter_partnership(by=request.user, now=now, **given))
        messages.success(request, f"{entered[0]} is entered. You are its administrator.")

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about="partnerships", now=now):
        return redirect("actionplans:set-up", entered[0].slug)
    context = {"form": form, "title": "Enter a partnership"}
    return render(request, "actionplans/founding.html", context, status=422 if form.errors else 200)


@page
def set_up(request: SignedIn, partnership: str) -> HttpResponse:
    """What the partnership is made of, what is still missing before its first plan, and the way to enter each."""
    found = _managed(request, partnership)
    return render(request, "actionplans/set_up.html", _made_of(request.user, found))


@form_page
def agencies_new(request: SignedIn, partnership: str) -> HttpResponse:
    found, now = _managed(request, partnership), clock.now()
    form = AgenciesForm(sent(request))

    def verb() -> str:
        names, is_member = form.cleaned_data["names"], form.cleaned_data["is_member"] == YES
        made = partnering.enter_agencies(partnership=found, names=names, is_member=is_member, by=request.user, now=now)
        return _entered(made)

    return _answer(request, form, verb, found, "Enter agencies", "agencies")


@form_page
def posts_new(request: SignedIn, partnership: str) -> HttpResponse:
    found, now = _managed(request, partnership), clock.now()
    form = PostsForm(sent(request), partnership=found)

    def verb() -> str:
        return _entered(partnering.enter_posts(partnership=found, by=request.user, now=now, **form.given()))

    return _answer(request, form, verb, found, "Enter posts", "posts")


@form_page
def group_new(request: SignedIn, partnership: str) -> HttpResponse:
    found, now = _managed(request, partnership), clock.now()
    form = GroupForm(sent(request))

    def verb() -> str:
        return _entered([partnering.enter_group(partnership=found, by=request.user, now=now, **form.given())])

    return _answer(request, form, verb, found, "Enter a group", "groups")


@form_page
def mistake_remove(request: SignedIn, partnership: str) -> HttpResponse:
    """Takes away an agency, a group or a post that nothing mentions."""
    found, now = _managed(request, partnership), clock.now()
    form = MistakeForm(sent(request), partnership=found)

    def verb() -> str:
        said = str(form.chosen())
        operations.remove_mistake(thing=form.chosen(), by=Actor(request.user), now=now)
        return f"Removed: {said}."

    return _answer(request, form, verb, found, "Remove a mistake", "mistakes")


@form_page
def person_new(request: SignedIn, partnership: str) -> HttpResponse:
    """Somebody new, or whom another partnership has entered already: they keep their name and account."""
    found, now = _managed(request, partnership, Permission.MANAGE_ROLES), clock.now()
    form = PersonForm(sent(request), initial={"roles": [Role.OWNER]})

    def verb() -> str:
        given = form.given() | {"signs_in": form.cleaned_data["signs_in"] != NO}
        refuse_inspector(given["email"], clock.day_of(now))
        person = partnering.add_person(partnership=found, by=request.user, now=now, **given)
        is_told = person.signs_in and not person.has_usable_password()
        return f"{person} is entered.{' They are told by e-mail how to set a password.' if is_told else ''}"

    return _answer(request, form, verb, found, "Enter a person", "people", may_each=True)


@form_page
def person_roles(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """Says what a person may do here."""
    found, now = _managed(request, partnership, Permission.MANAGE_ROLES), clock.now()
    person = get_object_or_404(people_of(found), pk=pk)
    form = RolesForm(sent(request), initial={"roles": [*roles_of(person, found)]})

    def verb() -> str:
        refuse_inspector(person.email, clock.day_of(now))
        roles = [Role(each) for each in form.cleaned_data["roles"]]
        partnering.set_roles(user=person, partnership=found, roles=roles, by=request.user, now=now)
        return f"Saved what {person} may do."

    return _answer(request, form, verb, found, f"What {person} may do", "people", may_each=True)


def _managed(request: SignedIn, partnership: str, permission: Permission = Permission.MANAGE_POSTS) -> Partnership:
    found = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    require(request.user, permission, found)
    return found


def _made_of(user: User, found: Partnership) -> dict[str, Any]:
    """Agencies, groups, posts with who answers for them, people and their roles, and what is missing. Seven queries."""
    today = clock.today()
    agencies = list(found.agencies.order_by("-is_member", "name"))
    groups = list(found.groups.select_related("chair").order_by("name"))
    posts = list(found.posts.select_related("agency").order_by("title"))
    who = answering([each.pk for each in posts], today)
    theirs = Membership.objects.filter(partnership=found)
    people = list(people_of(found).prefetch_related(Prefetch("memberships", theirs, to_attr="here")).order_by("name"))
    roles = {membership.role for person in people for membership in person.here}
    held = any(who[each.pk].holder for each in posts)
    inspections = list(Inspection.objects.filter(partnership=found).order_by("-published_on", "title"))
    steps = [
        ("agencies", "Enter the agencies", bool(agencies)),
        ("posts", "Enter the posts that will own actions", bool(posts)),
        ("people", "Enter a plan co-ordinator", Role.COORDINATOR in roles),
        ("posts", "Say who holds the posts", held),
        ("groups", "Enter the group that approves and monitors", bool(groups)),
        ("inspection", "Enter the inspection that the plan answers", bool(inspections)),
    ]
    return {
        "partnership": found,
        "agencies": agencies,
        "groups": groups,
        "posts": [(each, who[each.pk]) for each in posts],
        "people": [(each, sorted(Role(membership.role).label for membership in each.here)) for each in people],
        "inspections": inspections,
        "enters_reports": may(user, Permission.BUILD_PLANS, found),
        "gives_roles": may(user, Permission.MANAGE_ROLES, found),
        "steps": steps,
        "is_ready": all(is_done for *_, is_done in steps),
    }


def _entered(made: list[Any]) -> str:
    return f"Entered: {', '.join(str(each) for each in made)}."


def _answer(
    request: SignedIn,
    form: OneForm,
    verb: Callable[[], str],
    partnership: Partnership,
    title: str,
    section: str,
    *,
    may_each: bool = False,
) -> HttpResponse:
    """Asks, has it done, says so, and leads back to that section; `may_each` shows what each role may do."""
    if request.method == "POST" and form.is_valid():
        said: list[str] = []
        if attempt(request, form, lambda: said.append(verb()), about=partnership, now=clock.now()):
            messages.success(request, said[0])
            return redirect(f"{reverse('actionplans:set-up', args=[partnership.slug])}#{section}")
    grants = [(role, [each for each in Permission if each in GRANTS[role]]) for role in Role if GRANTS[role]]
    context = {"form": form, "partnership": partnership, "title": title, "grants": grants if may_each else []}
    return render(request, "actionplans/founding.html", context, status=422 if form.errors else 200)
