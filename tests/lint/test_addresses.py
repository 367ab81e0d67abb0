from __future__ import annotations

import pytest

from lint.handbooks import Folder, Surroundings, alert, lint, page, rules
from runbookkit.model.options import LintOptions, UrlMapping

HOST = "https://runbooks.example.com"


def missing(address: str, *paths: str, around: Surroundings | None = None) -> str:
    """Return what is said of an address beside pages: nothing when it resolves."""
    files = {path: page("Foo") for path in paths}
    files["rules.yaml"] = rules(alert("Foo", runbook_url=address))
    linted = lint(files, "AL102", around)
    said = [each.message for each in linted.findings]
    said += [f"unchecked: {each.reason}" for each in linted.unchecked]
    return "; ".join(said)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (f"{HOST}/etcd/foo", "content/runbooks/etcd/Foo.md"),
        (f"{HOST}/runbooks/etcd/foo/", "content/runbooks/etcd/foo.md"),
        (f"{HOST}/runbooks/etcd/foo.html#meaning", "runbooks/etcd/foo.md"),
        (f"{HOST}/etcd/foo/?orgId=1&ns={{{{ $labels.ns }}}}", "etcd/foo.md"),
        (f"{HOST}/x/foo", "runbooks/foo/README.md"),
        (f"{HOST}/x/foo/index.html", "runbooks/foo/_index.md"),
        (f"{HOST}/My%20Page", "docs/my page.md"),
        (f"{HOST}/my-page", "docs/My Page.md"),
        ("https://github.com/o/r/blob/main/docs/foo.md", "docs/foo.md"),
        ("https://gitlab.com/o/r/-/blob/v1.2/docs/foo.md", "/src/r/docs/foo.md"),
        ("docs/foo.md", "docs/foo.md"),
        ("docs/foo.md#how", "/home/me/handbook/docs/foo.md"),
        ("/docs/foo", "docs/foo.md"),
        ("see https://runbooks.example.com/foo.", "foo.md"),
    ],
)
def test_an_address_finds_its_page(address: str, path: str) -> None:
    assert not missing(address, path, "docs/other.md")


def test_a_page_of_another_component_is_missing_but_mentioned() -> None:
    said = missing(f"{HOST}/runbooks/etcd/foo", "content/runbooks/node/foo.md")

    assert "no page for alert 'Foo'" in said
    assert "content/runbooks/node/foo.md" in said


def test_a_folder_that_the_handbook_has_is_not_left_for_another() -> None:
    said = missing(f"{HOST}/etcd/foo", "docs/foo.md", "docs/etcd/other.md")

    assert "no page for alert 'Foo'" in said


def test_the_longest_common_ending_wins() -> None:
    paths = ("a/etcd/foo.md", "a/node/foo.md", "b/foo.md")

    assert not missing(f"{HOST}/node/foo", *paths)


def test_of_two_equal_endings_the_exact_case_wins() -> None:
    assert not missing(f"{HOST}/x/Foo", "a/Foo.md", "b/foo.md")


def test_two_equal_endings_cannot_be_told_apart() -> None:
    said = missing(f"{HOST}/x/foo", "a/foo.md", "b/foo.md")

    assert said.startswith("unchecked: ")
    assert "a/foo.md and b/foo.md fit equally well" in said


@pytest.mark.parametrize(
    "address",
    [
        f"{HOST}/{{{{ $labels.alertname }}}}",
        f"{HOST}/$labels.service/foo",
        f"{HOST}/[[ .Name ]]",
        "%(runbookURLPattern)s",
        f"{HOST}/%s",
    ],
)
def test_a_template_is_not_judged(address: str) -> None:
    said = missing(address, "foo.md")

    assert said.startswith("unchecked: ")
    assert "is a template" in said


def test_percent_encoding_is_no_template() -> None:
    assert not missing(f"{HOST}/%66oo", "foo.md")


def test_a_mapping_decides_before_the_ending_does() -> None:
    mapping = UrlMapping(r"https://go\.example\.com/rb/(.+)", r"docs/\1.md")
    around = Surroundings(LintOptions(urls=(mapping,)))

    assert not missing("https://go.example.com/rb/foo", "docs/foo.md", around=around)
    assert "no page" in missing(
        "https://go.example.com/rb/foo", "other/foo.md", around=around
    )


def test_an_unusable_mapping_is_told() -> None:
    around = Surroundings(LintOptions(urls=(UrlMapping("(", "x"),)))

    assert "mapping '(' is unusable" in missing(f"{HOST}/foo", "foo.md", around=around)


def test_a_page_that_exists_without_being_linted_is_found() -> None:
    around = Surroundings(outside=Folder({"docs/foo.md": "# Foo"}))

    assert not missing("docs/foo.md", "docs/bar.md", around=around)
    assert not missing(
        "https://github.com/o/r/blob/main/docs/foo.md", "docs/bar.md", around=around
    )


def test_without_a_handbook_nothing_is_missing() -> None:
    files = {
        "rules.yaml": rules(
            alert("Foo", runbook_url=f"{HOST}/foo"), alert("Bar", runbook_url=HOST)
        )
    }

    linted = lint(files, "AL102")

    assert not linted.findings
    assert "no handbook is known" in linted.unchecked[0].reason
