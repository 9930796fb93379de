select
    v.no as JZID, v.patient_no as BRID, b.time as CLSJ, {measured},
    'observation' as kind, concat(v.no, '-', epoch(b.time)::bigint) as record_id, v.person
from (select encounter, time, {pivoted} from observation semi join south_visit using (encounter) group by encounter, time) b
join south_visit v on v.encounter = b.encounter
order by b.encounter, b.time
