"""What goes into a paper before it is issued: the words that somebody wrote, kept from meeting to meeting."""

from collections.abc import Mapping

from actionplans.models import Paper, PaperTemplate, PaperWords, Plan
from actionplans.papers.report import Report
from partnerships.models import Group, Meeting


def words_of(plan: Plan, meeting: Meeting) -> Mapping[str, str]:
    """What was written for the paper; before that, what the group's last paper on the plan said. Two queries."""
    kept = PaperWords.objects.filter(plan=plan, meeting=meeting).first()
    if kept:
        return kept.words
    before = Paper.objects.filter(plan=plan, meeting__group=meeting.group_id, meeting__on__lt=meeting.on)
    last = before.order_by("-meeting__on", "-edition").first()
    return dict(Report.from_json(last.exempt_content or last.content).words) if last else {}


def template_of(group: Group) -> PaperTemplate | None:
    """The Word file whose looks the papers of a group take, if there is one. One query."""
    last = PaperTemplate.objects.filter(group=group).order_by("-pk").first()
    return last if last and last.file else None
