const MIB = 1024 * 1024;

/** Files of this many bytes and more get blobs of their own; smaller ones are packed together. */
export const LARGE_FILE = 32 * MIB;

/** The most bytes of one part of a file, and of one blob that this library makes. */
export const MAX_PART = 256 * MIB;

/** The largest blob that Walrus holds at 1000 shards. */
export const MAX_BLOB = 14_599_533_452;

/** The most bytes of a manifest, on both sides. */
export const MAX_MANIFEST = 8 * MIB;

export const MAX_FILES = 10_000;
export const MAX_BLOBS = 4096;
export const MAX_PARTS_OF_FILE = 4096;
export const MAX_PATH_BYTES = 1024;
export const MAX_SEGMENT_BYTES = 255;
export const MAX_PATH_DEPTH = 64;
/** Inputs, or outputs, of a model's graph. */
export const MAX_GRAPH_VALUES = 512;
export const MAX_DIMENSIONS = 64;
