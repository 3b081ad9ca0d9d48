"""Documents: the newest rules on reports, one section each; findings lead to their place in it."""

from contracts.rules.page import rules_page
from contracts.rules.ruleset import versions


def newest_rules_page() -> str:
    return rules_page(versions()[-1])
