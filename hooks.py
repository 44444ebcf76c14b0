"""The contract between Ghép and its plugins: every hook, when it is called and what it may answer.

A plugin is a package with a ``MANIFEST`` and functions marked ``@hookimpl``, announced by an entry point of the
group ``ghep.plugins``. Core is one too: everything below is used by core itself first.

Rules for all of them:

* Each hook returns *data*: objects of ``core.sdk``, made fresh or constant. What is passed in is not altered.
* An implementation names only the arguments it wants.
* Hooks of the first group are called once, when the process starts, before any company is known.
  The others are called for one company, with its :class:`core.sdk.Context`, and only for plugins that the
  company has switched on; they run in the request's transaction and must not commit.
* A plugin that raises does not break the page: its contribution is left out, the error is recorded, and one
  that keeps failing is quarantined.
* Answers are sorted by core first, then ``weight``, then plugin and name; two of one name are an error.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path
    from uuid import UUID

    from flask import Blueprint

    from core.sdk import (
        BulkAction,
        Bundle,
        Card,
        Context,
        Entity,
        Extension,
        Handler,
        MessageChannel,
        NavigationItem,
        Notice,
        NotificationKind,
        PaymentDetails,
        PersonalData,
        RecordAction,
        ReportPreset,
        Resource,
        Schedule,
        Text,
        TimelineItem,
        Tour,
        TransferOption,
        WorkflowAction,
    )

PROJECT = "ghep"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


# --- when the process starts -----------------------------------------------------------------------------------


@hookspec
def entities() -> "Iterable[Resource]":
    """The plugin's entities. Their tables must begin with the plugin's name and an underscore.

    Used by: core (customer, contact, …) and every vertical.
    """
    raise NotImplementedError


@hookspec
def extensions() -> "Iterable[type[Extension]]":
    """Fields the plugin keeps beside the records of another entity, such as the score of a customer.

    Lists, filters, exports, reports and the API have them among the entity's own while the plugin is on. What they are
    follows from something else, so nobody sets them: the plugin writes their rows, in sets.

    Used by: ``plugins.scoring`` (the score of a customer).
    """
    raise NotImplementedError


@hookspec
def handlers() -> "Iterable[Handler]":
    """Work the plugin does when something happens: a topic and the function that does it.

    A topic is an event of an entity (``kennel.stay.collected``) or a job the plugin enqueues itself. The function
    runs in a worker, in a transaction of its own; what it writes and the mark *done* are committed together.

    Used by: core (import, undo, export, purge), ``examples/kennel``.
    """
    raise NotImplementedError


@hookspec
def schedules() -> "Iterable[Schedule]":
    """Work that recurs for every company that has the plugin switched on: a name, a topic and a period.

    Used by: core (clears what is expired).
    """
    raise NotImplementedError


@hookspec
def blueprints() -> "Iterable[Blueprint]":
    """Pages of the plugin's own, as Flask blueprints; they are mounted below the plugin's name.

    Whoever gets there is signed in and their company has the plugin switched on; everybody else is answered as
    everywhere. Each view asks for the right it needs (``core.sdk_web.context().require``), or is marked
    ``core.sdk_web.public``. The request's transaction is committed for it.

    Used by: ``examples/kennel`` (the front desk's day).
    """
    raise NotImplementedError


@hookspec
def bundles() -> "Iterable[Bundle]":
    """What a vendor sells together: modules, and the demo data and settings that go with them.

    Used by: core (``starter``), ``examples/kennel``.
    """
    raise NotImplementedError


@hookspec
def notification_kinds() -> "Iterable[NotificationKind]":
    """News the plugin tells people by :func:`core.sdk.notify`: each person chooses bell, e-mail, both or neither.

    Begin a kind's name with the plugin's. It stands on the page of everybody's own settings while the plugin is on.

    Used by: core (reminders, work given to somebody, mentions, requests for access, automation).
    """
    raise NotImplementedError


# --- for one company -------------------------------------------------------------------------------------------


@hookspec
def module_on(context: "Context") -> None:
    """The company switched the plugin on: make what it needs to begin with.

    Called in the transaction of the switch, the first time and every time after; look before you make.

    Used by: core (roles and sources of a new company).
    """
    raise NotImplementedError


@hookspec
def demo(context: "Context") -> None:
    """Fill the company with data that looks like a month of its trade. Called once, on demand.

    Used by: core (customers and contacts).
    """
    raise NotImplementedError


@hookspec
def merged(context: "Context", entity: str, keep: "UUID", losers: "Sequence[UUID]") -> Any:
    """Records of an entity became one: bring together what the plugin knows of the losers and of the one that is kept.

    Called in the transaction of the merge, before core lets every declared link and every foreign key that points at
    the losers point at ``keep``: that needs no hook. What does: balances to be added up, and rows of which a record
    has only one. The answer, as JSON knows it, is kept for :func:`unmerged`; an error stops the merge.

    Used by: core (the shares of a customer).
    """
    raise NotImplementedError


@hookspec
def unmerged(context: "Context", entity: str, keep: "UUID", losers: "Sequence[UUID]", kept: Any) -> "Iterable[str]":
    """A merge is taken back, within thirty days: do the opposite, with what :func:`merged` answered as ``kept``.

    Links and foreign keys point at the losers again where nobody changed them since. The answer names, in words for
    people, what was changed since and therefore stays as it is.

    Used by: core (the shares of a customer).
    """
    raise NotImplementedError


@hookspec
def personal_data(context: "Context", entity: str, ids: "Sequence[UUID]") -> "Iterable[PersonalData]":
    """What the plugin keeps about a person, for the copy that is handed to them.

    ``ids`` are the record the person is known by, and those that were merged into it. Records with a declared link to
    it are in the copy without a hook, with all their fields and files; so this is for tables of other kinds. Whatever
    the person is entitled to know, and nothing about others. An error stops the copy: half of one would be a lie.

    Used by: core (consents, the change log).
    """
    raise NotImplementedError


@hookspec
def erased(context: "Context", entity: str, ids: "Sequence[UUID]") -> None:
    """A person is erased: forget what the plugin keeps about them beside records.

    Called in the transaction of the erasure, before core empties the personal fields (``field(personal=True)``, and
    by their kind telephones, e-mails, addresses, pictures, files) of the record, of what is part of it and of
    what links to it, in the change log too. What must stay for the books stays: links go on pointing at a record
    without a name. Raise :class:`core.sdk.InvalidError` to refuse, with the law that says so.

    Used by: core (jobs, imports, bulk operations that could be undone).
    """
    raise NotImplementedError


@hookspec
def transfer_options(context: "Context", entity: str) -> "Iterable[TransferOption]":
    """What may go along when records of an entity get new owners: a tick box of the dialog, an ``options`` of the API.

    What is ticked runs in the transaction of the transfer, part by part of a large one, after the owners changed; what
    it answers for each record is kept, and given to its ``undo`` when the transfer is taken back within thirty days.
    An error stops the transfer. Each box is independent of the others.

    Used by: core (contacts and bank accounts of a customer that belonged to the old owner).
    """
    raise NotImplementedError


@hookspec
def paid(context: "Context", entity: str, amounts: "Mapping[UUID, Decimal]") -> None:
    """What is paid now of records of an entity that is ``Resource(payable=…)``: keep their state in step.

    Called in the transaction of the voucher, with the sum of all that is received for each (or paid out), less what
    was given back; also when that becomes less. The records are locked. An error stops the voucher.

    Called by: ``plugins.cash``, by ``context.hooks.paid``. Used by: ``plugins.cash`` (the owner hears of it).
    """
    raise NotImplementedError


@hookspec
def workflow_actions(context: "Context") -> "Iterable[WorkflowAction]":
    """What automations can do beside what they always can: set fields, create a record, assign, send a message.

    An action is done for a set of tasks at a time, in a transaction, as the automation and not as a person; what it
    writes and that it was done are committed together, so it happens once for each. Effects outside the database are
    jobs it asks for (:func:`core.sdk.enqueue`, with the task's ``key`` as ``dedupe_key``). While the plugin is off,
    automations that use its actions sleep.

    Used by: core (set fields, create a record, assign, send a message), ``examples/kennel``.
    """
    raise NotImplementedError


@hookspec
def message_channels(context: "Context") -> "Iterable[MessageChannel]":
    """Ways to reach people, for automations and for whatever else sends: e-mail, SMS, Zalo.

    Whether somebody may be contacted is asked before, by the channel's own name in consents and in “do not contact”.

    Used by: core (e-mail), ``examples/kennel``.
    """
    raise NotImplementedError


@hookspec
def file_check(context: "Context", name: str, media_type: str, path: "Path") -> "str | Text | None":
    """Whether a file may be kept, asked before it is: None, or a sentence for whoever sent it that says why not.

    ``media_type`` is what the content is, whatever ``name`` says. Read ``path`` and leave it as it is; a picture has
    been re-encoded by then. A scanner that cannot be reached raises: without an answer nothing is kept, and the person
    is told which module could not look. Called in the request that brings the file, so be quick.

    Used by: core (programs are not taken).
    """
    raise NotImplementedError


@hookspec
def payment_details(context: "Context", entity: str, record: "Entity", amount: "Decimal") -> "Iterable[PaymentDetails]":
    """How an amount that a document asks for can be paid, where money can come in for records of an entity.

    Prints and public pages show it, with a QR code where there is a ``payload``. ``amount`` is what is open; whoever
    reads may be the customer, so nothing else belongs into it.

    Used by: core (the account of the letterhead).
    """
    raise NotImplementedError


# --- for one page ----------------------------------------------------------------------------------------------


@hookspec
def navigation(context: "Context") -> "Iterable[NavigationItem]":
    """Menu entries beyond the entities, which have theirs already. An entry names the permission it needs.

    Asked once for all of a company who have the same rights and modules: it reads nothing else.

    Used by: core (imports, jobs, recycle bin, settings).
    """
    raise NotImplementedError


@hookspec
def cards(context: "Context") -> "Iterable[Card]":
    """Cards of the home page: what this person should do now, then their numbers. Cheap: each page view asks.

    Used by: core (customers).
    """
    raise NotImplementedError


@hookspec
def report_presets(context: "Context") -> "Iterable[ReportPreset]":
    """Reports the plugin ships, as data: what is counted, grouped by what, drawn how. They stand among everybody's.

    Each is worked out for whoever looks at it, of the records they see; leave out what they see nothing of.

    Used by: core (what employees did, customers by source, tier and month).
    """
    raise NotImplementedError


@hookspec
def tours(context: "Context") -> "Iterable[Tour]":
    """Guided tours of the plugin's pages: steps that each say something about one thing on a page.

    They stand in everybody's own menu, and on the home page while that is empty; who has taken one is not asked again.
    A step names the permission it needs; a tour without a step for somebody is not shown to them.

    Used by: core (a first look round), ``plugins.warehouse``, ``plugins.garage``.
    """
    raise NotImplementedError


@hookspec
def timeline(
    context: "Context", record: "Entity", limit: int, before: "datetime | None", kind: str
) -> "Iterable[TimelineItem]":
    """What happened to a record, newest first, at most ``limit`` items, and on the first page what is planned.

    ``before`` is where the page above ended: only what happened earlier is wanted. ``kind`` is what people filter by,
    empty where they want everything; an item of another kind is left out anyway, so it matters to what is costly.

    Used by: core (calls, meetings, tasks, notes and the change log).
    """
    raise NotImplementedError


@hookspec
def bulk_actions(context: "Context", entity: str) -> "Iterable[BulkAction]":
    """What can be done with the ticked rows of the list of an entity, such as ``core.customer``.

    The address of an action is posted the ``ids`` (or ``all`` and the list's own conditions) and answers with a
    dialog, which says by a field of its own that it is to be done. Offer what this person may do; asked once for all
    of a company who have the same rights and modules, it reads nothing else.

    Used by: core (the groups of customers).
    """
    raise NotImplementedError


@hookspec
def list_actions(context: "Context", entity: str) -> "Iterable[RecordAction]":
    """Buttons at the top of the list of an entity, such as ``sales.opportunity``: what leads on from all its records.

    One that is ``primary`` stands beside *Add new*, the others in the menu. Asked as ``bulk_actions`` is.

    Used by: ``plugins.sales`` (looking up goods, the order of statuses).
    """
    raise NotImplementedError


@hookspec
def record_cards(context: "Context", record: "Entity") -> "Iterable[Card]":
    """Cards beside a record: what the plugin knows of it at a glance, with the way to more. Cheap: each page view asks.

    Used by: ``plugins.scoring`` (why a customer has their score).
    """
    raise NotImplementedError


@hookspec
def record_actions(context: "Context", record: "Entity") -> "Iterable[RecordAction]":
    """Buttons at the top of a record's page, beside edit and delete. Offer what this person may do, and no more.

    Used by: core (a new password for a person, the permissions of a role).
    """
    raise NotImplementedError


@hookspec
def notices(context: "Context", record: "Entity") -> "Iterable[Notice]":
    """What people should know before they go on with a record; it stands at the top of its page.

    Cheap: each page view asks. Say nothing that the person may not know.

    Used by: ``plugins.cash`` (a customer who owes more than they may).
    """
    raise NotImplementedError
