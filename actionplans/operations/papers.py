"""Issuing a paper: numbers, words and files are frozen, and hashed. Before it: what a person writes for it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from actionplans.models import Paper, PaperFile, PaperTemplate, PaperWords, Plan
from actionplans.operations.history import Actor, Refusal, locked_plan
from actionplans.papers import FORMATS, Report, build_report
from actionplans.papers.build import history_mark
from actionplans.papers.drafting import template_of, words_of
from actionplans.papers.editions import differs, public
from core import audit
from partnerships.models import Meeting

ATTEMPTS = 3


class NothingToReport(Refusal):
    """A paper cannot be about a day that has not come, or a plan that is not agreed."""


class PlanIsBusy(Refusal):
    """The history of the plan went on each time that the paper was made."""


def issue_paper(*, plan: Plan, meeting: Meeting, on: date, by: Actor, now: datetime, changed: str = "") -> Paper:
    """Issues the paper of a plan for a meeting, as at a day; again gives the next edition, which says what `changed`.

    1. Raises NothingToReport for a draft plan, and Refusal for a later edition that does not say what it changes.
    2. Computes the report and writes it in every format, in two editions where something in it is exempt or suppressed.
    3. Keeps contents and files with their SHA-256, and the head of the history that they were computed from. Has the
       history gone on meanwhile, the paper is made again; raises PlanIsBusy after three times.
    """
    if plan.status in {Plan.Status.DRAFT, Plan.Status.SUBMITTED}:
        raise NothingToReport("Papers are made of agreed plans. Have the plan approved first.")
    for _ in range(ATTEMPTS):
        plan.refresh_from_db()
        template = template_of(meeting.group)
        edition = plan.papers.filter(meeting=meeting).count() + 1
        if edition > 1 and not changed.strip():
            raise Refusal("Say what this edition changes, for those who have the one before.", "changed")
        report = replace(
            build_report(plan, on=on, meeting=meeting, words=words_of(plan, meeting)),
            is_draft=False,
            edition=edition,
            template_sha256=template.sha256 if template else "",
        )
        editions = {False: public(report)} | ({True: report} if differs(report) else {})
        files = {
            (key, ending): each.write(one, template)
            for key, one in editions.items()
            for ending, each in FORMATS.items()
        }
        with transaction.atomic():
            if history_mark(locked_plan(plan), on) == report.history:
                return _keep(plan, meeting, editions, files, template, changed.strip(), by, now)
    raise PlanIsBusy("Somebody changes the plan at this moment. Issue the paper again.")


def save_words(*, plan: Plan, meeting: Meeting, words: Mapping[str, str], by: Actor, now: datetime) -> PaperWords:
    """Keeps what somebody wrote under the given headings; what stands under others stays."""
    with transaction.atomic():
        locked_plan(plan)
        kept = PaperWords.objects.filter(plan=plan, meeting=meeting).first()
        before = kept.words if kept else words_of(plan, meeting)
        values = {"words": dict(before) | dict(words), "changed_at": now, "changed_by": by.user}
        return PaperWords.objects.update_or_create(plan=plan, meeting=meeting, defaults=values)[0]


def checksum(content: dict[str, Any], exempt: dict[str, Any] | None) -> str:
    """SHA-256 of the contents of both editions, as JSON with sorted keys and no spaces."""
    said = json.dumps([content, exempt], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _keep(
    plan: Plan,
    meeting: Meeting,
    editions: dict[bool, Report],
    files: dict[tuple[bool, str], bytes],
    template: PaperTemplate | None,
    changed: str,
    by: Actor,
    now: datetime,
) -> Paper:
    shown = editions[False]
    count, _, head = shown.history.partition(":")
    contents = shown.as_json(), editions[True].as_json() if True in editions else None
    paper = Paper.objects.create(
        plan=plan,
        meeting=meeting,
        edition=shown.edition,
        changed=changed,
        as_at=shown.as_at,
        issued_at=now,
        issued_by=by.user,
        issued_by_name=by.user.name,
        history_count=int(count),
        history_head=head,
        content=contents[0],
        exempt_content=contents[1],
        content_sha256=checksum(*contents),
        template=template,
    )
    for (is_exempt, ending), data in files.items():
        name = f"{plan.slug}-{paper.pk}{'-exempt' if is_exempt else ''}.{ending}"
        digest = hashlib.sha256(data).hexdigest()
        kept = {"paper": paper, "format": ending, "is_exempt": is_exempt, "sha256": digest}
        PaperFile.objects.create(**kept, file=ContentFile(data, name))
    audit.record(who=by.user, what="issued paper", about=str(paper)[:300], at=now, paper=paper.pk)
    return paper
