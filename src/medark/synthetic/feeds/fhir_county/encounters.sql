select
    concat('{"resourceType":"Encounter","id":"', v.id, '","status":"',
        case when v.cancelled then 'cancelled' when v."end" is null then 'in-progress' else 'finished' end,
        '","class":', county_coding('http://terminology.hl7.org/CodeSystem/v3-ActCode', class.code, class.name),
        ',"subject":{"reference":"Patient/' || v.patient_no || '"}',
        ',"participant":[{"type":[{"coding":[{"code":"ATND"}]}],"individual":{"reference":"Practitioner/'
        || v.practitioner || '"}}]', ',"period":{"start":"', county_time(v.start), '"',
        ',"end":"' || county_time(v."end") || '"', '}',
        ',"hospitalization":{"admitSource":{"coding":[' || if(v.kind = 'inpatient', county_coding(
            'http://terminology.hl7.org/CodeSystem/admit-source', arrival.code, arrival.name), null)
        || ']},"dischargeDisposition":{"coding":[' || county_coding(
            'http://terminology.hl7.org/CodeSystem/discharge-disposition', discharge.code, discharge.name) || ']}}',
        ',"serviceProvider":{"reference":"Organization/dept-' || v.department || '"}', '}', chr(10)) as line,
    'Encounter' as kind, v.id as record_id, v.person
from county_visit v
left join fact_local_county_word class on class.subject = 'kind' and class.key = v.kind
left join fact_local_county_word arrival on arrival.subject = 'arrival' and arrival.key = v.arrival
left join fact_local_county_word discharge on discharge.subject = 'discharge' and discharge.key = v.discharge
order by v.start, v.encounter
