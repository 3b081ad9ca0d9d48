"""Kit: the garbage collector of a process that works request by request, or page by page."""

import gc


def relax_collector() -> None:
    """Look for cycles rarely, and never among what is there now; call it when all is set up.

    Requests and pages leave next to no cycles behind, and looking for them at Python's own pace
    costs a sixth of a rebuild.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
