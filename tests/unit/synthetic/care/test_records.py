"""What is recorded of encounters: diagnoses, tests, prescriptions, operations, wards, observations"""

import numpy as np
import pytest

from medark.synthetic.facts.read import by_key, keys, rows

_STAY = "inpatient"


def _times(held, name, missing=False):
    found = getattr(held, name)
    return found if missing else found[~np.isnat(found)]


def test_each_stay_has_one_main_discharge_diagnosis_and_each_visit_one_main_diagnosis(columns, visits):
    held = columns("diagnosis")
    for kind, among in (("discharge", visits.kind == _STAY), ("admission", visits.kind == _STAY),
                        ("outpatient", (visits.kind != _STAY) & ~visits.cancelled.astype(bool))):  # fmt: skip
        main = held.encounter[(held.kind == kind) & (held.rank == 1)]
        assert sorted(main.tolist()) == visits.encounter[among].tolist(), kind


def test_ranks_follow_on_each_other_and_no_disease_is_named_twice(columns):
    held = columns("diagnosis")
    groups: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for key, kind, rank, disease in zip(held.encounter, held.kind, held.rank, held.disease, strict=True):
        groups.setdefault((key, kind), []).append((rank, disease))
    assert all(sorted(r for r, _ in g) == list(range(1, len(g) + 1)) for g in groups.values())
    assert all(len({d for _, d in g}) == len(g) for g in groups.values())


def test_diagnoses_fit_the_sex(cared, columns):
    held, people = columns("diagnosis"), columns("person")
    sex = dict(zip(people.person.tolist(), people.sex.tolist(), strict=True))
    only = {key: row["sex"] for key, row in by_key("diseases").items() if row["sex"]}
    wrong = [
        d for p, d in zip(held.person.tolist(), held.disease.tolist(), strict=True) if only.get(d, sex[p]) != sex[p]
    ]
    assert not wrong


def test_orders_run_in_time_and_are_collected_in_their_encounter(columns, visits):
    held = columns("lab_order")
    kept = held.status != "cancelled"
    at = visits.at(held.encounter)
    assert (held.ordered >= visits.start[at]).all() and (held.ordered <= visits.end[at]).all()
    assert np.isnat(held.collected[~kept]).all() and np.isnat(held.reported[~kept]).all()
    assert (held.collected[kept] >= held.ordered[kept]).all()
    assert (held.collected[kept] <= visits.end[at][kept]).all()
    assert (held.received[kept] >= held.collected[kept]).all()
    assert (held.reported[kept] >= held.received[kept]).all()
    ambulant = kept & (visits.kind[at] != _STAY)
    assert (held.reported[ambulant] <= visits.end[at][ambulant] + np.timedelta64(2, "D")).all()
    assert {"final", "corrected", "cancelled"} == set(held.status)


def test_every_order_that_was_kept_has_the_tests_of_its_panel(columns):
    orders, results = columns("lab_order"), columns("lab_result")
    of = {}
    for order, test in zip(results.lab_order.tolist(), results.test.tolist(), strict=True):
        of.setdefault(order, set()).add(test)
    panel = {row["key"]: set(row["tests"].split()) for row in rows("panels")}
    for key, name, status in zip(orders.lab_order.tolist(), orders.panel, orders.status, strict=True):
        assert of.get(key, set()) == (set() if status == "cancelled" else panel[name])


def test_results_are_of_their_orders_and_either_a_number_or_words(columns):
    orders, results = columns("lab_order"), columns("lab_result")
    at = np.searchsorted(orders.lab_order, results.lab_order)
    assert (results.collected == orders.collected[at]).all()
    assert (results.encounter == orders.encounter[at]).all()
    number = ~np.isnan(results.value)
    words = np.array([text is not None for text in results.text])
    assert (number | words).all()
    corrected = ~np.isnan(results.first_value)
    assert corrected.any() and (orders.status[at][corrected] == "corrected").all()
    assert (results.first_value[corrected] != results.value[corrected]).all()


def test_a_quarter_of_visits_has_an_order(columns, visits):
    ambulant = (visits.kind == "outpatient") & ~visits.cancelled.astype(bool)
    share = np.isin(visits.encounter[ambulant], columns("lab_order").encounter).mean()
    assert 0.17 < share < 0.33
    stays = visits.kind == _STAY
    assert np.isin(visits.encounter[stays], columns("lab_order").encounter).mean() > 0.97


def test_doses_are_positive_and_prescriptions_begin_in_their_encounter(columns, visits):
    held = columns("prescription")
    at = visits.at(held.encounter)
    assert (held.dose > 0).all() and (held.quantity > 0).all() and (held.days > 0).all()
    assert (held.start >= visits.start[at]).all() and (held.start <= visits.end[at]).all()
    stopped = ~np.isnat(held.stopped)
    assert (stopped == (visits.kind[at] == _STAY)).all()
    assert (held.stopped[stopped] <= visits.end[at][stopped]).all() and (
        held.stopped[stopped] > held.start[stopped]
    ).all()
    emergency = visits.kind[at] == "emergency"
    assert held.days[emergency].max() <= 3
    _, many = np.unique(held.encounter[visits.kind[at] != _STAY], return_counts=True)
    assert many.max() <= 5


def test_clinics_of_the_list_give_more_than_is_called_for(columns):
    held = columns("prescription")
    near = np.char.startswith(held.organisation.astype(str), "clinic")
    named = np.isin(held.organisation, keys("over_prescribing"))
    much = held.excessive.astype(bool)
    assert much[near & named].mean() > 4 * much[near & ~named].mean() > 0
    assert not much[~near].any()


def test_long_term_drugs_are_given_to_those_who_take_them_then(columns, visits):
    held, taking = columns("prescription"), columns("exposure")
    spans: dict[tuple[int, str], list[tuple[np.datetime64, np.datetime64]]] = {}
    for p, d, start, end in zip(taking.person.tolist(), taking.kind, taking.start, taking.end, strict=True):
        spans.setdefault((p, d), []).append((start, np.datetime64("2100-01-01") if np.isnat(end) else end))
    for_long = {row["drug"] for row in rows("long_term")} | {"dapagliflozin"}
    chronic = {key for key, row in by_key("diseases").items() if row["kind"] == "chronic"}
    at = visits.at(held.encounter)
    day = visits.start[at].astype("datetime64[D]")
    among = [
        i
        for i, d in enumerate(held.drug)
        if d in for_long and visits.reason[at[i]] in chronic and not held.excessive[i]
    ]
    ambulant = [i for i in among if visits.kind[at[i]] != _STAY]
    assert len(ambulant) > 1000
    for i in ambulant:
        assert any(start <= day[i] <= end for start, end in spans[held.person[i], held.drug[i]])


def test_infusions_for_cancer_are_given_in_stays_for_chemotherapy(columns, visits):
    held = columns("prescription")
    at = visits.at(held.encounter)
    infused = np.isin(held.drug, ["cisplatin", "paclitaxel", "oxaliplatin", "doxorubicin"])
    assert infused.any() and (visits.reason[at][infused] == "chemotherapy").all()


def test_operations_are_within_their_stay_and_have_a_surgeon_of_the_house(columns, visits):
    held = columns("operation")
    at = visits.at(held.encounter)
    assert (visits.kind[at] == _STAY).all()
    assert (held.start > visits.start[at]).all() and (held.end < visits.end[at]).all() and (held.end > held.start).all()
    assert all(s and s.startswith(o) for s, o in zip(held.surgeon, visits.organisation[at], strict=True))
    fact = by_key("procedures")
    assert all(int(fact[p]["level"]) == level for p, level in zip(held.procedure, held.level, strict=True))
    first = held.rank == 1
    assert len(np.unique(held.encounter[first])) == first.sum() == len(np.unique(held.encounter))
    general = np.isin(held.anaesthesia, ["general", "spinal"])
    assert general.any() and all(a for a in held.anaesthetist[general])


def test_an_operation_fits_the_main_diagnosis(columns):
    held, diagnosis = columns("operation"), columns("diagnosis")
    main = (diagnosis.kind == "discharge") & (diagnosis.rank == 1)
    of = dict(zip(diagnosis.encounter[main].tolist(), diagnosis.disease[main].tolist(), strict=True))
    fact = {row["key"]: {word.split(":")[0] for word in row["reasons"].split()} for row in rows("procedures")}
    planned = [(e, p) for e, p in zip(held.encounter.tolist(), held.procedure.tolist(), strict=True) if fact[p]]
    assert all(of[e] in fact[p] for e, p in planned)


def test_a_stay_is_spent_in_places_end_to_end(columns, visits):
    held = columns("transfer")
    stays = visits.encounter[visits.kind == _STAY]
    assert set(held.encounter.tolist()) == set(stays.tolist())
    same = held.encounter[1:] == held.encounter[:-1]
    assert (held.start[1:][same] == held.end[:-1][same]).all()
    at = visits.at(held.encounter)
    first, last = np.r_[True, ~same], np.r_[~same, True]
    assert (held.start[first] == visits.start[at][first]).all() and (held.end[last] == visits.end[at][last]).all()
    assert (held.department[held.icu.astype(bool)] == "icu").all() and held.icu.any()


def test_observations_are_of_their_encounter_and_within_range(columns, visits):
    held = columns("observation")
    at = visits.at(held.encounter)
    assert (held.time >= visits.start[at]).all() and (held.time <= visits.end[at]).all()
    for kind, row in by_key("observations").items():
        value = held.value[held.kind == kind]
        assert not len(value) or (float(row["low"]) <= value.min() and value.max() <= float(row["high"])), kind


@pytest.mark.parametrize(
    "name", ["diagnosis", "lab_order", "lab_result", "prescription", "observation", "fee", "claim"]
)
def test_rows_name_the_person_of_their_encounter(name, columns, visits):
    held = columns(name)
    assert (visits.person[visits.at(held.encounter)] == held.person).all()
