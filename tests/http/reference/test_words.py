"""Nothing in the documents is without words, and no word is without its place in them."""

import pytest

from tercel.http.reference.words import words
from tests.http.reference.documents import DOCUMENTS, members, operations


def is_sentence(text: str) -> bool:
    return len(text) > 3 and text[0] == text[0].upper() and text.strip().endswith((".", "…`."))


@pytest.mark.parametrize("name", ["integration", "management"])
def test_a_document_says_what_it_is_and_where(name: str) -> None:
    document = DOCUMENTS[name]
    assert is_sentence(document["info"]["description"])
    assert document["servers"] == [{"url": "/"}]
    schemes = document["components"]["securitySchemes"].values()
    assert all("Authorization" in scheme["name"] and is_sentence(scheme["description"]) for scheme in schemes)


def test_operations_are_described() -> None:
    silent = [each["operationId"] for _, each in operations() if not is_sentence(each["description"])]
    assert silent == []


def test_operations_say_more_than_their_summary() -> None:
    assert [each["operationId"] for _, each in operations() if each["description"] == each["summary"]] == []


def test_operations_have_a_tag_that_is_described() -> None:
    for document, each in operations():
        described = {tag["name"] for tag in document["tags"] if is_sentence(tag["description"])}
        assert set(each["tags"]) <= described
        assert each["tags"]


def test_parameters_are_described() -> None:
    silent = [
        (each["operationId"], parameter["name"])
        for _, each in operations()
        for parameter in each["parameters"]
        if not is_sentence(parameter["description"])
    ]
    assert silent == []


def test_answers_are_described() -> None:
    silent = [
        (each["operationId"], status)
        for _, each in operations()
        for status, answer in each["responses"].items()
        if not is_sentence(answer["description"])
    ]
    assert silent == []
    assert all("default" in each["responses"] for _, each in operations())


def test_schemas_and_their_members_are_described() -> None:
    silent = [(name, member) for name, member, kind, _ in members() if not is_sentence(kind["description"])]
    assert silent == []
    schemas = [
        schema for document in DOCUMENTS.values() for schema in document["components"]["schemas"].values()
    ]
    assert all(schema["description"] for schema in schemas)


def test_every_word_about_a_member_is_used() -> None:
    known = words("properties")
    used = {
        qualified if (qualified := f"{name}.{member}") in known else member
        for name, member, _, _ in members()
    }
    assert set(known) - used == set()


def test_every_word_about_a_parameter_is_used() -> None:
    used = {parameter["name"] for _, each in operations() for parameter in each["parameters"]}
    assert set(words("parameters")) - used == set()


def test_every_word_about_an_operation_or_a_tag_is_used() -> None:
    assert set(words("operations")) == {each["operationId"] for _, each in operations()}
    assert set(words("tags")) == {tag for _, each in operations() for tag in each["tags"]}


def test_every_word_about_an_answer_is_used() -> None:
    used = {answer["description"] for _, each in operations() for answer in each["responses"].values()}
    assert [key for key, text in words("responses").items() if text not in used] == []
