"""A fault is in the log, on standard error, so that it can be found; what somebody typed is not."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.logs import WithoutWords

ROOT = Path(__file__).resolve().parent.parent.parent
TYPED = "Anna Example, 0101010016"
FAULT = f"""
import django
from django.conf import settings
# hashed names of static files need a collectstatic first
settings.STORAGES["staticfiles"] = {{"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
django.setup()
from django.test import Client
from core import views

class Faulty:
    def __getattr__(self, name):
        try:
            int({TYPED!r})
        except ValueError as error:
            raise RuntimeError("could not read " + {TYPED!r}) from error

views.settings = Faulty()
client = Client(raise_request_exception=False, headers={{"host": "localhost", "user-agent": {TYPED!r}}})
for address in ("/nowhere/", "/brand.css"):
    client.get(address, {{"note": {TYPED!r}}})
"""


@pytest.fixture
def answered() -> subprocess.CompletedProcess:
    """A program of its own, as it runs in production, with a fault in a page."""
    command, production = [sys.executable, "-c", FAULT], os.environ | {"DEBUG": "0", "DEMO": "0"}
    return subprocess.run(command, cwd=ROOT, env=production, capture_output=True, text=True, check=True)


def test_a_fault_leaves_its_traceback_on_standard_error_and_nothing_typed(answered):
    log = answered.stderr

    assert log.count("ERROR") == 1
    assert "ERROR django.request: Internal Server Error: /brand.css" in log
    assert "in brand_css" in log, "the place of the fault"
    assert "builtins.ValueError\n\nwhich led to:\n\n" in log
    assert log.rstrip().endswith("builtins.RuntimeError")
    assert [each for each in ("Anna", "0101010016", "could not read") if each in log] == []


def test_the_traceback_of_another_handler_is_not_taken_over():
    record = logging.LogRecord("core", logging.ERROR, "", 0, "Fault", None, None)
    record.exc_info, record.exc_text = (ValueError, ValueError(TYPED), None), f"ValueError: {TYPED}"

    assert WithoutWords("%(message)s").format(record) == "Fault\nbuiltins.ValueError"
    assert record.exc_text == f"ValueError: {TYPED}", "the other handler keeps its own"
