"""The settings of the service in the fault-injection run: the real ones, with a clock that the run can move."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from config.settings import *  # noqa: F403

_real = timezone.now


def _moved() -> datetime:
    """The file holds how many seconds the service's clock is ahead of the real one."""
    return _real() + timedelta(seconds=float(Path(os.environ["SECONDS_AHEAD"]).read_text(encoding="utf-8")))


timezone.now = _moved
