"""The audit: what was done or read that is not a row of a plan's history."""

from datetime import datetime
from typing import Any

from core.models import AuditEntry


def record(*, who: Any, what: str, about: str, at: datetime, **details: Any) -> AuditEntry:
    """Writes one row. `who` is a user; `what` a verb in a few words; `about` names the thing by its address or slug."""
    return AuditEntry.objects.create(
        at=at, user_id=getattr(who, "pk", None), who=str(who), what=what, about=about, details=details
    )
