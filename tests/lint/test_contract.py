from __future__ import annotations

import pytest

from lint.handbooks import Surroundings, alert, lint, page, rules, runbook
from runbookkit.model.options import LintOptions

HOST = "https://runbooks.example.com"


def published(component: str, name: str, **values: str) -> str:
    """Return an alert whose address is the page's path in lower case."""
    address = f"{HOST}/runbooks/{component}/{name.lower()}"
    return alert(name, runbook_url=address, **values)


def test_exactly_the_alerts_without_a_page_are_reported() -> None:
    files = {
        "content/runbooks/node/NodeDown.md": page("NodeDown"),
        "content/runbooks/node/NodeDiskFull.md": page("NodeDiskFull"),
        "content/runbooks/etcd/etcdNoLeader.md": page("etcdNoLeader"),
        "content/runbooks/_index.md": "# Runbooks",
        "content/runbooks/node/_index.md": "# Node",
        "manifests/node.yaml": rules(
            published("node", "NodeDown"),
            published("node", "NodeDiskFull", severity="warning"),
            published("node", "NodeDiskFull", severity="critical"),
            published("node", "NodeInodesFull", severity="warning"),
            published("node", "NodeInodesFull", severity="critical"),
        ),
        "manifests/etcd.yaml": rules(
            published("etcd", "etcdNoLeader"), published("etcd", "NodeDown")
        ),
    }

    found = lint(files, "AL102").findings

    assert [(each.path, each.message.split("'")[1]) for each in found] == [
        ("manifests/node.yaml", "NodeInodesFull"),
        ("manifests/node.yaml", "NodeInodesFull"),
        ("manifests/etcd.yaml", "NodeDown"),
    ]
    assert not lint(files, "AL103").findings
    assert not lint(files, "AL104").findings


def test_one_page_for_all_alerts_is_told_by_its_headings() -> None:
    text = "# Runbooks\n\n## MimirIngesterUnreachable\n\n## Mimir request errors\n"
    address = "https://example.com/docs/mimir/latest/mimir-runbooks/"
    files = {
        "docs/sources/mimir-runbooks/_index.md": text,
        "rules.yaml": rules(
            alert(
                "MimirIngesterUnreachable",
                runbook_url=f"{address}#miMirIngesterUnreachable",
            ),
            alert("MimirRequestErrors", runbook_url=f"{address}#mimirrequesterrors"),
            alert("MimirGone", runbook_url=f"{address}#mimirgone"),
        ),
    }

    (anchor,) = lint(files, "AL103").findings
    (name,) = lint(files, "AL104").findings

    assert "has no heading #mimirgone" in anchor.message
    assert "does not name alert 'MimirGone'" in name.message


def test_an_anchor_that_is_a_template_is_not_judged() -> None:
    files = {
        "a.md": page("A"),
        "rules.yaml": rules(
            alert("A", runbook_url=f"{HOST}/a#{{{{ $labels.alertname }}}}")
        ),
    }

    assert lint(files, "AL103").unchecked
    assert not lint(files, "AL102").unchecked


@pytest.mark.parametrize("stub", ["", "TODO", "<tbd>", "n/a", "none"])
def test_a_stub_is_no_runbook(stub: str) -> None:
    files = {"rules.yaml": rules(alert("Down", runbook_url=stub))}

    assert [each.level for each in lint(files, "AL101").findings] == ["error"]


@pytest.mark.parametrize("severity", ["info", "none"])
def test_an_alert_that_wakes_nobody_needs_a_runbook_less(severity: str) -> None:
    files = {"rules.yaml": rules(alert("Watchdog", severity=severity))}

    assert [each.level for each in lint(files, "AL101").findings] == ["warning"]


def test_the_annotations_of_a_house_are_configured() -> None:
    files = {"a.md": page("Down"), "rules.yaml": rules(alert("Down", howto="a.md"))}
    around = Surroundings(LintOptions(runbook_annotations=("howto",)))

    assert not lint(files, "AL101", around).findings
    assert lint(files, "AL101").findings


def test_a_page_may_name_an_alert_anywhere_in_its_text() -> None:
    text = "# Storage\n\n| alert | page |\n|---|---|\n| OSDDown | yes |\n"
    files = {
        "storage.md": text,
        "rules.yaml": rules(
            alert("OSDDown", runbook_url="storage.md"),
            alert("etcdNoLeader", runbook_url="storage.md"),
            alert("disk_full", runbook_url="storage.md"),
        ),
    }

    assert [each.message.split("'")[3] for each in lint(files, "AL104").findings] == [
        "etcdNoLeader"
    ]


def test_an_unnamed_alert_is_sent_to_the_runbook_that_claims_it() -> None:
    files = {
        "a.md": runbook("Other"),
        "b.md": runbook("Down"),
        "rules.yaml": rules(alert("Down", runbook_url="a.md")),
    }

    (finding,) = lint(files, "AL104").findings

    assert "link 'b.md', which claims it" in finding.message
    assert finding.related[0].path == "b.md"
    assert not lint(files, "AL110").findings


@pytest.mark.parametrize(
    ("rule", "text", "agree"),
    [
        ("page", "page", True),
        ("critical", "page", True),
        ("warning", "ticket", True),
        ("warning", "page", False),
        ("page", "ticket", False),
    ],
)
def test_severities_are_compared(rule: str, text: str, agree: bool) -> None:
    files = {
        "a.md": runbook("Down", severity=text),
        "rules.yaml": rules(alert("Down", runbook_url="a.md", severity=rule)),
    }

    assert bool(lint(files, "AL105").findings) is not agree


def test_one_of_several_rules_with_a_name_may_have_another_severity() -> None:
    files = {
        "a.md": runbook("Down"),
        "rules.yaml": rules(
            alert("Down", runbook_url="a.md", severity="page"),
            alert("Down", runbook_url="a.md", severity="ticket"),
        ),
    }

    assert not lint(files, "AL105").findings


def test_a_mismatch_names_both_places() -> None:
    files = {
        "a.md": runbook("Down"),
        "rules.yaml": rules(alert("Down", runbook_url="a.md", service="cart")),
    }

    (finding,) = lint(files, "AL106").findings

    assert (finding.path, finding.span.line) == ("rules.yaml", 7)
    assert [(each.path, each.line) for each in finding.related] == [("a.md", 4)]


def test_a_label_that_is_a_template_is_not_judged() -> None:
    files = {
        "a.md": runbook("Down"),
        "rules.yaml": rules(
            alert("Down", runbook_url="a.md", service="{{ $labels.service }}")
        ),
    }

    assert lint(files, "AL106").unchecked
    assert not lint(files, "AL106").findings


def test_an_alert_that_no_rule_defines_is_reported_with_a_near_name() -> None:
    files = {
        "a.md": runbook("CheckoutErrorHigh"),
        "rules.yaml": rules(alert("CheckoutErrorsHigh", runbook_url="a.md")),
    }

    (finding,) = lint(files, "AL109").findings

    assert "did you mean 'CheckoutErrorsHigh'?" in finding.message


def test_without_rule_files_no_alert_is_unknown() -> None:
    assert not lint({"a.md": runbook("Down")}, "AL109").findings


def test_rule_files_that_are_only_known_define_alerts_too() -> None:
    known = {"rules.yaml": rules(alert("Down"))}
    around = Surroundings(known=known)

    assert not lint({"a.md": runbook("Down")}, "AL109", around).findings
    assert lint({"a.md": runbook("Gone")}, "AL109", around).findings


def test_a_rule_that_leads_elsewhere_contests_a_claim() -> None:
    files = {
        "down.md": page("Down"),
        "b.md": runbook("Down"),
        "rules.yaml": rules(alert("Down", runbook_url="down.md")),
    }

    (finding,) = lint(files, "AL110").findings

    assert finding.path == "b.md"
    assert "'down.md' is for alert 'Down' as well" in finding.message
