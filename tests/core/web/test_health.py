"""``/healthz``: for whatever watches a process from outside."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.app import EXTENSION
from core.db.database import Database


def test_it_is_well_where_the_database_answers(visitor: FlaskClient) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert visitor.head("/healthz").status_code == 200
    assert visitor.get("/healthz", base_url="http://acme.localhost").status_code == 200


def test_it_is_unwell_where_the_database_does_not_answer(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none", poolclass=sa.NullPool)
    database: Database = app.extensions[EXTENSION].database
    monkeypatch.setattr(database, "engine", nowhere)
    answer = visitor.get("/healthz")
    assert answer.status_code == 503
    assert "127.0.0.1" not in answer.text, "it tells nothing of the inside"
