with said as (
    select s.*, a.words as admitted_for, a.entries as admission_entries, d.words as found, d.entries as discharge_entries,
        o.words as operated, o.entries as operation_entries, l.words as measured, l.entries as result_entries,
        x.words as taken, x.entries as drug_entries, xml(h.name_zh) as hospital,
        greatest(1, date_diff('day', s.start::date, s."end"::date)) as days,
        date_diff('year', s.birth, s.start::date) - (strftime(s.start, '%m%d') < strftime(s.birth, '%m%d'))::int as age
    from cda_stay s
    left join cda_diagnoses a on a.encounter = s.encounter and a.kind = 'admission'
    left join cda_diagnoses d on d.encounter = s.encounter and d.kind = 'discharge'
    left join cda_operations o on o.encounter = s.encounter
    left join cda_results l on l.encounter = s.encounter
    left join cda_drugs x on x.encounter = s.encounter
    left join fact_organisations h on h.key = 'south'
)
select
    concat('<?xml version="1.0" encoding="UTF-8"?>', chr(10), '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi=',
        '"http://www.w3.org/2001/XMLSchema-instance"><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>',
        '<id root="2.16.156.99999.2.1" extension="', no, '"/><code code="18842-5" codeSystem="2.16.840.1.113883.6.1" ',
        'displayName="Discharge summary"/><title>出院小结</title><effectiveTime value="', cda_time("end"), '"/>',
        '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="zh-CN"/>',
        '<recordTarget><patientRole><id root="2.16.156.99999.2" extension="', patient_no, '" assigningAuthorityName="SBGH"/>',
        '<id root="2.16.156.112604" extension="' || identity_no || '"/>', '<addr><streetAddressLine>' || xml(address)
        || '</streetAddressLine></addr>', '<telecom value="tel:' || phone || '"/>', '<patient><name>', xml(name),
        '</name><administrativeGenderCode code="' || sex || '" codeSystem="2.16.840.1.113883.5.1"/>',
        '<birthTime value="' || strftime(birth, '%Y%m%d') || '"/>', '</patient></patientRole></recordTarget>',
        '<author><time value="', cda_time("end"), '"/><assignedAuthor>', coalesce('<id root="2.16.156.99999.2.5" extension="'
        || doctor_no || '" assigningAuthorityName="SBGH"/><assignedPerson><name>' || xml(doctor) || '</name></assignedPerson>', '<id nullFlavor="UNK"/>'),
        '</assignedAuthor></author><custodian><assignedCustodian><representedCustodianOrganization>',
        '<id root="2.16.156.99999.2.6" extension="south"/><name>', hospital, '</name></representedCustodianOrganization>',
        '</assignedCustodian></custodian><componentOf><encompassingEncounter><id root="2.16.156.99999.2" extension="', no,
        '" assigningAuthorityName="SBGH"/><code code="IMP" codeSystem="2.16.840.1.113883.5.4" displayName="住院"/>',
        '<effectiveTime><low value="', cda_time(start), '"/><high value="', cda_time("end"), '"/></effectiveTime>',
        '<dischargeDispositionCode code="' || discharge || '" codeSystem="2.16.156.99999.2.7" displayName="' || discharge_name
        || '"/>', '<location><healthCareFacility><id root="2.16.156.99999.2.6" extension="', department,
        '" assigningAuthorityName="SBGH"/><location><name>',
        xml(department_name), '</name></location></healthCareFacility></location></encompassingEncounter></componentOf>',
        '<component><structuredBody>',
        cda_section('46241-6', '入院诊断', concat('<paragraph>', coalesce(admitted_for, '未记录'), '</paragraph>'), admission_entries),
        cda_section('11535-2', '出院诊断', concat('<paragraph>', coalesce(found, '未记录'), '</paragraph>'), discharge_entries),
        cda_section('8648-8', '住院经过', concat('<paragraph>患者', if(sex = 'F', '女', '男'), '性，', age, '岁，因“',
            coalesce(admitted_for, '病情需要'), '”于', strftime(start, '%Y年%-m月%-d日'), '收入', xml(department_name), '。',
            '住院期间行' || operated || '。', '共住院', days, '天，', strftime("end", '%Y年%-m月%-d日'), '离院',
            '，离院情况：' || discharge_name, '。</paragraph>'), null),
        cda_section('47519-4', '手术及操作', concat('<paragraph>', coalesce(operated, '无'), '</paragraph>'), operation_entries),
        cda_section('30954-2', '异常检验结果', coalesce('<table><thead><tr><th>项目</th><th>结果</th><th>提示</th></tr></thead><tbody>'
            || measured || '</tbody></table>', '<paragraph>无</paragraph>'), result_entries),
        cda_section('10183-2', '出院带药', concat('<paragraph>', coalesce(taken, '无'), '</paragraph>'), drug_entries),
        '</structuredBody></component></ClinicalDocument>', chr(10)) as document,
    no as record_id, person
from said
order by "end", encounter
