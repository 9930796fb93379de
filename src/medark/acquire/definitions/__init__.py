"""Definitions written in a file: a colleague's code, run where it can reach nothing, heard as text"""
