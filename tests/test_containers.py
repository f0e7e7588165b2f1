"""The image and the compose file say what the code says."""

import re
import shlex
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from celery.app.utils import find_app
from celery.utils.imports import symbol_by_name
from django.conf import settings
from django.core.management import get_commands
from django.urls import resolve

COMPOSE_TEXT = (settings.BASE_DIR / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}

# The image's instructions in order, lines that go on joined: [("FROM", "python:..."), ...]
IMAGE = [
    tuple(line.split(maxsplit=1))
    for line in (settings.BASE_DIR / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    if line.strip() and not line.startswith("#")
]

# Each variable that the settings read.
READ = set(
    re.findall(
        r'env\.\w+\(\s*"([A-Z_]+)"', (settings.BASE_DIR / "tracekei/settings.py").read_text()
    )
)
# What a container has no choice about, and what has no place in one.
FIXED = {"VAR_DIR", "STATIC_ROOT", "DEBUG"}
# What the servers' images read; their own pages describe it.
OF_POSTGRES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}


def instructions(name):
    return [arguments for instruction, arguments in IMAGE if instruction == name]


def commands():
    """Every command that a container is started or asked with, as words."""
    yield yaml.safe_load(instructions("CMD")[0])
    for service in SERVICES.values():
        for command in (service.get("command"), service.get("healthcheck", {}).get("test")):
            if not command:
                continue
            if command[0] in ("sh", "CMD-SHELL"):
                yield from map(shlex.split, command[-1].splitlines())
            else:
                yield command[1:] if command[0] == "CMD" else command


def test_the_services_are_those_that_the_portal_takes():
    assert set(SERVICES) == {"setup", "web", "worker", "beat", "postgres", "redis"}
    assert set(OURS) == {"setup", "web", "worker", "beat"}


def test_only_settings_that_exist_are_set_and_every_setting_can_be():
    for name, service in OURS.items():
        assert set(service["environment"]) - READ <= {"DEMO"}, name
    assert set(SERVICES["web"]["environment"]) == READ - FIXED
    assert "DEMO" in SERVICES["setup"]["environment"]
    assert set(SERVICES["postgres"]["environment"]) == OF_POSTGRES


def test_every_variable_of_the_compose_file_is_documented():
    documented = (settings.BASE_DIR / "docs/settings.md").read_text()
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE_TEXT)) | set(
        SERVICES["setup"]["environment"]
    )
    assert {name for name in used if f"`{name}`" not in documented} == set()


def test_the_portal_reaches_the_database_and_redis_by_their_service_names():
    environment = SERVICES["web"]["environment"]
    database, redis = urlsplit(environment["DATABASE_URL"]), urlsplit(environment["REDIS_URL"])
    assert database.hostname == "postgres"
    assert database.username == SERVICES["postgres"]["environment"]["POSTGRES_USER"]
    assert database.path == "/" + SERVICES["postgres"]["environment"]["POSTGRES_DB"]
    assert redis.hostname == "redis"


def test_no_secret_is_in_the_file():
    environment = SERVICES["web"]["environment"]
    assert environment["SECRET_KEY"] is None
    assert environment["EMAIL_URL"] is None
    assert ":${POSTGRES_PASSWORD:-portal}@" in environment["DATABASE_URL"]


def test_the_ports_agree():
    (command,) = instructions("CMD")
    bound = command.split('"--bind", "')[1].split('"')[0]
    assert bound == "0.0.0.0:8000"
    assert instructions("EXPOSE") == ["8000"]
    assert [port.rsplit(":", 1)[1] for port in SERVICES["web"]["ports"]] == ["8000"]
    # The servers are for the portal alone, and the portal for this machine or a proxy on it.
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"web"}
    assert SERVICES["web"]["ports"][0].startswith("127.0.0.1:")


def test_the_health_check_asks_a_page_that_answers_without_signing_in(client, db):
    (asked,) = re.findall(
        r"http://localhost:(\d+)(/[^']*)", SERVICES["web"]["healthcheck"]["test"][-1]
    )
    assert asked[0] == "8000"
    assert resolve(asked[1]).url_name == "health"
    assert client.get(asked[1], HTTP_HOST="localhost:8000").status_code == 200


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "setup"])
def test_a_service_is_watched_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_portal_starts_when_its_servers_are_healthy_and_the_database_is_up_to_date():
    ready = {"postgres": "service_healthy", "redis": "service_healthy"}
    for name in ("web", "worker", "beat"):
        waits = {key: value["condition"] for key, value in SERVICES[name]["depends_on"].items()}
        assert waits == {**ready, "setup": "service_completed_successfully"}
    assert SERVICES["setup"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["setup"]["restart"] == "no"


def test_gunicorn_serves_the_application_of_the_settings():
    serving = [line for line in commands() if line[0] == "gunicorn"]
    assert serving
    for line in serving:
        module = import_module(line[1])
        assert f"{line[1]}.application" == settings.WSGI_APPLICATION
        assert module.application


def test_celery_finds_the_application():
    named = [line[line.index("-A") + 1] for line in commands() if line[0] == "celery"]
    assert len(named) == 3  # worker, its health check, beat
    for name in named:
        assert find_app(name) is import_module("tracekei.celery").app


def test_every_management_command_exists():
    lines = [" ".join(command) for command in commands()] + instructions("RUN")
    called = {name for line in lines for name in re.findall(r"python manage\.py (\w+)", line)}
    assert called == {"collectstatic", "migrate", "load_demo"}
    assert called <= set(get_commands())


def test_what_the_portal_writes_is_in_a_volume_that_its_services_share():
    folder = Path("/app/var")
    assert instructions("WORKDIR") == ["/app"]
    assert settings.BASE_DIR / "var" not in settings.STATIC_ROOT.parents  # built into the image
    for name, service in OURS.items():
        assert service["volumes"] == [f"var:{folder}"], name
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }
    assert used == set(COMPOSE["volumes"])


def test_beat_leaves_the_sign_of_life_that_its_health_check_looks_for(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    app = import_module("tracekei.celery").app
    scheduler = symbol_by_name(app.conf.beat_scheduler)
    scheduler(app=app, schedule_filename=str(tmp_path / "schedule")).tick()
    (name,) = re.findall(r"find var -name (\S+)", SERVICES["beat"]["healthcheck"]["test"][-1])
    assert (tmp_path / name).exists()


def test_the_image_is_not_run_as_root():
    kinds = [instruction for instruction, _ in IMAGE]
    (user,) = instructions("USER")
    assert user == "portal"
    assert kinds.index("USER") < kinds.index("CMD")
    assert "RUN" not in kinds[kinds.index("USER") :]


def test_the_image_installs_what_a_machine_without_containers_does():
    runs = " ".join(instructions("RUN"))
    assert "pip install --no-cache-dir --require-hashes -r requirements/base.txt" in runs
    needed = re.findall(
        r"^need (lib\S+|fonts\S+) ", (settings.BASE_DIR / "bin/setup").read_text(), re.M
    )
    assert len(needed) == 4
    assert set(needed) <= set(runs.split())


def test_images_are_pinned_and_come_by_name_alone():
    images = instructions("FROM") + [
        service["image"] for name, service in SERVICES.items() if name not in OURS
    ]
    for image in images:
        assert re.fullmatch(r"[a-z]+:[0-9][a-z0-9.-]*", image), image


def test_nothing_of_this_machine_goes_into_the_image():
    ignored = set((settings.BASE_DIR / ".dockerignore").read_text().split())
    assert {".git", ".venv", ".env", "var", "staticfiles"} <= ignored
