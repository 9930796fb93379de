-- Things that events may name by their key (a drug or device that another record describes): the latest word on each, of
-- this wave or before.
select
  product_key, code, code_system, code_text, alt_code, alt_system, alt2_code, alt2_system, record_no, row_no, part_no
from (
  select
    p.*,
    row_number() over (partition by product_key order by record_no desc, row_no desc, part_no desc) as nth
  from (
    select
      product_key, code, code_system, code_text, alt_code, alt_system, alt2_code, alt2_system, record_no, row_no, part_no
    from staged_product
    union all
    select
      product_key, code, code_system, code_text, alt_code, alt_system, alt2_code, alt2_system, record_no, row_no, part_no
    from known_product
  ) as p
) as told
where nth = 1
