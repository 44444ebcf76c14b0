"""Storages on disk and in a bucket: a server that speaks S3 runs on loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from core.files.storage import Storage, storage_of
from core.settings import Settings

Opened = Callable[..., Storage]


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of the server; credentials are in the environment, where programs look for them."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        server.start()
        yield "http://{}:{}".format(*server.get_host_and_port())
        server.stop()


@pytest.fixture
def s3_settings(s3: str, tmp_path: Path) -> Settings:
    """An installation with a bucket of its own."""
    bucket = f"test-{uuid4().hex}"
    boto3.client("s3", endpoint_url=s3, region_name="us-east-1").create_bucket(Bucket=bucket)
    url = f"s3://{bucket}/crm?endpoint={s3}&region=us-east-1"
    return Settings(var=tmp_path, storage_url=url, secret_key="x" * 40)


@pytest.fixture(params=["disk", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Each kind in turn."""
    if request.param == "disk":
        return storage_of(Settings(var=tmp_path))
    return storage_of(request.getfixturevalue("s3_settings"))
