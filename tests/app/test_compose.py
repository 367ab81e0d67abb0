"""``compose.yaml`` and ``runbook stack`` are the same stack."""

from __future__ import annotations

import dataclasses
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from runbookkit.app.stack import Ports
from runbookkit.app.stack_files import (
    PROMETHEUS_OPTIONS,
    Addresses,
    Listening,
    alertmanager_file,
    loki_file,
    prometheus_file,
    tempo_file,
)
from runbookkit.sample.service import options_of
from runbookkit.sample.settings import FAULTS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "compose"
ALERTS = sorted((ROOT / "ops-handbook" / "alerts").glob("*.yaml"))
FILES = {
    "prometheus": prometheus_file(
        Addresses(
            "checkout:8080",
            "127.0.0.1:9090",
            *("alertmanager:9093", "loki:3100", "tempo:3200"),
        ),
        [
            f"/etc/prometheus/alerts/{each.name}"
            for each in ALERTS
            if not each.name.startswith("loki-")
        ],
    ),
    "alertmanager": alertmanager_file(),
    "loki": loki_file(Listening("0.0.0.0", 3100, 9096, "/loki")),
    "tempo": tempo_file(Listening("0.0.0.0", 3200, 9095, "/var/tempo"), 4318),
}


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(ROOT / "compose.yaml")["services"]
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_server_is_told_the_same_as_by_the_command(name: str) -> None:
    assert read(FOLDER / f"{name}.yaml") == FILES[name]


def test_prometheus_is_started_with_the_same_options() -> None:
    assert set(PROMETHEUS_OPTIONS) <= set(services()["prometheus"]["command"])


def test_every_part_listens_on_the_same_port_of_this_machine_alone() -> None:
    published = {
        name: [each.split(":") for each in service["ports"]]
        for name, service in services().items()
    }

    usual = dataclasses.asdict(Ports())
    usual["grafana"] = 3000
    expected = {name: [port] for name, port in usual.items() if name != "otlp"}
    expected["tempo"].append(usual["otlp"])
    assert {host for ports in published.values() for host, _, _ in ports} == {
        "127.0.0.1"
    }
    assert {
        name: [int(port) for _, port, _ in ports] for name, ports in published.items()
    } == expected


@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_the_service_understands_its_options_with_every_fault(fault: str) -> None:
    command = services()["checkout"]["command"]
    chosen = re.sub(r"\$\{FAULT:\+(.*)\$\{FAULT\}\}", r"\1" + fault, command)

    options = options_of(shlex.split(chosen if fault else chosen.split("--fault")[0]))

    assert options.fault == ([fault] if fault else [])
    assert (options.host, options.port) == ("0.0.0.0", 8080)
    assert options.loki == "http://loki:3100"
    assert options.tempo == "http://tempo:4318"


def test_every_image_is_pinned_to_a_version() -> None:
    images = [service["image"] for service in services().values() if "image" in service]
    dockerfile = (FOLDER / "checkout.Dockerfile").read_text(encoding="utf-8")
    images += re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)

    assert len(images) == 6
    assert [each for each in images if not re.search(r":v?\d+\.\d+\.\d+", each)] == []


def test_every_file_that_is_mounted_or_copied_exists() -> None:
    mounted = [
        each.split(":")[0]
        for service in services().values()
        for each in service.get("volumes", ())
    ]
    dockerfile = (FOLDER / "checkout.Dockerfile").read_text(encoding="utf-8")
    copied = [
        name
        for line in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE)
        for name in line.split()
    ]

    assert [each for each in (*mounted, *copied) if not (ROOT / each).exists()] == []


def test_the_runbooks_links_open_what_grafana_provisions() -> None:
    sources = read(FOLDER / "grafana-datasources.yaml")["datasources"]
    config = tomllib.loads((FOLDER / "runbook.toml").read_text(encoding="utf-8"))

    uids = {each["type"]: each["uid"] for each in sources}
    assert config["grafana"]["datasources"].items() <= uids.items()
    assert set(config["backends"]) == set(config["grafana"]["datasources"])


def test_nobody_is_told_that_the_stack_runs() -> None:
    grafana = services()["grafana"]["environment"]

    assert FILES["loki"]["analytics"] == {"reporting_enabled": False}
    assert FILES["tempo"]["usage_report"] == {"reporting_enabled": False}
    assert grafana["GF_ANALYTICS_REPORTING_ENABLED"] == "false"
    assert grafana["GF_ANALYTICS_CHECK_FOR_UPDATES"] == "false"


def test_an_older_tempo_is_not_told_what_it_refuses() -> None:
    at = Listening("127.0.0.1", 3200, 9095, "/var/tempo")

    newer, older = (tempo_file(at, 4318, major=major) for major in (3, 2))

    assert set(newer) - set(older) == {"live_store", "backend_scheduler"}
