"""Applications: which versions there are, who approved them, and which one runs"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from medark.errors import NotFoundError
from medark.model.app import App, AppState, AppVersion
from medark.store.ledger.tables import app, app_version

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database

_A, _V = app.c, app_version.c
_PLAIN = ("app", "version", "digest", "place", "trusted", "installed_by", "installed_ms", "approved_by", "approved_ms")


class Apps:
    """Applications by name. One that is removed stays in the list, with its versions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, told: App) -> None:
        """Keep an application as it is now."""
        row = {name: getattr(told, name) for name in ("name", "state", "current", "previous", "changed_ms")}
        with self._database.writing() as connection:
            connection.execute(self._upsert(app, row), row)

    def app(self, name: str) -> App:
        """An application by name; NotFoundError."""
        for found in self._apps(_A.name == name):
            return found
        raise NotFoundError("there is no such application", fix="medark app list", app=name)

    def apps(self) -> list[App]:
        """All applications, by name."""
        return list(self._database.remembered.of("apps", lambda: tuple(self._apps(True))))

    def put_version(self, told: AppVersion) -> None:
        """Keep a version; one that is there takes the new state."""
        row = {name: getattr(told, name) for name in _PLAIN}
        row["manifest"] = orjson.dumps(dict(told.manifest), option=orjson.OPT_SORT_KEYS).decode()
        with self._database.writing() as connection:
            connection.execute(self._upsert(app_version, row), row)

    def versions(self, name: str) -> list[AppVersion]:
        """The versions of an application, in the order in which they were installed."""
        asked = select(app_version).where(_V.app == name).order_by(_V.installed_ms, _V.version)
        with self._database.reading() as connection:
            rows = connection.execute(asked).all()
        return [AppVersion(manifest=orjson.loads(r.manifest), **{n: getattr(r, n) for n in _PLAIN}) for r in rows]

    def _apps(self, which: Any) -> list[App]:
        asked = select(_A.name, _A.state, _A.current, _A.previous, _A.changed_ms).where(which).order_by(_A.name)
        with self._database.reading() as connection:
            return [App(name, AppState(state), *told) for name, state, *told in connection.execute(asked)]

    def _upsert(self, table: Any, row: dict[str, Any]) -> Any:
        insert = self._database.insert(table)
        keys = [column.name for column in table.primary_key]
        set_ = {name: insert.excluded[name] for name in row if name not in keys}
        return insert.on_conflict_do_update(index_elements=keys, set_=set_)
