"""The register of people: who was registered twice, whose identity number can't be, whose name or birth it denies

Over `identifier(people, key_no, person_id, kind, value)`: what each source calls each of its people (a row of kind
"key" for every key), which no table of the lake holds. Identity numbers: GB 11643-1999 (18 characters, ISO 7064 MOD
11-2; of 15 digits before). What leaves is counts and person_ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.further.checks import Found, Tallied, Tally, check_of

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, table 1
_MALE, _FEMALE = 8507, 8532
IDENTIFIERS: Final = ("NI", "name", "phone")  # the kinds that are looked at
_CROWD: Final = 20  # people with one phone: more is a ward's or a school's, and says nothing of who is who
_NUMBERED: Final = 0.2  # the share of people with an identity number from which a register is judged

# Each kind of check, what of a key (`k`) violates it, and among which keys; thresholds in per cent.
_KEPT: Final[Sequence[tuple[str, str, str, str, float]]] = (
    ("identityMissing", "person_id", "k.ni is null", "1 = 1", 5.0),
    ("identityImpossible", "person_id", "not k.is_sound", "k.ni is not null", 0.1),
    ("identityOld", "person_id", "length(k.ni) = 15", "k.is_sound", 5.0),
    ("birthAtOdds", "birth_datetime", "k.is_odd_birth", "k.is_sound and k.is_odd_birth is not null", 0.1),
    ("sexAtOdds", "gender_concept_id", "k.said_sex <> k.sex", "k.is_sound and k.sex is not null", 0.1),
    ("nameAtOdds", "person_id", "k.is_odd_name", "k.is_sound or k.is_odd_name", 0.5),
    ("phoneShared", "person_id", "k.is_shared_phone", "k.phone is not null", 2.0),
    ("registeredTwice", "person_id", "k.is_again", "1 = 1", 0.1),
    ("numbersMerged", "person_id", "k.is_merged", "1 = 1", 10.0),
)  # fmt: skip


def _total() -> str:
    """The sum that is 1 modulo 11 where the check character is right."""
    digits = (f"{weight} * try_cast(substr(o.ni, {place}, 1) as bigint)" for place, weight in enumerate(_WEIGHTS, 1))
    last = "case when substr(o.ni, 18, 1) = 'X' then 10 else try_cast(substr(o.ni, 18, 1) as bigint) end"
    return " + ".join((*digits, last))


def _alike(one: str, other: str) -> str:
    """Are two names the same but for one letter at most?"""
    same = " + ".join(
        f"case when substr({one}, {place}, 1) = substr({other}, {place}, 1) then 1 else 0 end" for place in range(1, 7)
    )
    return f"length({one}) > 1 and length({one}) < 7 and length({one}) = length({other}) and {same} >= 5"


_SAME_BIRTH = (  # of some the age alone is told
    "(a.is_whole and b.is_whole and a.whole_born = b.whole_born"
    " or not (a.is_whole and b.is_whole) and abs(a.year - b.year) <= 1)"
)
_NAME = "replace(replace(i.value, '^', ''), ' ', '')"
_BORN = "case when length(o.ni) = 15 then concat('19', substr(o.ni, 7, 6)) else substr(o.ni, 7, 8) end"
_FIRST_17 = (  # the same of both forms
    "case when length(o.ni) = 15 then concat(substr(o.ni, 1, 6), '19', substr(o.ni, 7, 9)) else substr(o.ni, 1, 17) end"
)
_IS_DAY = (
    f"substr({_BORN}, 1, 4) >= '1880' and try_cast(substr({_BORN}, 1, 4) || '-' || substr({_BORN}, 5, 2) || '-' || "
    f"substr({_BORN}, 7, 2) as date) is not null"
)
_MONTH, _DAY = ("substr(cast(100 + p.{} as varchar), 2, 2)".format(f"{part}_of_birth") for part in ("month", "day"))
KEYS: Final = f"""
with own as (
  select
    i.people, i.key_no, max(i.person_id) as person_id,
    max(case when i.kind = 'NI' and i.value <> '' then upper(i.value) end) as ni,
    max(case when i.kind = 'phone' and i.value <> '' then i.value end) as phone,
    max(case when i.kind = 'name' and i.value <> '' then {_NAME} end) as name
  from identifier as i
  group by i.people, i.key_no
),
read as (
  select
    o.people, o.key_no, o.person_id, o.ni, o.phone, o.name, {_BORN} as said_born, {_FIRST_17} as ni17,
    case
      when regexp_matches(o.ni, '^[1-9][0-9]{{16}}[0-9X]$') then ({_total()}) % 11 = 1 and {_IS_DAY}
      when regexp_matches(o.ni, '^[1-9][0-9]{{14}}$') then {_IS_DAY}
      else false
    end as is_sound,
    try_cast(substr({_FIRST_17}, 17, 1) as bigint) % 2 as said_sex,
    case p.gender_concept_id when {_MALE} then 1 when {_FEMALE} then 0 end as sex,
    concat(cast(p.year_of_birth as varchar), {_MONTH}, {_DAY}) as whole_born, p.year_of_birth as year,
    p.month_of_birth is not null and p.day_of_birth is not null as is_whole
  from own as o
  left join person as p on p.person_id = o.person_id
),
names as (
  select r.ni17, {_NAME} as name, count(distinct i.key_no) as n
  from identifier as i
  join read as r on r.people = i.people and r.key_no = i.key_no and r.is_sound
  where i.kind = 'name' and regexp_matches(i.value, '[^ -~]')
  group by r.ni17, {_NAME}
),
odd as (
  select n.ni17, n.name from names as n
  join (select ni17, count(*) as forms, max(n) as most, min(n) as least from names group by ni17) as m
    on m.ni17 = n.ni17
  where m.forms > 1 and (n.n < m.most or m.most = m.least)
),
odd_key as (
  select distinct i.people, i.key_no
  from identifier as i
  join read as r on r.people = i.people and r.key_no = i.key_no and r.is_sound
  join odd as o on o.ni17 = r.ni17 and o.name = {_NAME}
  where i.kind = 'name'
),
said_phone as (
  select ni17, phone, count(*) as n from read where is_sound and phone is not null group by ni17, phone
),
usual_phone as (
  select s.ni17, m.most, count(*) as usual from said_phone as s
  join (select ni17, max(n) as most from said_phone group by ni17 having count(*) > 1) as m
    on m.ni17 = s.ni17 and m.most = s.n
  group by s.ni17, m.most
),
phones as (
  select r.people, r.key_no
  from read as r
  join said_phone as s on s.ni17 = r.ni17 and s.phone = r.phone
  join usual_phone as u on u.ni17 = r.ni17
  join (
    select phone from said_phone group by phone having count(*) > 1
  ) as several on several.phone = r.phone
  where r.is_sound and (s.n < u.most or u.usual > 1)
),
few as (
  select o.people, o.phone from own as o where o.phone is not null
  group by o.people, o.phone
  having count(*) <= {_CROWD}
),
pair as (
  select a.people, a.key_no as one_no, b.key_no as other_no
  from read as a
  join read as b on b.people = a.people and b.ni17 = a.ni17 and b.key_no > a.key_no and b.person_id <> a.person_id
  where a.is_sound and b.is_sound and {_alike("a.name", "b.name")}
  union
  select a.people, a.key_no as one_no, b.key_no as other_no
  from read as a
  join few as f on f.people = a.people and f.phone = a.phone
  join read as b
    on b.people = a.people and b.sex = a.sex and b.phone = a.phone
    and b.key_no > a.key_no and b.person_id <> a.person_id
  where {_SAME_BIRTH} and {_alike("a.name", "b.name")}
    and (not a.is_sound or not b.is_sound or a.ni17 = b.ni17)
),
again as (
  select p.people, p.one_no as key_no from pair as p union select p.people, p.other_no as key_no from pair as p
),
merged as (
  select people, person_id from own group by people, person_id having count(*) > 1
),
k as (
  select
    r.people, r.key_no, r.person_id, r.ni, r.phone, r.is_sound, r.said_sex, r.sex,
    case
      when r.is_whole then r.said_born <> r.whole_born
      else abs(try_cast(substr(r.said_born, 1, 4) as bigint) - r.year) > 1
    end as is_odd_birth,
    n.key_no is not null as is_odd_name, f.key_no is not null as is_shared_phone, a.key_no is not null as is_again,
    m.person_id is not null as is_merged
  from read as r
  left join odd_key as n on n.people = r.people and n.key_no = r.key_no
  left join phones as f on f.people = r.people and f.key_no = r.key_no
  left join again as a on a.people = r.people and a.key_no = r.key_no
  left join merged as m on m.people = r.people and m.person_id = r.person_id
)
"""
_COUNTS = ", ".join(
    f"count(case when ({among}) and {bad} then 1 end) as bad_{name.lower()}, "
    f"count(case when {among} then 1 end) as of_{name.lower()}"
    for name, _, bad, among, _ in _KEPT
)
REGISTER: Final = Tally("register of people", f"{KEYS} select k.people, {_COUNTS} from k group by k.people")


def found(tallied: Tallied) -> Iterator[Found]:
    """The checks of the register of each namespace of patient numbers (`source`)."""
    for row in sorted(tallied[REGISTER.name], key=lambda one: str(one["people"])):
        is_numbered = row["of_identityimpossible"] >= _NUMBERED * row["of_identitymissing"]
        for name, column, _, _, threshold in _KEPT if is_numbered else ():
            check = check_of(name, "person", column, str(row["people"]), threshold=threshold)
            yield check, Count(int(row[f"bad_{name.lower()}"]), int(row[f"of_{name.lower()}"]))


def violating_people(check: Check) -> str:
    """A query of the people whose registration violates a check: person_id, key_no."""
    bad, among = next((bad, among) for name, _, bad, among, _ in _KEPT if name == check.kind.name)
    people = check.source.replace("'", "''")
    return f"{KEYS} select k.person_id, k.key_no from k where k.people = '{people}' and ({among}) and {bad}"
