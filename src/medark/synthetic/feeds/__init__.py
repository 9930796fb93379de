"""What each system of the city exports, in its vendor's own way: one folder a system"""
