"""The conformance kit: what every plugin must keep, checked on one as it is installed; ``ghep plugin check NAME``.

Each check is a function that yields what is wrong, in words that name the culprit; silence is a pass. Those that need
a running system share a throw-away one, on the servers that ``GHEP_TEST_DATABASE_URL`` and ``GHEP_TEST_REDIS_URL``
name, or on servers of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from core.testing.conformance import behaviour, code, records, tables
from core.testing.conformance.bench import Bench, Values

MOST = 20
"""Problems of one check that are told; more would bury the first."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a plugin must keep."""

    name: str
    run: Callable[[Bench], Iterable[str]]
    needs: tuple[str, ...] = ()
    """Checks without which this one would tell nothing."""

    @property
    def title(self) -> str:
        """What is true of a plugin that passes."""
        return (self.run.__doc__ or "").strip()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one check."""

    name: str
    title: str
    state: str
    """passed, failed, or skipped because another one failed."""
    reasons: tuple[str, ...] = ()


CHECKS = (
    Check("entry-point", code.entry_point),
    Check("manifest", code.manifest, ("entry-point",)),
    Check("quiet-import", code.quiet_import, ("entry-point",)),
    Check("imports", code.imports, ("manifest",)),
    Check("table-names", code.table_names, ("entry-point",)),
    Check("start", code.start, ("manifest", "table-names")),
    Check("translations", code.translations, ("start",)),
    Check("migrations", tables.migrations, ("start",)),
    Check("locks", tables.locks, ("migrations",)),
    Check("records", records.records, ("migrations",)),
    Check("isolation", records.isolation, ("records",)),
    Check("permissions", behaviour.permissions, ("records",)),
    Check("off", behaviour.off, ("records",)),
    Check("keeps", tables.keeps, ("records",)),
    Check("errors", behaviour.errors, ("records",)),
    Check("budget", behaviour.budget, ("records",)),
    Check("statements", behaviour.statements, ("records",)),
    Check("purge", tables.purge, ("records",)),
)
"""In the order they are made: reading first, then the database, then the plugin at work, and its end last."""


def examine(name: str, values: Values | None = None) -> Iterator[Outcome]:
    """Check a plugin that is installed; outcomes come as they are known.

    ``values`` are values of fields that the kit cannot guess: entity to field to value as the API takes it.
    """
    passed: set[str] = set()
    with Bench(name, values) as bench:
        for check in CHECKS:
            missing = next((one for one in check.needs if one not in passed), None)
            if missing is not None:
                yield Outcome(check.name, check.title, "skipped", (f"{missing} comes first",))
                continue
            reasons = _reasons(check, bench)
            if not reasons:
                passed.add(check.name)
            yield Outcome(check.name, check.title, "failed" if reasons else "passed", reasons)


def _reasons(check: Check, bench: Bench) -> tuple[str, ...]:
    found: list[str] = []
    try:
        for reason in check.run(bench):
            found.append(reason)
            if len(found) == MOST:
                break
    except Exception as error:  # noqa: BLE001 # the plugin's code runs in here
        found.append(f"{type(error).__name__}: {error}")
    finally:
        bench.calm()
    return tuple(dict.fromkeys(found))


__all__ = ["CHECKS", "Check", "Outcome", "examine"]
