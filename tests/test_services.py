"""The servers that tests start are real, ours, and gone afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from tests import environment, services

ROOT = Path(__file__).resolve().parent.parent


def port_answers(url: str) -> bool:
    host, port = url.split("/")[2].split("@")[-1].split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def data_folder(url: str) -> Path:
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        (folder,) = cursor.fetchone()
    connection.close()
    return Path(folder)


@pytest.mark.system
def test_postgresql_is_empty_and_gone_afterwards():
    with services.postgresql() as url:
        connection = psycopg2.connect(url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
            assert cursor.fetchone() == (0,)
        connection.close()
        data = data_folder(url)
        assert data.exists()
    assert not data.exists()
    assert not port_answers(url)


@pytest.mark.system
def test_redis_is_empty_and_gone_afterwards():
    with services.redis() as url:
        client = redis.from_url(url)
        assert client.dbsize() == 0
        client.set("colour", "petrol")
        assert client.get("colour") == b"petrol"
        client.close()
    assert not port_answers(url)


@pytest.mark.system
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_server_outlives_the_tests_however_they_end(how):
    show = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(5)"
    command = [sys.executable, "-m", "tests.services", sys.executable, "-c", show]
    with subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        data = data_folder(url)
        assert data.exists()
        process.send_signal(how)
        process.wait(20)
    end = time.monotonic() + 10
    while (data / "postmaster.pid").exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not port_answers(url)
    if how == signal.SIGTERM:
        assert not data.exists()
    shutil.rmtree(data.parent, ignore_errors=True)


def test_a_test_cannot_reach_another_machine():
    with pytest.raises(environment.NetworkBlockedError, match="example\\.org"):
        socket.create_connection(("example.org", 80), timeout=1)
    with pytest.raises(environment.NetworkBlockedError, match="192\\.0\\.2\\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
