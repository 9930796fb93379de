"""Forms that applications keep: who may, where they are filed, and what is brought up to date by them"""
