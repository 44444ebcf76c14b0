"""What a plugin may use. With ``hooks`` and the ``api`` of plugins it requires, this is all of it.

Names here keep their meaning within a major version of the plugin API; anything else in ``core`` may change.
"""

from sqlalchemy.orm import Mapped

from core.access.models import User
from core.access.organisation import Department, staff
from core.access.visibility import visible
from core.activities.following import first_answers, move_activities
from core.activities.models import Call, Meeting, Transaction, TransactionType
from core.approvals.holding import needs_approval
from core.approvals.service import approve_or_ask
from core.automation.contract import Message, MessageChannel, Outcome, Setting, Task, WorkflowAction
from core.bulk.parts import title_column
from core.bulk.sharing_along import shared_along
from core.context import Context, ForbiddenError
from core.customers.models import Contact, Customer, CustomerGroup, Source, Tier
from core.db import bulk
from core.db.base import TenantRow, reference
from core.entity.asks import Ask
from core.entity.colors import COLORS
from core.entity.converting import convert, handed_down, lines_as, made_of
from core.entity.documents import Approval, Payable
from core.entity.duplicates import Match, duplicates
from core.entity.entity import Aspect, Entity, Event, ListView, Resource, title_field
from core.entity.errors import InvalidError, MissingError, StaleError
from core.entity.extension import Extension
from core.entity.fields import TODAY, Choice, choice, computed, field, lines, link, links, number
from core.entity.filters import folded
from core.entity.format import money, show_day
from core.entity.format import number as show_number
from core.entity.history import note_settings
from core.entity.identity import PARTY
from core.entity.kinds import Address, AnyRecord, Email, Emails, File, Image, LongText, Money, Percent, Phone, Phones
from core.entity.line import Line
from core.entity.payables import payables
from core.entity.query import Page, Query, count, matching, read_all, read_page
from core.entity.sections import Section
from core.entity.service import create, create_many, delete, derive_each, get, restore, update, update_each, update_many
from core.entity.values import is_changed
from core.i18n import Label, ProperName, Text, translator
from core.jobs.queue import enqueue
from core.jobs.service import JobView, get_job
from core.jobs.work import Cancelled, NotSentError, OutcomeUnknownError, Work
from core.mail.outbox import send_mail
from core.money import rounded, spread
from core.notifications.service import notify
from core.parse import money as read_money
from core.parse import phone as read_phone
from core.places import provinces
from core.plugin.manifest import (
    BulkAction,
    Bundle,
    Card,
    CardItem,
    Handler,
    Manifest,
    NavigationItem,
    Notice,
    NotificationKind,
    Passed,
    PersonalData,
    Picture,
    RecordAction,
    Schedule,
    TimelineItem,
    TransferOption,
)
from core.printing.contract import PaymentDetails, Print
from core.privacy.channels import do_not_contact
from core.privacy.contactable import contact_refusals, may_contact
from core.public.contract import PublicAction, PublicAnswer, PublicChoice, PublicPage
from core.reminders.service import forget as forget_reminders
from core.reminders.service import remind
from core.reports.definition import Definition as ReportDefinition
from core.reports.definition import ReportPreset
from core.reports.periods import Days
from core.rules.handing_out import hand_out
from core.text import unaccented
from core.tours import Tour, TourStep
from core.words import amount_in_words

__all__ = [
    "COLORS",
    "PARTY",
    "TODAY",
    "Address",
    "AnyRecord",
    "Approval",
    "Ask",
    "Aspect",
    "BulkAction",
    "Bundle",
    "Call",
    "Cancelled",
    "Card",
    "CardItem",
    "Choice",
    "Contact",
    "Context",
    "Customer",
    "CustomerGroup",
    "Days",
    "Department",
    "Email",
    "Emails",
    "Entity",
    "Event",
    "Extension",
    "File",
    "ForbiddenError",
    "Handler",
    "Image",
    "InvalidError",
    "JobView",
    "Label",
    "Line",
    "ListView",
    "LongText",
    "Manifest",
    "Mapped",
    "Match",
    "Meeting",
    "Message",
    "MessageChannel",
    "MissingError",
    "Money",
    "NavigationItem",
    "NotSentError",
    "Notice",
    "NotificationKind",
    "Outcome",
    "OutcomeUnknownError",
    "Page",
    "Passed",
    "Payable",
    "PaymentDetails",
    "Percent",
    "PersonalData",
    "Phone",
    "Phones",
    "Picture",
    "Print",
    "ProperName",
    "PublicAction",
    "PublicAnswer",
    "PublicChoice",
    "PublicPage",
    "Query",
    "RecordAction",
    "ReportDefinition",
    "ReportPreset",
    "Resource",
    "Schedule",
    "Section",
    "Setting",
    "Source",
    "StaleError",
    "Task",
    "TenantRow",
    "Text",
    "Tier",
    "TimelineItem",
    "Tour",
    "TourStep",
    "Transaction",
    "TransactionType",
    "TransferOption",
    "User",
    "Work",
    "WorkflowAction",
    "amount_in_words",
    "approve_or_ask",
    "bulk",
    "choice",
    "computed",
    "contact_refusals",
    "convert",
    "count",
    "create",
    "create_many",
    "delete",
    "derive_each",
    "do_not_contact",
    "duplicates",
    "enqueue",
    "field",
    "first_answers",
    "folded",
    "forget_reminders",
    "get",
    "get_job",
    "hand_out",
    "handed_down",
    "is_changed",
    "lines",
    "lines_as",
    "link",
    "links",
    "made_of",
    "matching",
    "may_contact",
    "money",
    "move_activities",
    "needs_approval",
    "note_settings",
    "notify",
    "number",
    "payables",
    "provinces",
    "read_all",
    "read_money",
    "read_page",
    "read_phone",
    "reference",
    "remind",
    "restore",
    "rounded",
    "send_mail",
    "shared_along",
    "show_day",
    "show_number",
    "spread",
    "staff",
    "title_column",
    "title_field",
    "translator",
    "unaccented",
    "update",
    "update_each",
    "update_many",
    "visible",
]
