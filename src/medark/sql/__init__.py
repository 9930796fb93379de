"""Portable SQL: the allowed vocabulary, its linter, rendering for each engine, lineage, bound views"""
