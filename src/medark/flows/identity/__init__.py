"""One person of all organisations: linked, reviewed, merged and taken apart again"""
