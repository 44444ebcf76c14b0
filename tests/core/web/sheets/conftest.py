"""Browsers that bring files, and workers that are let work when a test says so."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.access.models import User
from core.app import EXTENSION, Platform
from core.context import Context
from core.jobs.drain import Drain


@pytest.fixture
def platform(app: Flask) -> Platform:
    found: Platform = app.extensions[EXTENSION]
    return found


@pytest.fixture
def work(platform: Platform, context: Context) -> Callable[[], int]:
    """Let a worker do what is due for the test's company."""
    drain = Drain(platform.database, platform.hooks, settings=platform.settings)
    return lambda: drain.company(context.tenant)


class Wizard:
    """Somebody who goes through the steps of an import."""

    def __init__(self, client: FlaskClient, path: str = "/customers") -> None:
        self.client, self.path = client, path

    def upload(self, content: bytes | str, name: str = "khach.csv") -> Any:
        """The answer to a file."""
        data = content.encode() if isinstance(content, str) else content
        return self.client.post(f"{self.path}/import", data={"file": (io.BytesIO(data), name)})

    def taken(self, content: bytes | str, name: str = "khach.csv") -> str:
        """The address of the import that a file has become."""
        answer = self.upload(content, name)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return str(answer.headers["Location"]).removesuffix("/map")

    def match(self, here: str, columns: dict[int, str] | None = None, **choices: Any) -> Any:
        """Send the form of the second step, as it is or with other choices."""
        page = self.client.get(f"{here}/map").get_data(as_text=True)
        form: dict[str, Any] = {f"column_{index}": value for index, value in _selected(page)}
        form |= {f"column_{index}": name for index, name in (columns or {}).items()}
        ticked = re.findall(r'name="match" value="([^"]+)" checked', page)
        form |= {"duplicates": "skip", "match": ticked, **choices}
        return self.client.post(f"{here}/map", data=form)

    def run(self, content: bytes | str, name: str = "khach.csv", **choices: Any) -> str:
        """All steps up to the start."""
        here = self.taken(content, name)
        answer = self.match(here, **choices)
        assert answer.headers.get("Location") == f"{here}/preview", answer.get_data(as_text=True)
        assert self.client.get(f"{here}/preview").status_code == 200
        assert self.client.post(f"{here}/run").headers["Location"] == here
        return here

    def text(self, address: str, **options: Any) -> str:
        """What a page says."""
        answer = self.client.get(address, **options)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def _selected(page: str) -> list[tuple[int, str]]:
    """Each column's select with the option that is chosen."""
    found = re.findall(r'<select[^>]*name="column_(\d+)".*?</select>', page, re.DOTALL)
    selects = re.findall(r'<select[^>]*name="column_\d+".*?</select>', page, re.DOTALL)
    chosen = [re.search(r'value="([^"]*)" selected', select) for select in selects]
    return [(int(index), one[1] if one else "") for index, one in zip(found, chosen, strict=True)]


@pytest.fixture
def wizard(client: FlaskClient, context: Context) -> Wizard:
    """The administrator, who reads English: what workers write down is in the person's language too."""
    assert context.user is not None
    context.session.execute(sa.update(User).where(User.id == context.user.id).values(locale="en"))
    context.session.commit()
    return Wizard(client)
