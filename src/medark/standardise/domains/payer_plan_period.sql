-- Who paid for a person's care, from when to when. Cover without an end lasts at least until the day it was told.
with day as (
  -- Cover begins and ends on few days: each is read once.
  select said, cast(in_zone(said, :source_zone, :zone) as date) as day
  from (select start_time as said from staged_coverage union select end_time from staged_coverage) as times
  where said is not null
)
select
  key_hash(:salt || '|' || :people || '|plan|' || c.person_key || '|' || c.plan_key) as payer_plan_period_id,
  p.person_id,
  f.day as payer_plan_period_start_date,
  coalesce(t.day, greatest(f.day, cast(:arrived as date))) as payer_plan_period_end_date,
  case when coalesce(c.payer_code, c.payer_text) is not null then coalesce(y.concept_id, z.concept_id, a.concept_id, 0) end
    as payer_concept_id,
  substr(coalesce(c.payer_code, c.payer_text), 1, 50) as payer_source_value,
  case when coalesce(c.payer_code, c.payer_text) is not null then 0 end as payer_source_concept_id,
  case when coalesce(c.plan_code, c.plan_text) is not null then coalesce(n.concept_id, b.concept_id, 0) end
    as plan_concept_id,
  substr(coalesce(c.plan_code, c.plan_text), 1, 50) as plan_source_value,
  case when coalesce(c.plan_code, c.plan_text) is not null then 0 end as plan_source_concept_id,
  case when c.sponsor_text is not null then coalesce(s.concept_id, 0) end as sponsor_concept_id,
  substr(c.sponsor_text, 1, 50) as sponsor_source_value,
  case when c.sponsor_text is not null then 0 end as sponsor_source_concept_id,
  cast(null as varchar) as family_source_value,
  case when c.stop_reason is not null then coalesce(r.concept_id, 0) end as stop_reason_concept_id,
  substr(c.stop_reason, 1, 50) as stop_reason_source_value,
  case when c.stop_reason is not null then 0 end as stop_reason_source_concept_id,
  c.record_no as medark_record_no,
  c.row_no as medark_row_no,
  c.part_no
from staged_coverage as c
left join person_key as p on p.person_key = c.person_key
left join day as f on f.said = c.start_time
left join day as t on t.said = c.end_time
left join value_map as y on y.set_name = 'payer' and y.value = lower(c.payer_code)
left join value_map as z on z.set_name = 'payer' and z.value = lower(c.payer_text)
left join chosen_code as a
  on a.code_key = 'payer|' || coalesce(c.payer_system, '') || '|' || coalesce(c.payer_code, c.payer_text) || '||||'
  and a.domain_id = 'Payer' and a.map_no = 0
left join chosen_code as b
  on b.code_key = 'plan|' || coalesce(c.plan_system, '') || '|' || coalesce(c.plan_code, c.plan_text) || '||||'
  and b.domain_id = 'Plan' and b.map_no = 0
left join value_map as n on n.set_name = 'plan' and n.value = lower(coalesce(c.plan_code, c.plan_text))
left join value_map as s on s.set_name = 'sponsor' and s.value = lower(c.sponsor_text)
left join value_map as r on r.set_name = 'plan_stop_reason' and r.value = lower(c.stop_reason)
