"""Rule files that follow from files of objectives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from runbookkit.app.reading import read_text
from runbookkit.model.slo import SloFile
from runbookkit.slo.rules import rule_groups


def rules_text(read: SloFile) -> str:
    """Return the rules of a file of objectives, as Prometheus loads them."""
    head = (
        f"# Made by `runbook slo rules` from {Path(read.path).name}:"
        " change the objective there, then make these rules again.\n"
    )
    text = yaml.dump(
        _groups(read), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000
    )
    return head + text


def same_rules(read: SloFile, file: Path) -> bool:
    """Tell whether a file holds the rules, however they are laid out.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        kept = yaml.safe_load(read_text(file))
    except yaml.YAMLError:
        return False
    return bool(_flat(kept) == _flat(_groups(read)))


def _groups(read: SloFile) -> dict[str, Any]:
    return {"groups": [g for each in read.objectives for g in rule_groups(each)]}


def _flat(rules: Any) -> Any:
    """Return rules without the white space that PromQL does not see."""
    if isinstance(rules, dict):
        return {
            key: _packed(value) if key == "expr" else _flat(value)
            for key, value in rules.items()
        }
    return [_flat(each) for each in rules] if isinstance(rules, list) else rules


def _packed(expression: Any) -> str:
    import promql_parser  # noqa: PLC0415  slow

    try:
        return str(promql_parser.parse(str(expression)).prettify())
    except ValueError:
        return " ".join(str(expression).split())


class _Dumper(yaml.SafeDumper):
    """Writes expressions of several lines as blocks, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  overrides
        """Write everything out."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
