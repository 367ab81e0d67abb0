"""RB304."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.foreign import Foreign, foreign_placeholders
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook

_SAME: Final = {
    "ns": "namespace",
    "po": "pod",
    "pvc": "persistentvolumeclaim",
    "svc": "service",
    "vm": "virtualmachine",
}
_FILLERS: Final = frozenset({"name", "my", "your", "the", "id", "here"})


@runbook_rule("RB304", level="warning", since="0.1.0", needs="nothing")
def several_names(runbook: Runbook, context: Context) -> Found:
    """One thing has several placeholder names.

    ## Why is this bad?

    The reader asks whether `<node>` and `<node-name>` are two things, and at
    3 a.m. decides that they are.

    ## Bad

    ````markdown
    # NodeUnderPressure

    ## Meaning

    A node has too little memory.

    ## Diagnosis

    ```bash
    kubectl describe node <node>
    ```

    ## Mitigation

    ```bash
    kubectl drain <node-name> --ignore-daemonsets
    ```
    ````

    ## Good

    ````markdown
    # NodeUnderPressure

    ## Meaning

    A node has too little memory.

    ## Diagnosis

    ```bash
    kubectl describe node <node>
    ```

    ## Mitigation

    ```bash
    kubectl drain <node> --ignore-daemonsets
    ```
    ````
    """
    things: dict[str, dict[str, Foreign]] = defaultdict(dict)
    for each in foreign_placeholders(runbook):
        if " " not in each.name:
            things[_thing(each)].setdefault(each.text.strip("${}<>[]"), each)
    for thing, names in things.items():
        if thing and len(names) > 1:
            first, second, *_ = names.values()
            others = ", ".join(repr(each.text) for each in list(names.values())[1:])
            yield Problem(
                second.span,
                f"{others} looks like {first.text!r} of line {first.span.line}; use"
                " one name for one thing",
            )


def _thing(each: Foreign) -> str:
    words = [_SAME.get(word, word) for word in each.words if word not in _FILLERS]
    return "".join(words)
