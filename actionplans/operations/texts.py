"""The agreed texts of a plan and its actions, without state and dates: plain values, so that versions can be kept."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet, TextChoices

from actionplans.models import Action, EvidenceRequirement, Measure, Plan, PlanGroup
from actionplans.operations.history import Refusal
from core import chain
from core.refusal import UpdatedMeanwhile
from inspections.models import QualityIndicator, Recommendation
from partnerships.models import Agency, Group, Post

LABELS = {
    "title": "Action",
    "lead_post": "Named owner",
    "lead_agency": "Lead agency",
    "contributors": "Contributing agencies",
    "recommendations": "Recommendations",
    "start_on": "Start",
    "priority": "Priority",
    "horizon": "Horizon",
    "is_quick_win": "Quick win",
    "measure": "Success measure",
    "baseline": "Baseline",
    "target": "Target",
    "evidence_required": "Evidence required",
    "indicators": "Quality indicators",
    "verifier": "To be verified by",
}

PLAN_LABELS = {"title": "Title", "lead_post": "Plan lead", "ends_on": "End of the plan", "groups": "Groups"}

# Numbers and codes are kept in words, and are no more than once in one report or framework.
NAMESAKES = {"recommendations": "another report", "indicators": "another framework"}
CHOICES: dict[str, type[TextChoices]] = {"priority": Action.Priority, "horizon": Action.Horizon}


@dataclass(frozen=True)
class ActionText:
    """What is agreed about an action, as plain values: keys, words, `start_on` as YYYY-MM-DD."""

    title: str
    lead_post_id: int
    recommendations_ids: tuple[int, ...]
    lead_agency_id: int | None = None
    contributors_ids: tuple[int, ...] = ()
    start_on: str | None = None
    priority: str = ""
    horizon: str = ""
    is_quick_win: bool = False
    measure: str = ""
    baseline: str = ""
    target: str = ""
    evidence_required: tuple[str, ...] = ()
    verifier: str = ""
    indicators_ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, action: Action) -> "ActionText":
        """The text as it stands."""
        measure = action.measures.order_by("pk").first()
        return cls(
            title=action.title,
            lead_post_id=action.lead_post_id,
            recommendations_ids=_keys(action.recommendations.order_by("inspection", "position")),
            lead_agency_id=action.lead_agency_id,
            contributors_ids=_keys(action.contributors.order_by("name")),
            start_on=action.start_on.isoformat() if action.start_on else None,
            priority=action.priority,
            horizon=action.horizon,
            is_quick_win=action.is_quick_win,
            measure=measure.name if measure else "",
            baseline=measure.baseline if measure else "",
            target=measure.target if measure else "",
            evidence_required=tuple(each.text for each in action.evidence_requirements.order_by("position")),
            verifier=action.verifier,
            indicators_ids=_keys(action.indicators.order_by("framework", "position")),
        )

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> "ActionText":
        """Back from what JSON keeps of `plain`."""
        typed: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in values.items()}
        return cls(**typed)

    def plain(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def but(self, **changes: Any) -> "ActionText":
        return replace(self, **changes)

    def in_words(self) -> dict[str, Any]:
        """What LABELS names, with names in the place of keys: what a revision keeps for ever."""
        agencies = dict(
            Agency.objects.filter(pk__in=[*self.contributors_ids, self.lead_agency_id or 0]).values_list("pk", "name")
        )
        numbers = dict(Recommendation.objects.filter(pk__in=self.recommendations_ids).values_list("pk", "number"))
        codes = dict(QualityIndicator.objects.filter(pk__in=self.indicators_ids).values_list("pk", "code"))
        return self.plain() | {
            "lead_post": Post.objects.get(pk=self.lead_post_id).title,
            "lead_agency": agencies.get(self.lead_agency_id or 0, ""),
            "contributors": sorted(agencies[pk] for pk in self.contributors_ids),
            "recommendations": [numbers[pk] for pk in self.recommendations_ids],
            "indicators": [codes[pk] for pk in self.indicators_ids],
        }


@dataclass(frozen=True)
class PlanText:
    """What is agreed about a plan as a whole, as plain values; `ends_on` as YYYY-MM-DD, a group by key and role."""

    title: str
    lead_post_id: int
    ends_on: str | None = None
    groups: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, plan: Plan) -> "PlanText":
        """The text as it stands."""
        groups = plan.plan_groups.order_by("role", "group__name").values_list("group_id", "role")
        ends_on = plan.ends_on.isoformat() if plan.ends_on else None
        return cls(plan.title, plan.lead_post_id, ends_on, tuple(groups))

    @classmethod
    def waiting(cls, plan: Plan) -> "PlanText":
        """What is proposed for the plan itself, else what is agreed or drafted: where whoever changes it begins."""
        proposed = plan.proposals.filter(action=None, ref="").first()
        return cls.from_plain(proposed.text) if proposed else cls.of(plan)

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> "PlanText":
        """Back from what JSON keeps of `plain`."""
        return cls(**values | {"groups": tuple((key, role) for key, role in values["groups"])})

    def plain(self) -> dict[str, Any]:
        return asdict(self) | {"groups": [list(each) for each in self.groups]}

    @property
    def mark(self) -> str:
        """Changes whenever the text does: a form that was opened before notices it."""
        return chain.mark(self.plain() | {"groups": sorted(map(list, self.groups))})

    def check_seen(self, seen: str | None) -> None:
        """Raises UpdatedMeanwhile when `seen` is the mark of another text."""
        if seen and seen != self.mark:
            raise UpdatedMeanwhile(
                "These settings were saved since you opened the form. "
                "Your text is kept. Check it against what is new, then save it again."
            )

    def in_words(self) -> dict[str, Any]:
        """What PLAN_LABELS names, with names in the place of keys: what a revision keeps for ever."""
        names = dict(Group.objects.filter(pk__in=[key for key, _ in self.groups]).values_list("pk", "name"))
        said = sorted(f"{names[key]} {PlanGroup.Role(role).label.lower()}" for key, role in self.groups)
        return self.plain() | {"lead_post": Post.objects.get(pk=self.lead_post_id).title, "groups": said}


def set_plan_text(plan: Plan, text: PlanText) -> None:
    """Makes the text that of the plan. Its address stays; a group that keeps its role keeps its row."""
    plan.title, plan.lead_post_id = text.title, text.lead_post_id
    plan.ends_on = date.fromisoformat(text.ends_on) if text.ends_on else None
    plan.full_clean()
    plan.save(update_fields=["title", "lead_post", "ends_on"])
    kept = [PlanGroup.objects.get_or_create(plan=plan, group_id=key, role=role)[0].pk for key, role in text.groups]
    plan.plan_groups.exclude(pk__in=kept).delete()


def changes_between(
    before: dict[str, Any], after: dict[str, Any], labels: dict[str, str] = LABELS
) -> list[tuple[str, str, str]]:
    """What differs, as (label, before, after) in words, in the order of the labels."""
    after = after | _told_apart(before, after)
    return [
        (label, shown(name, before), shown(name, after))
        for name, label in labels.items()
        if shown(name, before) != shown(name, after)
    ]


def _told_apart(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[str]]:
    """What NAMESAKES names, where a number or code that stood there before now means another one.

    No more is said of it: the reader may not be among those who may read that report.
    """
    told: dict[str, list[str]] = {}
    for name, of in NAMESAKES.items():
        was, now = (dict(zip(text.get(f"{name}_ids", ()), text.get(name, ()), strict=True)) for text in (before, after))
        if any(now[key] in was.values() for key in now.keys() - was.keys()):
            told[name] = [
                f"{said} of {of}" if key not in was and said in was.values() else said for key, said in now.items()
            ]
    return told


def shown(name: str, values: dict[str, Any]) -> str:
    """One thing that LABELS names, as a person reads it: 23 August 2012, yes, Short term, none."""
    value = values.get(name)
    if isinstance(value, list):
        return "; ".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value and name in {"start_on", "ends_on"}:
        return f"{date.fromisoformat(value):%-d %B %Y}"
    if value and name in CHOICES:
        return str(CHOICES[name](value).label)
    return str(value or "none")


def set_measure(action: Action, *, name: str, baseline: str, target: str) -> None:
    """The success measure of an action in words; its readings stay."""
    measure = action.measures.order_by("pk").first()
    if not name:
        _drop_measure(measure)
        return
    if measure is None:
        measure = Measure(action=action)
    measure.name = name
    measure.agree(baseline=baseline, target=target)
    measure.full_clean()
    measure.save()


def _drop_measure(measure: Measure | None) -> None:
    """Takes a success measure away; one with readings is history and stays. Raises Refusal then."""
    if measure and measure.readings.exists():
        raise Refusal("This measure has readings. Change its words, but do not take it away.", "measure")
    if measure:
        measure.delete()


def set_evidence_required(action: Action, texts: list[str]) -> None:
    """The evidence required, one a text; those that stay keep their row, because evidence may answer them."""
    kept = {each.text: each for each in action.evidence_requirements.all()}
    for position, text in enumerate(texts, 1):
        requirement = kept.pop(text, None) or EvidenceRequirement(action=action, text=text)
        requirement.position = position
        requirement.save()
    EvidenceRequirement.objects.filter(pk__in=[each.pk for each in kept.values()], evidence=None).delete()


def _keys(rows: QuerySet) -> tuple[int, ...]:
    return tuple(rows.values_list("pk", flat=True))
