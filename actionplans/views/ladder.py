"""Pages of who is above whom, so that what is late is told up the ladder: a post's line, a group's chair."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from actionplans.forms.posts import AboveForm
from actionplans.views.building import form_page
from actionplans.views.groups import visible_group
from actionplans.views.reading import SignedIn, sent
from actionplans.views.writing import attempt
from core import clock
from partnerships import operations as partnering
from partnerships.models import Partnership, Post
from partnerships.permissions import require
from partnerships.roles import Permission


@form_page
def post_line(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """Says to which post another reports."""
    found = get_object_or_404(
        Post.objects.visible_to(request.user).select_related("partnership"), partnership__slug=partnership, pk=pk
    )
    others = found.partnership.posts.exclude(pk=found.pk)
    form = AboveForm(
        sent(request),
        posts=others,
        initial={"post": found.reports_to_id},
        label=f"Which post does {found} report to?",
    )
    now = clock.now()

    def verb(post: Post | None) -> object:
        return partnering.report_to(post=found, to=post, by=request.user, now=now)

    return _page(request, form, found.partnership, verb, found, f"Who {found} reports to", "actionplans:post", found.pk)


@form_page
def group_chair(request: SignedIn, partnership: str, group: str) -> HttpResponse:
    """Says which post chairs a group."""
    found = visible_group(request, partnership, group)
    form = AboveForm(
        sent(request),
        posts=found.partnership.posts.all(),
        initial={"post": found.chair_id},
        label=f"Which post chairs {found}?",
    )
    now = clock.now()

    def verb(post: Post | None) -> object:
        return partnering.set_chair(group=found, post=post, by=request.user, now=now)

    return _page(request, form, found.partnership, verb, found, f"Who chairs {found}", "actionplans:group", found.slug)


def _page(
    request: SignedIn,
    form: AboveForm,
    partnership: Partnership,
    verb: Callable[[Post | None], object],
    about: object,
    title: str,
    back: str,
    key: object,
) -> HttpResponse:
    """Asks, has it done, and leads back; for those who manage the posts of the partnership."""
    require(request.user, Permission.MANAGE_POSTS, partnership)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["post"]
        if attempt(request, form, lambda: verb(given), about=about, now=clock.now()):
            messages.success(request, f"Saved: {given or 'nobody'}.")
            return redirect(back, partnership.slug, key)
    context = {"form": form, "title": title, "about": about, "back": back, "key": key, "partnership": partnership}
    return render(request, "actionplans/ladder.html", context, status=422 if form.errors else 200)
