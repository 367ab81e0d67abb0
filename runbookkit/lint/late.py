"""Rules that few files need, by group.

They are loaded when a file needs them, which saves a run over ordinary markdown a
tenth of its time. A rule that is not listed is loaded at once; a test holds the
lists against the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runbookkit.lint.rule import Group


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LATE: Final[Mapping[Group, frozenset[str]]] = {
    ("runbook", "format"): _names(
        """
        change_without_rollback constant_expectation dead_branch dead_end
        drifting_name drifting_number drifting_unit drifting_window endless_cycle
        foreign_placeholder implicit_fall_through impossible_input
        input_without_source invalid_capture invalid_expectation invalid_metadata
        misplaced_option missing_branch missing_end missing_expectation
        missing_lead_line missing_metadata missing_owner missing_trigger
        misspelled_label nonstandard_section_name overlapping_conditions
        query_without_window rollback_not_runnable section_without_step
        several_actions shadowed_name stale_review step_without_action
        unbounded_query undeclared_tool unknown_section unknown_target
        unmarked_change unquotable_value unreachable_step unreadable_branch
        unreadable_lead_line unreadable_placeholder unused_capture unused_input
        unverified_change vague_change value_read_as_pattern
        """
    ),
    ("runbook", "template"): _names(
        """
        change_in_diagnosis duplicate_step empty_section mismatched_title
        missing_section missing_title repeated_section section_out_of_order
        """
    ),
    ("postmortem", "format"): _names(
        """
        blaming_wording empty_postmortem_section event_outside_incident
        event_without_source hindsight_wording impossible_times
        incomplete_action_item invalid_postmortem_metadata leftover_text
        missing_postmortem_metadata missing_postmortem_section missing_table
        named_person no_action_item overdue_action_item
        postmortem_section_out_of_order unknown_action_kind
        unknown_severity_or_status unordered_timeline unreadable_time
        untracked_action_item
        """
    ),
    ("rules", "nothing"): _names(
        """
        duplicate_alert invalid_rule_expression unreadable_rule_file
        """
    ),
}
"""The names of their modules."""
