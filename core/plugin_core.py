"""Core as a plugin: customers, people and history go through the same hooks as every trade."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core import API, expiry
from core.access import consistency, password_links
from core.access import entities as people
from core.access import request_models as _request_models
from core.access import shares as _share_models
from core.access import sign_in_models as _sign_in_models
from core.access.actions import access_actions
from core.access.roles import furnish
from core.activities import demo as demo_activities
from core.activities import entities as activities
from core.activities import repeating
from core.activities.timeline import activities_of
from core.api import models as _api_models
from core.approvals import models as _approval_models
from core.approvals.actions import approval_actions
from core.automation import actions as automatic
from core.automation import calls as calling
from core.automation import messages as reaching
from core.automation import models as _automation_models
from core.automation import work as automations
from core.automation.contract import MessageChannel, WorkflowAction
from core.bulk import models as _bulk_models
from core.bulk import shares as united_shares
from core.bulk import work as bulk
from core.calendar import models as _calendar_models
from core.context import Context
from core.customers import entities as customers
from core.customers.actions import customer_actions, customer_bulk_actions
from core.customers.cards import customer_cards
from core.customers.contacts import forget_main_contact
from core.customers.demo import load as load_demo
from core.entity import identity as _identity_models
from core.entity import tables as _entity_tables
from core.entity import visits as _visit_models
from core.entity.entity import Entity, Resource
from core.entity.timeline import CHANGE, history
from core.files import cleaning
from core.files import models as _file_models
from core.files.service import refuse_programs
from core.i18n import Text, translator
from core.jobs import housekeeping
from core.jobs import models as _job_models
from core.mail import outbox
from core.mailbox import entities as emails
from core.mailbox import erasing as emails_erased
from core.mailbox import notices as email_notices
from core.mailbox import receiving as emails_in
from core.mailbox import sending as emails_out
from core.mailbox.actions import email_actions
from core.messages import models as messages
from core.notifications import digest, following, letters
from core.notifications import models as _notification_models
from core.notifications.kinds import own_kinds
from core.plugin import models as _plugin_models
from core.plugin.manifest import (
    BulkAction,
    Bundle,
    Card,
    Handler,
    Manifest,
    NavigationItem,
    NotificationKind,
    PersonalData,
    RecordAction,
    Schedule,
    TimelineItem,
    TransferOption,
)
from core.printing import letterhead as letterheads
from core.printing import models as _print_models
from core.printing.actions import print_actions, print_many
from core.printing.contract import PaymentDetails
from core.privacy import models as _privacy_models
from core.privacy import purposes
from core.privacy import work as privacy
from core.privacy.consent import follow_merge, follow_unmerge
from core.privacy.models import ConsentPurpose
from core.privacy.sections import own_sections
from core.privacy.traces import forget
from core.public import models as _public_models
from core.public import sending as public_links
from core.public.actions import public_actions
from core.reminders import models as _reminder_models
from core.reminders import ringing
from core.reminders.actions import reminder_actions
from core.reports import models as _report_models
from core.reports import sending as reports_sent
from core.reports.definition import ReportPreset
from core.reports.presets import own_presets
from core.rules import models as _rule_models
from core.rules import recall
from core.rules.along import along_with_customers
from core.rules.notices import recall_cards
from core.sheets import models as _sheet_models
from core.sheets import work as sheets
from core.tours import Tour, first_look
from core.vendor import models as _vendor_models
from core.webhooks import models as _webhook_models
from core.webhooks import sending as webhooks
from hooks import hookimpl

_ = translator("core")

TABLES = (
    _bulk_models, _api_models, _approval_models, _automation_models, _calendar_models, _entity_tables, _file_models, _identity_models, _job_models, _notification_models,
    _plugin_models, _print_models, _privacy_models, _public_models, _reminder_models, _report_models, _request_models, _rule_models, _share_models, _sheet_models,
    _sign_in_models, _vendor_models, _visit_models, _webhook_models,
)  # fmt: skip
"""Modules that only hold tables."""

MANIFEST = Manifest(
    name="core",
    title=_("Customers"),
    version="0.1.0",
    api=f"=={API}",
    summary=_("Customers, contacts and the people who look after them."),
    icon="users",
    weight=0,
)


@hookimpl
def entities() -> Iterable[Resource]:
    """Customers first; people and catalogues are reached from the settings."""
    return [
        *customers.entities(),
        *activities.entities(),
        *emails.entities(),
        *people.entities(),
        *messages.entities(),
        *letterheads.entities(),
        Resource(
            model=ConsentPurpose,
            owned=False,
            title=_("Purpose of contact"),
            plural=_("Purposes of contact"),
            icon="target-arrow",
            navigation=False,
        ),
    ]


@hookimpl
def bundles() -> Iterable[Bundle]:
    """The smallest thing a vendor can sell."""
    return [Bundle(name="starter", title=_("Customers only"), plugins=("core",), icon="users", weight=0)]


@hookimpl
def handlers() -> Iterable[Handler]:
    """What core does in the background."""
    return [
        *housekeeping.handlers(),
        *expiry.handlers(),
        *consistency.handlers(),
        *cleaning.handlers(),
        *public_links.handlers(),
        *recall.handlers(),
        *sheets.handlers(),
        *bulk.handlers(),
        *privacy.handlers(),
        *outbox.handlers(),
        *webhooks.handlers(),
        *emails_out.handlers(),
        *emails_in.handlers(),
        *password_links.handlers(),
        *letters.handlers(),
        *digest.handlers(),
        *ringing.handlers(),
        *automations.handlers(),
        *repeating.handlers(),
        *reports_sent.handlers(),
    ]


@hookimpl
def schedules() -> Iterable[Schedule]:
    """What core does by the clock."""
    return [
        *housekeeping.schedules(),
        *expiry.schedules(),
        *consistency.schedules(),
        *cleaning.schedules(),
        *recall.schedules(),
        *sheets.schedules(),
        *bulk.schedules(),
        *privacy.schedules(),
        *digest.schedules(),
        *emails_in.schedules(),
        *automations.schedules(),
        *repeating.schedules(),
        *reports_sent.schedules(),
    ]


@hookimpl
def notification_kinds() -> Iterable[NotificationKind]:
    """Reminders, work, mentions, requests, automation."""
    return [*own_kinds(), *email_notices.notification_kinds()]


@hookimpl
def merged(context: Context, entity: str, keep: UUID, losers: Sequence[UUID]) -> Any:
    """Whoever saw one of the records sees the one that is left; what was agreed to, told and planned is one, too."""
    shares = united_shares.unite(context, entity, keep, losers)
    consents, told = follow_merge(context, entity, keep, losers), following.follow_merge(context, keep, losers)
    return {"shares": shares, "consents": consents, "told": told}


@hookimpl
def unmerged(context: Context, entity: str, keep: UUID, kept: Any) -> Iterable[str]:
    """The survivor's shares and consents as they were."""
    follow_unmerge(context, kept["consents"])
    following.follow_unmerge(context, kept.get("told", {}))
    return united_shares.divide(context, entity, keep, kept["shares"])


@hookimpl
def personal_data(context: Context, entity: str, ids: Sequence[UUID]) -> Iterable[PersonalData]:
    """What was agreed to, and the change log."""
    return own_sections(context, entity, ids)


@hookimpl
def file_check(media_type: str) -> Text | None:
    """Programs are not taken."""
    return refuse_programs(media_type)


@hookimpl
def erased(context: Context, entity: str, ids: Sequence[UUID]) -> None:
    """Everything beside the records that repeats what they held."""
    forget(context, entity, ids)
    following.forget_told(context, ids)
    emails_erased.forget(context, entity, ids)
    if entity == "core.contact":
        forget_main_contact(context, ids)


@hookimpl
def module_on(context: Context) -> None:
    """A new company begins with roles, sources and what people are contacted for."""
    furnish(context)
    purposes.furnish(context)


@hookimpl
def demo(context: Context) -> None:
    """Customers and their contacts, and a month of work for them."""
    load_demo(context)
    demo_activities.load(context)


@hookimpl
def transfer_options(entity: str) -> Iterable[TransferOption]:
    """What hangs on a customer goes along with them."""
    return along_with_customers(entity)


@hookimpl
def workflow_actions() -> Iterable[WorkflowAction]:
    """What can be done with records, writing to people, and calling other programs."""
    return [*automatic.record_actions(), *reaching.message_actions(), *calling.call_actions()]


@hookimpl
def message_channels() -> Iterable[MessageChannel]:
    """E-mail: the rest is plugins'."""
    return [reaching.email()]


@hookimpl
def report_presets(context: Context) -> Iterable[ReportPreset]:
    """Customers, and the work done for them."""
    return own_presets(context)


@hookimpl
def tours() -> Iterable[Tour]:
    """Where things are."""
    return [first_look()]


@hookimpl
def navigation() -> Iterable[NavigationItem]:
    """The calendar beside the work it shows, and one entry to everything that is set rather than done."""
    return [
        NavigationItem(
            name="calendar", title=_("Calendar"), url="/calendar", icon="calendar", group=_("Work"), weight=30
        ),
        NavigationItem(
            name="given",
            title=_("Work given to others"),
            url="/work/given",
            icon="user-share",
            group=_("Work"),
            weight=31,
        ),
        NavigationItem(
            name="work_report", title=_("Work report"), url="/work/report", icon="chart-bar", group=_("Work"), weight=32
        ),
        NavigationItem(
            name="reports", title=_("Reports"), url="/reports", icon="report-analytics", group=_("Work"), weight=33
        ),
        NavigationItem(name="settings", title=_("Settings"), url="/settings", icon="settings", weight=90),
    ]


@hookimpl
def cards(context: Context) -> Iterable[Card]:
    """The customers at a glance."""
    return [*customer_cards(context), *recall_cards(context)]


@hookimpl
def timeline(
    context: Context, record: Entity, limit: int, before: datetime | None, kind: str
) -> Iterable[TimelineItem]:
    """The activities and the change log."""
    changes = history(context, record, limit, before) if kind in {"", CHANGE} else ()
    return [*activities_of(context, record, limit, before, kind), *changes]


@hookimpl
def bulk_actions(context: Context, entity: str) -> Iterable[BulkAction]:
    """Customers move between groups; what has prints is printed."""
    return [*customer_bulk_actions(context, entity), *print_many(context, entity)]


@hookimpl
def payment_details(context: Context, amount: Decimal) -> Iterable[PaymentDetails]:
    """The account that the letterhead names."""
    return letterheads.payment_of(context, amount)


@hookimpl
def record_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """A person's password and a role's permissions are set by an administrator; approval is requested where needed."""
    return [
        *access_actions(context, record),
        *customer_actions(context, record),
        *email_actions(context, record),
        *reminder_actions(context, record),
        *approval_actions(context, record),
        *print_actions(context, record),
        *public_actions(context, record),
    ]
