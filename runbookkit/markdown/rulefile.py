"""Rule files of Prometheus and Loki: plain, or ``PrometheusRule`` resources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from runbookkit.markdown.frontmatter import node_span
from runbookkit.markdown.lines import split_lines
from runbookkit.markdown.nesting import MAX_DEPTH, nests_too_deep
from runbookkit.model.alertrule import AlertRule, RecordingRule, RuleFile
from runbookkit.model.document import ParseProblem
from runbookkit.model.span import Span

PROBLEM = "unreadable-rule-file"


def looks_like_rules(text: str) -> bool:
    """Tell cheaply whether a YAML file may hold rules."""
    return "groups:" in text and ("alert:" in text or "record:" in text)


def parse_rule_file(text: str, path: str) -> RuleFile:
    """Return the rules of a file, all documents of it; nothing raises."""
    lines = split_lines(text)
    reader = _Reader(lines)
    source = "\n".join(lines)
    try:
        if nests_too_deep(source):
            message = f"nests deeper than {MAX_DEPTH} levels, which no rule file does"
            reader.problems.append(ParseProblem(PROBLEM, message, Span(1, 1, 1, 1)))
            source = ""
        for node in yaml.compose_all(source, Loader=yaml.CSafeLoader):
            if node is not None:
                reader.document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = min(mark.line + 1, len(lines)) if mark else 1
        said = getattr(error, "problem", None) or "cannot be read"
        span = Span(line, 1, line, len(lines[line - 1]) + 1)
        reader.problems.append(ParseProblem(PROBLEM, f"not valid YAML: {said}", span))
    except (ValueError, RecursionError) as error:
        message = f"cannot be read: {error}"
        reader.problems.append(ParseProblem(PROBLEM, message, Span(1, 1, 1, 1)))
    language: Literal["promql", "logql"] = "logql" if _is_loki(reader) else "promql"
    return RuleFile(
        path,
        lines,
        language,
        tuple(reader.alerts),
        tuple(reader.recordings),
        tuple(reader.problems),
    )


def _is_loki(reader: _Reader) -> bool:
    """Loki's rules are told by their line filters and parsers, or by their kind."""
    if reader.kind == "LokiRule":
        return True
    marks = ("|=", "|~", "| json", "| logfmt", "count_over_time({", "rate({", "rate( {")
    texts = [*(a.expr for a in reader.alerts), *(r.expr for r in reader.recordings)]
    return bool(texts) and any(mark in text for text in texts for mark in marks)


@dataclass
class _Reader:
    lines: tuple[str, ...]
    kind: str = ""
    alerts: list[AlertRule] = field(default_factory=list)
    recordings: list[RecordingRule] = field(default_factory=list)
    problems: list[ParseProblem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def document(self, node: Any) -> None:
        """Read one YAML document, the items of a ``List`` included."""
        if not self._is_new(node):
            return
        fields = _fields(node)
        kind = fields.get("kind")
        self.kind = _text(kind) or self.kind
        for item in _items(fields.get("items")):
            self.document(item)
        spec = _fields(fields.get("spec"))
        for group in (*_items(fields.get("groups")), *_items(spec.get("groups"))):
            rules = _items(_fields(group).get("rules")) if self._is_new(group) else ()
            for rule in rules:
                if self._is_new(rule):
                    self._rule(_fields(rule), rule)

    def _is_new(self, node: Any) -> bool:
        """Tell whether a node is read for the first time: aliases may not multiply."""
        known = id(node) in self.seen
        self.seen.add(id(node))
        return not known

    def _rule(self, rule: dict[str, Any], node: Any) -> None:
        expr = _text(rule.get("expr"))
        if "record" in rule:
            span = node_span(rule["record"], self.lines, 1)
            self.recordings.append(RecordingRule(_text(rule["record"]), expr, span))
        elif "alert" in rule:
            places = {
                name: node_span(each, self.lines, 1) for name, each in rule.items()
            }
            for table in ("labels", "annotations"):
                for key, value in _fields(rule.get(table)).items():
                    places[f"{table}.{key}"] = node_span(value, self.lines, 1)
            self.alerts.append(
                AlertRule(
                    _text(rule["alert"]),
                    expr,
                    _text(rule.get("for")),
                    {k: _text(v) for k, v in _fields(rule.get("labels")).items()},
                    {k: _text(v) for k, v in _fields(rule.get("annotations")).items()},
                    places["alert"],
                    places,
                )
            )
        else:
            message = "a rule needs `alert:` or `record:`"
            span = node_span(node, self.lines, 1)
            self.problems.append(ParseProblem(PROBLEM, message, span))


def _fields(node: Any) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(getattr(key, "value", "")): value for key, value in node.value}


def _items(node: Any) -> Iterator[Any]:
    return iter(node.value if isinstance(node, yaml.SequenceNode) else ())


def _text(node: Any) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
