"""Methods that applications share: arrays of numbers in, arrays of numbers out, nothing read and nothing written"""
