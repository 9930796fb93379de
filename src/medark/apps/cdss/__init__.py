"""Decision support at the doctor's workstation: cards by rule, with their sources"""
