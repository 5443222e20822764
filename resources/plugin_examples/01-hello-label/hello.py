"""The shortest plugin: look at the case, cite what you saw, propose a label."""

from workstation.sdk.api import Finding, Proposal, SuggestedTag


def find(case, params, run):
    """Propose a label for the receiver of the first payment."""
    for payment in case.transfers():
        if payment.receiver is not None:
            seen = Finding(
                "hello", "Paid first", "The first payment of the case.", "fact", (payment.receiver,), case.cite(payment)
            )
            return [Proposal(SuggestedTag(payment.receiver, "hello"), seen)]
    return []
