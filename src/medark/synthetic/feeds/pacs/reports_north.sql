-- ORU^R01 2.3.1: one order, one formatted text.
select
    'MSH|^~\&|RIS|$authority|PLATFORM|CITY|' || hl7_time(reported) || '||ORU^R01|' || accession_no || '|P|$version||||||'
    || '$character_set' || chr(13)
    || 'PID|1||' || patient_no || '^^^$authority^MR||' || hl7(substr(name, 1, 1)) || '^' || hl7(substr(name, 2)) || '||'
    || coalesce(strftime(birth, '%Y%m%d'), '') || '|' || coalesce(sex, '') || chr(13)
    || 'PV1|1|' || case encounter_kind when 'inpatient' then 'I' when 'emergency' then 'E' else 'O' end || '|'
    || coalesce(department_code, '') || repeat('|', 16) || visit || chr(13)
    || 'ORC|RE||' || accession_no || '||CM' || chr(13)
    || 'OBR|1||' || accession_no || '|' || study_code || '^' || hl7(study_name) || '^L|||' || hl7_time(performed)
    || repeat('|', 15) || hl7_time(reported) || '||RAD|F' || chr(13)
    || 'OBX|1|FT|REPORT^影像报告^L||' || hl7(report) || '||||||F|||' || hl7_time(performed) || chr(13) as line,
    'ORU^R01' as kind, accession_no as record_id, person
from studied
order by reported, accession_no
