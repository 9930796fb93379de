"""Every other FHIR R4 resource type, and how it ends: understood but no event, or not understood.

Source: HL7 FHIR R4 (4.0.1) resource list.
"""

from __future__ import annotations

from msgspec import Struct, defstruct

from medark.standardise.formats.fhir.elements import Resource
from medark.standardise.formats.fhir.issue import Issue, excluded, not_understood

_RULES = {
    "no place in OMOP: consent": "Consent",
    "a plan or an order, not an event": """
        CarePlan Goal ServiceRequest DeviceRequest NutritionOrder VisionPrescription Appointment AppointmentResponse
        CommunicationRequest RequestGroup ImmunizationRecommendation EnrollmentRequest SupplyRequest Task Schedule Slot
        CoverageEligibilityRequest""",
    "about people and places, not a patient's event": """
        CareTeam RelatedPerson Person Endpoint HealthcareService OrganizationAffiliation Group InsurancePlan
        VerificationResult EpisodeOfCare""",
    "a thing, not an event": """
        DeviceDefinition DeviceMetric Substance SubstanceSpecification SubstanceNucleicAcid SubstancePolymer
        SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial MedicationKnowledge CatalogEntry
        BiologicallyDerivedProduct MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication
        MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction
        MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
        MedicinalProductUndesirableEffect SpecimenDefinition ObservationDefinition""",
    "about the record, not the patient": """
        Provenance AuditEvent MessageHeader OperationOutcome List Linkage Basic DocumentManifest Parameters
        Subscription TestReport TestScript CapabilityStatement CodeSystem ConceptMap ValueSet NamingSystem
        StructureDefinition StructureMap SearchParameter OperationDefinition CompartmentDefinition GraphDefinition
        ImplementationGuide ExampleScenario MessageDefinition TerminologyCapabilities""",
    "knowledge, not an event": """
        ActivityDefinition PlanDefinition ChargeItemDefinition EventDefinition Questionnaire Library Measure
        MeasureReport Evidence EvidenceVariable EffectEvidenceSynthesis RiskEvidenceSynthesis ResearchDefinition
        ResearchElementDefinition ResearchStudy""",
}
# Clinical or financial content that has no rule yet: kept raw and listed, so that nobody thinks it was loaded.
_NOT_YET = """
    Account AdverseEvent BodyStructure ChargeItem ClaimResponse ClinicalImpression Communication Composition Contract
    CoverageEligibilityResponse DetectedIssue EnrollmentResponse FamilyMemberHistory Flag GuidanceResponse
    ImmunizationEvaluation Invoice
    Media MolecularSequence PaymentNotice PaymentReconciliation QuestionnaireResponse ResearchSubject RiskAssessment
    SupplyDelivery"""
REASONS: dict[str, tuple[str, str]] = {
    **{name: ("excluded", reason) for reason, names in _RULES.items() for name in names.split()},
    **dict.fromkeys(_NOT_YET.split(), ("not_understood", "resource type is not mapped")),
}
TYPES: tuple[type[Struct], ...] = tuple(
    defstruct(name, (), bases=(Resource,), tag=name, tag_field="resourceType", module=__name__) for name in REASONS
)


def verdict(resource: Resource) -> Issue:
    """How a resource of an unmapped type ends."""
    outcome, reason = REASONS[type(resource).__name__]
    return excluded(reason) if outcome == "excluded" else not_understood(reason)
