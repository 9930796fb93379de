"""Documents: a page of an application on paper (PDF) and as a workbook, of the blocks that the console shows"""
