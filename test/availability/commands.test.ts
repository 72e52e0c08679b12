import { expect } from "chai";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandAnswer, runWithJson } from "../support/command-document.ts";
import { DevProcess } from "../support/dev-process.ts";

/** What `model publish` says of its blobs. */
interface Published {
  readonly manifestReference: { readonly blobId: string };
  readonly blobs: readonly { readonly blobId: string }[];
}

describe("The commands for committees and certificates on chain", function () {
  this.timeout(300_000);
  let dev: DevProcess;
  let folder: string;
  let blobId: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-committee-"));
    dev = await DevProcess.start();
    const file = join(folder, "blob.txt");
    await writeFile(file, "a blob to certify");
    const { result } = await run("walrus", "put", file);
    blobId = result["blobId"] as string;
  });
  after(async () => {
    await dev.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: readonly string[]): Promise<CommandAnswer> => runWithJson(dev, args);

  it("show what would be brought, bring it once, and show it", async () => {
    const saved = join(folder, "committee.json");
    const dry = await run("committee", "import", "--dry-run", "--save", saved);
    expect(dry.result).to.deep.include({ dryRun: true, alreadyImported: false, saved });
    const none = await run("committee", "show");
    expect(none).to.have.nested.property("error.code", "availability.committee-unknown");

    const brought = await run("committee", "import");
    expect(brought.result).to.include({ alreadyImported: false, epoch: dry.result["epoch"] });
    for (const again of [await run("committee", "import"), await run("committee", "import", "--file", saved)]) {
      expect(again.result).to.include({ alreadyImported: true, transactionHash: null });
    }
    const { result } = await run("committee", "show");
    const { publicKeys, weights, epoch, startsAt, duration } = brought.result;
    expect(result).to.deep.include({ publicKeys, weights, epoch, startsAt, duration, latest: epoch });
    const file = JSON.parse(await readFile(saved, "utf8")) as { members: unknown[] };
    expect(file.members).to.have.length(result["members"] as number);
  });

  it("refuse another committee for an epoch, an epoch out of turn, and a file of another form", async () => {
    const saved = join(folder, "committee.json");
    const text = await readFile(saved, "utf8");
    const refused = async (change: (text: string) => string): Promise<CommandAnswer["error"]> => {
      await writeFile(join(folder, "changed.json"), change(text));
      return (await run("committee", "import", "--file", join(folder, "changed.json"))).error;
    };
    const changed = async (change: (text: string) => string): Promise<string> => (await refused(change)).code;
    expect(await changed((one) => one.replace(/"duration": \d+/, '"duration": 77'))).to.equal(
      "availability.committee-differs",
    );
    expect(await changed((one) => one.replace(/"epoch": (\d+)/, '"epoch": 1$1'))).to.equal(
      "availability.epoch-out-of-turn",
    );
    const other = await refused((one) => one.replace("committee/1", "committee/2"));
    expect(other).to.include({ code: "availability.file-invalid", found: 'a file of schema "scrimshaw.committee/2"' });
    expect((await refused(() => "{}")).found).to.equal("a file of no schema");
    expect(await changed((one) => one.replace(/"weight": \d+/, '"weight": 999'))).to.equal("walrus.committee-invalid");
  });

  it("have the chain verify a certificate by a source that brought the committee, once an epoch, and by no other", async () => {
    const [source, stranger] = ["0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", `0x${"5".repeat(40)}`];
    const certified = await run("walrus", "certify", blobId, "--source", source);
    const [one] = certified.result["onChain"] as [Record<string, unknown>];
    expect(one).to.include({ blobId, source });
    expect(one["gasUsed"]).to.be.within(150_000, 240_000);
    const again = await run("walrus", "certify", blobId, "--source", source);
    expect((again.result["onChain"] as [object])[0]).to.include({ transactionHash: null, epoch: one["epoch"] });
    const refused = await run("walrus", "certify", blobId, "--source", stranger);
    expect(refused).to.include({ code: 1 });
    expect(refused.error.code).to.equal("availability.certificate-refused");
    expect(refused.error.found).to.include("status 6");
    const wrong = await run("walrus", "certify", blobId, "--source", "nobody");
    expect(wrong).to.have.nested.property("error.code", "availability.source-invalid");
  });

  it("certify a model's manifest and blobs, and single blobs beside it, in one transaction, and each only once", async () => {
    const model = join(folder, "model");
    await mkdir(model);
    await writeFile(join(model, "weights.bin"), "a model to certify");
    const published = await run("model", "publish", model, "certified");
    const { manifestReference, blobs } = published.result as unknown as Published;
    const source = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    const expected = [manifestReference.blobId, ...blobs.map((one) => one.blobId)];
    const certify = (...args: readonly string[]): Promise<CommandAnswer> =>
      run("walrus", "certify", "alice/certified@1", blobId, "--source", source, ...args);

    const dry = await certify("--dry-run");
    expect(dry).to.include({ code: 0 });
    const [would] = dry.result["transactions"] as [Record<string, unknown>];
    expect(would["blobIds"]).to.have.members(expected);
    expect(Number(dry.result["gas"])).to.be.within(200_000, 600_000);
    expect(dry.result["fee"]).to.match(/^\d+$/);

    const certified = await certify();
    const [sent, ...more] = certified.result["transactions"] as [Record<string, unknown>];
    expect(more).to.deep.equal([]);
    expect(sent["blobIds"]).to.have.members(expected);
    const onChain = certified.result["onChain"] as {
      readonly blobId: string;
      readonly transactionHash: string | null;
    }[];
    const known = onChain.filter(({ transactionHash }) => transactionHash === null);
    expect(known.map((one) => one.blobId)).to.deep.equal([blobId]);

    const again = await certify();
    expect(again.result).to.deep.include({ transactions: [], certificates: [], problems: [] });
    expect(again.result["onChain"]).to.have.length(expected.length + 1);
  });

  it("certify what they can, and end with 2 where a blob is not there", async () => {
    const file = join(folder, "later.txt");
    await writeFile(file, "another blob to certify");
    const later = (await run("walrus", "put", file)).result["blobId"] as string;
    const source = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    const absent = "SOXf9RHkBueSe_TPBBL-o3dzbxBNhDNzf1W5zplXmdc";
    const some = await run("walrus", "certify", absent, later, "--source", source);
    expect(some).to.include({ code: 2 });
    expect(some.result["problems"]).to.have.nested.property("[0].code", "walrus.certificate-below-quorum");
    expect(some.result["problems"]).to.have.nested.property("[0].blobId", absent);
    expect(some.result["onChain"]).to.have.nested.property("[0].blobId", later);
    const none = await run("walrus", "certify", absent, "--source", source);
    expect(none).to.include({ code: 1 });
    expect(none.error.code).to.equal("walrus.certificate-below-quorum");
  });

  it("publish and certify in one go, and keep what is published when certifying fails", async () => {
    const model = join(folder, "at-once");
    await mkdir(model);
    await writeFile(join(model, "weights.bin"), "a model to publish and certify");
    const publish = (...args: readonly string[]): Promise<CommandAnswer> =>
      run("model", "publish", model, "at-once", ...args);
    const alone = await publish("--source", "alice");
    expect(alone.error.code).to.equal("availability.argument-invalid");
    const signed = await publish("--certify", "--sign-only", join(folder, "release.json"));
    expect(signed.error.code).to.equal("availability.argument-invalid");

    const stranger = `0x${"5".repeat(40)}`;
    const partly = await publish("--certify", "--source", stranger);
    expect(partly).to.include({ code: 2 });
    expect(partly.result).to.include({ outcome: "published", version: 1 });
    expect(partly.result["certified"]).to.have.nested.property("problem.code", "availability.certificate-refused");
    const { next } = partly.result["certified"] as { readonly next: string };
    expect(next).to.match(/^npx hardhat walrus certify 0x[0-9a-fA-F]{40}\/at-once@1 --source 0x5{40}$/);

    const done = await publish("--certify");
    expect(done).to.include({ code: 0 });
    expect(done.result).to.include({ outcome: "unchanged" });
    const { manifestReference, blobs } = done.result as unknown as Published;
    const { onChain, problem } = done.result["certified"] as {
      readonly onChain: { readonly blobId: string }[];
      readonly problem: unknown;
    };
    expect(problem).to.equal(null);
    expect(onChain.map((one) => one.blobId)).to.have.members([manifestReference, ...blobs].map((one) => one.blobId));
  });
});
