"""A worker of an installation with a mail server."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.context import Context
from core.db.database import Database
from core.jobs.drain import Drain
from core.settings import Settings
from tests.core.mail.conftest import MailServer, mail_server

__all__ = ["mail_server"]


@pytest.fixture
def settings(tmp_path: Path, mail_server: MailServer) -> Settings:
    return Settings(var=tmp_path, smtp_url=mail_server.url)


@pytest.fixture
def work(database: Database, context: Context, settings: Settings) -> Callable[[], int]:
    """Let a worker do what this company has to do now."""

    def go() -> int:
        context.session.rollback()
        return Drain(database, context.hooks, settings=settings).company(context.tenant, seconds=30)

    return go
