"""The step graph as Mermaid, as dot and as text."""

from __future__ import annotations

from runbookkit.model.graph import Edge, StepGraph
from runbookkit.model.runbook import Step

_ENDS = {
    "stop": "stop",
    "escalate": "escalate",
    "nowhere": "nowhere: no branch says",
    "unknown": "unknown step",
}


def mermaid(graph: StepGraph) -> str:
    """Return a Mermaid flow chart, as code-hosting pages draw it."""
    lines = ["flowchart TD"]
    names = {step: f"s{number}" for number, step in enumerate(graph.steps, 1)}
    for number, (step, each) in enumerate(graph.steps.items(), 1):
        text = _quoted(f"{number}. {each.title}")
        left, right = _shape(each)
        lines.append(f"  {names[step]}{left}{text}{right}")
    ends: dict[str, str] = {}
    for edge in graph.edges:
        target = names.get(edge.target) or _end(edge, ends, lines)
        arrow = f"-- {_quoted(_label(edge))} -->" if _label(edge) else "-->"
        lines.append(f"  {names[edge.source]} {arrow} {target}")
    changing = [names[s] for s, each in graph.steps.items() if each.effect == "change"]
    if changing:
        lines.append("  classDef change stroke-width:3px,stroke-dasharray:6 3")
        lines.append(f"  class {','.join(changing)} change")
    return "\n".join(lines) + "\n"


def _shape(step: Step) -> tuple[str, str]:
    if step.question is not None:
        return "{", "}"
    return ("([", "])") if step.action is None else ("[", "]")


def _end(edge: Edge, ends: dict[str, str], lines: list[str]) -> str:
    text = _end_text(edge)
    if text not in ends:
        ends[text] = f"e{len(ends) + 1}"
        lines.append(f"  {ends[text]}(({_quoted(text)}))")
    return ends[text]


def _end_text(edge: Edge) -> str:
    if edge.end == "hand over" and edge.branch is not None:
        return edge.branch.target.title or edge.branch.target.href
    return _ENDS.get(edge.end or "", "end")


def _label(edge: Edge) -> str:
    if edge.kind == "when" and edge.branch is not None and edge.branch.condition:
        return edge.branch.condition.text
    return "" if edge.kind == "next" else edge.title


def _quoted(text: str) -> str:
    safe = text.replace("&", "&amp;").replace('"', "&quot;")
    safe = safe.replace("<", "&lt;").replace(">", "&gt;").replace("`", "&#96;")
    return f'"{" ".join(safe.split())}"'


def dot(graph: StepGraph) -> str:
    """Return the graph in the language of Graphviz."""
    lines = ["digraph runbook {", "  node [shape=box];"]
    for number, (step, each) in enumerate(graph.steps.items(), 1):
        style = ' style="dashed,bold"' if each.effect == "change" else ""
        shape = " shape=diamond" if each.question is not None else ""
        title = _escaped(f"{number}. {each.title}")
        lines.append(f"  {_escaped(step)} [label={title}{shape}{style}];")
    for edge in graph.edges:
        target = _escaped(edge.target or f"end: {_end_text(edge)}")
        lines.append(
            f"  {_escaped(edge.source)} -> {target} [label={_escaped(_label(edge))}];"
        )
    return "\n".join((*lines, "}")) + "\n"


def _escaped(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def outline(graph: StepGraph) -> str:
    """Return the steps as a numbered list with the ways out of each."""
    numbers = {step: number for number, step in enumerate(graph.steps, 1)}
    lines: list[str] = []
    for step, each in graph.steps.items():
        badge = "changes" if each.effect == "change" else "reads"
        kind = "asks" if each.question else badge if each.action else "manual"
        lines.append(f"{numbers[step]}. {each.title} [{kind}]")
        for edge in graph.leaving[step]:
            target = (
                f"{numbers[edge.target]}. {graph.steps[edge.target].title}"
                if edge.target
                else _end_text(edge)
            )
            lines.append(f"   {_label(edge) or 'then'} -> {target}")
    return "\n".join(lines) + "\n"
