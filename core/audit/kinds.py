"""Sorts of lines that the audit can be narrowed to."""

from dataclasses import dataclass

import sqlalchemy as sa

from core.entity.tables import Change
from core.i18n import Text, translator

_ = translator("core")


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort: lines with one of the actions, and every audited line about one of the entities."""

    name: str
    title: Text
    actions: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        """As a condition on the log."""
        among = Change.action.in_(self.actions)
        return sa.or_(among, Change.entity.in_(self.entities)) if self.entities else among


KINDS = (
    Kind("sign_in", _("Signing in"), ("signed_in", "sign_in_failed")),
    Kind("export", _("Exports"), ("exported", "personal_exported")),
    Kind("import", _("Imports"), ("import_done", "import_undone")),
    Kind("share", _("Shares"), ("shared", "unshared")),
    Kind("transfer", _("Changes of owner"), ("transferred",)),
    Kind("merge", _("Merges"), ("merged", "unmerged")),
    Kind("deletion", _("Deletions"), ("deleted", "restored", "undone", "purged", "erased")),
    Kind("role", _("Roles"), entities=("core.role",)),
    Kind("people", _("Employees and departments"), ("password", "deactivated", "reactivated"), ("core.department",)),
    Kind("module", _("Modules"), ("module_on", "module_off")),
    Kind("token", _("API tokens"), ("token_made", "token_revoked")),
    Kind("feed", _("Calendar in other programs"), ("feed_made", "feed_revoked")),
    Kind(
        "second_factor",
        _("Second factor"),
        (
            "second_factor_on", "second_factor_off", "second_factor_reset", "second_factor_codes",
            "second_factor_required", "second_factor_optional",
        ),
    ),
    Kind("privacy", _("Privacy"), ("consent_given", "consent_withdrawn", "personal_exported", "erased", "held", "released")),
    Kind(
        "setting",
        _("Settings"),
        (
            "field_added", "field_changed", "field_retired", "field_revived", "retention_changed", "file_limit_changed",
            "settings_changed",
            "print_text_changed", "print_text_reset",
            "second_factor_required", "second_factor_optional", "rule_made", "rule_changed", "rule_on", "rule_off",
            "rule_deleted", "rules_ordered", "automation_made", "automation_changed", "automation_on", "automation_off",
            "automation_deleted", "automation_address", "automation_run_all",
            "webhook_made", "webhook_changed", "webhook_on", "webhook_off",
            "webhook_paused", "webhook_rotated", "webhook_deleted",
        ),
        ("core.consent_purpose",),
    ),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}
