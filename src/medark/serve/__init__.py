"""The HTTP edge: tokens, limits, CDS Hooks, administration; handlers call flows and nothing below them"""
