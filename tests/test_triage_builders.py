import pytest

from requests.models import StatusChange

from .builders import WAYS, an_inquiry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", WAYS)
def test_a_request_can_be_built_in_every_state(status):
    inquiry = an_inquiry(status=status)

    assert inquiry.status == status
    assert [change.new for change in StatusChange.objects.filter(inquiry=inquiry)] == ["new", *WAYS[status]]
