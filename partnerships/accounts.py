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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Who has no account, only mail, is refused in the words of a wrong password."""
        user = super().authenticate(request, **credentials)
        if user is None or user.signs_in:
            return user
        self.authentication_failed(request, **credentials)
        return None


class LoginForm(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"


class ResetPasswordForm(forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"

    def clean_email(self) -> str:
        """Who has no account, only mail, is answered like somebody whom nobody knows."""
        email = super().clean_email()
        self.users: list = [user for user in self.users if user.signs_in]
        return email
