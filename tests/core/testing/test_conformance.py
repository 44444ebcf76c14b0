"""The conformance kit: a good plugin passes every check, and each kind of bad one fails the check that is meant for it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.testing.conformance import CHECKS

Change = Callable[[Any], None]
ROOT = Path(__file__).parents[3]


def card(lines: str) -> str:
    """A card of the home page whose text these lines make; ``sa`` and ``sdk`` are at hand."""
    body = "\n".join(f"    {line}" for line in lines.strip().splitlines())
    return f'import sqlalchemy as sa\n\n\n@hookimpl\ndef cards(context):\n{body}\n    return [sdk.Card(name="one", title=_("Item"), text=text)]\n'


def raises_at_import(source: Any) -> None:
    source.add("1 / 0")


def wants_another_api(source: Any) -> None:
    source.change("__init__.py", 'api=">=1', 'api=">=99')


def opens_a_socket_at_import(source: Any) -> None:
    source.add("import socket\n\nsocket.socket().close()")


def reaches_behind_the_sdk(source: Any) -> None:
    source.add("from core.db.database import Database")


def has_a_foreign_table(source: Any) -> None:
    source.add('class Stray(Entity):\n    __tablename__ = "elsewhere_stray"\n    name: Mapped[str] = field(_("Name"))')


def misspells_a_hook(source: Any) -> None:
    source.add("@hookimpl\ndef navigaton():\n    return []")


def forgets_translations(source: Any) -> None:
    source.change("__init__.py", 'plural=_("Items")', 'plural="Items"')
    source.add('LATER = _("Perhaps tomorrow")\nSOON = _("In %(n)s days", n=1)')
    source.change("translations/vi.po", 'msgid "Open"', 'msgid "In %(n)s days"\nmsgstr "Mấy ngày nữa"\n\nmsgid "Open"')


def has_a_table_without_migration(source: Any) -> None:
    source.add('class Second(Entity):\n    __tablename__ = "trial_second"\n    name: Mapped[str] = field(_("Name"))')


def does_not_migrate_back(source: Any) -> None:
    source.change("migrations/versions/trial_0001_items.py", 'op.drop_table("trial_item")', "pass")


def opens_its_table_to_the_vendor(source: Any) -> None:
    source.migrate("CREATE POLICY everyone ON trial_item FOR SELECT TO ghep_vendor USING (true)", "SELECT 1")


def takes_no_record(source: Any) -> None:
    source.change("__init__.py", "if self.ends and self.ends < self.begins:", "if self.name:")


def remembers_across_companies(source: Any) -> None:
    source.add("SEEN = []\n")
    source.add(
        card(
            """
text = ""
if context.can("trial.item", "see"):
    query = sdk.Query(context.resource(Item), columns=[Item.__fields__["name"]])
    SEEN.extend(row["name"] for row in sdk.read_page(context, query).rows)
    text = " ".join(SEEN)
"""
        )
    )


def shows_what_nobody_granted(source: Any) -> None:
    source.add(
        card("""
statement = sa.text("SELECT name FROM trial_item WHERE tenant_id = :tenant")
text = " ".join(context.session.scalars(statement, {"tenant": context.tenant}))
""")
    )


def listens_behind_the_platforms_back(source: Any) -> None:
    source.add("""
from sqlalchemy import event
from sqlalchemy.orm import Session

SAVED = []


@event.listens_for(Session, "before_commit")
def snoop(session):
    SAVED.append(session)
""")


def clears_what_was_there_when_switched_on(source: Any) -> None:
    source.add("""
import sqlalchemy as sa


@hookimpl
def module_on(context):
    context.session.execute(sa.delete(Item).where(Item.tenant_id == context.tenant))
""")


def clears_only_when_it_was_off_for_the_first_time(source: Any) -> None:
    source.add("""
import sqlalchemy as sa

TURNS: dict[int, int] = {}


@hookimpl
def module_on(context):
    TURNS[context.tenant] = TURNS.get(context.tenant, 0) + 1
    if TURNS[context.tenant] == 2:
        context.session.execute(sa.delete(Item).where(Item.tenant_id == context.tenant))
""")


def raises_at_work(source: Any) -> None:
    source.add(
        card('raise ValueError("no card today")\ntext = ""')
        + """
from datetime import timedelta


def work(context, work):
    raise ValueError("no work today")


@hookimpl
def handlers():
    return [sdk.Handler(topic="trial.tick", run=work, title=_("Item"))]


@hookimpl
def schedules():
    return [sdk.Schedule(name="tick", topic="trial.tick", every=timedelta(days=1))]
"""
    )


def asks_too_often(source: Any) -> None:
    source.add("""
import sqlalchemy as sa


@hookimpl
def record_actions(context, record):
    for _number in range(15):
        context.session.execute(sa.select(Item.id).where(Item.tenant_id == context.tenant).limit(1))
    return []
""")


def asks_for_more_than_its_company(source: Any) -> None:
    source.add(
        card(
            """
text = context.session.scalar(sa.text("SELECT string_agg(name, ' ') FROM trial_item")) or ""
text = text if context.can("trial.item", "see") else ""
context.session.commit()
"""
        )
    )


def leaves_a_table_behind(source: Any) -> None:
    source.migrate("CREATE TABLE archive_of_trial (id integer)", "DROP TABLE archive_of_trial")


BAD: list[tuple[str, Change, str]] = [
    ("entry-point", raises_at_import, "ZeroDivisionError"),
    ("manifest", wants_another_api, "plugin API >=99"),
    ("quiet-import", opens_a_socket_at_import, "__init__.py"),
    ("imports", reaches_behind_the_sdk, "core.db.database"),
    ("table-names", has_a_foreign_table, "elsewhere_stray"),
    ("start", misspells_a_hook, "navigaton"),
    (
        "translations",
        forgets_translations,
        "'Perhaps tomorrow' | 'In %(n)s days' and its translation in vi.po have different | trial.item's plural 'Items'",
    ),
    ("migrations", has_a_table_without_migration, "trial_second"),
    ("migrations", does_not_migrate_back, "trial_item is still there"),
    ("locks", opens_its_table_to_the_vendor, "everyone"),
    ("records", takes_no_record, "trial.item"),
    ("isolation", remembers_across_companies, "home shows another company's data"),
    ("permissions", shows_what_nobody_granted, "home shows the plugin's data to somebody without a grant"),
    ("off", listens_behind_the_platforms_back, "snoop"),
    ("keeps", clears_what_was_there_when_switched_on, "trial_item: 3 of 3 rows are gone"),
    ("keeps", clears_only_when_it_was_off_for_the_first_time, "trial_item: 3 of 3 rows are gone"),
    (
        "errors",
        raises_at_work,
        "cards raises ValueError: no card today | job trial.tick raises ValueError: no work today",
    ),
    ("budget", asks_too_often, "16 statements, 12 are allowed"),
    ("statements", asks_for_more_than_its_company, "cards asks trial_item without tenant_id | cards commits"),
    ("purge", leaves_a_table_behind, "archive_of_trial"),
]
TOGETHER = (
    (raises_at_import,),
    (wants_another_api,),
    (has_a_foreign_table,),
    (misspells_a_hook,),
    (has_a_table_without_migration,),
    (does_not_migrate_back,),
    (takes_no_record,),
    (reaches_behind_the_sdk, forgets_translations, opens_its_table_to_the_vendor, remembers_across_companies),
    (opens_a_socket_at_import, shows_what_nobody_granted, clears_what_was_there_when_switched_on, asks_too_often),
    (raises_at_work, listens_behind_the_platforms_back, leaves_a_table_behind),
    (asks_for_more_than_its_company, clears_only_when_it_was_off_for_the_first_time),
)
"""What is wrong with one plugin at once: a check that others wait for stands alone, and no two are seen by the same."""


@pytest.mark.parametrize("changes", TOGETHER, ids=lambda changes: "-".join(change.__name__ for change in changes))
def test_a_plugin_fails_the_checks_meant_for_it_and_no_others(
    examine: Callable[..., dict[str, str]], changes: tuple[Change, ...]
) -> None:
    def apply(source: Any) -> None:
        for change in changes:
            change(source)

    wanted = {check: words for check, change, words in BAD if change in changes}
    reasons = examine(apply)
    assert sorted(reasons) == sorted(wanted), reasons
    for check, words in wanted.items():
        for part in words.split(" | "):
            assert part in reasons[check]


def test_every_check_has_a_plugin_that_fails_it() -> None:
    assert {check for check, _change, _words in BAD} == {check.name for check in CHECKS}
    assert sorted(change.__name__ for changes in TOGETHER for change in changes) == sorted(
        change.__name__ for _check, change, _words in BAD
    )


def test_the_example_passes_every_check(examine_installed: Callable[..., dict[str, str]]) -> None:
    assert examine_installed("kennel") == {}


def test_a_plugin_with_every_hook_and_every_kind_of_field_passes(
    examine_installed: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    information = tmp_path / "ghep_dummy-1.0.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: ghep-dummy\nVersion: 1.0.0\n")
    (information / "entry_points.txt").write_text("[ghep.plugins]\ndummy = ghep_dummy\n")
    folders = os.pathsep.join(map(str, (tmp_path, ROOT / "tests" / "dummy_plugin")))
    assert examine_installed("dummy", path=folders) == {}


def test_values_that_cannot_be_guessed_can_be_given(examine: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    def wants_a_code(source: Any) -> None:
        source.change("__init__.py", "if self.ends and self.ends < self.begins:", 'if self.name != "MÃ-17/Đ":')

    values = tmp_path / "values.json"
    values.write_text('{"trial.item": {"name": "MÃ-17/Đ"}}', encoding="utf-8")
    assert examine(wants_a_code, "--values", str(values)) == {}
