"""What Schemathesis is told beside the document of the API."""

import base64
import ipaddress
import itertools
import os

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation

CALLER = os.environ["CONTRACT_CALLER"]
CALLERS_ADDRESSES = ("/users/{id}.json", "/users/{id}.xml", "/users/{id}/roles.json", "/users/{id}/roles.xml")


@schemathesis.hook
def filter_case(context, case):
    """Leaves out what would end the run itself, and nothing else: giving the caller another name, another group or
    other roles, or deleting them. To everybody else all of that is done."""
    changes = case.method.upper() not in ("GET", "HEAD", "OPTIONS")
    of_caller = str((case.path_parameters or {}).get("id")) == CALLER
    return not (changes and of_caller and case.operation.path in CALLERS_ADDRESSES)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Leaves credentials out where that is what is wrong with the request. Schemathesis counts it among what is, but its
    session would add them, and nothing wrong would be left (what no parameter means is passed over)."""
    mutations = getattr(case.meta.phase.data, "mutations", None) or () if case.meta else ()
    lacks = any(mutation.parameter_location == HEADER and "required" in mutation.keywords for mutation in mutations)
    if lacks and "Authorization" not in (case.headers or {}):
        kwargs["auth"] = without_credentials


def without_credentials(request):
    """As the authentication of a request, this adds none; `None` would leave it to the session."""
    return request


def send_as_another(session, request, **options):
    """Has each request come from another client, and wrong credentials be of another name each. They are tried on every
    operation; of one client or one name the answer would soon be that these were too many (429), and not what the
    operation does with them. Here and not in a hook: what checks ask by themselves passes none."""
    number = next(NUMBERS)
    request.headers["X-Forwarded-For"] = str(ipaddress.ip_address(FIRST_CLIENT + (number << 80)))
    given = request.headers.get("Authorization")
    if given is not None and given.startswith("Basic ") and given != CREDENTIALS:
        request.headers["Authorization"] = basic(f"stranger{number}:wrong")
    return SEND(session, request, **options)


def basic(pair):
    return "Basic " + base64.b64encode(pair.encode()).decode()


HEADER = ParameterLocation.HEADER
NUMBERS = itertools.count()
FIRST_CLIENT = int(ipaddress.ip_address("2001::"))
CREDENTIALS = basic(os.environ["CONTRACT_CREDENTIALS"])
SEND = requests.Session.send
requests.Session.send = send_as_another
