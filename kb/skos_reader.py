"""Reads a SKOS vocabulary: one line of JSON a concept. Started by `kb.skos` as a process of its own."""

import sys
from pathlib import Path

from kb import child

_CORE = "http://www.w3.org/2004/02/skos/core#"
_XL = "http://www.w3.org/2008/05/skos-xl#"


def main(path, kind):
    """Answer ``{"name", "aliases", "parents"}`` of each concept that has a label, or ``{"problem"}``."""
    # rdflib is large and needed here only; imported before the limits, which it would run into while it looks around.
    import rdflib
    from rdflib.plugins.parsers import notation3, ntriples, rdfxml, trig  # noqa: F401  else loaded after the limits

    child.confine(seconds=60, megabytes=1024)
    graph = rdflib.Dataset(default_union=True) if kind == "trig" else rdflib.Graph()
    try:
        graph.parse(data=Path(path).read_bytes(), format=kind, publicID="urn:kezhi:import")
    except Exception as problem:  # noqa: BLE001  a parser of foreign files may raise anything; the parent says it
        child.answer({"problem": " ".join(str(problem).split())[:200]})
        sys.exit(1)
    for each in _concepts(graph, rdflib.URIRef):
        child.answer(each)


def _concepts(graph, uri):
    names, aliases = {}, {}
    for concept in _all(graph, uri):
        preferred = _labels(graph, uri, concept, "prefLabel")
        others = [*_labels(graph, uri, concept, "altLabel"), *_labels(graph, uri, concept, "hiddenLabel")]
        ranked = sorted(preferred, key=lambda each: (_rank(each[1]), each))
        if ranked:
            names[concept] = ranked[0][0]
            aliases[concept] = [text for text, _ in [*ranked[1:], *sorted(others)]]
    above = {concept: set() for concept in names}
    for below, _, parent in graph.triples((None, uri(f"{_CORE}broader"), None)):
        above.get(below, set()).add(parent)
    for parent, _, below in graph.triples((None, uri(f"{_CORE}narrower"), None)):
        above.get(below, set()).add(parent)
    for concept, name in sorted(names.items(), key=lambda each: (each[1], each[0])):
        parents = sorted(names[each] for each in above[concept] if each in names)
        yield {"name": name, "aliases": aliases[concept], "parents": parents}


def _all(graph, uri):
    kind = uri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    typed = set(graph.subjects(kind, uri(f"{_CORE}Concept")))
    return sorted(
        typed | set(graph.subjects(uri(f"{_CORE}broader"))) | set(graph.objects(None, uri(f"{_CORE}broader")))
    )


def _labels(graph, uri, concept, name):
    found = list(graph.objects(concept, uri(_CORE + name)))
    for label in graph.objects(concept, uri(_XL + name)):
        found += graph.objects(label, uri(f"{_XL}literalForm"))
    return [(str(each), getattr(each, "language", None) or "") for each in found]


def _rank(language):
    """Return how well a language suits the name of a topic: Chinese, none, English, any other."""
    return 0 if language.lower().startswith("zh") else {"": 1}.get(language, 2 if language.startswith("en") else 3)


if __name__ == "__main__":
    main(*sys.argv[1:])
