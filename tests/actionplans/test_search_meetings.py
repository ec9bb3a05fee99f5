"""Search finds groups and meetings: by name, by day as people write it, and for nobody who may not open them."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actionplans import operations
from actionplans.models import PlanGroup
from actionplans.search import Hit, Within, find
from actionplans.views import groups
from partnerships import operations as partnering
from partnerships.models import Group
from tests.cast import Cast

DAY = date(2026, 11, 19)
WAYS = ("19 November 2026", "meeting on Thursday 19th November 2026", "19 nov 2026 audit", "2026-11-19", "19/11/2026")


@pytest.fixture
def audit(cast):
    """On both sides a group with meetings in two years; of ours there is a draft plan that it approves."""
    found = {}
    for side in (cast.ours, cast.theirs):
        group = Group.objects.create(
            partnership=side.partnership, slug="audit", name="Resource and Audit Committee", kind="committee"
        )
        found[side.partnership.slug] = [
            partnering.add_meeting(group=group, on=on) for on in (DAY, date(2026, 11, 26), date(2019, 11, 19))
        ]
    PlanGroup.objects.create(plan=cast.ours.other, group_id=found["ours"][0].group_id, role="monitors")
    return found


def hits(cast, person: str, words: str, kinds=("groups",), **within) -> list[Hit]:
    return find(words, Within(cast.person(person), cast.today, **within), kinds).hits


def days(found: list[Hit]) -> list[date | None]:
    return [each.on for each in found]


def test_a_meeting_is_found_by_its_day_and_a_group_by_its_name(cast, audit):
    meeting = audit["ours"][0]
    url = f"/partnerships/ours/groups/audit/?meeting={meeting.pk}#meeting-{meeting.pk}"
    for words in WAYS:
        (hit,) = hits(cast, "member", words)
        assert (hit.kind, hit.title, hit.url) == ("Meeting", "Resource and Audit Committee, 19 November 2026", url)
        assert (hit.belongs, hit.told_on) == (("Ours Partnership",), None)
    assert set(days(hits(cast, "member", "audit November 2026"))) == {DAY, date(2026, 11, 26)}
    assert days(hits(cast, "member", "Resource audit 2019")) == [date(2019, 11, 19)]
    assert set(days(hits(cast, "member", "audit 19 November"))) == {DAY, date(2019, 11, 19)}
    assert hits(cast, "member", "31 November 2026") == hits(cast, "member", "audit -committee") == []
    assert hits(cast, "member", "-audit") == hits(cast, "member", "the", ()) == []
    assert {each.kind for each in hits(cast, "member", "head", ("posts", "groups"))} == {"Post"}
    assert "Post" not in {each.kind for each in hits(cast, "member", "committee")}

    group, *meetings = hits(cast, "member", "resource audit")
    assert (group.kind, group.title, group.url) == (
        *("Group", "Resource and Audit Committee", "/partnerships/ours/groups/audit/"),
    )
    assert days(meetings) == [date(2026, 11, 26), DAY, date(2019, 11, 19)]


def test_what_was_typed_whole_stands_first_and_filters_hold(cast, audit):
    said = {"status": "in_progress", "percent": 40, "barrier": "Illness", "wording": "Told on 19 November 2026."}
    operations.post_update(action=cast.ours.late, by=operations.Actor(cast.owner), now=cast.moment(), **said)
    kinds = [each.kind for each in hits(cast, "member", "19 November 2026", ())]
    assert (kinds[0], "Update" in kinds) == ("Meeting", True)
    assert [each.kind for each in hits(cast, "member", "audit", plan=cast.ours.other)].count("Group") == 1
    assert hits(cast, "member", "audit", plan=cast.ours.plan) == []
    assert hits(cast, "member", "audit", partnership=cast.theirs.partnership) == []


@pytest.mark.once
@pytest.mark.parametrize("person", Cast.ROLES)
def test_nobody_finds_a_group_or_meeting_that_they_may_not_open(cast, audit, as_, person):
    """Each hit is opened, and shows the meeting; inspectors find none, and nobody those of another partnership."""
    client, found = as_(person), []
    for words in ("audit", "committee", "19 November 2026", "November 2026", "2026", f"{cast.theirs.group}"):
        found += hits(cast, person, words)
    own = {"inspector": None, "outsider": "theirs"}.get(person, "ours")
    assert {each.url.split("/")[2] for each in found} == ({own} if own else set())
    for each in {each.url: each for each in found}.values():
        response = client.get(each.url)
        assert response.status_code == 200
        assert each.url.partition("#")[2] in response.content.decode()


@pytest.mark.once
def test_the_link_opens_the_page_on_which_the_meeting_stands(as_, audit, monkeypatch):
    monkeypatch.setattr(groups, "PAST_A_PAGE", 1)
    monkeypatch.setattr(groups.clock, "today", lambda: date(2027, 1, 1))
    client, url = as_("member"), "/partnerships/ours/groups/audit/"
    last = audit["ours"][2].pk
    for asked, shown in (
        ({"meeting": last}, [last]),
        ({"meeting": last, "page": 1}, [audit["ours"][1].pk]),
        ({"meeting": audit["theirs"][2].pk}, [audit["ours"][1].pk]),
    ):
        page = client.get(url, asked).content.decode()
        assert re.findall(r'id="meeting-(\d+)"', page) == [str(each) for each in shown]


@pytest.mark.parametrize("words", ["LTC4.2", "2026", "19/11/2026", "audit November 2026", "committee"])
def test_everything_is_looked_for_in_ten_queries(cast, audit, words):
    user = cast.coordinator
    assert user.roles
    with CaptureQueriesContext(connection) as asked:
        find(words, Within(user, cast.today))
    assert len(asked) <= 10
