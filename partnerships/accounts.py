"""How accounts of django-allauth behave here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUpAdapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by the partnership's administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
