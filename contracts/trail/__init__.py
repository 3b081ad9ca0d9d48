"""Contracts room: the trail: who did what with what is not public; a log of its own each month."""

from contracts.trail.chain import (
    Segment,
    SegmentSigner,
    Tip,
    check_chain,
    segment_origin,
    segment_verifier,
    verify_segment,
)

__all__ = [
    "Segment",
    "SegmentSigner",
    "Tip",
    "check_chain",
    "segment_origin",
    "segment_verifier",
    "verify_segment",
]
