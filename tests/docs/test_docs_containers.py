"""What the image and the compose file promise to an operator."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

PINNED = re.compile(r"^[a-z]+:\d+(\.\d+)+(-[a-z]+)*$|^postgres:\d+-[a-z]+$")
REQUIRED = re.compile(r"\$\{([A-Z_]+):\?[^}]+\}")


@pytest.fixture
def dockerfile(root: Path) -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, continued lines joined."""
    text = (root / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


@pytest.fixture
def compose(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / "compose.yaml").read_text("utf-8"))
    return loaded


def values(dockerfile: list[tuple[str, str]], name: str) -> list[str]:
    return [rest for instruction, rest in dockerfile if instruction == name]


def last_stage(dockerfile: list[tuple[str, str]]) -> list[tuple[str, str]]:
    last = max(i for i, (name, _) in enumerate(dockerfile) if name == "FROM")
    return dockerfile[last:]


def test_the_image_does_not_run_as_root(dockerfile: list[tuple[str, str]]) -> None:
    """The last stage changes to a numbered user before it names what runs."""
    stage = last_stage(dockerfile)
    names = [name for name, _ in stage]

    assert values(stage, "USER") == ["10001:10001"]
    assert names.index("USER") < names.index("ENTRYPOINT")


def test_the_image_serves_on_every_address_and_says_whether_it_lives(
    dockerfile: list[tuple[str, str]],
) -> None:
    """Entry point, arguments and health check are lists that no shell reads."""
    stage = last_stage(dockerfile)
    check = json.loads(values(stage, "HEALTHCHECK")[0].partition("CMD ")[2])

    assert json.loads(values(stage, "ENTRYPOINT")[0]) == ["baton"]
    assert json.loads(values(stage, "CMD")[0]) == ["serve", "--host", "0.0.0.0"]
    assert check[:2] == ["python", "-c"]
    assert "/healthz" in check[2]
    compile(check[2], "HEALTHCHECK", "exec")


def test_the_image_holds_exactly_the_packages_of_the_project(
    dockerfile: list[tuple[str, str]], root: Path
) -> None:
    """A new top-level package is copied and let through by .dockerignore, or this fails."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    copied = {rest.split()[0] for rest in values(dockerfile, "COPY")}
    let_in = set(re.findall(r"^!(\S+)$", (root / ".dockerignore").read_text("utf-8"), re.MULTILINE))

    assert packages <= copied
    assert packages <= let_in


def test_every_install_into_the_image_is_held_to_hashes(
    dockerfile: list[tuple[str, str]],
) -> None:
    """Nothing comes from a registry without a pinned hash."""
    installs = [rest for rest in values(dockerfile, "RUN") if "pip install" in rest]

    locked = [i for i in installs if "/*.whl" not in i and "pip wheel" not in i]

    assert (len(installs), len(locked)) == (3, 2)
    assert [i for i in locked if "--require-hashes" not in i] == []
    assert [i for i in installs if "--no-deps" not in i] == []


def test_images_are_official_and_pinned(
    dockerfile: list[tuple[str, str]], compose: dict[str, Any]
) -> None:
    """Every base is a standard image with a version; no registry address, no `latest`."""
    bases = {rest.split()[0] for rest in values(dockerfile, "FROM")} - {"base"}
    images = {service["image"] for service in compose["services"].values()}

    assert [name for name in bases | images if not PINNED.match(name)] == []


def test_compose_has_two_of_each_and_migrates_first(compose: dict[str, Any]) -> None:
    """Web and workers start only after a migration that went well; that after PostgreSQL."""
    services = compose["services"]
    roles = {name: services[name].get("command", []) for name in services}

    assert [n for n, command in roles.items() if command[:2] == ["serve", "--no-work"]] == [
        "web-1",
        "web-2",
    ]
    assert [n for n, command in roles.items() if command == ["work"]] == ["worker-1", "worker-2"]
    for name in ("web-1", "web-2", "worker-1", "worker-2"):
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }
    assert services["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_compose_names_the_secret_that_is_missing(compose: dict[str, Any], root: Path) -> None:
    """No secret has a default: without it compose stops and says which one."""
    required = set(REQUIRED.findall((root / "compose.yaml").read_text("utf-8")))
    environment = compose["services"]["web-1"]["environment"]

    assert required == {"BATON_DB_PASSWORD", "BATON_SECRET_KEY", "BATON_PUBLIC_URL"}
    assert REQUIRED.search(environment["BATON_SECRET_KEY"])
    assert REQUIRED.search(environment["BATON_DATABASE_URL"])


def test_baton_runs_without_rights_that_it_does_not_need(compose: dict[str, Any]) -> None:
    """Read-only root, no capabilities, no new privileges, and only the proxy is published."""
    services = compose["services"]
    ours = [service for service in services.values() if service["image"].startswith("baton:")]

    assert len(ours) == 5
    assert [s for s in ours if not s["read_only"] or s["cap_drop"] != ["ALL"]] == []
    assert [s for s in ours if s["security_opt"] != ["no-new-privileges:true"]] == []
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_a_stop_leaves_time_for_what_runs(compose: dict[str, Any]) -> None:
    """Docker waits longer than Baton's own grace (20 s) before it kills."""
    assert compose["services"]["worker-1"]["stop_grace_period"] == "30s"


def test_the_proxy_keeps_a_browser_at_one_web_process(compose: dict[str, Any]) -> None:
    """Both web processes are behind it, by cookie, and only while they are ready."""
    rules = compose["configs"]["caddyfile"]["content"]

    assert "reverse_proxy web-1:8080 web-2:8080" in rules
    assert "lb_policy cookie" in rules
    assert "health_uri /readyz" in rules
