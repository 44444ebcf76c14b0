"""A plugin's operations tell nothing to those they are not for, and it has done nothing for that."""

import pytest

from tests.core.api.test_nothing_is_told import (  # noqa: F401 # run here once more, with the dummy
    scene,
    test_administrators_of_the_company_are_answered_otherwise,
    test_an_id_that_exists_is_answered_like_one_that_does_not,
    test_no_id_is_left_out,
    test_what_others_have_changes_nothing_in_what_one_is_told,
    test_without_a_right_nothing_is_done,
)


@pytest.fixture
def wanted() -> str:
    """The dummy's."""
    return "dummy."
