"""The verb of the virus scanner: what it says about a file of evidence is written once."""

import logging
from datetime import datetime

from django.conf import settings

from actionplans.models import Evidence, EvidenceScan
from core import scanner

logger = logging.getLogger(__name__)


def scan_pending(*, now: datetime) -> int:
    """Has every file of evidence scanned that has not been, the newest first; gives how many were.

    1. Without CLAMAV_URL nothing is scanned, and nothing waits.
    2. The rows without an answer are the queue: what a lost knock or a dead worker left is found by the next run.
    3. A scanner that is away ends the run; a file that it cannot judge is passed over. Both are logged, and wait.
    4. Of two workers that had the same file scanned one writes.
    """
    if not settings.CLAMAV_URL:
        return 0
    scanned = 0
    for evidence in Evidence.objects.filter(scan=None).exclude(file="").order_by("-pk"):
        try:
            _scan(evidence, now)
        except scanner.ScannerAway as error:
            logger.warning("The virus scanner is away, files wait: %s", error)
            break
        except (scanner.NotScanned, OSError) as error:  # OSError: the file is not where it was kept
            logger.error("Evidence %s could not be scanned: %s", evidence.pk, error)
        else:
            scanned += 1
    return scanned


def _scan(evidence: Evidence, now: datetime) -> None:
    with evidence.file.open() as file:
        answer = scanner.scan(file)
    said = {"is_clean": answer.is_clean, "answer": answer.words[:300], "at": now}
    EvidenceScan.objects.get_or_create(of=evidence, defaults=said)
