"""The door of the web server. It stays shut while the configuration is unsafe."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

if settings.PROBLEMS:
    sys.exit("\n".join(settings.PROBLEMS))

import config.celery  # noqa: F401  # the queue at which an upload knocks

application = get_wsgi_application()
