"""The one place hooks are called from: typed, per company, one implementation at a time.

pluggy finds and validates; the calls go through tuples that are frozen per set of active plugins, ten times
cheaper than filtering at each call, and an implementation that raises loses only its own contribution.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from core.entity.errors import InvalidError
from core.i18n import Label, translator
from core.plugin.boot import Registry
from core.plugin.manifest import (
    BulkAction,
    Card,
    NavigationItem,
    Notice,
    PersonalData,
    RecordAction,
    TimelineItem,
    TransferOption,
    merge,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from core.automation.contract import MessageChannel, WorkflowAction
    from core.context import Context
    from core.entity.entity import Entity
    from core.printing.contract import PaymentDetails
    from core.reports.definition import ReportPreset
    from core.tours import Tour

_ = translator("core")
logger = logging.getLogger(__name__)
A = TypeVar("A")
Report = Callable[[str, str, int | None, BaseException], None]


@dataclass(slots=True)
class Timing:
    """How one plugin fares in this process."""

    calls: int = 0
    errors: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Hooks:
    """Calls the hooks of one process. ``report`` is told of each error: plugin, place, company, exception."""

    registry: Registry
    report: Report | None = None
    timings: defaultdict[str, Timing] = field(default_factory=lambda: defaultdict(Timing))
    _frozen: dict[frozenset[str], dict[str, tuple[tuple[str, Callable[..., Any], tuple[str, ...]], ...]]] = field(
        default_factory=dict
    )

    def implementations(
        self, active: frozenset[str], hook: str
    ) -> tuple[tuple[str, Callable[..., Any], tuple[str, ...]], ...]:
        """Plugin, function and argument names of a hook, for one set of active plugins, in plugin order."""
        frozen = self._frozen.setdefault(active, {})
        if hook not in frozen:
            found = {one.plugin_name: one for one in getattr(self.registry.manager.hook, hook).get_hookimpls()}
            frozen[hook] = tuple(
                (name, found[name].function, tuple(found[name].argnames))
                for name in self.registry.plugins
                if name in found and name in active
            )
        return frozen[hook]

    def collect(self, context: "Context", hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Every plugin's answers; one that raises is recorded and left out."""
        answers: list[tuple[str, Any]] = []
        given = {"context": context, **arguments}
        for plugin, function, names in self.implementations(context.active, hook):
            started, timing = time.perf_counter(), self.timings[plugin]
            timing.calls += 1
            try:
                # Its own savepoint: a failed statement would otherwise take the whole page's transaction with it.
                with context.guard(plugin):
                    answer = function(**{name: given[name] for name in names})
                    answers += [(plugin, one) for one in answer or ()]
            except Exception as error:  # noqa: BLE001 # isolation is the point
                timing.errors += 1
                self.failed(plugin, hook, context.company.id, error)
            finally:
                timing.seconds += time.perf_counter() - started
        return answers

    def failed(self, plugin: str, place: str, company: int | None, error: BaseException) -> None:
        """Record that a call into a plugin raised."""
        logger.error("plugin %s failed in %s", plugin, place, exc_info=error)
        if self.report is not None and plugin != "core":
            self.report(plugin, place, company, error)

    def navigation(self, context: "Context") -> list[NavigationItem]:
        """The menu entries this person may use."""
        items = merge(self.collect(context, "navigation"))
        return [item for item in items if item.permission is None or context.can(*item.permission)]

    def cards(self, context: "Context") -> list[Card]:
        """The cards of the home page."""
        return merge(self.collect(context, "cards"))

    def timeline(
        self, context: "Context", record: "Entity", limit: int, before: datetime | None = None, kind: str = ""
    ) -> list[TimelineItem]:
        """What is planned for a record, the soonest first, then at most ``limit`` of what happened, newest first."""
        answers: Iterable[tuple[str, TimelineItem]] = self.collect(
            context, "timeline", record=record, limit=limit, before=before, kind=kind
        )
        items = [item for _plugin, item in answers if kind in {"", item.kind}]
        ahead = [item for item in items if item.ahead and before is None]
        past = [item for item in items if not item.ahead and (before is None or item.at < before)]
        past.sort(key=lambda item: item.at, reverse=True)
        return [*sorted(ahead, key=lambda item: item.at), *past[:limit]]

    def record_actions(self, context: "Context", record: "Entity") -> list[RecordAction]:
        """The buttons of a record's page."""
        return merge(self.collect(context, "record_actions", record=record))

    def record_cards(self, context: "Context", record: "Entity") -> list[Card]:
        """The cards beside a record."""
        return merge(self.collect(context, "record_cards", record=record))

    def notices(self, context: "Context", record: "Entity") -> list[Notice]:
        """What stands at the top of a record's page."""
        return merge(self.collect(context, "notices", record=record))

    def bulk_actions(self, context: "Context", entity: str) -> list[BulkAction]:
        """What can be done with the ticked rows of an entity's list."""
        return merge(self.collect(context, "bulk_actions", entity=entity))

    def list_actions(self, context: "Context", entity: str) -> list[RecordAction]:
        """The buttons of an entity's list."""
        return merge(self.collect(context, "list_actions", entity=entity))

    def payment_details(
        self, context: "Context", entity: str, record: "Entity", amount: "Decimal"
    ) -> "list[PaymentDetails]":
        """The ways to pay an amount that a document asks for."""
        answers = self.collect(context, "payment_details", entity=entity, record=record, amount=amount)
        return [one for _plugin, one in answers]

    def workflow_actions(self, context: "Context") -> "list[WorkflowAction]":
        """What automations can do."""
        return merge(self.collect(context, "workflow_actions"))

    def message_channels(self, context: "Context") -> "list[MessageChannel]":
        """The ways to reach people."""
        return merge(self.collect(context, "message_channels"))

    def report_presets(self, context: "Context") -> "list[ReportPreset]":
        """The reports that plugins ship."""
        return merge(self.collect(context, "report_presets"))

    def tours(self, context: "Context") -> "list[Tour]":
        """The guided tours, with the steps that this person can follow."""
        found: list[Tour] = merge(self.collect(context, "tours"))
        return [tour for one in found if (tour := one.of(context)).steps]

    def transfer_options(self, context: "Context", entity: str) -> list[TransferOption]:
        """What may go along when records of an entity get new owners."""
        return merge(self.collect(context, "transfer_options", entity=entity))

    def merged(self, context: "Context", entity: str, keep: UUID, losers: Sequence[UUID]) -> dict[str, Any]:
        """Let every plugin follow a merge, and what each wants to know when it is taken back."""
        return self._insist(context, "merged", {"entity": entity, "keep": keep, "losers": losers})

    def unmerged(
        self, context: "Context", entity: str, keep: UUID, losers: Sequence[UUID], kept: Mapping[str, Any]
    ) -> list[str]:
        """Let the plugins that followed a merge take it back; names of what they left as it is."""
        given = {"entity": entity, "keep": keep, "losers": losers}
        answers = self._insist(context, "unmerged", given, {name: {"kept": one} for name, one in kept.items()})
        return [str(name) for found in answers.values() for name in found or ()]

    def personal_data(self, context: "Context", entity: str, ids: Sequence[UUID]) -> list[PersonalData]:
        """What plugins keep about a person beside records. One that fails is an error: a copy is whole or there is none."""
        answers = self._insist(context, "personal_data", {"entity": entity, "ids": ids})
        return merge((plugin, one) for plugin, found in answers.items() for one in found or ())

    def erased(self, context: "Context", entity: str, ids: Sequence[UUID]) -> None:
        """Let every plugin forget a person, or refuse."""
        self._insist(context, "erased", {"entity": entity, "ids": ids})

    def paid(self, context: "Context", entity: str, amounts: Mapping[UUID, Decimal]) -> None:
        """Tell every plugin what is paid of records now; one that cannot follow stops the payment."""
        self._insist(context, "paid", {"entity": entity, "amounts": amounts})

    def file_check(self, context: "Context", name: str, media_type: str, path: Path) -> Label | None:
        """The first reason why a file is not to be kept. Raises InvalidError where a plugin could not look."""
        answers = self._insist(context, "file_check", {"name": name, "media_type": media_type, "path": path})
        return next((one for one in answers.values() if one), None)

    def insist(self, context: "Context", plugin: str, place: str, call: Callable[[], A]) -> A:
        """What a call into a plugin answers; where it raises the plugin is named and nothing is done at all."""
        try:
            with context.guard(plugin):
                return call()
        except InvalidError:
            raise
        except Exception as error:
            self.failed(plugin, place, context.company.id, error)
            title = self.registry.plugins[plugin].manifest.title
            raise InvalidError({"": [_("The module “%(module)s” could not follow.", module=title)]}) from error

    def _insist(
        self, context: "Context", hook: str, arguments: dict[str, Any], own: Mapping[str, dict[str, Any]] | None = None
    ) -> dict[str, Any]:
        """Every plugin's answer, or of those in ``own``; one that raises is named and nothing is done at all."""
        answers: dict[str, Any] = {}
        for plugin, function, names in self.implementations(context.active, hook):
            if own is not None and plugin not in own:
                continue
            given = {"context": context, **arguments, **(own[plugin] if own is not None else {})}
            answers[plugin] = self.insist(
                context, plugin, hook, partial(function, **{name: given[name] for name in names})
            )
        return answers

    def module_on(self, context: "Context", plugin: str) -> None:
        """Tell one plugin that the company switched it on; it may refuse by raising."""
        self._call_one(context, plugin, "module_on")

    def demo(self, context: "Context", plugin: str) -> None:
        """Let one plugin fill the company with demo data."""
        self._call_one(context, plugin, "demo")

    def _call_one(self, context: "Context", plugin: str, hook: str) -> None:
        everyone = frozenset(self.registry.plugins)
        for name, function, names in self.implementations(everyone, hook):
            if name == plugin:
                function(**({"context": context} if "context" in names else {}))
