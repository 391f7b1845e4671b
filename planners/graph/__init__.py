"""What skills are claimed to need and give, what play showed, and what is believed.

    belief: the rules by which evidence corrects claims
    duration: predicts a skill's length from a distance
    evidence: counters over the executions of one skill
    foreign: undoes what other tools do to node-link data
    formats: node-link JSON, GraphML, `skills.yaml`
    graph: `SkillGraph`: claims, evidence, beliefs over a networkx digraph
    library_check: finds problems of the graph and the evidence in a library
    node_link: the record that stands in `graph.json`
    skills_yaml: Plan4MC's table of skills, read with line numbers
    text_encoding: the text of a file in the encoding that it shows or names
    validation: finds unknown facts, bad counts, missing producers, cycles
    written: the text of `graph.json`, kept skill by skill
    yaml_tree: YAML as nodes with lines, merge keys carried out

Not here: asking for claims (`agent.design.effects`), plans over the graph (`planners.search`), drawing it
(`agent.web`).
"""
