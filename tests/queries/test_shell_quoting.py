from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from runbookkit.errors import QuotingError
from runbookkit.queries.placeholders import placeholders
from runbookkit.queries.quoting import UnsafeValueError, render
from runbookkit.queries.shell_commands import commands
from runbookkit.queries.shell_grammar import shell_problem
from runbookkit.queries.shell_quoting import Landing, _check_unchanged
from runbookkit.queries.shell_syntax import nodes, parse_shell
from servers import need

ODD = "a b; $(id) `id` 'q' \"d\" !h \\ *"


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("ls {{ x }}", "web-1", "ls web-1"),
        ("ls {{ x }}", "a b", "ls 'a b'"),
        ("ls {{ x }}", "", "ls ''"),
        ('ls "\\\\{{ x }}"', "$(id)", 'ls "\\\\\\$(id)"'),
        ("ls '\\{{ x }}'", "a b", "ls '\\a b'"),
        ("ls {{ x }}", "~", "ls '~'"),
        ("ls {{ x }}", "$(id)", "ls '$(id)'"),
        ("ls pod/{{ x }}/log", "a;b", "ls pod/'a;b'/log"),
        ("ls {{ x }}>f", "2", "ls '2'>f"),
        ("ls {{ x }}", "-2.5", "ls -2.5"),
        ("$KUBECTL get {{ x }}", "web-1", "$KUBECTL get web-1"),
        ("bash -c 'ls \"$1\"' _ {{ x }}", "a; id", "bash -c 'ls \"$1\"' _ 'a; id'"),
        (
            "psql -l; ssh h ls; bash a.sh {{ x }}",
            "b c",
            "psql -l; ssh h ls; bash a.sh 'b c'",
        ),
        ("ls -- {{ x }}", "-rf", "ls -- -rf"),
        ("ls -n{{ x }}", "-rf", "ls -n-rf"),
        ('ls "a {{ x }}"', '"$(id)"', 'ls "a \\"\\$(id)\\""'),
        ('ls "{{ x }}"', "a!b", 'ls "a"\'!\'"b"'),
        ("ls 'a {{ x }}'", "it's", "ls 'a it'\\''s'"),
        ('ls "$(ls {{ x }})"', "a b", "ls \"$(ls 'a b')\""),
        ('ls "$(ls "{{ x }}")"', "a $b", 'ls "$(ls "a \\$b")"'),
        ("X={{ x }}", "a b", "X='a b'"),
        ("X=({{ x }} c)", "a b", "X=('a b' c)"),
        ("ls > {{ x }}", "a b", "ls > 'a b'"),
        ("ls <<< {{ x }}", "a b", "ls <<< 'a b'"),
        ("for a in {{ x }}; do b; done", "c d", "for a in 'c d'; do b; done"),
        ("[[ $a == {{ x }} ]]", "*", "[[ $a == '*' ]]"),
        ("case {{ x }} in a) b;; esac", "c d", "case 'c d' in a) b;; esac"),
        ("echo $(( {{ x }} + 1 ))", "-42", "echo $(( -42 + 1 ))"),
        ("(( a > {{ x }} ))", "42", "(( a > 42 ))"),
        ("echo $(( 1{{ x }} ))", "42", "echo $(( 142 ))"),
        ("[[ $n -gt {{ x }} ]]", "42", "[[ $n -gt 42 ]]"),
        ("for ((;;)); do ls {{ x }}; done", "a b", "for ((;;)); do ls 'a b'; done"),
        ("(( n )); ls {{ x }}", "a b", "(( n )); ls 'a b'"),
        ("X={{ x }}; ls ${a[0]} ${a[@]}", "b c", "X='b c'; ls ${a[0]} ${a[@]}"),
        ("X={{ x }}; ssh h ls; ls $X", "b c", "X='b c'; ssh h ls; ls $X"),
        ("X={{ x }}; awk '{print $1}' f", "b c", "X='b c'; awk '{print $1}' f"),
        ("echo ${a:-{{ x }}}", "web-1", "echo ${a:-web-1}"),
        ("cat <<EOF\n{{ x }}\nEOF", "web-1", "cat <<EOF\nweb-1\nEOF"),
        ("ls # {{ x }}", "it's (", "ls # it's ("),
        ("ssh host 'ls {{ x }}'", "web-1", "ssh host 'ls web-1'"),
        ("kubectl exec p -- ls {{ x }}", "a b", "kubectl exec p -- ls 'a b'"),
        ("psql -h {{ x }} -l", "a b", "psql -h 'a b' -l"),
        ("jq '.a == \"{{ x }}\"' f", "web-1", "jq '.a == \"web-1\"' f"),
    ],
)
def test_a_value_is_quoted_for_its_place(text: str, value: str, expected: str) -> None:
    assert render(text, "bash", {"x": value}) == expected


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("{{ x }} -l", "reboot", "may not choose the command"),
        ("$SUDO {{ x }}", "reboot", "may not choose the command"),
        ('$SUDO bash -c "ls {{ x }}"', "a; id", "may be any command"),
        ("bash -c 'eval \"$1\"' _ {{ x }}", "a; id", "`bash` runs this word"),
        ("bash <<< {{ x }}", "a; id", "`bash` reads a program from its standard"),
        ("echo ls {{ x }} | bash -s", "a; id", "`bash` reads a program"),
        ("echo ls {{ x }} | ssh host", "a; id", "`ssh` reads a program"),
        ("echo select {{ x }} | psql", "a' or 'b", "`psql` reads a program"),
        ("bash -c $A {{ x }}", "a; id", "`bash` runs this word as a program"),
        ("cat <<E\n\\![[ {{ x }}\nE\n", "$(id)", "this place cannot be quoted for"),
        ("sudo {{ x }}", "reboot", "may not choose the command"),
        ("./{{ x }}.sh", "a", "may not choose the command"),
        ("env {{ x }} ls", "A=1", "may not choose the command"),
        ("bash -c {{ x }}", "reboot", "may not choose the command"),
        ("ssh host {{ x }}", "reboot", "may not choose the command"),
        ("eval {{ x }}", "reboot", "may not choose the command"),
        ("kubectl delete pod {{ x }}", "--all", "would read it as an option"),
        ('rm "{{ x }}"', "-rf", "would read it as an option"),
        ("ssh {{ x }} ls", "-oProxyCommand=id", "would read it as an option"),
        ("bash -c 'ls {{ x }}'", "a b", "runs this word as a program"),
        ('ssh host "ls {{ x }}"', "a; id", "runs this word as a program"),
        ("ssh host ls {{ x }}", "a; id", "runs this word as a program"),
        ("kubectl exec p -- sh -c 'ls {{ x }}'", "$(id)", "`sh` runs this word"),
        ("watch ls {{ x }}", "a; id", "runs this word as a program"),
        ("psql -c \"select '{{ x }}'\"", "a'; drop table b", "`psql` runs this word"),
        ("psql -c {{ x }}", "drop table b", "`psql` runs this word"),
        ("awk '/{{ x }}/'", "a/{system(1)}", "`awk` runs this word"),
        ("sed 's/a/{{ x }}/' f", "b/w/etc/passwd", "`sed` runs this word"),
        ("jq '.a == \"{{ x }}\"' f", 'a" or "b', "`jq` runs this word"),
        ('kubectl patch a -p \'{"b":"{{ x }}"}\'', 'c","d":"e', "quotes of its own"),
        ("echo `ls {{ x }}`", "a b", "backticks cannot be quoted for"),
        ("echo $(( {{ x }} ))", "a[$(id)]", "arithmetic takes whole numbers only"),
        ('echo $(( "{{ x }}" ))', "a[$(id)]", "arithmetic takes whole numbers only"),
        ("echo $(( 1{{ x }} ))", "a[$(id)]", "arithmetic takes whole numbers only"),
        ("[[ {{ x }} -gt 5 ]]", "a[$(id)]", "arithmetic takes whole numbers only"),
        ('[[ $n -gt "{{ x }}" ]]', "a[$(id)]", "arithmetic takes whole numbers only"),
        ("[[ -v {{ x }} ]]", "a[$(id)]", "arithmetic takes whole numbers only"),
        ("a[{{ x }}]=1", "a[$(id)]", "arithmetic takes whole numbers only"),
        ("let a={{ x }}", "a[$(id)]", "`let` runs this word"),
        ("declare -i a={{ x }}", "a[$(id)]", "arithmetic takes whole numbers only"),
        ("for ((i={{ x }};i<2;i++)); do :; done", "a[$(id)]", "arithmetic takes whole"),
        ("unset {{ x }}", "a[$(id)]", "`unset` runs this word"),
        ("printf -v {{ x }} b", "a[$(id)]", "`printf` runs this word"),
        ("test -v {{ x }}", "a[$(id)]", "`test` runs this word"),
        ("X={{ x }}; echo $((X))", "a[$(id)]", "a variable takes it to arithmetic"),
        ("X='{{ x }}'; [[ $X -gt 5 ]]", "a[$(id)]", "takes it to arithmetic"),
        (
            "for X in {{ x }}; do (( X > 1 )); done",
            "a[$(id)]",
            "takes it to arithmetic",
        ),
        ("read X <<< {{ x }}; echo ${a[X]}", "a[$(id)]", "takes it to arithmetic"),
        ("echo {{ x }} | while read X; do let Y=X; done", "a[$(id)]", "to arithmetic"),
        ("f() { (( $1 )); }; f {{ x }}", "a[$(id)]", "takes it to arithmetic"),
        ('X={{ x }}; ssh host "ls $X"', "a; id", "a variable takes it to ssh"),
        ('X={{ x }}; bash -c "ls $X"', "a; id", "a variable takes it to bash"),
        ("X={{ x }}; eval $X", "a; id", "a variable takes it to eval"),
        ("X={{ x }}; psql -c \"select '$X'\"", "a' or 'b", "takes it to psql"),
        ("echo {{ x }} | xargs -I{} sh -c 'ls {}'", "a; id", "takes it to sh"),
        ("echo $(( {{ x }} ))", "010", "arithmetic takes whole numbers only"),
        ("echo ${a:-{{ x }}}", "a}b", "nothing can be quoted inside"),
        ("cat <<EOF\n{{ x }}\nEOF", "a\nEOF\nid", "a here-document takes"),
        ("cat <<'EOF'\n{{ x }}\nEOF", "$(id)", "a here-document takes"),
        ("bash <<EOF\nls {{ x }}\nEOF", "a; id", "a here-document takes"),
        ("cat <<{{ x }}\na\n{{ x }}", "EOF", "may not name a variable"),
        ("{{ x }}=1 ls", "PATH", "may not name a variable"),
        ("export {{ x }}=1", "PATH", "may not name a variable"),
        ("for {{ x }} in a; do b; done", "PATH", "may not name a variable"),
        ("{{ x }}() { ls; }", "ls", "may not name a variable"),
        ("echo $'{{ x }}'", "\\'; id", "'…' cannot be quoted for"),
        ("for i do ls {{ x }}; done", "a b", "this place cannot be quoted for"),
        ("for i do ls {{ x }}; done", "-rf", "would read it as an option"),
        ('ls "\\{{ x }}"', "$(id)", "the backslash before it"),
        ("ls \\{{ x }}", "a b", "the backslash before it"),
        ("ls # {{ x }}", "a\nid", "a newline would end the comment"),
        ("ls 'a {{ x }}", "b", "text that does not parse: this single quote"),
    ],
)
def test_what_cannot_be_made_safe_is_refused(text: str, value: str, why: str) -> None:
    with pytest.raises(UnsafeValueError, match=why):
        render(text, "bash", {"x": value})


PLACES = [
    "printf {{ x }}",
    "printf a{{ x }}b",
    'printf "{{ x }}"',
    'printf "a {{ x }} b$HOME"',
    "printf '{{ x }}'",
    "printf 'a {{ x }} b'",
    'printf "$(printf a{{ x }})"',
    "printf a{{ x }}'b'\"c{{ x }}\" > /dev/null",
    "X={{ x }} printf a && printf b{{ x }} | cat",
    "for i in {{ x }} a; do printf b; done",
    "case {{ x }} in a) printf b;; esac",
    "[[ a == {{ x }} ]] || printf b",
    "printf a <<< {{ x }}",
    "printf a # {{ x }}",
    "cat <<EOF\n{{ x }}\nEOF\nprintf a",
    "ssh host 'printf a{{ x }}'",
    "printf `printf a{{ x }}`",
    "echo ${a:-{{ x }}} $(( {{ x }} ))",
]
HOSTILE = st.text(
    st.one_of(
        st.sampled_from(
            "\"'`$(){}[]<>|&;\\!#*?~ \n\t\0=-%/,.:@^x1é\u2019\u201c\u201d\uff02\uff07\uff1b\u2028\ud800"
        ),
        st.characters(),
    ),
    max_size=12,
)


def shape(text: str) -> list[tuple[int, int]]:
    """Return how many words and redirects each command has."""
    return [(len(each.words), len(each.redirects)) for each in commands(text)]


def statements(text: str) -> list[str]:
    """Return what the shell would do, apart from the words it does it with."""
    kinds = {"command_substitution", "process_substitution", "subshell", "ERROR"}
    return [
        node.type
        for node in nodes(parse_shell(text).root)
        if node.type in kinds
        or node.type.endswith(("command", "statement", "pipeline"))
    ]


@settings(max_examples=400)
@given(st.sampled_from(PLACES), HOSTILE)
def test_no_value_changes_what_a_shell_does(text: str, value: str) -> None:
    try:
        rendered = render(text, "bash", {"x": value})
    except QuotingError:
        return

    plain = render(text.replace("$(( {{ x }} ))", ""), "bash", {"x": "value"})
    assert shell_problem(rendered) is None
    if "$((" not in text:
        assert shape(rendered) == shape(plain)
        assert statements(rendered) == statements(plain)


def run_bash(
    text: str, *, folder: str | None = None, env: dict[str, str] | None = None
) -> bytes:
    bash = need("bash")
    done = subprocess.run(
        [bash, "--norc", "-c", text],
        capture_output=True,
        check=folder is None,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        timeout=10,
    )
    return done.stdout


@pytest.mark.program
@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [
            ("printf '%s|' {{ x }}", "{}|"),
            ("printf '%s|' a{{ x }}b", "a{}b|"),
            ("printf '%s|' \"{{ x }}\"", "{}|"),
            ("printf '%s|' \"a {{ x }} b\" c", "a {} b|c|"),
            ("printf '%s|' '{{ x }}'", "{}|"),
            ("printf '%s|' 'a {{ x }} b' c", "a {} b|c|"),
            ("printf '%s|' \"$(printf '%s.' {{ x }})\"", "{}.|"),
            ("printf '%s|' \"$(printf '%s.' \"{{ x }}\")\"", "{}.|"),
            ("X={{ x }}; printf '%s|' \"$X\"", "{}|"),
            ("X=(a {{ x }} b); printf '%s|' \"${X[1]}\"", "{}|"),
            ("for i in {{ x }}; do printf '%s|' \"$i\"; done", "{}|"),
            ("printf '%s|' a # {{ x }}", "a|"),
        ]
    ),
    HOSTILE,
)
def test_a_real_shell_hands_over_every_value_unchanged(
    place: tuple[str, str], value: str
) -> None:
    text, expected = place
    try:
        rendered = render(text, "bash", {"x": value})
    except QuotingError:
        return

    assert run_bash(rendered).decode() == expected.replace("{}", value)


@pytest.mark.parametrize(
    "rendered", ["ls a b", "ls b", "ls a; id", "ls 'a", "a=1 ls a"]
)
def test_a_second_look_finds_what_quoting_missed(rendered: str) -> None:
    landing = Landing(placeholders("ls {{ x }}")[0], "a")

    with pytest.raises(UnsafeValueError, match="would change the command itself"):
        _check_unchanged("ls x00000x", rendered, [landing], ["x00000x"])


@pytest.mark.parametrize("text", PLACES[:12])
def test_ordinary_values_are_never_refused(text: str) -> None:
    for value in ("web-1", "a b", "it's 5 > 3 & more", ODD):
        assert render(text, "bash", {"x": value})


PIECES = st.sampled_from(
    [
        *("{{ x }}", "{{ x }}", "{{ x }}", '"', '"', "'", "'", "$(", "(", ")", "`"),
        *("$((", "))", "${a:-", "}", "[[ ", " ]]", " -gt ", " == ", " ", "; ", "\n"),
        *("| ", "&& ", "echo ", "X=", '"$X"', "$X", "for i in ", "; do ", "; done"),
        *("eval ", "let ", "read Y <<< ", "cat <<E\n", "\nE\n", "\\", "a", "[", "]"),
        *("declare -i ", "bash -c ", "f() { ", "}; f ", '"$1"', "$1", "#", "!", "<<<"),
    ]
)
PAYLOADS = st.sampled_from(
    [
        *("a[$(:>HIT)]", "$(:>HIT)", "`:>HIT`", "'; :>HIT; '", '"; :>HIT; "'),
        *("\n:>HIT\n", "}; :>HIT; {", "); :>HIT; (", "a; :>HIT", '"$(:>HIT)"'),
        *("\\", "\\\n:>HIT", "x ]]; :>HIT; [[ x", "1)); :>HIT; ((1", "E\n:>HIT\n"),
        *("&& :>HIT", "\\'; :>HIT #", "'$(:>HIT)'", "| :>HIT"),
    ]
)


@pytest.mark.program
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, min_size=2, max_size=10).map("".join), PAYLOADS)
def test_no_value_runs_anything_in_a_text_nobody_wrote(text: str, value: str) -> None:
    assume("{{ x }}" in text)
    try:
        rendered = render(text, "bash", {"x": value})
    except QuotingError:
        return

    with tempfile.TemporaryDirectory() as folder:
        # Without a PATH, nothing but the shell itself can run.
        run_bash(rendered, folder=folder, env={"PATH": folder})

        assert not (Path(folder) / "HIT").exists()
