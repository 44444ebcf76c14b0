"""Work that leaves the request: rows written with the change, drained by workers, proved under kill -9."""
