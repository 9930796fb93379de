"""Comorbidity by the diagnosis codes of an admission: what Charlson and Elixhauser share"""

from medark.define import Item, conditions, table_file

# Codes as hospitals write them: with or without dots, padded with blanks.
here = conditions.in_visit()
code = here.condition_source_value.without(".").without(" ")

# ICD-9 and ICD-10 codes stand in one column, told apart by form: ICD-9 codes begin with a digit or V,
# and those that begin with E (external causes, E800 to E999) have five letters where ICD-10's E86 and E87 have four,
# but for E87.70 to E87.79, which ICD-9 does not have.
digits = [str(digit) for digit in range(10)]
external = code.beginning(2).is_in(["E8", "E9"]) & (code.beginning(4) != code) & (code.beginning(4) != "E877")
is_icd9 = code.beginning(1).is_in([*digits, "V"]) | external


def items(name):
    """The items of a score: a category counts where one of its codes stands, unless a graver one does too."""
    prefixes = {}
    for row in table_file(f"{name}_codes.csv"):
        prefixes.setdefault((row["category"], row["system"]), []).append(row["prefix"])
    found = {}
    for category in {category for category, _ in prefixes}:
        by_icd9 = is_icd9 & code.starts_with(*prefixes[category, "ICD9"])
        by_icd10 = ~is_icd9 & code.starts_with(*prefixes[category, "ICD10"])
        found[category] = here.where(by_icd9 | by_icd10).exists()
    for row in table_file(f"{name}_items.csv"):
        category, graver = row["category"], row["not_beside"]
        met = found[category] & ~found[graver] if graver else found[category]
        yield Item(category, met, int(row["points"]), label_en=row["label"])
