import sys
from pathlib import Path

from actionplans.integrity import check_history, export_history
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
        parser.add_argument("--export", metavar="FILE", help="write the history for docs/verify.py; needs --plan")

    def handle(self, *, plan, against, export, **options):
        plans = Plan.objects.order_by("slug")
        if plan:
            plans = plans.filter(slug=plan)
            if not plans:
                raise BadInput(f"There is no plan “{plan}”.")
        if (against or export) and not plan:
            raise BadInput("Name the plan: --plan SLUG.")
        if export:
            _write(export, plans[0])
        results = [check_history(each, _mark(against)) for each in plans]
        for result in results:
            self.stdout.write(f"{result.plan.slug} {result.fault or result.mark}")
        if any(result.fault for result in results):
            sys.exit(1)


def _write(file: str, plan: Plan) -> None:
    try:
        Path(file).write_text("".join(f"{line}\n" for line in export_history(plan)), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.") from None


def _mark(text: str | None) -> tuple[int, str] | None:
    if not text:
        return None
    count, _, digest = text.partition(":")
    if not count.isdigit() or len(digest) != 64:
        raise BadInput(f"“{text}” is not COUNT:HASH, such as 41: and 64 hexadecimal digits.")
    return int(count), digest.lower()
