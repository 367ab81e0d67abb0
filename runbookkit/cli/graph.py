"""``runbook graph``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from runbookkit.app.graphs import dot, mermaid, outline
from runbookkit.app.reading import read_runbook
from runbookkit.cli import codes
from runbookkit.model.graph import step_graph

_RENDERERS = {"mermaid": mermaid, "dot": dot, "text": outline}


def graph(
    file: Path,
    *,
    format: Annotated[  # noqa: A002  the option's name
        Literal["text", "mermaid", "dot"], Parameter(("--format", "-f"))
    ] = "text",
    template: str = "",
) -> int:
    """Show the steps of a runbook and where each leads.

    Parameters
    ----------
    file
        The runbook.
    format
        ``text`` for people, ``mermaid`` for code-hosting pages, ``dot`` for Graphviz.
    template
        A template file or the name of a built-in one.
    """
    steps = step_graph(read_runbook(file, template))
    if not steps.steps:
        print(
            f"{file.as_posix()}: no steps: no `###` heading in a section that holds steps",
            file=sys.stderr,
        )
        return codes.FINDINGS
    print(_RENDERERS[format](steps), end="")
    return codes.OK
