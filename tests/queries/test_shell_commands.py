from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.queries.shell_commands import Command, commands


def words(text: str) -> list[str]:
    return [" ".join(command.words) for command in commands(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ls -l", ["ls -l"]),
        ("a | b && c || d; e & f", ["a", "b", "c", "d", "e", "f"]),
        ("(a; { b; })", ["a", "b"]),
        ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("for x in 1 2; do a; done", ["a"]),
        ("case x in y) a;; *) b;; esac", ["a", "b"]),
        ("f() { a; }", ["a"]),
        ("X=$(a) b", ["b", "a"]),
        ("X=$(a | b)", ["a", "b"]),
        ('echo "x $(a) `b`"', ["echo x $(a) `b`", "a", "b"]),
        ("a <(b) >(c)", ["a <(b) >(c)", "b", "c"]),
        ("! a", ["a"]),
        ("a \\\n  -b", ["a -b"]),
        ("a 'b c' \"d e\" f\\ g", ["a b c d e f g"]),
        ("a # rm -r x", ["a"]),
        ("cat <<EOF | a -f -\ntext\nEOF\n", ["cat", "a -f -"]),
        ("cat <<EOF | a && b\ntext\nEOF\n", ["cat", "a", "b"]),
        ("a > out -k", ["a -k"]),
        ("a\n\\b -c", ["a", "b -c"]),
        ("a \\\n  -c", ["a -c"]),
        ("cat <<EOF -n\ntext\nEOF\n", ["cat -n"]),
        ("/usr/bin/kubectl get po", ["kubectl get po"]),
        ("./deploy.sh", ["./deploy.sh"]),
        ("é | b", ["é", "b"]),
    ],
)
def test_finds_every_command(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "prefixes", "expected"),
    [
        ("sudo rm x", ("sudo",), "rm x"),
        ("sudo -u postgres -H psql -l", ("sudo",), "psql -l"),
        ("env -i A=1 B=2 ls", ("env",), "ls"),
        ("time ls", ("time",), "ls"),
        ("nohup ls &", ("nohup",), "ls"),
        ("timeout -k 5 30s tail -f x", ("timeout",), "tail -f x"),
        ("xargs -0 -n 1 -I{} rm {}", ("xargs",), "rm {}"),
        ("sudo nice -n 10 timeout 5 du", ("sudo", "nice", "timeout"), "du"),
        ("sudo -i", (), "sudo -i"),
        ("env", (), "env"),
    ],
)
def test_takes_prefixes_off(
    text: str, prefixes: tuple[str, ...], expected: str
) -> None:
    (command,) = commands(text)

    assert (command.prefixes, " ".join(command.words)) == (prefixes, expected)


@pytest.mark.parametrize(
    ("text", "within", "expected"),
    [
        ("ssh -i key host rm -r x", "ssh", "rm -r x"),
        ("ssh host 'a; sudo rm x'", "ssh", "rm x"),
        ("ssh host <<EOF\nrm x\nEOF\n", "ssh", "rm x"),
        ("kubectl exec -n a -it p -- rm x", "kubectl exec", "rm x"),
        ("kubectl exec p -c main -- sh -c 'rm x'", "kubectl exec", "rm x"),
        ("oc rsh -n a pod/x rm x", "oc rsh", "rm x"),
        ("oc debug node/x -- chroot /host rm x", "oc debug", "rm x"),
        ("docker exec -u root c rm x", "docker exec", "rm x"),
        ("bash -c 'rm x'", "", "rm x"),
        ("sudo sh -ec 'rm x'", "", "rm x"),
        ("bash <<EOF\nrm x\nEOF\n", "", "rm x"),
        ("eval 'rm x'", "", "rm x"),
        ("find . -name y -exec rm x ;", "", "rm x"),
        ("find . -name y -exec rm x \\;", "", "rm x"),
        ("watch -n 5 'rm x'", "", "rm x"),
        ("chroot /host rm x", "chroot", "rm x"),
        ("nsenter -t 1 -m -- rm x", "nsenter", "rm x"),
        ("xargs -I{} sh -c 'rm x'", "", "rm x"),
    ],
)
def test_follows_a_command_to_where_it_runs(
    text: str, within: str, expected: str
) -> None:
    inner = commands(text)[-1]

    assert (inner.within, " ".join(inner.words)) == (within, expected)


@pytest.mark.parametrize(
    "text",
    [
        "bash script.sh -c x",
        "kubectl -n debug get pods",
        "kubectl exec -it pod",
        "oc debug node/x",
        "ssh host",
        "docker ps",
        "find . -name x",
    ],
)
def test_a_command_that_carries_none_stands_alone(text: str) -> None:
    assert len(commands(text)) == 1


def test_commands_of_one_pipeline_share_its_number() -> None:
    found = commands("a | b | c; d $(e | f)")

    assert [(each.pipeline, each.position) for each in found] == [
        *((0, 0), (0, 1), (0, 2)),
        *((1, 0), (2, 0), (2, 1)),
    ]


def test_a_redirect_belongs_to_the_command_it_follows() -> None:
    first, last = commands("a 2>&1 | b >> out.log")

    assert [(each.operator, each.text) for each in first.redirects] == [("2>&", "1")]
    assert [(each.operator, each.text) for each in last.redirects] == [
        (">>", "out.log")
    ]


def test_a_here_document_is_kept_with_its_command() -> None:
    (command,) = commands("psql <<'SQL'\nDROP TABLE x;\nSQL\n")

    assert [(each.operator, each.text) for each in command.redirects] == [
        ("<<", "DROP TABLE x;\n")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a | b", [False, True]), ("a < f", [True]), ("a <<< x", [True]), ("a", [False])],
)
def test_knows_which_commands_are_fed(text: str, expected: list[bool]) -> None:
    assert [command.has_input for command in commands(text)] == expected


def test_variables_set_for_one_command_are_kept_with_it() -> None:
    (command,) = commands('PGHOST="db 1" PGUSER= psql')

    assert [tuple(each) for each in command.assignments] == [
        ("PGHOST", "db 1"),
        ("PGUSER", ""),
    ]
    assert command.words == ("psql",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a &", [True]),
        ("a | b &", [True, True]),
        ("a & b", [True, False]),
        ("a; b", [False, False]),
    ],
)
def test_knows_which_commands_run_in_the_background(
    text: str, expected: list[bool]
) -> None:
    assert [command.background for command in commands(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("while true; do date; done", True),
        ("while :; do date; done", True),
        ("while true; do date && break; done", False),
        ("while true; do if a; then exit 0; fi; done", False),
        ("while pgrep x; do sleep 1; done", False),
        ("until true; do date; done", False),
    ],
)
def test_marks_the_condition_of_an_endless_loop(text: str, *, expected: bool) -> None:
    assert any(command.endless for command in commands(text)) is expected


def test_commands_inside_commands_are_followed_so_far_only() -> None:
    text = "ssh a ssh b ssh c ssh d ssh e ssh f ls"

    assert len(commands(text)) == 5


def test_offsets_count_characters_and_not_bytes() -> None:
    text = "echo 'é' | sudo kubectl get 'pöds' # ü"

    last = commands(text)[-1]

    assert text[last.start : last.end] == "sudo kubectl get 'pöds'"
    assert [text[start:end] for start, end in last.spans] == [
        *("kubectl", "get", "'pöds'")
    ]


def test_deep_nesting_ends() -> None:
    text = "bash -c " * 50 + "$(" * 3000 + "ls" + ")" * 3000

    assert isinstance(commands(text), tuple)


@given(st.text(alphabet="ab $(){}'\"`|&;<>\\\n#é\ud800=[]!-", max_size=60))
def test_any_text_has_commands_inside_it(text: str) -> None:
    found: tuple[Command, ...] = commands(text)

    for command in found:
        assert 0 <= command.start < command.end <= len(text)
        assert command.words[0] == command.name
        assert len(command.words) == len(command.spans)
