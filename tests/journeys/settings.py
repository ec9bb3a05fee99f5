"""The settings of the service that the journeys visit: the real ones, with a place of its own and quick passwords."""

import os

from config.settings import *  # noqa: F403

STATIC_ROOT = os.environ["COLLECTED"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one costs a second a sign-in
