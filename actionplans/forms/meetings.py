"""The page of a meeting: how things were decided, and a row for each thing that waits for a decision."""

import re
from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from actionplans import operations
from actionplans.forms.decisions import DecidedForm
from actionplans.forms.papers import PaperRow
from actionplans.models import OVER, Action, DateRequest, Paper, Plan, Status, Verification
from actionplans.operations import Actor, Decision, Refusal
from actionplans.operations.completion import CHECK_MONTHS
from actionplans.operations.dates import date_warnings
from actionplans.outcomes import missed_targets
from core.checked_forms import CheckedForm
from core.forms import LongText
from partnerships.calendars import days_off
from partnerships.models import Group

LEAVE = "leave"
MOST_PAPERS = 20
MOST_ROWS = 150  # of a kind: more would be more fields than Django takes in one post
SMALL = {"class": "govuk-radios--small"}


class Row(CheckedForm):
    """A decision about one action. Its errors name the action, because the summary above lists those of all rows."""

    mark_optional = False
    outcome: forms.ChoiceField

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, initial={"outcome": LEAVE}, **kwargs)
        self.subject = self.action = action
        self.asks_why = False
        self.fields["outcome"].label = f"Decision on {action.ref}"

    @property
    def is_chosen(self) -> bool:
        return self.cleaned_data.get("outcome", LEAVE) != LEAVE

    def take(self, refusal: ValidationError) -> None:
        field = next(iter(getattr(refusal, "error_dict", {})), "")
        super().take(Refusal(f"{self.action.ref}: {' '.join(refusal.messages)}", field))

    def _ask_why(self) -> None:
        self.asks_why = True


class DateRow(Row):
    """An open request for a later date."""

    outcome = forms.ChoiceField(
        widget=forms.RadioSelect(attrs=SMALL),
        choices=[("grant", "Grant"), ("refuse", "Refuse"), ("refer", "Take to a group"), (LEAVE, "Leave")],
        error_messages={"required": "Choose a decision, or “Leave”."},
    )
    group = forms.ChoiceField(
        label="Group, when taken to one",
        required=False,
        widget=forms.Select(attrs={"class": "govuk-!-width-full"}),  # else long names widen the table on a phone
    )

    def __init__(
        self, *args: Any, about: DateRequest, on: date, off: Container[date], groups: Mapping[str, Group], **kwargs: Any
    ) -> None:
        action = cast(Action, about.action)
        super().__init__(*args, prefix=f"date-{about.pk}", action=action, **kwargs)
        self.about, self.groups = about, groups
        self.days_late, self.days_past_original = action.days_late(on), action.days_past_original(on)
        self.warnings = date_warnings(action, about.to_on, on, off)
        choices = [("", "Choose a group"), *((key, str(group)) for key, group in groups.items())]
        cast(forms.ChoiceField, self.fields["group"]).choices = choices

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("outcome") == "refer" and not given.get("group"):
            self.add_error("group", f"{self.action.ref}: choose the group that is to decide.")
        if given.get("outcome") not in {None, "refer"} and given.get("group"):
            self.add_error("group", f"{self.action.ref}: choose “Take to a group”, or no group.")
        return given

    def record(self, decision: Decision, by: Actor, now: datetime) -> object:
        outcome = self.cleaned_data["outcome"]
        if outcome == "refer":
            group = self.groups[self.cleaned_data["group"]]
            return operations.refer_date_change(request=self.about, group=group, by=by, now=now)
        return operations.decide_date_change(
            request=self.about, is_granted=outcome == "grant", decision=decision, by=by, now=now
        )


class CloseRow(Row):
    """A verified action that a group may close."""

    checked_fields = ("target_reason", "risk_accepted_by")

    outcome = forms.ChoiceField(
        widget=forms.RadioSelect(attrs=SMALL),
        choices=[("close", "Close"), (LEAVE, "Leave")],
        error_messages={"required": "Choose “Close” or “Leave”."},
    )
    target_reason = forms.CharField(
        label="Why it is closed although the target is not met",
        max_length=2000,
        required=False,
        widget=LongText(attrs={"rows": 2}),
    )
    risk_accepted_by = forms.CharField(label="Risk accepted by (optional)", max_length=200, required=False)
    check_months = forms.TypedChoiceField(
        label="Check that it lasts",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "No check"), *((str(months), f"In {months} months") for months in CHECK_MONTHS)],
    )

    def __init__(self, *args: Any, missed: list[str], verification: Verification | None, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"close-{kwargs['action'].pk}", **kwargs)
        self.verification = verification
        if missed:
            self.fields["target_reason"].help_text = f"{'; '.join(missed)}. Needed to close it."
        else:
            del self.fields["target_reason"]

    def record(self, decision: Decision, by: Actor, now: datetime) -> object:
        return operations.close_action(
            action=self.action,
            by=by,
            decision=decision,
            now=now,
            target_reason=self.cleaned_data.get("target_reason", ""),
            risk_accepted_by=self.cleaned_data["risk_accepted_by"],
            check_months=self.cleaned_data["check_months"],
        )


class Head(DecidedForm):
    """How all of it was decided; drawn by the page, not by a layout."""

    asks_why = False

    def _ask_why(self) -> None:
        self.asks_why = True


class MeetingPage:
    """All forms of the page; to the error summary a formset.

    Of each kind there are MOST_ROWS on a page at most; `page_obj` counts the pages by the kind that has more. What was
    decided by somebody else since the page was opened still has its row, so that the answer says so.
    """

    def __init__(self, data: Mapping[str, str] | None, *, plan: Plan, on: date, page: str | None = None) -> None:
        self.plan, self.on, self.data = plan, on, data
        self.is_bound = data is not None
        self.head = Head(data, plan=plan, on=on)
        asked = DateRequest.objects.filter(~Q(action__status__in=OVER), plan=plan).waiting().order_by("seq")
        verified = plan.actions.filter(status=Status.VERIFIED).order_by("position")
        self.page_obj = Paginator(range(max(asked.count(), verified.count())), MOST_ROWS).get_page(page)
        self.dates = self._date_rows(self._on_page(asked, "date"))
        self.closings = self._close_rows(self._on_page(verified, "close"))
        self.papers = [PaperRow(data, paper=each) for each in self._issued()]
        self._problems: list[str] = []

    @property
    def rows(self) -> list[DateRow | CloseRow | PaperRow]:
        return [*self.papers, *self.dates, *self.closings]

    @property
    def forms(self) -> list[CheckedForm]:
        return [self.head, *self.rows]

    @property
    def chosen(self) -> list[DateRow | CloseRow | PaperRow]:
        return [row for row in self.rows if row.is_chosen]

    def is_valid(self) -> bool:
        """Whether nothing is wrong, and something is decided."""
        good = all(each.is_valid() for each in self.forms)
        none = good and not self.chosen
        self._problems = ["Choose at least one decision. Everything is still set to “Leave”."] if none else []
        return good and not none

    def non_form_errors(self) -> list[str]:
        return self._problems

    def _issued(self) -> QuerySet[Paper]:
        """The last edition of each paper whose meeting has been held, while nothing says what it did with it."""
        held = Paper.objects.filter(plan=self.plan, meeting__on__lte=self.on).select_related("meeting__group")
        later = Paper.objects.filter(plan=self.plan, meeting=OuterRef("meeting"), edition__gt=OuterRef("edition"))
        waiting = held.exclude(Exists(later)).filter(Q(decisions=None) | Q(pk__in=self._posted("paper")))
        return waiting.distinct().order_by("-meeting__on", "pk")[:MOST_PAPERS]

    def _on_page(self, waiting: QuerySet, kind: str) -> Q:
        """The rows of a kind on this page: a part of those that wait, and those that were sent."""
        start = MOST_ROWS * (self.page_obj.number - 1)
        return Q(pk__in=waiting.values("pk")[start : start + MOST_ROWS]) | Q(pk__in=self._posted(kind))

    def _posted(self, kind: str) -> set[int]:
        """The keys of the rows of a kind about which something other than “Leave” was sent."""
        names = {name: re.fullmatch(rf"{kind}-(\d{{1,9}})-outcome", name) for name in self.data or {}}
        return {int(found[1]) for name, found in names.items() if found and (self.data or {})[name] != LEAVE}

    def _date_rows(self, rows: Q) -> list[DateRow]:
        groups = {str(each.pk): each for each in Group.objects.filter(partnership=self.plan.partnership_id)}
        groups = dict(sorted(groups.items(), key=lambda item: item[1].name))
        found = DateRequest.objects.filter(rows, plan=self.plan).order_by("seq")
        found = found.select_related("action__plan", "action__lead_post").prefetch_related("referrals__group")
        off = days_off([self.plan.partnership_id])[self.plan.partnership_id]
        return [DateRow(self.data, about=each, on=self.on, off=off, groups=groups) for each in found]

    def _close_rows(self, rows: Q) -> list[CloseRow]:
        found = self.plan.actions.filter(rows).order_by("position")
        actions = list(found.select_related("plan", "lead_post"))
        missed = missed_targets(actions, self.on)
        accepted = Verification.objects.filter(action__in=actions, is_accepted=True).order_by("seq")
        last = {each.action_id: each for each in accepted}
        return [
            CloseRow(self.data, action=each, missed=missed[each.pk], verification=last.get(each.pk)) for each in actions
        ]
