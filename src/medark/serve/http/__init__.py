"""What every request passes: ids, limits, headers, problems, metrics; and the application that is served"""
