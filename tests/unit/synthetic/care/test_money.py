"""Fees add up to claims, classes to those of the front page"""

import numpy as np

from medark.synthetic import reports
from medark.synthetic.facts.read import by_key, rows


def test_fees_sum_to_claims_and_claims_to_their_shares(columns):
    fee, claim = columns("fee"), columns("claim")
    total = {}
    for key, amount in zip(fee.encounter.tolist(), fee.amount.tolist(), strict=True):
        total[key] = total.get(key, 0) + amount
    assert all(total[key] == amount for key, amount in zip(claim.encounter.tolist(), claim.total.tolist(), strict=True))
    assert (claim.pooled + claim.own == claim.total).all()
    assert (claim.pooled >= 0).all() and (claim.own >= 0).all()
    assert len(np.unique(claim.encounter)) == len(claim.encounter)


def test_amounts_are_price_times_quantity(columns):
    fee = columns("fee")
    assert (fee.amount == np.round(fee.unit_price * fee.quantity)).all()
    assert (fee.quantity > 0).all() and (fee.unit_price > 0).all()


def test_only_the_insured_claim_and_the_fund_pays_more_in_a_stay(columns, visits):
    claim, people = columns("claim"), columns("person")
    kind = dict(zip(people.person.tolist(), people.insurance.tolist(), strict=True))
    assert all(kind[p] == i for p, i in zip(claim.person.tolist(), claim.insurance.tolist(), strict=True))
    assert set(claim.insurance) == {"employee", "resident"}
    stay = visits.kind[visits.at(claim.encounter)] == "inpatient"
    share = claim.pooled / claim.total
    assert share[stay].mean() > 0.4
    assert (claim.submitted >= visits.end[visits.at(claim.encounter)]).all()


def test_antibacterials_are_a_part_of_western_drugs(columns):
    fee = columns("fee")
    by_class = {row["key"]: row["part_of"] for row in rows("fee_classes")}
    assert by_class["antibacterial"] == "western_drug"
    drugs = by_key("drugs")
    given = np.isin(fee.item, list(drugs))
    systemic = np.array([drugs[item]["atc"].startswith("J01") for item in fee.item[given]])
    assert ((fee.fee_class[given] == "antibacterial") == systemic).all()


def test_every_kept_encounter_is_charged(columns, visits):
    kept = ~visits.cancelled.astype(bool)
    assert np.isin(visits.encounter[kept], columns("fee").encounter).all()


def test_fees_of_operations_go_with_operations(columns):
    fee, done = columns("fee"), columns("operation")
    cut = {row["key"] for row in rows("procedures") if row["operative"] == "1"}
    charged = sorted(
        zip(fee.encounter[fee.fee_class == "operation"].tolist(), fee.item[fee.fee_class == "operation"], strict=True)
    )
    made = sorted((e, p) for e, p in zip(done.encounter.tolist(), done.procedure, strict=True) if p in cut)
    assert charged == made


def test_a_stay_costs_what_stays_cost(columns, visits):
    fee = columns("fee")
    total = np.bincount(visits.at(fee.encounter), fee.amount, len(visits.encounter)) / 100
    stay = total[visits.kind == "inpatient"]
    # Source: China Health Statistics Yearbook 2022: 11,003 yuan a stay, 330 yuan a visit to public hospitals in 2021.
    assert 4000 < stay.mean() < 16000
    ambulant = total[(visits.kind == "outpatient") & ~visits.cancelled.astype(bool)]
    assert 75 < ambulant.mean() < 330


def test_every_picture_and_specimen_that_is_reported_on_is_charged(cared, columns):
    made = reports.live(cared.city, cared.part, cared.world)
    fee = columns("fee")
    items = {"CR": "xray", "DX": "xray", "CT": "ct", "MR": "mr", "US": "ultrasound"}
    taken = [items[modality] for modality in made["imaging"]["modality"].cast("string").to_pylist()]
    pictures = sorted(zip(made["imaging"]["encounter"].to_pylist(), taken, strict=True))
    charged = np.isin(fee.item, list(set(items.values())))
    assert pictures == sorted(zip(fee.encounter[charged].tolist(), fee.item[charged], strict=True))
    # Specimens of the last days are charged and not yet reported.
    sent = fee.encounter[fee.item == "pathology_exam"].tolist()
    assert sent and set(made["pathology"]["encounter"].to_pylist()) <= set(sent)
