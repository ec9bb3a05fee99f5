"""Verbs about updates that are not posted: kept while typed, sent to have the wording read, returned, published.

A draft counts for nothing. Only `publish_draft` makes an update of it.
"""

from datetime import datetime
from typing import Any, NoReturn, cast

from django.db import transaction

from actionplans.models import Action, ProgressUpdate, UpdateDraft
from actionplans.operations.evidence import NewEvidence, append_evidence
from actionplans.operations.history import Actor, Refusal, locked_action
from actionplans.operations.updates import post_update
from core import clock

MOST_CHARACTERS = 50_000


class DraftIsSent(Refusal):
    """The draft waits to be read. It is taken back before it is changed."""


class PostedAlready(Refusal):
    """The update of this form is posted; a late draft of it is not kept."""


@transaction.atomic
def save_draft(*, action: Action, fields: dict[str, Any], by: Actor, now: datetime) -> UpdateDraft:
    """Keeps what its writer has typed so far, in the place of what was kept before. `fields` is the form by name.

    Raises DraftIsSent while it waits to be read, PostedAlready when the writer has posted since the form was opened
    (`fields["seen"]`), Refusal above 50,000 characters.
    """
    action = locked_action(action)
    seen = str(fields.get("seen", ""))
    if seen.isdecimal() and ProgressUpdate.objects.filter(action=action, by=by.user, seq__gt=int(seen)).exists():
        raise PostedAlready("You have posted this update. There is no draft to keep.")
    if UpdateDraft.objects.filter(action=action, user=by.user, sent_at__isnull=False).exists():
        raise DraftIsSent("Your update waits for its wording to be read. Take it back before you change it.")
    if sum(len(str(value)) for value in fields.values()) > MOST_CHARACTERS:
        raise Refusal(f"The draft is longer than {MOST_CHARACTERS:,} characters. Make it shorter.")
    kept = {"fields": fields, "saved_at": now}
    return UpdateDraft.objects.update_or_create(action=action, user=by.user, defaults=kept)[0]


def discard_draft(*, action: Action, by: Actor) -> None:
    """Forgets the writer's draft, whether it was sent or not."""
    UpdateDraft.objects.filter(action=action, user=by.user).delete()


@transaction.atomic
def send_draft(
    *, action: Action, said: dict[str, Any], by: Actor, now: datetime, evidence: NewEvidence | None = None
) -> UpdateDraft:
    """Sends an update to have its wording read. `said` is what `post_update` takes, as plain values.

    Raises what `post_update` would raise, now rather than when it is published. Evidence is added at once.
    """
    action = locked_action(action)
    sent = UpdateDraft.objects.filter(action=action, user=by.user, sent_at__isnull=False).first()
    if sent:  # a double click
        return sent
    _check_postable(action, said, by, now)
    if evidence:
        append_evidence(action, evidence, by=by, now=now)
    fields = said | {"seen": None, "corrects": said["corrects"].pk if said.get("corrects") else None}
    kept = {"fields": fields, "saved_at": now, "sent_at": now, "returned_at": None, "returned_by": "", "remark": ""}
    return UpdateDraft.objects.update_or_create(action=action, user=by.user, defaults=kept)[0]


@transaction.atomic
def take_back_draft(*, action: Action, by: Actor) -> None:
    """Takes a sent draft back, to be changed."""
    locked_action(action)
    UpdateDraft.objects.filter(action=action, user=by.user).update(sent_at=None)


@transaction.atomic
def return_draft(*, draft: UpdateDraft, by: Actor, remark: str, now: datetime) -> UpdateDraft:
    """Gives a draft back to its writer with a remark. Raises Refusal without one, or when it is not waiting."""
    draft = _waiting(draft)
    if not remark.strip():
        raise Refusal("Enter what should be changed.", "remark")
    draft.sent_at, draft.returned_at = None, now
    draft.returned_by, draft.remark = by.signature, remark.strip()
    draft.save(update_fields=["sent_at", "returned_at", "returned_by", "remark"])
    return draft


@transaction.atomic
def publish_draft(*, draft: UpdateDraft, wording: str, by: Actor, now: datetime, speaks: Actor) -> ProgressUpdate:
    """Posts a draft whose wording was read, in the name of its writer (`speaks`), as of the day on which it was sent.

    A wording that the reader changed is posted, and the writer's is kept beside it. Raises as `post_update`.
    """
    draft = _waiting(draft)
    said = dict(draft.fields)
    sent = said.pop("wording")
    corrects = ProgressUpdate.objects.filter(pk=said.pop("corrects") or 0).first()
    return post_update(
        action=draft.action,
        by=speaks,
        now=now,
        happened_on=clock.day_of(cast(datetime, draft.sent_at)),
        wording=wording,
        wording_sent=sent if wording.strip() != sent.strip() else "",
        reviewed_by=by.signature,
        corrects=corrects,
        **said,
    )


class _Postable(Exception):
    """Raised to undo the trial."""


def _check_postable(action: Action, said: dict[str, Any], by: Actor, now: datetime) -> None:
    """Raises what `post_update` raises: it is tried, and undone."""

    def trial() -> NoReturn:
        with transaction.atomic():
            post_update(action=action, by=by, now=now, reviewed_by="to be read", **said)
            raise _Postable

    try:
        trial()
    except _Postable:
        return


def _waiting(draft: UpdateDraft) -> UpdateDraft:
    """The draft as it is now, locked. Raises Refusal when it does not wait to be read any more."""
    locked_action(draft.action)
    waiting = UpdateDraft.objects.filter(pk=draft.pk, sent_at__isnull=False).select_related("action__plan", "user")
    found = waiting.first()
    if found is None:
        raise Refusal("This update does not wait to be read any more.")
    return found
