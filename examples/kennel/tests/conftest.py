"""A PostgreSQL and a Valkey of the tests' own, unless GHEP_TEST_DATABASE_URL and GHEP_TEST_REDIS_URL name others."""

from core.testing.services import pytest_configure, pytest_unconfigure

__all__ = ["pytest_configure", "pytest_unconfigure"]
