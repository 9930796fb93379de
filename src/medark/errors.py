"""What can go wrong, and the next thing to type.

MedarkError
├── UsageError                you can fix this: the message ends with what to type        exit 2
│   ├── SettingsError           a setting is missing or wrong
│   ├── WorkspaceError          not a workspace, or one of another version
│   ├── SourceError             a folder, file or source that can't be used as asked
│   ├── MappingError            a map or a vocabulary that doesn't fit the data
│   ├── DefinitionError         SQL or a definition that can't be allowed
│   └── MissingExtraError       an optional part is not installed
├── RefusedInput              input that is hostile or past a limit: nothing of it is used  exit 3
├── AccessError               no grant opens what was asked for                           exit 7
├── NotFoundError             no such record, person, table or version                    exit 4
├── BusyError                 another process holds what is needed: try again             exit 5
├── StorageError              the disk or object store said no (full, read-only, torn)    exit 6
└── InternalError             ours: please report                                        exit 70

No message ever holds a patient's value: it points at the record (`record=17 row=4`).
"""

from __future__ import annotations

from typing import ClassVar


class MedarkError(Exception):
    """The root: `what` went wrong, the `fix` to try, and `where` (names and numbers, never values)."""

    exit_code: ClassVar[int] = 70
    http_status: ClassVar[int] = 500

    def __init__(self, what: str, *, fix: str = "", **where: str | int) -> None:
        self.what, self.fix, self.where = what, fix, where
        super().__init__(what)

    def __str__(self) -> str:
        place = " ".join(f"{name}={value}" for name, value in self.where.items())
        return self.what + (f" ({place})" if place else "") + (f". Try: {self.fix}" if self.fix else "")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.fix, self.where)


def _rebuild(kind: type[MedarkError], what: str, fix: str, where: dict[str, str | int]) -> MedarkError:
    return kind(what, fix=fix, **where)


class UsageError(MedarkError):
    """You can fix this."""

    exit_code = 2
    http_status = 400


class SettingsError(UsageError):
    """A setting is missing or wrong."""


class WorkspaceError(UsageError):
    """Not a workspace, or one of another version."""


class SourceError(UsageError):
    """A folder, file or source that can't be used as asked."""


class MappingError(UsageError):
    """A map or a vocabulary that doesn't fit the data."""


class DefinitionError(UsageError):
    """SQL or a definition that can't be allowed."""


class MissingExtraError(UsageError):
    """An optional part is not installed."""


class RefusedInput(MedarkError):  # noqa: N818  it is a verdict about the input, not a failure of ours
    """Input that is hostile or past a limit: nothing of it is used."""

    exit_code = 3
    http_status = 422


class AccessError(MedarkError):
    """No grant opens what was asked for: `what` is the reason, `fix` the line that a person who may grant it types."""

    exit_code = 7
    http_status = 403


class NotFoundError(MedarkError):
    """No such record, person, table or version."""

    exit_code = 4
    http_status = 404


class BusyError(MedarkError):
    """Another process holds what is needed: try again."""

    exit_code = 5
    http_status = 503


class StorageError(MedarkError):
    """The disk or the object store said no."""

    exit_code = 6
    http_status = 507


class InternalError(MedarkError):
    """Ours: please report."""
