from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings, strategies as st

from runbookkit.queries.registry import language_of
from runbookkit.queries.shell import check_shell
from runbookkit.queries.shell_grammar import shell_problem
from servers import need

VALID = """
ls -l | grep x
a && b || c; d & e
a 2>&1 >/dev/null < in
a &> out
a >| out
a <> b
a {fd}> b
a 3<b
a |& b
if a; then b; elif c; then d; else e; fi
if a; then (b) fi
for x in a b; do c; done
for x do a; done
for x; do a; done
for x in a b; { c; }
for ((i=0;i<3;i++)); do a; done
while a; do b; done < c
until a; do b; done
select x in a; do b; done
case x in a|b) c;; (d) e;; *) f; esac
case x in esac
case x in a) b;& c) d;;& esac
f() { a; }
function f { a; }
function f() (a)
(a; b) > c
{ a; b; }
((i++))
((a); b)
[[ -f x && ( y == z || ! w ) ]]
[[ a =~ (b|c)+ ]]
[[ a == @(b|c) ]]
[[ a -nt b ]]
[[ -n $x ]] && y
[ -f x ]
x=1 y=2 z
x=(1 2 3)
declare -a x=(1 2)
x[1]=2
x+=3
echo "a $(b "c") `d` ${e:-"f"} $((1 + 2))"
echo 'a' $'b\\'c' $"d" "e'f"
echo ${x%%.*} ${#x} ${x[@]} ${x/a/b}
echo a#b # c "
echo a\\ b
echo }
echo if then fi
a } b
diff <(a) <(b)
a > >(b)
! a
! ! a
time a
time -p a
coproc a
coproc N { a; }
coproc N (a)
coproc a b c
echo $(( (1 + 2) * 3 )) $((a[1]))
for ((;;)); do a; done
for ((;;)) { a; }
a \
> file
x=$(a)
$(a) b
kubectl get pods -o jsonpath={.items[*].metadata.name}
kubectl get pods -o jsonpath='{range .items[*]}{.a}{"\\n"}{end}'
echo $[1+2]
echo $$ $! $? $# $@
a <<< b
a &
""".strip().splitlines()

NO_TARGET = "the redirect `>` has no target: to a shell, <Pod-Name> is no placeholder;"
INVALID = {
    "echo 'a": ("'", "this single quote is never closed"),
    'echo "a': ('"', "this double quote is never closed"),
    "echo `a": ("`", "this backtick is never closed"),
    "echo $(a": ("(", "`(` is never closed with `)`"),
    "echo ${a": ("{", "`{` is never closed with `}`"),
    "(a": ("(", "`(` is never closed with `)`"),
    "{ a": ("{", "`{` is never closed with `}`"),
    "x=(1 2": ("(", "`(` is never closed with `)`"),
    "[[ a == b": ("[[", "`[[` is never closed with `]]`"),
    "if a; then b": ("if", "`if` is never closed with `fi`"),
    "if a": ("if", "`if` has no `then` and no `fi`"),
    "while a; do b": ("while", "`while` is never closed with `done`"),
    "for x in a; b": ("b", "unexpected `b`"),
    "case x in a) b;;": ("case", "`case` is never closed with `esac`"),
    "if a; then; fi": (";", "there is no command before `;`"),
    "if a; then fi": ("then fi", "there is no command between `then` and `fi`"),
    "( )": ("( )", "there is no command between `(` and `)`"),
    "a; fi": ("fi", "`fi` without `if` before it"),
    "done": ("done", "`done` without `do` before it"),
    "then a": ("then", "`then` without `if` before it"),
    "}": ("}", "`}` without `{` before it"),
    "a | | b": ("|", "there is no command before `|`"),
    "| a": ("|", "there is no command before `|`"),
    "a && && b": ("&&", "there is no command before `&&`"),
    "a &&": ("&&", "nothing follows `&&`"),
    "a |": ("|", "nothing follows `|`"),
    "; a": (";", "there is no command before `;`"),
    "a;;": (";;", "there is no command before `;;`"),
    "a & ; b": (";", "there is no command before `;`"),
    "a >": (">", "the redirect `>` has no target"),
    "a <<<": ("<<<", "the redirect `<<<` has no target"),
    "a)": (")", "unexpected `)`"),
    "a (b)": ("(", "unexpected `(` after `a`; quote it"),
    "sum(rate(x[5m]))": ("(", "unexpected `(` after `sum`; quote it"),
    "echo a (b)": ("(", "unexpected `(`; quote it"),
    "(a) b": ("b", "unexpected `b`"),
    "f() a": ("f", "the function `f` needs a body in braces"),
    "a | ! b": ("!", "unexpected `!`"),
    "case x in a\nb) c;; esac": ("\n", "unexpected end of the line"),
    "case x in |) a;; esac": ("|", "there is no command before `|`"),
    "case x in a) b": ("case", "`case` is never closed with `esac`"),
    "case x in a) b )": (")", "unexpected `)`"),
    "for ((i=0;i<1; do a": ("for (", "`for ((` is never closed with `))`"),
    "for (i) do a": ("for (", "`for ((` is never closed with `))`"),
    "for": ("for", "`for` needs a name"),
    "coproc": ("coproc", "nothing follows `coproc`"),
    "echo $'a": ("'", "this single quote is never closed"),
    "x=(a; b)": (";", "unexpected `;` in an array"),
    "[[ (a": ("[[", "`[[` is never closed with `]]`"),
    "[[ a == ]]": ("[[ a == ", "`==` needs an operand"),
    "[[ a =~ (b ]]": ("(", "`(` is never closed with `)`"),
    "[[": ("[[", "`[[` is never closed with `]]`"),
    "[[ a b ]]": ("b", "unexpected `b` in `[[ … ]]`"),
    "get pod/<Pod-Name>": ("<Pod-Name>", f"{NO_TARGET} write {{{{ pod_name }}}}"),
}


@pytest.mark.parametrize("text", VALID)
def test_accepts_what_a_shell_accepts(text: str) -> None:
    assert check_shell(text).problems == ()


@pytest.mark.parametrize(("text", "expected"), INVALID.items(), ids=INVALID)
def test_says_what_is_wrong_and_where(text: str, expected: tuple[str, str]) -> None:
    (problem,) = check_shell(text).problems

    assert (text[problem.start : problem.end], problem.message) == expected
    assert problem.level == "error"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[[ ]]", "[[ ", "[[ … ]] needs an operand"),
        ("[[ (a || ]]", "[[ (a || ", "[[ … ]] needs an operand"),
        ("[[ (a b) ]]", "b", "unexpected `b` in `[[ … ]]`"),
        ("[[ (a && b ]]", "]]", "unexpected `]]` in `[[ … ]]`"),
        ("[[ a\n&& b ]]", "\n", "unexpected end of the line in `[[ … ]]`"),
    ],
)
def test_knows_more_of_conditions_than_bash_says(
    text: str, place: str, message: str
) -> None:
    (problem,) = check_shell(text).problems

    assert (text[problem.start : problem.end], problem.message) == (place, message)


def test_points_into_the_line_that_is_wrong() -> None:
    text = "echo 'é'\nls | | wc\n"

    (problem,) = check_shell(text).problems

    assert problem.start == text.index("| wc")


@pytest.mark.parametrize(
    "text",
    [
        "cat <<EOF\n$( ' \" (\nEOF\nls",
        "cat <<'EOF' | sh\n)\nEOF\n",
        "cat <<-EOF\n\t)\n\tEOF\n",
        "cat <<A <<B\n(\nA\n)\nB\n",
        "x=$(cat <<EOF\n)\nEOF\n)",
        "cat <<EOF\nnever ended",
        "x=(1 # one\n2)",
        "[[ a && # one\nb ]]",
    ],
)
def test_leaves_here_documents_alone(text: str) -> None:
    assert check_shell(text).problems == ()


def test_a_prompt_is_no_command() -> None:
    (problem,) = check_shell("$ kubectl get pods").problems

    assert problem.message == "the prompt `$` is no part of the command"
    assert (problem.start, problem.end) == (0, 1)


def test_says_which_command_never_ends() -> None:
    checked = check_shell("ls; kubectl logs -f a")

    assert checked.unbounded == "`kubectl logs -f` follows without end"


def test_text_nested_too_deep_is_not_judged() -> None:
    checked = check_shell("$(" * 500)

    assert checked.problems == ()
    assert "too deep" in checked.unchecked


@pytest.mark.parametrize("fence", ["bash", "sh", "shell"])
def test_speaks_for_the_fences_of_shells(fence: str) -> None:
    language = language_of(fence)

    assert language is not None
    assert (language.name, language.reads) == ("shell", False)


_PIECES = st.sampled_from(
    [
        *("a", " ", " ", "\n", ";", "&&", "|", "&", "(", ")", "((", "))", "{", "}"),
        *('"', "'", "`", "$", "$(", "${", "$((", "<", ">", "<<E\n", "<(", "\\", "#"),
        *("if", "then", "fi", "for", "in", "do", "done", "case", "esac", "while"),
        *("[[", "]]", "x=", "x=(", "!", "time", "function", "é", "\0", ";;", "[", "]"),
    ]
)


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_any_text_is_judged_and_a_problem_lies_inside_it(text: str) -> None:
    for problem in check_shell(text).problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message


def bash_accepts(text: str) -> bool:
    bash = need("bash")
    done = subprocess.run(
        [bash, "--norc", "-n", "-c", text], capture_output=True, check=False
    )
    # A broken `[[` is reported, yet ends with 0.
    return done.returncode == 0 and b"conditional" not in done.stderr


@pytest.mark.program
@pytest.mark.parametrize("text", [*VALID, *INVALID])
def test_agrees_with_bash(text: str) -> None:
    assert (shell_problem(text) is None) is bash_accepts(text)


_COMMON = st.lists(
    st.sampled_from(
        [
            *("a", "b", " ", "; ", "\n", " && ", " | ", " & ", "(", ")", "{ ", "; }"),
            *('"', "'", "$x", "$(", "${x}", " > f", " < f", "if ", "; then ", "; fi"),
            *("for x in a", "; do ", "; done", "case x in a) ", ";; ", "esac", "! "),
        ]
    ),
    max_size=10,
)


@pytest.mark.program
@settings(max_examples=150, deadline=None)
@given(_COMMON.map("".join))
def test_agrees_with_bash_on_texts_nobody_wrote(text: str) -> None:
    assert (shell_problem(text) is None) is bash_accepts(text)
