"""SMART scopes of both versions, and what they let be asked."""

from __future__ import annotations

import pytest

from medark.model.access import Purpose, Reader
from medark.model.omop import tables
from medark.serve.auth.caller import Caller
from medark.serve.auth.scopes import TABLES, scopes_of
from medark.serve.http.errors import MalformedError, ScopeError

READER = Reader("dora", Purpose.CARE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("user/*.read", {("user", "*", "rs", "")}), ("patient/Observation.rs", {("patient", "Observation", "rs", "")}),
        ("system/Patient.write", {("system", "Patient", "cdu", "")}), ("user/Task.*", {("user", "Task", "cdrsu", "")}),
        ("user/Observation.rs?category=laboratory", {("user", "Observation", "rs", "category=laboratory")}),
        ("openid fhirUser launch/patient offline_access", set()), ("user/Observation.sr", set()),
        ("user/observation.read", set()), ("user/Observation.", set()), ("user/../etc.read", set()), ("", set()),
        ("user/Observation.read user/Observation.read.x", {("user", "Observation", "rs", "")}),
    ],
)  # fmt: skip
def test_what_is_read(text: str, told: set[tuple[str, str, str, str]]) -> None:
    found = scopes_of(text).given
    assert {(one.context.value, one.resource, "".join(sorted(one.may)), one.query) for one in found} == told


def test_what_tables_are_open() -> None:
    assert scopes_of("user/Observation.rs").lacking(["measurement", "observation", "concept"]) == ()
    assert scopes_of("user/Observation.rs").lacking(["measurement", "person"]) == ("person",)
    assert scopes_of("user/Observation.cu").lacking(["measurement"]) == ("measurement",)
    assert scopes_of("user/*.read").lacking(tables()) == ()
    assert scopes_of("").lacking(["concept"]) == ()
    narrowed = scopes_of("user/Observation.rs?category=laboratory")
    assert narrowed.lacking(["measurement"]) == ("measurement",)  # only what the query finds is open
    assert narrowed.about("Observation", "r")
    assert frozenset().union(*TABLES.values()) <= set(tables())


def test_purposes_are_scopes_too() -> None:
    assert scopes_of("purpose/care purpose/fun").purposes == {Purpose.CARE}
    caller = Caller(READER, scopes_of("user/*.rs purpose/care"))
    with pytest.raises(ScopeError):
        caller.for_purpose("research")
    with pytest.raises(MalformedError):
        caller.for_purpose("fun")


def test_a_launch_is_about_one_patient() -> None:
    caller = Caller(READER, scopes_of("patient/Observation.rs launch/patient"), patient="7")
    caller.needs_patient("7")
    with pytest.raises(ScopeError):
        caller.needs_patient("8")
    Caller(READER, scopes_of("patient/Observation.rs user/Observation.rs"), patient="7").needs_patient("8")


def test_roles_are_for_those_whose_token_is_for_all() -> None:
    owner = Reader("olga", Purpose.CARE, frozenset({"owner"}))
    Caller(owner, scopes_of("user/*.cruds")).needs_role("owner")
    Caller(owner, is_limited=False).needs_role("owner")
    with pytest.raises(ScopeError):
        Caller(owner, scopes_of("user/*.rs")).needs_role("owner")
    with pytest.raises(ScopeError):
        Caller(READER, scopes_of("user/*.cruds")).needs_role("owner")
    with pytest.raises(ScopeError):
        Caller(owner, scopes_of("user/Patient.rs")).needs_resource("Task", "r")
