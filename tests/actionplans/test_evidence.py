"""Evidence by its verbs: versions, what is released, and the virus scanner."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile

from actionplans import operations
from actionplans.models import Action, Entry, Evidence, EvidenceRelease, EvidenceScan
from actionplans.operations import Actor, Decision, NewEvidence, Refusal
from actionplans.papers.rows import build_rows
from actionplans.tasks import scan_evidence
from core.appendonly import HistoryIsAppendOnly
from tests import services
from tests.clamd import FOUND, VIRUS

ROOT = Path(__file__).resolve().parent.parent.parent


def text_file(words: str | bytes = "Half are trained.") -> SimpleUploadedFile:
    return SimpleUploadedFile("Register.txt", words.encode() if isinstance(words, str) else words)


def add(house, action=None, **given) -> Evidence:
    said = {"title": "Register", "form": "document"} | given
    return operations.add_evidence(
        action=action or house.p1, evidence=NewEvidence(**said), by=Actor(house.owner), now=house.moment()
    )


def release(house, evidence, is_released=True) -> EvidenceRelease:
    by = Actor(house.coordinator)
    return operations.release_evidence(evidence=evidence, is_released=is_released, by=by, now=house.moment())


# --- adding ---


def test_a_double_click_adds_no_second_evidence(house):
    first = add(house, file=text_file())
    assert add(house, file=text_file()) == first
    version = add(house, file=text_file("All."), replaces=first)
    assert add(house, file=text_file("All."), replaces=first) == version

    others = [add(house, file=text_file("Other words.")), add(house, title="Another", file=text_file())]
    assert Evidence.objects.filter(action=house.p1, pk__gte=first.pk).count() == 2 + len(others)


def test_a_new_version_names_the_one_before_and_both_stay(house):
    first = add(house, file=text_file("Half are trained."))
    second = add(house, file=text_file("All are trained."), replaces=first)

    assert list(first.replaced_by.all()) == [second]
    assert first.sha256 != second.sha256
    for version, words in ((first, b"Half are trained."), (second, b"All are trained.")):
        with fresh(version).file.open() as kept:
            assert kept.read() == words


def test_only_the_newest_version_is_replaced(house):
    first = add(house)
    add(house, replaces=first)

    with pytest.raises(Refusal, match="This has been replaced already. Replace the newest version."):
        add(house, title="Another", replaces=first)
    assert Evidence.objects.filter(action=house.p1).count() == 2


def test_a_new_version_is_not_released_by_itself(house):
    first = add(house)
    release(house, first)
    second = add(house, replaces=first)

    assert list(EvidenceRelease.objects.filter(of__action=house.p1).values_list("of", flat=True)) == [first.pk]
    assert not second.releases.exists()


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        (lambda house: {"title": " "}, "title", "Enter what it is."),
        (lambda house: {"dated_on": house.day(1)}, "dated_on", "The date of the document must be today or in the past"),
        (
            lambda house: {"answers": house.p2.evidence_requirements.get()},
            "answers",
            "Choose evidence that this action requires.",
        ),
        (lambda house: {"replaces": house.ours.hidden}, "__all__", "Choose evidence of this action."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(house, given, field, sentence):
    with pytest.raises(Refusal) as refused:
        add(house, **given(house))

    assert refused.value.messages[0].startswith(sentence)
    assert list(getattr(refused.value, "error_dict", {"__all__": 1})) == [field]
    assert not Evidence.objects.filter(action=house.p1).exists()


def test_nothing_is_added_to_an_action_that_is_over(house):
    operations.drop_action(
        action=house.p1,
        by=Actor(house.approver),
        reason="Not needed",
        decision=Decision("Committee"),
        now=house.moment(),
    )

    with pytest.raises(Refusal, match="This action is over. Nothing can be added to it."):
        add(house)


def test_the_name_of_a_file_is_kept_without_what_hides_or_leads_away(house):
    evidence = add(house, file=SimpleUploadedFile("a\r\nb\u202etxt.exe.txt", b"Half are trained."))

    assert evidence.file_name == "a btxt.exe.txt"


def test_versions_of_one_evidence_are_counted_as_one(house):
    add(house, replaces=add(house, replaces=add(house)))
    add(house, title="Rota")
    _, rows = build_rows(Action.objects.filter(pk=house.p1.pk), house.today)

    assert rows[house.p1.pk].evidence_held == 2


# --- the virus scanner ---


def scan(house) -> int:
    return operations.scan_pending(now=house.moment())


def fresh(evidence: Evidence) -> Evidence:
    return Evidence.objects.get(pk=evidence.pk)


def test_without_a_scanner_nothing_waits_and_nothing_is_scanned(house):
    evidence = add(house, file=text_file())

    assert scan(house) == 0
    assert not fresh(evidence).is_pending()
    assert not EvidenceScan.objects.exists()


def test_a_file_waits_until_it_has_been_found_clean(house, scanner):
    evidence, link = add(house, file=text_file()), add(house, link="https://www.example.org/report")
    assert fresh(evidence).is_pending()
    assert not fresh(link).is_pending()

    assert scan(house) == Evidence.objects.exclude(file="").count()
    row = EvidenceScan.objects.get(of=evidence)
    assert (row.is_clean, row.answer, row.at) == (True, "OK", house.moment())
    assert (fresh(evidence).is_pending(), fresh(evidence).is_infected()) == (False, False)
    assert b"Half are trained." in scanner.scanned
    assert scan(house) == 0, "what has its answer is not scanned again"


def test_a_virus_shuts_the_file_for_good_even_without_the_scanner(house, scanner, settings):
    evidence = add(house, file=text_file(VIRUS))
    scan(house)
    settings.CLAMAV_URL = ""

    assert EvidenceScan.objects.get(of=evidence).answer == FOUND
    assert fresh(evidence).is_infected()
    with pytest.raises(Refusal, match="A virus was found in this file. It cannot be released. Add a clean copy."):
        release(house, evidence)
    assert not evidence.releases.exists()


def test_a_file_that_waits_is_not_released_but_may_be_hidden(house, scanner):
    evidence = add(house, file=text_file())

    with pytest.raises(Refusal, match="still being checked for viruses"):
        release(house, evidence)
    assert release(house, evidence, is_released=False).is_released is False
    scan(house)
    assert release(house, evidence).is_released is True


def test_a_scanner_that_is_away_is_logged_and_the_files_wait(house, settings, caplog):
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{services.free_port()}"
    evidence = add(house, file=text_file())
    with caplog.at_level(logging.WARNING):
        assert scan(house) == 0

    assert caplog.text.count("The virus scanner is away, files wait") == 1
    assert fresh(evidence).is_pending()


def test_a_scanner_that_is_back_finds_what_waited(house, scanner, settings):
    url, settings.CLAMAV_URL = settings.CLAMAV_URL, f"tcp://127.0.0.1:{services.free_port()}"
    evidence = add(house, file=text_file())
    scan(house)
    settings.CLAMAV_URL = url
    scan(house)

    assert not fresh(evidence).is_pending()


def test_a_file_that_cannot_be_scanned_holds_up_no_other(house, scanner, caplog):
    small, large = add(house, file=text_file()), add(house, file=text_file("a" * 3_000_000))
    gone = add(house, file=text_file("Gone."))
    gone.file.storage.delete(gone.file.name)
    scanner.limit = 200_000
    scan(house)

    assert not fresh(small).is_pending()
    assert fresh(large).is_pending()
    assert fresh(gone).is_pending()
    assert f"Evidence {large.pk} could not be scanned" in caplog.text
    assert f"Evidence {gone.pk} could not be scanned" in caplog.text


def test_what_the_scanner_said_is_written_once(house, scanner):
    evidence = add(house, file=text_file())
    scan(house)
    row = EvidenceScan.objects.get(of=evidence)
    row.is_clean = False

    with pytest.raises(HistoryIsAppendOnly):
        row.save()


def test_an_upload_knocks_at_the_workers_door_after_commit(
    house, scanner, monkeypatch, django_capture_on_commit_callbacks
):
    knocks = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **given: knocks.append(name))
    with django_capture_on_commit_callbacks(execute=True) as captured:
        add(house, file=text_file())
        add(house, title="Kept in the safe")
        assert knocks == []

    assert knocks == [scan_evidence.name]
    assert len(captured) == 1


def test_every_thread_of_the_web_server_knocks_at_our_own_queue():
    """Celery's current app is one a thread; without our own as the default it is an AMQP server on this machine."""
    code = (
        "import config.wsgi, threading, celery;"
        "thread = threading.Thread(target=lambda: print(celery.current_app.main)); thread.start(); thread.join()"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "followthrough"


def test_a_queue_that_is_away_does_not_lose_the_evidence(
    house, scanner, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def refuse(name, **given):
        raise ConnectionRefusedError("no queue")

    monkeypatch.setattr(current_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        evidence = add(house, file=text_file())

    assert "no queue" in caplog.text
    assert fresh(evidence).is_pending()
    scan(house)
    assert not fresh(evidence).is_pending()


def test_the_task_scans_what_waits(house, scanner):
    evidence = add(house, file=text_file())
    scan_evidence()

    assert EvidenceScan.objects.get(of=evidence).is_clean is True
    assert Entry.objects.filter(action=house.p1).order_by("-seq").first().kind == Entry.Kind.EVIDENCE
