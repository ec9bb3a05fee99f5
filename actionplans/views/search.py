"""The page of search."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from actionplans.forms.search import SearchForm
from actionplans.models import Plan
from actionplans.search import MOST, Hit, Within, find
from actionplans.views.reading import SignedIn, page
from core import clock
from core.search import Pieces, marked
from partnerships.models import Partnership

HITS_A_PAGE = 20


@dataclass(frozen=True)
class Shown:
    """A hit with what was found marked in its title and text."""

    hit: Hit
    title: Pieces
    text: Pieces


@page
def search(request: SignedIn) -> HttpResponse:
    """Everything that the person may open and that has the words, the best first."""
    today = clock.today()
    form = SearchForm(
        request.GET,
        partnerships=Partnership.objects.visible_to(request.user).order_by("name"),
        plans=Plan.objects.visible_to(request.user, today).order_by("title"),
    )
    context = {"form": form, "words": (words := form.words()), "most": MOST}
    if words:
        found = find(words, Within(request.user, today, **form.chosen()), form.kinds())
        page_obj = Paginator(found.hits, HITS_A_PAGE).get_page(request.GET.get("page"))
        drawn = marked([(hit.title, hit.text) for hit in page_obj], words)
        shown = [Shown(hit, *each) for hit, each in zip(page_obj, drawn, strict=True)]
        context |= {"found": found, "page_obj": page_obj, "shown": shown}
    return render(request, "actionplans/search.html", context, status=422 if form.errors else 200)
