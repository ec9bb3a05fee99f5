from django.conf import settings

from actionplans import operations
from actionplans.demo.load import AlreadyLoaded, load_demo
from core import clock
from core.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Loads the three demonstration cases, shifted by whole weeks so that they live today."

    def add_arguments(self, parser):
        parser.add_argument("--as-recorded", action="store_true", help="keep the dates of the cases")

    def handle(self, *, as_recorded, **options):
        try:
            plans = load_demo(today=clock.today(), as_recorded=as_recorded, accounts=settings.DEMO)
        except AlreadyLoaded:
            self.stdout.write("The demonstration cases are here already. Nothing was changed.")
            return
        operations.keep_snapshots(now=clock.now())
        for plan in plans:
            self.stdout.write(f"{plan.slug}: {plan.actions.count()} actions, {plan.history_count} rows of history")
