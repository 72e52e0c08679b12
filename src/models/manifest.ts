import { z } from "zod";
import { isBlobId } from "../walrus/blob-id.ts";
import {
  MAX_BLOB,
  MAX_BLOBS,
  MAX_DIMENSIONS,
  MAX_DTYPES,
  MAX_FILES,
  MAX_GRAPH_VALUES,
  MAX_PART,
  MAX_PARTS_OF_FILE,
  MAX_PATH_BYTES,
} from "./limits.ts";
import { MODEL_NAME } from "./names.ts";

/** The schema that this library writes and reads. */
export const MANIFEST_SCHEMA = "scrimshaw.model/1";

const size = (most: number): z.ZodInt => z.int().min(0).max(most);

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe("SHA-256 as 64 lower-case hex digits.");

const dimension = z
  .union([z.int().min(0), z.string().max(256), z.null()])
  .describe("A size, the name of a size that is known only at run time, or null where nothing is declared.");

const graphValue = z.strictObject({
  name: z.string().max(512),
  type: z.string().min(1).max(64).describe("Element type as float32 or int64, or sequence, map, optional, sparse."),
  shape: z
    .array(dimension)
    .max(MAX_DIMENSIONS)
    .nullable()
    .describe("One entry a dimension; null where nothing is declared."),
});

const graph = z.strictObject({
  format: z.literal("onnx"),
  inputs: z.array(graphValue).max(MAX_GRAPH_VALUES),
  outputs: z.array(graphValue).max(MAX_GRAPH_VALUES),
});

const weights = z.strictObject({
  format: z.literal("safetensors"),
  tensors: size(Number.MAX_SAFE_INTEGER).describe("How many tensors the file holds."),
  parameters: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]{0,31}$/), size(Number.MAX_SAFE_INTEGER))
    .refine((counts) => Object.keys(counts).length <= MAX_DTYPES)
    .describe("Elements of all tensors by their type, as BF16 or F32."),
});

const part = z.strictObject({
  blob: z
    .int()
    .min(0)
    .max(MAX_BLOBS - 1)
    .describe("Index into blobs."),
  offset: size(MAX_BLOB),
  length: z.int().min(1).max(MAX_PART),
  sha256,
});

const file = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(MAX_PATH_BYTES)
    .describe("Relative, '/' between names, Unicode NFC; files are sorted by it in UTF-16 order."),
  size: size(Number.MAX_SAFE_INTEGER),
  sha256,
  parts: z.array(part).max(MAX_PARTS_OF_FILE).describe("The file's bytes in order."),
  graph: graph.exactOptional().describe("Inputs and outputs as the publisher read them from the file's header."),
  weights: weights.exactOptional().describe("Tensors as the publisher read them from the file's header."),
});

const age = z.strictObject({
  header: sha256.describe("SHA-256 of the blob's age header, which ends where the sizes say."),
  sha256: sha256.describe("SHA-256 of what the blob holds when it is decrypted: of this parts are ranges."),
  size: z.int().min(1).max(MAX_PART),
});

const blob = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .refine(isBlobId)
    .describe("Walrus Blob ID in base64url; blobs are sorted by its 32 raw bytes."),
  sha256,
  size: z.int().min(1).max(MAX_BLOB),
  age: age.exactOptional().describe("The blob is an age file. Of a private model each one is."),
});

const encryption = z.strictObject({
  format: z.literal("age"),
  recipients: sha256.describe("SHA-256 of the recipients age1..., sorted, each once, joined by line feeds."),
});

/** What a publisher says about a model. Claims, never checked. */
export const metadataSchema = z.strictObject({
  task: z.string().min(1).max(128).exactOptional(),
  license: z.string().min(1).max(128).exactOptional(),
  tags: z.array(z.string().min(1).max(64)).max(64).exactOptional(),
  notes: z.string().max(8192).exactOptional(),
});

/** The shape of a manifest; `requireConsistentManifest` says what a shape cannot. */
export const manifestSchema = z
  .strictObject({
    schema: z.literal(MANIFEST_SCHEMA),
    name: z.string().regex(MODEL_NAME),
    metadata: metadataSchema,
    encryption: encryption.exactOptional().describe("Only who has a recipient's key can read the files."),
    blobs: z.array(blob).min(1).max(MAX_BLOBS),
    files: z.array(file).min(1).max(MAX_FILES),
  })
  .meta({
    title: "Scrimshaw model manifest, version 1",
    description:
      "The files of one model version and their places in Walrus blobs, as RFC 8785 canonical JSON. Besides this schema a " +
      "reader requires: safe paths that do not collide, parts that cover each file exactly and stay inside their blob (of a " +
      "private model: inside what it holds decrypted), parts of different files that are either identical or apart, and no " +
      "blob that no file uses. Of a private model a file that has several parts consists of whole blobs.",
  });

/** See `metadataSchema`. */
export type ModelMetadata = z.infer<typeof metadataSchema>;
/** The files of one model version and their places in blobs. Sizes and offsets are in bytes, hashes in hex without `0x`. */
export type Manifest = z.infer<typeof manifestSchema>;
/** A blob that holds files, or parts of them. */
export type ManifestBlob = z.infer<typeof blob>;
/** What a blob that is an age file holds. */
export type BlobAge = z.infer<typeof age>;
/** A file of the model and its parts in order. */
export type ManifestFile = z.infer<typeof file>;
/** A range of a blob, and the hash of just these bytes. */
export type FilePart = z.infer<typeof part>;
/** Inputs and outputs of a model, as its file declares them. */
export type ModelGraph = z.infer<typeof graph>;
/** What the header of a file of weights says. */
export type ModelWeights = z.infer<typeof weights>;
/** An input or output. */
export type GraphValue = z.infer<typeof graphValue>;
