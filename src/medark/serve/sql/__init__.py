"""One SELECT over OMOP tables over HTTP, as the caller may see them"""
