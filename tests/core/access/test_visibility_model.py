"""What SQL shows is what plain Python says: random roles, departments, groups, heads, shares and people who left."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access.models import Role, User
from core.access.organisation import Department
from core.access.rights import rights_of_person
from core.access.sharing import Targets, Terms
from core.access.visibility import visible
from core.bulk import leaving
from core.bulk.sharing import share
from core.context import Context, Grants, UserInfo
from core.customers.models import Contact, Customer
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import MissingError
from core.entity.query import Query, count, list_fields, matching_ids, read_page
from core.entity.stream import stream
from core.web.entity.related import related

VERBS = ("see", "edit", "delete", "export", "share", "transfer")
ORDER = ("", "own", "department", "below", "all")
PEOPLE, DEPARTMENTS, ROLES, CUSTOMERS, CONTACTS = 4, 3, 3, 5, 5
WORD = "Khách"

_scopes = st.sampled_from(ORDER)
_verbs = st.dictionaries(st.sampled_from(VERBS), _scopes, max_size=4)
_person = st.integers(0, PEOPLE - 1)
_department = st.integers(0, DEPARTMENTS - 1)


@dataclass
class Company:
    """A company as plain Python knows it."""

    roles: list[dict[str, dict[str, str]]]
    held: list[set[int]]
    parents: list[int | None]
    groups: set[int]
    heads: list[int | None]
    main: list[int | None]
    further: list[set[int]]
    customers: list[int]
    """The owner of each."""
    contacts: list[tuple[int, int]]
    """The owner of each, and its customer."""
    shares: list[tuple[int, str, int, str, bool]]
    """Customer, kind and number of whom, access, and whether all information goes along."""
    gone: set[int] = field(default_factory=set)

    def scope(self, me: int, entity: str, verb: str) -> str:
        """The widest of the roles; in each the most particular word counts."""
        said = [self._said(self.roles[role], entity, verb) for role in self.held[me]] if me not in self.gone else []
        return max(said, key=ORDER.index, default="")

    @staticmethod
    def _said(role: dict[str, dict[str, str]], entity: str, verb: str) -> str:
        return next((role[key][verb] for key in (entity, "core.*", "*") if verb in role.get(key, {})), "")

    def staff(self, department: int) -> set[int]:
        """Those who belong to a department or group."""
        found = {n for n in range(PEOPLE) if self.main[n] == department or n in self.further[department]}
        return found - self.gone

    def mine(self, me: int) -> set[int]:
        """The departments and groups somebody belongs to or heads."""
        return {one for one in range(DEPARTMENTS) if me in self.staff(one) or self.heads[one] == me}

    def reaches(self, me: int, scope: str, owner: int) -> bool:
        """Whether a scope covers an owner's records."""
        if scope == "all" or (scope and owner == me):
            return True
        reached = self.mine(me) - self.groups
        while scope == "below":
            more = {n for n, parent in enumerate(self.parents) if parent in reached and n not in self.groups} - reached
            if not more:
                break
            reached |= more
        return scope in {"department", "below"} and any(owner in self.staff(one) for one in reached)

    def shared(self, me: int, customer: int, verb: str, *, wholly: bool = False) -> bool:
        """Whether a share lets somebody see or edit a customer, or what hangs on it too."""
        return any(
            one == customer
            and (whom == me if kind == "user" else whom in self.mine(me))
            and (verb == "see" or access == "edit")
            and (everything or not wholly)
            for one, kind, whom, access, everything in self.shares
            if not (kind == "user" and whom in self.gone)
        )

    def customer(self, me: int, number: int, verb: str) -> bool:
        """Whether somebody may do this with a customer."""
        scope = self.scope(me, "core.customer", verb)
        by_share = verb in {"see", "edit"} and self.shared(me, number, verb)
        return bool(scope) and (self.reaches(me, scope, self.customers[number]) or by_share)

    def contact(self, me: int, number: int, verb: str) -> bool:
        """Whether somebody may do this with a contact: as its owner, or with its customer."""
        owner, customer = self.contacts[number]
        scope, whole = self.scope(me, "core.contact", verb), self.scope(me, "core.customer", verb)
        hangs = verb in {"see", "edit"} and (
            self.shared(me, customer, verb, wholly=True) or self.reaches(me, whole, self.customers[customer])
        )
        return bool(scope) and (self.reaches(me, scope, owner) or hangs)


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """Companies of a handful of people."""
    keys = st.sampled_from(("*", "core.*", "core.customer", "core.contact"))
    return Company(
        roles=[draw(st.dictionaries(keys, _verbs, max_size=3)) for _n in range(ROLES)],
        held=[draw(st.sets(st.integers(0, ROLES - 1), max_size=2)) for _n in range(PEOPLE)],
        parents=[None if n == 0 else draw(st.none() | st.integers(0, n - 1)) for n in range(DEPARTMENTS)],
        groups=draw(st.sets(_department, max_size=1)),
        heads=[draw(st.none() | _person) for _n in range(DEPARTMENTS)],
        main=[draw(st.none() | _department) for _n in range(PEOPLE)],
        further=[draw(st.sets(_person, max_size=2)) for _n in range(DEPARTMENTS)],
        customers=[draw(_person) for _n in range(CUSTOMERS)],
        contacts=[(draw(_person), draw(st.integers(0, CUSTOMERS - 1))) for _n in range(CONTACTS)],
        shares=draw(_shares()),
        gone=draw(st.sets(_person, max_size=1)),
    )


def _shares() -> st.SearchStrategy[list[tuple[int, str, int, str, bool]]]:
    """At most one for each customer and person or department: a second one would take the place of the first."""
    one = st.tuples(
        st.integers(0, CUSTOMERS - 1), st.sampled_from(("user", "department")), st.integers(0, DEPARTMENTS - 1),
        st.sampled_from(("read", "edit")), st.booleans(),
    )  # fmt: skip
    return st.lists(one, max_size=5, unique_by=lambda share: share[:3])


@dataclass
class World:
    """The same company in the database."""

    people: list[Context]
    customers: list[UUID]
    contacts: list[UUID]


def _build(admin: Context, model: Company) -> World:
    tag = uuid4().hex[:6]
    roles = [service.create(admin, Role, {"name": f"Vai trò {tag} {n}"}) for n in range(ROLES)]
    for role, grants in zip(roles, model.roles, strict=True):
        role.grants = grants
    users = [service.create(admin, User, {"name": f"P{n}", "email": f"{tag}{n}@example.com"}) for n in range(PEOPLE)]
    departments: list[UUID] = []
    for n in range(DEPARTMENTS):
        parent, head = model.parents[n], model.heads[n]
        values: dict[str, Any] = {
            "name": f"Phòng {tag} {n}", "kind": "group" if n in model.groups else "department",
            "parent": None if parent is None else departments[parent],
            "head": None if head is None else users[head].id,
            "members": [users[one].id for one in sorted(model.further[n])],
        }  # fmt: skip
        departments.append(service.create(admin, Department, values).id)
    for n, user in enumerate(users):
        place = model.main[n]
        held = [roles[one].id for one in sorted(model.held[n])]
        service.update(admin, user, {"roles": held, "department": None if place is None else departments[place]})
    people = [_turn(admin, user) for user in users]
    world = World(people, _owned(people, model.customers), [])
    for n, (owner, customer) in enumerate(model.contacts):
        values = {"name": f"{WORD} liên hệ {n}", "customer": world.customers[customer]}
        made = service.create(admin, Contact, values)
        made.owner_id = users[owner].id
        world.contacts.append(made.id)
    for customer, kind, whom, access, everything in model.shares:
        to = Targets([users[whom].id]) if kind == "user" else Targets(departments=[departments[whom]])
        share(admin, Customer, [world.customers[customer]], to, "add", Terms(["*"] if everything else [], access))
    for n in model.gone:
        leaving.deactivate(admin, users[n])
    admin.session.flush()
    for person in people:
        person.grants = rights_of_person(person)
        person.cache.clear()
    return world


def _turn(admin: Context, user: User) -> Context:
    info = UserInfo(user.id, user.name, user.email)
    return Context(admin.session, admin.company, admin.hooks, admin.active, Grants(admin=True), info)


def _owned(people: list[Context], owners: list[int]) -> list[UUID]:
    return [service.create(people[owner], Customer, {"name": f"{WORD} hàng {n}"}).id for n, owner in enumerate(owners)]


def _allowed(person: Context, model: type[Entity], verb: str, ids: list[UUID]) -> set[UUID]:
    resource = person.resource(model)
    query = Query(resource, conditions=[visible(person, resource, verb)])
    admin = Context(person.session, person.company, person.hooks, person.active)
    return set(matching_ids(admin, query, 200)) & set(ids)


def _seen(person: Context, model: type[Entity]) -> set[UUID]:
    """By every way there is to read many; they agree."""
    resource = person.resource(model)
    by_name = list_fields(person, resource)["name"]
    ways = [
        Query(resource, limit=200), Query(resource, sort=by_name, limit=200), Query(resource, q=WORD, limit=200),
        Query(resource, q="kh", limit=200),
    ]  # fmt: skip
    found = [{row["id"] for row in read_page(person, query).rows} for query in ways]
    found.append(set(matching_ids(person, Query(resource), 200)))
    assert all(one == found[0] for one in found), found
    assert count(person, Query(resource)) == (len(found[0]), False)
    return found[0]


def _exported(person: Context, model: type[Entity]) -> set[str]:
    resource = person.resource(model)
    query = Query(resource, columns=[resource.fields["name"]], verb="export")
    return {name for part in stream(person, query) for name in part[0]}


def _can_get(person: Context, model: type[Entity], record: UUID) -> bool:
    try:
        service.get(person, model, record)
    except MissingError:
        return False
    return True


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(model=companies())
def test_what_sql_shows_is_what_a_naive_model_says(
    make_context: Callable[..., Context], make_company: Callable[..., Any], model: Company
) -> None:
    admin = make_context(make_company())
    world = _build(admin, model)
    for me, person in enumerate(world.people):
        sees = _expected(model.customer, me, "see", world.customers)
        sees_too = _expected(model.contact, me, "see", world.contacts)
        for kind, expected in ((Customer, sees), (Contact, sees_too)):
            ids, allowed = (world.customers, model.customer) if kind is Customer else (world.contacts, model.contact)
            assert _seen(person, kind) == expected
            assert {one for one in ids if _can_get(person, kind, one)} == expected
            for verb in VERBS:
                assert _allowed(person, kind, verb, ids) == _expected(allowed, me, verb, ids), (kind, verb)
            assert len(_exported(person, kind)) == len(expected & _expected(allowed, me, "export", ids))
        for customer in sees:
            record = service.get(person, Customer, customer)
            lists = related(person, person.resource(Customer), record)
            shown = {row.url.rsplit("/", 1)[1] for one in lists for row in one.lines if "contacts" in row.url}
            hanging = {world.contacts[n] for n, (_o, c) in enumerate(model.contacts) if world.customers[c] == customer}
            assert shown == {str(one) for one in hanging & sees_too}
    admin.session.close()  # each example is a company of its own


def _expected(allowed: Callable[[int, int, str], bool], me: int, verb: str, ids: list[UUID]) -> set[UUID]:
    return {one for number, one in enumerate(ids) if allowed(me, number, verb)}
