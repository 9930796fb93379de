"""What medicine knows of the cards and diagnoses here: found by any word, drawn as a graph, each line sourced"""
