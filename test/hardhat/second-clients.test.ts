import { expect } from "chai";
import { join } from "node:path";
import type { TaskArguments } from "hardhat/types/tasks";
import { hasAnvil, type ServedChain, startAnvil } from "../support/anvil.ts";
import { documentOf } from "../support/command-document.ts";
import { ALICE, serveHardhat, useCommandNetwork } from "../support/command-network.ts";
import { ROOT } from "../support/dev-process.ts";

const IRIS = { model: "alice/iris@stable", input: join(ROOT, "examples/iris/input.json") };

const CLIENTS: readonly (readonly [string, () => Promise<ServedChain>])[] = [
  ["a JSON-RPC node of Hardhat's", serveHardhat],
  // Its package is optional: it exists for one platform.
  ...(hasAnvil ? [["anvil", startAnvil] as const] : []),
];

for (const [client, serve] of CLIENTS) {
  describe(`The whole path on ${client}`, function () {
    this.timeout(180_000);
    const network = useCommandNetwork({ serve });

    const run = async (words: string, args: TaskArguments = {}): Promise<Readonly<Record<string, unknown>>> => {
      const ended = await network.run(words, { ...args, json: true });
      const { result, error } = documentOf(ended);
      if (result === undefined) throw new Error(`${words}: ${JSON.stringify(error)}`);
      return { ...result, exitCode: ended.code };
    };
    const outcomeOf = async (subject: unknown): Promise<Record<string, string>> => {
      const { checks } = await run("proof audit", { id: String(subject), rerun: true });
      const all = checks as readonly { readonly check: string; readonly status: string }[];
      return Object.fromEntries(
        all.filter(({ status }) => status !== "passed").map(({ check, status }) => [check, status]),
      );
    };

    it("deploys, and finds the code proven by its addresses", async () => {
      expect(await run("deployment check")).to.include({ network: "served" });
      const created = await run("deployment create");
      expect(created["created"]).to.have.length.within(10, 11);
      const { contracts, exitCode } = await run("deployment show");
      expect(exitCode).to.equal(0);
      expect((contracts as { code: string }[]).map(({ code }) => code)).to.deep.equal(Array(11).fill("proven"));
      expect(await run("deployment create")).to.deep.include({ created: [], gasUsed: 0 });
    });

    it("publishes, records, settles, certifies, and audits all as a stranger", async () => {
      await run("model publish", { folder: join(ROOT, "examples/iris/model"), name: "iris", tag: "stable" });
      await run("attester add", { signer: "alice" });
      const seal = { attest: true, publishPlaintext: true };
      const { proofId } = await run("proof record", { ...IRIS, ...seal });
      const files = ["first", "second"].map((name) => join(network.folder(), `${name}.json`));
      for (const save of files) await run("proof record", { ...IRIS, ...seal, save });
      const { batchId } = await run("proof settle", { files });
      await run("committee import");
      const { onChain } = await run("walrus certify", { blobs: [IRIS.model], source: ALICE });
      expect(onChain).to.be.an("array").with.length(2);
      for (const subject of [proofId, batchId]) expect(await outcomeOf(subject)).to.deep.equal({});
    });
  });
}
