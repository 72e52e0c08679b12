import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { concat, keccak256, toBeHex } from "ethers";
import { constants, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { outcomeOf } from "../../checks.ts";
import type { Check } from "../audit/report.ts";
import type { Hex } from "../statement.ts";
import { LEAF_ENCODING } from "./read-dump.ts";
import type { OpenGradientLeaf } from "./read-dump.ts";

export interface AuditDumpOptions {
  readonly leaves: readonly OpenGradientLeaf[];
  /** From the `BatchSettlement` event. */
  readonly root: Hex;
  /** `batchSize` of that event; without it the number of leaves is not checked. */
  readonly count?: number;
  /** Public RSA keys of the enclaves, from a registry or an attestation document that the caller believes. */
  readonly keys: readonly KeyObject[];
  readonly signal?: AbortSignal;
  readonly onCheck?: (check: DumpCheck) => void;
}

/** One answer; `leaf` is the leaf's number in the dump. */
export interface DumpCheck extends Omit<Check, "check" | "proofId"> {
  readonly check: "root" | "count" | "seal" | "twin";
  readonly leaf?: number;
}

export interface DumpReport {
  readonly root: Hex;
  readonly leaves: number;
  readonly checks: readonly DumpCheck[];
  readonly outcome: "passed" | "failed" | "incomplete";
}

/** The enclave's own salt length: that of SHA-256. */
const SALT_BYTES = 32;
/** Signatures between two looks at the signal. */
const PAUSE_EVERY = 256;

/** OpenGradient's name of an enclave: keccak256 of its public key in DER (SubjectPublicKeyInfo). */
export function teeIdOf(key: KeyObject): Hex {
  return keccak256(key.export({ type: "spki", format: "der" })) as Hex;
}

/** What the enclave signs for an inference: 32 bytes, which RSA-PSS hashes once more. */
export function messageOf({ inputHash, outputHash, timestamp }: OpenGradientLeaf): Hex {
  return keccak256(concat([inputHash, outputHash, toBeHex(timestamp, 32)])) as Hex;
}

/**
 * Checks a batch that OpenGradient settled: the leaves build the root on chain, are as many as it says, differ, and each is signed by the enclave that
 * it names. A signature whose key is not at hand is not checked. What the signature does not cover (model, chain, enclave, place of the bytes)
 * nobody can check.
 */
export async function auditDump(options: AuditDumpOptions): Promise<DumpReport> {
  const { leaves, root, count, keys, signal, onCheck } = options;
  const checks: DumpCheck[] = [];
  const add = (check: DumpCheck): void => {
    checks.push(check);
    onCheck?.(check);
  };
  const rows = leaves.map((leaf) => [leaf.teeId, leaf.inputHash, leaf.outputHash, leaf.teeSignature, leaf.timestamp]);
  const built = StandardMerkleTree.of(rows, [...LEAF_ENCODING]).root;
  const same = built === root;
  add({
    check: "root",
    status: same ? "passed" : "failed",
    detail: same
      ? `${leaves.length} leaves build the root on chain`
      : `the leaves build ${built}, the chain says ${root}`,
  });
  add(countCheck(leaves.length, count));
  const byId = new Map(keys.map((key) => [teeIdOf(key), key]));
  const signed = new Map<string, number>();
  for (const [index, leaf] of leaves.entries()) {
    if (index % PAUSE_EVERY === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
    add({ ...sealCheck(leaf, byId.get(leaf.teeId)), leaf: index });
    const message = `${leaf.teeId}${messageOf(leaf)}`;
    const twin = signed.get(message);
    if (twin !== undefined) {
      add({ check: "twin", leaf: index, status: "failed", detail: `the inference of leaf ${twin} once more` });
    }
    signed.set(message, index);
  }
  return { root, leaves: leaves.length, checks, outcome: outcomeOf(checks) };
}

function countCheck(found: number, count: number | undefined): DumpCheck {
  if (count === undefined)
    return { check: "count", status: "not-checked", detail: "the event's batch size is not given" };
  const same = found === count;
  const detail = same ? `${count} leaves, as the event says` : `${found} leaves, the event says ${count}`;
  return { check: "count", status: same ? "passed" : "failed", detail };
}

function sealCheck(leaf: OpenGradientLeaf, key: KeyObject | undefined): DumpCheck {
  const { teeId } = leaf;
  if (key === undefined) {
    return { check: "seal", status: "not-checked", detail: `the key of enclave ${teeId} is not at hand` };
  }
  const holds = verify(
    "sha256",
    Buffer.from(messageOf(leaf).slice(2), "hex"),
    { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT_BYTES },
    Buffer.from(leaf.teeSignature.slice(2), "hex"),
  );
  const detail = holds ? `signed by enclave ${teeId}` : `not signed by enclave ${teeId}, which it names`;
  return { check: "seal", status: holds ? "passed" : "failed", detail };
}
