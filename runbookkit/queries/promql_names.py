"""Which names PromQL knows since when, and which only a feature flag unlocks."""

from __future__ import annotations

from typing import Final, NamedTuple

from runbookkit.queries.versions import at_least

_FUNCTIONS: Final = """
abs absent absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes
clamp clamp_max clamp_min cos cosh count_over_time day_of_month day_of_week day_of_year
days_in_month deg delta deriv exp first_over_time floor histogram_avg histogram_count
histogram_fraction histogram_quantile histogram_stddev histogram_stdvar histogram_sum
hour idelta increase irate label_join label_replace last_over_time ln log10 log2
max_over_time min_over_time minute month pi predict_linear present_over_time
quantile_over_time rad rate resets round scalar sgn sin sinh sort sort_desc sqrt
stddev_over_time stdvar_over_time sum_over_time tan tanh time timestamp vector year
"""
AGGREGATIONS: Final = frozenset(
    (
        *("sum", "avg", "count", "min", "max", "group", "stddev", "stdvar"),
        *("topk", "bottomk", "count_values", "quantile", "limitk", "limit_ratio"),
    )
)
PARAMETRIC: Final = frozenset(
    ("topk", "bottomk", "count_values", "quantile", "limitk", "limit_ratio")
)
KEYWORDS: Final = frozenset(
    (
        *("and", "or", "unless", "atan2", "offset", "by", "without", "on"),
        *("ignoring", "group_left", "group_right", "bool"),
    )
)
_FLAGGED: Final = """
double_exponential_smoothing histogram_quantiles info mad_over_time max_of min_of
sort_by_label sort_by_label_desc start_timestamp ts_of_first_over_time
ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time limitk limit_ratio
start end step range
"""
_FLAG: Final = "--enable-feature=promql-experimental-functions"


class _Change(NamedTuple):
    major: int
    minor: int


_SINCE: Final = {
    "histogram_stddev": _Change(2, 47),
    "histogram_stdvar": _Change(2, 47),
    "histogram_avg": _Change(2, 51),
    "first_over_time": _Change(3, 14),
}


def function_problem(name: str, version: str) -> str:
    """Return why a server of this version does not run a function.

    >>> function_problem("holt_winters", "3.1")
    'Prometheus 3 has no `holt_winters`; it is called `double_exponential_smoothing`, \
behind a feature flag'
    """
    if name == "holt_winters":
        if not at_least(version, 3):
            return ""
        return (
            "Prometheus 3 has no `holt_winters`; "
            "it is called `double_exponential_smoothing`, behind a feature flag"
        )
    if name in _FLAGGED.split():
        return (
            f"`{name}` is experimental: a server refuses it unless it was started "
            f"with `{_FLAG}`"
        )
    since = _SINCE.get(name)
    if since and not at_least(version, *since):
        return f"`{name}` is known since Prometheus {since.major}.{since.minor}"
    if name in _FUNCTIONS.split() or name.lower() in AGGREGATIONS:
        return ""
    return unknown_function(name)


def unknown_function(name: str) -> str:
    """Return that there is no such function, and which one may be meant."""
    known = [*_FUNCTIONS.split(), *sorted(AGGREGATIONS)]
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), known, n=1)
    advice = f"; did you mean `{near[0]}`?" if near else ""
    return f"PromQL has no function `{name}`{advice}"
