"""Who gets what at each address: every role × every URL, GET and POST, in their own and in the other partnership.

The addresses come from the URLconf. One that TABLE does not name fails here, so that a new page is thought about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from actionplans.calendar import token_of
from core.models import AuditEntry
from partnerships.roles import as_table
from tests.cast import Cast, Side

pytestmark = pytest.mark.once

STAFF = {"coordinator", "owner", "verifier", "clerk", "approver", "administrator"}
MEMBERS = STAFF | {"member"}
READERS = MEMBERS | {"inspector"}  # of an agreed plan
POSTS_UPDATES = {"owner", "coordinator"}
DECIDES = {"approver", "coordinator", "clerk"}
MAKES_PAPERS = {"coordinator", "clerk"}
MANAGES_POSTS = {"coordinator", "administrator"}
MANAGES_MEETINGS = {"coordinator", "clerk", "administrator"}
APPROVES = {"coordinator", "approver"}
BUILDING = {
    *("plan-build", "build-change", "build-submit", "plan-response", "build-action-new", "build-action", "build-move"),
}
PEOPLE = [*Cast.ROLES, "anonymous"]

SIGN_IN = "to sign in"


@dataclass(frozen=True)
class Row:
    """What an address does. `who` gets it; others who may know of the thing get `refusal`, everybody else 404."""

    who: set[str]
    get: int | None = 200  # None: not by that method (405)
    post: int | None = None
    refusal: int = 404
    scoped: bool = True  # about a thing of one partnership
    knows: frozenset[str] | set[str] = frozenset(READERS)  # who may know of the thing


# What is answered where there is nothing of a partnership: to everybody, whether signed in or not.
PUBLIC = Row(set(PEOPLE), scoped=False)
UNPUBLISHED = replace(PUBLIC, get=404)  # of the cast nothing is published
PERSONAL = Row(READERS, scoped=False)

TABLE = {
    "start": Row(READERS, get=302, scoped=False),
    "actionplans:my-actions": PERSONAL,
    "actionplans:my-reminders": replace(PERSONAL, post=422),
    "actionplans:my-calendar": Row(READERS, post=422, scoped=False),  # a button that is not there
    "actionplans:calendar": PUBLIC,  # to whoever has the address
    "actionplans:search": PERSONAL,
    "actionplans:public-plans": PUBLIC,
    **dict.fromkeys(("actionplans:public-plan", "actionplans:public-csv", "actionplans:public-json"), UNPUBLISHED),
    "actionplans:plan-publication": Row(APPROVES, post=422, refusal=403),
    "actionplans:plans": PERSONAL,
    "actionplans:actions-csv": PERSONAL,
    "actionplans:partnerships": PERSONAL,
    "actionplans:plan": Row(READERS),
    "actionplans:plan-changes": Row(READERS),
    "actionplans:plan-history": Row(READERS),
    "actionplans:plan-check": Row(READERS),
    "actionplans:plan-extract": Row(READERS),
    "actionplans:verify-program": PERSONAL,
    "actionplans:recommendation": Row(READERS),
    "actionplans:action": Row(READERS),
    "actionplans:action-update": Row(POSTS_UPDATES, post=422, refusal=403),  # an empty form
    "actionplans:update-review": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:review-queue": PERSONAL,  # empty to whoever reads no wording
    "actionplans:action-contribute": Row({"coordinator"}, post=422, refusal=403),  # the helpers have no post of theirs
    "actionplans:action-date": Row(POSTS_UPDATES, post=422, refusal=403),
    "actionplans:date-withdraw": Row(POSTS_UPDATES, post=422, refusal=403),  # nothing waits: the page says so
    "actionplans:action-verify": Row({"verifier"}, post=422, refusal=403),
    "actionplans:action-reopen": Row(DECIDES, post=422, refusal=403),
    "actionplans:action-drop": Row(DECIDES, post=422, refusal=403),
    "actionplans:action-check": Row({"verifier"}, post=422, refusal=403),
    "actionplans:decisions": Row(DECIDES, post=422, refusal=403),
    "actionplans:verify-queue": PERSONAL,  # empty to whoever verifies nothing
    "actionplans:questions": PERSONAL,  # those that the person may read
    "actionplans:question-new": Row(set(), post=422, refusal=403),  # off unless a grant allows it
    "actionplans:question-answer": Row({"coordinator"}, get=404, post=404, refusal=403),  # nobody has asked
    "actionplans:evidence-new": Row(POSTS_UPDATES, post=422, refusal=403),
    "actionplans:evidence": Row(STAFF),  # a file that is not released
    "actionplans:evidence-release": Row({"coordinator"}, get=None, post=302, refusal=403),
    "actionplans:action-rag": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:action-exempt": Row(MAKES_PAPERS, post=422, refusal=403),
    "actionplans:evidence-exempt": Row(MAKES_PAPERS, post=422, refusal=403),
    "actionplans:meeting": Row(MAKES_PAPERS, refusal=403),
    "actionplans:meeting-file": Row(MAKES_PAPERS, refusal=403),
    "actionplans:plan-pack": Row(MAKES_PAPERS | {"inspector"}, post=422, refusal=403),
    "actionplans:paper-issue": Row(MAKES_PAPERS, post=302, refusal=403),
    "actionplans:paper-words": Row(MAKES_PAPERS, post=302, refusal=403),
    "actionplans:paper-check": Row(MEMBERS),
    "actionplans:group-layout": Row(MAKES_PAPERS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:round-chase": Row({"coordinator"}, get=None, post=302, refusal=403),
    "actionplans:paper": Row(MEMBERS),
    "actionplans:paper-file": Row(MEMBERS),
    "actionplans:paper-file-exempt": Row(set()),  # the paper of the cast has nothing exempt, so one edition
    "actionplans:papers": PERSONAL,
    "actionplans:paper-run-new": Row(READERS, post=422, scoped=False),  # no plan to choose for who makes no papers
    "actionplans:paper-run": Row({"coordinator"}),  # whose it is
    "actionplans:paper-run-file": Row({"coordinator"}),
    "actionplans:paper-run-again": Row({"coordinator"}, get=None, post=302),
    "actionplans:paper-drafts": Row(MAKES_PAPERS, get=None, post=302, refusal=403),
    "actionplans:inspection": Row(READERS),
    "actionplans:inspectors": Row(STAFF),
    "actionplans:inspector-new": Row(MANAGES_POSTS, post=422, refusal=403, knows=STAFF),
    "actionplans:inspector-change": Row(MANAGES_POSTS, post=422, refusal=403, knows=STAFF),
    "actionplans:inspector-end": Row(MANAGES_POSTS, get=None, post=302, refusal=403, knows=STAFF),
    "actionplans:plan-new": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:report-new": Row({"coordinator"}, post=422, refusal=403, knows=MEMBERS),
    "actionplans:report-published": Row({"coordinator"}, post=422, refusal=403),  # it is published already
    "actionplans:report-grades": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:progress-review-new": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:plan-proof": Row(STAFF, refusal=403),
    "actionplans:plan-proof-csv": Row(STAFF, refusal=403),
    "actionplans:plan-rules": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:plan-settings": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:measure": Row(READERS),
    "actionplans:reading-new": Row(POSTS_UPDATES, post=422, refusal=403),
    "actionplans:measure-people": Row({"coordinator"}, post=302, refusal=403),
    "actionplans:measure-new": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:comparator-new": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:plan-build": Row({"coordinator"}, refusal=403, knows=STAFF),
    "actionplans:build-change": Row({"coordinator"}, get=302, post=422, refusal=403, knows=STAFF),
    "actionplans:build-submit": Row({"coordinator"}, get=302, post=422, refusal=403, knows=STAFF),
    "actionplans:plan-response": Row({"coordinator"}, post=422, refusal=403, knows=STAFF),
    "actionplans:build-action-new": Row({"coordinator"}, post=422, refusal=403, knows=STAFF),
    "actionplans:build-action": Row({"coordinator"}, post=422, refusal=403, knows=STAFF),
    "actionplans:build-move": Row({"coordinator"}, get=302, post=302, refusal=403, knows=STAFF),
    "actionplans:plan-approval": Row(APPROVES, post=422, refusal=403),
    "actionplans:plan-versions": Row(READERS),
    "actionplans:plan-agree": Row(APPROVES, get=302, post=422, refusal=403),
    "actionplans:plan-propose": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:plan-withdraw": Row({"coordinator"}, get=302, post=302, refusal=403),
    "actionplans:action-propose": Row({"coordinator"}, post=422, refusal=403),
    "actionplans:partnership": Row(MEMBERS),
    "actionplans:partnership-actions": Row(READERS),
    "actionplans:late": Row(MEMBERS),
    "actionplans:post": Row(MEMBERS),
    "actionplans:post-line": Row(MANAGES_POSTS, post=302, refusal=403, knows=MEMBERS),
    "actionplans:group-chair": Row(MANAGES_POSTS, post=302, refusal=403, knows=MEMBERS),
    "actionplans:post-handover": Row(MANAGES_POSTS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:post-cover": Row(
        MANAGES_POSTS | {"owner"}, post=422, refusal=403, knows=MEMBERS
    ),  # of the post that they hold
    "actionplans:holding-end": Row(MANAGES_POSTS, get=None, post=302, refusal=403, knows=MEMBERS),  # of its holder
    "actionplans:person-leave": Row(MANAGES_POSTS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:person": Row(STAFF),
    "actionplans:person-address": Row(MANAGES_POSTS, post=422, refusal=403, knows=STAFF),
    "actionplans:person-works": Row(MANAGES_POSTS, get=None, post=302, refusal=403, knows=STAFF),
    "actionplans:person-account": Row(MANAGES_POSTS, get=None, post=302, refusal=403, knows=STAFF),
    "actionplans:group": Row(MEMBERS),
    "actionplans:group-template": Row(MAKES_PAPERS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:template-drop": Row(MAKES_PAPERS, get=None, post=302, refusal=403, knows=MEMBERS),
    "actionplans:template-file": Row(MAKES_PAPERS, get=404, refusal=403, knows=MEMBERS),  # there is none
    "actionplans:template-starter": Row(MAKES_PAPERS, refusal=403, knows=MEMBERS),
    "actionplans:meeting-new": Row(MANAGES_MEETINGS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:series-new": Row(MANAGES_MEETINGS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:meeting-change": Row(MANAGES_MEETINGS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:meeting-cancel": Row(MANAGES_MEETINGS, get=None, post=302, refusal=403, knows=MEMBERS),
    # For whoever runs the service: tests/actionplans/test_founding_pages.py.
    "actionplans:partnership-new": replace(PERSONAL, get=403, post=403),
    "actionplans:set-up": Row(MANAGES_POSTS, refusal=403, knows=MEMBERS),
    "actionplans:agencies-new": Row(MANAGES_POSTS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:posts-new": Row(MANAGES_POSTS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:group-new": Row(MANAGES_POSTS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:mistake-remove": Row(MANAGES_POSTS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:person-new": Row({"administrator"}, post=422, refusal=403, knows=MEMBERS),
    "actionplans:person-roles": Row({"administrator"}, post=422, refusal=403, knows=MEMBERS),
    "actionplans:holidays": Row(MANAGES_MEETINGS, post=422, refusal=403, knows=MEMBERS),
    "actionplans:holiday-remove": Row(MANAGES_MEETINGS, get=None, post=302, refusal=403, knows=MEMBERS),
    "accessibility": PUBLIC,
    "brand-css": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
}

# django-allauth's own pages: what a person who is not signed in gets by GET and POST, and what one who is.
ACCOUNTS = {
    "account_login": (200, 200, 302, 302),
    "account_logout": (302, 302, 200, 302),
    "account_inactive": (200, 405, 200, 405),
    "account_signup": (200, 200, 302, 302),  # says that nobody signs up
    "account_reauthenticate": (SIGN_IN, SIGN_IN, 200, 200),
    "account_email": (SIGN_IN, SIGN_IN, 302, 302),  # addresses are set by administrators
    "account_email_verification_sent": (200, 405, 200, 405),
    "account_change_password": (SIGN_IN, SIGN_IN, 200, 200),
    "account_set_password": (SIGN_IN, SIGN_IN, 302, 302),
    "account_reset_password": (200, 200, 200, 200),
    "account_reset_password_done": (200, 405, 200, 405),
    "account_reset_password_from_key": (200, 200, 200, 200),  # says that the link is no longer good
    "account_reset_password_from_key_done": (200, 405, 200, 405),
    "account_confirm_login_code": (302, 302, 302, 302),
    "account_confirm_email": (200, 404, 200, 404),
}


@dataclass(frozen=True)
class Address:
    name: str
    arguments: tuple[str, ...]

    def url(self, side: Side) -> str:
        keys = {
            **dict.fromkeys(("evidence", "evidence-release", "evidence-exempt"), side.hidden.pk),
            **dict.fromkeys(
                ("meeting", "meeting-file", "paper-issue", "paper-words", "round-chase"), side.next_meeting.pk
            ),
            **dict.fromkeys(("meeting-change", "meeting-cancel"), side.past_meeting.pk),  # which was held
            "holiday-remove": side.holiday.pk,
            **dict.fromkeys(("paper", "paper-file", "paper-file-exempt", "paper-check"), side.paper.pk),
            **dict.fromkeys(("paper-run", "paper-run-file", "paper-run-again"), side.run.pk),
            **dict.fromkeys(("inspector-change", "inspector-end"), side.inspection.grants.first().pk),
            "question-answer": 1,
            "date-withdraw": 1,
            "update-review": 1,  # nothing waits: the page says so
            **dict.fromkeys(("measure", "measure-people", "reading-new", "comparator-new"), side.measure.pk),
        }
        held = side.post.holdings.get()
        keys |= dict.fromkeys(("plan-response", "recommendation"), side.recommendation.pk)
        people = ("person", "person-address", "person-works", "person-account", "person-leave", "person-roles")
        keys |= dict.fromkeys(people, held.user_id)
        keys |= dict.fromkeys(("post", "post-line", "post-handover", "post-cover", "holding-end"), side.post.pk)
        is_draft = self.name.partition(":")[2] in BUILDING
        values = {
            "plan": side.draft.slug if is_draft else side.plan.slug,
            "ref": "D1" if is_draft else side.late.ref,
            "pk": keys.get(self.name.partition(":")[2]),
            "ending": "csv",
            "holding": held.pk,
            "inspection": side.inspection.slug,
            "partnership": side.partnership.slug,
            "token": token_of(side.calendar),
            "group": side.group.slug,
            "uidb36": "abc",
            "key": "set-password",
        }
        return reverse(self.name, kwargs={argument: values[argument] for argument in self.arguments})


def addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[Address]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield Address(f"{space}{pattern.name}", tuple(pattern.pattern.regex.groupindex))
        else:
            yield from addresses(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def roles_at(person: str, cast: Cast, side: Side) -> set[str]:
    """What a person is in a partnership: nothing in the foreign one."""
    if person == "outsider":
        return {"owner", "coordinator"} if side is cast.theirs else set()
    return {person} if side is cast.ours and person != "anonymous" else set()


def expected(row: Row, method: str, person: str, roles: set[str]) -> object:
    if person == "anonymous" and person not in row.who:
        return SIGN_IN
    success = row.get if method == "GET" else row.post
    if success is None:
        return 405
    if not row.scoped or roles & row.who:
        return success
    return row.refusal if roles & row.knows else 404


def ask(client: Client, method: str, url: str, data: dict | None = None) -> object:
    """The status of the answer, or SIGN_IN; files and streams are read to their end."""
    response: Any = client.get(url) if method == "GET" else client.post(url, data or {"wording": ""})
    if response.streaming:
        list(response.streaming_content)
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/?next="):
        return SIGN_IN
    return response.status_code


def signed_in(cast: Cast, person: str) -> Client:
    client = Client()
    if person != "anonymous":
        client.force_login(cast.person(person))
    return client


def everything(but: frozenset[str] = frozenset({"core.AuditEntry", "sessions.Session"})) -> dict[str, list]:
    """Every row of every table, but for those that record reading."""
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.label not in but
    }


# --- the matrix ---


def test_every_address_is_in_the_table_and_the_table_names_no_other():
    assert {address.name for address in addresses()} == set(TABLE) | set(ACCOUNTS)


@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_gets_what_the_table_says_at_every_address(cast, person):
    wrong = []
    for address in addresses():
        if address.name in ACCOUNTS:
            continue
        for side_name in ("ours", "theirs"):
            side = getattr(cast, side_name)
            for method in ("GET", "POST"):
                should = expected(TABLE[address.name], method, person, roles_at(person, cast, side))
                was = ask(signed_in(cast, person), method, address.url(side))
                if was != should:
                    wrong.append(f"{method} {address.name} of {side_name}: {was}, not {should}")

    assert wrong == []


@pytest.mark.parametrize("person", ["anonymous", "owner", "inspector"])
def test_the_pages_of_accounts_answer_as_the_table_says(cast, person):
    wrong = []
    for address in addresses():
        if address.name not in ACCOUNTS:
            continue
        answers = ACCOUNTS[address.name][:2] if person == "anonymous" else ACCOUNTS[address.name][2:]
        for method, should in zip(("GET", "POST"), answers, strict=True):
            was = ask(signed_in(cast, person), method, address.url(cast.ours))
            if was != should:
                wrong.append(f"{method} {address.name}: {was}, not {should}")

    assert wrong == []


@pytest.mark.parametrize("person", sorted(READERS))
def test_a_draft_exists_for_staff_only(cast, person):
    client = signed_in(cast, person)
    found = {
        ask(client, "GET", cast.ours.draft.get_absolute_url()),
        ask(client, "GET", cast.ours.draft.actions.get().get_absolute_url()),
    }

    assert found == ({200} if person in STAFF else {404})


def test_an_owner_posts_for_the_posts_they_hold_and_for_no_other(cast):
    client = signed_in(cast, "owner")

    assert ask(client, "GET", cast.ours.late.get_update_url()) == 200
    assert ask(client, "GET", cast.ours.dormant.get_update_url()) == 403
    assert ask(client, "POST", cast.ours.dormant.get_update_url(), an_update(cast.ours.dormant)) == 403
    assert cast.ours.dormant.entries.filter(kind="progressupdate").count() == 0


def an_update(action) -> dict[str, object]:
    last = action.entries.order_by("-seq").first()
    return {"status": "completed", "percent": 100, "wording": "Done.", "barrier": "None", "seen": last.seq}


# --- who reads, changes nothing ---


@pytest.mark.parametrize("person", ["inspector", "member"])
def test_whoever_only_reads_changes_no_row_whatever_they_send(cast, person):
    client = signed_in(cast, person)
    data = an_update(cast.ours.late) | {"released": "yes", "on": str(cast.today)}
    before = everything()
    for address in addresses():
        if address.name not in ACCOUNTS:  # where people look after their own account
            for side in (cast.ours, cast.theirs):
                ask(client, "GET", address.url(side))
                ask(client, "POST", address.url(side), data)

    assert everything() == before


def test_what_an_inspector_reads_is_recorded_and_what_others_read_is_not(cast):
    for person in ("inspector", "owner", "member"):
        ask(signed_in(cast, person), "GET", cast.ours.plan.get_absolute_url())
    ask(signed_in(cast, "inspector"), "GET", cast.ours.draft.get_absolute_url())

    read = AuditEntry.objects.filter(what="read").values_list("who", "about")
    assert list(read) == [("Inspector", "/plans/ours-plan/")]


# --- the document ---


def test_the_document_of_permissions_is_printed_from_the_table_of_grants():
    document = Path(__file__).resolve().parent.parent / "docs" / "permissions.md"

    assert document.read_text(encoding="utf-8") == f"# Who may do what\n\n{as_table()}"
