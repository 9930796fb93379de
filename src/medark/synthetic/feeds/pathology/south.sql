select
    report_no, v.patient_no, visit_no('south', s.encounter) as visit_no, csv(v.name) as patient_name, v.sex,
    csv(f.site_zh) as specimen, strftime(s.collected, '%Y-%m-%d %H:%M:%S') as received_at,
    strftime(s.reported, '%Y-%m-%d %H:%M:%S') as reported_at, csv(f.name_zh) as diagnosis,
    case when s.malignant then 'M' else 'B' end as behaviour, csv(s.grade) as grade, csv(s.stage) as stage,
    csv(s.report) as report_text, 'pathology_report' as kind, report_no as record_id, s.person
from (select *, 'P' || to_base(scattered(specimen, 190027), 36, 9) as report_no from pathology where organisation = 'south') as s
join visit_patient as v using (encounter)
join fact_pathology as f on f.key = s.diagnosis
order by s.reported, s.specimen
