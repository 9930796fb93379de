"""Paths through care: a clinic, a hospital's outpatients, emergency, and from there a stay, a referral or a return"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medark.synthetic.care import clock
from medark.synthetic.care.candidates import Chain, candidates
from medark.synthetic.care.concepts import (
    AMBULANCE,
    EMERGENCY,
    FIRST_CLINIC,
    INPATIENT,
    OUTPATIENT,
    REFERRAL,
    WALK,
    of_disease,
)
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.onward import onward
from medark.synthetic.care.places import clinic, hospital
from medark.synthetic.care.rows import DAY, Rows, taken

if TYPE_CHECKING:
    from medark.synthetic.city import City

_HOUR, _MINUTE = 3600, 60
_REFERRED = 0.035  # of visits to a clinic: ours
_RETURNED = 0.28  # of visits for acute disease come once more: ours
_AFTER_STAY = 0.65  # of stays are followed by a visit: ours
_CANCELLED = 0.02  # of registrations at a hospital's outpatients: ours


def sought(chance: np.random.Generator, city: City, people: Lives, chain: Chain, ill: Rows) -> list[Rows]:
    """What care is sought for episodes of illness (row, day, reason): one visit, or one and the stay it leads to."""
    age = (ill["day"] - people.birth[ill["row"]]) / 365.25
    share = of_disease("admitted")[ill["reason"]]
    admitted = chance.random(len(age)) < np.where(share >= 1, 1, share * np.clip(0.7 + age / 150, 0.7, 1.2))
    visits = visited(chance, city, people, chain, taken(ill, ~admitted))
    again = _returns(chance, visits)
    return [
        visits,
        again,
        *referred(chance, city, people, visits),
        *admissions(chance, city, people, chain, taken(ill, admitted)),
    ]


def visited(chance: np.random.Generator, city: City, people: Lives, chain: Chain, ill: Rows) -> Rows:
    """A visit for each: to a clinic, a hospital's outpatients or its emergency department."""
    row, reason, count = ill["row"], ill["reason"], len(ill["row"])
    urgent = chance.random(count) < of_disease("emergency", "reasons")[reason]
    near = ~urgent & (chance.random(count) < of_disease("clinic", "reasons")[reason])
    place = np.where(near, clinic(chance, people, row), hospital(chance, city, people, row))
    day = np.where(urgent | near, ill["day"], clock.working_day(chance, ill["day"]))
    second = np.where(near, clock.at_clinic(chance, count), clock.at_hospital(chance, count))
    second = np.where(urgent, clock.at_any_time(chance, count), second)
    return candidates(
        row, start=day * DAY + second.astype(np.int64), length=_lengths(chance, urgent, near), reason=reason,
        place=place,
        kind=np.where(urgent, EMERGENCY, OUTPATIENT),
        arrival=np.where(urgent & (chance.random(count) < 0.15), AMBULANCE, WALK),
        triage=np.where(urgent, 3 + (chance.random(count) < 0.55), 0), chain=chain.numbers(count),
        cancelled=~urgent & ~near & (chance.random(count) < _CANCELLED),
    )  # fmt: skip


def admissions(chance: np.random.Generator, city: City, people: Lives, chain: Chain, ill: Rows) -> list[Rows]:
    """A visit that finds the need, then the stay: at once through emergency, or planned some days later."""
    row, reason, count = ill["row"], ill["reason"], len(ill["row"])
    urgent = chance.random(count) < of_disease("emergency", "reasons")[reason]
    place = hospital(chance, city, people, row)
    lead = _lead(chance, chain, ill, urgent, place)
    day = clock.working_day(chance, ill["day"] + chance.integers(1, 15, count))
    planned = day * DAY + (8.5 * 3600 + chance.random(count) * 6 * 3600).astype(np.int64)
    start = np.where(urgent, lead["start"] + lead["length"] + chance.integers(10, 60, count) * _MINUTE, planned)
    stays = candidates(
        row, start=start, length=stay_lengths(chance, people, row, start, reason), reason=reason, place=place,
        kind=INPATIENT,
        priority=np.where(urgent, 2, 3), urgent=urgent, chain=chain.numbers(count), cause=lead["chain"],
        arrival=np.where(urgent, lead["arrival"], WALK),
        icu=chance.random(count) < of_disease("icu", "reasons")[reason],
        beside=ill.get("beside", -1),
    )  # fmt: skip
    stays = onward(chance, city, chain, stays)
    return [lead, stays, after_stay(chance, stays)]


def stay_lengths(
    chance: np.random.Generator, people: Lives, row: np.ndarray, start: np.ndarray, reason: np.ndarray
) -> np.ndarray:
    """Seconds of stays: the disease's mean days, longer in old age, discharged in the morning or early afternoon."""
    age = people.age(row, start)
    mean = np.maximum(of_disease("stay_days")[reason], 1) * np.clip(0.8 + age / 250, 0.8, 1.15)
    spread = of_disease("stay_spread", "reasons")[reason] / 100
    days = np.maximum(1, np.round(mean * np.exp(spread * chance.standard_normal(len(row)) - spread**2 / 2)))
    end = (start // DAY + days) * DAY + 9 * _HOUR + chance.random(len(row)) * 6 * _HOUR
    return np.asarray(end.astype(np.int64) - start)


def after_stay(chance: np.random.Generator, stays: Rows) -> Rows:
    """The visit to the same hospital some weeks after discharge, for most."""
    back = taken(stays, (stays["discharge"] == 0) & (chance.random(len(stays["row"])) < _AFTER_STAY))
    count = len(back["row"])
    day = clock.working_day(chance, (back["start"] + back["length"]) // DAY + chance.integers(10, 40, count), keep=0.05)
    return candidates(
        back["row"], start=day * DAY + clock.at_hospital(chance, count).astype(np.int64), kind=OUTPATIENT,
        length=_lengths(chance, np.zeros(count, bool), np.zeros(count, bool)), reason=back["reason"],
        place=back["place"],
        event=back["event"], case=back["case"], beside=back["beside"],
    )  # fmt: skip


def referred(chance: np.random.Generator, city: City, people: Lives, visits: Rows) -> list[Rows]:
    """Hospital visits to which clinics sent people, within three days."""
    sent = taken(visits, (visits["place"] >= FIRST_CLINIC) & (chance.random(len(visits["row"])) < _REFERRED))
    count = len(sent["row"])
    day = clock.working_day(chance, sent["start"] // DAY + chance.integers(1, 4, count), keep=0.05)
    return [candidates(
        sent["row"], start=day * DAY + clock.at_hospital(chance, count).astype(np.int64), kind=OUTPATIENT,
        length=_lengths(chance, np.zeros(count, bool), np.zeros(count, bool)), reason=sent["reason"],
        place=hospital(chance, city, people, sent["row"]), arrival=REFERRAL, cause=sent["chain"],
        event=sent["event"], case=sent["case"], priority=8,
    )]  # fmt: skip


def _lead(chance: np.random.Generator, chain: Chain, ill: Rows, urgent: np.ndarray, place: np.ndarray) -> Rows:
    """The visit at which admission is decided."""
    count = len(place)
    day = np.where(urgent, ill["day"], clock.working_day(chance, ill["day"]))
    second = np.where(urgent, clock.at_any_time(chance, count), clock.at_hospital(chance, count)).astype(np.int64)
    by_ambulance = urgent & (chance.random(count) < 0.35)
    return candidates(
        ill["row"], start=day * DAY + second, length=_lengths(chance, urgent, np.zeros(count, bool)),
        reason=ill["reason"],
        place=place, kind=np.where(urgent, EMERGENCY, OUTPATIENT), chain=chain.numbers(count), priority=8,
        arrival=np.where(by_ambulance, AMBULANCE, WALK),
        triage=np.where(urgent, 3 - by_ambulance - (by_ambulance & (chance.random(count) < 0.3)), 0),
        beside=ill.get("beside", -1),
    )  # fmt: skip


def _returns(chance: np.random.Generator, visits: Rows) -> Rows:
    back = taken(
        visits, ~visits["cancelled"] & (visits["kind"] == OUTPATIENT) & (chance.random(len(visits["row"])) < _RETURNED)
    )
    count = len(back["row"])
    shift = chance.integers(3, 8, count) * DAY + chance.integers(-30, 30, count) * _MINUTE
    return back | {"start": back["start"] + shift, "chain": np.zeros(count, np.int64)}


def _lengths(chance: np.random.Generator, urgent: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Seconds of a visit: minutes at a clinic, an hour or two at a hospital, some hours in emergency."""
    # Ours: from registration to leaving; waiting for results is the longest part of it.
    longest = np.where(urgent, 360, np.where(near, 45, 150))
    shortest = np.where(urgent, 60, np.where(near, 12, 25))
    minutes = shortest + chance.random(len(urgent)) ** 2 * (longest - shortest)
    return np.asarray(minutes.astype(np.int64) * _MINUTE)
