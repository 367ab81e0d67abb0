"""PM201."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.markdown.postmortem import columns_of, table_in
from runbookkit.model.postmortem import Postmortem
from runbookkit.model.span import Span


@postmortem_rule("PM201", level="error", since="0.1.0")
def missing_table(postmortem: Postmortem, context: Context) -> Found:
    """A section has no table, or one without the columns that it needs.

    ## Why is this bad?

    Times that stand in sentences cannot be put in order or held against the
    alerts, and action items in a list have no owner and no date.

    Columns may stand in any order, in upper or lower case, with a remark in
    brackets (`Time (UTC)`), and there may be more of them. A timeline has rows;
    whether there is something to do, PM303 asks.

    ## Bad

    ````markdown
    ## Timeline

    At 14:02 the release went out, at 14:31 it was rolled back.
    ````

    ## Good

    ````markdown
    ## Timeline

    | Time | Event | Source |
    |---|---|---|
    | 2026-10-06T14:02:00Z | Release 2026.40 goes live | deploy pipeline, run 881 |
    | 2026-10-06T14:31:00Z | The release is rolled back | deploy pipeline, run 882 |
    ````
    """
    for section in postmortem.sections:
        known = context.template.section(section.title)
        if known is None or not known.columns:
            continue
        table = table_in(section, known)
        if table is None:
            columns = ", ".join(known.columns)
            yield Problem(
                section.span,
                f"section {section.title!r} has no table; add one with the columns"
                f" {columns}",
            )
            continue
        missing = [name for name in known.columns if name not in columns_of(table)]
        head = table.header[0].span
        last = table.header[-1].span
        row = Span(head.line, head.column, last.end_line, last.end_column)
        if missing:
            some = "columns" if len(missing) > 1 else "column"
            names = ", ".join(map(repr, missing))
            yield Problem(
                row,
                f"the table of {section.title!r} lacks the {some} {names}; add it"
                if len(missing) == 1
                else f"the table of {section.title!r} lacks the {some} {names}; add them",
            )
        elif "time" in known.columns and not table.rows:
            yield Problem(
                row, f"the table of {section.title!r} has no rows; add what happened"
            )
