-- What was charged and paid for an event or a visit. cost_domain_id names the table in which that event lies.
select
  case
    when c.event_key is not null then key_hash(:salt || '|' || :source || '|cost|' || c.event_key)
    else 4611686018427387904 + c.record_no * 68719476736 + c.row_no * 16 + c.part_no
  end as cost_id,
  case
    when c.about_kind = 'visit' then v.visit_id
    else key_hash(:salt || '|' || :source || '|' || c.about_kind || '|' || c.about_key)
  end as cost_event_id,
  case coalesce(e.domain, c.about_kind)
    when 'visit' then 'Visit'
    when 'condition' then 'Condition'
    when 'drug' then 'Drug'
    when 'procedure' then 'Procedure'
    when 'device' then 'Device'
    when 'measurement' then 'Measurement'
    when 'observation' then 'Observation'
  end as cost_domain_id,
  coalesce(t.concept_id, 32814) as cost_type_concept_id,
  case
    when c.currency is not null then coalesce(m.concept_id, case when upper(c.currency) = 'USD' then 44818668 end, 0)
  end as currency_concept_id,
  finite_number(c.total_charge) as total_charge,
  finite_number(c.total_cost) as total_cost,
  finite_number(c.total_paid) as total_paid,
  finite_number(c.paid_by_payer) as paid_by_payer,
  finite_number(c.paid_by_patient) as paid_by_patient,
  finite_number(c.copay) as paid_patient_copay,
  finite_number(c.coinsurance) as paid_patient_coinsurance,
  finite_number(c.deductible) as paid_patient_deductible,
  cast(null as double) as paid_by_primary,
  cast(null as double) as paid_ingredient_cost,
  cast(null as double) as paid_dispensing_fee,
  case
    when c.plan_key is not null then key_hash(:salt || '|' || :people || '|plan|' || c.person_key || '|' || c.plan_key)
  end as payer_plan_period_id,
  finite_number(c.amount_allowed) as amount_allowed,
  case when c.revenue_code is not null then coalesce(r.concept_id, 0) end as revenue_code_concept_id,
  substr(c.revenue_code, 1, 50) as revenue_code_source_value,
  case when c.drg_code is not null then coalesce(g.concept_id, 0) end as drg_concept_id,
  substr(c.drg_code, 1, 3) as drg_source_value,
  p.person_id as medark_person_id,
  c.record_no as medark_record_no,
  c.row_no as medark_row_no,
  c.part_no
from staged_cost as c
left join person_key as p on p.person_key = c.person_key
left join visit_number as v on c.about_kind = 'visit' and v.visit_key = c.about_key
left join event_place as e
  on e.event_id = case
    when c.about_kind <> 'visit' then key_hash(:salt || '|' || :source || '|' || c.about_kind || '|' || c.about_key)
  end
left join value_map as t on t.set_name = 'type_concept' and t.value = c.type
left join value_map as m on m.set_name = 'currency' and m.value = lower(c.currency)
left join chosen_code as r on r.code_key = 'cost|Revenue Code|' || c.revenue_code || '||||' and r.map_no = 0
left join chosen_code as g on g.code_key = 'cost|DRG|' || c.drg_code || '||||' and g.map_no = 0
