"""The change log as people read it: fields by their titles, choices and links by theirs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from core.access.devices import browser_of
from core.db.prepared import Prepared, Question
from core.entity.entity import Entity, target_class
from core.entity.fields import Choice, Field
from core.entity.format import show
from core.entity.history import told
from core.entity.kinds import KINDS
from core.entity.line_history import lines_said, links_in
from core.entity.query import STANDARD
from core.entity.tables import Change
from core.entity.titles import titles
from core.i18n import Label, Text, translator
from core.plugin.manifest import TimelineItem
from core.standing import standing

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

ACTIONS: dict[str, tuple[Text, str]] = {
    "created": (_("created this"), "plus"),
    "changed": (_("changed this"), "pencil"),
    "checked_in": (_("checked in with a picture"), "camera"),
    "deleted": (_("moved this to the recycle bin"), "trash"),
    "restored": (_("restored this"), "restore"),
    "imported": (_("imported this"), "table-import"),
    "undone": (_("undid an import or a change"), "arrow-back-up"),
    "exported": (_("exported this"), "table-export"),
    "shared": (_("changed whom this is shared with"), "share"),
    "unshared": (_("took back a change of whom this is shared with"), "share-off"),
    "transferred": (_("changed the owner"), "user-share"),
    "merged": (_("merged records into one"), "arrow-merge"),
    "unmerged": (_("took a merge back"), "arrows-split"),
    "password": (_("set a new password"), "key"),
    "deactivated": (_("deactivated this person"), "lock"),
    "reactivated": (_("let this person sign in again"), "lock-open"),
    "second_factor_on": (_("switched on the second factor"), "shield-check"),
    "second_factor_off": (_("switched off the second factor"), "shield-off"),
    "second_factor_reset": (_("took away the second factor"), "shield-x"),
    "second_factor_codes": (_("made new recovery codes"), "refresh"),
    "second_factor_required": (_("demanded a second factor of everybody"), "shield-lock"),
    "second_factor_optional": (_("left the second factor to everybody's choice"), "shield"),
    "token_made": (_("made an API token"), "plug"),
    "token_revoked": (_("revoked an API token"), "plug-off"),
    "feed_made": (_("made a secret address for their calendar"), "calendar-share"),
    "feed_revoked": (_("revoked the secret address of their calendar"), "calendar-off"),
    "link_given": (_("sent a public link"), "link"),
    "link_revoked": (_("revoked a public link"), "link-off"),
    "link_opened": (_("opened the public link"), "eye"),
    "link_answered": (_("answered by the public link"), "writing-sign"),
    "purged": (_("removed this for good"), "trash-x"),
    "signed_in": (_("signed in"), "login"),
    "sign_in_failed": (_("could not sign in"), "lock-exclamation"),
    "module_on": (_("switched a module on"), "toggle-right"),
    "module_off": (_("switched a module off"), "toggle-left"),
    "import_done": (_("imported a file"), "table-import"),
    "import_undone": (_("took an import back"), "arrow-back-up"),
    "field_added": (_("added a field"), "forms"),
    "field_changed": (_("changed a field of the company's own"), "forms"),
    "field_retired": (_("took a field off all pages"), "forms"),
    "field_revived": (_("brought a field back"), "forms"),
    "consent_given": (_("wrote down a consent"), "circle-check"),
    "consent_withdrawn": (_("wrote down that a consent is withdrawn"), "circle-x"),
    "personal_exported": (_("made a copy of all personal data"), "file-zip"),
    "erased": (_("erased personal data"), "eraser"),
    "held": (_("put this under legal hold"), "gavel"),
    "released": (_("ended the legal hold"), "gavel"),
    "settings_changed": (_("changed the settings"), "settings"),
    "file_limit_changed": (_("changed how large files may be"), "file-settings"),
    "print_text_changed": (_("wrote the text of a document"), "file-pencil"),
    "print_text_reset": (_("went back to the given text of a document"), "arrow-back-up"),
    "retention_changed": (_("changed how long data are kept"), "calendar-x"),
    "rule_made": (_("made a rule"), "route"),
    "rule_changed": (_("changed a rule"), "route"),
    "rule_on": (_("switched a rule on"), "route"),
    "rule_off": (_("switched a rule off"), "route-off"),
    "webhook_made": (_("added a webhook"), "webhook"),
    "webhook_changed": (_("changed a webhook"), "webhook"),
    "webhook_on": (_("switched a webhook on"), "webhook"),
    "webhook_off": (_("switched a webhook off"), "webhook-off"),
    "webhook_paused": (_("paused a webhook that could not be reached"), "webhook-off"),
    "webhook_rotated": (_("made a new secret for a webhook"), "key"),
    "webhook_deleted": (_("deleted a webhook"), "webhook-off"),
    "rule_deleted": (_("deleted a rule"), "route-off"),
    "rules_ordered": (_("changed the order of rules"), "arrows-sort"),
    "automation_made": (_("made an automation"), "robot"),
    "automation_changed": (_("changed an automation"), "robot"),
    "automation_on": (_("switched an automation on"), "toggle-right"),
    "automation_off": (_("switched an automation off"), "toggle-left"),
    "automation_deleted": (_("deleted an automation"), "trash"),
    "automation_address": (_("made a new web address for an automation"), "link"),
    "automation_run_all": (_("let an automation run for all records"), "player-play"),
}
SOURCES: dict[str, Text] = {
    "api": _("through the API"),
    "import": _("by an import"),
    "job": _("by an automation"),
    "command": _("from the command line"),
    "automation": _("by an automation"),
    "public": _("by a page for everybody"),
}
_DEPARTMENTS = Field(title=_("Shared with"), name="with", kind=KINDS["links"], target="core_department")
LOGGED: dict[str, Field] = {
    "token": Field(title=_("API token"), name="token", kind=KINDS["text"]),
    "owner": STANDARD["owner"],
    "address": Field(title=_("Network address"), name="address", kind=KINDS["text"]),
    "agent": Field(title=_("Device"), name="agent", kind=KINDS["text"]),
    "email": Field(title=_("E-mail"), name="email", kind=KINDS["text"]),
    "settings": Field(title=_("Settings"), name="settings", kind=KINDS["text"]),
    "count": Field(title=_("Records"), name="count", kind=KINDS["integer"]),
    "file": Field(title=_("File"), name="file", kind=KINDS["text"]),
    "field": Field(title=_("Field"), name="field", kind=KINDS["text"]),
    "reason": Field(title=_("Reason"), name="reason", kind=KINDS["text"]),
    "until": Field(title=_("Until"), name="until", kind=KINDS["date"]),
    "consent": Field(title=_("Consent"), name="consent", kind=KINDS["text"]),
    "months": Field(title=_("Months"), name="months", kind=KINDS["integer"]),
    "active": Field(title=_("Switched on"), name="active", kind=KINDS["boolean"]),
    "deed": Field(
        title=_("Afterwards"),
        name="deed",
        kind=KINDS["choice"],
        choices=(Choice("recycle", _("Into the recycle bin")), Choice("erase", _("Erase personal data"))),
    ),
    "rule": Field(title=_("Rule"), name="rule", kind=KINDS["text"]),
    "with": Field(title=_("Shared with"), name="with", kind=KINDS["links"], target="core_user"),
    "mode": Field(
        title=_("Option"),
        name="mode",
        kind=KINDS["choice"],
        choices=(
            Choice("add", _("Add to the shares")),
            Choice("replace", _("Replace the shares")),
            Choice("remove", _("Remove the shares")),
        ),
    ),
}
"""What the log tells beside the fields of an entity."""
GONE: list[Any] = [None, None]
"""What is left of a value in the log after its person was erased."""
CHANGE = "change"
"""The kind of a timeline's items that are lines of the log."""
_FIRST = frozenset(("created", "imported"))
"""Actions whose values are the record as it began: the page shows what became of them."""


def history(context: "Context", record: Entity, limit: int, before: datetime | None = None) -> Iterator[TimelineItem]:
    """What the change log says of a record, newest first, at most ``limit`` lines from before a moment."""
    changes = changes_of(context, record, limit, before)
    if not changes:
        return
    resource = context.resource(type(record))
    fields = {
        **LOGGED,
        **_merges(context, resource.name),
        **context.fields(resource),
        **context.asleep(resource),
        **resource.lines,
    }
    fields |= resource.logged(context) if resource.logged else {}
    names = _titles(context, fields, changes)
    own = context.fields(resource)
    for change in changes:
        title, icon = ACTIONS.get(change.action, (change.action, "activity"))
        values = {} if change.action in _FIRST else told(context, resource, change.values)
        lines = list(_lines(context, fields, names, values))
        restored = {name for name, pair in values.items() if name in own and own[name].writable and pair != GONE}
        yield TimelineItem(
            at=change.at,
            who=change.user_name,
            title=title,
            icon=icon,
            text=SOURCES.get(change.source, ""),
            changes=tuple(said_of for _name, said_of in lines),
            line=change.id,
            kind=CHANGE,
            restores=tuple(name if name in restored else "" for name, _said in lines),
        )


def described(context: "Context", changes: Iterable[Change]) -> dict[UUID, tuple[tuple[Label, str, str], ...]]:
    """What lines of any entities say beside their action: field, old and new value. Of what began nothing."""
    found: dict[UUID, tuple[tuple[Label, str, str], ...]] = {}
    by_entity: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_entity[change.entity].append(change)
    for entity, some in by_entity.items():
        resource = context.hooks.registry.resources.get(entity)
        fields = dict(LOGGED)
        if resource is not None:
            fields |= {**_merges(context, resource.name), **context.fields(resource), **context.asleep(resource)}
            fields |= context.seen(resource).lines
            fields |= resource.logged(context) if resource.logged else {}
        names = _titles(context, fields, some)
        for change in some:
            values = {} if change.action in _FIRST else change.values
            found[change.id] = tuple(said_of for _name, said_of in _lines(context, fields, names, values))
    return found


@standing
def _merges(context: "Context", name: str) -> Mapping[str, Field]:
    """What the log tells of records that became one: they are of the record's own entity."""
    model = context.hooks.registry.resources[name].model
    return {
        "merged": Field(title=_("Merged"), name="merged", kind=KINDS["links"], target=model),
        "merged_into": Field(title=_("Merged into"), name="merged_into", kind=KINDS["link"], target=model),
    }


class Happened(NamedTuple):
    """A line of the log about one record."""

    id: UUID
    at: datetime
    user_name: str
    action: str
    source: str
    values: dict[str, list[Any]]


_LAST = Prepared(
    """
SELECT id, at, user_name, action, source, values FROM core_change
WHERE tenant_id = %(tenant)s AND record_id = %(record)s AND (%(before)s::timestamptz IS NULL OR at < %(before)s)
ORDER BY id DESC LIMIT %(limit)s
""",
    Happened._fields,
    passing=True,
)


def changes_of(context: "Context", record: Entity, limit: int, before: datetime | None = None) -> list[Happened]:
    """The last lines of the log about one record, the newest first."""
    return [Happened._make(row) for row in changes_asked(context, record.id, limit, before).answer(context.session)]


def changes_asked(context: "Context", record_id: UUID, limit: int, before: datetime | None = None) -> Question:
    """What :func:`changes_of` asks the database."""
    values = {"tenant": context.tenant, "record": record_id, "limit": limit, "before": before}
    return Question(_LAST, values)


def _titles(context: "Context", fields: dict[str, Field], changes: Iterable[Change | Happened]) -> dict[UUID, str]:
    """What the records are called that any of the lines mentions."""
    wanted: dict[type[Entity], set[UUID]] = defaultdict(set)
    for change in changes:
        if change.action in _FIRST:
            continue
        for name, pair in change.values.items():
            spec = fields.get(name)
            if spec is not None and spec.kind.name in {"link", "links"}:
                ids = [one for side in pair for one in _ids(side)]
                wanted[target_class(spec)].update(ids)
                if spec is LOGGED["with"]:
                    wanted[target_class(_DEPARTMENTS)].update(ids)
            elif spec is not None and spec.kind.name == "lines":
                for link, value in links_in(spec, pair):
                    wanted[target_class(link)].update(_ids(value))
    return titles(context, wanted)


def _ids(value: Any) -> list[UUID]:
    found: list[UUID] = []
    for one in value if isinstance(value, list) else [value]:
        try:
            found.append(UUID(one))
        except (ValueError, TypeError, AttributeError):
            continue
    return found


def _lines(
    context: "Context", fields: dict[str, Field], names: dict[UUID, str], values: dict[str, list[Any]]
) -> Iterator[tuple[str, tuple[Label, str, str]]]:
    """Each change with the name of its field; of the lines of a document one for each line."""
    for name, (old, new) in values.items():
        spec = fields.get(name)
        if spec is not None and spec.kind.name == "lines":
            changes = lines_said(spec, old, new, lambda one, value: said(context, one, names, value))
            yield from ((name, change) for change in changes)
        else:
            title = spec.title if spec else name
            yield name, (title, said(context, spec, names, old), said(context, spec, names, new))


def said(context: "Context", spec: Field | None, names: dict[UUID, str], value: Any) -> str:
    """A value of the log as text; one that no longer fits its field is shown as it was kept."""
    if value in (None, "", []):
        return ""
    if spec is None:
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if spec.kind.name in {"link", "links"}:
        return ", ".join(names.get(one) or "—" for one in _ids(value))
    if spec is LOGGED["agent"]:
        return str(browser_of(str(value)))
    try:
        return show(context, spec, value if isinstance(value, list | dict) else spec.kind.from_json(value)).text
    except (ValueError, TypeError, ArithmeticError):
        return str(value)
