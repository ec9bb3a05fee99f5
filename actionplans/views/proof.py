"""The proof of a plan's reminders: a page, and a file."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from actionplans.models import Attempt, Message, Plan, Reminder
from actionplans.papers.csv import table
from actionplans.proof import ProofRow, proof_rows
from actionplans.views.reading import SignedIn, page, visible_plan
from core import clock
from partnerships.permissions import require
from partnerships.roles import Permission

ROWS_A_PAGE = 50
ROWS_A_CHUNK = 2000
HEADINGS = [
    *("Action", "Reminder", "Rule", "As what", "To", "Address", "For the day", "Planned", "Outcome", "At"),
    *("Answer of the mail server", "Attempts"),
]


@page
def plan_proof(request: SignedIn, plan: str) -> HttpResponse:
    """Every reminder about the plan, or with `?action=` one action: to whom, as what, when, and what became of it."""
    found = _plan(request, plan)
    asked = request.GET.get("action", "")
    action = found.actions.filter(ref=asked).first() if asked else None
    reminders = _reminders(found, asked if action else "")
    page_obj = Paginator(reminders.order_by("-message__on", "-message", "pk"), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "plan": found,
        "action": action,
        "counts": _counts(reminders),
        "page_obj": page_obj,
        "rows": proof_rows(Reminder.objects.filter(pk__in=[each.pk for each in page_obj])),
    }
    return render(request, "actionplans/plan_proof.html", context)


@page
def plan_proof_csv(request: SignedIn, plan: str) -> StreamingHttpResponse:
    """The same as a file, the newest first. Streamed in chunks, the first with the header."""
    found = _plan(request, plan)
    keys = list(
        _reminders(found, request.GET.get("action", ""))
        .order_by("-message__on", "-message", "pk")
        .values_list("pk", flat=True)
    )
    response = StreamingHttpResponse(_chunks(keys), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="reminders-{found.slug}-{clock.today()}.csv"'
    return response


def _plan(request: SignedIn, slug: str) -> Plan:
    found = visible_plan(request, slug)
    require(request.user, Permission.SEE_CHASING, found.partnership)
    return found


def _reminders(plan: Plan, ref: str) -> QuerySet[Reminder]:
    reminders = Reminder.objects.filter(action__plan=plan)
    return reminders.filter(action__ref=ref) if ref else reminders


def _counts(reminders: QuerySet[Reminder]) -> dict[str, int]:
    """The reminders by what became of them; each is in one of the four."""
    state, back = Message.State, Q(message__tries__outcome=Attempt.Outcome.BOUNCED)
    stands = Q(withdrawn_at=None)
    return reminders.aggregate(
        accepted=Count("pk", stands & Q(message__state=state.SENT), distinct=True),
        bounced=Count("pk", stands & back, distinct=True),
        refused=Count("pk", stands & Q(message__state=state.REFUSED), distinct=True),
        waiting=Count("pk", stands & Q(message__state__in=[state.PLANNED, state.CLAIMED]), distinct=True),
        withdrawn=Count("pk", ~stands, distinct=True),
    )


def _chunks(keys: list[int]) -> Iterator[bytes]:
    for start in range(0, max(len(keys), 1), ROWS_A_CHUNK):
        rows = proof_rows(Reminder.objects.filter(pk__in=keys[start : start + ROWS_A_CHUNK]))
        text = table(HEADINGS, (_values(row) for row in rows))
        yield text.encode("utf-8-sig") if start == 0 else text.partition("\r\n")[2].encode()


def _values(row: ProofRow) -> list[object]:
    return [
        *(row.action.ref, row.kind, row.rule, row.capacity, row.person.name, row.address, f"{row.on:%Y-%m-%d}"),
        *(_moment(row.planned_at), row.outcome, _moment(row.outcome_at), row.answer, row.attempts),
    ]


def _moment(moment) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M:%S}" if moment else ""
