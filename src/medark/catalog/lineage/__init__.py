"""Lineage as a graph: what lies up and down of an asset, as lists, trees, pictures and OpenLineage events"""
