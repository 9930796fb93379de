"""Disease registries: type 2 diabetes, chronic obstructive lung disease, lung cancer"""
