"""Verbs about evidence: adding it, replacing it by a new version, and releasing it to inspectors."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from celery import current_app
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from actionplans.models import Action, Entry, Evidence, EvidenceRelease, EvidenceRequirement
from actionplans.operations.history import Actor, Refusal, append, locked_action
from core import clock
from core.uploads import safe_name, sha256, validate_upload

TWICE = timedelta(minutes=10)  # within which the same evidence is the same click


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
    """Adds evidence outside an update, or a new version of some: both versions stay, the new one is not released.

    What the same person sends twice within minutes, all the same, is not added again: a double click, or a second try
    while a large file is on its way, gives the evidence that there is.
    Raises Refusal as `why_not_added`, without a title, for a date in the future, or for a requirement of another
    action; ValidationError for a file that we do not keep.
    """
    action = locked_action(action)
    if twice := _sent_twice(action, evidence, by, now):
        return twice
    if refusal := why_not_added(action, evidence.replaces):
        raise Refusal(refusal)
    if not evidence.title.strip():
        raise Refusal("Enter what it is.", "title")
    if evidence.answers and evidence.answers.action_id != action.pk:
        raise Refusal("Choose evidence that this action requires.", "answers")
    return append_evidence(action, evidence, by=by, now=now)


@transaction.atomic
def release_evidence(*, evidence: Evidence, is_released: bool, by: Actor, now: datetime) -> EvidenceRelease:
    """Shows evidence to inspectors, or hides it from them again. The last word counts.

    Raises Refusal to show a file that has a virus or has not been found clean yet.
    """
    action = locked_action(cast(Action, evidence.action))
    evidence = Evidence.objects.select_related("scan").get(pk=evidence.pk)
    if is_released and evidence.is_infected():
        raise Refusal("A virus was found in this file. It cannot be released. Add a clean copy.")
    if is_released and evidence.is_pending():
        raise Refusal("This file is still being checked for viruses. Release it when that is done.")
    release = EvidenceRelease(plan=action.plan, kind=Entry.Kind.EVIDENCE_RELEASE, of=evidence, is_released=is_released)
    return append(release, action=action, by=by, now=now)


def why_not_added(action: Action, replaces: Evidence | None) -> str:
    """Why no evidence, or no new version of some, can be added, in a sentence; empty when it can be."""
    if not action.is_open:
        return "This action is over. Nothing can be added to it."
    if replaces and replaces.action_id != action.pk:
        return "Choose evidence of this action."
    if replaces and replaces.replaced_by.exists():
        return "This has been replaced already. Replace the newest version."
    return ""


def append_evidence(action: Action, given: NewEvidence, *, by: Actor, now: datetime) -> Evidence:
    """Writes the row of evidence, and its file, under the lock of the plan. Raises Refusal for a date to come."""
    if given.dated_on and given.dated_on > clock.day_of(now):
        raise Refusal("The date of the document must be today or in the past.", "dated_on")
    evidence = Evidence(
        plan=action.plan,
        kind=Entry.Kind.EVIDENCE,
        title=given.title.strip(),
        form=given.form,
        dated_on=given.dated_on,
        link=given.link,
        answers=given.answers,
        replaces=given.replaces,
    )
    if given.file:
        validate_upload(given.file)
        evidence.sha256 = sha256(given.file)
        evidence.file_name = safe_name(given.file.name or "")
        evidence.file.save(f"{evidence.sha256[:16]}", given.file, save=False)
        if settings.CLAMAV_URL:
            transaction.on_commit(_knock_for_scan, robust=True)
    return append(evidence, action=action, by=by, now=now, happened_on=given.dated_on)


def _sent_twice(action: Action, given: NewEvidence, by: Actor, now: datetime) -> Evidence | None:
    """The evidence that the person added a short while ago and that is the same in everything, if any."""
    same = Evidence.objects.filter(
        action=action,
        by=by.user,
        recorded_at__gt=now - TWICE,
        title=given.title.strip(),
        form=given.form,
        dated_on=given.dated_on,
        link=given.link,
        answers=given.answers,
        replaces=given.replaces,
        sha256=sha256(given.file) if given.file else "",
        file_name=safe_name(given.file.name or "") if given.file else "",
    )
    return same.order_by("-seq").first()


def _knock_for_scan() -> None:
    """Knocks at the worker's door. A knock that is lost costs a minute: the beat knocks, too."""
    current_app.send_task("actionplans.tasks.scan_evidence", retry=False)
