"""Shell: commands that run on the host of whoever follows the runbook."""

from __future__ import annotations

from runbookkit.queries.language import Checked, QueryProblem
from runbookkit.queries.shell_commands import commands
from runbookkit.queries.shell_effects import never_ends
from runbookkit.queries.shell_grammar import TooDeepError, shell_problem


def check_shell(query: str, version: str = "") -> Checked:  # noqa: ARG001  # bash is bash
    """Return whether a shell would parse the text, as ``bash -n`` does.

    No command is looked up and nothing is run. A copied prompt is a problem
    although it parses: the shell takes ``$`` for the name of a command.

    >>> check_shell("kubectl get pods | grep '-v").problems[0].message
    'this single quote is never closed'
    """
    problem = shell_problem(query)
    if isinstance(problem, TooDeepError):
        return Checked(kind="shell", unchecked=str(problem))
    found = commands(query)
    problems = [
        QueryProblem(
            "the prompt `$` is no part of the command", command.start, command.start + 1
        )
        for command in found
        if command.name.startswith(("$ ", "$\t"))
    ]
    if problem is not None:
        problems.append(QueryProblem(str(problem), problem.start, problem.end))
    endless = next(filter(None, map(never_ends, found)), "")
    return Checked(tuple(problems), kind="shell", unbounded=endless)
