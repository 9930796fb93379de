"""The registry of type 2 diabetes: who, what and when

The hospital may change what is expected by writing a file of its own: medark registry new.
"""

from __future__ import annotations

from medark.define import index, person, when
from medark.sdk.registry import (
    BASELINE,
    CONFIRM,
    EVENT,
    Event,
    Registry,
    age_at_entry,
    answered,
    born,
    diagnoses,
    done,
    has,
    labs,
    made,
    medicines,
    number,
    operations,
    sex,
    visits,
    words,
)
from medark.sdk.renal import filtration

from .every_registry import blood_pressure, body, heart_and_vessels, smoking, stays

CDS = "Guideline for the prevention and treatment of type 2 diabetes mellitus in China, 2020 edition"
NATIONAL = "National norm of basic public health services, 3rd edition, 2017: type 2 diabetes"
KDIGO = "KDIGO 2024 CKD guideline, Kidney Int 105(4S):S117"
INKER = "Inker 2021, N Engl J Med 385:1737: CKD-EPI 2021 without race"
CODES = "ICD-10 (WHO 2019); choice of codes ours"
NAMES = "names of drugs as written; choice ours"

LOW = labs("glucose", "2345-7", "14749-6", "14771-0", "1558-6", "41653-7", "14743-9")
HBA1C = labs("HbA1c", "4548-4", "17856-6", "59261-8")
ALBUMINURIA = {
    "A1": words("under 30 mg/g", "<30 mg/g"),
    "A2": words("30 to 300 mg/g", "30～300 mg/g"),
    "A3": words("over 300 mg/g", ">300 mg/g"),
}
CONTROL = {
    "controlled": words("under 7 %", "<7%（达标）"),
    "above": words("7 % to under 9 %", "7%～<9%"),
    "high": words("9 % and more", "≥9%"),
}


def _control(values):  # type: ignore[no-untyped-def]
    hba1c = values["hba1c"]
    return (
        when(hba1c < 7.0)
        .then("controlled")
        .when(hba1c < 9.0)
        .then("above")
        .when(hba1c >= 9.0)
        .then("high")
        .otherwise_missing()
    )


def _albuminuria(values):  # type: ignore[no-untyped-def]
    uacr = values["uacr"]
    return when(uacr < 30).then("A1").when(uacr <= 300).then("A2").when(uacr > 300).then("A3").otherwise_missing()


T2DM = Registry(
    name="t2dm",
    title=words("Type 2 diabetes", "2型糖尿病"),
    about=words(
        "Everybody with a diagnosis of type 2 diabetes (ICD-10 E11), whoever made it, from the first one on.",
        "所有机构已诊断2型糖尿病（ICD-10 E11）者，自首次诊断起。",
    ),
    source=f"{CODES}; {CDS}",
    entry=diagnoses("type 2 diabetes", "E11"),
    schedule=visits((3, 24), (6, 60)),
    charts=("control", "albuminuria"),
    measured=("hba1c", "uacr"),
    variables=(
        sex(),
        born(),
        age_at_entry(),
        smoking(),
        # -- glucose
        number("hba1c", "HbA1c", "糖化血红蛋白", HBA1C, "%", CDS, analyte="hemoglobin A1c", every=6, target=7.0,
            is_task=True,
               is_drawn=True, meaning=words("the last one, % (NGSP); twice a year at least",
                   "最近一次，%（NGSP），每年至少2次")),
        made("control", "Control by HbA1c", "血糖控制分组", _control, f"{CDS}; ADA Standards of Care 2024, 6",
             codes=CONTROL, meaning=words("the last HbA1c against 7 % and 9 %", "最近一次糖化血红蛋白与7%、9%比较")),
        number("fpg", "Fasting glucose", "空腹血糖", labs("fasting glucose", "14771-0", "1558-6", is_standard=False),
               "mmol/L", NATIONAL, analyte="glucose", every=3, target=7.0, is_drawn=True,
               meaning=words("the last one; four times a year", "最近一次，每年4次")),
        number("glucose_2h", "Glucose, 2 hours", "餐后2小时血糖", labs("glucose 2 h", "14995-5", is_standard=False),
               "mmol/L", CDS, analyte="glucose", target=10.0),
        # -- pressure, body
        *blood_pressure(NATIONAL, every=3, target=130.0),
        *body(NATIONAL, every=3),
        # -- lipids, liver
        number("ldl", "LDL cholesterol", "低密度脂蛋白胆固醇", labs("LDL cholesterol", "22748-8", "18262-6",
            "13457-7", "2089-1"),
               "mmol/L", CDS, analyte="cholesterol", every=12, target=2.6, is_task=True, is_drawn=True),
        number("hdl", "HDL cholesterol", "高密度脂蛋白胆固醇", labs("HDL cholesterol", "14646-4", "2085-9"), "mmol/L",
            CDS,
               analyte="cholesterol", every=12),
        number("tc", "Total cholesterol", "总胆固醇", labs("total cholesterol", "14647-2", "2093-3"), "mmol/L", CDS,
               analyte="cholesterol", every=12),
        number("tg", "Triglycerides", "甘油三酯", labs("triglycerides", "14927-8", "2571-8"), "mmol/L", CDS,
               analyte="triglycerides", every=12, target=1.7),
        number("alt", "ALT", "丙氨酸氨基转移酶", labs("ALT", "1742-6"), "U/L", CDS, at=BASELINE,
               meaning=words("the last one; before drugs are chosen", "最近一次，用药前评估")),
        # -- kidney
        number("creatinine", "Creatinine", "肌酐", labs("creatinine", "14682-9", "2160-0"), "umol/L", CDS,
               analyte="creatinine", every=12),
        made("egfr", "eGFR", "估算肾小球滤过率", lambda v: filtration(v["creatinine"] / 88.4,
            index.start.year - person.year_of_birth), INKER,
             unit="mL/min/1.73m2", is_drawn=True, meaning=words(
                 "CKD-EPI 2021 of the creatinine; age in calendar years",
                     "按肌酐以CKD-EPI 2021公式估算，年龄按年份差")),
        number("uacr", "Urine albumin/creatinine", "尿白蛋白/肌酐比值", labs("urine albumin/creatinine", "9318-7",
            is_standard=False),
               "mg/g", CDS, every=12, target=30.0, is_task=True, is_drawn=True),
        made("albuminuria", "Albuminuria", "白蛋白尿分期", _albuminuria, KDIGO, codes=ALBUMINURIA,
             meaning=words("category of the last ratio", "按最近一次比值分期")),
        # -- eyes, feet
        done("eyes", "Eyes looked at", "眼底检查", operations("95.11", names=("眼底", "fundus", "retina")), CDS,
            every=12,
             standing=CONFIRM, meaning=words("the last fundus examination, by its name",
                 "最近一次眼底检查（按项目名称）")),
        answered("feet", "Feet looked at", "足部检查", "registry:feet", {
            "normal": words("normal", "正常"), "risk": words("at risk", "高危足"), "ulcer": words("ulcer", "溃疡"),
        }, CDS, every=12),
        # -- what it leads to
        has("retinopathy", "Retinopathy", "糖尿病视网膜病变", diagnoses("diabetic retinopathy", "E11.3", "H36.0"),
            CODES, ever=True),
        has("nephropathy", "Kidney disease", "糖尿病肾病", diagnoses("diabetic kidney disease", "E11.2", "N08.3"),
            CODES, ever=True),
        has("neuropathy", "Neuropathy", "糖尿病神经病变", diagnoses("diabetic neuropathy", "E11.4", "G63.2"), CODES,
            ever=True),
        has("vessels", "Peripheral vessels", "糖尿病周围血管病变", diagnoses("diabetic angiopathy", "E11.5", "I79.2"),
            CODES, ever=True),
        has("ketoacidosis", "Ketoacidosis", "酮症酸中毒", diagnoses("diabetic ketoacidosis", "E11.1"), CODES,
            ever=True),
        *heart_and_vessels(CODES),
        # -- treatment
        has("metformin", "Metformin", "二甲双胍", medicines("metformin", "二甲双胍"), NAMES),
        has("sglt2", "SGLT2 inhibitor", "SGLT2抑制剂", medicines("gliflozin", "格列净"), NAMES),
        has("glp1", "GLP-1 agonist", "GLP-1受体激动剂", medicines("glutide", "exenatide", "鲁肽", "艾塞那肽"), NAMES),
        has("dpp4", "DPP-4 inhibitor", "DPP-4抑制剂", medicines("gliptin", "格列汀"), NAMES),
        has("sulfonylurea", "Sulfonylurea", "磺脲类", medicines("gliclazide", "glimepiride", "glipizide", "格列齐特",
            "格列美脲", "格列吡嗪"), NAMES),
        has("insulin", "Insulin", "胰岛素", medicines("insulin", "胰岛素"), NAMES),
        has("statin", "Statin", "他汀类", medicines("statin", "他汀"), NAMES),
        # -- at an event
        number("glucose", "Glucose, any", "随机血糖", labs("any glucose", "2345-7", "14749-6", "41653-7"), "mmol/L",
            CDS,
               analyte="glucose", at=EVENT),
    ),
    events=(
        *stays(),
        Event("low_glucose", words("Glucose under 3.9 mmol/L", "低血糖（<3.9 mmol/L）"),
            LOW.where(LOW.value_in("mmol/L", analyte="glucose") < 3.9),
              "ADA Standards of Care 2024, 6: level 1 hypoglycaemia"),
    ),
)  # fmt: skip
