"""The virus scanner, over a real socket: what it says, when it is away, and what the doctor says of it."""

import contextlib
import io
import shutil
import tempfile
from pathlib import Path

import pytest
from django.core.management import call_command

from core.scanner import Answer, NotScanned, ScannerAway, reach_scanner, scan
from tests import clamd, services
from tests.clamd import FOUND, VIRUS


def test_a_clean_file_is_sent_whole_and_called_clean(scanner):
    data = bytes(range(1, 256)) * 2000

    assert scan(io.BytesIO(data)) == Answer(is_clean=True, words="OK")
    assert scanner.scanned == [data]


def test_a_virus_is_named_in_the_scanners_words(scanner):
    assert scan(io.BytesIO(b"text, then " + VIRUS)) == Answer(is_clean=False, words=FOUND)


def test_a_file_that_the_scanner_cannot_judge_is_not_called_clean(scanner):
    scanner.fault = "Can't allocate memory"

    with pytest.raises(NotScanned, match="Can't allocate memory"):
        scan(io.BytesIO(b"text"))


def test_a_file_that_is_too_large_for_the_scanner_is_told_from_a_scanner_that_is_away(scanner):
    """It hangs up in the middle of the file, as one that dies does."""
    scanner.limit = 100_000

    with pytest.raises(NotScanned):
        scan(io.BytesIO(bytes(10_000_000)))


def test_a_scanner_that_dies_in_the_middle_says_nothing_about_the_file(scanner):
    scanner.dies = True

    with pytest.raises(ScannerAway):
        scan(io.BytesIO(b"text"))


def test_a_scanner_that_is_away_says_nothing_about_the_file(settings):
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{services.free_port()}"

    with pytest.raises(ScannerAway):
        scan(io.BytesIO(b"text"))
    assert reach_scanner() is False


def test_a_scanner_behind_a_socket_of_this_machine_is_reached(settings):
    folder = tempfile.mkdtemp(dir="/tmp")  # the path of a socket has to be short
    path = Path(folder) / "clamd.ctl"
    settings.CLAMAV_URL = f"unix://{path}"
    try:
        with clamd.serving(clamd.LocalClamd(str(path))):
            assert reach_scanner() is True
        path.unlink()
        assert reach_scanner() is False
    finally:
        shutil.rmtree(folder)


# --- the doctor ---


def doctor(capsys) -> str:
    with contextlib.suppress(SystemExit):  # something else may be wrong, such as assets that were not built
        call_command("doctor")
    return capsys.readouterr().out


@pytest.mark.django_db
def test_the_doctor_says_when_the_scanner_does_not_answer(settings, capsys):
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{services.free_port()}"

    assert "Wrong: The virus scanner does not answer. Start ClamAV's clamd, or correct CLAMAV_URL." in doctor(capsys)


@pytest.mark.django_db
def test_the_doctor_is_silent_about_a_scanner_that_answers_or_is_not_wanted(scanner, settings, capsys):
    assert "The virus scanner" not in doctor(capsys)
    settings.CLAMAV_URL = ""
    assert "The virus scanner" not in doctor(capsys)
