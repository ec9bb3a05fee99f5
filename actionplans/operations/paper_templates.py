"""Verbs about the Word file whose looks the papers of a group take. Papers that were issued keep theirs."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from actionplans.models import PaperTemplate
from actionplans.operations.history import Actor, Refusal
from actionplans.papers.drafting import template_of
from actionplans.papers.word_templates import check_template
from core import audit, scanner
from core.uploads import safe_name, sha256
from partnerships.models import Group


@transaction.atomic
def set_paper_template(*, group: Group, file: UploadedFile, by: Actor, now: datetime) -> PaperTemplate:
    """Makes a Word file the template of a group from now on.

    Raises Refusal with every reason why it cannot be (`check_template`), or for a virus. It is scanned at once: there
    is one now and then, and each paper to come depends on it.
    """
    try:
        check_template(file)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    _scan(file)
    _lock(group)
    template = PaperTemplate(group=group, uploaded_at=now, uploaded_by_name=by.user.name)
    template.file_name, template.sha256 = safe_name(file.name or ""), sha256(file)
    template.file.save(f"{template.sha256[:16]}.docx", file, save=False)
    template.save()
    said = {"file": template.file_name, "sha256": template.sha256}
    audit.record(who=by.user, what="set the Word template", about=str(group), at=now, group=group.pk, **said)
    return template


@transaction.atomic
def drop_paper_template(*, group: Group, by: Actor, now: datetime) -> None:
    """Has the papers of a group take our own looks again. Without a template nothing is done."""
    _lock(group)
    current = template_of(group)
    if current:
        PaperTemplate.objects.create(group=group, uploaded_at=now, uploaded_by_name=by.user.name)
        said = {"file": current.file_name, "sha256": current.sha256}
        audit.record(who=by.user, what="dropped the Word template", about=str(group), at=now, group=group.pk, **said)


def _lock(group: Group) -> None:
    """Of two clicks at once the second finds what the first has done."""
    Group.objects.select_for_update().get(pk=group.pk)


def _scan(file: UploadedFile) -> None:
    if not settings.CLAMAV_URL:
        return
    try:
        answer = scanner.scan(file)
    except (scanner.ScannerAway, scanner.NotScanned) as error:
        raise Refusal("The file could not be checked for viruses. Try again in a few minutes.", "file") from error
    finally:
        file.seek(0)
    if not answer.is_clean:
        raise Refusal("A virus was found in this file. Choose a clean copy.", "file")
