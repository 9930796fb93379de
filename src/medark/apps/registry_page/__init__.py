"""A registry of type 2 diabetes on one page: who is known to have it, and how well it is controlled"""
