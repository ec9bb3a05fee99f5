"""What a person typed is kept when their session had ended: after signing in again it is in the form."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

MOST_CHARACTERS = 50_000
LEFT_OUT = {"csrfmiddlewaretoken"}


def keeps_typed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marks a form page whose text survives an ended session."""
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


class KeepTypedMiddleware:
    """Stands before the sign-in wall: keeps what is posted to a marked page by somebody whose session has ended.

    It is kept in the new, anonymous session, for that address only; signing in takes it along.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> None:
        if request.method != "POST" or request.user.is_authenticated or not getattr(view, "keeps_typed", False):
            return
        typed = {name: request.POST.getlist(name) for name in request.POST if name not in LEFT_OUT}
        if sum(len(each) for values in typed.values() for each in values) <= MOST_CHARACTERS:
            request.session["typed"] = {"path": request.path, "fields": typed}


def take_typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed into this very page before the session ended, as initial values of its form; once."""
    kept = request.session.get("typed")
    if not kept or kept["path"] != request.path:
        return {}
    del request.session["typed"]
    return {name: values if len(values) > 1 else values[0] for name, values in kept["fields"].items() if values}
