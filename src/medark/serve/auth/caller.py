"""Who calls: a reader with a purpose, and what their token or session lets them ask for"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from medark.messages import N_
from medark.model.access import Purpose, Reader
from medark.serve.auth.scopes import Scopes
from medark.serve.http.errors import MalformedError, ScopeError

_NOT_COVERED = N_("the token's scopes do not cover this")


@dataclass(frozen=True, slots=True)
class Caller:
    """A request's reader. `patient`: of a launch, the one patient that a token is about. `csrf`: of a session."""

    reader: Reader
    scopes: Scopes = field(default_factory=Scopes)
    is_limited: bool = True  # a session and whoever typed their password: all that their grants open
    patient: str = field(default="", repr=False)
    token_id: str = ""
    csrf: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The user's name."""
        return self.reader.user

    def for_purpose(self, told: str) -> Caller:
        """The same, for a purpose that a request names. MalformedError for none that there is."""
        if told not in tuple(Purpose):
            raise MalformedError("there is no such purpose", fix=" | ".join(Purpose), at="X-Purpose")
        purpose = Purpose(told)
        if self.scopes.purposes and purpose not in self.scopes.purposes:
            raise ScopeError(_NOT_COVERED, fix=f"ask for the scope purpose/{purpose.value}")
        return replace(self, reader=replace(self.reader, purpose=purpose))

    def for_app(self, app: str) -> Reader:
        """The reader on whose behalf an application is asked."""
        return replace(self.reader, app=app)

    def needs_tables(self, tables: Iterable[str]) -> None:
        """ScopeError unless the scopes open all of some OMOP tables. (Grants are asked by the gate, always.)"""
        if self.is_limited and (lacking := self.scopes.lacking(tables)):
            raise ScopeError(_NOT_COVERED, fix="ask for a scope such as user/*.rs", lacking=", ".join(lacking))

    def needs_resource(self, resource: str, letter: str) -> None:
        """ScopeError unless the scopes let this be done (c, r, u, d or s) with all of a FHIR resource."""
        if self.is_limited and not self.scopes.may(resource, letter):
            raise ScopeError(_NOT_COVERED, fix=f"ask for the scope user/{resource}.{letter}")

    def needs_patient(self, patient: str) -> None:
        """ScopeError if the token is about another patient."""
        if self.is_limited and self.scopes.is_of_one_patient and patient != self.patient:
            raise ScopeError(_NOT_COVERED, fix="launch for this patient")

    def needs_role(self, *roles: str) -> None:
        """ScopeError unless the user has one of some roles, and came by password, session or a scope for all."""
        if self.reader.roles.isdisjoint(roles):
            raise ScopeError("this is for another role", fix=f"medark user role NAME --add {roles[0]}")
        self.needs_all_scopes()

    def needs_all_scopes(self) -> None:
        """ScopeError unless they came by password, session or a scope for all."""
        if self.is_limited and not self.scopes.may("*", "u"):
            raise ScopeError(_NOT_COVERED, fix="ask for the scope user/*.cruds")
