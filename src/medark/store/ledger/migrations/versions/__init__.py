"""One step a file, each from the form before it; a step that was released is never changed"""
