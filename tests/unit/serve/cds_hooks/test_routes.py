"""CDS Hooks through a real server: discovery, cards, prefetch, feedback, and every way to be refused."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import orjson
import pytest

from medark.flows.card_ids import card_id, rule_of
from medark.flows.hooks import Hooks
from medark.flows.workspace import Workspace
from medark.model.access import Refusal
from medark.serve.cds_hooks import wire
from medark.serve.cds_hooks.prefetch import TEMPLATES, sent, templates
from unit.serve.cds_hooks.conftest import DOCTOR, token

URL = "/cds-services/potassium_card"
MARK = "Qzxmark"


def request(patient: str = "1", hook: str = "patient-view", **more: Any) -> dict[str, Any]:
    context = {"userId": "Practitioner/1", "patientId": patient, "encounterId": "9"} | more.pop("context", {})
    return {"hook": hook, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": context, **more}


def observation(value: float, patient: str = "1") -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": "o1", "status": "final", "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
        "effectiveDateTime": "2024-07-01T07:00:00+08:00",
        "valueQuantity": {"value": value, "system": "http://unitsofmeasure.org", "code": "mmol/L", "unit": "mmol/L"},
    }  # fmt: skip


def bundle(*resources: object, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources], **more}


def test_discovery_is_open_and_says_what_to_send(base: str) -> None:
    told = httpx.get(f"{base}/cds-services", trust_env=False).json()
    assert {one["hook"] for one in told["services"]} == {"patient-view", "order-select", "order-sign"}
    (view,) = (one for one in told["services"] if one["hook"] == "patient-view")
    assert view["id"] == "potassium_card"
    assert view["prefetch"] == {"observations": "Observation?patient={{context.patientId}}"}
    chinese = httpx.get(f"{base}/cds-services", headers={"accept-language": "zh-CN"}, trust_env=False).json()
    assert chinese["services"][0]["title"] == "血钾危急值"


@pytest.mark.parametrize("hook", ["patient-view", "order-select", "order-sign"])
def test_a_card_from_the_lake_with_source_and_evidence(client: httpx.Client, base: str, hook: str) -> None:
    orders = {"selections": ["MedicationRequest/1"], "draftOrders": bundle({"resourceType": "MedicationRequest"})}
    answer = client.post(URL, json=request("1", hook, context=orders))
    assert answer.status_code == 200, answer.text
    (card,) = msgspec.json.decode(answer.content, type=wire.Cards).cards
    assert (card.summary, card.indicator) == ("Critical potassium: 6.8 mmol/L at 2024-06-30 09:00", "critical")
    assert "Kost" in card.source.label
    assert card.source.topic is not None
    assert card.source.topic.code == "critical_potassium"
    assert card.links is not None
    assert card.links[-1].url == f"{base}/console/people/1?evidence=measurement.101#marked"
    assert rule_of(str(card.uuid), "potassium_card", ["x", "critical_potassium"]) == "critical_potassium"
    assert client.post(URL, json=request("2", hook, context=orders)).json() == {"cards": []}


def test_whoever_is_asked_of_again_is_told_the_same_at_once(
    base: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a new id, in the audit as ever, until they are nobody any more; what is not at hand is asked."""
    headers = {"authorization": f"Bearer {token(base, DOCTOR)}"}
    with httpx.Client(base_url=base, headers=headers, trust_env=False) as client:
        asked = [client.post(URL, json=request("1")) for _ in range(3)][-1]
        before = len(workspace.ledger.audit.about(1))
        monkeypatch.delattr(Hooks, "ask")
        again = client.post(URL, json=request("1"))
        assert client.post(URL, json=request("1"), headers={"accept-language": "zh"}).status_code == 500
        monkeypatch.undo()
        assert (again.status_code, again.headers["content-type"]) == (200, "application/json")
        assert set(again.headers) == set(asked.headers)
        ((one,), (other,)) = (answer.json()["cards"] for answer in (again, asked))
        assert one.pop("uuid") != other.pop("uuid")
        assert one == other
        assert [entry.action for entry in workspace.ledger.audit.about(1)[before:]] == ["cards"]
        doctor = workspace.ledger.users.one(DOCTOR)
        workspace.ledger.users.change(replace(doctor, disabled=True))
        assert client.post(URL, json=request("1")).status_code == 401
        workspace.ledger.users.change(doctor)


def test_a_patient_is_named_as_fhir_names_them(client: httpx.Client) -> None:
    assert len(client.post(URL, json=request("Patient/3")).json()["cards"]) == 1


def test_the_prefetch_is_what_is_judged(client: httpx.Client) -> None:
    high = client.post(URL, json=request("2", prefetch={"observations": bundle(observation(7.7, "2"))}))
    assert [one["summary"] for one in high.json()["cards"]] == ["Critical potassium: 7.7 mmol/L at 2024-07-01 07:00"]
    assert "links" not in high.json()["cards"][0]
    calm = client.post(URL, json=request("1", prefetch={"observations": bundle(observation(4.0))}))
    assert calm.json() == {"cards": []}
    nothing = client.post(URL, json=request("stranger-5", prefetch={"observations": None}))
    assert nothing.json() == {"cards": []}


@pytest.mark.parametrize(
    "told",
    [
        {}, {"other": bundle()}, {"observations": {"resourceType": "OperationOutcome"}}, {"observations": "123"},
        {"observations": bundle({"resourceType": "OperationOutcome"})},
        {"observations": bundle(observation(4.0), link=[{"relation": "next", "url": "x"}])},
    ],
)  # fmt: skip
def test_where_the_prefetch_does_not_tell_all_the_lake_is_asked(client: httpx.Client, told: dict[str, Any]) -> None:
    assert len(client.post(URL, json=request("1", prefetch=told)).json()["cards"]) == 1
    answer = client.post(URL, json=request("stranger-5", prefetch=told))
    assert answer.status_code == 412
    assert answer.json()["title"].startswith("nothing is known here of this patient")


def test_not_shown_and_not_there_are_one_answer(client: httpx.Client, workspace: Workspace) -> None:
    workspace.ledger.refusals.add([Refusal(5)])
    refused, unknown = client.post(URL, json=request("5")), client.post(URL, json=request("999"))
    assert refused.status_code == unknown.status_code == 412
    same = [{k: v for k, v in one.json().items() if k != "request_id"} for one in (refused, unknown)]
    assert same[0] == same[1]


def test_nobody_and_strangers_are_refused(base: str, client: httpx.Client) -> None:
    anonymous = httpx.post(base + URL, json=request(), trust_env=False)
    assert anonymous.status_code == 401
    stranger = {"authorization": f"Bearer {token(base, 'stranger')}"}
    answer = httpx.post(base + URL, json=request(), headers=stranger, trust_env=False)
    assert answer.status_code == 403
    assert "medark grant add user:stranger --purpose care" in answer.json()["fix"]
    narrow = {"authorization": f"Bearer {token(base, DOCTOR, 'user/Condition.rs')}"}
    answer = httpx.post(base + URL, json=request(), headers=narrow, trust_env=False)
    assert (answer.status_code, answer.json()["where"]) == (403, {"lacking": "measurement"})
    wide = {"authorization": f"Bearer {token(base, DOCTOR, 'user/Observation.read')}"}
    assert httpx.post(base + URL, json=request(), headers=wide, trust_env=False).status_code == 200
    elsewhere = {"authorization": f"Bearer {token(base, DOCTOR, 'user/*.rs purpose/research')}"}
    assert httpx.post(base + URL, json=request(), headers=elsewhere, trust_env=False).status_code == 403


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (b"", None), (b"[", "$"), (b'{"hook', None), (b"\xff\xfe", None), (b"[]", "$"),
        (b"{}", "$.hook"), (b'{"hook": 7}', "$.hook"),
        (orjson.dumps({**request(), "hookInstance": ""}), "$.hookInstance"),
        (orjson.dumps({**request(), "context": {"patientId": MARK}}), "context.userId"),
        (orjson.dumps({**request(), "context": {"userId": "a", "patientId": f"{MARK} x"}}), "context.patientId"),
        (orjson.dumps({**request(), "context": {"userId": "a", "patientId": {MARK: 1}}}), "context.patientId"),
        (orjson.dumps({**request(), "prefetch": MARK}), "$.prefetch"),
        (orjson.dumps({**request(), "fhirAuthorization": {"access_token": 1}}), "$.fhirAuthorization.access_token"),
        (orjson.dumps(request(hook="order-sign", context={"draftOrders": MARK})), "context.draftOrders"),
        (orjson.dumps(request(hook="encounter-start")), "hook"), (orjson.dumps(request(hook=MARK)), "hook"),
        (b'{"hook":' + b"[" * 5000, "$.hook"), (b'{"context":' + b'{"a":' * 5000, None),
    ],
)  # fmt: skip
def test_what_is_not_in_form_is_told_by_its_place_alone(client: httpx.Client, body: bytes, at: str | None) -> None:
    answer = client.post(URL, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json().get("where", {}).get("at") == at
    assert MARK not in answer.text


def test_no_such_service(client: httpx.Client) -> None:
    assert client.post("/cds-services/none", json=request()).status_code == 404
    assert client.post("/cds-services/none/feedback", json={"feedback": [feedback()]}).status_code == 404


def test_neither_log_nor_metrics_tell_of_a_patient(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post(URL, json=request(MARK, prefetch={"observations": bundle({"resourceType": MARK, MARK: MARK})}))
        client.post(f"{URL}?patient={MARK}", json=request("1"))
        client.get(f"/{MARK}")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("medark")]
    assert any("POST /cds-services/{service} 200" in line for line in ours)
    assert MARK not in "\n".join(ours)
    metrics = client.get("/metrics").text
    assert 'medark_cards_total{indicator="critical",service="potassium_card"}' in metrics
    assert MARK not in metrics
    assert re.search(
        r'medark_requests_total\{method="POST",route="/cds-services/\{service\}",status="200"\} \d+', metrics
    )


# -- feedback ----------------------------------------------------------------------------------------------------------


def feedback(**more: Any) -> dict[str, Any]:
    told = {"card": card_id("potassium_card", "critical_potassium"), "outcome": "overridden"}
    return {**told, "outcomeTimestamp": "2024-07-01T00:05:00Z", **more}


def test_feedback_is_kept_and_counted_by_rule(client: httpx.Client, workspace: Workspace) -> None:
    (card,) = client.post(URL, json=request("1")).json()["cards"]
    reason = {"reason": {"code": "seen", "system": "http://example.org"}, "userComment": f"{MARK} was here"}
    told = [
        feedback(card=card["uuid"], overrideReason=reason),
        feedback(outcome="accepted", acceptedSuggestions=[{"id": "e56e1945-20b3-4393-8503-a1a20fd73152"}]),
        feedback(card="of-another-time"),
    ]
    for _ in range(2):  # said twice, it is noted once
        assert client.post(f"{URL}/feedback", json={"feedback": told}).status_code == 200
    kept = {one.card: one for one in workspace.ledger.feedback.all()}
    mine = kept[card["uuid"]]
    assert (mine.service, mine.outcome, mine.user) == ("potassium_card/critical_potassium", "overridden", DOCTOR)
    assert (mine.override_reason, mine.at_ms) == ("http://example.org|seen", 1_719_792_300_000)
    assert mine.comment == f"{MARK} was here"
    assert MARK not in repr(mine)
    assert workspace.ledger.feedback.counts() == {
        ("potassium_card/critical_potassium", "overridden"): 1,
        ("potassium_card/critical_potassium", "accepted"): 1,
        ("potassium_card", "overridden"): 1,
    }
    metrics = client.get("/metrics").text
    assert 'medark_feedback_total{outcome="overridden",service="potassium_card"} 4' in metrics


@pytest.mark.parametrize(
    "told",
    [
        {"feedback": []}, {}, {"feedback": [feedback(outcome="ignored")]}, {"feedback": [feedback(card="")]},
        {"feedback": [feedback(outcomeTimestamp="yesterday")]},
        {"feedback": [feedback(outcomeTimestamp="2024-07-01T00:05:00")]},
        {"feedback": [feedback(overrideReason={"userComment": "x" * 4001})]},
    ],
)  # fmt: skip
def test_feedback_that_is_not_in_form(client: httpx.Client, told: dict[str, Any]) -> None:
    assert client.post(f"{URL}/feedback", json=told).status_code == 422


# -- prefetch and ids --------------------------------------------------------------------------------------------------


def test_templates_follow_what_rules_read() -> None:
    assert set(templates(["person", "drug_exposure"])) == {
        "patient", "medications", "administrations", "immunizations",
    }  # fmt: skip
    assert templates(["condition_era"]) == {}
    for _tables, query in TEMPLATES.values():
        assert re.fullmatch(r"[A-Z]\w+(/|\?patient=)\{\{context\.patientId\}\}", query)


def test_a_table_is_told_when_all_of_its_searches_are() -> None:
    tables = ["drug_exposure", "person"]
    some = {"patient": {"resourceType": "Patient"}, "medications": None}
    assert sent(some, tables)[0] == {"person"}
    whole = {**some, "administrations": bundle(), "immunizations": bundle({"resourceType": "Immunization"})}
    told, resources = sent(whole, tables)
    assert told == {"drug_exposure", "person"}
    assert [one["resourceType"] for one in resources] == ["Patient", "Immunization"]  # type: ignore[index]


def test_ids_of_cards_differ_and_tell_their_rule_and_nothing_else() -> None:
    ids = {card_id("a", "b") for _ in range(1000)}
    assert len(ids) == 1000
    assert {one[14] for one in ids} == {"8"}
    assert {one[19] for one in ids} <= set("89ab")
    assert {rule_of(one, "a", ["c", "b"]) for one in ids} == {"b"}
    assert {rule_of(one, "other", ["c", "b"]) for one in ids} == {""}
    assert rule_of("no uuid", "a", ["b"]) == ""
