"""docker-compose.yml, read by the tool that reads it in a council's machine room. No container is started."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest
import yaml

from scripts import serve

pytestmark = pytest.mark.system

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = {
    "SECRET_KEY": "k" * 50,
    "POSTGRES_PASSWORD": "letters9",
    "ALLOWED_HOSTS": "followthrough.example.org",
    "SITE_URL": "https://followthrough.example.org",
}
OURS = {"migrate", "web", "worker", "beat"}


def docker_compose(values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **values}
    with tempfile.TemporaryDirectory() as empty:  # where no .env of the developer's lies: only `values` count
        command = ["docker-compose", "--file", f"{ROOT}/docker-compose.yml", "--project-directory", empty, "config"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    result = docker_compose(REQUIRED)
    assert result.returncode == 0, result.stderr
    return {name: in_short(service) for name, service in yaml.safe_load(result.stdout)["services"].items()}


def in_short(service: dict) -> dict:
    """Version 1 of the tool prints short forms, version 2 long ones; the tests read short ones."""
    command = service.get("command") or ""
    volumes = [
        each if isinstance(each, dict) else split(each, "source", "target") for each in service.get("volumes", [])
    ]
    ports = [
        each if isinstance(each, dict) else split(each, "host_ip", "published") for each in service.get("ports", [])
    ]
    return service | {
        "command": command if isinstance(command, str) else " ".join(command),
        "volumes": [f"{each['source']}:{each['target']}" for each in volumes],
        "ports": [f"{each.get('host_ip', '')}:{each['published']}" for each in ports],
    }


def split(text: str, *names: str) -> dict[str, str]:
    return dict(zip(names, text.split(":"), strict=False))


def test_services_are_the_whole_of_a_service(services):
    assert set(services) == OURS | {"db", "redis", "mail"}


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_secret_or_address_that_is_missing_is_asked_for_by_name(name):
    result = docker_compose({key: value for key, value in REQUIRED.items() if key != name})
    assert result.returncode != 0
    assert f"Set {name} to" in result.stderr


def test_no_service_runs_as_root(services):
    users = {name: str(service.get("user", "root")).split(":")[0] for name, service in services.items()}
    assert not {name for name, user in users.items() if user in {"root", "0"}}


def test_our_own_containers_cannot_write_but_to_their_volume_and_tmp(services):
    for name in OURS:
        assert services[name]["read_only"] is True
        assert services[name]["volumes"] == ["files:/app/var"]
        assert services[name]["tmpfs"] == ["/tmp"]


def test_what_must_survive_is_in_volumes(services):
    assert services["db"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert services["redis"]["volumes"] == ["queue:/data"]
    assert "--appendonly yes" in services["redis"]["command"]


def test_web_worker_and_beat_wait_for_healthy_servers_and_a_migrated_database(services):
    for name in ("web", "worker", "beat"):
        conditions = {other: wait["condition"] for other, wait in services[name]["depends_on"].items()}
        assert conditions == {
            "db": "service_healthy",
            "redis": "service_healthy",
            "migrate": "service_completed_successfully",
        }
    for name in ("db", "redis", "mail", "worker"):
        assert services[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert "healthcheck" not in services["web"], "it would hide the image's own, which asks /healthz"
    assert re.search(r"^HEALTHCHECK .*scripts/healthy\.py", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_commands_are_those_that_make_demo_runs(services):
    assert services["web"]["command"] == serve.WEB
    assert services["worker"]["command"] == serve.WORKER
    assert services["beat"]["command"].startswith(serve.BEAT)
    assert serve.COMMANDS["web server"] == serve.WEB
    assert serve.COMMANDS["worker"].startswith(serve.WORKER)


def test_image_runs_the_web_server_without_root_and_holds_no_secret():
    text = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^CMD (.+)$", text, re.MULTILINE) == [str(serve.WEB.split()).replace("'", '"')]
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["10001:10001"]
    assert "--require-hashes" in text
    assert not re.search(r"(SECRET_KEY|PASSWORD)\s*=", text)


def test_only_this_machine_can_reach_what_is_published(services):
    ports = {name: service["ports"] for name, service in services.items() if service["ports"]}
    assert ports == {"web": ["127.0.0.1:8000"], "mail": ["127.0.0.1:8025"]}
