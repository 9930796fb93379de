"""Which of several codings of one idea comes first.

Order: a coding in the vocabulary that OMOP holds as standard for that kind of event, then those that map well to it,
then any other with a system, then local codes; among equals the one the user picked, then the order sent.
Source: FHIR-to-OMOP 2.0 ballot, statements f2o-034 and f2o-035; OHDSI standard vocabularies by domain.
"""

from __future__ import annotations

from medark.standardise.formats.fhir.elements import Coding, Concept

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
NDC = "http://hl7.org/fhir/sid/ndc"
ATC = "http://www.whocc.no/atc"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ICD9CM = "http://hl7.org/fhir/sid/icd-9-cm"
ICD10PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
UNSPECIFIC = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"

_BEST = {
    "condition": (SNOMED, ICD10CM, ICD10, ICD9CM),
    "drug": (RXNORM, CVX, NDC, SNOMED, ATC),
    "procedure": (SNOMED, CPT, HCPCS, ICD10PCS, LOINC),
    "device": (SNOMED, HCPCS),
    "measurement": (LOINC, SNOMED, CPT),
    "observation": (SNOMED, LOINC),
    "specimen": (SNOMED,),
}
_RANKS = {kind: {system: rank for rank, system in enumerate(systems)} for kind, systems in _BEST.items()}
_STANDARD_ELSEWHERE, _OTHER, _LOCAL, _NONE = 20, 30, 40, 50
_KNOWN = frozenset(system for systems in _BEST.values() for system in systems)

CODE_COLUMNS = "code code_system code_text alt_code alt_system alt2_code alt2_system"  # of staging, as in Codes
Codes = tuple[str | None, str | None, str | None, str | None, str | None, str | None, str | None]
NO_CODES: Codes = (None,) * 7


def codes(concept: Concept | None, kind: str) -> Codes:
    """Up to three codings of a concept, best first, with its words.

    >>> both = [Coding("urn:lab", "K"), Coding("http://loinc.org", "2823-3", "Potassium")]
    >>> codes(Concept(both, "K+"), "measurement")
    ('2823-3', 'http://loinc.org', 'K+', 'K', 'urn:lab', None, None)
    """
    if concept is None:
        return NO_CODES
    given = concept.coding
    if not given:
        return None, None, concept.text, None, None, None, None
    if len(given) == 1:
        only = given[0]
        return only.code, only.system, concept.text or only.display, None, None, None, None
    return _ordered([coding for coding in given if coding.code], concept, kind)


def _ordered(coded: list[Coding], concept: Concept, kind: str) -> Codes:
    ranks = _RANKS[kind]
    best = sorted(coded, key=lambda coding: (_rank(coding.system, ranks), not coding.user_selected))[:3]
    text = concept.text or next((c.display for c in best or concept.coding or () if c.display), None)
    first, second, third = (*best, *(Coding(),) * (3 - len(best)))
    return first.code, first.system, text, second.code, second.system, third.code, third.system


def _rank(system: str | None, ranks: dict[str, int]) -> int:
    if not system:
        return _LOCAL
    if system == UNSPECIFIC:
        return _NONE
    return ranks.get(system, _STANDARD_ELSEWHERE if system in _KNOWN else _OTHER)


def says_something(code: Codes) -> bool:
    """Is there anything to look up or to show?"""
    return code[0] is not None or code[2] is not None


def has_code(concepts: list[Concept] | None, wanted: frozenset[str]) -> bool:
    """Does any coding of these concepts carry one of the wanted codes?"""
    return any(coding.code in wanted for concept in concepts or () for coding in concept.coding or ())
