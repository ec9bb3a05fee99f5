from pathlib import Path

from actionplans.models import Plan
from actionplans.papers import FORMATS, build_report
from actionplans.papers.drafting import template_of, words_of
from actionplans.papers.editions import public
from core import clock
from core.commands import BadInput, as_date
from core.commands import Command as BaseCommand
from partnerships.models import Meeting


class Command(BaseCommand):
    help = "Writes the progress report of a plan, as at a day, to a file."

    def add_arguments(self, parser):
        parser.add_argument("--plan", metavar="SLUG", required=True)
        parser.add_argument("--group", metavar="SLUG", help="with --meeting: for whom the paper is")
        parser.add_argument("--meeting", metavar="DATE", help="the day of the group's meeting")
        parser.add_argument("--on", metavar="DATE", help="as at this day (today)")
        parser.add_argument("--format", choices=FORMATS, required=True)
        parser.add_argument("--exempt", action="store_true", help="the exempt edition (the public one)")
        parser.add_argument("--output", metavar="FILE", required=True)

    def handle(self, *, plan, group, meeting, on, format, output, exempt, **options):
        found = Plan.objects.select_related("partnership", "lead_post").filter(slug=plan).first()
        if not found:
            raise BadInput(
                f"There is no plan “{plan}”. These are: {_slugs(Plan.objects.values_list('slug', flat=True))}."
            )
        day = as_date(on) if on else clock.today()
        sitting = _meeting(found, group, meeting)
        words = words_of(found, sitting) if sitting else {}
        report = build_report(found, on=day, meeting=sitting, words=words)
        report = report if exempt else public(report)
        template = template_of(sitting.group) if sitting else None
        file = Path(output)
        if not file.parent.is_dir():
            raise BadInput(f"There is no folder “{file.parent}”. Make it first, or name another file.")
        try:
            file.write_bytes(FORMATS[format].write(report, template))
        except OSError as error:
            raise BadInput(f"{output} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{output}: {len(report.rows)} actions as at {day:%-d %B %Y}, history {report.history}")


def _meeting(plan: Plan, group: str | None, meeting: str | None) -> Meeting | None:
    if not group and not meeting:
        return None
    if not group or not meeting:
        raise BadInput("Give --group and --meeting together, or neither.")
    groups = plan.partnership.groups.filter(plan_groups__plan=plan).distinct()
    if not groups.filter(slug=group).exists():
        raise BadInput(f"This plan has no group “{group}”. It has: {_slugs(groups.values_list('slug', flat=True))}.")
    sittings = Meeting.objects.filter(group__slug=group, group__partnership=plan.partnership).select_related("group")
    found = sittings.filter(on=as_date(meeting)).first()
    if not found:
        days = sorted(str(each.on) for each in sittings)
        raise BadInput(f"That group does not meet on {meeting}. It meets on: {_slugs(days)}.")
    return found


def _slugs(values) -> str:
    return ", ".join(sorted(values)) or "none"
