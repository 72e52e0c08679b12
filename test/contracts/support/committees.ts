import { bls12_381 } from "@noble/curves/bls12-381.js";
import { getBytes, hexlify, id, toBigInt } from "ethers";

const { G1, G2, longSignatures, fields } = bls12_381;
type G1Point = typeof G1.Point.BASE;
type G2Point = typeof G2.Point.BASE;

/** The tag that Walrus signs under, written out here once more on purpose. */
const TAG = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";

/** A committee whose keys are known, so that any of its members can sign. */
export interface TestCommittee {
  readonly epoch: bigint;
  readonly startsAt: bigint;
  readonly duration: bigint;
  readonly nShards: bigint;
  readonly weights: bigint[];
  readonly publicKeys: string;
  readonly secrets: readonly bigint[];
}

/** A secret key that `seed` leads to. */
export function secretOf(seed: string): bigint {
  return (toBigInt(id(seed)) % (fields.Fr.ORDER - 1n)) + 1n;
}

export function keyOf(secret: bigint): G1Point {
  return G1.Point.BASE.multiply(secret);
}

/** 96 bytes: x, y. */
export function packKey(point: G1Point): string {
  return hexlify(point.toBytes(false));
}

/** 192 bytes: x.c1, x.c0, y.c1, y.c0; all zero for the point at infinity. */
export function packSignature(point: G2Point): string {
  if (point.is0()) return `0x${"00".repeat(192)}`;
  return hexlify(point.toBytes(false));
}

export function hashToG2(message: string): G2Point {
  return longSignatures.hash(getBytes(message), TAG);
}

/** Deals `nShards` to `members`, nearly evenly. */
export function dealWeights(members: number, nShards: number): bigint[] {
  return Array.from({ length: members }, (_, place) =>
    BigInt(Math.floor(nShards / members) + (place < nShards % members ? 1 : 0)),
  );
}

export interface CommitteeOptions {
  readonly secrets: readonly bigint[];
  readonly weights: bigint[];
  readonly startsAt: bigint;
  readonly epoch?: bigint;
  readonly duration?: bigint;
}

export function committeeOf(options: CommitteeOptions): TestCommittee {
  const { secrets, weights, startsAt, epoch = 5n, duration = 86_400n } = options;
  const publicKeys = `0x${secrets.map((secret) => packKey(keyOf(secret)).slice(2)).join("")}`;
  const nShards = weights.reduce((sum, weight) => sum + weight, 0n);
  return { epoch, startsAt, duration, nShards, weights, publicKeys, secrets };
}

/** The bytes of a bitmap, without those at the end that are zero. */
export function bitmapOf(signers: readonly number[]): string {
  const bytes = new Uint8Array(signers.length === 0 ? 0 : (Math.max(...signers) >> 3) + 1);
  for (const place of signers) bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (1 << (place & 7));
  return hexlify(bytes);
}

/** The sum of the signers' signatures under all messages. */
export function signatureOf(
  { secrets }: Pick<TestCommittee, "secrets">,
  signers: readonly number[],
  messages: readonly string[],
): G2Point {
  const secret = signers.reduce((sum, place) => fields.Fr.add(sum, secrets[place]!), 0n);
  const sum = messages.reduce((total, message) => total.add(hashToG2(message)), G2.Point.ZERO);
  return secret === 0n ? G2.Point.ZERO : sum.multiply(secret);
}

/** Signature and bitmap. */
export function certificateOf(
  committee: Pick<TestCommittee, "secrets">,
  signers: readonly number[],
  ...messages: readonly string[]
): string {
  return packSignature(signatureOf(committee, signers, messages)) + bitmapOf(signers).slice(2);
}

function littleEndian(epoch: bigint): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number(epoch));
  return bytes.toString("hex");
}

export function confirmation(epoch: bigint, blobId: string, objectId?: string): string {
  const tail = objectId === undefined ? "00" : `01${objectId.slice(2)}`;
  return `0x010003${littleEndian(epoch)}${blobId.slice(2)}${tail}`;
}

export function invalidBlobId(epoch: bigint, blobId: string): string {
  return `0x020003${littleEndian(epoch)}${blobId.slice(2)}`;
}

/** All places of a committee but those in `absent`. */
export function allBut(members: number, absent: readonly number[] = []): number[] {
  return Array.from({ length: members }, (_, place) => place).filter((place) => !absent.includes(place));
}

/** A point on the curve of the keys that is not in their group. */
export function keyOutsideGroup(): string {
  const { Fp } = fields;
  for (let x = 1n; ; x += 1n) {
    const y = squareRoot(() => Fp.sqrt(Fp.add(Fp.pow(x, 3n), 4n)));
    if (y === undefined) continue;
    if (!G1.Point.fromAffine({ x, y }).isTorsionFree()) return packCoordinates([x, y]);
  }
}

/** A point on the curve of the signatures that is not in their group. */
export function signatureOutsideGroup(): string {
  const { Fp2 } = fields;
  const b = Fp2.fromBigTuple([4n, 4n]);
  for (let i = 1n; ; i += 1n) {
    const x = Fp2.fromBigTuple([i, 1n]);
    const y = squareRoot(() => Fp2.sqrt(Fp2.add(Fp2.pow(x, 3n), b)));
    if (y === undefined) continue;
    if (!G2.Point.fromAffine({ x, y }).isTorsionFree()) return packCoordinates([x.c1, x.c0, y.c1, y.c0]);
  }
}

function packCoordinates(coordinates: readonly bigint[]): string {
  return `0x${coordinates.map((coordinate) => coordinate.toString(16).padStart(96, "0")).join("")}`;
}

function squareRoot<T>(root: () => T): T | undefined {
  try {
    return root();
  } catch {
    return undefined;
  }
}

/** The same bytes with the coordinate at `place` (48 bytes each) replaced. */
export function withCoordinate(point: string, place: number, coordinate: bigint): string {
  const start = 2 + 96 * place;
  return point.slice(0, start) + coordinate.toString(16).padStart(96, "0") + point.slice(start + 96);
}

export function coordinateOf(point: string, place: number): bigint {
  return BigInt(`0x${point.slice(2 + 96 * place, 98 + 96 * place)}`);
}

/** Order of the field. */
export const PRIME = fields.Fp.ORDER;
/** Order of the groups. */
export const ORDER = fields.Fr.ORDER;
