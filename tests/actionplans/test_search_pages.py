"""The page of search: results, marks, filters, pages, and the box in the header."""

from django.urls import reverse

from actionplans.models import Action
from core.models import AuditEntry
from tests.actionplans.pages import error_of, text

URL = reverse("actionplans:search")


def ask(client, **query):
    return client.get(URL, query)


def test_it_counts_marks_and_says_where_it_belongs(as_):
    page = text(ask(as_("member"), q="trained"))

    assert "1 result for “trained”" in page
    assert 'Half of the staff are <mark class="ft-mark">trained</mark>' in page
    assert "Plan of ours · Ours Partnership · Head of ours" in page
    assert "<title>“trained”: Search – Followthrough</title>" in page


def test_what_somebody_typed_stays_text(as_, cast):
    Action.objects.filter(pk=cast.ours.late.pk).update(title="<script>alert(1)</script> zebra")
    raw = ask(as_("member"), q='zebra "><i>').content.decode()

    assert "<script>alert" not in raw
    assert "<i>" not in raw
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in raw


def test_nothing_found_and_nothing_asked_for_are_said(as_):
    client = as_("member")

    assert "No results for “zebra”" in text(ask(client, q="zebra"))
    assert "Searches the titles and the agreed words" in text(ask(client))
    assert "Searches the titles and the agreed words" in text(ask(client, q="   "))


def test_a_filter_that_is_none_is_an_error_beside_it(as_, cast):
    client = as_("member")
    for name, value in (("plan", cast.theirs.plan.slug), ("plan", cast.ours.draft.slug), ("kind", "gossip")):
        answer = ask(client, q="action", **{name: value})
        assert answer.status_code == 422
        assert "from the list" in error_of(answer, name)[0]
        assert "results for" not in text(answer)
    assert error_of(ask(client, q="x" * 201), "q") == ["Enter 200 characters or fewer."]
    assert ask(client, q="nul\x00byte").status_code == 422


def test_filters_narrow_and_stay_from_page_to_page(as_, cast):
    ours = cast.ours
    Action.objects.bulk_create(
        Action(plan=ours.plan, position=n + 10, ref=f"Z{n}", title=f"Zebra {n}", lead_post=ours.post) for n in range(25)
    )
    client = as_("coordinator")
    first = text(ask(client, q="zebra", kind="actions", plan=ours.plan.slug))
    second = text(ask(client, q="zebra", kind="actions", plan=ours.plan.slug, page=2))

    assert "25 results for “zebra”" in first
    assert "q=zebra&kind=actions&plan=ours-plan&page=2" in first
    assert (first.count("ft-hits__item"), second.count("ft-hits__item")) == (20, 5)
    assert 'start="21"' in second
    assert "No results" in text(ask(client, q="zebra", plan=ours.other.slug))


def test_the_box_is_on_every_page_of_who_is_signed_in_and_once_on_its_own(client, as_, cast):
    assert 'role="search"' not in text(client.get(reverse("account_login")))
    signed_in = as_("owner")

    assert text(signed_in.get(cast.ours.plan.get_absolute_url())).count('role="search"') == 1
    assert text(ask(signed_in)).count('role="search"') == 1


def test_what_an_inspector_looks_for_is_recorded_as_their_reading(as_):
    ask(as_("inspector"), q="trained")

    assert AuditEntry.objects.filter(what="read").values_list("about", flat=True)[0] == "/search/?q=trained"
