"""Taking a plugin away: told before it is done, exported before it is removed, and nothing is left."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.access.identify import enter
from core.access.models import User
from core.context import CompanyInfo, Context, UserInfo
from core.customers.models import Customer, Tag
from core.db.base import metadata
from core.db.database import Database
from core.entity import service
from core.entity.tables import Change, CustomField, SavedView, StoredFile
from core.files.storage import DiskStorage
from core.jobs.queue import enqueue
from core.plugin import boot as booting
from core.plugin import purge as purging
from core.plugin.boot import Registry
from core.plugin.enablement import switch_on
from core.plugin.facade import Hooks
from core.plugin.lifecycle import UnknownPluginError, plan
from core.plugin.models import PluginError
from core.plugin.purge import PurgeRefusedError, purge
from core.testing.throwaway import SECRET, found_company, migrate, migrated_database
from core.vendor.service import entitle
from tests.core.plugin.registries import module, pantry_alone

JARS = {"one": 3, "two": 1, "three": 0}
"""Companies, and how many jars each has."""


@pytest.fixture(scope="module")
def installed(database_url: str) -> Iterator[Registry]:
    """Core and the plugin to take away; what the other tests share is made before, with all that is installed."""
    assert database_url
    with pantry_alone():
        registry = booting.boot()
        registry.refuse_problems()
        yield registry


@dataclass
class House:
    """An installation with companies that keep jars."""

    database: Database
    registry: Registry
    companies: dict[str, CompanyInfo]
    owner: sa.Engine

    def tables(self) -> set[str]:
        with self.owner.connect() as connection:
            return set(connection.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.owner.connect() as connection:
            return list(connection.execute(sa.text(statement), values))

    def run(self, *statements: str) -> None:
        with self.owner.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def active(self, slug: str) -> frozenset[str]:
        with self.database.session(self.companies[slug].id) as session:
            context = enter(session, Hooks(self.registry), source="web")
            assert context is not None
            return context.active

    def without_code(self) -> Registry:
        plugins = {name: one for name, one in self.registry.plugins.items() if name != "pantry"}
        return replace(self.registry, plugins=plugins)

    def with_dependant(self) -> Registry:
        shelf = module("shelf", requires=("pantry",))
        return replace(
            self.registry,
            plugins={**self.registry.plugins, "shelf": booting.Plugin(shelf.MANIFEST, shelf, "trial_shelf", "")},
        )


@contextmanager
def _built(installed: Registry) -> Iterator[House]:
    with migrated_database(installed) as url:
        database = Database(url, SECRET)
        owner = sa.create_engine(database.owner_url, poolclass=sa.NullPool)
        companies = {slug: found_company(database, slug=slug) for slug in JARS}
        for slug, count in JARS.items():
            _fill(database, Hooks(installed), companies[slug], count)
        yield House(database, installed, companies, owner)
        database.close()
        owner.dispose()


@pytest.fixture(scope="module")
def standing(installed: Registry) -> Iterator[House]:
    """A house for tests that change nothing in it."""
    with _built(installed) as house:
        yield house


@pytest.fixture
def house(installed: Registry) -> Iterator[House]:
    """A house to tear down."""
    with _built(installed) as house:
        yield house


def _fill(database: Database, hooks: Hooks, company: CompanyInfo, count: int) -> None:
    """Switch the plugin on where there are jars, and leave behind whatever a plugin may leave behind."""
    if count:
        with database.vendor_session() as vendor, vendor.begin():
            entitle(vendor, hooks.registry, company.slug, "pantry")
            vendor.add(PluginError(plugin="pantry", place="cards", company_id=company.id, message="x"))
    with database.session(company.id) as session, session.begin():
        context = enter(session, hooks, source="command")
        assert context is not None
        person = service.create(context, User, {"name": "Cô Ba", "email": "ba@example.com"})
        context.user = UserInfo(person.id, person.name, person.email)
        if count:
            switch_on(context, "pantry")
            _put_up(context, count)


def _put_up(context: Context, count: int) -> None:
    jar: Any = context.hooks.registry.resources["pantry.jar"].model
    customer = service.create(context, Customer, {"name": "Chị Tư"})
    tag = service.create(context, Tag, {"name": "Dưa"})
    jars = [{"name": f"Dưa món {number}", "customer": customer.id, "labels": [tag.id]} for number in range(count)]
    service.create_many(context, jar, jars)
    assert context.user is not None
    context.session.add_all(
        [
            CustomField(entity="pantry.jar", key="salt", title="Muối", kind="decimal"),
            CustomField(entity="core.customer", key="jar", title="Hũ", kind="link", options={"target": "pantry.jar"}),
            CustomField(entity="core.customer", key="shoe", title="Cỡ giày", kind="integer"),
            SavedView(entity="pantry.jar", name="Đầy", user_id=context.user.id),
            SavedView(entity="core.customer", name="Của tôi", user_id=context.user.id),
        ]
    )
    assert len(enqueue(context, "pantry.count")) == 1


# --- plan ---------------------------------------------------------------------------------------------------------


def test_a_plan_counts_the_rows_of_each_table_and_company(standing: House) -> None:
    found = plan(standing.database, standing.registry, "pantry", "purge")
    assert found.tables == {"pantry_jar": {"one": 3, "two": 1}, "pantry_jar_labels": {"one": 3, "two": 1}}
    assert found.rows == 8
    assert (found.version, found.revision) == ("2.1.0", "pantry_0001")
    assert (found.active_in, found.entitled) == (("one", "two"), ("one", "two"))
    assert (found.dependants, found.blockers) == ((), ())


def test_a_plan_counts_what_belongs_to_it_in_cores_tables(standing: House) -> None:
    found = plan(standing.database, standing.registry, "pantry", "disable")
    assert found.belongings == {
        "core_module": {"one": 1, "two": 1},
        "core_job": {"one": 1, "two": 1},
        "core_schedule": {"one": 1, "two": 1},
        "core_custom_field": {"one": 2, "two": 2},
        "core_view": {"one": 1, "two": 1},
        "core_counter": {"one": 1, "two": 1},
    }


def test_a_plan_changes_nothing(standing: House) -> None:
    before = standing.tables(), standing.active("one")
    plan(standing.database, standing.registry, "pantry", "purge")
    assert (standing.tables(), standing.active("one")) == before


def test_a_plan_needs_no_code(standing: House) -> None:
    with_code = plan(standing.database, standing.registry, "pantry", "purge")
    assert plan(standing.database, standing.without_code(), "pantry", "purge") == replace(with_code, version="")


def test_a_plan_leaves_the_tables_of_a_longer_name_alone(house: House) -> None:
    house.run(
        "CREATE TABLE pantry_plus_lid (tenant_id bigint, id uuid)",
        "CREATE TABLE alembic_version_pantry_plus (version_num varchar(32))",
    )
    assert set(plan(house.database, house.registry, "pantry", "purge").tables) == {"pantry_jar", "pantry_jar_labels"}


def test_a_plan_names_those_who_would_stop_as_well(standing: House) -> None:
    found = plan(standing.database, standing.with_dependant(), "pantry", "disable")
    assert (found.dependants, found.blockers) == (("shelf",), ())
    assert "shelf" in str(plan(standing.database, standing.with_dependant(), "pantry", "purge").blockers[0])


@pytest.mark.parametrize(
    "name", ["core", "", "nothing", "alembic", "pg", "core_customer", "pantry'; --", "pan%", "%", "PANTRY"]
)
def test_there_is_no_plan_for_what_is_not_there(standing: House, name: str) -> None:
    with pytest.raises(UnknownPluginError):
        plan(standing.database, standing.registry, name, "purge")


# --- purge --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "pantr", "PANTRY", "yes", "pantry "])
def test_a_purge_wants_the_name_typed(standing: House, tmp_path: Path, typed: str) -> None:
    with pytest.raises(PurgeRefusedError, match="pantry"):
        purge(
            standing.database,
            standing.registry,
            "pantry",
            confirm=typed,
            folder=tmp_path,
            storage=DiskStorage(tmp_path / "files"),
        )
    assert standing.active("one") == {"core", "pantry"}
    assert list(tmp_path.iterdir()) == []


def test_a_purge_is_refused_while_dependants_run(standing: House, tmp_path: Path) -> None:
    with pytest.raises(PurgeRefusedError, match="shelf"):
        purge(
            standing.database,
            standing.with_dependant(),
            "pantry",
            confirm="pantry",
            folder=tmp_path,
            storage=DiskStorage(tmp_path / "files"),
        )
    assert "pantry_jar" in standing.tables()


def test_a_purge_is_refused_while_others_tables_point_at_its_own(house: House, tmp_path: Path) -> None:
    house.run(
        "CREATE TABLE cellar_rack (tenant_id bigint, jar_id uuid,"
        " FOREIGN KEY (tenant_id, jar_id) REFERENCES pantry_jar (tenant_id, id))"
    )
    with pytest.raises(PurgeRefusedError, match="cellar_rack"):
        purge(
            house.database,
            house.registry,
            "pantry",
            confirm="pantry",
            folder=tmp_path,
            storage=DiskStorage(tmp_path / "files"),
        )
    assert "pantry_jar" in house.tables()


@pytest.mark.parametrize("code", ["installed", "gone"])
def test_a_purge_leaves_nothing_but_the_log(house: House, tmp_path: Path, code: str) -> None:
    given = house.registry if code == "installed" else house.without_code()
    before = house.tables()
    purge(house.database, given, "pantry", confirm="pantry", folder=tmp_path, storage=DiskStorage(tmp_path / "files"))
    assert before - house.tables() == {"pantry_jar", "pantry_jar_labels", "alembic_version_pantry"}
    _nothing_is_left(house)
    assert house.active("one") == {"core"}
    entities = {entity for (entity,) in house.rows("SELECT DISTINCT entity FROM core_change")}
    assert {"pantry.jar", "core.module"} <= entities
    with pytest.raises(UnknownPluginError):
        plan(house.database, house.without_code(), "pantry", "purge")


def _nothing_is_left(house: House) -> None:
    for table in metadata.sorted_tables:
        if table.name in house.tables() and table.name != Change.__tablename__:
            words = house.rows(f"SELECT t::text FROM {table.fullname} t WHERE t::text LIKE '%pantry%'")
            assert words == [], table.name
    assert house.rows("SELECT entity FROM core_view") == [("core.customer",)] * 2
    assert house.rows("SELECT key FROM core_custom_field") == [("shoe",)] * 2


def test_everything_is_in_the_export(house: House, tmp_path: Path) -> None:
    jars = house.rows("SELECT row_to_json(j) FROM pantry_jar j")
    done = purge(
        house.database,
        house.registry,
        "pantry",
        confirm="pantry",
        folder=tmp_path / "exports",
        storage=DiskStorage(tmp_path / "files"),
    )
    assert done.export.parent == tmp_path / "exports"
    assert done.export.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(done.export) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name).decode().splitlines() for name in archive.namelist()}
    manifest = json.loads("\n".join(files.pop("manifest.json")))
    exported = [json.loads(line) for slug in ("one", "two") for line in files[f"pantry_jar/{slug}.jsonl"]]
    assert sorted(exported, key=lambda row: row["id"]) == sorted((row for (row,) in jars), key=lambda row: row["id"])
    assert {name: len(lines) for name, lines in files.items()} == manifest["files"]
    assert {name.partition("/")[0] for name in files} == {*done.plan.tables, *done.plan.belongings}
    assert manifest["plan"]["revision"] == "pantry_0001"
    assert manifest["companies"] == {slug: company.id for slug, company in house.companies.items()}
    assert manifest["columns"]["pantry_jar"]["tenant_id"] == "bigint"


def test_the_files_of_its_records_are_in_the_export_and_gone_from_the_disk(house: House, tmp_path: Path) -> None:
    storage, company = DiskStorage(tmp_path / "files"), house.companies["one"].id
    with house.database.session(company) as session, session.begin():
        rows = [
            StoredFile(name="label.txt", size=3, media_type="text/plain", sha256=b"x", entity=entity)
            for entity in ("pantry.jar", "core.customer")
        ]
        session.add_all(rows)
        session.flush()
        theirs, others = (row.id for row in rows)
    for file in (theirs, others):
        storage.keep(company, file, storage.receive(company, io.BytesIO(b"abc")))
    done = purge(
        house.database, house.registry, "pantry", confirm="pantry", folder=tmp_path / "exports", storage=storage
    )
    with zipfile.ZipFile(done.export) as archive:
        assert archive.read(f"files/one/{theirs}") == b"abc"
        assert [name for name in archive.namelist() if str(others) in name] == []
    assert [storage.path(company, file).exists() for file in (theirs, others)] == [False, True]


def test_installing_it_again_begins_anew(house: House, tmp_path: Path, database_url: str) -> None:
    purge(
        house.database,
        house.registry,
        "pantry",
        confirm="pantry",
        folder=tmp_path,
        storage=DiskStorage(tmp_path / "files"),
    )
    with house.database.vendor_session() as vendor, pytest.raises(ValueError, match="db upgrade"):
        entitle(vendor, house.registry, "one", "pantry")
    migrate(house.database.owner_url.render_as_string(hide_password=False), house.registry)
    with house.database.vendor_session() as vendor, vendor.begin():
        assert entitle(vendor, house.registry, "one", "pantry") == ["pantry"]
    assert plan(house.database, house.registry, "pantry", "purge").rows == 0


def test_a_purge_that_cannot_have_its_tables_leaves_everything_on(
    standing: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "LOCK_TIMEOUT", "100ms")
    with standing.owner.begin() as somebody:
        somebody.exec_driver_sql("LOCK TABLE pantry_jar IN ROW EXCLUSIVE MODE")
        with pytest.raises(PurgeRefusedError, match="lock timeout"):
            purge(
                standing.database,
                standing.registry,
                "pantry",
                confirm="pantry",
                folder=tmp_path,
                storage=DiskStorage(tmp_path / "files"),
            )
    assert standing.active("one") == {"core", "pantry"}
    assert plan(standing.database, standing.registry, "pantry", "purge").rows == 8
    assert list(tmp_path.iterdir()) == []


def test_a_purge_whose_export_cannot_be_written_leaves_everything_on(standing: House, tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("a file, where the folder should be")
    with pytest.raises(OSError, match="exports"):
        purge(
            standing.database,
            standing.registry,
            "pantry",
            confirm="pantry",
            folder=tmp_path / "exports",
            storage=DiskStorage(tmp_path / "files"),
        )
    assert standing.active("one") == {"core", "pantry"}
    assert plan(standing.database, standing.registry, "pantry", "purge").rows == 8


def test_a_purge_that_was_killed_after_the_tables_can_be_finished(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(purging, "_remove_belongings", killed)
        with pytest.raises(KeyboardInterrupt):
            purge(
                house.database,
                house.registry,
                "pantry",
                confirm="pantry",
                folder=tmp_path,
                storage=DiskStorage(tmp_path / "files"),
            )
    assert house.active("one") == {"core"}
    purge(
        house.database,
        house.registry,
        "pantry",
        confirm="pantry",
        folder=tmp_path,
        storage=DiskStorage(tmp_path / "files"),
    )
    _nothing_is_left(house)


@pytest.fixture
def plain_owner(house: House) -> Iterator[House]:
    """The tables belong to somebody who is no superuser, whom the policies hold as well."""
    role = f"plain_owner_{uuid4().hex[:8]}"
    house.run(f"CREATE ROLE {role} LOGIN PASSWORD 'plain'", f"GRANT ALL ON SCHEMA public TO {role}")
    for name in ("pantry_jar", "pantry_jar_labels", "alembic_version_pantry"):
        house.run(f"ALTER TABLE {name} OWNER TO {role}")
    database = Database(house.database.owner_url.render_as_string(hide_password=False), SECRET)
    database.owner_url = database.owner_url.set(username=role, password="plain")
    yield replace(house, database=database)
    database.close()
    house.run(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_an_owner_who_is_no_superuser_exports_every_row(plain_owner: House, tmp_path: Path) -> None:
    done = purge(
        plain_owner.database,
        plain_owner.registry,
        "pantry",
        confirm="pantry",
        folder=tmp_path,
        storage=DiskStorage(tmp_path / "files"),
    )
    with zipfile.ZipFile(done.export) as archive:
        assert len(archive.read("pantry_jar/one.jsonl").splitlines()) == 3
    assert "pantry_jar" not in plain_owner.tables()
