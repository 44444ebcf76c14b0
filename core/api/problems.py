"""The errors that the API documents."""

PROBLEMS = {
    400: "Malformed", 401: "NotSignedIn", 403: "NotAllowed", 404: "NotFound", 409: "InFlight", 412: "Stale",
    413: "TooLarge", 415: "NotJson", 422: "Invalid", 428: "NoVersion",
    429: "TooMany",
}  # fmt: skip
"""The documented errors and the names of their components."""
