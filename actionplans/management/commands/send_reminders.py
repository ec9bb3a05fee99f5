from actionplans import reminders
from actionplans.models import Action, Reminder
from core import clock
from core.commands import Command as BaseCommand
from core.commands import as_date
from partnerships.models import User


class Command(BaseCommand):
    help = "Plans and delivers a day's reminders without Celery: a line a person, who, what and why."

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="DATE", help="another day, as YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")

    def handle(self, *, on, dry_run, **options):
        day = as_date(on) if on else clock.today()
        due, summaries = reminders.unsaid(day), reminders.summaries_due(day)
        people = User.objects.filter(pk__in={*due, *summaries}).order_by("name", "pk")
        refs = Action.objects.in_bulk({line.action_id for lines in due.values() for line in lines})
        for user in people:
            said = ["the summary of the week"] if user.pk in summaries else []
            said += [_words(line, refs[line.action_id].ref, day) for line in due.get(user.pk, [])]
            self.stdout.write(f"{user.name} <{user.email}>: {'; '.join(said)}")
        if dry_run:
            self.stdout.write(f"{len(people)} messages would be sent for {day:%-d %B %Y}. Nothing was sent.")
            return
        reminders.plan_day(day, clock.now())
        done = reminders.deliver_outbox(day, clock.now())
        counts = ", ".join(f"{done[state]} {state.label.lower()}" for state in sorted(done))
        self.stdout.write(f"{done.total()} messages: {counts}." if done else "0 messages: nothing was due.")


def _words(line, ref, day):
    as_what = Reminder.Capacity(line.capacity).label.lower()
    return f"{ref} ({as_what}): {reminders.why(line.kind, line.anchor_on, day)}"
