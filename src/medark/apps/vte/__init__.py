"""Venous thromboembolism in hospital: risk, bleeding, prophylaxis, what nobody has assessed, and how well it is done"""
