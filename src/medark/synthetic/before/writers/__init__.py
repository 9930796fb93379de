"""The city's systems, one module each: lives in, files out, as that system's vendor would write them"""
