"""The risk of a disease by published equations and points: a range where something is not known, never a guess"""
