-- Each coding as the vocabulary may spell it, best first. `turn` orders all that is tried for one idea; a `guess` holds
-- only if it is the only one that exists; a `broader` code is the category of what was coded, not the code itself.
with tidied as (
  select
    code_key, place, likelihood, vocabulary_id, code,
    case
      when vocabulary_id in ('ICD9CM', 'ICD9Proc', 'ICD10', 'ICD10CM', 'ICD10CN', 'ICD10PCS', 'LOINC', 'HCPCS', 'CPT4',
                             'ATC', 'CVX', 'DRG')
        then upper(regexp_replace(code, '\s', '', 'g'))
      else code
    end as tidy
  from coding
),
-- Chinese editions extend the codes of WHO's ICD-10 and of ICD-9-CM-3 by two signs, and by an x where those end sooner:
-- E11.900 is E11.9 itself, I10.x00 is I10, 38.9300 is 38.93; E11.900x001 and 38.9301 are part of them.
extended as (
  select
    code_key, place, likelihood, vocabulary_id as scheme,
    regexp_extract(tidy, '^([A-Z][0-9]{2}([.][0-9])?|[0-9]{2}[.][0-9]{1,2})', 1) as concept_code,
    not regexp_matches(tidy, '^([A-Z][0-9]{2}[.][0-9X]|[0-9]{2}[.][0-9][0-9X])00$') as broader
  from tidied
  where (vocabulary_id = 'ICD10CN' and regexp_matches(tidy, '^[A-Z][0-9]{2}[.][0-9X][0-9]{2}'))
    or (vocabulary_id = 'ICD9Proc' and regexp_matches(tidy, '^[0-9]{2}[.][0-9][0-9X][0-9]{2}'))
),
spelled as (
  select code_key, place, likelihood, vocabulary_id, 0 as spelling, code as concept_code, false as guess, false as broader
  from tidied
  union all
  select code_key, place, likelihood, vocabulary_id, 1,
    case
      when vocabulary_id = 'ICD9CM'
        then regexp_replace(tidy, '^(E[0-9]{3}|V[0-9]{2}|[0-9]{3})([0-9]+)$', '\1.\2')
      when vocabulary_id = 'ICD9Proc' then regexp_replace(tidy, '^([0-9]{2})([0-9]{1,2})$', '\1.\2')
      -- Dagger and asterisk say how a code was used, not which it is; a dot or dash may hang at a category's end.
      when vocabulary_id in ('ICD10', 'ICD10CM', 'ICD10CN')
        then regexp_replace(regexp_replace(tidy, '[-+*.†]+$', ''), '^([A-Z][0-9][0-9A-Z])([0-9A-Z].*)$', '\1.\2')
      when vocabulary_id in ('CPT4', 'HCPCS') then regexp_replace(tidy, '-.*$', '')
      when vocabulary_id = 'CVX' then regexp_replace(tidy, '^0+([0-9])', '\1')
      when vocabulary_id = 'NDC' and regexp_matches(tidy, '^[0-9]{4}-[0-9]{4}-[0-9]{2}$')
        then '0' || replace(tidy, '-', '')
      when vocabulary_id = 'NDC' and regexp_matches(tidy, '^[0-9]{5}-[0-9]{3}-[0-9]{2}$')
        then substr(tidy, 1, 5) || '0' || substr(tidy, 7, 3) || substr(tidy, 11, 2)
      when vocabulary_id = 'NDC' and regexp_matches(tidy, '^[0-9]{5}-[0-9]{4}-[0-9]$')
        then substr(tidy, 1, 5) || substr(tidy, 7, 4) || '0' || substr(tidy, 12, 1)
      when vocabulary_id = 'NDC' then replace(tidy, '-', '')
      when vocabulary_id = 'DRG' and regexp_matches(tidy, '^[0-9]{1,2}$') then substr('00' || tidy, length(tidy), 3)
      when vocabulary_id = 'Revenue Code' and regexp_matches(tidy, '^[0-9]{3}$') then '0' || tidy
      else tidy
    end,
    false, false
  from tidied
  union all
  select code_key, place, likelihood, vocabulary_id, 2, '0' || tidy, false, false
  from tidied where vocabulary_id = 'CVX' and length(tidy) = 1
  union all
  -- Ten digits without hyphens: which of the three parts lost its zero can't be seen.
  select code_key, place, likelihood, vocabulary_id, 2, '0' || tidy, true, false
  from tidied where vocabulary_id = 'NDC' and regexp_matches(tidy, '^[0-9]{10}$')
  union all
  select code_key, place, likelihood, vocabulary_id, 2, substr(tidy, 1, 5) || '0' || substr(tidy, 6, 5), true, false
  from tidied where vocabulary_id = 'NDC' and regexp_matches(tidy, '^[0-9]{10}$')
  union all
  select code_key, place, likelihood, vocabulary_id, 2, substr(tidy, 1, 9) || '0' || substr(tidy, 10, 1), true, false
  from tidied where vocabulary_id = 'NDC' and regexp_matches(tidy, '^[0-9]{10}$')
  union all
  select code_key, place, likelihood, 'ICD10', 3, concept_code, false, broader from extended where scheme = 'ICD10CN'
  union all
  select code_key, place, likelihood, 'ICD9Proc', 3, concept_code, false, broader from extended where scheme = 'ICD9Proc'
  union all
  -- ICD-10-CM has WHO's codes, but for external causes, reasons for contact, and those that it uses otherwise.
  select e.code_key, e.place, e.likelihood, 'ICD10CM', 4, e.concept_code, false, e.broader
  from extended as e
  left join icd10_otherwise as o on o.code = e.concept_code
  where e.scheme = 'ICD10CN' and o.code is null and e.concept_code < 'V'
)
select
  code_key,
  place * 100 + likelihood * 10 + min(spelling) as turn,
  vocabulary_id,
  concept_code,
  key_hash(vocabulary_id || '|' || concept_code) as code_hash,
  guess,
  broader
from spelled
group by code_key, place, likelihood, vocabulary_id, concept_code, guess, broader
