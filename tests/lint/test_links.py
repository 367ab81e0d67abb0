from __future__ import annotations

import pytest

from lint.examples import Linted
from lint.handbooks import Folder, Servers, Surroundings, lint, runbook

TARGET = "# Gateway\n\n## Fail over\n\n## Fail over\n\n<a id='old'></a>\n"
KNOWN = {
    "docs/gateway.md": TARGET,
    "docs/etcd/_index.md": "# Etcd",
    "docs/My Page.md": "# My page",
}


def link(
    target: str, page: str = "docs/a.md", around: Surroundings | None = None
) -> Linted:
    files = {**KNOWN, page: f"# A\n\n## Thresholds\n\nSee [it]({target}).\n"}
    return lint(files, "RB801", around)


@pytest.mark.parametrize(
    "target",
    [
        "gateway.md",
        "./gateway.md#fail-over",
        "gateway.md#fail-over-1",
        "gateway.md#old",
        "../docs/gateway.md?plain=1#L10-L20",
        "gateway.md#user-content-fail-over",
        "#thresholds",
        "#user-content-thresholds",
        "#top",
        "#",
        "etcd/",
        "etcd",
        "../docs",
        "My%20Page.md",
        "<My Page.md>",
        "gateway",
        "gateway.html",
        "/docs/gateway.md",
        "/gateway.md",
        '{{< ref "./gateway.md" >}}',
        '{{% relref "gateway#fail-over" %}}',
        '{{< ref "docs/gateway.md" >}}',
        '{{< ref "#thresholds" >}}',
        "https://example.com/gone",
        "mailto:team@example.com",
    ],
)
def test_a_link_that_leads_somewhere_is_fine(target: str) -> None:
    linted = link(target)

    assert not linted.findings
    assert not linted.unchecked


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("gatway.md", "there is no file 'gatway.md', did you mean 'gateway.md'?"),
        ("other/gateway.md", "did you mean 'gateway.md'?"),
        ("img/error-rate.png", "there is no file 'img/error-rate.png'"),
        ("#treshold", "did you mean 'thresholds'?"),
        ("gateway.md#failover-now", "has no heading #failover-now"),
        ("gateway.md#fail-over-2", "has no heading #fail-over-2"),
        ('{{< ref "gateway.md#gone" >}}', "has no heading #gone"),
        ("", "has no target"),
    ],
)
def test_a_link_that_leads_nowhere_is_an_error(target: str, message: str) -> None:
    (finding,) = link(target).findings

    assert message in finding.message
    assert finding.level == "error"
    assert (finding.span.line, finding.span.column) == (5, 5)


def test_an_anchor_that_differs_in_case_is_told() -> None:
    (finding,) = link("#Thresholds").findings

    assert finding.level == "warning"
    assert "differs in case from #thresholds" in finding.message


@pytest.mark.parametrize(
    "target",
    [
        "/images/rate.png",
        "tags/latency.html",
        "latency",
        '{{< ref "gone" >}}',
        "{{name}}.md",
    ],
)
def test_what_a_site_generator_may_resolve_is_not_judged(target: str) -> None:
    linted = link(target)

    assert linted.unchecked
    assert not linted.findings


def test_a_page_of_a_site_may_be_linked_as_a_folder_of_its_own() -> None:
    linted = link("../gateway")

    assert not linted.findings
    assert not linted.unchecked


def test_without_a_site_a_path_without_ending_is_a_file() -> None:
    linted = lint({"a.md": "# A\n\n[b](latency)\n"}, "RB801")

    assert [each.level for each in linted.findings] == ["error"]


def test_files_outside_of_the_handbook_count() -> None:
    outside = Folder({"docs/scripts/drain.sh": "", "docs/b.md": "# B\n\n## C\n"})
    around = Surroundings(outside=outside)

    assert not link("scripts/drain.sh", around=around).findings
    assert not link("b.md#c", around=around).findings
    assert link("b.md#d", around=around).findings


def test_without_a_view_of_the_folder_a_file_is_not_missing() -> None:
    linted = link("gone.md", around=Surroundings(outside=None))

    assert not linted.findings
    assert linted.unchecked


def test_a_branch_into_a_missing_runbook_is_broken() -> None:
    step = (
        "## Diagnosis\n\n### Look\n\nLook.\n\n- **Met:** go to [it](gone.md)\n"
        "- **Not met:** go to [step](#gone)\n"
    )
    text = runbook("Down") + "\n" + step

    found = lint({"a.md": text}, "RB801").findings

    # the branch to a step of the same file is an edge of the graph: RB401
    assert ["'gone.md'" in each.message for each in found] == [True]


def test_addresses_are_asked_online_only_and_once() -> None:
    text = (
        "[a](https://a.example.com/x#y) <https://b.example.com> https://b.example.com"
    )
    around = Surroundings(online=Servers(links=("https://a.example.com/x",)))

    found = lint({"a.md": text}, "RB801", around).findings

    assert [each.message for each in found] == [
        "'https://b.example.com' does not answer: 404 Not Found; mend the address"
    ] * 2
    assert not lint({"a.md": text}, "RB801").findings


def test_a_server_that_cannot_be_asked_proves_nothing() -> None:
    around = Surroundings(online=Servers(down=True))

    linted = lint({"a.md": "<https://a.example.com>"}, "RB801", around)

    assert not linted.findings
    assert [each.reason for each in linted.unchecked] == ["no answer within 5 s"]
