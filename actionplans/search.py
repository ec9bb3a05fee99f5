"""Search: what a person may open, by the words in it. It looks only where pages look, through `visible_to`.

Of an action that is its own text: the agreed one, because what is proposed is kept elsewhere (docs/adr/0008), and that
of a draft, which only those see who see drafts. Of updates and the parts of contributors it is the committee wording.
Not looked into: working notes, drafts and wording that waits to be read, proposals, evidence, reasons of exemptions.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.urls import reverse

from actionplans.models import Action, Contribution, Paper, Plan, ProgressUpdate
from actionplans.permissions import visible_as_at
from core.search import matching, needles
from core.written_days import day_in
from inspections.models import Inspection, Recommendation
from partnerships.models import Group, Meeting, Partnership, Post, User
from partnerships.roles import Permission

MOST = 100  # of one kind: the newest
REFERENCE = re.compile(r"[^\s\"]{0,12}[0-9][^\s\"]{0,8}")
IS_THE_REFERENCE, IS_BELOW_IT, HAS_THE_WORDS = 2, 1, 0
MEETING = re.compile("meetings?", re.IGNORECASE)  # says nothing beside a day
OF_A_MEETING = 0.4  # of what its group's name counts


@dataclass(frozen=True)
class Hit:
    """Something that was found: what it is, where it is, to what it belongs, and the text that has the words."""

    kind: str
    title: str
    url: str
    belongs: tuple[str, ...]
    text: str = ""
    on: date | None = None  # shown beside the kind, unless the title says it
    tier: int = HAS_THE_WORDS
    score: float = 0.0

    @property
    def told_on(self) -> date | None:
        return None if self.on and f"{self.on:%-d %B %Y}" in self.title else self.on

    @property
    def order(self) -> tuple[int, float, int]:
        """A reference that was typed first, then what fits best, of what fits as well the newest."""
        return -self.tier, -round(self.score, 3), -(self.on.toordinal() if self.on else 0)


@dataclass(frozen=True)
class Within:
    """Where to look: of one partnership or plan only, where it is given."""

    user: User
    on: date
    partnership: Partnership | None = None
    plan: Plan | None = None

    def limited(self, rows: QuerySet[Any], to_partnership: str, to_plan: str) -> QuerySet[Any]:
        """The rows of the partnership and plan, by the names that lead to them."""
        if self.partnership:
            rows = rows.filter(**{to_partnership: self.partnership.pk})
        return rows.filter(**{to_plan: self.plan.pk}) if self.plan else rows


@dataclass(frozen=True)
class Found:
    """The hits, the best first; `cut` when of some kind only the newest MOST are among them."""

    hits: list[Hit]
    cut: bool


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is looked for: its name in addresses, its label, its weight, the kinds of its hits, and how
    these are found, some of them together with those of another kind.
    """

    key: str
    label: str
    weight: float
    finds: tuple[str, ...]
    find: Callable[[str, Within], Iterable[tuple[Any, Hit]]]


def find(words: str, within: Within, kinds: Iterable[str] = ()) -> Found:
    """What has the words, or is called by the reference, of all kinds or of the given ones. At most ten queries."""
    wanted = set(kinds) or set(KINDS)
    hits: dict[str, Hit] = {}
    cut = False
    asked: dict[Any, list[tuple[Any, Hit]]] = {}
    for kind in (each for each in KINDS.values() if each.key in wanted):
        if kind.find not in asked:
            asked[kind.find] = list(kind.find(words.strip(), within))
        rows = [each for each in asked[kind.find] if each[1].kind in kind.finds]
        named = [each for each in rows if each[1].tier]
        rows.sort(key=lambda each: each[1].on or date.min, reverse=True)
        fitting = [[each for each in rows if not each[1].tier and each[1].kind == label] for label in kind.finds]
        cut = cut or any(len(some) > MOST for some in (named, *fitting))
        for row, hit in chain(named[:MOST], *(some[:MOST] for some in fitting)):
            score = kind.weight * (1.0 if hit.tier else row.relevance)
            known = hits.get(f"{hit.kind} {row.pk}")
            if known is None or known.tier < hit.tier:
                hits[f"{hit.kind} {row.pk}"] = replace(hit, score=score)
    return Found(sorted(hits.values(), key=lambda hit: hit.order), cut)


def _plans(words: str, within: Within) -> Iterable[tuple[Any, Hit]]:
    rows = within.limited(Plan.objects.visible_to(within.user, within.on), "partnership", "pk")
    for each in _newest(matching(rows, words, "title").select_related("partnership"), "approved_on"):
        belongs = (each.partnership.name, each.get_status_display())
        yield each, Hit("Plan", each.title, each.get_absolute_url(), belongs, on=each.approved_on)


def _actions(words: str, within: Within) -> Iterable[tuple[Any, Hit]]:
    rows = within.limited(Action.objects.visible_to(within.user, within.on), "plan__partnership", "plan")
    rows = rows.select_related("plan__partnership", "lead_post")
    named = ((each, _tier(each.ref, words)) for each in _called(rows, "ref", words))
    fitting = _newest(matching(rows, words, "ref", "title", "barrier"), "last_update_on")
    for each, tier in (*named, *((each, HAS_THE_WORDS) for each in fitting)):
        belongs = (each.plan.title, each.plan.partnership.name, each.lead_post.title, each.state_word.label)
        on, url = each.last_update_on, each.get_absolute_url()
        yield each, Hit("Action", f"{each.ref} {each.title}", url, belongs, each.barrier, on, tier)


def _recommendations(words: str, within: Within) -> Iterable[tuple[Any, Hit]]:
    seen = Inspection.objects.visible_to(within.user, within.on)
    rows = within.limited(
        Recommendation.objects.filter(inspection__in=seen), "inspection__partnership", "inspection__plans"
    ).select_related("inspection__partnership")
    called = Q(number__iregex=rf"^{_below(words)}$") if REFERENCE.fullmatch(words) else None
    rows = matching(rows, words, "number", "text", also=called)
    closest = [Case(When(called, then=Length("number"))).asc(nulls_last=True)] if called else []
    newest = F("inspection__published_on").desc(nulls_last=True)
    for each in rows.order_by(*closest, newest, "-pk")[: 2 * (MOST + 1)]:
        tier = _tier(each.number, words) if called else HAS_THE_WORDS
        url = reverse("actionplans:recommendation", args=[each.inspection.slug, each.pk])
        belongs = (each.inspection.title, each.inspection.partnership.name)
        title, on = f"Recommendation {each.number}", each.inspection.published_on
        yield each, Hit("Recommendation", title, url, belongs, each.text, on, tier)


def _updates(words: str, within: Within) -> Iterable[tuple[Any, Hit]]:
    """The published wording, that of updates which were corrected since, too: it stands in the history as such."""
    seen = visible_as_at(within.user, within.on, within.on)
    corrected = Exists(ProgressUpdate.objects.filter(corrects=OuterRef("pk")))
    updates = ProgressUpdate.objects.annotate(is_corrected=corrected)
    for rows, label in ((updates, "Update"), (Contribution.objects.select_related("agency"), "Part of a contributor")):
        mine = within.limited(rows.filter(action__in=seen), "plan__partnership", "plan")
        mine = mine.select_related("plan__partnership", "action__plan")
        for each in _newest(matching(mine, words, "wording"), "recorded_at"):
            said_by = each.agency.name if isinstance(each, Contribution) else each.by_post or each.by_name
            note = ("corrected later",) if getattr(each, "is_corrected", False) else ()
            belongs = (each.plan.title, each.plan.partnership.name, said_by, *note)
            title, url = f"{each.action.ref} {each.action.title}", each.action.get_absolute_url()
            yield each, Hit(label, title, url, belongs, each.wording, each.happened_on)


def _inspections(words: str, within: Within) -> Iterable[tuple[Any, Hit]]:
    rows = within.limited(Inspection.objects.visible_to(within.user, within.on), "partnership", "plans")
    rows = matching(rows, words, "title", "conclusion").select_related("partnership", "lead_body")
    for each in _newest(rows, "published_on"):
        url = reverse("actionplans:inspection", args=[each.slug])
        belongs = (each.partnership.name, str(each.lead_body))
        yield each, Hit("Inspection", each.title, url, belongs, each.conclusion, each.published_on)


def _papers(words: str, within: Within) -> Iterable[tuple[Any, Hit]]:
    """By the title of the plan, the name of the group and what an edition changed; not by all that is in them."""
    seen = Plan.objects.visible_to(within.user, within.on)
    seen = seen.filter(partnership__in=within.user.partnerships_where(Permission.READ_PAPERS))
    rows = within.limited(Paper.objects.filter(plan__in=seen), "plan__partnership", "plan")
    rows = rows.select_related("plan__partnership", "meeting__group").defer("content", "exempt_content")
    for each in _newest(matching(rows, words, "plan__title", "meeting__group__name", "changed"), "issued_at"):
        title = f"Paper for {each.meeting}, edition {each.edition}"
        belongs = (each.plan.title, each.plan.partnership.name)
        yield each, Hit("Issued paper", title, each.get_absolute_url(), belongs, each.changed, each.as_at)


def _posts_and_groups(words: str, within: Within) -> Iterable[tuple[Any, Hit]]:
    """Posts and groups by their names, and meetings by the name of their group, their day, or both. One query."""
    day, rest = day_in(words)
    here = Partnership.objects.visible_to(within.user)
    if within.partnership:
        here = here.filter(pk=within.partnership.pk)
    posts, groups = Post.objects.filter(partnership__in=here), Group.objects.filter(partnership__in=here)
    if within.plan:
        posts = posts.filter(Q(pk=within.plan.lead_post_id) | Q(pk__in=within.plan.actions.values("lead_post")))
        groups = groups.filter(pk__in=within.plan.plan_groups.values("group"))
    meetings = Meeting.objects.filter(group__in=groups)
    if day:
        asked = {"on__year": day.year, "on__month": day.month, "on__day": day.day}
        meetings = meetings.filter(**{name: number for name, number in asked.items() if number})
    others = " ".join(word for word in rest.split() if not (day and MEETING.fullmatch(word)))
    is_day_alone = day is not None and not needles(others)[0]
    every = meetings.annotate(relevance=Value(1.0))
    sittings = every if is_day_alone else matching(meetings, others, "group__name")
    for each in _in_one_query(matching(posts, words, "title"), matching(groups, words, "name"), sittings):
        belongs = (each.partnership_name, *((each.agency_name,) if each.agency_name else ()))
        if each.label == "Post":
            yield each, Hit("Post", each.named, reverse("actionplans:post", args=[each.place, each.pk]), belongs)
            continue
        place = reverse("actionplans:group", args=[each.place, each.address])
        if each.label == "Group":
            yield each, Hit("Group", each.named, place, belongs)
            continue
        title, url = f"{each.named}, {each.held_on:%-d %B %Y}", f"{place}?meeting={each.pk}#meeting-{each.pk}"
        tier = IS_BELOW_IT if day and day.is_whole else HAS_THE_WORDS
        by_name = each if is_day_alone else each._replace(relevance=each.relevance * OF_A_MEETING)
        yield by_name, Hit("Meeting", title, url, belongs, on=each.held_on, tier=tier)


def _in_one_query(posts: QuerySet[Post], groups: QuerySet[Group], meetings: QuerySet[Meeting]) -> Iterable[Any]:
    """The posts and groups, which are held on no day, then the meetings, the latest first.

    Meetings are asked for first: their columns tell PostgreSQL of what type the empty ones of the others are.
    """
    none, nowhere = Value(None, DateField()), Value(None, CharField())
    here = {"place": F("partnership__slug"), "partnership_name": F("partnership__name")}
    of_group = {"place": F("group__partnership__slug"), "partnership_name": F("group__partnership__name")}
    told: list[QuerySet[Any]] = [
        meetings.annotate(
            label=Value("Meeting"), held_on=F("on"), named=F("group__name"), address=F("group__slug"), **of_group
        ).annotate(agency_name=nowhere),
        posts.annotate(
            label=Value("Post"), held_on=none, named=F("title"), address=nowhere, agency_name=F("agency__name"), **here
        ),
        groups.annotate(
            label=Value("Group"), held_on=none, named=F("name"), address=F("slug"), agency_name=nowhere, **here
        ),
    ]
    columns = ("label", "pk", "held_on", "named", "address", "place", "partnership_name", "agency_name", "relevance")
    first, *more = (each.values_list(*columns, named=True) for each in told)
    return first.union(*more, all=True).order_by(F("held_on").desc(nulls_first=True), "-pk")[: 3 * (MOST + 1)]


KINDS = {
    each.key: each
    for each in (
        Kind("plans", "Plans", 1.0, ("Plan",), _plans),
        Kind("inspections", "Inspections", 0.95, ("Inspection",), _inspections),
        Kind("actions", "Actions", 0.9, ("Action",), _actions),
        Kind("recommendations", "Recommendations", 0.9, ("Recommendation",), _recommendations),
        Kind("posts", "Posts", 0.8, ("Post",), _posts_and_groups),
        Kind("groups", "Groups and meetings", 0.8, ("Group", "Meeting"), _posts_and_groups),
        Kind("updates", "Updates", 0.7, ("Update", "Part of a contributor"), _updates),
        Kind("papers", "Issued papers", 0.4, ("Issued paper",), _papers),
    )
}


def _newest(rows: QuerySet[Any], by: str) -> QuerySet[Any]:
    """One more than is shown, so that it can be said that there are more."""
    return rows.order_by(F(by).desc(nulls_last=True), "-pk")[: MOST + 1]


def _called(rows: QuerySet[Any], name: str, words: str) -> QuerySet[Any]:
    """Those whose reference was typed, with or without the letters before its number, and those below them."""
    if not REFERENCE.fullmatch(words):
        return rows.none()
    return rows.filter(**{f"{name}__iregex": rf"^{_below(words)}$"}).order_by(Length(name), name, "pk")[: MOST + 1]


def _below(words: str) -> str:
    return rf"[^0-9]*{re.escape(words)}(\.[0-9]+)*"


def _tier(reference: str, words: str) -> int:
    if re.fullmatch(rf"[^0-9]*{re.escape(words)}", reference, re.IGNORECASE):
        return IS_THE_REFERENCE
    return IS_BELOW_IT if re.fullmatch(_below(words), reference, re.IGNORECASE) else HAS_THE_WORDS
