"""The sign-in wall, which does not look at who asks for what anybody may have."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SignInWall(LoginRequiredMiddleware):
    """Django's own asks for the person first and for the mark of `login_not_required` after.

    Asking for the person reads the session, and then an answer is one of many, by cookie: no cache could keep it.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
