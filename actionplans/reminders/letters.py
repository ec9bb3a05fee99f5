"""What one message says, in text and in HTML: titles, dates and links, no text that anybody wrote."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from actionplans.models import Action, Message, Plan, Reminder
from actionplans.reminders.rules import ESCALATED, Capacity, Kind
from actionplans.reminders.summaries import Summary, summary_of
from actionplans.reminders.words import why
from core.mail import Letter, compose
from partnerships.models import Membership, User
from partnerships.roles import Role

SHORT = {
    Kind.PROGRESS_OVERDUE: "without an update",
    Kind.OVERDUE: "overdue",
    Kind.CHASED: "asked for",
    Kind.WORDING_RETURNED: "update returned",
    Kind.DONE_RETURNED: "completion returned",
    Kind.UPDATE_DUE: "update due",
    Kind.DUE_SOON: "due soon",
    Kind.ANSWERED: "answered",
}


def message_id(message: Message) -> str:
    """Always the same for a message, so that a duplicate after a crash can be recognised; signed, so that nobody else
    can name one and have it come back."""
    host = urlsplit(settings.SITE_URL).hostname
    stem = f"{message.pk}-{message.on:%Y%m%d}"
    return f"<reminder-{stem}-{salted_hmac('actionplans.reminders', stem).hexdigest()[:16]}@{host}>"


class Letters:
    """The messages of a chunk, with what they name read in a few queries."""

    def __init__(self, messages: Sequence[Message], actions: Iterable[int], on: date) -> None:
        self.on = on
        self.actions = _named(actions)
        self.summaries: dict[int, Summary | None] = {
            message.pk: summary_of(message.user, on) for message in messages if message.has_summary
        }
        self.without_account = {message.user_id for message in messages if not message.user.signs_in}
        self.coordinators = self._coordinators() if self.without_account else {}

    def has_summary(self, message: Message) -> bool:
        return self.summaries.get(message.pk) is not None

    def write(self, message: Message, reminders: list[Reminder]) -> Letter:
        host = urlsplit(settings.SITE_URL).hostname
        answers = sum(each.kind == Kind.ANSWERED for each in reminders)
        context = {
            "name": message.user.name,
            "kinds": self._sections(reminders),
            "count": len({each.action_id for each in reminders if each.kind != Kind.ANSWERED}),
            "answers": answers,
            "only_answers": answers == len(reminders) and not self.has_summary(message),
            "summary": self.summaries.get(message.pk),
            "signs_in": message.user.signs_in,
            "is_weekly": message.user.is_weekly,
        }
        headers = {
            "Message-ID": message_id(message),
            "List-Id": f"{settings.SERVICE_NAME} reminders <reminders.{host}>",
        }
        return compose("reminder", to=message.user.email, context=context, headers=headers)

    def _sections(self, reminders: list[Reminder]) -> list[dict]:
        """The lines by kind, the most urgent kind first."""
        lines: dict[str, list[dict]] = defaultdict(list)
        for each in reminders:
            lines[each.kind].append(self._line(each))
        return [{"label": kind.label, "short": SHORT[kind], "lines": lines[kind]} for kind in Kind if kind in lines]

    def _line(self, reminder: Reminder) -> dict:
        action = self.actions[reminder.action_id]
        is_told, is_answer = Capacity(reminder.capacity) in ESCALATED, reminder.kind == Kind.ANSWERED
        page = f"{action.get_absolute_url()}#questions" if is_answer else action.get_absolute_url()
        return {
            "action": action,
            "plan": action.plan,
            "why": why(reminder.kind, reminder.anchor_on, self.on),
            "capacity": ""
            if reminder.capacity in {Capacity.HOLDER, Capacity.ASKER, Capacity.WRITER}
            else reminder.get_capacity_display().lower(),
            "is_told": is_told,
            "owner": action.lead_post.title if is_told else "",
            "is_answer": is_answer,
            "is_draft": reminder.kind == Kind.WORDING_RETURNED,
            "url": page if is_told or is_answer else action.get_update_url(),
            "coordinator": self.coordinators.get(action.plan.partnership_id),
        }

    def _coordinators(self) -> dict[int, User]:
        """For each partnership the co-ordinator whom a person without an account is to ask."""
        partnerships = {action.plan.partnership_id for action in self.actions.values()}
        found = Membership.objects.filter(partnership__in=partnerships, role=Role.COORDINATOR, user__is_active=True)
        return {each.partnership_id: each.user for each in found.select_related("user").order_by("-user__name")}


def _named(keys: Iterable[int]) -> dict[int, Action]:
    """The actions of these keys with what a message says of them, and each of their plans once. Two queries."""
    wanted = ("ref", "title", "plan", "lead_post__title")
    actions = Action.objects.select_related("lead_post").only(*wanted).in_bulk(list(keys))
    plans = Plan.objects.in_bulk({each.plan_id for each in actions.values()})
    for each in actions.values():
        each.plan = plans[each.plan_id]
    return actions
