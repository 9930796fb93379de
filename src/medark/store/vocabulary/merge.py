"""The shipped rows that are still wanted beside what was loaded, as SQL: loaded wins, by id and by code"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Relations: loaded_<table>, and shipped_concept, shipped_concept_synonym, shipped_vocabulary. `beside_concept` is the
# first of these, under its name, for the others.
_CONCEPT = """
select s.* from shipped_concept as s
left join loaded_concept as i on i.concept_id = s.concept_id
left join loaded_concept as c on c.vocabulary_id = s.vocabulary_id and c.concept_code = s.concept_code
where i.concept_id is null and c.concept_id is null"""

# A name of a shipped concept is a name of the loaded one that has the same code.
_SYNONYM = """
select distinct coalesce(c.concept_id, n.concept_id) as concept_id, n.concept_synonym_name, n.language_concept_id
from shipped_concept_synonym as n
join shipped_concept as s on s.concept_id = n.concept_id
left join loaded_concept as c on c.vocabulary_id = s.vocabulary_id and c.concept_code = s.concept_code"""

_VOCABULARY = """
select s.* from shipped_vocabulary as s
left join loaded_vocabulary as v on v.vocabulary_id = s.vocabulary_id
where v.vocabulary_id is null"""

_ANCESTOR = """
select concept_id as ancestor_concept_id, concept_id as descendant_concept_id,
  0 as min_levels_of_separation, 0 as max_levels_of_separation
from beside_concept where standard_concept = 'S'"""

_RELATIONSHIP = """
select concept_id as concept_id_1, concept_id as concept_id_2, 'Maps to' as relationship_id,
  valid_start_date, valid_end_date, invalid_reason
from beside_concept where standard_concept = 'S'"""

_NAMED = """
select distinct s.{column} as {column}, s.{column} as {name}, 0 as {number}
from beside_concept as s
left join loaded_{table} as l on l.{column} = s.{column}
where l.{column} is null"""

_KIND = """
select 'Maps to' as relationship_id, 'Maps to' as relationship_name, '0' as is_hierarchical, '0' as defines_ancestry,
  'Mapped from' as reverse_relationship_id, 0 as relationship_concept_id
where not exists (select 1 from loaded_relationship where relationship_id = 'Maps to')"""

BESIDE: Mapping[str, str] = MappingProxyType({
    "concept": _CONCEPT,
    "concept_synonym": _SYNONYM,
    "vocabulary": _VOCABULARY,
    "concept_ancestor": _ANCESTOR,
    "concept_relationship": _RELATIONSHIP,
    "domain": _NAMED.format(table="domain", column="domain_id", name="domain_name", number="domain_concept_id"),
    "concept_class": _NAMED.format(
        table="concept_class", column="concept_class_id", name="concept_class_name", number="concept_class_concept_id"
    ),
    "relationship": _KIND,
})  # fmt: skip
