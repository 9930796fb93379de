"""Made-up exports with truth, to fit the proposer on: tables of every kind, named in three languages, with values

No table of anybody's is looked at: names are drawn from the shipped lexicon and bent, values are made up by form.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from medark.standardise.propose.names import elements, entries, normal

# Elements of each kind of table, and how often such a table has them.
_IDS = "patient_id:.9 visit_id:.7 row_id:.5 mrn:.1 name:.12 gender:.1 age:.08 dept_code:.15 dept_name:.12 doctor_id:.2 doctor:.15"
_TECH = "created_time:.15 updated_time:.15 void_flag:.12 remark:.12 state:.1 kind:.1 sequence:.12 org_code:.1 org_name:.1"
TEMPLATES: Mapping[str, str] = {
    "patient": "patient_id:.95 name:.6 gender:.95 birth_date:.9 id_number:.5 phone:.5 address:.5 ethnicity:.4 marital:.4 "
    "occupation:.3 blood_abo:.2 death_time:.4 allergy_drug:.2 merged_into:.1 race:.3 ethnic_group:.2 first_name:.2 "
    "last_name:.2 ssn:.2 postcode:.2 insurance_type:.2 contact_name:.2 contact_phone:.2 native_place:.15 nationality:.2 "
    "education:.15 employer:.15 language:.15 religion:.1 state_of_home:.2 city_of_home:.2 latitude:.1 longitude:.1 "
    "driver_licence:.1 passport:.1 full_name_part:.15 registered_address:.15 birth_place:.15",
    "visit": f"{_IDS} visit_type:.6 admit_time:.6 discharge_time:.6 visit_time:.4 admit_route:.4 discharge_way:.4 "
    "admit_dept:.3 discharge_dept:.3 bed:.25 visit_count:.25 los:.25 main_diag:.2 diag_code:.12 insurance_type:.2 "
    "doctor_attending:.2 fee_total:.15 start:.15 stop:.15 leave_time:.15 inpatient_no:.3 outpatient_no:.2 death_flag:.1",
    "stay": "patient_id:.85 visit_id:.95 detail_id:.6 ward_in:.6 ward_out:.6 care_unit:.6 ward:.3 transfer_dept:.2 "
    "dept_code:.3 dept_name:.3 bed:.3 icu_in:.15 icu_out:.15 los:.2 start:.15 stop:.15 sequence:.2 kind:.2 row_id:.3",
    "diagnosis": f"{_IDS} diag_code:.85 diag_name:.75 diag_type:.5 diag_seq:.4 diag_time:.5 main_diag_flag:.2 code:.08 "
    "code_name:.08 start:.2 stop:.15 date:.12 admit_condition:.15 onset_date:.12",
    "procedure": f"{_IDS} proc_code:.8 proc_name:.75 proc_date:.3 proc_start:.5 proc_end:.4 surgeon:.3 assistant1:.2 "
    "anaesthesia:.3 anaesthetist:.2 incision:.2 healing:.2 proc_level:.2 start:.12 stop:.1 date:.1 code:.08 code_name:.08",
    "drug": f"{_IDS} drug_code:.7 drug_name:.8 drug_spec:.3 drug_dose:.6 drug_dose_unit:.55 drug_freq:.5 drug_route:.55 "
    "drug_days:.25 drug_qty:.35 drug_unit:.2 drug_start:.35 drug_stop:.35 order_time:.35 order_stop:.25 order_id:.35 "
    "order_type:.2 order_group:.1 start:.2 stop:.2 code:.08 ndc:.1 drug_refills:.08 order_status:.15 exec_time:.12 "
    "drug_form:.12 manufacturer:.08 batch_no:.08 rx_no:.15 fee_amount:.08 drug_amount:.06",
    "lab": f"{_IDS} lab_item_code:.6 lab_item_name:.75 lab_result:.8 lab_unit:.65 lab_ref:.25 lab_ref_low:.2 lab_ref_high:.2 "
    "lab_flag:.35 lab_sample_time:.35 lab_test_time:.2 lab_report_time:.35 specimen_type:.25 lab_req_no:.2 barcode:.2 "
    "code:.12 code_name:.1 value:.15 unit:.12 date:.2 record_time:.25 vital_item:.1 vital_value:.1 loinc:.12 lab_method:.1 "
    "lab_device:.1 lab_tester:.12 lab_checker:.1 sample_no:.15 kind:.1 pcr_result:.05 pcr_ct:.05 lab_group:.15",
    "lab_wide": "patient_id:.85 visit_id:.8 record_time:.8 temperature:.8 pulse:.7 resp_rate:.7 sbp:.8 dbp:.8 spo2:.6 "
    "height:.3 weight:.4 heart_rate:.3 bmi:.2 pain:.3 gcs:.3 nurse:.3 row_id:.3 consciousness:.2 intake:.2 output:.2 date:.1",
    "note": f"{_IDS} doc_type:.5 note_title:.4 note_text:.6 progress_note:.3 record_time:.3 date:.2 chief_complaint:.2 "
    "present_illness:.2 past_history:.15 physical_exam:.15 discharge_summary:.1 created_time:.2",
    "exam": f"{_IDS} exam_no:.6 exam_type:.5 exam_item:.6 exam_part:.4 exam_finding:.7 exam_conclusion:.7 exam_time:.7 "
    "lab_report_time:.2 exam_positive:.2 study_uid:.15 send_dept:.15 send_doctor:.15 path_gross:.1 path_micro:.1 "
    "pathology_no:.15 pathology_diag:.12",
    "fee": f"{_IDS} fee_item_code:.6 fee_item_name:.7 fee_category:.5 fee_price:.5 drug_qty:.4 fee_amount:.9 fee_time:.7 "
    "fee_self:.2 fee_insurance:.2 invoice_no:.2 exec_dept:.2 insurance_type:.2 fee_total:.15 drg_code:.06 date:.1",
    "coverage": "patient_id:.9 payer:.8 plan_id:.6 start:.6 stop:.6 insurance_type:.3 kind:.2 sequence:.1 row_id:.2",
    "allergy": "patient_id:.95 visit_id:.4 allergen:.95 start:.4 stop:.3 date:.3 code:.3 code_name:.3 kind:.2 remark:.2 row_id:.2",
    "device": "patient_id:.95 visit_id:.7 device_code:.7 device_name:.8 device_id:.4 start:.5 stop:.4 date:.3 drug_qty:.2",
    "dept": "org_code:.3 org_name:.3 dept_code:.8 dept_name:.8 kind:.2 phone:.2 address:.3 city_of_home:.2 code:.1 code_name:.1",
    "staff": "doctor_id:.8 doctor_name:.7 doctor:.2 dept_code:.5 title:.4 specialty:.3 gender:.2 row_id:.2 phone:.1",
    "dictionary": "code:.9 code_name:.95 kind:.3 drug_spec:.1 drug_unit:.1 unit:.1 loinc:.1 sequence:.1 valid_flag:.15 "
    "remark:.1 drug_code:.1 drug_name:.1 diag_code:.1 diag_name:.1",
    "dictionary_drug": "drug_code:1 drug_name:1 drug_spec:.6 drug_unit:.4 drug_dose_unit:.4 drug_form:.3 manufacturer:.3 fee_price:.2",
    "dictionary_proc": "proc_code:1 proc_name:1 proc_level:.2 kind:.1", "dictionary_diag": "diag_code:1 diag_name:1 kind:.2 sequence:.1",
    "dictionary_lab": "lab_item_code:1 lab_item_name:1 lab_unit:.4 specimen_type:.4 loinc:.4 lab_ref_low:.2 lab_ref_high:.2 kind:.3",
    "dictionary_fee": "fee_item_code:1 fee_item_name:1 fee_price:.4 fee_category:.4",
    "visit_front": "org_name:.5 insurance_type:.6 patient_id:.5 mrn:.7 visit_id:.5 inpatient_no:.6 visit_count:.6 name:.8 gender:.9 birth_date:.9 age:.7 "
    "nationality:.5 ethnicity:.6 id_number:.6 occupation:.5 marital:.5 address:.5 phone:.5 postcode:.4 contact_name:.4 contact_phone:.4 "
    "admit_route:.7 admit_time:.95 admit_dept:.7 discharge_time:.95 discharge_dept:.6 los:.6 ward:.4 outpatient_diag:.5 admit_diag:.4 main_diag:.9 "
    "other_diag:.6 diag_code:.7 proc_code:.5 proc_name:.5 proc_date:.5 surgeon:.4 anaesthesia:.3 discharge_way:.7 blood_abo:.4 blood_rh:.4 "
    "fee_total:.6 fee_self:.5 doctor_attending:.4 doctor_chief:.4 coder:.3 record_quality:.4 external_cause:.3 allergy_flag:.3 death_flag:.2",
    "other": f"{_TECH} row_id:.6 date:.4 code:.2 code_name:.2 state:.4 ems_call_time:.2 ems_vehicle:.2 ems_address:.15 "
    "kind:.4 start:.2 stop:.2 patient_id:.3 ems_severity:.1 ems_outcome:.1 phone:.1 dept_code:.2 value:.1",
}  # fmt: skip
_CALLED: Mapping[str, Sequence[str]] = {
    "dictionary_drug": ("d_drug", "药品字典", "ypzd", "drugs_dict"), "dictionary_proc": ("d_icd_procedures", "手术字典", "sszd"), "dictionary_diag": ("d_icd", "疾病字典", "zdzd"),
    "dictionary_lab": ("d_labitems", "检验项目", "xmzd"), "dictionary_fee": ("price_list", "收费项目", "xmzd"), "visit_front": ("病案首页", "frontpage", "discharge_abstract", "basy"),
    "lab_wide": ("vitals", "体征", "nursing", "flowsheet", "护理记录"), "patient": ("patients", "病人信息", "demog", "person", "患者"),
    "visit": ("visits", "encounters", "admissions", "住院记录", "门诊记录", "就诊", "stays"), "stay": ("transfers", "转科", "bedstay", "icu"),
    "diagnosis": ("diagnosis", "诊断", "problems", "conditions", "zd"), "procedure": ("procedures", "手术", "surgery", "ops"),
    "drug": ("orders", "medications", "医嘱", "处方", "prescriptions", "drugs"), "lab": ("labs", "results", "检验结果", "observations", "lis"),
    "note": ("notes", "病历", "documents", "文书"), "exam": ("radiology", "检查报告", "exams", "病理"), "fee": ("charges", "费用", "billing", "收费"),
    "coverage": ("coverage", "医保", "insurance"), "allergy": ("allergies", "过敏"), "device": ("devices", "耗材"), "dept": ("departments", "科室"),
    "staff": ("staff", "员工", "providers"), "dictionary": ("d_items", "字典", "dict", "codes", "目录"), "other": ("log", "audit", "schedule", "排班", "misc"),
}  # fmt: skip
_ODD = ("flex_field", "备用字段", "attr", "extra", "ZDY", "spare", "user_defined", "bz", "xyz_code", "hash", "batch_key", "扩展", "version_no", "ref_x")


@dataclass(frozen=True, slots=True)
class Made:
    """One made table: its kind, and of each column the name, the element ("" for none), the values, and the entry's name
    that must be kept from the lexicon (or "").
    """

    called: str
    kind: str
    columns: tuple[tuple[str, str, tuple[str, ...], str], ...]


def made(random_: random.Random) -> Made:
    """A table of a random kind."""
    kind = random_.choice(list(TEMPLATES))
    language = random_.choices(("en", "zh", "pinyin"), (0.5, 0.3, 0.2))[0]
    wanted = [part.split(":") for part in f"{TEMPLATES[kind]} {_TECH if kind != 'other' else ''}".split()]
    picked = [name for name, share in dict(map(tuple, wanted)).items() if random_.random() < float(share)]
    random_.shuffle(picked)
    rows, style = random_.choice((15, 60, 200)), _Style(random_, language)
    columns = [_column(random_, style, name, rows) for name in picked or ["row_id"]]
    for _ in range(random_.choice((0, 0, 1, 2))):
        columns.append((f"{random_.choice(_ODD)}{random_.randint(1, 9)}", "", _odd(random_, rows), ""))
    unique = {column[0].lower(): column for column in columns}
    numbered = random_.choice(("", "", "_01", "2024"))
    called = random_.choice(_CALLED[kind]) if random_.random() < 0.6 else random_.choice(("t", "export", "data", "表"))
    return Made(called + numbered, kind.partition("_")[0], tuple(unique.values()))


class _Style:
    """How one export writes names, days and codes."""

    def __init__(self, random_: random.Random, language: str) -> None:
        self.language = language
        self.case = random_.choice(("snake", "camel", "upper", "glued", "snake"))
        self.prefix = random_.choice(("", "", "", "", "pat_", "lab_", "f_", "c_")) if language == "en" else ""
        self.day = random_.choice(("%Y-%m-%d", "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d/%m/%Y"))
        self.clock = random_.choice((" %H:%M:%S", " %H:%M:%S", " %H:%M", "T%H:%M:%S"))
        self.coded = random_.random() < 0.4
        self.hidden = random_.choice((0.2, 0.5, 0.9))
        self.zh = language != "en" or random_.random() < 0.1

    def written(self, random_: random.Random, name: str) -> str:
        """A lexicon's name as this export would write it."""
        if not name.isascii():
            return name
        words = name.replace("-", " ").replace("_", " ").split()
        if self.language == "en" and random_.random() < 0.08:
            words = [w[:4] if len(w) > 6 else w for w in words]
        if self.case == "camel":
            return words[0].lower() + "".join(w.capitalize() for w in words[1:])
        joined = ("" if self.case == "glued" else "_").join(words)
        return self.prefix + (joined.upper() if self.case == "upper" else joined.lower())


_BY_ELEMENT: dict[str, dict[str, list[str]]] = {}
for _entry in entries():
    _BY_ELEMENT.setdefault(_entry.element, {}).setdefault(_entry.lang, []).append(_entry.name)


def _column(random_: random.Random, style: _Style, element: str, rows: int) -> tuple[str, str, tuple[str, ...], str]:
    names = _BY_ELEMENT[element]
    language = style.language if style.language in names else random_.choice(list(names))
    name = random_.choice(names[language])
    hidden = normal(name) if random_.random() < style.hidden else ""
    return style.written(random_, name), element, _values(random_, style, element, rows), hidden


def _values(random_: random.Random, style: _Style, element: str, rows: int) -> tuple[str, ...]:
    maker = MAKERS.get(element) or _BY_TYPE[elements()[element].type]
    missing = random_.choice((0.0, 0.0, 0.1, 0.6, 1.0 if random_.random() < 0.2 else 0.0))
    if elements()[element].type == "id" and element in ("patient_id", "visit_id", "row_id"):
        missing = 0.0
    few = [maker(random_, style) for _ in range(max(2, rows // 4))] if element in ("patient_id", "visit_id") else []
    one = (lambda: random_.choice(few)) if few and random_.random() < 0.7 else (lambda: maker(random_, style))
    return tuple("" if random_.random() < missing else one() for _ in range(rows))


Maker = Callable[[random.Random, _Style], str]


def _of(*zh: str, en: Sequence[str] = (), codes: Sequence[str] = ()) -> Maker:
    def maker(r: random.Random, s: _Style) -> str:
        if s.coded and codes:
            return r.choice(codes)
        return r.choice(zh if s.zh or not en else en)

    return maker


def _moment(r: random.Random, s: _Style, first: int = 2015, *, timed: bool = True) -> str:
    import datetime as dt

    when = dt.datetime(first, 1, 1) + dt.timedelta(minutes=r.randrange(9 * 525_600 if first > 1999 else 70 * 525_600))
    if s.day == "%Y%m%d" and timed:
        return when.strftime("%Y%m%d%H%M%S")
    return when.strftime(s.day + (s.clock if timed else ""))


def _number(low: float, high: float, places: int) -> Maker:
    return lambda r, s: f"{r.uniform(low, high):.{places}f}"


def _id(r: random.Random, s: _Style) -> str:
    shape = hash((s.case, s.day)) % 3
    return (f"{r.randrange(10**9):09d}", f"A{r.randrange(10**7):07d}", str(r.randrange(10**5)))[shape]


def _identity(r: random.Random, s: _Style) -> str:
    body = f"33010{r.randrange(10)}{r.randrange(1935, 2020)}{r.randrange(1, 13):02d}{r.randrange(1, 29):02d}{r.randrange(1000):03d}"
    return body + "10X98765432"[sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(body)) % 11]


def _person(r: random.Random, s: _Style) -> str:
    if s.zh:
        return r.choice("王李张刘陈杨黄赵吴周") + "".join(r.choice("伟芳娜敏静丽强磊军洋艳勇杰娟涛明超") for _ in range(r.choice((1, 2))))
    return f"{r.choice(['Ann', 'Bob', 'Carl', 'Dora', 'Eve', 'Finn', 'Gus'])} {r.choice(['Smith', 'Jones', 'Miller', 'Brown', 'Davis'])}"


def _icd(r: random.Random, s: _Style) -> str:
    letter, number = r.choice("ABCDEFGHIJKLMNRSTZ"), r.randrange(100)
    if s.zh:
        return f"{letter}{number:02d}.{r.randrange(10)}00" + r.choice(("", "x00" + str(r.randrange(1, 9))))
    return f"{r.randrange(1, 999):03d}{r.randrange(100):02d}" if s.coded else f"{letter}{number:02d}.{r.randrange(10)}"


def _prose(r: random.Random, s: _Style) -> str:
    part = "患者于三天前无明显诱因出现咳嗽、咳痰，伴发热，最高38.5℃，" if s.zh else "Patient seen today, complains of cough and fever. "
    return part * r.randint(2, 6)


_DIAGNOSES = _of("高血压", "2型糖尿病", "肺炎", "急性支气管炎", "冠心病", "脑梗死", "腰椎间盘突出", en=("Hypertension", "Diabetes type 2", "Pneumonia", "Acute bronchitis", "Stroke"))
_DRUGS = _of("阿莫西林胶囊", "二甲双胍片", "阿司匹林肠溶片", "氨氯地平片", "头孢呋辛", en=("Amoxicillin", "Metformin 500 MG", "Aspirin 81 mg tab", "Heparin", "Insulin"))
_TESTS = _of("白细胞计数", "血红蛋白", "肌酐", "葡萄糖", "钾", "钠", en=("WBC", "Hemoglobin", "Creatinine", "Glucose", "Potassium"))
_UNITS = _of("mmol/L", "g/L", "10^9/L", "U/L", "%", "umol/L", "次/分", "mmHg", en=("mg/dL", "mmol/L", "K/uL", "%", "g/dL", "mEq/L"))
_ADDRESSES = lambda r, s: (f"杭州市西湖区文三路{r.randrange(900)}号{r.randrange(9)}幢{r.randrange(900)}室" if s.zh  # noqa: E731
                           else f"{r.randrange(900)} {r.choice(('Oak', 'Main', 'Hill'))} Street")  # fmt: skip
MAKERS: Mapping[str, Maker] = {
    "gender": _of("男", "女", en=("M", "F"), codes=("1", "2")), "birth_date": lambda r, s: _moment(r, s, 1935, timed=False),
    "id_number": _identity, "name": _person, "contact_name": _person, "doctor": _person, "doctor_name": _person, "surgeon": _person,
    "nurse": _person, "doctor_attending": _person, "anaesthetist": _person, "assistant1": _person, "lab_tester": _person, "lab_checker": _person, "send_doctor": _person,
    "first_name": lambda r, s: _person(r, s).split()[0], "last_name": lambda r, s: _person(r, s).split()[-1], "full_name_part": lambda r, s: r.choice(("Mr.", "Mrs.", "Lee", "Ann")),
    "ssn": lambda r, s: f"{r.randrange(100, 999)}-{r.randrange(10, 99)}-{r.randrange(1000, 9999)}", "phone": lambda r, s: f"1{r.randrange(3 * 10**9, 10**10)}",
    "contact_phone": lambda r, s: f"1{r.randrange(3 * 10**9, 10**10)}", "address": _ADDRESSES, "registered_address": _ADDRESSES, "ems_address": _ADDRESSES,
    "ethnicity": _of("汉族", "回族", "壮族", "满族", codes=("01", "03", "08")), "race": _of("汉族", "回族", en=("white", "black", "asian"), codes=("01", "02")),
    "ethnic_group": _of("汉族", "回族", en=("hispanic", "nonhispanic")), "marital": _of("已婚", "未婚", "离婚", en=("MARRIED", "SINGLE"), codes=("10", "20", "40")),
    "blood_abo": _of("A", "B", "O", "AB"), "visit_type": _of("门诊", "急诊", "住院", en=("inpatient", "outpatient", "EMERGENCY"), codes=("1", "2", "3")),
    "admit_route": _of("门诊", "急诊", "转入", en=("EMERGENCY ROOM", "CLINIC REFERRAL"), codes=("1", "2")), "discharge_way": _of("医嘱离院", "转院", "死亡", en=("HOME", "SNF", "DIED"), codes=("1", "2", "5")),
    "diag_code": _icd, "diag_name": _DIAGNOSES, "main_diag": _DIAGNOSES, "admit_diag": _DIAGNOSES, "pathology_diag": _DIAGNOSES, "allergen": _of("青霉素", "头孢", "花生", en=("Penicillin", "Peanut")),
    "allergy_drug": _of("青霉素", "头孢", en=("Penicillin",)), "diag_type": _of("入院诊断", "出院诊断", "门诊诊断", en=("admission", "discharge"), codes=("1", "2", "3")),
    "main_diag_flag": _of("1", "0"), "void_flag": _of("0", "0", "0", "1"), "valid_flag": _of("1", "1", "0"), "death_flag": _of("0", "1"), "exam_positive": _of("阳性", "阴性", en=("Y", "N")),
    "proc_code": lambda r, s: f"{r.randrange(10, 99)}.{r.randrange(10, 99)}" + (f"00x{r.randrange(10):03d}" if s.zh and s.coded else ""), "proc_name": _of("胆囊切除术", "剖宫产术", "冠脉造影", en=("Cholecystectomy", "Cesarean section", "Angiography")),
    "drug_name": _DRUGS, "order_text": _DRUGS, "drug_spec": _of("5mg*30片", "0.25g", "10ml:1g", en=("5 mg tablet", "10 mL vial")), "drug_dose": _number(1, 500, 0), "drug_dose_unit": _of("mg", "g", "ml", "片", en=("mg", "g", "mL", "UNIT")),
    "drug_freq": _of("每日一次", "每日三次", "QD", "BID", en=("BID", "TID", "DAILY", "Q8H")), "drug_route": _of("口服", "静脉滴注", "皮下注射", en=("PO", "IV", "SC", "IV DRIP"), codes=("PO", "IV")), "drug_unit": _of("片", "盒", "支", en=("TAB", "VIAL")),
    "drug_code": lambda r, s: f"YP{r.randrange(900):04d}", "ndc": lambda r, s: f"{r.randrange(10**10, 10**11)}", "drug_days": _number(1, 30, 0), "drug_qty": _number(1, 90, 0), "drug_refills": _number(0, 5, 0),
    "lab_item_code": lambda r, s: r.choice(("WBC", "HGB", "CREA", "GLU", "K")) if s.coded else str(50800 + r.randrange(200)), "lab_item_name": _TESTS, "vital_item": _of("体温", "脉搏", "收缩压", en=("temp_c", "heart_rate", "sbp")),
    "lab_result": lambda r, s: r.choice(("阴性", "NEG", "<0.5")) if r.random() < 0.1 else f"{r.uniform(0.5, 200):.1f}", "value": _number(0, 200, 1), "vital_value": _number(30, 200, 0), "lab_unit": _UNITS, "unit": _UNITS,
    "lab_ref": lambda r, s: f"{r.uniform(0, 5):.1f}-{r.uniform(5, 50):.1f}", "lab_flag": _of("H", "L", "N", "↑", en=("abnormal", "delta", "H", "L")), "loinc": _of("2823-3", "718-7", "6690-2", "2160-0"), "specimen_type": _of("全血", "血清", "尿", en=("Blood", "Urine")),
    "pcr_result": _of("阴性", "阳性", en=("negative", "positive")), "note_text": _prose, "progress_note": _prose, "exam_finding": _prose, "exam_conclusion": _prose, "present_illness": _prose, "discharge_summary": _prose, "physical_exam": _prose, "path_gross": _prose, "path_micro": _prose,
    "past_history": _prose, "chief_complaint": _of("咳嗽3天", "腹痛半日，伴呕吐", en=("cough for 3 days", "abdominal pain")), "note_title": _of("入院记录", "出院小结", en=("Discharge summary", "Radiology")), "doc_type": _of("入院记录", "病程记录", en=("Nursing", "Radiology")),
    "exam_type": _of("CT", "MR", "DR", "超声"), "exam_item": _of("胸部CT平扫", "腹部超声", en=("Chest CT", "Abdominal US")), "exam_part": _of("胸部", "头颅", en=("CHEST", "HEAD")), "study_uid": lambda r, s: f"1.2.840.113619.{r.randrange(10**6)}.{r.randrange(10**6)}.{r.randrange(999)}",
    "temperature": _number(35.5, 40, 1), "pulse": _number(50, 130, 0), "heart_rate": _number(50, 130, 0), "resp_rate": _number(12, 30, 0), "sbp": _number(90, 190, 0), "dbp": _number(50, 110, 0), "spo2": _number(88, 100, 0), "height": _number(150, 190, 1), "weight": _number(40, 110, 1),
    "fee_amount": _number(1, 900, 2), "fee_price": _number(1, 90, 2), "fee_total": _number(100, 9000, 2), "fee_category": _of("西药费", "检验费", "诊察费", en=("LAB", "PHARM"), codes=("01", "02", "03")), "fee_item_name": _of("诊察费", "血常规", "阿莫西林胶囊", en=("Consult", "CBC")),
    "dept_code": lambda r, s: f"{r.randrange(1, 30):04d}", "care_unit": _of("内科病区", "ICU", en=("MICU", "SICU", "CCU")), "dept_name": _of("心内科", "神经内科", "普外科", en=("Cardiology", "Surgery")), "admit_dept": _of("心内科", "神经内科", "普外科", en=("Cardiology", "Surgery"), codes=("0301", "0302")),
    "ward": _of("3病区", "5病区", en=("Ward 3", "7N")), "code_name": _of("白细胞计数", "阿莫西林", "高血压", "西药费", en=("Glucose", "Aspirin", "Hypertension", "Catheter")), "remark": _of("无", "复查", en=("none", "see note")), "org_name": _of("第一人民医院", "中医院", en=("General Hospital",)),
    "code": lambda r, s: (f"{r.randrange(10**4):04d}", f"X{r.randrange(999):03d}", _icd(r, s))[hash((s.case, s.day, s.coded)) % 3], "payer": _of("城镇职工医保", "自费", en=("Medicare", "Private", "NO_INSURANCE")), "insurance_type": _of("城镇职工医保", "自费", en=("Medicare",), codes=("01", "07")),
    "state_of_home": _of("浙江省", "江苏省", en=("MA", "NY")), "city_of_home": _of("杭州市", "宁波市", en=("Boston", "Salem")), "latitude": _number(20, 50, 4), "longitude": _number(70, 130, 4), "language": _of("汉语", en=("ENGL", "SPAN")), "religion": _of("无", en=("CATHOLIC", "JEWISH")),
    "kind": _of("普通", "加急", en=("A", "B", "standard")), "state": _of("已完成", "新建", en=("Final", "active")), "sequence": _number(1, 9, 0), "title": _of("主任医师", "住院医师", en=("MD", "RN")), "specialty": _of("内科", en=("CARDIOLOGY", "GENERAL PRACTICE")),
    "manufacturer": _of("华北制药", en=("Pfizer",)), "doctor_id": lambda r, s: f"{r.randrange(10**6):06d}", "age": _number(1, 95, 0), "los": _number(1, 30, 1), "visit_count": _number(1, 6, 0), "bed": lambda r, s: f"{r.randrange(20):02d}{r.choice('AB')}-{r.randrange(50)}", "device_name": _of("心脏支架", en=("Coronary stent", "Catheter")),
    "device_id": lambda r, s: f"(01){r.randrange(10**13)}(21){r.randrange(10**8)}", "onset_date": lambda r, s: _moment(r, s, timed=False),
}  # fmt: skip
_BY_TYPE: Mapping[str, Maker] = {
    "datetime": _moment, "date": lambda r, s: _moment(r, s, timed=False), "id": _id, "int": _number(0, 40, 0), "number": _number(0, 300, 1),
    "code": lambda r, s: r.choice(("1", "2", "3", "4")) if s.coded else r.choice("甲乙丙丁" if s.zh else "ABCD"),
    "text": _of("其他", "普通说明", "一般情况", en=("other", "some words", "plain text")),
}  # fmt: skip


def _odd(r: random.Random, rows: int) -> tuple[str, ...]:
    pick = r.choice((lambda: str(r.randrange(10**6)), lambda: r.choice("XYZ"), lambda: "", lambda: f"{r.random():.4f}", lambda: "abc def"))
    return tuple(pick() for _ in range(rows))
