"""The definition language: what a clinician or researcher means, written once, run on any engine"""
