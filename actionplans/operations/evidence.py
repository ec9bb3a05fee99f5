"""Verbs about evidence: adding it, and releasing it to inspectors."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from actionplans.models import Action, Entry, Evidence, EvidenceRelease, EvidenceRequirement
from actionplans.operations.history import Actor, append, locked_action
from core.uploads import sha256, validate_upload


@dataclass(frozen=True)
class NewEvidence:
    """A file, a link, or only a title: a reference to a document that is kept elsewhere."""

    title: str
    form: str = "document"
    dated_on: date | None = None
    link: str = ""
    file: UploadedFile | None = None
    answers: EvidenceRequirement | None = None
    replaces: Evidence | None = None


@transaction.atomic
def add_evidence(*, action: Action, evidence: NewEvidence, by: Actor, now: datetime) -> Evidence:
    """Adds evidence outside an update. Raises ValidationError for a file that we do not keep."""
    return append_evidence(locked_action(action), evidence, by=by, now=now)


@transaction.atomic
def release_evidence(*, evidence: Evidence, is_released: bool, by: Actor, now: datetime) -> EvidenceRelease:
    """Shows evidence to inspectors, or hides it from them again. The last word counts."""
    action = locked_action(cast(Action, evidence.action))
    release = EvidenceRelease(plan=action.plan, kind=Entry.Kind.EVIDENCE_RELEASE, of=evidence, is_released=is_released)
    return append(release, action=action, by=by, now=now)


def append_evidence(action: Action, given: NewEvidence, *, by: Actor, now: datetime) -> Evidence:
    """Writes the row of evidence, and its file, under the lock of the plan."""
    evidence = Evidence(
        plan=action.plan,
        kind=Entry.Kind.EVIDENCE,
        title=given.title,
        form=given.form,
        dated_on=given.dated_on,
        link=given.link,
        answers=given.answers,
        replaces=given.replaces,
    )
    if given.file:
        validate_upload(given.file)
        evidence.sha256 = sha256(given.file)
        evidence.file_name = (given.file.name or "file")[:255]
        evidence.file.save(f"{evidence.sha256[:16]}", given.file, save=False)
    return append(evidence, action=action, by=by, now=now, happened_on=given.dated_on)
