"""Publishing a plan: a decision that stands in its history, refused where the public must not read yet."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from actionplans import operations
from actionplans.integrity import check_history
from actionplans.models import Entry, Plan, Publication
from actionplans.operations import Actor, Decision, Refusal, UpdatedMeanwhile
from actionplans.operations.publication import seen_mark
from inspections.models import Inspection


def publish(cast, plan: Plan | None = None, days=0, **given) -> Publication:
    said = {"decision": Decision("Committee of ours", cast.ours.past_meeting, "15/9"), "by": Actor(cast.approver)}
    return operations.publish_plan(plan=plan or cast.ours.plan, now=cast.moment(days), **said | given)


def stop(cast, **given) -> Publication:
    return operations.stop_publishing(plan=cast.ours.plan, by=Actor(cast.coordinator), now=cast.moment(), **given)


def test_both_are_rows_of_history_that_say_who_decided_when(cast):
    assert not Plan.objects.public().exists()
    publish(cast, days=-3)
    assert [each.slug for each in Plan.objects.public()] == ["ours-plan"]
    stop(cast, reason="A family could be told.")
    assert not Plan.objects.public().exists()

    rows = [each.detail for each in Entry.objects.filter(kind=Entry.Kind.PUBLICATION).order_by("seq").with_details()]
    assert [(each.is_public, each.decided_by, each.minute, each.reason, each.by_name) for each in rows] == [
        (True, "Committee of ours", "15/9", "", "Approver"),
        (False, "", "", "A family could be told.", "Coordinator"),
    ]
    assert [each.happened_on for each in rows] == [cast.day(-3), cast.today]
    assert check_history(Plan.objects.get(pk=cast.ours.plan.pk)).fault == ""


def test_what_cannot_be_published_is_refused_in_words(cast):
    with pytest.raises(Refusal, match="Only a plan that a group has approved"):
        publish(cast, cast.ours.draft)
    with pytest.raises(Refusal, match="Enter who decided."):
        publish(cast, decision=Decision(" "))
    with pytest.raises(Refusal, match="is not public"):
        stop(cast)
    publish(cast)
    with pytest.raises(Refusal, match="is public already"):
        publish(cast)
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("published_on", [None, timedelta(days=1)])
def test_not_before_the_inspectors_have_published_their_report(cast, published_on):
    on = published_on and cast.today + published_on
    Inspection.objects.filter(pk=cast.ours.inspection.pk).update(published_on=on)

    with pytest.raises(Refusal, match="“Inspection of ours” is not published yet"):
        publish(cast)
    assert not Plan.objects.public().exists()


def test_whoever_publishes_has_seen_what_is_there(cast):
    plan = Plan.objects.get(pk=cast.ours.plan.pk)
    seen = seen_mark(plan)
    operations.mark_exempt(
        action=cast.ours.late, is_exempt=True, reason="Paragraph 3", by=Actor(cast.clerk), now=cast.moment()
    )

    with pytest.raises(UpdatedMeanwhile, match="Look again"):
        publish(cast, seen=seen)
    publish(cast, seen=seen_mark(Plan.objects.get(pk=plan.pk)))


def test_the_database_knows_that_somebody_decided(cast):
    publish(cast)
    row = Publication.objects.get()
    row.pk = row.id = None
    row.seq, row.decided_by, row._state.adding = 9000, "", True
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
