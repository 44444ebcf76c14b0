"""Core is tested with one small plugin: what the others bring is tested with them."""

from core.testing.installation import installation

registry, database_url, database, app = installation("kennel")
