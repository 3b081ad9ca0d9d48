"""Registry web: checkpoint, tiles, bundles, receipts and proofs, of the signed tree alone."""

from contracts.checkpoint import open_checkpoint
from contracts.encoding import from_base64
from contracts.export import verify_tiles
from contracts.merkle import EMPTY_ROOT, leaf_hash, root_of, verify_consistency, verify_inclusion
from contracts.receipt import verify_receipt
from contracts.tiles import decode_bundle
from tests.registry.web.test_feed import fill
from tests.running_registry import RunningRegistry


def leaves(registry: RunningRegistry) -> list[bytes]:
    return [event["leaf"].encode() for event in registry.events()]


def test_the_checkpoint_is_signed_and_of_the_whole_log(registry: RunningRegistry) -> None:
    empty = open_checkpoint(registry.get("/checkpoint").text, registry.key.verifier)
    assert (empty.size, empty.root) == (0, EMPTY_ROOT)
    registry.sign()
    answer = registry.get("/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    signed = open_checkpoint(answer.text, registry.key.verifier)
    assert (signed.size, signed.root) == (1, root_of([leaf_hash(leaves(registry)[0])]))
    same = registry.get("/checkpoint", if_none_match=answer.headers["etag"])
    assert same.status_code == 304


def test_a_mirror_of_all_tiles_verifies(registry: RunningRegistry) -> None:
    fill(registry, 700)

    def read(path: str) -> bytes:
        answer = registry.get(f"/{path}")
        assert answer.status_code == 200, path
        return answer.content

    assert verify_tiles(read, registry.key.verifier).size == 700


def test_full_tiles_are_immutable_and_partial_ones_are_not(registry: RunningRegistry) -> None:
    fill(registry, 300)
    for path in ("/tile/0/000", "/tile/entries/000"):
        full = registry.get(path)
        assert full.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert full.headers["content-type"] == "application/octet-stream"
        assert registry.get(path, if_none_match=full.headers["etag"]).status_code == 304
    for path in ("/tile/0/001.p/44", "/tile/entries/001.p/44", "/tile/1/000.p/1"):
        assert "immutable" not in registry.get(path).headers["cache-control"]


def test_a_partial_tile_is_the_beginning_of_the_wider_one(registry: RunningRegistry) -> None:
    fill(registry, 300)
    wide, narrow = registry.get("/tile/0/001.p/44"), registry.get("/tile/0/001.p/7")
    assert wide.content[: 7 * 32] == narrow.content
    assert registry.get("/tile/0/000.p/200").content == registry.get("/tile/0/000").content[:6400]


def test_a_bundle_holds_the_exact_leaves(registry: RunningRegistry) -> None:
    fill(registry, 300)
    bundle = registry.get("/tile/entries/000").content
    assert decode_bundle(bundle) == leaves(registry)[:256]


NO_TILES = [
    "0/001",
    "0/000.p/11",
    "0/002.p/1",
    "0/000.p/0",
    "0/000.p/256",
    "0/000.p/257",
    "0/000.p/01",
    "0/000.p/-1",
    "1/000",
    "1/000.p/1",
    "64/000",
    "00/000",
    "-1/000",
    "0/0",
    "0/0000",
    "0/x000/000",
    "0/x001/000",
    "0/999",
    "0/x999/x999/x999/x999/x999/x999/999",
    "0/x999/x999/x999/x999/x999/x999/x999/999",
    "entries/001",
    "entries/000.p/0",
    "entries/000.p/11",
    "entries/x001",
    "data/000",
    "",
    "0",
    "0/",
    "0/000/",
    "0/000.p/",
    "0/000.p/1/",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "0//000.p/1",
    "0/000.p/1%00",
    "0/000.p/1%0a",
    "0/٠٠٠.p/١",  # noqa: RUF001 - other digits are not digits here
    "0/000.p/1?x=1",
    "0/" + "0" * 3000,
]


def test_a_path_that_is_no_tile_of_the_log_is_refused(registry: RunningRegistry) -> None:
    fill(registry, 10)
    for path in NO_TILES:
        answer = registry.get(f"/tile/{path}")
        assert answer.status_code in {404, 422}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"


def test_every_entry_has_a_receipt_that_stands_alone(registry: RunningRegistry) -> None:
    fill(registry, 20)
    for position in range(1, 21):
        answer = registry.get(f"/v1/receipts/{position}")
        entry = verify_receipt(answer.text, registry.key.verifier)
        assert entry.position == position


def test_inclusion_is_proven_in_any_tree_up_to_the_signed_one(registry: RunningRegistry) -> None:
    fill(registry, 20)
    hashes = [leaf_hash(leaf) for leaf in leaves(registry)]
    for position, size in ((1, 1), (1, 20), (7, 13), (20, 20)):
        answer = registry.get(f"/v1/proofs/inclusion?position={position}&size={size}")
        proof = [from_base64(text) for text in answer.json()["hashes"]]
        root = root_of(hashes[:size])
        verify_inclusion(position - 1, size, hashes[position - 1], proof, root)


def test_consistency_is_proven_between_any_two_trees(registry: RunningRegistry) -> None:
    fill(registry, 20)
    hashes = [leaf_hash(leaf) for leaf in leaves(registry)]
    for old, new in ((1, 1), (1, 20), (7, 13), (16, 20), (20, 20)):
        answer = registry.get(f"/v1/proofs/consistency?from={old}&to={new}")
        proof = [from_base64(text) for text in answer.json()["hashes"]]
        verify_consistency(old, new, proof, root_of(hashes[:old]), root_of(hashes[:new]))


NOT_THERE = [
    ("/v1/receipts/0", 422),
    ("/v1/receipts/-1", 422),
    ("/v1/receipts/1.0", 422),
    ("/v1/receipts/one", 422),
    ("/v1/receipts/" + "9" * 4000, 422),
    ("/v1/receipts/9007199254740992", 422),
    ("/v1/receipts/11", 404),
    ("/v1/receipts/9007199254740991", 404),
    ("/v1/proofs/inclusion", 422),
    ("/v1/proofs/inclusion?position=1", 422),
    ("/v1/proofs/inclusion?position=0&size=1", 422),
    ("/v1/proofs/inclusion?position=1&size=11", 404),
    ("/v1/proofs/inclusion?position=5&size=4", 404),
    ("/v1/proofs/inclusion?position=1&size=9007199254740991", 404),
    ("/v1/proofs/inclusion?position=1&size=1&size=2", 422),
    ("/v1/proofs/consistency?from=0&to=1", 422),
    ("/v1/proofs/consistency?from=5&to=4", 404),
    ("/v1/proofs/consistency?from=1&to=11", 404),
    ("/v1/proofs/consistency?from=-1&to=1", 422),
    ("/v1/proofs/other", 404),
]


def test_a_proof_of_what_is_not_there_is_refused(registry: RunningRegistry) -> None:
    fill(registry, 10)
    for target, status in NOT_THERE:
        answer = registry.get(target)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
