"""Who is owed a reminder: people with a late action each, and a rule that says so again every week."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from actionplans.models import Action, Plan, ReminderRules, Status
from actionplans.reminders import Rules
from partnerships.models import Holding, Partnership, Post, User

WEEK = 7  # days from step to step
TENTH = 10  # the server never takes mail for every tenth
# Lateness is said on day 1 and every seventh day after; nobody else is told, and Sundays count.
RULES = replace(
    Rules(),
    update_before=(),
    due_before=(),
    due_after=(1, 8, 15, 22),
    then_every=WEEK,
    line_after=None,
    lead_after=None,
    chair_after=None,
    working_days_only=False,
)


@dataclass
class Owner:
    """`done_in` is the week in which the action was completed, so that from then on a reminder may be left out."""

    user_id: int
    email: str
    done_in: int | None = None

    @property
    def is_refused(self) -> bool:
        return self.email.startswith("gone")


def step_of(week: int) -> int:
    """Days late that a reminder of that week is counted from; the first week is 0."""
    return WEEK * week + 1


def make_people(count: int, first_day: date) -> list[Owner]:
    """An active plan with a late action of each owner; due one, two or three days before the first day."""
    long_ago = first_day - timedelta(days=400)
    partnership = Partnership.objects.create(slug="chaos", name="Chaos")
    names = [f"{'gone' if number % TENTH == 0 else 'owner'}{number}" for number in range(1, count + 1)]
    users = User.objects.bulk_create([User(email=f"{name}@chaos.example", name=name, password="!") for name in names])
    posts = Post.objects.bulk_create([Post(partnership=partnership, title=f"Post of {name}") for name in names])
    pairs = list(zip(users, posts, strict=True))
    Holding.objects.bulk_create([Holding(post=post, user=user, starts_on=long_ago) for user, post in pairs])
    lead = Post.objects.create(partnership=partnership, title="Vacant lead")
    plan = Plan.objects.create(
        slug="chaos",
        partnership=partnership,
        title="Plan in hard times",
        lead_post=lead,
        status=Plan.Status.ACTIVE,
        version=1,
        approved_on=long_ago,
    )
    ReminderRules.objects.create(plan=plan, **RULES.as_row())
    Action.objects.bulk_create(
        Action(
            plan=plan,
            position=number,
            ref=f"C{number}",
            title="Late",
            lead_post=post,
            status=Status.IN_PROGRESS,
            current_due_on=first_day - timedelta(days=1 + number % 3),
        )
        for number, post in enumerate(posts)
    )
    return [Owner(user.pk, user.email) for user in users]


def complete(owner: Owner, week: int) -> None:
    """As if the owner had said that it is done, in the middle of it all: what waits is withdrawn."""
    Action.objects.filter(lead_post__holdings__user=owner.user_id).update(status=Status.COMPLETED, percent=100)
    owner.done_in = week
