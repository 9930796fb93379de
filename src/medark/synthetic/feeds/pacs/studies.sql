-- The studies of $organisation as its radiology knows them: who, which visit, what was done, who reports.
create or replace temp table studied as
select
    i.*, 'R' || scattered(i.study, 290003) as accession_no, visit_no('$organisation', i.encounter) as visit,
    v.patient_no, v.name, v.sex, v.birth, v.identity_no, e.kind as encounter_kind, e.start, d.code as department_code,
    c.code as study_code, c.name as study_name, s.licence_no, s.name_zh as radiologist_name
from imaging as i
join visit_patient as v using (encounter)
join encounter as e using (encounter)
join fact_local_${organisation}_study as c on c.key = lower(i.modality::varchar) || '_' || i.body_part::varchar
left join fact_local_${organisation}_department as d on d.key = e.department
left join staff as s on s.key = i.radiologist
where i.organisation = '$organisation';
