"""The small bricks: working days, the clock, the chain, mail, and what commands refuse."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.mail import EmailMessage

from core import chain, clock, commands
from core.mail import FolderBackend, compose
from core.views import demo_mail
from core.working_days import is_working_day, working_days_before
from partnerships.models import Partnership

# --- working days ---


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2015, 1, 1), "New Year"),
        (date(2015, 1, 2), "2 January, in Scotland only"),
        (date(2015, 4, 3), "Good Friday"),
        (date(2015, 8, 3), "the summer bank holiday of Scotland, in early August"),
        (date(2015, 11, 30), "St Andrew's Day"),
        (date(2019, 12, 2), "St Andrew's Day, a Saturday, kept on Monday"),
        (date(2021, 1, 4), "2 January, a Saturday, kept on Monday"),
        (date(2015, 12, 28), "Boxing Day, a Saturday, kept on Monday"),
        (date(2015, 11, 28), "a Saturday"),
        (date(2015, 11, 29), "a Sunday"),
    ],
)
def test_days_that_are_not_worked_in_scotland(day, why):
    assert not is_working_day(day), why


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2015, 4, 6), "Easter Monday is no bank holiday in Scotland"),
        (date(2015, 8, 31), "nor is the last Monday of August"),
        (date(2015, 12, 1), "the day after St Andrew's"),
        (date(2015, 1, 5), "the first Monday of the year"),
    ],
)
def test_days_that_are_worked_in_scotland(day, why):
    assert is_working_day(day), why


def test_working_days_are_counted_back_over_weekends_and_holidays():
    assert working_days_before(date(2015, 12, 2), 0) == date(2015, 12, 2)
    assert working_days_before(date(2015, 12, 2), 1) == date(2015, 12, 1)
    assert working_days_before(date(2015, 12, 2), 2) == date(2015, 11, 27)  # over St Andrew's Day and a weekend
    assert working_days_before(date(2015, 1, 6), 2) == date(2014, 12, 31)  # over 1 and 2 January
    with pytest.raises(ValueError, match="negative"):
        working_days_before(date(2015, 1, 6), -1)


# --- the clock ---


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2015, 7, 1, 22, 59, tzinfo=UTC), date(2015, 7, 1)),
        (datetime(2015, 7, 1, 23, 30, tzinfo=UTC), date(2015, 7, 2)),  # half past midnight in London
        (datetime(2015, 12, 1, 23, 30, tzinfo=UTC), date(2015, 12, 1)),
    ],
)
def test_a_moment_belongs_to_its_london_day(moment, day):
    assert clock.day_of(moment) == day
    assert clock.end_of(day - timedelta(days=1)) <= moment < clock.end_of(day)


def test_the_days_on_which_clocks_change_have_23_and_25_hours():
    spring, autumn = date(2015, 3, 29), date(2015, 10, 25)

    assert clock.end_of(spring).astimezone(UTC) - clock.end_of(date(2015, 3, 28)).astimezone(UTC) == timedelta(hours=23)
    assert clock.end_of(autumn).astimezone(UTC) - clock.end_of(date(2015, 10, 24)).astimezone(UTC) == timedelta(
        hours=25
    )


# --- the chain ---


def test_the_digest_is_stable_and_feels_every_value():
    values = {"a": 1, "b": "é", "c": None, "d": True}
    digest = chain.digest(chain.FIRST, values)

    # Computed by hand from the description in core.chain: an outsider must come to the same.
    assert digest == "65a680ec0776b25d3d23dec90b42e18050c22ce42669fc9df14bee924780c6db"
    assert chain.digest(chain.FIRST, dict(reversed(values.items()))) == digest
    changed = [values | {"a": 2}, values | {"b": "e"}, values | {"c": ""}, values | {"d": False}, values | {"e": 0}]
    assert digest not in {chain.digest(chain.FIRST, other) for other in changed}
    assert chain.digest("1" * 64, values) != digest


def test_facts_are_plain_values_without_what_is_left_out():
    row = Partnership(pk=7, slug="ours", name="Ours")

    assert chain.facts(row) == {"id": 7, "slug": "ours", "name": "Ours"}
    assert chain.facts(row, frozenset({"id"})) == {"slug": "ours", "name": "Ours"}


# --- mail ---


def test_mail_into_a_folder_is_one_whole_eml_file_a_message(settings, tmp_path):
    settings.MAIL_DIR = str(tmp_path / "not" / "there" / "yet")
    messages = [EmailMessage(f"Überfällig {n}", "Grüße – bis bald", to=["head@ours.example"]) for n in (1, 2)]

    assert FolderBackend().send_messages(messages) == 2

    files = sorted((tmp_path / "not" / "there" / "yet").iterdir())
    read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert [message["Subject"] for message in read] == ["Überfällig 1", "Überfällig 2"]
    assert read[0].get_content().strip() == "Grüße – bis bald"
    assert read[0]["To"] == "head@ours.example"


def test_the_page_of_mail_shows_what_was_written_into_the_folder(settings, tmp_path, rf):
    settings.DEMO, settings.MAIL_DIR = True, str(tmp_path)
    settings.ROOT_URLCONF = "tests.core.demo_urls"
    message = EmailMessage("Two actions need you", "Post update", to=["head@followthrough.example"])
    message.extra_headers["Date"] = "Mon, 06 Jul 2015 07:30:00 -0000"  # as Django writes it
    FolderBackend().send_messages([message])
    request = rf.get("/demo/mail/")
    request.user = AnonymousUser()
    page = demo_mail(request).content.decode()

    assert "Two actions need you" in page
    assert "To head@followthrough.example, 6 July 2015, 08:30" in page


def test_a_composed_message_has_both_bodies_and_one_line_of_subject(settings):
    context = {"name": "Head", "on": date(2015, 12, 2), "kinds": [], "count": 2, "others": 0}
    message = compose("reminder", to="head@ours.example", context=context, headers={"Message-ID": "<1@ours>"})
    message.send()

    sent = mail.outbox[0]
    assert sent.to == ["head@ours.example"]
    assert "\n" not in sent.subject
    assert sent.subject.startswith(f"{settings.SERVICE_NAME}: 2 actions need you")
    assert sent.body.startswith("Head,")
    assert sent.alternatives[0].mimetype == "text/html"
    assert sent.extra_headers == {"Auto-Submitted": "auto-generated", "Message-ID": "<1@ours>"}


# --- commands ---


def test_a_date_of_a_command_is_read_or_refused_in_a_sentence():
    assert commands.as_date("2012-12-06") == date(2012, 12, 6)
    for typed in ("6 December 2012", "2012-02-30", "06/12/2012"):
        with pytest.raises(commands.BadInput, match="Write it as YYYY-MM-DD, such as 2012-12-06") as refused:
            commands.as_date(typed)
        assert typed in str(refused.value)
        assert refused.value.returncode == 2
