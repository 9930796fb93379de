"""How each kind of note is laid out in each language: fixed words, and the slots between them"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final = ("admission", "progress", "operation", "discharge")

FRAMES: Final[Mapping[tuple[str, str], str]] = {
    ("admission", "zh"): (
        "{hospital}入院记录\n姓名：{name}　性别：{sex}　年龄：{age}　职业：{occupation}\n"
        "身份证号：{identity_no}　联系电话：{phone}\n住址：{address}\n{contact}"
        "病案号：{patient_no}　科室：{department}　入院日期：{admitted}\n"
        "主诉：{complaint}{ago}。\n现病史：{onset}{came}{general}\n既往史：{past}{allergy}\n{habits}"
        "体格检查：{vitals}{state}{exam}。\n{labs}{picture}\n初步诊断：{diagnoses}\n诊疗计划：{plan}。{told}\n"
        "记录医师：{doctor}　{date} {clock}"
    ),
    ("admission", "en"): (
        "{hospital}: admission note\nName: {name}  Sex: {sex}  Age: {age}  Occupation: {occupation}\n"
        "Identity no.: {identity_no}  Phone: {phone}\nAddress: {address}\n{contact}"
        "Patient no.: {patient_no}  Department: {department}  Admitted: {admitted}\n"
        "Chief complaint: {Complaint} for {ago}.\nPresent illness: {onset}{came}{general}\n"
        "Past history: {past}{allergy}\n{habits}Examination: {vitals}{state}{Exam}.\n"
        "{labs}{picture}\nDiagnosis: {diagnoses}\nPlan: {Plan}. {told}\nWritten by {doctor}, {date} {clock}"
    ),
    ("progress", "zh"): (
        "病程记录　{date} {clock}　{name}　{patient_no}\n{morning}{vitals}{exam}{labs}{picture}{drugs}\n医师：{doctor}"
    ),
    ("progress", "en"): (
        "Progress note, {date} {clock}, {name}, {patient_no}\n"
        "{morning}{vitals}{exam}{labs}{picture}{drugs}\nSigned: {doctor}"
    ),
    ("operation", "zh"): (
        "手术记录\n姓名：{name}　性别：{sex}　年龄：{age}　病案号：{patient_no}\n"
        "手术日期：{op_date}　{clock}至{op_end}\n"
        "术前诊断：{diagnosis}　术后诊断：{diagnosis}\n手术名称：{operation}\n术者：{surgeon}　助手：{assistant}\n"
        "麻醉方式：{anaesthesia}　麻醉医师：{anaesthetist}\n手术经过：{steps}{blood}\n记录者：{surgeon}　{date}"
    ),
    ("operation", "en"): (
        "Operation note\nName: {name}  Sex: {sex}  Age: {age}  Patient no.: {patient_no}\n"
        "Date: {op_date}, {clock} to {op_end}\nDiagnosis: {diagnosis}\nOperation: {operation}\n"
        "Surgeon: {surgeon}  Assistant: {assistant}\nAnaesthesia: {anaesthesia}, {anaesthetist}\n"
        "Course: {steps}{blood}\nWritten by {surgeon}, {date}"
    ),
    ("discharge", "zh"): (
        "{hospital}出院小结\n姓名：{name}　性别：{sex}　年龄：{age}　病案号：{patient_no}　科室：{department}\n"
        "入院日期：{admitted}　出院日期：{left}　住院{days}天\n入院诊断：{diagnosis}\n出院诊断：{diagnoses}\n"
        "入院情况：因“{complaint}{ago}”入院。{exam}。\n诊疗经过：{treated}{operated}{picture}\n出院前复查：{labs}\n"
        "出院情况：{ending}{vitals}\n{advice}\n医师：{doctor}　{date}"
    ),
    ("discharge", "en"): (
        "{hospital}: discharge summary\nName: {name}  Sex: {sex}  Age: {age}  Patient no.: {patient_no}  "
        "Department: {department}\nAdmitted: {admitted}  Discharged: {left}  Days: {days}\n"
        "Admission diagnosis: {diagnosis}\nDischarge diagnoses: {diagnoses}\n"
        "On admission: {Complaint} for {ago}; {exam}.\nCourse: {treated}{operated}{picture}\n"
        "Before discharge: {labs}\nOutcome: {ending}{vitals}\n{advice}\nWritten by {doctor}, {date}"
    ),
}  # fmt: skip

CONTACT: Final = {
    "zh": "联系人：{relative}（{relation}）　电话：{relative_phone}\n",
    "en": "Next of kin: {relative} ({relation})  Phone: {relative_phone}\n",
}
HABITS: Final = {"zh": "个人史：{smoke}{drink}\n", "en": "Habits: {smoke}{drink}\n"}
CHILD: Final = {
    "zh": "个人史：按计划接种疫苗，生长发育同同龄儿。\n",
    "en": "Vaccinated as scheduled, normal development.\n",
}

ANAESTHESIA: Final = {
    "general": ("全身麻醉", "general"), "spinal": ("椎管内麻醉", "spinal"), "local": ("局部浸润麻醉", "local"),
    "intravenous": ("静脉麻醉", "intravenous"), "topical": ("表面麻醉", "topical"),
    "plexus": ("神经阻滞麻醉", "plexus block"),
}  # fmt: skip
UNITS: Final = {
    "zh": {"h": "小时", "d": "天", "w": "周", "m": "个月", "y": "年"},
    "en": {"h": " hours", "d": " days", "w": " weeks", "m": " months", "y": " years"},
}
