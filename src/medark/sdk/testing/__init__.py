"""What an application's author tests with: a tiny lake in memory, the contract, a run on a made-up city"""

from medark.sdk.testing.contract_tests import app_in, contract_tests
from medark.sdk.testing.on_city import CityRun, run_on_city
from medark.sdk.testing.tiny_lake import Patient, TinyLake, tiny_lake

__all__ = ["CityRun", "Patient", "TinyLake", "app_in", "contract_tests", "run_on_city", "tiny_lake"]
