"""Column lineage, worked out of what is run: maps, readers, the steps to OMOP, definitions"""
