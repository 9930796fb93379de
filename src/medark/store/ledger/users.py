"""People who use the platform, their roles, and the hashes of their passwords"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from medark.errors import NotFoundError, UsageError
from medark.model.user import User
from medark.store.ledger.engine import put
from medark.store.ledger.tables import user_role, users

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database


class Users:
    """Users by name. Nobody is ever deleted, since the audit names them: they are disabled."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def add(self, user: User, password_hash: str | None = None) -> User:
        """Add a user; UsageError if there is one of this name. Without a password they can't sign in by one."""
        row: dict[str, Any] = {"name": user.name, "display": user.display, "organisation": user.organisation}
        row |= {"password_hash": password_hash, "disabled": user.disabled, "made_ms": int(self._clock() * 1000)}
        with self._database.writing() as connection:
            new = self._database.insert(users).on_conflict_do_nothing().returning(users.c.name)
            if connection.execute(new, row).first() is None:
                raise UsageError("there is a user of this name", fix="choose another name", user=user.name)
            self._give(connection, user.name, user.roles)
        return user

    def change(self, user: User) -> User:
        """Give a user another display name, organisation and roles, disable or enable them. NotFoundError."""
        row = {"display": user.display, "organisation": user.organisation, "disabled": user.disabled}
        with self._database.writing() as connection:
            _found(connection.execute(update(users).where(users.c.name == user.name).values(row)), user.name)
            connection.execute(delete(user_role).where(user_role.c.user_name == user.name))
            self._give(connection, user.name, user.roles)
        return user

    def set_password_hash(self, name: str, password_hash: str | None) -> None:
        """Let a user sign in by another password, or by none. NotFoundError."""
        changed = update(users).where(users.c.name == name).values(password_hash=password_hash)
        with self._database.writing() as connection:
            _found(connection.execute(changed), name)

    def password_hash(self, name: str) -> str | None:
        """The hash to check a password against; None for nobody, for who has none and for who is disabled."""
        asked = select(users.c.password_hash).where(users.c.name == name, ~users.c.disabled)
        with self._database.reading() as connection:
            return connection.execute(asked).scalar()

    def one(self, name: str) -> User:
        """A user by name; NotFoundError."""
        found = self._database.remembered.of(
            ("user", name), lambda: self._users(users.c.name == name, user_role.c.user_name == name)
        )
        if not found:
            raise _nobody(name)
        return found[0]

    def all(self) -> list[User]:
        """All users, by name."""
        return self._users(True, True)

    def _users(self, which: Any, whose: Any) -> list[User]:
        roles: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for name, role in connection.execute(select(user_role).where(whose)):
                roles.setdefault(name, set()).add(role)
            asked = select(users.c.name, users.c.display, users.c.organisation, users.c.disabled)
            rows = connection.execute(asked.where(which).order_by(users.c.name)).all()
        return [
            User(row.name, row.display, row.organisation, frozenset(roles.get(row.name, ())), row.disabled)
            for row in rows
        ]

    @staticmethod
    def _give(connection: Connection, name: str, roles: Iterable[str]) -> None:
        put(connection, user_role.insert(), [{"user_name": name, "role": role} for role in sorted(roles)])


def _found(done: Any, name: str) -> None:
    if done.rowcount != 1:
        raise _nobody(name)


def _nobody(name: str) -> NotFoundError:
    return NotFoundError("no such user", fix="look at who there is", user=name)
