"""Import profiles: what they make of a folder, and what of hostile ones."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Contact, Customer, Source
from core.entity import service
from core.sheets.errors import Rejected
from core.sheets.plan import Plan
from core.sheets.profile import Profile, read_profile
from core.sheets.profiles import StepDone, bring_in_folder
from core.yaml_text import LARGEST

SHOP = """
format: 1
clean: {nguon: {Feisbuk: Facebook}}
steps:
  - file: khach.csv
    entity: core.source
    match: [name]
    once: true
    fields: {name: nguon}
  - file: khach.csv
    entity: core.customer
    match: [code]
    fields:
      code: {text: "CU-{ma}"}
      name: ten
      kind: {column: loai, values: {cty: organisation}, others: empty, default: individual}
      source: nguon
      birthday: {column: sinh, date: {"/": mdy, "-": dmy}}
      email: {text: "{ten|address}@example.com"}
      note: {value: Từ cửa hàng cũ}
      owner: {column: nhan_vien}
  - file: lien_he.csv
    entity: core.contact
    match: [name]
    fields: {name: ten, customer: khach}
"""
CUSTOMERS = """ma,ten,loai,nguon,sinh,nhan_vien
1,Công ty Đặng-Hà,cty,Facebook,,{person}
2,Lan,,Feisbuk,12/31/1990,
3,Mai,khac,Feisbuk,31-12-91,
4,Cúc,,,32-12-91,
"""


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def bring_in(context: Context, profile: Profile, path: Path) -> list[StepDone]:
    return list(bring_in_folder(context, profile, path))


def one_step(**said: str) -> str:
    """A profile of one step whose settings are given as YAML."""
    step = {"file": "khach.csv", "entity": "core.customer", "match": "[name]", "fields": "{name: ten}"} | said
    return "format: 1\nsteps:\n  - " + "\n    ".join(f"{name}: {text}" for name, text in step.items())


def test_a_folder_goes_in_step_by_step_and_once_only(context: Context, tmp_path: Path) -> None:
    assert context.user is not None
    path = folder(tmp_path, khach=CUSTOMERS.format(person=context.user.name), lien_he="ten,khach\nHoa,Lan\nHuệ,Ai\n")
    context.user = None  # as on the command line: whatever has an owner has it from the file
    first = bring_in(context, read_profile(SHOP), path)
    assert [(one.outcome.created, one.outcome.wrong) for one in first] == [(1, 0), (3, 1), (1, 1)]
    rows = context.session.scalars(sa.select(Customer).order_by(Customer.code)).all()
    assert [(one.code, one.kind, one.email, str(one.birthday or "")) for one in rows] == [
        ("CU-1", "organisation", "cong.ty.dang.ha@example.com", ""),
        ("CU-2", "individual", "lan@example.com", "1990-12-31"),
        ("CU-3", "individual", "mai@example.com", "1991-12-31"),
    ]
    assert [one.owner_id is None for one in rows] == [False, True, True]
    assert {one.source.name for one in rows if one.source} == {"Facebook"}
    assert [(one.name, one.customer.name) for one in context.session.scalars(sa.select(Contact))] == [("Hoa", "Lan")]
    found = {(one.kind, one.column, one.said): one.count for one in first[1].findings if one.kind != "empty"}
    wrong = [one for one in found if one[0] == "wrong"]
    assert found == {
        ("renamed", "nguon", "Feisbuk"): 2,
        ("written", "sinh", "#/#/yyyy"): 1,
        ("written", "sinh", "#-#-#"): 1,
        wrong[0]: 1,
    }
    assert all(str(one) for step in first for one in step.findings)
    second = bring_in(context, read_profile(SHOP), path)
    assert [(one.outcome.created, one.outcome.updated) for one in second] == [(0, 0)] * 3


def test_what_is_there_keeps_its_owner(context: Context, tmp_path: Path) -> None:
    assert context.user is not None
    lan = service.create(context, Customer, {"name": "Lan"})
    owner, version = lan.owner_id, lan.version
    context.session.commit()
    path = folder(tmp_path, khach=f"ten,nguoi,nganh\nLan,{context.user.name},Trà\nMai,Không ai,\n")
    fields = "{name: ten, owner: nguoi, sector: nganh}"
    [done] = bring_in(context, read_profile(one_step(fields=fields, duplicates="overwrite")), path)
    assert (done.outcome.updated, done.outcome.wrong) == (1, 1)
    context.session.refresh(lan)
    assert (lan.owner_id, lan.sector, lan.version) == (owner, "Trà", version + 1)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1]\nb: *a",
        "[" * 100_000,
        "!!python/object/apply:os.system [id]",
        "\x00",
        " " * (LARGEST + 1),
        "[]",
        "format: 2\nsteps: []",
        "format: 1\nsteps: []",
        "format: 1\nsteps: [x]",
        "format: 1\nstep: []",
        one_step(file="../khach.csv"),
        one_step(file="/etc/passwd"),
        one_step(file="[a]"),
        one_step(nothing="1"),
        one_step(duplicates="perhaps"),
        one_step(duplicates="[a]"),
        one_step(match="[code]"),
        one_step(match="name"),
        one_step(once="maybe"),
        one_step(match="[]", once="true"),
        one_step(fields="{}"),
        one_step(fields="[name]"),
        one_step(fields="{name: 1}"),
        one_step(fields="{name: {}}"),
        one_step(fields="{name: {column: ten, value: x}}"),
        one_step(fields="{name: {column: ten, others: guess}}"),
        one_step(fields="{name: {column: ten, others: [a]}}"),
        one_step(fields="{name: {column: ten, date: ymd}}"),
        one_step(fields="{name: {column: ten, values: [a]}}"),
        one_step(fields='{name: {text: "{ten!r}"}}'),
        one_step(fields='{name: {text: "{ten:>999999999}"}}'),
        one_step(fields='{name: {text: "{ten|shout}"}}'),
        one_step(fields='{name: {text: "{ten"}}'),
        one_step(fields='{name: {text: "{}"}}'),
    ],
)
def test_a_profile_that_cannot_be_is_refused_in_words(text: str) -> None:
    with pytest.raises(Rejected) as refused:
        read_profile(text)
    assert str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        one_step(entity="core.nothing"),
        one_step(entity="core.role_grant"),
        one_step(file="nothing.csv"),
        one_step(fields="{name: ten, created_at: ten}"),
        one_step(fields="{name: ten, password_hash: ten}"),
        one_step(fields="{name: nothing}"),
        one_step(fields='{name: {text: "{ten.__class__}"}}'),
    ],
)
def test_what_a_profile_names_and_is_not_there_is_told_before_anything_is_saved(
    context: Context, tmp_path: Path, text: str
) -> None:
    path = folder(tmp_path, khach="ten\nLan\n")
    with pytest.raises(Rejected) as refused:
        bring_in(context, read_profile(text), path)
    assert str(refused.value)
    assert context.session.scalars(sa.select(Customer)).all() == []


def test_a_file_that_is_read_by_a_profile_may_hold_anything(context: Context, tmp_path: Path) -> None:
    text = one_step(fields="{name: ten, birthday: {column: ngay, date: mdy}, source: nguon}", match="[name]")
    nasty = (
        'ten,ngay,nguon\n"=cmd|x",9999999999999999999/1/1,\n"a""b;c\nd","' + "1/" * 400 + '",\nLan,1/2/2000,Không có\n'
    )
    [done] = bring_in(context, read_profile(text), folder(tmp_path, khach=nasty))
    assert (done.outcome.created, done.outcome.wrong) == (0, 3)
    assert context.session.scalars(sa.select(Source).where(Source.name == "Không có")).all() == []


def test_a_plan_keeps_what_was_found(context: Context, tmp_path: Path) -> None:
    path = folder(tmp_path, khach=CUSTOMERS.format(person=""))
    from core.sheets.profiles import prepare

    step = read_profile(SHOP).steps[0]
    plan = prepare(context, context.resource(Source), step, path / "khach.csv", tmp_path / "out.csv")
    assert Plan.from_json(plan.to_json()) == plan
    assert plan.findings
