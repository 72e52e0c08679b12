import { join } from "node:path";

import { z } from "zod";

import { ScrimshawError } from "../../errors.ts";
import { readIfPresent, writeFileAtomic } from "../atomic-file.ts";
import { dealShards, type Holding } from "./deal-shards.ts";
import { newNodeKey, nodeKey, type NodeIdentity, type NodeKey } from "./node-keys.ts";

/** Walrus's bound on members. */
const MAX_NODES = 150;
const SCHEMA = "scrimshaw.local-walrus-committees/1";

const NodeId = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]);
const Saved = z.strictObject({
  schema: z.literal(SCHEMA),
  nShards: z.int().min(1),
  /** Nodes of the first committee. */
  nodes: z.int().min(1),
  keys: z.array(z.strictObject({ nodeId: NodeId, secretKey: z.string().regex(/^[0-9a-f]{64}$/) })).min(1),
  /** Each committee holds until the next one begins. */
  committees: z
    .array(
      z.strictObject({
        fromEpoch: z.int().min(1),
        members: z.array(z.strictObject({ nodeId: NodeId, shards: z.array(z.int().min(0)).min(1) })).min(1),
      }),
    )
    .min(1),
});

/** A member of a committee to come. */
export interface NewMember {
  /** A node known to the network; without it a new one joins. */
  readonly nodeId?: `0x${string}`;
  /** Number of shards. */
  readonly weight: number;
}

interface Term {
  readonly fromEpoch: number;
  readonly members: readonly Holding[];
}

function refuse(code: string, expected: string, found: string): ScrimshawError {
  const next = "Name another directory, or delete this one to start an empty network.";
  return new ScrimshawError({ code, expected, found, next });
}

function badOptions(expected: string, found: string): ScrimshawError {
  const next = "Choose other options; every node needs a shard.";
  return new ScrimshawError({ code: "walrus.local-options-invalid", expected, found, next });
}

/** The storage nodes' keys and the committee of every epoch, kept in a file that its owner alone can read. */
export class Committees {
  readonly nShards: number;
  readonly #path: string;
  readonly #nodes: number;
  readonly #keys: Map<string, NodeKey>;
  #terms: readonly Term[];

  private constructor(options: {
    readonly path: string;
    readonly nShards: number;
    readonly nodes: number;
    readonly keys: readonly NodeKey[];
    readonly terms: readonly Term[];
  }) {
    this.#path = options.path;
    this.nShards = options.nShards;
    this.#nodes = options.nodes;
    this.#keys = new Map(options.keys.map((key) => [key.nodeId, key]));
    this.#terms = options.terms;
  }

  /**
   * The committees kept in `directory`; a first one of equal weights when there are none.
   * @throws ScrimshawError `walrus.local-directory-damaged`, `walrus.local-directory-mismatch`, `walrus.local-options-invalid`
   */
  static async open({
    directory,
    nShards,
    nodes,
  }: {
    readonly directory: string;
    readonly nShards: number;
    readonly nodes: number;
  }): Promise<Committees> {
    const most = Math.min(nShards, MAX_NODES);
    if (!Number.isInteger(nodes) || nodes < 1 || nodes > most) {
      throw badOptions(`1 to ${most} storage nodes`, String(nodes));
    }
    const path = join(directory, "committee.json");
    const text = await readIfPresent(path);
    if (text !== undefined) return Committees.#parse({ path, text, nShards, nodes, directory });
    const keys = Array.from({ length: nodes }, newNodeKey).toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
    // In turn, so that weights differ by one at most.
    const members = keys.map(({ nodeId }, place) => ({
      nodeId,
      shards: Array.from({ length: nShards }, (_, shard) => shard).filter((shard) => shard % nodes === place),
    }));
    const committees = new Committees({ path, nShards, nodes, keys, terms: [{ fromEpoch: 1, members }] });
    await committees.#save();
    return committees;
  }

  static #parse({
    path,
    text,
    nShards,
    nodes,
    directory,
  }: {
    readonly path: string;
    readonly text: string;
    readonly nShards: number;
    readonly nodes: number;
    readonly directory: string;
  }): Committees {
    let saved: z.infer<typeof Saved>;
    try {
      saved = Saved.parse(JSON.parse(text));
    } catch {
      // The cause would quote the file, which holds secret keys.
      throw refuse("walrus.local-directory-damaged", `committees and their keys in ${path}`, "something else");
    }
    if (saved.nShards !== nShards || saved.nodes !== nodes) {
      const found = `${saved.nodes} nodes and ${saved.nShards} shards in ${directory}`;
      throw refuse("walrus.local-directory-mismatch", `a network of ${nodes} nodes and ${nShards} shards`, found);
    }
    const keys = saved.keys.map(({ nodeId, secretKey }) =>
      nodeKey({ nodeId, secretKey: new Uint8Array(Buffer.from(secretKey, "hex")) }),
    );
    return new Committees({ path, nShards, nodes, keys, terms: saved.committees });
  }

  /** The members in an epoch, sorted by node id. */
  at(epoch: number): readonly NodeIdentity[] {
    const term = this.#terms.findLast(({ fromEpoch }) => fromEpoch <= epoch) ?? this.#terms[0];
    return (term?.members ?? []).flatMap(({ nodeId, shards }) => {
      const key = this.#keys.get(nodeId);
      return key === undefined ? [] : { ...key, shards };
    });
  }

  /**
   * Sets the committee that begins with an epoch to come; shards move no more than the weights demand. Durable when it returns.
   * @throws ScrimshawError `walrus.local-options-invalid`
   */
  async set({
    fromEpoch,
    members,
  }: {
    readonly fromEpoch: number;
    readonly members: readonly NewMember[];
  }): Promise<void> {
    const total = members.reduce((sum, { weight }) => sum + weight, 0);
    const whole = members.every(({ weight }) => Number.isInteger(weight) && weight >= 1);
    if (!whole || total !== this.nShards || members.length > MAX_NODES) {
      throw badOptions(
        `at most ${MAX_NODES} members whose weights add up to ${this.nShards}`,
        `${members.length} with ${total}`,
      );
    }
    const unknown = members.find(({ nodeId }) => nodeId !== undefined && !this.#keys.has(nodeId));
    if (unknown !== undefined) throw badOptions("nodes of this network", unknown.nodeId ?? "");
    if (new Set(members.flatMap(({ nodeId }) => nodeId ?? [])).size < members.filter(({ nodeId }) => nodeId).length) {
      throw badOptions("each node once", "one twice");
    }
    const weights = members.map(({ nodeId, weight }) => {
      if (nodeId !== undefined) return { nodeId, weight };
      const key = newNodeKey();
      this.#keys.set(key.nodeId, key);
      return { nodeId: key.nodeId, weight };
    });
    const dealt = dealShards({ nShards: this.nShards, weights, before: this.at(fromEpoch - 1) });
    const earlier = this.#terms.filter((term) => term.fromEpoch < fromEpoch);
    this.#terms = [...earlier, { fromEpoch, members: dealt }];
    await this.#save();
  }

  async #save(): Promise<void> {
    const keys = [...this.#keys.values()].map(({ nodeId, secretKey }) => ({
      nodeId,
      secretKey: Buffer.from(secretKey).toString("hex"),
    }));
    const committees = this.#terms.map(({ fromEpoch, members }) => ({ fromEpoch, members }));
    const saved = { schema: SCHEMA, nShards: this.nShards, nodes: this.#nodes, keys, committees };
    await writeFileAtomic({ path: this.#path, data: `${JSON.stringify(saved, undefined, 1)}\n`, mode: 0o600 });
  }
}
