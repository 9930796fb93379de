"""Applications put in, approved, swapped and taken out while the platform runs; what they publish, show and advise"""
