"""Who is who across organisations: attributes made comparable, pairs judged, persons put together"""
