"""The way to everything that is set up once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from core.context import Context, ForbiddenError
from core.i18n import Label, translator
from core.plugin.manifest import NavigationItem
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("settings", __name__)


@dataclass(frozen=True, slots=True)
class Tile:
    """One place of the settings."""

    title: Label
    text: Label
    url: str
    icon: str
    permission: tuple[str, str] = ("*", "admin")


@dataclass(frozen=True, slots=True)
class Group:
    """Places that belong together."""

    title: Label
    tiles: tuple[Tile, ...]


GROUPS = (
    Group(
        _("People"),
        (
            Tile(_("Users"), _("Who may sign in, and with which roles."), "/users", "users", ("core.user", "edit")),
            Tile(
                _("Departments"),
                _("How the company is divided, and who belongs where."),
                "/departments",
                "hierarchy",
                ("core.department", "edit"),
            ),
            Tile(
                _("Sales groups"),
                _("People of several departments who see the records that belong to their group."),
                "/departments?kind__eq=group",
                "users",
                ("core.department", "edit"),
            ),
            Tile(
                _("Roles"),
                _("What people may see, change, delete and export."),
                "/roles",
                "shield-lock",
                ("core.role", "edit"),
            ),
            Tile(
                _("Sign-in"),
                _("Whether everybody needs a second factor, and who has none yet."),
                "/settings/sign-in",
                "lock-access",
            ),
            Tile(_("API tokens"), _("Keys of everybody's programs, and revoking them."), "/settings/tokens", "plug"),
        ),
    ),
    Group(
        _("Records"),
        (
            Tile(
                _("Custom fields"),
                _("What your trade needs to know beside the built-in fields."),
                "/settings/fields",
                "forms",
            ),
            Tile(
                _("Owners and sharing"),
                _("Rules that decide who owns a record, who sees it, and when it goes back to the department."),
                "/settings/rules",
                "route-2",
            ),
            Tile(
                _("Texts of documents"),
                _("What stands in your contracts and other documents, in your own words."),
                "/settings/print-texts",
                "file-pencil",
            ),
            Tile(
                _("Approvals"),
                _("Who must agree, step by step, before a document counts as approved."),
                "/settings/approvals",
                "checkbox",
            ),
        ),
    ),
    Group(
        _("Catalogues"),
        (
            Tile(
                _("Automation"),
                _("When something happens, the system does the rest by itself."),
                "/settings/automations",
                "robot",
            ),
            Tile(
                _("Customer types"),
                _("Ways of sorting customers, such as by region or by trade."),
                "/customer-types",
                "category",
                ("core.customer_type", "see"),
            ),
            Tile(
                _("Customer groups"),
                _("The groups of each type, with their points."),
                "/customer-groups",
                "folders",
                ("core.customer_group", "see"),
            ),
            Tile(_("Tiers"), _("Ranks of customers, such as gold."), "/tiers", "stairs-up", ("core.tier", "see")),
            Tile(_("Sources"), _("Where customers come from."), "/sources", "route", ("core.source", "see")),
            Tile(_("Tags"), _("Words customers are marked with."), "/tags", "tags", ("core.tag", "see")),
        ),
    ),
    Group(
        _("Messages and other programs"),
        (
            Tile(
                _("Letterhead"),
                _("Name, logo, tax code and signatories on everything that is printed."),
                "/letterheads",
                "file-certificate",
                ("core.letterhead", "edit"),
            ),
            Tile(
                _("Message templates"),
                _("E-mails and short messages with fields that are filled in for each customer."),
                "/message-templates",
                "template",
                ("core.message_template", "see"),
            ),
            Tile(
                _("Webhooks"),
                _("Telling other programs what happens here, the moment it happens."),
                "/settings/webhooks",
                "webhook",
            ),
        ),
    ),
    Group(
        _("System"),
        (
            Tile(
                _("Modules"),
                _("Switch on what you need; nothing is lost when you switch it off."),
                "/settings/modules",
                "apps",
            ),
            Tile(
                _("Imports"),
                _("Files that were brought in, and taking them back."),
                "/imports",
                "table-import",
                ("core.customer", "import"),
            ),
            Tile(
                _("Audit"),
                _("Who signed in, exported, shared, deleted or changed a setting, and when."),
                "/settings/audit",
                "list-search",
            ),
            Tile(
                _("Purposes of contact"),
                _("What people are asked to agree to, and in which words."),
                "/consent-purposes",
                "target-arrow",
                ("core.consent_purpose", "create"),
            ),
            Tile(
                _("Files"),
                _("How large the files that people upload may be."),
                "/settings/files",
                "file-settings",
            ),
            Tile(
                _("How long data are kept"),
                _("What becomes of records that nothing happens to for months."),
                "/settings/retention",
                "calendar-x",
            ),
            Tile(_("Jobs"), _("What is being worked on, and what went wrong."), "/jobs", "activity"),
            Tile(_("Recycle bin"), _("Bring back what was deleted."), "/recycle", "trash", ("core.customer", "delete")),
        ),
    ),
)


def tiles(turn: Context) -> list[Group]:
    """The places this person may go to: core's, then those of each module."""
    plugins, entries = turn.hooks.registry.plugins, turn.hooks.navigation(turn)
    modules = [
        Group(one.manifest.title, tuple(_tiles_of(turn, name, entries)))
        for name, one in plugins.items()
        if name in turn.active and name != "core"
    ]
    covered = {f"/{turn.resource(name).path}" for item in entries for name in item.covers}
    found = [
        Group(group.title, tuple(one for one in group.tiles if one.url not in covered and turn.can(*one.permission)))
        for group in (*GROUPS, *modules)
    ]
    return [group for group in found if group.tiles]


def _tiles_of(turn: Context, plugin: str, entries: Iterable[NavigationItem]) -> Iterable[Tile]:
    """What a module has set up once: its pages of settings, and its entities that have no place in the menu."""
    for item in entries:
        if item.settings and item.plugin == plugin:
            yield Tile(item.title, item.text, item.url, item.icon, item.permission or ("*", "admin"))
    for one in turn.resources():
        if one.plugin == plugin and not one.navigation:
            yield Tile(one.plural, "", f"/{one.path}", one.icon, (one.name, "see"))


@blueprint.get("/settings")
def settings() -> Any:
    """The tiles; refused to those for whom there is none."""
    turn = context()
    groups = tiles(turn)
    if not groups:
        raise ForbiddenError("*", "admin")
    return render_template("settings.html", groups=groups)
