"""Early warning: what is unusual in a city's visits, reports, calls, tests and medicines, and who looks at it"""
