from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from runbookkit.app.objectives import read_slo_file
from runbookkit.model.slo import Objective
from runbookkit.slo.rules import rule_groups
from servers import need
from slo.test_slo_files import HANDBOOK, OPENSLO, SLOTH, read

ALERTS = HANDBOOK.parent / "alerts"


def made(*objectives: Objective) -> dict[str, Any]:
    return {"groups": [group for each in objectives for group in rule_groups(each)]}


def plain(rules: Any) -> Any:
    """Return rules whose expressions are written in one way."""
    if isinstance(rules, dict):
        return {
            key: promql_parser.parse(value).prettify()
            if key == "expr"
            else plain(value)
            for key, value in rules.items()
        }
    return [plain(each) for each in rules] if isinstance(rules, list) else rules


@pytest.mark.parametrize("file", sorted(HANDBOOK.glob("*.yaml")), ids=lambda f: f.stem)
def test_the_rules_of_our_handbook_follow_from_its_objectives(file: Path) -> None:
    kept = yaml.safe_load((ALERTS / f"slo-{file.name}").read_text())

    found = made(*read_slo_file(file).objectives)

    assert plain(found) == plain(kept)


@pytest.mark.program
@pytest.mark.parametrize("text", [SLOTH, OPENSLO], ids=["sloth", "openslo"])
def test_promtool_has_nothing_against_the_rules(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(made(*read(text).objectives)))

    done = subprocess.run(
        [need("promtool"), "check", "rules", file],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.program
def test_promtool_raises_the_page_when_the_budget_burns_fast(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(made(*read(SLOTH).objectives)))
    series = [
        {"series": 'orders_total{ok="no"}', "values": "0+20x60"},
        {"series": 'orders_total{ok="yes"}', "values": "0+980x60"},
    ]
    expected = {"exp_labels": {"severity": "page"}}
    labels = {
        **expected["exp_labels"],
        "sloth_id": "shop-orders",
        "sloth_service": "shop",
        "sloth_slo": "orders",
    }
    said = "shop orders: the error ratio is 2%, the objective allows 0.1 %."
    test = {
        "rule_files": ["rules.yaml"],
        "tests": [
            {
                "interval": "1m",
                "input_series": series,
                "alert_rule_test": [
                    {
                        "eval_time": "10m",
                        "alertname": "OrdersFastBurn",
                        "exp_alerts": [
                            {
                                "exp_labels": labels,
                                "exp_annotations": {"description": said},
                            }
                        ],
                    }
                ],
            }
        ],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(test))

    done = subprocess.run(
        [need("promtool"), "test", "rules", tmp_path / "test.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_other_windows_have_other_rates() -> None:
    (objective,) = read(SLOTH).objectives

    groups = rule_groups(replace(objective, window=timedelta(days=28)))

    (page, _) = groups[-1]["rules"]
    assert re.findall(r"> \(([\d.]+) \*", page["expr"]) == ["13.44"] * 2 + ["5.6"] * 2


def test_an_alert_that_is_disabled_is_not_there() -> None:
    (objective,) = read(SLOTH + "      page_alert: {disable: true}\n").objectives

    names = [each["alert"] for each in rule_groups(objective)[-1]["rules"]]

    assert names == ["OrdersSlowBurn"]
