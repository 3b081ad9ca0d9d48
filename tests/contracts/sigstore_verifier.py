"""A verifier that we did not write: the Merkle and checkpoint code of the PyPI package `sigstore`.

It was made for Rekor, a tiled log of the same kind: RFC 6962 trees, C2SP checkpoints, Ed25519.
"""

from base64 import b64encode
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint, verify_checkpoint
from sigstore._internal.trust import Keyring, RekorKeyring
from sigstore.models import TransparencyLogEntry
from sigstore_models.common import v1 as common
from sigstore_models.rekor import v1 as rekor

from contracts.note import VerifierKey


def verify_with_sigstore(
    leaf: bytes, index: int, hashes: Sequence[bytes], checkpoint_note: str, key: VerifierKey
) -> None:
    """Check signature, root and inclusion of one leaf; raises sigstore's error if it fails."""
    signed = SignedCheckpoint.from_text(checkpoint_note).checkpoint
    entry = TransparencyLogEntry(
        rekor.TransparencyLogEntry.model_validate(
            {
                "logIndex": str(index),
                "logId": common.LogId(key_id=b64encode(key.key_id)),
                "kindVersion": rekor.KindVersion(kind="concord", version="1"),
                "canonicalizedBody": b64encode(leaf),
                "inclusionProof": {
                    "logIndex": str(index),
                    "rootHash": b64encode(bytes.fromhex(signed.log_hash)),
                    "treeSize": str(signed.log_size),
                    "hashes": [b64encode(found) for found in hashes],
                    "checkpoint": {"envelope": checkpoint_note},
                },
            }
        )
    )
    verify_checkpoint(_keyring(key), entry)
    verify_merkle_inclusion(entry)


def _keyring(key: VerifierKey) -> RekorKeyring:
    public = Ed25519PublicKey.from_public_bytes(key.public)
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    details = common.PublicKeyDetails.PKIX_ED25519
    return RekorKeyring(Keyring([common.PublicKey(raw_bytes=b64encode(spki), key_details=details)]))
