"""What happens behind the scenes of a journey, in the environment of the service.

The tests themselves never open the database of the service that they visit; they ask for these by name.
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta

from django.core.management import call_command

from actionplans.demo.board import BOARD
from actionplans.demo.load import GRANTED, load_demo
from actionplans.demo.people import PASSWORD
from actionplans.models import Measure, PaperRun, Plan, Round
from actionplans.operations import (
    Actor,
    NewEvidence,
    add_evidence,
    ask_question,
    issue_paper,
    make_paper,
    make_waiting_papers,
)
from actionplans.operations.plans import recommendations_of
from core import clock
from inspections.models import Grant, Inspection
from inspections.operations import grant_inspection
from partnerships.models import Group, Holding, User
from partnerships.operations import add_meeting


def prepare() -> dict[str, int | str]:
    """An empty database becomes the demonstration, with one paper issued. Gives the keys that addresses hold."""
    now = clock.now()
    today = clock.day_of(now)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    load_demo(today=today, as_recorded=False, accounts=True)
    plan = Plan.objects.get(slug="ochilvale-joint-inspection")
    coming = plan.rounds.filter(meeting__on__gte=today).order_by("meeting__on")[0]
    past = plan.rounds.filter(meeting__on__lt=today).order_by("-meeting__on")[0]
    clerk = User.objects.get(email="clerk@ochilvale.example")
    paper = issue_paper(plan=plan, meeting=past.meeting, on=past.meeting.on, by=Actor(clerk), now=now)
    run = PaperRun.objects.create(
        owner=clerk, title="Paper for the clerk", on=today, format="docx", total=1, asked_at=now
    )
    run.plans.add(plan)
    make_paper(run=run, now=now)
    asked = recommendations_of(plan)[0]
    head = Holding.objects.get(user__email="head@ochilvale.example")
    measure = Measure.objects.get(action__plan=plan, action__ref="R4.1")
    keys = {
        "meeting": coming.meeting_id,
        "paper": paper.pk,
        "run": run.pk,
        "recommendation": asked.pk,
        "measure": measure.pk,
    }
    group = coming.meeting.group
    board = Round.objects.get(meeting__group__name=BOARD, meeting__on__gte=today)
    keys["board_meeting"] = board.meeting_id
    new = NewEvidence(title="Register of training")
    action = plan.actions.get(ref="R4.1")
    keys["evidence"] = add_evidence(action=action, evidence=new, by=Actor(clerk), now=now).pk
    inspector = User.objects.get(email="inspector@scrutiny.example")
    said = {"inspection": Inspection.objects.get(slug=GRANTED), "by": Actor(inspector), "now": now}
    keys["question"] = ask_question(action=action, text="Which teams were trained first?", **said).pk
    keys["grant"] = inspector.grants.get().pk
    return keys | {"post": head.post_id, "person": head.user_id, "group": group.slug}


def invite_inspector(email: str) -> None:
    """Another inspector of the inspection that the demonstration grants, to yesterday month."""
    user = User.objects.create_user(email, "Torquil Ardvreck")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    inspection, today = Inspection.objects.get(slug=GRANTED), clock.today()
    starts_on, ends_on = today - timedelta(days=60), today + timedelta(days=30)
    grant_inspection(user=user, inspection=inspection, starts_on=starts_on, ends_on=ends_on)


def meet(group: str, *days: str) -> list[int]:
    """Sittings of a group so many days from now, whose papers are due on the day. Gives their keys."""
    today = clock.today()
    found = Group.objects.get(slug=group, partnership__slug="ochilvale")
    dates = [today + timedelta(days=int(each)) for each in days]
    return [add_meeting(group=found, on=on, paper_deadline_on=on).pk for on in dates]


def let_grant_end(email: str) -> None:
    """As if the last day of the inspector's grant had been yesterday."""
    Grant.objects.filter(user__email=email).update(ends_on=clock.today() - timedelta(days=1))


def make_papers() -> int:
    """What the worker does, of which the stage has none."""
    return make_waiting_papers(now=clock.now())


VERBS: dict[str, Callable] = {
    verb.__name__: verb for verb in (prepare, invite_inspector, let_grant_end, meet, make_papers)
}


def run(verb: str, *arguments: str) -> None:
    """Called by `Stage.backstage`, in a process of its own."""
    json.dump(VERBS[verb](*arguments), sys.stdout)
