"""How accounts of django-allauth behave here."""

from typing import Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from partnerships.models import User
from partnerships.permissions import with_memberships


class Backend(AuthenticationBackend):
    """As allauth's own, but whoever is signed in comes with their memberships: every page asks for both."""

    def get_user(self, user_id: int) -> User | None:
        user = with_memberships(user_id)
        return user if user and self.user_can_authenticate(user) else None


class ClosedSignUpAdapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by the partnership's administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class LoginForm(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"


class ResetPasswordForm(forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
