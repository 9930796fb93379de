"""CDS Hooks 2.0: services, their cards, and what clinicians said of them"""
