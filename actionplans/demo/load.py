"""The demonstration as a whole: reference data, the three cases, and under DEMO=1 the accounts."""

from datetime import date, datetime, timedelta

from django.db import transaction

from actionplans.demo.board import with_board
from actionplans.demo.cases import CaseLoader, read_cases, weeks_to
from actionplans.demo.people import ACCOUNTS, LINES, PASSWORD, People
from actionplans.models import Plan, PlanGroup
from actionplans.operations import Actor, Decision, publish_plan, set_reminder_rules
from actionplans.reminders import Rules
from core import clock
from inspections.models import Inspection
from inspections.operations import grant_inspection
from inspections.reference_data import load_reference_data
from partnerships.models import Partnership, User
from partnerships.operations import deputise, found_partnership, grant_role, report_to
from partnerships.roles import Role

GRANTED = "ochilvale-joint-inspection-report"
PUBLIC = "ochilvale-joint-inspection"


class AlreadyLoaded(Exception):
    """The cases are there."""


@transaction.atomic
def load_demo(*, today: date, as_recorded: bool, accounts: bool) -> list[Plan]:
    """Loads the three cases, whole or not at all. Raises AlreadyLoaded when one of them is there."""
    source = read_cases()
    if Plan.objects.filter(slug__in=[case["slug"] for case in source["cases"]]).exists():
        raise AlreadyLoaded
    load_reference_data()
    people = {}
    for each in source["partnerships"]:
        partnership = found_partnership(slug=each["slug"], name=each["name"], agencies=each["agencies"])
        people[each["slug"]] = People(partnership)
    plans = []
    for case in source["cases"]:
        slug = case["partnership"].lower()
        shift = timedelta() if as_recorded else weeks_to(date.fromisoformat(case["as_at"]), today)
        told = case if as_recorded else with_board(case)
        plans.append(CaseLoader(told, people[slug].partnership, people[slug], shift).load())
    if not as_recorded:
        _published(next(each for each in plans if each.slug == PUBLIC), people["ochilvale"], clock.at(today, 6))
    _deputies(people["ochilvale"], today)
    _chasing(plans, people, clock.at(today, 6))
    if accounts:
        _accounts(people, today)
    return plans


def _published(plan: Plan, people: People, now: datetime) -> None:
    """One plan of a demonstration that lives today is public, by a decision that is in no case."""
    group = PlanGroup.objects.filter(plan=plan, role=PlanGroup.Role.APPROVES).select_related("group")[0].group
    publish_plan(plan=plan, decision=Decision(group.name), by=Actor(people.account("coordinator")), now=now)


def _deputies(people: People, today: date) -> None:
    """One post is covered by a deputy these weeks, so that a reminder to one can be seen."""
    post = people.post("Child Protection Lead Officer")
    deputise(
        post=post,
        user=people.holder("Team Manager"),
        starts_on=today - timedelta(days=7),
        ends_on=today + timedelta(days=28),
    )


def _chasing(plans: list[Plan], people: dict[str, People], now: datetime) -> None:
    """Who reports to whom; and messages on any day of the week: a demonstration may be looked at on a Sunday."""
    for slug, lines in LINES.items():
        for title, above in lines.items():
            report_to(
                post=people[slug].post(title),
                to=people[slug].post(above),
                by=people[slug].account("coordinator"),
                now=now,
            )
    for plan in plans:
        by = Actor(people[plan.partnership.slug].account("coordinator"))
        set_reminder_rules(plan=plan, rules=Rules(working_days_only=False), by=by, now=now)


def _accounts(people: dict[str, People], today: date) -> None:
    for slug, accounts in ACCOUNTS.items():
        for account, (_, _, role) in accounts.items():
            user = people[slug].account(account)
            _let_in(user)
            grant_role(user=user, partnership=people[slug].partnership, role=role)
        _colleagues(people[slug].partnership)
    inspector = User.objects.create_user("inspector@scrutiny.example", "Verity Lochrane")
    _let_in(inspector)
    inspection = Inspection.objects.get(slug=GRANTED)
    grant_inspection(
        user=inspector,
        inspection=inspection,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=365),
        may_ask=True,
    )
    administrator = User.objects.create_superuser("admin@followthrough.example", "Administrator")
    _let_in(administrator)
    for partnership in Partnership.objects.all():
        grant_role(user=administrator, partnership=partnership, role=Role.ADMINISTRATOR)


def _colleagues(partnership: Partnership) -> None:
    """Whoever else holds a post there is an action owner too, so that posts can be handed from one to another."""
    for user in User.objects.filter(holdings__post__partnership=partnership, memberships=None).distinct():
        grant_role(user=user, partnership=partnership, role=Role.OWNER)


def _let_in(user: User) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
