-- ORU^R01 2.5.1 in MLLP frames: who asked and who reports, a line of the text in each OBX.
select
    chr(11) || 'MSH|^~\&|PACS|$authority|PLATFORM|CITY|' || hl7_time(reported) || '||ORU^R01^ORU_R01|' || accession_no
    || '|P|$version||||||$character_set' || chr(13)
    || 'PID|1||' || patient_no || '^^^$authority^MR' || coalesce('~' || identity_no || '^^^GA^NI', '') || '||'
    || hl7(substr(name, 1, 1)) || '^' || hl7(substr(name, 2)) || '||' || coalesce(strftime(birth, '%Y%m%d'), '') || '|'
    || coalesce(sex, '') || chr(13)
    || 'PV1|1|' || case encounter_kind when 'inpatient' then 'I' when 'emergency' then 'E' else 'O' end || '|'
    || coalesce(department_code, '') || repeat('|', 16) || visit || repeat('|', 25) || hl7_time(start) || chr(13)
    || 'ORC|RE|' || accession_no || '|' || accession_no || '||CM' || chr(13)
    || 'OBR|1|' || accession_no || '|' || accession_no || '|' || study_code || '^' || hl7(study_name) || '^99SBGH|||'
    || hl7_time(performed) || repeat('|', 9) || coalesce(licence_no || '^' || hl7(radiologist_name), '') || '||'
    || accession_no || repeat('|', 4) || hl7_time(reported) || '||'
    || case modality when 'CT' then 'CT' when 'US' then 'RUS' when 'MR' then 'NMR' else 'RAD' end || '|F' || chr(13)
    || array_to_string(list_transform(
        list_filter(string_split(report, chr(10)), lambda x: x <> ''),
        lambda x, i: 'OBX|' || i || '|TX|18748-4^Diagnostic imaging study^LN||' || hl7(x) || '||||||F'
    ), chr(13)) || chr(13) || chr(28) || chr(13) as line,
    'ORU^R01' as kind, accession_no as record_id, person
from studied
order by reported, accession_no
