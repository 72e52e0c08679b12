import { join } from "node:path";

import { evidenceHash, encodeEvidence } from "../../../src/proofs/evidence-bytes.ts";
import type { BundlePart } from "../../../src/proofs/batch-part.ts";
import { submitterId, ZERO_ADDRESS, ZERO_HASH } from "../../../src/proofs/proof.ts";
import type { Hex } from "../../../src/proofs/statement.ts";
import { SettlerQueue } from "../../../src/proofs/settler/queue.ts";
import type { QueueOwner } from "../../../src/proofs/settler/queue-file.ts";
import { Settler } from "../../../src/proofs/settler/settler.ts";
import type { SettlerEvent } from "../../../src/proofs/settler/settler-event.ts";
import type { SettlerOptions } from "../../../src/proofs/settler/settler-options.ts";
import { ethers, networkHelpers } from "../../contracts/support/chain.ts";
import { deploy } from "../../contracts/support/deployment.ts";
import type { Deployment } from "../../contracts/support/deployment.ts";
import { temporaryDirectory, type TemporaryDirectory } from "../../walrus/temporary-directory.ts";
import { useStore } from "../../walrus/use-store.ts";
import { sampleStatement } from "../support/sample-proof.ts";

/** A vanilla proof of a submitter, with real evidence. */
export function vanillaPart(label: string, submitter: string): BundlePart {
  const statement = sampleStatement(label);
  const evidence = encodeEvidence({ statement, content: { runtime: { id: "onnxruntime-web", version: label } } });
  const contentHash = evidenceHash(evidence);
  const size = BigInt(evidence.length);
  const backing = { verifier: ZERO_ADDRESS, attesterId: submitterId(submitter), blobId: ZERO_HASH };
  return { proof: { statement, evidence: { ...backing, contentHash, size } }, seal: "0x", evidence };
}

/** A settler at work, its queue and what it told. */
export interface Running extends Disposable {
  readonly settler: Settler;
  readonly queue: SettlerQueue;
  readonly events: SettlerEvent[];
  /** Names of the events so far, without the bundle's progress. */
  readonly told: () => readonly string[];
}

export interface SettlerWorld {
  readonly deployed: () => Deployment;
  readonly owner: () => Promise<QueueOwner>;
  readonly queuePath: () => string;
  /** Proofs of the settler's own, all different. */
  readonly parts: (count: number, label?: string) => readonly BundlePart[];
  readonly open: (options?: Partial<SettlerOptions>) => Promise<Running>;
  /** Batches that the registry holds, by its events. */
  readonly settledBatches: () => Promise<readonly { readonly batchId: Hex; readonly count: number }[]>;
}

/** A local Walrus, the contracts and a queue's file, new for each test of the surrounding `describe`. */
export function useSettler(): SettlerWorld {
  const { open: openStore } = useStore();
  let directory: TemporaryDirectory;
  let deployed: Deployment;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    deployed = await networkHelpers.loadFixture(deploy);
  });
  afterEach(() => directory[Symbol.asyncDispose]());

  const queuePath = (): string => join(directory.path, "queue.sqlite");
  const owner = async (): Promise<QueueOwner> => ({
    chainId: (await ethers.provider.getNetwork()).chainId,
    proofRegistry: await deployed.proofs.getAddress(),
    settler: deployed.accounts.settler.address,
  });
  return {
    deployed: () => deployed,
    owner,
    queuePath,
    parts: (count, label = "proof") =>
      Array.from({ length: count }, (_, i) => vanillaPart(`${label} ${String(i)}`, deployed.accounts.settler.address)),
    open: async (options = {}) => {
      const queue = options.queue ?? (await SettlerQueue.open({ path: queuePath(), owner: await owner() }));
      const events: SettlerEvent[] = [];
      const { settler: account } = deployed.accounts;
      const settler = new Settler({
        queue,
        store: openStore(),
        registry: deployed.proofs.connect(account),
        provider: ethers.provider,
        settler: account.address,
        pollMs: 1,
        finality: 3,
        onEvent: (event) => events.push(event),
        ...options,
      });
      const told = (): readonly string[] => events.map(({ kind }) => kind).filter((kind) => kind !== "bundle");
      return { settler, queue, events, told, [Symbol.dispose]: () => queue[Symbol.dispose]() };
    },
    settledBatches: async () => {
      const logs = await deployed.proofs.queryFilter(deployed.proofs.filters.BatchSettled());
      return logs.map(({ args }) => ({ batchId: args.batchId as Hex, count: Number(args.batch.count) }));
    },
  };
}
