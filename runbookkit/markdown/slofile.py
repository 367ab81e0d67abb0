"""Files of objectives: sloth's ``prometheus/v1`` and OpenSLO's ``openslo/v1``.

What is not read is named with its line: nothing is silently left out.
"""

from __future__ import annotations

from collections.abc import Callable

from runbookkit.markdown.openslo import OPENSLO, read_openslo
from runbookkit.markdown.sloth import SLOTH, read_sloth
from runbookkit.markdown.yaml_tree import Tree, trees
from runbookkit.model.slo import Objective, SloFile


def parse_slo_file(text: str, path: str, windowed: Callable[[str], str]) -> SloFile:
    """Return the objectives of a file; nothing raises.

    ``windowed`` turns a query of counters into one of events per second with
    ``{{.window}}`` in it; it returns nothing when it cannot.
    """
    documents, problems = trees(text, path)
    if not documents and not problems and not text.strip():
        return SloFile(path)
    found: list[Objective] = []
    openslo: list[Tree] = []
    for tree in documents:
        if tree.text("version") == SLOTH:
            found += read_sloth(tree)
        elif tree.text("apiVersion") == OPENSLO:
            openslo.append(tree)
        else:
            tree.wrong(_unknown(tree))
    found += read_openslo(openslo, windowed)
    return SloFile(path, tuple(found), tuple(sorted(problems, key=lambda p: p.line)))


def _unknown(tree: Tree) -> str:
    said = tree.text("version") or tree.text("apiVersion")
    return (
        f"neither `version: {SLOTH}` (sloth) nor `apiVersion: {OPENSLO}` (OpenSLO)"
        + (f", but {said!r}" if said else "")
    )
