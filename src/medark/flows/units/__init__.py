"""Units of numbers: how they are written, which cannot be, what was decided, and the rows that follow"""
