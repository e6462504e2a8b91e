"""The servers of bin/services do what the application needs of them."""

from __future__ import annotations

import os
import smtplib
import time
import uuid
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
import redis
from elasticsearch import Elasticsearch


def address(variable: str, *schemes: str) -> str:
    url = os.environ.get(variable, "")
    if not url.startswith(schemes):
        pytest.skip(f'{variable} names no server: bin/services start, then eval "$(bin/services env)"')
    return url


def test_postgresql_lets_the_role_create_a_database():
    name = f"services_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(address("DATABASE_URL", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        connection.execute(f"DROP DATABASE {name}")
        assert connection.execute("SELECT lower('STRASSE ÄÖÜ')").fetchone() == ("strasse äöü",)


def test_redis_keeps_a_value():
    key = f"services:{uuid.uuid4().hex}"
    with redis.Redis.from_url(address("REDIS_URL", "redis")) as client:
        client.set(key, "Grüße", ex=10)
        assert client.get(key) == "Grüße".encode()


def test_elasticsearch_finds_a_german_document():
    index = f"services-{uuid.uuid4().hex[:12]}"
    with Elasticsearch(address("ELASTICSEARCH_URL", "http")) as client:
        client.indices.create(index=index, mappings={"properties": {"title": {"type": "text", "analyzer": "german"}}})
        try:
            client.index(index=index, document={"title": "Hunde anmelden"}, refresh=True)
            found = client.search(index=index, query={"match": {"title": "Hund"}})
            assert found["hits"]["total"]["value"] == 1
        finally:
            client.indices.delete(index=index)


def test_mail_arrives_in_the_sink():
    url = address("EMAIL_URL", "smtp://")
    folder = os.environ.get("MAIL_SINK_DIR")
    if not folder:
        pytest.skip("MAIL_SINK_DIR is not set: the mail server is not the sink of bin/services")
    host, _, port = url.removeprefix("smtp://").rpartition(":")
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (uuid.uuid4().hex, "a@mainz.example", "b@mainz.example")
    message.set_content("Ihr Antrag ist da: Bürgeramt")
    with smtplib.SMTP(host, int(port)) as client:
        client.send_message(message, to_addrs=["b@mainz.example", "blind@mainz.example"])
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        found = [text for file in Path(folder).glob("*.eml") if message["Subject"] in (text := file.read_text())]
        if found:
            break
        time.sleep(0.1)
    assert len(found) == 1
    assert "X-Envelope-To: b@mainz.example, blind@mainz.example" in found[0]
