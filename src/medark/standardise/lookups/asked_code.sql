-- Each distinct idea that the wave wrote as codes: up to three codings of it, best first. `kind` is where it was said.
with said as (
  select distinct kind, code_system, code,
    case when code is null or code_system = 'urn:medark:fhir-reference' then code_text end as code_text,
    alt_system, alt_code, alt2_system, alt2_code
  from staged_event
  union
  select distinct 'answer', value_system, value_code, cast(null as varchar), cast(null as varchar),
    cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from staged_event where value_code is not null
  union
  select distinct 'condition', cause_system, cause_code, case when cause_code is null then cause_text end,
    cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from staged_death
  union
  select distinct 'specimen', code_system, code, case when code is null then code_text end,
    cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from staged_specimen
  union
  select distinct 'specimen', site_system, site_code, case when site_code is null then site_text end,
    cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from staged_specimen
  union
  select distinct 'count', code_system, code, case when code is null then code_text end,
    alt_system, alt_code, cast(null as varchar), cast(null as varchar)
  from staged_count
  union
  select distinct 'note', class_system, class_code, case when class_code is null then class_text end,
    cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from staged_note
  union
  select distinct 'provider', specialty_system, specialty_code,
    case when specialty_code is null then specialty_text end,
    cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from staged_provider
  union
  select distinct 'payer', payer_system, payer_code, case when payer_code is null then payer_text end,
    cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from staged_coverage
  union
  select distinct 'plan', plan_system, plan_code, case when plan_code is null then plan_text end,
    cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from staged_coverage
  union
  select distinct 'cost', 'DRG', drg_code, cast(null as varchar), cast(null as varchar), cast(null as varchar),
    cast(null as varchar), cast(null as varchar)
  from staged_cost where drg_code is not null
  union
  select distinct 'cost', 'Revenue Code', revenue_code, cast(null as varchar), cast(null as varchar),
    cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from staged_cost where revenue_code is not null
  union
  -- The part of the body in a picture is a word (DICOM) or a code of SNOMED CT (FHIR).
  select distinct 'site', 'SNOMED', body_site, cast(null as varchar), cast(null as varchar), cast(null as varchar),
    cast(null as varchar), cast(null as varchar)
  from staged_image where regexp_matches(body_site, '^[0-9]{6,18}$')
  union
  -- What a word means may be known by its code alone: its concept is there when its vocabulary is.
  select distinct 'word', vocabulary_id, concept_code, cast(null as varchar), cast(null as varchar),
    cast(null as varchar), cast(null as varchar), cast(null as varchar)
  from value_code
)
select
  -- The same expression as in domains/coded_event.sql and event_count.sql.
  coalesce(s.kind, '') || '|' || coalesce(s.code_system, '') || '|' || coalesce(s.code, s.code_text, '') || '|'
    || coalesce(s.alt_system, '') || '|' || coalesce(s.alt_code, '') || '|'
    || coalesce(s.alt2_system, '') || '|' || coalesce(s.alt2_code, '') as code_key,
  s.kind,
  -- A thing that is only named is asked by the codes that its own record gives.
  case when p.product_key is not null then p.code_system else s.code_system end as code_system,
  case when p.product_key is not null then coalesce(p.code, p.code_text) else coalesce(s.code, s.code_text) end as code,
  coalesce(p.alt_system, s.alt_system) as alt_system,
  coalesce(p.alt_code, s.alt_code) as alt_code,
  coalesce(p.alt2_system, s.alt2_system) as alt2_system,
  coalesce(p.alt2_code, s.alt2_code) as alt2_code,
  -- And shown by them, or by what the event calls it.
  case when s.code_system = 'urn:medark:fhir-reference' then coalesce(p.code, p.code_text, s.code_text) end
    as source_value
from said as s
left join product as p on s.code_system = 'urn:medark:fhir-reference' and p.product_key = s.code
