"""Sales of pharmacies: what people buy anyway, refills of the chronically ill, and what the sick buy first"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints, spread
from medark.synthetic.events.near import nearest, of_kind
from medark.synthetic.events.scene import Scene, hours, since
from medark.synthetic.facts.read import Row
from medark.synthetic.world import column, indexes, numbers, table

Sales = tuple[Ints, Floats, Ints, Ints, Floats]  # people, when, items, events (-1: none), price of one
_OPEN = np.array([0] * 8 + [4, 7, 8, 7, 5, 4, 5, 6, 7, 8, 10, 11, 9, 4, 0, 0], dtype=np.float64)  # hours: ours
_WEEK, _HOLIDAY, _FESTIVAL = (0.97, 0.93, 0.93, 0.95, 1.0, 1.15, 1.07), 0.9, 0.55  # ours
_EVENTS = ("influenza", "outbreak", "food_cluster", "hfmd_cluster")
_DELAY = {
    "influenza": 1.5,
    "food_cluster": 0.5,
    "hfmd_cluster": 1.0,
}  # mean days from onset; the outbreak's in its file
_MEMBERS, _OFF_NEAREST = 0.45, 0.25  # people with a member's card; sales elsewhere than near home: ours
_REFILLS, _KEPT, _EVERY = (
    0.30,
    0.75,
    (27.0, 36.0),
)  # prescriptions refilled in pharmacies, how often, days between: ours


def pharmacy_sales(scene: Scene) -> pa.Table:
    """The table pharmacy_sale, in order of time."""
    parts = [*_everyday(scene), *_of_the_sick(scene), _refills(scene)]
    people, when, items, events, price = (np.concatenate([part[place] for part in parts]) for place in range(5))
    order = np.lexsort((people, when))
    people, when, items, events, price = (values[order] for values in (people, when, items, events, price))
    chance = scene.chance("tills")
    quantity = 1 + (chance.random(len(people)) < 0.18) + (chance.random(len(people)) < 0.05)
    shop = nearest(scene.world, "pharmacy")[people]
    shop = np.where(
        chance.random(len(people)) < _OFF_NEAREST, chance.integers(0, len(of_kind("pharmacy")), len(people)), shop
    )
    return table(
        "pharmacy_sale", sale=numbers(scene.part.number, len(people)), person=scene.town.person[people],
        pharmacy=(shop, of_kind("pharmacy")), sold=scene.times(when), item=(items, _items()), quantity=quantity,
        price=np.round(price).astype(np.int64) * quantity, member=_members(scene).take(pa.array(people)),
        event=(events, facts.keys("events")),
    )  # fmt: skip


def _items() -> tuple[str, ...]:
    return facts.keys("pharmacy_items") + tuple(key for key in facts.keys("refills"))


def _everyday(scene: Scene) -> Iterator[Sales]:
    chance = scene.chance("everyday sales")
    busy = scene.calendar.week(_WEEK, _HOLIDAY, _FESTIVAL)
    age = (scene.days / 2 - scene.town.birth) / 365.25
    for place, row in enumerate(facts.rows("pharmacy_items")):
        among = np.flatnonzero((age >= float(row["from_age"])) & (age <= float(row["to_age"])))
        days = busy * scene.calendar.season(float(row["peak_month"]), float(row["amplitude"]))
        people, day = scene.background(chance, float(row["per_1000_year"]), days, among)
        yield _sold(chance, row, place, people, day + hours(chance, _OPEN, len(day)), -1)


def _of_the_sick(scene: Scene) -> Iterator[Sales]:
    chance, ill = scene.chance("sales to the sick"), scene.ill
    for event in _EVENTS:
        some = np.flatnonzero(ill.of(event))
        mean = _DELAY.get(event, scene.city.courses.outbreak["delays_days.pharmacy"])
        gone = ill.onset[some] + chance.gamma(2.0, mean / 2.0, len(some))
        for place, row in enumerate(facts.rows("pharmacy_items")):
            bought = chance.random(len(some)) < float(row[event])
            people, when = ill.person[some[bought]], np.floor(gone[bought])
            when = when + hours(chance, _OPEN, len(when))
            when = np.maximum(when, ill.onset[some[bought]] + 0.02)
            age = (when - scene.town.birth[people]) / 365.25
            kept = scene.there(people, when) & (age >= float(row["from_age"])) & (age <= float(row["to_age"]))
            yield _sold(chance, row, place, people[kept], when[kept], facts.keys("events").index(event))


def _refills(scene: Scene) -> Sales:
    """Once a month, from the first prescription of a long-term drug on, for some of those who take it."""
    chance, taken = scene.chance("refills"), scene.world.get("prescription")
    refills = facts.keys("refills")
    if taken is None or not taken.num_rows:
        return _nothing()
    drug = indexes(taken, "drug", refills)
    rows = np.flatnonzero(drug >= 0)
    people = scene.places(column(taken, "person").astype(np.int64)[rows])
    start = since(column(taken, "start"), scene.first)[rows]
    order = np.lexsort((start, people * len(refills) + drug[rows]))
    _, firsts = np.unique((people * len(refills) + drug[rows])[order], return_index=True)
    chosen = order[firsts[chance.random(len(firsts)) < _REFILLS]]
    people, start, drug = people[chosen], start[chosen], drug[rows[chosen]]
    every = chance.uniform(*_EVERY, len(people))
    count = np.maximum(0, ((scene.days - start) / every).astype(np.int64))
    row = np.repeat(np.arange(len(people)), count)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    when = np.floor(start[row] + (turn + 1) * every[row] + chance.normal(0, 2.5, len(row)))
    when = when + hours(chance, _OPEN, len(row))
    kept = scene.there(people[row], when) & (chance.random(len(row)) < _KEPT)
    row, when = row[kept], when[kept]
    price = facts.numbers("refills", "price_fen")[drug[row]] * spread(chance, 8, len(row))
    events = np.full(len(row), -1, dtype=np.int64)
    return people[row], when, drug[row] + len(facts.keys("pharmacy_items")), events, price


def _sold(chance: np.random.Generator, row: Row, item: int, people: Ints, when: Floats, event: int) -> Sales:
    count = len(people)
    price = float(row["price_fen"]) * spread(chance, 8, count)
    return people, when, np.full(count, item), np.full(count, event), price


def _nothing() -> Sales:
    none = np.zeros(0, dtype=np.int64)
    return none, none.astype(np.float64), none, none, none.astype(np.float64)


def _members(scene: Scene) -> pa.Array:
    """Numbers of members' cards by person; missing where they have none. 9,176,321 and 10**8 have no common factor."""
    chance = scene.chance("members")
    cards = (scene.town.person * 9_176_321 + 41_234_567) % 10**8
    texts = pa.array(np.char.add("VIP", np.char.zfill(cards.astype(str), 8)))
    return pa.array(texts.to_pylist(), mask=chance.random(len(cards)) >= _MEMBERS)
