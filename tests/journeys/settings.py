"""The settings of the service that the journeys visit: the real ones, with a place of its own and quick passwords."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from config.settings import *  # noqa: F403

STATIC_ROOT = os.environ["COLLECTED"]
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip"}  # two years go by in two minutes, with everybody signing in
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one costs a second a sign-in

if "DAYS_GONE_BY" in os.environ:  # a file with a number: the service lives so many days from now
    _real = timezone.now

    def _moved() -> datetime:
        return _real() + timedelta(days=int(Path(os.environ["DAYS_GONE_BY"]).read_text(encoding="utf-8")))

    timezone.now = _moved
