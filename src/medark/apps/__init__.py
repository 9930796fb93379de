"""Applications that come with the platform, each in a folder of its own; they register exactly as a stranger's would"""
