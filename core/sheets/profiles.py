"""Profiles at work: those that modules ship, and the files of a folder brought in step by step."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.entity.entity import Resource
from core.i18n import translator
from core.sheets.errors import Rejected
from core.sheets.findings import Finding
from core.sheets.importer import Outcome, bring_in
from core.sheets.limits import AS_WORKBOOKS, CsvLimits
from core.sheets.mend import said
from core.sheets.models import ImportRow
from core.sheets.plan import Plan, importable
from core.sheets.profile import Profile, Step, read_profile
from core.sheets.translating import translate

_ = translator("core")

FOLDER, ENDING = "profiles", ".yaml"
"""Where a module's package has its profiles."""
REASONS = 20
"""Different reasons for leaving rows out that are told of one file."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """What became of one step."""

    step: Step
    batch: UUID
    outcome: Outcome
    findings: tuple[Finding, ...]


def shipped(context: Context) -> dict[str, Profile]:
    """The profiles of the modules that are on, by module and file: ``sales/b2b_sales``."""
    found: dict[str, Profile] = {}
    for name, plugin in context.hooks.registry.plugins.items():
        if name in context.active:
            found |= {f"{name}/{stem}": profile for stem, profile in _shipped(plugin.package)}
    return found


@lru_cache
def _shipped(package: str) -> tuple[tuple[str, Profile], ...]:
    folder = files(package) / FOLDER
    texts = sorted((one.name, one) for one in folder.iterdir() if one.name.endswith(ENDING)) if folder.is_dir() else ()
    return tuple((name.removesuffix(ENDING), read_profile(text.read_bytes())) for name, text in texts)


def bring_in_folder(
    context: Context, profile: Profile, folder: Path, limits: CsvLimits = AS_WORKBOOKS
) -> Iterator[StepDone]:
    """Do the steps of a profile one after the other; each is an import of its own and committed.

    Raises :class:`Rejected` before the first is done where a file or an entity is not there.
    """
    for step in profile.steps:
        _resource(context, step)
        if not (folder / step.file).is_file():
            raise Rejected(_("There is no file %(name)s in this folder.", name=step.file))
    for step in profile.steps:
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            resource, target = _resource(context, step), Path(file.name)
            plan = prepare(context, resource, step, folder / step.file, target, limits)
            batch, outcome = bring_in(context, resource, target, step.file, plan, limits)
        wrong = _wrong(context, resource, batch.id) if outcome.wrong else []
        yield StepDone(step, batch.id, outcome, (*plan.findings, *wrong))


def prepare(
    context: Context, resource: Resource, step: Step, source: Path, target: Path, limits: CsvLimits = AS_WORKBOOKS
) -> Plan:
    """Write a file anew as a step means it, and give the plan by which that is imported. Raises :class:`Rejected`."""
    fields = importable(context, resource)
    for name in step.fields:
        if name not in fields:
            raise Rejected(
                _("“%(entity)s” has no field “%(name)s” that a file may fill.", entity=resource.title, name=name)
            )
    findings = translate(step, source, target, {name: fields[name].title for name in step.fields}, limits)
    plan = Plan(dict(enumerate(step.fields)), step.duplicates, step.match, header_row=1)
    return replace(plan, findings=tuple(findings))


def _wrong(context: Context, resource: Resource, batch_id: UUID) -> list[Finding]:
    """Why rows were left out, the most frequent reasons first."""
    mine = (ImportRow.tenant_id == context.tenant, ImportRow.import_id == batch_id, ImportRow.verdict == "wrong")
    counted = sa.select(ImportRow.errors, sa.func.count()).where(*mine).group_by(ImportRow.errors)
    fields = importable(context, resource)
    rows = context.session.execute(counted.order_by(sa.func.count().desc(), ImportRow.errors).limit(REASONS))
    return [Finding("wrong", "", said(fields, errors), "", count) for errors, count in rows]


def _resource(context: Context, step: Step) -> Resource:
    """The entity of a step. Raises :class:`Rejected` where it is not there, or not this person's to fill."""
    try:
        resource = context.resource(step.entity)
    except LookupError:
        resource = None
    if resource is None or "create" not in resource.verbs or not context.can(resource.name, "import"):
        raise Rejected(_("“%(name)s” is nothing that you can import here. Its module may be off.", name=step.entity))
    return resource
