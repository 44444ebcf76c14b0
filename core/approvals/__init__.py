"""Approvals: records that reach a value only after the people of one or more steps have agreed, in their order."""
