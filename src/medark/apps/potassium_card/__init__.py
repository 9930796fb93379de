"""A card at the bedside when the last potassium was critical"""
