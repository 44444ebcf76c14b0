"""Checks of what the plugin's migrations make of a database, and of what is left when it is taken away."""

from collections.abc import Iterator

import sqlalchemy as sa

from core.db.check import problems_of
from core.db.migrate import downgrade, stored_head, upgrade
from core.files.storage import DiskStorage
from core.plugin.enablement import switch_off, switch_on
from core.plugin.lifecycle import belongings_of
from core.plugin.purge import PurgeRefusedError
from core.plugin.purge import purge as remove
from core.testing.conformance.bench import Bench
from core.testing.conformance.catalogue import Thing, added, altered, lock_problems, objects
from core.testing.conformance.records import contents


def migrations(bench: Bench) -> Iterator[str]:
    """Its migrations make the tables of its models, take them away again, and make them anew."""
    with bench.owner.connect() as connection:
        bench.before = objects(connection)
    for step, run in (("up", upgrade), ("down", downgrade), ("up again", upgrade)):
        try:
            with bench.owner.begin() as connection:
                run(connection, bench.unit, bench.units)
        except Exception as error:  # noqa: BLE001 # a migration may do anything
            yield f"{step}: {_said(error)}"
            return
        with bench.owner.connect() as connection:
            if step == "down":
                yield from _left(bench.before, objects(connection), "after the way down")
            else:
                yield from (f"{step}: {line}" for line in _incomplete(bench, connection))


def _incomplete(bench: Bench, connection: sa.Connection) -> list[str]:
    """What the models say and the tables do not."""
    tables = [table.name for table in bench.unit.tables()]
    if tables and stored_head(connection, bench.unit) is None:
        return [f"there is no migration for {', '.join(tables)}: ghep db revision {bench.name} …"]
    return problems_of(connection, bench.unit, bench.units)


def _left(before: dict[Thing, str], after: dict[Thing, str], when: str) -> Iterator[str]:
    yield from (f"{one} is still there {when}" for one in added(before, after))
    yield from (f"{one} is not as it was {when}" for one in altered(before, after))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(getattr(error, 'orig', error)).split())[:300]}"


def locks(bench: Bench) -> Iterator[str]:
    """Its tables keep companies apart by themselves, and nothing of others was touched."""
    ours = [table.name for table in bench.unit.tables()]
    with bench.owner.connect() as connection:
        yield from lock_problems(connection, ours)
        after = objects(connection)
    yield from (f"it changes {one}, which is not its own" for one in altered(bench.before, after))
    foreign = {one.table for one in bench.before}
    for one in added(bench.before, after):
        if one.table in foreign:
            yield f"it adds {one}, which is not its own"
        elif one.kind == "function" and after[one].startswith("true"):
            yield f"{one} runs with the rights of its owner: it could see every company"
        elif one.kind in {"view", "materialized view", "event trigger", "extension"}:
            yield f"it adds {one}: row security does not hold there"


def keeps(bench: Bench) -> Iterator[str]:
    """Switched off and on again, nothing of its data is lost or changed."""
    trial = bench.trial
    person = trial.person(trial.company())
    context = person.context
    trial.fill(person)
    before = contents(bench, context)
    for turn in ("for the first time", "again"):
        switch_off(context, bench.name)
        context.session.commit()
        found = contents(bench, context)
        yield from _lost(before, found, f"switched off {turn}")
        yield from _made(before, found, f"switched off {turn}")
        switch_on(context, bench.name)
        context.session.commit()
        after = contents(bench, context)
        yield from _lost(found, after, f"switched on {turn}")
        if turn == "again":  # the first time it may make what it needs to begin with
            yield from _made(found, after, f"switched on {turn}")
        before = after


def _lost(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]], when: str) -> Iterator[str]:
    for table, rows in before.items():
        if lost := [one for one in rows if one not in after[table]]:
            yield f"{table}: {len(lost)} of {len(rows)} rows are gone after it was {when}"
        if altered_ := [one for one in rows if after[table].get(one, rows[one]) != rows[one]]:
            yield f"{table}: {len(altered_)} of {len(rows)} rows are different after it was {when}"


def _made(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]], when: str) -> Iterator[str]:
    for table, rows in before.items():
        if new := set(after[table]) - set(rows):
            yield f"{table}: {len(new)} rows appeared when it was {when}"


def purge(bench: Bench) -> Iterator[str]:
    """Purging writes an export and leaves nothing of it in the database."""
    trial = bench.trial
    for person in (trial.ours, trial.theirs):
        person.context.session.rollback()
    try:
        done = remove(
            trial.database, bench.registry, bench.name,
            confirm=bench.name, folder=trial.var / "exports", storage=DiskStorage(trial.var / "files"),
        )  # fmt: skip
    except PurgeRefusedError as error:
        yield str(error)
        return
    if not done.export.is_file():
        yield "no export was written"
    with bench.owner.connect() as connection:
        yield from _left(bench.before, objects(connection), "after the purge")
        for rows in belongings_of(bench.name):
            count = connection.scalar(sa.select(sa.func.count()).select_from(rows.table).where(rows.condition))
            if count:
                yield f"{count} rows of {rows.table.name} are still there after the purge"
