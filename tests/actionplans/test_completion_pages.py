"""The pages that say whether done is done, over HTTP: verifying, reopening, dropping, looking again, evidence."""

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.models import Action, Closure, Dropping, Reopening, Status, SustainedCheck, Verification
from actionplans.operations import Actor, Decision
from partnerships import operations as partnering
from partnerships.roles import Role
from tests.actionplans.pages import CHI, at_meeting, decisions, error_of, fresh, text, url, verify

SEPARATION = "You own this action or posted its completion. Somebody else must verify it"


# --- verifying ---


def word(**given) -> dict[str, object]:
    return {"outcome": "accept", "statement": "Ten files read against the register.", "verifier": "Audit"} | given


def test_the_queue_lists_what_waits_and_the_verifier_accepts_it(cast, as_):
    client, done = as_("verifier"), cast.ours.completed
    queue = text(client.get(reverse("actionplans:verify-queue")))
    assert url("action-verify", done) in queue
    assert f"{cast.day(-20):%-d %B %Y}, Owner" in queue
    assert 'href="/verify/"' in text(client.get(reverse("actionplans:plans")))
    page = text(client.get(url("action-verify", done)))
    assert "The tool is in use everywhere." in page
    assert "Register: <strong>held, says the owner</strong>" in page
    assert 'value="Verifier"' in page  # whose word it is, until something else is typed

    response = client.post(url("action-verify", done), word(), follow=True)

    row = Verification.objects.get(action=done)
    assert (row.is_accepted, row.verifier, row.by_name) == (True, "Audit", "Verifier")
    assert fresh(done).status == Status.VERIFIED
    assert "Verified by Audit" in text(response)
    assert url("action-verify", done) not in text(client.get(reverse("actionplans:verify-queue")))


def test_the_verifier_returns_with_a_reason(cast, as_):
    sent = word(outcome="return", statement="The register has gaps.")
    response = as_("verifier").post(url("action-verify", cast.ours.completed), sent, follow=True)

    assert fresh(cast.ours.completed).status == Status.IN_PROGRESS
    assert "The register has gaps." in text(response)


def test_the_verifier_speaks_for_the_post_that_they_hold(cast, as_):
    post = partnering.post_of(partnership=cast.ours.partnership, title="Audit Manager")
    partnering.appoint(post=post, user=cast.verifier, starts_on=cast.day(-5))
    client = as_("verifier")

    assert 'value="Audit Manager"' in text(client.get(url("action-verify", cast.ours.completed)))
    client.post(url("action-verify", cast.ours.completed), word())
    assert Verification.objects.get(action=cast.ours.completed).by_post == "Audit Manager"


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"outcome": ""}, "outcome", "Choose whether you verify or return it."),
        ({"statement": " "}, "statement", "Enter what was checked."),
        ({"statement": "", "outcome": "return"}, "statement", "Enter why it is returned."),
        ({"verifier": ""}, "verifier", "Enter the person or body whose word this is."),
        ({"statement": f"Read the file of {CHI}"}, "statement", f"“{CHI}” looks like"),
    ],
)
def test_a_word_that_lacks_something_is_refused_and_kept(cast, as_, given, field, sentence):
    sent = word(**given)
    response = as_("verifier").post(url("action-verify", cast.ours.completed), sent)

    assert response.status_code == 422
    assert error_of(response, field)[0].startswith(sentence)
    assert str(sent["statement"]) in text(response)
    assert fresh(cast.ours.completed).status == Status.COMPLETED


def test_the_absence_of_required_evidence_is_explained_to_the_verifier(cast, as_):
    operations.post_update(
        action=cast.ours.late,
        by=Actor(cast.owner, cast.ours.post),
        now=cast.moment(-1),
        status=Status.COMPLETED,
        percent=100,
        wording="Done.",
        evidence_gap="The register is with the printer.",
    )
    page = text(as_("verifier").get(url("action-verify", cast.ours.late)))

    assert "Register: <strong>not ticked</strong>" in page
    assert "The register is with the printer." in page
    assert "Why required evidence is missing:" in text(as_("member").get(cast.ours.late.get_absolute_url()))


@pytest.mark.parametrize("case", ["holds the post", "deputises", "said so"])
def test_nobody_verifies_their_own_action(cast, as_, case):
    done, ours = cast.ours.completed, cast.ours
    person, why = "verifier", "You hold its post, or deputise for it."
    if case == "holds the post":
        person = "owner"
        partnering.grant_role(user=cast.owner, partnership=ours.partnership, role=Role.VERIFIER)
    elif case == "deputises":
        partnering.deputise(post=ours.post, user=cast.verifier, starts_on=cast.day(-1), ends_on=cast.day(1))
    else:
        person, why, done = "coordinator", "You said that it is completed.", ours.late
        partnering.grant_role(user=cast.coordinator, partnership=ours.partnership, role=Role.VERIFIER)
        said = {"status": Status.COMPLETED, "percent": 100, "wording": "Done.", "evidence_ticked": ["Register"]}
        operations.post_update(action=done, by=Actor(cast.coordinator), now=cast.moment(-1), **said)
    client = as_(person)
    queue = text(client.get(reverse("actionplans:verify-queue")))
    form = text(client.get(url("action-verify", done)))
    response = client.post(url("action-verify", done), word())

    assert f"{done.ref} {done.title}</a>. {why}" in queue
    assert url("action-verify", done) not in queue
    assert why in form
    assert 'name="statement"' not in form
    assert response.status_code == 422
    assert error_of(response, "__all__")[0].startswith(SEPARATION)
    assert "Ten files read against the register." in text(response)
    assert fresh(done).status == Status.COMPLETED


def test_only_a_completed_action_is_verified(cast, as_):
    client, late = as_("verifier"), cast.ours.late
    assert "There is nothing to verify." in text(client.get(url("action-verify", late)))
    response = client.post(url("action-verify", late), word())

    assert response.status_code == 422
    assert error_of(response, "__all__") == [
        "An action that is “In progress” cannot become “Verified, awaiting closure”."
    ]


def test_the_queue_shows_the_longest_waiting_first_and_nothing_of_others(cast, as_):
    said = {"status": Status.COMPLETED, "percent": 100, "wording": "Done.", "evidence_ticked": ["Register"]}
    for action in (cast.ours.late, cast.theirs.late):
        operations.post_update(action=action, by=Actor(cast.outsider), now=cast.moment(-30), **said)
    queue = text(as_("verifier").get(reverse("actionplans:verify-queue")))

    assert queue.index(url("action-verify", cast.ours.late)) < queue.index(url("action-verify", cast.ours.completed))
    assert "theirs" not in queue
    assert "No completed action waits for you" in text(as_("member").get(reverse("actionplans:verify-queue")))


# --- reopening, dropping, looking again ---


def close(cast, action: Action, months: int | None = 3) -> Closure:
    verify(cast, action)
    decision = Decision("Committee of ours", minute="15/9")
    return operations.close_action(
        action=action, by=Actor(cast.approver), decision=decision, now=cast.moment(-1), check_months=months
    )


def test_an_action_is_reopened_with_a_reason(cast, as_):
    done, client = cast.ours.completed, as_("approver")
    assert url("action-reopen", done) not in text(client.get(done.get_absolute_url()))
    assert "There is nothing to reopen." in text(client.get(url("action-reopen", done)))
    close(cast, done)
    assert url("action-reopen", done) in text(client.get(done.get_absolute_url()))
    empty = client.post(url("action-reopen", done), {"reason": ""})
    assert (empty.status_code, error_of(empty, "reason")) == (422, ["Enter why the action is reopened."])

    response = client.post(url("action-reopen", done), {"reason": "Two files were wrong."}, follow=True)

    assert Reopening.objects.get(action=done).reason == "Two files were wrong."
    assert fresh(done).status == Status.IN_PROGRESS
    assert "What was verified before no longer stands." in text(response)
    again = client.post(url("action-reopen", done), {"reason": "Once more, with feeling."})
    assert again.status_code == 422
    assert "Once more, with feeling." in text(again)


def dropping(cast, **given) -> dict[str, object]:
    return at_meeting(cast) | {"outcome": "cancel", "reason": "The service has closed."} | given


def test_an_action_is_cancelled_with_the_approval(cast, as_):
    late, client = cast.ours.late, as_("coordinator")
    assert url("action-drop", late) in text(client.get(late.get_absolute_url()))
    response = client.post(url("action-drop", late), dropping(cast), follow=True)

    row = Dropping.objects.get(action=late)
    assert (row.reason, row.decided_by, row.minute) == ("The service has closed.", "Committee of ours", "15/9")
    assert fresh(late).status == Status.CANCELLED
    assert "Cancelled" in text(response)
    assert f"Committee of ours, meeting of {cast.day(-60):%-d %B %Y}, minute 15/9" in text(response)
    assert url("action-drop", late) not in text(response)
    assert "It is over already." in text(client.get(url("action-drop", late)))


def test_an_action_is_superseded_by_another(cast, as_):
    sent = dropping(cast, outcome="supersede", superseded_by=cast.ours.dormant.pk)
    response = as_("coordinator").post(url("action-drop", cast.ours.late), sent, follow=True)

    assert fresh(cast.ours.late).status == Status.SUPERSEDED
    assert "Superseded by A2" in text(response)


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"outcome": ""}, "outcome", "Choose whether it is cancelled or superseded."),
        ({"reason": ""}, "reason", "Enter why the action is dropped."),
        ({"outcome": "supersede"}, "superseded_by", "Choose the action that replaces this one."),
        ({"meeting": "none"}, "decided_by", "Enter who decided."),
    ],
)
def test_dropping_owes_a_reason_and_an_approval(cast, as_, given, field, sentence):
    response = as_("coordinator").post(url("action-drop", cast.ours.late), dropping(cast, **given))

    assert response.status_code == 422
    assert error_of(response, field) == [sentence]
    assert 'value="15/9"' in text(response)
    assert fresh(cast.ours.late).status == Status.IN_PROGRESS


@pytest.mark.parametrize(("outcome", "status"), [("yes", Status.CLOSED), ("no", Status.IN_PROGRESS)])
def test_a_check_says_whether_the_improvement_lasted(cast, as_, outcome, status):
    done, client = cast.ours.completed, as_("verifier")
    closure = close(cast, done)
    assert url("action-check", done) in text(client.get(done.get_absolute_url()))
    empty = client.post(url("action-check", done), {"outcome": outcome, "statement": ""})
    assert (empty.status_code, error_of(empty, "statement")) == (422, ["Enter what you looked at."])

    response = client.post(url("action-check", done), {"outcome": outcome, "statement": "Ten more files."}, follow=True)

    assert SustainedCheck.objects.get(of=closure).is_sustained is (outcome == "yes")
    assert fresh(done).status == status
    assert f"the improvement has {'' if outcome == 'yes' else 'not '}lasted" in text(response)
    assert url("action-check", done) not in text(response)


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_check_that_nobody_asked_for_is_refused(cast, as_, is_closed):
    done, client = cast.ours.completed, as_("verifier")
    if is_closed:
        close(cast, done, months=None)
    assert "No check is owed" in text(client.get(url("action-check", done)))
    response = client.post(url("action-check", done), {"outcome": "yes", "statement": "Ten more files."})

    assert response.status_code == 422
    assert error_of(response, "__all__")[0].startswith("No check is owed")
    assert "Ten more files." in text(response)


@pytest.mark.parametrize("person", ["member", "inspector", "owner"])
def test_who_may_not_decide_sees_no_link_to_it(cast, as_, person):
    close(cast, cast.ours.completed)
    page = text(as_(person).get(cast.ours.completed.get_absolute_url()))
    plan = text(as_(person).get(cast.ours.plan.get_absolute_url()))

    assert not any(url(f"action-{name}", cast.ours.completed) in page for name in ("reopen", "drop", "check", "verify"))
    assert decisions(cast) not in plan


# --- required evidence in the form of an update ---


def an_update(action: Action, **given) -> dict[str, object]:
    seen = action.entries.order_by("-seq").values_list("seq", flat=True).first()
    return {"status": "completed", "percent": 100, "wording": "All are trained.", "seen": seen} | given


def test_required_evidence_is_ticked_or_its_absence_explained(cast, as_):
    late, client = cast.ours.late, as_("owner")
    refused = client.post(late.get_update_url(), an_update(late))
    assert refused.status_code == 422
    assert error_of(refused, "evidence_gap") == [
        "Tick the evidence that is held, or enter why it is missing: Register."
    ]
    assert "All are trained." in text(refused)

    response = client.post(late.get_update_url(), an_update(late, evidence_ticked=["Register"]), follow=True)

    assert fresh(late).status == Status.COMPLETED
    assert "Required evidence held, says the owner:</span> Register" in text(response)
    assert 'value="Register" checked' in text(client.get(late.get_update_url()))  # the next update starts with it


def test_evidence_that_is_not_required_is_not_asked_about(cast, as_):
    cast.ours.late.evidence_requirements.all().delete()
    page = text(as_("owner").get(cast.ours.late.get_update_url()))

    assert 'name="evidence_ticked"' not in page
    assert 'name="evidence_gap"' not in page
    sent = an_update(cast.ours.late)
    assert as_("owner").post(cast.ours.late.get_update_url(), sent).status_code == 302


def test_while_it_is_not_completed_required_evidence_is_optional(cast, as_):
    sent = an_update(cast.ours.late, status="in_progress", percent=60, barrier="Sickness")

    assert as_("owner").post(cast.ours.late.get_update_url(), sent).status_code == 302
