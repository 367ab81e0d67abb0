from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.queries.foreign_placeholders import foreign, with_foreign_samples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kubectl -n <namespace> get pods", [("angle", "namespace")]),
        ("oc debug node/<node-name>", [("angle", "node-name")]),
        ("oc logs pod-<id>", [("angle", "id")]),
        ("oc get po --field=<x>,<y>", [("angle", "x"), ("angle", "y")]),
        ("NODE=<instance label from alert>", [("angle", "instance label from alert")]),
        ("ssh <user>@<host>", [("angle", "user"), ("angle", "host")]),
        ('oc logs "<pod>"', [("angle", "pod")]),
        ("oc logs $POD -n ${NS}", [("variable", "POD"), ("variable", "NS")]),
        ("oc logs [POD_NAME]", [("square", "POD_NAME")]),
        ("curl http://a/{cluster_id}/b", [("brace", "cluster_id")]),
        ("oc -n YOUR_NAMESPACE get po", [("word", "YOUR_NAMESPACE")]),
        ("docker pull your-registry/a", [("word", "your-registry")]),
        ("token=REPLACE_ME", [("word", "REPLACE_ME")]),
        ("token=CHANGEME", [("word", "CHANGEME")]),
    ],
)
def test_finds_the_placeholders_of_other_houses(
    text: str, expected: list[tuple[str, str]]
) -> None:
    found = foreign(text)

    assert [(each.style, each.name) for each in found] == expected
    assert all(each.name in text[each.start : each.end] for each in found)


@pytest.mark.parametrize(
    "text",
    [
        "sort <in >out",
        "sort <in>out",
        "sort < in > out",
        "cat <<EOF\nx\nEOF",
        "diff <(a) <(b)",
        "echo 'a<br>b'",
        "echo '<b>x</b>'",
        "echo '<none>'",
        "git send <https://a.test>",
        "x=1; echo $x ${x}",
        "for p in a; do echo $p; done",
        "echo $1 $? $@ ${#}",
        "echo $HOME $PWD ${USER}",
        "echo ${x:-y} ${x:?no x}",
        "awk '{print $NF}'",
        "jq '.items[] | {name}'",
        "jq --arg a b '.x == $a'",
        "kubectl get po -o jsonpath={.items[*].metadata.name}",
        "kubectl get po -o go-template='{{range .items}}{{end}}'",
        "kubectl logs {{ pod }}",
        "echo {a,b} {1..3}",
        "find . -exec ls {} \\;",
        "grep '[A-Z]*' f",
        "grep '[ERROR]' f",
        "grep [A-Z0-9] f",
        "grep x[A-Z] [INFO] f",
        "arr=(1); echo ${arr[INDEX]}",
        "git stash show stash@{upstream}",
        "YOUR_NS=a; echo a",
        "exec {fd}>file",
        "#include <linux/sched.h>",
    ],
)
def test_leaves_what_only_looks_like_a_placeholder(text: str) -> None:
    assert foreign(text) == ()


def test_outside_of_shells_every_variable_counts() -> None:
    text = 'rate(x{a="$service"}[${__interval}])'

    found = foreign(text, shell=False)

    assert [each.name for each in found] == ["service", "__interval"]


def test_samples_leave_everything_in_its_place() -> None:
    text = "kubectl -n <ns> logs $POD [NAME] -c {container}"

    assert with_foreign_samples(text) == (
        "kubectl -n xxxx logs $POD xxxxxx -c xxxxxxxxxxx"
    )


@given(st.text(alphabet="<>[]{}$AB_ab '\"\n.é1-", max_size=40))
def test_any_text_has_foreign_placeholders_inside_it(text: str) -> None:
    for each in foreign(text):
        assert 0 <= each.start < each.end <= len(text)
    assert len(with_foreign_samples(text)) == len(text)
