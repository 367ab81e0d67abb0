from __future__ import annotations

import pytest

from runbookkit.queries.go_templates import template_fault


@pytest.mark.parametrize(
    "template",
    [
        "",
        "no action }}",
        "{{.status}} {{ .path | ToUpper | trunc 5 }}",
        '{{ if eq .level "error" }}!{{ else }}.{{ end }}',
        '{{ range $i, $x := fromJson .items }}{{ $x.name }}{{ end }}{{ "}}" }}',
        "{{/* nothing( */}}{{- __line__ -}}",
        "{{ with .a }}{{ . }}{{ end }}",
    ],
)
def test_takes_what_loki_takes(template: str) -> None:
    assert template_fault(template) == ""


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{.status", "never closed"),
        ("{{ .status | toupper }}", "did you mean `ToUpper`"),
        ("{{ status }}", "a label is `.status`"),
        ("{{ if .a }}x", "lacks its `{{end}}`"),
        ("{{ end }}", "closes nothing"),
    ],
)
def test_says_what_loki_refuses(template: str, message: str) -> None:
    assert message in template_fault(template)
