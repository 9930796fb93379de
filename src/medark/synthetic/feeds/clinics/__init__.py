"""The clinics' registers: a workbook a clinic and month, visits on one sheet and prescriptions on the next"""

from medark.synthetic.feeds.clinics.registers import finish, write
from medark.synthetic.feeds.system import System

SYSTEMS = (System("clinics/registers", write, finish),)

__all__ = ["SYSTEMS"]
