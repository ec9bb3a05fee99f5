"""Entering a report in the browser: typed, shown as it was understood, changed, entered; then a plan of it."""

import html
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from core.models import AuditEntry
from inspections.models import Inspection, QualityFramework, ScrutinyBody
from tests.actionplans.pages import CHI, date_of, error_of, table, text

pytestmark = pytest.mark.once

PASTED = "R1. Respond on\nthe day.\n\nR2. Recognise <chronic> neglect.\nR3. Plan.\nR4. Lead.\nR5. Report each year."
WORDS = ["R1 Respond on the day.", "R2 Recognise <chronic> neglect.", "R3 Plan.", "R4 Lead.", "R5 Report each year."]


@pytest.fixture
def address(cast) -> str:
    return reverse("actionplans:report-new", args=[cast.ours.partnership.slug])


def sent(cast, **given) -> dict[str, Any]:
    """What a browser sends, each value as text."""
    facts = {"kind": "joint inspection", "title": "Services for children", "lead_body": "another"}
    facts |= {"other_body": "Board of Reviewers", "recommendations": PASTED, "strengths": "Staff know\n\nfamilies"}
    return facts | date_of("published_on", cast.day(-3)) | {"check": "Check this report"} | given


def hidden(response) -> dict[str, Any]:
    """What the buttons under the check send besides themselves."""
    form = response.content.decode().partition("<main")[2].partition("<form")[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_report_is_checked_changed_entered_and_answered_by_a_plan(cast, as_, address):
    client = as_("coordinator")
    assert address in text(client.get(reverse("actionplans:partnership", args=[cast.ours.partnership.slug])))
    before = (Inspection.objects.count(), ScrutinyBody.objects.count(), AuditEntry.objects.count())
    check = client.post(address, sent(cast))
    heading = "5 recommendations, in the inspectors’ own words"
    assert [html.unescape(each) for each in table(check, heading)] == [*WORDS[:1], "R2 Recognise neglect.", *WORDS[2:]]
    assert "&lt;chronic&gt;" in check.content.decode()
    for words in ("Nothing is kept yet", "cannot be changed by anybody", "Board of Reviewers", "Joint inspection"):
        assert words in text(check)
    assert (Inspection.objects.count(), ScrutinyBody.objects.count(), AuditEntry.objects.count()) == before

    kept = hidden(check)
    form = client.post(address, kept | {"change": "yes"})
    assert (form.status_code, form.context["form"].errors) == (200, {})
    assert all(form.context["form"][name].value() == sent(cast)[name] for name in ("recommendations", "strengths"))
    assert kept == {name: str(value) for name, value in sent(cast).items() if name != "check"}

    done = client.post(address, kept | {"enter": "yes"}, follow=True)
    report = Inspection.objects.get(title="Services for children")
    assert done.redirect_chain[-1][0] == reverse("actionplans:inspection", args=[report.slug])
    draft = reverse("actionplans:plan-new", args=[report.slug])
    assert draft in text(done)
    asked = {"title": "Our answer", "lead_post": cast.ours.post.pk, "approves": [cast.ours.group.pk]}
    plan = text(client.post(draft, asked, follow=True))
    assert all(f"Recommendation {words.partition(' ')[0]}" in plan for words in WORDS)
    assert "Respond on the day." in plan

    again = client.post(address, kept | {"enter": "yes"})
    assert error_of(again, "title") == ["A report of this title and day is entered already."]


def test_what_is_wrong_is_said_before_the_check_and_the_text_is_kept(cast, as_, address):
    client, tomorrow = as_("coordinator"), date_of("published_on", cast.day(1))
    wrong = client.post(address, sent(cast, recommendations="1. Plan.\n1. Lead.", lead_body="", **tomorrow))
    assert wrong.status_code == 422
    said = "Paragraph 2, “Lead.”, has the number 1, as paragraph 1 has. Give each its own number."
    assert error_of(wrong, "recommendations") == [said]
    assert error_of(wrong, "lead_body") == ["Choose the body that led the inspection."]
    assert "1. Plan.\n1. Lead." in text(wrong)
    late = client.post(address, sent(cast, **tomorrow))
    assert error_of(late, "published_on") == ["The day of publication must be today or earlier."]
    assert error_of(client.post(address, sent(cast, other_body="")), "other_body") == ["Enter the name of the body."]
    for box in ("recommendations", "good_practice", "other_partners", "trigger"):
        found = error_of(client.post(address, sent(cast, **{box: f"Child {CHI}."})), box)
        assert "looks like a CHI number" in found[0], box
    broken = f"1. Child {CHI[:6]}\n{CHI[6:]}."
    assert "CHI number" in error_of(client.post(address, sent(cast, recommendations=broken)), "recommendations")[0]
    assert not Inspection.objects.filter(title="Services for children").exists()


def test_text_that_only_looks_like_personal_data_passes_with_a_reason_which_is_recorded_once(cast, as_, address):
    client = as_("coordinator")
    asked = sent(cast, recommendations=f"Number {CHI}.", not_personal="A number of the report")
    kept = hidden(client.post(address, asked))
    assert not AuditEntry.objects.filter(what="passed the personal data check").exists()
    assert client.post(address, kept | {"enter": "yes"}).status_code == 302
    entry = AuditEntry.objects.get(what="passed the personal data check")
    assert entry.details == {"reason": "A number of the report", "kinds": ["a CHI number"]}


def test_a_report_without_its_day_waits_for_it_and_grades_are_entered(cast, as_, address):
    call_command("load_reference", verbosity=0)
    client = as_("coordinator")
    framework = QualityFramework.objects.get(slug="hmie-cp-2009")
    empty = dict.fromkeys(date_of("published_on", cast.today), "")
    client.post(address, sent(cast, **empty, framework=framework.pk, enter="yes"))
    report = Inspection.objects.get(title="Services for children")
    names = ("inspection", "report-published", "report-grades")
    page, day, grades = (reverse(f"actionplans:{name}", args=[report.slug]) for name in names)
    before = text(client.get(page))
    assert day in before
    assert "Draft a plan" not in before
    after = text(client.post(day, date_of("published_on", cast.day(-1)), follow=True))
    assert "Draft a plan" in after
    assert day not in after

    first, second, *_ = report.ungraded()
    good = framework.scale.levels.get(label="Good")
    asked = {f"grade-{first.pk}": good.pk, "is_checked": "on"}
    nothing = client.post(grades, {"is_checked": "on"})
    assert error_of(nothing, "__all__") == ["Choose the grade of at least one quality indicator."]
    done = client.post(grades, asked, follow=True)
    assert [str(each) for each in report.evaluations.all()] == [f"{first}: Good"]
    assert "1 quality indicator was graded" in text(done)
    left = text(client.get(grades))
    assert (str(first) in left, str(second) in left) == (False, True)
    late = client.post(grades, asked)
    assert (late.status_code, report.evaluations.count()) == (422, 1)
    assert "Somebody has graded one of these" in text(late)
