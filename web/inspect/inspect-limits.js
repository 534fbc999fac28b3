/*
 * How much the inspector takes on.
 */

// A tab needs a file several times: as bytes, decoded, and in the memory of the runtime.
export const MAX_BYTES = 256_000_000;
// From the moment that the worker has started, and that the runtime is there.
export const READ_SECONDS = 10;
export const RUN_SECONDS = 20;
