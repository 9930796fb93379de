-- Each coding alone, with the vocabularies that its system may be, likeliest first; a system that nobody knows is taken
-- for a vocabulary of that name, and a code without a system for one of the source's own.
with coding as (
  select code_key, kind, 0 as place, code_system as system, code from asked_code
  union all
  select code_key, kind, 1 as place, alt_system as system, alt_code as code from asked_code
  union all
  select code_key, kind, 2 as place, alt2_system as system, alt2_code as code from asked_code
),
known as (
  select
    code_key,
    kind,
    place,
    coalesce(nullif(trim(system), ''), :source) as system,
    -- http://snomed.info/sct/45991000052106, urn:oid:2.16.840.1.113883.6.96, http://loinc.org|2.77
    regexp_replace(regexp_replace(regexp_replace(lower(trim(system)),
      '^urn:oid:', ''), '^(http://snomed.info/sct).*$', '\1'), '(\|.*|/)$', '') as name,
    trim(code) as code
  from coding
  where code is not null and trim(code) <> ''
)
select
  k.code_key,
  k.kind,
  k.place,
  k.system,
  coalesce(s.vocabulary_id, k.system) as vocabulary_id,
  coalesce(s.likelihood, 0) as likelihood,
  k.code
from known as k
left join code_system as s on s.system = k.name
