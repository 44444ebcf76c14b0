"""``/healthz``: whether this process can do its work, for whatever watches it. It tells nothing else."""

import logging

import sqlalchemy as sa
from flask import Blueprint, Response, abort
from sqlalchemy.exc import SQLAlchemyError

from core.app import platform
from core.web.gate import public

blueprint = Blueprint("health", __name__)
PATIENCE = "2s"
logger = logging.getLogger(__name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """200 where the database answers, 503 where it does not."""
    try:
        with platform().database.reader() as connection:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            connection.execute(sa.text("SELECT 1"))
    except SQLAlchemyError as error:
        logger.warning("the database does not answer: %s", error)
        abort(503)
    return Response("ok\n", mimetype="text/plain")
