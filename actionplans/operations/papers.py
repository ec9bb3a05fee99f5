"""Issuing a paper: numbers, words and files are frozen, and hashed."""

import hashlib
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction

from actionplans.models import Paper, PaperFile, Plan
from actionplans.operations.history import Actor, Refusal, locked_plan
from actionplans.papers import FORMATS, build_report
from core import audit
from partnerships.models import Meeting


class NothingToReport(Refusal):
    """A paper cannot be about a day that has not come, or a plan that is not agreed."""


def issue_paper(*, plan: Plan, meeting: Meeting, on: date, by: Actor, now: datetime) -> Paper:
    """Issues the paper of a plan for a meeting, as at a day; again gives the next edition.

    1. Raises NothingToReport for a draft plan.
    2. Computes the report and writes it in every format.
    3. Keeps its content, its files with their SHA-256, and the head of the history that it was computed from.
    """
    if plan.status in {Plan.Status.DRAFT, Plan.Status.SUBMITTED}:
        raise NothingToReport("Papers are made of agreed plans. Have the plan approved first.")
    report = build_report(plan, on=on, meeting=meeting, is_draft=False)
    files = {ending: each.write(report) for ending, each in FORMATS.items()}
    count, _, head = report.history.partition(":")
    with transaction.atomic():
        locked_plan(plan)
        paper = Paper.objects.create(
            plan=plan,
            meeting=meeting,
            edition=plan.papers.filter(meeting=meeting).count() + 1,
            as_at=on,
            issued_at=now,
            issued_by=by.user,
            issued_by_name=by.user.name,
            history_count=int(count),
            history_head=head,
            content=report.as_json(),
        )
        for ending, data in files.items():
            name = f"{plan.slug}-{paper.pk}.{ending}"
            checksum = hashlib.sha256(data).hexdigest()
            PaperFile.objects.create(paper=paper, format=ending, file=ContentFile(data, name), sha256=checksum)
        audit.record(who=by.user, what="issued paper", about=str(paper)[:300], at=now, paper=paper.pk)
    return paper
