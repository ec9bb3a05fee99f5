"""Papers that a worker makes, on one plan or on several, for the person who asked.

The database is the queue: a knock at the worker's door only carries news, and one that is lost costs a minute.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any, cast

from celery import current_app
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet

from actionplans.models import PaperRun, Plan
from actionplans.operations.history import Actor, Refusal
from actionplans.operations.papers import NothingToReport
from actionplans.operations.schedules import start_drafts
from actionplans.papers import FORMATS, PACK, Report, build_report
from actionplans.papers.combined import write_combined
from actionplans.papers.drafting import template_of, words_of
from actionplans.papers.editions import public
from actionplans.papers.pack import beside, build_pack
from actionplans.papers.pack_files import BLOCK, PackWriter
from actionplans.permissions import may_have_pack, packs_for, plans_for_papers
from core import audit, clock
from core.clock import Stopwatch
from inspections.models import Inspection
from partnerships.models import Group, Meeting
from partnerships.permissions import with_memberships

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)  # without a word from a worker it is taken for dead; a plan takes seconds
ATTEMPTS = 3
KEPT = timedelta(days=30)  # how long a file is kept after it was made
MOST_AT_ONCE = 5  # that one person may have waiting or being made
STOPPED = f"The service stopped {ATTEMPTS} times while it made this paper. Try again, with fewer plans."


class TakenOver(Exception):
    """The run was returned to the queue meanwhile: another worker may have it."""


@transaction.atomic
def ask_for_paper(
    *,
    plans: Sequence[Plan],
    group: Group | None,
    on: date,
    format: str,
    is_exempt: bool,
    by: Actor,
    now: datetime,
) -> PaperRun:
    """Has a worker make a paper as at a day: of one plan its progress report, of several a combined one.

    1. Raises Refusal without a plan, for a plan that has nothing to do with the group, and for a person who waits for
       MOST_AT_ONCE papers; NothingToReport for a plan that is not agreed.
    2. Keeps what was asked for, and knocks at the worker's door.
    """
    if not plans:
        raise Refusal("Choose at least one plan.")
    for plan in plans:
        if plan.status in {Plan.Status.DRAFT, Plan.Status.SUBMITTED}:
            raise NothingToReport(f"“{plan}” is not agreed yet. Papers are made of agreed plans.")
        if group and not plan.plan_groups.filter(group=group).exists():
            raise Refusal(f"“{plan}” is not reported to {group}. Leave it out, or choose no group.", "group")
    _wait_in_turn(by)
    title = f"Progress report: {plans[0].title}" if len(plans) == 1 else f"Combined progress report: {len(plans)} plans"
    asked = {"on": on, "format": format, "is_exempt": is_exempt, "asked_at": now, "total": len(plans)}
    run = PaperRun.objects.create(owner=by.user, title=title[:300], group=group, **asked)
    run.plans.set(plans)
    transaction.on_commit(_knock, robust=True)
    return run


@transaction.atomic
def ask_for_pack(*, plan: Plan, inspection: Inspection, by: Actor, now: datetime) -> PaperRun:
    """Has a worker make the pack for the inspectors of an inspection about a plan that answers it.

    Beside its grades stand those of the others that the person may see. Raises Refusal for whom `packs_for` gives none
    of it, and for a person who waits for MOST_AT_ONCE.
    """
    if inspection not in packs_for(by.user, plan, clock.day_of(now)):
        raise Refusal(f"There is no pack of “{plan}” about this inspection for you.")
    _wait_in_turn(by)
    asked = {"on": clock.day_of(now), "format": PACK, "asked_at": now, "total": 2}
    run = PaperRun.objects.create(owner=by.user, title=f"Pack: {plan.title}"[:300], inspection=inspection, **asked)
    run.plans.add(plan)
    run.beside.set(beside(inspection, by.user, clock.day_of(now)))
    transaction.on_commit(_knock, robust=True)
    return run


@transaction.atomic
def try_again(*, run: PaperRun, by: Actor, now: datetime) -> None:
    """Has a paper made once more that could not be made, or whose file was deleted. Raises Refusal for any other."""
    _wait_in_turn(by)
    again = {"state": PaperRun.State.WAITING, "asked_at": now, "attempts": 0, "done": 0, "problem": ""}
    over = Q(state=PaperRun.State.FAILED) | Q(state=PaperRun.State.READY, file="")
    if not PaperRun.objects.filter(over, pk=run.pk).update(**again):
        raise Refusal("This paper is ready, or is being made.")
    transaction.on_commit(_knock, robust=True)


def make_waiting_papers(*, now: datetime) -> int:
    """Makes what waits, the longest waiting first; gives how many files were made.

    Before that: returns what dead workers left (`sweep_papers`), and starts the drafts that are due (`start_drafts`).
    """
    watch, made = Stopwatch(now), 0
    sweep_papers(now=now)
    start_drafts(on=clock.day_of(now), now=now)
    while run := PaperRun.objects.filter(state=PaperRun.State.WAITING).order_by("asked_at", "pk").first():
        made += make_paper(run=run, now=watch.now())
    return made


def make_paper(*, run: PaperRun, now: datetime) -> bool:
    """Makes the file of a run that waits; whether it was made.

    1. Claims the run by one compare-and-swap: of two workers one makes it.
    2. Asks before it begins, and before it keeps the file, whether the owner may still make papers of every plan.
    3. Computes one plan after another, and says after each how far it is. No transaction is open meanwhile.
    4. Why it could not be made is said to the owner in a sentence; the log has where it broke.
    A worker that dies leaves its claim to `sweep_papers`. One that was taken for dead keeps nothing.
    """
    watch = Stopwatch(now)
    if not _claim(run, now):
        return False
    plans = list(run.plans.select_related("partnership", "lead_post").order_by("partnership__name", "title", "pk"))
    try:
        _require_owner(run, plans)
        with TemporaryFile() as made:
            if run.inspection:
                _pack(run, plans[0], made, watch)
            else:
                made.write(_write(run, _reports(run, plans, watch)))
            _require_owner(run, plans)
            _keep(run, made, watch.now())
    except TakenOver:
        return False
    except Refusal as refusal:
        return _fail(run, refusal.messages[0], watch.now())
    except Exception:
        logger.exception("Paper run %s could not be made", run.pk)
        return _fail(run, _where(run, plans), watch.now())
    return True


@transaction.atomic
def sweep_papers(*, now: datetime) -> int:
    """Returns runs to the queue whose worker is gone, at most ATTEMPTS times; gives how many.

    Deletes the files that are older than KEPT. What a clock that jumped has written in the future is gone, too.
    """
    over = Q(heard_at__lt=now - LEASE) | Q(heard_at__gt=now + LEASE)
    hanging = PaperRun.objects.filter(over, state=PaperRun.State.RUNNING)
    hanging.filter(attempts__gte=ATTEMPTS).update(state=PaperRun.State.FAILED, problem=STOPPED)
    old = PaperRun.objects.filter(state=PaperRun.State.READY, heard_at__lt=now - KEPT).exclude(file="")
    for key, name in list(old.values_list("pk", "file")):
        PaperRun.objects.filter(pk=key, file=name).update(file="", sha256="")
        transaction.on_commit(partial(default_storage.delete, name))
    return hanging.update(state=PaperRun.State.WAITING)


def _wait_in_turn(by: Actor) -> None:
    at_work = by.user.paper_runs.filter(state__in=[PaperRun.State.WAITING, PaperRun.State.RUNNING])
    if at_work.count() >= MOST_AT_ONCE:
        raise Refusal(f"{MOST_AT_ONCE} papers are being made for you. Wait until one is ready, then ask again.")


def _knock() -> None:
    """Knocks at the worker's door. A knock that is lost costs a minute: the beat knocks, too."""
    current_app.send_task("actionplans.tasks.make_papers", retry=False)


def _claim(run: PaperRun, now: datetime) -> bool:
    """The number of the attempt says whose the run is."""
    waiting = PaperRun.objects.filter(pk=run.pk, state=PaperRun.State.WAITING, attempts=run.attempts)
    run.state, run.attempts, run.done, run.heard_at = PaperRun.State.RUNNING, run.attempts + 1, 0, now
    claimed = {name: getattr(run, name) for name in ("state", "attempts", "done", "heard_at")}
    return bool(waiting.update(**claimed))


def _claimed(run: PaperRun) -> QuerySet[PaperRun]:
    return PaperRun.objects.filter(pk=run.pk, state=PaperRun.State.RUNNING, attempts=run.attempts)


def _tell(run: PaperRun, now: datetime, **said: Any) -> None:
    """Writes how far a claimed run is. Raises TakenOver when it is claimed no more."""
    if not _claimed(run).update(heard_at=now, **said):
        raise TakenOver
    for name, value in said.items():
        setattr(run, name, value)


def _require_owner(run: PaperRun, plans: Sequence[Plan]) -> None:
    """Raises Refusal when the owner of a run may no longer have it. Read anew: a right may have been taken since."""
    owner = with_memberships(run.owner_id)
    if run.inspection:
        if not (owner and owner.is_active and may_have_pack(owner, run, run.on)):
            raise Refusal(f"You may no longer have the pack of “{plans[0]}”. Nothing was made. Ask for a new one.")
        return
    allowed = set(plans_for_papers(owner).values_list("pk", flat=True)) if owner and owner.is_active else set()
    barred = [str(plan) for plan in plans if plan.pk not in allowed]
    if barred:
        raise Refusal(f"You may no longer make papers of “{barred[0]}”. Nothing was made. Ask again without it.")


def _pack(run: PaperRun, plan: Plan, into: IO[bytes], watch: Stopwatch) -> None:
    """Writes the pack as at the day on which it is made: an older day would show what was taken back since.

    The steps are the reading of the plan, then those of the writer.
    """
    now = watch.now()
    pack = build_pack(plan, cast(Inspection, run.inspection), clock.day_of(now), list(run.beside.all()))
    _tell(run, now, on=clock.day_of(now), total=len(pack.pieces) + 2, done=1)
    for done in PackWriter(pack, into).steps():
        _tell(run, watch.now(), done=done + 1)


def _reports(run: PaperRun, plans: Sequence[Plan], watch: Stopwatch) -> list[Report]:
    """The reports of the plans, one after another; for the meeting that a draft is for, or the group's next."""
    meeting = _meeting(run)
    reports = []
    for plan in plans:
        words = words_of(plan, meeting) if meeting else None
        report = build_report(plan, on=run.on, meeting=meeting, words=words)
        reports.append(report if run.is_exempt else public(report))
        _tell(run, watch.now(), done=len(reports))
    return reports


def _meeting(run: PaperRun) -> Meeting | None:
    if run.round:
        return run.round.meeting
    if run.group is None:
        return None
    return run.group.meetings.filter(on__gte=run.on).select_related("group").order_by("on").first()


def _write(run: PaperRun, reports: Sequence[Report]) -> bytes:
    template = template_of(run.group) if run.group else None
    if len(reports) == 1:
        return FORMATS[run.format].write(reports[0], template)
    return write_combined(reports, run.format, template)


def _keep(run: PaperRun, made: IO[bytes], now: datetime) -> None:
    """Keeps the file and says that it is ready; of one who was taken for dead the file goes again."""
    made.seek(0)
    digest = _sha256(made)
    run.file.save(f"{run.pk}-{run.attempts}.{run.format}", File(made), save=False)
    name = run.file.name
    try:
        _tell(run, now, state=PaperRun.State.READY, file=name, sha256=digest)
    except TakenOver:
        run.file.delete(save=False)
        raise
    audit.record(who=run.owner, what="paper made", about=run.title, at=now, run=run.pk, sha256=digest)


def _sha256(made: IO[bytes]) -> str:
    """Of a file that may be large, read in blocks; it stands at its beginning again."""
    digest = hashlib.sha256()
    while data := made.read(BLOCK):
        digest.update(data)
    made.seek(0)
    return digest.hexdigest()


def _fail(run: PaperRun, problem: str, now: datetime) -> bool:
    _claimed(run).update(state=PaperRun.State.FAILED, problem=problem, heard_at=now)
    return False


def _where(run: PaperRun, plans: Sequence[Plan]) -> str:
    """What a person can do about a fault of ours, by the step at which it came."""
    if run.inspection:
        return "Something went wrong while the pack was made. It is in our log. Try again later."
    if run.done < len(plans):
        return f"Something went wrong with “{plans[run.done]}”. It is in our log. Try again, or leave that plan out."
    return "Something went wrong while the file was written. It is in our log. Try again, or choose another format."
