"""Issuing a paper: numbers, words and files are frozen, and hashed. Before it: what a person writes for it."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction

from actionplans.models import Paper, PaperDecision, PaperFile, PaperLayout, PaperTemplate, PaperWords, Plan
from actionplans.operations.history import Actor, Refusal, locked_plan
from actionplans.papers import FORMATS, Layout, Report, build_report
from actionplans.papers.build import history_mark
from actionplans.papers.drafting import template_of, words_of
from actionplans.papers.editions import differs, public
from actionplans.papers.keeping import checksum
from actionplans.papers.layouts import problems
from core import audit, clock
from partnerships.models import Group, Meeting

ATTEMPTS = 3


class NothingToReport(Refusal):
    """A paper cannot be about a day that has not come, or a plan that is not agreed."""


class WordsHaveChanged(Refusal):
    """Somebody else saved the words of the paper since they were looked at."""


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


def save_words(
    *, plan: Plan, meeting: Meeting, words: Mapping[str, str], by: Actor, now: datetime, seen: datetime | None
) -> PaperWords:
    """Keeps what somebody wrote under the given headings; what stands under others stays.

    `seen` is when the words that they saw were saved, if they had been. Raises WordsHaveChanged for any other time.
    """
    with transaction.atomic():
        locked_plan(plan)
        kept = PaperWords.objects.filter(plan=plan, meeting=meeting).first()
        if (kept.changed_at if kept else None) != seen:
            raise WordsHaveChanged("Somebody saved these words a moment ago. Look at what differs, and save again.")
        before = kept.words if kept else words_of(plan, meeting)
        values = {"words": dict(before) | dict(words), "changed_at": now, "changed_by": by.user}
        return PaperWords.objects.update_or_create(plan=plan, meeting=meeting, defaults=values)[0]


@transaction.atomic
def set_paper_layout(*, group: Group, layout: Layout, by: Actor, now: datetime) -> PaperLayout:
    """Keeps how a group wants its papers. What was issued stays as it is. Raises Refusal with all that is wrong."""
    wrong = problems(layout)
    if wrong:
        raise Refusal(" ".join(wrong))
    values = {"content": layout.as_json(), "changed_at": now, "changed_by": by.user}
    kept, _ = PaperLayout.objects.update_or_create(group=group, defaults=values)
    about = f"{group.partnership.slug}/{group.slug}"
    audit.record(who=by.user, what="changed the layout of papers", about=about, at=now, layout=layout.as_json())
    return kept


@transaction.atomic
def record_paper_decision(
    *, paper: Paper, outcome: str, words: str, minute: str, by: Actor, now: datetime
) -> PaperDecision:
    """Records what the meeting did with a paper as a whole; several can be recorded, the last counts.

    Raises Refusal before the day of the meeting, and without words where the decision needs them.
    """
    if clock.day_of(now) < paper.meeting.on:
        raise Refusal(
            f"The meeting is on {paper.meeting.on:%-d %B %Y}. Record what it decided from then on.", "outcome"
        )
    kinds = PaperDecision.Decision
    if outcome not in {kinds.NOTED, kinds.AGREED} and not words.strip():
        raise Refusal("Say to whom it was referred, or what was decided.", "words")
    said = {"decision": outcome, "words": words.strip(), "minute": minute.strip()}
    audit.record(who=by.user, what="recorded a decision on a paper", about=str(paper)[:300], at=now, **said)
    return PaperDecision.objects.create(paper=paper, **said, recorded_at=now, by_name=by.signature)


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
