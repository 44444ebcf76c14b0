"""Import one CSV in a process of its own and print the most memory it held: ``python -m bench.importing COMPANY FILE``."""

import sys
from pathlib import Path

from core.access.identify import enter
from core.app import make_platform
from core.customers.models import Customer
from core.settings import Settings
from core.sheets.importer import begin, propose_plan, run
from core.sheets.limits import CsvLimits

LIMITS = CsvLimits(size=1 << 30, rows=2_000_000)


def main(tenant: int, path: Path) -> None:
    """Do as a worker does, with an installation's limits set high."""
    platform = make_platform(Settings.from_env())
    with platform.database.session(tenant) as session:
        context = enter(session, platform.hooks, source="command")
        if context is None:
            raise LookupError(tenant)
        resource = context.resource(Customer)
        batch = begin(context, resource, path.name, propose_plan(context, resource, path, limits=LIMITS))
        outcome = run(context, batch, path, limits=LIMITS)
        if outcome.created != outcome.total:
            raise AssertionError(outcome)
    print(peak())


def peak() -> int:
    """Bytes. What a process reports of its children's peak counts the memory of whoever started them."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
