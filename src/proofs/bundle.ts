import { decodeFirst, encode } from "cborg";
import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import { MAX_SEAL_BYTES, badPart, requireBatchPart } from "./batch-part.ts";
import type { BundlePart } from "./batch-part.ts";
import { byteString } from "./cbor-bytes.ts";
import { ZERO_HASH, proofIdOf } from "./proof.ts";
import type { Proof, SealedProof } from "./proof.ts";
import type { Hex } from "./statement.ts";

/** One proof of a batch and where its evidence stands in the bundle, in bytes from the bundle's start. */
export interface BundleEntry extends SealedProof {
  readonly proofId: Hex;
  readonly offset: number;
  readonly length: number;
}

const MAGIC = Buffer.from("SCB1", "ascii");
/** `SCB1` and the index's length as a big-endian uint64. */
export const BUNDLE_HEADER_BYTES = MAGIC.length + 8;
/** A larger index is refused before it is read: room for some 400,000 proofs. */
export const MAX_INDEX_BYTES = 1 << 27;

const hash = byteString(32);
const uint64 = z.union([z.int().nonnegative(), z.bigint().nonnegative()]);
const row = z.tuple([
  hash, // modelId
  z.int().nonnegative().max(0xffffffff), // modelVersion
  hash, // manifestHash
  hash, // inputHash
  hash, // outputHash
  hash, // requestId
  uint64, // producedAt
  byteString(20), // verifier
  hash, // attesterId
  hash, // contentHash
  byteString().refine((seal) => seal.length <= MAX_SEAL_BYTES), // seal
  z.int().nonnegative(), // offset from the end of the index
  z.int().positive(), // length, which is also the evidence's size
]);
type Row = z.infer<typeof row>;
/** No row is shorter (its seven hashes, its verifier) or longer. */
const MIN_ROW_BYTES = 265;
const MAX_ROW_BYTES = 512 + MAX_SEAL_BYTES;
/** What every index begins with: an array of two, of which the first is the schema. */
const INDEX_PREFIX = Buffer.concat([Uint8Array.of(0x82), encode("scrimshaw.bundle/1")]);

function invalid(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.bundle-invalid",
    expected: "a bundle: SCB1, the index's length, the canonical index of scrimshaw.bundle/1, then the evidence bytes",
    found,
    next: "The settler stored something else under this batch; treat the batch as unreadable.",
    cause,
  });
}

const raw = (hex: Hex): Uint8Array => Buffer.from(hex.slice(2), "hex");
const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString("hex")}`;

function rowOf({ proof, seal }: SealedProof, offset: number, length: number): Row {
  const { statement, evidence } = proof;
  return [
    raw(statement.modelId),
    statement.modelVersion,
    raw(statement.manifestHash),
    raw(statement.inputHash),
    raw(statement.outputHash),
    raw(statement.requestId),
    statement.producedAt,
    raw(evidence.verifier),
    raw(evidence.attesterId),
    raw(evidence.contentHash),
    raw(seal),
    offset,
    length,
  ];
}

function proofOfRow(fields: Row): Proof {
  const [modelId, modelVersion, manifestHash, inputHash, outputHash, requestId, producedAt, verifier, attesterId] =
    fields;
  return {
    statement: {
      modelId: hex(modelId),
      modelVersion,
      manifestHash: hex(manifestHash),
      inputHash: hex(inputHash),
      outputHash: hex(outputHash),
      requestId: hex(requestId),
      producedAt: BigInt(producedAt),
    },
    evidence: {
      verifier: hex(verifier),
      attesterId: hex(attesterId),
      blobId: ZERO_HASH,
      contentHash: hex(fields[9]),
      size: BigInt(fields[12]),
    },
  };
}

function encodeIndex(rows: readonly Row[]): Uint8Array {
  return encode(["scrimshaw.bundle/1", rows]);
}

/**
 * The one bundle of a batch: the same parts give the same bytes in whatever order they come.
 * @throws ScrimshawError `proofs.bundle-part-invalid` for a proof that has a blob of its own, another size or a twin
 */
export function encodeBundle(parts: readonly BundlePart[]): {
  readonly bytes: Uint8Array;
  readonly entries: readonly BundleEntry[];
} {
  const sorted = parts
    .map((part) => ({ ...part, proofId: proofIdOf(part.proof) }))
    .sort((a, b) => (a.proofId < b.proofId ? -1 : a.proofId > b.proofId ? 1 : 0));
  let offset = 0;
  const placed = sorted.map((part, i) => {
    requireBatchPart(part);
    if (sorted[i - 1]?.proofId === part.proofId) throw badPart(part.proofId, "the same proof twice");
    const at = { ...part, offset };
    offset += part.evidence.length;
    return at;
  });
  const index = encodeIndex(placed.map((part) => rowOf(part, part.offset, part.evidence.length)));
  const header = Buffer.alloc(BUNDLE_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeBigUInt64BE(BigInt(index.length), MAGIC.length);
  const base = header.length + index.length;
  return {
    bytes: Buffer.concat([header, index, ...placed.map(({ evidence }) => evidence)]),
    entries: placed.map(({ proof, seal, proofId, offset: relative, evidence }) => ({
      proof,
      seal,
      proofId,
      offset: base + relative,
      length: evidence.length,
    })),
  };
}

/**
 * The number of bytes that header and index take, from the bundle's first `BUNDLE_HEADER_BYTES`.
 * @throws ScrimshawError `proofs.bundle-invalid`
 */
export function bundleIndexEnd(header: Uint8Array): number {
  const head = Buffer.from(header.subarray(0, BUNDLE_HEADER_BYTES));
  if (head.length < BUNDLE_HEADER_BYTES || !head.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw invalid(`the first bytes 0x${head.toString("hex")}`);
  }
  const length = head.readBigUInt64BE(MAGIC.length);
  if (length > BigInt(MAX_INDEX_BYTES)) throw invalid(`an index of ${length} bytes, more than ${MAX_INDEX_BYTES}`);
  return BUNDLE_HEADER_BYTES + Number(length);
}

/**
 * Reads the index from the start of a bundle (more bytes may follow), row by row, so that time and memory are bounded by its bytes whatever
 * they are. Entries come sorted by proof id, their evidence without gaps. The index itself is checked by the caller against the batch's stored
 * root.
 * @throws ScrimshawError `proofs.bundle-invalid`
 */
export function decodeBundleIndex(start: Uint8Array): readonly BundleEntry[] {
  const base = bundleIndexEnd(start);
  if (start.length < base) throw invalid(`${start.length} bytes, shorter than header and index (${base})`);
  const index = Buffer.from(start.buffer, start.byteOffset + BUNDLE_HEADER_BYTES, base - BUNDLE_HEADER_BYTES);
  if (!index.subarray(0, INDEX_PREFIX.length).equals(INDEX_PREFIX)) throw invalid("an index of another schema");
  const { count, size } = arrayHeader(index.subarray(INDEX_PREFIX.length));
  let at = INDEX_PREFIX.length + size;
  if (count < 1 || count * MIN_ROW_BYTES > index.length - at)
    throw invalid(`${count} rows in ${index.length - at} bytes`);
  const entries: BundleEntry[] = [];
  let offset = 0;
  let previous = "";
  for (let i = 0; i < count; i += 1) {
    const { fields, length } = decodeRow(index.subarray(at, at + MAX_ROW_BYTES), i);
    const proof = proofOfRow(fields);
    const proofId = proofIdOf(proof);
    if (fields[11] !== offset) throw invalid(`evidence of proof ${proofId} at ${fields[11]} instead of ${offset}`);
    if (proofId <= previous) throw invalid(`proof ${proofId} out of order or twice`);
    entries.push({ proof, seal: hex(fields[10]), proofId, offset: base + offset, length: fields[12] });
    at += length;
    offset += fields[12];
    previous = proofId;
  }
  if (at !== index.length) throw invalid(`${index.length - at} bytes after the last row`);
  return entries;
}

/** The header of a CBOR array in its shortest form (RFC 8949, 4.2.1). */
function arrayHeader(bytes: Buffer): { readonly count: number; readonly size: number } {
  const first = bytes[0] ?? 0;
  const size = first < 0x98 ? 1 : first === 0x98 ? 2 : first === 0x99 ? 3 : 5;
  const count = size === 1 ? first - 0x80 : size <= bytes.length ? bytes.readUIntBE(1, size - 1) : 0;
  const least = [0, 0, 24, 256, 0, 65_536][size] ?? 0;
  if (first < 0x80 || first > 0x9a || count < least) throw invalid("rows in no canonical array");
  return { count, size };
}

function decodeRow(window: Uint8Array, place: number): { readonly fields: Row; readonly length: number } {
  let value: unknown;
  let rest: Uint8Array;
  try {
    [value, rest] = decodeFirst(window, { strict: true, rejectDuplicateMapKeys: true }) as [unknown, Uint8Array];
  } catch (cause) {
    throw invalid(`a row ${place} that is not CBOR, or longer than any`, cause);
  }
  const parsed = row.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(
      `a row ${place} of another form, at ${issue?.path.join(".") ?? "its end"}: ${issue?.message.slice(0, 100) ?? ""}`,
    );
  }
  const length = window.length - rest.length;
  if (!Buffer.from(encode(parsed.data)).equals(window.subarray(0, length))) {
    throw invalid(`a row ${place} that is not in canonical form`);
  }
  return { fields: parsed.data, length };
}
