import sys

from actionplans.integrity import check_history
from actionplans.models import Plan
from core.commands import BadInput
from core.commands import Command as BaseCommand


class Command(BaseCommand):
    help = (
        "Checks the history of plans: exit 0 with COUNT:HASH of each, or exit 1 and the first row that does not hold."
    )

    def add_arguments(self, parser):
        parser.add_argument("--plan", metavar="SLUG")
        parser.add_argument("--against", metavar="COUNT:HASH", help="as printed on a paper; needs --plan")

    def handle(self, *, plan, against, **options):
        plans = Plan.objects.order_by("slug")
        if plan:
            plans = plans.filter(slug=plan)
            if not plans:
                raise BadInput(f"There is no plan “{plan}”.")
        if against and not plan:
            raise BadInput("Name the plan that the paper was about: --plan SLUG.")
        results = [check_history(each, _mark(against)) for each in plans]
        for result in results:
            self.stdout.write(f"{result.plan.slug} {result.fault or result.mark}")
        if any(result.fault for result in results):
            sys.exit(1)


def _mark(text: str | None) -> tuple[int, str] | None:
    if not text:
        return None
    count, _, digest = text.partition(":")
    if not count.isdigit() or len(digest) != 64:
        raise BadInput(f"“{text}” is not COUNT:HASH, such as 41: and 64 hexadecimal digits.")
    return int(count), digest.lower()
