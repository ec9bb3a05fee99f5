"""What must not be seen is there, is seen by those who may, and by nobody else."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.models import Paper
from actionplans.operations import Actor
from core import clock
from inspections.models import Grant
from partnerships.models import Membership
from tests.cast import (
    CHASING,
    DRAFT_TITLE,
    HIDDEN_EVIDENCE,
    OTHER_INSPECTION,
    OTHER_TITLE,
    RELEASED_EVIDENCE,
    WORKING_NOTE,
)

pytestmark = pytest.mark.once


def pages_of(side) -> dict[str, str]:
    """The pages about one partnership that somebody who only reads may try."""
    plan, late = side.plan.slug, side.late.ref
    return {
        "my-actions": reverse("actionplans:my-actions"),
        "plans": reverse("actionplans:plans"),
        "actions-csv": reverse("actionplans:actions-csv"),
        "partnerships": reverse("actionplans:partnerships"),
        "plan": reverse("actionplans:plan", args=[plan]),
        "plan as at": reverse("actionplans:plan", args=[plan]) + "?on=2020-01-01",
        "action as at": reverse("actionplans:action", args=[plan, late]) + f"?on={clock.today() - timedelta(90)}",
        "changes": reverse("actionplans:plan-changes", args=[plan]) + "?from=2020-01-01",
        "history": reverse("actionplans:plan-history", args=[plan]),
        "recommendation": reverse("actionplans:recommendation", args=[side.inspection.slug, side.recommendation.pk]),
        "action": reverse("actionplans:action", args=[plan, late]),
        "completed": reverse("actionplans:action", args=[plan, side.completed.ref]),
        "dormant": reverse("actionplans:action", args=[plan, side.dormant.ref]),
        "measure": reverse("actionplans:measure", args=[plan, side.measure.pk]),
        "inspection": reverse("actionplans:inspection", args=[side.inspection.slug]),
        "partnership": reverse("actionplans:partnership", args=[side.partnership.slug]),
        "actions of all plans": reverse("actionplans:partnership-actions", args=[side.partnership.slug]),
        "late": reverse("actionplans:late", args=[side.partnership.slug]),
        "post": reverse("actionplans:post", args=[side.partnership.slug, side.post.pk]),
        "person": reverse("actionplans:person", args=[side.partnership.slug, side.post.holdings.get().user_id]),
        "paper": side.paper.get_absolute_url(),
        "paper as csv": reverse("actionplans:paper-file", args=[side.paper.pk, "csv"]),
        "paper as docx": reverse("actionplans:paper-file", args=[side.paper.pk, "docx"]),
        "paper as xlsx": reverse("actionplans:paper-file", args=[side.paper.pk, "xlsx"]),
    }


def text_of(response) -> str:
    """What a person can read in an answer; Office files are unpacked."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            data = b"\n".join(file.read(name) for name in file.namelist())
    return data.decode("utf-8", "replace").replace("&#x27;", "'")


def read(client, cast, person, side) -> dict[str, str]:
    """The text of each page that the person gets."""
    client.force_login(cast.person(person))
    found = {}
    for name, url in pages_of(side).items():
        response = client.get(url)
        if response.status_code == 200:
            found[name] = text_of(response)
    return found


def leaks(texts: dict[str, str], secrets: list[str]) -> list[str]:
    return [f"{secret!r} on {name}" for name, text in texts.items() for secret in secrets if secret in text]


def test_staff_see_all_of_it_so_that_it_could_leak(client, cast):
    texts = read(client, cast, "coordinator", cast.ours)
    everything = "\n".join(texts.values())

    for secret in (
        WORKING_NOTE,
        HIDDEN_EVIDENCE,
        RELEASED_EVIDENCE,
        DRAFT_TITLE,
        OTHER_TITLE,
        OTHER_INSPECTION,
        CHASING,
    ):
        assert secret in everything, secret
    assert set(texts) == set(pages_of(cast.ours))


def test_an_inspector_sees_what_was_agreed_of_the_inspection_that_was_granted(client, cast):
    texts = read(client, cast, "inspector", cast.ours)
    hidden = [WORKING_NOTE, HIDDEN_EVIDENCE, DRAFT_TITLE, OTHER_TITLE, OTHER_INSPECTION, CHASING, "theirs"]

    assert leaks(texts, hidden) == []
    assert "Half of the staff are trained." in texts["action"]
    assert RELEASED_EVIDENCE in texts["action"]
    expected = {"my-actions", "plans", "actions-csv", "partnerships", "plan", "plan as at", "action", "completed"}
    expected |= {"action as at", "changes", "history", "recommendation", "actions of all plans"}
    assert set(texts) == expected | {"dormant", "inspection", "measure"}


def test_a_member_sees_what_was_agreed_and_the_papers(client, cast):
    texts = read(client, cast, "member", cast.ours)

    assert leaks(texts, [WORKING_NOTE, HIDDEN_EVIDENCE, DRAFT_TITLE, CHASING, "theirs"]) == []
    assert "Half of the staff are trained." in texts["paper"]
    assert {"paper", "paper as csv", "paper as docx", "paper as xlsx", "late", "partnership"} <= set(texts)


@pytest.mark.parametrize("person", ["clerk", "coordinator"])
def test_papers_are_made_of_agreed_text_only_whoever_makes_them(client, cast, person):
    client.force_login(cast.person(person))
    address = [cast.ours.plan.slug, cast.ours.next_meeting.pk]
    texts = {"page": text_of(client.get(reverse("actionplans:meeting", args=address)))}
    for ending in ("csv", "docx", "xlsx"):
        texts[ending] = text_of(client.get(reverse("actionplans:meeting-file", args=[*address, ending])))

    assert leaks(texts, [WORKING_NOTE, HIDDEN_EVIDENCE, DRAFT_TITLE, OTHER_TITLE, "theirs"]) == []
    assert all("Half of the staff are trained." in text for text in texts.values())


def test_nothing_of_the_other_partnership_shows_on_lists_and_downloads(client, cast):
    for person in ("owner", "administrator"):
        assert leaks(read(client, cast, person, cast.ours), ["theirs", "Theirs"]) == []
    assert leaks(read(client, cast, "outsider", cast.theirs), ["ours-", "of ours", "Ours"]) == []
    assert set(read(client, cast, "outsider", cast.ours)) == {"my-actions", "plans", "actions-csv", "partnerships"}


# --- evidence ---


def evidence(side, row, action=None, plan=None):
    return reverse("actionplans:evidence", args=[plan or side.plan.slug, (action or side.late).ref, row.pk])


@pytest.mark.parametrize("person", ["inspector", "member"])
def test_a_released_file_is_given_and_a_hidden_one_does_not_exist(client, cast, person):
    """ "Private" files that are public: IMPACT OSS."""
    client.force_login(cast.person(person))
    given, guessed = (
        client.get(evidence(cast.ours, cast.ours.released)),
        client.get(evidence(cast.ours, cast.ours.hidden)),
    )

    assert text_of(given) == f"{RELEASED_EVIDENCE}\n"
    assert given["Content-Disposition"] == f'attachment; filename="{RELEASED_EVIDENCE}.txt"'
    assert guessed.status_code == 404
    assert HIDDEN_EVIDENCE not in text_of(guessed)


def test_a_file_that_was_taken_back_is_gone(client, cast):
    operations.release_evidence(
        evidence=cast.ours.released, is_released=False, by=Actor(cast.coordinator), now=cast.moment()
    )

    assert leaks(read(client, cast, "inspector", cast.ours), [RELEASED_EVIDENCE]) == []
    assert client.get(evidence(cast.ours, cast.ours.released)).status_code == 404


def test_a_file_is_found_under_its_own_action_only(client, cast):
    client.force_login(cast.coordinator)
    ours = cast.ours

    assert client.get(evidence(ours, ours.hidden, action=ours.completed)).status_code == 404
    assert client.get(evidence(ours, cast.theirs.hidden)).status_code == 404
    assert client.get(evidence(ours, ours.hidden, plan=ours.draft.slug)).status_code == 404


def test_files_are_not_served_from_the_folder_that_keeps_them(client, cast):
    client.force_login(cast.coordinator)
    stored = cast.ours.hidden.file.name

    assert {client.get(f"{prefix}{stored}").status_code for prefix in ("/", "/media/", "/files/", "/static/")} == {404}


# --- access that ends ---


@pytest.mark.parametrize(("starts", "ends", "reads"), [(-30, -1, False), (1, 30, False), (-30, 0, True), (0, 30, True)])
def test_a_grant_holds_from_its_first_to_its_last_day(client, cast, starts, ends, reads):
    Grant.objects.filter(user=cast.inspector).update(starts_on=cast.day(starts), ends_on=cast.day(ends))
    texts = read(client, cast, "inspector", cast.ours)

    assert ({"plan", "action", "inspection"} <= set(texts)) is reads
    assert ("Plan of ours" in texts["plans"]) is reads
    assert (cast.ours.late.title in texts["actions-csv"]) is reads
    assert (RELEASED_EVIDENCE in text_of(client.get(evidence(cast.ours, cast.ours.released)))) is reads


def test_a_person_whose_role_was_taken_away_sees_nothing_more(client, cast):
    Membership.objects.filter(user=cast.clerk).delete()

    texts = read(client, cast, "clerk", cast.ours)
    assert set(texts) == {"my-actions", "plans", "actions-csv", "partnerships"}
    assert leaks(texts, ["Plan of ours", "Action A1"]) == []


def test_an_account_that_was_switched_off_is_signed_out(client, cast):
    client.force_login(cast.coordinator)
    assert client.get(cast.ours.plan.get_absolute_url()).status_code == 200
    cast.coordinator.is_active = False
    cast.coordinator.save()

    response = client.get(cast.ours.plan.get_absolute_url())
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_a_plan_of_a_granted_and_another_inspection_shows_only_the_granted_one(client, cast):
    """A plan may answer two inspections; the inspector of one reads it, and nothing of the other inspection."""
    cast.ours.plan.inspections.add(cast.ours.other.inspections.get())

    assert leaks(read(client, cast, "inspector", cast.ours), [OTHER_INSPECTION]) == []


def test_a_refused_page_says_nothing_about_what_is_there(client, cast):
    client.force_login(cast.outsider)
    there = client.get(cast.ours.plan.get_absolute_url())
    not_there = client.get(reverse("actionplans:plan", args=["nothing-at-all"]))

    assert there.status_code == not_there.status_code == 404
    assert without_tokens(text_of(there)) == without_tokens(text_of(not_there))


def without_tokens(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_the_papers_of_others_cannot_be_counted_through(client, cast):
    client.force_login(cast.outsider)
    own = {cast.theirs.paper.pk}
    found = {
        pk
        for pk in Paper.objects.values_list("pk", flat=True)
        if client.get(reverse("actionplans:paper", args=[pk])).status_code == 200
    }

    assert found == own
    assert cast.day(0) - timedelta(days=70) == cast.theirs.paper.as_at
