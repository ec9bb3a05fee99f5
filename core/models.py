from django.db import models

from core.appendonly import AppendOnly


class AuditEntry(AppendOnly):
    """Something that was done or read and is not part of a plan's history. Without foreign keys: it outlives all."""

    at = models.DateTimeField(db_index=True)
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=300)
    what = models.CharField(max_length=60)
    about = models.CharField(max_length=300)
    details = models.JSONField(default=dict)

    class Meta(AppendOnly.Meta):
        indexes = (
            models.Index(fields=["what", "about"], name="audit_by_subject"),
            models.Index(fields=["user_id", "what", "-at"], name="audit_by_person"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.what} {self.about}"
