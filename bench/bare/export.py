"""The rows of the bare CSV: the same columns and values as the product's, from the actions as they are today."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Max, QuerySet

from actionplans.models import Action, Closure, Entry, Evidence, ProgressUpdate, Verification
from partnerships.models import Holding

HEADINGS = (
    *("Ref", "Recommendation", "Action", "Owner", "Lead agency"),
    *("Contributors", "Start", "Original due", "Current due", "Date changes"),
    *("Days late", "Days past original", "Status", "Per cent complete", "RAG"),
    *("Why this RAG", "Reason or barrier", "Latest update", "Update date", "Update by"),
    *("Success measure", "Evidence required", "Evidence held", "Verification", "Closure"),
    "Done but not improved enough",
)


def rows_of(actions: QuerySet[Action], today: date) -> Iterator[list]:
    updates, verifications, closures = _last(ProgressUpdate), _last(Verification), _last(Closure)
    held = Counter(Evidence.objects.values_list("action", flat=True))
    owners = {}
    for holding in Holding.objects.on(today).select_related("user").order_by("kind"):  # deputies come first
        suffix = ", deputy" if holding.kind == Holding.Kind.DEPUTY else ""
        owners.setdefault(holding.post_id, f"{holding.user.name}{suffix}")
    fetched = actions.select_related("lead_post", "lead_agency").prefetch_related(
        "recommendations", "contributors", "evidence_requirements", "measures__readings"
    )
    for each in fetched:
        rag, update = each.rag(today), updates.get(each.pk)
        verification, closure = verifications.get(each.pk), closures.get(each.pk)
        yield [
            each.ref,
            "; ".join(f"{one.number} {one.text}" for one in each.recommendations.all()),
            each.title,
            f"{each.lead_post.title} ({owners.get(each.lead_post_id, 'vacant')})",
            each.lead_agency.name if each.lead_agency else "",
            ", ".join(one.name for one in each.contributors.all()),
            each.start_on,
            each.original_due_on,
            each.current_due_on,
            each.date_changes,
            each.days_late(today),
            each.days_past_original(today),
            each.get_status_display(),
            each.percent,
            rag.word,
            rag.because,
            each.barrier or ("not recorded" if rag.word in ("Amber", "Red") else ""),
            update.wording if update else "",
            update.happened_on if update else None,
            update.by_post if update else "",
            "; ".join(_measure(one) for one in each.measures.all()),
            ", ".join(one.text for one in each.evidence_requirements.all()),
            held[each.pk],
            _verification(verification) if verification else "",
            f"{closure.decided_by}, {closure.happened_on:%-d %B %Y}, minute {closure.minute}" if closure else "",
            "; ".join(filter(None, map(short_of, each.measures.all()))) if each.is_done else "",
        ]


def _last(model: type[Entry]) -> dict[int, Entry]:
    """The last row of one kind of each action."""
    last = model.objects.values("action").annotate(last=Max("pk")).values("last")
    return {each.action_id: each for each in model.objects.filter(pk__in=last)}


def _measure(measure) -> str:
    readings = sorted(measure.readings.all(), key=lambda each: each.on)
    latest = readings[-1].words if readings else "not recorded"
    return f"{measure.name}: baseline {measure.baseline}, target {measure.target}, latest {latest}"


def short_of(measure) -> str:
    """What the last reading is short of; all measures of the benchmark are in numbers, and higher is better."""
    last = max(measure.readings.all(), key=lambda each: each.on, default=None)
    if last and last.value >= measure.target_value:
        return ""
    return f"{measure.name}: {last.words if last else 'no reading'}, target {measure.target}"


def _verification(said: Verification) -> str:
    return f"{'Verified' if said.is_accepted else 'Returned'} by {said.verifier}, {said.happened_on:%-d %B %Y}"
