from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings, strategies as st

from runbookkit.queries.shell_commands import commands
from runbookkit.queries.shell_plain import plain_lines
from runbookkit.queries.shell_variables import assigned, used

WORDS = (
    "ls", "kubectl", "exec", "sudo", "timeout", "5s", "/usr/bin/rm", "a.b/c", "a:b",
    "-n", "--", "-", "+x", "x,y", "12", "env", "xargs", "bash", "-c", "ssh", "watch",
    "if", "in", "time", "export", "unset", "do_it", "then.", "1.5", "ifx", "..", "//",
    "-l=a", "--x=y=z", "$NS", "${NS}", "a-$NS", "--n=$NS", "x=${NS}", "$A$B", "read", "A=1",
)  # fmt: skip
texts = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from((" ", "  ", "\t", "\n", "\n\n"))),
    max_size=10,
).map(lambda pairs: "".join(word + space for word, space in pairs))


@given(texts)
@example("sudo -u root /sbin/reboot\n  kubectl exec db-0 -- ls")
@example("ls\n - -l=a")
@settings(max_examples=300)
def test_plain_text_holds_the_commands_that_the_parser_finds(text: str) -> None:
    assume(plain_lines(text) is not None)
    in_need_of_parsing = f"{text}\n#"

    assert plain_lines(in_need_of_parsing) is None
    assert commands(text) == commands(in_need_of_parsing)
    assert used(text) == used(in_need_of_parsing)
    assert assigned(text) == assigned(in_need_of_parsing)


@pytest.mark.parametrize(
    "text", ["if x", "a | b", "a=b", "echo 'x'", "unset A", "ls ü", "a =b", "$1", "$ a"]
)
def test_other_text_is_left_to_the_parser(text: str) -> None:
    assert plain_lines(text) is None


def test_a_command_that_ends_in_two_dashes_runs_nothing_else() -> None:
    assert [each.words for each in commands("kubectl --")] == [("kubectl", "--")]
