import { getAddress } from "ethers";
import { z } from "zod";
import { readBoundedText } from "../../bounded-text.ts";
import { ScrimshawError } from "../../errors.ts";
import { isBlobId } from "../../walrus/blob-id.ts";
import { MAX_MANIFEST } from "../limits.ts";
import { isLabel, MODEL_NAME } from "../names.ts";
import type { SignedRelease } from "./release-wish.ts";

const SCHEMA = "scrimshaw.signed-release/1";

/** A wallet's signature may be longer than a key's, but a file of more than this is none of ours. */
const MAX_FILE = 64 * 1024;

const hexOf = (bytes: number) => z.templateLiteral(["0x", z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))]);
const address = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/)
  .transform((text) => getAddress(text));
const uint = (bits: number) =>
  z
    .string()
    .regex(/^(0|[1-9][0-9]{0,77})$/)
    .transform(BigInt)
    .refine((value) => value < 1n << BigInt(bits));
const uint32 = z.int().min(0).max(0xffffffff);

const schema = z.strictObject({
  schema: z.literal(SCHEMA),
  chainId: uint(256),
  registry: address,
  creator: address,
  name: z.string().regex(MODEL_NAME),
  version: uint32.min(1),
  manifest: z.strictObject({
    blobId: z.string().refine(isBlobId),
    contentHash: hexOf(32),
    size: z.int().min(1).max(MAX_MANIFEST),
  }),
  blobsHash: hexOf(32),
  endEpoch: uint32,
  label: z.string().refine(isLabel).nullable(),
  publisher: address,
  deadline: uint(64),
  signature: z.templateLiteral(["0x", z.string().regex(/^(?:[0-9a-f]{2})*$/)]),
});

/** The JSON in which a publisher hands a signed release to whoever sends it. It holds nothing secret. */
export function writeReleaseFile(signed: SignedRelease): string {
  const { manifestReference, label = null, chainId, deadline } = signed;
  const { creator, name, version, blobsHash, endEpoch } = signed;
  const { blobId, contentHash, size } = manifestReference;
  const file = {
    schema: SCHEMA,
    chainId: chainId.toString(),
    registry: signed.registry.toLowerCase(),
    creator: creator.toLowerCase(),
    ...{ name, version, manifest: { blobId, contentHash, size }, blobsHash, endEpoch, label },
    publisher: signed.publisher.toLowerCase(),
    deadline: deadline.toString(),
    signature: signed.signature,
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function invalid(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "models.release-file-invalid",
    expected: `a signed release of schema ${SCHEMA}`,
    found,
    next: "Have its publisher write it again: `npx hardhat model publish <folder> <name> --sign-only <file>`.",
    cause,
  });
}

/** @throws ScrimshawError `models.release-file-invalid` */
export function readReleaseFile(text: string): SignedRelease {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("text that is not JSON", cause);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).slice(0, 300), parsed.error);
  const { chainId, registry, creator, name, version, manifest, label, ...rest } = parsed.data;
  const { blobsHash, endEpoch, publisher, deadline, signature } = rest;
  return {
    ...{ chainId, registry, creator, name, version, blobsHash, endEpoch, publisher, deadline, signature },
    manifestReference: manifest,
    label: label ?? undefined,
  };
}

/** @throws ScrimshawError `models.release-file-invalid` */
export async function loadReleaseFile(path: string): Promise<SignedRelease> {
  let text: string;
  try {
    text = await readBoundedText(path, MAX_FILE);
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message.slice(0, 200) : "an unreadable file", cause);
  }
  return readReleaseFile(text);
}
