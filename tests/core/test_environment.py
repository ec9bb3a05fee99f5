"""A configuration that cannot be used is said in words: one line a problem, exit 2, nothing half done."""

import os
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from django.db import connection

from config.environment import Environment

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE_SENTENCE = (
    "DATABASE_URL cannot be read. Write it as postgres://user:password@host:5432/name or sqlite:///path."
)
EMAIL_SENTENCE = "EMAIL_URL cannot be read. Write it as smtp://user:password@host:25."
SECRET_SENTENCE = "SECRET_KEY is missing or too short. Set it to 40 random characters."
HOSTS_SENTENCE = "ALLOWED_HOSTS is missing or allows any host. Set it to the names this service answers to."
NOWHERE_SENTENCE = "E-mail goes nowhere. Set EMAIL_URL to an SMTP server, or MAIL_DIR to a folder."


# --- reading values ---


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("true", True), ("Yes", True), ("0", False), ("no", False)])
def test_a_flag_is_read(value, meant):
    env = Environment({"DEMO": value})

    assert env.flag("DEMO") is meant
    assert env.problems == []


def test_a_flag_that_is_neither_is_a_problem():
    env = Environment({"DEMO": "perhaps"})

    assert env.flag("DEMO") is False
    assert env.problems == ["DEMO is “perhaps”. Set it to 1 or 0."]


@pytest.mark.parametrize("value", ["eighty", "80.5", "-1", "8 0", "²"])
def test_a_number_that_is_none_is_a_problem_and_the_default_is_used(value):
    env = Environment({"PORT": value})

    assert env.number("PORT", 8000) == 8000
    assert env.problems == [f"PORT is “{value}”. Set it to a whole number, such as 8000."]


@pytest.mark.postgres
def test_a_query_that_takes_too_long_is_given_up():
    asked = "import django; django.setup(); from django.db import connection; "
    asked += "connection.cursor().execute('SELECT pg_sleep(5)')"
    variables = os.environ | {"STATEMENT_TIMEOUT": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}

    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=variables, capture_output=True, text=True)

    assert "canceling statement due to statement timeout" in done.stderr


def test_missing_and_blank_values_are_the_default_and_no_problem(tmp_path):
    env = Environment({"PORT": " ", "SERVICE_NAME": ""})

    assert env.number("PORT", 8000) == 8000
    assert env.text("SERVICE_NAME", "Followthrough") == "Followthrough"
    assert env.names("ALLOWED_HOSTS") == []
    assert env.database(tmp_path)["NAME"] == str(tmp_path / "followthrough.sqlite3")
    assert env.problems == []


def test_names_are_split_at_commas():
    assert Environment({"ALLOWED_HOSTS": "a.example, b.example,,"}).names("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_postgresql_is_read_from_its_url(tmp_path):
    env = Environment({"DATABASE_URL": "postgres://me:secret@db.example:5433/plans"})
    found = env.database(tmp_path)

    expected = {"ENGINE": "django.db.backends.postgresql", "NAME": "plans", "USER": "me", "HOST": "db.example"}
    assert expected.items() <= found.items()
    assert (found["PASSWORD"], found["PORT"], found["CONN_HEALTH_CHECKS"]) == ("secret", 5433, True)
    assert env.problems == []


def test_postgresql_compiles_no_queries_unless_the_url_says_so(tmp_path):
    url = "postgres://me:secret@db.example/plans"
    found = {
        Environment({"DATABASE_URL": each}).database(tmp_path)["OPTIONS"]["options"]
        for each in (url, f"{url}?sslmode=require", f"{url}?options=-c%20jit%3Don")
    }

    assert found == {"-c jit=off", "-c jit=on"}


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_connection_has_compiling_turned_off():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_sqlite_starts_its_writing_transactions_at_once(tmp_path):
    found = Environment({"DATABASE_URL": "sqlite:////srv/plans.sqlite3"}).database(tmp_path / "var")

    assert found["NAME"] == "/srv/plans.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "foreign_keys=ON" in found["OPTIONS"]["init_command"]
    assert (tmp_path / "var").is_dir()


@pytest.mark.parametrize("url", ["nonsense", "mysql://me@db/plans", "postgres://me@db:port/plans", "oracle://x"])
def test_another_database_is_a_problem(url, tmp_path):
    env = Environment({"DATABASE_URL": url})
    env.database(tmp_path)

    assert env.problems == [DATABASE_SENTENCE]


def test_mail_goes_to_the_folder_first_then_to_the_server_then_nowhere():
    url = {"EMAIL_URL": "smtp+tls://me:secret@mail.example:587"}

    assert Environment(url).email("/srv/mail") == {"EMAIL_BACKEND": "core.mail.FolderBackend"}
    assert Environment(url).email("") == {
        "EMAIL_BACKEND": "core.mail.SmtpBackend",
        "EMAIL_HOST": "mail.example",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "me",
        "EMAIL_HOST_PASSWORD": "secret",
        "EMAIL_USE_TLS": True,
    }
    assert Environment({"EMAIL_URL": "smtp://mail.example"}).email("")["EMAIL_PORT"] == 25
    assert Environment({}).email("") == {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}


@pytest.mark.parametrize("url", ["nonsense", "smtp://mail.example:port", "carrierpigeon://mail.example"])
def test_a_mail_address_that_cannot_be_read_is_a_problem(url):
    env = Environment({"EMAIL_URL": url})
    env.email("")

    assert env.problems == [EMAIL_SENTENCE]


@pytest.mark.parametrize("url", ["", "tcp://scanner.example", "tcp://10.0.0.4:3310", "unix:///run/clamav/clamd.ctl"])
def test_the_address_of_the_virus_scanner_is_a_host_or_a_socket(url):
    env = Environment({"CLAMAV_URL": url})

    assert (env.scanner("CLAMAV_URL"), env.problems) == (url, [])


@pytest.mark.parametrize("url", ["yes", "scanner.example:3310", "http://scanner.example", "unix://run/x", "tcp://h:x"])
def test_a_virus_scanner_that_cannot_be_read_is_a_problem_never_none(url):
    env = Environment({"CLAMAV_URL": url})
    env.scanner("CLAMAV_URL")

    assert env.problems == [f"CLAMAV_URL is “{url}”. Write it as tcp://host:3310 or unix:///run/clamav/clamd.ctl."]


def test_a_secret_key_is_made_once_for_the_demonstration_and_kept(tmp_path):
    made = Environment({}).secret_key(tmp_path / "var", generated=True)

    assert len(made) >= 40
    assert Environment({}).secret_key(tmp_path / "var", generated=True) == made
    assert Environment({"SECRET_KEY": "mine"}).secret_key(tmp_path, generated=True) == "mine"
    assert Environment({}).secret_key(tmp_path, generated=False) == "unset"


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({}, []),
        ({"secret_key": "short"}, [SECRET_SENTENCE]),
        ({"secret_key": "django-insecure-" + 40 * "x"}, [SECRET_SENTENCE]),
        ({"hosts": []}, [HOSTS_SENTENCE]),
        ({"hosts": ["plans.example", "*"]}, [HOSTS_SENTENCE]),
        ({"mail_goes_somewhere": False}, [NOWHERE_SENTENCE]),
        (
            {"secret_key": "unset", "hosts": [], "mail_goes_somewhere": False},
            [SECRET_SENTENCE, HOSTS_SENTENCE, NOWHERE_SENTENCE],
        ),
    ],
)
def test_a_real_service_refuses_what_is_unsafe(given, problems):
    safe = {"secret_key": 40 * "x", "hosts": ["plans.example"], "mail_goes_somewhere": True}
    env = Environment({})
    env.refuse_unsafe(**(safe | given))

    assert env.problems == problems


# --- the program as a whole ---


def manage(*command: str, **changed: str) -> subprocess.CompletedProcess:
    """Runs manage.py; a variable that is changed to "" counts as missing."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=os.environ | changed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_sound_configuration_passes_the_check():
    result = manage("check")

    assert (result.returncode, result.stderr) == (0, "")
    assert "no issues" in result.stdout


BAD = {
    "demo": ({"DEMO": "perhaps"}, "DEMO is “perhaps”. Set it to 1 or 0."),
    "debug": ({"DEBUG": "2"}, "DEBUG is “2”. Set it to 1 or 0."),
    "port": ({"PORT": "eighty", "SITE_URL": ""}, "PORT is “eighty”. Set it to a whole number, such as 8000."),
    "upload": ({"MAX_UPLOAD_MB": "20 MB"}, "MAX_UPLOAD_MB is “20 MB”. Set it to a whole number, such as 20."),
    "database": ({"DATABASE_URL": "nonsense"}, DATABASE_SENTENCE),
    "mail": ({"EMAIL_URL": "nonsense", "MAIL_DIR": ""}, EMAIL_SENTENCE),
    "secret": ({"SECRET_KEY": ""}, SECRET_SENTENCE),
    "hosts": ({"ALLOWED_HOSTS": "*"}, HOSTS_SENTENCE),
    "nowhere": ({"MAIL_DIR": ""}, NOWHERE_SENTENCE),
    "time zone": ({"TIME_ZONE": "Europe/Atlantis"}, "TIME_ZONE is “Europe/Atlantis”"),
    "site": ({"SITE_URL": "plans.example"}, "SITE_URL "),
    "redis": ({"REDIS_URL": "nonsense"}, "REDIS_URL "),
    "scanner": ({"CLAMAV_URL": "nonsense"}, "CLAMAV_URL is “nonsense”."),
}


@pytest.mark.parametrize(("name", "command"), list(zip(BAD, cycle(["check", "seed_demo"]), strict=False)))
def test_each_bad_variable_is_one_line_and_exit_2(name, command):
    """Every command reads them in the same way: some are tried with one, some with another."""
    changed, sentence = BAD[name]
    result = manage(command, **changed)

    assert result.stdout == ""
    assert result.stderr.startswith(sentence)
    assert len(result.stderr.splitlines()) == 1
    assert result.returncode == 2


def test_every_problem_is_said_at_once():
    result = manage("check", SECRET_KEY="", ALLOWED_HOSTS="", MAIL_DIR="")

    assert result.stderr.splitlines() == [SECRET_SENTENCE, HOSTS_SENTENCE, NOWHERE_SENTENCE]
    assert result.returncode == 2


@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/folder/at/all.sqlite3", "postgres://nobody@127.0.0.1:1/nothing"], ids=["file", "server"]
)
def test_a_database_that_cannot_be_reached_is_one_line(url):
    result = manage("seed_demo", DATABASE_URL=url)

    assert result.stderr.startswith("The database cannot be used: ")
    assert len(result.stderr.splitlines()) == 1
    assert result.returncode == 2


@pytest.mark.parametrize(
    "typed",
    [["verify_history", "--plan"], ["seed_demo", "--nonsense"], ["send_reminders", "--on", "tomorrow"]],
    ids=["missing", "unknown", "date"],
)
def test_what_is_typed_wrong_is_one_line_and_exit_2(typed):
    result = manage(*typed)

    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.returncode == 2


def test_the_worker_refuses_a_bad_configuration_too():
    result = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "config.celery", "worker"],
        cwd=ROOT,
        env=os.environ | {"SECRET_KEY": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert SECRET_SENTENCE in result.stderr
    assert "Traceback" not in result.stderr
    assert result.returncode != 0
