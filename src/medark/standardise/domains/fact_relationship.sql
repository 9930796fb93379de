-- Links between rows of two tables, each way round (OMOP: a relationship has its inverse as a row of its own).
with told as (
  select
    r.kind_1,
    r.key_1,
    r.kind_2,
    r.key_2,
    r.relationship,
    case r.relationship
      when 'has_member' then 'member_of'
      when 'member_of' then 'has_member'
      when 'derived_from' then 'source_of'
      when 'has_specimen' then 'specimen_of'
      when 'has_image' then 'image_of'
      when 'reason_for' then 'has_reason'
      when 'about' then 'told_by'
    end as inverse,
    case
      when r.kind_1 = 'visit' then key_hash(:salt || '|' || :people || '|visit|' || r.key_1)
      else key_hash(:salt || '|' || :source || '|' || r.kind_1 || '|' || r.key_1)
    end as id_1,
    case
      when r.kind_2 = 'visit' then key_hash(:salt || '|' || :people || '|visit|' || r.key_2)
      else key_hash(:salt || '|' || :source || '|' || r.kind_2 || '|' || r.key_2)
    end as id_2,
    p.person_id,
    r.record_no,
    r.row_no,
    r.part_no
  from staged_relation as r
  left join person_key as p on p.person_key = r.person_key
),
-- A picture's row is its series'; an event's table is its concept's.
placed as (
  select
    coalesce(i1.image_occurrence_id, t.id_1) as fact_id_1,
    coalesce(i2.image_occurrence_id, t.id_2) as fact_id_2,
    coalesce(e1.domain, t.kind_1) as domain_1,
    coalesce(e2.domain, t.kind_2) as domain_2,
    t.relationship,
    t.inverse,
    coalesce(t.person_id, e1.person_id) as whose_1,
    coalesce(t.person_id, e2.person_id) as whose_2,
    t.record_no,
    t.row_no,
    t.part_no
  from told as t
  left join event_place as e1 on e1.event_id = t.id_1
  left join event_place as e2 on e2.event_id = t.id_2
  left join image_number as i1 on t.kind_1 = 'image' and i1.event_key = t.key_1
  left join image_number as i2 on t.kind_2 = 'image' and i2.event_key = t.key_2
),
ways as (
  select
    fact_id_1, domain_1, fact_id_2, domain_2, relationship, coalesce(whose_1, whose_2) as whose,
    record_no, row_no, part_no
  from placed
  union all
  select
    fact_id_2, domain_2, fact_id_1, domain_1, inverse, coalesce(whose_2, whose_1),
    record_no, row_no, part_no
  from placed
)
select
  coalesce(d1.concept_id, 0) as domain_concept_id_1,
  w.fact_id_1,
  coalesce(d2.concept_id, 0) as domain_concept_id_2,
  w.fact_id_2,
  -- Parent and child measurement have concepts of their own in OMOP; other pairs as the value map says.
  case
    when w.relationship = 'has_member' and w.domain_1 = 'measurement' and w.domain_2 = 'measurement' then 581436
    when w.relationship = 'member_of' and w.domain_1 = 'measurement' and w.domain_2 = 'measurement' then 581437
    else coalesce(m.concept_id, 0)
  end as relationship_concept_id,
  w.whose as medark_person_id,
  w.record_no as medark_record_no,
  w.row_no as medark_row_no,
  w.part_no
from ways as w
left join domain_number as d1 on d1.domain = w.domain_1
left join domain_number as d2 on d2.domain = w.domain_2
left join value_map as m on m.set_name = 'relationship' and m.value = w.relationship
