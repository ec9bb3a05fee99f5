from actionplans import operations
from actionplans.models import Plan
from core import clock
from core.commands import BadInput, as_date
from core.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Makes the figures that trends are read from anew, from history: of all agreed plans, or of one."

    def add_arguments(self, parser):
        parser.add_argument("--plan", metavar="SLUG")
        parser.add_argument("--from", dest="since", metavar="DATE", help="from this day on, as YYYY-MM-DD")

    def handle(self, *, plan, since, **options):
        first = as_date(since) if since else None
        plans = Plan.objects.agreed().order_by("slug")
        if plan and not plans.filter(slug=plan).exists():
            raise BadInput(f"There is no agreed plan “{plan}”.")
        for each in plans.filter(slug=plan) if plan else plans:
            made = operations.rebuild_snapshots(plans=[each], since=first, now=clock.now())
            self.stdout.write(f"{each.slug}: {made} day{'' if made == 1 else 's'}")
