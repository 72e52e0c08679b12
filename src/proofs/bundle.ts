import { decode, encode } from "cborg";
import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
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

/** A sealed proof with the evidence bytes that go into the bundle. */
export interface BundlePart extends SealedProof {
  readonly evidence: Uint8Array;
}

const MAGIC = Buffer.from("SCB1", "ascii");
/** `SCB1` and the index's length as a big-endian uint64. */
export const BUNDLE_HEADER_BYTES = MAGIC.length + 8;
/** An index beyond this is refused before it is read: room for about a million proofs. */
export const MAX_INDEX_BYTES = 1 << 29;

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
  byteString(), // seal
  z.int().nonnegative(), // offset from the end of the index
  z.int().positive(), // length, which is also the evidence's size
]);
type Row = z.infer<typeof row>;
const indexSchema = z.tuple([z.literal("scrimshaw.bundle/1"), z.array(row).min(1)]);

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
    const problem =
      part.proof.evidence.blobId !== ZERO_HASH
        ? "a Blob ID of its own"
        : part.proof.evidence.size !== BigInt(part.evidence.length) || part.evidence.length === 0
          ? `evidence of ${part.evidence.length} bytes where ${part.proof.evidence.size} are stated`
          : sorted[i - 1]?.proofId === part.proofId
            ? "the same proof twice"
            : undefined;
    if (problem !== undefined) {
      throw new ScrimshawError({
        code: "proofs.bundle-part-invalid",
        expected: "distinct proofs whose Blob ID is zero and whose size is that of their evidence",
        found: `${problem} (proof ${part.proofId})`,
        next: "Build the proofs of a batch with a zero Blob ID, each once.",
      });
    }
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
 * Reads the index from the start of a bundle (more bytes may follow). Entries come sorted by proof id, their evidence without gaps.
 * The index itself is checked by the caller against the batch's stored root.
 * @throws ScrimshawError `proofs.bundle-invalid`
 */
export function decodeBundleIndex(start: Uint8Array): readonly BundleEntry[] {
  const base = bundleIndexEnd(start);
  if (start.length < base) throw invalid(`${start.length} bytes, shorter than header and index (${base})`);
  const bytes = start.subarray(BUNDLE_HEADER_BYTES, base);
  let value: unknown;
  try {
    value = decode(bytes, { strict: true, rejectDuplicateMapKeys: true });
  } catch (cause) {
    throw invalid("an index that is not CBOR", cause);
  }
  const parsed = indexSchema.safeParse(value);
  if (!parsed.success) throw invalid(`an index of another form: ${z.prettifyError(parsed.error).slice(0, 300)}`);
  const rows = parsed.data[1];
  if (!Buffer.from(encodeIndex(rows)).equals(Buffer.from(bytes)))
    throw invalid("an index that is not in canonical form");
  let expected = 0;
  let previous = "";
  return rows.map((fields) => {
    const proof = proofOfRow(fields);
    const proofId = proofIdOf(proof);
    if (fields[11] !== expected) throw invalid(`evidence of proof ${proofId} at ${fields[11]} instead of ${expected}`);
    if (proofId <= previous) throw invalid(`proof ${proofId} out of order or twice`);
    expected += fields[12];
    previous = proofId;
    return { proof, seal: hex(fields[10]), proofId, offset: base + fields[11], length: fields[12] };
  });
}
