"""The driver's connection: what every request does with it, at the price of the work itself."""

import re
import select
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

R = TypeVar("R")
Row = tuple[Any, ...]
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")
_END = b"COMMIT"
_GOOD = frozenset((ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK))
_Key = tuple[str, tuple[int, ...]]
"""A statement's text and the types of its values: that of a number goes by its size."""
_MOST_KNOWN = 100
"""Statements that are prepared on a connection; each costs the server some tens of kilobytes."""
_WORTH_IT = 3
"""The time a statement is asked at which it is prepared."""


class Statement(NamedTuple):
    """A statement that is known as text, and its values."""

    text: str
    """With a parameter as ``%(name)s``."""
    parameters: Mapping[str, Any]
    passing: bool = False
    """Whether what it writes would not be missed if it got lost."""


class Connection(psycopg.Connection[Any]):
    """A connection on which a transaction costs no waiting but for its rows.

    To wait puts the process to sleep, and going to sleep and waking up cost more than a small statement. So a
    transaction begins in one message with its first statement, and nobody waits for the end of one that only read, or
    only wrote what would not be missed.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.in_turn = False
        """Whether :meth:`begin` has begun a transaction that is not over."""
        self.as_text = False
        """Whether all of the transaction's statements so far were run by :meth:`run`."""
        self._passing = False
        """Whether nothing would be missed that the transaction did so far."""
        self._ahead: tuple[bytes, ...] = ()
        """What goes to the server before anything else does."""
        self._ending = False
        """Whether the end of the last transaction was sent, and its answer not read."""
        self._known: dict[_Key, _Known] = {}
        self._forgotten: tuple[bytes, ...] = ()
        """What lets the server forget statements, as soon as another transaction begins."""
        self._named = 0
        self._values = Transformer(self)
        self._incoming = select.poll()
        self._incoming.register(self.pgconn.socket, select.POLLIN)

    def begin(self, tenant: int | None) -> None:
        """Begin a transaction and announce its company, together with the first statement.

        The utility form and not set_config(): a distributed database forwards no other. It ends with the transaction,
        so a pooled connection carries nothing over.
        """
        self._ahead = (b"BEGIN",) if tenant is None else (b"BEGIN", b"SET LOCAL ghep.tenant TO '%d'" % tenant)
        self.in_turn = self.as_text = self._passing = True

    def run(self, statements: Iterable[Statement], *, last: bool = False) -> list[list[Row]]:
        """Run statements, one after the other but in one message, and read the rows of each.

        The library underneath does what a cursor would need several steps of Python for. ``last`` says that the
        transaction may end in the same message, if nothing would be missed that it did.
        """
        before = self._ahead
        if before:
            before, self._forgotten = before + self._forgotten, ()
        sent = [self._sendable(one) for one in statements]
        last = last and self.in_turn and self.as_text and self._passing
        self._hear_the_end()
        try:
            answers = self._exchange(before, sent, after=(_END,) if last else ())
        except BaseException:  # nobody could go on from half of one
            self.pgconn.finish()
            raise
        if last:
            self.in_turn = answers[-1][0].status not in _GOOD
        own = answers[len(before) : len(before) + len(sent)]
        for one, said in zip(sent, own, strict=True):
            one.known.hear(said)
        try:
            _require(answer for some in answers for answer in some)
        except psycopg.Error:
            for one in sent:
                self._forget(one.key)  # a table it reads may have become another
            raise
        return [one.known.rows(said[-1]) for one, said in zip(sent, own, strict=True)]

    def commit(self) -> None:
        """End the transaction; how that goes concerns nobody if nothing of it would be missed."""
        ours, self.in_turn = self.in_turn and self.as_text, False
        if self._ahead:
            self._ahead = ()
        elif self._is_idle():
            pass
        elif not ours:
            super().commit()
        elif self._passing:
            with suppress(psycopg.OperationalError):  # the pool finds out that it is lost
                self.pgconn.send_query(_END)
                self._ending = True
        else:
            self.pgconn.send_query(_END)
            _require(self._answers())

    def rollback(self) -> None:
        """Undo the transaction, unless there is none or it has been told to end already."""
        self.in_turn = False
        if self._ahead:
            self._ahead = ()
        elif not (self._ending or self._is_idle()):
            super().rollback()

    def settle(self) -> None:
        """Let the server know and have answered all that it was to be told so far. Raises its error."""
        self._hear_the_end()
        if self._ahead:
            begun, self._ahead = self._ahead, ()
            self.pgconn.send_query(b"; ".join(begun))
            _require(self._answers())

    def is_usable(self) -> bool:
        """Whether a next transaction may begin: from an idle connection nothing comes but that the server has gone."""
        try:
            self._hear_the_end()
        except psycopg.Error:
            return False
        return not self._incoming.poll(0)

    def wait(self, gen: PQGen[R], *args: Any, **options: Any) -> R:
        """All that the driver does with the server it does in here; what goes before it is told first."""
        self.settle()
        return super().wait(gen, *args, **options)

    def _sendable(self, statement: Statement) -> "_Sendable":
        text, names, formats, reads = _numbered(statement.text)
        self._passing = self._passing and (reads or statement.passing)
        values = self._values.dump_sequence([statement.parameters[name] for name in names], formats)
        key = (statement.text, self._values.types or ())
        return _Sendable(self._known.get(key) or self._know(key, text), key, values, self._values.formats)

    def _know(self, key: _Key, text: bytes) -> "_Known":
        if len(self._known) == _MOST_KNOWN:
            self._forget(next(iter(self._known)))
        self._named += 1
        known = self._known[key] = _Known(self, text, b"ghep_%d" % self._named)
        return known

    def _forget(self, key: _Key) -> None:
        known = self._known.pop(key, None)
        if known and known.is_prepared:
            self._forgotten += (b"DEALLOCATE " + known.name,)

    def _is_idle(self) -> bool:
        return self.pgconn.transaction_status == TransactionStatus.IDLE

    def _exchange(
        self, before: Sequence[bytes], sent: Sequence["_Sendable"], after: Sequence[bytes]
    ) -> list[list[PGresult]]:
        """Send commands and, between them, statements in one message; the answers to each."""
        server, self._ahead = self.pgconn, ()
        server.enter_pipeline_mode()
        for command in before:
            server.send_query_params(command, ())
        numbers = [1] * len(before) + [one.known.send(server, one) for one in sent] + [1] * len(after)
        for command in after:
            server.send_query_params(command, ())
        server.pipeline_sync()
        while server.flush():  # a long value; the server may be waiting, too, for its first answers to be taken
            both = select.poll()
            both.register(server.socket, select.POLLIN | select.POLLOUT)
            if any(event & select.POLLIN for _socket, event in both.poll()):
                server.consume_input()
        answers = [[self._answer() for _ in range(number)] for number in numbers]
        self._next()  # the mark at its end
        server.exit_pipeline_mode()
        return answers

    def _answer(self) -> PGresult:
        """The answer to one command of a message."""
        found = self._next()
        if found is None:
            raise psycopg.InternalError("A command of a message was not answered.")
        self.pgconn.get_result()  # that it was the only one is known already
        return found

    def _answers(self) -> list[PGresult]:
        """All answers to one command."""
        return list(iter(self._next, None))

    def _next(self) -> PGresult | None:
        """What the server says next; while it says nothing other threads go on."""
        server = self.pgconn
        while server.is_busy():
            self._incoming.poll()
            server.consume_input()
        return server.get_result()

    def _hear_the_end(self) -> None:
        if self._ending:
            self._ending = False
            self._answers()

    def _deallocate(self, name: bytes | None) -> PQGen[None]:
        """What the driver does after a rollback and the like: all that is prepared is forgotten, ours with it."""
        if name is None:
            self._known.clear()
            self._forgotten = ()
        return super()._deallocate(name)


class _Sendable(NamedTuple):
    """A statement as it goes to the server."""

    known: "_Known"
    key: _Key
    values: Sequence[Any]
    formats: Any


class _Known:
    """A statement, for values of certain types, as one connection knows it."""

    def __init__(self, connection: Connection, text: bytes, name: bytes) -> None:
        self._text, self.name = text, name
        self.is_prepared = False
        self._times = 0
        self._values = Transformer(connection)
        self._has_read = False

    def send(self, server: PGconn, one: _Sendable) -> int:
        """Send it with its values; returns how many commands that took."""
        self._times += 1
        types = one.key[1]
        if self._times < _WORTH_IT:
            server.send_query_params(self._text, one.values, types, one.formats)
            return 1
        begins, self.is_prepared = not self.is_prepared, True
        if begins:
            server.send_prepare(self.name, self._text, types)
        server.send_query_prepared(self.name, one.values, one.formats)
        return 1 + begins

    def hear(self, answers: Sequence[PGresult]) -> None:
        """Take note of whether it could be prepared, where it was to be."""
        if len(answers) > 1:
            self.is_prepared = answers[0].status in _GOOD

    def rows(self, answer: PGresult) -> list[Row]:
        """What it found."""
        self._values.set_pgresult(answer, set_loaders=not self._has_read)
        self._has_read = True
        return self._values.load_rows(0, answer.ntuples, tuple)


def _require(answers: Iterable[PGresult]) -> None:
    for answer in answers:
        if answer.status not in _GOOD:
            raise psycopg.errors.error_from_result(answer)


class _Numbered(NamedTuple):
    """A statement as the server takes it."""

    text: bytes
    """With ``$1`` for a parameter."""
    names: tuple[str, ...]
    """What the parameters are called, in the order of their numbers."""
    formats: list[PyFormat]
    """How each is written: as is best."""
    reads: bool
    """Whether it can only read; of one that begins with WITH nobody has looked."""


@lru_cache(maxsize=2000)
def _numbered(statement: str) -> _Numbered:
    """The driver would look for the parameters in every long statement each time it is run."""
    places: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${places.setdefault(found[1], len(places) + 1)}"

    text = _PARAMETER.sub(place, statement).encode()
    return _Numbered(text, tuple(places), [PyFormat.AUTO] * len(places), statement.lstrip().startswith("SELECT"))
