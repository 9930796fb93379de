"""A page of a search as a Bundle, with the address of the next one"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from medark.messages import N_, phrase
from medark.serve.fhir.find import Found
from medark.serve.fhir.outcome import ignored, issue, outcome
from medark.serve.fhir.resources import Resource
from medark.serve.fhir.search.asked import Search

FEW = N_("how many is not told: it is a few people's")


def bundle(base: str, asked: Search, found: Found, parameters: Sequence[tuple[str, str]], *, in_url: bool) -> Resource:
    """The searchset. `in_url`: were the parameters in the address? If not, they are not put in one either."""
    told: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if found.total is not None:
        told["total"] = found.total
    told["link"] = list(_links(base, asked, found, parameters, in_url=in_url))
    issues = [*found.issues, *ignored(asked.ignored)]
    if asked.is_count and found.total is None:
        issues.append(issue("information", "suppressed", phrase(FEW)))
    entries = [_entry(base, one, "match") for one in found.resources]
    entries += [_entry(base, one, "include") for one in found.included]
    if issues:
        entries.append({"resource": outcome(*issues), "search": {"mode": "outcome"}})
    if entries:
        told["entry"] = entries
    return told


def _entry(base: str, resource: Resource, mode: str) -> dict[str, Any]:
    address = f"{base}/{resource['resourceType']}/{quote(str(resource['id']))}"
    return {"fullUrl": address, "resource": resource, "search": {"mode": mode}}


def _links(base: str, asked: Search, found: Found, parameters: Sequence[tuple[str, str]], *, in_url: bool) -> Any:
    address = f"{base}/{asked.kind.type}"
    taken = [(name, value) for name, value in parameters if name not in asked.ignored]
    if not in_url:  # what was sent in a body says who is meant: it does not belong in a log of addresses
        yield {"relation": "self", "url": f"{address}/_search"}
        if found.next is not None:
            yield {
                "relation": "next",
                "url": f"{address}/_search?{urlencode([('_cursor', found.next.text(asked.digest))])}",
            }
        return
    yield {"relation": "self", "url": f"{address}?{urlencode(taken)}" if taken else address}
    if found.next is not None:
        rest = [(name, value) for name, value in taken if name != "_cursor"]
        yield {"relation": "next", "url": f"{address}?{urlencode([*rest, ('_cursor', found.next.text(asked.digest))])}"}
