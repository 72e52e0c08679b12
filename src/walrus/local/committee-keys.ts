import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { z } from "zod";

import { ScrimshawError } from "../../errors.ts";
import { blsPublicKey, newBlsKey } from "../bls.ts";
import { readIfPresent, writeFileAtomic } from "./atomic-file.ts";

/** A storage node's identity: its key, and the shards it holds. */
export interface NodeIdentity {
  readonly nodeId: `0x${string}`;
  readonly secretKey: Uint8Array;
  readonly publicKey: `0x${string}`;
  readonly shards: readonly number[];
}

const Saved = z.strictObject({
  schema: z.literal("scrimshaw.local-walrus-committee/1"),
  nShards: z.int().min(1),
  members: z
    .array(
      z.strictObject({ nodeId: z.string().regex(/^0x[0-9a-f]{64}$/), secretKey: z.string().regex(/^[0-9a-f]{64}$/) }),
    )
    .min(1),
});
type Saved = z.infer<typeof Saved>;

function refuse(code: string, expected: string, found: string, cause?: unknown): ScrimshawError {
  const next = "Name another directory, or delete this one to start an empty network.";
  return new ScrimshawError({ code, expected, found, next, cause });
}

function parseSaved({ path, text }: { readonly path: string; readonly text: string }): Saved {
  try {
    return Saved.parse(JSON.parse(text));
  } catch {
    // The cause would quote the file, which holds secret keys.
    throw refuse("walrus.local-directory-damaged", `a committee's keys in ${path}`, "something else");
  }
}

function newCommittee({ nShards, nodes }: { readonly nShards: number; readonly nodes: number }): Saved {
  const members = Array.from({ length: nodes }, () => ({
    nodeId: `0x${randomBytes(32).toString("hex")}`,
    secretKey: Buffer.from(newBlsKey().secretKey).toString("hex"),
  }));
  members.sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  return { schema: "scrimshaw.local-walrus-committee/1", nShards, members };
}

/**
 * The committee kept in `directory`; made and kept there (readable by its owner alone) when there is none. Shards are dealt in
 * turn, so that weights differ by one at most.
 * @throws ScrimshawError `walrus.local-directory-damaged`, `walrus.local-directory-mismatch`, `walrus.local-options-invalid`
 */
export async function openCommitteeKeys({
  directory,
  nShards,
  nodes,
}: {
  readonly directory: string;
  readonly nShards: number;
  readonly nodes: number;
}): Promise<NodeIdentity[]> {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > Math.min(nShards, 150)) {
    throw refuse("walrus.local-options-invalid", `1 to ${Math.min(nShards, 150)} storage nodes`, String(nodes));
  }
  const path = join(directory, "committee.json");
  const text = await readIfPresent(path);
  const saved = text === undefined ? newCommittee({ nShards, nodes }) : parseSaved({ path, text });
  if (saved.nShards !== nShards || saved.members.length !== nodes) {
    const found = `${saved.members.length} nodes and ${saved.nShards} shards in ${directory}`;
    throw refuse("walrus.local-directory-mismatch", `a network of ${nodes} nodes and ${nShards} shards`, found);
  }
  if (text === undefined)
    await writeFileAtomic({ path, data: `${JSON.stringify(saved, undefined, 1)}\n`, mode: 0o600 });
  return saved.members.map(({ nodeId, secretKey: hex }, place) => {
    const secretKey = new Uint8Array(Buffer.from(hex, "hex"));
    return {
      nodeId: nodeId as `0x${string}`,
      secretKey,
      publicKey: `0x${Buffer.from(blsPublicKey(secretKey)).toString("hex")}`,
      shards: Array.from({ length: nShards }, (_, shard) => shard).filter((shard) => shard % nodes === place),
    };
  });
}
