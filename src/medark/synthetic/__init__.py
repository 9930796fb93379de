"""A made-up city with known truth, written out as its systems would write it: for the demo, tests and benchmarks"""
