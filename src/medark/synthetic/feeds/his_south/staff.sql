select no as YGGH, name as XM, department_code as KSDM, title as ZC, 'staff' as kind, no as record_id, null::bigint as person
from south_staff order by no
