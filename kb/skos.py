"""SKOS: topics as a vocabulary that other tools read, and the vocabularies such tools write."""

from kb import child, topic_tree, topics
from kb.errors import Invalid, N_

FORMATS = {"ttl": "turtle", "rdf": "xml", "xml": "xml", "nt": "nt", "trig": "trig"}
_SECONDS = 60
_HEAD = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<{scheme}> a skos:ConceptScheme ; skos:prefLabel {title} .
"""
_XML_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
<skos:ConceptScheme rdf:about="{scheme}"><skos:prefLabel{lang}>{title}</skos:prefLabel></skos:ConceptScheme>
"""


def concepts(db, *, reader):
    """Return the topics that `reader` may know of, with their `kb.topic_tree.Place`, by name."""
    known = sorted(topics.listing(db, reader=reader), key=lambda each: each.name)
    places = topic_tree.places(db, known)
    return [(each, places[each.id]) for each in known]


def turtle(found, *, address, scheme, title):
    """Return topics as Turtle.

    Parameters
    ----------
    found : list of (Topic, Place)
        As `concepts` gives.
    address : callable
        From the id of a topic to its address.
    scheme, title : str
        Address and name of the whole.
    """
    parts = [_HEAD.format(scheme=scheme, title=_literal(title))]
    for topic, place in found:
        said = [f"skos:inScheme <{scheme}>", f"skos:prefLabel {_literal(topic.name)}"]
        said += [f"skos:altLabel {_literal(alias)}" for alias in place.aliases]
        said += [f"skos:broader <{address(each.id)}>" for each in place.parents]
        said += [f"skos:narrower <{address(each.id)}>" for each in place.children]
        said += [] if place.parents else [f"skos:topConceptOf <{scheme}>"]
        parts.append(f"<{address(topic.id)}> a skos:Concept ;\n    " + " ;\n    ".join(said) + " .\n")
    return "\n".join(parts)


def rdf_xml(found, *, address, scheme, title):
    """Return topics as RDF/XML; parameters as for `turtle`."""
    parts = [_XML_HEAD.format(scheme=_escaped(scheme), title=_escaped(title), lang=_xml_lang(title))]
    for topic, place in found:
        parts.append(f'<skos:Concept rdf:about="{_escaped(address(topic.id))}">')
        parts.append(f'  <skos:inScheme rdf:resource="{_escaped(scheme)}"/>')
        for name, label in (("prefLabel", topic.name), *(("altLabel", alias) for alias in place.aliases)):
            parts.append(f"  <skos:{name}{_xml_lang(label)}>{_escaped(label)}</skos:{name}>")
        for name, others in (("broader", place.parents), ("narrower", place.children)):
            parts += [f'  <skos:{name} rdf:resource="{_escaped(address(each.id))}"/>' for each in others]
        if not place.parents:
            parts.append(f'  <skos:topConceptOf rdf:resource="{_escaped(scheme)}"/>')
        parts.append("</skos:Concept>")
    return "\n".join([*parts, "</rdf:RDF>", ""])


def read(path, name):
    """Return the concepts of a vocabulary as rows for `kb.topic_import.take_in`: numbers and dicts.

    Parameters
    ----------
    path : pathlib.Path
    name : str
        What the person calls the file; its ending says how it is written.

    Raises
    ------
    kb.errors.Invalid
        When it cannot be read, or holds no concept.
    """
    kind = FORMATS[name.rsplit(".", 1)[-1].lower()]
    try:
        answers = child.run("kb.skos_reader", path, kind, seconds=_SECONDS)
    except child.Failed as problem:
        why = next((each["problem"] for each in problem.answers if "problem" in each), None)
        raise Invalid(
            N_("%(file)s takes too long to read.")
            if problem.is_slow
            else N_("%(file)s cannot be read as %(format)s: %(why)s"),
            hint=N_("Export it again as Turtle or RDF/XML."),
            field="file",
            file=name,
            format=kind,
            why=why or "?",
        ) from problem
    if not answers:
        raise Invalid(
            N_("%(file)s holds no SKOS concept with a name."),
            hint=N_("Export the concepts with their labels."),
            field="file",
            file=name,
        )
    return list(enumerate(answers, 1))


def _literal(text):
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f'"{escaped}"@{_lang(text)}'


def _lang(text):
    return "zh" if any("\u3400" <= each <= "\u9fff" for each in text) else "en"


def _xml_lang(text):
    return f' xml:lang="{_lang(text)}"'


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
