"""The command that reminds without Celery: what it prints, that a dry run writes nothing, and that it can run again."""

import io

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command

from actionplans.models import Message, Reminder
from partnerships import operations as partnering


def run(*words) -> list[str]:
    out = io.StringIO()
    call_command("send_reminders", *words, stdout=out)
    return out.getvalue().splitlines()


def everything() -> dict[str, list]:
    """Every row of every table."""
    return {model._meta.label: sorted(map(str, model._base_manager.values_list())) for model in apps.get_models()}


def test_a_dry_run_says_who_what_and_why_and_writes_nothing(desk):
    before = everything()
    printed = run("--on", "2015-07-06", "--dry-run")

    assert "Head <head@desk.example>: D1 (holder of the post): action was due on 5 July 2015, 1 day ago" in printed
    assert printed[-1] == f"{len(printed) - 1} messages would be sent for 6 July 2015. Nothing was sent."
    assert everything() == before
    assert mail.outbox == []


def test_a_line_a_person_in_the_order_of_names(desk):
    partnering.deputise(post=desk.post, user=desk.deputy, starts_on=desk.day(0), ends_on=desk.due(9))
    desk.open_round(-30, -10)
    printed = run("--on", "2015-07-06", "--dry-run")
    names = [line.partition(" <")[0] for line in printed[:-1]]

    assert names == sorted(names)
    (deputy,) = (line for line in printed if line.startswith("Deputy"))
    assert deputy.startswith("Deputy <deputy@desk.example>: D1 (deputy of the holder): update was due by 5 June 2015")
    assert deputy.count(";") == 2


def test_the_run_does_what_the_dry_run_said_and_a_second_run_nothing(desk):
    announced = run("--on", "2015-07-06", "--dry-run")[:-1]
    printed = run("--on", "2015-07-06")

    assert printed[:-1] == announced
    assert printed[-1] == f"{len(announced)} messages: {len(announced)} sent and accepted."
    assert len(mail.outbox) == len(announced) == Message.objects.filter(on="2015-07-06", state="sent").count()
    assert run("--on", "2015-07-06") == ["0 messages: nothing was due."]
    assert run("--on", "2015-07-06", "--dry-run") == ["0 messages would be sent for 6 July 2015. Nothing was sent."]
    assert len(mail.outbox) == len(announced)


def test_a_day_that_was_missed_is_caught_up_by_the_next_run(desk):
    run("--on", "2015-07-08")

    assert Reminder.objects.get(user=desk.head).step == 1


@pytest.mark.parametrize("typed", ["tomorrow", "2015-02-30", "6/7/2015"])
def test_a_date_that_is_none_is_refused_in_one_line_and_exit_2(desk, typed):
    before = everything()
    with pytest.raises(CommandError) as refused:
        run("--on", typed)

    assert refused.value.returncode == 2
    assert str(refused.value) == f"“{typed}” is not a date. Write it as YYYY-MM-DD, such as 2012-12-06."
    assert everything() == before
