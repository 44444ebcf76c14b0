"""Starts the servers of a run; what tests may use comes from the kit that partners use too."""

import pytest

from core.testing import services

SERVICES = pytest.StashKey[services.Services]()


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL and Valkey once, in the process that starts the run."""
    if not hasattr(config, "workerinput"):
        config.stash[SERVICES] = services.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    if SERVICES in config.stash:
        services.stop(config.stash[SERVICES])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say of each test that had a second chance what went wrong the first time: a pass must not bury it."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"first attempt of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
