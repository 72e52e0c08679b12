import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { decodeBundleIndex } from "../../../src/proofs/bundle.ts";
import { proofIdOf } from "../../../src/proofs/proof.ts";
import { writeProofFile } from "../../../src/proofs/proof-file.ts";
import type { Hex } from "../../../src/proofs/statement.ts";
import { blobIdFromHex } from "../../../src/walrus/blob-id.ts";
import { ProofRegistry__factory } from "../../../typechain/factories/ProofRegistry__factory.ts";
import { DevProcess } from "../../support/dev-process.ts";
import { seeded } from "../../support/seeded.ts";
import { temporaryDirectory, type TemporaryDirectory } from "../../walrus/temporary-directory.ts";
import { vanillaPart } from "./settler-world.ts";

const SCRIPT = fileURLToPath(new URL("settle-until-killed.ts", import.meta.url));
const ROUNDS = process.env["SCRIMSHAW_CAMPAIGN"] === "1" ? 50 : 4;
/** Proofs that each round hands in while it lasts. */
const PROOFS = 12;
const LONGEST_MS = 900;

interface Served {
  readonly url: string;
  readonly child: ChildProcess;
}

describe("kill -9 of a settler", function () {
  this.timeout(60_000 + ROUNDS * 20_000);
  let dev: DevProcess;
  let directory: TemporaryDirectory;
  let registry: ReturnType<typeof ProofRegistry__factory.connect>;
  let provider: JsonRpcProvider;
  let account = "";
  before(async () => {
    directory = await temporaryDirectory();
    dev = await DevProcess.start();
    provider = new JsonRpcProvider(dev.env["SCRIMSHAW_CHAIN_URL"]);
    account = (await provider.getSigner(3)).address;
    registry = ProofRegistry__factory.connect(dev.addresses["proofRegistry"] ?? "", provider);
  });
  after(async () => {
    provider.destroy();
    await dev.stop();
    await directory[Symbol.asyncDispose]();
  });

  async function serve(): Promise<Served> {
    const { SCRIMSHAW_CHAIN_URL: chain = "", SCRIMSHAW_WALRUS_URL: walrus = "" } = dev.env;
    const args = [join(directory.path, "queue.sqlite"), chain, walrus, await registry.getAddress(), account];
    const child = fork(SCRIPT, args, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const [url] = (await once(child, "message")) as [string];
    return { url, child };
  }

  /** True if the settler said that it has the proof. */
  async function handIn(url: string, label: string): Promise<boolean> {
    const headers = { "content-type": "application/json" };
    const body = writeProofFile(vanillaPart(label, account));
    return fetch(`${url}/v1/proofs`, { method: "POST", headers, body }).then(
      (response) => response.ok,
      () => false,
    );
  }

  /** Proof ids of every settled batch, from the chain and the bundles alone. */
  async function settledProofs(): Promise<readonly Hex[]> {
    const logs = await registry.queryFilter(registry.filters.BatchSettled());
    const bundles = logs.map(async ({ args }) => {
      const blobId = blobIdFromHex(args.batch.bundle.blobId);
      const response = await fetch(`${dev.env["SCRIMSHAW_WALRUS_URL"] ?? ""}/v1/blobs/${blobId}`);
      return decodeBundleIndex(Buffer.from(await response.arrayBuffer())).map(({ proofId }) => proofId);
    });
    return (await Promise.all(bundles)).flat();
  }

  it(`loses no accepted proof and settles none twice, killed ${String(ROUNDS)} times`, async () => {
    const random = seeded(17);
    const accepted: Hex[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { url, child } = await serve();
      const exited = once(child, "exit");
      const stop = sleep(random() * LONGEST_MS).then(() => child.kill("SIGKILL"));
      for (let place = 0; place < PROOFS && child.exitCode === null; place += 1) {
        const label = `round ${String(round)}, proof ${String(place)}`;
        if (await handIn(url, label)) accepted.push(proofIdOf(vanillaPart(label, account).proof));
        await sleep(random() * 60);
      }
      await Promise.all([stop, exited]);
    }
    expect(accepted).to.not.be.empty;
    const { url, child } = await serve();
    const waits = async (): Promise<boolean> => {
      const status = (await (await fetch(`${url}/v1/metrics`)).json()) as {
        readonly waiting: { readonly proofs: number };
        readonly batches: Readonly<Record<string, number>>;
      };
      const { formed = 0, stored = 0, sent = 0 } = status.batches;
      return status.waiting.proofs + formed + stored + sent > 0;
    };
    while (await waits()) await sleep(20);
    child.kill("SIGKILL");
    const settled = await settledProofs();
    expect(new Set(settled).size).to.equal(settled.length);
    expect(settled).to.include.members(accepted);
  });

  it("is refused a queue that another one has, until that one is killed", async () => {
    const { child } = await serve();
    const second = await serve();
    expect(second.url).to.equal("proofs.queue-in-use");
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    const third = await serve();
    expect(third.url).to.match(/^http/);
    third.child.kill("SIGKILL");
  });
});
