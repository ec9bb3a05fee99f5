"""The pages about dates and meetings, over HTTP: what each does, and what it refuses with everything typed kept."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.forms import meetings
from actionplans.models import (
    Action,
    Closure,
    DateDecision,
    DateReferral,
    DateRequest,
    DateWithdrawal,
    Entry,
    Measure,
    Status,
)
from actionplans.operations import Actor
from core import clock
from core.models import AuditEntry
from partnerships import operations as partnering
from partnerships.roles import Role
from tests.actionplans.pages import CHI, ask_for, at_meeting, decisions, error_of, fresh, text, url, verify, working_day
from tests.test_queries import add_many, asked


def rows(cast) -> int:
    return Entry.objects.count()


# --- asking for a later date ---


def asking(day: date, **given) -> dict[str, object]:
    parts = {"to_on_day": day.day, "to_on_month": day.month, "to_on_year": day.year}
    return parts | {"reason_kind": "partner", "reason": "The supplier is two months late."} | given


def test_the_owner_asks_for_a_later_date_and_the_action_shows_that_it_waits(cast, as_):
    client, late, day = as_("owner"), cast.ours.late, working_day(cast.day(30))
    assert url("action-date", late) in text(client.get(late.get_absolute_url()))
    form = text(client.get(url("action-date", late)))
    assert "10 days late" in form
    assert "10 days ago" in form

    response = client.post(url("action-date", late), asking(day), follow=True)

    asked_for = DateRequest.objects.get(action=late)
    assert (asked_for.to_on, asked_for.reason_kind, asked_for.by_post) == (day, "partner", "Head of ours")
    assert fresh(late).current_due_on == cast.day(-10)
    assert "It waits for an answer." in text(response)
    assert f"{day:%-d %B %Y}" in text(response)
    assert url("action-date", late) not in text(response)


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"reason": ""}, "reason", "Enter why the date should change."),
        ({"reason_kind": ""}, "reason_kind", "Choose the main reason."),
        ({"to_on_day": "31", "to_on_month": "2"}, "to_on", "New due date must be a real date"),
        ({"reason": f"About {CHI}"}, "reason", f"“{CHI}” looks like"),
    ],
)
def test_what_is_missing_or_personal_is_said_beside_its_field_and_the_text_is_kept(cast, as_, given, field, sentence):
    sent = asking(working_day(cast.day(30)), **given)
    response = as_("owner").post(url("action-date", cast.ours.late), sent)

    assert response.status_code == 422
    assert error_of(response, field)[0].startswith(sentence)
    assert str(sent["reason"]) in text(response)
    assert DateRequest.objects.filter(action=cast.ours.late).count() == 0


def test_text_that_is_not_personal_passes_with_a_reason_which_is_recorded(cast, as_):
    sent = asking(working_day(cast.day(30)), reason=f"Order {CHI}", not_personal="An order number")
    response = as_("owner").post(url("action-date", cast.ours.late), sent)

    assert response.status_code == 302
    assert AuditEntry.objects.get(what="passed the personal data check").details["reason"] == "An order number"


def test_what_is_odd_about_a_date_must_be_known_by_a_tick(cast, as_):
    client, late = as_("owner"), cast.ours.late
    late.plan.ends_on = cast.day(5)
    late.plan.save()
    sunday = cast.day(20) + timedelta(days=6 - cast.day(20).weekday())
    response = client.post(url("action-date", late), asking(sunday))

    assert response.status_code == 422
    assert error_of(response, "to_on") == [
        f"The date is after the end of the plan, {cast.day(5):%-d %B %Y}.",
        f"{sunday:%A %-d %B %Y} is not a working day.",
    ]
    known = f"despite_{sunday}"
    assert error_of(response, known) == ["Tick the box to ask for this date all the same, or enter another date."]
    assert "The supplier is two months late." in text(response)
    assert client.post(url("action-date", late), asking(sunday, **{known: "on"})).status_code == 302
    assert DateRequest.objects.get(action=late).to_on == sunday


def test_a_tick_for_one_odd_date_does_not_count_for_another(cast, as_):
    client, late = as_("owner"), cast.ours.late
    known = {f"despite_{cast.day(-3)}": "on"}
    response = client.post(url("action-date", late), asking(cast.day(-4), **known))

    assert response.status_code == 422
    assert error_of(response, f"despite_{cast.day(-4)}")[0].startswith("Tick the box")
    assert f"Ask for {cast.day(-4):%-d %B %Y} all the same" in text(response)
    assert 'type="checkbox" value="on" checked' not in text(response)
    assert DateRequest.objects.filter(action=late).count() == 0


def test_a_date_earlier_than_the_current_one_warns(cast, as_):
    to_on = working_day(cast.day(1))
    Action.objects.filter(pk=cast.ours.late.pk).update(current_due_on=cast.day(30))
    said = f"The date is earlier than the current due date, {cast.day(30):%-d %B %Y}."

    assert error_of(as_("owner").post(url("action-date", cast.ours.late), asking(to_on)), "to_on") == [said]


def test_a_date_in_the_past_warns(cast, as_):
    response = as_("owner").post(url("action-date", cast.ours.late), asking(cast.day(-3)))

    assert response.status_code == 422
    assert "The date is in the past." in error_of(response, "to_on")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(-10, "Enter a date other than the current due date."), (-131, "The due date must not be before the start")],
)
def test_a_date_that_the_operation_refuses_is_said_beside_it(cast, as_, days, sentence):
    response = as_("owner").post(
        url("action-date", cast.ours.late), asking(cast.day(days), **{f"despite_{cast.day(days)}": "on"})
    )

    assert response.status_code == 422
    assert error_of(response, "to_on")[0].startswith(sentence)
    assert DateRequest.objects.filter(action=cast.ours.late).count() == 0


def test_a_second_request_waits_for_the_first(cast, as_):
    ask_for(cast, cast.ours.late)
    client = as_("owner")

    assert "It waits for an answer." in text(client.get(url("action-date", cast.ours.late)))
    response = client.post(url("action-date", cast.ours.late), asking(working_day(cast.day(40))))
    assert response.status_code == 422
    assert error_of(response, "__all__") == ["A later date has been asked for already. Wait for the answer to that."]


# --- one page a meeting ---


def errors_of(response) -> dict[str, list[str]]:
    """Of the page of a meeting: what is said, by the name of the field; all of it must be on the page."""
    found = {
        each.add_prefix(name) if name != "__all__" else f"{each.prefix}": [str(error) for error in errors]
        for each in response.context["page"].forms
        for name, errors in each.errors.items()
    }
    shown = text(response)
    assert all(error.removesuffix(".") in shown for errors in found.values() for error in errors)
    return found


def test_what_a_meeting_decided_is_recorded_on_one_page(cast, as_):
    late, dormant, done = cast.ours.late, cast.ours.dormant, verify(cast, cast.ours.completed)
    granted, refused = ask_for(cast, late), ask_for(cast, dormant)
    client = as_("approver")
    assert decisions(cast) in text(client.get(cast.ours.plan.get_absolute_url()))
    page = text(client.get(decisions(cast)))
    assert "10 days late" in page
    assert "Ten files read." in page

    sent = {f"date-{granted.pk}-outcome": "grant", f"date-{refused.pk}-outcome": "refuse"}
    sent |= {f"close-{done.pk}-outcome": "close", f"close-{done.pk}-risk_accepted_by": "Chief Executive"}
    sent |= {f"close-{done.pk}-check_months": "6"}
    response = client.post(decisions(cast), at_meeting(cast) | sent, follow=True)

    assert "3 decisions recorded." in text(response)
    assert (fresh(late).current_due_on, fresh(late).date_changes) == (granted.to_on, 1)
    assert fresh(dormant).current_due_on == cast.day(-5)
    closure = Closure.objects.get(action=done)
    assert (closure.decided_by, closure.meeting, closure.minute) == (
        "Committee of ours",
        cast.ours.past_meeting,
        "15/9",
    )
    assert closure.risk_accepted_by == "Chief Executive"
    assert closure.check_due_on is not None
    history = text(client.get(done.get_absolute_url()))
    assert "Risk accepted by:</span> Chief Executive" in history
    assert f"To be checked whether it lasts:</span> {closure.check_due_on:%-d %B %Y}" in history
    assert f"Meeting of {cast.day(-60):%-d %B %Y}, minute 15/9" in history


def test_a_decision_without_a_meeting_names_who_and_says_that_no_minute_is_recorded(cast, as_):
    request = ask_for(cast, cast.ours.late)
    sent = {"meeting": "none", "decided_by": "Chair of the Committee", f"date-{request.pk}-outcome": "grant"}
    assert as_("coordinator").post(decisions(cast), sent).status_code == 302

    row = DateDecision.objects.get(request=request)
    assert (row.decided_by, row.meeting, row.minute) == ("Chair of the Committee", None, "")
    history = text(as_("coordinator").get(cast.ours.late.get_absolute_url()))
    assert "Chair of the Committee, minute not recorded" in history


def withdrawing(request: DateRequest) -> str:
    action = request.action
    return reverse("actionplans:date-withdraw", args=[action.plan.slug, action.ref, request.pk])


def test_who_asked_withdraws_it_and_it_leaves_every_list_of_what_waits(cast, as_):
    """Asked by the owner, and open on the clerk's screen when it is withdrawn."""
    late = cast.ours.late
    request = ask_for(cast, late)
    at = withdrawing(request)
    assert f"date-{request.pk}-outcome" in text(as_("clerk").get(decisions(cast)))
    for page in (late.get_absolute_url(), url("action-date", late)):
        assert at in text(as_("owner").get(page))
        assert at not in text(as_("coordinator").get(page)), "only who asked is offered it"
    assert "I have changed my mind." in text(as_("owner").get(at)), "the usual words are there already"
    assert as_("coordinator").post(at, {"reason": "Not needed"}).status_code == 403
    assert error_of(as_("owner").post(at, {"reason": f"About {CHI}"}), "reason")

    shown = text(as_("owner").post(at, {"reason": "Typed the wrong year."}, follow=True))

    assert "is withdrawn. You can ask for a date again." in shown
    assert "Request for a later date withdrawn" in shown
    assert "Typed the wrong year." in shown
    assert "It waits for an answer." not in shown
    assert url("action-date", late) in shown
    assert (fresh(late).current_due_on, fresh(late).date_changes) == (cast.day(-10), 0)
    assert f"date-{request.pk}-outcome" not in text(as_("clerk").get(decisions(cast)))
    answer = as_("clerk").post(decisions(cast), at_meeting(cast) | {f"date-{request.pk}-outcome": "grant"})
    assert errors_of(answer) == {f"date-{request.pk}": ["A1: This request has been withdrawn."]}
    again = as_("owner").post(at, {"reason": "Once more"})
    assert (again.status_code, DateWithdrawal.objects.count()) == (422, 1)
    assert "This request does not wait for an answer any more." in text(again)


def test_a_request_is_taken_to_a_group_and_granted_there(cast, as_):
    request, client = ask_for(cast, cast.ours.late), as_("approver")
    sent = {f"date-{request.pk}-outcome": "refer", f"date-{request.pk}-group": cast.ours.group.pk}
    client.post(decisions(cast), at_meeting(cast) | sent)

    assert DateReferral.objects.get(request=request).group == cast.ours.group
    assert "Taken to Committee of ours" in text(client.get(decisions(cast)))
    shown = text(client.get(cast.ours.late.get_absolute_url()))
    assert "Later date taken to Committee of ours" in shown
    assert "It waits for an answer." in shown
    client.post(decisions(cast), at_meeting(cast) | {f"date-{request.pk}-outcome": "grant"})
    assert fresh(cast.ours.late).current_due_on == request.to_on


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"meeting": ""}, "meeting", "Choose where it was decided."),
        ({"meeting": "none"}, "decided_by", "Enter who decided."),
        ({"decided_by": "The chair"}, "decided_by", "Clear who decided, or choose “Not at a meeting”."),
    ],
)
def test_how_it_was_decided_is_owed_and_what_was_typed_is_kept(cast, as_, given, field, sentence):
    request = ask_for(cast, cast.ours.late)
    sent = at_meeting(cast, **given) | {f"date-{request.pk}-outcome": "grant"}
    response = as_("approver").post(decisions(cast), sent)

    assert response.status_code == 422
    assert errors_of(response) == {field: [sentence]}
    assert 'value="grant" checked' in text(response)
    assert DateDecision.objects.filter(request=request).count() == 0


def test_meetings_to_come_and_of_others_cannot_have_decided(cast, as_):
    request = ask_for(cast, cast.ours.late)
    for meeting in (cast.ours.next_meeting, cast.theirs.past_meeting):
        sent = {"meeting": meeting.pk, f"date-{request.pk}-outcome": "grant"}
        response = as_("approver").post(decisions(cast), sent)
        assert response.status_code == 422
        assert list(errors_of(response)) == ["meeting"]


def test_nothing_chosen_is_said(cast, as_):
    request = ask_for(cast, cast.ours.late)
    response = as_("approver").post(decisions(cast), at_meeting(cast) | {f"date-{request.pk}-outcome": "leave"})

    assert response.status_code == 422
    assert "Choose at least one decision." in text(response)


def test_one_bad_row_and_nothing_is_written(cast, as_):
    """A measure misses its target and nobody says why: the date that was granted on the same page does not move."""
    done, request = cast.ours.completed, ask_for(cast, cast.ours.late)
    measure = Measure.objects.create(action=done, name="Trained", direction="higher", target="90", target_value=90)
    operations.record_reading(measure=measure, on=cast.day(-2), words="70", by=Actor(cast.owner), now=cast.moment(-2))
    verify(cast, done)
    sent = at_meeting(cast) | {f"date-{request.pk}-outcome": "grant", f"close-{done.pk}-outcome": "close"}
    sent |= {f"close-{done.pk}-risk_accepted_by": "Chief Executive"}
    before = rows(cast)
    response = as_("approver").post(decisions(cast), sent)

    assert response.status_code == 422
    assert errors_of(response) == {
        f"close-{done.pk}-target_reason": ["A3: The target is not met: Trained: 70, target 90. Enter why it is closed."]
    }
    assert f'href="#id_close-{done.pk}-target_reason"' in text(response)
    assert 'value="15/9"' in text(response)
    assert 'value="Chief Executive"' in text(response)
    assert rows(cast) == before
    assert fresh(cast.ours.late).current_due_on == cast.day(-10)
    sent[f"close-{done.pk}-target_reason"] = "The rest follow by June."
    assert as_("approver").post(decisions(cast), sent).status_code == 302
    assert Closure.objects.get(action=done).target_reason == "The rest follow by June."
    assert "Closed although the target is not met:</span> The rest follow by June." in text(
        as_("member").get(done.get_absolute_url())
    )


def test_a_request_taken_to_a_group_names_the_group(cast, as_):
    request = ask_for(cast, cast.ours.late)
    response = as_("approver").post(decisions(cast), at_meeting(cast) | {f"date-{request.pk}-outcome": "refer"})

    assert response.status_code == 422
    assert errors_of(response) == {f"date-{request.pk}-group": ["A1: choose the group that is to decide."]}


def test_what_somebody_else_decided_meanwhile_is_said_and_not_lost(cast, as_):
    request, done = ask_for(cast, cast.ours.late), verify(cast, cast.ours.completed)
    sent = at_meeting(cast) | {f"date-{request.pk}-outcome": "grant", f"close-{done.pk}-outcome": "close"}
    assert as_("approver").post(decisions(cast), sent).status_code == 302
    before = rows(cast)
    response = as_("coordinator").post(decisions(cast), sent)

    assert response.status_code == 422
    assert errors_of(response) == {
        f"date-{request.pk}": ["A1: This request has been decided already."],
        f"close-{done.pk}": ["A3: An action that is “Closed” cannot become “Closed”."],
    }
    assert rows(cast) == before


def test_personal_data_in_a_row_is_stopped_and_asks_why(cast, as_):
    done = verify(cast, cast.ours.completed)
    sent = {f"close-{done.pk}-outcome": "close", f"close-{done.pk}-risk_accepted_by": f"Parent of {CHI}"}
    response = as_("approver").post(decisions(cast), at_meeting(cast) | sent)

    assert response.status_code == 422
    assert list(errors_of(response)) == [f"close-{done.pk}-risk_accepted_by"]
    assert f'name="close-{done.pk}-not_personal"' in text(response)
    assert Closure.objects.filter(action=done).count() == 0


def test_the_page_of_another_plan_decides_nothing_here(cast, as_):
    request = ask_for(cast, cast.theirs.late)
    response = as_("approver").post(decisions(cast), at_meeting(cast) | {f"date-{request.pk}-outcome": "grant"})

    assert response.status_code == 422
    assert DateDecision.objects.filter(request=request).count() == 0


def test_what_does_not_fit_on_one_page_is_said_and_reached(cast, as_, monkeypatch):
    monkeypatch.setattr(meetings, "MOST_ROWS", 2)
    client, asked_for = as_("approver"), [ask_for(cast, each) for each in (cast.ours.late, cast.ours.dormant)]
    add_many(cast, cast.ours, 40)
    many_done(cast)
    first, last = (client.get(f"{decisions(cast)}?page={number}") for number in (1, 10))

    assert "There is more to decide than fits here: this is page 1 of 11." in text(first)
    assert [row.about for row in first.context["page"].dates] == asked_for
    assert [row.action.ref for row in last.context["page"].closings] == ["M37", "M39"]
    assert "?page=2" in text(first)
    row = last.context["page"].dates[0]
    sent = at_meeting(cast) | {f"{each.prefix}-outcome": "leave" for each in last.context["page"].rows}
    done = client.post(f"{decisions(cast)}?page=10", sent | {f"{row.prefix}-outcome": "refuse"})
    assert (done.status_code, row.about.decision.is_granted) == (302, False)


def test_what_fits_on_one_page_names_no_other(cast, as_):
    ask_for(cast, cast.ours.late)
    page = text(as_("approver").get(decisions(cast)))

    assert "There is more to decide" not in page
    assert "govuk-pagination" not in page


# --- what the pages cost ---


def test_the_queue_and_the_page_of_a_meeting_ask_as_often_for_many_as_for_few(cast, as_):
    client = as_("verifier")
    partnering.grant_role(user=cast.verifier, partnership=cast.ours.partnership, role=Role.APPROVER)
    pages = [reverse("actionplans:verify-queue"), decisions(cast)]
    verify(cast, make_completed(cast, cast.ours.dormant))
    ask_for(cast, cast.ours.late)
    measure = Measure.objects.create(action=cast.ours.dormant, name="M", direction="higher", target="9", target_value=9)
    operations.record_reading(measure=measure, on=cast.day(-2), words="7", by=Actor(cast.owner), now=cast.moment(-2))
    few = [len(asked(lambda page=page: client.get(page))) for page in pages for _ in range(2)][1::2]
    add_many(cast, cast.ours, 40)
    many_done(cast)
    many = [len(asked(lambda page=page: client.get(page))) for page in pages]

    assert "More 38" in text(client.get(pages[0]))
    assert "More 39" in text(client.get(pages[1]))
    assert many == few
    assert max(many) <= 16


def make_completed(cast, action: Action) -> Action:
    said = {"status": Status.COMPLETED, "percent": 100, "wording": "Done.", "evidence_ticked": ["Register"]}
    operations.post_update(action=action, by=Actor(cast.coordinator), now=clock.at(cast.day(-3)), **said)
    return action


def many_done(cast) -> None:
    """Half of the many are completed, half verified; each verified one asks for a later date, too."""
    many = list(Action.objects.filter(ref__startswith="M", plan=cast.ours.plan).order_by("position"))
    for action in many[1::2]:
        ask_for(cast, action)
    for number, action in enumerate(many):
        status = (Status.COMPLETED, Status.VERIFIED)[number % 2]
        Action.objects.filter(pk=action.pk).update(status=status, percent=100)
