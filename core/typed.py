"""What a person typed is kept when their session had ended: after signing in again it is in the form."""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

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
            request.session["typed"] = {"path": request.get_full_path(), "fields": typed}


def fill_typed(request: HttpRequest, form: BaseForm) -> bool:
    """Fills the form of a page with what was typed into that very page before the session ended; whether there was any.

    Once. What is read from it is what each widget reads from what a browser sends: three boxes are one date, a box that
    was not ticked is one that was not ticked.
    """
    kept = request.session.get("typed")
    if request.method != "GET" or not kept or kept["path"] != request.get_full_path():
        return False
    del request.session["typed"]
    sent: MultiValueDict[str, Any] = MultiValueDict(kept["fields"])
    for name, field in form.fields.items():
        said: tuple[Any, Any, str] = (sent, MultiValueDict(), form.add_prefix(name))
        if not field.widget.value_omitted_from_data(*said):
            form.initial[name] = field.widget.value_from_datadict(*said)
    return True
