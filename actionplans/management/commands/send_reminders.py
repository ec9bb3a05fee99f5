from actionplans import reminders
from core import clock
from core.commands import Command as BaseCommand
from core.commands import as_date


class Command(BaseCommand):
    help = "Plans and delivers a day's reminders without Celery: a line a person, who, what and why."

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="DATE", help="another day, as YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")

    def handle(self, *, on, dry_run, **options):
        day = as_date(on) if on else clock.today()
        due = reminders.unsaid(day)
        for user, lines in sorted(due.items(), key=lambda item: item[0].name):
            reasons = "; ".join(f"{line.action.ref} ({line.capacity.label.lower()}): {line.why(day)}" for line in lines)
            self.stdout.write(f"{user.name} <{user.email}>: {reasons}")
        if dry_run:
            self.stdout.write(f"{len(due)} messages would be sent for {day:%-d %B %Y}. Nothing was sent.")
            return
        reminders.plan_day(day, clock.now())
        handled = reminders.deliver_outbox(day, clock.now())
        counts = ", ".join(
            f"{sum(m.state == state for m in handled)} {state.label.lower()}" for state in _states(handled)
        )
        self.stdout.write(f"{len(handled)} messages: {counts}." if handled else "0 messages: nothing was due.")


def _states(messages):
    return sorted({message.State(message.state) for message in messages})
