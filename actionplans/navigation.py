"""The menu of the person who is signed in."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from partnerships.permissions import all_roles_of
from partnerships.roles import Permission, Role


@dataclass(frozen=True)
class Item:
    text: str
    url: str
    active: bool


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: `navigation`, worked out only when a template shows it."""
    return {"navigation": SimpleLazyObject(lambda: _items(request))}


def _items(request: HttpRequest) -> list[Item]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    roles = all_roles_of(request.user)
    pages = [("Plans", reverse("actionplans:plans"))]
    if Role.OWNER in roles or Role.COORDINATOR in roles:
        pages.insert(0, ("My actions", reverse("actionplans:my-actions")))
    if Role.VERIFIER in roles:
        pages.append(("To verify", reverse("actionplans:verify-queue")))
    user = request.user
    if user.partnerships_where(Permission.ANSWER_QUESTIONS):
        pages.append(("Questions", reverse("actionplans:questions")))
    if user.partnerships_where(Permission.READ_PAPERS) or user.partnerships_where(Permission.MAKE_PAPERS):
        pages.append(("Papers", reverse("actionplans:papers")))
    pages.append(("Partnerships", reverse("actionplans:partnerships")))  # inspectors compare theirs there, too
    return [Item(text, url, request.path.startswith(url)) for text, url in pages]
