"""What search finds for whom: what they may open, in the words that they may read, and nothing else."""

import pytest

from actionplans import operations
from actionplans.models import UpdateDraft
from actionplans.operations import ActionText, Actor
from actionplans.search import KINDS, Found, Hit, Within, find
from partnerships import operations as partnering
from tests.cast import DRAFT_TITLE, OTHER_INSPECTION, OTHER_TITLE, Cast

STAFF = {"coordinator", "owner", "verifier", "clerk", "approver", "administrator"}
MEMBERS = STAFF | {"member"}


def search(cast, person: str, words: str, kinds=(), **within) -> Found:
    return find(words, Within(cast.person(person), cast.today, **within), kinds)


def titles(cast, person: str, words: str, *kinds: str) -> list[str]:
    return [f"{each.kind}: {each.title}" for each in search(cast, person, words, kinds).hits]


def test_every_kind_is_found_where_it_is(cast):
    by, now, ours = Actor(cast.coordinator), cast.moment(), cast.ours
    agency = partnering.agency_of(partnership=ours.partnership, name="Helpers")
    operations.contribute(action=ours.late, agency=agency, wording="Our drivers are trained.", by=by, now=now)
    found = {
        words: [(each.kind, each.title, each.url) for each in search(cast, "member", words).hits]
        for words in ("drivers", "staff trained", "head", "improve", "committee", "plan of ours")
    }

    late, partnership = ours.late.get_absolute_url(), f"/partnerships/{ours.partnership.slug}"
    recommendation = f"/inspections/ours-inspection/recommendations/{ours.recommendation.pk}/"
    assert found["drivers"] == [("Part of a contributor", "A1 Action A1 of ours-plan", late)]
    assert found["staff trained"] == [("Update", "A1 Action A1 of ours-plan", late)]
    assert found["head"] == [("Post", "Head of ours", f"{partnership}/posts/{ours.post.pk}/")]
    assert ("Recommendation", "Recommendation 1", recommendation) in found["improve"]
    assert found["committee"][0] == ("Group", "Committee of ours", f"{partnership}/groups/committee/")
    assert sorted(each[0] for each in found["committee"][1:]) == ["Issued paper", "Meeting", "Meeting"]
    assert found["plan of ours"][0] == ("Plan", "Plan of ours", "/plans/ours-plan/")
    (inspection,) = search(cast, "member", "inspection", ["inspections"], plan=ours.plan).hits
    assert (inspection.title, inspection.belongs) == ("Inspection of ours", ("Ours Partnership", "Care Inspectorate"))


@pytest.mark.once
@pytest.mark.parametrize("person", Cast.ROLES)
def test_nobody_finds_what_they_may_not_open(cast, person):
    """What could leak is there, and each of the words is looked for."""
    ours, by, now = cast.ours, Actor(cast.coordinator), cast.moment()
    said = {"fields": {"wording": "Zebra draft"}, "saved_at": now, "sent_at": now}
    UpdateDraft.objects.create(action=ours.late, user=cast.owner, **said)
    text = ActionText.of(ours.late).but(title="Zebra proposal")
    operations.propose(plan=ours.plan, action=ours.late, text=text, by=by, now=now)
    operations.propose(plan=ours.plan, ref="Z9", text=text.but(title="Zebra new"), by=by, now=now, due_on=cast.day(9))
    reason = {"is_exempt": True, "reason": "Zebra family", "by": by, "now": now}
    operations.mark_exempt(action=ours.completed, **reason)

    for words in ("Zebra", "Z9", "reporter's office", "audit nobody", "register released", "supplier"):
        assert titles(cast, person, words) == [], words
    side, other = ("theirs", "ours") if person == "outsider" else ("ours", "theirs")
    asked = {"plans": "plan", "actions": "A1", "inspections": "inspection", "recommendations": "improve"}
    for kind, words in (asked | {"posts": "head", "updates": "tool", "papers": "committee"}).items():
        told = " ".join(f"{each}" for each in search(cast, person, words, [kind]).hits)
        assert f"{side}-" in told or kind in ("posts", "papers"), words
        assert (f"{other}-" in told, f"{other.title()} P" in told) == (False, False), words
    assert bool(titles(cast, person, f'"{DRAFT_TITLE}"', "plans")) is (person in STAFF | {"outsider"})
    assert bool(titles(cast, person, "D1", "actions")) is (person in STAFF | {"outsider"})
    assert bool(titles(cast, person, f'"{OTHER_TITLE}"', "plans")) is (person != "inspector")
    assert bool(titles(cast, person, f'"{OTHER_INSPECTION}"', "inspections")) is (person != "inspector")
    assert bool(titles(cast, person, "head", "posts")) is (person != "inspector")
    assert bool(titles(cast, person, "committee", "papers")) is (person != "inspector")


def test_an_agreed_change_is_found_by_its_new_words_only(cast):
    ours, by, now = cast.ours, Actor(cast.coordinator), cast.moment()
    text = ActionText.of(ours.late).but(title="Zebra training")
    operations.propose(plan=ours.plan, action=ours.late, text=text, by=by, now=now)
    operations.agree_version(plan=ours.plan, group=ours.group, by=by, now=now, reason="They asked", minute="1")

    assert titles(cast, "inspector", "Zebra") == ["Action: A1 Zebra training"]
    assert "Action: A1 Zebra training" not in titles(cast, "inspector", '"Action A1 of ours-plan"', "actions")


def test_an_update_before_the_approval_is_found_by_those_who_see_drafts(cast):
    draft = cast.ours.draft.actions.get()
    said = {"status": "in_progress", "percent": 10, "wording": "Zebra work began."}
    operations.post_update(action=draft, by=Actor(cast.coordinator), now=cast.moment(), **said)

    assert titles(cast, "owner", "Zebra") == [f"Update: D1 {draft.title}"]
    assert titles(cast, "member", "Zebra") == titles(cast, "inspector", "Zebra") == []


def test_a_reference_stands_first_then_what_is_below_it(cast):
    ours, by, now = cast.ours, Actor(cast.coordinator), cast.moment()
    for ref, title in (
        ("LTC4.2", "Train"),
        ("LTC14.2", "Other"),
        ("LTC4", "Above"),
        ("LTC4.2.1", "Part"),
        ("X", "4.2"),
    ):
        text = ActionText.of(cast.ours.draft.actions.get(ref="D1")).but(title=title)
        operations.add_action(plan=ours.draft, ref=ref, text=text, due_on=None, by=by, now=now)

    for words in ("LTC4.2", "ltc4.2", "4.2"):
        refs = [each.title.split()[0] for each in search(cast, "owner", words, ["actions"]).hits]
        assert refs[:2] == ["LTC4.2", "LTC4.2.1"], words
        assert "LTC4" not in refs
    assert titles(cast, "owner", "1", "recommendations")[0] == "Recommendation: Recommendation 1"
    assert titles(cast, "owner", "4.*") == []


def test_filters_narrow_and_no_filter_lets_anything_in(cast):
    partnering.grant_role(user=cast.coordinator, partnership=cast.theirs.partnership, role="member")
    cast.coordinator.memberships_read = None
    both = search(cast, "coordinator", "action").hits
    ours = search(cast, "coordinator", "action", partnership=cast.ours.partnership).hits
    one = search(cast, "coordinator", "action", plan=cast.ours.plan).hits

    def plans(hits: list[Hit]) -> set[str]:
        return {each.url.split("/")[2] for each in hits}

    assert plans(both) == {"ours-plan", "ours-draft", "ours-other", "theirs-plan", "theirs-other"}
    assert plans(ours) == {"ours-plan", "ours-draft", "ours-other"}
    assert plans(one) == {"ours-plan"}
    assert search(cast, "inspector", "action", plan=cast.theirs.plan).hits == []
    for kind in KINDS:
        hits = search(cast, "coordinator", "action OR head OR committee OR tool", [kind], plan=cast.ours.plan).hits
        assert all("theirs" not in f"{each}" for each in hits), kind


def test_a_correction_is_told_and_the_newest_of_many_are_looked_at(cast, monkeypatch):
    late, by = cast.ours.late, Actor(cast.owner)
    said = {"status": "in_progress", "percent": 40, "barrier": "Illness"}
    first = operations.post_update(action=late, by=by, now=cast.moment(-2), wording="Zebra one", **said)
    operations.post_update(action=late, by=by, now=cast.moment(-1), wording="Zebra two", corrects=first, **said)
    hits = {each.text: each.belongs for each in search(cast, "member", "Zebra").hits}
    assert ("corrected later" in hits["Zebra one"], "corrected later" in hits["Zebra two"]) == (True, False)

    agency = partnering.agency_of(partnership=cast.ours.partnership, name="Helpers")
    monkeypatch.setattr("actionplans.search.MOST", 3)
    for number in range(5):
        now = cast.moment(-5 + number)
        operations.contribute(action=late, agency=agency, wording=f"Yak {number}", by=by, now=now)
    found = search(cast, "member", "Yak")
    assert found.cut
    assert [each.text for each in found.hits] == ["Yak 4", "Yak 3", "Yak 2"]
    assert not search(cast, "member", "Zebra").cut
