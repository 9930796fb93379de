-- Links between rows of two tables, each way round (OMOP: a relationship has its inverse as a row of its own).
with told as (
  select
    r.*,
    p.person_id,
    case r.relationship
      when 'has_member' then 'member_of'
      when 'member_of' then 'has_member'
      when 'derived_from' then 'source_of'
      when 'has_specimen' then 'specimen_of'
      when 'has_image' then 'image_of'
      when 'reason_for' then 'has_reason'
      when 'about' then 'told_by'
    end as inverse
  from staged_relation as r
  left join person_key as p on p.person_key = r.person_key
),
ways as (
  select person_id, kind_1, key_1, kind_2, key_2, relationship, record_no, row_no, part_no from told
  union all
  select person_id, kind_2, key_2, kind_1, key_1, inverse, record_no, row_no, part_no from told
),
numbered as (
  select
    w.*,
    case
      when w.kind_1 = 'visit' then key_hash(:salt || '|' || :people || '|visit|' || w.key_1)
      else key_hash(:salt || '|' || :source || '|' || w.kind_1 || '|' || w.key_1)
    end as id_1,
    case
      when w.kind_2 = 'visit' then key_hash(:salt || '|' || :people || '|visit|' || w.key_2)
      else key_hash(:salt || '|' || :source || '|' || w.kind_2 || '|' || w.key_2)
    end as id_2
  from ways as w
),
-- A picture's row is its series'; an event's table is its concept's.
placed as (
  select
    n.*,
    coalesce(i1.image_occurrence_id, n.id_1) as fact_id_1,
    coalesce(i2.image_occurrence_id, n.id_2) as fact_id_2,
    coalesce(e1.domain, n.kind_1) as domain_1,
    coalesce(e2.domain, n.kind_2) as domain_2,
    coalesce(n.person_id, e1.person_id, e2.person_id) as whose
  from numbered as n
  left join event_place as e1 on e1.event_id = n.id_1
  left join event_place as e2 on e2.event_id = n.id_2
  left join image_number as i1 on n.kind_1 = 'image' and i1.event_key = n.key_1
  left join image_number as i2 on n.kind_2 = 'image' and i2.event_key = n.key_2
)
select
  coalesce(d1.concept_id, 0) as domain_concept_id_1,
  p.fact_id_1,
  coalesce(d2.concept_id, 0) as domain_concept_id_2,
  p.fact_id_2,
  -- Parent and child measurement have concepts of their own in OMOP; other pairs as the value map says.
  case
    when p.relationship = 'has_member' and p.domain_1 = 'measurement' and p.domain_2 = 'measurement' then 581436
    when p.relationship = 'member_of' and p.domain_1 = 'measurement' and p.domain_2 = 'measurement' then 581437
    else coalesce(m.concept_id, 0)
  end as relationship_concept_id,
  p.whose as medark_person_id,
  p.record_no as medark_record_no,
  p.row_no as medark_row_no,
  p.part_no
from placed as p
left join domain_number as d1 on d1.domain = p.domain_1
left join domain_number as d2 on d2.domain = p.domain_2
left join value_map as m on m.set_name = 'relationship' and m.value = p.relationship
