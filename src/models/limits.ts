const MIB = 1024 * 1024;

/** Files of this many bytes and more get blobs of their own; smaller ones are packed together. */
export const LARGE_FILE = 32 * MIB;

/** The most bytes of one part of a file, and of one blob that this library makes. */
export const MAX_PART = 256 * MIB;

/** The largest blob that Walrus holds at 1000 shards. */
export const MAX_BLOB = 14_599_533_452;

/** The most bytes of a manifest, on both sides. */
export const MAX_MANIFEST = 8 * MIB;

/** Files of a model. */
export const MAX_FILES = 10_000;
/** Blobs that hold a model's files. */
export const MAX_BLOBS = 4096;
/** Parts of one file: with 256 MiB each, 1 TiB. */
export const MAX_PARTS_OF_FILE = 4096;
/** Folders of a model, those within others too. */
export const MAX_FOLDERS = 10_000;
/** UTF-8 bytes of a path. */
export const MAX_PATH_BYTES = 1024;
/** UTF-8 bytes of one name in a path, as most file systems have it. */
export const MAX_SEGMENT_BYTES = 255;
/** Names in a path. */
export const MAX_PATH_DEPTH = 64;
/** Inputs, or outputs, of a model's graph. */
export const MAX_GRAPH_VALUES = 512;
/** Dimensions of an input or output. */
export const MAX_DIMENSIONS = 64;
/** Bytes of a safetensors header, and of an index of shards. The format allows 100 MB; headers of real files have a few MB. */
export const MAX_SAFETENSORS_HEADER = 32 * MIB;
/** Element types of one file's tensors. */
export const MAX_DTYPES = 32;
/** Bytes of the header of an age file; a recipient takes 100, one of a post-quantum key 1600. */
export const MAX_AGE_HEADER = 64 * 1024;
/** Files that hold tensors of one ONNX graph. */
export const MAX_EXTERNAL_FILES = MAX_FILES;
